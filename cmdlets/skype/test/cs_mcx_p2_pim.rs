//! Test-CsMcxP2PIM: messages of mobile telephones.

use command::Result;
use directory::{NounCode, Work};

use super::unserved;

pub static NOUN: NounCode = NounCode {
    noun: "CsMcxP2PIM",
    heeds: &["TargetFqdn", "RegistrarPort", "TestJoinLauncher", "SenderSipAddress", "ReceiverSipAddress"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    unserved::test(work, unserved::PAIR, "WebServer", "the mobility service")
}
