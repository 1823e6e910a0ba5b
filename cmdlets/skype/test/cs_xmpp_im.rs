//! Test-CsXmppIM: a message to a partner of the other protocol.

use command::Result;
use directory::{NounCode, Work};

use super::synthetic::{refused, text, write};
use super::unserved;

pub static NOUN: NounCode = NounCode {
    noun: "CsXmppIM",
    heeds: &["TargetFqdn", "RegistrarPort", "TestJoinLauncher", "UserSipAddress", "Receiver"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    let receiver = text(work, "Receiver");
    if !receiver.is_empty() && !receiver.contains('@') {
        return write(work, &refused(format!("\"{receiver}\" is no address of the partner.")));
    }
    unserved::test(work, unserved::ONE, "", "the XMPP gateway")
}
