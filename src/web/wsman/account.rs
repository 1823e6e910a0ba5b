//! Who opens sessions: accounts of the directory that sign in by Basic, or by NTLM, which holds for a whole connection.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::connect_info::Connected;
use axum::http::{HeaderMap, header};
use axum::serve::IncomingStream;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use store::{Match, Object, Reader, StoreError};
use values::ntlm::{Authenticate, Challenge, MAGIC, Negotiate, Security, sealed};
use values::spnego::Acceptor;

use crate::context::Context;
use crate::listen::{PlainListener, TlsListener};

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

/// What is known of a connection.
#[derive(Clone)]
pub(crate) struct Connection {
    /// It has TLS: passwords may pass, and messages need no sealing of their own.
    pub is_secure: bool,
    sign_in: Arc<Mutex<SignIn>>,
}

/// How far NTLM has come on a connection, with what wraps its messages, if they are wrapped.
#[derive(Default)]
enum SignIn {
    #[default]
    Nobody,
    /// NTLM was agreed on and has not begun.
    Agreed(Acceptor),
    Challenged(Challenge, Option<Acceptor>),
    Done(String, Box<Security>),
}

impl Connected<IncomingStream<'_, TlsListener>> for Connection {
    fn connect_info(_: IncomingStream<'_, TlsListener>) -> Connection {
        Connection { is_secure: true, sign_in: Arc::default() }
    }
}

impl Connected<IncomingStream<'_, PlainListener>> for Connection {
    fn connect_info(_: IncomingStream<'_, PlainListener>) -> Connection {
        Connection { is_secure: false, sign_in: Arc::default() }
    }
}

/// What came of looking at who asks.
pub(super) enum Caller {
    /// An account, and what the sign-in ends with.
    Known(String, Option<String>),
    /// The connection gets so far by sending this.
    Continue(String),
    Unknown,
}

impl Connection {
    fn lock(&self) -> std::sync::MutexGuard<'_, SignIn> {
        self.sign_in.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A sealed body of the client, opened; none when nobody signed in or it was tampered with.
    pub(super) fn open(&self, body: &[u8]) -> Option<Vec<u8>> {
        match &mut *self.lock() {
            SignIn::Done(_, security) => sealed::open(security, body),
            _ => None,
        }
    }

    /// A message for the client, sealed.
    pub(super) fn close(&self, text: &str) -> Option<Vec<u8>> {
        match &mut *self.lock() {
            SignIn::Done(_, security) => Some(sealed::close(security, text)),
            _ => None,
        }
    }

    /// Who asks.
    pub(super) async fn caller(&self, context: &Arc<Context>, headers: &HeaderMap) -> Caller {
        let said = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let Some((scheme, value)) = said.and_then(|text| text.split_once(' ')) else {
            return match &*self.lock() {
                SignIn::Done(user, _) if said.is_none() => Caller::Known(user.clone(), None),
                _ => Caller::Unknown,
            };
        };
        let Ok(token) = STANDARD.decode(value.trim()) else { return Caller::Unknown };
        match scheme.to_ascii_lowercase().as_str() {
            "basic" if self.is_secure => {
                by_password(context, token).await.map_or(Caller::Unknown, |user| Caller::Known(user, None))
            }
            "ntlm" | "negotiate" if token.starts_with(MAGIC) => self.by_ntlm(context, scheme, &token, None, None).await,
            "negotiate" => self.by_agreement(context, scheme, &token).await,
            _ => Caller::Unknown,
        }
    }

    /// NTLM in the tokens of SPNEGO.
    async fn by_agreement(&self, context: &Arc<Context>, scheme: &str, token: &[u8]) -> Caller {
        let state = std::mem::take(&mut *self.lock());
        let (mut acceptor, challenge) = match state {
            SignIn::Agreed(acceptor) => (acceptor, None),
            SignIn::Challenged(challenge, Some(acceptor)) => (acceptor, Some(challenge)),
            _ => (Acceptor::default(), None),
        };
        let Some((inner, code)) = acceptor.take(token) else { return Caller::Unknown };
        match inner {
            Some(inner) => {
                if let Some(challenge) = challenge {
                    *self.lock() = SignIn::Challenged(challenge, None);
                }
                self.by_ntlm(context, scheme, &inner, Some(acceptor), code).await
            }
            // The other side began with a mechanism that is not ours, and offers NTLM too.
            None => {
                let answer = format!("{scheme} {}", STANDARD.encode(acceptor.go_on(None)));
                *self.lock() = SignIn::Agreed(acceptor);
                Caller::Continue(answer)
            }
        }
    }

    async fn by_ntlm(
        &self,
        context: &Arc<Context>,
        scheme: &str,
        token: &[u8],
        mut acceptor: Option<Acceptor>,
        code: Option<Vec<u8>>,
    ) -> Caller {
        if let Some(negotiate) = Negotiate::parse(token) {
            let challenge = negotiate.challenge(&context.snapshot().domain, &context.server);
            let data = match &mut acceptor {
                Some(acceptor) => acceptor.go_on(Some(&challenge.data)),
                None => challenge.data.clone(),
            };
            *self.lock() = SignIn::Challenged(challenge, acceptor);
            return Caller::Continue(format!("{scheme} {}", STANDARD.encode(data)));
        }
        // A challenge serves once.
        let SignIn::Challenged(challenge, _) = std::mem::take(&mut *self.lock()) else { return Caller::Unknown };
        let Some(authenticate) = Authenticate::parse(token) else { return Caller::Unknown };
        let context = context.clone();
        let checked = tokio::task::spawn_blocking(move || {
            let name = authenticate.user.clone();
            let account = context.store.read(|reader| find(reader, &name)).ok().flatten()?;
            let kept = account.text("NtHash").and_then(store::pin::bytes_of)?;
            let security = authenticate.verify(&challenge, &kept)?;
            Some((account.name.clone(), security))
        })
        .await;
        let Ok(Some((user, mut security))) = checked else { return Caller::Unknown };
        let mut last = None;
        if let Some(acceptor) = &mut acceptor {
            let Some(token) = acceptor.finish(&mut security, code.as_deref()) else { return Caller::Unknown };
            last = Some(format!("{scheme} {}", STANDARD.encode(token)));
        }
        *self.lock() = SignIn::Done(user.clone(), Box::new(security));
        Caller::Known(user, last)
    }
}

/// The account's name, when the token holds its password.
async fn by_password(context: &Arc<Context>, token: Vec<u8>) -> Option<String> {
    let decoded = String::from_utf8(token).ok()?;
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
