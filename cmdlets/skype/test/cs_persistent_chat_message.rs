//! Test-CsPersistentChatMessage: a message in a chat room.

use command::Result;
use directory::{NounCode, Work};

use super::unserved;

pub static NOUN: NounCode = NounCode {
    noun: "CsPersistentChatMessage",
    heeds: &["TargetFqdn", "RegistrarPort", "TestJoinLauncher", "SenderSipAddress", "ReceiverSipAddress"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    unserved::test(work, unserved::PAIR, "", "the persistent chat service")
}
