//! Voice mail in the cloud: the INVITE names tenant and destination; when the destination does not exist here, the cloud's side is played
//! by this server (lab).

use super::forward::{finish, record_route};
use super::route::{Divert, Routed};
use crate::config::{RoleKind, UmMailbox, VoiceUser, bare_address};
use signaling::agent::Fork;
use signaling::headers::MsDiagnostics;
use signaling::{HeaderName, Message};

/// Takes a call to the hosted voice mail of a user.
pub(super) async fn to_hosted(routed: &Routed<'_>, user: &VoiceUser, divert: Divert) {
    let Routed { front_end, snapshot, incoming, request } = routed;
    let policy = snapshot.hosted_policy(user).filter(|p| !p.destination.is_empty());
    let Some(policy) = policy else {
        let diagnosis =
            MsDiagnostics::new(15031, "Hosted voice mail policy does not name a destination", &front_end.fqdn);
        incoming.reply(504, "", &[(HeaderName::MsDiagnostics, diagnosis.to_string())]);
        return;
    };
    let address = bare_address(&user.sip_address);
    let organization = policy.organization.split(',').next().unwrap_or("").trim();
    let mut copy: Message = request.clone();
    copy.remove(HeaderName::Diversion);
    copy.remove(HeaderName::Route);
    copy.push(HeaderName::Diversion, format!("<sip:{address}>;reason={}", divert.name()));
    let organization = if organization.is_empty() { snapshot.domain.as_str() } else { organization };
    copy.set_request_uri(&format!("sip:{organization}@{};opaque=app:voicemail;transport=tls", policy.destination));
    // Everything to the cloud leaves by the edge.
    if let Some(edge) = snapshot.servers.iter().find(|s| s.has(RoleKind::Edge)) {
        copy.push(HeaderName::Route, format!("<sip:{}:5061;transport=tls;lr>", edge.fqdn));
    }
    let destination = signaling::SipUri::parse(&format!("sip:x@{}", policy.destination))
        .is_some_and(|u| !front_end.runtime.zone.lookup(u.bare_host()).is_empty());
    if destination
        && let Some(hop) = front_end.agent.hops_of(&copy).ok().and_then(|h| h.into_iter().next())
        && let Some(mut fork) = Fork::new(&front_end.agent, incoming)
    {
        record_route(&front_end.agent, &mut copy, (incoming.source.transport, incoming.source.remote.ip()), &hop);
        fork.add(copy, &hop);
        return finish(incoming, fork.run(None).await);
    }
    let mailbox = snapshot.mailbox_of(user).cloned().unwrap_or_else(|| UmMailbox {
        id: address.replace('@', "_"),
        alias: address.split('@').next().unwrap_or("").to_string(),
        display_name: user.display_name.clone(),
        smtp: address.to_string(),
        sip_address: address.to_string(),
        ..UmMailbox::default()
    });
    let pool = snapshot.server(&front_end.fqdn).map_or("", |s| &s.pool);
    let security = crate::mediation::pool_security(snapshot.encryption_of(pool));
    crate::um::answer_for_cloud(&front_end.runtime, &front_end.fqdn, (*incoming).clone(), mailbox, security).await;
}
