//! RFC 5806: Diversion.

use super::{NameAddr, TypedHeader, unquote};
use crate::message::HeaderName;

/// One diversion; the latest stands on top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diversion {
    /// Who diverted.
    pub address: NameAddr,
}

impl Diversion {
    /// The reason in lower case, unquoted; `unknown` when absent.
    pub fn reason(&self) -> String {
        self.address.param("reason").map_or_else(|| "unknown".to_string(), |r| unquote(r).to_lowercase())
    }
}

impl TypedHeader for Diversion {
    const NAME: HeaderName = HeaderName::Diversion;
    const LIST: bool = true;
    fn parse(text: &str) -> Option<Self> {
        NameAddr::parse(text).map(|address| Diversion { address })
    }
}
