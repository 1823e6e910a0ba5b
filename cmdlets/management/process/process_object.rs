//! Processes as objects (System.Diagnostics.Process), read from `/proc` when asked.

use std::process::Child;
use std::sync::Arc;
use std::time::Duration;

use command::{ErrorCategory, Exception, NativeObject, class};
use parking_lot::Mutex;
use values::error::Result;
use values::stop::Waiting;
use values::time::{DateTime, Kind, Zone};
use values::{Context, Foreign, Str, TypeRef, Value, convert};

/// A process.
pub struct ProcessObject {
    pub id: u32,
    name: Str,
    /// The process that this session started and waits for itself.
    child: Option<Arc<Mutex<Child>>>,
}

/// Fields of `/proc/<id>/stat` behind the name.
struct Stat {
    state: char,
    fields: Vec<u64>,
}

fn stat(id: u32) -> Option<(String, Stat)> {
    let text = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let (open, close) = (text.find('(')?, text.rfind(')')?);
    let name = text[open + 1..close].to_string();
    let mut rest = text[close + 1..].split_whitespace();
    let state = rest.next()?.chars().next()?;
    Some((name, Stat { state, fields: rest.map(|f| f.parse().unwrap_or(0)).collect() }))
}

/// The name as .NET gives it: the whole file name where the kernel cut it.
fn process_name(id: u32, short: &str) -> String {
    if short.len() >= 15
        && let Ok(bytes) = std::fs::read(format!("/proc/{id}/cmdline"))
    {
        for part in bytes.split(|b| *b == 0).take(2) {
            let text = String::from_utf8_lossy(part);
            let leaf = text.rsplit('/').next().unwrap_or(&text);
            if leaf.starts_with(short) {
                return leaf.to_string();
            }
        }
    }
    short.to_string()
}

/// All processes, sorted by name as Get-Process shows them.
pub fn all() -> Vec<ProcessObject> {
    let Ok(read) = std::fs::read_dir("/proc") else { return Vec::new() };
    let ids = read.flatten().filter_map(|e| e.file_name().to_str().and_then(|n| n.parse::<u32>().ok()));
    let mut found: Vec<ProcessObject> = ids.filter_map(ProcessObject::find).collect();
    found.sort_by(|a, b| a.name.to_lowercase().cmp(&b.name.to_lowercase()).then(a.id.cmp(&b.id)));
    found
}

impl ProcessObject {
    /// A running process by its id.
    pub fn find(id: u32) -> Option<ProcessObject> {
        let (name, _) = stat(id)?;
        Some(ProcessObject { id, name: Str::from(process_name(id, &name)), child: None })
    }

    /// A process that was just started.
    pub fn of_child(child: Child, name: &str) -> ProcessObject {
        let id = child.id();
        ProcessObject { id, name: Str::from(name), child: Some(Arc::new(Mutex::new(child))) }
    }

    /// Its name.
    pub fn name(&self) -> &Str {
        &self.name
    }

    /// Whether it has ended.
    pub fn has_exited(&self) -> bool {
        match &self.child {
            Some(child) => child.lock().try_wait().is_ok_and(|s| s.is_some()),
            None => stat(self.id).is_none_or(|(_, s)| s.state == 'Z' || s.state == 'X'),
        }
    }

    fn exit_code(&self) -> Option<i32> {
        use std::os::unix::process::ExitStatusExt;
        let status = self.child.as_ref()?.lock().try_wait().ok()??;
        status.code().or_else(|| status.signal().map(|s| 128 + s))
    }

    /// Waits until it ends or the time is over; true when it ended. `is_stopping` is asked in between.
    pub fn wait(&self, limit: Option<Duration>, is_stopping: &mut dyn FnMut() -> bool) -> bool {
        let mut waiting = Waiting::new(limit);
        while !self.has_exited() {
            if is_stopping() || waiting.is_over() {
                return false;
            }
            waiting.rest();
        }
        true
    }

    /// Ends it.
    pub fn kill(&self) -> std::io::Result<()> {
        let pid = rustix::process::Pid::from_raw(self.id as i32).ok_or(std::io::ErrorKind::InvalidInput)?;
        rustix::process::kill_process(pid, rustix::process::Signal::KILL).map_err(std::io::Error::from)
    }

    fn ticks_of(&self, at: usize) -> Option<u64> {
        stat(self.id).and_then(|(_, s)| s.fields.get(at).copied())
    }

