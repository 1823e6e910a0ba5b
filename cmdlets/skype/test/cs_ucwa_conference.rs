//! Test-CsUcwaConference: a conference over the web interface.

use command::Result;
use directory::{NounCode, Work};

use super::unserved;

pub static NOUN: NounCode = NounCode {
    noun: "CsUcwaConference",
    heeds: &["TargetFqdn", "RegistrarPort", "TestJoinLauncher", "OrganizerSipAddress", "ParticipantSipAddress"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    unserved::test(
        work,
        &[("OrganizerSipAddress", "FirstTestUserSipUri"), ("ParticipantSipAddress", "SecondTestUserSipUri")],
        "WebServer",
        "the web conferencing interface",
    )
}
