//! How alike two recordings are.

use command::{ErrorCategory, Result, Value};
use directory::{Fault, NounCode, Work};
use std::path::PathBuf;
use values::Object;

pub static NOUN: NounCode = NounCode {
    noun: "DialtoneAudio",
    verbs: &[("Compare", compare)],
    heeds: &["ReferencePath", "Path"],
    ..NounCode::PLAIN
};

/// Samples of a sound in the telephone band (8 kHz).
const RATE: f64 = 8000.0;

/// The file of a parameter as 8 kHz samples of one channel.
fn sound(work: &mut Work, name: &str) -> Result<std::result::Result<(PathBuf, Vec<i16>), Fault>> {
    let given = work.bound.str(name).map_or_else(String::new, |t| t.to_string());
    let path = work.session.file_path(&given)?;
    Ok(match media::file::read_wav(&path) {
        Ok(sound) => Ok((path, sound.narrowband())),
        Err(error) => Err(Fault::new(
            "AudioFileException",
            "AudioFileUnreadable",
            ErrorCategory::InvalidData,
            format!("'{}' can't be read as a WAV file: {error}", path.display()),
        )),
    })
}

fn compare(work: &mut Work) -> Result<()> {
    let (_, wanted) = match sound(work, "ReferencePath")? {
        Ok(sound) => sound,
        Err(fault) => return work.fail(&fault),
    };
    let (path, heard) = match sound(work, "Path")? {
        Ok(sound) => sound,
        Err(fault) => return work.fail(&fault),
    };
    let (similarity, shift) = media::compare::correlate_pieces(&wanted, &heard);
    let seconds = |samples: usize| Value::F64((samples as f64 / RATE * 1000.0).round() / 1000.0);
    work.session.write(Object::typed(
        "Dialtone.AudioComparison",
        [
            ("Path", Value::from(path.display().to_string())),
            ("Duration", seconds(heard.len())),
            ("Offset", seconds(shift)),
            ("Similarity", Value::F64((similarity * 1000.0).round() / 1000.0)),
        ],
    ))
}
