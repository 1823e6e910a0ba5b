//! Recording a message into a file that survives a crash at any moment.

use super::session::{Ended, Session};
use crate::mailbox::{MessageClass, MessageDraft, VoiceStore};
use crate::service::Runtime;
use media::file::{WavFormat, WavWriter, read_wav};
use media::tone::ActivityDetector;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::sync::Arc;

/// Less speech than this is no message (assumed).
pub const MIN_SPEECH: u32 = 1000;

/// Frames by which a key may overtake the sound: two jitter buffers of 60 ms.
const OVERTAKEN: u32 = 6;

/// What is needed to deliver a recording after a crash.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Sidecar {
    pub mailbox: String,
    pub caller: String,
    pub caller_name: String,
    pub caller_smtp: String,
    pub call_id: String,
}

/// A recording.
#[derive(Debug, Clone, Default)]
pub struct Recording {
    pub samples: Vec<i16>,
    /// Milliseconds of speech.
    pub speech: u32,
    /// The key that ended it.
    pub key: Option<char>,
    /// Ended by the length limit.
    pub limited: bool,
    /// The call ended with it.
    pub ended: Option<Ended>,
    wav: PathBuf,
    note: PathBuf,
}

impl Recording {
    /// Whether it holds enough speech to be a message.
    pub fn is_message(&self) -> bool {
        self.speech >= MIN_SPEECH
    }

    /// Removes the working files, once the message is delivered or dropped.
    pub fn discard_files(&self) {
        for path in [&self.note, &self.wav] {
            if let Err(error) = std::fs::remove_file(path) {
                tracing::debug!(%error, path = %path.display(), "working file not removed");
            }
        }
    }
}

/// Limits of a recording.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Milliseconds.
    pub longest: u64,
    /// Milliseconds of silence that end it.
    pub idle: u32,
}

/// Records until hang-up, a key, silence or the limit. The file is on the disk all the time.
pub async fn record(
    session: &mut Session,
    store: &VoiceStore,
    sidecar: &Sidecar,
    limits: Limits,
) -> std::io::Result<Recording> {
    let folder = store.folder(&sidecar.mailbox);
    std::fs::create_dir_all(&folder)?;
    let name = signaling::agent::token();
    let (wav, note) = (folder.join(format!("{name}.recording.wav")), folder.join(format!("{name}.recording.json")));
    std::fs::write(&note, serde_json::to_vec(sidecar)?)?;
    let mut writer = WavWriter::create(&wav, 8000, WavFormat::Pcm16)?;
    let mut activity = ActivityDetector::default();
    let mut recording = Recording { wav, note, ..Recording::default() };
    // The sound is in the file alone until the end: hundreds may record for twenty minutes.
    let mut length = 0;
    // Where speech ended last, so that trailing silence can be cut.
    let mut last_speech = 0;
    loop {
        let heard = match session.tick(None).await {
            Ok(heard) => heard,
            Err(ended) => {
                recording.ended = Some(ended);
                break;
            }
        };
        if let Some(key) = heard.key {
            recording.key = Some(key);
            if session.leg.has_events() {
                // Events overtake the sound, which jitter buffers on the way have delayed.
                for _ in 0..OVERTAKEN {
                    let Ok(heard) = session.tick(None).await else {
                        break;
                    };
                    length += media::FRAME;
                    writer.write(&heard.frame)?;
                }
            } else {
                // The first 40 ms of the key are in the sound.
                length = length.saturating_sub(2 * media::FRAME);
            }
            break;
        }
        if session.leg.is_held() {
            continue;
        }
        length += media::FRAME;
        writer.write(&heard.frame)?;
        if activity.feed(&heard.frame) {
            last_speech = length;
        }
        if activity.silence() >= limits.idle {
            break;
        }
        if length as u64 / 8 >= limits.longest {
            recording.limited = true;
            break;
        }
    }
    recording.speech = activity.speech();
    // A second after the last speech stays: words fade out below the threshold.
    let keep = (last_speech + 8000).min(length);
    writer.finish(Some(keep as u64))?;
    if keep > 0 {
        let read = crate::service::blocking(|| read_wav(&recording.wav));
        recording.samples = read.map_err(std::io::Error::other)?.samples;
    }
    Ok(recording)
}

/// Delivers what a service that died had recorded, marked as interrupted; returns how many messages that made.
pub fn recover(runtime: &Arc<Runtime>) -> usize {
    let snapshot = runtime.snapshot();
    let Ok(mailboxes) = std::fs::read_dir(runtime.store.home().join("mailboxes")) else {
        return 0;
    };
    let mut delivered = 0;
    for folder in mailboxes.flatten() {
        let Ok(files) = std::fs::read_dir(folder.path()) else {
            continue;
        };
        for file in files.flatten() {
            let note = file.path();
            let Some(stem) = note.file_name().and_then(|n| n.to_str()).and_then(|n| n.strip_suffix(".recording.json"))
            else {
                continue;
            };
            let wav = note.with_file_name(format!("{stem}.recording.wav"));
            let sidecar: Sidecar =
                std::fs::read(&note).ok().and_then(|b| serde_json::from_slice(&b).ok()).unwrap_or_default();
            let samples = read_wav(&wav).map(|s| s.samples).unwrap_or_default();
            let mut activity = ActivityDetector::default();
            samples.chunks_exact(media::FRAME).for_each(|f| {
                activity.feed(f);
            });
            if !sidecar.mailbox.is_empty() && activity.speech() >= MIN_SPEECH {
                let draft = MessageDraft {
                    mailbox: sidecar.mailbox.clone(),
                    class: MessageClass::CallAnswering,
                    caller: sidecar.caller.clone(),
                    caller_name: sidecar.caller_name.clone(),
                    caller_smtp: sidecar.caller_smtp.clone(),
                    call_id: sidecar.call_id.clone(),
                    audio: samples,
                    interrupted: true,
                    ..MessageDraft::default()
                };
                match runtime.delivery.deliver(&snapshot, &draft) {
                    Ok(_) => delivered += 1,
                    Err(error) => {
                        runtime.events.write(
                            1030,
                            "Error",
                            "",
                            &sidecar.call_id,
                            format!("An interrupted recording could not be delivered: {error}"),
                        );
                        continue;
                    }
                }
            }
            let recording = Recording { wav, note, ..Recording::default() };
            recording.discard_files();
        }
    }
    delivered
}
