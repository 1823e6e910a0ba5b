//! `tel:` URIs (RFC 3966).

use super::{Param, find_param, parse_params, write_params};
use std::fmt;

/// A telephone URI; visual separators are removed from the number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TelUri {
    /// Digits, with a leading `+` when global.
    pub number: String,
    /// Parameters such as `ext` and `phone-context`.
    pub params: Vec<Param>,
}

impl TelUri {
    /// Reads a URI with its scheme.
    pub fn parse(text: &str) -> Option<TelUri> {
        let (_, rest) = text.split_once(':')?;
        let (number, params) = rest.split_once(';').unwrap_or((rest, ""));
        let number: String = number.chars().filter(|c| !matches!(c, '-' | '.' | '(' | ')' | ' ')).collect();
        let digits = number.strip_prefix('+').unwrap_or(&number);
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_hexdigit() || matches!(b, b'*' | b'#')) {
            return None;
        }
        Some(TelUri { number, params: parse_params(params) })
    }

    /// A parameter.
    pub fn param(&self, name: &str) -> Option<&str> {
        find_param(&self.params, name)
    }
}

impl fmt::Display for TelUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tel:{}", self.number)?;
        write_params(f, &self.params)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numbers() {
        for (text, number) in [
            ("tel:+1-425-555-0100;ext=12", Some("+14255550100")),
            ("tel:7042;phone-context=x", Some("7042")),
            ("tel:abcx", None),
        ] {
            assert_eq!(TelUri::parse(text).map(|u| u.number).as_deref(), number, "{text}");
        }
    }
}
