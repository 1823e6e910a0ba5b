//! RFC 3261 20.42, RFC 3581: Via.

use super::TypedHeader;
use crate::message::HeaderName;
use crate::uri::{Param, find_param, parse_params, write_params};
use std::fmt;

/// One hop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Via {
    /// Transport in upper case: UDP, TCP, TLS.
    pub transport: String,
    /// sent-by host, IPv6 in brackets.
    pub host: String,
    /// sent-by port.
    pub port: Option<u16>,
    /// Parameters.
    pub params: Vec<Param>,
}

impl Via {
    /// A parameter.
    pub fn param(&self, name: &str) -> Option<&str> {
        find_param(&self.params, name)
    }

    /// Sets or replaces a parameter.
    pub fn set_param(&mut self, name: &str, value: Option<&str>) {
        match self.params.iter_mut().find(|(n, _)| n.eq_ignore_ascii_case(name)) {
            Some(param) => param.1 = value.map(str::to_string),
            None => self.params.push((name.to_string(), value.map(str::to_string))),
        }
    }

    /// Branch, empty when absent.
    pub fn branch(&self) -> &str {
        self.param("branch").unwrap_or("")
    }

    /// `host:port` in lower case, with the default port filled in.
    pub fn sent_by(&self) -> String {
        let default = if self.transport == "TLS" { 5061 } else { 5060 };
        format!("{}:{}", self.host.to_ascii_lowercase(), self.port.unwrap_or(default))
    }
}

impl TypedHeader for Via {
    const NAME: HeaderName = HeaderName::Via;
    const LIST: bool = true;
    fn parse(text: &str) -> Option<Self> {
        // Blanks may stand around the slashes: `SIP / 2.0 / UDP first.example.com`.
        let mut parts = text.splitn(3, '/');
        if !parts.next()?.trim().eq_ignore_ascii_case("SIP") || parts.next()?.trim() != "2.0" {
            return None;
        }
        let rest = parts.next()?.trim_start();
        let space = rest.find(|c: char| c.is_ascii_whitespace())?;
        let (transport, rest) = rest.split_at(space);
        let (sent_by, params) = rest.split_once(';').unwrap_or((rest, ""));
        let (host, port) = crate::uri_host_port(sent_by.trim())?;
        Some(Via {
            transport: transport.to_ascii_uppercase(),
            host: host.to_string(),
            port,
            params: parse_params(params),
        })
    }
}

impl fmt::Display for Via {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SIP/2.0/{} {}", self.transport, self.host)?;
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        write_params(f, &self.params)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_odd_blanks_and_ipv6() {
        for (text, printed) in [
            ("SIP / 2.0 / udp  h ;branch=z9hG4bK1", "SIP/2.0/UDP h;branch=z9hG4bK1"),
            ("SIP/2.0/TLS [::1]:5061;rport;alias", "SIP/2.0/TLS [::1]:5061;rport;alias"),
            (
                "SIP/2.0/UDP 192.0.2.2:5060 ;rport=1;received=10.1.1.1",
                "SIP/2.0/UDP 192.0.2.2:5060;rport=1;received=10.1.1.1",
            ),
        ] {
            assert_eq!(Via::parse(text).unwrap().to_string(), printed);
        }
        assert!(Via::parse("SIP/2.0/UDP").is_none());
        assert!(Via::parse("SIP/3.0/UDP h").is_none());
    }
}
