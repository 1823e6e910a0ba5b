//! Peer, gateway, hunt group and dial plan of a call, and why one is refused.

use super::party::{caller, diverted_parties};
use crate::config::{GatewayStatus, Snapshot, UmDialPlan, UmIpGateway, digits};
use crate::service::LiveZone;
use signaling::headers::MsDiagnostics;
use signaling::transport::{Source, Transport};
use signaling::uri::{Uri, percent_decode};
use signaling::{HeaderName, Message};

/// Where a call belongs.
#[derive(Debug, Clone)]
pub struct Target {
    pub gateway: UmIpGateway,
    pub plan: UmDialPlan,
    /// The pilot that matched; empty for a hunt group without one.
    pub pilot: String,
}

/// Why a call is refused. Statuses marked so are assumptions of the specification, kept in this one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// No gateway and no server of the topology has this address or certificate.
    UnknownPeer(String),
    GatewayDisabled(String),
    NoNewCalls(String),
    NoPilot(String),
    /// Transport and VoIPSecurity do not fit.
    Transport {
        plan: String,
        wanted: &'static str,
        used: &'static str,
    },
    Capacity,
    Inactive,
    /// No mailbox server serves the plan.
    NoServer(String),
    /// The server is not associated with the SIP dial plan.
    NotAssociated {
        plan: String,
        server: String,
    },
}

impl Refusal {
    /// Status code.
    pub fn status(&self) -> u16 {
        match self {
            // assumed: the codes of the router are not documented.
            Refusal::UnknownPeer(_)
            | Refusal::GatewayDisabled(_)
            | Refusal::Transport { .. }
            | Refusal::NotAssociated { .. } => 403,
            Refusal::NoNewCalls(_) | Refusal::Capacity | Refusal::Inactive => 503,
            Refusal::NoPilot(_) => 404,
            Refusal::NoServer(_) => 504,
        }
    }

    /// Number in the event log; only 1175 and 1400 are documented, these are ours.
    pub fn event(&self) -> u32 {
        match self {
            Refusal::UnknownPeer(_) => 1020,
            Refusal::NoPilot(_) => 1021,
            Refusal::GatewayDisabled(_) | Refusal::NoNewCalls(_) => 1022,
            Refusal::Transport { .. } => 1023,
            Refusal::Capacity => 1024,
            Refusal::Inactive => 1025,
            Refusal::NoServer(_) => 1026,
            Refusal::NotAssociated { .. } => 1027,
        }
    }

    /// Number of the diagnosis; 15000-15999 belong to Exchange unified messaging.
    pub fn diagnostic(&self) -> u32 {
        match self {
            Refusal::UnknownPeer(_) => 15600,
            Refusal::NoPilot(_) => 15601,
            Refusal::GatewayDisabled(_) | Refusal::NoNewCalls(_) => 15602,
            Refusal::Transport { .. } => 15603,
            Refusal::Capacity => 15604,
            Refusal::Inactive => 15605,
            Refusal::NoServer(_) => 15606,
            Refusal::NotAssociated { .. } => 15607,
        }
    }

    /// What happened.
    pub fn text(&self) -> String {
        match self {
            Refusal::UnknownPeer(peer) => {
                format!("A call from {peer} was refused: no UM IP gateway has this address.")
            }
            Refusal::GatewayDisabled(name) => {
                format!("A call was refused: the UM IP gateway {name} is disabled.")
            }
            Refusal::NoNewCalls(name) => {
                format!("A call was refused: the UM IP gateway {name} takes no new calls.")
            }
            Refusal::NoPilot(pilot) => {
                format!("A call to {pilot} was refused: no UM hunt group of the gateway has this pilot identifier.")
            }
            Refusal::Transport { plan, wanted, used } => {
                format!("A call was refused: the dial plan {plan} is {wanted}, but the call came over {used}.")
            }
            Refusal::Capacity => "A call was refused: the maximum number of calls is reached.".into(),
            Refusal::Inactive => "A call was refused: the server component is inactive.".into(),
            Refusal::NoServer(plan) => {
                format!("A call was refused: no Mailbox server is available for the dial plan {plan}.")
            }
            Refusal::NotAssociated { plan, server } => {
                format!("A call was refused: the server {server} is not associated with the SIP URI dial plan {plan}.")
            }
        }
    }

    /// Fields of the response.
    pub fn headers(&self, server: &str) -> Vec<(HeaderName, String)> {
        let mut headers =
            vec![(HeaderName::MsDiagnostics, MsDiagnostics::new(self.diagnostic(), &self.text(), server).to_string())];
        if matches!(self, Refusal::Capacity) {
            headers.push((HeaderName::RetryAfter, "10".into()));
        }
        headers
    }
}

/// Gateways that a peer may be: by address over TCP, by certificate over TLS.
fn gateways_of<'a>(snapshot: &'a Snapshot, zone: &LiveZone, source: &Source) -> Vec<&'a UmIpGateway> {
    snapshot
        .gateways
        .iter()
        .filter(|g| match (&source.peer, source.transport) {
            (Some(peer), Transport::Tls) => peer.holds(&g.address),
            (None, Transport::Tls) => false,
            _ => zone.lookup(&g.address).contains(&source.remote.ip()),
        })
        .collect()
}

