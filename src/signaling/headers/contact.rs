//! RFC 3261 20.10: Contact.

use super::{NameAddr, TypedHeader};
use crate::message::HeaderName;

/// One value of Contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contact {
    /// `*`: all bindings (only in REGISTER).
    Star,
    /// An address.
    Address(NameAddr),
}

impl Contact {
    /// The address, unless it is `*`.
    pub fn address(&self) -> Option<&NameAddr> {
        match self {
            Contact::Star => None,
            Contact::Address(address) => Some(address),
        }
    }
}

impl TypedHeader for Contact {
    const NAME: HeaderName = HeaderName::Contact;
    const LIST: bool = true;
    fn parse(text: &str) -> Option<Self> {
        if text.trim() == "*" { Some(Contact::Star) } else { NameAddr::parse(text).map(Contact::Address) }
    }
}
