//! A request sent: its responses, next hops when one fails, and digest challenges.

use super::queue::{Receiver, Sender, queue};
use super::{Agent, token};
use crate::auth::{self, Credentials};
use crate::headers::{CSeq, Challenge, ProxyAuthenticate, TypedHeader, Via, WwwAuthenticate};
use crate::message::{HeaderName, Message};
use crate::transaction::{ClientKey, ServerKey};
use crate::transport::Hop;

/// What a client transaction reports.
#[derive(Debug)]
pub enum ClientEvent {
    Response(Message),
    Timeout,
    /// Not delivered; `trust` when TLS refused the peer.
    Failed {
        trust: bool,
    },
}

/// Who hears of a client transaction.
#[derive(Debug)]
pub(super) enum Listener {
    One(Sender<ClientEvent>),
    /// A branch of a fork.
    Branch(Sender<(usize, ClientEvent)>, usize),
    /// A branch whose 2xx was forwarded: so is each repetition, until its ACK comes (RFC 3261 16.7 5).
    Answered(ServerKey),
    /// A branch that nobody wants any more: it is cancelled as soon as it speaks, and hung up when it answers.
    Surplus {
        silent: bool,
    },
}

/// A running client transaction.
#[derive(Debug)]
pub struct ClientTransaction {
    pub(super) key: ClientKey,
    pub(super) events: Receiver<ClientEvent>,
}

impl ClientTransaction {
    /// Next event; `None` when the transaction is over.
    pub async fn next(&mut self) -> Option<ClientEvent> {
        self.events.recv().await
    }

    /// Its key, to cancel it.
    pub fn key(&self) -> &ClientKey {
        &self.key
    }
}

/// Why a request got no final response.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    #[error("request timed out")]
    Timeout,
    #[error("next hop cannot be reached")]
    Unreachable,
    #[error("certificate trust with the next hop could not be established")]
    Trust,
    #[error("{0}")]
    Resolve(#[from] crate::resolve::ResolveError),
    #[error("URI cannot be routed: {0}")]
    Uri(String),
}

/// A final response and the hop that gave it.
#[derive(Debug)]
pub struct Reply {
    pub message: Message,
    pub hop: Hop,
}

/// Adds credentials for the challenge in `response`; `None` when it cannot be answered.
pub(super) fn authorize(request: &Message, response: &Message, credentials: &Credentials) -> Option<Message> {
    let proxy = response.status() == 407;
    let challenges: Vec<Challenge> = if proxy {
        response.texts(ProxyAuthenticate::NAME).filter_map(Challenge::parse).collect()
    } else {
        response.texts(WwwAuthenticate::NAME).filter_map(Challenge::parse).collect()
    };
    let name = if proxy { HeaderName::ProxyAuthorization } else { HeaderName::Authorization };
    // The first challenge that we understand is the one the server prefers (RFC 8760 2.3).
    let answer = challenges
        .iter()
        .find_map(|c| auth::answer(c, credentials, request.method().as_str(), request.request_uri(), 1))?;
    let stale = challenges.iter().any(|c| c.get("stale").is_some_and(|s| s.eq_ignore_ascii_case("true")));
    if request.text(name.clone()).is_some() && !stale {
        return None;
    }
    let mut again = request.clone();
    again.set(name, answer.to_string());
    bump_cseq(&mut again);
    Some(again)
}

/// Raises the sequence number by one.
pub(super) fn bump_cseq(message: &mut Message) {
    if let Some(cseq) = message.typed::<CSeq>() {
        message.set(HeaderName::CSeq, format!("{} {}", cseq.number + 1, cseq.method));
    }
}

impl Agent {
    /// Starts a transaction to one hop: adds Via and sends. The request must have no Via of ours yet.
    pub fn start(&self, request: Message, hop: &Hop) -> Result<ClientTransaction, RequestError> {
        let (sender, events) = queue();
        let key = self.start_for(request, hop, Listener::One(sender))?;
        Ok(ClientTransaction { key, events })
    }

    /// The same for any listener.
    pub(super) fn start_for(
        &self,
        mut request: Message,
        hop: &Hop,
        listener: Listener,
    ) -> Result<ClientKey, RequestError> {
        let branch = format!("z9hG4bK{}", token());
        let port = self.port_of(hop.transport);
        let via = Via {
            transport: hop.transport.via_name().into(),
            host: self.host_for(hop.address.ip()),
            port: Some(port),
            params: vec![("branch".into(), Some(branch)), ("rport".into(), None)],
        };
        if request.text(HeaderName::Via).is_some() {
            request.push_front(HeaderName::Via, via.to_string());
        } else {
            request.headers.insert(0, crate::message::Header { name: HeaderName::Via, value: via.to_string().into() });
        }
        self.start_prepared(request, hop.clone(), listener).ok_or_else(|| RequestError::Uri("no Via".into()))
    }

    /// Hops of a request by its Route or Request-URI.
    pub fn hops_of(&self, request: &Message) -> Result<Vec<Hop>, RequestError> {
        let uri =
            crate::dialog::next_hop(request).ok_or_else(|| RequestError::Uri(request.request_uri().to_string()))?;
        Ok(self.resolver().resolve(&uri)?)
    }

    /// Sends a request that is no INVITE and waits for its final response; tries each hop, answers one challenge.
    pub async fn request(&self, request: Message, credentials: Option<&Credentials>) -> Result<Reply, RequestError> {
        let hops = self.hops_of(&request)?;
        self.request_to(request, &hops, credentials).await
    }

    /// The same with hops that are known already.
    pub async fn request_to(
        &self,
        mut request: Message,
        hops: &[Hop],
        credentials: Option<&Credentials>,
    ) -> Result<Reply, RequestError> {
        let mut last = RequestError::Unreachable;
        for hop in hops {
            let mut challenged = 0;
            loop {
                match self.request_once(&request, hop).await {
                    Ok(response) if matches!(response.status(), 401 | 407) && challenged < 2 => {
                        challenged += 1;
                        match credentials.and_then(|c| authorize(&request, &response, c)) {
                            Some(again) => request = again,
                            None => {
                                return Ok(Reply { message: response, hop: hop.clone() });
                            }
                        }
                    }
                    Ok(response) => {
                        return Ok(Reply { message: response, hop: hop.clone() });
                    }
                    Err(error) => {
                        last = error;
                        break;
                    }
                }
            }
        }
        Err(last)
    }

    async fn request_once(&self, request: &Message, hop: &Hop) -> Result<Message, RequestError> {
        let mut transaction = self.start(request.clone(), hop)?;
        while let Some(event) = transaction.next().await {
            match event {
                ClientEvent::Response(response) if response.status() >= 200 => return Ok(response),
                ClientEvent::Response(_) => {}
                ClientEvent::Timeout => return Err(RequestError::Timeout),
                ClientEvent::Failed { trust } => {
                    return Err(if trust { RequestError::Trust } else { RequestError::Unreachable });
                }
            }
        }
        Err(RequestError::Timeout)
    }
}
