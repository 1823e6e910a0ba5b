//! Voice messages and mails, one after the other, with every key of their menus.

use super::command::{Pressed, ask, command, playback};
use super::{Access, AccessEnd, MENU};
use crate::config::{MailboxPolicy, UmMailbox};
use crate::mailbox::{Appointment, ItemState, Mail, MessageClass, Party, VoiceMessage};
use crate::service::blocking;
use crate::um::directory::{Found, number_of, search};
use crate::um::keys::{Command, Keys, MESSAGE, MORE};
use crate::um::outdial::Authority;
use crate::um::session::{Ended, Session};
use std::collections::HashSet;

/// What lies in the mailbox.
pub(super) enum Item {
    Voice(VoiceMessage),
    Mail(Mail),
}

impl Item {
    fn unread(&self) -> bool {
        match self {
            Item::Voice(message) => !message.read,
            Item::Mail(mail) => !mail.state.read,
        }
    }

    /// What belongs together: messages of one caller, mails of one subject.
    fn conversation(&self) -> String {
        match self {
            Item::Voice(message) => message.caller.clone(),
            Item::Mail(mail) => {
                let mut subject = mail.subject.trim().to_ascii_lowercase();
                while let Some(rest) = ["re:", "fw:", "fwd:"].iter().find_map(|p| subject.strip_prefix(p)) {
                    subject = rest.trim().to_string();
                }
                subject
            }
        }
    }

    /// Number or address of the sender.
    fn sender(&self) -> &str {
        match self {
            Item::Voice(message) => &message.caller,
            Item::Mail(mail) => &mail.from.address,
        }
    }
}

