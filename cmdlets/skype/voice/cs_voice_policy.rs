//! Voice policies.

use directory::{Edit, Fault, NounCode};

pub static NOUN: NounCode = NounCode { noun: "CsVoicePolicy", before_write: Some(check), ..NounCode::PLAIN };

fn check(edit: &mut Edit) -> Result<(), Fault> {
    super::pattern::usages(edit, "PstnUsages")?;
    super::pattern::usages(edit, "CustomCallForwardingSimulRingUsages")
}
