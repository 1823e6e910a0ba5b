//! RFC 3261 20.16: CSeq.

use super::TypedHeader;
use crate::message::{HeaderName, Method};

/// Sequence number and method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CSeq {
    pub number: u32,
    pub method: Method,
}

impl TypedHeader for CSeq {
    const NAME: HeaderName = HeaderName::CSeq;
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split_whitespace();
        let number: u32 = parts.next()?.parse().ok()?;
        let method = Method::parse(parts.next()?.as_bytes());
        // RFC 3261 8.1.1.5: below 2^31.
        (number < 1 << 31 && parts.next().is_none()).then_some(CSeq { number, method })
    }
}
