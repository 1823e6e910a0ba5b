//! Trusts with other domains: the forest has one domain, and trusts none.

use directory::NounCode;

pub static NOUN: NounCode = NounCode { noun: "Trust", heeds: &["*", "DomainName"], ..NounCode::PLAIN };
