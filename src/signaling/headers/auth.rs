//! RFC 3261 20.7, 20.44, RFC 8760: challenges and credentials of the Digest scheme.

use super::{TypedHeader, quote, split_list, unquote};
use crate::message::HeaderName;
use std::fmt;

/// `Digest name=value, ...`, in either direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// `Digest`.
    pub scheme: String,
    /// Parameters in their order, unquoted, names in lower case.
    pub params: Vec<(String, String)>,
}

/// Parameters that stand without quotes (RFC 3261 25.1).
const BARE: &[&str] = &["algorithm", "stale", "nc", "qop"];

impl Challenge {
    /// A Digest value without parameters.
    pub fn digest() -> Challenge {
        Challenge { scheme: "Digest".to_string(), params: Vec::new() }
    }

    /// A parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// With one more parameter.
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Challenge {
        self.params.push((name.to_string(), value.into()));
        self
    }

    /// Reads a value.
    pub fn parse(text: &str) -> Option<Challenge> {
        let (scheme, rest) = text.trim().split_once(' ')?;
        let mut params = Vec::new();
        for part in split_list(rest) {
            let (name, value) = part.split_once('=')?;
            params.push((name.trim().to_ascii_lowercase(), unquote(value)));
        }
        Some(Challenge { scheme: scheme.to_string(), params })
    }

    /// Prints it; in credentials `qop` stands bare, in a challenge quoted.
    pub fn print(&self, credentials: bool) -> String {
        let params: Vec<String> = self
            .params
            .iter()
            .map(|(name, value)| {
                let bare = BARE.contains(&name.as_str()) && (credentials || name != "qop");
                format!("{name}={}", if bare { value.clone() } else { quote(value) })
            })
            .collect();
        format!("{} {}", self.scheme, params.join(", "))
    }
}

impl fmt::Display for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.print(self.get("response").is_some()))
    }
}

macro_rules! auth_header {
    ($($name:ident),*) => {$(
        #[doc = concat!("The ", stringify!($name), " header.")]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name(pub Challenge);

        impl TypedHeader for $name {
            const NAME: HeaderName = HeaderName::$name;
            fn parse(text: &str) -> Option<Self> {
                Challenge::parse(text).map($name)
            }
        }
    )*};
}

auth_header!(WwwAuthenticate, ProxyAuthenticate, Authorization, ProxyAuthorization);
