//! The mediation server's listeners and both directions of its calls.

use super::bridge::{Attempt, Bridge, attempt, finish};
use crate::audio::Watch;
use crate::config::{EncryptionLevel, RoleKind, Server, Snapshot, SrtpMode, Trunk, TrunkConfiguration};
use crate::router::{Caller, caller};
use crate::routing::{normalize, translate};
use crate::service::{RoleError, RunningRole, Runtime, listen};
use signaling::agent::{Agent, Incoming, IncomingCall, InviteOptions};
use signaling::headers::MsDiagnostics;
use signaling::message::{StartLine, reason_phrase};
use signaling::sdp::MediaSecurity;
use signaling::transport::{Source, Transport};
use signaling::uri::SipUri;
use signaling::{HeaderName, Message, Method};
use std::sync::Arc;
use std::time::Duration;

/// URI parameter by which the front end names the trunk (lab).
pub const TRUNK_PARAMETER: &str = "ms-trunk";

const ALLOW: &str = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK, NOTIFY, REFER";

/// Opens the mediation server of a server.
pub async fn start(runtime: &Arc<Runtime>, server: &Server) -> Result<RunningRole, RoleError> {
    let identity = runtime.identity(server, RoleKind::Mediation, true)?;
    if identity.is_none() {
        return Err(RoleError::NoCertificate(RoleKind::Mediation.service()));
    }
    let snapshot = runtime.snapshot();
    let mut listeners = vec![
        listen(Transport::Tls, server.mediation_sip_port),
        listen(Transport::Tcp, server.mediation_tcp_port),
        listen(Transport::Tls, server.mediation_tls_port),
    ];
    for trunk in trunks_of(&snapshot, &server.fqdn) {
        listeners.push(listen(if trunk.tls { Transport::Tls } else { Transport::Tcp }, trunk.mediation_port));
        if trunk.allow_udp {
            listeners.push(listen(Transport::Udp, trunk.mediation_port));
        }
    }
    let mut seen = std::collections::HashSet::new();
    listeners.retain(|l| seen.insert((l.transport, l.port)));
    let (agent, mut requests) = runtime.open_agent(&server.fqdn, listeners, identity).await?;
    let mut role =
        RunningRole::new(&server.fqdn, RoleKind::Mediation, vec![agent.clone()], runtime.options.port_offset);
    role.tasks.push(tokio::spawn(crate::service::watch_trunks(runtime.clone(), agent.clone(), server.fqdn.clone())));
    let (runtime, fqdn) = (runtime.clone(), server.fqdn.clone());
    role.tasks.push(tokio::spawn(async move {
        while let Some(incoming) = requests.recv().await {
            match incoming.request.method() {
                Method::Ack => {}
                Method::Invite => {
                    tokio::spawn(take_call(runtime.clone(), fqdn.clone(), agent.clone(), incoming));
                }
                Method::Options => crate::router::options(&runtime, &fqdn, RoleKind::Mediation, &incoming),
                Method::Notify => incoming.reply(200, "", &[]),
                Method::Register | Method::Publish | Method::Subscribe => {
                    incoming.reply(405, "", &[(HeaderName::Allow, ALLOW.into())])
                }
                _ => crate::router::unexpected(&incoming),
            }
        }
    }));
    Ok(role)
}

/// Trunks of a mediation server, by its FQDN or that of its pool.
pub(crate) fn trunks_of<'a>(snapshot: &'a Snapshot, fqdn: &str) -> Vec<&'a Trunk> {
    let pool = snapshot.server(fqdn).map_or("", |s| &s.pool);
    snapshot
        .trunks
        .iter()
        .filter(|t| t.mediation.eq_ignore_ascii_case(fqdn) || t.mediation.eq_ignore_ascii_case(pool))
        .collect()
}

/// Media security towards the front end.
pub(crate) fn pool_security(level: EncryptionLevel) -> MediaSecurity {
    match level {
        EncryptionLevel::RequireEncryption => MediaSecurity::Required,
        EncryptionLevel::SupportEncryption => MediaSecurity::Optional,
        EncryptionLevel::DoNotSupportEncryption => MediaSecurity::Plain,
    }
}

