//! Domain controllers: the one that the simulated forest has.

use command::{Result, Value};
use directory::{NounCode, Work};

pub static NOUN: NounCode = NounCode { noun: "DomainController", verbs: &[("Get", get)], ..NounCode::PLAIN };

fn get(work: &mut Work) -> Result<()> {
    let facts = work.facts();
    let name = facts.controller.split('.').next().unwrap_or_default().to_uppercase();
    let row = values::Object::typed(
        "Microsoft.Exchange.Data.Directory.ADServer",
        [
            ("Name", Value::from(name.as_str())),
            ("DnsHostName", Value::from(facts.controller.as_str())),
            ("Domain", Value::from(facts.domain.as_str())),
            ("ADSite", Value::from(format!("{}/Configuration/Sites/{}", facts.domain, facts.site))),
            (
                "DistinguishedName",
                Value::from(format!(
                    "CN={name},CN=Servers,CN={},CN=Sites,CN=Configuration,{}",
                    facts.site,
                    facts.domain_dn()
                )),
            ),
        ],
    );
    work.session.write(row)
}
