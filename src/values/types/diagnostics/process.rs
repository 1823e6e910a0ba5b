//! System.Diagnostics.Process: processes that a script starts by a ProcessStartInfo, with redirected streams, and what `/proc`
//! tells of any process.

use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::process_events::Events;
use crate::error::Result;
use crate::stop::{Readable, Waiting};
use crate::types::happened::Happened;
use crate::types::io::stream::Stream;
use crate::types::io::text_io::{reader_over, writer_over};
use crate::types::{Behaviour, Call, State, TypeDef, TypeRef, fail, hold, hold_named, record};
use crate::value::Value;

/// A process object: what to start, and the child once it runs.
struct Started {
    info: Value,
    child: Option<Child>,
    id: u32,
    status: Option<std::process::ExitStatus>,
    /// The redirected streams as they were first asked for.
    readers: [Value; 3],
    began: i64,
    ended: i64,
    events: Events,
}

impl State for Started {
    fn text(&self) -> Option<String> {
        let name = self.name();
        Some(if name.is_empty() {
            "System.Diagnostics.Process".into()
        } else {
            format!("System.Diagnostics.Process ({name})")
        })
    }
}

impl Started {
    fn of(info: Value) -> Started {
        Started {
            info,
            child: None,
            id: 0,
            status: None,
            readers: Default::default(),
            began: 0,
            ended: 0,
            events: Events::default(),
        }
    }

    fn name(&self) -> String {
        let file = record::field(&self.info, "FileName").map(|v| crate::convert::to_display(&v)).unwrap_or_default();
        file.rsplit('/').next().unwrap_or_default().to_string()
    }

    /// Takes note of the end, where it has come.
    fn poll(&mut self, now: i64) -> bool {
        if self.status.is_none()
            && let Some(child) = &mut self.child
            && let Ok(Some(status)) = child.try_wait()
        {
            (self.status, self.ended) = (Some(status), now);
        }
        self.events.drain();
        self.status.is_some()
    }
}

fn text_of(info: &Value, name: &str) -> String {
    record::field(info, name).filter(|v| !v.is_null()).map(|v| crate::convert::to_display(&v)).unwrap_or_default()
}

fn flag(info: &Value, name: &str) -> bool {
    record::field(info, name).is_some_and(|v| crate::convert::to_bool(&v))
}

/// A command line's arguments: blanks part them, double quotes keep them together.
fn split(line: &str) -> Vec<String> {
    let (mut found, mut part, mut quoted, mut any) = (Vec::new(), String::new(), false, false);
    let mut chars = line.chars().peekable();
    while let Some(ch) = chars.next() {
        match ch {
            '\\' if chars.peek() == Some(&'"') => part.extend(chars.next()),
            '"' => (quoted, any) = (!quoted, true),
            ch if ch.is_whitespace() && !quoted => {
                if any || !part.is_empty() {
                    found.push(std::mem::take(&mut part));
                }
                any = false;
            }
            ch => part.push(ch),
        }
    }
    if any || !part.is_empty() {
        found.push(part);
    }
    found
}

