//! RFC 4733: keys as RTP events.

use super::{event_of, key_of};
use std::collections::VecDeque;

/// 100 ms on and 60 ms off, in frames of 20 ms.
const ON: u32 = 5;
const GAP: u32 = 3;
/// -10 dBm0.
const VOLUME: u8 = 10;
/// Samples of a frame.
const STEP: u16 = 160;
/// The final packet is sent three times.
const REPEATS: u32 = 3;

/// One packet to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutgoingEvent {
    pub payload: [u8; 4],
    /// First packet of the event: the marker bit.
    pub first: bool,
    /// Added to the timestamp at which the event began: always the start of the event.
    pub start: bool,
}

/// Sends queued keys, one packet a frame.
#[derive(Debug, Default)]
pub struct EventSender {
    queue: VecDeque<u8>,
    current: Option<(u8, u32)>,
    gap: u32,
}

impl EventSender {
    /// Queues keys; others than DTMF are left out.
    pub fn queue(&mut self, keys: &str) {
        self.queue.extend(keys.chars().filter_map(event_of));
    }

    /// Whether keys are being sent or waiting.
    pub fn is_busy(&self) -> bool {
        self.current.is_some() || !self.queue.is_empty() || self.gap > 0
    }

    /// The packet of this frame; `None` means that audio may be sent.
    pub fn tick(&mut self) -> Option<OutgoingEvent> {
        if self.gap > 0 {
            self.gap -= 1;
            return None;
        }
        let (event, frame) = match self.current.take() {
            Some(current) => current,
            None => (self.queue.pop_front()?, 0),
        };
        let ended = frame >= ON;
        let duration = STEP * (frame.min(ON - 1) as u16 + 1);
        let [high, low] = duration.to_be_bytes();
        let packet = OutgoingEvent {
            payload: [event, u8::from(ended) << 7 | VOLUME, high, low],
            first: frame == 0,
            start: frame == 0,
        };
        if frame + 1 >= ON + REPEATS {
            self.gap = GAP;
        } else {
            self.current = Some((event, frame + 1));
        }
        Some(packet)
    }
}

/// Receives keys: each event once, however many packets carry it.
#[derive(Debug, Default)]
pub struct EventReceiver {
    last: Option<(u32, u8)>,
    reported: bool,
}

impl EventReceiver {
    /// Takes a payload with its RTP timestamp; the key when an event of at least 40 ms is recognised.
    pub fn receive(&mut self, payload: &[u8], timestamp: u32) -> Option<char> {
        let [event, flags, high, low] = *payload.first_chunk::<4>()?;
        let key = key_of(event)?;
        if self.last != Some((timestamp, event)) {
            // A packet of an older event that comes late is no new key.
            if self.last.is_some_and(|(last, _)| timestamp.wrapping_sub(last) > u32::MAX / 2) {
                return None;
            }
            self.last = Some((timestamp, event));
            self.reported = false;
        }
        let duration = u16::from_be_bytes([high, low]);
        if !self.reported && (duration >= 320 || (flags & 0x80 != 0 && duration > 0)) {
            self.reported = true;
            return Some(key);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_survive_loss_and_repetition() {
        for lost in 0..8 {
            let mut sender = EventSender::default();
            sender.queue("15#x*");
            let mut receiver = EventReceiver::default();
            let (mut got, mut timestamp, mut start, mut index) = (String::new(), 0u32, 0u32, 0);
            while sender.is_busy() {
                timestamp += 160;
                if let Some(packet) = sender.tick() {
                    if packet.start {
                        start = timestamp;
                    }
                    index += 1;
                    if index % 8 != lost {
                        got.extend(receiver.receive(&packet.payload, start));
                        got.extend(receiver.receive(&packet.payload, start));
                    }
                }
            }
            assert_eq!(got, "15#*", "lost {lost}");
        }
    }
}
