//! Which peers answer: OPTIONS to gateways and trunks (no answer three times is down, any answer is alive; assumed).

use super::Runtime;
use crate::config::{GatewayStatus, Trunk};
use parking_lot::Mutex;
use signaling::agent::Agent;
use signaling::message::RequestBuilder;
use signaling::{HeaderName, Method};
use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

/// Checks without an answer before a peer counts as down.
const FAILURES: u32 = 3;

#[derive(Default, Clone, Copy)]
struct Peer {
    failures: u32,
}

/// States of peers; clones share them.
#[derive(Clone, Default)]
pub struct Health {
    peers: Arc<Mutex<HashMap<String, Peer>>>,
}

impl Health {
    /// Whether a trunk has stopped answering. Unknown ones count as alive.
    pub fn is_trunk_down(&self, name: &str) -> bool {
        self.is_down(&format!("trunk {name}"))
    }

    /// Whether a UM IP gateway, known by its address, has.
    pub fn is_gateway_down(&self, address: &str) -> bool {
        self.is_down(&format!("gateway {address}"))
    }

    fn is_down(&self, peer: &str) -> bool {
        self.peers.lock().get(&peer.to_ascii_lowercase()).is_some_and(|p| p.failures >= FAILURES)
    }

    /// Notes an outcome; `Some(down)` when the state changed by it.
    fn note(&self, peer: &str, alive: bool) -> Option<bool> {
        let mut peers = self.peers.lock();
        let state = peers.entry(peer.to_ascii_lowercase()).or_default();
        let was_down = state.failures >= FAILURES;
        state.failures = if alive { 0 } else { state.failures + 1 };
        let is_down = state.failures >= FAILURES;
        (was_down != is_down).then_some(is_down)
    }
}

async fn is_alive(agent: &Agent, uri: &str) -> bool {
    let name = agent.name();
    let token = signaling::agent::token;
    let from = format!("<sip:{name}>;tag={}", token());
    let request =
        RequestBuilder::new(Method::Options, uri, &from, &format!("<{uri}>"), &format!("{}@{name}", token()), 1)
            .header(HeaderName::Accept, "application/sdp")
            .build();
    agent.request(request, None).await.is_ok()
}

fn interval(runtime: &Runtime) -> Option<Duration> {
    (runtime.options.options_interval > 0).then(|| Duration::from_secs(runtime.options.options_interval))
}

/// UM's checks of its gateways, for as long as the role runs.
pub(crate) async fn watch_gateways(runtime: Arc<Runtime>, agent: Agent, fqdn: String) {
    let Some(interval) = interval(&runtime) else { return };
    let mut told: HashSet<String> = HashSet::new();
    loop {
        tokio::time::sleep(interval).await;
        let snapshot = runtime.snapshot();
        let mut addresses: HashMap<IpAddr, String> = HashMap::new();
        for gateway in snapshot.gateways.iter().filter(|g| g.status == GatewayStatus::Enabled) {
            let plans: Vec<_> =
                snapshot.hunt_groups_of(gateway).filter_map(|h| snapshot.dial_plan(&h.dial_plan)).collect();
            let Some(plan) = plans.first() else { continue };
            let address = runtime.zone.lookup(&gateway.address).first().copied().or(gateway.address.parse().ok());
            if let Some(first) = address.and_then(|a| addresses.insert(a, gateway.name.clone())) {
                if told.insert(format!("{first} {}", gateway.name)) {
                    let text = format!(
                        "The UM IP gateways {first} and {} have the same IP address; {} is not used.",
                        gateway.name, gateway.name
                    );
                    runtime.events.write(1175, "Warning", &fqdn, "", text);
                }
                continue;
            }
            let transport = if plan.security.needs_tls() { "tls" } else { "tcp" };
            let uri = format!("sip:{}:{};transport={transport}", gateway.address, gateway.port);
            match runtime.health.note(&format!("gateway {}", gateway.address), is_alive(&agent, &uri).await) {
                Some(true) => {
                    let text = format!(
                        "The UM IP gateway {} ({}) does not respond to SIP OPTIONS requests.",
                        gateway.name, gateway.address
                    );
                    runtime.events.write(1400, "Warning", &fqdn, "", text);
                }
                Some(false) => {
                    let text = format!("The UM IP gateway {} ({}) responds again.", gateway.name, gateway.address);
                    runtime.events.write(1401, "Information", &fqdn, "", text);
                }
                None => {}
            }
        }
    }
}

/// The mediation server's checks of its trunks.
pub(crate) async fn watch_trunks(runtime: Arc<Runtime>, agent: Agent, fqdn: String) {
    let Some(interval) = interval(&runtime) else { return };
    loop {
        tokio::time::sleep(interval).await;
        let snapshot = runtime.snapshot();
        let trunks: Vec<Trunk> = crate::mediation::trunks_of(&snapshot, &fqdn).into_iter().cloned().collect();
        for trunk in trunks {
            let transport = if trunk.tls { "tls" } else { "tcp" };
            let uri = format!("sip:{}:{};transport={transport}", trunk.gateway, trunk.gateway_port);
            match runtime.health.note(&format!("trunk {}", trunk.name), is_alive(&agent, &uri).await) {
                Some(true) => {
                    let text = format!(
                        "The trunk {} has stopped responding to OPTIONS; calls go by other trunks.",
                        trunk.name
                    );
                    runtime.events.write(25051, "Warning", &fqdn, "", text);
                }
                Some(false) => {
                    runtime.events.write(
                        25052,
                        "Information",
                        &fqdn,
                        "",
                        format!("The trunk {} responds again.", trunk.name),
                    );
                }
                None => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_silences_are_down_and_one_answer_is_up() {
        let health = Health::default();
        let changes: Vec<_> =
            [false, false, false, false, true, true, false].map(|alive| health.note("GW", alive)).to_vec();
        assert_eq!(changes, [None, None, Some(true), None, Some(false), None, None]);
        assert!(!health.is_down("gw") && !health.is_down("other"));
    }
}
