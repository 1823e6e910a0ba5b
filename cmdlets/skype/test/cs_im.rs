//! Test-CsIM: a message from one user's telephone to another's.

use super::synthetic;
use command::Result;
use control::ProbeKind;
use directory::{NounCode, Work};

pub static NOUN: NounCode = NounCode {
    noun: "CsIM",
    heeds: &[
        "TargetFqdn",
        "SenderSipAddress",
        "SenderCredential",
        "ReceiverSipAddress",
        "ReceiverCredential",
        "RegistrarPort",
        "WaitSeconds",
    ],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    let sides = [
        ("SenderSipAddress", "SenderCredential", "FirstTestUserSipUri"),
        ("ReceiverSipAddress", "ReceiverCredential", "SecondTestUserSipUri"),
    ];
    let seconds = work.bound.int("WaitSeconds").and_then(|s| u64::try_from(s).ok()).unwrap_or_default();
    synthetic::between(work, ProbeKind::Message, sides, "The sender and the receiver", seconds)
}
