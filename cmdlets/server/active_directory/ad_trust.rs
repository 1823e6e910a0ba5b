//! Trusts of the domain: the forest has one domain, and trusts none.

use directory::NounCode;

pub static NOUN: NounCode = NounCode { noun: "ADTrust", heeds: &["*"], ..NounCode::PLAIN };
