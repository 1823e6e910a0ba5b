//! Finding things in a snapshot.

use super::{
    AutoAttendant, EncryptionLevel, ExUmContact, MailboxPolicy, Server, Snapshot, Trunk, TrunkConfiguration,
    UmDialPlan, UmHuntGroup, UmIpGateway, UmMailbox, UriType, VoiceDialPlan, VoicePolicy, VoiceUser, assign_addresses,
};
use signaling::resolve::{Srv, Zone};
use std::collections::HashMap;
use std::net::IpAddr;

/// `sip:` and `tel:` removed.
fn bare(text: &str) -> &str {
    let text = text.trim();
    for scheme in ["sip:", "sips:", "tel:", "SIP:", "TEL:"] {
        if let Some(rest) = text.strip_prefix(scheme) {
            return rest;
        }
    }
    text
}

fn same(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right)
}

/// Digits of a number without `+` and visual separators; empty when it is no number.
pub(crate) fn digits(text: &str) -> String {
    let text = bare(text).split(';').next().unwrap_or("");
    let found: String = text.chars().filter(char::is_ascii_digit).collect();
    let clean = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | ' ' | '(' | ')' | '.'));
    if clean { found } else { String::new() }
}

impl Snapshot {
    /// Address of each server and gateway that is served here.
    pub fn addresses(&self) -> HashMap<String, IpAddr> {
        let mut names: Vec<(String, Option<IpAddr>)> =
            self.servers.iter().filter(|s| !self.is_outside(s)).map(|s| (s.fqdn.clone(), s.address)).collect();
        for gateway in &self.pstn_gateways {
            if gateway.simulator && !self.servers.iter().any(|s| same(&s.fqdn, &gateway.address)) {
                names.push((gateway.address.clone(), gateway.address.parse().ok()));
            }
        }
        assign_addresses(&names)
    }

    /// Whether a computer is a gateway that somebody else runs: it has an address, but is not served here.
    pub fn is_outside(&self, server: &Server) -> bool {
        let gateway = server.roles.iter().all(|r| *r == super::RoleKind::Gateway) && !server.roles.is_empty();
        gateway && !self.pstn_gateways.iter().any(|g| g.simulator && same(&g.address, &server.fqdn))
    }

    /// The organisation's DNS.
    pub fn zone(&self, port_offset: u16) -> Zone {
        let mut zone = Zone::default();
        zone.port_offset = port_offset;
        let addresses = self.addresses();
        for (name, address) in &addresses {
            zone.add_address(name, *address);
            zone.add_own(*address);
        }
        for server in &self.servers {
            if !same(&server.pool, &server.fqdn)
                && !server.pool.is_empty()
                && let Some(address) = addresses.get(&server.fqdn.to_ascii_lowercase())
            {
                zone.add_address(&server.pool, *address);
            }
        }
        for server in self.servers.iter().filter(|s| self.is_outside(s)) {
            if let Some(address) = server.address {
                zone.add_address(&server.fqdn, address);
            }
        }
        for record in &self.dns {
            match record.kind.to_ascii_uppercase().as_str() {
                "A" | "AAAA" => {
                    if let Ok(address) = record.data.parse()
                        && zone.lookup(&record.name).is_empty()
                    {
                        zone.add_address(&record.name, address);
                    }
                }
                "CNAME" => zone.add_alias(&record.name, &record.data),
                "SRV" => zone.add_service(
                    &record.name,
                    Srv {
                        priority: record.priority,
                        weight: record.weight,
                        port: record.port,
                        target: record.data.clone(),
                    },
                ),
                _ => {}
            }
        }
        zone
    }

    /// A server by FQDN.
    pub fn server(&self, fqdn: &str) -> Option<&Server> {
        self.servers.iter().find(|s| same(&s.fqdn, fqdn))
    }

    /// Whether a name is a server or pool of the topology.
    pub fn is_trusted(&self, name: &str) -> bool {
        self.servers.iter().any(|s| same(&s.fqdn, name) || same(&s.pool, name))
    }

    /// A UM dial plan by name or phone context.
    pub fn dial_plan(&self, name: &str) -> Option<&UmDialPlan> {
        self.dial_plans.iter().find(|p| same(&p.name, name) || same(&p.phone_context, name))
    }

    /// A mailbox policy by name.
    pub fn policy(&self, name: &str) -> Option<&MailboxPolicy> {
        self.mailbox_policies.iter().find(|p| same(&p.name, name))
    }

