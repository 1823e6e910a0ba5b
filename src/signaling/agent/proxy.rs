//! Proxying (RFC 3261 16): preparing a request, forking it, choosing the best response.

use super::Agent;
use super::incoming::{Incoming, ServerTransaction};
use super::outgoing::{ClientEvent, Listener};
use super::queue::{Receiver, Sender, queue};
use crate::headers::{Route, Via};
use crate::message::{HeaderName, Message};
use crate::transport::Hop;
use tokio::time::Instant;

/// Checks and changes a request before it is forwarded: Max-Forwards, loop, our own Route. The error is the status to refuse with.
pub fn prepare_forward(agent: &Agent, request: &Message) -> Result<Message, u16> {
    let mut forward = request.clone();
    let hops: u32 = match request.text(HeaderName::MaxForwards) {
        Some(text) => text.trim().parse().map_err(|_| 400u16)?,
        None => 70,
    };
    if hops == 0 {
        return Err(483);
    }
    forward.set(HeaderName::MaxForwards, (hops - 1).to_string());
    // assumed: three passes through the same server are a loop; a spiral to another target passes once or twice.
    let own = agent.name().to_ascii_lowercase();
    let vias: usize = request.texts(HeaderName::Via).map(|text| 1 + text.matches(',').count()).sum();
    if vias > 2 && request.all::<Via>().iter().filter(|v| v.host.eq_ignore_ascii_case(&own)).count() > 2 {
        return Err(482);
    }
    while let Some(route) = forward.typed::<Route>() {
        let Some(uri) = route.0.uri.as_sip() else {
            break;
        };
        if !is_own(agent, uri.bare_host()) {
            break;
        }
        forward.pop_front(HeaderName::Route);
    }
    Ok(forward)
}

fn is_own(agent: &Agent, host: &str) -> bool {
    host.eq_ignore_ascii_case(agent.name())
        || host.parse::<std::net::IpAddr>().is_ok_and(|a| a == agent.config().address)
}

/// How forking ended.
#[derive(Debug)]
pub enum ForkOutcome {
    /// A 2xx was forwarded.
    Answered(Message),
    /// All branches failed: the best response, our Via removed.
    Failed(Message),
    /// The time was up; all branches are cancelled.
    NoAnswer,
    /// The caller gave up; all branches are cancelled.
    Cancelled,
    /// There was no branch to wait for.
    Empty,
}

struct Branch {
    key: crate::transaction::ClientKey,
    heard: bool,
    open: bool,
    /// An answer before this moment is a machine's: it is hung up and does not count.
    too_early: Option<Instant>,
}

/// A request forwarded to one or more targets.
pub struct Fork {
    agent: Agent,
    server: ServerTransaction,
    branches: Vec<Branch>,
    sender: Sender<(usize, ClientEvent)>,
    events: Receiver<(usize, ClientEvent)>,
    best: Option<Message>,
}

impl Fork {
    /// A fork without branches.
    pub fn new(agent: &Agent, incoming: &Incoming) -> Option<Fork> {
        let (sender, events) = queue();
        Some(Fork {
            agent: agent.clone(),
            server: incoming.transaction.clone()?,
            branches: Vec::new(),
            sender,
            events,
            best: None,
        })
    }

    /// Sends the request to one more target; false when it could not even be tried.
    pub fn add(&mut self, request: Message, hop: &Hop) -> bool {
        self.add_guarded(request, hop, None)
    }

    /// The same with a moment before which an answer does not count: a mobile telephone that is off diverts to its own voice mail
    /// at once.
    pub fn add_guarded(&mut self, request: Message, hop: &Hop, too_early: Option<Instant>) -> bool {
        let listener = Listener::Branch(self.sender.clone(), self.branches.len());
        let Ok(key) = self.agent.start_for(request, hop, listener) else {
            return false;
        };
        self.branches.push(Branch { key, heard: false, open: true, too_early });
        true
    }

    /// Branches that have no final response yet.
    pub fn open_branches(&self) -> usize {
        self.branches.iter().filter(|b| b.open).count()
    }

    fn cancel_all(&mut self, except: Option<usize>) {
        for (index, branch) in self.branches.iter().enumerate() {
            if branch.open && branch.heard && Some(index) != except {
                self.agent.cancel(&branch.key, &[]);
            }
        }
    }

