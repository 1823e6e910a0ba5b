//! A zone of one kind made one of another.

use command::Result;
use directory::{Fault, Work};
use serde_json::Value as Json;
use store::Object;

/// The zone that the call names, primary or secondary.
fn named(work: &Work) -> std::result::Result<Object, Fault> {
    let name = work.bound.value("Name");
    work.target("DnsServerPrimaryZone", &name)
        .or_else(|fault| work.target("DnsServerSecondaryZone", &name).map_err(|_| fault))
}

/// Writes the zone as one of a noun, with what the call says of it; properties of the other kind go.
pub(super) fn convert(work: &mut Work, noun: &str, gone: &[&str], set: &[(&str, Json)]) -> Result<()> {
    let found = named(work).and_then(|zone| Ok((zone, work.other(noun)?)));
    let (zone, row) = match found {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&zone.name)? {
        return Ok(());
    }
    let mut properties = zone.properties.clone();
    properties.retain(|name, _| !gone.contains(&name.as_str()));
    for (parameter, value) in work.bound.iter() {
        let Some(property) = row.property(parameter).filter(|p| p.name() != "Name") else { continue };
        match directory::to_json(&property, value) {
            Ok(json) => properties.insert(property.name().to_owned(), json),
            Err(fault) => return work.fail(&fault),
        };
    }
    for (name, value) in set {
        properties.insert((*name).to_owned(), value.clone());
    }
    let directory = work.directory.clone();
    let done = work.write(|writer, _| {
        let draft = directory::store_draft(&directory.library, row.stored_as(), zone.id, &zone.name, "", properties);
        if zone.noun == row.stored_as() {
            writer.update(draft)?;
        } else {
            writer.remove(zone.id)?;
            writer.insert(draft)?;
        }
        Ok(writer.get(zone.id)?)
    })?;
    match done.flatten() {
        Some(zone) if work.bound.switch("PassThru") => work.emit_as(row, &zone),
        _ => Ok(()),
    }
}