/// Media security towards the gateway: SRTPMode counts only on a TLS trunk.
pub(crate) fn trunk_security(trunk: &Trunk, configuration: &TrunkConfiguration) -> MediaSecurity {
    match (trunk.tls, configuration.srtp_mode) {
        (false, _) | (true, SrtpMode::NotSupported) => MediaSecurity::Plain,
        (true, SrtpMode::Required) => MediaSecurity::Required,
        (true, SrtpMode::Optional) => MediaSecurity::Optional,
    }
}

/// Who must be heard in calls of a trunk.
pub(crate) fn watch_of(snapshot: &Snapshot, trunk: Option<&Trunk>) -> Watch {
    let configuration = trunk.map(|t| snapshot.trunk_configuration(t)).unwrap_or_default();
    Watch { active: configuration.rtcp_active, on_hold: configuration.rtcp_hold }
}

/// The trunk that a gateway's call belongs to: who it is, and which port of ours it calls.
fn trunk_of_source<'a>(runtime: &Runtime, snapshot: &'a Snapshot, fqdn: &str, source: &Source) -> Option<&'a Trunk> {
    let port = source.local.port().wrapping_sub(runtime.options.port_offset);
    let tls = source.transport == Transport::Tls;
    trunks_of(snapshot, fqdn).into_iter().find(|trunk| {
        let known = match &source.peer {
            Some(peer) => peer.holds(&trunk.gateway),
            None => !tls && runtime.zone.lookup(&trunk.gateway).contains(&source.remote.ip()),
        };
        known
            && trunk.tls == tls
            && (source.transport != Transport::Udp || trunk.allow_udp)
            && trunk.mediation_port == port
    })
}

async fn take_call(runtime: Arc<Runtime>, fqdn: String, agent: Agent, incoming: Incoming) {
    let snapshot = runtime.snapshot();
    if snapshot.server(&fqdn).is_some_and(|s| s.inactive.contains(&RoleKind::Mediation)) {
        incoming.reply(503, "", &[]);
        return;
    }
    if incoming.request.text(HeaderName::Replaces).is_some() {
        // Calls that go on here would have taken it already.
        incoming.reply(481, "", &[]);
        return;
    }
    let is_front_end = |s: &Server| s.has(RoleKind::FrontEnd) || s.has(RoleKind::Edge);
    let trusted =
        incoming.source.peer.as_ref().is_some_and(|p| {
            snapshot.servers.iter().any(|s| is_front_end(s) && (p.holds(&s.fqdn) || p.holds(&s.pool)))
        });
    let named =
        SipUri::parse(incoming.request.request_uri()).and_then(|u| u.param(TRUNK_PARAMETER).map(str::to_string));
    if let (true, Some(name)) = (trusted, &named) {
        match snapshot.trunk(name) {
            Some(trunk) => to_gateway(&runtime, &snapshot, &fqdn, &agent, incoming, trunk).await,
            None => incoming.reply(404, "", &[]),
        }
        return;
    }
    match trunk_of_source(&runtime, &snapshot, &fqdn, &incoming.source) {
        Some(trunk) => from_gateway(&runtime, &snapshot, &fqdn, &agent, incoming, trunk).await,
        None => {
            let text = "Gateway peer in inbound call is not found in topology document or does not depend on this Mediation Server";
            runtime.events.write(
                25002,
                "Error",
                &fqdn,
                incoming.request.call_id(),
                format!("{text}: {}", incoming.source.remote.ip()),
            );
            incoming.reply(403, "", &[(HeaderName::MsDiagnostics, MsDiagnostics::new(10013, text, &fqdn).to_string())]);
        }
    }
}

/// From and identity of a caller in another domain.
fn identity(who: &Caller, host: &str) -> String {
    if who.anonymous {
        return "\"Anonymous\" <sip:anonymous@anonymous.invalid>".into();
    }
    let uri = if who.party.contains('@') {
        format!("sip:{}", who.party)
    } else {
        format!("sip:{}@{host};user=phone", who.party)
    };
    let display = who.display.replace(['"', '\\'], "");
    if display.is_empty() { format!("<{uri}>") } else { format!("\"{display}\" <{uri}>") }
}

