//! The edge services.

use directory::NounCode;

pub static NOUN: NounCode = NounCode {
    noun: "CsEdgeServer",
    shows: Some(|service| service.text("Role") == Some("EdgeServer")),
    ..NounCode::PLAIN
};
