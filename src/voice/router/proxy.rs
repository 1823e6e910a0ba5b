//! The router in the place of a peer that follows no redirects (`LabProxyRedirects`): a stateful proxy to the worker.

use super::role::service_port;
use crate::config::{RoleKind, Snapshot, UmIpGateway};
use crate::frontend::{finish, pass_in_dialog, record_route};
use crate::service::{LiveZone, Runtime};
use signaling::agent::{Agent, Fork, ForkOutcome, Incoming, prepare_forward};
use signaling::headers::{Contact, MsDiagnostics, Route};
use signaling::transport::{Source, Transport};
use signaling::{HeaderName, Message};

/// Redirects followed: one of the service, and some to spare.
const MOST: usize = 5;

/// Field by which the router tells the service whose call it carries (lab).
fn gateway_field() -> HeaderName {
    HeaderName::other("X-UM-IP-Gateway")
}

/// The gateway that a router of the organisation carries a call for.
pub(super) fn carried_for<'a>(
    snapshot: &'a Snapshot,
    zone: &LiveZone,
    source: &Source,
    request: &Message,
) -> Option<&'a UmIpGateway> {
    let name = request.text(gateway_field())?;
    let from_router = snapshot.servers.iter().filter(|s| s.has(RoleKind::UmCallRouter)).any(|s| {
        match (&source.peer, source.transport) {
            (Some(peer), Transport::Tls) => peer.holds(&s.fqdn),
            (None, Transport::Tls) => false,
            _ => zone.lookup(&s.fqdn).contains(&source.remote.ip()),
        }
    });
    snapshot.gateways.iter().find(|g| from_router && g.proxy_redirects && g.name.eq_ignore_ascii_case(name))
}

/// Whether a request of a dialog goes through this router.
pub(super) fn is_carried(agent: &Agent, request: &Message) -> bool {
    let own = |host: &str| {
        host.eq_ignore_ascii_case(agent.name())
            || host.parse::<std::net::IpAddr>().is_ok_and(|a| a == agent.config().address)
    };
    request.to_tag().is_some()
        && request.typed::<Route>().is_some_and(|r| r.0.uri.as_sip().is_some_and(|u| own(u.bare_host())))
}

/// Passes on a request of a dialog that goes through this router.
pub(super) fn within_dialog(agent: &Agent, incoming: Incoming) {
    pass_in_dialog(agent, incoming, |_, hop| hop);
}

/// Carries a request of a gateway to the service of a server, and follows its redirects.
pub(super) async fn carry(
    runtime: std::sync::Arc<Runtime>,
    agent: Agent,
    incoming: Incoming,
    gateway: String,
    server: String,
) {
    let mut request = match prepare_forward(&agent, &incoming.request) {
        Ok(request) => request,
        Err(status) => return incoming.reply(status, "", &[]),
    };
    request.set(gateway_field(), gateway);
    let transport = incoming.source.transport;
    let mut uri = signaling::SipUri::parse(request.request_uri()).unwrap_or_default();
    uri.host = server.clone();
    uri.port = Some(service_port(transport));
    uri.headers = None;
    uri.set_param("transport", Some(transport.param()));
    let mut target = uri.to_string();
    for _ in 0..MOST {
        let mut copy = request.clone();
        copy.set_request_uri(&target);
        let Some(hop) = agent.hops_of(&copy).ok().and_then(|h| h.into_iter().next()) else { break };
        record_route(&agent, &mut copy, (transport, incoming.source.remote.ip()), &hop);
        let Some(mut fork) = Fork::new(&agent, &incoming) else { return };
        fork.add(copy, &hop);
        match fork.run(None).await {
            ForkOutcome::Failed(response) if matches!(response.status(), 301 | 302) => {
                let contact =
                    response.all::<Contact>().into_iter().find_map(|c| c.address().map(|a| a.uri.to_string()));
                match contact {
                    Some(contact) => target = contact,
                    None => break,
                }
            }
            outcome => return finish(&incoming, outcome),
        }
    }
    let text = format!("The redirects of {server} lead nowhere.");
    runtime.events.write(1026, "Warning", agent.name(), incoming.request.call_id(), text.clone());
    let diagnosis = MsDiagnostics::new(15606, &text, agent.name());
    incoming.reply(504, "", &[(HeaderName::MsDiagnostics, diagnosis.to_string())]);
}
