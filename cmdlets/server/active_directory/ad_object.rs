//! Objects of the directory renamed and moved.

use command::Result;
use directory::{Fault, NounCode, Resolved, Work};
use serde_json::Value as Json;
use store::Object;

pub static NOUN: NounCode = NounCode {
    noun: "ADObject",
    heeds: &["*", "Identity", "NewName", "TargetPath", "PassThru"],
    verbs: &[("Rename", rename), ("Move", move_object)],
    ..NounCode::PLAIN
};

/// Nouns among which an identity is looked for.
const NOUNS: [&str; 5] = ["User", "ADGroup", "ADComputer", "ADOrganizationalUnit", "ADObject"];

fn named(work: &Work) -> std::result::Result<(&'static str, Object), Fault> {
    let identity = work.bound.value("Identity");
    let identity = identity.as_object().and_then(|o| o.get("ObjectGUID")).unwrap_or(identity);
    let found = NOUNS.iter().find_map(|noun| Some((*noun, work.target(noun, &identity).ok()?)));
    found.ok_or_else(|| Fault::no_directory_object(&work.facts().domain_dn(), &Resolved::of(&identity).text))
}

/// Stores an object under a name, with a container where that changes.
fn keep(work: &mut Work, noun: &'static str, old: &Object, name: &str, unit: Option<&str>) -> Result<()> {
    if !work.should(&old.name)? {
        return Ok(());
    }
    let row = match work.other(noun) {
        Ok(row) => row,
        Err(fault) => return work.fail(&fault),
    };
    let mut properties = old.properties.clone();
    if let Some(unit) = unit {
        let property = if row.property("Path").is_some() { "Path" } else { "OrganizationalUnit" };
        for property in [property, "OrganizationalUnit"] {
            properties.insert(property.to_owned(), Json::from(unit));
        }
    }
    match work.save(row, Some(old), name, &old.container, properties)? {
        Some(id) if work.bound.switch("PassThru") => match work.directory.store.read(|reader| reader.get(id)) {
            Ok(Some(object)) => work.emit_as(row, &object),
            Ok(None) => Ok(()),
            Err(error) => work.fail(&Fault::from(error)),
        },
        _ => Ok(()),
    }
}

fn rename(work: &mut Work) -> Result<()> {
    let name = work.bound.str("NewName").map_or_else(String::new, |t| t.trim().to_string());
    let found = named(work).and_then(|(noun, old)| match work.target(noun, &command::Value::from(name.as_str())) {
        Ok(other) if other.id != old.id && other.name.eq_ignore_ascii_case(&name) => {
            Err(Fault::state("ObjectAlreadyExists", format!("An object named \"{name}\" already exists.")).at(&name))
        }
        _ => Ok((noun, old)),
    });
    match found {
        Ok((noun, old)) => keep(work, noun, &old, &name, None),
        Err(fault) => work.fail(&fault),
    }
}

fn move_object(work: &mut Work) -> Result<()> {
    let target = work.bound.str("TargetPath").map_or_else(String::new, |t| t.trim().to_string());
    let root = work.facts().domain_dn();
    if !target.to_lowercase().ends_with(&root.to_lowercase()) {
        return work.fail(&Fault::no_directory_object(&root, &target));
    }
    match named(work) {
        Ok((noun, old)) => keep(work, noun, &old, &old.name.clone(), Some(&target)),
        Err(fault) => work.fail(&fault),
    }
}
