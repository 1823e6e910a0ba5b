//! The conferencing services of pools.

use directory::NounCode;

pub static NOUN: NounCode = NounCode {
    noun: "CsConferenceServer",
    shows: Some(|service| service.text("Role") == Some("ConferencingServer")),
    ..NounCode::PLAIN
};