/// Starts what the object's StartInfo says.
fn start(c: &mut Call<'_>, me: &Value) -> Result {
    let info = crate::members::note_or_null(c.ctx, me, "StartInfo")?;
    let file = text_of(&info, "FileName");
    if file.is_empty() {
        return fail::invalid("Cannot start process because a file name has not been provided.").throw();
    }
    let list = record::field(&info, "ArgumentList").unwrap_or_default();
    let listed = crate::types::sequence_of(c.ctx, &list)?;
    let args = match listed.is_empty() {
        true => split(&text_of(&info, "Arguments")),
        false => listed.iter().map(crate::convert::to_display).collect(),
    };
    let folder = match text_of(&info, "WorkingDirectory") {
        text if text.is_empty() => c.ctx.working_directory(),
        text => c.ctx.working_directory().join(text),
    };
    let mut command = Command::new(&file);
    command.args(args).current_dir(&folder).env_clear().envs(c.ctx.env_all());
    for name in ["EnvironmentVariables", "Environment"] {
        let table = record::field(&info, name).unwrap_or_default();
        for pair in crate::types::sequence_of(c.ctx, &table)? {
            let key = crate::members::note_or_null(c.ctx, &pair, "Key")?;
            let value = crate::members::note_or_null(c.ctx, &pair, "Value")?;
            command.env(crate::convert::to_display(&key), crate::convert::to_display(&value));
        }
    }
    let pipe = |name: &str| if flag(&info, name) { Stdio::piped() } else { Stdio::inherit() };
    command.stdin(pipe("RedirectStandardInput"));
    command.stdout(pipe("RedirectStandardOutput"));
    command.stderr(pipe("RedirectStandardError"));
    let child = match command.spawn() {
        Ok(child) => child,
        Err(e) => {
            let text = e.to_string();
            let text = text.split(" (os error").next().unwrap_or(&text);
            let message = format!(
                "An error occurred trying to start process '{file}' with working directory '{}'. {text}",
                folder.display()
            );
            return fail::named("System.ComponentModel.Win32Exception", message).throw();
        }
    };
    let Some(held) = me.as_foreign::<crate::types::Held<Started>>() else { return fail::null("process").throw() };
    let now = c.ctx.utc_now_ticks();
    let mut state = held.lock();
    (state.id, state.began) = (child.id(), now);
    (state.status, state.child) = (None, Some(child));
    state.readers = Default::default();
    state.events.restart();
    Ok(Value::Bool(true))
}

fn make(info: Value) -> Value {
    hold_named("System.Diagnostics.Process", Started::of(info))
}

/// Whether a value is a process object of this file.
pub fn is_own(value: &Value) -> bool {
    value.as_foreign::<crate::types::Held<Started>>().is_some()
}

/// The events of a process object since it was last asked.
pub fn happened(value: &Value, now: i64) -> Vec<Happened> {
    let Some(held) = value.as_foreign::<crate::types::Held<Started>>() else { return Vec::new() };
    let mut state = held.lock();
    let has_ended = state.child.is_some() && state.poll(now);
    state.events.take(has_ended)
}

/// Begins to read a redirected stream line by line.
fn begin_lines(c: &mut Call<'_>, which: usize) -> Result {
    let taken = c.with(|s: &mut Started| {
        let child = s.child.as_mut()?;
        if which == 1 { child.stdout.take().map(OwnedFd::from) } else { child.stderr.take().map(OwnedFd::from) }
    })?;
    let Some(fd) = taken else {
        let name = if which == 1 { "StandardOut" } else { "StandardError" };
        return fail::invalid(format!("{name} has not been redirected or the process hasn't started yet.")).throw();
    };
    c.with(|s: &mut Started| s.events.read(which, fd))?;
    Ok(Value::Void)
}

/// `[Process]::Start(startInfo)`.
pub fn start_of(ctx: &mut dyn crate::context::Context, info: &Value) -> Result {
    let me = make(info.clone());
    let ty = me.type_ref().unwrap_or(TypeRef::OBJECT);
    let mut call = Call { ctx, this: &me, ty, name: "Start", signature: None, args: Vec::new() };
    start(&mut call, &me)?;
    Ok(me)
}

fn not_started<T>() -> Result<T> {
    fail::invalid("No process is associated with this object.").throw()
}

/// One of the redirected streams: 0 input, 1 output, 2 error.
fn stream(c: &mut Call<'_>, which: usize) -> Result {
    let names = ["StandardIn", "StandardOut", "StandardError"];
    let taken = c.with(|s: &mut Started| {
        if !s.readers[which].is_null() {
            return Some(Err(s.readers[which].clone()));
        }
        let child = s.child.as_mut()?;
        let fd: Option<OwnedFd> = match which {
            0 => child.stdin.take().map(OwnedFd::from),
            1 => child.stdout.take().map(OwnedFd::from),
            _ => child.stderr.take().map(OwnedFd::from),
        };
        fd.map(Ok)
    })?;
    let made = match taken {
        Some(Err(known)) => return Ok(known),
        Some(Ok(fd)) => {
            let file = Readable::of(fd.into());
            let state = Stream::File { file, path: String::new(), reads: which != 0, writes: which == 0 };
            let base = hold_named("System.IO.FileStream", state);
            let encoding = crate::encoding::Encoding::utf8(false);
            if which == 0 { writer_over(base, encoding) } else { reader_over(base, encoding)? }
        }
        None => {
            let text = format!("{} has not been redirected or the process hasn't started yet.", names[which]);
            return fail::invalid(text).throw();
        }
    };
    c.with(|s: &mut Started| s.readers[which] = made.clone())?;
    Ok(made)
}