impl Access<'_> {
    /// Voice messages: new ones first, important before others, then by time.
    pub(super) fn voice_messages(&self, mailbox: &UmMailbox) -> Vec<Item> {
        let all = self.runtime.store.messages(&mailbox.id).unwrap_or_default();
        let mut voice: Vec<VoiceMessage> = all
            .into_iter()
            .filter(|m| matches!(m.class, MessageClass::CallAnswering | MessageClass::VoiceAccess))
            .collect();
        voice.sort_by_key(|m| (m.read, m.importance != crate::mailbox::Importance::High));
        voice.into_iter().map(Item::Voice).collect()
    }

    /// Mails: unread ones first, then by time.
    pub(super) fn mails(&self, mailbox: &UmMailbox) -> Vec<Item> {
        let mut mails = blocking(|| self.runtime.store.mails(&mailbox.id)).unwrap_or_default();
        mails.sort_by_key(|m| m.state.read);
        mails.into_iter().map(Item::Mail).collect()
    }

    /// A person's name as it can be spoken: by the synthesiser, as digits, or as somebody unknown.
    pub(super) fn spoken(&self, name: &str, address: &str) -> Vec<i16> {
        let prompts = self.prompts();
        match prompts.text(if name.is_empty() { address } else { name }) {
            Some(sound) => sound,
            None if address.chars().any(|c| c.is_ascii_digit()) => {
                prompts.digits(address.split('@').next().unwrap_or(""))
            }
            None => prompts.get("unknown-caller"),
        }
    }

    fn header(&self, item: &Item) -> Vec<i16> {
        let prompts = self.prompts();
        let mut sound = match item {
            Item::Voice(message) => {
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
                sound
            }
            Item::Mail(mail) => {
                let mut sound = prompts.get("email-from");
                sound.extend(self.spoken(&mail.from.name, &mail.from.address));
                if let Some(subject) = prompts.text(&mail.subject) {
                    sound.extend(prompts.get("subject"));
                    sound.extend(subject);
                }
                sound
            }
        };
        sound.extend(media::tone::silence(300));
        sound
    }

    fn body(&self, item: &Item) -> Vec<i16> {
        match item {
            Item::Voice(message) => media::file::read_wav(std::path::Path::new(&message.audio_file))
                .map(|s| s.narrowband())
                .unwrap_or_default(),
            // Without a synthesiser the header is all that can be heard.
            Item::Mail(mail) => self.prompts().text(&mail.text).unwrap_or_default(),
        }
    }

    /// When it came and how long it is.
    fn envelope(&self, mailbox: &UmMailbox, item: &Item) -> Vec<i16> {
        let prompts = self.prompts();
        let mut sound = self.header(item);
        let received = match item {
            Item::Voice(message) => message.received.parse().unwrap_or_default(),
            Item::Mail(mail) => mail.received,
        };
        sound.extend(prompts.get("received"));
        sound.extend(self.moment(mailbox, received));
        if let Item::Voice(message) = item {
            sound.extend(prompts.number(message.duration.min(999_999) as u32));
            sound.extend(prompts.get("seconds"));
        }
        sound
    }

    fn change(&self, mailbox: &UmMailbox, item: &mut Item, change: impl FnOnce(&mut ItemState)) {
        let store = &self.runtime.store;
        let outcome = match item {
            Item::Mail(mail) => {
                change(&mut mail.state);
                store.set_item_state(&mailbox.id, &mail.file, &mail.state)
            }
            Item::Voice(message) => {
                let mut state = store.item_state(&mailbox.id, &message.id).unwrap_or_default();
                state.read = message.read;
                change(&mut state);
                let mut outcome = Ok(());
                if state.deleted {
                    outcome = store.delete(&message.id);
                } else if state.read != message.read {
                    outcome = store.set_read(&message.id, state.read);
                }
                message.read = state.read;
                crate::um::notify_waiting(self.runtime, &mailbox.id);
                outcome.and_then(|()| store.set_item_state(&mailbox.id, &message.id, &state))
            }
        };
        if let Err(error) = outcome {
            tracing::warn!(%error, "message not changed");
        }
    }

    /// Items one after the other; `Some` ends the menu with a transfer.
    pub(super) async fn messages(
        &self,
        session: &mut Session,
        mailbox: &UmMailbox,
        policy: &MailboxPolicy,
        mut items: Vec<Item>,
    ) -> Result<Option<AccessEnd>, Ended> {
        let prompts = self.prompts();
        let mail = matches!(items.first(), Some(Item::Mail(_)));
        let menu = prompts.get(if mail { "email-menu" } else { "message-menu" });
        let mut hidden: HashSet<String> = HashSet::new();
        let (mut index, mut heard_menu, mut again) = (0, false, true);
        while index < items.len() {
            if hidden.contains(&items[index].conversation()) {
                index += 1;
                continue;
            }
            let mut pressed = Pressed::Nothing;
            if again {
                let mut sound = self.header(&items[index]);
                sound.extend(self.body(&items[index]));
                self.change(mailbox, &mut items[index], |s| s.read = true);
                pressed = playback(session, &sound).await?;
            }
            if pressed == Pressed::Nothing {
                let prompt = if heard_menu { media::tone::silence(200) } else { menu.clone() };
                heard_menu = true;
                pressed = ask(session, MESSAGE, &prompt, MENU).await?;
            }
            if pressed == Pressed::Command(Command::More) {
                pressed = ask(session, MORE, &prompts.get("more-message-options"), MENU).await?;
            }
            again = false;
            match pressed {
                Pressed::Command(Command::Next) => (index, again) = (index + 1, true),
                Pressed::Command(Command::NextUnread) => {
                    index += 1;
                    while items.get(index).is_some_and(|i| !i.unread()) {
                        index += 1;
                    }
                    again = true;
                }
                Pressed::Command(Command::Previous) => (index, again) = (index.saturating_sub(1), true),
                Pressed::Command(Command::Again) => again = true,
                Pressed::Command(Command::Delete) => {
                    self.change(mailbox, &mut items[index], |s| s.deleted = true);
                    session.play(&prompts.get("message-deleted"), true).await?;
                    items.remove(index);
                    again = true;
                }
                Pressed::Command(Command::DeleteConversation) => {
                    let conversation = items[index].conversation();
                    for item in items.iter_mut().filter(|i| i.conversation() == conversation) {
                        self.change(mailbox, item, |s| s.deleted = true);
                    }
                    hidden.insert(conversation);
                    session.play(&prompts.get("message-deleted"), true).await?;
                    again = true;
                }
                Pressed::Command(Command::Keep) => {
                    self.change(mailbox, &mut items[index], |s| s.read = false);
                    session.play(&prompts.get("message-kept"), true).await?;
                    (index, again) = (index + 1, true);
                }
                Pressed::Command(Command::Hide) => {
                    hidden.insert(items[index].conversation());
                    session.play(&prompts.get("conversation-hidden"), true).await?;
                    again = true;
                }
                Pressed::Command(Command::Flag) => {
                    self.change(mailbox, &mut items[index], |s| s.flagged = true);
                    session.play(&prompts.get("flagged"), true).await?;
                }
                Pressed::Command(Command::Envelope) => {
                    let sound = self.envelope(mailbox, &items[index]);
                    if let Some(key) = session.play(&sound, true).await? {
                        session.unread_key(key);
                    }
                }
                Pressed::Command(reply @ (Command::Reply | Command::ReplyAll)) => {
                    self.reply(session, mailbox, &items[index], reply == Command::ReplyAll).await?;
                }
                Pressed::Command(Command::Forward) => {
                    match search(self.runtime, self.snapshot, self.plan, session).await? {
                        Some(Found::Call(number)) => {
                            if let Some(number) = self.allowed(session, &Authority::policy(policy), &number).await? {
                                return Ok(Some(AccessEnd::Transfer(number)));
                            }
                        }
                        Some(Found::Message(other)) => self.forward(session, &items[index], mailbox, &other).await?,
                        None => {}
                    }
                }
                Pressed::Command(Command::Call) if !items[index].sender().is_empty() => {
                    let sender = self.snapshot.mailbox_by_identity(items[index].sender());
                    let number = sender.map_or(items[index].sender().to_string(), number_of);
                    if let Some(number) = self.allowed(session, &Authority::policy(policy), &number).await? {
                        return Ok(Some(AccessEnd::Transfer(number)));
                    }
                }
                Pressed::Command(Command::Accept) => match &items[index] {
                    Item::Mail(Mail { meeting: Some(meeting), .. }) => {
                        let meeting = meeting.clone();
                        self.accept(mailbox, &meeting);
                        session.play(&prompts.get("accepted"), true).await?;
                    }
                    _ => {
                        session.play(&prompts.get("not-available"), true).await?;
                    }
                },
                // One language is installed, and nothing here calls an unknown sender.
                Pressed::Command(Command::Language | Command::Call) => {
                    session.play(&prompts.get("not-available"), true).await?;
                }
                Pressed::Command(Command::MainMenu) => return Ok(None),
                Pressed::Command(Command::Help) => heard_menu = false,
                // Nobody there: the menu above counts the failures.
                Pressed::Nothing => return Ok(None),
                Pressed::Command(_) | Pressed::Unknown => {
                    session.play(&prompts.get("invalid-entry"), true).await?;
                }
            }
        }
        session.play(&prompts.get("no-more-messages"), true).await?;
        Ok(None)
    }

    /// Records one answer for the sender, or for all who got the message as well.
    async fn reply(&self, session: &mut Session, mailbox: &UmMailbox, item: &Item, all: bool) -> Result<(), Ended> {
        let find = |party: &str| {
            self.snapshot
                .mailbox(self.plan, party)
                .or_else(|| self.snapshot.mailbox_by_identity(party).filter(|_| !party.is_empty()))
        };
        let mut to: Vec<&UmMailbox> = find(item.sender()).into_iter().collect();
        if let (Item::Mail(mail), true) = (item, all) {
            to.extend(mail.to.iter().filter_map(|p| find(&p.address)));
        }
        let mut seen = HashSet::new();
        to.retain(|m| m.id != mailbox.id && seen.insert(m.id.clone()));
        if to.is_empty() {
            session.play(&self.prompts().get("not-available"), true).await?;
            return Ok(());
        }
        self.send_message(session, mailbox, &to).await
    }

    async fn forward(&self, session: &mut Session, item: &Item, from: &UmMailbox, to: &UmMailbox) -> Result<(), Ended> {
        match item {
            Item::Voice(message) if message.protected => {
                session.play(&self.prompts().get("not-available"), true).await?;
                return Ok(());
            }
            Item::Voice(_) => self.deliver(from, to, self.body(item)),
            Item::Mail(mail) => {
                if let Err(error) = blocking(|| self.runtime.store.copy_mail(&from.id, &mail.file, &to.id)) {
                    self.warn(to, &format!("A mail could not be forwarded: {error}"));
                }
            }
        }
        session.play(&self.prompts().get("message-sent"), true).await?;
        Ok(())
    }

    /// Puts the meeting of an invitation into the calendar and tells its organizer.
    fn accept(&self, mailbox: &UmMailbox, meeting: &Appointment) {
        let known = self
            .runtime
            .store
            .appointments(&mailbox.id)
            .unwrap_or_default()
            .iter()
            .any(|a| a.uid == meeting.uid && !a.uid.is_empty());
        if !known && let Err(error) = blocking(|| self.runtime.store.add_appointment(&mailbox.id, meeting)) {
            self.warn(mailbox, &format!("The calendar could not be written: {error}"));
        }
        self.tell(mailbox, std::slice::from_ref(&meeting.organizer), &format!("Accepted: {}", meeting.subject));
    }

    /// Sends a mail without text to mailboxes of the organisation.
    pub(super) fn tell(&self, from: &UmMailbox, to: &[Party], subject: &str) {
        let sender = Party { name: from.display_name.clone(), address: from.smtp.clone() };
        for party in to {
            let Some(mailbox) = self.snapshot.mailbox_by_identity(&party.address).filter(|m| m.id != from.id) else {
                continue;
            };
            if let Err(error) = blocking(|| self.runtime.store.post_mail(&mailbox.id, &sender, party, subject, subject))
            {
                self.warn(mailbox, &format!("A mail could not be delivered: {error}"));
            }
        }
    }

    /// Reads one command after a prompt, for the other menus.
    pub(super) async fn ask(&self, session: &mut Session, keys: Keys, prompt: &[i16]) -> Result<Pressed, Ended> {
        match session.ask(prompt, MENU).await? {
            Some(first) => command(session, keys, first).await,
            None => Ok(Pressed::Nothing),
        }
    }
}
