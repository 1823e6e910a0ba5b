//! A request that came in, and the transaction to answer it with.

use super::Agent;
use crate::message::{HeaderName, Message};
use crate::transaction::ServerKey;
use crate::transport::Source;
use tokio::sync::watch;

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
pub(super) enum ServerState {
    Open,
    Cancelled,
    /// The 2xx was never acknowledged.
    NoAck,
    Ended,
}

/// The server side of a transaction.
#[derive(Debug, Clone)]
pub struct ServerTransaction {
    pub(super) agent: Agent,
    pub(super) key: ServerKey,
    pub(super) state: watch::Receiver<ServerState>,
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
        let mut state = self.state.clone();
        loop {
            if *state.borrow() == ServerState::Cancelled {
                return;
            }
            if state.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// Whether the caller cancelled.
    pub fn is_cancelled(&self) -> bool {
        *self.state.borrow() == ServerState::Cancelled
    }

    /// Waits until it turns out that the 2xx is never acknowledged; pending for ever otherwise.
    pub async fn unacknowledged(&self) {
        let mut state = self.state.clone();
        loop {
            if *state.borrow() == ServerState::NoAck {
                return;
            }
            if state.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
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
