//! RFC 3261 20.10, 20.20, 20.39, 25.1: name-addr and addr-spec with parameters, and the headers that are just that.

use super::{TypedHeader, quote, split_outside, unquote};
use crate::message::HeaderName;
use crate::uri::{Param, Uri};
use std::fmt;

/// `"Name" <uri>;param=value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameAddr {
    /// Display name, unquoted.
    pub display: Option<String>,
    /// The URI.
    pub uri: Uri,
    /// Header parameters.
    pub params: Vec<Param>,
}

impl NameAddr {
    /// An address without display name or parameters.
    pub fn new(uri: Uri) -> NameAddr {
        NameAddr { display: None, uri, params: Vec::new() }
    }

    /// Reads one value. Without angle brackets, parameters belong to the header (RFC 3261 20).
    pub fn parse(text: &str) -> Option<NameAddr> {
        let text = text.trim();
        let open = find_open(text);
        let (display, uri, rest) = match open {
            Some(open) => {
                let close = text[open..].find('>')? + open;
                let name = text[..open].trim();
                let display = (!name.is_empty()).then(|| unquote(name));
                (display, &text[open + 1..close], &text[close + 1..])
            }
            None => {
                let end = text.find(';').unwrap_or(text.len());
                (None, &text[..end], &text[end..])
            }
        };
        let uri = Uri::parse(uri)?;
        let mut params = Vec::new();
        for part in split_outside(rest, b';') {
            params.push(match part.split_once('=') {
                Some((n, v)) => (n.trim().to_string(), Some(v.trim().to_string())),
                None => (part.to_string(), None),
            });
        }
        Some(NameAddr { display, uri, params })
    }

    /// A header parameter, quotes kept; an empty string when it has no value.
    pub fn param(&self, name: &str) -> Option<&str> {
        crate::uri::find_param(&self.params, name)
    }

    /// Sets or replaces a parameter.
    pub fn set_param(&mut self, name: &str, value: Option<&str>) {
        self.params.retain(|(n, _)| !n.eq_ignore_ascii_case(name));
        self.params.push((name.to_string(), value.map(str::to_string)));
    }
}

fn find_open(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut quoted, mut at) = (false, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if quoted => at += 1,
            b'"' => quoted = !quoted,
            b'<' if !quoted => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

impl fmt::Display for NameAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(display) = &self.display {
            write!(f, "{} ", quote(display))?;
        }
        write!(f, "<{}>", self.uri)?;
        crate::uri::write_params(f, &self.params)
    }
}

macro_rules! address_header {
    ($($name:ident $list:literal),* $(,)?) => {$(
        #[doc = concat!("The ", stringify!($name), " header.")]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name(pub NameAddr);

        impl TypedHeader for $name {
            const NAME: HeaderName = HeaderName::$name;
            const LIST: bool = $list;
            fn parse(text: &str) -> Option<Self> {
                NameAddr::parse(text).map($name)
            }
        }
    )*};
}

address_header!(From false, To false, Route true, RecordRoute true, PAssertedIdentity true, ReferTo false, ReferredBy false, Path true);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_forms() {
        for (text, display, uri, tag) in [
            (r#""O \"B\" <x>" <sip:a@b;tag=no>;tag=1"#, Some("O \"B\" <x>"), "sip:a@b;tag=no", Some("1")),
            ("sip:a@b;tag=2", None, "sip:a@b", Some("2")),
            ("Alice Smith <tel:+1425>", Some("Alice Smith"), "tel:+1425", None),
        ] {
            let address = NameAddr::parse(text).unwrap();
            assert_eq!(
                (address.display.as_deref(), address.uri.to_string().as_str(), address.param("tag")),
                (display, uri, tag)
            );
        }
        assert!(NameAddr::parse("<sip:a@b").is_none());
        assert!(NameAddr::parse("Alice").is_none());
    }
}
