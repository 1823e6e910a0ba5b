//! Transports and transactions of one server, joined and driven by tokio's clock.

use super::incoming::{Incoming, Progress, ServerState, ServerTransaction};
use super::outgoing::{ClientEvent, Listener};
use super::queue::Sender;
use super::{AgentConfig, TraceEntry, token};
use crate::message::{HeaderName, Message, Method};
use crate::resolve::Resolve;
use crate::transaction::{ClientKey, Output, ServerKey, TransactionLayer};
use crate::transport::{Hop, Sink, Source, Transport, TransportError, Transports};
use bytes::Bytes;
use std::collections::HashMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;

/// Requests that may wait for a role; more are refused with 503.
const BACKLOG: usize = 4096;

struct Shared {
    config: AgentConfig,
    started: Instant,
    layer: Mutex<TransactionLayer>,
    transports: std::sync::OnceLock<Transports>,
    /// Handle for the transactions that are handed out.
    myself: std::sync::OnceLock<Weak<Shared>>,
    clients: Mutex<HashMap<ClientKey, Listener>>,
    servers: Mutex<HashMap<ServerKey, Arc<Progress>>>,
    /// Requests within a dialog go to whoever holds it: (Call-ID, our tag).
    dialogs: Mutex<HashMap<(String, String), Sender<Incoming>>>,
    /// Reliable provisional responses that wait for PRACK: (Call-ID, our tag, RSeq).
    pracks: Mutex<HashMap<(String, String, u32), Arc<Notify>>>,
    incoming: mpsc::Sender<Incoming>,
    wake: Notify,
    /// The moment that the timer task sleeps until.
    sleeping: Mutex<Option<Duration>>,
    /// Whether somebody does what the machines want: one at a time, or messages overtake each other.
    performing: AtomicBool,
    timer: Mutex<Option<tokio::task::JoinHandle<()>>>,
}

/// One SIP endpoint; clones share it.
#[derive(Clone)]
pub struct Agent {
    shared: Arc<Shared>,
}

