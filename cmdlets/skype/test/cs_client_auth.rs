//! Test-CsClientAuth: the same under the name of an earlier version.

use directory::NounCode;

use super::cs_client_authentication::test;

pub static NOUN: NounCode = NounCode {
    noun: "CsClientAuth",
    heeds: &["TargetFqdn", "UserSipAddress", "UserCredential", "RegistrarPort", "TargetUri"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};
