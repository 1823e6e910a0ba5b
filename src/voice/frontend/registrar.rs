//! Bindings of addresses of record (RFC 3261 10), and the message waiting state that phones see.

use super::role::FrontEnd;
use crate::mailbox::WaitingCounts;
use crate::service::Runtime;
use crate::um::summary_body;
use parking_lot::Mutex;
use signaling::agent::{Agent, Incoming};
use signaling::dialog::Dialog;
use signaling::headers::{Contact, To};
use signaling::message::RequestBuilder;
use signaling::transport::{Hop, Transport};
use signaling::{HeaderName, Message, Method};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

const MIN_EXPIRES: u64 = 60;
const DEFAULT_EXPIRES: u64 = 3600;
const MAX_EXPIRES: u64 = 7200;

/// Where a telephone is.
#[derive(Debug, Clone)]
pub struct Binding {
    /// Contact URI.
    pub contact: String,
    pub transport: Transport,
    /// Where its REGISTER came from: requests go back there, through any address translation.
    pub remote: SocketAddr,
    /// Proxies between here and there, the nearest first (RFC 3327).
    path: Vec<String>,
    expires: Instant,
    call_id: String,
    cseq: u32,
    agent: Agent,
}

impl Binding {
    /// Lets a request go to the telephone, by the way that its REGISTER came.
    pub fn aim(&self, request: &mut Message) {
        request.set_request_uri(&self.contact);
        request.remove(HeaderName::Route);
        for hop in &self.path {
            request.push(HeaderName::Route, hop);
        }
    }

    /// The proxies of the way, for a request that is yet to be made.
    pub fn path(&self) -> &[String] {
        &self.path
    }

    /// Hop to the telephone.
    pub fn hop(&self) -> Hop {
        Hop { transport: self.transport, address: self.remote, name: String::new() }
    }
}

#[derive(Default)]
struct State {
    bindings: HashMap<String, Vec<Binding>>,
    /// Last summary of each address, for phones that register later.
    waiting: HashMap<String, WaitingCounts>,
    /// Telephones that asked to be told (RFC 6665).
    subscriptions: HashMap<String, Vec<Subscription>>,
}

/// A subscription to messages that wait, or to presence.
pub(super) struct Subscription {
    pub dialog: Dialog,
    pub hop: Hop,
    pub expires: Instant,
    pub agent: Agent,
    pub contact: String,
}

impl Subscription {
    /// Answers a SUBSCRIBE with 200 and keeps its dialog; one that has none is refused.
    pub fn accept(front_end: &FrontEnd, incoming: &Incoming, life: Duration) -> Option<Subscription> {
        let tag = signaling::agent::token();
        let Some(dialog) = Dialog::for_callee(&incoming.request, &tag) else {
            incoming.reply(400, "", &[]);
            return None;
        };
        let (source, agent) = (&incoming.source, &front_end.agent);
        let contact = format!("<{}>", agent.contact_uri("", source.transport, source.remote.ip()));
        if let Some(transaction) = &incoming.transaction {
            let mut response = Message::response_to(&incoming.request, 200, "");
            response.ensure_to_tag(&tag);
            response.push(HeaderName::Expires, life.as_secs().to_string());
            response.push(HeaderName::Contact, &contact);
            transaction.respond(response);
        }
        let hop = Hop { transport: source.transport, address: source.remote, name: String::new() };
        Some(Subscription { dialog, hop, expires: Instant::now() + life, agent: agent.clone(), contact })
    }

    /// The next NOTIFY of waiting messages.
    pub fn notify_waiting(&mut self, address: &str, counts: &WaitingCounts) -> Message {
        self.notify("message-summary", "application/simple-message-summary", &summary_body(address, counts))
    }

