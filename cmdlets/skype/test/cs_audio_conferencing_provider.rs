//! Providers of audio conferences: an organization on its own premises has none until one is imported with its users.

use command::Result;
use directory::{NounCode, Work};

use super::unserved;

pub static NOUN: NounCode = NounCode {
    noun: "CsAudioConferencingProvider",
    heeds: &["*", "Identity", "TargetFqdn", "UserSipAddress", "RegistrarPort", "TestJoinLauncher"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    unserved::test(work, unserved::ONE, "", "the audio conferencing provider")
}
