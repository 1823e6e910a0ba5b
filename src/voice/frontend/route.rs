//! Enterprise Voice: where a call goes.

use super::exum;
use super::forward::{self, finish, record_route};
use super::role::FrontEnd;
use crate::config::{ContactKind, Snapshot, VoiceUser, bare_address, digits};
use crate::mediation::TRUNK_PARAMETER;
use crate::router::caller;
use crate::routing::{RouteRefusal, attempts, normalize};
use signaling::agent::{Fork, ForkOutcome, Incoming, prepare_forward};
use signaling::headers::MsDiagnostics;
use signaling::uri::Uri;
use signaling::{HeaderName, Message};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// Turns of routes with several trunks.
static TURN: AtomicUsize = AtomicUsize::new(0);

/// Why a user does not take the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Divert {
    NoAnswer,
    Busy,
    Unconditional,
}

impl Divert {
    /// Reason of the Diversion header.
    pub(super) fn name(self) -> &'static str {
        match self {
            Divert::NoAnswer => "no-answer",
            Divert::Busy => "user-busy",
            Divert::Unconditional => "unconditional",
        }
    }
}

/// The call on its way: the INVITE as it will be forwarded.
pub(super) struct Routed<'a> {
    pub front_end: &'a FrontEnd,
    pub snapshot: &'a Snapshot,
    pub incoming: &'a Incoming,
    pub request: Message,
}

fn refuse(front_end: &FrontEnd, incoming: &Incoming, status: u16, id: u32, text: &str) {
    let diagnosis = MsDiagnostics::new(id, text, &front_end.fqdn);
    incoming.reply(status, "", &[(HeaderName::MsDiagnostics, diagnosis.to_string())]);
}

/// Routes an INVITE that opens a dialog.
pub(super) async fn invite(front_end: &FrontEnd, snapshot: &Snapshot, incoming: Incoming, trusted: bool) {
    let mut request = match prepare_forward(&front_end.agent, &incoming.request) {
        Ok(request) => request,
        Err(status) => {
            incoming.reply(status, "", &[]);
            return;
        }
    };
    let who = caller(&incoming.request);
    let caller_user = if trusted { snapshot.user(&who.party) } else { from_user(snapshot, &incoming.request) };
    if !trusted {
        // Only servers of the topology may assert identities.
        request.remove(HeaderName::PAssertedIdentity);
        request.remove(HeaderName::ProxyAuthorization);
        if let Some(user) = caller_user {
            let address = bare_address(&user.sip_address);
            request.push(
                HeaderName::PAssertedIdentity,
                format!("\"{}\" <sip:{address}>", user.display_name.replace(['"', '\\'], "")),
            );
        }
    }
    let Some(uri) = Uri::parse(incoming.request.request_uri()) else {
        incoming.reply(416, "", &[]);
        return;
    };
    let routed = Routed { front_end, snapshot, incoming: &incoming, request };
    let opaque = uri.as_sip().and_then(|u| u.param("opaque")).unwrap_or("").to_ascii_lowercase();
    let user_part = signaling::uri::percent_decode(uri.user());
    let is_number = !digits(&user_part).is_empty();
    if !is_number {
        let address = uri.address();
        if opaque.starts_with("app:voicemail") {
            match snapshot.user(&address) {
                Some(user) => exum::to_voice_mail(&routed, user, Divert::Unconditional).await,
                None => refuse(front_end, &incoming, 404, 1003, "User does not exist."),
            }
            return;
        }
        if let Some(user) = snapshot.user(&address) {
            to_user(&routed, user).await;
        } else if let Some(contact) = snapshot.contact(&address) {
            exum::to_contact(&routed, &contact.phone_context, contact.kind, &contact.line).await;
        } else {
            refuse(front_end, &incoming, 404, 4005, "Destination URI either not enabled for SIP or does not exist.");
        }
        return;
    }
    let number = match caller_user.filter(|_| !trusted) {
        Some(user) => snapshot
            .voice_dial_plan(Some(user))
            .and_then(|p| normalize(p, &user_part))
            .map_or(user_part.clone(), |t| t.number),
        // What unified messaging transfers to may be an extension.
        None if !user_part.starts_with('+') => snapshot
            .voice_dial_plan(None)
            .and_then(|p| normalize(p, &user_part))
            .map_or(user_part.clone(), |t| t.number),
        None => user_part.clone(),
    };
    to_number(&routed, &number, caller_user).await;
}

fn from_user<'a>(snapshot: &'a Snapshot, request: &Message) -> Option<&'a VoiceUser> {
    let from = signaling::dialog::from_address(request)?.uri.address();
    snapshot.user(&from)
}

/// Reverse number lookup, then outbound routing.
async fn to_number(routed: &Routed<'_>, number: &str, caller_user: Option<&VoiceUser>) {
    let Routed { front_end, snapshot, incoming, .. } = routed;
    let owners = snapshot.users_by_line(number);
    match owners.as_slice() {
        [user] => return to_user(routed, user).await,
        [] => {}
        _ => {
            return refuse(
                front_end,
                incoming,
                485,
                4009,
                "Multiple users associated with the destination phone number.",
            );
        }
    }
    if let Some(contact) = snapshot.contact(number) {
        return exum::to_contact(routed, &contact.phone_context, contact.kind, &contact.line).await;
    }
    // Access numbers and attendants of SIP dial plans work without a contact too, as long as the number is theirs.
    let plan = snapshot.dial_plans.iter().find(|p| {
        snapshot.auto_attendant(p, number).is_some() || p.access_numbers.iter().any(|a| digits(a) == digits(number))
    });
    if let Some(plan) = plan {
        return exum::to_contact(routed, &plan.phone_context, ContactKind::AutoAttendant, number).await;
    }
    let policy = caller_user.and_then(|u| snapshot.voice_policy(u));
    let Some(policy) = policy else {
        return refuse(front_end, incoming, 404, 1003, "User does not exist.");
    };
    if !caller_user.is_some_and(|u| u.enterprise_voice) {
        return refuse(front_end, incoming, 403, 12004, "No route found.");
    }
    outbound(routed, &policy.usages, number).await;
}

