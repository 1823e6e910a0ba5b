//! Test-CsDataConference: a conference with data.

use command::Result;
use directory::{NounCode, Work};

use super::unserved;

pub static NOUN: NounCode = NounCode {
    noun: "CsDataConference",
    heeds: &["TargetFqdn", "RegistrarPort", "TestJoinLauncher", "SenderSipAddress", "ReceiverSipAddress"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    unserved::test(work, unserved::PAIR, "ConferencingServer", "the data conferencing service")
}
