//! Placing a call: hops, redirects, challenges, provisional answers with PRACK, cancelling.

use super::outgoing::{ClientEvent, ClientTransaction, RequestError, authorize, bump_cseq};
use super::{Agent, Call, token};
use crate::auth::Credentials;
use crate::dialog::Dialog;
use crate::headers::{Contact, MsDiagnostics};
use crate::message::{HeaderName, Message, Method, RequestBuilder};
use crate::transport::Hop;
use std::collections::{HashMap, VecDeque};
use std::time::Duration;

/// Redirects followed before a call counts as looping.
const MAX_REDIRECTS: usize = 10;

/// How a call is placed.
#[derive(Debug, Clone, Default)]
pub struct InviteOptions {
    /// Request-URI.
    pub uri: String,
    /// From value without tag.
    pub from: String,
    /// To value.
    pub to: String,
    /// Call-ID; a random one when empty.
    pub call_id: String,
    /// Further header fields.
    pub headers: Vec<(HeaderName, String)>,
    /// Route values.
    pub routes: Vec<String>,
    /// Session description.
    pub sdp: Option<String>,
    /// User part of our Contact.
    pub contact_user: String,
    /// Follow 3xx ourselves (RFC 3261 8.1.3.4).
    pub follow_redirects: bool,
    pub credentials: Option<Credentials>,
    /// Hops instead of those that the URI resolves to.
    pub hops: Option<Vec<Hop>>,
    /// Time for the first response that says more than 100; then the hop counts as dead.
    pub first_response: Option<Duration>,
}

/// What happened to a call that is being placed.
#[derive(Debug)]
pub enum Progress {
    /// 101-199.
    Provisional(Message),
    /// 2xx; the ACK must be sent with [`Call::acknowledge`] when the 2xx carried an offer, else it has been sent.
    Answered { call: Box<Call>, response: Message },
    /// A final failure. `local` when no peer sent it.
    Failed { response: Message, local: bool },
}

/// A call that is being placed.
pub struct OutgoingInvite {
    agent: Agent,
    options: InviteOptions,
    request: Message,
    hops: VecDeque<Hop>,
    redirects: VecDeque<String>,
    visited: Vec<String>,
    current: Option<(ClientTransaction, Hop)>,
    early: HashMap<String, Dialog>,
    last_rseq: HashMap<String, u32>,
    heard: bool,
    /// When the hop counts as dead.
    dead_at: Option<tokio::time::Instant>,
    challenged: u32,
    cancelled: bool,
    cancel_headers: Vec<(HeaderName, String)>,
    done: bool,
    last_failure: Option<Message>,
}

impl Agent {
    /// Places a call.
    pub fn invite(&self, options: InviteOptions) -> OutgoingInvite {
        let call_id =
            if options.call_id.is_empty() { format!("{}@{}", token(), self.name()) } else { options.call_id.clone() };
        let from = format!("{};tag={}", options.from, token());
        let mut builder = RequestBuilder::new(Method::Invite, &options.uri, &from, &options.to, &call_id, 1)
            .header(HeaderName::Allow, ALLOW)
            .header(HeaderName::UserAgent, &self.config().user_agent);
        for route in &options.routes {
            builder = builder.header(HeaderName::Route, route);
        }
        if !options.headers.iter().any(|(n, _)| *n == HeaderName::Supported) {
            builder = builder.header(HeaderName::Supported, "100rel, timer, replaces");
        }
        for (name, value) in &options.headers {
            builder = builder.header(name.clone(), value);
        }
        if let Some(sdp) = &options.sdp {
            builder = builder.body("application/sdp", sdp.clone());
        }
        OutgoingInvite {
            agent: self.clone(),
            request: builder.build(),
            hops: VecDeque::new(),
            redirects: VecDeque::from([options.uri.clone()]),
            visited: Vec::new(),
            current: None,
            early: HashMap::new(),
            last_rseq: HashMap::new(),
            heard: false,
            dead_at: None,
            challenged: 0,
            cancelled: false,
            cancel_headers: Vec::new(),
            done: false,
            last_failure: None,
            options,
        }
    }
}

/// Methods that our dialogs understand.
pub(super) const ALLOW: &str = "INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, UPDATE, INFO, REFER, NOTIFY, MESSAGE";

impl OutgoingInvite {
    /// Call-ID of the call.
    pub fn call_id(&self) -> &str {
        self.request.call_id()
    }

    /// The INVITE as it was sent last.
    pub fn request(&self) -> &Message {
        &self.request
    }

    /// Cancels; the call then fails with 487, or is hung up when the answer crossed.
    pub fn cancel(&mut self, headers: Vec<(HeaderName, String)>) {
        self.cancelled = true;
        self.cancel_headers = headers;
        if let Some((transaction, _)) = &self.current {
            self.agent.cancel(transaction.key(), &self.cancel_headers);
        }
    }

