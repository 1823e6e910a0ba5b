//! Packets on their way from one call to another that speaks the same codec: they pass undecoded, on the sender's own time line.
//!
//! A few packets wait, so that what leaves is even although what comes is not. Nothing is made up and nothing is dropped: a sender
//! that stalls is heard late, and a loss stays a loss, which whoever plays the sound in the end conceals.

use crate::rtp::Header;
use std::collections::VecDeque;

/// Packets that wait before the first one leaves.
const CUSHION: usize = 2;
/// Ticks after which what is there leaves although it is less.
const PATIENCE: u32 = 3;
/// Waiting packets beyond which one more leaves now and then.
const MANY: usize = CUSHION + 2;
/// Ticks in a row with many waiting packets until one more leaves.
const LASTING: u32 = 25;
/// A backlog that leaves twice as fast as it came.
const BACKLOG: usize = 12;
/// More than this is not kept: two seconds.
const MOST: usize = 100;
/// Ticks without a packet after which the cushion is built anew.
const PAUSE: u32 = 10;

/// What a packet carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carried {
    Sound,
    Event,
    Noise,
}

/// A packet that passes.
#[derive(Debug, Clone)]
pub struct Passed {
    pub header: Header,
    pub carried: Carried,
    pub payload: Vec<u8>,
}

/// When packets that wait leave, so that what leaves is even.
#[derive(Debug, Default)]
pub struct Evenness {
    flowing: bool,
    /// Ticks without a packet, or those that the first one waits.
    idle: u32,
    /// Ticks in a row with many packets.
    full: u32,
}

impl Evenness {
    /// How many of so many waiting packets leave in this 20 ms.
    pub fn due(&mut self, count: usize) -> usize {
        if !self.flowing {
            self.idle = if count == 0 { 0 } else { self.idle + 1 };
            if count < CUSHION && self.idle < PATIENCE {
                return 0;
            }
            self.flowing = true;
            self.idle = 0;
        }
        if count == 0 {
            self.idle += 1;
            self.flowing = self.idle < PAUSE;
            return 0;
        }
        self.idle = 0;
        self.full = if count > MANY { self.full + 1 } else { 0 };
        if count > BACKLOG || self.full >= LASTING {
            self.full = 0;
            return 2;
        }
        1
    }
}

/// The packets of one direction.
#[derive(Debug, Default)]
pub struct RelayQueue {
    waiting: VecDeque<Passed>,
    /// Buffers of packets that left.
    spare: Vec<Vec<u8>>,
    evenness: Evenness,
}

impl RelayQueue {
    /// Takes a packet in; its place is that of its sequence number.
    pub fn push(&mut self, header: Header, carried: Carried, payload: &[u8]) {
        if self.waiting.len() >= MOST
            && let Some(oldest) = self.waiting.pop_front()
        {
            self.recycle(oldest);
        }
        let before = |other: &Passed| (header.sequence.wrapping_sub(other.header.sequence) as i16) < 0;
        let mut at = self.waiting.len();
        while at > 0 && self.waiting[at - 1].header.ssrc == header.ssrc && before(&self.waiting[at - 1]) {
            at -= 1;
        }
        let known = |p: &Passed| p.header.ssrc == header.ssrc && p.header.sequence == header.sequence;
        if at > 0 && known(&self.waiting[at - 1]) {
            return;
        }
        let mut buffer = self.spare.pop().unwrap_or_default();
        buffer.clear();
        buffer.extend_from_slice(payload);
        self.waiting.insert(at, Passed { header, carried, payload: buffer });
    }

    /// Whether as many packets wait as the cushion wants.
    pub fn is_even(&self) -> bool {
        self.evenness.flowing && self.waiting.len() > CUSHION
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// How many packets leave in this 20 ms.
    pub fn due(&mut self) -> usize {
        self.evenness.due(self.waiting.len())
    }

    /// The next packet.
    pub fn pop(&mut self) -> Option<Passed> {
        self.waiting.pop_front()
    }

    /// Gives the buffer of a packet back.
    pub fn recycle(&mut self, packet: Passed) {
        if self.spare.len() < MANY {
            self.spare.push(packet.payload);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push(queue: &mut RelayQueue, sequence: u16) {
        queue.push(Header { sequence, ..Header::default() }, Carried::Sound, &sequence.to_be_bytes());
    }

    fn tick(queue: &mut RelayQueue, out: &mut Vec<u16>) -> usize {
        let due = queue.due();
        for _ in 0..due {
            if let Some(packet) = queue.pop() {
                out.push(packet.header.sequence);
                queue.recycle(packet);
            }
        }
        due
    }

    #[test]
    fn orders_and_evens_and_loses_nothing() {
        let (mut queue, mut out, mut sizes) = (RelayQueue::default(), Vec::new(), Vec::new());
        // Two come together every second tick, the later one first, and some twice.
        for pair in 0..100u16 {
            let first = 65_500u16.wrapping_add(pair * 2);
            push(&mut queue, first.wrapping_add(1));
            push(&mut queue, first);
            push(&mut queue, first);
            sizes.push(tick(&mut queue, &mut out));
            sizes.push(tick(&mut queue, &mut out));
        }
        let wanted: Vec<u16> = (0..out.len() as u16).map(|n| 65_500u16.wrapping_add(n)).collect();
        assert_eq!(out, wanted);
        assert!(sizes.iter().all(|s| *s == 1), "{sizes:?}");
    }

    #[test]
    fn a_stall_is_made_up_for() {
        let (mut queue, mut out) = (RelayQueue::default(), Vec::new());
        for sequence in 0..60 {
            push(&mut queue, sequence);
        }
        let mut ticks = 0;
        while out.len() < 60 {
            ticks += 1;
            tick(&mut queue, &mut out);
        }
        assert!(ticks < 40, "{ticks}");
        // Nothing comes for a while: what is waited for is a cushion again.
        (0..20).for_each(|_| assert_eq!(tick(&mut queue, &mut out), 0));
        push(&mut queue, 60);
        assert_eq!(tick(&mut queue, &mut out), 0);
        push(&mut queue, 61);
        assert_eq!(tick(&mut queue, &mut out), 1);
    }
}
