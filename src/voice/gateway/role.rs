//! The simulated gateway's listeners and both directions of its calls.

use crate::config::{PstnGateway, RoleKind, Server, Snapshot, Trunk};
use crate::frontend::Registrations;
use crate::mediation::{Attempt, Bridge, attempt, finish, pass_failure, trunk_security, watch_of};
use crate::router::caller;
use crate::service::{RoleError, RunningRole, Runtime, listen};
use signaling::agent::{Agent, Incoming, IncomingCall, InviteOptions};
use signaling::sdp::MediaSecurity;
use signaling::transport::Transport;
use signaling::uri::SipUri;
use signaling::{HeaderName, Method};
use std::sync::Arc;

/// Opens a simulated gateway.
pub async fn start(runtime: &Arc<Runtime>, gateway: &PstnGateway) -> Result<RunningRole, RoleError> {
    let snapshot = runtime.snapshot();
    let trunks: Vec<&Trunk> =
        snapshot.trunks.iter().filter(|t| t.gateway.eq_ignore_ascii_case(&gateway.address)).collect();
    // The certificate of a gateway is kept under its name like a server's.
    let stand_in = Server { fqdn: gateway.address.clone(), ..Server::default() };
    let server = snapshot.server(&gateway.address).unwrap_or(&stand_in);
    let identity = runtime.identity(server, RoleKind::Gateway, false)?;
    if identity.is_none() && trunks.iter().any(|t| t.tls) {
        return Err(RoleError::NoCertificate(RoleKind::Gateway.service()));
    }
    let mut listeners = vec![listen(Transport::Udp, 5060), listen(Transport::Tcp, 5060)];
    if identity.is_some() {
        listeners.push(listen(Transport::Tls, 5061));
    }
    for trunk in &trunks {
        if !listeners.iter().any(|l| l.port == trunk.gateway_port && l.transport != Transport::Udp) {
            listeners.push(listen(if trunk.tls { Transport::Tls } else { Transport::Tcp }, trunk.gateway_port));
        }
    }
    let (agent, mut requests) = runtime.open_agent(&gateway.address, listeners, identity).await?;
    let mut role =
        RunningRole::new(&gateway.address, RoleKind::Gateway, vec![agent.clone()], runtime.options.port_offset);
    let (runtime, name) = (runtime.clone(), gateway.address.clone());
    role.tasks.push(tokio::spawn(async move {
        let numbers = Registrations::default();
        while let Some(incoming) = requests.recv().await {
            match incoming.request.method() {
                Method::Ack => {}
                // Anyone may be a PSTN number: the lab's telephones have no accounts.
                Method::Register => numbers.register(&agent, &incoming),
                Method::Invite => {
                    tokio::spawn(take_call(runtime.clone(), name.clone(), agent.clone(), numbers.clone(), incoming));
                }
                Method::Options | Method::Notify => {
                    incoming.reply(200, "", &[(HeaderName::Allow, "INVITE, ACK, CANCEL, BYE, OPTIONS".into())])
                }
                _ => crate::router::unexpected(&incoming),
            }
        }
    }));
    Ok(role)
}

async fn take_call(runtime: Arc<Runtime>, name: String, agent: Agent, numbers: Registrations, incoming: Incoming) {
    let snapshot = runtime.snapshot();
    // A mediation server calls from its own address; everyone else is a telephone.
    let is_mediation = |t: &Trunk| {
        let members = snapshot
            .servers
            .iter()
            .filter(|s| s.fqdn.eq_ignore_ascii_case(&t.mediation) || s.pool.eq_ignore_ascii_case(&t.mediation));
        members.into_iter().any(|s| runtime.address_of(&s.fqdn) == incoming.source.remote.ip())
    };
    let from_mediation = snapshot.trunks.iter().any(|t| t.gateway.eq_ignore_ascii_case(&name) && is_mediation(t));
    if from_mediation {
        to_phone(&runtime, &snapshot, &name, &agent, &numbers, incoming).await;
    } else {
        to_mediation(&runtime, &snapshot, &name, &agent, incoming, MediaSecurity::Optional).await;
    }
}

fn number_of(incoming: &Incoming) -> String {
    SipUri::parse(incoming.request.request_uri())
        .map(|u| signaling::uri::percent_decode(u.user_name()))
        .unwrap_or_default()
}