    /// The next NOTIFY.
    pub fn notify(&mut self, package: &str, kind: &str, body: &str) -> Message {
        let left = self.expires.saturating_duration_since(Instant::now()).as_secs();
        let state = if left == 0 { "terminated;reason=timeout".to_string() } else { format!("active;expires={left}") };
        let mut notify = self.dialog.request(Method::Notify);
        notify.push(HeaderName::Contact, &self.contact);
        notify.push(HeaderName::Event, package);
        notify.push(HeaderName::SubscriptionState, state);
        notify.set_body(kind, body.to_owned());
        notify
    }
}

/// The register; clones share it.
#[derive(Clone, Default)]
pub struct Registrations {
    state: Arc<Mutex<State>>,
}

impl Registrations {
    /// Answers a REGISTER that may be carried out.
    pub fn register(&self, agent: &Agent, incoming: &Incoming) {
        let Some(to) = incoming.request.typed::<To>() else {
            return incoming.reply(400, "", &[]);
        };
        let address = to.0.uri.address();
        let default =
            incoming.request.text(HeaderName::Expires).and_then(|e| e.trim().parse().ok()).unwrap_or(DEFAULT_EXPIRES);
        let cseq = incoming.request.typed::<signaling::headers::CSeq>().map_or(0, |c| c.number);
        let call_id = incoming.request.call_id().to_string();
        let path: Vec<String> = incoming.request.texts(HeaderName::Path).map(str::to_string).collect();
        let contacts = incoming.request.all::<Contact>();
        let mut fresh = Vec::new();
        for contact in &contacts {
            let Contact::Address(contact) = contact else {
                if default != 0 || contacts.len() != 1 {
                    return incoming.reply(400, "", &[]);
                }
                self.state.lock().bindings.remove(&address);
                return incoming.reply(200, "", &[]);
            };
            let expires = contact.param("expires").and_then(|e| e.parse().ok()).unwrap_or(default);
            if expires > 0 && expires < MIN_EXPIRES {
                return incoming.reply(423, "", &[(HeaderName::MinExpires, MIN_EXPIRES.to_string())]);
            }
            fresh.push((contact.uri.to_string(), expires.min(MAX_EXPIRES)));
        }
        let now = Instant::now();
        let mut state = self.state.lock();
        let bindings = state.bindings.entry(address.clone()).or_default();
        bindings.retain(|b| b.expires > now);
        for (contact, expires) in fresh {
            if bindings.iter().any(|b| b.contact == contact && b.call_id == call_id && b.cseq >= cseq) {
                drop(state);
                return incoming.reply(500, "Out of Order", &[]);
            }
            bindings.retain(|b| b.contact != contact);
            if expires > 0 {
                bindings.push(Binding {
                    contact,
                    transport: incoming.source.transport,
                    remote: incoming.source.remote,
                    path: path.clone(),
                    expires: now + Duration::from_secs(expires),
                    call_id: call_id.clone(),
                    cseq,
                    agent: agent.clone(),
                });
            }
        }
        let mut headers: Vec<_> = bindings
            .iter()
            .map(|b| {
                (
                    HeaderName::Contact,
                    format!("<{}>;expires={}", b.contact, b.expires.saturating_duration_since(now).as_secs()),
                )
            })
            .collect();
        // RFC 3327 5.3: who registers sees the way that calls will take.
        headers.extend(path.into_iter().map(|hop| (HeaderName::Path, hop)));
        let waiting = state.waiting.get(&address).copied();
        let newest = state.bindings.get(&address).and_then(|b| b.last()).cloned();
        drop(state);
        incoming.reply(200, "", &headers);
        if let (Some(counts), Some(binding)) = (waiting, newest) {
            tokio::spawn(async move { send_summary(&binding, &address, &counts).await });
        }
    }

    /// Live bindings of an address of record.
    pub fn of(&self, address: &str) -> Vec<Binding> {
        let now = Instant::now();
        let state = self.state.lock();
        state
            .bindings
            .get(&address.to_lowercase())
            .map_or(Vec::new(), |b| b.iter().filter(|b| b.expires > now).cloned().collect())
    }

