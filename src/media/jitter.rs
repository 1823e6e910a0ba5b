//! The jitter buffer: decoded samples on the sender's time line, played out with a delay that follows the network.

use crate::{FRAME, Frame};

/// A second of sound.
const CAPACITY: usize = 8000;
const MIN_DELAY: i64 = 160;
const MAX_DELAY: i64 = 1600;
/// Frames without a late packet after which the delay shrinks by one frame.
const CALM: u32 = 500;

/// A buffer of one stream.
#[derive(Debug)]
pub struct JitterBuffer {
    samples: Vec<i16>,
    filled: Vec<bool>,
    /// Extended timestamp of the next sample to play.
    play: i64,
    /// Extended timestamp after the newest sample.
    newest: i64,
    last_timestamp: u32,
    extended: i64,
    started: bool,
    delay: i64,
    calm: u32,
    last: Frame,
    concealed: u32,
}

impl Default for JitterBuffer {
    fn default() -> Self {
        JitterBuffer {
            samples: vec![0; CAPACITY],
            filled: vec![false; CAPACITY],
            play: 0,
            newest: 0,
            last_timestamp: 0,
            extended: 0,
            started: false,
            delay: 2 * FRAME as i64,
            calm: 0,
            last: [0; FRAME],
            concealed: 0,
        }
    }
}

impl JitterBuffer {
    /// Puts in the samples of a packet.
    pub fn insert(&mut self, timestamp: u32, samples: &[i16]) {
        if self.started {
            self.extended += i64::from(timestamp.wrapping_sub(self.last_timestamp) as i32);
        }
        self.last_timestamp = timestamp;
        let at = self.extended;
        // A jump of more than the buffer holds is a new talk spurt or a new source: begin again.
        let jump =
            at + samples.len() as i64 - self.play > CAPACITY as i64 - FRAME as i64 || at < self.play - CAPACITY as i64;
        if !self.started || jump {
            self.started = true;
            self.filled.fill(false);
            self.play = at - self.delay;
            self.newest = at;
        }
        if at + (samples.len() as i64) <= self.play {
            // Too late to be heard: wait longer from now on.
            if self.delay < MAX_DELAY {
                self.delay += FRAME as i64;
                self.play -= FRAME as i64;
            }
            self.calm = 0;
            return;
        }
        for (offset, sample) in samples.iter().enumerate() {
            let position = at + offset as i64;
            if position >= self.play {
                let slot = position.rem_euclid(CAPACITY as i64) as usize;
                self.samples[slot] = *sample;
                self.filled[slot] = true;
            }
        }
        self.newest = self.newest.max(at + samples.len() as i64);
    }

    /// Takes the next 20 ms. Gaps are concealed by repeating the last frame with a fade. False when the sender is silent.
    pub fn pull(&mut self, out: &mut Frame) -> bool {
        out.fill(0);
        if !self.started {
            return false;
        }
        let mut missing = 0;
        for (index, sample) in out.iter_mut().enumerate() {
            let slot = (self.play + index as i64).rem_euclid(CAPACITY as i64) as usize;
            if self.filled[slot] {
                *sample = self.samples[slot];
                self.filled[slot] = false;
            } else {
                missing += 1;
                *sample = ((i32::from(self.last[index]) * (3 - self.concealed.min(3)) as i32) / 4) as i16;
            }
        }
        self.play += FRAME as i64;
        if missing == FRAME {
            self.concealed += 1;
        } else {
            self.concealed = 0;
            self.last = *out;
        }
        self.calm += 1;
        // Only silence is skipped, so that no syllable is cut.
        let quiet = crate::codec::level(out) < -45.0;
        if quiet && self.calm >= CALM && self.delay > MIN_DELAY && self.newest - self.play > self.delay {
            self.delay -= FRAME as i64;
            self.play += FRAME as i64;
            self.calm = 0;
        }
        // Far behind the sender's clock: catch up.
        if self.newest - self.play > MAX_DELAY + FRAME as i64 {
            self.play = self.newest - self.delay;
        }
        missing < FRAME
    }

    /// Delay in milliseconds.
    pub fn delay(&self) -> u32 {
        (self.delay / 8) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reorders_and_conceals() {
        let mut buffer = JitterBuffer::default();
        let frame = |n: i16| vec![n; FRAME];
        let order = [0u32, 2, 1, 3, 5, 4, 7, 8, 9];
        let mut out = [0; FRAME];
        let mut heard = Vec::new();
        for index in order {
            buffer.insert(index * 160, &frame(index as i16 + 1));
            buffer.pull(&mut out);
            heard.push(out[0]);
        }
        for _ in 0..3 {
            buffer.pull(&mut out);
            heard.push(out[0]);
        }
        // Two frames of delay, then the order of the sender; frame 6 was lost and is concealed.
        assert_eq!(heard[..8], [0, 0, 1, 2, 3, 4, 5, 6]);
        assert_eq!(heard[9..11], [8, 9]);
        assert!(heard[8] > 0);
    }

    #[test]
    fn survives_any_timestamps() {
        let mut buffer = JitterBuffer::default();
        let mut out = [0; FRAME];
        for timestamp in [0u32, u32::MAX, 5, 0x8000_0000, 160, 0x7fff_ffff, 0] {
            buffer.insert(timestamp, &[1; 480]);
            buffer.pull(&mut out);
        }
        assert!(buffer.delay() <= 200);
    }
}
