//! Test-CsClientAuthentication: whether a user's credential is right, and the user can register.

use command::{Result, Value};
use control::{Probe, ProbeKind};
use directory::{NounCode, Work};

use crate::topology::local::named_pool;

use super::configured::{named_by_uri, registrar_port};
use super::synthetic::{self, refused, text, write};

pub static NOUN: NounCode = NounCode {
    noun: "CsClientAuthentication",
    heeds: &["TargetFqdn", "UserSipAddress", "UserCredential", "RegistrarPort", "TargetUri"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

pub(super) fn test(work: &mut Work) -> Result<()> {
    let address = text(work, "UserSipAddress").trim_start_matches("sip:").to_owned();
    let reached = named_by_uri(work).and_then(|by_uri| match by_uri {
        Some(pool) => registrar_port(work, &pool),
        None => named_pool(work, "TargetFqdn").map_err(|f| f.message).and_then(|pool| registrar_port(work, &pool)),
    });
    if let Err(error) = reached.and_then(|()| credential(work, &address)) {
        return write(work, &refused(error));
    }
    register(work, address)
}

/// Whether the credential is the account's.
fn credential(work: &mut Work, address: &str) -> std::result::Result<(), String> {
    let user = work
        .target("CsUser", &Value::from(address))
        .map_err(|_| format!("The user {address} is not enabled for Skype for Business Server."))?;
    let account =
        user.links("User").first().copied().and_then(|id| work.directory.store.read(|r| r.get(id)).ok().flatten());
    let kept = account.as_ref().and_then(|a| a.text("PasswordHash")).map(str::to_owned);
    let given = work.bound.value("UserCredential");
    let password = values::members::get(work.session, &given, "Password").ok().flatten();
    let secret = password.as_ref().map(directory::secret).unwrap_or_default();
    match kept {
        // An account that was never given a password has none to be compared with.
        Some(kept) if !store::pin::verify(&secret, &kept) => Err("401, Unauthorized".to_owned()),
        _ => Ok(()),
    }
}

/// Registers as the user's telephone.
pub(super) fn register(work: &mut Work, user: String) -> Result<()> {
    let probe = Probe { kind: ProbeKind::Registration, target: text(work, "TargetFqdn"), user, ..Probe::default() };
    synthetic::probe(work, probe)
}
