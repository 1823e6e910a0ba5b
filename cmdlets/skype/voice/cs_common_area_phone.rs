//! Telephones of rooms that nobody owns.

use command::Result;
use directory::{NounCode, Work, verb};

pub static NOUN: NounCode = NounCode {
    noun: "CsCommonAreaPhone",
    heeds: &["*", "Identity", "Target"],
    verbs: &[("Move", move_pool)],
    ..NounCode::PLAIN
};

fn move_pool(work: &mut Work) -> Result<()> {
    verb::move_to(work, "Target", &["CsPool"], "RegistrarPool")
}