fn exited(c: &mut Call<'_>) -> Result<bool> {
    let now = c.ctx.utc_now_ticks();
    c.with(|s: &mut Started| if s.child.is_some() { Some(s.poll(now)) } else { None })?.map_or_else(not_started, Ok)
}

fn wait(c: &mut Call<'_>) -> Result {
    let limit = match c.arg(0).base() {
        Value::TimeSpan(t) => Some(Duration::from_micros((*t / 10).max(0) as u64)),
        Value::Null => None,
        other => other.as_i64().filter(|n| *n >= 0).map(|n| Duration::from_millis(n as u64)),
    };
    let mut waiting = Waiting::new(limit);
    loop {
        if exited(c)? {
            return Ok(if c.count() == 0 { Value::Void } else { Value::Bool(true) });
        }
        if c.ctx.is_stopping() || waiting.is_over() {
            return Ok(if c.count() == 0 { Value::Void } else { Value::Bool(false) });
        }
        waiting.rest();
    }
}

/// The id of a process object of any origin.
fn id(c: &mut Call<'_>) -> Result<u32> {
    let own = c.this.as_foreign::<crate::types::Held<Started>>().map(|h| h.lock().id);
    match own {
        Some(0) => not_started(),
        Some(id) => Ok(id),
        None => {
            let this = c.this.clone();
            let id = crate::members::note_or_null(c.ctx, &this, "Id")?;
            Ok(id.as_i64().unwrap_or(0) as u32)
        }
    }
}

/// A line of `/proc/<id>/status` in bytes.
fn memory(c: &mut Call<'_>, key: &str) -> Result<i64> {
    let id = id(c)?;
    let text = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = text.lines().find(|l| l.starts_with(key));
    Ok(line.and_then(|l| l.split_whitespace().nth(1)).and_then(|n| n.parse::<i64>().ok()).unwrap_or(0) * 1024)
}

/// A field of `/proc/<id>/stat` behind the name.
fn field(c: &mut Call<'_>, at: usize) -> Result<i64> {
    let id = id(c)?;
    let text = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    let rest = text.rsplit(')').next().unwrap_or_default();
    Ok(rest.split_whitespace().nth(at + 1).and_then(|n| n.parse().ok()).unwrap_or(0))
}

fn spent(c: &mut Call<'_>, fields: &[usize]) -> Result {
    let mut ticks = 0;
    for at in fields {
        ticks += field(c, *at)?;
    }
    Ok(Value::TimeSpan(ticks * 100_000))
}

/// The executable as a ProcessModule.
fn module(c: &mut Call<'_>) -> Result {
    let id = id(c)?;
    let path = std::fs::read_link(format!("/proc/{id}/exe")).unwrap_or_default();
    Ok(module_value(&path))
}

fn module_value(path: &std::path::Path) -> Value {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    crate::object::Object::typed(
        "System.Diagnostics.ProcessModule",
        [("ModuleName", Value::from(name)), ("FileName", Value::from(path.display().to_string()))],
    )
}

/// The files that are mapped into the process.
fn modules(c: &mut Call<'_>) -> Result {
    let id = id(c)?;
    let text = std::fs::read_to_string(format!("/proc/{id}/maps")).unwrap_or_default();
    let mut paths: Vec<&str> = text.lines().filter_map(|l| l.find('/').map(|at| &l[at..])).collect();
    let mut seen = std::collections::HashSet::new();
    paths.retain(|p| seen.insert(*p));
    Ok(Value::array(paths.into_iter().map(|p| module_value(std::path::Path::new(p))).collect()))
}

fn moment(c: &Call<'_>, ticks: i64) -> Value {
    let zone = crate::time::Zone::find(c.ctx.time_zone()).unwrap_or_else(|_| crate::time::Zone::system());
    let utc = crate::time::DateTime::new(ticks, crate::time::Kind::Utc);
    utc.map_or(Value::Null, |t| crate::types::system::date_time::value(t.to_local(&zone)))
}

