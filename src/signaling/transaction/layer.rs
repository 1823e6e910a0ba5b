//! All transactions of one server, and the clock that drives them.

use super::client::{ClientState, ClientTransaction};
use super::key::{ClientKey, ServerKey};
use super::server::{ServerState, ServerTransaction};
use super::timer::{Timer, Timers};
use super::{T1, T2, T4, TIMEOUT};
use crate::headers::Via;
use crate::message::{HeaderName, Message, Method};
use crate::transport::{Hop, Source};
use bytes::Bytes;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

/// What the machines want done.
#[derive(Debug)]
pub enum Output {
    /// Send a request; failure is reported under the key.
    Send { key: ClientKey, hop: Hop, bytes: Bytes },
    /// Send a response.
    Reply { source: Source, to: SocketAddr, bytes: Bytes },
    /// A response for the user of a client transaction; every 2xx of an INVITE comes up.
    Response { key: ClientKey, message: Message },
    /// No answer within 64 * T1.
    ClientTimeout { key: ClientKey },
    /// The request could not be delivered; `trust` when TLS refused the peer.
    ClientFailed { key: ClientKey, trust: bool },
    /// A new request; ACK of a 2xx comes without key.
    Request { key: Option<ServerKey>, message: Message, source: Source },
    /// The INVITE was cancelled; the CANCEL is answered already.
    Cancelled { key: ServerKey },
    /// A final response to INVITE was never acknowledged.
    NoAck { key: ServerKey },
    /// A response that belongs to no transaction.
    StrayResponse { message: Message, source: Source },
    /// A server transaction is over.
    ServerEnded { key: ServerKey },
    /// A client transaction is over.
    ClientEnded { key: ClientKey },
}

/// The transaction layer.
#[derive(Debug, Default)]
pub struct TransactionLayer {
    clients: HashMap<ClientKey, ClientTransaction>,
    servers: HashMap<ServerKey, ServerTransaction>,
    /// 2xx waiting for ACK: Call-ID, CSeq number and From tag lead to the transaction.
    accepted: HashMap<(String, String, String), ServerKey>,
    timers: Timers,
    serial: u64,
    outputs: Vec<Output>,
}

fn cseq_number(message: &Message) -> String {
    message.text(HeaderName::CSeq).and_then(|c| c.split_whitespace().next()).unwrap_or("").to_string()
}

fn ack_key(message: &Message) -> (String, String, String) {
    (message.call_id().to_string(), cseq_number(message), message.from_tag().unwrap_or_default())
}

impl TransactionLayer {
    /// A layer without transactions.
    pub fn new() -> TransactionLayer {
        TransactionLayer::default()
    }

    /// Transactions alive.
    pub fn len(&self) -> usize {
        self.clients.len() + self.servers.len()
    }

    /// Whether no transaction is alive.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What is to be done since the last call.
    pub fn take_outputs(&mut self) -> Vec<Output> {
        std::mem::take(&mut self.outputs)
    }

    /// Whether there is something to be done.
    pub fn has_outputs(&self) -> bool {
        !self.outputs.is_empty()
    }

    /// When [`TransactionLayer::advance`] must be called next.
    pub fn next_timer(&self) -> Option<Duration> {
        self.timers.next()
    }

    fn next_serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// Sends a request that has its Via on top.
    pub fn start_client(&mut self, request: Message, hop: Hop, now: Duration) -> Option<ClientKey> {
        let key = ClientKey::of(&request)?;
        let serial = self.next_serial();
        let bytes = request.to_bytes();
        let invite = request.method() == Method::Invite;
        if !hop.transport.is_reliable() {
            self.timers.add(now + T1, Timer::ClientRetransmit(key.clone(), serial));
        }
        self.timers.add(now + TIMEOUT, Timer::ClientTimeout(key.clone(), serial));
        self.outputs.push(Output::Send { key: key.clone(), hop: hop.clone(), bytes: bytes.clone() });
        self.clients.insert(
            key.clone(),
            ClientTransaction {
                serial,
                state: ClientState::Calling,
                invite,
                request,
                bytes,
                hop,
                interval: T1,
                ack: None,
            },
        );
        Some(key)
    }

