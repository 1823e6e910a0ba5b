//! How far move requests have come.

use command::{Result, Value};
use directory::{Fault, NounCode, Work, verb};
use store::Object;

pub static NOUN: NounCode = NounCode {
    noun: "MoveRequestStatistics",
    heeds: &["Identity", "MoveRequestQueue", "MRSInstance", "MailboxGuid"],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

fn get(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let instance = verb::text(work, "MRSInstance");
    if !instance.is_empty() {
        // Requests are worked on by whichever server is free; the one that is named must be there.
        let short = instance.split('.').next().unwrap_or_default();
        work.target("ExchangeServer", &Value::from(short))?;
    }
    let mailbox = work.bound.get("MailboxGuid").filter(|v| !v.is_null()).cloned();
    let mailbox = mailbox.map(|guid| work.target("Mailbox", &guid)).transpose()?;
    let requests = match work.bound.get("Identity").filter(|v| !v.is_null()).cloned() {
        Some(identity) => vec![work.target("MoveRequest", &identity)?],
        None => {
            // The queue is that of the database to which they move.
            let queue = verb::text(work, "MoveRequestQueue");
            if !queue.is_empty() {
                work.target("MailboxDatabase", &Value::from(queue.as_str()))?;
            }
            let fits = |r: &Object| {
                (queue.is_empty() || r.text("TargetDatabase").is_none_or(|t| t.eq_ignore_ascii_case(&queue)))
                    && mailbox.as_ref().is_none_or(|m| m.name == r.name || m.text("Alias") == Some(r.name.as_str()))
            };
            work.all("MoveRequest")?.into_iter().filter(fits).collect()
        }
    };
    let text = |object: &Object, name: &str| object.text(name).map_or(Value::Null, Value::from);
    Ok(requests
        .iter()
        .map(|request| {
            let status = request.text("Status").unwrap_or("Queued");
            values::Object::typed(
                "Microsoft.Exchange.Management.RecipientTasks.MoveRequestStatistics",
                [
                    ("DisplayName", Value::from(request.name.as_str())),
                    ("StatusDetail", Value::from(status)),
                    ("Status", Value::from(status)),
                    ("TotalMailboxSize", Value::foreign(directory::SizeValue(0))),
                    ("PercentComplete", Value::I32(if status == "Completed" { 100 } else { 0 })),
                    ("TargetDatabase", text(request, "TargetDatabase")),
                    ("BatchName", text(request, "BatchName")),
                    ("RemoteHostName", text(request, "RemoteHostName")),
                    ("SuspendComment", text(request, "SuspendComment")),
                    ("QueuedTimestamp", directory::moment_of(&directory::iso(request.created))),
                    ("LastUpdateTimestamp", directory::moment_of(&directory::iso(request.changed))),
                    ("Identity", Value::from(request.name.as_str())),
                ],
            )
        })
        .collect())
}
