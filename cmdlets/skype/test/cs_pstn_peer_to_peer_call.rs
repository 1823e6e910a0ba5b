//! A call between two users that goes over the PSTN.

use command::Result;
use directory::{NounCode, Work};

pub static NOUN: NounCode = NounCode {
    noun: "CsPstnPeerToPeerCall",
    heeds: &["TargetFqdn", "SenderSipAddress", "ReceiverSipAddress"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    super::cs_p2_pav::test(work, true)
}
