//! Small verbs that nouns' own code is made of: properties written to what the call names, objects moved to another place,
//! and objects of several nouns shown as one.

use command::{Result, Value};
use serde_json::Value as Json;
use store::Object;
use values::convert::to_display;

use crate::convert::structured;
use crate::fault::Fault;
use crate::filter::{Filter, like};
use crate::get::read_filter;
use crate::identity::{self, Resolved};
use crate::select;
use crate::work::Work;

/// Writes properties to each object that the call names, with those among the parameters that are properties.
pub fn mark(work: &mut Work, changes: &[(&str, Json)]) -> Result<()> {
    let targets = match select::targets(work) {
        Ok(targets) => targets,
        Err(fault) => return work.fail(&fault),
    };
    targets.into_iter().try_for_each(|old| mark_one(work, &old, changes))
}

/// The same for one object that was found already.
pub fn mark_one(work: &mut Work, old: &Object, changes: &[(&str, Json)]) -> Result<()> {
    if !work.should(&old.name)? {
        return Ok(());
    }
    let mut properties = old.properties.clone();
    for (parameter, value) in work.bound.iter() {
        let names = ["Identity", "Instance", "InputObject", "Name"];
        let Some(property) = work.noun.property(parameter) else { continue };
        if names.iter().any(|n| parameter.eq_ignore_ascii_case(n)) || property.is_read_only() {
            continue;
        }
        match crate::convert::to_json(&property, value) {
            Ok(json) => properties.insert(property.name().to_owned(), json),
            Err(fault) => return work.fail(&fault),
        };
    }
    for (name, value) in changes {
        match value {
            Json::Null => properties.remove(*name),
            value => properties.insert((*name).to_owned(), value.clone()),
        };
    }
    let noun = work.noun;
    match work.save(noun, Some(old), &old.name, &old.container, properties)? {
        Some(id) if work.bound.switch("PassThru") => work.emit_id(id),
        _ => Ok(()),
    }
}

/// Writes the name of the object that a parameter names (of one of some nouns) into a property of each object named.
pub fn move_to(work: &mut Work, parameter: &str, nouns: &[&str], property: &str) -> Result<()> {
    let value = work.bound.value(parameter);
    let mut missing = None;
    for noun in nouns {
        match work.target(noun, &value) {
            Ok(found) => return mark(work, &[(property, Json::from(found.name))]),
            Err(fault) => missing = missing.or(Some(fault)),
        }
    }
    let fault = missing.unwrap_or_else(|| Fault::no_document("Target", &to_display(&value)));
    work.fail(&fault)
}

/// Get over objects of several nouns: those that Identity, Filter and the organizational unit choose, as far as ResultSize
/// wants, as the command's noun shows them.
pub fn show(work: &mut Work, nouns: &[&str], fits: fn(&Object) -> bool) -> Result<()> {
    match chosen(work, nouns, fits) {
        Ok(found) => found.iter().try_for_each(|object| work.emit(object)),
        Err(fault) => work.fail(&fault),
    }
}

fn chosen(work: &mut Work, nouns: &[&str], fits: fn(&Object) -> bool) -> std::result::Result<Vec<Object>, Fault> {
    let named = work.bound.get("Identity").filter(|v| !v.is_null()).cloned();
    let is_pattern = |v: &Value| v.as_str().is_some_and(|t| t.contains(['*', '?']));
    if let Some(value) = named.as_ref().filter(|v| !is_pattern(v)) {
        let found = nouns.iter().find_map(|noun| work.target(noun, value).ok().filter(fits));
        let (facts, noun) = (work.facts(), work.noun);
        return found.map(|o| vec![o]).ok_or_else(|| identity::absent(&facts, &noun, &Resolved::of(value).text));
    }
    let pattern = named.map(|v| to_display(&v));
    let filter = work.bound.str("Filter").map(|t| t.to_string()).filter(|t| !t.is_empty());
    let mut filter = filter.map(|text| read_filter(work, &text)).transpose()?;
    if let Some(text) = work.bound.str("LDAPFilter").filter(|t| !t.is_empty()) {
        let noun = work.noun;
        let bad =
            || Fault::argument("InvalidLdapFilter", format!("The LDAP filter \"{text}\" is not valid.")).at(&text);
        let read = Filter::parse_ldap(&text, &|name| identity::attribute(&noun, name)).ok_or_else(bad)?;
        filter = Some(match filter {
            Some(first) => Filter::And(Box::new(first), Box::new(read)),
            None => read,
        });
    }
    let unit = ["OU", "OrganizationalUnit"].iter().find_map(|n| work.bound.str(n)).map(|t| t.to_lowercase());
    let limit = work.bound.str("ResultSize").and_then(|t| t.parse().ok()).unwrap_or(usize::MAX);
    let facts = work.facts();
    let mut found: Vec<Object> = Vec::new();
    for noun in nouns {
        for object in work.all(noun)? {
            let own = object.text("OrganizationalUnit").or_else(|| object.text("OU")).unwrap_or_default();
            let is_named = |p: &String| {
                like(&object.name, p) || object.text("DisplayName").is_some_and(|display| like(display, p))
            };
            let is_wanted = fits(&object)
                && pattern.as_ref().is_none_or(is_named)
                && unit.as_ref().is_none_or(|u| own.to_lowercase().ends_with(u.as_str()))
                && filter.as_ref().is_none_or(|f| {
                    f.passes(&mut |name| match object.get(name) {
                        Some(json) => json.clone(),
                        None if name.eq_ignore_ascii_case("Name") => Json::from(object.name.as_str()),
                        None if name.eq_ignore_ascii_case("DistinguishedName") => {
                            Json::from(facts.object_dn(&object.name, "Users", Some(own).filter(|o| !o.is_empty())))
                        }
                        None => Json::Null,
                    })
                });
            if is_wanted && !found.iter().any(|o| o.id == object.id) {
                found.push(object);
            }
        }
    }
    found.truncate(limit);
    Ok(found)
}

/// A parameter's text; empty when it was not given.
pub fn text(work: &Work, parameter: &str) -> String {
    work.bound.get(parameter).filter(|v| !v.is_null()).map(|v| Resolved::of(v).text).unwrap_or_default()
}

/// A parameter's value as the store keeps values.
pub fn stored(work: &Work, parameter: &str) -> Json {
    work.bound.get(parameter).map_or(Json::Null, structured)
}
