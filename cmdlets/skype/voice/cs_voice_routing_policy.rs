//! Voice routing policies.

use directory::{Edit, Fault, NounCode};

pub static NOUN: NounCode = NounCode { noun: "CsVoiceRoutingPolicy", before_write: Some(check), ..NounCode::PLAIN };

fn check(edit: &mut Edit) -> Result<(), Fault> {
    super::pattern::usages(edit, "PstnUsages")
}
