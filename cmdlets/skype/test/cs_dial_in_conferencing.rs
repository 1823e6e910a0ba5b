//! Test-CsDialInConferencing: a telephone that joins a conference.

use command::Result;
use directory::{NounCode, Work};

use super::unserved;

pub static NOUN: NounCode = NounCode {
    noun: "CsDialInConferencing",
    heeds: &["TargetFqdn", "RegistrarPort", "TestJoinLauncher", "UserSipAddress"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    unserved::test(work, unserved::ONE, "ApplicationServer", "the conferencing attendant")
}
