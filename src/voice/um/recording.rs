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

/// Frames by which a key may overtake the sound on its way through others' jitter buffers: two of 60 ms.
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

/// Recordings that are completed at a time.
static FINISHING: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(4);

/// Limits of a recording.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Milliseconds.
    pub longest: u64,
    /// Milliseconds of silence that end it.
    pub idle: u32,
}

/// The file while it grows.
struct Tape {
    writer: WavWriter,
    activity: ActivityDetector,
    /// Samples so far.
    length: usize,
    /// Where speech ended last, so that trailing silence can be cut.
    last_speech: usize,
    most: usize,
    failed: Option<std::io::Error>,
}

impl Tape {
    /// Writes 20 ms; nothing while the call is on hold, and nothing past the limit.
    fn put(&mut self, frame: &media::Frame, held: bool) {
        if held || self.length >= self.most || self.failed.is_some() {
            return;
        }
        self.length += media::FRAME;
        self.failed = self.writer.write(frame).err();
        if self.activity.feed(frame) {
            self.last_speech = self.length;
        }
    }
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
    // The sound is in the file alone until the end: hundreds may record for twenty minutes.
    let mut tape = Tape {
        writer: WavWriter::create(&wav, 8000, WavFormat::Pcm16)?,
        activity: ActivityDetector::default(),
        length: 0,
        last_speech: 0,
        most: limits.longest as usize * 8,
        failed: None,
    };
    let mut recording = Recording { wav, note, ..Recording::default() };
    loop {
        let held = session.leg.is_held();
        let heard = session.record(|frame| tape.put(frame, held)).await;
        match heard {
            Err(ended) => recording.ended = Some(ended),
            Ok(Some(key)) => {
                recording.key = Some(key);
                if session.leg.has_events() {
                    for _ in 0..OVERTAKEN {
                        if session.record(|frame| tape.put(frame, held)).await.is_err() {
                            break;
                        }
                    }
                } else {
                    // The first 40 ms of the key are in the sound.
                    tape.length = tape.length.saturating_sub(2 * media::FRAME);
                }
            }
            Ok(None) => {}
        }
        if let Some(error) = tape.failed.take() {
            return Err(error);
        }
        recording.limited = tape.length >= tape.most;
        if heard != Ok(None) || recording.limited || tape.activity.silence() >= limits.idle {
            break;
        }
    }
    let Tape { writer, activity, length, last_speech, .. } = tape;
    recording.speech = activity.speech();
    // A second after the last speech stays: words fade out below the threshold.
    let keep = (last_speech + 8000).min(length);
    // The disk takes its time, and each wait a thread: when hundreds hang up at once they wait for each other. It is never closed.
    let _turn = FINISHING.acquire().await;
    crate::service::blocking(|| {
        writer.finish(Some(keep as u64))?;
        if keep > 0 {
            recording.samples = read_wav(&recording.wav).map_err(std::io::Error::other)?.samples;
        }
        Ok(recording)
    })
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
