//! RFC 4028 4: Session-Expires.

use super::TypedHeader;
use crate::message::HeaderName;
use crate::uri::{find_param, parse_params};

/// Session interval and who refreshes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionExpires {
    pub seconds: u32,
    /// `uac` or `uas`.
    pub refresher: Option<String>,
}

impl TypedHeader for SessionExpires {
    const NAME: HeaderName = HeaderName::SessionExpires;
    fn parse(text: &str) -> Option<Self> {
        let (seconds, params) = text.split_once(';').unwrap_or((text, ""));
        let params = parse_params(params);
        Some(SessionExpires {
            seconds: seconds.trim().parse().ok()?,
            refresher: find_param(&params, "refresher").map(str::to_ascii_lowercase),
        })
    }
}
