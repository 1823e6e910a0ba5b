//! The mediation services of pools.

use directory::NounCode;

pub static NOUN: NounCode = NounCode {
    noun: "CsMediationServer",
    shows: Some(|service| service.text("Role") == Some("MediationServer")),
    ..NounCode::PLAIN
};
