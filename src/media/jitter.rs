//! The jitter buffer: decoded samples on the sender's time line, played out with a delay that follows the network.

use crate::{FRAME, Frame};
use std::ops::Range;

/// A second and a half of sound: the most that is kept.
const CAPACITY: usize = 12_000;
/// Samples of the ring at first: a quarter of a second, which most calls never exceed. It doubles when more comes at once.
const FIRST: usize = 2_048;
const MIN_DELAY: i64 = 160;
const MAX_DELAY: i64 = 1600;
/// Frames without a late packet after which the delay shrinks by one frame.
const CALM: u32 = 500;
/// Frames in a row that the buffer may hold too much: after a pause of this process its ticks come in a burst and drain it.
const BURST: u32 = 50;

/// Frames by which packets may overtake each other in a recording.
const REORDERED: i64 = 3;

/// What a recording gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// 20 ms of sound; parts that were lost are concealed.
    Sound,
    /// 20 ms in which the sender was silent.
    Silence,
    /// Nothing yet.
    Nothing,
}

/// A buffer of one stream.
#[derive(Debug)]
pub struct JitterBuffer {
    samples: Vec<i16>,
    /// A bit for each sample.
    filled: Vec<u64>,
    /// Extended timestamp of the next sample to play.
    play: i64,
    /// Extended timestamp after the newest sample.
    newest: i64,
    last_timestamp: u32,
    extended: i64,
    started: bool,
    delay: i64,
    calm: u32,
    /// Frames in a row with too much in the buffer.
    ahead: u32,
    last: Frame,
    concealed: u32,
}

/// The words in which the bits of a range lie, and which bits of them.
fn words(range: Range<usize>) -> impl Iterator<Item = (usize, u64)> {
    let (from, to) = (range.start, range.end);
    (from / 64..to.div_ceil(64)).map(move |word| {
        let low = from.saturating_sub(word * 64);
        let high = (to - word * 64).min(64);
        (word, (u64::MAX >> (64 - (high - low))) << low)
    })
}

