//! New: name, defaults, values, rules, uniqueness.

use command::{Result, Value};
use serde_json::{Map, Value as Json};
use store::Reader;
use values::convert::to_display;

use crate::convert::{kept, to_json};
use crate::draft::{Change, apply_change, defaults};
use crate::fault::Fault;
use crate::heed::{is_stored, steers};
use crate::identity::{self, Resolved, document};
use crate::organization::Facts;
use crate::row::row;
use crate::scope::{Scope, canonical};
use crate::work::Work;

/// Characters that no name may have.
const FORBIDDEN: &str = "\"/\\[]:;|=,+*?<>";

/// Runs New.
pub fn run(work: &mut Work) -> Result<()> {
    let draft = match prepare(work) {
        Ok(draft) => draft,
        Err(fault) => return work.fail(&fault),
    };
    let Draft { name, container, properties } = draft;
    if work.bound.switch("InMemory") {
        return in_memory(work, &name, properties);
    }
    if !work.should(&name)? {
        return Ok(());
    }
    let noun = work.noun;
    let (facts, directory, bound) = (work.facts(), work.directory.clone(), work.bound);
    let id = work.write(|writer, warnings| {
        if noun.family() != "directory" && writer.find(noun.stored_as(), &container, &name)?.is_some() {
            let text = if noun.parent().is_empty() {
                name.clone()
            } else {
                format!("{}/{name}", parent_text(&properties, &container))
            };
            return Err(Fault::document_exists(&text));
        }
        let change =
            Change { library: &directory.library, facts: &facts, noun, bound, old: None, name, container, properties };
        change.write(writer, warnings)
    })?;
    // The servers' own modules give back what they made only when they are asked to.
    let waits_for_asking = noun.family() == "server" && work.command.parameters().any(|p| p.name() == "PassThru");
    match id {
        Some(_) if waits_for_asking && !work.bound.switch("PassThru") => Ok(()),
        Some(id) => work.emit_id(id),
        None => Ok(()),
    }
}

struct Draft {
    name: String,
    container: String,
    properties: Map<String, Json>,
}

fn parent_text<'a>(properties: &'a Map<String, Json>, container: &'a str) -> &'a str {
    properties.get("Parent").and_then(Json::as_str).unwrap_or(container)
}

