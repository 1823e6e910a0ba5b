//! The directors.

use directory::NounCode;

pub static NOUN: NounCode =
    NounCode { noun: "CsDirector", shows: Some(|service| service.text("Role") == Some("Director")), ..NounCode::PLAIN };
