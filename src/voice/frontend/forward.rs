//! Forwarding as a proxy.

use super::registrar::Binding;
use super::role::FrontEnd;
use signaling::agent::{Agent, Fork, ForkOutcome, Incoming, prepare_forward};
use signaling::transport::{Hop, Transport};
use signaling::{HeaderName, Message, Method};
use std::net::IpAddr;

/// Record-Route values for a request that goes from one side to another; when the sides differ in transport or reach, each has its own
/// (RFC 5658). The value for the sender's side comes first, so that the one for the receiver's side ends on top.
pub(crate) fn record_route(agent: &Agent, request: &mut Message, from: (Transport, IpAddr), to: &Hop) {
    let value = |transport: Transport, peer: IpAddr| format!("<{};lr>", agent.contact_uri("", transport, peer));
    let inbound = value(from.0, from.1);
    let outbound = value(to.transport, to.address.ip());
    let at_top = |request: &mut Message, text: &str| {
        if request.text(HeaderName::RecordRoute).is_some() {
            request.push_front(HeaderName::RecordRoute, text)
        } else {
            request.push(HeaderName::RecordRoute, text)
        }
    };
    at_top(request, &inbound);
    if outbound != inbound {
        at_top(request, &outbound);
    }
}

/// Whether a request belongs to a dialog, which this server only passes on.
pub(super) fn is_within_dialog(request: &Message) -> bool {
    request.method() == Method::Ack || request.to_tag().is_some()
}

/// Requests within a dialog follow their Route.
pub(super) fn within_dialog(front_end: &FrontEnd, incoming: Incoming) {
    pass_in_dialog(&front_end.agent, incoming, |request, hop| phone_hop(front_end, request, hop));
}

/// The same for any server; `reach` may know a better way to the next hop. The request has left when this returns, so that a BYE
/// does not overtake the ACK before it.
pub(crate) fn pass_in_dialog(agent: &Agent, incoming: Incoming, reach: impl FnOnce(&Message, Hop) -> Hop) {
    let request = match prepare_forward(agent, &incoming.request) {
        Ok(request) => request,
        Err(status) => {
            incoming.reply(status, "", &[]);
            return;
        }
    };
    let own = signaling::dialog::next_hop(&request)
        .is_some_and(|u| u.bare_host().eq_ignore_ascii_case(agent.name()) && u.user.is_none());
    let hops = if own { Ok(Vec::new()) } else { agent.hops_of(&request) };
    let Some(hop) = hops.ok().and_then(|h| h.into_iter().next()) else {
        if request.method() != Method::Ack {
            incoming.reply(481, "", &[]);
        }
        return;
    };
    let hop = reach(&request, hop);
    if request.method() == Method::Ack {
        agent.send_ack(request, &hop);
        return;
    }
    let Some(mut fork) = Fork::new(agent, &incoming) else {
        return;
    };
    fork.add(request, &hop);
    tokio::spawn(async move { finish(&incoming, fork.run(None).await) });
}

/// A telephone behind a stream or translation is reached where it registered from.
fn phone_hop(front_end: &FrontEnd, request: &Message, hop: Hop) -> Hop {
    let uri = request.request_uri();
    let to = signaling::dialog::to_address(request).map(|a| a.uri.address()).unwrap_or_default();
    let from = signaling::dialog::from_address(request).map(|a| a.uri.address()).unwrap_or_default();
    for address in [to, from] {
        if let Some(binding) = front_end.runtime.registrations.of(&address).into_iter().find(|b| b.contact == uri) {
            return binding.hop();
        }
    }
    hop
}

/// Passes on what a fork ended with.
pub(crate) fn finish(incoming: &Incoming, outcome: ForkOutcome) {
    match outcome {
        ForkOutcome::Answered(_) => {}
        ForkOutcome::Failed(response) => {
            if let Some(transaction) = &incoming.transaction {
                transaction.forward(response);
            }
        }
        ForkOutcome::NoAnswer => incoming.reply(480, "", &[]),
        ForkOutcome::Cancelled => incoming.reply(487, "", &[]),
        ForkOutcome::Empty => incoming.reply(503, "", &[]),
    }
}

/// Forwards a request outside a dialog to telephones.
pub(super) async fn simple(front_end: &FrontEnd, incoming: &Incoming, bindings: &[Binding]) {
    let request = match prepare_forward(&front_end.agent, &incoming.request) {
        Ok(request) => request,
        Err(status) => {
            incoming.reply(status, "", &[]);
            return;
        }
    };
    let Some(mut fork) = Fork::new(&front_end.agent, incoming) else {
        return;
    };
    for binding in bindings {
        let mut copy = request.clone();
        binding.aim(&mut copy);
        fork.add(copy, &binding.hop());
    }
    finish(incoming, fork.run(None).await);
}
