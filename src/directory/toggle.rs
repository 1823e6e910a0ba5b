//! Enable and Disable of nouns that have a status.

use catalogue::NounRow;
use command::Result;
use serde_json::Value as Json;
use store::Object;

use crate::fault::Fault;
use crate::select;
use crate::work::Work;

/// Whether the noun has a property that Enable and Disable switch.
pub(crate) fn fits(noun: &NounRow) -> bool {
    property(noun).is_some()
}

fn property(noun: &NounRow) -> Option<catalogue::PropertyRow> {
    noun.property("Enabled")
        .filter(|p| p.type_name() == "Boolean")
        .or_else(|| noun.property("Status").filter(|p| p.values().any(|v| v == "Enabled")))
}

/// Runs Enable or Disable.
pub(crate) fn run(work: &mut Work) -> Result<()> {
    let Some(property) = property(&work.noun) else { return Ok(()) };
    let on = work.command.verb() == "Enable";
    let targets = match select::targets(work) {
        Ok(targets) => targets,
        Err(fault) => return work.fail(&fault),
    };
    targets.into_iter().try_for_each(|old| one(work, &property, on, &old))
}

fn one(work: &mut Work, property: &catalogue::PropertyRow, on: bool, old: &Object) -> Result<()> {
    if !work.should(&old.name)? {
        return Ok(());
    }
    let value = match property.type_name() {
        "Boolean" => Json::Bool(on),
        _ if on => Json::from("Enabled"),
        // Without -Immediate a gateway or server finishes the calls it has.
        _ if work.bound.has("Immediate")
            && !work.bound.switch("Immediate")
            && property.values().any(|v| v == "NoNewCalls") =>
        {
            Json::from("NoNewCalls")
        }
        _ => Json::from("Disabled"),
    };
    if old.get(property.name()) == Some(&value) {
        let state = if on { "enabled" } else { "disabled" };
        let fault = Fault::exchange(
            "InvalidOperationException",
            work.noun.name(),
            format!("The {} '{}' is already {state}.", work.noun.name(), old.name),
        )
        .at(&old.name);
        return work.fail(&fault);
    }
    let mut properties = old.properties.clone();
    properties.insert(property.name().to_owned(), value);
    let noun = work.noun;
    match work.save(noun, Some(old), &old.name, &old.container, properties)? {
        Some(id) if work.bound.switch("PassThru") => work.emit_id(id),
        _ => Ok(()),
    }
}
