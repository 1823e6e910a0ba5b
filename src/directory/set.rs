//! Set: changes of properties, renaming, `-Instance`.

use command::{Result, Value};
use serde_json::{Map, Value as Json};
use store::Object;

use crate::convert::{kept, to_json};
use crate::draft::{Change, apply_change, defaults};
use crate::fault::Fault;
use crate::heed::{is_stored, steers};
use crate::identity::{self, Resolved};
use crate::new::{as_link, check_name};
use crate::select::{is_naming, is_only, naming_value};
use crate::work::Work;

/// Runs Set.
pub fn run(work: &mut Work) -> Result<()> {
    let old = match target(work) {
        Ok(old) => old,
        Err(fault) => return work.fail(&fault),
    };
    let (name, properties) = match changed(work, &old) {
        Ok(changed) => changed,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&old.name)? {
        return Ok(());
    }
    let noun = work.noun;
    let (facts, directory, bound) = (work.facts(), work.directory.clone(), work.bound);
    let shown = old.name.clone();
    let done = work.write(|writer, warnings| {
        // Another shell may have changed it since it was read.
        let stored = writer.get(old.id)?;
        if stored.is_none() && old.created > 0 {
            return Err(Fault::not_found(noun.name(), &shown, &facts.controller));
        }
        let before = (old.name.clone(), stored.as_ref().unwrap_or(&old).properties.clone());
        let container = stored.as_ref().map_or_else(String::new, |o| o.container.clone());
        let change = Change {
            library: &directory.library,
            facts: &facts,
            noun,
            bound,
            container,
            old: stored.as_ref(),
            name,
            properties,
        };
        let id = change.write(writer, warnings)?;
        let after = writer.get(id)?.map(|o| (o.name, o.properties));
        if noun.family() == "directory" && after.as_ref() == Some(&before) {
            warnings
                .push(format!("The command completed successfully but no settings of '{shown}' have been modified."));
        }
        Ok(id)
    })?;
    match done {
        Some(id) if work.bound.switch("PassThru") => work.emit_id(id),
        _ => Ok(()),
    }
}

fn target(work: &Work) -> std::result::Result<Object, Fault> {
    let instance = work.bound.get("Instance").or_else(|| work.bound.get("InputObject"));
    let value = match (work.bound.get("Identity"), instance) {
        (Some(identity), _) if !identity.is_null() => identity.clone(),
        (_, Some(instance)) if !instance.is_null() => instance.clone(),
        _ => {
            // Server settings and organisation-wide objects need no identity.
            for by in ["Server", "Name", "UserPrincipalName", "ObjectId", "ZoneName", "DomainName"] {
                if let Some(value) = work.bound.get(by).filter(|v| !v.is_null()) {
                    return work.target(work.noun.name(), value);
                }
            }
            if let Some(value) = naming_value(work) {
                return work.target(work.noun.name(), &value);
            }
            let scopes: Vec<&str> = work.noun.scopes().collect();
            if scopes.contains(&"Global") {
                return work.target(work.noun.name(), &Value::from("Global"));
            }
            let mut all = work.all(work.noun.stored_as())?;
            if all.len() == 1 {
                return Ok(all.swap_remove(0));
            }
            if all.is_empty() && is_only(work) {
                // Settings that there are once, and that nobody has changed yet.
                let name = work.noun.name().strip_prefix("Cs").unwrap_or(work.noun.name());
                return Ok(Object::unsaved(work.noun.stored_as(), "", name, defaults(&work.noun)));
            }
            let fault = Fault::argument("IdentityMissing", "The identity of the object to change is missing.");
            return Err(fault);
        }
    };
    let facts = work.facts();
    let named = Resolved::of(&value);
    let noun = work.noun;
    work.directory.store.read(|reader| Ok(identity::resolve(reader, &work.directory.library, &facts, &noun, &named)))?
}

/// The object's name and properties as they shall be.
fn changed(work: &Work, old: &Object) -> std::result::Result<(String, Map<String, Json>), Fault> {
    let noun = work.noun;
    let (mut name, mut properties) = (old.name.clone(), old.properties.clone());
    if let Some(instance) = work.bound.get("Instance").and_then(Value::as_object) {
        for property in noun.properties().filter(|p| !p.is_read_only() && !p.is_new_only() && !p.is_computed()) {
            if let Some(value) = instance.get(property.name()) {
                put(&mut properties, &property, to_json(&property, &as_link(&property, &value))?);
            }
        }
    }
    let code = work.directory.library.code(noun.name());
    for (parameter, value) in work.bound.iter() {
        let is = |n: &str| parameter.eq_ignore_ascii_case(n);
        if is("Identity") || is("Instance") || is("InputObject") || is("PassThru") || steers(&noun, parameter) {
            continue;
        }
        if is("Name") && noun.family() == "directory" {
            name = values::convert::to_display(value);
            check_name(&name)?;
            continue;
        }
        let Some(property) = noun.property(parameter) else {
            let heeds = code.is_some_and(|c| c.heeds.iter().any(|h| parameter.eq_ignore_ascii_case(h)));
            if heeds || is("Server") || matches!(value.base(), Value::Bool(false)) {
                continue;
            }
            if is_naming(work, parameter) {
                continue;
            }
            if is_stored(&work.directory.library, &noun, work.command.verb()) {
                properties.insert(parameter.to_string(), kept(value));
                continue;
            }
            if code.is_some() {
                continue;
            }
            return Err(Fault::unsupported(work.command.name(), parameter));
        };
        let given = as_link(&property, value);
        let json = apply_change(&property, properties.get(property.name()), &given)?;
        put(&mut properties, &property, json);
    }
    Ok((name, properties))
}

fn put(properties: &mut Map<String, Json>, property: &catalogue::PropertyRow, json: Json) {
    match json {
        Json::Null => properties.remove(property.name()),
        json => properties.insert(property.name().to_owned(), json),
    };
}
