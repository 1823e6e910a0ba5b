//! An established call: requests both ways, session timer (RFC 4028), hanging up.

use super::Agent;
use super::incoming::{Incoming, ServerTransaction};
use super::invite::ALLOW;
use super::outgoing::{ClientEvent, ClientTransaction, RequestError};
use super::queue::{Receiver, queue};
use crate::dialog::Dialog;
use crate::headers::{CSeq, Replaces, SessionExpires};
use crate::message::{HeaderName, Message, Method};
use crate::transport::{Hop, Source};
use std::time::Duration;
use tokio::time::Instant;

/// Smallest session interval accepted.
const MIN_SE: u32 = 90;

/// What the other side did.
#[derive(Debug)]
pub enum CallEvent {
    /// Hung up; answered already.
    Bye(Message),
    /// Re-INVITE or UPDATE: answer with [`Call::answer_offer`] or [`Call::refuse`].
    Offer(Incoming),
    /// ACK of a 2xx, with the answer when our 2xx carried an offer.
    Ack(Message),
    /// INFO, or an UPDATE without description; answered already.
    Info(Message),
    /// REFER: answer with 202 or a refusal, then report with [`Call::notify_refer`].
    Refer(Incoming),
    /// NOTIFY; answered already.
    Notify(Message),
    /// An INVITE that wants to take this call's place (RFC 3891): answer it like any INVITE, then hang up here.
    Replace(Incoming),
    /// MESSAGE or another method; answer it.
    Other(Incoming),
    /// The ACK never came, or the session timer ran out: hang up.
    Dead,
}

/// Session timer as agreed.
#[derive(Debug, Clone, Copy)]
pub(super) struct SessionTimer {
    interval: Duration,
    we_refresh: bool,
}

/// A call after its 2xx.
#[derive(Debug)]
pub struct Call {
    agent: Agent,
    dialog: Dialog,
    invite_seq: u32,
    events: Receiver<Incoming>,
    ack: Option<Message>,
    /// Caller: the INVITE transaction, whose repeated 2xx want the ACK again.
    invite: Option<ClientTransaction>,
    /// Callee: tells when no ACK comes.
    answering: Option<ServerTransaction>,
    acknowledged: bool,
    session: Option<SessionTimer>,
    refresh_failed: std::sync::Arc<tokio::sync::Notify>,
    deadline: Option<Instant>,
    source: Option<Source>,
    ended: bool,
}

/// What is answered when the dialog is over on this side: BYEs that cross ours, and nothing else.
fn answer_after_end(incoming: &Incoming) {
    match incoming.request.method() {
        Method::Ack => {}
        Method::Bye => incoming.reply(200, "", &[]),
        _ => incoming.reply(481, "", &[]),
    }
}

/// Answers the session timer of an INVITE (RFC 4028 9): fields to add to the 2xx.
pub(super) fn accept_session_timer(request: &Message, headers: &mut Vec<(HeaderName, String)>) -> Option<SessionTimer> {
    let asked = request.typed::<SessionExpires>()?;
    let seconds = asked.seconds.max(MIN_SE);
    let supported = request.has_option(HeaderName::Supported, "timer");
    let we_refresh = asked.refresher.as_deref() == Some("uas") || !supported;
    headers
        .push((HeaderName::SessionExpires, format!("{seconds};refresher={}", if we_refresh { "uas" } else { "uac" })));
    if !we_refresh {
        headers.push((HeaderName::Require, "timer".into()));
    }
    Some(SessionTimer { interval: Duration::from_secs(seconds.into()), we_refresh })
}

