//! The root of the directory: which partitions it has.

use command::{Result, Value};
use directory::{NounCode, Work};
use values::Object;

pub static NOUN: NounCode =
    NounCode { noun: "ADRootDSE", heeds: &["Properties"], verbs: &[("Get", get)], ..NounCode::PLAIN };

fn get(work: &mut Work) -> Result<()> {
    let facts = work.facts();
    let dn = facts.domain_dn();
    let configuration = format!("CN=Configuration,{dn}");
    let schema = format!("CN=Schema,{configuration}");
    let server = facts.controller.split('.').next().unwrap_or_default().to_uppercase();
    let contexts = [dn.as_str(), &configuration, &schema].map(Value::from).to_vec();
    work.session.write(Object::typed(
        "Microsoft.ActiveDirectory.Management.ADRootDSE",
        [
            ("configurationNamingContext", Value::from(configuration.as_str())),
            ("defaultNamingContext", Value::from(dn.as_str())),
            ("dnsHostName", Value::from(facts.controller.as_str())),
            ("domainFunctionality", Value::from("Windows2012R2Domain")),
            ("forestFunctionality", Value::from("Windows2012R2Forest")),
            ("namingContexts", Value::array(contexts)),
            ("rootDomainNamingContext", Value::from(dn.as_str())),
            ("schemaNamingContext", Value::from(schema.as_str())),
            ("serverName", Value::from(format!("CN={server},CN=Servers,CN={},CN=Sites,{configuration}", facts.site))),
        ],
    ))
}
