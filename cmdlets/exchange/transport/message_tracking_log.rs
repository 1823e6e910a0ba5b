//! Get-MessageTrackingLog: the messages that unified messaging has put into mailboxes.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use serde_json::Value as Json;
use store::voice::{Record, VoiceRecords};
use values::Object;

pub static NOUN: NounCode = NounCode {
    noun: "MessageTrackingLog",
    heeds: &[
        "Start",
        "End",
        "EventId",
        "MessageId",
        "InternalMessageId",
        "MessageSubject",
        "Recipients",
        "Sender",
        "Server",
        "ResultSize",
        "Source",
    ],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

fn get(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

/// Who left a message: the calling number or address.
fn sender(message: &Record) -> String {
    message.get("caller").and_then(Json::as_str).unwrap_or_default().to_owned()
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    crate::server::health::servers(work, "Server")?;
    let home = work.session.home();
    let Some(records) = VoiceRecords::open(&home)? else { return Ok(Vec::new()) };
    let event = work.bound.str("EventId").map(|t| t.to_string());
    let source = work.bound.str("Source").map(|t| t.to_string());
    if event.is_some_and(|e| !e.eq_ignore_ascii_case("DELIVER"))
        || source.is_some_and(|s| !s.eq_ignore_ascii_case("STOREDRIVER"))
    {
        return Ok(Vec::new());
    }
    let time = |name: &str| {
        work.bound.get(name).filter(|v| !v.is_null()).and_then(directory::milliseconds).map(directory::iso)
    };
    let (from, to) = (time("Start"), time("End"));
    let asked = |name: &str| work.bound.strings(name).iter().map(|t| t.to_lowercase()).collect::<Vec<_>>();
    let (subjects, recipients, senders) = (asked("MessageSubject"), asked("Recipients"), asked("Sender"));
    let ids = [asked("MessageId"), asked("InternalMessageId")].concat();
    // A thousand, as the product gives without a size.
    let limit = match work.bound.str("ResultSize") {
        Some(size) if size.eq_ignore_ascii_case("unlimited") => usize::MAX,
        Some(size) => size.parse().unwrap_or(1000),
        None => 1000,
    };
    let users = work.all("User")?;
    let mut rows = Vec::new();
    for message in records.messages("")? {
        let text = |name: &str| message.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
        let owner = text("mailbox");
        let owner = users.iter().find(|u| u.id.to_string() == owner);
        let recipient = owner.and_then(|u| u.text("PrimarySmtpAddress")).unwrap_or_default().to_lowercase();
        let (received, sender, subject) = (text("received"), sender(&message), text("subject"));
        let fits = from.as_ref().is_none_or(|f| received >= *f)
            && to.as_ref().is_none_or(|t| received <= *t)
            && (subjects.is_empty() || subjects.iter().any(|s| subject.to_lowercase().contains(s.as_str())))
            && (recipients.is_empty() || recipients.contains(&recipient))
            && (senders.is_empty() || senders.contains(&sender.to_lowercase()))
            && (ids.is_empty() || ids.contains(&text("id").to_lowercase()));
        if !fits || rows.len() == limit {
            continue;
        }
        rows.push(Object::typed(
            "Microsoft.Exchange.Management.TransportLogSearchTasks.MessageTrackingEvent",
            [
                ("Timestamp", directory::moment_of(&received)),
                ("EventId", Value::from("DELIVER")),
                ("Source", Value::from("STOREDRIVER")),
                ("Sender", Value::from(sender)),
                ("Recipients", Value::array(vec![Value::from(recipient)])),
                ("MessageSubject", Value::from(subject)),
                ("MessageId", Value::from(text("id"))),
                ("ServerHostname", owner.and_then(|u| u.text("ServerName")).map_or(Value::Null, Value::from)),
                ("RecipientCount", Value::I32(1)),
            ],
        ));
    }
    Ok(rows)
}
