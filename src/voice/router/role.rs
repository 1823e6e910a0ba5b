//! The router's listeners and what it answers.

use super::{Refusal, choose_server, proxy, resolve_target};
use crate::config::{RoleKind, Server};
use crate::service::{RoleError, RunningRole, Runtime, listen};
use signaling::agent::{Agent, Incoming};
use signaling::headers::MsDiagnostics;
use signaling::transport::Transport;
use signaling::{HeaderName, Method};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Port of the UM service for a transport.
pub(crate) fn service_port(transport: Transport) -> u16 {
    if transport == Transport::Tls { 5063 } else { 5062 }
}

/// Opens the router of a server.
pub async fn start(runtime: &Arc<Runtime>, server: &Server) -> Result<RunningRole, RoleError> {
    let mode = server.router_startup_mode;
    let identity = runtime.identity(server, RoleKind::UmCallRouter, true)?;
    if mode.tls() && identity.is_none() {
        return Err(RoleError::NoCertificate(RoleKind::UmCallRouter.service()));
    }
    let mut listeners = Vec::new();
    if mode.tcp() {
        listeners.push(listen(Transport::Tcp, server.router_tcp_port));
        if server.allow_udp {
            listeners.push(listen(Transport::Udp, server.router_tcp_port));
        }
    }
    if mode.tls() {
        listeners.push(listen(Transport::Tls, server.router_tls_port));
    }
    let (agent, mut requests) = runtime.open_agent(&server.fqdn, listeners, identity).await?;
    let mut role =
        RunningRole::new(&server.fqdn, RoleKind::UmCallRouter, vec![agent.clone()], runtime.options.port_offset);
    let (runtime, fqdn) = (runtime.clone(), server.fqdn.clone());
    role.tasks.push(tokio::spawn(async move {
        let turn = AtomicUsize::new(0);
        while let Some(incoming) = requests.recv().await {
            if proxy::is_carried(&agent, &incoming.request) {
                proxy::within_dialog(&agent, incoming);
            } else {
                answer(&runtime, &agent, &fqdn, incoming, &turn);
            }
        }
    }));
    Ok(role)
}

fn answer(runtime: &Arc<Runtime>, agent: &Agent, fqdn: &str, incoming: Incoming, turn: &AtomicUsize) {
    match incoming.request.method() {
        Method::Ack => {}
        Method::Invite | Method::Subscribe => route(runtime, agent, fqdn, incoming, turn),
        Method::Options => options(runtime, fqdn, RoleKind::UmCallRouter, &incoming),
        Method::Notify | Method::Info | Method::Message => route(runtime, agent, fqdn, incoming, turn),
        Method::Register | Method::Publish => incoming.reply(405, "", &[(HeaderName::Allow, ALLOW.into())]),
        _ => unexpected(&incoming),
    }
}

/// Refuses what belongs to no call of ours: 481 for requests of a dialog, 405 for methods that do not exist here.
pub(crate) fn unexpected(incoming: &Incoming) {
    let within = incoming.request.to_tag().is_some()
        || matches!(
            incoming.request.method(),
            Method::Bye
                | Method::Prack
                | Method::Update
                | Method::Info
                | Method::Refer
                | Method::Notify
                | Method::Cancel
        );
    if within {
        incoming.reply(481, "", &[]);
    } else {
        incoming.reply(405, "", &[(HeaderName::Allow, ALLOW.into())]);
    }
}

const ALLOW: &str = "INVITE, ACK, CANCEL, BYE, OPTIONS, SUBSCRIBE, NOTIFY, INFO, MESSAGE";

/// Answers a health check: 200, or 503 in maintenance.
pub(crate) fn options(runtime: &Runtime, fqdn: &str, role: RoleKind, incoming: &Incoming) {
    if let Some(tags) = unsupported(incoming) {
        incoming.reply(420, "", &[(HeaderName::Unsupported, tags)]);
        return;
    }
    let inactive = runtime.snapshot().server(fqdn).is_some_and(|s| s.inactive.contains(&role));
    if inactive {
        incoming.reply(503, "", &[]);
        return;
    }
    let headers = [
        (HeaderName::Allow, ALLOW.to_string()),
        (HeaderName::Accept, "application/sdp".to_string()),
        (HeaderName::Supported, "100rel, timer, replaces, ms-fe".to_string()),
    ];
    incoming.reply(200, "", &headers);
}

