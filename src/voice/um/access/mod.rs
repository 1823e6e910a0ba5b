//! Outlook Voice Access: signing in with a PIN, the main menu, sending messages. The menus have files of their own.

mod calendar;
mod command;
mod messages;
mod options;

use super::directory::{Found, search};
use super::outdial::{Authority, authorize};
use super::recording::{Limits, Sidecar, record};
use super::session::{Ended, Session};
use crate::config::{MailboxPolicy, Snapshot, UmDialPlan, UmMailbox};
use crate::mailbox::{MessageClass, MessageDraft, SignIn, check_pin_rules};
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
        let Some(key) = self.home_key() else { return Ok(false) };
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
            let outcome = blocking(|| state.attempt(&pin, &mailbox.pin, policy, &mailbox.extensions, &key));
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

    /// The secret with which PINs are hashed; without it nobody signs in.
    fn home_key(&self) -> Option<store::HomeKey> {
        let key = blocking(|| store::HomeKey::of(self.runtime.store.home()));
        key.inspect_err(|error| tracing::warn!(%error, "the key of the PINs")).ok()
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
        let Some(key) = self.home_key() else { return Ok(false) };
        for _ in 0..self.plan.input_failures_before_disconnect.max(1) {
            let first = session.collect(&self.prompts().get("enter-new-pin"), 24, DIGITS).await?;
            let Ok(mut state) = self.runtime.store.pin_state(&mailbox.id) else { return Ok(false) };
            let mut used = state.history.clone();
            used.insert(0, if state.pin.is_empty() { mailbox.pin.clone() } else { state.pin.clone() });
            if let Err(rule) = blocking(|| check_pin_rules(&first, policy, &mailbox.extensions, &used, &key)) {
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
            blocking(|| state.replace(&first, &mailbox.pin, &key));
            if self.runtime.store.set_pin_state(&mailbox.id, &state).is_err() {
                return Ok(false);
            }
            session.play(&self.prompts().get("pin-changed"), true).await?;
            return Ok(true);
        }
        session.play(&self.prompts().get("goodbye"), false).await?;
        Ok(false)
    }

    async fn main_menu(
        &self,
        session: &mut Session,
        mailbox: &UmMailbox,
        policy: &MailboxPolicy,
    ) -> Result<AccessEnd, Ended> {
        let prompts = self.prompts();
        let unread = self.runtime.store.waiting(&mailbox.id).map_or(0, |w| w.new);
        let mut counts = Vec::new();
        if unread == 0 {
            counts.extend(prompts.get("no-new-messages"));
        } else {
            counts.extend(prompts.get("you-have"));
            counts.extend(prompts.number(unread));
            counts.extend(prompts.get(if unread == 1 { "new-voice-message" } else { "new-voice-messages" }));
        }
        if policy.allow_email {
            let mails = blocking(|| self.runtime.store.mails(&mailbox.id)).unwrap_or_default();
            let unread = mails.iter().filter(|m| !m.state.read).count() as u32;
            if unread > 0 {
                counts.extend(prompts.get("you-have"));
                counts.extend(prompts.number(unread));
                counts.extend(prompts.get("email-messages"));
            }
        }
        if policy.allow_calendar {
            let now = (self.runtime.wall_clock)();
            let all = blocking(|| self.runtime.store.appointments(&mailbox.id)).unwrap_or_default();
            if let Some(next) = all.iter().find(|a| a.start > now && a.start - now < chrono::Duration::days(1)) {
                counts.extend(prompts.get("appointment"));
                counts.extend(self.moment(mailbox, next.start));
            }
        }
        let mut failures = 0;
        let mut prompt = counts;
        while failures < self.plan.input_failures_before_disconnect {
            prompt.extend(prompts.get("main-menu"));
            let key = session.ask(&prompt, MENU).await?;
            prompt = Vec::new();
            match key {
                Some('1') => {
                    let items = self.voice_messages(mailbox);
                    if let Some(end) = self.messages(session, mailbox, policy, items).await? {
                        return Ok(end);
                    }
                }
                Some('2') if policy.allow_email => {
                    let items = self.mails(mailbox);
                    if items.is_empty() {
                        session.play(&prompts.get("no-email"), true).await?;
                    } else if let Some(end) = self.messages(session, mailbox, policy, items).await? {
                        return Ok(end);
                    }
                }
                Some('3') if policy.allow_calendar => {
                    if let Some(end) = self.calendar(session, mailbox, policy).await? {
                        return Ok(end);
                    }
                }
                // assumed: 5 writes a message to whom is found.
                Some('5') => match search(self.runtime, self.snapshot, self.plan, session).await? {
                    Some(Found::Message(other)) => self.send_message(session, mailbox, &[&other]).await?,
                    Some(Found::Call(number)) => {
                        if let Some(number) = self.allowed(session, &Authority::policy(policy), &number).await? {
                            return Ok(AccessEnd::Transfer(number));
                        }
                    }
                    None => {}
                },
                Some('4') if policy.allow_directory => {
                    match search(self.runtime, self.snapshot, self.plan, session).await? {
                        Some(Found::Call(number)) => {
                            if let Some(number) = self.allowed(session, &Authority::policy(policy), &number).await? {
                                return Ok(AccessEnd::Transfer(number));
                            }
                        }
                        Some(Found::Message(other)) => return Ok(AccessEnd::Message(other)),
                        None => {}
                    }
                }
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

    /// Records a message from one user to others.
    async fn send_message(&self, session: &mut Session, from: &UmMailbox, to: &[&UmMailbox]) -> Result<(), Ended> {
        session.play(&self.prompts().get("record-reply"), true).await?;
        session.play(&media::tone::beep(), false).await?;
        let sidecar = Sidecar {
            mailbox: to.first().map_or(String::new(), |m| m.id.clone()),
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
            for to in to {
                self.deliver(from, to, recording.samples.clone());
            }
            session.play(&self.prompts().get("message-sent"), true).await?;
        }
        Ok(())
    }
}