fn kill(c: &mut Call<'_>) -> Result {
    let outcome = c.with(|s: &mut Started| s.child.as_mut().map(Child::kill))?;
    match outcome {
        Some(_) => Ok(Value::Void),
        None => not_started(),
    }
}

fn nothing(_: &mut Call<'_>) -> Result {
    Ok(Value::Void)
}

fn small(n: i64) -> Value {
    Value::I32(n as i32)
}

const MEMBERS: &[(&str, Behaviour)] = &[
    ("new", |c| {
        let ty = TypeRef::find("System.Diagnostics.ProcessStartInfo").unwrap_or(TypeRef::OBJECT);
        let info = crate::members::construct(c.ctx, ty, &[])?;
        Ok(hold(c.ty, Started::of(info)))
    }),
    ("StartInfo", |c| c.with(|s: &mut Started| s.info.clone())),
    ("StartInfo=", |c| {
        let info = c.arg(0).clone();
        c.with(|s: &mut Started| s.info = info)?;
        Ok(Value::Void)
    }),
    ("Start", |c| {
        let me = c.this.clone();
        start(c, &me)
    }),
    ("Id", |c| id(c).map(|n| Value::I32(n as i32))),
    ("ProcessName", |c| c.with(|s: &mut Started| Value::from(s.name()))),
    ("HasExited", |c| exited(c).map(Value::Bool)),
    ("ExitCode", |c| {
        if !exited(c)? {
            return fail::invalid("Process must exit before requested information can be determined.").throw();
        }
        let status = c.with(|s: &mut Started| s.status)?;
        let code = status.and_then(|s| s.code().or_else(|| s.signal().map(|n| 128 + n)));
        Ok(Value::I32(code.unwrap_or(0)))
    }),
    ("StartTime", |c| {
        let at = c.with(|s: &mut Started| s.began)?;
        Ok(moment(c, at))
    }),
    ("ExitTime", |c| {
        if !exited(c)? {
            return fail::invalid("Process must exit before requested information can be determined.").throw();
        }
        let at = c.with(|s: &mut Started| s.ended)?;
        Ok(moment(c, at))
    }),
    ("StandardInput", |c| stream(c, 0)),
    ("StandardOutput", |c| stream(c, 1)),
    ("StandardError", |c| stream(c, 2)),
    ("WaitForExit", |c| wait(c)),
    ("Kill", |c| kill(c)),
    ("Refresh", |c| nothing(c)),
    ("Close", |c| nothing(c)),
    ("Dispose", |c| nothing(c)),
    ("CloseMainWindow", |_| Ok(Value::Bool(false))),
    ("WaitForInputIdle", |_| {
        fail::invalid(
            "WaitForInputIdle failed.  This could be because the process does not have a graphical interface.",
        )
        .throw()
    }),
    ("::EnterDebugMode", |c| nothing(c)),
    ("::LeaveDebugMode", |c| nothing(c)),
    ("MachineName", |_| Ok(Value::from("."))),
    ("MainWindowTitle", |_| Ok(Value::from(""))),
    ("MainWindowHandle", |_| Ok(crate::types::system::host::pointer_to(0))),
    ("Responding", |_| Ok(Value::Bool(true))),
    ("SessionId", |c| field(c, 3).map(small)),
    ("BasePriority", |c| field(c, 16).map(|nice| small(8 - nice * 8 / 20))),
    ("PriorityClass", |_| Ok(crate::types::system::enumeration::make("System.Diagnostics.ProcessPriorityClass", 32))),
    ("PriorityBoostEnabled", |_| Ok(Value::Bool(false))),
    ("EnableRaisingEvents", |c| {
        // What commands give of processes raises none.
        Ok(Value::Bool(c.with(|s: &mut Started| s.events.raises).unwrap_or(false)))
    }),
    ("EnableRaisingEvents=", |c| {
        let on = c.bool(0);
        c.with(|s: &mut Started| s.events.raises = on)?;
        Ok(Value::Void)
    }),
    ("BeginOutputReadLine", |c| begin_lines(c, 1)),
    ("BeginErrorReadLine", |c| begin_lines(c, 2)),
    ("CancelOutputRead", |c| {
        c.with(|s: &mut Started| s.events.cancel(1))?;
        Ok(Value::Void)
    }),
    ("CancelErrorRead", |c| {
        c.with(|s: &mut Started| s.events.cancel(2))?;
        Ok(Value::Void)
    }),
    ("Container", |_| Ok(Value::Null)),
    ("Site", |_| Ok(Value::Null)),
    ("SynchronizingObject", |_| Ok(Value::Null)),
    ("MainModule", |c| module(c)),
    ("Modules", |c| modules(c)),
    ("HandleCount", |c| {
        let id = id(c)?;
        Ok(small(std::fs::read_dir(format!("/proc/{id}/fd")).map_or(0, |r| r.count()) as i64))
    }),
    ("Handle", |c| id(c).map(|n| crate::types::system::host::pointer_to(i64::from(n)))),
    ("ProcessorAffinity", |c| {
        let id = id(c)?;
        let text = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        let mask = text.lines().find_map(|l| l.strip_prefix("Cpus_allowed:")).unwrap_or_default();
        let mask: String = mask.chars().filter(char::is_ascii_hexdigit).collect();
        let bits = i64::from_str_radix(mask.get(mask.len().saturating_sub(15)..).unwrap_or_default(), 16).unwrap_or(0);
        Ok(crate::types::system::host::pointer_to(bits))
    }),
    ("MaxWorkingSet", |_| Ok(crate::types::system::host::pointer_to(i64::MAX))),
    ("MinWorkingSet", |_| Ok(crate::types::system::host::pointer_to(0))),
    ("WorkingSet64", |c| memory(c, "VmRSS:").map(Value::I64)),
    ("WorkingSet", |c| memory(c, "VmRSS:").map(small)),
    ("PeakWorkingSet64", |c| memory(c, "VmHWM:").map(Value::I64)),
    ("PeakWorkingSet", |c| memory(c, "VmHWM:").map(small)),
    ("VirtualMemorySize64", |c| memory(c, "VmSize:").map(Value::I64)),
    ("VirtualMemorySize", |c| memory(c, "VmSize:").map(small)),
    ("PeakVirtualMemorySize64", |c| memory(c, "VmPeak:").map(Value::I64)),
    ("PeakVirtualMemorySize", |c| memory(c, "VmPeak:").map(small)),
    ("PrivateMemorySize64", |c| memory(c, "VmData:").map(Value::I64)),
    ("PrivateMemorySize", |c| memory(c, "VmData:").map(small)),
    ("PagedMemorySize64", |c| memory(c, "VmSwap:").map(Value::I64)),
    ("PagedMemorySize", |c| memory(c, "VmSwap:").map(small)),
    ("PeakPagedMemorySize64", |c| memory(c, "VmSwap:").map(Value::I64)),
    ("PeakPagedMemorySize", |c| memory(c, "VmSwap:").map(small)),
    // The kernel of Linux does not count these by process; .NET gives zero.
    ("NonpagedSystemMemorySize64", |_| Ok(Value::I64(0))),
    ("NonpagedSystemMemorySize", |_| Ok(small(0))),
    ("PagedSystemMemorySize64", |_| Ok(Value::I64(0))),
    ("PagedSystemMemorySize", |_| Ok(small(0))),
    ("TotalProcessorTime", |c| spent(c, &[11, 12])),
    ("UserProcessorTime", |c| spent(c, &[11])),
    ("PrivilegedProcessorTime", |c| spent(c, &[12])),
    ("ToString", |c| Ok(Value::from(c.with(|s: &mut Started| s.text())?.unwrap_or_default()))),
];

pub static TYPES: &[TypeDef] = &[TypeDef { name: "System.Diagnostics.Process", like: &[], members: MEMBERS }];

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn arguments_of_a_line() {
        assert_eq!(split(r#"a "b c" d"e f" \"x ""  "#), ["a", "b c", "de f", "\"x", ""]);
        assert!(split("  ").is_empty());
    }
}
