//! A small mailbox store beside the voice messages: mails as `.eml` files in `Inbox`, appointments as `.ics` files in `Calendar`,
//! and in the database what was read, flagged, deleted or answered.

use super::{StoreError, VoiceStore};
use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, TimeZone, Utc};
use mail_builder::MessageBuilder;
use mail_parser::{Address, MessageParser, MimeHeaders};
use std::path::PathBuf;
use values::time::{Kind, Zone};

/// Folder of mails.
pub const INBOX: &str = "Inbox";
/// Folder of appointments.
pub const CALENDAR: &str = "Calendar";
/// Largest file that is read.
const LARGEST: u64 = 16 << 20;

/// Name and address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Party {
    pub name: String,
    pub address: String,
}

/// What became of a mail or an appointment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ItemState {
    pub read: bool,
    pub flagged: bool,
    pub deleted: bool,
    /// `Accepted`, `Tentative` or `Declined`.
    pub response: String,
}

/// A mail.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Mail {
    /// Name of its file.
    pub file: String,
    pub subject: String,
    pub from: Party,
    pub to: Vec<Party>,
    pub received: DateTime<Utc>,
    pub text: String,
    /// The meeting that it invites to.
    pub meeting: Option<Appointment>,
    pub state: ItemState,
}

/// An appointment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Appointment {
    /// Name of its file; empty while it is only part of a mail.
    pub file: String,
    pub uid: String,
    pub subject: String,
    pub location: String,
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
    pub organizer: Party,
    pub attendees: Vec<Party>,
    pub text: String,
    pub state: ItemState,
}

fn parties(address: Option<&Address<'_>>) -> Vec<Party> {
    let Some(address) = address else { return Vec::new() };
    let party = |a: &mail_parser::Addr<'_>| Party {
        name: a.name().unwrap_or("").to_string(),
        address: a.address().unwrap_or("").to_string(),
    };
    address.iter().map(party).collect()
}

/// Reads a mail; `None` when it is none.
pub fn parse_mail(bytes: &[u8]) -> Option<Mail> {
    let message = MessageParser::default().parse(bytes)?;
    let invitation = message
        .parts
        .iter()
        .find(|p| p.content_type().is_some_and(|t| t.ctype() == "text" && t.subtype() == Some("calendar")));
    Some(Mail {
        subject: message.subject().unwrap_or("").to_string(),
        from: parties(message.from()).into_iter().next().unwrap_or_default(),
        to: parties(message.to()).into_iter().chain(parties(message.cc())).collect(),
        received: message.date().and_then(|d| Utc.timestamp_opt(d.to_timestamp(), 0).single()).unwrap_or_default(),
        text: message.body_text(0).unwrap_or_default().into_owned(),
        meeting: invitation.and_then(|p| parse_appointment(p.text_contents()?)),
        ..Mail::default()
    })
}

/// Puts folded lines of iCalendar together (RFC 5545 3.1).
fn unfold(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some(last)) => last.push_str(rest),
            _ => lines.push(line.to_string()),
        }
    }
    lines
}

fn time(parameters: &str, value: &str) -> Option<DateTime<Utc>> {
    let value = value.trim();
    if let Some(utc) = value.strip_suffix('Z') {
        return Some(NaiveDateTime::parse_from_str(utc, "%Y%m%dT%H%M%S").ok()?.and_utc());
    }
    let local = match NaiveDateTime::parse_from_str(value, "%Y%m%dT%H%M%S") {
        Ok(time) => time,
        Err(_) => NaiveDate::parse_from_str(value, "%Y%m%d").ok()?.and_hms_opt(0, 0, 0)?,
    };
    let zone =
        parameters.split(';').find_map(|p| p.strip_prefix("TZID=")).and_then(|z| Zone::find(z.trim_matches('"')).ok());
    match zone {
        Some(zone) => {
            let clock = values::time::DateTime::from_unix(local.and_utc().timestamp(), 0, Kind::Unspecified);
            DateTime::from_timestamp(zone.first_utc(clock)?.unix_seconds(), 0)
        }
        // Floating times are taken as UTC.
        None => Some(local.and_utc()),
    }
}

