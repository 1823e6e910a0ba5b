//! Tones: the beep, call progress, DTMF in the audio path.

mod activity;

pub use activity::ActivityDetector;

use crate::RATE;
use std::f64::consts::TAU;

/// Samples of one or two frequencies at a level in dBm0, with 2 ms ramps so that it does not click.
pub fn generate(frequencies: &[f64], milliseconds: u32, dbm0: f64) -> Vec<i16> {
    let length = (RATE * milliseconds / 1000) as usize;
    // 0 dBm0 is a sine with a peak 3.17 dB below full scale.
    let amplitude = 32767.0 * 10f64.powf((dbm0 - 3.17) / 20.0);
    let ramp = 16usize.min(length / 2).max(1);
    (0..length)
        .map(|index| {
            let time = index as f64 / f64::from(RATE);
            let sum: f64 = frequencies.iter().map(|f| (TAU * f * time).sin()).sum();
            let edge = index.min(length - 1 - index).min(ramp) as f64 / ramp as f64;
            (sum * amplitude * edge).clamp(-32767.0, 32767.0) as i16
        })
        .collect()
}

/// Silence.
pub fn silence(milliseconds: u32) -> Vec<i16> {
    vec![0; (RATE * milliseconds / 1000) as usize]
}

/// The tone after which a message is recorded: 1000 Hz, 200 ms, -12 dBm0.
pub fn beep() -> Vec<i16> {
    generate(&[1000.0], 200, -12.0)
}

/// One period of ringing tone: 440 and 480 Hz, 2 s on, 4 s off.
pub fn ringback() -> Vec<i16> {
    let mut samples = generate(&[440.0, 480.0], 2000, -19.0);
    samples.extend(silence(4000));
    samples
}

/// The two frequencies of a key.
pub fn dtmf_frequencies(key: char) -> Option<[f64; 2]> {
    const ROWS: [f64; 4] = [697.0, 770.0, 852.0, 941.0];
    const COLUMNS: [f64; 4] = [1209.0, 1336.0, 1477.0, 1633.0];
    let at = "123A456B789C*0#D".find(key.to_ascii_uppercase())?;
    Some([ROWS[at / 4], COLUMNS[at % 4]])
}

/// Keys as sound: 100 ms on, 60 ms off.
pub fn dtmf(keys: &str) -> Vec<i16> {
    let mut samples = Vec::new();
    for pair in keys.chars().filter_map(dtmf_frequencies) {
        samples.extend(generate(&pair, 100, -9.0));
        samples.extend(silence(60));
    }
    samples
}