    /// Hunt groups of a gateway.
    pub fn hunt_groups_of(&self, gateway: &UmIpGateway) -> impl Iterator<Item = &UmHuntGroup> {
        self.hunt_groups.iter().filter(move |h| same(&h.gateway, &gateway.name))
    }

    /// Mailbox of a party within a dial plan and its equivalents: extension, SIP address or E.164 number.
    pub fn mailbox(&self, plan: &UmDialPlan, party: &str) -> Option<&UmMailbox> {
        let mut plans = vec![plan];
        plans.extend(plan.equivalent_contexts.iter().filter_map(|c| self.dial_plan(c)));
        plans.into_iter().find_map(|p| self.mailbox_in(p, party))
    }

    fn mailbox_in(&self, plan: &UmDialPlan, party: &str) -> Option<&UmMailbox> {
        let party = bare(party);
        let user = party.split(['@', ';']).next().unwrap_or("");
        let members = || self.mailboxes.iter().filter(|m| same(&m.dial_plan, &plan.name));
        if party.contains('@') && plan.uri_type == UriType::SipName {
            let address = party.split(';').next().unwrap_or("");
            if let Some(found) = members().find(|m| same(bare(&m.sip_address), address)) {
                return Some(found);
            }
        }
        let number = digits(user);
        if number.is_empty() {
            return None;
        }
        let exact = members().find(|m| m.extensions.iter().any(|e| digits(e) == number && !number.is_empty()));
        if exact.is_some() {
            return exact;
        }
        // assumed: a longer number is also tried by its last digits.
        if number.len() > plan.digits && plan.digits > 0 {
            let tail = &number[number.len() - plan.digits..];
            if let Some(found) = members().find(|m| m.extensions.iter().any(|e| digits(e) == tail)) {
                return Some(found);
            }
        }
        // A user of Enterprise Voice is also known by the line of the account.
        let user = self.users.iter().find(|u| digits(&u.line) == number)?;
        members().find(|m| same(bare(&m.sip_address), bare(&user.sip_address)))
    }

    /// A mailbox by id, alias, SMTP or SIP address.
    pub fn mailbox_by_identity(&self, identity: &str) -> Option<&UmMailbox> {
        let identity = bare(identity);
        self.mailboxes.iter().find(|m| {
            [&m.id, &m.alias, &m.smtp, &m.display_name].iter().any(|v| same(v, identity))
                || same(bare(&m.sip_address), identity)
        })
    }

    /// An auto attendant of a plan by pilot.
    pub fn auto_attendant(&self, plan: &UmDialPlan, party: &str) -> Option<&AutoAttendant> {
        let party = bare(party).split(';').next().unwrap_or("").to_string();
        let number = digits(party.split('@').next().unwrap_or(""));
        self.auto_attendants.iter().filter(|a| same(&a.dial_plan, &plan.name)).find(|a| {
            a.pilots.iter().any(|p| {
                let p = bare(p);
                same(p, &party) || (!number.is_empty() && digits(p) == number)
            })
        })
    }

    /// Whether a number or address is an access number of a plan.
    pub fn is_access_number(&self, plan: &UmDialPlan, party: &str) -> bool {
        let party = bare(party).split(';').next().unwrap_or("").to_string();
        let number = digits(party.split('@').next().unwrap_or(""));
        plan.access_numbers.iter().chain(&plan.pilots).any(|a| {
            let a = bare(a);
            same(a, &party) || (!number.is_empty() && digits(a) == number)
        })
    }

    /// A user by SIP address.
    pub fn user(&self, address: &str) -> Option<&VoiceUser> {
        let address = bare(address);
        self.users.iter().find(|u| u.enabled && same(bare(&u.sip_address), address))
    }

    /// Users whose line is that number.
    pub fn users_by_line(&self, number: &str) -> Vec<&VoiceUser> {
        let wanted = digits(number);
        let extension = number.split_once(";ext=").map(|(_, e)| e);
        self.users
            .iter()
            .filter(|u| u.enabled && !wanted.is_empty() && digits(&u.line) == wanted)
            .filter(|u| extension.is_none() || u.line.split_once(";ext=").map(|(_, e)| e) == extension)
            .collect()
    }

    /// A contact by SIP address or line.
    pub fn contact(&self, party: &str) -> Option<&ExUmContact> {
        let party = bare(party).split(';').next().unwrap_or("").to_string();
        let number = digits(party.split('@').next().unwrap_or(""));
        self.contacts
            .iter()
            .find(|c| same(bare(&c.sip_address), &party) || (!number.is_empty() && digits(&c.line) == number))
    }