    fn memory(&self, key: &str) -> i64 {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.id)).unwrap_or_default();
        let line = text.lines().find(|l| l.starts_with(key));
        line.and_then(|l| l.split_whitespace().nth(1)).and_then(|n| n.parse::<i64>().ok()).unwrap_or(0) * 1024
    }

    fn command_line(&self) -> Option<String> {
        let bytes = std::fs::read(format!("/proc/{}/cmdline", self.id)).ok()?;
        let text = String::from_utf8_lossy(&bytes).replace('\0', " ").trim().to_string();
        (!text.is_empty()).then_some(text)
    }

    fn start_time(&self, ctx: &dyn Context) -> Value {
        let Some(ticks) = self.ticks_of(18) else { return Value::Null };
        let boot = std::fs::read_to_string("/proc/stat")
            .ok()
            .and_then(|t| t.lines().find_map(|l| l.strip_prefix("btime ").and_then(|n| n.trim().parse::<i64>().ok())))
            .unwrap_or(0);
        let zone = Zone::find(ctx.time_zone()).unwrap_or_else(|_| Zone::system());
        let utc = DateTime::from_unix(boot + (ticks / 100) as i64, (ticks % 100) as u32 * 10_000_000, Kind::Utc);
        Value::DateTime(utc.to_local(&zone).to_bits())
    }
}

const NAMES: &[&str] = &[
    "Name",
    "Id",
    "ProcessName",
    "SI",
    "Handles",
    "VM",
    "WS",
    "PM",
    "NPM",
    "Path",
    "CommandLine",
    "Parent",
    "Company",
    "CPU",
    "FileVersion",
    "ProductVersion",
    "Description",
    "Product",
    "HasExited",
    "ExitCode",
    "StartTime",
    "MachineName",
    "MainWindowTitle",
    "PriorityClass",
    "Responding",
    "SessionId",
    "TotalProcessorTime",
    "UserProcessorTime",
    "PrivilegedProcessorTime",
    "VirtualMemorySize64",
    "WorkingSet64",
    "PrivateMemorySize64",
    "PagedMemorySize64",
    "PeakWorkingSet64",
    "Threads",
];

impl Foreign for ProcessObject {
    fn type_ref(&self) -> TypeRef {
        class("System.Diagnostics.Process", TypeRef::OBJECT)
    }

    fn display_plain(&self) -> Option<Str> {
        Some(Str::from(format!("System.Diagnostics.Process ({})", self.name)))
    }

    fn display(&self, _ctx: &mut dyn Context) -> Result<Option<Str>> {
        Ok(self.display_plain())
    }

    fn property_names(&self) -> Vec<Str> {
        NAMES.iter().map(|n| Str::from(*n)).collect()
    }

    fn method_names(&self) -> Vec<Str> {
        ["Kill", "WaitForExit", "Refresh", "Close", "Dispose", "CloseMainWindow", "ToString"].map(Str::from).to_vec()
    }

