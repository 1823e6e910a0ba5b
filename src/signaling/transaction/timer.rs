//! Timers in one heap; a transaction that is gone leaves its entries to be skipped.

use super::{ClientKey, ServerKey};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

/// Which timer of which transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Timer {
    /// A, E: send the request again.
    ClientRetransmit(ClientKey, u64),
    /// B, F: give up.
    ClientTimeout(ClientKey, u64),
    /// D, K, M: forget.
    ClientEnd(ClientKey, u64),
    /// 100 after 200 ms (RFC 3261 17.2.1).
    Trying(ServerKey, u64),
    /// G, and 2xx until ACK: send the response again.
    ServerRetransmit(ServerKey, u64),
    /// H, L: give up waiting for ACK.
    ServerTimeout(ServerKey, u64),
    /// I, J: forget.
    ServerEnd(ServerKey, u64),
}

#[derive(Debug, PartialEq, Eq)]
struct Entry {
    at: Duration,
    order: u64,
    timer: Timer,
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// The heap.
#[derive(Debug, Default)]
pub(super) struct Timers {
    heap: BinaryHeap<Reverse<Entry>>,
    order: u64,
}

impl Timers {
    pub(super) fn add(&mut self, at: Duration, timer: Timer) {
        self.order += 1;
        self.heap.push(Reverse(Entry { at, order: self.order, timer }));
    }

    pub(super) fn next(&self) -> Option<Duration> {
        self.heap.peek().map(|e| e.0.at)
    }

    pub(super) fn pop_due(&mut self, now: Duration) -> Option<Timer> {
        if self.heap.peek().is_some_and(|e| e.0.at <= now) { self.heap.pop().map(|e| e.0.timer) } else { None }
    }
}
