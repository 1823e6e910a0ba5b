//! Online users: made by licensing accounts.

use directory::NounCode;

pub static NOUN: NounCode = NounCode { noun: "CsOnlineUser", ..NounCode::PLAIN };
