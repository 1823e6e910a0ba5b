//! Computers of the topology: activated or not, and what is wrong with them.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use serde_json::Value as Json;

use super::local;
use crate::test::synthetic::{found, row};

pub static NOUN: NounCode = NounCode {
    noun: "CsComputer",
    heeds: &["*", "Identity", "Local"],
    verbs: &[("Get", get), ("Enable", enable), ("Disable", disable), ("Test", test)],
    ..NounCode::PLAIN
};

/// Get: -Local is the computer at which one sits.
fn get(work: &mut Work) -> Result<()> {
    if !work.bound.switch("Local") {
        return directory::verb::get(work);
    }
    match local::computer(work) {
        Ok(computer) => work.emit(&computer),
        Err(fault) => work.fail(&fault),
    }
}

fn enable(work: &mut Work) -> Result<()> {
    activate(work, true)
}

fn disable(work: &mut Work) -> Result<()> {
    activate(work, false)
}

/// Activates the services of this computer, or takes them back.
fn activate(work: &mut Work, active: bool) -> Result<()> {
    let computer = match local::computer(work) {
        Ok(computer) => computer,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&computer.name)? {
        return Ok(());
    }
    let mut properties = computer.properties.clone();
    properties.insert("Activated".to_owned(), Json::Bool(active));
    let noun = work.noun;
    match work.save(noun, Some(&computer), &computer.name, &computer.container, properties)? {
        Some(id) => work.emit_id(id),
        None => Ok(()),
    }
}

fn test(work: &mut Work) -> Result<()> {
    let rows = findings(work);
    work.answer(rows)
}

/// Whether this computer is activated, belongs to a pool, and has its certificate.
fn findings(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let computer = local::computer(work)?;
    let name = computer.name.as_str();
    let has_certificate =
        work.all("CsCertificate")?.iter().any(|c| c.name.to_lowercase().contains(&name.to_lowercase()));
    let error = if computer.flag("Activated") == Some(false) {
        Some(format!("The services of {name} are not activated: use Enable-CsComputer."))
    } else if computer.text("Pool").is_none_or(str::is_empty) {
        Some(format!("{name} belongs to no pool of the topology."))
    } else if !has_certificate {
        Some(format!("No certificate is assigned on {name}: use Set-CsCertificate."))
    } else {
        None
    };
    Ok(vec![row(name, &found(error))])
}
