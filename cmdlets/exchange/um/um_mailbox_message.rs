//! Voice messages in mailboxes, as the telephony service has delivered them.

use command::{ErrorCategory, Result, Value};
use directory::{Fault, NounCode, Work};
use store::voice::{Record, VoiceRecords};
use values::Object;

pub static NOUN: NounCode = NounCode {
    noun: "UMMailboxMessage",
    heeds: &["Identity", "Unread", "MessageId", "Read", "Path"],
    verbs: &[("Get", get), ("Set", set), ("Remove", remove), ("Export", export)],
    ..NounCode::PLAIN
};

fn text<'a>(record: &'a Record, name: &str) -> &'a str {
    record.get(name).and_then(serde_json::Value::as_str).unwrap_or_default()
}

fn get(work: &mut Work) -> Result<()> {
    let home = work.session.home();
    let mailbox = match work.bound.get("Identity").filter(|v| !v.is_null()).cloned() {
        Some(identity) => match work.target("UMMailbox", &identity) {
            Ok(user) => user.id.to_string(),
            Err(fault) => return work.fail(&fault),
        },
        None => String::new(),
    };
    let records = match VoiceRecords::open(&home) {
        Ok(Some(records)) => records,
        Ok(None) => return Ok(()),
        Err(error) => return work.fail(&Fault::from(error)),
    };
    let messages = match records.messages(&mailbox) {
        Ok(messages) => messages,
        Err(error) => return work.fail(&Fault::from(error)),
    };
    let users = match work.all("User") {
        Ok(users) => users,
        Err(fault) => return work.fail(&fault),
    };
    for message in messages {
        let flag = |name: &str| Value::Bool(message.get(name).and_then(serde_json::Value::as_i64).unwrap_or(0) != 0);
        if work.bound.switch("Unread") && values::convert::to_bool(&flag("read")) {
            continue;
        }
        let of = text(&message, "mailbox");
        let owner = users.iter().find(|u| {
            u.id.to_string().eq_ignore_ascii_case(of)
                || u.text("PrimarySmtpAddress").is_some_and(|a| a.eq_ignore_ascii_case(of))
        });
        let caller_name = text(&message, "caller_name");
        // A missed call has no sound: no name, no file.
        let file = |field: &str| match text(&message, field) {
            "" => Value::Null,
            name => Value::from(records.file(of, name).display().to_string()),
        };
        let row = Object::typed(
            "Dialtone.UMMailboxMessage",
            [
                ("Mailbox", Value::from(owner.map_or(of, |o| o.name.as_str()))),
                ("Received", directory::moment_of(text(&message, "received"))),
                ("Caller", Value::from(text(&message, "caller"))),
                ("CallerName", Value::from(caller_name)),
                ("Duration", Value::I64(message.get("duration").and_then(serde_json::Value::as_i64).unwrap_or(0))),
                ("Subject", Value::from(text(&message, "subject"))),
                ("Read", flag("read")),
                ("MessageClass", Value::from(text(&message, "class"))),
                ("Important", flag("high")),
                ("Private", flag("private")),
                ("Protected", flag("protected")),
                ("MessageId", Value::from(text(&message, "id"))),
                ("CallId", Value::from(text(&message, "call_id"))),
                ("AudioFile", file("audio")),
                ("AttachmentFile", file("attachment")),
                ("MailFile", file("mail")),
            ],
        );
        work.session.write(row)?;
    }
    Ok(())
}

/// The message that -MessageId names, with the records it lies in.
fn named(work: &mut Work) -> std::result::Result<(VoiceRecords, Record), Fault> {
    let id = work.bound.str("MessageId").map_or_else(String::new, |t| t.to_string());
    let home = work.session.home();
    if let Some(records) = VoiceRecords::open(&home)?
        && let Some(message) = records.message(&id)?
    {
        return Ok((records, message));
    }
    let text = format!("There is no voice message with the id \"{id}\".");
    Err(Fault::new("MessageNotFoundException", "MessageNotFound", ErrorCategory::ObjectNotFound, text).at(&id))
}

/// Tells the service that lamps may have to change.
fn refresh(work: &mut Work, mailbox: &str) {
    let home = work.session.home();
    if let Ok(mut client) = control::Client::connect(&home) {
        // A service that is just stopping needs no news.
        let _ = client.request(&control::Request::RefreshWaiting { mailbox: mailbox.to_owned() });
    }
}

fn set(work: &mut Work) -> Result<()> {
    let (records, message) = match named(work) {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(text(&message, "subject"))? {
        return Ok(());
    }
    let is_read = work.bound.get("Read").is_none_or(values::convert::to_bool);
    if let Err(error) = records.set_read(text(&message, "id"), is_read) {
        return work.fail(&Fault::from(error));
    }
    refresh(work, text(&message, "mailbox"));
    Ok(())
}

fn remove(work: &mut Work) -> Result<()> {
    let (records, message) = match named(work) {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(text(&message, "subject"))? {
        return Ok(());
    }
    if let Err(error) = records.delete(text(&message, "id")) {
        return work.fail(&Fault::from(error));
    }
    refresh(work, text(&message, "mailbox"));
    Ok(())
}

fn export(work: &mut Work) -> Result<()> {
    let (records, message) = match named(work) {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    let path = work.bound.str("Path").unwrap_or_else(|| command::Str::from(""));
    let path = work.session.file_path(&path)?;
    let from = records.file(text(&message, "mailbox"), text(&message, "audio"));
    match std::fs::copy(&from, &path) {
        Ok(_) => Ok(()),
        Err(error) => work.fail(&Fault::new(
            "IOException",
            "AudioNotCopied",
            ErrorCategory::WriteError,
            format!("{}: {error}", from.display()),
        )),
    }
}
