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

/// The objects meant; a fault when there are none.
pub(crate) fn targets(work: &Work) -> Result<Vec<Object>, Fault> {
    let (facts, noun) = (work.facts(), work.noun);
    let named = NAMING.iter().filter_map(|n| work.bound.get(n)).find(|v| !v.is_null());
    if let Some(value) = named.filter(|v| !v.as_str().is_some_and(|t| t.contains(['*', '?']))) {
        let mut found = Vec::new();
        let values: Vec<Value> = match value.as_array() {
            Some(items) => items.to_vec(),
            None => vec![value.clone()],
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
    for (name, _) in work.bound.iter() {
        if noun.property(name).is_some() && !is_steering(name) {
            wanted.push((name.to_string(), work.bound.strings(name).iter().map(ToString::to_string).collect()));
        }
    }
    if wanted.is_empty() && !work.bound.switch("All") {
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
        let text = wanted.iter().flat_map(|(_, patterns)| patterns.clone()).collect::<Vec<_>>().join(", ");
        return Err(identity::absent(&facts, &noun, &text));
    }
    Ok(found)
}
