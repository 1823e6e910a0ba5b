//! Rules of hunt groups: the pilot is unique in the gateway.

use directory::{Edit, Fault, NounCode};

pub static NOUN: NounCode = NounCode { noun: "UMHuntGroup", before_write: Some(check), ..NounCode::PLAIN };

fn check(edit: &mut Edit) -> Result<(), Fault> {
    let pilots: Vec<String> = edit.text("PilotIdentifier").split(',').map(|p| p.trim().to_owned()).collect();
    for other in edit.writer.within("UMHuntGroup", &edit.container)? {
        if other.id == edit.id {
            continue;
        }
        let taken: Vec<&str> = other.text("PilotIdentifier").unwrap_or_default().split(',').map(str::trim).collect();
        if let Some(pilot) = pilots.iter().find(|p| taken.iter().any(|t| t.eq_ignore_ascii_case(p))) {
            let text = if pilot.is_empty() {
                format!(
                    "The UM IP gateway already has the hunt group '{}' without a pilot identifier. Only one is allowed.",
                    other.name
                )
            } else {
                format!(
                    "The pilot identifier '{pilot}' is already used by the hunt group '{}' of this UM IP gateway.",
                    other.name
                )
            };
            return Err(Fault::exchange("PilotIdentifierInUseException", "UMHuntGroup", text).at(pilot));
        }
    }
    edit.set("PilotIdentifier", pilots.join(","));
    Ok(())
}
