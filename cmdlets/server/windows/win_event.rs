//! Get-WinEvent over the runtime's event log.

use command::{Result, Str, Value};
use directory::{NounCode, Work};
use values::{Object, convert};

use super::event::{LOGS, between, is_log, keep, no_log, read};

pub static NOUN: NounCode = NounCode {
    noun: "WinEvent",
    heeds: &["LogName", "ProviderName", "FilterHashtable", "ListLog", "MaxEvents", "ComputerName", "Oldest"],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

/// Number and name of a level.
fn level(name: &str) -> i32 {
    match name {
        "Error" => 2,
        "Warning" => 3,
        _ => 4,
    }
}

fn get(work: &mut Work) -> Result<()> {
    let mut events = match read(work) {
        Ok(events) => events,
        Err(fault) => return work.fail(&fault),
    };
    if work.bound.has("ListLog") {
        let patterns = work.bound.strings("ListLog");
        for log in LOGS.iter().filter(|l| patterns.iter().any(|p| command::Wildcard::new(p).matches(l))) {
            work.session.write(Object::typed(
                "System.Diagnostics.Eventing.Reader.EventLogConfiguration",
                [
                    ("LogName", Value::from(*log)),
                    ("LogMode", Value::from("Circular")),
                    ("RecordCount", Value::I64(i64::try_from(events.len()).unwrap_or(0))),
                    ("IsEnabled", Value::Bool(true)),
                ],
            ))?;
        }
        return Ok(());
    }
    let computers: Vec<Str> = work.bound.str("ComputerName").into_iter().collect();
    let mut logs = work.bound.strings("LogName");
    let mut sources = work.bound.strings("ProviderName");
    let (mut levels, mut ids): (Vec<i64>, Vec<i64>) = (Vec::new(), Vec::new());
    let (mut after, mut before) = (None, None);
    for table in work.bound.list("FilterHashtable") {
        let Some(table) = table.as_dict() else { continue };
        for (key, value) in table.to_vec() {
            let items = value.as_array().map_or_else(|| vec![value.clone()], |a| a.to_vec());
            let texts = || items.iter().map(|v| Str::from(convert::to_display(v))).collect::<Vec<Str>>();
            let numbers = || items.iter().filter_map(|v| convert::to_display(v).parse().ok()).collect::<Vec<i64>>();
            match convert::to_display(&key).to_ascii_lowercase().as_str() {
                "logname" => logs = texts(),
                "providername" => sources = texts(),
                "level" => levels = numbers(),
                "id" => ids = numbers(),
                "starttime" => after = Some(value),
                "endtime" => before = Some(value),
                other => {
                    let text = format!(
                        "The key '{other}' of the filter is not one of LogName, ProviderName, Level, Id, StartTime and EndTime."
                    );
                    return work.fail(&directory::Fault::new(
                        "EventLogException",
                        "FilterKeyNotSupported",
                        command::ErrorCategory::InvalidArgument,
                        text,
                    ));
                }
            }
        }
    }
    if let Some(unknown) = logs.iter().find(|l| !is_log(l)).cloned() {
        return work.fail(&no_log(&unknown));
    }
    keep(&mut events, &computers, &sources, &[]);
    between(work, &mut events, after, before)?;
    events.retain(|e| {
        (levels.is_empty() || levels.contains(&i64::from(level(&e.level)))) && (ids.is_empty() || ids.contains(&e.id))
    });
    if events.is_empty() {
        return work.fail(&directory::Fault::new(
            "Exception",
            "NoMatchingEventsFound",
            command::ErrorCategory::ObjectNotFound,
            "No events were found that match the specified selection criteria.".to_string(),
        ));
    }
    if work.bound.switch("Oldest") {
        events.reverse();
    }
    if let Some(most) = work.bound.int("MaxEvents") {
        events.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    }
    for event in events {
        work.session.write(Object::typed(
            "System.Diagnostics.Eventing.Reader.EventLogRecord",
            [
                ("TimeCreated", event.time),
                ("Id", Value::I32(i32::try_from(event.id).unwrap_or(0))),
                ("Level", Value::I32(level(&event.level))),
                ("LevelDisplayName", Value::from(event.level)),
                ("ProviderName", Value::from(event.source)),
                ("LogName", Value::from(LOGS[0])),
                ("MachineName", Value::from(event.server)),
                ("RecordId", Value::I64(i64::try_from(event.index).unwrap_or(0))),
                ("Message", Value::from(event.message)),
            ],
        ))?;
    }
    Ok(())
}
