//! The application services of pools.

use directory::NounCode;

pub static NOUN: NounCode = NounCode {
    noun: "CsApplicationServer",
    shows: Some(|service| service.text("Role") == Some("ApplicationServer")),
    ..NounCode::PLAIN
};