    /// Cancels an INVITE (RFC 3261 9.1); before a provisional response nothing may be sent, then it returns false.
    pub fn cancel(&mut self, key: &ClientKey, extra: &[(HeaderName, String)], now: Duration) -> bool {
        let Some(client) = self.clients.get(key) else {
            return true;
        };
        match client.state {
            ClientState::Calling => false,
            ClientState::Proceeding => {
                let mut cancel = client.cancel();
                for (name, value) in extra {
                    cancel.push(name.clone(), value);
                }
                let hop = client.hop.clone();
                let serial = client.serial;
                // The final response must come within 64 * T1 of the CANCEL, or the INVITE counts as gone.
                self.timers.add(now + TIMEOUT, Timer::ClientEnd(key.clone(), serial));
                self.start_client(cancel, hop, now);
                true
            }
            ClientState::Accepted | ClientState::Completed => true,
        }
    }

    /// Delivery of a request failed.
    pub fn failed(&mut self, key: &ClientKey, trust: bool) {
        if self.clients.get(key).is_some_and(|c| matches!(c.state, ClientState::Calling | ClientState::Proceeding)) {
            self.clients.remove(key);
            self.outputs.push(Output::ClientFailed { key: key.clone(), trust });
            self.outputs.push(Output::ClientEnded { key: key.clone() });
        }
    }

    /// Takes a message from a transport.
    pub fn receive(&mut self, message: Message, source: Source, now: Duration) {
        if message.is_request() {
            self.receive_request(message, source, now)
        } else {
            self.receive_response(message, source, now)
        }
    }

    fn receive_response(&mut self, message: Message, source: Source, now: Duration) {
        let Some(key) = ClientKey::of(&message) else {
            return;
        };
        let Some(client) = self.clients.get_mut(&key) else {
            self.outputs.push(Output::StrayResponse { message, source });
            return;
        };
        let status = message.status();
        let serial = client.serial;
        let reliable = client.hop.transport.is_reliable();
        match (client.invite, status) {
            (_, 100..=199) => {
                if client.state == ClientState::Calling {
                    client.state = ClientState::Proceeding;
                    client.interval = T2;
                }
                if client.state == ClientState::Proceeding {
                    self.outputs.push(Output::Response { key, message });
                }
            }
            (true, 200..=299) => {
                if client.state != ClientState::Completed {
                    if client.state != ClientState::Accepted {
                        client.state = ClientState::Accepted;
                        client.shed();
                        self.timers.add(now + TIMEOUT, Timer::ClientEnd(key.clone(), serial));
                    }
                    self.outputs.push(Output::Response { key, message });
                }
            }
            (true, _) => match client.state {
                ClientState::Calling | ClientState::Proceeding => {
                    client.state = ClientState::Completed;
                    let ack = client.failure_ack(&message).to_bytes();
                    client.ack = Some(ack.clone());
                    client.shed();
                    self.outputs.push(Output::Send { key: key.clone(), hop: client.hop.clone(), bytes: ack });
                    let wait = if reliable { Duration::ZERO } else { TIMEOUT };
                    self.timers.add(now + wait, Timer::ClientEnd(key.clone(), serial));
                    self.outputs.push(Output::Response { key, message });
                }
                ClientState::Completed => {
                    if let Some(ack) = client.ack.clone() {
                        self.outputs.push(Output::Send { key, hop: client.hop.clone(), bytes: ack });
                    }
                }
                ClientState::Accepted => {}
            },
            (false, _) => {
                if client.state != ClientState::Completed {
                    client.state = ClientState::Completed;
                    client.shed();
                    let wait = if reliable { Duration::ZERO } else { T4 };
                    self.timers.add(now + wait, Timer::ClientEnd(key.clone(), serial));
                    self.outputs.push(Output::Response { key, message });
                }
            }
        }
    }