    fn local(&self, status: u16, diagnosis: Option<MsDiagnostics>) -> Message {
        let mut response = self.agent.response(&self.request, status, "");
        if let Some(diagnosis) = diagnosis {
            response.push(HeaderName::MsDiagnostics, diagnosis.to_string());
        }
        response
    }

    fn failure(&self, error: &RequestError) -> Message {
        let name = self.agent.name();
        match error {
            RequestError::Timeout => self.local(408, Some(MsDiagnostics::new(5001, "Request timed out.", name))),
            RequestError::Trust => self.local(
                504,
                Some(MsDiagnostics::new(
                    1010,
                    "Certificate trust with next-hop server could not be established.",
                    name,
                )),
            ),
            RequestError::Unreachable => {
                self.local(504, Some(MsDiagnostics::new(1007, "Temporarily cannot route.", name)))
            }
            RequestError::Resolve(_) => {
                self.local(504, Some(MsDiagnostics::new(1014, "Unable to resolve DNS A record.", name)))
            }
            RequestError::Uri(_) => {
                self.local(404, Some(MsDiagnostics::new(1005, "Cannot route to destination domain.", name)))
            }
        }
    }

    /// Starts the next attempt: the next hop, or the next target of a redirect. The error stands for "nothing left".
    fn attempt(&mut self) -> Result<(), Message> {
        loop {
            let hop = match self.hops.pop_front() {
                Some(hop) => hop,
                None => {
                    let Some(target) = self.redirects.pop_front() else {
                        return Err(self
                            .last_failure
                            .take()
                            .unwrap_or_else(|| self.failure(&RequestError::Unreachable)));
                    };
                    let first = self.visited.is_empty();
                    if self.visited.contains(&target) {
                        continue;
                    }
                    self.visited.push(target.clone());
                    self.request.set_request_uri(&target);
                    let found = match (&self.options.hops, first) {
                        (Some(hops), true) => Ok(hops.clone()),
                        _ => self.agent.hops_of(&self.request),
                    };
                    match found {
                        Ok(hops) => self.hops = hops.into(),
                        Err(error) => self.last_failure = Some(self.failure(&error)),
                    }
                    continue;
                }
            };
            if !self.visited.is_empty() && self.current.is_some() {
                bump_cseq(&mut self.request);
            }
            let contact = self.agent.contact_uri(&self.options.contact_user, hop.transport, hop.address.ip());
            self.request.set(HeaderName::Contact, format!("<{contact}>"));
            self.heard = false;
            self.dead_at = self.options.first_response.map(|wait| tokio::time::Instant::now() + wait);
            match self.agent.start(self.request.clone(), &hop) {
                Ok(transaction) => {
                    self.current = Some((transaction, hop));
                    return Ok(());
                }
                Err(error) => self.last_failure = Some(self.failure(&error)),
            }
        }
    }

    fn finish(&mut self, response: Message, local: bool) -> Progress {
        self.done = true;
        Progress::Failed { response, local }
    }

    /// Waits for what comes next; `None` after the final result.
    pub async fn next(&mut self) -> Option<Progress> {
        if self.done {
            return None;
        }
        if self.current.is_none()
            && let Err(response) = self.attempt()
        {
            return Some(self.finish(response, true));
        }
        loop {
            let dead_at = self.dead_at.filter(|_| !self.heard);
            let (transaction, hop) = self.current.as_mut()?;
            let hop = hop.clone();
            let event = match dead_at {
                Some(at) => match tokio::time::timeout_at(at, transaction.next()).await {
                    Ok(event) => event,
                    Err(_) => {
                        // Whatever it does later is not wanted any more.
                        self.agent.cancel(transaction.key(), &[]);
                        self.last_failure = Some(self.failure(&RequestError::Timeout));
                        if let Err(response) = self.next_attempt() {
                            return Some(self.finish(response, true));
                        }
                        continue;
                    }
                },
                None => transaction.next().await,
            };
            let error = match event {
                Some(ClientEvent::Response(response)) => match self.take_response(response, &hop) {
                    Some(progress) => return Some(progress),
                    None => continue,
                },
                Some(ClientEvent::Timeout) | None => RequestError::Timeout,
                Some(ClientEvent::Failed { trust: true }) => RequestError::Trust,
                Some(ClientEvent::Failed { trust: false }) => RequestError::Unreachable,
            };
            if self.cancelled {
                let response = self.local(487, None);
                return Some(self.finish(response, true));
            }
            self.last_failure = Some(self.failure(&error));
            if let Err(response) = self.next_attempt() {
                return Some(self.finish(response, true));
            }
        }
    }

    /// The next attempt after a failure. Each has a sequence number of its own.
    fn next_attempt(&mut self) -> Result<(), Message> {
        self.early.clear();
        self.attempt()
    }