    /// A binding whose user part fits.
    pub fn by_user(&self, fits: impl Fn(&str) -> bool) -> Option<Binding> {
        let now = Instant::now();
        let state = self.state.lock();
        let found = state
            .bindings
            .iter()
            .find(|(a, b)| fits(a.split('@').next().unwrap_or("")) && b.iter().any(|b| b.expires > now));
        found.and_then(|(_, b)| b.iter().rev().find(|b| b.expires > now).cloned())
    }

    /// Whether a message came from where a telephone of that address registered.
    pub fn is_from(&self, address: &str, remote: SocketAddr) -> bool {
        self.of(address).iter().any(|b| b.remote == remote)
    }

    /// Keeps a subscription; a new one from the same telephone replaces the old, one without time left ends it.
    pub(super) fn subscribe(&self, address: &str, subscription: Subscription) {
        let mut state = self.state.lock();
        let all = state.subscriptions.entry(address.to_lowercase()).or_default();
        all.retain(|s| s.expires > Instant::now() && s.dialog.call_id != subscription.dialog.call_id);
        if subscription.expires > Instant::now() {
            all.push(subscription);
        }
    }

    /// Last state that unified messaging told of an address.
    pub fn waiting_of(&self, address: &str) -> Option<WaitingCounts> {
        self.state.lock().waiting.get(&address.to_lowercase()).copied()
    }

    /// Tells the telephones of an address about waiting messages, now and when they register.
    pub fn message_waiting(&self, runtime: &Arc<Runtime>, address: &str, counts: WaitingCounts) {
        let address = crate::config::bare_address(address).to_lowercase();
        self.state.lock().waiting.insert(address.clone(), counts);
        let mut bindings = self.of(&address);
        let mut notifies = Vec::new();
        if let Some(subscriptions) = self.state.lock().subscriptions.get_mut(&address) {
            subscriptions.retain(|s| s.expires > Instant::now());
            for subscription in subscriptions {
                // Who asked is told in the subscription's dialog and not twice.
                bindings.retain(|b| b.remote != subscription.hop.address);
                let notify = subscription.notify_waiting(&address, &counts);
                notifies.push((subscription.agent.clone(), subscription.hop.clone(), notify));
            }
        }
        for (agent, hop, notify) in notifies {
            tokio::spawn(async move {
                if let Err(error) = agent.request_to(notify, &[hop], None).await {
                    tracing::debug!(%error, "NOTIFY unanswered");
                }
            });
        }
        let runtime = runtime.clone();
        tokio::spawn(async move {
            for binding in bindings {
                if let Some(status) = send_summary(&binding, &address, &counts).await
                    && matches!(status, 481 | 489)
                {
                    runtime.events.write(
                        1033,
                        "Warning",
                        binding.agent.name(),
                        "",
                        format!("{address} refuses message waiting with {status}."),
                    );
                }
            }
        });
    }
}

/// Unsolicited NOTIFY; the status of the answer.
async fn send_summary(binding: &Binding, address: &str, counts: &WaitingCounts) -> Option<u16> {
    let from = format!("<sip:{address}>;tag={}", signaling::agent::token());
    let call_id = format!("{}@{}", signaling::agent::token(), binding.agent.name());
    let contact = binding.agent.contact_uri("", binding.transport, binding.remote.ip());
    let mut notify =
        RequestBuilder::new(Method::Notify, &binding.contact, &from, &format!("<sip:{address}>"), &call_id, 1)
            .header(HeaderName::Contact, format!("<{contact}>"))
            .header(HeaderName::Event, "message-summary")
            .header(HeaderName::SubscriptionState, "terminated")
            .body("application/simple-message-summary", summary_body(address, counts))
            .build();
    binding.aim(&mut notify);
    match binding.agent.request_to(notify, &[binding.hop()], None).await {
        Ok(reply) => Some(reply.message.status()),
        Err(error) => {
            tracing::debug!(%error, address, "message waiting not delivered");
            None
        }
    }
}
