//! Call answering: greeting, tone, recording, options, delivery, goodbye.

use super::find_me::FindMe;
use super::keys::{after_recording, greeting};
use super::outdial::{Authority, authorize};
use super::recording::{Limits, Recording, Sidecar, record};
use super::rules::{Action, KeyMapping, Situation, choose, key_mapping};
use super::session::{Ended, Session};
use crate::config::{CallAnsweringRule, Snapshot, UmDialPlan, UmMailbox};
use crate::mailbox::{Importance, MessageClass, MessageDraft};
use crate::prompt::Sound;
use crate::record::{CallRecord, CallType};
use crate::router::Caller;
use crate::service::Runtime;
use std::sync::Arc;
use std::time::Duration;

/// Pause before a menu counts as unanswered.
const MENU: Duration = Duration::from_secs(5);

/// What call answering needs to know.
pub struct Deposit<'a> {
    pub runtime: &'a Arc<Runtime>,
    pub snapshot: &'a Snapshot,
    pub plan: &'a UmDialPlan,
    pub mailbox: &'a UmMailbox,
    pub caller: &'a Caller,
    pub call_id: &'a str,
    /// The server that holds the call.
    pub server: &'a str,
    /// Number or address that was called first.
    pub dialed: &'a str,
}

/// How call answering ended.
pub enum DepositEnd {
    /// The call is over or is to be hung up.
    Done(Option<Ended>),
    /// `*` was pressed: sign in to this mailbox.
    SignIn,
    /// `0`, or a key of a call answering rule, was pressed: transfer there.
    Operator(String),
    /// A call answering rule leads to the voice mail of somebody else.
    Message(Box<UmMailbox>),
}

/// How a call answering rule ended.
enum RuleEnd {
    Record,
    NoInput,
    End(DepositEnd),
}

