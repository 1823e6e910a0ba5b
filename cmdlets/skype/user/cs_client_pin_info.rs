//! What is known of a user's PIN.

use directory::NounCode;

pub static NOUN: NounCode = NounCode {
    noun: "CsClientPinInfo",
    heeds: &["Identity"],
    verbs: &[("Get", super::cs_client_pin::info)],
    ..NounCode::PLAIN
};
