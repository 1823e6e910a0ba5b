//! Trusts of the domain: the forest has one domain, and trusts none.

use directory::NounCode;

pub static NOUN: NounCode = NounCode {
    noun: "ADTrust",
    heeds: &["*", "Filter", "Identity", "InputObject", "LDAPFilter", "Properties"],
    ..NounCode::PLAIN
};
