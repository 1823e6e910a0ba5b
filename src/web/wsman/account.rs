//! Who opens sessions: accounts of the directory that sign in by Basic.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use store::{Match, Object, Reader, StoreError};

use crate::context::Context;

/// How long a password that was right is not worked through the slow hash again.
const REMEMBERED: Duration = Duration::from_secs(120);
/// Accounts that are remembered at a time.
const MOST: usize = 1000;

/// Passwords that were right, each as a code under a key that this process alone knows.
struct Verified {
    key: hmac::Key,
    known: Mutex<HashMap<String, (hmac::Tag, Instant)>>,
}

static VERIFIED: LazyLock<Option<Verified>> = LazyLock::new(|| {
    let random = ring::rand::SystemRandom::new();
    let key = hmac::Key::generate(hmac::HMAC_SHA256, &random).ok()?;
    Some(Verified { key, known: Mutex::default() })
});

/// The account's name, when the request holds its password.
pub(super) async fn administrator(context: &Arc<Context>, headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, value) = text.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(value.trim()).ok()?).ok()?;
    let context = context.clone();
    // Looking up reads the disk, and the hash is slow on purpose.
    tokio::task::spawn_blocking(move || {
        let (name, password) = decoded.split_once(':')?;
        let name = name.rsplit('\\').next().unwrap_or(name);
        let account = context.store.read(|reader| find(reader, name)).ok().flatten()?;
        let kept = account.text("PasswordHash")?;
        is_password(&account, kept, password).then(|| account.name.clone())
    })
    .await
    .ok()
    .flatten()
}

/// The enabled account with that name and a password.
fn find(reader: &Reader, name: &str) -> Result<Option<Object>, StoreError> {
    if name.is_empty() {
        return Ok(None);
    }
    for noun in ["User", "Mailbox"] {
        let mut found = reader.named(noun, name)?;
        for property in ["UserPrincipalName", "SamAccountName"] {
            found.extend(reader.matching(noun, property, &Match::Is(name.to_string()))?);
        }
        let usable = |o: &Object| o.text("PasswordHash").is_some() && o.flag("AccountDisabled") != Some(true);
        if let Some(account) = found.into_iter().find(usable) {
            return Ok(Some(account));
        }
    }
    Ok(None)
}

fn is_password(account: &Object, kept: &str, password: &str) -> bool {
    let Some(verified) = VERIFIED.as_ref() else { return store::pin::verify(password, kept) };
    let id = account.id.to_string();
    // The hash is part of it: a changed password is not the one that was right.
    let said = format!("{id}\0{kept}\0{password}");
    let lock = || verified.known.lock().unwrap_or_else(PoisonError::into_inner);
    let known = lock().get(&id).filter(|(_, at)| at.elapsed() < REMEMBERED).map(|(tag, _)| *tag);
    if known.is_some_and(|tag| hmac::verify(&verified.key, said.as_bytes(), tag.as_ref()).is_ok()) {
        return true;
    }
    let is_right = store::pin::verify(password, kept);
    if is_right {
        let mut known = lock();
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(id, (hmac::sign(&verified.key, said.as_bytes()), Instant::now()));
    }
    is_right
}
