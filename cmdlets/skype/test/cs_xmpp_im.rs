//! Test-CsXmppIM: a message to a partner of the other protocol.

use command::Result;
use directory::{NounCode, Work};

use super::unserved;

pub static NOUN: NounCode = NounCode {
    noun: "CsXmppIM",
    heeds: &["TargetFqdn", "RegistrarPort", "Authentication", "TestJoinLauncher", "UserSipAddress", "Receiver"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    unserved::test(work, unserved::ONE, "", "the XMPP gateway")
}
