//! The calendar by telephone: the appointments of a day, and what can be done with each.

use super::command::Pressed;
use super::options::Preferences;
use super::{Access, AccessEnd, DIGITS};
use crate::config::{MailboxPolicy, UmMailbox};
use crate::mailbox::{Appointment, Party};
use crate::um::directory::{Found, number_of, search};
use crate::um::keys::{CALENDAR, CALENDAR_MORE, Command};
use crate::um::outdial::Authority;
use crate::um::session::{Ended, Session};
use chrono::{DateTime, Datelike, Duration, NaiveDate, Timelike, Utc};

const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
/// Days that `##` looks ahead for the next appointment.
const AHEAD: i64 = 366;

impl Access<'_> {
    fn local(&self, mailbox: &UmMailbox, moment: DateTime<Utc>) -> DateTime<Utc> {
        moment + Duration::minutes(Preferences::load(self.runtime, mailbox).zone_minutes)
    }

    fn day(&self, day: NaiveDate) -> Vec<i16> {
        let prompts = self.prompts();
        let mut sound = prompts.get(WEEKDAYS[day.weekday().num_days_from_monday() as usize]);
        sound.extend(prompts.get(MONTHS[day.month0() as usize]));
        sound.extend(prompts.number(day.day()));
        sound
    }

    fn clock(&self, mailbox: &UmMailbox, time: DateTime<Utc>) -> Vec<i16> {
        let prompts = self.prompts();
        let hours24 = Preferences::load(self.runtime, mailbox).hours24;
        let (afternoon, hour) = if hours24 { (false, time.hour()) } else { time.hour12() };
        let mut sound = prompts.number(hour);
        match time.minute() {
            0 if hours24 => sound.extend(prompts.get("hundred")),
            0 => {}
            minute => sound.extend(prompts.number(minute)),
        }
        if !hours24 {
            sound.extend(prompts.get(if afternoon { "pm" } else { "am" }));
        }
        sound
    }

    /// A moment as day and time.
    pub(super) fn moment(&self, mailbox: &UmMailbox, moment: DateTime<Utc>) -> Vec<i16> {
        let local = self.local(mailbox, moment);
        let mut sound = self.day(local.date_naive());
        sound.extend(self.prompts().get("at"));
        sound.extend(self.clock(mailbox, local));
        sound
    }

    fn on(&self, mailbox: &UmMailbox, day: NaiveDate) -> Vec<Appointment> {
        let all = crate::service::blocking(|| self.runtime.store.appointments(&mailbox.id)).unwrap_or_default();
        all.into_iter().filter(|a| self.local(mailbox, a.start).date_naive() == day).collect()
    }

    fn appointment(&self, mailbox: &UmMailbox, appointment: &Appointment) -> Vec<i16> {
        let prompts = self.prompts();
        let mut sound = prompts.get("appointment");
        sound.extend(prompts.text(&appointment.subject).unwrap_or_default());
        sound.extend(prompts.get("at"));
        sound.extend(self.clock(mailbox, self.local(mailbox, appointment.start)));
        sound.extend(prompts.get("to"));
        sound.extend(self.clock(mailbox, self.local(mailbox, appointment.end)));
        sound.extend(prompts.text(&appointment.location).unwrap_or_default());
        sound
    }

    fn respond(&self, mailbox: &UmMailbox, appointment: &Appointment, response: &str) {
        let mut state = appointment.state.clone();
        state.response = response.into();
        if let Err(error) = self.runtime.store.set_item_state(&mailbox.id, &appointment.file, &state) {
            tracing::warn!(%error, "appointment not changed");
        }
        self.tell(
            mailbox,
            std::slice::from_ref(&appointment.organizer),
            &format!("{response}: {}", appointment.subject),
        );
    }

    /// Whether the user called the meeting.
    fn is_own(mailbox: &UmMailbox, appointment: &Appointment) -> bool {
        appointment.organizer.address.is_empty() || appointment.organizer.address.eq_ignore_ascii_case(&mailbox.smtp)
    }

    fn others(mailbox: &UmMailbox, appointment: &Appointment) -> Vec<Party> {
        let all = std::iter::once(&appointment.organizer).chain(&appointment.attendees);
        all.filter(|p| !p.address.eq_ignore_ascii_case(&mailbox.smtp)).cloned().collect()
    }

    /// Removes appointments; whoever was invited is told.
    fn remove(&self, mailbox: &UmMailbox, appointment: &Appointment) {
        if Self::is_own(mailbox, appointment) {
            let mut state = appointment.state.clone();
            state.deleted = true;
            if let Err(error) = self.runtime.store.set_item_state(&mailbox.id, &appointment.file, &state) {
                tracing::warn!(%error, "appointment not removed");
            }
            self.tell(mailbox, &Self::others(mailbox, appointment), &format!("Canceled: {}", appointment.subject));
        } else {
            self.respond(mailbox, appointment, "Declined");
        }
    }

    /// The menu; `Some` ends it with a transfer.
    pub(super) async fn calendar(
        &self,
        session: &mut Session,
        mailbox: &UmMailbox,
        policy: &MailboxPolicy,
    ) -> Result<Option<AccessEnd>, Ended> {
        let prompts = self.prompts();
        let today = self.local(mailbox, (self.runtime.wall_clock)()).date_naive();
        let mut day = today;
        let (mut index, mut heard_menu, mut again) = (0, false, true);
        let mut appointments = self.on(mailbox, day);
        let mut announced = self.day(day);
        loop {
            let Some(appointment) = appointments.get(index).cloned() else {
                let mut prompt = std::mem::take(&mut announced);
                prompt.extend(prompts.get("no-appointments"));
                match self.ask(session, CALENDAR, &prompt).await? {
                    Pressed::Command(Command::NextDay) => {}
                    _ => return Ok(None),
                }
                (day, appointments) = self.next_day(mailbox, day, today);
                (index, again, announced) = (0, true, self.day(day));
                continue;
            };
            let mut prompt = std::mem::take(&mut announced);
            if again {
                prompt.extend(self.appointment(mailbox, &appointment));
            }
            if !heard_menu {
                prompt.extend(prompts.get("calendar-menu"));
            }
            heard_menu = true;
            let mut pressed = self.ask(session, CALENDAR, &prompt).await?;
            let more = pressed == Pressed::Command(Command::More);
            if more {
                pressed = self.ask(session, CALENDAR_MORE, &prompts.get("more-message-options")).await?;
            }
            again = false;
            match pressed {
                Pressed::Command(Command::Next) => (index, again) = (index + 1, true),
                Pressed::Command(Command::Previous) => (index, again) = (index.saturating_sub(1), true),
                Pressed::Command(Command::NextDay) => {
                    (day, appointments) = self.next_day(mailbox, day, today);
                    (index, again, announced) = (0, true, self.day(day));
                }
                Pressed::Command(Command::Again) => again = true,
                Pressed::Command(call @ (Command::Call | Command::CallOrganizer)) => {
                    let organizer = self.snapshot.mailbox_by_identity(&appointment.organizer.address).map(number_of);
                    let place: String =
                        appointment.location.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
                    let number =
                        if call == Command::CallOrganizer { organizer } else { Some(place).filter(|p| p.len() > 2) };
                    let number = match number {
                        Some(number) => self.allowed(session, &Authority::policy(policy), &number).await?,
                        None => {
                            session.play(&prompts.get("not-available"), true).await?;
                            None
                        }
                    };
                    if let Some(number) = number {
                        return Ok(Some(AccessEnd::Transfer(number)));
                    }
                }
                Pressed::Command(Command::Late) => {
                    let minutes = session.collect(&prompts.get("enter-minutes"), 3, DIGITS).await?;
                    if let Ok(minutes) = minutes.parse::<u32>() {
                        let text =
                            format!("{} will be {minutes} minutes late: {}", mailbox.display_name, appointment.subject);
                        self.tell(mailbox, &Self::others(mailbox, &appointment), &text);
                        session.play(&prompts.get("late-sent"), true).await?;
                    }
                }
                // Accepted once, tentative when pressed again.
                Pressed::Command(Command::Accept) => {
                    let response = if appointment.state.response == "Accepted" { "Tentative" } else { "Accepted" };
                    self.respond(mailbox, &appointment, response);
                    session.play(&prompts.get("accepted"), true).await?;
                    appointments = self.on(mailbox, day);
                }
                Pressed::Command(Command::Details) => {
                    let mut sound = self.appointment(mailbox, &appointment);
                    sound.extend(prompts.get("organizer"));
                    sound.extend(self.spoken(&appointment.organizer.name, &appointment.organizer.address));
                    sound.extend(prompts.text(&appointment.text).unwrap_or_default());
                    super::command::playback(session, &sound).await?;
                }
                Pressed::Command(Command::Attendance) => {
                    let mut sound = prompts.number(appointment.attendees.len() as u32);
                    for attendee in &appointment.attendees {
                        sound.extend(self.spoken(&attendee.name, &attendee.address));
                    }
                    super::command::playback(session, &sound).await?;
                }
                Pressed::Command(Command::Decline) => {
                    self.remove(mailbox, &appointment);
                    session.play(&prompts.get("declined"), true).await?;
                    (appointments, again) = (self.on(mailbox, day), true);
                }
                Pressed::Command(Command::Clear) => {
                    // So many days from today; the rest of today for one.
                    let days = session.collect(&prompts.get("clear-days"), 3, DIGITS).await?;
                    if let Ok(days @ 1..=365) = days.parse::<i64>() {
                        for offset in 0..days {
                            for each in self.on(mailbox, day + Duration::days(offset)) {
                                self.remove(mailbox, &each);
                            }
                        }
                        session.play(&prompts.get("declined"), true).await?;
                        (appointments, index, again) = (self.on(mailbox, day), 0, true);
                    }
                }
                Pressed::Command(reply @ (Command::Reply | Command::ReplyAll)) => {
                    let mut to = vec![appointment.organizer.clone()];
                    if reply == Command::ReplyAll {
                        to = Self::others(mailbox, &appointment);
                    }
                    let to: Vec<&UmMailbox> = to
                        .iter()
                        .filter_map(|p| self.snapshot.mailbox_by_identity(&p.address))
                        .filter(|m| m.id != mailbox.id)
                        .collect();
                    if to.is_empty() {
                        session.play(&prompts.get("not-available"), true).await?;
                    } else {
                        self.send_message(session, mailbox, &to).await?;
                    }
                }
                Pressed::Command(Command::Forward) => {
                    if let Some(Found::Message(other)) = search(self.runtime, self.snapshot, self.plan, session).await?
                    {
                        if let Err(error) = self.runtime.store.add_appointment(&other.id, &appointment) {
                            self.warn(&other, &format!("An appointment could not be forwarded: {error}"));
                        }
                        session.play(&prompts.get("message-sent"), true).await?;
                    }
                }
                Pressed::Command(Command::Help) => (heard_menu, again) = (false, true),
                Pressed::Command(Command::MainMenu) | Pressed::Nothing => return Ok(None),
                Pressed::Command(_) | Pressed::Unknown => {
                    session.play(&prompts.get("invalid-entry"), true).await?;
                }
            }
        }
    }

    /// The next day with appointments; the day after when none is near.
    fn next_day(&self, mailbox: &UmMailbox, day: NaiveDate, today: NaiveDate) -> (NaiveDate, Vec<Appointment>) {
        let all = crate::service::blocking(|| self.runtime.store.appointments(&mailbox.id)).unwrap_or_default();
        let days = all.iter().map(|a| self.local(mailbox, a.start).date_naive());
        let next = days.filter(|d| *d > day && *d <= today + Duration::days(AHEAD)).min();
        let next = next.unwrap_or(day + Duration::days(1));
        (next, self.on(mailbox, next))
    }
}