/// `security` is what the caller's side demands: telephones of the PSTN bring SRTP along only when they like.
async fn to_mediation(
    runtime: &Arc<Runtime>,
    snapshot: &Snapshot,
    name: &str,
    agent: &Agent,
    incoming: Incoming,
    own_security: MediaSecurity,
) {
    let number = number_of(&incoming);
    let trunks: Vec<Trunk> = snapshot.trunks.iter().filter(|t| t.gateway.eq_ignore_ascii_case(name)).cloned().collect();
    if trunks.is_empty() {
        incoming.reply(404, "No Trunk", &[]);
        return;
    }
    let who = caller(&incoming.request);
    let party = who.party.split('@').next().unwrap_or("").to_string();
    let from = if who.anonymous {
        "\"Anonymous\" <sip:anonymous@anonymous.invalid>".to_string()
    } else {
        format!("<sip:{party}@{name};user=phone>")
    };
    let mut headers = Vec::new();
    for header in [HeaderName::Diversion, HeaderName::HistoryInfo, HeaderName::Privacy] {
        headers.extend(incoming.request.texts(header.clone()).map(|t| (header.clone(), t.to_string())));
    }
    let Some(mut first) = IncomingCall::new(incoming) else {
        return;
    };
    let address = runtime.address_of(name);
    let mut last = None;
    for trunk in trunks {
        let security = trunk_security(&trunk, &snapshot.trunk_configuration(&trunk));
        let transport = if trunk.tls { "tls" } else { "tcp" };
        let options = InviteOptions {
            uri: format!("sip:{number}@{}:{};user=phone;transport={transport}", trunk.mediation, trunk.mediation_port),
            from: from.clone(),
            to: format!("<sip:{number}@{};user=phone>", trunk.mediation),
            headers: headers.clone(),
            contact_user: party.clone(),
            ..InviteOptions::default()
        };
        match Box::pin(attempt(runtime, agent, &mut first, address, (own_security, security), options)).await {
            Ok(Attempt::Answered(second)) => {
                let bridge = Bridge {
                    runtime,
                    role: RoleKind::Gateway.name(),
                    server: name,
                    address,
                    gateway: &trunk.name,
                    transfers: None,
                    watch: watch_of(snapshot, Some(&trunk)),
                    agent,
                };
                finish(bridge, first, own_security, second, security).await;
                return;
            }
            Ok(Attempt::Failed(response)) => {
                let next = response.status() >= 500;
                last = Some(response);
                if !next {
                    break;
                }
            }
            Ok(Attempt::Cancelled) => return first.reject(487, "", &[]),
            Err(_) => return first.reject(503, "", &[]),
        }
    }
    match last {
        Some(response) => pass_failure(first, &response),
        None => first.reject(503, "", &[]),
    }
}

async fn to_phone(
    runtime: &Arc<Runtime>,
    snapshot: &Snapshot,
    name: &str,
    agent: &Agent,
    numbers: &Registrations,
    incoming: Incoming,
) {
    let number = number_of(&incoming);
    let only_digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let binding = numbers.by_user(|user| only_digits(user) == only_digits(&number));
    let trunk = snapshot.trunks.iter().find(|t| t.gateway.eq_ignore_ascii_case(name));
    let security = trunk.map_or(MediaSecurity::Plain, |t| trunk_security(t, &snapshot.trunk_configuration(t)));
    let Some(binding) = binding else {
        if snapshot.users_by_line(&number).is_empty() {
            incoming.reply(404, "", &[]);
        } else {
            // A number of the organisation: the PSTN brings the call back.
            to_mediation(runtime, snapshot, name, agent, incoming, security).await;
        }
        return;
    };
    let who = caller(&incoming.request);
    let party = who.party.split('@').next().unwrap_or("anonymous").to_string();
    let options = InviteOptions {
        uri: binding.contact.clone(),
        from: format!("<sip:{party}@{name}>"),
        to: format!("<sip:{number}@{name}>"),
        contact_user: party,
        routes: binding.path().to_vec(),
        hops: Some(vec![binding.hop()]),
        ..InviteOptions::default()
    };
    let Some(mut first) = IncomingCall::new(incoming) else {
        return;
    };
    let address = runtime.address_of(name);
    match Box::pin(attempt(runtime, agent, &mut first, address, (security, MediaSecurity::Plain), options)).await {
        Ok(Attempt::Answered(second)) => {
            let bridge = Bridge {
                runtime,
                role: RoleKind::Gateway.name(),
                server: name,
                address,
                gateway: name,
                transfers: None,
                watch: watch_of(snapshot, trunk),
                agent,
            };
            finish(bridge, first, security, second, MediaSecurity::Plain).await;
        }
        Ok(Attempt::Failed(response)) => pass_failure(first, &response),
        Ok(Attempt::Cancelled) => first.reject(487, "", &[]),
        Err(_) => first.reject(503, "", &[]),
    }
}
