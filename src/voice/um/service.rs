//! The UM service: repeats the router's checks, minds capacity, redirects to the worker's port.

use super::worker;
use crate::config::{RoleKind, Server, UriType, VoipSecurity};
use crate::router::{Refusal, Target, resolve_target};
use crate::service::{RoleError, RunningRole, Runtime, listen};
use signaling::agent::Incoming;
use signaling::headers::MsDiagnostics;
use signaling::transport::Transport;
use signaling::{HeaderName, Method};
use std::sync::Arc;

/// First of the worker's ports for a transport; in Dual mode TLS is one above TCP.
fn worker_port(server: &Server, transport: Transport) -> u16 {
    let dual = server.um_startup_mode.tcp() && server.um_startup_mode.tls();
    if transport == Transport::Tls && dual { 5066 } else { 5065 }
}

/// Opens the UM service of a server and its worker.
pub async fn start(runtime: &Arc<Runtime>, server: &Server) -> Result<RunningRole, RoleError> {
    let mode = server.um_startup_mode;
    let identity = runtime.identity(server, RoleKind::UmService, true)?;
    if mode.tls() && identity.is_none() {
        return Err(RoleError::NoCertificate(RoleKind::UmService.service()));
    }
    let mut service = Vec::new();
    let mut worker = Vec::new();
    if mode.tcp() {
        service.push(listen(Transport::Tcp, 5062));
        worker.extend([listen(Transport::Tcp, 5065), listen(Transport::Tcp, 5067)]);
        if server.allow_udp {
            service.push(listen(Transport::Udp, 5062));
            worker.push(listen(Transport::Udp, 5065));
        }
    }
    if mode.tls() {
        service.push(listen(Transport::Tls, 5063));
        let first = worker_port(server, Transport::Tls);
        worker.extend([listen(Transport::Tls, first), listen(Transport::Tls, first + 2)]);
    }
    let (service_agent, mut service_requests) = runtime.open_agent(&server.fqdn, service, identity.clone()).await?;
    let (worker_agent, mut worker_requests) = match runtime.open_agent(&server.fqdn, worker, identity).await {
        Ok(opened) => opened,
        Err(error) => {
            service_agent.close();
            return Err(error);
        }
    };
    runtime.set_um_agent(&server.fqdn, Some(service_agent.clone()));
    let watched = service_agent.clone();
    let agents = vec![service_agent, worker_agent];
    let mut role = RunningRole::new(&server.fqdn, RoleKind::UmService, agents, runtime.options.port_offset);
    role.tasks.push(tokio::spawn(crate::service::watch_gateways(runtime.clone(), watched, server.fqdn.clone())));
    role.tasks.push(tokio::spawn(super::waiting::refresh(runtime.clone(), server.fqdn.clone())));
    let (shared, fqdn) = (runtime.clone(), server.fqdn.clone());
    role.tasks.push(tokio::spawn(async move {
        while let Some(incoming) = service_requests.recv().await {
            answer(&shared, &fqdn, &incoming);
        }
    }));
    let (shared, fqdn) = (runtime.clone(), server.fqdn.clone());
    role.tasks.push(tokio::spawn(async move {
        while let Some(incoming) = worker_requests.recv().await {
            worker::answer(&shared, &fqdn, incoming);
        }
    }));
    Ok(role)
}

/// Checks of the service, shared with the worker: neither trusts the hop before it.
pub(super) fn admit(runtime: &Runtime, fqdn: &str, incoming: &Incoming) -> Result<Target, Refusal> {
    let snapshot = runtime.snapshot();
    let server = snapshot.server(fqdn).ok_or(Refusal::Inactive)?;
    if server.inactive.contains(&RoleKind::UmService) {
        return Err(Refusal::Inactive);
    }
    let target = resolve_target(&snapshot, &runtime.zone, &incoming.source, &incoming.request)?;
    if target.plan.uri_type == UriType::SipName
        && !server.um_dial_plans.iter().any(|p| p.eq_ignore_ascii_case(&target.plan.name))
    {
        return Err(Refusal::NotAssociated { plan: target.plan.name.clone(), server: fqdn.to_string() });
    }
    if runtime.active.count(fqdn, RoleKind::UmService.name()) >= server.max_calls {
        return Err(Refusal::Capacity);
    }
    Ok(target)
}

