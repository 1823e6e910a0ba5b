//! Firewall rules as the runtime obeys them: a port that a rule blocks is not listened on.

use std::net::IpAddr;

use signaling::transport::Transport;
use store::{Object, Reader, StoreError};

/// Ports that a rule of the organisation blocks for calls that come in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Blocked {
    /// TCP or UDP; `None` for both.
    pub is_tcp: Option<bool>,
    /// First and last port.
    pub ports: Vec<(u16, u16)>,
    /// Addresses of servers that the rule is for; all when empty.
    pub addresses: Vec<IpAddr>,
}

impl Blocked {
    /// Whether the rule blocks a listener.
    pub fn covers(&self, address: IpAddr, transport: Transport, port: u16) -> bool {
        self.is_tcp.is_none_or(|is_tcp| is_tcp != (transport == Transport::Udp))
            && self.ports.iter().any(|(first, last)| (*first..=*last).contains(&port))
            && (self.addresses.is_empty() || self.addresses.contains(&address))
    }

    /// What a rule blocks; `None` when it blocks nothing, or only for some peers, which a closed port can't tell apart.
    fn of(rule: &Object) -> Option<Blocked> {
        let first = |name: &str, or: &str| rule.texts(name).first().map_or_else(|| or.to_owned(), ToString::to_string);
        let is = |name: &str, or: &str, wanted: &[&str]| {
            let text = first(name, or);
            wanted.iter().any(|w| text.eq_ignore_ascii_case(w))
        };
        let applies = is("Enabled", "True", &["True", "1"])
            && is("Direction", "Inbound", &["Inbound", "1"])
            && is("Action", "Allow", &["Block", "4"])
            && is("RemoteAddress", "Any", &["Any"])
            && is("RemotePort", "Any", &["Any"]);
        if !applies {
            return None;
        }
        let is_tcp = match first("Protocol", "Any").to_ascii_lowercase().as_str() {
            "any" => None,
            "tcp" | "6" => Some(true),
            "udp" | "17" => Some(false),
            _ => return None,
        };
        let ports = rule.texts("LocalPort");
        let ports = match ports.is_empty() || ports.iter().any(|p| p.eq_ignore_ascii_case("Any")) {
            true => vec![(0, u16::MAX)],
            false => ports.iter().filter_map(|p| range(p)).collect(),
        };
        let given = rule.texts("LocalAddress");
        let any = given.is_empty() || given.iter().any(|a| a.eq_ignore_ascii_case("Any"));
        let addresses: Vec<IpAddr> = given.iter().filter_map(|a| a.parse().ok()).collect();
        (any || !addresses.is_empty()).then_some(Blocked { is_tcp, ports, addresses })
    }
}

/// `5061` or `5060-5065`.
fn range(text: &str) -> Option<(u16, u16)> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    Some((first.trim().parse().ok()?, last.trim().parse().ok()?))
}

/// What the organisation's rules block.
pub(super) fn read(reader: &Reader) -> Result<Vec<Blocked>, StoreError> {
    Ok(reader.all("NetFirewallRule")?.iter().filter_map(Blocked::of).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_that_block() {
        let here: IpAddr = "127.31.0.5".parse().unwrap();
        let check = |rule: &str, transport: Transport, port: u16, expected: bool| {
            let serde_json::Value::Object(properties) = serde_json::from_str(rule).unwrap() else { unreachable!() };
            let rule = Object::unsaved("NetFirewallRule", "", "r", properties);
            let found = Blocked::of(&rule).is_some_and(|b| b.covers(here, transport, port));
            assert_eq!(found, expected, "{rule:?} {port}");
        };
        let sip = r#"{"Action":["Block"],"Direction":["Inbound"],"Protocol":"TCP","LocalPort":["5060-5062","5070"]}"#;
        check(sip, Transport::Tls, 5061, true);
        check(sip, Transport::Tcp, 5070, true);
        check(sip, Transport::Tcp, 5063, false);
        check(sip, Transport::Udp, 5060, false);
        check(r#"{"Action":["Block"]}"#, Transport::Udp, 5060, true);
        check(r#"{"Action":["Block"],"Enabled":["False"]}"#, Transport::Udp, 5060, false);
        check(r#"{"Action":["Block"],"Direction":["Outbound"]}"#, Transport::Udp, 5060, false);
        check(r#"{"Action":["Block"],"RemoteAddress":["10.0.0.1"]}"#, Transport::Udp, 5060, false);
        check(r#"{"Action":["Block"],"LocalAddress":["127.31.0.6"]}"#, Transport::Udp, 5060, false);
        check(r#"{"Action":["Allow"],"LocalPort":["5060"]}"#, Transport::Udp, 5060, false);
    }
}
