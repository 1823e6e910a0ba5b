//! The user services of pools.

use directory::NounCode;

pub static NOUN: NounCode = NounCode {
    noun: "CsUserServer",
    shows: Some(|service| service.text("Role") == Some("UserServer")),
    ..NounCode::PLAIN
};
