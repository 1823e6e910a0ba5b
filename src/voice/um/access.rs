//! Outlook Voice Access: signing in with a PIN, hearing messages, greetings, PIN, finding people.

use super::directory::{Found, search};
use super::outdial::{Authority, authorize};
use super::recording::{Limits, Sidecar, record};
use super::session::{Ended, Session};
use crate::config::{MailboxPolicy, Snapshot, UmDialPlan, UmMailbox};
use crate::mailbox::{MessageClass, MessageDraft, SignIn, VoiceMessage, check_pin_rules};
use crate::prompt::Prompts;
use crate::record::{CallRecord, CallType};
use crate::service::{Runtime, blocking};
use std::sync::Arc;
use std::time::Duration;

/// Pause before a menu counts as unanswered.
const MENU: Duration = Duration::from_secs(5);
/// Pause between digits.
const DIGITS: Duration = Duration::from_secs(4);

/// What Outlook Voice Access needs to know.
pub struct Access<'a> {
    pub runtime: &'a Arc<Runtime>,
    pub snapshot: &'a Snapshot,
    pub plan: &'a UmDialPlan,
    pub call_id: &'a str,
}

/// What the caller wants in the end.
pub enum AccessEnd {
    /// The call is over or is to be hung up.
    Done(Option<Ended>),
    /// Transfer there.
    Transfer(String),
    /// Leave a message for that mailbox.
    Message(Box<UmMailbox>),
    /// Go to the auto attendant of the plan.
    Attendant(String),
}

