//! RFC 3262 7.2: RAck.

use super::TypedHeader;
use crate::message::{HeaderName, Method};

/// Which reliable provisional response a PRACK acknowledges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RAck {
    pub rseq: u32,
    pub cseq: u32,
    pub method: Method,
}

impl TypedHeader for RAck {
    const NAME: HeaderName = HeaderName::RAck;
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split_whitespace();
        Some(RAck {
            rseq: parts.next()?.parse().ok()?,
            cseq: parts.next()?.parse().ok()?,
            method: Method::parse(parts.next()?.as_bytes()),
        })
    }
}