impl Call {
    pub(super) fn for_caller(
        agent: &Agent,
        dialog: Dialog,
        invite_seq: u32,
        response: &Message,
        hop: &Hop,
        invite: ClientTransaction,
    ) -> Call {
        let (sender, events) = queue();
        agent.hold_dialog(&dialog.call_id, &dialog.local_tag, sender);
        let session = response.typed::<SessionExpires>().map(|s| SessionTimer {
            interval: Duration::from_secs(s.seconds.max(MIN_SE).into()),
            we_refresh: s.refresher.as_deref() != Some("uas"),
        });
        let source = Source {
            transport: hop.transport,
            remote: hop.address,
            local: std::net::SocketAddr::new(agent.config().address, 0),
            connection: None,
            peer: None,
        };
        let mut call = Call {
            agent: agent.clone(),
            dialog,
            invite_seq,
            events,
            ack: None,
            invite: Some(invite),
            answering: None,
            acknowledged: true,
            session,
            refresh_failed: std::sync::Arc::default(),
            deadline: None,
            source: Some(source),
            ended: false,
        };
        call.restart_session();
        call
    }

    pub(super) fn for_callee(
        agent: &Agent,
        dialog: Dialog,
        incoming: &Incoming,
        events: Receiver<Incoming>,
        session: Option<SessionTimer>,
    ) -> Call {
        let mut call = Call {
            agent: agent.clone(),
            dialog,
            invite_seq: 0,
            events,
            ack: None,
            invite: None,
            answering: incoming.transaction.clone(),
            acknowledged: false,
            session,
            refresh_failed: std::sync::Arc::default(),
            deadline: None,
            source: Some(incoming.source.clone()),
            ended: false,
        };
        call.restart_session();
        call
    }

    /// The dialog.
    pub fn dialog(&self) -> &Dialog {
        &self.dialog
    }

    /// The agent that holds the call.
    pub fn agent(&self) -> &Agent {
        &self.agent
    }

    /// Where the other side is.
    pub fn source(&self) -> Option<&Source> {
        self.source.as_ref()
    }

    fn restart_session(&mut self) {
        // RFC 4028 10: the refresher acts at half time, the other side hangs up shortly before the end.
        self.deadline = self.session.map(|s| {
            let wait =
                if s.we_refresh { s.interval / 2 } else { s.interval - (s.interval / 3).min(Duration::from_secs(32)) };
            Instant::now() + wait
        });
    }

    /// Sends the ACK of our INVITE, with the answer when the 2xx carried the offer.
    pub fn acknowledge(&mut self, sdp: Option<&str>) {
        let mut ack = self.dialog.request_with_seq(Method::Ack, self.invite_seq);
        if let Some(sdp) = sdp {
            ack.set_body("application/sdp", sdp.to_string());
        }
        self.ack = Some(ack);
        self.send_ack();
    }

    fn send_ack(&self) {
        let Some(ack) = &self.ack else { return };
        if let Some(hop) = self.agent.hops_of(ack).ok().and_then(|h| h.into_iter().next()) {
            self.agent.send_ack(ack.clone(), &hop);
        }
    }