fn refused(routed: &Routed<'_>, refusal: RouteRefusal) {
    let diagnosis = refusal.diagnosis(&routed.front_end.fqdn);
    routed.incoming.reply(refusal.status(), "", &[(HeaderName::MsDiagnostics, diagnosis.to_string())]);
}

/// Tries the trunks one after the other.
async fn outbound(routed: &Routed<'_>, usages: &[String], number: &str) {
    let Routed { front_end, snapshot, incoming, request } = routed;
    let list = match attempts(snapshot, usages, number, TURN.fetch_add(1, Ordering::Relaxed)) {
        Ok(list) => list,
        Err(refusal) => return refused(routed, refusal),
    };
    let mut last = None;
    for (route, trunk) in list {
        let Some(port) = snapshot
            .servers
            .iter()
            .find(|s| s.fqdn.eq_ignore_ascii_case(&trunk.mediation) || s.pool.eq_ignore_ascii_case(&trunk.mediation))
            .map(|s| s.mediation_sip_port)
        else {
            continue;
        };
        let mut copy = request.clone();
        copy.set_request_uri(&format!(
            "sip:{number}@{}:{port};user=phone;transport=tls;{TRUNK_PARAMETER}={}",
            trunk.mediation, trunk.name
        ));
        copy.remove(HeaderName::Route);
        if route.suppress_caller_id && !route.alternate_caller_id.is_empty() {
            let domain = snapshot.sip_domains.first().unwrap_or(&snapshot.domain);
            copy.set(HeaderName::PAssertedIdentity, format!("<sip:{}@{domain};user=phone>", route.alternate_caller_id));
        }
        let Some(hop) = front_end.agent.hops_of(&copy).ok().and_then(|h| h.into_iter().next()) else {
            continue;
        };
        record_route(front_end, &mut copy, (incoming.source.transport, incoming.source.remote.ip()), &hop);
        let Some(mut fork) = Fork::new(&front_end.agent, incoming) else {
            return;
        };
        fork.add(copy, &hop);
        match fork.run(None).await {
            // assumed: these codes mean that another trunk may do better.
            ForkOutcome::Failed(response) if matches!(response.status(), 408 | 500 | 502 | 503 | 504) => {
                last = Some(response)
            }
            other => return finish(incoming, other),
        }
    }
    match last {
        Some(response) => finish(incoming, ForkOutcome::Failed(response)),
        None => refused(routed, RouteRefusal::NoGateway),
    }
}

/// Rings a user's telephones; then voice mail.
async fn to_user(routed: &Routed<'_>, user: &VoiceUser) {
    let Routed { front_end, incoming, request, snapshot } = routed;
    let own = signaling::dialog::from_address(&incoming.request).map(|a| a.uri.address()).unwrap_or_default();
    if own.eq_ignore_ascii_case(bare_address(&user.sip_address)) && snapshot.mailbox_of(user).is_some() {
        // Who calls the own number wants the own voice mail.
        return exum::to_voice_mail(routed, user, Divert::Unconditional).await;
    }
    if !user.forward_to.is_empty() {
        let target = bare_address(&user.forward_to).to_string();
        if target.eq_ignore_ascii_case("voicemail") {
            return exum::to_voice_mail(routed, user, Divert::Unconditional).await;
        }
        if let Some(other) =
            snapshot.user(&target).filter(|o| o.sip_address != user.sip_address && o.forward_to.is_empty())
        {
            return Box::pin(to_user(routed, other)).await;
        }
        let number = snapshot
            .voice_dial_plan(Some(user))
            .and_then(|p| normalize(p, &target))
            .map_or(target.clone(), |t| t.number);
        if !digits(&number).is_empty() {
            return Box::pin(to_number(routed, &number, Some(user))).await;
        }
    }
    let bindings = front_end.runtime.registrations.of(bare_address(&user.sip_address));
    if bindings.is_empty() {
        return exum::to_voice_mail(routed, user, Divert::NoAnswer).await;
    }
    let Some(mut fork) = Fork::new(&front_end.agent, incoming) else {
        return;
    };
    for binding in bindings {
        let mut copy = request.clone();
        copy.set_request_uri(&binding.contact);
        copy.remove(HeaderName::Route);
        let hop = binding.hop();
        record_route(front_end, &mut copy, (incoming.source.transport, incoming.source.remote.ip()), &hop);
        fork.add(copy, &hop);
    }
    let deadline = Instant::now() + Duration::from_secs(user.no_answer.clamp(5, 180).into());
    match fork.run(Some(deadline)).await {
        ForkOutcome::NoAnswer | ForkOutcome::Empty => exum::to_voice_mail(routed, user, Divert::NoAnswer).await,
        ForkOutcome::Failed(response) => match response.status() {
            486 | 600 | 603 => exum::to_voice_mail(routed, user, Divert::Busy).await,
            408 | 480 | 404 | 410 | 430 | 500..=599 => exum::to_voice_mail(routed, user, Divert::NoAnswer).await,
            302 => forward::finish(incoming, ForkOutcome::Failed(response)),
            _ => finish(incoming, ForkOutcome::Failed(response)),
        },
        other => finish(incoming, other),
    }
}
