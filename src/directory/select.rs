//! Which objects a cmdlet that changes or removes is meant for: one by identity, or all that properties describe.

use command::Value;
use store::Object;

use crate::fault::Fault;
use crate::filter::like;
use crate::heed::is_steering;
use crate::identity::{self, Resolved};
use crate::row::Row;
use crate::work::Work;

/// Parameters that name one object, in the order in which they are tried.
const NAMING: [&str; 8] =
    ["Identity", "Instance", "InputObject", "Name", "UserPrincipalName", "ObjectId", "ZoneName", "DomainName"];

/// Whether a parameter that is no property names the object: `GroupId`, `Id`, or the one that the command can't do without.
pub(crate) fn is_naming(work: &Work, name: &str) -> bool {
    // What says where, how or from which file names nothing.
    let folded = name.to_ascii_lowercase();
    let describes = ["filter", "file", "path", "scope", "context", "url", "mode"].iter().any(|w| folded.contains(w));
    if describes || work.noun.property(name).is_some() || ["New", "Add", "Register"].contains(&work.command.verb()) {
        return false;
    }
    let short = work.noun.name().strip_prefix("Cs").unwrap_or(work.noun.name());
    let by_id = name.eq_ignore_ascii_case("Id")
        || name.eq_ignore_ascii_case("GroupId")
        || name.strip_suffix("Id").is_some_and(|of| short.to_lowercase().ends_with(&of.to_lowercase()));
    by_id
        || work.command.parameters().any(|p| {
            p.name().eq_ignore_ascii_case(name)
                && p.type_name() != "SwitchParameter"
                && p.places().any(|place| place.mandatory)
        })
}

/// The value of such a parameter.
pub(crate) fn naming_value(work: &Work) -> Option<Value> {
    let mut given = work.bound.iter().filter(|(name, value)| !value.is_null() && is_naming(work, name));
    given.next().map(|(_, value)| value.clone())
}

/// Whether the noun's settings exist once: no command makes or removes an object of it by name.
pub(crate) fn is_only(work: &Work) -> bool {
    let makes = |verb: &str| work.library().command(&format!("{verb}-{}", work.noun.name())).is_some();
    let needs = work.command.parameters().any(|p| p.name() == "Identity" && p.places().any(|place| place.mandatory));
    !needs && !makes("New") && !makes("Add") && work.noun.scopes().next().is_none() && work.noun.parent().is_empty()
}

/// The objects meant; a fault when there are none.
pub(crate) fn targets(work: &Work) -> Result<Vec<Object>, Fault> {
    let (facts, noun) = (work.facts(), work.noun);
    let named = NAMING.iter().filter_map(|n| work.bound.get(n)).find(|v| !v.is_null()).cloned();
    let named = named.or_else(|| naming_value(work));
    if let Some(value) = named.filter(|v| !v.as_str().is_some_and(|t| t.contains(['*', '?']))) {
        let mut found = Vec::new();
        let values: Vec<Value> = match value.as_array() {
            Some(items) => items.to_vec(),
            None => vec![value],
        };
        for value in values {
            let identity = Resolved::of(&value);
            found.push(
                work.directory.store.read(|reader| {
                    Ok(identity::resolve(reader, &work.directory.library, &facts, &noun, &identity))
                })??,
            );
        }
        return Ok(found);
    }
    let mut wanted: Vec<(String, Vec<String>)> = Vec::new();
    if noun.family() != "directory" && work.bound.has("Filter") {
        // Documents are filtered by a pattern on their identity.
        wanted.push(("Identity".to_owned(), work.bound.strings("Filter").iter().map(ToString::to_string).collect()));
    }
    for (name, _) in work.bound.iter() {
        let finds = noun.property(name).is_some() || crate::heed::is_kept_by_others(work, name);
        if finds && !is_steering(name) && !name.eq_ignore_ascii_case("PassThru") {
            wanted.push((name.to_string(), work.bound.strings(name).iter().map(ToString::to_string).collect()));
        }
    }
    if wanted.is_empty() && !work.bound.switch("All") {
        let all = work.all(noun.stored_as())?;
        // Settings that there are once need no name; that they were never made is no fault.
        if is_only(work) && all.len() < 2 {
            return Ok(all);
        }
        return Err(Fault::argument("IdentityMissing", "The identity of the object is missing."));
    }
    let found = work.directory.store.read(|reader| {
        let mut row = Row::new(reader, &work.directory.library, &facts, noun);
        let mut found = Vec::new();
        for object in reader.all(noun.stored_as())? {
            let mut fits = true;
            for (name, patterns) in &wanted {
                let have = crate::get::texts(&row.filter_value(&object, name)?);
                fits &= have.iter().any(|text| patterns.iter().any(|pattern| like(text, pattern)));
            }
            if fits {
                found.push(object);
            }
        }
        Ok(found)
    })?;
    if found.is_empty() {
        // `-GroupId 1234` may name the object although it has a property of that name.
        let mut named = Vec::new();
        for text in wanted.iter().flat_map(|(_, patterns)| patterns.clone()) {
            let identity = Resolved { id: None, text };
            let resolved = work
                .directory
                .store
                .read(|reader| Ok(identity::resolve(reader, &work.directory.library, &facts, &noun, &identity)))?;
            named.extend(resolved);
        }
        if !named.is_empty() {
            return Ok(named);
        }
        let text = wanted.iter().flat_map(|(_, patterns)| patterns.clone()).collect::<Vec<_>>().join(", ");
        return Err(identity::absent(&facts, &noun, &text));
    }
    Ok(found)
}
