//! Enterprise Voice: where a call goes.

use super::exum;
use super::forward::{finish, record_route};
use super::role::FrontEnd;
use crate::config::{ContactKind, Snapshot, Trunk, VoiceRoute, VoiceUser, bare_address, digits};
use crate::mediation::TRUNK_PARAMETER;
use crate::router::caller;
use crate::routing::{RouteRefusal, attempts, normalize};
use signaling::agent::{Fork, ForkOutcome, Incoming, prepare_forward};
use signaling::headers::{Contact, MsDiagnostics};
use signaling::transport::Hop;
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
    let caller_user = if trusted {
        snapshot.user(&who.party).or_else(|| transferor(snapshot, &incoming.request))
    } else {
        from_user(snapshot, &incoming.request)
    };
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
    if let Some((number, policy)) = caller_user.and_then(|u| snapshot.emergency(u, &user_part)) {
        // Emergency calls go ahead of everything, by the usage of the location policy.
        let own = caller_user.and_then(|u| snapshot.voice_policy(u)).map(|p| p.usages.clone()).unwrap_or_default();
        let usages = if policy.usage.is_empty() { own } else { vec![policy.usage.clone()] };
        front_end.runtime.events.write(
            1060,
            "Warning",
            &front_end.fqdn,
            incoming.request.call_id(),
            format!("{} calls the emergency number {number}.", who.party),
        );
        return outbound(&routed, &usages, &number).await;
    }
    if snapshot.is_orbit(&user_part) {
        return super::park::orbit(front_end, snapshot, incoming, &user_part).await;
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

/// The user who transferred the caller here: whose policy counts when the caller has none.
fn transferor<'a>(snapshot: &'a Snapshot, request: &Message) -> Option<&'a VoiceUser> {
    let uri = request.text(HeaderName::ReferredBy).and_then(signaling::headers::NameAddr::parse)?.uri;
    match snapshot.user(&uri.address()) {
        Some(user) => Some(user),
        None => match snapshot.users_by_line(uri.user()).as_slice() {
            [user] => Some(user),
            _ => None,
        },
    }
}

/// Header by which a caller of ours asks for the PSTN although the number belongs to a user (name and meaning assumed).
pub const SKIP_LOOKUP: &str = "Ms-Skip-Rnl";

