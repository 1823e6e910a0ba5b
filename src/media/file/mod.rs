//! Sound files.

mod wav;

pub use wav::{WavError, WavFormat, WavWriter, encode_wav, parse_wav, read_wav};

/// Sound read from a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sound {
    /// Samples a second.
    pub rate: u32,
    /// One channel; several are mixed down.
    pub samples: Vec<i16>,
}

impl Sound {
    /// The same sound at 8 kHz.
    pub fn narrowband(&self) -> Vec<i16> {
        crate::mix::resample(&self.samples, self.rate, crate::RATE)
    }

    /// Length in milliseconds.
    pub fn duration(&self) -> u64 {
        if self.rate == 0 { 0 } else { self.samples.len() as u64 * 1000 / u64::from(self.rate) }
    }
}
