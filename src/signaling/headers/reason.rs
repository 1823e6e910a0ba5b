//! RFC 3326: Reason.

use super::{TypedHeader, split_outside, unquote};
use crate::message::HeaderName;

/// Why a request is sent: `Q.850;cause=16;text="..."`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    pub protocol: String,
    pub cause: Option<u16>,
    pub text: Option<String>,
}

impl TypedHeader for Reason {
    const NAME: HeaderName = HeaderName::Reason;
    const LIST: bool = true;
    fn parse(text: &str) -> Option<Self> {
        let mut parts = split_outside(text, b';').into_iter();
        let mut found = Reason { protocol: parts.next()?.to_string(), cause: None, text: None };
        for part in parts {
            match part.split_once('=') {
                Some(("cause", value)) => found.cause = value.trim().parse().ok(),
                Some(("text", value)) => found.text = Some(unquote(value)),
                _ => {}
            }
        }
        Some(found)
    }
}
