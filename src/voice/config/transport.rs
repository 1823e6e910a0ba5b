//! Where mail leaves the organisation: send connectors, and mailboxes whose mail is forwarded.

use serde::{Deserialize, Serialize};
use store::{Object, Reader, StoreError};

/// What becomes of a mailbox's mail (Set-Mailbox -ForwardingSmtpAddress, -ForwardingAddress).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Forwarding {
    /// SMTP address outside.
    pub to: String,
    /// The mailbox keeps its copy (DeliverToMailboxAndForward).
    pub keep: bool,
}

/// A way out for mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SendConnector {
    pub name: String,
    /// `SMTP:contoso.com;1`, `*.contoso.com` or `*`.
    pub address_spaces: Vec<String>,
    /// Where mail is handed over; by the MX records of the organisation's DNS when empty.
    pub smart_hosts: Vec<String>,
    pub port: u16,
    pub require_tls: bool,
    /// Name given in EHLO; that of the server when empty.
    pub fqdn: String,
}

impl Default for SendConnector {
    fn default() -> Self {
        SendConnector {
            name: String::new(),
            address_spaces: Vec::new(),
            smart_hosts: Vec::new(),
            port: 25,
            require_tls: false,
            fqdn: String::new(),
        }
    }
}

impl SendConnector {
    /// How well the connector fits a domain: length of what matches and cost; none when it does not.
    fn fit(&self, domain: &str) -> Option<(usize, std::cmp::Reverse<u32>)> {
        let fits = self.address_spaces.iter().filter_map(|space| {
            let (space, cost) = space.split_once(';').unwrap_or((space, "1"));
            let space = space.get(..5).filter(|p| p.eq_ignore_ascii_case("smtp:")).map_or(space, |_| &space[5..]);
            let (space, domain) = (space.trim().to_ascii_lowercase(), domain.to_ascii_lowercase());
            let length = match space.strip_prefix('*') {
                Some("") => 0,
                Some(end) if domain.ends_with(end) => end.len(),
                None if space == domain => space.len() + 1,
                _ => return None,
            };
            Some((length, std::cmp::Reverse(cost.trim().parse().unwrap_or(1))))
        });
        fits.max()
    }
}

/// The connector for a domain: the one whose address space says most, then the cheapest.
pub fn connector_for<'a>(connectors: &'a [SendConnector], domain: &str) -> Option<&'a SendConnector> {
    let fits = connectors.iter().filter_map(|c| Some((c.fit(domain)?, c)));
    // The first of equals.
    fits.rev().max_by_key(|(fit, _)| *fit).map(|(_, connector)| connector)
}

/// Reads the connectors.
pub(super) fn read(reader: &Reader) -> Result<Vec<SendConnector>, StoreError> {
    let list = |object: &Object, name: &str| object.texts(name).iter().map(ToString::to_string).collect();
    let connectors = reader.all("SendConnector")?.into_iter().filter(|c| c.flag("Enabled").unwrap_or(true));
    Ok(connectors
        .map(|c| SendConnector {
            name: c.name.clone(),
            address_spaces: list(&c, "AddressSpaces"),
            smart_hosts: list(&c, "SmartHosts"),
            port: c.number("Port").and_then(|p| p.try_into().ok()).unwrap_or(25),
            require_tls: c.flag("RequireTLS").unwrap_or(false),
            fqdn: c.text("Fqdn").unwrap_or_default().to_string(),
        })
        .collect())
}

/// Where a mailbox's mail goes as well: ForwardingAddress names a recipient and comes first, as in Exchange.
pub(super) fn forwarding(reader: &Reader, user: &Object) -> Result<Option<Forwarding>, StoreError> {
    let keep = user.flag("DeliverToMailboxAndForward").unwrap_or(false);
    let bare = |address: &str| {
        address.get(..5).filter(|p| p.eq_ignore_ascii_case("smtp:")).map_or(address, |_| &address[5..]).to_string()
    };
    let mut to = String::new();
    if let Some(named) = user.text("ForwardingAddress").filter(|n| !n.is_empty()) {
        for (noun, property) in [
            ("MailContact", "ExternalEmailAddress"),
            ("MailUser", "ExternalEmailAddress"),
            ("User", "PrimarySmtpAddress"),
        ] {
            if let Some(found) = reader.find(noun, "", named)?.and_then(|o| o.text(property).map(bare)) {
                to = found;
                break;
            }
        }
    }
    if to.is_empty() {
        to = user.text("ForwardingSmtpAddress").map(bare).unwrap_or_default();
    }
    Ok((!to.is_empty()).then_some(Forwarding { to, keep }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_address_space_wins_then_the_cheapest() {
        let connector = |name: &str, spaces: &[&str]| SendConnector {
            name: name.into(),
            address_spaces: spaces.iter().map(ToString::to_string).collect(),
            ..SendConnector::default()
        };
        let all = [
            connector("any", &["SMTP:*;10"]),
            connector("cheap", &["*;1"]),
            connector("sub", &["smtp:*.fabrikam.com;5"]),
            connector("one", &["mail.fabrikam.com"]),
        ];
        let cases = [
            ("example.com", "cheap"),
            ("a.Fabrikam.com", "sub"),
            ("fabrikam.com", "cheap"),
            ("mail.fabrikam.com", "one"),
        ];
        for (domain, wanted) in cases {
            assert_eq!(connector_for(&all, domain).map(|c| c.name.as_str()), Some(wanted), "{domain}");
        }
        assert!(connector_for(&all[3..], "example.com").is_none());
    }
}