/// Reports a failure of the second leg on the first, diagnosis included.
pub(crate) fn pass_failure(first: IncomingCall, response: &Message) {
    let mut headers = Vec::new();
    for name in [
        HeaderName::MsDiagnostics,
        HeaderName::MsClientDiagnostics,
        HeaderName::Warning,
        HeaderName::RetryAfter,
        HeaderName::Reason,
    ] {
        headers.extend(response.texts(name.clone()).map(|t| (name.clone(), t.to_string())));
    }
    let status = match response.status() {
        // A challenge or redirect is between us and the next hop.
        300..=399 | 401 | 407 => 500,
        status => status,
    };
    first.reject(status, "", &headers);
}

fn copied(request: &Message, names: &[HeaderName]) -> Vec<(HeaderName, String)> {
    names.iter().flat_map(|name| request.texts(name.clone()).map(move |t| (name.clone(), t.to_string()))).collect()
}

async fn from_gateway(
    runtime: &Arc<Runtime>,
    snapshot: &Snapshot,
    fqdn: &str,
    agent: &Agent,
    incoming: Incoming,
    trunk: &Trunk,
) {
    let configuration = snapshot.trunk_configuration(trunk);
    let Some(server) = snapshot.server(fqdn) else {
        return;
    };
    let uri = SipUri::parse(incoming.request.request_uri());
    let dialed = uri.as_ref().map(|u| signaling::uri::percent_decode(u.user_name())).unwrap_or_default();
    let plan = snapshot.gateway_dial_plan(&trunk.gateway, &server.site);
    let number = plan.and_then(|p| normalize(p, &dialed)).map_or(dialed.clone(), |t| t.number);
    let Some(front_end) = front_end_of(snapshot, server) else {
        incoming.reply(
            503,
            "",
            &[(HeaderName::MsDiagnostics, MsDiagnostics::new(1007, "Temporarily cannot route.", fqdn).to_string())],
        );
        return;
    };
    let pool = if front_end.pool.is_empty() { &front_end.fqdn } else { &front_end.pool };
    let transfer_route = format!("<sip:{}:5061;transport=tls;lr>", front_end.fqdn);
    let who = caller(&incoming.request);
    let domain = snapshot.sip_domains.first().unwrap_or(&snapshot.domain);
    // Diversion and history of the PSTN tell the front end who was called first.
    let mut headers = copied(&incoming.request, &[HeaderName::Diversion, HeaderName::HistoryInfo]);
    if !who.anonymous {
        headers.push((HeaderName::PAssertedIdentity, identity(&who, domain)));
    }
    let options = InviteOptions {
        uri: format!("sip:{number}@{pool}:5061;user=phone;transport=tls"),
        from: identity(&who, domain),
        to: format!("<sip:{number}@{domain};user=phone>"),
        headers,
        contact_user: who.party.split('@').next().unwrap_or("").to_string(),
        ..InviteOptions::default()
    };
    let securities = (trunk_security(trunk, &configuration), pool_security(snapshot.encryption_of(&server.pool)));
    carry(runtime, fqdn, agent, incoming, trunk, securities, options, &[], (true, transfer_route)).await;
}

/// Pool of the front end that a mediation server belongs to: its own pool, its site, any.
fn front_end_of<'a>(snapshot: &'a Snapshot, server: &Server) -> Option<&'a Server> {
    let front_ends = || snapshot.servers.iter().filter(|s| s.has(RoleKind::FrontEnd));
    front_ends()
        .find(|s| !s.pool.is_empty() && s.pool.eq_ignore_ascii_case(&server.pool))
        .or_else(|| front_ends().find(|s| s.site.eq_ignore_ascii_case(&server.site)))
        .or_else(|| front_ends().next())
}

