//! Self-issued tokens: the application's own, signed; the user's around it, unsigned. Layout of claims from field captures (assumed).

use super::key::{SigningKey, verify, x5t};
use super::metadata::certificates;
use crate::context::{Context, Kind};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

/// Life of a token (assumed).
const LIFE: u64 = 8 * 3600;
/// Clocks may differ by so much.
const SKEW: u64 = 300;

/// Who issues: application, realm and key.
pub struct Issuer<'a> {
    pub kind: Kind,
    pub realm: &'a str,
    pub key: &'a SigningKey,
}

/// What a valid token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Application that issued it.
    pub application: String,
    /// Address of the user on whose behalf; empty for the application alone.
    pub user: String,
}

/// Why a token is refused (codes assumed).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    #[error("The token is malformed.")]
    Malformed,
    #[error("The token has expired.")]
    Expired,
    #[error("The token is not valid yet.")]
    NotYet,
    #[error("The audience {0} is not this application.")]
    Audience(String),
    #[error("The signature cannot be verified with a key of a partner application.")]
    Signature,
    #[error("The issuer {0} is not a partner application.")]
    Partner(String),
    #[error("The user {0} does not exist.")]
    User(String),
}

impl TokenError {
    /// Number in `x-ms-diagnostics`.
    pub fn code(&self) -> u32 {
        match self {
            TokenError::Expired | TokenError::NotYet => 2_000_001,
            TokenError::Malformed => 2_000_002,
            TokenError::Audience(_) => 2_000_003,
            TokenError::Signature | TokenError::Partner(_) => 2_000_004,
            TokenError::User(_) => 2_000_005,
        }
    }

    /// Category in `x-ms-diagnostics`.
    pub fn category(&self) -> &'static str {
        match self {
            TokenError::Expired | TokenError::NotYet => "invalid_lifetime",
            TokenError::Malformed => "invalid_token",
            TokenError::Audience(_) => "invalid_resource",
            TokenError::Signature => "invalid_signature",
            TokenError::Partner(_) => "invalid_issuer",
            TokenError::User(_) => "invalid_user",
        }
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs())
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// Issues a token for a host of the other application; with a user, on that user's behalf. `None` when signing fails.
pub fn issue(issuer: &Issuer<'_>, target: Kind, host: &str, user: Option<&str>) -> Option<String> {
    let realm = issuer.realm;
    let audience = format!("{}/{host}@{realm}", target.principal());
    let own = format!("{}@{realm}", issuer.kind.principal());
    let (from, until) = (now(), now() + LIFE);
    let header = json!({ "typ": "JWT", "alg": issuer.key.algorithm(), "x5t": x5t(&issuer.key.certificate) });
    let claims = json!({
        "aud": audience, "iss": own, "nameid": own, "nbf": from, "exp": until, "trustedfordelegation": "true",
    });
    let signed = format!("{}.{}", part(&header), part(&claims));
    let actor = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(issuer.key.sign(signed.as_bytes())?));
    let Some(user) = user else { return Some(actor) };
    let header = json!({ "typ": "JWT", "alg": "none" });
    let claims = json!({
        "aud": audience, "iss": own, "nbf": from, "exp": until, "smtp": user, "sip": user, "nii": "urn:federation:MicrosoftOnline",
        "actortoken": actor,
    });
    Some(format!("{}.{}.", part(&header), part(&claims)))
}

struct Parsed<'a> {
    header: Value,
    claims: Value,
    signed: &'a str,
    signature: Vec<u8>,
}

fn parse(token: &str) -> Option<Parsed<'_>> {
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    let decode = |text: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(text).ok()?).ok();
    Some(Parsed {
        header: decode(header)?,
        claims: decode(claims)?,
        signed,
        signature: URL_SAFE_NO_PAD.decode(signature).ok()?,
    })
}

fn claim<'a>(claims: &'a Value, name: &str) -> &'a str {
    claims.get(name).and_then(Value::as_str).unwrap_or("")
}

