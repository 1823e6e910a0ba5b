//! Personal options: away greeting, greetings, PIN, time zone, the way times are spoken.

use super::{Access, DIGITS, MENU};
use crate::config::{MailboxPolicy, UmMailbox};
use crate::service::Runtime;
use crate::um::recording::{Limits, Sidecar, record};
use crate::um::session::{Ended, Session};
use serde::{Deserialize, Serialize};

/// What a user chose by telephone; kept beside the greetings.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Preferences {
    pub hours24: bool,
    /// East of Greenwich.
    pub zone_minutes: i64,
}

impl Preferences {
    fn path(runtime: &Runtime, mailbox: &UmMailbox) -> std::path::PathBuf {
        runtime.store.folder(&mailbox.id).join("preferences.json")
    }

    /// Reads them; nothing chosen yet is UTC and twelve hours.
    pub fn load(runtime: &Runtime, mailbox: &UmMailbox) -> Preferences {
        let read = std::fs::read(Preferences::path(runtime, mailbox)).ok();
        read.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }

    fn save(&self, runtime: &Runtime, mailbox: &UmMailbox) -> std::io::Result<()> {
        std::fs::create_dir_all(runtime.store.folder(&mailbox.id))?;
        std::fs::write(Preferences::path(runtime, mailbox), serde_json::to_vec(self)?)
    }
}

impl Access<'_> {
    pub(super) async fn options(
        &self,
        session: &mut Session,
        mailbox: &UmMailbox,
        policy: &MailboxPolicy,
    ) -> Result<(), Ended> {
        let prompts = self.prompts();
        let folder = self.runtime.store.folder(&mailbox.id);
        for _ in 0..self.plan.input_failures_before_disconnect.max(1) {
            match session.ask(&prompts.get("personal-options"), MENU).await? {
                Some('1') => {
                    // The away greeting is on when its file has the name that call answering looks for.
                    let (on, off) = (folder.join("greeting-away.wav"), folder.join("greeting-away.off.wav"));
                    let now_on = if on.exists() {
                        std::fs::rename(&on, &off).is_err()
                    } else {
                        std::fs::rename(&off, &on).is_ok()
                    };
                    session.play(&prompts.get(if now_on { "away-on" } else { "away-off" }), true).await?;
                }
                Some('2') => {
                    let name = match session.ask(&prompts.get("greeting-choice"), MENU).await? {
                        Some('1') => "greeting.wav",
                        Some('2') => "greeting-away.off.wav",
                        _ => continue,
                    };
                    self.record_greeting(session, mailbox, policy, &folder.join(name)).await?;
                }
                Some('3') => {
                    self.change_pin(session, mailbox, policy).await?;
                }
                Some('4') => {
                    session.play(&prompts.get("touch-tone-only"), true).await?;
                }
                Some('5') => self.choose_zone(session, mailbox).await?,
                Some('6') => {
                    let mut chosen = Preferences::load(self.runtime, mailbox);
                    chosen.hours24 = !chosen.hours24;
                    let kept = chosen.save(self.runtime, mailbox).is_ok();
                    let said = if chosen.hours24 { "clock-24" } else { "clock-12" };
                    session.play(&prompts.get(if kept { said } else { "not-available" }), true).await?;
                }
                Some('0') => {}
                Some('*') | None => return Ok(()),
                Some(_) => {
                    session.play(&prompts.get("invalid-entry"), true).await?;
                }
            }
        }
        Ok(())
    }

    async fn record_greeting(
        &self,
        session: &mut Session,
        mailbox: &UmMailbox,
        policy: &MailboxPolicy,
        path: &std::path::Path,
    ) -> Result<(), Ended> {
        let prompts = self.prompts();
        for _ in 0..self.plan.input_failures_before_disconnect.max(1) {
            session.play(&prompts.get("record-greeting"), true).await?;
            session.play(&media::tone::beep(), false).await?;
            let sidecar = Sidecar { mailbox: mailbox.id.clone(), call_id: self.call_id.into(), ..Sidecar::default() };
            let limits = Limits {
                longest: u64::from(policy.max_greeting_duration) * 60_000,
                idle: self.plan.recording_idle_timeout * 1000,
            };
            let Ok(recording) = record(session, &self.runtime.store, &sidecar, limits).await else { return Ok(()) };
            recording.discard_files();
            if let Some(ended) = recording.ended {
                return Err(ended);
            }
            if session.ask(&prompts.get("greeting-accept"), MENU).await? == Some('1') {
                let bytes = media::file::encode_wav(&recording.samples, 8000, media::file::WavFormat::Pcm16);
                if std::fs::write(path, bytes).is_ok() {
                    session.play(&prompts.get("greeting-saved"), true).await?;
                }
                return Ok(());
            }
        }
        Ok(())
    }

    /// Hours from Greenwich; west of it begins with a star.
    async fn choose_zone(&self, session: &mut Session, mailbox: &UmMailbox) -> Result<(), Ended> {
        let prompts = self.prompts();
        let mut chosen = Preferences::load(self.runtime, mailbox);
        let mut prompt = prompts.get("time-zone");
        prompt.extend(prompts.number(chosen.zone_minutes.unsigned_abs() as u32 / 60));
        prompt.extend(prompts.get("time-zone-choice"));
        let mut entered = session.collect(&prompt, 3, DIGITS).await?;
        let west = entered == "*";
        if west {
            entered = session.collect(&media::tone::silence(100), 2, DIGITS).await?;
        }
        match entered.parse::<i64>() {
            Ok(hours @ 0..=14) => {
                chosen.zone_minutes = if west { -hours * 60 } else { hours * 60 };
                let kept = chosen.save(self.runtime, mailbox).is_ok();
                session.play(&prompts.get(if kept { "zone-kept" } else { "not-available" }), true).await?;
            }
            _ => {
                session.play(&prompts.get("invalid-entry"), true).await?;
            }
        }
        Ok(())
    }
}
