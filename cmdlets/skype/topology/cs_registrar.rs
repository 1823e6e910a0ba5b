//! The registrars of pools.

use directory::NounCode;

pub static NOUN: NounCode = NounCode {
    noun: "CsRegistrar",
    shows: Some(|service| service.text("Role") == Some("Registrar")),
    ..NounCode::PLAIN
};