impl fmt::Debug for Agent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Agent({})", self.shared.config.name)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Agent {
    /// Opens all listeners. Requests come out of the receiver, except those within a dialog that somebody holds.
    pub async fn open(config: AgentConfig) -> Result<(Agent, mpsc::Receiver<Incoming>), TransportError> {
        let (incoming, receiver) = mpsc::channel(BACKLOG);
        let shared = Arc::new(Shared {
            started: Instant::now(),
            layer: Mutex::new(TransactionLayer::new()),
            transports: std::sync::OnceLock::new(),
            myself: std::sync::OnceLock::new(),
            clients: Mutex::default(),
            servers: Mutex::default(),
            dialogs: Mutex::default(),
            pracks: Mutex::default(),
            incoming,
            wake: Notify::new(),
            sleeping: Mutex::new(None),
            performing: AtomicBool::new(false),
            timer: Mutex::new(None),
            config,
        });
        let weak: Weak<Shared> = Arc::downgrade(&shared);
        let transports = Transports::new(
            shared.config.network.clone(),
            shared.config.address,
            shared.config.tls.clone(),
            weak.clone(),
        );
        let _ = shared.transports.set(transports.clone());
        let _ = shared.myself.set(weak.clone());
        for listen in &shared.config.listen {
            transports.listen(listen.transport, listen.port.saturating_add(shared.config.port_offset)).await?;
        }
        // Datagrams need a socket to be sent from even when nothing listens on UDP.
        if !shared.config.listen.iter().any(|l| l.transport == Transport::Udp) {
            transports.listen(Transport::Udp, 0).await?;
        }
        *lock(&shared.timer) = Some(tokio::spawn(run_timers(weak)));
        Ok((Agent { shared }, receiver))
    }

    /// Closes listeners and streams; running transactions end unanswered.
    pub fn close(&self) {
        if let Some(transports) = self.shared.transports.get() {
            transports.close();
        }
        if let Some(timer) = lock(&self.shared.timer).take() {
            timer.abort();
        }
        lock(&self.shared.dialogs).clear();
        lock(&self.shared.clients).clear();
        lock(&self.shared.servers).clear();
    }

    /// FQDN of the server.
    pub fn name(&self) -> &str {
        &self.shared.config.name
    }

    /// Configuration it was opened with.
    pub fn config(&self) -> &AgentConfig {
        &self.shared.config
    }

    /// Resolver of this agent.
    pub fn resolver(&self) -> &dyn Resolve {
        &*self.shared.config.resolver
    }

    /// Transactions alive, for tests and counters.
    pub fn transactions(&self) -> usize {
        lock(&self.shared.layer).len()
    }

    /// Logical port of the listener of a transport.
    pub fn port_of(&self, transport: Transport) -> u16 {
        let port = self.shared.config.listen.iter().find(|l| l.transport == transport).map(|l| l.port);
        port.unwrap_or(transport.default_port())
    }

    /// How we name ourselves to a peer: by FQDN inside the organisation, by address to all others, who cannot resolve it.
    pub fn host_for(&self, peer: IpAddr) -> String {
        if self.shared.config.resolver.knows(peer) {
            return self.shared.config.name.clone();
        }
        match self.shared.config.address {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => format!("[{address}]"),
        }
    }

    /// Contact URI towards a peer. Outsiders get the real port, servers of the organisation the logical one.
    pub fn contact_uri(&self, user: &str, transport: Transport, peer: IpAddr) -> String {
        let known = self.shared.config.resolver.knows(peer);
        let offset = if known { 0 } else { self.shared.config.port_offset };
        let port = self.port_of(transport).saturating_add(offset);
        let host = self.host_for(peer);
        let at = if user.is_empty() { String::new() } else { format!("{user}@") };
        format!("sip:{at}{host}:{port};transport={}", transport.param())
    }

    /// A response with a To tag, Server header and our Contact left to the caller.
    pub fn response(&self, request: &Message, status: u16, reason: &str) -> Message {
        let mut response = Message::response_to(request, status, reason);
        if status > 100 {
            response.ensure_to_tag(&token());
        }
        response.push(HeaderName::Server, &self.shared.config.user_agent);
        response
    }

    fn now(&self) -> Duration {
        self.shared.started.elapsed()
    }

    pub(super) fn start_prepared(&self, request: Message, hop: Hop, listener: Listener) -> Option<ClientKey> {
        let key = ClientKey::of(&request)?;
        lock(&self.shared.clients).insert(key.clone(), listener);
        lock(&self.shared.layer).start_client(request, hop, self.now())?;
        self.shared.flush();
        Some(key)
    }

    /// Gives a client transaction another listener; none when it is over.
    pub(super) fn listen_to(&self, key: &ClientKey, listener: Listener) {
        if let Some(known) = lock(&self.shared.clients).get_mut(key) {
            *known = listener;
        }
    }

    /// Takes an event as the present listener of its transaction would.
    pub(super) fn redeliver(&self, key: &ClientKey, event: ClientEvent) {
        self.shared.client_event(key, event);
        self.shared.flush();
    }

    /// Cancels an INVITE; false when nothing came back yet and the caller must try again after the first response.
    pub fn cancel(&self, key: &ClientKey, extra: &[(HeaderName, String)]) -> bool {
        let done = lock(&self.shared.layer).cancel(key, extra, self.now());
        self.shared.flush();
        done
    }

    /// Sends without a transaction: ACK of a 2xx, forwarded ACK.
    pub fn send_ack(&self, mut ack: Message, hop: &Hop) {
        let via = crate::headers::Via {
            transport: hop.transport.via_name().into(),
            host: self.host_for(hop.address.ip()),
            port: Some(self.port_of(hop.transport)),
            params: vec![("branch".into(), Some(format!("z9hG4bK{}", token()))), ("rport".into(), None)],
        };
        if ack.text(HeaderName::Via).is_some() {
            ack.push_front(HeaderName::Via, via.to_string());
        } else {
            ack.headers.insert(0, crate::message::Header { name: HeaderName::Via, value: via.to_string().into() });
        }
        let bytes = ack.to_bytes();
        self.shared.trace(true, hop.transport, hop.address, &bytes);
        if let Some(transports) = self.shared.transports.get()
            && let Err(error) = transports.send(hop, bytes, "")
        {
            tracing::debug!(%error, "ACK not sent");
        }
    }

    /// The request of a server transaction.
    pub(super) fn server_request(&self, transaction: &ServerTransaction) -> Option<Message> {
        lock(&self.shared.layer).server_request(&transaction.key).cloned()
    }

    pub(super) fn respond(&self, key: &ServerKey, response: Message, repeat: bool) {
        lock(&self.shared.layer).respond_with(key, response, repeat, self.now());
        self.shared.flush();
    }

    /// Sends requests of a dialog to `sender` from now on.
    pub(super) fn hold_dialog(&self, call_id: &str, local_tag: &str, sender: Sender<Incoming>) {
        lock(&self.shared.dialogs).insert((call_id.to_string(), local_tag.to_string()), sender);
    }

    /// Is notified when the PRACK for a reliable provisional response comes; the PRACK itself is answered here.
    pub(super) fn expect_prack(&self, call_id: &str, local_tag: &str, rseq: u32) -> Arc<Notify> {
        let notify = Arc::new(Notify::new());
        lock(&self.shared.pracks).insert((call_id.to_string(), local_tag.to_string(), rseq), notify.clone());
        notify
    }

    /// Ends `hold_dialog`.
    pub fn release_dialog(&self, call_id: &str, local_tag: &str) {
        lock(&self.shared.dialogs).remove(&(call_id.to_string(), local_tag.to_string()));
    }
}

