//! Directories of conferences' numbers.

use command::Result;
use directory::{NounCode, Work, verb};

pub static NOUN: NounCode = NounCode {
    noun: "CsConferenceDirectory",
    heeds: &["*", "Identity", "TargetPool"],
    verbs: &[("Move", move_directory)],
    ..NounCode::PLAIN
};

fn move_directory(work: &mut Work) -> Result<()> {
    verb::move_to(work, "TargetPool", &["CsPool"], "HomePool")
}
