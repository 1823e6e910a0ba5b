//! Auto attendants: schedule, greeting, menu, extension, name, operator.

use super::directory::{Found, number_of, search};
use super::outdial::{Authority, authorize};
use super::session::{Ended, Session};
use crate::config::{AutoAttendant, Snapshot, UmDialPlan, UmMailbox};
use crate::record::{CallRecord, CallType};
use crate::service::Runtime;
use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Pause after which the timeout entry of a menu is taken.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Attendants passed in one call before it counts as a loop.
const NESTING: u32 = 20;

/// A custom prompt of a plan or attendant: 16-bit PCM of 8 kHz, under `prompts/<object>/` of the home.
pub(super) fn custom_prompt(runtime: &Runtime, object: &str, file: &str) -> Option<Vec<i16>> {
    let name = Path::new(file).file_name()?;
    let root = runtime.store.home().join("prompts");
    let found = [root.join(object).join(name), root.join(name)].into_iter().find(|p| p.exists())?;
    media::file::read_wav(&found).ok().map(|s| s.narrowband())
}

/// `1` or `True` in a key mapping.
fn truth(text: &str) -> bool {
    text == "1" || text.eq_ignore_ascii_case("true")
}

/// One entry of a menu.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Entry {
    key: char,
    name: String,
    extension: String,
    attendant: String,
    prompt: String,
    message_for: String,
    location: bool,
    hours: bool,
}

/// Reads `key,Name,Extension,AutoAttendant,PromptFile,LeaveVoicemailFor,...`; entries without key get the next free one (lab).
fn entries(texts: &[String]) -> Vec<Entry> {
    let mut found: Vec<Entry> = Vec::new();
    for text in texts {
        let mut fields: Vec<&str> = text.split(',').map(str::trim).collect();
        let first = fields.first().copied().unwrap_or("");
        let key = first.chars().next().filter(|c| first.len() == 1 && (c.is_ascii_digit() || *c == '-'));
        let key = match key {
            Some(key) => {
                fields.remove(0);
                key
            }
            None => ('1'..='9').find(|k| !found.iter().any(|e| e.key == *k)).unwrap_or('9'),
        };
        let field = |at: usize| fields.get(at).map_or(String::new(), |f| f.to_string());
        found.push(Entry {
            key,
            name: field(0),
            extension: field(1),
            attendant: field(2),
            prompt: field(3),
            // By name, else by legacy DN.
            message_for: if field(4).is_empty() { field(5) } else { field(4) },
            location: truth(&field(6)),
            hours: truth(&field(7)),
        });
    }
    found
}

