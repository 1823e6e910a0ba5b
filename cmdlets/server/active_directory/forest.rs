//! The one forest with its one domain and domain controller, as the directory's cmdlets describe them: worked out of the
//! organization's names, with what administrators have set.

use command::{Result, Value};
use directory::{Fault, Resolved, Work};
use store::Object as Stored;
use values::Object;

/// What was set of a noun's one object.
fn kept(work: &Work, noun: &str) -> std::result::Result<Option<Stored>, Fault> {
    Ok(work.all(noun)?.into_iter().next())
}

/// Refuses an identity that is not the domain's.
fn check(work: &Work) -> std::result::Result<(), Fault> {
    let facts = work.facts();
    let Some(identity) = work.bound.get("Identity").filter(|v| !v.is_null()) else { return Ok(()) };
    let text = Resolved::of(identity).text;
    let names = [facts.domain.clone(), facts.flat.clone(), facts.domain_dn()];
    match names.iter().any(|name| name.eq_ignore_ascii_case(&text)) {
        true => Ok(()),
        false => Err(Fault::no_directory_object(&facts.domain_dn(), &text)),
    }
}

/// Get of the domain or the forest: names that follow from the organization's, then what was set.
pub(super) fn get(work: &mut Work, type_name: &'static str) -> Result<()> {
    let noun = work.noun;
    let kept = match check(work).and_then(|()| kept(work, noun.name())) {
        Ok(kept) => kept,
        Err(fault) => return work.fail(&fault),
    };
    let facts = work.facts();
    let (domain, dn) = (Value::from(facts.domain.as_str()), facts.domain_dn());
    let controller = Value::from(facts.controller.as_str());
    let mut pairs: Vec<(&str, Value)> = match noun.name() {
        "ADForest" => vec![
            ("Name", domain.clone()),
            ("RootDomain", domain.clone()),
            ("ForestMode", Value::from("Windows2012R2Forest")),
            ("Domains", Value::array(vec![domain])),
            ("GlobalCatalogs", Value::array(vec![controller.clone()])),
            ("Sites", Value::array(vec![Value::from(facts.site.as_str())])),
            ("DomainNamingMaster", controller.clone()),
            ("SchemaMaster", controller),
            ("PartitionsContainer", Value::from(format!("CN=Partitions,CN=Configuration,{dn}"))),
        ],
        _ => vec![
            ("DistinguishedName", Value::from(dn.as_str())),
            ("DNSRoot", domain.clone()),
            ("Name", Value::from(facts.domain.split('.').next().unwrap_or_default())),
            ("NetBIOSName", Value::from(facts.flat.as_str())),
            ("DomainMode", Value::from("Windows2012R2Domain")),
            ("Forest", domain),
            ("ObjectClass", Value::from("domainDNS")),
            ("PDCEmulator", controller.clone()),
            ("RIDMaster", controller.clone()),
            ("InfrastructureMaster", controller.clone()),
            ("ReplicaDirectoryServers", Value::array(vec![controller])),
            ("UsersContainer", Value::from(format!("CN=Users,{dn}"))),
            ("ComputersContainer", Value::from(format!("CN=Computers,{dn}"))),
            ("DomainControllersContainer", Value::from(format!("OU=Domain Controllers,{dn}"))),
        ],
    };
    for property in
        noun.properties().filter(|p| !["Add", "Clear", "Remove", "Replace", "Partition"].contains(&p.name()))
    {
        let stored = kept.as_ref().and_then(|k| k.get(property.name()));
        pairs.push((property.name(), directory::to_value(&property, stored)));
    }
    work.session.write(Object::typed(type_name, pairs))
}

/// Set of the domain or the forest.
pub(super) fn set(work: &mut Work) -> Result<()> {
    let noun = work.noun;
    let old = match check(work).and_then(|()| kept(work, noun.name())) {
        Ok(old) => old,
        Err(fault) => return work.fail(&fault),
    };
    let name = work.facts().domain;
    if !work.should(&name)? {
        return Ok(());
    }
    let mut properties = old.as_ref().map(|o| o.properties.clone()).unwrap_or_default();
    for (parameter, value) in work.bound.iter() {
        let Some(property) = noun.property(parameter) else { continue };
        match directory::to_json(&property, value) {
            Ok(serde_json::Value::Null) => properties.remove(property.name()),
            Ok(json) => properties.insert(property.name().to_owned(), json),
            Err(fault) => return work.fail(&fault),
        };
    }
    match work.save(noun, old.as_ref(), &name, "", properties)? {
        Some(_) if work.bound.switch("PassThru") => match noun.name() {
            "ADForest" => get(work, super::ad_forest::TYPE),
            _ => get(work, super::ad_domain::TYPE),
        },
        _ => Ok(()),
    }
}