    /// UM mailbox of a user of Enterprise Voice.
    pub fn mailbox_of(&self, user: &VoiceUser) -> Option<&UmMailbox> {
        let address = bare(&user.sip_address);
        self.mailboxes.iter().find(|m| m.enabled && same(bare(&m.sip_address), address))
    }

    /// Encryption level in force for a pool.
    pub fn encryption_of(&self, pool: &str) -> EncryptionLevel {
        let site = self
            .servers
            .iter()
            .find(|s| same(&s.pool, pool) || same(&s.fqdn, pool))
            .map(|s| s.site.as_str())
            .unwrap_or("");
        let scopes = [format!("Service:{pool}"), format!("Site:{site}"), "Global".to_string()];
        scopes
            .iter()
            .find_map(|scope| self.encryption.iter().find(|(s, _)| same(s, scope)).map(|(_, l)| *l))
            .unwrap_or_default()
    }

    /// A trunk by name.
    pub fn trunk(&self, name: &str) -> Option<&Trunk> {
        let name = name.strip_prefix("PstnGateway:").unwrap_or(name);
        self.trunks.iter().find(|t| same(&t.name, name)).or_else(|| self.trunks.iter().find(|t| same(&t.gateway, name)))
    }

    /// Trunk configuration in force.
    pub fn trunk_configuration(&self, trunk: &Trunk) -> TrunkConfiguration {
        let site = self
            .servers
            .iter()
            .find(|s| same(&s.fqdn, &trunk.mediation) || same(&s.pool, &trunk.mediation))
            .map_or("", |s| &s.site);
        let scopes = [
            format!("Service:PstnGateway:{}", trunk.name),
            format!("Service:PstnGateway:{}", trunk.gateway),
            format!("Site:{site}"),
            "Global".to_string(),
        ];
        scopes
            .iter()
            .find_map(|scope| self.trunk_configurations.iter().find(|c| same(&c.scope, scope)))
            .cloned()
            .unwrap_or_default()
    }

    /// Dial plan in force for a user: user, pool, site, global.
    pub fn voice_dial_plan(&self, user: Option<&VoiceUser>) -> Option<&VoiceDialPlan> {
        let mut scopes = Vec::new();
        if let Some(user) = user {
            if !user.dial_plan.is_empty() {
                scopes.push(format!("Tag:{}", user.dial_plan.trim_start_matches("Tag:")));
            }
            scopes.push(format!("Service:Registrar:{}", user.pool));
            if let Some(server) = self.servers.iter().find(|s| same(&s.pool, &user.pool)) {
                scopes.push(format!("Site:{}", server.site));
            }
        }
        scopes.push("Global".into());
        scopes.iter().find_map(|scope| self.voice_dial_plans.iter().find(|p| same(&p.scope, scope)))
    }

    /// Dial plan for calls from a gateway.
    pub fn gateway_dial_plan(&self, gateway: &str, site: &str) -> Option<&VoiceDialPlan> {
        let scopes = [format!("Service:PstnGateway:{gateway}"), format!("Site:{site}"), "Global".to_string()];
        scopes.iter().find_map(|scope| self.voice_dial_plans.iter().find(|p| same(&p.scope, scope)))
    }

    /// Voice policy in force for a user.
    pub fn voice_policy(&self, user: &VoiceUser) -> Option<&VoicePolicy> {
        let site = self.servers.iter().find(|s| same(&s.pool, &user.pool)).map_or("", |s| &s.site);
        let mut scopes = Vec::new();
        if !user.voice_policy.is_empty() {
            scopes.push(format!("Tag:{}", user.voice_policy.trim_start_matches("Tag:")));
        }
        scopes.push(format!("Site:{site}"));
        scopes.push("Global".to_string());
        scopes.iter().find_map(|scope| self.voice_policies.iter().find(|p| same(&p.scope, scope)))
    }

    /// UM servers that serve a plan: all for TelExtn and E164, the associated ones for SipName.
    pub fn um_servers_of<'a>(&'a self, plan: &'a UmDialPlan) -> impl Iterator<Item = &'a Server> {
        self.servers.iter().filter(move |s| {
            s.has(super::RoleKind::UmService)
                && (plan.uri_type != UriType::SipName || s.um_dial_plans.iter().any(|p| same(p, &plan.name)))
        })
    }
}

/// `user@host` or number without scheme.
pub(crate) fn bare_address(text: &str) -> &str {
    bare(text)
}