    /// Waits for what the other side does. ACKs are repeated and sessions refreshed on the way.
    pub async fn next(&mut self) -> CallEvent {
        loop {
            let deadline = self.deadline;
            let timer = async {
                match deadline {
                    Some(at) => tokio::time::sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            let repeated = async {
                match &mut self.invite {
                    Some(invite) => invite.next().await,
                    None => std::future::pending().await,
                }
            };
            let unacknowledged = async {
                match &self.answering {
                    Some(answering) if !self.acknowledged => answering.unacknowledged().await,
                    _ => std::future::pending().await,
                }
            };
            tokio::select! {
                incoming = self.events.recv() => {
                    let Some(incoming) = incoming else { return CallEvent::Dead };
                    if let Some(event) = self.take_request(incoming) {
                        return event;
                    }
                }
                event = repeated => match event {
                    Some(ClientEvent::Response(response)) if (200..300).contains(&response.status()) => self.send_ack(),
                    Some(_) => {}
                    None => self.invite = None,
                },
                () = unacknowledged => return CallEvent::Dead,
                () = self.refresh_failed.notified() => return CallEvent::Dead,
                () = timer => {
                    let Some(session) = self.session else { continue };
                    if !session.we_refresh {
                        return CallEvent::Dead;
                    }
                    self.refresh(session);
                    self.restart_session();
                }
            }
        }
    }

    /// Sends the refresh in a task of its own, so that [`Call::next`] may be dropped at any time.
    fn refresh(&mut self, session: SessionTimer) {
        let mut update = self.dialog.request(Method::Update);
        update.push(HeaderName::Supported, "timer");
        // In a refresh the roles are those of the request that refreshes: we are its client.
        update.push(HeaderName::SessionExpires, format!("{};refresher=uac", session.interval.as_secs()));
        self.add_contact(&mut update);
        let (agent, failed) = (self.agent.clone(), self.refresh_failed.clone());
        tokio::spawn(async move {
            let alive =
                matches!(agent.request(update, None).await, Ok(reply) if !matches!(reply.message.status(), 408 | 481));
            if !alive {
                failed.notify_one();
            }
        });
    }

    fn add_contact(&self, message: &mut Message) {
        let Some(source) = &self.source else { return };
        let user =
            crate::headers::NameAddr::parse(&self.dialog.local).map(|a| a.uri.user().to_string()).unwrap_or_default();
        message.push(
            HeaderName::Contact,
            format!("<{}>", self.agent.contact_uri(&user, source.transport, source.remote.ip())),
        );
    }

    fn take_request(&mut self, incoming: Incoming) -> Option<CallEvent> {
        let method = incoming.request.method();
        if method == Method::Ack {
            self.acknowledged = true;
            return Some(CallEvent::Ack(incoming.request));
        }
        if method == Method::Invite && incoming.request.to_tag().is_none() {
            return self.take_replacement(incoming);
        }
        if !self.dialog.accept_request(&incoming.request) {
            incoming.reply(500, "Out of Order", &[]);
            return None;
        }
        match method {
            Method::Bye => {
                self.ended = true;
                incoming.reply(200, "", &[]);
                self.release();
                Some(CallEvent::Bye(incoming.request))
            }
            Method::Invite | Method::Update => {
                self.restart_session();
                if incoming.request.body.is_empty() && method == Method::Update {
                    let mut headers = vec![(HeaderName::Allow, ALLOW.to_string())];
                    accept_session_timer(&incoming.request, &mut headers);
                    self.respond(&incoming, 200, None, &headers);
                    return Some(CallEvent::Info(incoming.request));
                }
                Some(CallEvent::Offer(incoming))
            }
            Method::Info => {
                incoming.reply(200, "", &[]);
                Some(CallEvent::Info(incoming.request))
            }
            Method::Notify => {
                incoming.reply(200, "", &[]);
                Some(CallEvent::Notify(incoming.request))
            }
            Method::Options => {
                incoming.reply(
                    200,
                    "",
                    &[(HeaderName::Allow, ALLOW.into()), (HeaderName::Accept, "application/sdp".into())],
                );
                None
            }
            Method::Refer => Some(CallEvent::Refer(incoming)),
            _ => Some(CallEvent::Other(incoming)),
        }
    }

    /// RFC 3891 3: the other side's tag must fit, the call must go on, and it is no early dialog any more.
    fn take_replacement(&mut self, incoming: Incoming) -> Option<CallEvent> {
        let wanted = incoming.request.typed::<Replaces>();
        let fits = wanted.as_ref().is_some_and(|w| w.from_tag == self.dialog.remote_tag);
        let status = match (fits, self.ended) {
            (false, _) => 481,
            (true, true) => 603,
            (true, false) if wanted.is_some_and(|w| w.early_only) => 486,
            (true, false) => return Some(CallEvent::Replace(incoming)),
        };
        incoming.reply(status, "", &[]);
        None
    }

    fn respond(&self, incoming: &Incoming, status: u16, sdp: Option<&str>, headers: &[(HeaderName, String)]) {
        let Some(transaction) = &incoming.transaction else {
            return;
        };
        let mut response = self.agent.response(&incoming.request, status, "");
        if status < 300 {
            self.add_contact(&mut response);
        }
        for (name, value) in headers {
            response.push(name.clone(), value);
        }
        if let Some(sdp) = sdp {
            response.set_body("application/sdp", sdp.to_string());
        }
        transaction.respond(response);
    }

    /// Answers a re-INVITE or UPDATE.
    pub fn answer_offer(&self, incoming: &Incoming, sdp: &str) {
        let mut headers = vec![(HeaderName::Allow, ALLOW.to_string())];
        accept_session_timer(&incoming.request, &mut headers);
        self.respond(incoming, 200, Some(sdp), &headers);
    }

    /// Answers any request of the dialog.
    pub fn refuse(&self, incoming: &Incoming, status: u16, headers: &[(HeaderName, String)]) {
        self.respond(incoming, status, None, headers);
    }

    /// Sends a request within the dialog and waits for its final response.
    pub async fn request(
        &mut self,
        method: Method,
        headers: &[(HeaderName, String)],
        body: Option<(&str, &str)>,
    ) -> Result<Message, RequestError> {
        let mut request = self.dialog.request(method.clone());
        for (name, value) in headers {
            request.push(name.clone(), value);
        }
        if matches!(method, Method::Refer | Method::Update | Method::Subscribe) {
            self.add_contact(&mut request);
        }
        if let Some((content_type, body)) = body {
            request.set_body(content_type, body.to_string());
        }
        Ok(self.agent.request(request, None).await?.message)
    }

    /// Hangs up and waits for the answer.
    pub async fn bye(&mut self, headers: &[(HeaderName, String)]) {
        if self.ended {
            return;
        }
        self.ended = true;
        let mut request = self.dialog.request(Method::Bye);
        for (name, value) in headers {
            request.push(name.clone(), value);
        }
        let agent = self.agent.clone();
        let answered = agent.request(request, None);
        tokio::pin!(answered);
        // The other side may hang up in the same moment: its BYE must be answered too, or both wait until they time out.
        let mut open = true;
        loop {
            tokio::select! {
                reply = &mut answered => {
                    if let Err(error) = reply {
                        tracing::debug!(%error, "BYE unanswered");
                    }
                    break;
                }
                crossing = self.events.recv(), if open => match crossing {
                    Some(incoming) => answer_after_end(&incoming),
                    None => open = false,
                },
            }
        }
        self.release();
    }

    /// The dialog is over: the role refuses what still comes, and what has come is answered here.
    fn release(&mut self) {
        self.agent.release_dialog(&self.dialog.call_id, &self.dialog.local_tag);
        while let Some(incoming) = self.events.try_recv() {
            answer_after_end(&incoming);
        }
    }

    /// Offers a changed session; the 2xx is acknowledged here.
    pub async fn reinvite(&mut self, sdp: &str) -> Result<Message, RequestError> {
        let mut request = self.dialog.request(Method::Invite);
        request.push(HeaderName::Allow, ALLOW);
        self.add_contact(&mut request);
        request.set_body("application/sdp", sdp.to_string());
        let seq = request.typed::<CSeq>().map_or(self.dialog.local_seq, |c| c.number);
        let reply = self.agent.request(request, None).await?;
        if (200..300).contains(&reply.message.status()) {
            self.dialog.refresh_target(&reply.message);
            let ack = self.dialog.request_with_seq(Method::Ack, seq);
            if let Some(hop) = self.agent.hops_of(&ack)?.into_iter().next() {
                self.agent.send_ack(ack, &hop);
            }
        }
        Ok(reply.message)
    }

    /// Reports the outcome of a REFER (RFC 3515 2.4.4).
    pub async fn notify_refer(
        &mut self,
        refer: &Message,
        status: u16,
        finished: bool,
    ) -> Result<Message, RequestError> {
        let id = refer.typed::<CSeq>().map_or(0, |c| c.number);
        let state = if finished { "terminated;reason=noresource" } else { "active;expires=60" };
        let headers =
            [(HeaderName::Event, format!("refer;id={id}")), (HeaderName::SubscriptionState, state.to_string())];
        let body = format!("SIP/2.0 {status} {}\r\n", crate::message::reason_phrase(status));
        self.request(Method::Notify, &headers, Some(("message/sipfrag;version=2.0", &body))).await
    }

    /// Whether one side has hung up.
    pub fn is_ended(&self) -> bool {
        self.ended
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.agent.release_dialog(&self.dialog.call_id, &self.dialog.local_tag);
    }
}
