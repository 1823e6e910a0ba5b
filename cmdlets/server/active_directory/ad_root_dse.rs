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
    let mut rows = vec![
        ("configurationNamingContext", Value::from(configuration.as_str())),
        ("defaultNamingContext", Value::from(dn.as_str())),
        ("dnsHostName", Value::from(facts.controller.as_str())),
        ("domainFunctionality", Value::from("Windows2012R2Domain")),
        ("forestFunctionality", Value::from("Windows2012R2Forest")),
        ("namingContexts", Value::array(contexts)),
        ("rootDomainNamingContext", Value::from(dn.as_str())),
        ("schemaNamingContext", Value::from(schema.as_str())),
        ("serverName", Value::from(format!("CN={server},CN=Servers,CN={},CN=Sites,{configuration}", facts.site))),
    ];
    // Attributes beyond these are shown when they are asked for; those that this directory lacks are empty.
    let usn = work.directory.store.sequence().unwrap_or_default();
    let more = [
        ("highestCommittedUSN", Value::I64(i64::try_from(usn).unwrap_or(i64::MAX))),
        ("isGlobalCatalogReady", Value::from("TRUE")),
        ("isSynchronized", Value::from("TRUE")),
        ("supportedLDAPVersion", Value::array(vec![Value::from("3")])),
    ];
    let asked = work.bound.strings("Properties");
    let all = asked.iter().any(|name| name.as_str() == "*");
    rows.extend(more.into_iter().filter(|(name, _)| all || asked.iter().any(|a| a.eq_ignore_ascii_case(name))));
    for name in asked.iter().filter(|name| name.as_str() != "*") {
        if !rows.iter().any(|(have, _)| have.eq_ignore_ascii_case(name)) {
            rows.push((name.as_str(), Value::Null));
        }
    }
    work.session.write(Object::typed("Microsoft.ActiveDirectory.Management.ADRootDSE", rows))
}
