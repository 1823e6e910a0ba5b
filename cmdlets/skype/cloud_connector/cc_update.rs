//! The appliance taken out of service for updates, and put back: calls go elsewhere meanwhile.

use command::Result;
use directory::{Fault, NounCode, Work};
use serde_json::json;

use super::installed::{appliance, keep};

pub static NOUN: NounCode =
    NounCode { noun: "CcUpdate", verbs: &[("Enter", enter), ("Exit", exit)], ..NounCode::PLAIN };

fn is_in(work: &Work) -> std::result::Result<bool, Fault> {
    Ok(appliance(work)?.flag("InMaintenance") == Some(true))
}

fn enter(work: &mut Work) -> Result<()> {
    match is_in(work) {
        Ok(true) => work.fail(&Fault::state("CcMaintenance", "The appliance is in maintenance already.")),
        Ok(false) => keep(work, "InMaintenance", json!(true)).map(|_| ()),
        Err(fault) => work.fail(&fault),
    }
}

fn exit(work: &mut Work) -> Result<()> {
    match is_in(work) {
        Ok(false) => work.fail(&Fault::state("CcMaintenance", "The appliance is not in maintenance.")),
        Ok(true) => keep(work, "InMaintenance", serde_json::Value::Null).map(|_| ()),
        Err(fault) => work.fail(&fault),
    }
}
