//! The edge as a relay of signalling: calls of online users to the mediation servers of its site, calls of the organisation to the cloud.

use super::forward::{self, finish, record_route};
use super::role::{FrontEnd, is_trusted};
use crate::config::{RoleKind, Server, Snapshot, Trunk};
use crate::mediation::TRUNK_PARAMETER;
use crate::service::{RoleError, RunningRole, Runtime, listen};
use signaling::agent::{Fork, ForkOutcome, Incoming, prepare_forward};
use signaling::headers::MsDiagnostics;
use signaling::transport::Transport;
use signaling::uri::Uri;
use signaling::{HeaderName, Method};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Turns of mediation servers of equal priority.
static TURN: AtomicUsize = AtomicUsize::new(0);

/// Opens the edge of a server.
pub async fn start(runtime: &Arc<Runtime>, server: &Server) -> Result<RunningRole, RoleError> {
    let identity = runtime.identity(server, RoleKind::Edge, true)?;
    if identity.is_none() {
        return Err(RoleError::NoCertificate(RoleKind::Edge.service()));
    }
    let (agent, mut requests) = runtime.open_agent(&server.fqdn, vec![listen(Transport::Tls, 5061)], identity).await?;
    let mut role = RunningRole::new(&server.fqdn, RoleKind::Edge, vec![agent.clone()], runtime.options.port_offset);
    let edge = FrontEnd { runtime: runtime.clone(), fqdn: server.fqdn.clone(), agent };
    role.tasks.push(tokio::spawn(async move {
        while let Some(incoming) = requests.recv().await {
            if forward::is_within_dialog(&incoming.request) {
                forward::within_dialog(&edge, incoming);
            } else {
                tokio::spawn(relay(edge.clone(), incoming));
            }
        }
    }));
    Ok(role)
}

async fn relay(edge: FrontEnd, incoming: Incoming) {
    let snapshot = edge.runtime.snapshot();
    match incoming.request.method() {
        Method::Options => crate::router::options(&edge.runtime, &edge.fqdn, RoleKind::Edge, &incoming),
        _ if !is_trusted(&snapshot, &incoming) => incoming.reply(403, "", &[]),
        Method::Invite => invite(&edge, &snapshot, &incoming).await,
        _ => incoming.reply(405, "", &[(HeaderName::Allow, "INVITE, ACK, CANCEL, BYE, OPTIONS".into())]),
    }
}

/// Mediation servers of the edge's site with their first trunk, in turn; those that do not answer last.
fn targets<'a>(edge: &FrontEnd, snapshot: &'a Snapshot) -> Vec<(&'a Server, &'a Trunk)> {
    let site = snapshot.server(&edge.fqdn).map_or("", |s| &s.site);
    let mut found: Vec<(&Server, &Trunk)> = snapshot
        .servers
        .iter()
        .filter(|s| s.has(RoleKind::Mediation) && s.site.eq_ignore_ascii_case(site))
        .filter_map(|s| Some((s, *crate::mediation::trunks_of(snapshot, &s.fqdn).first()?)))
        .collect();
    if !found.is_empty() {
        let turn = TURN.fetch_add(1, Ordering::Relaxed) % found.len();
        found.rotate_left(turn);
    }
    found.sort_by_key(|(_, trunk)| edge.runtime.health.is_trunk_down(&trunk.name));
    found
}

async fn invite(edge: &FrontEnd, snapshot: &Snapshot, incoming: &Incoming) {
    let request = match prepare_forward(&edge.agent, &incoming.request) {
        Ok(request) => request,
        Err(status) => return incoming.reply(status, "", &[]),
    };
    let from = (incoming.source.transport, incoming.source.remote.ip());
    let number =
        Uri::parse(request.request_uri()).map(|u| signaling::uri::percent_decode(u.user())).unwrap_or_default();
    let mut copies = Vec::new();
    if crate::config::digits(&number).is_empty() {
        // Anything but a number goes where its URI says: to the cloud.
        copies.push(request);
    } else {
        for (server, trunk) in targets(edge, snapshot) {
            let mut copy = request.clone();
            copy.set_request_uri(&format!(
                "sip:{number}@{}:{};user=phone;transport=tls;{TRUNK_PARAMETER}={}",
                server.fqdn, server.mediation_sip_port, trunk.name
            ));
            copy.remove(HeaderName::Route);
            copies.push(copy);
        }
    }
    let mut last = None;
    for mut copy in copies {
        let Some(hop) = edge.agent.hops_of(&copy).ok().and_then(|h| h.into_iter().next()) else { continue };
        record_route(&edge.agent, &mut copy, from, &hop);
        let Some(mut fork) = Fork::new(&edge.agent, incoming) else { return };
        fork.add(copy, &hop);
        match fork.run(None).await {
            // The next appliance of the same site.
            ForkOutcome::Failed(response) if response.status() >= 500 && response.status() < 600 => {
                last = Some(response)
            }
            other => return finish(incoming, other),
        }
    }
    match last {
        Some(response) => finish(incoming, ForkOutcome::Failed(response)),
        None => {
            let diagnosis = MsDiagnostics::new(1007, "Temporarily cannot route.", &edge.fqdn);
            incoming.reply(504, "", &[(HeaderName::MsDiagnostics, diagnosis.to_string())]);
        }
    }
}