/// Minutes since Sunday of `Mon.8:00 AM`.
fn minute_of_week(text: &str) -> Option<u32> {
    let (day, time) = text.trim().split_once('.')?;
    let day = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
        .iter()
        .position(|d| day.to_ascii_lowercase().starts_with(d))? as u32;
    let time = time.trim();
    let (clock, half) = time.split_once(' ').unwrap_or((time, ""));
    let (hour, minute) = clock.split_once(':').unwrap_or((clock, "0"));
    let (mut hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    match half.to_ascii_lowercase().as_str() {
        "pm" if hour < 12 => hour += 12,
        "am" if hour == 12 => hour = 0,
        _ => {}
    }
    (hour < 24 && minute < 60).then_some(day * 1440 + hour * 60 + minute)
}

/// Whether a schedule of `Mon.8:00 AM-Mon.5:00 PM` intervals holds at a minute of the week; no schedule is always.
fn is_open(schedule: &[String], minute: u32) -> bool {
    if schedule.is_empty() {
        return true;
    }
    schedule.iter().flat_map(|s| s.split(',')).any(|interval| {
        let Some((from, to)) = interval.split_once('-') else { return false };
        match (minute_of_week(from), minute_of_week(to)) {
            // The same moment twice is the whole week.
            (Some(from), Some(to)) if from == to => true,
            (Some(from), Some(to)) if from < to => (from..to).contains(&minute),
            (Some(from), Some(to)) => minute >= from || minute < to,
            _ => false,
        }
    })
}

fn date(text: &str) -> Option<NaiveDate> {
    ["%m/%d/%Y", "%Y-%m-%d", "%d.%m.%Y"].iter().find_map(|f| NaiveDate::parse_from_str(text.trim(), f).ok())
}

/// Greeting file of the holiday that covers a day: `Name,file.wav,start[,end]`.
fn holiday(schedule: &[String], day: NaiveDate) -> Option<String> {
    schedule.iter().find_map(|text| {
        let fields: Vec<&str> = text.split(',').collect();
        let start = date(fields.get(2)?)?;
        let end = fields.get(3).and_then(|e| date(e)).unwrap_or(start);
        (start..=end).contains(&day).then(|| fields[1].trim().to_string())
    })
}

/// Minutes between UTC and a time zone given as `(GMT-08:00) ...` or `UTC+1`; what says nothing counts as UTC (assumed).
fn offset_minutes(zone: &str) -> i64 {
    let Some(at) = zone.find(['+', '-']) else { return 0 };
    let sign = if zone.as_bytes()[at] == b'-' { -1 } else { 1 };
    let digits: String = zone[at + 1..].chars().take_while(|c| c.is_ascii_digit() || *c == ':').collect();
    let (hours, minutes) = digits.split_once(':').unwrap_or((&digits, "0"));
    sign * (hours.parse::<i64>().unwrap_or(0) * 60 + minutes.parse::<i64>().unwrap_or(0))
}

/// The same for a zone by name (`Pacific Standard Time`, `Europe/Paris`), summer time included.
fn zone_minutes(zone: &str, now: DateTime<Utc>) -> i64 {
    match values::time::Zone::find(zone) {
        Ok(zone) => {
            let now = values::time::DateTime::from_unix(now.timestamp(), 0, values::time::Kind::Utc);
            zone.offset_of_utc(now).0 / values::time::TimeSpan::MINUTE
        }
        Err(_) => offset_minutes(zone),
    }
}

/// What holds now: business hours, and the holiday's greeting.
fn now_in(attendant: &AutoAttendant, now: DateTime<Utc>) -> (bool, Option<String>) {
    let local = now + chrono::Duration::minutes(zone_minutes(&attendant.time_zone, now));
    if let Some(greeting) = holiday(&attendant.holidays, local.date_naive()) {
        return (false, Some(greeting));
    }
    let minute = local.weekday().num_days_from_sunday() * 1440 + local.hour() * 60 + local.minute();
    (is_open(&attendant.business_hours, minute), None)
}

/// What the caller wants in the end.
pub enum AttendantEnd {
    Done(Option<Ended>),
    Transfer(String),
    Message(Box<UmMailbox>),
    /// `*`: Outlook Voice Access of the plan.
    Access,
}

/// What an attendant needs to know.
pub struct Attendant<'a> {
    pub runtime: &'a Arc<Runtime>,
    pub snapshot: &'a Snapshot,
    pub plan: &'a UmDialPlan,
}

enum Step {
    End(AttendantEnd),
    Next(String),
    Again,
}

