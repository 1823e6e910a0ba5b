//! Digest login of users' telephones (RFC 3261 22, RFC 8760).

use crate::config::Snapshot;
use crate::service::Runtime;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use signaling::agent::Incoming;
use signaling::headers::{Authorization, Challenge, ProxyAuthorization};
use signaling::{HeaderName, auth};
use std::sync::OnceLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Life of a nonce.
const NONCE_LIFE: Duration = Duration::from_secs(300);

fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// A nonce is its time with a signature, so that none has to be kept.
fn sign(time: u64) -> String {
    static KEY: OnceLock<[u8; 32]> = OnceLock::new();
    let key = KEY.get_or_init(rand::random);
    let mut block = [0u8; 64];
    block[..32].copy_from_slice(key);
    let mut mac = <Hmac<Sha256> as Mac>::new(&block.into());
    mac.update(&time.to_be_bytes());
    mac.finalize().into_bytes()[..12].iter().map(|b| format!("{b:02x}")).collect()
}

fn is_fresh(nonce: &str) -> Option<bool> {
    let (time, signature) = nonce.split_once('-')?;
    let time: u64 = u64::from_str_radix(time, 16).ok()?;
    (sign(time) == signature).then(|| seconds().saturating_sub(time) <= NONCE_LIFE.as_secs())
}

/// Checks the credentials of a request; sends the challenge or refusal itself and returns false when they do not hold.
pub(super) fn check(runtime: &Runtime, snapshot: &Snapshot, incoming: &Incoming, proxy: bool) -> bool {
    let realm = snapshot.sip_domains.first().unwrap_or(&snapshot.domain).clone();
    let answer = if proxy {
        incoming.request.typed::<ProxyAuthorization>().map(|a| a.0)
    } else {
        incoming.request.typed::<Authorization>().map(|a| a.0)
    };
    let Some(answer) = answer else {
        challenge(incoming, &realm, proxy, false);
        return false;
    };
    match answer.get("nonce").and_then(is_fresh) {
        None => {
            challenge(incoming, &realm, proxy, false);
            return false;
        }
        Some(false) => {
            challenge(incoming, &realm, proxy, true);
            return false;
        }
        Some(true) => {}
    }
    let name = answer.get("username").unwrap_or("");
    let user = snapshot.users.iter().find(|u| {
        let address = crate::config::bare_address(&u.sip_address);
        u.enabled
            && (address.eq_ignore_ascii_case(name)
                || address.split('@').next().is_some_and(|n| n.eq_ignore_ascii_case(name)))
    });
    let from = signaling::dialog::from_address(&incoming.request).map(|a| a.uri.address()).unwrap_or_default();
    let holds = user.is_some_and(|u| {
        let method = incoming.request.method();
        let signed = |password: &str| !password.is_empty() && auth::verify(&answer, password, method.as_str());
        crate::config::bare_address(&u.sip_address).eq_ignore_ascii_case(&from)
            && (signed(&u.phone_password) || signed(&runtime.test_secret))
    });
    if !holds {
        incoming.reply(403, "", &[]);
    }
    holds
}

/// SHA-256 first, then MD5, each in a header of its own.
fn challenge(incoming: &Incoming, realm: &str, proxy: bool, stale: bool) {
    let time = seconds();
    let nonce = format!("{time:x}-{}", sign(time));
    let (status, name) = if proxy { (407, HeaderName::ProxyAuthenticate) } else { (401, HeaderName::WwwAuthenticate) };
    let headers: Vec<_> = [auth::Algorithm::Sha256, auth::Algorithm::Md5]
        .iter()
        .map(|algorithm| {
            let mut value = Challenge::digest()
                .with("realm", realm)
                .with("nonce", &nonce)
                .with("algorithm", algorithm.name())
                .with("qop", "auth");
            if stale {
                value = value.with("stale", "true");
            }
            (name.clone(), value.print(false))
        })
        .collect();
    incoming.reply(status, "", &headers);
}
