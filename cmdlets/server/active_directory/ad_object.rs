//! Objects of the directory, of whichever kind: found, renamed, moved, removed and restored.

use std::sync::Arc;

use command::{Result, Value};
use directory::{Directory, Facts, Fault, Filter, NounCode, Resolved, Work, verb};
use serde_json::Value as Json;
use store::Object;

use super::{ad_user, deleted};

pub static NOUN: NounCode = NounCode {
    noun: "ADObject",
    heeds: &[
        "*",
        "Identity",
        "NewName",
        "TargetPath",
        "PassThru",
        "IncludeDeletedObjects",
        "Recursive",
        "Filter",
        "LDAPFilter",
        "Properties",
        "SearchBase",
        "SearchScope",
        "ResultSetSize",
    ],
    verbs: &[("Get", get), ("Rename", rename), ("Move", move_object), ("Remove", remove), ("Restore", restore)],
    ..NounCode::PLAIN
};

/// Nouns among which an identity is looked for.
pub(super) const NOUNS: [&str; 5] = ["User", "ADGroup", "ADComputer", "ADOrganizationalUnit", "ADObject"];

fn named(work: &Work) -> std::result::Result<(&'static str, Object), Fault> {
    let identity = work.bound.value("Identity");
    let identity = identity.as_object().and_then(|o| o.get("ObjectGUID")).unwrap_or(identity);
    let found = NOUNS.iter().find_map(|noun| Some((*noun, work.target(noun, &identity).ok()?)));
    found.ok_or_else(|| Fault::no_directory_object(&work.facts().domain_dn(), &Resolved::of(&identity).text))
}

/// Class and usual container of each noun's objects.
pub(super) fn class(noun: &str) -> (&'static str, &'static str) {
    match noun {
        "User" => ("user", "Users"),
        "ADGroup" => ("group", "Users"),
        "ADComputer" => ("computer", "Computers"),
        "ADOrganizationalUnit" => ("organizationalUnit", ""),
        _ => ("container", "Users"),
    }
}

/// Where an object lies.
pub(super) fn dn(facts: &Facts, object: &Object) -> String {
    let own = object.text("OrganizationalUnit").or_else(|| object.text("Path"));
    let (class, container) = class(&object.noun);
    match class {
        "organizationalUnit" => format!("OU={},{}", object.name, own.map_or_else(|| facts.domain_dn(), str::to_owned)),
        _ => facts.object_dn(&object.name, container, own),
    }
}

/// An attribute of an object, by its LDAP or cmdlet name.
pub(super) fn attribute(directory: &Directory, object: &Object, name: &str) -> Json {
    match name.to_ascii_lowercase().as_str() {
        "distinguishedname" => Json::from(dn(&directory.facts(), object)),
        "objectclass" | "objectcategory" => {
            let own = object.text("Type").filter(|_| object.noun == "ADObject");
            Json::from(own.unwrap_or_else(|| class(&object.noun).0))
        }
        "isdeleted" | "deleted" => Json::Bool(false),
        "enabled" if object.noun != "User" => Json::Null,
        // Accounts keep their description among the notes; other objects have one of their own.
        "description" if object.noun != "User" => object.get("Description").cloned().unwrap_or_default(),
        "samaccountname" if object.get("SamAccountName").is_none() && object.noun != "ADOrganizationalUnit" => {
            Json::from(object.name.as_str())
        }
        "ou" if object.noun == "ADOrganizationalUnit" => Json::from(object.name.as_str()),
        "whencreated" => Json::from(directory::iso(object.created)),
        "whenchanged" => Json::from(directory::iso(object.changed)),
        _ => ad_user::value(directory, object, name),
    }
}

fn row(work: &Work, object: &Object) -> Value {
    let mut pairs: Vec<(String, Value)> = ["DistinguishedName", "Name", "ObjectClass"]
        .iter()
        .map(|n| ((*n).to_owned(), directory::free(&attribute(&work.directory, object, n))))
        .collect();
    pairs.push(("ObjectGUID".to_owned(), Value::Guid(Arc::new(object.id))));
    for name in work.bound.strings("Properties") {
        let all: Vec<String> = match name.as_str() {
            "*" => object.properties.keys().cloned().collect(),
            one => vec![one.to_owned()],
        };
        for name in all {
            if !pairs.iter().any(|(n, _)| n.eq_ignore_ascii_case(&name)) && !name.contains("Hash") {
                let value = directory::free(&attribute(&work.directory, object, &name));
                pairs.push((name, value));
            }
        }
    }
    values::Object::typed("Microsoft.ActiveDirectory.Management.ADObject", pairs)
}

/// What was removed, as a row.
fn deleted_row(facts: &Facts, object: &Object) -> Value {
    let id = uuid::Uuid::parse_str(&object.name).unwrap_or_default();
    values::Object::typed(
        "Microsoft.ActiveDirectory.Management.ADObject",
        [
            ("Deleted", Value::Bool(true)),
            ("DistinguishedName", Value::from(deleted::dn(facts, object))),
            ("Name", Value::from(deleted::name(object))),
            ("ObjectClass", Value::from(class(object.text("Noun").unwrap_or_default()).0)),
            ("ObjectGUID", Value::Guid(Arc::new(id))),
        ],
    )
}