/// Reverse number lookup, then outbound routing.
async fn to_number(routed: &Routed<'_>, number: &str, caller_user: Option<&VoiceUser>) {
    let Routed { front_end, snapshot, incoming, .. } = routed;
    let skips = caller_user.is_some() && incoming.request.text(HeaderName::other(SKIP_LOOKUP)) == Some("true");
    let owners = if skips { Vec::new() } else { snapshot.users_by_line(number) };
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
    if snapshot.is_orbit(number) {
        return super::park::orbit(front_end, snapshot, (*incoming).clone(), number).await;
    }
    if let Some(range) = snapshot.unassigned(number) {
        return if range.attendant.is_empty() {
            super::announce::announce(front_end, snapshot, (*incoming).clone(), &range.announcement).await
        } else {
            let plan = snapshot.dial_plans.iter().find(|p| snapshot.auto_attendant(p, &range.attendant).is_some());
            match plan {
                Some(plan) => {
                    exum::to_contact(routed, &plan.phone_context, ContactKind::AutoAttendant, &range.attendant).await
                }
                None => refuse(
                    front_end,
                    incoming,
                    404,
                    4005,
                    "Destination URI either not enabled for SIP or does not exist.",
                ),
            }
        };
    }
    if let Some(user) = caller_user.filter(|u| u.online) {
        return to_hybrid_site(routed, user, number).await;
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

/// The INVITE to a number by a route's trunk, and its hop; `None` when there is no way there.
fn trunk_request(routed: &Routed<'_>, route: &VoiceRoute, trunk: &Trunk, number: &str) -> Option<(Message, Hop)> {
    let Routed { front_end, snapshot, incoming, request } = routed;
    let mediation = snapshot
        .servers
        .iter()
        .find(|s| s.fqdn.eq_ignore_ascii_case(&trunk.mediation) || s.pool.eq_ignore_ascii_case(&trunk.mediation))?;
    let mut copy = request.clone();
    copy.set_request_uri(&format!(
        "sip:{number}@{}:{};user=phone;transport=tls;{TRUNK_PARAMETER}={}",
        trunk.mediation, mediation.mediation_sip_port, trunk.name
    ));
    copy.remove(HeaderName::Route);
    if route.suppress_caller_id && !route.alternate_caller_id.is_empty() {
        let domain = snapshot.sip_domains.first().unwrap_or(&snapshot.domain);
        copy.set(HeaderName::PAssertedIdentity, format!("<sip:{}@{domain};user=phone>", route.alternate_caller_id));
    }
    let hop = front_end.agent.hops_of(&copy).ok().and_then(|h| h.into_iter().next())?;
    record_route(&front_end.agent, &mut copy, (incoming.source.transport, incoming.source.remote.ip()), &hop);
    Some((copy, hop))
}

/// Whether two numbers belong to the same country: by the zones of one digit, else by the first two digits (assumed).
fn same_country(left: &str, right: &str) -> bool {
    let code = |number: &str| {
        let digits = digits(number);
        if digits.starts_with(['1', '7']) {
            digits.chars().take(1).collect::<String>()
        } else {
            digits.chars().take(2).collect()
        }
    };
    code(left) == code(right)
}

/// An online user's call to the PSTN: by the edge of the user's site, else by the tenant's peer destination.
async fn to_hybrid_site(routed: &Routed<'_>, user: &VoiceUser, number: &str) {
    let Routed { front_end, snapshot, incoming, request } = routed;
    let policy = user.voice_policy.trim_start_matches("Tag:");
    if policy.eq_ignore_ascii_case("InternationalCallsDisallowed") && !same_country(number, &user.line) {
        return refuse(front_end, incoming, 403, 12004, "No route found.");
    }
    let edge = match snapshot.hybrid_edge(user) {
        Ok(edge) => edge,
        Err(site) => {
            let text = match site {
                Some(site) => format!("The PSTN site {site} of {} does not exist.", user.sip_address),
                None => format!("{} has no PSTN site, and the tenant no peer destination.", user.sip_address),
            };
            front_end.runtime.events.write(1061, "Error", &front_end.fqdn, incoming.request.call_id(), text);
            return refuse(front_end, incoming, 404, 1005, "Cannot route to destination domain.");
        }
    };
    let mut copy = request.clone();
    copy.set_request_uri(&format!("sip:{number}@{edge}:5061;user=phone;transport=tls"));
    copy.remove(HeaderName::Route);
    let Some(hop) = front_end.agent.hops_of(&copy).ok().and_then(|h| h.into_iter().next()) else {
        return refuse(front_end, incoming, 504, 1014, "Unable to resolve DNS A record.");
    };
    record_route(&front_end.agent, &mut copy, (incoming.source.transport, incoming.source.remote.ip()), &hop);
    let Some(mut fork) = Fork::new(&front_end.agent, incoming) else { return };
    fork.add(copy, &hop);
    finish(incoming, fork.run(None).await);
}

/// Tries the trunks one after the other.
pub(super) async fn outbound(routed: &Routed<'_>, usages: &[String], number: &str) {
    let Routed { front_end, snapshot, incoming, .. } = routed;
    let list = match attempts(snapshot, usages, number, TURN.fetch_add(1, Ordering::Relaxed)) {
        Ok(mut list) => {
            // Trunks that do not answer come last, in their order.
            list.sort_by_key(|(_, trunk)| front_end.runtime.health.is_trunk_down(&trunk.name));
            list
        }
        Err(refusal) => return refused(routed, refusal),
    };
    let mut last = None;
    for (route, trunk) in list {
        let Some((copy, hop)) = trunk_request(routed, route, trunk, number) else { continue };
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

/// Forwards a user's call to voice mail, another user or a number; false when the target is none of these.
async fn forward(routed: &Routed<'_>, user: &VoiceUser, target: &str) -> bool {
    let snapshot = routed.snapshot;
    let target = bare_address(target).to_string();
    if target.eq_ignore_ascii_case("voicemail") {
        exum::to_voice_mail(routed, user, Divert::Unconditional).await;
        return true;
    }
    if let Some(other) = snapshot.user(&target) {
        // Two who forward to each other end in the voice mail of the one called.
        if other.sip_address.eq_ignore_ascii_case(&user.sip_address) || !other.forward_to.is_empty() {
            return false;
        }
        Box::pin(to_user(routed, other)).await;
        return true;
    }
    let dialed = target.split('@').next().unwrap_or("").to_string();
    let number = snapshot.voice_dial_plan(Some(user)).and_then(|p| normalize(p, &dialed)).map_or(dialed, |t| t.number);
    if digits(&number).is_empty() {
        return false;
    }
    Box::pin(to_number(routed, &number, Some(user))).await;
    true
}

/// Branches that ring together with a user's telephones: another user's, or a number by the first trunk of its route.
fn simultaneous(routed: &Routed<'_>, user: &VoiceUser, target: &str) -> Vec<(Message, Hop)> {
    let Routed { front_end, snapshot, incoming, request } = routed;
    let target = bare_address(target);
    if target.is_empty() {
        return Vec::new();
    }
    if snapshot.user(target).is_some() {
        let branch = |binding: super::Binding| {
            let mut copy = request.clone();
            binding.aim(&mut copy);
            let hop = binding.hop();
            record_route(&front_end.agent, &mut copy, (incoming.source.transport, incoming.source.remote.ip()), &hop);
            (copy, hop)
        };
        return front_end.runtime.registrations.of(target).into_iter().map(branch).collect();
    }
    let number = snapshot
        .voice_dial_plan(Some(user))
        .and_then(|p| normalize(p, target))
        .map_or(target.to_string(), |t| t.number);
    // The number is rung on the user's account: the user's policy decides.
    let usages = snapshot.voice_policy(user).map(|p| p.usages.clone()).unwrap_or_default();
    let first = attempts(snapshot, &usages, &number, 0).ok().and_then(|list| list.first().copied());
    first.and_then(|(route, trunk)| trunk_request(routed, route, trunk, &number)).into_iter().collect()
}

/// Rings a user's telephones; then voice mail.
async fn to_user(routed: &Routed<'_>, user: &VoiceUser) {
    let Routed { front_end, incoming, request, snapshot } = routed;
    let own = signaling::dialog::from_address(&incoming.request).map(|a| a.uri.address()).unwrap_or_default();
    if own.eq_ignore_ascii_case(bare_address(&user.sip_address)) && snapshot.mailbox_of(user).is_some() {
        // Who calls the own number wants the own voice mail.
        return exum::to_voice_mail(routed, user, Divert::Unconditional).await;
    }
    let policy = snapshot.voice_policy(user);
    if !user.forward_to.is_empty()
        && policy.is_none_or(|p| p.allow_forwarding)
        && forward(routed, user, &user.forward_to).await
    {
        return;
    }
    let bindings = front_end.runtime.registrations.of(bare_address(&user.sip_address));
    let also = if policy.is_none_or(|p| p.allow_simultaneous_ring) { user.simultaneous_ring.as_str() } else { "" };
    let also = simultaneous(routed, user, also);
    if bindings.is_empty() && also.is_empty() {
        return exum::to_voice_mail(routed, user, Divert::NoAnswer).await;
    }
    let Some(mut fork) = Fork::new(&front_end.agent, incoming) else {
        return;
    };
    for binding in bindings {
        let mut copy = request.clone();
        binding.aim(&mut copy);
        let hop = binding.hop();
        record_route(&front_end.agent, &mut copy, (incoming.source.transport, incoming.source.remote.ip()), &hop);
        fork.add(copy, &hop);
    }
    // Only what rings on the PSTN has a voice mail of its own.
    let escape =
        policy.filter(|p| p.voicemail_escape && snapshot.user(bare_address(&user.simultaneous_ring)).is_none());
    let too_early = escape.map(|p| Instant::now() + Duration::from_millis(p.voicemail_escape_timer.into()));
    for (copy, hop) in also {
        fork.add_guarded(copy, &hop, too_early);
    }
    let deadline = Instant::now() + Duration::from_secs(user.no_answer.clamp(5, 180).into());
    match fork.run(Some(deadline)).await {
        ForkOutcome::NoAnswer | ForkOutcome::Empty => exum::to_voice_mail(routed, user, Divert::NoAnswer).await,
        ForkOutcome::Failed(response) => match response.status() {
            486 | 600 | 603 => exum::to_voice_mail(routed, user, Divert::Busy).await,
            408 | 480 | 404 | 410 | 430 | 500..=599 => exum::to_voice_mail(routed, user, Divert::NoAnswer).await,
            // The telephone itself forwards.
            301 | 302 | 305 => {
                let target = response.all::<Contact>().into_iter().find_map(|c| c.address().map(|a| a.uri.address()));
                match target {
                    Some(target) if forward(routed, user, &target).await => {}
                    _ => exum::to_voice_mail(routed, user, Divert::Unconditional).await,
                }
            }
            _ => finish(incoming, ForkOutcome::Failed(response)),
        },
        ForkOutcome::Cancelled => {
            // The caller gave up before voice mail was reached.
            super::missed::tell(front_end, snapshot, incoming, user);
            finish(incoming, ForkOutcome::Cancelled);
        }
        other => finish(incoming, other),
    }
}