fn answer(runtime: &Arc<Runtime>, fqdn: &str, incoming: &Incoming) {
    match incoming.request.method() {
        Method::Ack => {}
        Method::Invite => {
            if let Some(tags) = crate::router::unsupported(incoming) {
                incoming.reply(420, "", &[(HeaderName::Unsupported, tags)]);
                return;
            }
            match admit(runtime, fqdn, incoming) {
                Ok(_) => {
                    let snapshot = runtime.snapshot();
                    let port = snapshot.server(fqdn).map_or(5065, |s| worker_port(s, incoming.source.transport));
                    let contact = crate::router::redirect_uri(runtime, incoming, fqdn, port);
                    let diagnosis = MsDiagnostics::new(15637, "Redirect to the worker process", fqdn);
                    let headers = [
                        (HeaderName::Contact, format!("<{contact}>;expires=0")),
                        (HeaderName::MsDiagnostics, diagnosis.to_string()),
                    ];
                    incoming.reply(302, "", &headers);
                }
                Err(refusal) => crate::router::refuse(runtime, fqdn, incoming, &refusal),
            }
        }
        Method::Options => crate::router::options(runtime, fqdn, RoleKind::UmService, incoming),
        Method::Message => missed_call(runtime, incoming),
        Method::Register | Method::Publish => {
            incoming.reply(405, "", &[(HeaderName::Allow, "INVITE, ACK, CANCEL, BYE, OPTIONS".into())])
        }
        _ => crate::router::unexpected(incoming),
    }
}

/// A missed call that a front end tells of.
fn missed_call(runtime: &Arc<Runtime>, incoming: &Incoming) {
    let snapshot = runtime.snapshot();
    let trusted = incoming
        .source
        .peer
        .as_ref()
        .is_some_and(|p| p.names.iter().chain(&p.common_name).any(|n| snapshot.is_trusted(n)));
    if !trusted {
        return incoming.reply(403, "", &[]);
    }
    let Some(body) = incoming.request.body_of_type(crate::frontend::NOTIFICATION) else {
        return incoming.reply(415, "", &[(HeaderName::Accept, crate::frontend::NOTIFICATION.into())]);
    };
    let value = |name: &str| crate::frontend::notification_element(body, name).unwrap_or_default();
    let Some(mailbox) = snapshot.mailbox_by_identity(&value("User")) else {
        return incoming.reply(404, "", &[]);
    };
    let allowed =
        mailbox.missed_calls && snapshot.policy(&mailbox.policy).is_none_or(|p| p.allow_missed_call_notifications);
    if allowed {
        let party = value("Caller");
        let who = crate::router::Caller { anonymous: party.is_empty(), party, display: value("CallerName") };
        let plan = snapshot.dial_plan(&mailbox.dial_plan);
        let draft = crate::mailbox::MessageDraft {
            mailbox: mailbox.id.clone(),
            class: crate::mailbox::MessageClass::MissedCall,
            caller_name: who.name(&snapshot, plan),
            caller: who.party,
            call_id: value("CallId"),
            ..crate::mailbox::MessageDraft::default()
        };
        if let Err(error) = crate::service::blocking(|| runtime.delivery.deliver(&snapshot, &draft)) {
            let text = format!("A missed call notification could not be delivered: {error}");
            runtime.events.write(1030, "Error", "", &draft.call_id, text);
            // The front end keeps it and tries again.
            return incoming.reply(503, "", &[]);
        }
    }
    incoming.reply(200, "", &[]);
}

/// Media security that a plan demands.
pub(super) fn media_security(security: VoipSecurity) -> signaling::sdp::MediaSecurity {
    match security {
        VoipSecurity::Secured => signaling::sdp::MediaSecurity::Required,
        _ => signaling::sdp::MediaSecurity::Plain,
    }
}
