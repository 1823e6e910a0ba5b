//! The front end's listeners.

use super::registrar::Subscription;
use super::{forward, login, presence, route};
use crate::config::{RoleKind, Server, Snapshot};
use crate::service::{RoleError, RunningRole, Runtime, listen};
use signaling::agent::{Agent, Incoming};
use signaling::transport::Transport;
use signaling::{HeaderName, Method};
use std::sync::Arc;

/// One front end, as its handlers need it.
#[derive(Clone)]
pub(super) struct FrontEnd {
    pub runtime: Arc<Runtime>,
    pub fqdn: String,
    pub agent: Agent,
}

/// Opens the front end of a server.
pub async fn start(runtime: &Arc<Runtime>, server: &Server) -> Result<RunningRole, RoleError> {
    // Telephones have no certificate; servers are told by theirs at each request.
    let identity = runtime.identity(server, RoleKind::FrontEnd, false)?;
    if identity.is_none() {
        return Err(RoleError::NoCertificate(RoleKind::FrontEnd.service()));
    }
    let listeners = vec![listen(Transport::Tls, 5061), listen(Transport::Udp, 5060), listen(Transport::Tcp, 5060)];
    let (agent, mut requests) = runtime.open_agent(&server.fqdn, listeners, identity).await?;
    let mut role = RunningRole::new(&server.fqdn, RoleKind::FrontEnd, vec![agent.clone()], runtime.options.port_offset);
    let front_end = FrontEnd { runtime: runtime.clone(), fqdn: server.fqdn.clone(), agent };
    role.tasks.push(tokio::spawn(async move {
        while let Some(incoming) = requests.recv().await {
            let request = &incoming.request;
            let renews =
                request.method() == Method::Subscribe && front_end.runtime.presence.has_watcher(request.call_id());
            if renews && forward::is_within_dialog(request) {
                presence::renew(&front_end, &incoming);
            } else if forward::is_within_dialog(&incoming.request) {
                forward::within_dialog(&front_end, incoming);
            } else {
                tokio::spawn(answer(front_end.clone(), incoming));
            }
        }
    }));
    Ok(role)
}

/// Whether a request comes from a server of the topology, by certificate.
pub(super) fn is_trusted(snapshot: &Snapshot, incoming: &Incoming) -> bool {
    let Some(peer) = &incoming.source.peer else {
        return false;
    };
    peer.names.iter().chain(&peer.common_name).any(|n| snapshot.is_trusted(n))
}

async fn answer(front_end: FrontEnd, incoming: Incoming) {
    let snapshot = front_end.runtime.snapshot();
    let method = incoming.request.method();
    if snapshot.server(&front_end.fqdn).is_some_and(|s| s.inactive.contains(&RoleKind::FrontEnd)) {
        incoming.reply(503, "", &[]);
        return;
    }
    let trusted = is_trusted(&snapshot, &incoming);
    match method {
        Method::Options => crate::router::options(&front_end.runtime, &front_end.fqdn, RoleKind::FrontEnd, &incoming),
        Method::Register => {
            if trusted || login::check(&front_end.runtime, &snapshot, &incoming, false) {
                front_end.runtime.registrations.register(&front_end.agent, &incoming);
            }
        }
        Method::Publish => presence::publish(&front_end, &snapshot, &incoming, trusted).await,
        Method::Subscribe => subscribe(&front_end, &snapshot, &incoming, trusted).await,
        Method::Notify if trusted => notified(&front_end, incoming).await,
        Method::Invite => {
            let from = signaling::dialog::from_address(&incoming.request).map(|a| a.uri.address()).unwrap_or_default();
            let known = trusted || front_end.runtime.registrations.is_from(&from, incoming.source.remote);
            if known || login::check(&front_end.runtime, &snapshot, &incoming, true) {
                // Boxed: all other requests get by with a small task.
                Box::pin(route::invite(&front_end, &snapshot, incoming, trusted)).await;
            }
        }
        Method::Message | Method::Info | Method::Refer => to_phones(&front_end, incoming).await,
        _ => incoming.reply(
            405,
            "",
            &[(
                HeaderName::Allow,
                "INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER, SUBSCRIBE, NOTIFY, PUBLISH, MESSAGE".into(),
            )],
        ),
    }
}

