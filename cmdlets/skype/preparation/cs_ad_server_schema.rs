//! The extension of the directory's schema.

use directory::NounCode;

use super::state::{SCHEMA, change, get};

pub static NOUN: NounCode = NounCode {
    noun: "CsAdServerSchema",
    verbs: &[("Get", |work| get(work, SCHEMA)), ("Install", |work| change(work, SCHEMA, true))],
    ..NounCode::PLAIN
};