/// Reads the first event of an iCalendar text.
pub fn parse_appointment(text: &str) -> Option<Appointment> {
    let mut found = Appointment::default();
    let (mut inside, mut started, mut ended) = (false, None, None);
    for line in unfold(text) {
        let Some((head, value)) = line.split_once(':') else { continue };
        let (name, parameters) = head.split_once(';').unwrap_or((head, ""));
        let plain = || {
            value
                .replace("\\n", "\n")
                .replace("\\N", "\n")
                .replace("\\,", ",")
                .replace("\\;", ";")
                .replace("\\\\", "\\")
        };
        let party = || Party {
            name: parameters.split(';').find_map(|p| p.strip_prefix("CN=")).unwrap_or("").trim_matches('"').to_string(),
            address: value.trim().trim_start_matches("mailto:").trim_start_matches("MAILTO:").to_string(),
        };
        match (name.to_ascii_uppercase().as_str(), inside) {
            ("BEGIN", false) => inside = value.trim().eq_ignore_ascii_case("VEVENT"),
            ("END", true) if value.trim().eq_ignore_ascii_case("VEVENT") => break,
            ("UID", true) => found.uid = plain(),
            ("SUMMARY", true) => found.subject = plain(),
            ("LOCATION", true) => found.location = plain(),
            ("DESCRIPTION", true) => found.text = plain(),
            ("DTSTART", true) => started = time(parameters, value),
            ("DTEND", true) => ended = time(parameters, value),
            ("ORGANIZER", true) => found.organizer = party(),
            ("ATTENDEE", true) => found.attendees.push(party()),
            _ => {}
        }
    }
    found.start = started?;
    found.end = ended.unwrap_or(found.start + Duration::minutes(30));
    Some(found)
}

impl VoiceStore {
    fn files(&self, mailbox: &str, folder: &str, extension: &str) -> Vec<(String, PathBuf)> {
        let Ok(entries) = std::fs::read_dir(self.folder(mailbox).join(folder)) else { return Vec::new() };
        let fits = |entry: &std::fs::DirEntry| {
            entry.path().extension().is_some_and(|e| e.eq_ignore_ascii_case(extension))
                && entry.metadata().is_ok_and(|m| m.is_file() && m.len() <= LARGEST)
        };
        let mut found: Vec<(String, PathBuf)> = entries
            .flatten()
            .filter(fits)
            .map(|e| (format!("{folder}/{}", e.file_name().to_string_lossy()), e.path()))
            .collect();
        found.sort();
        found
    }

    /// Mails that were not deleted, the newest first.
    pub fn mails(&self, mailbox: &str) -> Result<Vec<Mail>, StoreError> {
        let mut found = Vec::new();
        for (file, path) in self.files(mailbox, INBOX, "eml") {
            let state = self.item_state(mailbox, &file)?;
            if state.deleted {
                continue;
            }
            if let Some(mail) = std::fs::read(&path).ok().and_then(|b| parse_mail(&b)) {
                found.push(Mail { file, state, ..mail });
            }
        }
        found.sort_by(|a, b| b.received.cmp(&a.received).then_with(|| b.file.cmp(&a.file)));
        Ok(found)
    }

    /// Appointments that were neither deleted nor declined, in the order of their start.
    pub fn appointments(&self, mailbox: &str) -> Result<Vec<Appointment>, StoreError> {
        let mut found = Vec::new();
        for (file, path) in self.files(mailbox, CALENDAR, "ics") {
            let state = self.item_state(mailbox, &file)?;
            if state.deleted || state.response == "Declined" {
                continue;
            }
            if let Some(appointment) = std::fs::read_to_string(&path).ok().and_then(|t| parse_appointment(&t)) {
                found.push(Appointment { file, state, ..appointment });
            }
        }
        found.sort_by_key(|a| a.start);
        Ok(found)
    }

