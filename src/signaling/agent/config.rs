//! What an agent is called and where it listens.

use super::TraceSink;
use crate::resolve::Resolve;
use crate::transport::{Network, TlsIdentity, Transport};
use std::net::IpAddr;
use std::sync::Arc;

/// One listener: the logical port stands in URIs, the offset is added when binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listen {
    pub transport: Transport,
    pub port: u16,
}

/// Configuration of an agent.
#[derive(Clone)]
pub struct AgentConfig {
    /// FQDN of the server; stands in Via, Contact and diagnostics.
    pub name: String,
    /// Address to bind.
    pub address: IpAddr,
    pub listen: Vec<Listen>,
    pub port_offset: u16,
    pub user_agent: String,
    pub network: Network,
    pub tls: Option<TlsIdentity>,
    pub resolver: Arc<dyn Resolve>,
    pub trace: Option<TraceSink>,
}
