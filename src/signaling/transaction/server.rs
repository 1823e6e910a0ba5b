//! State of a server transaction (RFC 3261 17.2, RFC 6026 7.1).

use crate::message::Message;
use crate::transport::Source;
use bytes::Bytes;
use std::net::SocketAddr;
use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ServerState {
    /// Trying or Proceeding.
    Proceeding,
    /// A 2xx was sent to an INVITE.
    Accepted,
    Completed,
    Confirmed,
}

#[derive(Debug)]
pub(super) struct ServerTransaction {
    pub serial: u64,
    pub state: ServerState,
    pub invite: bool,
    /// Until the final response was sent.
    pub request: Option<Message>,
    /// Where responses go.
    pub reply_to: SocketAddr,
    /// Call-ID, CSeq number and From tag of the ACK of a 2xx.
    pub acknowledged_by: (String, String, String),
    pub source: Source,
    /// Last response sent.
    pub last: Option<Bytes>,
    pub interval: Duration,
    pub cancelled: bool,
}
