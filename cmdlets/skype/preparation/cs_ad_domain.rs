//! Preparation of the domain: its state, doing it and taking it back.

use directory::NounCode;

use super::state::{DOMAIN, change, get};

pub static NOUN: NounCode = NounCode {
    noun: "CsAdDomain",
    heeds: &["Domain", "SkipPrepareCheck"],
    verbs: &[
        ("Get", |work| get(work, DOMAIN)),
        ("Enable", |work| change(work, DOMAIN, true)),
        ("Disable", |work| change(work, DOMAIN, false)),
    ],
    ..NounCode::PLAIN
};
