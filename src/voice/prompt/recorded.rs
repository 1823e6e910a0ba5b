//! Sounds that users and administrators recorded: kept once for all calls that play them, and no longer than these last.

use super::Sound;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use std::time::SystemTime;

/// Files known at most, before those that nobody plays are forgotten.
const MOST: usize = 1000;

struct Known {
    changed: SystemTime,
    length: u64,
    samples: Weak<Vec<i16>>,
}

/// The sounds; clones share them.
#[derive(Clone, Default)]
pub struct Recorded {
    known: Arc<Mutex<HashMap<PathBuf, Known>>>,
}

impl Recorded {
    /// The sound of a file as it is now; none when it cannot be read.
    pub fn sound(&self, file: &Path) -> Option<Sound> {
        let facts = std::fs::metadata(file).ok()?;
        let (changed, length) = (facts.modified().ok()?, facts.len());
        let as_it_is = |known: &Known| (known.changed, known.length) == (changed, length);
        let kept = self.known.lock().get(file).filter(|k| as_it_is(k)).and_then(|k| k.samples.upgrade());
        if let Some(samples) = kept {
            return Some(Sound::Samples(samples));
        }
        let samples = Arc::new(media::file::read_wav(file).ok()?.narrowband());
        let mut known = self.known.lock();
        if known.len() >= MOST {
            known.retain(|_, k| k.samples.strong_count() > 0);
        }
        known.insert(file.to_path_buf(), Known { changed, length, samples: Arc::downgrade(&samples) });
        Some(Sound::Samples(samples))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_share_a_sound_until_its_file_changes() {
        let file = std::env::temp_dir().join(format!("dialtone-recorded-{}.wav", std::process::id()));
        let write = |samples: &[i16]| {
            std::fs::write(&file, media::file::encode_wav(samples, 8000, media::file::WavFormat::Pcm16)).unwrap();
        };
        let recorded = Recorded::default();
        assert!(recorded.sound(&file).is_none());
        write(&[1; 160]);
        let samples = || match recorded.sound(&file) {
            Some(Sound::Samples(samples)) => samples,
            _ => panic!("no samples"),
        };
        let first = samples();
        assert!(Arc::ptr_eq(&first, &samples()));
        write(&[2; 320]);
        assert_eq!((first.len(), samples().len()), (160, 320));
        std::fs::remove_file(&file).unwrap();
    }
}
