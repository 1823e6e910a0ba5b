//! The runtime's event log as Windows' commands see it.

use command::{ErrorCategory, Result, Str, Value, Wildcard};
use directory::{Fault, Work};
use store::voice::VoiceRecords;

/// One event.
pub struct LogEvent {
    pub index: usize,
    /// Seconds since 1970.
    pub time: Value,
    pub id: i64,
    pub level: String,
    pub source: String,
    pub server: String,
    pub message: String,
}

/// The names under which the log is asked for: it holds what Windows spreads over these.
pub const LOGS: &[&str] = &["Application", "Lync Server", "MSExchange Management"];

/// Whether a name or pattern means the log.
pub fn is_log(name: &str) -> bool {
    let pattern = Wildcard::new(name);
    LOGS.iter().any(|log| pattern.matches(log))
}

/// All events, the newest first.
pub fn read(work: &mut Work) -> std::result::Result<Vec<LogEvent>, Fault> {
    let home = work.session.home();
    let events = match VoiceRecords::open(&home)? {
        Some(records) => records.events(1_000_000)?,
        None => Vec::new(),
    };
    let count = events.len();
    let mut found = Vec::with_capacity(count);
    for (at, event) in events.into_iter().enumerate() {
        let text = |name: &str| event.get(name).and_then(|v| v.as_str()).unwrap_or_default().to_string();
        let time = values::convert::convert(work.session, &Value::from(text("time")), values::TypeRef::DATETIME);
        found.push(LogEvent {
            index: count - at,
            time: time.unwrap_or_default(),
            id: event.get("id").and_then(|v| v.as_i64()).unwrap_or(0),
            level: text("level"),
            source: text("source"),
            server: text("server"),
            message: text("message"),
        });
    }
    Ok(found)
}

/// Leaves events of the computers, sources and levels that are asked for; lists that are empty ask for nothing.
pub fn keep(events: &mut Vec<LogEvent>, computers: &[Str], sources: &[Str], levels: &[Str]) {
    let short = |name: &str| name.split('.').next().unwrap_or_default().to_lowercase();
    let any = |list: &[Str], text: &str| list.is_empty() || list.iter().any(|p| Wildcard::new(p).matches(text));
    events.retain(|e| {
        (computers.is_empty() || computers.iter().any(|c| short(c) == short(&e.server)))
            && any(sources, &e.source)
            && any(levels, &e.level)
    });
}

/// Leaves events between two times.
pub fn between(work: &mut Work, events: &mut Vec<LogEvent>, after: Option<Value>, before: Option<Value>) -> Result<()> {
    let mut kept = Vec::new();
    for event in events.drain(..) {
        let mut is_in = true;
        for (limit, wants_later) in [(&after, true), (&before, false)] {
            if let Some(limit) = limit {
                let order = values::operators::compare(work.session, &event.time, limit, true)?;
                is_in &= if wants_later { order.is_gt() } else { order.is_lt() };
            }
        }
        if is_in {
            kept.push(event);
        }
    }
    *events = kept;
    Ok(())
}

/// The refusal of a log that does not exist.
pub fn no_log(name: &str) -> Fault {
    let text = format!("There is not an event log on the localhost computer that matches \"{name}\".");
    Fault::new("Exception", "NoMatchingLogsFound", ErrorCategory::ObjectNotFound, text).at(name)
}