    fn get(&self, ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let hundredths = |n: u64| Value::TimeSpan(n as i64 * 100_000);
        let (user, system) = (self.ticks_of(10).unwrap_or(0), self.ticks_of(11).unwrap_or(0));
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "name" | "processname" => Value::Str(self.name.clone()),
            "id" => Value::I32(self.id as i32),
            "si" | "sessionid" => Value::I32(self.ticks_of(2).unwrap_or(0) as i32),
            "handles" | "handlecount" => {
                let count = std::fs::read_dir(format!("/proc/{}/fd", self.id)).map_or(0, |r| r.count());
                Value::I32(count as i32)
            }
            "vm" | "virtualmemorysize64" => Value::I64(self.memory("VmSize:")),
            "ws" | "workingset64" => Value::I64(self.memory("VmRSS:")),
            "pm" | "privatememorysize64" | "pagedmemorysize64" => Value::I64(self.memory("VmData:")),
            "peakworkingset64" => Value::I64(self.memory("VmHWM:")),
            "npm" => Value::I64(0),
            "path" => std::fs::read_link(format!("/proc/{}/exe", self.id))
                .map(|p| Value::from(p.display().to_string()))
                .unwrap_or_default(),
            "commandline" => self.command_line().map(Value::from).unwrap_or_default(),
            "parent" => match self.ticks_of(0).and_then(|n| ProcessObject::find(n as u32)) {
                Some(parent) => Value::foreign(parent),
                None => Value::Null,
            },
            "company" | "fileversion" | "productversion" | "description" | "product" => Value::Null,
            "cpu" => Value::F64((user + system) as f64 / 100.0),
            "hasexited" => Value::Bool(self.has_exited()),
            "exitcode" => match self.exit_code() {
                Some(code) => Value::I32(code),
                None if self.child.is_some() => {
                    return Exception::new(
                        TypeRef::INVALID_OPERATION_EXCEPTION,
                        "Process must exit before requested information can be determined.",
                    )
                    .throw();
                }
                None => Value::Null,
            },
            "starttime" => self.start_time(ctx),
            "machinename" => Value::from("."),
            "mainwindowtitle" => Value::from(""),
            "priorityclass" => command::enum_value("System.Diagnostics.ProcessPriorityClass", "Normal"),
            "responding" => Value::Bool(true),
            "totalprocessortime" => hundredths(user + system),
            "userprocessortime" => hundredths(user),
            "privilegedprocessortime" => hundredths(system),
            "threads" => {
                let read = std::fs::read_dir(format!("/proc/{}/task", self.id));
                let ids = read.map(|r| {
                    r.flatten()
                        .filter_map(|e| e.file_name().to_str().and_then(|n| n.parse::<i32>().ok()))
                        .collect::<Vec<_>>()
                });
                let items = ids
                    .unwrap_or_default()
                    .into_iter()
                    .map(|id| NativeObject::of("System.Diagnostics.ProcessThread", vec![("Id", Value::I32(id))]));
                Value::array(items.collect())
            }
            _ => return Ok(None),
        }))
    }

    fn call(&self, ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "kill" => {
                if let Err(e) = self.kill()
                    && e.raw_os_error() != Some(3)
                {
                    let text = e.to_string();
                    let text = text.split(" (os error").next().unwrap_or(&text).to_string();
                    return Exception::new(
                        class("System.ComponentModel.Win32Exception", TypeRef::SYSTEM_EXCEPTION),
                        text,
                    )
                    .identity("Win32Exception", ErrorCategory::NotSpecified, Value::Null)
                    .throw();
                }
                Value::Void
            }
            "waitforexit" => {
                let limit = args.first().map(|v| match v.base() {
                    Value::TimeSpan(t) => Duration::from_micros((*t / 10).max(0) as u64),
                    other => Duration::from_millis(other.as_i64().unwrap_or(0).max(0) as u64),
                });
                let ended = self.wait(limit, &mut || ctx.is_stopping());
                if args.is_empty() { Value::Void } else { Value::Bool(ended) }
            }
            "refresh" | "close" | "dispose" => Value::Void,
            "closemainwindow" => Value::Bool(false),
            "tostring" => Value::Str(self.display_plain().unwrap_or_else(Str::empty)),
            _ => return Ok(None),
        }))
    }

    fn equals(&self, other: &Value) -> bool {
        other.as_foreign::<ProcessObject>().is_some_and(|o| o.id == self.id)
    }
}

/// The error of a process that is not there.
pub fn not_found(id: &str, message: String, target: Value) -> Arc<command::ErrorRecord> {
    command::ErrorRecord::simple(
        class("Microsoft.PowerShell.Commands.ProcessCommandException", TypeRef::SYSTEM_EXCEPTION),
        message,
        id,
        ErrorCategory::ObjectNotFound,
        target,
    )
}

/// The processes that `-Name`, `-Id` and `-InputObject` choose; what is not there is written as an error.
pub fn chosen(session: &mut dyn command::Session, bound: &command::Bound) -> Result<Vec<Value>> {
    let mut found = Vec::new();
    for id in bound.list("Id") {
        match id.as_i64().and_then(|n| u32::try_from(n).ok()).and_then(ProcessObject::find) {
            Some(process) => found.push(Value::foreign(process)),
            None => {
                let text = convert::to_display(&id);
                session.write_error(not_found(
                    "NoProcessFoundForGivenId",
                    format!("Cannot find a process with the process identifier {text}."),
                    id,
                ))?;
            }
        }
    }
    found.extend(bound.list("InputObject"));
    for name in bound.strings("Name") {
        let pattern = command::Wildcard::new(&name);
        let before = found.len();
        found.extend(all().into_iter().filter(|p| pattern.matches(&p.name)).map(Value::foreign));
        if found.len() == before && !command::Wildcard::is_pattern(&name) {
            session.write_error(not_found(
                "NoProcessFoundForGivenName",
                format!(
                    "Cannot find a process with the name \"{name}\". Verify the process name and call the cmdlet again."
                ),
                Value::Str(name),
            ))?;
        }
    }
    Ok(found)
}
