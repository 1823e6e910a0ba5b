//! How messages find their transaction (RFC 3261 17.1.3, 17.2.3).

use crate::headers::{CSeq, Via};
use crate::message::{Message, Method};
use std::sync::Arc;

/// Identity of a client transaction: branch and method.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ClientKey(pub Arc<str>);

/// Identity of a server transaction: branch, sent-by and method; for peers of RFC 2543 the fields that were used before.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ServerKey(pub Arc<str>);

impl ClientKey {
    /// Key of a request with its Via on top, or of a response to it.
    pub fn of(message: &Message) -> Option<ClientKey> {
        let via = message.typed::<Via>()?;
        Some(ClientKey(format!("{}|{}", via.branch(), message.method()).into()))
    }
}

impl ServerKey {
    /// Key of a request. ACK belongs to its INVITE; CANCEL has one of its own.
    pub fn of(request: &Message) -> Option<ServerKey> {
        Self::with_via(request, &request.typed::<Via>()?)
    }

    /// The same when its Via is known already.
    pub(super) fn with_via(request: &Message, via: &Via) -> Option<ServerKey> {
        let method = request.method();
        Self::with_method(request, via, if method == Method::Ack { &Method::Invite } else { &method })
    }

    /// Key of the INVITE that a CANCEL means.
    pub fn of_cancelled(cancel: &Message) -> Option<ServerKey> {
        Self::with_method(cancel, &cancel.typed::<Via>()?, &Method::Invite)
    }

    fn with_method(request: &Message, via: &Via, method: &Method) -> Option<ServerKey> {
        if via.branch().starts_with("z9hG4bK") && via.branch().len() > 7 {
            return Some(ServerKey(format!("{}|{}|{method}", via.branch(), via.sent_by()).into()));
        }
        let cseq = request.typed::<CSeq>()?;
        // The To tag of an ACK is that of the response, so it is left out.
        let key = format!(
            "2543|{}|{}|{}|{}|{}|{method}",
            request.request_uri(),
            request.call_id(),
            cseq.number,
            request.from_tag().unwrap_or_default(),
            via.sent_by()
        );
        Some(ServerKey(key.into()))
    }
}
