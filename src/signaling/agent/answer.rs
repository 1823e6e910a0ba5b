//! Answering a call: ringing (reliably where the caller demands it), 2xx, refusal, redirect.

use super::incoming::Incoming;
use super::invite::ALLOW;
use super::queue::{Receiver, queue};
use super::{Agent, Call, token};
use crate::dialog::Dialog;
use crate::message::{HeaderName, Message};
use crate::transaction::T1;

/// An INVITE that is being answered.
pub struct IncomingCall {
    agent: Agent,
    incoming: Incoming,
    local_tag: String,
    dialog: Dialog,
    events: Option<Receiver<Incoming>>,
    rseq: u32,
    answered: bool,
}

impl IncomingCall {
    /// Takes over an INVITE; one that cannot open a dialog is refused with 400.
    pub fn new(incoming: Incoming) -> Option<IncomingCall> {
        let agent = incoming.agent()?.clone();
        let local_tag = token();
        let Some(dialog) = Dialog::for_callee(&incoming.request, &local_tag) else {
            incoming.reply(400, "Missing Contact", &[]);
            return None;
        };
        let (sender, events) = queue();
        agent.hold_dialog(&dialog.call_id, &local_tag, sender);
        Some(IncomingCall {
            agent,
            incoming,
            local_tag,
            dialog,
            events: Some(events),
            rseq: rand::random::<u16>().into(),
            answered: false,
        })
    }

    /// The INVITE.
    pub fn request(&self) -> &Message {
        &self.incoming.request
    }

    /// The INVITE with source and transaction.
    pub fn incoming(&self) -> &Incoming {
        &self.incoming
    }

    fn response(&self, status: u16, sdp: Option<&str>, headers: &[(HeaderName, String)]) -> Message {
        let mut response = Message::response_to(&self.incoming.request, status, "");
        response.ensure_to_tag(&self.local_tag);
        response.push(HeaderName::Server, &self.agent.config().user_agent);
        if status < 300 {
            let to_user =
                crate::dialog::to_address(&self.incoming.request).map(|a| a.uri.user().to_string()).unwrap_or_default();
            let source = &self.incoming.source;
            let contact = self.agent.contact_uri(&to_user, source.transport, source.remote.ip());
            response.push(HeaderName::Contact, format!("<{contact}>"));
            response.push(HeaderName::Allow, ALLOW);
        }
        for (name, value) in headers {
            response.push(name.clone(), value);
        }
        if let Some(sdp) = sdp {
            response.set_body("application/sdp", sdp.to_string());
        }
        response
    }

    /// Sends 101-199. When the caller requires 100rel it is repeated until PRACK comes (RFC 3262 3).
    pub fn ring(&mut self, status: u16, sdp: Option<&str>, headers: &[(HeaderName, String)]) {
        let Some(transaction) = self.incoming.transaction.clone() else {
            return;
        };
        let mut response = self.response(status, sdp, headers);
        if !self.incoming.request.has_option(HeaderName::Require, "100rel") {
            transaction.respond(response);
            return;
        }
        self.rseq += 1;
        response.push(HeaderName::Require, "100rel");
        response.push(HeaderName::RSeq, self.rseq.to_string());
        let acknowledged = self.agent.expect_prack(&self.dialog.call_id, &self.local_tag, self.rseq);
        tokio::spawn(async move {
            let mut interval = T1;
            for _ in 0..7 {
                transaction.respond(response.clone());
                tokio::select! {
                    () = acknowledged.notified() => return,
                    () = tokio::time::sleep(interval) => interval *= 2,
                }
            }
        });
    }

    /// Answers with 200. Without offer in the INVITE, `sdp` is our offer and the answer comes in the ACK.
    pub fn answer(mut self, sdp: &str, headers: &[(HeaderName, String)]) -> Option<Call> {
        let transaction = self.incoming.transaction.clone()?;
        let mut headers = headers.to_vec();
        let session = super::call::accept_session_timer(&self.incoming.request, &mut headers);
        let response = self.response(200, Some(sdp), &headers);
        transaction.respond(response);
        self.answered = true;
        let events = self.events.take()?;
        Some(Call::for_callee(&self.agent, self.dialog.clone(), &self.incoming, events, session))
    }

    /// Refuses.
    pub fn reject(self, status: u16, reason: &str, headers: &[(HeaderName, String)]) {
        let Some(transaction) = self.incoming.transaction.clone() else {
            return;
        };
        let mut response = self.response(status, None, headers);
        if !reason.is_empty() {
            response.start = crate::message::StartLine::Response { status, reason: reason.to_string().into() };
        }
        transaction.respond(response);
    }

    /// Waits until the caller gives up.
    pub async fn cancelled(&self) {
        match &self.incoming.transaction {
            Some(transaction) => transaction.cancelled().await,
            None => std::future::pending().await,
        }
    }

    /// Tag that the dialog has on our side.
    pub fn local_tag(&self) -> &str {
        &self.local_tag
    }
}

impl Drop for IncomingCall {
    fn drop(&mut self) {
        if !self.answered {
            self.agent.release_dialog(&self.dialog.call_id, &self.local_tag);
        }
    }
}