fn prepare(work: &Work) -> std::result::Result<Draft, Fault> {
    let noun = work.noun;
    let mut properties = defaults(&noun);
    let (name, container) = name_of(work, &mut properties)?;
    let code = work.directory.library.code(noun.name());
    for (parameter, value) in work.bound.iter() {
        let is = |n: &str| parameter.eq_ignore_ascii_case(n);
        if is("Identity")
            || is("Parent")
            || is("InMemory")
            || is("PassThru")
            || steers(&noun, parameter)
            || (is("Name") && noun.property("Name").is_none())
        {
            continue;
        }
        let Some(property) = noun.property(parameter) else {
            let is_off = matches!(value.base(), Value::Bool(false));
            let heeds = code.is_some_and(|c| c.heeds.iter().any(|h| parameter.eq_ignore_ascii_case(h)));
            if heeds || is_off {
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
        let json =
            if property.is_many() { apply_change(&property, None, &given)? } else { to_json(&property, &given)? };
        match json {
            Json::Null => properties.remove(property.name()),
            json => properties.insert(property.name().to_owned(), json),
        };
    }
    Ok(Draft { name, container, properties })
}

/// A link parameter's value as the text or id it names.
pub(crate) fn as_link(property: &catalogue::PropertyRow, value: &Value) -> Value {
    if property.link().is_empty() || value.is_null() || value.as_dict().is_some() {
        return value.clone();
    }
    let one = |value: &Value| {
        let named = Resolved::of(value);
        Value::from(named.id.map_or(named.text, |id| id.to_string()))
    };
    match value.as_array() {
        Some(items) => Value::array(items.to_vec().iter().map(one).collect()),
        None => one(value),
    }
}

/// The parameter that names a new object where Identity does not: `SubnetID` of a subnet, `Domain` of an allowed domain.
fn key_parameter(work: &Work) -> Option<&'static str> {
    let is_key = |p: &catalogue::ParameterRow| {
        p.name() != "Parent" && p.places().any(|place| place.set == "ParentAndRelativeKey" && place.mandatory)
    };
    work.command.parameters().find(is_key).map(|p| p.name())
}

/// The new object's name and container, with what a name implies.
fn name_of(work: &Work, properties: &mut Map<String, Json>) -> std::result::Result<(String, String), Fault> {
    let noun = work.noun;
    let text = |parameter: &str| work.bound.get(parameter).filter(|v| !v.is_null()).map(|v| Resolved::of(v).text);
    if noun.family() == "directory" {
        let candidates = [text("Name"), text("Identity"), text("DomainName"), text("DisplayName"), text("Alias")];
        let name = candidates.into_iter().flatten().next().unwrap_or_else(|| "Default".to_owned());
        let name = name.trim().to_owned();
        check_name(&name)?;
        let container = match noun.parent() {
            "" => String::new(),
            parent => {
                let value = work.bound.get(parent).cloned().unwrap_or_default();
                work.target(parent, &value)?.id.to_string()
            }
        };
        return Ok((name, container));
    }
    if noun.parent().is_empty() {
        let given = text("Identity")
            .or_else(|| text("Name"))
            .or_else(|| text("UserPrincipalName"))
            .or_else(|| text("DisplayName"))
            .or_else(|| text("ZoneName"));
        // What is named by one of its properties has it, whichever way it was named.
        let key = key_parameter(work);
        let given = given.or_else(|| text(key.unwrap_or_default()));
        let of_parent = text("Parent").filter(|_| !work.bound.has("Identity"));
        let given = match (of_parent, given) {
            (Some(parent), Some(name)) => Some(format!("{parent}/{name}")),
            (_, given) => given,
        };
        if let (Some(key), Some(given)) = (key.and_then(|key| noun.property(key)), &given) {
            let own = given.split_once('/').filter(|_| work.command.parameters().any(|p| p.name() == "Parent"));
            properties.insert(key.name().to_owned(), Json::from(own.map_or(given.as_str(), |(_, own)| own)));
        }
        let Some(given) = given else {
            let scopes: Vec<&str> = noun.scopes().collect();
            return Ok((canonical(&uuid::Uuid::new_v4().to_string(), &scopes), String::new()));
        };
        let scopes: Vec<&str> = noun.scopes().collect();
        let name = canonical(&given, &scopes);
        if noun.family() == "document" || noun.family() == "tenant" {
            check_scope(work, &name, &scopes)?;
        }
        if noun.property("Name").is_some() && !work.bound.has("Name") {
            properties.insert("Name".to_owned(), Json::from(name.strip_prefix("Tag:").unwrap_or(&name)));
        }
        return Ok((name, String::new()));
    }
    let (parent, name) = match (text("Parent"), text("Name"), text("Identity")) {
        (Some(parent), Some(name), _) => (parent, name),
        (_, _, Some(identity)) => match identity.rsplit_once('/') {
            Some((parent, name)) => (parent.to_owned(), name.to_owned()),
            None => ("Global".to_owned(), identity),
        },
        (_, Some(name), _) => ("Global".to_owned(), name),
        _ => return Err(Fault::argument("IdentityMissing", "Either Identity or Parent and Name must be given.")),
    };
    let of = work.other(noun.parent())?;
    let scopes: Vec<&str> = of.scopes().collect();
    let canonical_parent = canonical(&parent, &scopes);
    if !work.bound.switch("InMemory") {
        let facts = work.facts();
        let named = Resolved { id: None, text: canonical_parent.clone() };
        work.directory
            .store
            .read(|reader| Ok(identity::resolve(reader, &work.directory.library, &facts, &of, &named)))??;
    }
    properties.insert("Parent".to_owned(), Json::from(canonical_parent.as_str()));
    if noun.property("Name").is_some() {
        properties.insert("Name".to_owned(), Json::from(name.as_str()));
    }
    Ok((name, canonical_parent.to_lowercase()))
}

/// Refuses names that Exchange refuses.
pub(crate) fn check_name(name: &str) -> std::result::Result<(), Fault> {
    if name.is_empty() {
        return Err(Fault::argument(
            "NameEmpty",
            "The property value is invalid. The value can't be empty. Property Name: Name",
        ));
    }
    if name.chars().count() > 64 {
        let text = format!(
            "The length of the property is too long. The maximum length is 64 and the length of the value provided is {}. Property Name: Name",
            name.chars().count()
        );
        return Err(Fault::argument("PropertyTooLong", text).at(name));
    }
    if let Some(bad) = name.chars().find(|c| FORBIDDEN.contains(*c)) {
        let text = format!("The property value is invalid. The value can't contain \"{bad}\". Property Name: Name");
        return Err(Fault::argument("NameInvalid", text).at(name));
    }
    Ok(())
}

fn check_scope(work: &Work, name: &str, scopes: &[&str]) -> std::result::Result<(), Fault> {
    if scopes.is_empty() {
        return Ok(());
    }
    let scope = Scope::parse(name.split_once('/').map_or(name, |(parent, _)| parent));
    if !scopes.contains(&scope.kind()) {
        let text = format!(
            "\"{name}\" is not a valid identity of {}: the scope \"{}\" is not allowed.",
            document(&work.noun),
            scope.kind()
        );
        return Err(Fault::argument("InvalidScope", text).at(name));
    }
    if let Scope::Site(site) = &scope {
        let exists = |reader: &Reader| {
            Ok(reader.find("CsSite", "", &format!("Site:{site}"))?.is_some()
                || reader.find("CsSite", "", site)?.is_some())
        };
        if !work.directory.store.read(exists)? {
            return Err(Fault::no_document("Site", &format!("Site:{site}")));
        }
    }
    Ok(())
}

/// `-InMemory`: the object as a value, not stored.
fn in_memory(work: &mut Work, name: &str, properties: Map<String, Json>) -> Result<()> {
    let noun = work.noun;
    let facts: Facts = work.facts();
    let library = work.directory.library.clone();
    let made = work.directory.store.read(|reader| {
        let object = store::Object::unsaved(noun.stored_as(), "", name, properties);
        row(reader, &library, &facts, noun, &object)
    });
    match made {
        Ok(value) => {
            if let Some(object) = value.as_object() {
                let identity = to_display(&object.get("Identity").unwrap_or_default());
                object.set("Identity", Value::from(identity.as_str()));
            }
            work.session.write(value)
        }
        Err(error) => work.fail(&Fault::from(error)),
    }
}
