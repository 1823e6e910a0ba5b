//! The way to Exchange unified messaging: which servers, which URI, which headers (MS-EUMR).

use super::forward::{finish, record_route};
use super::role::FrontEnd;
use super::route::{Divert, Routed};
use crate::config::{ContactKind, RoleKind, Server, Snapshot, UmDialPlan, VoiceUser, bare_address};
use signaling::agent::{Fork, ForkOutcome};
use signaling::headers::{Contact, MsDiagnostics};
use signaling::{HeaderName, Message};

/// Redirects followed before a server counts as failing.
const MAX_REDIRECTS: usize = 10;

/// Takes a call to the voice mail of a user.
pub(super) async fn to_voice_mail(routed: &Routed<'_>, user: &VoiceUser, divert: Divert) {
    let Routed { front_end, snapshot, incoming, request } = routed;
    if user.hosted_voice_mail {
        return super::hosted::to_hosted(routed, user, divert).await;
    }
    let Some(mailbox) = snapshot.mailbox_of(user) else {
        // Without voice mail the caller learns why nobody answers.
        let (status, text) = if divert == Divert::Busy { (486, "") } else { (480, "") };
        incoming.reply(status, text, &[]);
        return;
    };
    let Some(plan) = snapshot.dial_plan(&mailbox.dial_plan) else {
        return failed(front_end, incoming, &mailbox.dial_plan, "");
    };
    let mut copy = request.clone();
    copy.remove(HeaderName::Diversion);
    let address = bare_address(&user.sip_address);
    let from = signaling::dialog::from_address(&incoming.request).map(|a| a.uri.address()).unwrap_or_default();
    // No Diversion for a user who dials the own voice mail: that is how access is told from deposit.
    let own = from.eq_ignore_ascii_case(address);
    if !own {
        copy.push(HeaderName::Diversion, format!("<sip:{address}>;reason={}", divert.name()));
    }
    let Err(last) = send(routed, plan, copy, &plan.phone_context).await else { return };
    // The way to the servers is down: voice mail over the PSTN, where that is configured.
    let rerouting = snapshot.rerouting(user);
    let number = rerouting.map_or("", |r| if own { &r.access_number } else { &r.attendant_number });
    if number.is_empty() {
        return failed(front_end, incoming, &plan.phone_context, &last);
    }
    let usages = snapshot.voice_policy(user).map(|p| p.usages.clone()).unwrap_or_default();
    super::route::outbound(routed, &usages, bare_address(number)).await;
}

/// Takes a call to subscriber access or an auto attendant.
pub(super) async fn to_contact(routed: &Routed<'_>, phone_context: &str, kind: ContactKind, line: &str) {
    let Routed { front_end, snapshot, incoming, request } = routed;
    let Some(plan) = snapshot.dial_plan(phone_context) else {
        return failed(front_end, incoming, phone_context, "");
    };
    let mut copy = request.clone();
    copy.remove(HeaderName::Diversion);
    // The attendant is found by its number; subscriber access by the plan itself.
    let user = match kind {
        ContactKind::AutoAttendant => {
            let number = bare_address(line).split(';').next().unwrap_or("").to_string();
            format!("{number};phone-context={}", plan.phone_context)
        }
        ContactKind::SubscriberAccess => plan.phone_context.clone(),
    };
    if let Err(last) = send(routed, plan, copy, &user).await {
        failed(front_end, incoming, &plan.phone_context, &last);
    }
}

/// Servers that take calls of a plan: routers associated with it, else UM services directly.
fn servers_of<'a>(snapshot: &'a Snapshot, plan: &UmDialPlan) -> Vec<(&'a Server, u16)> {
    let routers: Vec<_> = snapshot
        .servers
        .iter()
        .filter(|s| {
            s.has(RoleKind::UmCallRouter) && s.router_dial_plans.iter().any(|p| p.eq_ignore_ascii_case(&plan.name))
        })
        // assumed: the front end always calls UM over TLS, whatever the plan says.
        .map(|s| (s, s.router_tls_port))
        .collect();
    if !routers.is_empty() {
        return routers;
    }
    let services = snapshot
        .servers
        .iter()
        .filter(|s| s.has(RoleKind::UmService) && s.um_dial_plans.iter().any(|p| p.eq_ignore_ascii_case(&plan.name)));
    services.map(|s| (s, 5063)).collect()
}

fn failed(front_end: &FrontEnd, incoming: &signaling::agent::Incoming, plan: &str, server: &str) {
    let diagnosis = MsDiagnostics::new(15030, "Failed to route to Exchange Server", &front_end.fqdn)
        .with("dialplan", plan)
        .with("umserver", server)
        .with("appName", "ExumRouting");
    let text = format!(
        "Attempts to route to servers in an Exchange UM Dialplan failed. No server in the dialplan [{plan}] accepted the call."
    );
    front_end.runtime.events.write(44022, "Error", &front_end.fqdn, incoming.request.call_id(), text);
    incoming.reply(504, "", &[(HeaderName::MsDiagnostics, diagnosis.to_string())]);
}

/// Tries the servers of a plan; 3xx is followed here, 5xx or silence leads to the next server. The error names the last server
/// when none took the call; then nothing was answered yet.
async fn send(routed: &Routed<'_>, plan: &UmDialPlan, mut request: Message, user: &str) -> Result<(), String> {
    let Routed { front_end, snapshot, incoming, .. } = routed;
    request.remove(HeaderName::Route);
    let supported = request.texts(HeaderName::Supported).collect::<Vec<_>>().join(", ");
    request.set(
        HeaderName::Supported,
        if supported.is_empty() { "ms-fe".to_string() } else { format!("{supported}, ms-fe") },
    );
    let servers = servers_of(snapshot, plan);
    let mut last = String::new();
    for (server, port) in &servers {
        let mut target = format!("sip:{user}@{}:{port};transport=tls", server.fqdn);
        let mut visited: Vec<String> = Vec::new();
        loop {
            visited.push(target.clone());
            let mut copy = request.clone();
            copy.set_request_uri(&target);
            let Some(hop) = front_end.agent.hops_of(&copy).ok().and_then(|h| h.into_iter().next()) else {
                break;
            };
            record_route(&front_end.agent, &mut copy, (incoming.source.transport, incoming.source.remote.ip()), &hop);
            let Some(mut fork) = Fork::new(&front_end.agent, incoming) else {
                return Ok(());
            };
            fork.add(copy, &hop);
            match fork.run(None).await {
                ForkOutcome::Failed(response) if matches!(response.status(), 300..=302) => {
                    let next =
                        response.all::<Contact>().into_iter().find_map(|c| c.address().map(|a| a.uri.to_string()));
                    match next.filter(|n| !visited.contains(n) && visited.len() < MAX_REDIRECTS) {
                        Some(next) => target = next,
                        None => {
                            last = server.fqdn.clone();
                            break;
                        }
                    }
                }
                ForkOutcome::Failed(response)
                    if response.status() >= 500 || response.status() == 408 || response.status() == 403 =>
                {
                    last = server.fqdn.clone();
                    break;
                }
                other => {
                    finish(incoming, other);
                    return Ok(());
                }
            }
        }
    }
    Err(last)
}
