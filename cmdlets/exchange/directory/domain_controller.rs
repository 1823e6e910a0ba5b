//! The domain controllers: one answers for the organization.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

pub static NOUN: NounCode = NounCode {
    noun: "DomainController",
    heeds: &["Forest", "DomainName"],
    moot: &[("GlobalCatalog", "the one controller is a global catalog")],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

fn get(work: &mut Work) -> Result<()> {
    let facts = work.facts();
    for parameter in ["DomainName", "Forest"] {
        let given = work.bound.str(parameter).filter(|d| !d.is_empty() && !d.eq_ignore_ascii_case(&facts.domain));
        if let Some(name) = given {
            let text = format!("The domain \"{name}\" couldn't be found: the forest is {}.", facts.domain);
            return work.fail(&Fault::exchange("CannotResolveFQDNException", "DomainController", text).at(&name));
        }
    }
    let name = facts.controller.split('.').next().unwrap_or_default().to_uppercase();
    work.session.write(Object::typed(
        "Microsoft.Exchange.Data.Directory.ADServer",
        [
            ("Name", Value::from(name.as_str())),
            ("ADSite", Value::from(format!("{}/Configuration/Sites/{}", facts.domain, facts.site))),
            ("DnsHostName", Value::from(facts.controller.as_str())),
            ("IsGlobalCatalog", Value::Bool(true)),
            ("DistinguishedName", Value::from(format!("CN={name},OU=Domain Controllers,{}", facts.domain_dn()))),
            ("Identity", Value::from(format!("{}/Domain Controllers/{name}", facts.domain))),
        ],
    ))
}