fn check_times(claims: &Value) -> Result<(), TokenError> {
    let number = |name: &str| claims.get(name).and_then(Value::as_u64).ok_or(TokenError::Malformed);
    if number("exp")? + SKEW < now() {
        return Err(TokenError::Expired);
    }
    if number("nbf")? > now() + SKEW {
        return Err(TokenError::NotYet);
    }
    Ok(())
}

/// `principal/host@realm`: ours, for any of our names.
fn check_audience(context: &Context, claims: &Value) -> Result<(), TokenError> {
    let audience = claim(claims, "aud");
    let wrong = || TokenError::Audience(audience.to_string());
    let (principal, rest) = audience.split_once('/').ok_or_else(wrong)?;
    let (host, realm) = rest.split_once('@').ok_or_else(wrong)?;
    let addresses = context.runtime().zone.lookup(host);
    let own = addresses.contains(&context.runtime().address_of(&context.server));
    let fits = principal == context.kind.principal() && realm.eq_ignore_ascii_case(&context.realm());
    if fits && (own || host.eq_ignore_ascii_case(&context.server)) { Ok(()) } else { Err(wrong()) }
}

/// The partner application that an issuer is, as this side's configuration knows it.
fn partner(context: &Context, issuer: &str) -> Option<Kind> {
    let principal = issuer.split('@').next().unwrap_or("");
    let kind = [Kind::FrontEnd, Kind::ClientAccess].into_iter().find(|k| k.principal() == principal)?;
    if kind == context.kind {
        // An application may talk to itself.
        return Some(kind);
    }
    let noun = if context.kind == Kind::FrontEnd { "CsPartnerApplication" } else { "PartnerApplication" };
    let known = context.all(noun).into_iter().any(|p| {
        let id = p.text("ApplicationIdentifier").or(p.text("ApplicationId")).unwrap_or("");
        let metadata = p.text("MetadataUrl").or(p.text("AuthMetadataUrl")).unwrap_or("");
        p.flag("Enabled").unwrap_or(true)
            && (id.eq_ignore_ascii_case(principal) || (id.is_empty() && !metadata.is_empty()))
    });
    known.then_some(kind)
}

/// Checks a token for this server: format, actor's signature, partner, audience, times, user.
pub fn validate(context: &Context, token: &str) -> Result<Token, TokenError> {
    let outer = parse(token).ok_or(TokenError::Malformed)?;
    let unsigned = claim(&outer.header, "alg") == "none";
    let actor_text = claim(&outer.claims, "actortoken").to_string();
    let actor = if unsigned {
        parse(&actor_text).ok_or(TokenError::Malformed)?
    } else {
        parse(token).ok_or(TokenError::Malformed)?
    };
    let issuer = claim(&actor.claims, "iss").to_string();
    let kind = partner(context, &issuer).ok_or_else(|| TokenError::Partner(issuer.clone()))?;
    let (algorithm, key_id) = (claim(&actor.header, "alg"), claim(&actor.header, "x5t"));
    let good = certificates(context, kind)
        .iter()
        .any(|c| x5t(c) == key_id && verify(c, algorithm, actor.signed.as_bytes(), &actor.signature));
    if !good {
        return Err(TokenError::Signature);
    }
    check_audience(context, &actor.claims)?;
    check_times(&actor.claims)?;
    if !unsigned {
        return Ok(Token { application: issuer, user: String::new() });
    }
    check_audience(context, &outer.claims)?;
    check_times(&outer.claims)?;
    let user = ["smtp", "sip", "upn"].iter().map(|n| claim(&outer.claims, n)).find(|u| !u.is_empty()).unwrap_or("");
    let snapshot = context.snapshot();
    if snapshot.mailbox_by_identity(user).is_none() && snapshot.user(user).is_none() {
        return Err(TokenError::User(user.to_string()));
    }
    Ok(Token { application: issuer, user: user.to_string() })
}