    fn receive_request(&mut self, mut message: Message, source: Source, now: Duration) {
        // Asked before the field is written anew with where the request came from.
        let has_gaps = message.text(HeaderName::Via).is_some_and(has_empty_parameters);
        let Some(via) = note_source(&mut message, &source) else {
            return;
        };
        let Some(key) = ServerKey::with_via(&message, &via) else {
            return;
        };
        let method = message.method();
        if method == Method::Ack {
            self.receive_ack(key, message, source, now);
            return;
        }
        if let Some(server) = self.servers.get(&key) {
            // A retransmission: answer as before.
            if let Some(last) = &server.last
                && server.state != ServerState::Confirmed
            {
                self.outputs.push(Output::Reply {
                    source: server.source.clone(),
                    to: server.reply_to,
                    bytes: last.clone(),
                });
            }
            return;
        }
        if let Some(problem) = malformed(&message).or(has_gaps.then_some(400)) {
            let mut response = Message::response_to(&message, problem, "");
            response.ensure_to_tag("malformed");
            let to = reply_address(&via, &source);
            self.outputs.push(Output::Reply { source, to, bytes: response.to_bytes() });
            return;
        }
        let invite = method == Method::Invite;
        let serial = self.next_serial();
        let server = ServerTransaction {
            serial,
            state: ServerState::Proceeding,
            invite,
            reply_to: reply_address(&via, &source),
            acknowledged_by: ack_key(&message),
            request: Some(message.clone()),
            source: source.clone(),
            last: None,
            interval: T1,
            cancelled: false,
        };
        self.servers.insert(key.clone(), server);
        if invite {
            self.timers.add(now + Duration::from_millis(200), Timer::Trying(key.clone(), serial));
        }
        if method == Method::Cancel {
            self.receive_cancel(&key, &message, now);
            return;
        }
        self.outputs.push(Output::Request { key: Some(key), message, source });
    }

    fn receive_cancel(&mut self, key: &ServerKey, message: &Message, now: Duration) {
        let target = ServerKey::of_cancelled(message);
        let found = target.as_ref().and_then(|t| self.servers.get_mut(t));
        let status = if found.is_some() { 200 } else { 481 };
        if let (Some(target), Some(server)) = (&target, found)
            && server.state == ServerState::Proceeding
            && !server.cancelled
        {
            server.cancelled = true;
            self.outputs.push(Output::Cancelled { key: target.clone() });
        }
        let mut response = Message::response_to(message, status, "");
        response.ensure_to_tag("cancel");
        self.respond(key, response, now);
    }

    fn receive_ack(&mut self, key: ServerKey, message: Message, source: Source, now: Duration) {
        let reliable = source.transport.is_reliable();
        if let Some(server) = self.servers.get_mut(&key) {
            if server.state == ServerState::Completed {
                server.state = ServerState::Confirmed;
                let wait = if reliable { Duration::ZERO } else { T4 };
                self.timers.add(now + wait, Timer::ServerEnd(key, server.serial));
                return;
            }
            if server.state == ServerState::Confirmed {
                return;
            }
        }
        if let Some(accepted) = self.accepted.remove(&ack_key(&message))
            && let Some(server) = self.servers.get_mut(&accepted)
        {
            server.state = ServerState::Confirmed;
            self.timers
                .add(now + if reliable { Duration::ZERO } else { T4 }, Timer::ServerEnd(accepted, server.serial));
        }
        self.outputs.push(Output::Request { key: None, message, source });
    }

    /// Sends a response; a 2xx to INVITE is repeated until its ACK comes.
    pub fn respond(&mut self, key: &ServerKey, response: Message, now: Duration) {
        self.respond_with(key, response, true, now);
    }

