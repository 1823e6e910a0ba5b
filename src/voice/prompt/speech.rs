//! espeak-ng as a separate program, where it is installed.

use media::file::parse_wav;
use std::process::{Command, Stdio};

/// Longest text spoken.
const LONGEST: usize = 2000;

/// Speaks a text at 8 kHz; `None` without the program or when it fails.
pub(super) fn speak(text: &str) -> Option<Vec<i16>> {
    // A text is one argument and never starts like an option.
    let text: String = text.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    let text = text.trim_start_matches('-').to_string();
    let output = Command::new("espeak-ng")
        .args(["-v", "en-us", "-s", "165", "--stdout", "--"])
        .arg(text)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()
        .filter(|o| o.status.success())?;
    let sound = parse_wav(&output.stdout).ok()?;
    Some(sound.narrowband()).filter(|s| !s.is_empty())
}
