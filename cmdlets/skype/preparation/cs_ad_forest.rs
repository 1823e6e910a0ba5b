//! Preparation of the forest: its state, doing it and taking it back.

use directory::NounCode;

use super::state::{FOREST, change, get};

pub static NOUN: NounCode = NounCode {
    noun: "CsAdForest",
    heeds: &["SkipPrepareCheck", "GroupDomain"],
    verbs: &[
        ("Get", |work| get(work, FOREST)),
        ("Enable", |work| change(work, FOREST, true)),
        ("Disable", |work| change(work, FOREST, false)),
    ],
    ..NounCode::PLAIN
};
