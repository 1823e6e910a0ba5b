//! Registering as a user's telephone.

use super::synthetic::{self, refused, user, write};
use command::Result;
use control::{Probe, ProbeKind};
use directory::{NounCode, Work};

pub static NOUN: NounCode = NounCode {
    noun: "CsRegistration",
    heeds: &["TargetFqdn", "UserSipAddress"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    let user = match user(work, "UserSipAddress", "FirstTestUserSipUri") {
        Ok(user) => user,
        Err(text) => return write(work, &refused(text)),
    };
    let target = super::synthetic::text(work, "TargetFqdn");
    let probe = Probe { kind: ProbeKind::Registration, target, user, ..Probe::default() };
    synthetic::probe(work, probe)
}
