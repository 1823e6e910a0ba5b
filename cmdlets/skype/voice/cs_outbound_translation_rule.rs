//! Translation rules for called numbers of a trunk.

use directory::{Edit, Fault, NounCode};

pub static NOUN: NounCode =
    NounCode { noun: "CsOutboundTranslationRule", before_write: Some(check), ..NounCode::PLAIN };

fn check(edit: &mut Edit) -> Result<(), Fault> {
    super::pattern::check(edit.text("Pattern"), "Pattern")?;
    super::pattern::arrange(edit)
}