    fn take_response(&mut self, response: Message, hop: &Hop) -> Option<Progress> {
        let status = response.status();
        if status < 200 {
            self.heard |= status > 100;
            if self.cancelled
                && let Some((transaction, _)) = &self.current
            {
                self.agent.cancel(transaction.key(), &self.cancel_headers);
            }
            if status == 100 {
                return None;
            }
            if response.has_option(HeaderName::Require, "100rel") && !self.acknowledge_provisional(&response) {
                return None;
            }
            return Some(Progress::Provisional(response));
        }
        if status < 300 {
            return Some(self.answered(response, hop));
        }
        if self.cancelled {
            return Some(self.finish(response, false));
        }
        if matches!(status, 300..=302 | 305) && self.options.follow_redirects {
            let contacts = response.all::<Contact>();
            let targets = contacts.iter().filter_map(|c| c.address()).filter(|a| a.uri.as_sip().is_some()).map(|a| {
                let mut uri = a.uri.as_sip().cloned().unwrap_or_default();
                uri.headers = None;
                uri.to_string()
            });
            // New targets come before the rest of the old list.
            let mut list: VecDeque<String> = targets.collect();
            list.append(&mut self.redirects);
            self.redirects = list;
            self.last_failure = Some(response);
            self.hops.clear();
            if self.visited.len() > MAX_REDIRECTS {
                let response = self.local(482, None);
                return Some(self.finish(response, true));
            }
        } else if matches!(status, 401 | 407) && self.challenged < 2 {
            self.challenged += 1;
            let again = self.options.credentials.as_ref().and_then(|c| authorize(&self.request, &response, c));
            match again.and_then(|a| self.agent.start(a.clone(), hop).ok().map(|t| (a, t))) {
                Some((request, transaction)) => {
                    self.request = request;
                    self.current = Some((transaction, hop.clone()));
                    return None;
                }
                None => return Some(self.finish(response, false)),
            }
        } else if (status == 503 && !self.hops.is_empty()) || (!self.redirects.is_empty() && status < 600) {
            self.last_failure = Some(response);
        } else {
            return Some(self.finish(response, false));
        }
        match self.next_attempt() {
            Ok(()) => None,
            Err(response) => Some(self.finish(response, false)),
        }
    }

    /// RFC 3262 4: PRACK once for each RSeq; false for a repetition.
    fn acknowledge_provisional(&mut self, response: &Message) -> bool {
        let Some(tag) = response.to_tag() else {
            return true;
        };
        let Some(rseq) = response.text(HeaderName::RSeq).and_then(|r| r.trim().parse::<u32>().ok()) else {
            return true;
        };
        if self.last_rseq.get(&tag).is_some_and(|last| rseq <= *last) {
            return false;
        }
        self.last_rseq.insert(tag.clone(), rseq);
        let request = self.request.clone();
        let dialog = match self.early.entry(tag) {
            std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::hash_map::Entry::Vacant(entry) => match Dialog::for_caller(&request, response) {
                Some(dialog) => entry.insert(dialog),
                None => return true,
            },
        };
        let cseq = request.text(HeaderName::CSeq).unwrap_or("1 INVITE").to_string();
        let mut prack = dialog.request(Method::Prack);
        prack.push(HeaderName::RAck, format!("{rseq} {cseq}"));
        let agent = self.agent.clone();
        tokio::spawn(async move {
            if let Err(error) = agent.request(prack, None).await {
                tracing::debug!(%error, "PRACK unanswered");
            }
        });
        true
    }

    fn answered(&mut self, response: Message, hop: &Hop) -> Progress {
        let tag = response.to_tag().unwrap_or_default();
        let invite_seq = self.request.typed::<crate::headers::CSeq>().map_or(1, |c| c.number);
        let dialog = match self.early.remove(&tag) {
            Some(mut early) => {
                early.refresh_target(&response);
                Some(early)
            }
            None => Dialog::for_caller(&self.request, &response),
        };
        let Some(dialog) = dialog else {
            let response = self.local(500, None);
            return self.finish(response, true);
        };
        self.done = true;
        let offered = self.options.sdp.is_some();
        let Some((transaction, _)) = self.current.take() else {
            let response = self.local(500, None);
            return self.finish(response, true);
        };
        let mut call = Call::for_caller(&self.agent, dialog, invite_seq, &response, hop, transaction);
        if offered || self.cancelled {
            call.acknowledge(None);
        }
        if self.cancelled {
            // The answer crossed our CANCEL.
            let agent = self.agent.clone();
            tokio::spawn(async move {
                call.bye(&[]).await;
                drop(agent);
            });
            let response = self.local(487, None);
            return Progress::Failed { response, local: true };
        }
        Progress::Answered { call: Box::new(call), response }
    }
}

impl Drop for OutgoingInvite {
    fn drop(&mut self) {
        if !self.done
            && let Some((transaction, _)) = &self.current
        {
            self.agent.cancel(transaction.key(), &self.cancel_headers);
        }
    }
}
