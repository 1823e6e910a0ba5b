//! A copy of each message for ladders and captures.

use super::super::transport::Transport;
use std::net::SocketAddr;

/// One message that crossed the wire.
#[derive(Debug, Clone, Copy)]
pub struct TraceEntry<'a> {
    /// Name of the agent that saw it.
    pub agent: &'a str,
    /// Whether the agent sent it.
    pub sent: bool,
    pub transport: Transport,
    pub local: SocketAddr,
    pub remote: SocketAddr,
    /// Whether the other side is a server of the organisation, which records its own copy.
    pub known_peer: bool,
    pub bytes: &'a [u8],
}

/// Takes copies; must not block.
pub type TraceSink = std::sync::Arc<dyn Fn(TraceEntry<'_>) + Send + Sync>;