async fn to_gateway(
    runtime: &Arc<Runtime>,
    snapshot: &Snapshot,
    fqdn: &str,
    agent: &Agent,
    incoming: Incoming,
    trunk: &Trunk,
) {
    let configuration = snapshot.trunk_configuration(trunk);
    let Some(server) = snapshot.server(fqdn) else {
        return;
    };
    let uri = SipUri::parse(incoming.request.request_uri()).unwrap_or_default();
    let called = translate(&configuration.called_rules, uri.user_name());
    let mut who = caller(&incoming.request);
    if let Some(user) = snapshot.user(&who.party) {
        // A user shows the line, not the SIP address, on the PSTN.
        who.party = user.line.split(';').next().unwrap_or("").to_string();
    }
    let plus = |number: String| {
        if configuration.remove_plus { number.trim_start_matches('+').to_string() } else { number }
    };
    let called = plus(called);
    if !who.party.contains('@') {
        who.party = plus(translate(&configuration.calling_rules, &who.party));
    }
    let mut headers = Vec::new();
    if configuration.forward_call_history {
        headers = copied(&incoming.request, &[HeaderName::HistoryInfo, HeaderName::ReferredBy]);
    }
    if configuration.forward_pai && !who.anonymous {
        headers.push((HeaderName::PAssertedIdentity, identity(&who, fqdn)));
    }
    if configuration.session_timer {
        headers.push((HeaderName::SessionExpires, "1800".into()));
        headers.push((HeaderName::MinSe, "90".into()));
    }
    let transport = if trunk.tls { "tls" } else { "tcp" };
    let options = InviteOptions {
        uri: format!("sip:{called}@{}:{};user=phone;transport={transport}", trunk.gateway, trunk.gateway_port),
        from: identity(&who, fqdn),
        to: format!("<sip:{called}@{};user=phone>", trunk.gateway),
        headers,
        contact_user: who.party.clone(),
        first_response: configuration.fast_failover.then_some(Duration::from_secs(10)),
        ..InviteOptions::default()
    };
    let securities = (pool_security(snapshot.encryption_of(&server.pool)), trunk_security(trunk, &configuration));
    // The front end that the call came from takes the transfers that its telephone asks for.
    let inner = front_end_of(snapshot, server).map_or("", |s| &s.fqdn);
    let back = (false, format!("<sip:{inner}:5061;transport=tls;lr>"));
    carry(runtime, fqdn, agent, incoming, trunk, securities, options, &configuration.response_rules, back).await;
}

/// Carries a call on: (security of the first leg, of the second); `translations` of final codes.
async fn carry(
    runtime: &Arc<Runtime>,
    fqdn: &str,
    agent: &Agent,
    incoming: Incoming,
    trunk: &Trunk,
    securities: (MediaSecurity, MediaSecurity),
    options: InviteOptions,
    translations: &[(u16, u16)],
    transfers: (bool, String),
) {
    let address = runtime.address_of(fqdn);
    let Some(mut first) = IncomingCall::new(incoming) else {
        return;
    };
    match Box::pin(attempt(runtime, agent, &mut first, address, securities, options)).await {
        Ok(Attempt::Answered(second)) => {
            let bridge = Bridge {
                runtime,
                role: RoleKind::Mediation.name(),
                server: fqdn,
                address,
                gateway: &trunk.gateway,
                transfers: Some(transfers),
                watch: watch_of(&runtime.snapshot(), Some(trunk)),
                agent,
            };
            finish(bridge, first, securities.0, second, securities.1).await;
        }
        Ok(Attempt::Failed(mut response)) => {
            if let Some((_, status)) = translations.iter().find(|(received, _)| *received == response.status()) {
                response.start = StartLine::Response { status: *status, reason: reason_phrase(*status).into() };
            }
            pass_failure(first, &response);
        }
        Ok(Attempt::Cancelled) => first.reject(487, "", &[]),
        Err(error) => {
            runtime.events.write(1029, "Error", fqdn, first.request().call_id(), format!("No media port: {error}"));
            first.reject(503, "", &[]);
        }
    }
}
