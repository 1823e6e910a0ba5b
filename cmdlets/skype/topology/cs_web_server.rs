//! The web services of pools.

use directory::NounCode;

pub static NOUN: NounCode = NounCode {
    noun: "CsWebServer",
    shows: Some(|service| service.text("Role") == Some("WebServer")),
    ..NounCode::PLAIN
};
