//! The user agent core over transports and transactions: what a role of the telephone system is written with.

mod answer;
mod call;
mod config;
mod incoming;
mod invite;
mod outgoing;
mod proxy;
mod queue;
mod stack;
#[cfg(test)]
mod tests;
mod trace;

pub use answer::IncomingCall;
pub use call::{Call, CallEvent};
pub use config::{AgentConfig, Listen};
pub use incoming::{Incoming, ServerTransaction};
pub use invite::{InviteOptions, OutgoingInvite, Progress};
pub use outgoing::{ClientEvent, ClientTransaction, Reply, RequestError};
pub use proxy::{Fork, ForkOutcome, prepare_forward};
pub use stack::Agent;
pub use trace::{TraceEntry, TraceSink};

/// A fresh random token for tags, branches and Call-IDs.
pub fn token() -> String {
    format!("{:016x}", rand::random::<u64>())
}