impl Attendant<'_> {
    /// Runs the attendant of that name, and those it leads to.
    pub async fn run(&self, session: &mut Session, record: &mut CallRecord, name: &str) -> AttendantEnd {
        record.call_type = CallType::AutoAttendant.name().into();
        let mut name = name.to_string();
        for _ in 0..NESTING {
            record.auto_attendant_name = name.clone();
            match self.one(session, &name).await {
                Ok(Step::Next(next)) => name = next,
                Ok(Step::End(end)) => return end,
                Ok(Step::Again) => return AttendantEnd::Done(None),
                Err(ended) => return AttendantEnd::Done(Some(ended)),
            }
        }
        AttendantEnd::Done(None)
    }

    async fn one(&self, session: &mut Session, name: &str) -> Result<Step, Ended> {
        let prompts = &self.runtime.prompts;
        let found = self.snapshot.auto_attendants.iter().find(|a| a.name.eq_ignore_ascii_case(name));
        let Some(attendant) = found.filter(|a| a.enabled) else {
            session.play(&prompts.get("attendant-closed"), false).await?;
            return Ok(Step::End(AttendantEnd::Done(None)));
        };
        // Speech is not recognised here: the attendant for keys takes over.
        if attendant.speech && !attendant.fallback.is_empty() {
            return Ok(Step::Next(attendant.fallback.clone()));
        }
        let (open, holiday) = now_in(attendant, (self.runtime.wall_clock)());
        let mut greeting = media::tone::silence(300);
        let file = holiday.as_deref().unwrap_or(if open {
            &attendant.business_greeting
        } else {
            &attendant.after_hours_greeting
        });
        match custom_prompt(self.runtime, &attendant.name, file).filter(|_| !file.is_empty()) {
            Some(custom) => greeting.extend(custom),
            None => match (attendant.business_name.is_empty(), prompts.text(&attendant.business_name)) {
                (false, Some(spoken)) => {
                    greeting.extend(prompts.get("attendant-welcome-to"));
                    greeting.extend(spoken);
                }
                _ => greeting.extend(prompts.get("attendant-welcome")),
            },
        }
        if let Some(announcement) = custom_prompt(self.runtime, &attendant.name, &attendant.info_announcement) {
            greeting.extend(announcement);
        }
        let keys = entries(if open { &attendant.business_keys } else { &attendant.after_hours_keys });
        let operator = if open { attendant.business_operator } else { attendant.after_hours_operator };
        let number = if attendant.operator_extension.is_empty() {
            &self.plan.operator_extension
        } else {
            &attendant.operator_extension
        };
        let operator = Some(number.clone()).filter(|n| operator && !n.is_empty());
        if keys.is_empty() && attendant.name_lookup && (attendant.call_someone || attendant.send_message) {
            // Without a menu the caller is asked for a name at once.
            session.play(&greeting, true).await?;
            return Ok(match self.look_up(session, attendant).await? {
                Step::Again => match operator {
                    Some(operator) => Step::End(AttendantEnd::Transfer(operator)),
                    None => {
                        session.play(&prompts.get("goodbye"), false).await?;
                        Step::End(AttendantEnd::Done(None))
                    }
                },
                step => step,
            });
        }
        if let (true, Some(operator)) = (keys.is_empty(), &operator) {
            session.play(&greeting, false).await?;
            return Ok(Step::End(AttendantEnd::Transfer(operator.clone())));
        }
        if keys.is_empty() {
            greeting.extend(prompts.get("goodbye"));
            session.play(&greeting, false).await?;
            return Ok(Step::End(AttendantEnd::Done(None)));
        }
        let menu = self.menu(attendant, open, &keys, operator.is_some());
        let mut prompt = greeting;
        for _ in 0..self.plan.input_failures_before_disconnect.max(1) {
            prompt.extend(menu.iter());
            let key = session.ask(&prompt, TIMEOUT).await?;
            prompt = Vec::new();
            match self.choose(session, attendant, &keys, operator.as_deref(), key).await? {
                Step::Again => {}
                step => return Ok(step),
            }
        }
        if let Some(operator) = operator {
            return Ok(Step::End(AttendantEnd::Transfer(operator)));
        }
        session.play(&prompts.get("goodbye"), false).await?;
        Ok(Step::End(AttendantEnd::Done(None)))
    }

    fn menu(&self, attendant: &AutoAttendant, open: bool, keys: &[Entry], operator: bool) -> Vec<i16> {
        let prompts = &self.runtime.prompts;
        let file = if open { &attendant.business_menu } else { &attendant.after_hours_menu };
        if let Some(custom) = custom_prompt(self.runtime, &attendant.name, file).filter(|_| !file.is_empty()) {
            return custom;
        }
        let mut menu = Vec::new();
        for entry in keys.iter().filter(|e| e.key.is_ascii_digit()) {
            menu.extend(prompts.get("for"));
            menu.extend(prompts.name(&entry.name, &entry.extension));
            menu.extend(prompts.get("press"));
            menu.extend(prompts.number(entry.key.to_digit(10).unwrap_or(0)));
        }
        if operator {
            menu.extend(prompts.get("attendant-operator"));
        }
        menu
    }

    /// Spelling a name, or an extension.
    async fn look_up(&self, session: &mut Session, attendant: &AutoAttendant) -> Result<Step, Ended> {
        Ok(match search(self.runtime, self.snapshot, self.plan, session).await? {
            Some(Found::Call(number)) if attendant.call_someone && attendant.allow_dial_plan_subscribers => {
                Step::End(AttendantEnd::Transfer(number))
            }
            Some(Found::Message(mailbox)) if attendant.send_message => Step::End(AttendantEnd::Message(mailbox)),
            _ => Step::Again,
        })
    }

    fn location(&self, attendant: &AutoAttendant) -> Vec<i16> {
        let prompts = &self.runtime.prompts;
        let mut sound = prompts.get("business-location");
        sound.extend(prompts.text(&attendant.business_location).unwrap_or_else(|| prompts.get("not-available")));
        sound
    }

    /// The schedule, interval by interval.
    fn hours(&self, schedule: &[String]) -> Vec<i16> {
        const DAYS: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
        let prompts = &self.runtime.prompts;
        let intervals: Vec<(u32, u32)> = schedule
            .iter()
            .flat_map(|s| s.split(','))
            .filter_map(|i| i.split_once('-'))
            .filter_map(|(from, to)| Some((minute_of_week(from)?, minute_of_week(to)?)))
            .collect();
        if intervals.is_empty() || intervals.iter().any(|(from, to)| from == to) {
            return prompts.get("always-open");
        }
        let mut sound = prompts.get("business-hours");
        let time = |minute: u32| {
            let (day, hour, rest) = (minute / 1440, minute % 1440 / 60, minute % 60);
            let mut words = prompts.get(DAYS[day as usize % 7]);
            words.extend(prompts.number(if hour.is_multiple_of(12) { 12 } else { hour % 12 }));
            if rest > 0 {
                words.extend(prompts.number(rest));
            }
            words.extend(prompts.get(if hour < 12 { "am" } else { "pm" }));
            words
        };
        for (from, to) in intervals {
            sound.extend(time(from));
            sound.extend(prompts.get("to"));
            sound.extend(time(to));
        }
        sound
    }

    async fn choose(
        &self,
        session: &mut Session,
        attendant: &AutoAttendant,
        keys: &[Entry],
        operator: Option<&str>,
        key: Option<char>,
    ) -> Result<Step, Ended> {
        let prompts = &self.runtime.prompts;
        let entry = keys.iter().find(|e| e.key == key.unwrap_or('-'));
        if let Some(entry) = entry {
            if let Some(sound) = custom_prompt(self.runtime, &attendant.name, &entry.prompt) {
                session.play(&sound, true).await?;
            }
            if entry.location || entry.hours {
                let sound =
                    if entry.location { self.location(attendant) } else { self.hours(&attendant.business_hours) };
                session.play(&sound, true).await?;
                return Ok(Step::Again);
            }
            if !entry.extension.is_empty() {
                return Ok(Step::End(AttendantEnd::Transfer(entry.extension.clone())));
            }
            if !entry.attendant.is_empty() {
                return Ok(Step::Next(entry.attendant.clone()));
            }
            let target = self
                .snapshot
                .mailbox_by_identity(&entry.message_for)
                .or_else(|| self.snapshot.mailbox(self.plan, &entry.message_for));
            return Ok(match target.filter(|_| !entry.message_for.is_empty()) {
                Some(mailbox) => Step::End(AttendantEnd::Message(Box::new(mailbox.clone()))),
                None => Step::Again,
            });
        }
        match key {
            Some('0') => {
                if let Some(operator) = operator {
                    return Ok(Step::End(AttendantEnd::Transfer(operator.to_string())));
                }
            }
            Some('*') if attendant.star_out => return Ok(Step::End(AttendantEnd::Access)),
            Some('#') if attendant.name_lookup => return self.look_up(session, attendant).await,
            Some(first) if first.is_ascii_digit() => {
                // The first digit of an extension, or of a number that the dialing rules allow; `#` or a pause ends it.
                let rest = session.collect(&[], 23, Duration::from_secs(2)).await?;
                let number = format!("{first}{}", rest.trim_end_matches('#'));
                let authority = Authority::attendant(attendant);
                if let Some(dialed) = authorize(self.snapshot, self.plan, &authority, &number) {
                    let mailbox =
                        self.snapshot.mailbox(self.plan, &dialed).filter(|_| number.len() == self.plan.digits);
                    return Ok(Step::End(AttendantEnd::Transfer(mailbox.map_or(dialed, number_of))));
                }
                let text = format!("{}: a call to {number} was refused: no dialing rule allows it.", attendant.name);
                self.runtime.events.write(1038, "Warning", "", "", text);
                session.play(&prompts.get("number-not-allowed"), true).await?;
                return Ok(Step::Again);
            }
            _ => {}
        }
        session.play(&prompts.get(if key.is_none() { "no-input" } else { "invalid-entry" }), true).await?;
        Ok(Step::Again)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules() {
        let hours =
            vec!["Mon.8:00 AM-Mon.5:00 PM,Tue.8:00 AM-Tue.5:00 PM".to_string(), "Fri.10:00 PM-Sat.2:00 AM".to_string()];
        for (day, hour, open) in
            [(1, 8, true), (1, 17, false), (2, 12, true), (3, 12, false), (5, 23, true), (6, 1, true), (6, 3, false)]
        {
            assert_eq!(is_open(&hours, day * 1440 + hour * 60), open, "{day} {hour}");
        }
        assert!(is_open(&["Sun.12:00 AM-Sun.12:00 AM".to_string()], 5000));
        let attendant = AutoAttendant {
            time_zone: "(GMT-08:00) Pacific Time".into(),
            holidays: vec!["Christmas,x.wav,12/24/2026,12/26/2026".into()],
            business_hours: hours,
            ..AutoAttendant::default()
        };
        for (now, expected) in [
            ("2026-11-23T17:00:00Z", (true, None)),
            ("2026-11-23T15:00:00Z", (false, None)),
            ("2026-12-27T07:00:00Z", (false, Some("x.wav".to_string()))),
            ("2026-12-27T09:00:00Z", (false, None)),
        ] {
            assert_eq!(now_in(&attendant, now.parse().unwrap()), expected, "{now}");
        }
        for (zone, minutes) in
            [("Pacific Standard Time", -420), ("Europe/Paris", 120), ("(UTC+05:30) Chennai", 330), ("", 0)]
        {
            assert_eq!(zone_minutes(zone, "2026-07-01T12:00:00Z".parse().unwrap()), minutes, "{zone}");
        }
    }

    #[test]
    fn menus() {
        let texts: Vec<String> = ["1,Sales,,SalesAutoAttendant", "2,Support,12345", "Sales, 77899", "-,Timeout,100"]
            .iter()
            .map(|t| t.to_string())
            .collect();
        let found = entries(&texts);
        assert_eq!((found[0].attendant.as_str(), found[1].extension.as_str()), ("SalesAutoAttendant", "12345"));
        assert_eq!((found[2].key, found[2].extension.as_str(), found[3].key), ('3', "77899", '-'));
    }
}
