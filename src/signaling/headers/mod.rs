//! Typed headers, one file a header. A message keeps its fields as bytes; these read one on demand.

mod address;
mod auth;
mod contact;
mod cseq;
mod diversion;
mod event;
mod history_info;
mod ms_diagnostics;
mod rack;
mod reason;
mod replaces;
mod session_expires;
mod via;
mod warning;

pub use address::{From, NameAddr, PAssertedIdentity, Path, RecordRoute, ReferTo, ReferredBy, Route, To};
pub use auth::{Authorization, Challenge, ProxyAuthenticate, ProxyAuthorization, WwwAuthenticate};
pub use contact::Contact;
pub use cseq::CSeq;
pub use diversion::Diversion;
pub use event::{Event, SubscriptionState};
pub use history_info::HistoryInfo;
pub use ms_diagnostics::{MsClientDiagnostics, MsDiagnostics};
pub use rack::RAck;
pub use reason::Reason;
pub use replaces::Replaces;
pub use session_expires::SessionExpires;
pub use via::Via;
pub use warning::Warning;

use crate::message::HeaderName;

/// A header with a typed form.
pub trait TypedHeader: Sized {
    /// Its name.
    const NAME: HeaderName;
    /// Whether one field may hold several values separated by commas.
    const LIST: bool = false;
    /// Reads one value; `None` when it is malformed.
    fn parse(text: &str) -> Option<Self>;
}

/// Splits at commas that stand outside quotes and angle brackets.
pub fn split_list(text: &str) -> Vec<&str> {
    split_outside(text, b',')
}

/// Splits at a separator that stands outside quotes and angle brackets; empty items are dropped.
pub(crate) fn split_outside(text: &str, separator: u8) -> Vec<&str> {
    let bytes = text.as_bytes();
    let (mut start, mut quoted, mut depth, mut at) = (0, false, 0u32, 0);
    let mut parts = Vec::new();
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if quoted => at += 1,
            b'"' => quoted = !quoted,
            b'<' if !quoted => depth += 1,
            b'>' if !quoted => depth = depth.saturating_sub(1),
            b if b == separator && !quoted && depth == 0 => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    parts.push(text[start.min(text.len())..].trim());
    parts.retain(|p| !p.is_empty());
    parts
}

/// Removes quotes and backslash escapes.
pub(crate) fn unquote(text: &str) -> String {
    let text = text.trim();
    let Some(inner) = text.strip_prefix('"').map(|t| t.strip_suffix('"').unwrap_or(t)) else {
        return text.to_string();
    };
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        if c == '\\' { out.extend(chars.next()) } else { out.push(c) }
    }
    out
}

/// Puts text into quotes.
pub(crate) fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        if !matches!(c, '\r' | '\n') {
            out.push(c);
        }
    }
    out.push('"');
    out
}