impl Deposit<'_> {
    fn draft(&self, recording: &Recording) -> MessageDraft {
        let sender = self.caller.mailbox(self.snapshot, self.plan);
        MessageDraft {
            mailbox: self.mailbox.id.clone(),
            class: MessageClass::CallAnswering,
            caller: self.caller.party.clone(),
            caller_name: self.caller.name(self.snapshot, Some(self.plan)),
            caller_smtp: sender.map_or(String::new(), |m| m.smtp.clone()),
            call_id: self.call_id.to_string(),
            audio: recording.samples.clone(),
            ..MessageDraft::default()
        }
    }

    /// Delivers; the event log has the failure when the disk does not take it.
    async fn submit(&self, recording: &Recording, importance: Importance, private: bool) -> bool {
        let mut draft = self.draft(recording);
        draft.importance = importance;
        draft.private = private;
        let policy = self.snapshot.policy(&self.mailbox.policy);
        draft.protected = policy.is_some_and(|p| match p.protect_unauthenticated.to_ascii_lowercase().as_str() {
            "all" => true,
            "private" => private,
            _ => false,
        });
        // Each delivery takes a thread and an encoder: when hundreds hang up at once they wait for each other. It is never closed.
        let _turn = self.runtime.deliveries.acquire().await;
        match crate::service::blocking(|| self.runtime.delivery.deliver(self.snapshot, &draft)) {
            Ok(message) => {
                recording.discard_files();
                let text =
                    format!("A voice message of {} seconds was delivered to {}.", message.duration, self.mailbox.smtp);
                self.runtime.events.write(1031, "Information", "", self.call_id, text);
                super::notify_waiting(self.runtime, &self.mailbox.id);
                true
            }
            Err(error) => {
                // The working files stay: they are delivered when the service starts again.
                self.runtime.events.write(
                    1030,
                    "Error",
                    "",
                    self.call_id,
                    format!("A voice message could not be delivered: {error}"),
                );
                false
            }
        }
    }

    fn missed_call(&self, record: &mut CallRecord) {
        record.call_type = CallType::CallAnsweringMissedCall.name().into();
        let allowed = self.snapshot.policy(&self.mailbox.policy).is_none_or(|p| p.allow_missed_call_notifications);
        if !allowed || !self.mailbox.missed_calls {
            return;
        }
        let mut draft = self.draft(&Recording::default());
        draft.class = MessageClass::MissedCall;
        if let Err(error) = self.runtime.delivery.deliver(self.snapshot, &draft) {
            self.runtime.events.write(
                1030,
                "Error",
                "",
                self.call_id,
                format!("A missed call notification could not be delivered: {error}"),
            );
        }
    }

    fn greeting(&self) -> Vec<Sound> {
        let folder = self.runtime.store.folder(&self.mailbox.id);
        for name in ["greeting-away.wav", "greeting.wav"] {
            if let Some(sound) = self.runtime.prompts.recorded.sound(&folder.join(name)) {
                return vec![sound];
            }
        }
        let prompts = &self.runtime.prompts;
        let mut sounds = vec![prompts.sound("leave-message-for")];
        let extension = self.mailbox.extensions.first().map_or("", |e| e);
        sounds.extend(prompts.name_sounds(&self.mailbox.display_name, extension));
        sounds.push(prompts.sound("after-the-tone"));
        sounds
    }

    /// Runs the call.
    pub async fn run(&self, session: &mut Session, record: &mut CallRecord) -> DepositEnd {
        record.call_type = CallType::CallAnsweringVoiceMessage.name().into();
        record.callee_mailbox_alias = self.mailbox.alias.clone();
        match self.steps(session, record).await {
            Ok(end) => end,
            Err(ended) => DepositEnd::Done(Some(ended)),
        }
    }

    async fn steps(&self, session: &mut Session, call: &mut CallRecord) -> Result<DepositEnd, Ended> {
        let prompts = &self.runtime.prompts;
        if !self.mailbox.enabled || (self.caller.anonymous && !self.mailbox.anonymous_callers) {
            session.play(&prompts.get("cannot-take-message"), false).await?;
            return Ok(DepositEnd::Done(None));
        }
        // Let the media path settle, as every answering machine does.
        if let Err(ended) = session.play(&media::tone::silence(300), false).await {
            self.missed_call(call);
            return Err(ended);
        }
        if let Some(rule) = self.rule() {
            match self.answer_by_rule(session, rule).await {
                Ok(RuleEnd::Record) => return self.record_steps(session, call).await,
                Ok(RuleEnd::End(end)) => return Ok(end),
                Ok(RuleEnd::NoInput) => {
                    self.missed_call(call);
                    session.play(&prompts.get("goodbye"), false).await?;
                    return Ok(DepositEnd::Done(None));
                }
                Err(ended) => {
                    if matches!(ended, Ended::Caller) {
                        self.missed_call(call);
                    }
                    return Err(ended);
                }
            }
        }
        let pressed = match session.play_sounds(&self.greeting(), true).await {
            Ok(pressed) => pressed,
            Err(ended) => {
                self.missed_call(call);
                return Err(ended);
            }
        };
        match pressed {
            Some(greeting::SIGN_IN) => return Ok(DepositEnd::SignIn),
            Some(greeting::OPERATOR) => {
                let number = if self.mailbox.operator_number.is_empty() {
                    &self.plan.operator_extension
                } else {
                    &self.mailbox.operator_number
                };
                if !number.is_empty() {
                    return Ok(DepositEnd::Operator(number.clone()));
                }
            }
            // `#` and every other key lead to the tone.
            Some(greeting::SKIP | _) | None => {}
        }
        self.record_steps(session, call).await
    }

    /// The rule that answers this call, if any may.
    fn rule(&self) -> Option<&CallAnsweringRule> {
        let policy = self.snapshot.policy(&self.mailbox.policy);
        let allowed = self.plan.call_answering_rules_enabled
            && self.mailbox.call_answering_rules
            && policy.is_none_or(|p| p.allow_call_answering_rules);
        let situation = Situation {
            caller: self.caller,
            dialed: self.dialed,
            now: (self.runtime.wall_clock)(),
            automatic_replies: self.runtime.store.folder(&self.mailbox.id).join("greeting-away.wav").exists(),
        };
        allowed.then(|| choose(&self.mailbox.rules, &situation)).flatten()
    }

    fn rule_menu(&self, rule: &CallAnsweringRule, keys: &[KeyMapping]) -> Vec<i16> {
        let prompts = &self.runtime.prompts;
        // A recorded greeting replaces the generated menu.
        let own = self.runtime.store.folder(&self.mailbox.id).join(format!("rule-{}.wav", rule.priority));
        if let Ok(sound) = media::file::read_wav(&own) {
            return sound.narrowband();
        }
        let mut menu = prompts.name(&self.mailbox.display_name, self.mailbox.extensions.first().map_or("", |e| e));
        for mapping in keys {
            if mapping.action == Action::LeaveMessage {
                menu.extend(prompts.get("to-leave-message"));
            } else {
                menu.extend(prompts.get("for"));
                menu.extend(prompts.name(&mapping.context, ""));
                menu.extend(prompts.get("press"));
            }
            menu.extend(match mapping.key.to_digit(10) {
                Some(digit) => prompts.number(digit),
                None => prompts.get("star"),
            });
        }
        menu
    }

    async fn answer_by_rule(&self, session: &mut Session, rule: &CallAnsweringRule) -> Result<RuleEnd, Ended> {
        let prompts = &self.runtime.prompts;
        let keys: Vec<KeyMapping> = rule.key_mappings.iter().filter_map(|k| key_mapping(k)).collect();
        if keys.is_empty() {
            session.play_sounds(&self.greeting(), rule.interruptible).await?;
            return Ok(RuleEnd::Record);
        }
        let menu = self.rule_menu(rule, &keys);
        let policy = self.snapshot.policy(&self.mailbox.policy).cloned().unwrap_or_default();
        let mut prompt = menu.clone();
        for _ in 0..self.plan.input_failures_before_disconnect.max(1) {
            let early = session.play(&prompt, rule.interruptible).await?;
            let key = match early {
                Some(key) => Some(key),
                None => session.wait_key(MENU).await?,
            };
            let Some(mapping) = keys.iter().find(|k| Some(k.key) == key) else {
                prompt = prompts.get(if key.is_none() { "still-there" } else { "invalid-entry" });
                prompt.extend_from_slice(&menu);
                continue;
            };
            let (target, voice_mail) = match &mapping.action {
                Action::LeaveMessage => return Ok(RuleEnd::Record),
                Action::FindMe(numbers) => {
                    let find_me = FindMe {
                        runtime: self.runtime,
                        snapshot: self.snapshot,
                        plan: self.plan,
                        mailbox: self.mailbox,
                        server: self.server,
                        call_id: self.call_id,
                    };
                    find_me.run(session, numbers).await?;
                    // Nobody took the call: back to the menu.
                    prompt = menu.clone();
                    continue;
                }
                Action::ContactVoiceMail(contact) => (contact, true),
                Action::Transfer(target) | Action::Contact(target) => (target, false),
            };
            let contact = self.snapshot.mailbox_by_identity(target);
            if let (true, Some(mailbox)) = (voice_mail, contact) {
                return Ok(RuleEnd::End(DepositEnd::Message(Box::new(mailbox.clone()))));
            }
            // A contact is called by the address of the mailbox.
            let number = contact.map_or_else(|| target.clone(), super::directory::number_of);
            match authorize(self.snapshot, self.plan, &Authority::policy(&policy), &number) {
                Some(number) if !voice_mail => return Ok(RuleEnd::End(DepositEnd::Operator(number))),
                _ => {
                    session.play(&prompts.get("number-not-allowed"), true).await?;
                    prompt = menu.clone();
                }
            }
        }
        // A rule that lets callers leave a message takes one from who presses nothing, too.
        let records = keys.iter().any(|k| k.action == Action::LeaveMessage);
        Ok(if records { RuleEnd::Record } else { RuleEnd::NoInput })
    }

    /// Tone, recording, options, delivery.
    async fn record_steps(&self, session: &mut Session, call: &mut CallRecord) -> Result<DepositEnd, Ended> {
        let prompts = &self.runtime.prompts;
        loop {
            let recording = self.take_message(session).await?;
            let Some(recording) = recording else {
                session.play(&prompts.get("cannot-take-message"), false).await?;
                return Ok(DepositEnd::Done(None));
            };
            if let Some(ended) = recording.ended {
                if recording.is_message() {
                    self.submit(&recording, Importance::Normal, false).await;
                } else {
                    recording.discard_files();
                    self.missed_call(call);
                }
                return Err(ended);
            }
            if !recording.is_message() {
                recording.discard_files();
                self.missed_call(call);
                session.play(&prompts.get("goodbye"), false).await?;
                return Ok(DepositEnd::Done(None));
            }
            match self.options(session, &recording).await {
                Ok(Some((importance, private))) => {
                    let kept = self.submit(&recording, importance, private).await;
                    let mut last = prompts.get(if kept { "message-sent" } else { "message-delayed" });
                    last.extend(prompts.get("goodbye"));
                    session.play(&last, false).await?;
                    return Ok(DepositEnd::Done(None));
                }
                Ok(None) => recording.discard_files(),
                Err(ended) => {
                    // Hanging up in the menu sends what was recorded.
                    self.submit(&recording, Importance::Normal, false).await;
                    return Err(ended);
                }
            }
        }
    }

    /// Tone and recording; `None` when nothing can be written.
    async fn take_message(&self, session: &mut Session) -> Result<Option<Recording>, Ended> {
        session.play(&media::tone::beep(), false).await?;
        session.flush_keys();
        let sidecar = Sidecar {
            mailbox: self.mailbox.id.clone(),
            caller: self.caller.party.clone(),
            caller_name: self.caller.name(self.snapshot, Some(self.plan)),
            caller_smtp: String::new(),
            call_id: self.call_id.to_string(),
        };
        let limits = Limits {
            longest: u64::from(self.plan.max_recording_duration) * 60_000,
            idle: self.plan.recording_idle_timeout * 1000,
        };
        match record(session, &self.runtime.store, &sidecar, limits).await {
            Ok(recording) => Ok(Some(recording)),
            Err(error) => {
                self.runtime.events.write(
                    1030,
                    "Error",
                    "",
                    self.call_id,
                    format!("A message cannot be recorded: {error}"),
                );
                Ok(None)
            }
        }
    }

    /// The menu after a recording; `None` means to record again. Without an answer the message is sent.
    async fn options(&self, session: &mut Session, recording: &Recording) -> Result<Option<(Importance, bool)>, Ended> {
        let prompts = &self.runtime.prompts;
        let private_allowed = self
            .snapshot
            .policy(&self.mailbox.policy)
            .is_some_and(|p| !p.protect_unauthenticated.eq_ignore_ascii_case("none"));
        let (mut importance, mut private) = (Importance::Normal, false);
        let mut failures = 0;
        let menu = prompts.get("after-recording-menu");
        while failures < self.plan.input_failures_before_disconnect {
            match session.ask(&menu, MENU).await? {
                Some(after_recording::SEND) => return Ok(Some((importance, private))),
                Some(after_recording::REPLAY) => {
                    session.play(&recording.samples, true).await?;
                }
                Some(after_recording::AGAIN) => return Ok(None),
                Some(after_recording::MORE) => match session.ask(&prompts.get("more-options-menu"), MENU).await? {
                    Some(after_recording::IMPORTANT) => importance = Importance::High,
                    Some(after_recording::PRIVATE) if private_allowed => private = !private,
                    _ => failures += 1,
                },
                // Nobody there: the message is sent as it is.
                None => return Ok(Some((importance, private))),
                Some(_) => {
                    failures += 1;
                    session.play(&prompts.get("invalid-entry"), true).await?;
                }
            }
        }
        Ok(Some((importance, private)))
    }
}
