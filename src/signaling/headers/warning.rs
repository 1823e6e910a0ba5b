//! RFC 3261 20.43: Warning.

use super::{TypedHeader, quote, unquote};
use crate::message::HeaderName;
use std::fmt;

/// `304 agent "text"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    pub code: u16,
    pub agent: String,
    pub text: String,
}

impl TypedHeader for Warning {
    const NAME: HeaderName = HeaderName::Warning;
    const LIST: bool = true;
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().splitn(3, ' ');
        Some(Warning {
            code: parts.next()?.parse().ok()?,
            agent: parts.next()?.to_string(),
            text: unquote(parts.next()?),
        })
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.code, self.agent, quote(&self.text))
    }
}
