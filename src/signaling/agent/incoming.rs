//! A request that came in, and the transaction to answer it with.

use super::Agent;
use crate::message::{HeaderName, Message};
use crate::transaction::ServerKey;
use crate::transport::Source;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use tokio::sync::Notify;

/// A request with its transaction.
#[derive(Debug, Clone)]
pub struct Incoming {
    pub request: Message,
    pub source: Source,
    /// `None` for ACK, which is never answered.
    pub transaction: Option<ServerTransaction>,
}

/// What became of an INVITE that is being answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum ServerState {
    Open,
    Cancelled,
    /// The 2xx was never acknowledged.
    NoAck,
    Ended,
}

/// The state, shared by whoever answers and the transaction layer. Small: a busy proxy keeps thousands.
#[derive(Debug, Default)]
pub(super) struct Progress {
    state: AtomicU8,
    changed: Notify,
}

impl Progress {
    /// Notes a new state. The first one counts, but a missing ACK is always told.
    pub fn set(&self, state: ServerState) {
        let open = ServerState::Open as u8;
        if state == ServerState::NoAck {
            self.state.store(state as u8, Ordering::Release);
        } else if self.state.compare_exchange(open, state as u8, Ordering::AcqRel, Ordering::Acquire).is_err() {
            return;
        }
        self.changed.notify_waiters();
    }

    fn is(&self, state: ServerState) -> bool {
        self.state.load(Ordering::Acquire) == state as u8
    }

    /// Waits for a state; for ever when another one comes.
    async fn reached(&self, state: ServerState) {
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            // Registered before looking, so that no change is missed.
            changed.as_mut().enable();
            if self.is(state) {
                return;
            }
            changed.await;
        }
    }
}

/// The server side of a transaction.
#[derive(Debug, Clone)]
pub struct ServerTransaction {
    pub(super) agent: Agent,
    pub(super) key: ServerKey,
    pub(super) progress: Arc<Progress>,
}

impl ServerTransaction {
    /// Sends a response.
    pub fn respond(&self, response: Message) {
        self.agent.respond(&self.key, response, true);
    }

    /// Sends a response that is forwarded: its originator repeats a 2xx.
    pub fn forward(&self, response: Message) {
        self.agent.respond(&self.key, response, false);
    }

    /// Waits until the caller cancels; never returns when the transaction ends otherwise.
    pub async fn cancelled(&self) {
        self.progress.reached(ServerState::Cancelled).await;
    }

    /// Whether the caller cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.progress.is(ServerState::Cancelled)
    }

    /// Waits until it turns out that the 2xx is never acknowledged; pending for ever otherwise.
    pub async fn unacknowledged(&self) {
        self.progress.reached(ServerState::NoAck).await;
    }
}

impl Incoming {
    /// Refuses or answers without body; a To tag is added.
    pub fn reply(&self, status: u16, reason: &str, headers: &[(HeaderName, String)]) {
        let Some(transaction) = &self.transaction else {
            return;
        };
        let mut response = transaction.agent.response(&self.request, status, reason);
        for (name, value) in headers {
            response.push(name.clone(), value);
        }
        transaction.respond(response);
    }

    /// The agent that received it.
    pub fn agent(&self) -> Option<&Agent> {
        self.transaction.as_ref().map(|t| &t.agent)
    }
}
