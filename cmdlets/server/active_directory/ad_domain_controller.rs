//! The domain controller that answers for the organization.

use command::{Result, Value};
use directory::{Fault, Filter, NounCode, Work};
use serde_json::{Value as Json, json};
use values::Object;
use values::convert::to_display;

pub static NOUN: NounCode = NounCode {
    noun: "ADDomainController",
    heeds: &["Identity", "Filter", "DomainName", "SiteName"],
    moot: &[
        ("Discover", "the one controller is the nearest, writable and offers every service"),
        ("ForceDiscover", "the one controller is the nearest, writable and offers every service"),
        ("Service", "the one controller is the nearest, writable and offers every service"),
        ("Writable", "the one controller is the nearest, writable and offers every service"),
        ("NextClosestSite", "the one controller is the nearest, writable and offers every service"),
        ("AvoidSelf", "the one controller is the nearest, writable and offers every service"),
    ],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

fn get(work: &mut Work) -> Result<()> {
    let facts = work.facts();
    let name = facts.controller.split('.').next().unwrap_or_default().to_uppercase();
    let text = |parameter: &str| work.bound.get(parameter).map(to_display).filter(|t| !t.is_empty());
    let is =
        |given: Option<String>, names: &[&str]| given.is_none_or(|g| names.iter().any(|n| n.eq_ignore_ascii_case(&g)));
    for (parameter, names) in [
        ("Identity", [facts.controller.as_str(), name.as_str()]),
        ("DomainName", [facts.domain.as_str(), facts.flat.as_str()]),
        ("SiteName", [facts.site.as_str(), facts.site.as_str()]),
    ] {
        if !is(text(parameter), &names) {
            let given = text(parameter).unwrap_or_default();
            return work.fail(&Fault::no_directory_object(&facts.domain_dn(), &given));
        }
    }
    let row = json!({
        "Name": name, "HostName": facts.controller, "Domain": facts.domain, "Forest": facts.domain, "Site": facts.site,
        "IsGlobalCatalog": true, "IsReadOnly": false, "Enabled": true, "OperatingSystem": "Windows Server 2012 R2 Datacenter",
        "ComputerObjectDN": format!("CN={name},OU=Domain Controllers,{}", facts.domain_dn()), "LdapPort": 389, "SslPort": 636,
    });
    let filter = match text("Filter").filter(|f| f.trim() != "*") {
        Some(text) => match directory::read_filter(work, &text) {
            Ok(filter) => Some(filter),
            Err(fault) => return work.fail(&fault),
        },
        None => None,
    };
    let value = |name: &str| {
        let found = row.as_object().and_then(|r| r.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)));
        found.map(|(_, v)| v.clone()).unwrap_or(Json::Null)
    };
    if filter.is_some_and(|f: Filter| !f.passes(&mut |name| value(name))) {
        return Ok(());
    }
    let pairs: Vec<(&str, Value)> =
        row.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), directory::free(value))).collect();
    work.session.write(Object::typed("Microsoft.ActiveDirectory.Management.ADDomainController", pairs))
}
