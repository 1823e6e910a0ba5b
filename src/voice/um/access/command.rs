//! Reading commands of one or two keys, and playing with them.

use crate::um::keys::{Command, Keys, PLAYING};
use crate::um::session::{Ended, Session};
use media::FRAME;
use std::time::Duration;

/// Wait for the second key of a command (assumed).
const SECOND: Duration = Duration::from_millis(1500);
/// Speeds of playing (assumed), in hundredths.
const SPEEDS: [usize; 4] = [75, 100, 125, 150];
/// Step of rewinding and skipping: 5 s (assumed).
const STEP: usize = 5 * 8000;
/// A pause ends by itself after so long.
const PAUSE: Duration = Duration::from_secs(60);

/// What was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pressed {
    Command(Command),
    /// Keys that mean nothing here.
    Unknown,
    Nothing,
}

/// Reads the command that `first` begins.
pub(super) async fn command(session: &mut Session, keys: Keys, first: char) -> Result<Pressed, Ended> {
    let meaning = |text: &str| keys.iter().find(|(k, _)| *k == text).map(|(_, c)| Pressed::Command(*c));
    let (single, double) = (first.to_string(), [first, first].iter().collect::<String>());
    let (single, double) = (meaning(&single), meaning(&double));
    if let Some(double) = double {
        match session.wait_key(SECOND).await? {
            Some(second) if second == first => return Ok(double),
            Some(other) => session.unread_key(other),
            None => {}
        }
    }
    Ok(single.unwrap_or(Pressed::Unknown))
}

/// Plays a prompt and waits for a command.
pub(super) async fn ask(
    session: &mut Session,
    keys: Keys,
    prompt: &[i16],
    timeout: Duration,
) -> Result<Pressed, Ended> {
    match session.ask(prompt, timeout).await? {
        Some(first) => command(session, keys, first).await,
        None => Ok(Pressed::Nothing),
    }
}

/// The sound at another speed, at its own pitch: short pieces that overlap are taken nearer together or further apart.
fn at_speed(sound: &[i16], speed: usize) -> Vec<i16> {
    if speed == 100 {
        return sound.to_vec();
    }
    let mut out = vec![0i32; sound.len() * 100 / speed + 2 * FRAME];
    let mut at = 0;
    loop {
        let from = at * speed / 100;
        if from >= sound.len() || at + 2 * FRAME > out.len() {
            break;
        }
        for (offset, sample) in sound[from..].iter().take(2 * FRAME).enumerate() {
            let weight = if offset < FRAME { offset } else { 2 * FRAME - offset } as i32;
            out[at + offset] += i32::from(*sample) * weight / FRAME as i32;
        }
        at += FRAME;
    }
    out.truncate(at);
    out.into_iter().map(|s| s.clamp(-32768, 32767) as i16).collect()
}

/// Plays a message with its keys for moving about; other commands end it and come back.
pub(super) async fn playback(session: &mut Session, sound: &[i16]) -> Result<Pressed, Ended> {
    let (mut at, mut speed) = (0, 1);
    while at < sound.len() {
        let before = session.duration();
        let Some(key) = session.play(&at_speed(&sound[at..], SPEEDS[speed]), true).await? else {
            return Ok(Pressed::Nothing);
        };
        let passed = (session.duration() - before).as_millis() as usize * 8 * SPEEDS[speed] / 100;
        at = (at + passed).min(sound.len());
        match command(session, PLAYING, key).await? {
            Pressed::Command(Command::Rewind) => at = at.saturating_sub(STEP),
            Pressed::Command(Command::Skip) => at = (at + STEP).min(sound.len()),
            Pressed::Command(Command::Slower) => speed = speed.saturating_sub(1),
            Pressed::Command(Command::Faster) => speed = (speed + 1).min(SPEEDS.len() - 1),
            Pressed::Command(Command::Pause) => {
                if session.wait_key(PAUSE).await?.is_none() {
                    return Ok(Pressed::Nothing);
                }
            }
            Pressed::Command(Command::End) => return Ok(Pressed::Nothing),
            other => return Ok(other),
        }
    }
    Ok(Pressed::Nothing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speed_changes_length_and_not_level() {
        let sound = media::tone::generate(&[400.0], 1000, -10.0);
        for speed in SPEEDS {
            let changed = at_speed(&sound, speed);
            let wanted = sound.len() * 100 / speed;
            assert!(changed.len().abs_diff(wanted) <= 3 * FRAME, "{speed}: {} of {wanted}", changed.len());
            let loud = changed[FRAME..changed.len() - 2 * FRAME].iter().map(|s| s.unsigned_abs()).max().unwrap_or(0);
            assert!(loud > 5000, "{speed}: {loud}");
        }
    }
}
