//! Test-CsAVConference: a conference with sound and pictures.

use command::Result;
use directory::{NounCode, Work};

use super::unserved;

pub static NOUN: NounCode = NounCode {
    noun: "CsAVConference",
    heeds: &["TargetFqdn", "RegistrarPort", "TestJoinLauncher", "SenderSipAddress", "ReceiverSipAddress"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    unserved::test(work, unserved::PAIR, "ConferencingServer", "the A/V conferencing service")
}
