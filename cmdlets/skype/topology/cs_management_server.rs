//! The central management service.

use directory::NounCode;

pub static NOUN: NounCode = NounCode {
    noun: "CsManagementServer",
    shows: Some(|service| service.text("Role") == Some("ManagementServer")),
    ..NounCode::PLAIN
};
