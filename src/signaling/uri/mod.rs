//! URIs: `sip:`, `sips:` (RFC 3261 19.1), `tel:` (RFC 3966), anything else kept as it is.

mod sip;
mod tel;

pub use sip::{SipUri, split_host_port};
pub use tel::TelUri;

use std::fmt;

/// One `;name=value` parameter; the spelling of name and value is kept.
pub type Param = (String, Option<String>);

/// A URI of a SIP message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Uri {
    Sip(SipUri),
    Tel(TelUri),
    Other(String),
}

impl Uri {
    /// Reads a URI; `None` when a sip: or tel: URI is malformed or there is no scheme.
    pub fn parse(text: &str) -> Option<Uri> {
        let text = text.trim();
        // What cannot stand in a start line is no URI (RFC 3261 25.1): it would break every request that is sent there.
        if text.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"')) {
            return None;
        }
        let (scheme, _) = text.split_once(':')?;
        if scheme.eq_ignore_ascii_case("sip") || scheme.eq_ignore_ascii_case("sips") {
            SipUri::parse(text).map(Uri::Sip)
        } else if scheme.eq_ignore_ascii_case("tel") {
            TelUri::parse(text).map(Uri::Tel)
        } else if !scheme.is_empty()
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
        {
            Some(Uri::Other(text.to_string()))
        } else {
            None
        }
    }

    /// The SIP form, if it is one.
    pub fn as_sip(&self) -> Option<&SipUri> {
        match self {
            Uri::Sip(uri) => Some(uri),
            _ => None,
        }
    }

    /// Number or user part: what a dial plan works on. Parameters of the user part are left out.
    pub fn user(&self) -> &str {
        match self {
            Uri::Sip(uri) => uri.user_name(),
            Uri::Tel(uri) => &uri.number,
            Uri::Other(_) => "",
        }
    }

    /// `user@host` in lower case: how addresses of record are compared.
    pub fn address(&self) -> String {
        match self {
            Uri::Sip(uri) => uri.address(),
            Uri::Tel(uri) => uri.number.clone(),
            Uri::Other(text) => text.clone(),
        }
    }
}

impl fmt::Display for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Uri::Sip(uri) => uri.fmt(f),
            Uri::Tel(uri) => uri.fmt(f),
            Uri::Other(text) => f.write_str(text),
        }
    }
}

/// Splits `;a=b;c` into parameters.
pub(crate) fn parse_params(text: &str) -> Vec<Param> {
    text.split(';')
        .filter(|p| !p.trim().is_empty())
        .map(|p| match p.split_once('=') {
            Some((name, value)) => (name.trim().to_string(), Some(value.trim().to_string())),
            None => (p.trim().to_string(), None),
        })
        .collect()
}

pub(crate) fn find_param<'a>(params: &'a [Param], name: &str) -> Option<&'a str> {
    params.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_deref().unwrap_or(""))
}

pub(crate) fn write_params(f: &mut fmt::Formatter<'_>, params: &[Param]) -> fmt::Result {
    for (name, value) in params {
        match value {
            Some(value) => write!(f, ";{name}={value}")?,
            None => write!(f, ";{name}")?,
        }
    }
    Ok(())
}

/// Undoes percent-encoding; malformed escapes stay.
pub fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = |b: u8| (b as char).to_digit(16).map(|d| d as u8);
        if bytes[at] == b'%'
            && at + 2 < bytes.len()
            && let (Some(high), Some(low)) = (hex(bytes[at + 1]), hex(bytes[at + 2]))
        {
            out.push(high << 4 | low);
            at += 3;
            continue;
        }
        out.push(bytes[at]);
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}
