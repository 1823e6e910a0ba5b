//! From a URI to the addresses to try (RFC 3263): numeric hosts at once, names through a zone.

use crate::transport::{Hop, Transport};
use crate::uri::SipUri;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};

/// Why a name leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    #[error("unable to resolve DNS A record of {0}")]
    NoAddress(String),
    #[error("transport {0} is not supported")]
    Transport(String),
}

/// Finds the hops of a URI.
pub trait Resolve: Send + Sync {
    /// Addresses in the order to try.
    fn resolve(&self, uri: &SipUri) -> Result<Vec<Hop>, ResolveError>;
    /// Whether an address belongs to a server of the organisation.
    fn knows(&self, address: IpAddr) -> bool;
}

/// One SRV record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Srv {
    pub priority: u16,
    pub weight: u16,
    pub port: u16,
    pub target: String,
}

/// DNS data held in memory.
#[derive(Debug, Clone, Default)]
pub struct Zone {
    addresses: HashMap<String, Vec<IpAddr>>,
    aliases: HashMap<String, String>,
    services: HashMap<String, Vec<Srv>>,
    /// Added to each port of a host of the organisation: several instances may share a machine.
    pub port_offset: u16,
    own: std::collections::HashSet<IpAddr>,
}

impl Zone {
    /// Adds an A or AAAA record.
    pub fn add_address(&mut self, name: &str, address: IpAddr) {
        self.addresses.entry(name.to_ascii_lowercase()).or_default().push(address);
    }

    /// Says that an address is served by the organisation itself, so that the port offset applies.
    pub fn add_own(&mut self, address: IpAddr) {
        self.own.insert(address);
    }

    /// Adds a CNAME record.
    pub fn add_alias(&mut self, name: &str, target: &str) {
        self.aliases.insert(name.to_ascii_lowercase(), target.to_ascii_lowercase());
    }

    /// Adds an SRV record such as `_sip._tls.contoso.com`.
    pub fn add_service(&mut self, name: &str, record: Srv) {
        let records = self.services.entry(name.to_ascii_lowercase()).or_default();
        records.push(record);
        records.sort_by_key(|r| (r.priority, std::cmp::Reverse(r.weight)));
    }

    /// Addresses of a name or of a numeric host.
    pub fn lookup(&self, name: &str) -> Vec<IpAddr> {
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        if let Ok(address) = bare.parse() {
            return vec![address];
        }
        let mut name = bare.trim_end_matches('.').to_ascii_lowercase();
        for _ in 0..8 {
            if let Some(found) = self.addresses.get(&name) {
                return found.clone();
            }
            match self.aliases.get(&name) {
                Some(target) => name = target.clone(),
                None => break,
            }
        }
        Vec::new()
    }

    fn hop(&self, transport: Transport, address: IpAddr, port: u16, name: &str) -> Hop {
        let offset = if self.own.contains(&address) { self.port_offset } else { 0 };
        Hop { transport, address: SocketAddr::new(address, port.saturating_add(offset)), name: name.to_string() }
    }
}

impl Resolve for Zone {
    fn resolve(&self, uri: &SipUri) -> Result<Vec<Hop>, ResolveError> {
        let asked = match uri.transport() {
            Some(text) => Some(Transport::parse(&text).ok_or(ResolveError::Transport(text))?),
            None => None,
        };
        let asked = if uri.secure { Some(Transport::Tls) } else { asked };
        let host = uri.param("maddr").filter(|m| !m.is_empty()).unwrap_or(&uri.host).to_string();
        let bare = host.trim_start_matches('[').trim_end_matches(']').to_string();
        let numeric = bare.parse::<IpAddr>().ok();
        let missing = || ResolveError::NoAddress(host.clone());
        if numeric.is_some() || uri.port.is_some() {
            // RFC 3263 4.1: a number or a port means no SRV; UDP unless the URI says otherwise.
            let transport = asked.unwrap_or(if uri.port == Some(5061) { Transport::Tls } else { Transport::Udp });
            let addresses = self.lookup(&bare);
            if addresses.is_empty() {
                return Err(missing());
            }
            let port = uri.port.unwrap_or(transport.default_port());
            return Ok(addresses.into_iter().map(|a| self.hop(transport, a, port, &bare)).collect());
        }
        let mut hops = Vec::new();
        for transport in [Transport::Tls, Transport::Tcp, Transport::Udp] {
            if asked.is_some_and(|a| a != transport) {
                continue;
            }
            let name = match transport {
                Transport::Tls => format!("_sips._tcp.{bare}"),
                Transport::Tcp => format!("_sip._tcp.{bare}"),
                Transport::Udp => format!("_sip._udp.{bare}"),
            };
            let alternative =
                format!("_sipinternal{}._tcp.{bare}", if transport == Transport::Tls { "tls" } else { "" });
            let found = self.services.get(&name.to_ascii_lowercase()).or_else(|| {
                if transport == Transport::Udp { None } else { self.services.get(&alternative.to_ascii_lowercase()) }
            });
            for record in found.into_iter().flatten() {
                hops.extend(
                    self.lookup(&record.target)
                        .into_iter()
                        .map(|a| self.hop(transport, a, record.port, &record.target)),
                );
            }
            if !hops.is_empty() {
                return Ok(hops);
            }
        }
        let transport = asked.unwrap_or(Transport::Udp);
        let addresses = self.lookup(&bare);
        if addresses.is_empty() {
            return Err(missing());
        }
        Ok(addresses.into_iter().map(|a| self.hop(transport, a, transport.default_port(), &bare)).collect())
    }

    fn knows(&self, address: IpAddr) -> bool {
        self.own.contains(&address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_order_of_rfc_3263() {
        let mut zone = Zone { port_offset: 1000, ..Zone::default() };
        let own: IpAddr = "127.31.0.5".parse().unwrap();
        zone.add_address("mbx.contoso.com", own);
        zone.add_own(own);
        zone.add_alias("um.contoso.com", "mbx.contoso.com");
        zone.add_service(
            "_sips._tcp.contoso.com",
            Srv { priority: 1, weight: 0, port: 5061, target: "mbx.contoso.com".into() },
        );
        for (uri, expected) in [
            ("sip:a@contoso.com", Some("TLS 127.31.0.5:6061")),
            ("sip:a@um.contoso.com:5062;transport=tcp", Some("TCP 127.31.0.5:6062")),
            ("sip:a@10.0.0.1", Some("UDP 10.0.0.1:5060")),
            ("sip:a@10.0.0.1:5061", Some("TLS 10.0.0.1:5061")),
            ("sips:a@mbx.contoso.com", Some("TLS 127.31.0.5:6061")),
            ("sip:a@[::1]:5070", Some("UDP [::1]:5070")),
            ("sip:a@nowhere.example", None),
            ("sip:a@b;transport=sctp", None),
        ] {
            let got =
                zone.resolve(&SipUri::parse(uri).unwrap()).ok().map(|h| format!("{} {}", h[0].transport, h[0].address));
            assert_eq!(got.as_deref(), expected, "{uri}");
        }
    }
}
