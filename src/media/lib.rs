//! Media: RTP and RTCP, SRTP, codecs, jitter buffer, DTMF, tones, sound files, mixing, the media clock.
//!
//! Invariants: nothing here opens a socket; a [`stream::Stream`] turns 20 ms frames into packets and back; buffers are reused, so a
//! packet costs no allocation. Deliberately not here: signalling, and what a call does with its audio.

pub mod clock;
pub mod codec;
pub mod compare;
pub mod dtmf;
pub mod file;
pub mod jitter;
pub mod mix;
pub mod relay;
pub mod rtp;
pub mod srtp;
pub mod stream;
pub mod tone;
#[cfg(test)]
mod torture;

/// Samples in a second of the telephone network.
pub const RATE: u32 = 8000;
/// Samples of a 20 ms frame.
pub const FRAME: usize = 160;
/// 20 ms of sound.
pub type Frame = [i16; FRAME];
