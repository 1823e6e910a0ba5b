//! State of a client transaction (RFC 3261 17.1).

use crate::message::{HeaderName, Message, Method};
use crate::transport::Hop;
use bytes::Bytes;
use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ClientState {
    /// Calling or Trying: nothing came yet.
    Calling,
    Proceeding,
    /// RFC 6026: 2xx of INVITE may come again.
    Accepted,
    Completed,
}

#[derive(Debug)]
pub(super) struct ClientTransaction {
    /// Tells timers of this transaction from those of an earlier one with the same key.
    pub serial: u64,
    pub state: ClientState,
    pub invite: bool,
    pub request: Message,
    pub bytes: Bytes,
    pub hop: Hop,
    pub interval: Duration,
    /// ACK for a final response that is no 2xx, kept for retransmissions.
    pub ack: Option<Bytes>,
}

impl ClientTransaction {
    /// After the final response only repetitions are awaited: what was sent is not needed for that, and a busy proxy keeps thousands
    /// of transactions in this state.
    pub(super) fn shed(&mut self) {
        self.request = Message::request(self.request.method(), "");
        self.request.headers = Vec::new();
        self.bytes = Bytes::new();
    }

    /// The ACK of RFC 3261 17.1.1.3.
    pub(super) fn failure_ack(&self, response: &Message) -> Message {
        let mut ack = Message::request(Method::Ack, self.request.request_uri());
        if let Some(via) = self.request.headers.iter().find(|h| h.name == HeaderName::Via) {
            ack.headers.push(via.clone());
        }
        ack.push(HeaderName::MaxForwards, "70");
        for name in [HeaderName::From, HeaderName::CallId, HeaderName::Route] {
            ack.headers.extend(self.request.headers.iter().filter(|h| h.name == name).cloned());
        }
        ack.headers.extend(response.headers.iter().find(|h| h.name == HeaderName::To).cloned());
        let number =
            self.request.text(HeaderName::CSeq).and_then(|c| c.split_whitespace().next()).unwrap_or("1").to_string();
        ack.push(HeaderName::CSeq, format!("{number} ACK"));
        ack
    }

    /// The CANCEL of RFC 3261 9.1.
    pub(super) fn cancel(&self) -> Message {
        let mut cancel = Message::request(Method::Cancel, self.request.request_uri());
        if let Some(via) = self.request.headers.iter().find(|h| h.name == HeaderName::Via) {
            cancel.headers.push(via.clone());
        }
        cancel.push(HeaderName::MaxForwards, "70");
        for name in [HeaderName::From, HeaderName::To, HeaderName::CallId, HeaderName::Route] {
            cancel.headers.extend(self.request.headers.iter().filter(|h| h.name == name).cloned());
        }
        let number =
            self.request.text(HeaderName::CSeq).and_then(|c| c.split_whitespace().next()).unwrap_or("1").to_string();
        cancel.push(HeaderName::CSeq, format!("{number} CANCEL"));
        cancel
    }
}
