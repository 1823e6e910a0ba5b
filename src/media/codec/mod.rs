//! Audio codecs.

mod g711;
mod g722;

pub use g711::{alaw_decode, alaw_encode, ulaw_decode, ulaw_encode};
pub use g722::{G722Decoder, G722Encoder};

use crate::FRAME;

/// Codec of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codec {
    Pcmu,
    Pcma,
    /// 16 kHz wideband; here folded to and from 8 kHz.
    G722,
}

/// State of one direction of a codec.
#[derive(Debug)]
pub enum Encoder {
    Pcmu,
    Pcma,
    G722(Box<G722Encoder>, i16),
}

/// State of the other direction.
#[derive(Debug)]
pub enum Decoder {
    Pcmu,
    Pcma,
    G722(Box<G722Decoder>),
}

impl Encoder {
    /// A fresh encoder.
    pub fn new(codec: Codec) -> Encoder {
        match codec {
            Codec::Pcmu => Encoder::Pcmu,
            Codec::Pcma => Encoder::Pcma,
            Codec::G722 => Encoder::G722(Box::default(), 0),
        }
    }

    /// Appends the encoded form of 8 kHz samples.
    pub fn encode(&mut self, samples: &[i16], out: &mut Vec<u8>) {
        match self {
            Encoder::Pcmu => out.extend(samples.iter().map(|s| ulaw_encode(*s))),
            Encoder::Pcma => out.extend(samples.iter().map(|s| alaw_encode(*s))),
            Encoder::G722(state, last) => {
                for sample in samples {
                    // Linear interpolation doubles the rate.
                    let between = ((i32::from(*last) + i32::from(*sample)) / 2) as i16;
                    *last = *sample;
                    out.push(state.encode(between, *sample));
                }
            }
        }
    }
}

impl Decoder {
    /// A fresh decoder.
    pub fn new(codec: Codec) -> Decoder {
        match codec {
            Codec::Pcmu => Decoder::Pcmu,
            Codec::Pcma => Decoder::Pcma,
            Codec::G722 => Decoder::G722(Box::default()),
        }
    }

    /// Appends the 8 kHz samples of a payload.
    pub fn decode(&mut self, payload: &[u8], out: &mut Vec<i16>) {
        match self {
            Decoder::Pcmu => out.extend(payload.iter().map(|b| ulaw_decode(*b))),
            Decoder::Pcma => out.extend(payload.iter().map(|b| alaw_decode(*b))),
            Decoder::G722(state) => out.extend(payload.iter().map(|b| {
                let (first, second) = state.decode(*b);
                ((i32::from(first) + i32::from(second)) / 2) as i16
            })),
        }
    }
}

/// Level of a frame in dBm0, -96 for silence.
pub fn level(samples: &[i16]) -> f32 {
    if samples.is_empty() {
        return -96.0;
    }
    let energy: f64 = samples.iter().map(|s| f64::from(*s) * f64::from(*s)).sum::<f64>() / samples.len() as f64;
    if energy < 1.0 {
        return -96.0;
    }
    // 0 dBm0 is a sine of 3.17 dB below full scale.
    (10.0 * (energy / (32768.0 * 32768.0)).log10() + 3.01 + 3.17) as f32
}

/// Comfort noise of a level in -dBov (RFC 3389), from a small generator.
pub fn comfort_noise(level: u8, seed: &mut u32, out: &mut [i16; FRAME]) {
    let amplitude = 32768.0 * 10f32.powf(-f32::from(level.min(127)) / 20.0) * 1.7;
    for sample in out.iter_mut() {
        *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *sample = ((*seed >> 16) as i16 as f32 / 32768.0 * amplitude) as i16;
    }
}
