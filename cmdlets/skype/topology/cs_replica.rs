//! The copy of the central management store on this computer.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use store::Draft;

use super::local;
use crate::test::synthetic::{found, row};

pub static NOUN: NounCode =
    NounCode { noun: "CsReplica", heeds: &[], verbs: &[("Enable", enable), ("Test", test)], ..NounCode::PLAIN };

fn enable(work: &mut Work) -> Result<()> {
    let computer = match local::computer(work) {
        Ok(computer) => computer,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&computer.name)? {
        return Ok(());
    }
    work.write(|writer, _| {
        if writer.find("CsReplica", "", &computer.name)?.is_none() {
            writer.insert(Draft::new("CsReplica", "", &computer.name))?;
        }
        Ok(())
    })?;
    Ok(())
}

fn test(work: &mut Work) -> Result<()> {
    let rows = findings(work);
    work.answer(rows)
}

/// A computer of the topology has a copy from the start; one that was taken out has none to be tested.
fn findings(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let computer = local::computer(work)?;
    let error = (computer.flag("Activated") == Some(false))
        .then(|| format!("The replica on {} is not in use: the computer's services are not activated.", computer.name));
    Ok(vec![row(&computer.name, &found(error))])
}
