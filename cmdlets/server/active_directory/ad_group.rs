//! Groups of the directory: what is removed can be restored.

use directory::{Fault, NounCode, Removal};

use super::deleted;

pub static NOUN: NounCode = NounCode { noun: "ADGroup", heeds: &["*"], before_remove: Some(bury), ..NounCode::PLAIN };

fn bury(removal: &mut Removal) -> Result<(), Fault> {
    Ok(deleted::bury(removal.writer, removal.object)?)
}
