//! Get-History, Add-History, Clear-History, Invoke-History.

use std::sync::Arc;

use command::{Bound, Cmdlet, Command, NativeObject, Session, Wildcard};
use values::{ErrorCategory, ErrorRecord, Exception, Result, Str, TypeRef, Value, convert, members};

use super::job::engine_of;
use crate::runspace::Runspace;

/// Get-History.
pub static GET_HISTORY: Command = Command { name: "Get-History", create: || Box::new(GetHistory) };
/// Add-History.
pub static ADD_HISTORY: Command = Command { name: "Add-History", create: || Box::new(AddHistory) };
/// Clear-History.
pub static CLEAR_HISTORY: Command = Command { name: "Clear-History", create: || Box::new(ClearHistory) };
/// Invoke-History.
pub static INVOKE_HISTORY: Command = Command { name: "Invoke-History", create: || Box::new(InvokeHistory) };

#[derive(Default)]
struct History {
    last: i64,
    entries: Vec<(i64, Value)>,
}

fn history(runspace: &mut Runspace) -> Result<&mut History> {
    let slot = runspace.module_state.entry("history").or_default();
    let held = slot.get_or_insert_with(|| Box::new(History::default()));
    match held.downcast_mut() {
        Some(history) => Ok(history),
        None => crate::errors::invalid_operation("NoHistory", "The session keeps no history.").throw(),
    }
}

fn entry(id: i64, line: &Value, (status, start, end): (Value, Value, Value), spent: i64) -> Value {
    NativeObject::of_pairs(
        "Microsoft.PowerShell.Commands.HistoryInfo",
        vec![
            ("Id", Value::I64(id)),
            ("CommandLine", line.clone()),
            ("ExecutionStatus", status),
            ("StartExecutionTime", start),
            ("EndExecutionTime", end),
            ("Duration", Value::TimeSpan(spent)),
        ],
    )
    .with_text(|o| o.text_of("CommandLine"))
    .into_value()
}

/// A line of the prompt that runs.
pub struct RunningLine {
    id: i64,
    text: Value,
    begun: Value,
    since: std::time::Instant,
    /// First and last word.
    words: Option<(Str, Str)>,
}

impl Runspace {
    /// A line of the prompt begins to run: it takes a number of the history, which shows it once it is over.
    pub fn begin_line(&mut self, line: &str) -> RunningLine {
        let source = Arc::new(language::Source::new(line));
        let parsed = language::parse(source.clone());
        let word = |span: Option<language::Span>| span.map(|span| unquoted(source.slice(span)));
        let words = word(parsed.first_token).zip(word(parsed.last_token));
        let begun = members::get_static(self, TypeRef::DATETIME, "Now").ok().flatten().unwrap_or_default();
        let id = history(self).map_or(0, |history| {
            history.last += 1;
            history.last
        });
        self.next_history = id;
        RunningLine { id, text: Value::from(line), begun, since: std::time::Instant::now(), words }
    }

    /// Keeps a line that ran, for Get-History.
    pub fn remember_line(&mut self, line: &str, succeeded: bool) {
        let running = self.begin_line(line);
        self.end_line(running, succeeded);
    }

    /// The line is over: it goes into the history, and `$^` and `$$` are its first and last words.
    pub fn end_line(&mut self, line: RunningLine, succeeded: bool) {
        if let Some((first, last)) = line.words {
            self.set_global("^", Value::Str(first));
            self.set_global("$", Value::Str(last));
        }
        let state = if succeeded { "Completed" } else { "Failed" };
        let status = command::enum_value("System.Management.Automation.Runspaces.PipelineState", state);
        let now = members::get_static(self, TypeRef::DATETIME, "Now").ok().flatten().unwrap_or_default();
        let limit = self.global.get(language::Sym::intern("MaximumHistoryCount")).and_then(|v| v.as_i64());
        let spent = (line.since.elapsed().as_nanos() / 100) as i64;
        if let Ok(history) = history(self) {
            let made = entry(line.id, &line.text, (status, line.begun, now), spent);
            let at = history.entries.partition_point(|(id, _)| *id < line.id);
            history.entries.insert(at, (line.id, made));
            let surplus = history.entries.len().saturating_sub(limit.unwrap_or(4096).max(1) as usize);
            history.entries.drain(..surplus);
        }
        self.next_history = line.id + 1;
    }
}

/// A word without the quotes around it.
fn unquoted(text: &str) -> Str {
    let inner = ['\'', '"'].iter().find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote));
    Str::from(inner.unwrap_or(text))
}

/// The time between two dates; none where they are no dates.
fn spent_between(start: &Value, end: &Value) -> i64 {
    // The two highest bits of a date are its kind.
    const TICKS: u64 = (1 << 62) - 1;
    match (start.base(), end.base()) {
        (Value::DateTime(from), Value::DateTime(to)) => (to & TICKS) as i64 - (from & TICKS) as i64,
        _ => 0,
    }
}

struct GetHistory;

fn no_such(id: &Value) -> Arc<ErrorRecord> {
    let text = format!("Cannot locate the history for Id {}.", convert::to_display(id));
    let exception = Exception::new(TypeRef::ARGUMENT_EXCEPTION, text);
    ErrorRecord::from_exception(Arc::new(exception.identity(
        "GetHistoryNoHistoryForId",
        ErrorCategory::ObjectNotFound,
        id.clone(),
    )))
}

