//! Who asks: Basic with a user's lab password, or Bearer with a token of a partner application.

use crate::context::{Context, Kind};
use crate::oauth::{TokenError, validate};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use voice::config::Snapshot;

/// Who was recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    /// SMTP or SIP address of the user; empty for an application alone.
    pub user: String,
}

fn refuse(context: &Context, error: Option<&TokenError>) -> Response {
    let mut response = StatusCode::UNAUTHORIZED.into_response();
    let mut bearer = format!("Bearer client_id=\"{}\"", context.kind.principal());
    let other = if context.kind == Kind::FrontEnd { Kind::ClientAccess } else { Kind::FrontEnd };
    bearer += &format!(", trusted_issuers=\"{}@{}\"", other.principal(), context.realm());
    if error.is_some() {
        bearer += ", error=\"invalid_token\"";
    }
    let headers = response.headers_mut();
    let mut add = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.append(name, value);
        }
    };
    add(header::WWW_AUTHENTICATE, &bearer);
    add(header::WWW_AUTHENTICATE, &format!("Basic realm=\"{}\"", context.server));
    if let Some(error) = error {
        let text = format!("{};reason=\"{error}\";error_category=\"{}\"", error.code(), error.category());
        add(HeaderName::from_static("x-ms-diagnostics"), &text);
    }
    response
}

/// SIP address of the user with this name and lab password.
pub(crate) fn user_of(snapshot: &Snapshot, name: &str, password: &str) -> Option<String> {
    let name = name.rsplit('\\').next().unwrap_or(name);
    let known = snapshot.users.iter().find(|u| {
        let address = u.sip_address.as_str();
        let user = address.split('@').next().unwrap_or("");
        u.enabled && (address.eq_ignore_ascii_case(name) || user.eq_ignore_ascii_case(name))
    });
    known
        .filter(|u| !u.phone_password.is_empty() && store::pin::is_same(&u.phone_password, password))
        .map(|u| u.sip_address.clone())
}

/// Recognises the caller, or gives the refusal.
pub(crate) fn recognise(context: &Context, headers: &HeaderMap) -> Result<Caller, Box<Response>> {
    let text = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).unwrap_or("");
    let (scheme, value) = text.split_once(' ').unwrap_or((text, ""));
    if scheme.eq_ignore_ascii_case("bearer") {
        return match validate(context, value.trim()) {
            Ok(token) => Ok(Caller { user: token.user }),
            Err(error) => Err(Box::new(refuse(context, Some(&error)))),
        };
    }
    if scheme.eq_ignore_ascii_case("basic") {
        let decoded = STANDARD.decode(value.trim()).ok().and_then(|b| String::from_utf8(b).ok()).unwrap_or_default();
        let (name, password) = decoded.split_once(':').unwrap_or((&decoded, ""));
        if let Some(user) = user_of(&context.snapshot(), name, password) {
            return Ok(Caller { user });
        }
    }
    Err(Box::new(refuse(context, None)))
}
