//! Custom prompts of dial plans and auto attendants: WAV files in the home, which the UM service plays.

use std::path::PathBuf;

use command::{ErrorCategory, Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

pub static NOUN: NounCode = NounCode {
    noun: "UMPrompt",
    heeds: &["PromptFileName", "PromptFileData", "UMAutoAttendant", "UMDialPlan"],
    verbs: &[("Import", import), ("Export", export)],
    ..NounCode::PLAIN
};

/// The largest prompt, as in the product.
const LARGEST: usize = 5 * 1024 * 1024;

/// The plan or attendant, and where its prompt of that name lies.
fn place(work: &mut Work) -> std::result::Result<(String, String, PathBuf), Fault> {
    let noun = if work.bound.has("UMAutoAttendant") { "UMAutoAttendant" } else { "UMDialPlan" };
    let value = work.bound.value(noun);
    let owner = work.target(noun, &value)?;
    let name = work.bound.str("PromptFileName").map_or_else(String::new, |t| t.to_string());
    let is_plain = !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', ':', '\0']);
    let kind = name.rsplit_once('.').map(|(_, end)| end.to_lowercase());
    if !is_plain || !matches!(kind.as_deref(), Some("wav" | "wma" | "mp3")) {
        let text =
            format!("'{name}' isn't a valid prompt file name: it must be a name without a folder that ends in .wav.");
        return Err(Fault::exchange("InvalidFileNameException", "UMPrompt", text).at(&name));
    }
    let path = work.session.home().join("prompts").join(&owner.name).join(&name);
    Ok((owner.name, name, path))
}

/// Why the service could not play it.
fn fault_of(bytes: &[u8]) -> Option<&'static str> {
    if bytes.len() > LARGEST {
        return Some("it is larger than 5 MB");
    }
    let word = |at: usize| bytes.get(at..at + 2).map(|b| u16::from_le_bytes([b[0], b[1]]));
    let is_wave = bytes.get(..4) == Some(b"RIFF".as_slice()) && bytes.get(8..12) == Some(b"WAVE".as_slice());
    // The format chunk is the first of the files that the product asks for: PCM of 16 bits, one channel.
    match (is_wave, bytes.get(12..16) == Some(b"fmt ".as_slice()), word(20), word(22), word(34)) {
        (true, true, Some(1), Some(1), Some(16)) => None,
        (true, ..) => Some("it isn't linear PCM of 16 bits with one channel"),
        _ => Some("it isn't a WAV file"),
    }
}

fn import(work: &mut Work) -> Result<()> {
    let (owner, name, path) = match place(work) {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    let data = work.bound.value("PromptFileData");
    let bytes: Option<Vec<u8>> = data
        .as_array()
        .and_then(|a| a.to_vec().iter().map(|v| v.as_i64().and_then(|n| u8::try_from(n).ok())).collect());
    let Some(bytes) = bytes else {
        let text = "PromptFileData must hold the bytes of the file: [System.IO.File]::ReadAllBytes('prompt.wav').";
        return work.fail(&Fault::argument("PromptFileDataInvalid", text));
    };
    if let Some(why) = fault_of(&bytes) {
        let text = format!("The prompt '{name}' can't be imported: {why}.");
        return work.fail(&Fault::exchange("UnsupportedCustomGreetingWaveFormatException", "UMPrompt", text).at(&name));
    }
    if !work.should(&format!("{owner}\\{name}"))? {
        return Ok(());
    }
    // Whole or not at all: a call may be playing the old one.
    let draft = path.with_extension("new");
    let done = path
        .parent()
        .map_or(Ok(()), store::make_private)
        .and_then(|()| std::fs::write(&draft, &bytes))
        .and_then(|()| std::fs::rename(&draft, &path));
    match done {
        Ok(()) => Ok(()),
        Err(error) => {
            let text = format!("The prompt '{name}' could not be stored: {error}.");
            work.fail(&Fault::new("IOException", "PromptNotStored", ErrorCategory::WriteError, text).at(&name))
        }
    }
}

fn export(work: &mut Work) -> Result<()> {
    let (owner, name, path) = match place(work) {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    let Ok(bytes) = std::fs::read(&path) else {
        let text = format!("The prompt '{name}' of '{owner}' couldn't be found.");
        return work.fail(&Fault::exchange("PromptNotFoundException", "UMPrompt", text).at(&name));
    };
    if !work.should(&format!("{owner}\\{name}"))? {
        return Ok(());
    }
    let row = Object::typed(
        "Microsoft.Exchange.Data.Directory.SystemConfiguration.UMPrompt",
        [
            ("Name", Value::from(name.as_str())),
            ("Identity", Value::from(format!("{owner}\\{name}"))),
            ("AudioData", Value::bytes(&bytes)),
        ],
    );
    work.session.write(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats() {
        let wave = |format: u16, channels: u16, bits: u16| {
            let mut bytes = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0".to_vec();
            bytes.extend(format.to_le_bytes());
            bytes.extend(channels.to_le_bytes());
            bytes.extend([0; 10]);
            bytes.extend(bits.to_le_bytes());
            bytes
        };
        for (bytes, good) in [
            (wave(1, 1, 16), true),
            (wave(1, 2, 16), false),
            (wave(7, 1, 8), false),
            (b"ID3".to_vec(), false),
            (vec![0; LARGEST + 1], false),
        ] {
            assert_eq!(fault_of(&bytes).is_none(), good);
        }
    }
}
