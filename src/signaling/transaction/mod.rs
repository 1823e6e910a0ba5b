//! Transactions (RFC 3261 17, RFC 6026) as state machines without IO: messages, failures and the clock go in, outputs come out.
//!
//! Time is a `Duration` since any fixed moment, so a test turns the clock by hand.

mod client;
mod key;
mod layer;
mod server;
mod timer;

pub use key::{ClientKey, ServerKey};
pub use layer::{Output, TransactionLayer};

use std::time::Duration;

/// Round-trip estimate.
pub const T1: Duration = Duration::from_millis(500);
/// Longest interval between retransmissions.
pub const T2: Duration = Duration::from_secs(4);
/// Time a message stays in the network.
pub const T4: Duration = Duration::from_secs(5);
/// 64 * T1: a transaction without an answer ends.
pub const TIMEOUT: Duration = Duration::from_secs(32);
