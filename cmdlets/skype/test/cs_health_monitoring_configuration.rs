//! The test users of a pool; a configuration is named after its pool.

use directory::{Edit, Fault, NounCode};

pub static NOUN: NounCode =
    NounCode { noun: "CsHealthMonitoringConfiguration", before_write: Some(check), ..NounCode::PLAIN };

fn check(edit: &mut Edit) -> Result<(), Fault> {
    if !edit.is_new() {
        return Ok(());
    }
    if edit.bound.has("TargetFqdn") {
        edit.name = edit.text("TargetFqdn").to_owned();
    }
    let name = edit.name.clone();
    edit.set("TargetFqdn", name);
    Ok(())
}
