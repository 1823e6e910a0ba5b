//! RFC 3891: Replaces.

use super::TypedHeader;
use crate::message::HeaderName;
use crate::uri::{find_param, parse_params};
use std::fmt;

/// The dialog that an INVITE takes over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaces {
    pub call_id: String,
    pub to_tag: String,
    pub from_tag: String,
    pub early_only: bool,
}

impl TypedHeader for Replaces {
    const NAME: HeaderName = HeaderName::Replaces;
    fn parse(text: &str) -> Option<Self> {
        let (call_id, params) = text.split_once(';')?;
        let params = parse_params(params);
        Some(Replaces {
            call_id: call_id.trim().to_string(),
            to_tag: find_param(&params, "to-tag")?.to_string(),
            from_tag: find_param(&params, "from-tag")?.to_string(),
            early_only: find_param(&params, "early-only").is_some(),
        })
    }
}

impl fmt::Display for Replaces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{};to-tag={};from-tag={}", self.call_id, self.to_tag, self.from_tag)?;
        if self.early_only { f.write_str(";early-only") } else { Ok(()) }
    }
}
