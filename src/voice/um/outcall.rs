//! Calls that unified messaging places: Play on Phone and find-me.

use crate::audio::{AudioLeg, AudioPort, UM_PORTS};
use crate::config::{GatewayStatus, RoleKind, Server, Snapshot, UmDialPlan, UmIpGateway, UmMailbox, bare_address};
use crate::service::Runtime;
use signaling::agent::{Agent, AgentConfig, Call, InviteOptions, Progress};
use signaling::sdp::{Direction, MediaSecurity, Sdp, accept_answer};
use std::sync::Arc;
use std::time::Duration;

/// A call out that was answered.
pub(super) struct Answered {
    pub call: Call,
    pub leg: AudioLeg,
    pub security: MediaSecurity,
}

/// Why there is no call.
#[derive(Debug)]
pub(super) struct NotAnswered {
    pub status: u16,
    pub reason: String,
}

/// Gateway of a plan that calls go out through: enabled, outcalls allowed, alive; by name (assumed order).
pub(super) fn gateway_of<'a>(runtime: &Runtime, snapshot: &'a Snapshot, plan: &UmDialPlan) -> Option<&'a UmIpGateway> {
    let mut gateways: Vec<&UmIpGateway> = snapshot
        .gateways
        .iter()
        .filter(|g| g.outcalls && g.status == GatewayStatus::Enabled)
        .filter(|g| snapshot.hunt_groups_of(g).any(|h| h.dial_plan.eq_ignore_ascii_case(&plan.name)))
        .collect();
    gateways.sort_by_key(|g| (runtime.health.is_gateway_down(&g.address), g.name.to_lowercase()));
    gateways.first().copied()
}

/// Opens an agent of a UM server for calls out.
pub(super) async fn open_agent(runtime: &Runtime, server: &Server) -> Result<Agent, String> {
    let config = AgentConfig {
        name: server.fqdn.clone(),
        address: runtime.address_of(&server.fqdn),
        listen: Vec::new(),
        port_offset: runtime.options.port_offset,
        user_agent: crate::service::PRODUCT.into(),
        network: runtime.network.clone(),
        tls: runtime.identity(server, RoleKind::UmService, true).map_err(|e| e.to_string())?,
        resolver: runtime.zone.clone(),
        trace: Some(runtime.ladder.sink()),
    };
    let (agent, requests) = Agent::open(config).await.map_err(|e| e.to_string())?;
    // Nothing is asked of it; what comes all the same is refused by the full queue.
    drop(requests);
    Ok(agent)
}

/// Identity under which a user's mailbox calls.
fn identity(snapshot: &Snapshot, mailbox: &UmMailbox) -> String {
    let domain = snapshot.sip_domains.first().unwrap_or(&snapshot.domain);
    if mailbox.sip_address.is_empty() {
        format!("<sip:{}@{domain}>", mailbox.extensions.first().map_or("", |e| e))
    } else {
        format!("<sip:{}>", bare_address(&mailbox.sip_address))
    }
}

/// Rings a number on behalf of a mailbox. `started` learns the Call-ID, `alerted` is called while it rings.
pub(super) async fn dial(
    runtime: &Arc<Runtime>,
    agent: &Agent,
    snapshot: &Snapshot,
    plan: &UmDialPlan,
    gateway: &UmIpGateway,
    mailbox: &UmMailbox,
    number: &str,
    ring: Duration,
    started: impl FnOnce(&str),
    mut alerted: impl FnMut(),
) -> Result<Answered, NotAnswered> {
    let failed = |status: u16, reason: String| NotAnswered { status, reason };
    let security = super::service::media_security(plan.security);
    let port = AudioPort::open(&runtime.network, agent.config().address, UM_PORTS)
        .await
        .map_err(|e| failed(500, e.to_string()))?;
    let from = identity(snapshot, mailbox);
    let transport = if plan.security.needs_tls() { "tls" } else { "tcp" };
    let user = bare_address(number);
    let (user, domain) = user.split_once('@').unwrap_or((user, ""));
    // An address keeps its domain: the front end finds the user by it.
    let uri = if domain.is_empty() {
        format!("sip:{user}@{}:{};user=phone;transport={transport}", gateway.address, gateway.port)
    } else {
        format!("sip:{user}@{domain}")
    };
    let routes = if domain.is_empty() {
        Vec::new()
    } else {
        vec![format!("<sip:{}:{};transport={transport};lr>", gateway.address, gateway.port)]
    };
    let options = InviteOptions {
        uri: uri.clone(),
        from: from.clone(),
        to: format!("<{uri}>"),
        headers: vec![(signaling::HeaderName::PAssertedIdentity, from)],
        routes,
        sdp: Some(port.offer(security).to_string()),
        follow_redirects: true,
        ..InviteOptions::default()
    };
    let local = port.options(security, Direction::SendRecv);
    let mut invite = agent.invite(options);
    started(invite.call_id());
    let answered = tokio::time::timeout(ring, async {
        loop {
            match invite.next().await {
                Some(Progress::Answered { call, response }) => return Ok((call, response)),
                Some(Progress::Failed { response, .. }) => {
                    return Err(failed(response.status(), response.reason().to_string()));
                }
                Some(Progress::Provisional(_)) => alerted(),
                None => return Err(failed(500, String::new())),
            }
        }
    })
    .await;
    let (mut call, response) = match answered {
        Ok(outcome) => outcome?,
        Err(_) => {
            invite.cancel(Vec::new());
            return Err(failed(487, "Request Terminated".into()));
        }
    };
    let negotiated =
        response.body_of_type("application/sdp").and_then(Sdp::parse).and_then(|s| accept_answer(&s, &local).ok());
    match negotiated.and_then(|n| AudioLeg::new(port, &n).ok()) {
        Some(leg) => Ok(Answered { call: *call, leg, security }),
        None => {
            call.bye(&[]).await;
            Err(failed(488, "The answer's session description does not fit.".into()))
        }
    }
}