fn get(work: &mut Work) -> Result<()> {
    if work.bound.get("Identity").is_some_and(|v| !v.is_null()) {
        let found = match named(work) {
            Ok((_, object)) => Ok(vec![row(work, &object)]),
            Err(fault) if work.bound.switch("IncludeDeletedObjects") => {
                let identity = work.bound.value("Identity");
                deleted::named(work, &identity).map(|o| vec![deleted_row(&work.facts(), &o)]).map_err(|_| fault)
            }
            Err(fault) => Err(fault),
        };
        return work.answer(found);
    }
    let rows = searched(work);
    work.answer(rows)
}

fn searched(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let text = verb::text(work, "Filter");
    let filter = match text.trim() {
        "" | "*" => None,
        _ => Some(directory::read_filter(work, &text)?),
    };
    let ldap = verb::text(work, "LDAPFilter");
    let filter = match ldap.is_empty() {
        true => filter,
        false => Some(Filter::parse_ldap(&ldap, &str::to_owned).ok_or_else(|| {
            let id = "ActiveDirectoryCmdlet:Microsoft.ActiveDirectory.Management.ADFilterParsingException";
            let text = "The search filter cannot be recognized.";
            Fault::new("ADFilterParsingException", id, command::ErrorCategory::ParserError, text)
        })?),
    };
    let (base, facts) = (verb::text(work, "SearchBase").to_lowercase(), work.facts());
    let scope = verb::text(work, "SearchScope").to_lowercase();
    let limit = work.bound.int("ResultSetSize").and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX);
    let lies = |dn: &str| {
        let dn = dn.to_lowercase();
        let above = dn.split_once(',').map_or("", |(_, rest)| rest);
        match scope.as_str() {
            "base" | "0" => dn == base,
            "onelevel" | "1" => above == base,
            _ => dn == base || dn.ends_with(&format!(",{base}")),
        }
    };
    let mut rows = Vec::new();
    for noun in NOUNS {
        for object in work.all(noun)? {
            let fits = (base.is_empty() || lies(&dn(&facts, &object)))
                && filter.as_ref().is_none_or(|f| f.passes(&mut |name| attribute(&work.directory, &object, name)));
            if fits && rows.len() < limit {
                rows.push(row(work, &object));
            }
        }
    }
    if work.bound.switch("IncludeDeletedObjects") {
        for object in deleted::all(work)? {
            let of = |name: &str| match name.to_ascii_lowercase().as_str() {
                "name" | "cn" => Json::from(deleted::name(&object)),
                "isdeleted" | "deleted" => Json::Bool(true),
                "distinguishedname" => Json::from(deleted::dn(&facts, &object)),
                "objectclass" => Json::from(class(object.text("Noun").unwrap_or_default()).0),
                "objectguid" => Json::from(object.name.as_str()),
                "msds-lastknownrdn" => Json::from(object.text("Name").unwrap_or_default()),
                other => match object.get("Properties") {
                    Some(Json::Object(map)) => {
                        map.iter().find(|(k, _)| k.eq_ignore_ascii_case(other)).map_or(Json::Null, |(_, v)| v.clone())
                    }
                    _ => Json::Null,
                },
            };
            if filter.as_ref().is_none_or(|f| f.passes(&mut |name| of(name))) && rows.len() < limit {
                rows.push(deleted_row(&facts, &object));
            }
        }
    }
    Ok(rows)
}

/// Remove: an object of any kind; units that hold others only with -Recursive.
fn remove(work: &mut Work) -> Result<()> {
    let (_, object) = match named(work) {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    let (facts, recursive) = (work.facts(), work.bound.switch("Recursive"));
    let place = dn(&facts, &object).to_lowercase();
    let mut below = Vec::new();
    for noun in NOUNS {
        match work.all(noun) {
            Ok(all) => {
                below.extend(all.into_iter().filter(|o| dn(&facts, o).to_lowercase().ends_with(&format!(",{place}"))))
            }
            Err(fault) => return work.fail(&fault),
        }
    }
    if !below.is_empty() && !recursive {
        let text = "The operation cannot be performed because child objects exist. This operation can only be performed on a leaf object.";
        let fault = Fault::new("ADException", "ActiveDirectoryServer:8213", command::ErrorCategory::NotSpecified, text);
        return work.fail(&fault.at(&object.name));
    }
    if !work.should(&object.name)? {
        return Ok(());
    }
    below.push(object);
    work.write(|writer, _| {
        for object in &below {
            for (other, property) in writer.referrers(object.id)? {
                if property == "User" {
                    writer.remove(other.id)?;
                }
            }
            deleted::bury(writer, object)?;
            writer.remove(object.id)?;
        }
        Ok(())
    })?;
    Ok(())
}

fn restore(work: &mut Work) -> Result<()> {
    let identity = work.bound.value("Identity");
    let removed = match deleted::named(work, &identity) {
        Ok(removed) => removed,
        Err(fault) => return work.fail(&fault),
    };
    let given = |name: &str| Some(verb::text(work, name)).filter(|t| !t.is_empty());
    let (name, place) = (given("NewName"), given("TargetPath"));
    if !work.should(&deleted::name(&removed))? {
        return Ok(());
    }
    let done = deleted::restore(work, &removed, name, place)?;
    match done {
        Some(id) if work.bound.switch("PassThru") => match work.directory.store.read(|reader| reader.get(id)) {
            Ok(Some(object)) => {
                let row = row(work, &object);
                work.session.write(row)
            }
            Ok(None) => Ok(()),
            Err(error) => work.fail(&Fault::from(error)),
        },
        _ => Ok(()),
    }
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
