//! Test-CsGroupIM: messages in a conference.

use command::Result;
use directory::{NounCode, Work};

use super::unserved;

pub static NOUN: NounCode = NounCode {
    noun: "CsGroupIM",
    heeds: &["TargetFqdn", "RegistrarPort", "TestJoinLauncher", "SenderSipAddress", "ReceiverSipAddress"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    unserved::test(work, unserved::PAIR, "ConferencingServer", "the IM conferencing service")
}
