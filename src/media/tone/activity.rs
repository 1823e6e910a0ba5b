//! Voice activity: louder than the noise floor by 6 dB for 60 ms.

use crate::codec::level;

/// Follows the noise floor and tells speech from silence.
#[derive(Debug)]
pub struct ActivityDetector {
    floor: f32,
    loud: u32,
    /// Frames since speech was heard last.
    silent: u32,
    /// Frames of speech so far.
    spoken: u32,
}

impl Default for ActivityDetector {
    fn default() -> Self {
        ActivityDetector { floor: -60.0, loud: 0, silent: 0, spoken: 0 }
    }
}

impl ActivityDetector {
    /// Takes a frame of 20 ms; whether it belongs to speech.
    pub fn feed(&mut self, samples: &[i16]) -> bool {
        let now = level(samples);
        // The floor falls at once and rises by 1 dB a second; it never passes -35 dBm0, which is speech.
        if now < self.floor {
            self.floor = now.max(-70.0);
        } else {
            self.floor = (self.floor + 0.02).min(-35.0);
        }
        if now > self.floor + 6.0 && now > -55.0 {
            self.loud += 1;
        } else {
            self.loud = 0;
        }
        let speech = self.loud >= 3;
        if speech {
            self.spoken += if self.loud == 3 { 3 } else { 1 };
            self.silent = 0;
        } else {
            self.silent += 1;
        }
        speech
    }

    /// Milliseconds since speech was heard last.
    pub fn silence(&self) -> u32 {
        self.silent * 20
    }

    /// Milliseconds of speech so far.
    pub fn speech(&self) -> u32 {
        self.spoken * 20
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tone;

    #[test]
    fn counts_speech_and_silence() {
        let mut detector = ActivityDetector::default();
        let mut sound = tone::silence(500);
        sound.extend(tone::generate(&[400.0, 900.0], 1000, -20.0));
        sound.extend(tone::silence(700));
        for frame in sound.chunks_exact(160) {
            detector.feed(frame);
        }
        assert!((900..=1000).contains(&detector.speech()), "{}", detector.speech());
        assert!((680..=740).contains(&detector.silence()), "{}", detector.silence());
    }
}
