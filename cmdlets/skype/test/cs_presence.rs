//! Test-CsPresence: what one user publishes of himself reaches another who watches him.

use super::synthetic;
use command::Result;
use control::ProbeKind;
use directory::{NounCode, Work};

pub static NOUN: NounCode = NounCode {
    noun: "CsPresence",
    heeds: &[
        "TargetFqdn",
        "PublisherSipAddress",
        "PublisherCredential",
        "SubscriberSipAddress",
        "SubscriberCredential",
        "RegistrarPort",
        "TimeoutInSeconds",
    ],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    let sides = [
        ("PublisherSipAddress", "PublisherCredential", "FirstTestUserSipUri"),
        ("SubscriberSipAddress", "SubscriberCredential", "SecondTestUserSipUri"),
    ];
    let seconds = work.bound.int("TimeoutInSeconds").and_then(|s| u64::try_from(s).ok()).unwrap_or_default();
    synthetic::between(work, ProbeKind::Presence, sides, "The publisher and the subscriber", seconds)
}