    /// Waits until all branches ended, one answered, the time is up or the caller gave up. Provisional responses are forwarded.
    pub async fn run(&mut self, deadline: Option<Instant>) -> ForkOutcome {
        if self.branches.is_empty() {
            return ForkOutcome::Empty;
        }
        let server = self.server.clone();
        let cancelled = server.cancelled();
        tokio::pin!(cancelled);
        loop {
            if self.open_branches() == 0 {
                return match self.best.take() {
                    Some(best) => ForkOutcome::Failed(best),
                    None => ForkOutcome::Empty,
                };
            }
            let timer = async {
                match deadline {
                    Some(at) => tokio::time::sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                event = self.events.recv() => {
                    let Some((index, event)) = event else { return ForkOutcome::Empty };
                    if let Some(answered) = self.take(index, event) {
                        return ForkOutcome::Answered(answered);
                    }
                }
                () = timer => {
                    self.give_up();
                    return ForkOutcome::NoAnswer;
                }
                () = &mut cancelled => {
                    self.give_up();
                    return ForkOutcome::Cancelled;
                }
            }
        }
    }

    /// Cancels every branch; those that were silent so far as soon as they speak.
    fn give_up(&mut self) {
        self.cancel_all(None);
        for branch in &self.branches {
            self.agent.listen_to(&branch.key, Listener::Surplus { silent: branch.open && !branch.heard });
        }
        self.pass_on();
    }

    /// Gives what came before the branches had their new listeners to these.
    fn pass_on(&mut self) {
        while let Some((index, event)) = self.events.try_recv() {
            if let Some(branch) = self.branches.get(index) {
                self.agent.redeliver(&branch.key, event);
            }
        }
    }

    fn take(&mut self, index: usize, event: ClientEvent) -> Option<Message> {
        let response = match event {
            ClientEvent::Response(mut response) => {
                // Our own Via is on top (RFC 3261 16.7 3).
                response.pop_front(HeaderName::Via);
                response
            }
            ClientEvent::Timeout => self.local(408),
            ClientEvent::Failed { .. } => self.local(503),
        };
        let branch = self.branches.get_mut(index)?;
        branch.heard = true;
        let status = response.status();
        match status {
            100 => None,
            101..=199 => {
                self.server.forward(response);
                None
            }
            200..=299 if branch.too_early.is_some_and(|moment| Instant::now() < moment) => {
                branch.open = false;
                let agent = self.agent.clone();
                tokio::spawn(async move { hang_up(&agent, &response).await });
                None
            }
            200..=299 => {
                branch.open = false;
                self.server.forward(response.clone());
                self.cancel_all(Some(index));
                self.forward_repetitions(index);
                Some(response)
            }
            _ => {
                branch.open = false;
                if status >= 600 {
                    self.cancel_all(Some(index));
                }
                let better = match &self.best {
                    None => true,
                    Some(best) => rank(status) < rank(best.status()),
                };
                if better {
                    self.best = Some(response);
                }
                None
            }
        }
    }

    fn local(&self, status: u16) -> Message {
        let request = self.agent.server_request(&self.server);
        match request {
            Some(request) => self.agent.response(&request, status, ""),
            None => Message::response_to(&Message::request(crate::message::Method::Options, "sip:none"), status, ""),
        }
    }

    /// From now on repetitions are forwarded (RFC 3261 16.7 5), and whoever else answers is hung up.
    fn forward_repetitions(&mut self, answered: usize) {
        for (index, branch) in self.branches.iter().enumerate() {
            let listener = match index == answered {
                true => Listener::Answered(self.server.key.clone()),
                false => Listener::Surplus { silent: branch.open && !branch.heard },
            };
            self.agent.listen_to(&branch.key, listener);
        }
        self.pass_on();
    }
}

/// Lower is better: 6xx first, then the lowest class; within 4xx those that the caller can act on (RFC 3261 16.7 6).
fn rank(status: u16) -> (u16, u16) {
    match status {
        600..=699 => (0, status),
        401 | 407 | 415 | 420 | 484 => (status / 100, 0),
        503 => (6, status),
        408 => (5, 0),
        _ => (status / 100, status),
    }
}

/// Ends a branch that answered although another one, or nobody, was wanted.
pub(super) async fn hang_up(agent: &Agent, response: &Message) {
    let mut request = Message::request(crate::message::Method::Invite, "sip:none");
    for name in [HeaderName::From, HeaderName::To, HeaderName::CallId, HeaderName::CSeq] {
        request.headers.extend(response.headers.iter().find(|h| h.name == name).cloned());
    }
    let Some(mut dialog) = crate::dialog::Dialog::for_caller(&request, response) else {
        return;
    };
    let seq = dialog.local_seq;
    let ack = dialog.request_with_seq(crate::message::Method::Ack, seq);
    if let Some(hop) = agent.hops_of(&ack).ok().and_then(|h| h.into_iter().next()) {
        agent.send_ack(ack, &hop);
    }
    let bye = dialog.request(crate::message::Method::Bye);
    if let Err(error) = agent.request(bye, None).await {
        tracing::debug!(%error, "surplus branch not ended");
    }
}
