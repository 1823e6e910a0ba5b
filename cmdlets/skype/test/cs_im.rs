//! Test-CsIM: a message from one user's telephone to another's.

use super::configured::{registrar_port, scene};
use super::synthetic::{self, refused, text, user, write};
use command::Result;
use control::{Probe, ProbeKind};
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

/// Sender and receiver: homed, on the pool that is named, with their own passwords where credentials are given.
fn users(work: &mut Work) -> std::result::Result<(String, String), String> {
    let sender = scene(work, "SenderSipAddress", "FirstTestUserSipUri")?;
    let receiver = scene(work, "ReceiverSipAddress", "SecondTestUserSipUri")?;
    registrar_port(work, &sender.pool)?;
    if sender.user.id == receiver.user.id {
        return Err("The sender and the receiver must be two users.".to_owned());
    }
    for parameter in ["SenderCredential", "ReceiverCredential"] {
        directory::credential(work, parameter).map_err(|_| "401, Unauthorized".to_owned())?;
    }
    Ok((
        user(work, "SenderSipAddress", "FirstTestUserSipUri")?,
        user(work, "ReceiverSipAddress", "SecondTestUserSipUri")?,
    ))
}

fn test(work: &mut Work) -> Result<()> {
    let (user, peer) = match users(work) {
        Ok(users) => users,
        Err(text) => return write(work, &refused(text)),
    };
    let seconds = work.bound.int("WaitSeconds").and_then(|s| u64::try_from(s).ok()).unwrap_or_default();
    let probe =
        Probe { kind: ProbeKind::Message, target: text(work, "TargetFqdn"), user, peer, seconds, ..Probe::default() };
    synthetic::probe(work, probe)
}
