//! Gateways to the telephone network as services.

use directory::NounCode;

pub static NOUN: NounCode = NounCode {
    noun: "CsPstnGateway",
    shows: Some(|service| service.text("Role") == Some("PstnGateway")),
    ..NounCode::PLAIN
};
