//! The record that proves a domain of the tenant.

use directory::NounCode;

pub static NOUN: NounCode = NounCode {
    noun: "MsolDomainVerificationDns",
    heeds: &["DomainName", "Mode"],
    verbs: &[("Get", super::msol_domain::record)],
    ..NounCode::PLAIN
};