impl Default for JitterBuffer {
    fn default() -> Self {
        JitterBuffer {
            samples: Vec::new(),
            filled: Vec::new(),
            play: 0,
            newest: 0,
            last_timestamp: 0,
            extended: 0,
            started: false,
            delay: 2 * FRAME as i64,
            calm: 0,
            ahead: 0,
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
        if self.samples.is_empty() {
            // Only now: what is passed on undecoded needs none.
            self.samples = vec![0; FIRST];
            self.filled = vec![0; FIRST / 64];
        }
        if !self.started || jump {
            self.started = true;
            self.filled.fill(0);
            self.play = at - self.delay;
            self.newest = at;
        }
        if at + (samples.len() as i64) <= self.play && at >= self.newest {
            // Nothing newer has been played: the sender paused. Heard late is better than not at all.
            self.play = at - FRAME as i64;
            self.delay = (self.delay + FRAME as i64).min(MAX_DELAY);
            self.calm = 0;
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
        self.make_room((at + samples.len() as i64 - self.play) as usize);
        // What was played already is left out.
        let past = (self.play - at).clamp(0, samples.len() as i64);
        let mut rest = &samples[past as usize..];
        for piece in self.pieces(at + past, rest.len()).into_iter().flatten() {
            let (now, later) = rest.split_at(piece.len());
            rest = later;
            self.samples[piece.clone()].copy_from_slice(now);
            for (word, bits) in words(piece) {
                self.filled[word] |= bits;
            }
        }
        self.newest = self.newest.max(at + samples.len() as i64);
    }

    /// Place of a sample in the ring, whose length is a power of two.
    fn slot(&self, position: i64) -> usize {
        (position & (self.samples.len() as i64 - 1)) as usize
    }

    /// The one or two pieces of the ring in which so many samples lie.
    fn pieces(&self, position: i64, length: usize) -> [Option<Range<usize>>; 2] {
        let from = self.slot(position);
        let first = length.min(self.samples.len() - from);
        [(length > 0).then(|| from..from + first), (length > first).then(|| 0..length - first)]
    }

    /// Makes the ring long enough for so many samples from the one played next.
    fn make_room(&mut self, wanted: usize) {
        if wanted <= self.samples.len() {
            return;
        }
        let length = wanted.next_power_of_two();
        let old = std::mem::replace(&mut self.samples, vec![0; length]);
        let filled = std::mem::replace(&mut self.filled, vec![0; length / 64]);
        for position in self.play..self.newest {
            let from = (position & (old.len() as i64 - 1)) as usize;
            if filled[from / 64] >> (from % 64) & 1 == 1 {
                let to = self.slot(position);
                self.samples[to] = old[from];
                self.filled[to / 64] |= 1 << (to % 64);
            }
        }
    }

    /// Takes the next 20 ms. Gaps are concealed by repeating the last frame with a fade. False when the sender is silent.
    pub fn pull(&mut self, out: &mut Frame) -> bool {
        out.fill(0);
        if !self.started {
            return false;
        }
        let missing = self.play_out(out);
        self.calm += 1;
        let queued = self.newest - self.play;
        // Only silence is skipped, so that no syllable is cut.
        let quiet = queued > self.delay && self.next_is_quiet();
        if quiet && self.calm >= CALM && self.delay > MIN_DELAY {
            self.delay -= FRAME as i64;
            self.skip(self.play + FRAME as i64);
            self.calm = 0;
        } else if quiet && queued > self.delay + 2 * FRAME as i64 {
            self.skip(self.play + FRAME as i64);
        }
        // Lastingly behind the sender's clock: catch up.
        self.ahead = if queued > MAX_DELAY + FRAME as i64 { self.ahead + 1 } else { 0 };
        if self.ahead > BURST {
            self.skip(self.newest - self.delay);
            self.ahead = 0;
        }
        missing < FRAME
    }

    /// Takes the next 20 ms as the sender's time line has them, however late they came: a recording can wait. `late` says that
    /// nothing came for so long that the sender is silent rather than late.
    pub fn take(&mut self, late: bool, out: &mut Frame) -> Taken {
        out.fill(0);
        let queued = self.newest - self.play;
        if self.started && queued > 0 && (late || queued > REORDERED * FRAME as i64 || self.is_whole()) {
            self.play_out(out);
            return Taken::Sound;
        }
        if !late {
            return Taken::Nothing;
        }
        if self.started {
            self.play += FRAME as i64;
        }
        Taken::Silence
    }

    /// Whether the 20 ms to be played next are all there.
    fn is_whole(&self) -> bool {
        let pieces = self.pieces(self.play, FRAME);
        pieces.into_iter().flatten().flat_map(words).all(|(word, bits)| self.filled[word] & bits == bits)
    }

    /// Moves on by 20 ms; gives how many samples were missing.
    fn play_out(&mut self, out: &mut Frame) -> usize {
        if self.is_whole() {
            let mut rest = &mut out[..];
            for piece in self.pieces(self.play, FRAME).into_iter().flatten() {
                let (now, later) = rest.split_at_mut(piece.len());
                rest = later;
                now.copy_from_slice(&self.samples[piece.clone()]);
                for (word, bits) in words(piece) {
                    self.filled[word] &= !bits;
                }
            }
            self.play += FRAME as i64;
            self.concealed = 0;
            self.last = *out;
            return 0;
        }
        let mut missing = 0;
        for (index, sample) in out.iter_mut().enumerate() {
            let slot = self.slot(self.play + index as i64);
            if self.filled[slot / 64] >> (slot % 64) & 1 == 1 {
                *sample = self.samples[slot];
                self.filled[slot / 64] &= !(1 << (slot % 64));
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
        missing
    }

    /// Whether the 20 ms to be played next are silence.
    fn next_is_quiet(&self) -> bool {
        let mut next = [0; FRAME];
        for (index, sample) in next.iter_mut().enumerate() {
            let slot = self.slot(self.play + index as i64);
            if self.filled[slot / 64] >> (slot % 64) & 1 == 1 {
                *sample = self.samples[slot];
            }
        }
        crate::codec::level(&next) < -45.0
    }

    /// Goes on at a later sample; what is left out must not be found there one turn of the ring later.
    fn skip(&mut self, to: i64) {
        for position in self.play..to {
            let slot = self.slot(position);
            self.filled[slot / 64] &= !(1 << (slot % 64));
        }
        self.play = self.play.max(to);
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
    fn a_recording_waits_for_what_is_late() {
        let mut buffer = JitterBuffer::default();
        let (mut frame, mut heard) = ([0; FRAME], Vec::new());
        let packet = |number: i16| [number + 1; FRAME];
        // Stalls of ten packets, two that overtake each other, one lost.
        for burst in 0..5i16 {
            for tick in 0..10 {
                assert_eq!(buffer.take(false, &mut frame), Taken::Nothing, "{burst} {tick}");
            }
            let mut order: Vec<i16> = (burst * 10..burst * 10 + 10).filter(|n| *n != 25).collect();
            order.swap(4, 5);
            for number in order {
                buffer.insert(number as u32 * FRAME as u32, &packet(number));
                while buffer.take(false, &mut frame) == Taken::Sound {
                    heard.push(frame[80]);
                }
            }
        }
        // What the playing delay put before the first packet is no sound.
        let heard: Vec<i16> = heard.into_iter().skip_while(|h| *h == 0).collect();
        assert_eq!(heard.len(), 50);
        for (number, value) in heard.iter().enumerate() {
            assert!(number == 25 || *value == number as i16 + 1, "{number}: {value}");
        }
        assert_eq!(buffer.take(true, &mut frame), Taken::Silence);
    }

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
    fn loses_nothing_when_either_side_pauses() {
        let mut buffer = JitterBuffer::default();
        let mut out = [0; FRAME];
        let mut heard = Vec::new();
        let mut sent = 0u32;
        let mut send = |buffer: &mut JitterBuffer, count: u32| {
            for _ in 0..count {
                sent += 1;
                buffer.insert(sent * 160, &[1000 + sent as i16; FRAME]);
            }
        };
        let mut pull = |buffer: &mut JitterBuffer, count: u32| {
            for _ in 0..count {
                if buffer.pull(&mut out) {
                    heard.push(out[0]);
                }
            }
        };
        for _ in 0..20 {
            send(&mut buffer, 1);
            pull(&mut buffer, 1);
        }
        // The sender pauses for 600 ms and catches up.
        pull(&mut buffer, 30);
        send(&mut buffer, 30);
        pull(&mut buffer, 1);
        // The receiver pauses for 600 ms and catches up.
        send(&mut buffer, 30);
        pull(&mut buffer, 60);
        assert_eq!(heard, (1001..=1080).collect::<Vec<i16>>());
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