    /// Puts a mail of another mailbox into this one as well.
    pub fn copy_mail(&self, from: &str, file: &str, to: &str) -> Result<(), StoreError> {
        let inbox = self.folder(to).join(INBOX);
        std::fs::create_dir_all(&inbox)?;
        std::fs::copy(self.folder(from).join(file), inbox.join(format!("{}.eml", signaling::agent::token())))?;
        Ok(())
    }

    /// Puts a mail into a mailbox; it is on the disk when this returns.
    pub fn post_mail(
        &self,
        mailbox: &str,
        from: &Party,
        to: &Party,
        subject: &str,
        text: &str,
    ) -> Result<(), StoreError> {
        let mail = MessageBuilder::new()
            .from((from.name.as_str(), from.address.as_str()))
            .to((to.name.as_str(), to.address.as_str()))
            .subject(subject)
            .text_body(text)
            .write_to_vec()?;
        self.add_file(mailbox, INBOX, "eml", &mail)
    }

    /// Puts an appointment into a calendar.
    pub fn add_appointment(&self, mailbox: &str, appointment: &Appointment) -> Result<(), StoreError> {
        let stamp = |t: DateTime<Utc>| t.format("%Y%m%dT%H%M%SZ").to_string();
        let plain = |t: &str| t.replace('\\', "\\\\").replace('\n', "\\n").replace(',', "\\,").replace(';', "\\;");
        let party =
            |name: &str, p: &Party| format!("{name};CN=\"{}\":mailto:{}\r\n", p.name.replace('"', ""), p.address);
        let mut text = format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:{}\r\nDTSTART:{}\r\nDTEND:{}\r\nSUMMARY:{}\r\nLOCATION:{}\r\n",
            appointment.uid,
            stamp(appointment.start),
            stamp(appointment.end),
            plain(&appointment.subject),
            plain(&appointment.location)
        );
        text.push_str(&party("ORGANIZER", &appointment.organizer));
        appointment.attendees.iter().for_each(|a| text.push_str(&party("ATTENDEE", a)));
        text.push_str(&format!("DESCRIPTION:{}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", plain(&appointment.text)));
        self.add_file(mailbox, CALENDAR, "ics", text.as_bytes())
    }

    fn add_file(&self, mailbox: &str, folder: &str, extension: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let folder = self.folder(mailbox).join(folder);
        std::fs::create_dir_all(&folder)?;
        super::deliver::write_durably(&folder.join(format!("{}.{extension}", signaling::agent::token())), bytes)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mails_and_invitations_are_read() {
        let mail = "From: =?utf-8?Q?J=C3=BCrgen?= <j@contoso.com>\r\nTo: Ken <ken@contoso.com>, pilar@contoso.com\r\nSubject: Plan\r\n\
            Date: Mon, 23 Nov 2026 09:00:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\
            Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nQ29tZSE=\r\n--b\r\nContent-Type: text/calendar\r\n\r\n\
            BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=America/Los_Angeles:20261123T120000\r\nSUMMARY:A long\r\n  name\\, two parts\r\n\
            ORGANIZER;CN=\"Jay\":mailto:j@contoso.com\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n--b--\r\n";
        let mail = parse_mail(mail.as_bytes()).unwrap();
        assert_eq!((mail.from.name.as_str(), mail.to.len(), mail.subject.as_str()), ("Jürgen", 2, "Plan"));
        assert_eq!((mail.text.trim(), mail.received.to_rfc3339().as_str()), ("Come!", "2026-11-23T08:00:00+00:00"));
        let meeting = mail.meeting.unwrap();
        assert_eq!(
            (meeting.subject.as_str(), meeting.organizer.address.as_str()),
            ("A long name, two parts", "j@contoso.com")
        );
        assert_eq!(meeting.start.to_rfc3339(), "2026-11-23T20:00:00+00:00");
        assert_eq!(meeting.end - meeting.start, Duration::minutes(30));
        assert!(parse_appointment("BEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT").is_none());
    }
}