/// Refuses and says so in the event log.
pub(crate) fn refuse(runtime: &Runtime, fqdn: &str, incoming: &Incoming, refusal: &Refusal) {
    runtime.events.write(refusal.event(), "Warning", fqdn, incoming.request.call_id(), refusal.text());
    incoming.reply(refusal.status(), "", &refusal.headers(fqdn));
}

/// Option tags that a Require header may name.
const SUPPORTED: &[&str] = &["100rel", "timer", "replaces", "ms-fe", "histinfo", "from-change"];

/// RFC 3261 8.2.2.3: tags that are not understood.
pub(crate) fn unsupported(incoming: &Incoming) -> Option<String> {
    let unknown: Vec<&str> = incoming
        .request
        .texts(HeaderName::Require)
        .flat_map(|t| t.split(','))
        .map(str::trim)
        .filter(|t| !t.is_empty() && !SUPPORTED.iter().any(|s| s.eq_ignore_ascii_case(t)))
        .collect();
    (!unknown.is_empty()).then(|| unknown.join(", "))
}

fn route(runtime: &Arc<Runtime>, agent: &Agent, fqdn: &str, incoming: Incoming, turn: &AtomicUsize) {
    let snapshot = runtime.snapshot();
    if let Some(tags) = unsupported(&incoming) {
        incoming.reply(420, "", &[(HeaderName::Unsupported, tags)]);
        return;
    }
    let inactive = snapshot.server(fqdn).is_some_and(|s| s.inactive.contains(&RoleKind::UmCallRouter));
    let target = if inactive {
        Err(Refusal::Inactive)
    } else {
        resolve_target(&snapshot, &runtime.zone, &incoming.source, &incoming.request)
    };
    let chosen = target.and_then(|target| {
        let healthy = |server: &Server| {
            if incoming.source.transport == Transport::Tls {
                server.um_startup_mode.tls()
            } else {
                server.um_startup_mode.tcp()
            }
        };
        choose_server(&snapshot, &target, &incoming.request, turn.fetch_add(1, Ordering::Relaxed), healthy)
            .map(|s| (s.fqdn.clone(), target.gateway.clone()))
    });
    match chosen {
        Ok((server, gateway)) if gateway.proxy_redirects => {
            tokio::spawn(proxy::carry(runtime.clone(), agent.clone(), incoming, gateway.name, server));
        }
        Ok((server, _)) => {
            let contact = redirect_uri(runtime, &incoming, &server, service_port(incoming.source.transport));
            let diagnosis = MsDiagnostics::new(15637, &format!("Redirect to {server}"), fqdn);
            let headers = [
                (HeaderName::Contact, format!("<{contact}>;expires=0")),
                (HeaderName::MsDiagnostics, diagnosis.to_string()),
            ];
            incoming.reply(302, "", &headers);
        }
        Err(refusal) => refuse(runtime, fqdn, &incoming, &refusal),
    }
}

/// The Request-URI at another server and port; its user part and parameters are kept.
pub(crate) fn redirect_uri(runtime: &Runtime, incoming: &Incoming, server: &str, port: u16) -> String {
    let mut uri = signaling::SipUri::parse(incoming.request.request_uri()).unwrap_or_default();
    let known = signaling::resolve::Resolve::knows(&*runtime.zone, incoming.source.remote.ip());
    // A peer outside cannot resolve our names and does not know of the offset.
    uri.host = if known { server.to_string() } else { runtime.address_of(server).to_string() };
    uri.port = Some(if known { port } else { port.saturating_add(runtime.options.port_offset) });
    uri.headers = None;
    uri.set_param("transport", Some(incoming.source.transport.param()));
    uri.to_string()
}
