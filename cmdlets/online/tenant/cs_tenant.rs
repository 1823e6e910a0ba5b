//! The tenant.

use directory::NounCode;

pub static NOUN: NounCode = NounCode { noun: "CsTenant", ..NounCode::PLAIN };
