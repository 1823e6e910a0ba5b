//! Get-MailboxLocation: where a person's mailbox and archive lie.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use store::Object;

pub static NOUN: NounCode = NounCode {
    noun: "MailboxLocation",
    heeds: &["Identity", "User", "Database", "MailboxLocationType", "ResultSize"],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

fn get(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let named = ["User", "Identity"].iter().find_map(|n| work.bound.get(n).filter(|v| !v.is_null()).cloned());
    let users: Vec<Object> = match named {
        Some(value) => vec![work.target("Mailbox", &value)?],
        None => {
            let database = work.bound.value("Database");
            let database = work.target("MailboxDatabase", &database)?;
            let is_in = |u: &Object| u.text("Database").is_some_and(|d| d.eq_ignore_ascii_case(&database.name));
            work.all("User")?.into_iter().filter(is_in).collect()
        }
    };
    let wanted = work.bound.str("MailboxLocationType").map(|t| t.to_string());
    let limit = work.bound.str("ResultSize").and_then(|t| t.parse().ok()).unwrap_or(usize::MAX);
    let mut rows = Vec::new();
    for user in users {
        let archive = user.text("ArchiveGuid").filter(|g| !g.is_empty()).map(|g| ("MainArchive", g.to_owned()));
        for (kind, id) in [Some(("Primary", user.id.to_string())), archive].into_iter().flatten() {
            if rows.len() == limit || wanted.as_ref().is_some_and(|w| !w.eq_ignore_ascii_case(kind)) {
                continue;
            }
            let of = if kind == "Primary" { "Database" } else { "ArchiveDatabase" };
            rows.push(values::Object::typed(
                "Microsoft.Exchange.Management.RecipientTasks.MailboxLocation",
                [
                    ("MailboxGuid", Value::from(id.as_str())),
                    ("MailboxLocationType", Value::from(kind)),
                    ("OwnerId", Value::from(user.name.as_str())),
                    ("DatabaseLocation", user.text(of).map_or(Value::Null, Value::from)),
                    ("Identity", Value::from(format!("{}\\{id}", user.name))),
                ],
            ));
        }
    }
    Ok(rows)
}