impl Access<'_> {
    fn prompts(&self) -> &Prompts {
        &self.runtime.prompts
    }

    /// Runs the call; `known` is the mailbox of a caller who was recognised.
    pub async fn run(&self, session: &mut Session, record: &mut CallRecord, known: Option<&UmMailbox>) -> AccessEnd {
        record.call_type = CallType::SubscriberAccess.name().into();
        match self.steps(session, record, known).await {
            Ok(end) => end,
            Err(ended) => AccessEnd::Done(Some(ended)),
        }
    }

    async fn steps(
        &self,
        session: &mut Session,
        record: &mut CallRecord,
        known: Option<&UmMailbox>,
    ) -> Result<AccessEnd, Ended> {
        let mut welcome = media::tone::silence(300);
        let custom = (!self.plan.welcome_greeting.is_empty())
            .then(|| super::attendant::custom_prompt(self.runtime, &self.plan.name, &self.plan.welcome_greeting))
            .flatten();
        welcome.extend(custom.unwrap_or_else(|| self.prompts().get("welcome")));
        let mut barged = session.play(&welcome, true).await?.is_some();
        if !self.plan.info_announcement.is_empty()
            && let Some(news) =
                super::attendant::custom_prompt(self.runtime, &self.plan.name, &self.plan.info_announcement)
        {
            barged |= session.play(&news, !self.plan.info_announcement_uninterruptible).await?.is_some();
        }
        if barged {
            session.flush_keys();
        }
        let mailbox = match known {
            Some(mailbox) => mailbox,
            None => match self.ask_mailbox(session).await? {
                Ok(mailbox) => mailbox,
                Err(end) => {
                    if !matches!(end, AccessEnd::Done(_)) {
                        record.call_type = CallType::UnauthenticatedPilotNumber.name().into();
                    }
                    return Ok(end);
                }
            },
        };
        record.caller_mailbox_alias = mailbox.alias.clone();
        let policy = self.snapshot.policy(&mailbox.policy).cloned().unwrap_or_default();
        if !mailbox.subscriber_access || !policy.allow_subscriber_access {
            session.play(&self.prompts().get("access-refused"), false).await?;
            return Ok(AccessEnd::Done(None));
        }
        let pinless = policy.allow_pinless && mailbox.pinless;
        if !pinless && !self.sign_in(session, mailbox, &policy).await? {
            return Ok(AccessEnd::Done(None));
        }
        self.main_menu(session, mailbox, &policy).await
    }

    /// Asks for the extension; `#` leads to the directory, `*` to the attendant, `0` to the operator.
    async fn ask_mailbox(&self, session: &mut Session) -> Result<Result<&UmMailbox, AccessEnd>, Ended> {
        for _ in 0..self.plan.input_failures_before_disconnect.max(1) {
            let entered =
                session.collect(&self.prompts().get("enter-extension"), self.plan.digits.max(1), DIGITS).await?;
            match entered.as_str() {
                "#" => {
                    let found = search(self.runtime, self.snapshot, self.plan, session).await?;
                    match found {
                        Some(Found::Call(number)) => {
                            if let Some(number) = self.allowed(session, &Authority::plan(self.plan), &number).await? {
                                return Ok(Err(AccessEnd::Transfer(number)));
                            }
                        }
                        Some(Found::Message(mailbox)) => return Ok(Err(AccessEnd::Message(mailbox))),
                        None => return Ok(Err(AccessEnd::Done(None))),
                    }
                }
                "*" if !self.plan.auto_attendant.is_empty() => {
                    return Ok(Err(AccessEnd::Attendant(self.plan.auto_attendant.clone())));
                }
                "0" if !self.plan.operator_extension.is_empty() => {
                    return Ok(Err(AccessEnd::Transfer(self.plan.operator_extension.clone())));
                }
                _ => {
                    if let Some(mailbox) = self.snapshot.mailbox(self.plan, &entered).filter(|_| !entered.is_empty()) {
                        return Ok(Ok(mailbox));
                    }
                    session.play(&self.prompts().get("invalid-entry"), true).await?;
                }
            }
        }
        session.play(&self.prompts().get("goodbye"), false).await?;
        Ok(Err(AccessEnd::Done(None)))
    }

    /// The number to dial when the authority lets it; else the caller hears that it cannot be dialled.
    async fn allowed(
        &self,
        session: &mut Session,
        authority: &Authority<'_>,
        number: &str,
    ) -> Result<Option<String>, Ended> {
        let dialed = authorize(self.snapshot, self.plan, authority, number);
        if dialed.is_none() {
            self.runtime.events.write(
                1038,
                "Warning",
                "",
                self.call_id,
                format!("A call to {number} was refused: no dialing rule allows it."),
            );
            session.play(&self.prompts().get("number-not-allowed"), true).await?;
        }
        Ok(dialed)
    }

    /// Asks for the PIN. Counters live on the mailbox and survive the call.
    async fn sign_in(&self, session: &mut Session, mailbox: &UmMailbox, policy: &MailboxPolicy) -> Result<bool, Ended> {
        for _ in 0..self.plan.logon_failures_before_disconnect.max(1) {
            let pin = session.collect(&self.prompts().get("enter-pin"), 24, DIGITS).await?;
            let mut state = match self.runtime.store.pin_state(&mailbox.id) {
                Ok(state) => state,
                Err(error) => {
                    tracing::warn!(%error, "sign-in state");
                    return Ok(false);
                }
            };
            // A PIN set by an administrator after the telephone changed it wins.
            if state.base != mailbox.pin {
                state = crate::mailbox::PinState {
                    base: mailbox.pin.clone(),
                    must_change: mailbox.pin_expired,
                    locked: mailbox.locked,
                    history: state.history,
                    ..Default::default()
                };
            }
            let outcome = blocking(|| state.attempt(&pin, &mailbox.pin, policy, &mailbox.extensions));
            if let Err(error) = self.runtime.store.set_pin_state(&mailbox.id, &state) {
                tracing::warn!(%error, "sign-in state");
                return Ok(false);
            }
            match outcome {
                SignIn::Accepted { must_change } => {
                    if must_change {
                        session.play(&self.prompts().get("pin-expired"), true).await?;
                        return self.change_pin(session, mailbox, policy).await;
                    }
                    return Ok(true);
                }
                SignIn::Wrong => {
                    self.warn(mailbox, "A sign-in to Outlook Voice Access failed: wrong PIN.");
                    session.play(&self.prompts().get("wrong-pin"), true).await?;
                }
                SignIn::Reset(fresh) => {
                    self.warn(mailbox, "The PIN was reset after too many failed sign-ins.");
                    let draft = MessageDraft {
                        mailbox: mailbox.id.clone(),
                        class: MessageClass::PinReset,
                        text: format!(
                            "Your Outlook Voice Access PIN was reset. Your new PIN is {fresh}. You must change it when you sign in."
                        ),
                        call_id: self.call_id.into(),
                        ..MessageDraft::default()
                    };
                    if let Err(error) = blocking(|| self.runtime.delivery.deliver(self.snapshot, &draft)) {
                        self.warn(mailbox, &format!("The new PIN could not be delivered: {error}"));
                    }
                    session.play(&self.prompts().get("pin-reset"), true).await?;
                }
                SignIn::Locked => {
                    self.warn(mailbox, "A sign-in to Outlook Voice Access was refused: the mailbox is locked.");
                    session.play(&self.prompts().get("locked-out"), false).await?;
                    return Ok(false);
                }
            }
        }
        session.play(&self.prompts().get("goodbye"), false).await?;
        Ok(false)
    }

    fn warn(&self, mailbox: &UmMailbox, text: &str) {
        self.runtime.events.write(1040, "Warning", "", self.call_id, format!("{} ({})", text, mailbox.smtp));
    }

    async fn change_pin(
        &self,
        session: &mut Session,
        mailbox: &UmMailbox,
        policy: &MailboxPolicy,
    ) -> Result<bool, Ended> {
        for _ in 0..self.plan.input_failures_before_disconnect.max(1) {
            let first = session.collect(&self.prompts().get("enter-new-pin"), 24, DIGITS).await?;
            let Ok(mut state) = self.runtime.store.pin_state(&mailbox.id) else { return Ok(false) };
            let mut used = state.history.clone();
            used.insert(0, if state.pin.is_empty() { mailbox.pin.clone() } else { state.pin.clone() });
            if let Err(rule) = blocking(|| check_pin_rules(&first, policy, &mailbox.extensions, &used)) {
                tracing::debug!(rule, "PIN refused");
                session.play(&self.prompts().get("pin-not-allowed"), true).await?;
                continue;
            }
            let second = session.collect(&self.prompts().get("confirm-new-pin"), 24, DIGITS).await?;
            if first != second {
                session.play(&self.prompts().get("pins-differ"), true).await?;
                continue;
            }
            state.base = mailbox.pin.clone();
            blocking(|| state.replace(&first, &mailbox.pin));
            if self.runtime.store.set_pin_state(&mailbox.id, &state).is_err() {
                return Ok(false);
            }
            session.play(&self.prompts().get("pin-changed"), true).await?;
            return Ok(true);
        }
        session.play(&self.prompts().get("goodbye"), false).await?;
        Ok(false)
    }

    fn voice_messages(&self, mailbox: &UmMailbox) -> Vec<VoiceMessage> {
        let all = self.runtime.store.messages(&mailbox.id).unwrap_or_default();
        let mut voice: Vec<VoiceMessage> = all
            .into_iter()
            .filter(|m| matches!(m.class, MessageClass::CallAnswering | MessageClass::VoiceAccess))
            .collect();
        // New ones first, important before others, then by time.
        voice.sort_by_key(|m| (m.read, m.importance != crate::mailbox::Importance::High));
        voice
    }

    async fn main_menu(
        &self,
        session: &mut Session,
        mailbox: &UmMailbox,
        policy: &MailboxPolicy,
    ) -> Result<AccessEnd, Ended> {
        let prompts = self.prompts();
        let unread = self.voice_messages(mailbox).iter().filter(|m| !m.read).count() as u32;
        let mut counts = Vec::new();
        if unread == 0 {
            counts.extend(prompts.get("no-new-messages"));
        } else {
            counts.extend(prompts.get("you-have"));
            counts.extend(prompts.number(unread));
            counts.extend(prompts.get(if unread == 1 { "new-voice-message" } else { "new-voice-messages" }));
        }
        let mut failures = 0;
        let mut prompt = counts;
        while failures < self.plan.input_failures_before_disconnect {
            prompt.extend(prompts.get("main-menu"));
            let key = session.ask(&prompt, MENU).await?;
            prompt = Vec::new();
            match key {
                Some('1') => {
                    if let Some(end) = self.messages(session, mailbox, policy).await? {
                        return Ok(end);
                    }
                }
                Some('2' | '3') => {
                    // assumed: neither e-mail nor calendar lie in this store.
                    session.play(&prompts.get("not-available"), true).await?;
                }
                Some('4') => match search(self.runtime, self.snapshot, self.plan, session).await? {
                    Some(Found::Call(number)) => {
                        if let Some(number) = self.allowed(session, &Authority::policy(policy), &number).await? {
                            return Ok(AccessEnd::Transfer(number));
                        }
                    }
                    Some(Found::Message(other)) => return Ok(AccessEnd::Message(other)),
                    None => {}
                },
                Some('6') => self.options(session, mailbox, policy).await?,
                Some('0' | '*') => {}
                _ => {
                    failures += 1;
                    session.play(&prompts.get(if key.is_none() { "no-input" } else { "invalid-entry" }), true).await?;
                }
            }
        }
        session.play(&prompts.get("goodbye"), false).await?;
        Ok(AccessEnd::Done(None))
    }

    fn header(&self, message: &VoiceMessage) -> Vec<i16> {
        let prompts = self.prompts();
        let mut sound = prompts.get("message-from");
        if !message.caller_name.is_empty()
            && let Some(name) = prompts.text(&message.caller_name)
        {
            sound.extend(name);
        } else if message.caller.is_empty() {
            sound.extend(prompts.get("unknown-caller"));
        } else {
            sound.extend(prompts.digits(message.caller.split('@').next().unwrap_or("")));
        }
        sound.extend(media::tone::silence(300));
        sound
    }

    /// Messages one after the other; `Some` ends the menu with a transfer.
    async fn messages(
        &self,
        session: &mut Session,
        mailbox: &UmMailbox,
        policy: &MailboxPolicy,
    ) -> Result<Option<AccessEnd>, Ended> {
        let prompts = self.prompts();
        let messages = self.voice_messages(mailbox);
        let mut index = 0;
        let mut heard_menu = false;
        while let Some(message) = messages.get(index) {
            let mut sound = self.header(message);
            if let Ok(recorded) = media::file::read_wav(std::path::Path::new(&message.audio_file)) {
                sound.extend(recorded.narrowband());
            }
            self.mark(mailbox, message, true);
            let mut pressed = self.playback(session, &sound).await?;
            if pressed.is_none() {
                let menu = if heard_menu { media::tone::silence(200) } else { prompts.get("message-menu") };
                heard_menu = true;
                pressed = session.ask(&menu, MENU).await?;
            }
            match pressed {
                Some('#') => index += 1,
                Some('7') => {
                    if self.runtime.store.delete(&message.id).is_ok() {
                        session.play(&prompts.get("message-deleted"), true).await?;
                        super::notify_waiting(self.runtime, &mailbox.id);
                    }
                    index += 1;
                }
                Some('9') => {
                    self.mark(mailbox, message, false);
                    session.play(&prompts.get("message-kept"), true).await?;
                    index += 1;
                }
                Some('8') => {
                    let sender = self.snapshot.mailbox(self.plan, &message.caller);
                    match sender {
                        Some(sender) => self.send_message(session, mailbox, sender).await?,
                        None => {
                            session.play(&prompts.get("not-available"), true).await?;
                        }
                    }
                }
                Some('6') => match search(self.runtime, self.snapshot, self.plan, session).await? {
                    Some(Found::Call(number)) => {
                        if let Some(number) = self.allowed(session, &Authority::policy(policy), &number).await? {
                            return Ok(Some(AccessEnd::Transfer(number)));
                        }
                    }
                    Some(Found::Message(other)) => self.forward(message, mailbox, &other),
                    None => {}
                },
                Some('2') if !message.caller.is_empty() => {
                    if let Some(number) = self.allowed(session, &Authority::policy(policy), &message.caller).await? {
                        return Ok(Some(AccessEnd::Transfer(number)));
                    }
                }
                Some('*') => return Ok(None),
                Some('1' | '0') => {}
                // Nobody there: the menu above counts the failures.
                None => return Ok(None),
                Some(_) => {
                    session.play(&prompts.get("invalid-entry"), true).await?;
                }
            }
        }
        session.play(&prompts.get("no-more-messages"), true).await?;
        Ok(None)
    }

    /// Plays a message: 1 back, 2 pause, 3 forward (5 s, assumed), 33 to the end; other keys end it.
    async fn playback(&self, session: &mut Session, sound: &[i16]) -> Result<Option<char>, Ended> {
        const SKIP: usize = 5 * 8000;
        let mut at = 0;
        while at < sound.len() {
            let before = session.duration();
            let Some(key) = session.play(&sound[at..], true).await? else { return Ok(None) };
            at += ((session.duration() - before).as_millis() as usize * 8).min(sound.len() - at);
            match key {
                '1' => at = at.saturating_sub(SKIP),
                '2' => {
                    if session.wait_key(Duration::from_secs(60)).await?.is_none() {
                        return Ok(None);
                    }
                }
                '3' => {
                    if session.wait_key(Duration::from_millis(1500)).await? == Some('3') {
                        return Ok(None);
                    }
                    at = (at + SKIP).min(sound.len());
                }
                other => return Ok(Some(other)),
            }
        }
        Ok(None)
    }

    fn mark(&self, mailbox: &UmMailbox, message: &VoiceMessage, read: bool) {
        match self.runtime.store.set_read(&message.id, read) {
            Ok(()) => super::notify_waiting(self.runtime, &mailbox.id),
            Err(error) => tracing::warn!(%error, "message not marked"),
        }
    }

    fn forward(&self, message: &VoiceMessage, from: &UmMailbox, to: &UmMailbox) {
        let audio = media::file::read_wav(std::path::Path::new(&message.audio_file))
            .map(|s| s.narrowband())
            .unwrap_or_default();
        self.deliver(from, to, audio);
    }

    fn deliver(&self, from: &UmMailbox, to: &UmMailbox, audio: Vec<i16>) {
        let policy = self.snapshot.policy(&from.policy);
        let draft = MessageDraft {
            mailbox: to.id.clone(),
            class: MessageClass::VoiceAccess,
            caller: if from.sip_address.is_empty() {
                from.extensions.first().cloned().unwrap_or_default()
            } else {
                from.sip_address.clone()
            },
            caller_name: from.display_name.clone(),
            caller_smtp: from.smtp.clone(),
            call_id: self.call_id.into(),
            protected: policy.is_some_and(|p| p.protect_authenticated.eq_ignore_ascii_case("all")),
            audio,
            ..MessageDraft::default()
        };
        match blocking(|| self.runtime.delivery.deliver(self.snapshot, &draft)) {
            Ok(_) => super::notify_waiting(self.runtime, &to.id),
            Err(error) => self.warn(to, &format!("A message could not be delivered: {error}")),
        }
    }

    /// Records a message from one user to another.
    async fn send_message(&self, session: &mut Session, from: &UmMailbox, to: &UmMailbox) -> Result<(), Ended> {
        session.play(&self.prompts().get("record-reply"), true).await?;
        session.play(&media::tone::beep(), false).await?;
        let sidecar = Sidecar {
            mailbox: to.id.clone(),
            caller: from.sip_address.clone(),
            caller_name: from.display_name.clone(),
            caller_smtp: from.smtp.clone(),
            call_id: self.call_id.into(),
        };
        let limits = Limits {
            longest: u64::from(self.plan.max_recording_duration) * 60_000,
            idle: self.plan.recording_idle_timeout * 1000,
        };
        let Ok(recording) = record(session, &self.runtime.store, &sidecar, limits).await else {
            session.play(&self.prompts().get("not-available"), true).await?;
            return Ok(());
        };
        recording.discard_files();
        if let Some(ended) = recording.ended {
            return Err(ended);
        }
        if recording.is_message() {
            self.deliver(from, to, recording.samples);
            session.play(&self.prompts().get("message-sent"), true).await?;
        }
        Ok(())
    }

    async fn options(&self, session: &mut Session, mailbox: &UmMailbox, policy: &MailboxPolicy) -> Result<(), Ended> {
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
}