/// Spellings of a called party: as it stands, without `+`, decoded, without parameters.
fn keys(uri: &Uri) -> Vec<String> {
    let mut keys = Vec::new();
    let mut add = |text: String| {
        if !text.is_empty() && !keys.contains(&text) {
            keys.push(text);
        }
    };
    match uri {
        Uri::Sip(sip) => {
            let user = sip.user.clone().unwrap_or_default();
            add(user.clone());
            let decoded = percent_decode(user.split(';').next().unwrap_or(""));
            add(decoded.trim_start_matches('+').to_string());
            add(decoded.clone());
            add(format!("{decoded}@{}", sip.host));
        }
        Uri::Tel(tel) => {
            add(tel.number.clone());
            add(tel.number.trim_start_matches('+').to_string());
        }
        Uri::Other(text) => add(text.clone()),
    }
    keys
}

fn pilot_matches(pilot: &str, keys: &[String]) -> bool {
    pilot.split(',').map(str::trim).filter(|p| !p.is_empty()).any(|pilot| {
        let bare = crate::config::bare_address(pilot);
        let number = digits(bare);
        keys.iter().any(|key| key.eq_ignore_ascii_case(bare) || (!number.is_empty() && digits(key) == number))
    })
}

/// Finds gateway, hunt group and dial plan, and checks that the transport fits.
pub fn resolve_target(
    snapshot: &Snapshot,
    zone: &LiveZone,
    source: &Source,
    request: &Message,
) -> Result<Target, Refusal> {
    let gateways = match super::proxy::carried_for(snapshot, zone, source, request) {
        Some(gateway) => vec![gateway],
        None => gateways_of(snapshot, zone, source),
    };
    let Some(first) = gateways.first() else {
        let peer = match &source.peer {
            Some(peer) => peer.names.first().or(peer.common_name.as_ref()).cloned().unwrap_or_default(),
            None => source.remote.ip().to_string(),
        };
        return Err(Refusal::UnknownPeer(peer));
    };
    match first.status {
        GatewayStatus::Enabled => {}
        GatewayStatus::Disabled => return Err(Refusal::GatewayDisabled(first.name.clone())),
        GatewayStatus::NoNewCalls => return Err(Refusal::NoNewCalls(first.name.clone())),
    }
    let groups: Vec<_> = gateways.iter().flat_map(|g| snapshot.hunt_groups_of(g).map(move |h| (*g, h))).collect();
    let uri = Uri::parse(request.request_uri());
    let context = uri.as_ref().and_then(|u| u.as_sip()).and_then(|u| u.user_param("phone-context")).map(str::to_string);
    let mut found = None;
    if let Some(context) = context {
        found = groups
            .iter()
            .find(|(_, h)| {
                snapshot.dial_plan(&h.dial_plan).is_some_and(|p| p.phone_context.eq_ignore_ascii_case(&context))
            })
            .map(|(g, h)| (*g, *h, context.clone()));
    }
    let to = request.typed::<signaling::headers::To>().map(|t| t.0.uri);
    let candidates: Vec<Vec<String>> = uri.iter().chain(&to).map(keys).collect();
    for keys in &candidates {
        if found.is_some() {
            break;
        }
        found = groups.iter().find(|(_, h)| pilot_matches(&h.pilot, keys)).map(|(g, h)| (*g, *h, h.pilot.clone()));
        // A front end names the plan: its phone context or bare name.
        found = found.or_else(|| {
            groups
                .iter()
                .find(|(_, h)| {
                    let plan = snapshot.dial_plan(&h.dial_plan);
                    plan.is_some_and(|p| {
                        keys.iter().any(|k| k.eq_ignore_ascii_case(&p.phone_context) || k.eq_ignore_ascii_case(&p.name))
                    })
                })
                .map(|(g, h)| (*g, *h, h.pilot.clone()))
        });
    }
    let found =
        found.or_else(|| groups.iter().find(|(_, h)| h.pilot.trim().is_empty()).map(|(g, h)| (*g, *h, String::new())));
    let Some((gateway, group, pilot)) = found else {
        return Err(Refusal::NoPilot(uri.map(|u| u.user().to_string()).unwrap_or_default()));
    };
    let Some(plan) = snapshot.dial_plan(&group.dial_plan) else {
        return Err(Refusal::NoPilot(pilot));
    };
    let tls = source.transport == Transport::Tls;
    if plan.security.needs_tls() != tls {
        let used = if tls { "TLS" } else { source.transport.via_name() };
        return Err(Refusal::Transport { plan: plan.name.clone(), wanted: plan.security.name(), used });
    }
    Ok(Target { gateway: gateway.clone(), plan: plan.clone(), pilot })
}

/// Mailbox that a call is for or from: the diverted party's, else the caller's.
pub fn mailbox_of_call<'a>(
    snapshot: &'a Snapshot,
    plan: &UmDialPlan,
    request: &Message,
) -> Option<&'a crate::config::UmMailbox> {
    let diverted = diverted_parties(request);
    if diverted.is_empty() {
        return caller(request).mailbox(snapshot, plan);
    }
    diverted.iter().find_map(|d| snapshot.mailbox(plan, &d.party))
}