/// The right to do what the machines want; it ends with this, a panic included.
struct Turn<'a>(&'a AtomicBool);

impl<'a> Turn<'a> {
    fn take(performing: &'a AtomicBool) -> Option<Turn<'a>> {
        // Lazily: a turn that was made in vain would end that of somebody else when it is dropped.
        (!performing.swap(true, Ordering::AcqRel)).then(|| Turn(performing))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

async fn run_timers(shared: Weak<Shared>) {
    loop {
        let Some(strong) = shared.upgrade() else {
            return;
        };
        let now = strong.started.elapsed();
        let next = {
            let mut layer = lock(&strong.layer);
            layer.advance(now);
            layer.next_timer()
        };
        strong.flush_outputs();
        *lock(&strong.sleeping) = next;
        let until = strong.started + next.unwrap_or(now + Duration::from_secs(60)).min(now + Duration::from_secs(60));
        tokio::select! {
            () = tokio::time::sleep_until(until) => {}
            () = strong.wake.notified() => {}
        }
    }
}

impl Shared {
    /// Does what the machines want, and wakes the timer task when an earlier timer was set.
    fn flush(&self) {
        self.flush_outputs();
        let next = lock(&self.layer).next_timer();
        let sleeping = *lock(&self.sleeping);
        if let Some(next) = next
            && sleeping.is_none_or(|s| next < s)
        {
            self.wake.notify_one();
        }
    }

    /// Does what the machines want, in the order in which they wanted it: a 200 must not leave before the 180 that another thread
    /// took out a moment earlier. Who finds somebody at it leaves it to them, outputs of its own included.
    fn flush_outputs(&self) {
        while lock(&self.layer).has_outputs() {
            let Some(_turn) = Turn::take(&self.performing) else { return };
            loop {
                let outputs = lock(&self.layer).take_outputs();
                if outputs.is_empty() {
                    break;
                }
                for output in outputs {
                    self.perform(output);
                }
            }
            // What came after the last look and found us at it is seen by the loop's condition.
        }
    }

    fn trace(&self, sent: bool, transport: Transport, remote: SocketAddr, bytes: &Bytes) {
        if let Some(trace) = &self.config.trace {
            let port = self.config.listen.iter().find(|l| l.transport == transport).map_or(0, |l| l.port);
            trace(TraceEntry {
                agent: &self.config.name,
                sent,
                transport,
                local: SocketAddr::new(self.config.address, port),
                remote,
                known_peer: self.config.resolver.knows(remote.ip()),
                bytes,
            });
        }
    }

    fn perform(&self, output: Output) {
        let Some(transports) = self.transports.get() else {
            return;
        };
        match output {
            Output::Send { key, hop, bytes } => {
                self.trace(true, hop.transport, hop.address, &bytes);
                if let Err(error) = transports.send(&hop, bytes, &key.0) {
                    tracing::debug!(%error, "request not sent");
                    lock(&self.layer).failed(&key, matches!(error, TransportError::NoCertificate));
                }
            }
            Output::Reply { source, to, bytes } => {
                self.trace(true, source.transport, to, &bytes);
                if let Err(error) = transports.reply(&source, to, bytes) {
                    tracing::debug!(%error, "response not sent");
                }
            }
            Output::Response { key, message } => self.client_event(&key, ClientEvent::Response(message)),
            Output::ClientTimeout { key } => self.client_event(&key, ClientEvent::Timeout),
            Output::ClientFailed { key, trust } => self.client_event(&key, ClientEvent::Failed { trust }),
            Output::ClientEnded { key } => {
                lock(&self.clients).remove(&key);
            }
            Output::Request { key, message, source } => self.deliver(key, message, source),
            Output::Cancelled { key } => self.server_state(&key, ServerState::Cancelled),
            Output::NoAck { key } => self.server_state(&key, ServerState::NoAck),
            Output::ServerEnded { key } => {
                self.server_state(&key, ServerState::Ended);
                lock(&self.servers).remove(&key);
            }
            Output::StrayResponse { .. } => {}
        }
    }

    fn client_event(&self, key: &ClientKey, event: ClientEvent) {
        let mut clients = lock(&self.clients);
        match (clients.get_mut(key), event) {
            (Some(Listener::One(sender)), event) => {
                sender.send(event);
            }
            (Some(Listener::Branch(sender, index)), event) => {
                sender.send((*index, event));
            }
            (Some(Listener::Answered(server)), ClientEvent::Response(mut response)) if response.status() / 100 == 2 => {
                let server = server.clone();
                drop(clients);
                response.pop_front(HeaderName::Via);
                lock(&self.layer).respond_with(&server, response, false, self.started.elapsed());
            }
            (Some(Listener::Surplus { silent }), ClientEvent::Response(response)) => {
                let cancel = std::mem::take(silent) && response.status() < 200;
                drop(clients);
                if cancel {
                    lock(&self.layer).cancel(key, &[], self.started.elapsed());
                } else if response.status() / 100 == 2
                    && let Some(shared) = self.myself.get().and_then(Weak::upgrade)
                {
                    tokio::spawn(async move { super::proxy::hang_up(&Agent { shared }, &response).await });
                }
            }
            _ => {}
        }
    }

    fn server_state(&self, key: &ServerKey, state: ServerState) {
        if let Some(progress) = lock(&self.servers).get(key) {
            progress.set(state);
        }
    }

    fn deliver(&self, key: Option<ServerKey>, message: Message, source: Source) {
        let Some(shared) = self.myself.get().and_then(Weak::upgrade) else {
            return;
        };
        let agent = Agent { shared };
        let transaction = key.map(|key| {
            let progress = Arc::new(Progress::default());
            lock(&self.servers).insert(key.clone(), progress.clone());
            ServerTransaction { agent, key, progress }
        });
        let incoming = Incoming { request: message, source, transaction };
        if let Some(tag) = incoming.request.to_tag() {
            if incoming.request.method() == Method::Prack && self.take_prack(&incoming, &tag) {
                return;
            }
            let holder = lock(&self.dialogs).get(&(incoming.request.call_id().to_string(), tag)).cloned();
            if let Some(holder) = holder
                && holder.send(incoming.clone())
            {
                return;
            }
        } else if incoming.request.method() == Method::Invite
            && let Some(replaced) = incoming.request.typed::<crate::headers::Replaces>()
        {
            // Whoever holds the dialog decides; where nobody does the role refuses it, or forwards it as a proxy.
            let holder = lock(&self.dialogs).get(&(replaced.call_id, replaced.to_tag)).cloned();
            if let Some(holder) = holder
                && holder.send(incoming.clone())
            {
                return;
            }
        }
        if let Err(error) = self.incoming.try_send(incoming) {
            let incoming = match error {
                mpsc::error::TrySendError::Full(i) | mpsc::error::TrySendError::Closed(i) => i,
            };
            if incoming.request.method() != Method::Ack {
                incoming.reply(503, "", &[(HeaderName::RetryAfter, "10".into())]);
            }
        }
    }

    /// RFC 3262 3: 200 when it acknowledges something of ours, 481 when it is ours but matches nothing.
    fn take_prack(&self, incoming: &Incoming, tag: &str) -> bool {
        let call_id = incoming.request.call_id().to_string();
        if !lock(&self.dialogs).contains_key(&(call_id.clone(), tag.to_string())) {
            return false;
        }
        let found = incoming
            .request
            .typed::<crate::headers::RAck>()
            .and_then(|r| lock(&self.pracks).remove(&(call_id, tag.to_string(), r.rseq)));
        match found {
            Some(notify) => {
                notify.notify_one();
                incoming.reply(200, "", &[]);
            }
            None => incoming.reply(481, "", &[]),
        }
        true
    }
}

impl Sink for Shared {
    fn message(&self, message: Message, source: Source) {
        if self.config.trace.is_some() && !self.config.resolver.knows(source.remote.ip()) {
            self.trace(false, source.transport, source.remote, &message.to_bytes());
        }
        lock(&self.layer).receive(message, source, self.started.elapsed());
        self.flush();
    }

    fn failed(&self, tag: &str, trust: bool) {
        if !tag.is_empty() {
            lock(&self.layer).failed(&ClientKey(tag.into()), trust);
            self.flush();
        }
    }
}
