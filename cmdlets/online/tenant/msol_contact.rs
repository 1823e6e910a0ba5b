//! Contacts of the tenant: those that synchronization has brought.

use directory::NounCode;

pub static NOUN: NounCode =
    NounCode { noun: "MsolContact", heeds: &["*", "SearchString", "MaxResults", "HasErrorsOnly"], ..NounCode::PLAIN };