    /// Sends a response; a proxy passes `repeat = false`, since the 2xx it forwards is repeated by its originator.
    pub fn respond_with(&mut self, key: &ServerKey, response: Message, repeat: bool, now: Duration) {
        let Some(server) = self.servers.get_mut(key) else {
            return;
        };
        let status = response.status();
        let forwarded_again = server.state == ServerState::Accepted && (200..300).contains(&status);
        if server.state != ServerState::Proceeding && !forwarded_again {
            return;
        }
        let bytes = response.to_bytes();
        let to = server.reply_to;
        self.outputs.push(Output::Reply { source: server.source.clone(), to, bytes: bytes.clone() });
        server.last = Some(bytes);
        if status < 200 || forwarded_again {
            return;
        }
        // Final: only repetitions come now, which the response answers.
        server.request = None;
        let serial = server.serial;
        let reliable = server.source.transport.is_reliable();
        if !server.invite {
            server.state = ServerState::Completed;
            self.timers
                .add(now + if reliable { Duration::ZERO } else { TIMEOUT }, Timer::ServerEnd(key.clone(), serial));
        } else if status < 300 {
            server.state = ServerState::Accepted;
            if repeat {
                self.accepted.insert(server.acknowledged_by.clone(), key.clone());
                self.timers.add(now + T1, Timer::ServerRetransmit(key.clone(), serial));
                self.timers.add(now + TIMEOUT, Timer::ServerTimeout(key.clone(), serial));
            } else {
                self.timers.add(now + TIMEOUT, Timer::ServerEnd(key.clone(), serial));
            }
        } else {
            server.state = ServerState::Completed;
            if !reliable {
                self.timers.add(now + T1, Timer::ServerRetransmit(key.clone(), serial));
            }
            self.timers.add(now + TIMEOUT, Timer::ServerTimeout(key.clone(), serial));
        }
    }

    /// The request of a server transaction.
    pub fn server_request(&self, key: &ServerKey) -> Option<&Message> {
        self.servers.get(key).and_then(|s| s.request.as_ref())
    }

    /// Runs all timers that are due.
    pub fn advance(&mut self, now: Duration) {
        while let Some(timer) = self.timers.pop_due(now) {
            match timer {
                Timer::ClientRetransmit(key, serial) => self.retransmit_request(key, serial, now),
                Timer::ClientTimeout(key, serial) => self.time_out_request(key, serial),
                Timer::ClientEnd(key, serial) => {
                    if self.clients.get(&key).is_some_and(|c| c.serial == serial) {
                        let gone = self.clients.remove(&key);
                        if gone.is_some_and(|c| c.state == ClientState::Proceeding) {
                            self.outputs.push(Output::ClientTimeout { key: key.clone() });
                        }
                        self.outputs.push(Output::ClientEnded { key });
                    }
                }
                Timer::Trying(key, serial) => self.send_trying(&key, serial, now),
                Timer::ServerRetransmit(key, serial) => self.retransmit_response(key, serial, now),
                Timer::ServerTimeout(key, serial) => {
                    let Some(server) = self.servers.get(&key).filter(|s| s.serial == serial) else {
                        continue;
                    };
                    if matches!(server.state, ServerState::Accepted | ServerState::Completed) {
                        let accepted = server.state == ServerState::Accepted;
                        self.accepted.remove(&server.acknowledged_by);
                        self.servers.remove(&key);
                        if accepted {
                            self.outputs.push(Output::NoAck { key: key.clone() });
                        }
                        self.outputs.push(Output::ServerEnded { key });
                    }
                }
                Timer::ServerEnd(key, serial) => {
                    if self.servers.get(&key).is_some_and(|s| s.serial == serial) {
                        self.servers.remove(&key);
                        self.outputs.push(Output::ServerEnded { key });
                    }
                }
            }
        }
    }

    fn retransmit_request(&mut self, key: ClientKey, serial: u64, now: Duration) {
        let Some(client) = self.clients.get_mut(&key).filter(|c| c.serial == serial) else {
            return;
        };
        match (client.invite, client.state) {
            (_, ClientState::Calling) => {
                client.interval *= 2;
                if !client.invite {
                    client.interval = client.interval.min(T2);
                }
            }
            (false, ClientState::Proceeding) => client.interval = T2,
            _ => return,
        }
        self.timers.add(now + client.interval, Timer::ClientRetransmit(key.clone(), serial));
        self.outputs.push(Output::Send { key, hop: client.hop.clone(), bytes: client.bytes.clone() });
    }