/// Message waiting from unified messaging: kept for telephones that register later, told to those that are there.
async fn notified(front_end: &FrontEnd, incoming: Incoming) {
    let event = incoming.request.typed::<signaling::headers::Event>().map(|e| e.package).unwrap_or_default();
    if event != "message-summary" {
        return to_phones(front_end, incoming).await;
    }
    let body = std::str::from_utf8(&incoming.request.body).unwrap_or("");
    let account = signaling::dialog::to_address(&incoming.request).map(|a| a.uri.address()).unwrap_or_default();
    let (Some(counts), false) = (crate::um::read_summary(body), account.is_empty()) else {
        incoming.reply(400, "", &[]);
        return;
    };
    let registrations = &front_end.runtime.registrations;
    let known = front_end.runtime.snapshot().user(&account).is_some();
    let there = !registrations.of(&account).is_empty();
    if known {
        registrations.message_waiting(&front_end.runtime, &account, counts);
    }
    incoming.reply(
        if !known {
            404
        } else if there {
            200
        } else {
            480
        },
        "",
        &[],
    );
}

/// Forwards a request outside a dialog to the telephones of the user it names.
async fn to_phones(front_end: &FrontEnd, incoming: Incoming) {
    let address = signaling::Uri::parse(incoming.request.request_uri()).map(|u| u.address()).unwrap_or_default();
    let bindings = front_end.runtime.registrations.of(&address);
    if bindings.is_empty() {
        incoming.reply(480, "", &[]);
        return;
    }
    forward::simple(front_end, &incoming, &bindings).await;
}

/// The event packages that can be subscribed to.
const PACKAGES: &str = "message-summary, presence";

/// SUBSCRIBE: 200 and an immediate NOTIFY (RFC 3842, RFC 3856, RFC 6665 4.4).
async fn subscribe(front_end: &FrontEnd, snapshot: &Snapshot, incoming: &Incoming, trusted: bool) {
    let event = incoming.request.typed::<signaling::headers::Event>().map(|e| e.package).unwrap_or_default();
    if event != "message-summary" && event != presence::PACKAGE {
        incoming.reply(489, "", &[(HeaderName::AllowEvents, PACKAGES.into())]);
        return;
    }
    let from = signaling::dialog::from_address(&incoming.request).map(|a| a.uri.address()).unwrap_or_default();
    let known = trusted || front_end.runtime.registrations.is_from(&from, incoming.source.remote);
    if !known && !login::check(&front_end.runtime, snapshot, incoming, true) {
        return;
    }
    if event == presence::PACKAGE {
        return presence::subscribe(front_end, snapshot, incoming);
    }
    let expires: u64 =
        incoming.request.text(HeaderName::Expires).and_then(|e| e.trim().parse().ok()).unwrap_or(3600).min(7200);
    let life = std::time::Duration::from_secs(expires);
    let Some(mut subscription) = Subscription::accept(front_end, incoming, life) else { return };
    let user = snapshot.user(&from);
    let mailbox = user.and_then(|u| snapshot.mailbox_of(u));
    let registrations = &front_end.runtime.registrations;
    let counts = registrations
        .waiting_of(&from)
        .or_else(|| mailbox.and_then(|m| front_end.runtime.store.waiting(&m.id).ok()))
        .unwrap_or_default();
    let hop = subscription.hop.clone();
    let notify = subscription.notify_waiting(&from, &counts);
    registrations.subscribe(&from, subscription);
    if let Err(error) = front_end.agent.request_to(notify, &[hop], None).await {
        tracing::debug!(%error, "NOTIFY unanswered");
    }
}
