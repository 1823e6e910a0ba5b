//! Detection of keys and tones in the audio path by Goertzel's algorithm.

use crate::RATE;
use std::f32::consts::TAU;

/// The powers of some frequencies in a block. All are followed side by side: one alone waits for its own last step.
#[derive(Debug, Clone)]
struct Bins<const N: usize> {
    coefficients: [f32; N],
}

impl<const N: usize> Bins<N> {
    fn new(frequencies: [f32; N]) -> Bins<N> {
        Bins { coefficients: frequencies.map(|frequency| 2.0 * (TAU * frequency / RATE as f32).cos()) }
    }

    fn powers(&self, samples: &[i16]) -> [f32; N] {
        let (mut one, mut two) = ([0f32; N], [0f32; N]);
        for sample in samples {
            let sample = f32::from(*sample);
            for ((one, two), coefficient) in one.iter_mut().zip(&mut two).zip(&self.coefficients) {
                let zero = coefficient * *one + (sample - *two);
                *two = std::mem::replace(one, zero);
            }
        }
        std::array::from_fn(|n| one[n] * one[n] + two[n] * two[n] - self.coefficients[n] * one[n] * two[n])
    }
}

/// Energy of a block, in lanes: a sum of floats in one row waits for each addition.
fn energy(samples: &[i16]) -> f32 {
    let mut lanes = [0f32; 8];
    let (chunks, rest) = samples.as_chunks::<8>();
    for chunk in chunks {
        for (lane, sample) in lanes.iter_mut().zip(chunk) {
            *lane += f32::from(*sample) * f32::from(*sample);
        }
    }
    lanes.iter().sum::<f32>() + rest.iter().map(|s| f32::from(*s) * f32::from(*s)).sum::<f32>()
}

/// Finds keys in 20 ms frames.
#[derive(Debug)]
pub struct InBandDetector {
    /// Four rows, then four columns.
    bins: Bins<8>,
    candidate: Option<char>,
    frames: u32,
    reported: bool,
}

impl Default for InBandDetector {
    fn default() -> Self {
        InBandDetector {
            bins: Bins::new([697.0, 770.0, 852.0, 941.0, 1209.0, 1336.0, 1477.0, 1633.0]),
            candidate: None,
            frames: 0,
            reported: false,
        }
    }
}

impl InBandDetector {
    /// Takes a frame; a key is reported once, after 40 ms.
    pub fn feed(&mut self, samples: &[i16]) -> Option<char> {
        let found = self.key(samples);
        if found != self.candidate {
            self.candidate = found;
            self.frames = 0;
            self.reported = false;
        }
        self.frames += 1;
        if found.is_some() && self.frames >= 2 && !self.reported {
            self.reported = true;
            return found;
        }
        None
    }

    fn key(&self, samples: &[i16]) -> Option<char> {
        let total = energy(samples);
        // Quieter than about -36 dBm0 is no key.
        if total < samples.len() as f32 * 150.0 * 150.0 {
            return None;
        }
        let powers = self.bins.powers(samples);
        let best = |powers: &[f32]| {
            let at = (0..4).max_by(|a, b| powers[*a].total_cmp(&powers[*b])).unwrap_or(0);
            let second = (0..4).filter(|i| *i != at).map(|i| powers[i]).fold(0f32, f32::max);
            (at, powers[at], second)
        };
        let (row, low, low_second) = best(&powers[..4]);
        let (column, high, high_second) = best(&powers[4..]);
        // Two pure tones hold nearly all energy: power of a bin is amplitude^2 * N^2 / 4, energy amplitude^2 * N / 2 each.
        let share = (low + high) * 2.0 / samples.len() as f32 / total;
        let twist = low / high;
        let pure = low > low_second * 4.0 && high > high_second * 4.0;
        if share > 0.7 && pure && (0.1..10.0).contains(&twist) {
            "123A456B789C*0#D".chars().nth(row * 4 + column)
        } else {
            None
        }
    }
}

/// Finds one lasting tone, such as the 1100 Hz of a calling fax.
#[derive(Debug)]
pub struct ToneDetector {
    bin: Bins<1>,
    frames: u32,
    needed: u32,
}

impl ToneDetector {
    /// A detector for a tone that lasts at least so many frames of 20 ms.
    pub fn new(frequency: f32, needed: u32) -> ToneDetector {
        ToneDetector { bin: Bins::new([frequency]), frames: 0, needed }
    }

    /// CNG: 1100 Hz for half a second.
    pub fn fax_calling() -> ToneDetector {
        ToneDetector::new(1100.0, 20)
    }

    /// Takes a frame; true once the tone has lasted.
    pub fn feed(&mut self, samples: &[i16]) -> bool {
        let total = energy(samples);
        let loud = total > samples.len() as f32 * 150.0 * 150.0;
        let share = if loud { self.bin.powers(samples)[0] * 2.0 / samples.len() as f32 / total } else { 0.0 };
        self.frames = if share > 0.8 { self.frames + 1 } else { 0 };
        self.frames == self.needed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tone;

    #[test]
    fn finds_all_keys_and_nothing_in_noise() {
        let keys = "0123456789*#ABCD55";
        let mut sound = tone::silence(33);
        sound.extend(tone::dtmf(keys));
        let mut detector = InBandDetector::default();
        let got: String = sound.chunks_exact(160).filter_map(|f| detector.feed(f)).collect();
        assert_eq!(got, keys);
        let mut seed = 7u32;
        let noise: Vec<i16> = (0..80_000)
            .map(|_| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (seed >> 17) as i16
            })
            .collect();
        assert_eq!(noise.chunks_exact(160).filter_map(|f| detector.feed(f)).count(), 0);
    }

    #[test]
    fn finds_a_fax() {
        let mut detector = ToneDetector::fax_calling();
        assert!(tone::generate(&[1100.0], 500, -12.0).chunks_exact(160).any(|f| detector.feed(f)));
        assert!(!tone::generate(&[1000.0], 1500, -12.0).chunks_exact(160).any(|f| detector.feed(f)));
    }
}
