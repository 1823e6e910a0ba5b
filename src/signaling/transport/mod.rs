//! Transports: UDP, TCP and TLS, over the real network or a simulated one with the same interface.

mod connection;
mod layer;
mod network;
mod simulated;
mod tls;

pub use layer::{Sink, TransportError, Transports};
pub use network::{ByteStream, DatagramSocket, Network, StreamListener};
pub use simulated::{Faults, SimulatedNetwork};
pub use tls::{PeerIdentity, TlsError, TlsIdentity};

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

/// Transport protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Transport {
    Udp,
    Tcp,
    Tls,
}

impl Transport {
    /// Name in Via.
    pub fn via_name(self) -> &'static str {
        match self {
            Transport::Udp => "UDP",
            Transport::Tcp => "TCP",
            Transport::Tls => "TLS",
        }
    }

    /// Name in a `transport` parameter.
    pub fn param(self) -> &'static str {
        match self {
            Transport::Udp => "udp",
            Transport::Tcp => "tcp",
            Transport::Tls => "tls",
        }
    }

    /// Reads either name.
    pub fn parse(text: &str) -> Option<Transport> {
        match text.to_ascii_lowercase().as_str() {
            "udp" => Some(Transport::Udp),
            "tcp" => Some(Transport::Tcp),
            "tls" => Some(Transport::Tls),
            _ => None,
        }
    }

    /// Whether the transport itself retransmits.
    pub fn is_reliable(self) -> bool {
        self != Transport::Udp
    }

    /// Port when none is given.
    pub fn default_port(self) -> u16 {
        if self == Transport::Tls { 5061 } else { 5060 }
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.via_name())
    }
}

/// Where a request is sent to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Hop {
    pub transport: Transport,
    pub address: SocketAddr,
    /// The name that was resolved: over TLS the peer's certificate must hold it.
    pub name: String,
}

/// Where a message came from.
#[derive(Debug, Clone)]
pub struct Source {
    pub transport: Transport,
    pub remote: SocketAddr,
    /// The local address that received it.
    pub local: SocketAddr,
    /// Identity of the stream it came on.
    pub connection: Option<u64>,
    /// Over TLS: who the peer's certificate says it is.
    pub peer: Option<Arc<PeerIdentity>>,
}
