//! Test-MAPIConnectivity: whether mailboxes can be opened.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use store::Object;

use crate::server::monitoring::{self, Seen};

pub static NOUN: NounCode = NounCode {
    noun: "MAPIConnectivity",
    heeds: &["Identity", "Database", "Server", "MonitoringContext"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let databases = work.all("MailboxDatabase")?;
    let state =
        |name: &str| databases.iter().find(|d| d.name.eq_ignore_ascii_case(name)).and_then(|d| d.flag("Mounted"));
    let mailboxes: Vec<Object> = match work.bound.get("Identity").filter(|v| !v.is_null()).cloned() {
        Some(identity) => vec![work.target("Mailbox", &identity)?],
        None => {
            let (database, server) = (directory::verb::text(work, "Database"), directory::verb::text(work, "Server"));
            for (noun, name) in [("MailboxDatabase", &database), ("ExchangeServer", &server)] {
                if !name.is_empty() {
                    work.target(noun, &Value::from(name.as_str()))?;
                }
            }
            // One mailbox of each database stands for it.
            let users = work.all("User")?;
            let is_of = |user: &Object, d: &str| user.text("Database").is_some_and(|own| own.eq_ignore_ascii_case(d));
            databases
                .iter()
                .filter(|d| database.is_empty() || d.name.eq_ignore_ascii_case(&database))
                .filter_map(|d| users.iter().find(|u| is_of(u, &d.name)).cloned())
                .collect()
        }
    };
    let mut seen = Vec::new();
    let mut rows: Vec<Value> = mailboxes
        .iter()
        .map(|mailbox| {
            let database = mailbox.text("Database").unwrap_or_default();
            let is_good = state(database) != Some(false);
            let error = if is_good { String::new() } else { format!("The database '{database}' is not mounted.") };
            seen.push(Seen {
                instance: format!("{database}|{}", mailbox.name),
                error: error.clone(),
                milliseconds: None,
            });
            values::Object::typed(
                "Microsoft.Exchange.Monitoring.MAPITransactionOutcome",
                [
                    ("MailboxServer", mailbox.text("ServerName").map_or(Value::Null, Value::from)),
                    ("Database", Value::from(database)),
                    ("Mailbox", Value::from(mailbox.name.as_str())),
                    ("Result", Value::from(if is_good { "Success" } else { "*FAILURE*" })),
                    ("Error", Value::from(error)),
                ],
            )
        })
        .collect();
    rows.extend(monitoring::data(work, "MAPIConnectivity", &seen));
    Ok(rows)
}
