//! The domain of the organization.

use directory::NounCode;

use super::forest;

/// Type of its rows.
pub(super) const TYPE: &str = "Microsoft.ActiveDirectory.Management.ADDomain";

pub static NOUN: NounCode = NounCode {
    noun: "ADDomain",
    heeds: &["*", "Identity", "PassThru"],
    verbs: &[("Get", |work| forest::get(work, TYPE)), ("Set", forest::set)],
    ..NounCode::PLAIN
};
