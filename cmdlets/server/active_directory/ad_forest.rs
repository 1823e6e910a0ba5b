//! The forest of the organization.

use directory::NounCode;

use super::forest;

/// Type of its rows.
pub(super) const TYPE: &str = "Microsoft.ActiveDirectory.Management.ADForest";

pub static NOUN: NounCode = NounCode {
    noun: "ADForest",
    heeds: &["*", "Identity", "PassThru"],
    verbs: &[("Get", |work| forest::get(work, TYPE)), ("Set", forest::set)],
    ..NounCode::PLAIN
};
