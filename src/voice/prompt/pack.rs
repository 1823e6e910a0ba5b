//! The packed prompts of en-US.

use super::recorded::Recorded;
use super::speech;
use media::codec::ulaw_decode;
use media::{FRAME, Frame};
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

/// Made by `scripts/dev/render-prompts`: `id length\n` lines, an empty line, then µ-law samples.
static PACK: &[u8] = include_bytes!("en-US.pack");

/// A sound that is kept once for all calls, and decoded while it is played.
#[derive(Clone)]
pub enum Sound {
    /// µ-law of the pack.
    Packed(&'static [u8]),
    Samples(Arc<Vec<i16>>),
}

impl Sound {
    /// The frame number `at`, filled up with silence; `None` past the end.
    pub fn frame(&self, at: usize) -> Option<Frame> {
        match self {
            Sound::Samples(samples) => crate::audio::AudioLeg::frame_of(samples, at),
            Sound::Packed(bytes) => {
                let rest = bytes.get(at * FRAME..).filter(|r| !r.is_empty())?;
                let mut frame = [0; FRAME];
                frame.iter_mut().zip(rest).for_each(|(sample, byte)| *sample = ulaw_decode(*byte));
                Some(frame)
            }
        }
    }
}

/// The prompts; clones share them.
#[derive(Clone, Default)]
pub struct Prompts {
    index: Arc<OnceLock<HashMap<&'static str, &'static [u8]>>>,
    names: Arc<parking_lot::Mutex<HashMap<String, Arc<Vec<i16>>>>>,
    /// Greetings and other files.
    pub recorded: Recorded,
}

fn read_index() -> HashMap<&'static str, &'static [u8]> {
    let mut index = HashMap::new();
    let Some(end) = PACK.windows(2).position(|w| w == b"\n\n") else {
        return index;
    };
    let mut at = end + 2;
    for line in std::str::from_utf8(&PACK[..end]).unwrap_or("").lines() {
        let Some((id, length)) = line.split_once(' ') else {
            continue;
        };
        let length: usize = length.parse().unwrap_or(0);
        if let Some(samples) = PACK.get(at..at + length) {
            index.insert(id, samples);
        }
        at += length;
    }
    index
}

impl Prompts {
    /// A prompt by id. An unknown one is a short double tone, so that a gap is heard and not just silence.
    pub fn get(&self, id: &str) -> Vec<i16> {
        match self.index.get_or_init(read_index).get(id) {
            Some(samples) => samples.iter().map(|b| ulaw_decode(*b)).collect(),
            None => media::tone::generate(&[620.0, 480.0], 150, -18.0),
        }
    }

    /// The same without a copy.
    pub fn sound(&self, id: &str) -> Sound {
        match self.index.get_or_init(read_index).get(id) {
            Some(samples) => Sound::Packed(samples),
            None => Sound::Samples(Arc::new(self.get(id))),
        }
    }

    /// A person's name as [`Prompts::name`] speaks it, without a copy.
    pub fn name_sounds(&self, name: &str, extension: &str) -> Vec<Sound> {
        if let Some(spoken) = self.spoken(name) {
            return vec![Sound::Samples(spoken)];
        }
        if extension.is_empty() {
            return vec![self.sound("the-person")];
        }
        extension.chars().filter(char::is_ascii_digit).map(|d| self.sound(&d.to_string())).collect()
    }

    /// Several prompts one after the other.
    pub fn say(&self, ids: &[&str]) -> Vec<i16> {
        ids.iter().flat_map(|id| self.get(id)).collect()
    }

    /// Whether a prompt exists.
    pub fn has(&self, id: &str) -> bool {
        self.index.get_or_init(read_index).contains_key(id)
    }

    /// A person's name: spoken by the synthesiser, else the extension digit by digit, else a general word.
    pub fn name(&self, name: &str, extension: &str) -> Vec<i16> {
        if let Some(spoken) = self.text(name) {
            return spoken;
        }
        if extension.is_empty() { self.get("the-person") } else { self.digits(extension) }
    }

    /// Any text by the synthesiser; `None` where none is installed.
    pub fn text(&self, text: &str) -> Option<Vec<i16>> {
        self.spoken(text).map(|s| s.to_vec())
    }

    fn spoken(&self, text: &str) -> Option<Arc<Vec<i16>>> {
        if text.trim().is_empty() {
            return None;
        }
        if let Some(known) = self.names.lock().get(text) {
            return Some(known.clone());
        }
        let spoken = Arc::new(crate::service::blocking(|| speech::speak(text))?);
        let mut names = self.names.lock();
        if names.len() > 2000 {
            names.clear();
        }
        names.insert(text.to_string(), spoken.clone());
        Some(spoken)
    }

    /// Digits one by one; other characters are left out.
    pub fn digits(&self, text: &str) -> Vec<i16> {
        text.chars().filter(char::is_ascii_digit).flat_map(|d| self.get(&d.to_string())).collect()
    }

    /// A number as words.
    pub fn number(&self, number: u32) -> Vec<i16> {
        super::number::words(number).iter().flat_map(|w| self.get(w)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_that_scripts_use_exist() {
        let prompts = Prompts::default();
        for id in [
            "leave-message-for",
            "after-the-tone",
            "goodbye",
            "message-sent",
            "after-recording-menu",
            "0",
            "9",
            "hundred",
        ] {
            assert!(prompts.has(id), "{id}");
            assert!(prompts.get(id).len() > 1000, "{id}");
        }
    }
}