    fn time_out_request(&mut self, key: ClientKey, serial: u64) {
        let Some(client) = self.clients.get(&key).filter(|c| c.serial == serial) else {
            return;
        };
        // Timer B runs only in Calling; F also in Proceeding.
        let due = client.state == ClientState::Calling || (!client.invite && client.state == ClientState::Proceeding);
        if due {
            self.clients.remove(&key);
            self.outputs.push(Output::ClientTimeout { key: key.clone() });
            self.outputs.push(Output::ClientEnded { key });
        }
    }

    fn send_trying(&mut self, key: &ServerKey, serial: u64, now: Duration) {
        let Some(server) = self.servers.get(key).filter(|s| s.serial == serial) else {
            return;
        };
        if server.state == ServerState::Proceeding && server.last.is_none() {
            let Some(request) = &server.request else { return };
            let trying = Message::response_to(request, 100, "");
            self.respond(key, trying, now);
        }
    }

    fn retransmit_response(&mut self, key: ServerKey, serial: u64, now: Duration) {
        let Some(server) = self.servers.get_mut(&key).filter(|s| s.serial == serial) else {
            return;
        };
        if !matches!(server.state, ServerState::Completed | ServerState::Accepted) {
            return;
        }
        let Some(last) = server.last.clone() else {
            return;
        };
        server.interval = (server.interval * 2).min(T2);
        self.timers.add(now + server.interval, Timer::ServerRetransmit(key.clone(), serial));
        self.outputs.push(Output::Reply { source: server.source.clone(), to: server.reply_to, bytes: last });
    }
}

/// Whether nothing stands between two semicolons (RFC 4475 3.1.2.1); one at the end is let pass.
fn has_empty_parameters(field: &str) -> bool {
    let parameters = field.split_once(';').map_or("", |(_, parameters)| parameters);
    parameters.rsplit(';').skip(1).any(|parameter| parameter.trim().is_empty())
}

/// RFC 3261 18.2.1 and RFC 3581: writes down where the request really came from; gives the topmost Via.
fn note_source(message: &mut Message, source: &Source) -> Option<Via> {
    let mut via = message.typed::<Via>()?;
    let ip = source.remote.ip().to_string();
    let host = via.host.trim_start_matches('[').trim_end_matches(']');
    let rport = via.param("rport").is_some();
    if host == ip && !rport {
        return Some(via);
    }
    via.set_param("received", Some(&ip));
    if rport {
        via.set_param("rport", Some(&source.remote.port().to_string()));
    }
    message.pop_front(HeaderName::Via);
    message.push_front(HeaderName::Via, via.to_string());
    // push_front puts the field before others of its name; with none left it must still lead.
    Some(via)
}

fn reply_address(via: &Via, source: &Source) -> SocketAddr {
    if via.param("rport").is_none() && !source.transport.is_reliable() {
        return SocketAddr::new(source.remote.ip(), via.port.unwrap_or(source.transport.default_port()));
    }
    source.remote
}

/// Checks what RFC 3261 8.1.1 demands of each request; the status to refuse with.
fn malformed(message: &Message) -> Option<u16> {
    let cseq = message.typed::<crate::headers::CSeq>();
    if cseq.is_none_or(|c| c.method != message.method()) || message.call_id().is_empty() {
        return Some(400);
    }
    if message.typed::<crate::headers::From>().is_none() || message.typed::<crate::headers::To>().is_none() {
        return Some(400);
    }
    // RFC 4475 3.3.8: what stands once may not stand twice.
    let single = [HeaderName::From, HeaderName::To, HeaderName::CallId, HeaderName::CSeq, HeaderName::MaxForwards];
    if single.iter().any(|name| message.headers.iter().filter(|h| h.name == *name).count() > 1) {
        return Some(400);
    }
    match crate::uri::Uri::parse(message.request_uri()) {
        Some(crate::uri::Uri::Other(_)) => return Some(416),
        Some(_) => {}
        None => return Some(400),
    }
    match message.text(HeaderName::MaxForwards) {
        Some(text) if text.parse::<u32>().is_ok_and(|n| n <= 255) => None,
        Some(_) => Some(400),
        None => None,
    }
}

#[cfg(test)]
mod tests;