impl Cmdlet for GetHistory {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let entries = history(engine_of(session)?)?.entries.clone();
        let count = bound.int("Count").map_or(usize::MAX, |n| n.max(0) as usize);
        if bound.has("Id") {
            for id in bound.list("Id") {
                match entries.iter().find(|(n, _)| Some(*n) == id.as_i64()) {
                    Some((_, found)) => session.write(found.clone())?,
                    None => session.write_error(no_such(&id))?,
                }
            }
            return Ok(());
        }
        let skip = entries.len().saturating_sub(count);
        entries.into_iter().skip(skip).try_for_each(|(_, found)| session.write(found))
    }
}

struct AddHistory;

impl Cmdlet for AddHistory {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        for item in bound.list("InputObject") {
            let part = |session: &mut dyn Session, name: &str| {
                members::get(session, &item, name).map(Option::unwrap_or_default)
            };
            let line = part(session, "CommandLine")?;
            if line.is_null() {
                let exception = Exception::new(
                    TypeRef::ARGUMENT_EXCEPTION,
                    "Cannot add history because the input object has a format that is not valid.",
                );
                let record = exception.identity("AddHistoryInvalidInput", ErrorCategory::InvalidData, item.clone());
                session.write_error(ErrorRecord::from_exception(Arc::new(record)))?;
                continue;
            }
            let status = part(session, "ExecutionStatus")?;
            let (start, end) = (part(session, "StartExecutionTime")?, part(session, "EndExecutionTime")?);
            let history = history(engine_of(session)?)?;
            history.last += 1;
            let spent = spent_between(&start, &end);
            let made = entry(history.last, &line, (status, start, end), spent);
            history.entries.push((history.last, made.clone()));
            if bound.switch("Passthru") {
                session.write(made)?;
            }
        }
        Ok(())
    }
}

struct ClearHistory;

impl Cmdlet for ClearHistory {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        if !session.should_process("History", "Clear-History")? {
            return Ok(());
        }
        let lines: Vec<Wildcard> = bound.strings("CommandLine").iter().map(|l| Wildcard::new(l)).collect();
        let ids: Vec<i64> = bound.list("Id").iter().filter_map(Value::as_i64).collect();
        let (has_ids, has_lines) = (bound.has("Id"), bound.has("CommandLine"));
        let count = bound.int("Count").map(|n| n.max(0) as usize);
        let newest = bound.switch("Newest");
        let history = history(engine_of(session)?)?;
        let mut doomed: Vec<i64> = history
            .entries
            .iter()
            .filter(|(id, value)| {
                let line = value
                    .as_foreign::<NativeObject>()
                    .map(|o| o.text_of("CommandLine").to_string())
                    .unwrap_or_default();
                (!has_ids || ids.contains(id)) && (!has_lines || Wildcard::any(&lines, &line))
            })
            .map(|(id, _)| *id)
            .collect();
        if newest {
            doomed.reverse();
        }
        doomed.truncate(count.unwrap_or(usize::MAX));
        history.entries.retain(|(id, _)| !doomed.contains(id));
        let missing: Vec<i64> = ids.into_iter().filter(|id| !doomed.contains(id)).collect();
        if has_ids && count.is_none() {
            for id in missing {
                session.write_error(no_such(&Value::I64(id)))?;
            }
        }
        Ok(())
    }
}

struct InvokeHistory;

impl Cmdlet for InvokeHistory {
    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let entries = history(engine_of(session)?)?.entries.clone();
        let line_of = |v: &Value| {
            v.as_foreign::<NativeObject>().map(|o| o.text_of("CommandLine")).unwrap_or_else(values::Str::empty)
        };
        let found = match bound.str("Id") {
            None => entries.last(),
            Some(text) => match text.parse::<i64>() {
                Ok(id) => entries.iter().find(|(n, _)| *n == id),
                Err(_) => entries.iter().rev().find(|(_, v)| line_of(v).starts_with(text.as_str())),
            },
        };
        let Some((_, found)) = found else {
            let (id, text) = match bound.str("Id") {
                Some(id) if id.parse::<i64>().is_ok() => {
                    ("InvokeHistoryNoHistoryForId", format!("Cannot locate the history for Id {id}."))
                }
                Some(id) => (
                    "InvokeHistoryNoHistoryForCommandline",
                    format!("Cannot locate the history for command line {id}."),
                ),
                None => ("InvokeHistoryNoLastHistoryEntryFound", "Cannot locate most recent history.".to_string()),
            };
            return Exception::new(TypeRef::ARGUMENT_EXCEPTION, text)
                .identity(id, ErrorCategory::ObjectNotFound, bound.value("Id"))
                .throw();
        };
        let line = line_of(found);
        if !session.should_process(&line, "Invoke-History")? {
            return Ok(());
        }
        session.host().write_output(&format!("{line}\n"));
        let block = session.parse_script(&line, None)?;
        let how = command::Invoke { in_current_scope: true, to_pipeline: true, ..Default::default() };
        session.invoke_script(&block, how).map(|_| ())
    }
}
