//! Test-CsPresence: what one user publishes of himself reaches another who watches him.

use super::configured::{registrar_port, scene};
use super::synthetic::{self, refused, text, user, write};
use command::Result;
use control::{Probe, ProbeKind};
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

/// Publisher and subscriber: homed, on the pool that is named, with their own passwords where credentials are given.
fn users(work: &mut Work) -> std::result::Result<(String, String), String> {
    let publisher = scene(work, "PublisherSipAddress", "FirstTestUserSipUri")?;
    let subscriber = scene(work, "SubscriberSipAddress", "SecondTestUserSipUri")?;
    registrar_port(work, &publisher.pool)?;
    if publisher.user.id == subscriber.user.id {
        return Err("The publisher and the subscriber must be two users.".to_owned());
    }
    for parameter in ["PublisherCredential", "SubscriberCredential"] {
        directory::credential(work, parameter).map_err(|_| "401, Unauthorized".to_owned())?;
    }
    Ok((
        user(work, "PublisherSipAddress", "FirstTestUserSipUri")?,
        user(work, "SubscriberSipAddress", "SecondTestUserSipUri")?,
    ))
}

fn test(work: &mut Work) -> Result<()> {
    let (user, peer) = match users(work) {
        Ok(users) => users,
        Err(text) => return write(work, &refused(text)),
    };
    let seconds = work.bound.int("TimeoutInSeconds").and_then(|s| u64::try_from(s).ok()).unwrap_or_default();
    let probe =
        Probe { kind: ProbeKind::Presence, target: text(work, "TargetFqdn"), user, peer, seconds, ..Probe::default() };
    synthetic::probe(work, probe)
}
