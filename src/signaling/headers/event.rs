//! RFC 6665: Event and Subscription-State.

use super::TypedHeader;
use crate::message::HeaderName;
use crate::uri::{Param, find_param, parse_params};

/// Event package with its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub package: String,
    pub params: Vec<Param>,
}

impl Event {
    /// The `id` parameter.
    pub fn id(&self) -> Option<&str> {
        find_param(&self.params, "id")
    }
}

impl TypedHeader for Event {
    const NAME: HeaderName = HeaderName::Event;
    fn parse(text: &str) -> Option<Self> {
        let (package, params) = text.split_once(';').unwrap_or((text, ""));
        let package = package.trim().to_ascii_lowercase();
        (!package.is_empty()).then(|| Event { package, params: parse_params(params) })
    }
}

/// State of a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionState {
    /// `active`, `pending` or `terminated`.
    pub state: String,
    /// Remaining seconds.
    pub expires: Option<u32>,
    /// Reason of the end.
    pub reason: Option<String>,
}

impl TypedHeader for SubscriptionState {
    const NAME: HeaderName = HeaderName::SubscriptionState;
    fn parse(text: &str) -> Option<Self> {
        let (state, params) = text.split_once(';').unwrap_or((text, ""));
        let params = parse_params(params);
        Some(SubscriptionState {
            state: state.trim().to_ascii_lowercase(),
            expires: find_param(&params, "expires").and_then(|e| e.parse().ok()),
            reason: find_param(&params, "reason").map(str::to_string),
        })
    }
}
