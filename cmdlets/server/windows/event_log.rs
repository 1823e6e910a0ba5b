//! Get-EventLog over the runtime's event log.

use command::{Result, Value, Wildcard};
use directory::{NounCode, Work};
use values::Object;

use super::event::{LOGS, between, is_log, keep, no_log, read};

pub static NOUN: NounCode = NounCode {
    noun: "EventLog",
    heeds: &[
        "LogName",
        "ComputerName",
        "Newest",
        "After",
        "Before",
        "EntryType",
        "Source",
        "InstanceId",
        "Message",
        "List",
    ],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

fn get(work: &mut Work) -> Result<()> {
    let mut events = match read(work) {
        Ok(events) => events,
        Err(fault) => return work.fail(&fault),
    };
    if work.bound.switch("List") {
        let count = Value::I32(i32::try_from(events.len()).unwrap_or(i32::MAX));
        for log in LOGS {
            work.session.write(Object::typed(
                "System.Diagnostics.EventLog",
                [("Log", Value::from(*log)), ("LogDisplayName", Value::from(*log)), ("Entries", count.clone())],
            ))?;
        }
        return Ok(());
    }
    let name = work.bound.str("LogName").unwrap_or_else(command::Str::empty);
    if !is_log(&name) {
        return work.fail(&no_log(&name));
    }
    let (computers, sources, levels) =
        (work.bound.strings("ComputerName"), work.bound.strings("Source"), work.bound.strings("EntryType"));
    keep(&mut events, &computers, &sources, &levels);
    let (after, before) = (work.bound.get("After").cloned(), work.bound.get("Before").cloned());
    between(work, &mut events, after, before)?;
    if work.bound.has("InstanceId") {
        let ids: Vec<i64> = work.bound.list("InstanceId").iter().filter_map(Value::as_i64).collect();
        events.retain(|e| ids.contains(&e.id));
    }
    if let Some(pattern) = work.bound.str("Message") {
        let pattern = Wildcard::new(&pattern);
        events.retain(|e| pattern.matches(&e.message));
    }
    if let Some(newest) = work.bound.int("Newest") {
        events.truncate(usize::try_from(newest).unwrap_or(0));
    }
    for event in events {
        work.session.write(Object::typed(
            "System.Diagnostics.EventLogEntry",
            [
                ("Index", Value::I32(i32::try_from(event.index).unwrap_or(i32::MAX))),
                ("TimeGenerated", event.time.clone()),
                ("TimeWritten", event.time),
                ("EntryType", Value::from(event.level)),
                ("Source", Value::from(event.source)),
                ("InstanceId", Value::I64(event.id)),
                ("EventID", Value::I32(i32::try_from(event.id).unwrap_or(0))),
                ("MachineName", Value::from(event.server)),
                ("Message", Value::from(event.message)),
            ],
        ))?;
    }
    Ok(())
}
