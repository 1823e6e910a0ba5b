//! Objects that raise events: timers, watchers of folders. They own no thread: the session asks them what happened since it
//! last asked, while it waits and between statements.

use std::collections::HashMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use command::{NativeObject, Wildcard};
use parking_lot::Mutex;
use values::object::Foreign;
use values::types::happened;
use values::{Context, ErrorCategory, Exception, Result, Str, TypeRef, Value, convert, members};

/// Something that happened: the event's name and its argument.
pub type Happening = (&'static str, Value);

/// The names of the events that an object can raise; none for objects that raise none.
pub fn event_names(object: &Value) -> &'static [&'static str] {
    if object.as_foreign::<Timer>().is_some() {
        return &["Elapsed", "Disposed"];
    }
    if object.as_foreign::<Watcher>().is_some() {
        return &["Changed", "Created", "Deleted", "Renamed", "Error", "Disposed"];
    }
    if object.as_foreign::<crate::jobs::Job>().is_some() {
        return &["StateChanged"];
    }
    happened::event_names(object)
}

/// What an object has to tell since it was last asked.
pub fn happenings(ctx: &mut dyn Context, object: &Value) -> Vec<Happening> {
    if let Some(timer) = object.as_foreign::<Timer>() {
        return timer.due(ctx);
    }
    if let Some(watcher) = object.as_foreign::<Watcher>() {
        return watcher.changes();
    }
    let now = ctx.utc_now_ticks();
    let made = |h: happened::Happened| (h.event, NativeObject::of_pairs(h.args_type, h.args).into_value());
    happened::since(object, now).into_iter().map(made).collect()
}

/// `[System.Timers.Timer]::new(...)`, `[System.IO.FileSystemWatcher]::new(...)`; none for other types.
pub fn create(ty: TypeRef, args: &[Value]) -> Result<Option<Value>> {
    Ok(match ty.name() {
        "System.Timers.Timer" => {
            let interval = match args.first() {
                Some(Value::TimeSpan(ticks)) => *ticks as f64 / 10_000.0,
                Some(value) => convert::to_display(value).parse().unwrap_or(100.0),
                None => 100.0,
            };
            Some(Value::foreign(Timer::new(interval)?))
        }
        "System.IO.FileSystemWatcher" => {
            let text = |at: usize| args.get(at).map(convert::to_display).unwrap_or_default();
            Some(Value::foreign(Watcher::new(&text(0), &text(1))?))
        }
        _ => None,
    })
}

struct TimerState {
    interval: f64,
    is_enabled: bool,
    repeats: bool,
    next: Instant,
}

/// System.Timers.Timer.
pub struct Timer {
    state: Mutex<TimerState>,
}

fn check_interval(interval: f64) -> Result<()> {
    if interval > 0.0 && interval <= f64::from(i32::MAX) {
        return Ok(());
    }
    let text = format!("Invalid value '{interval}' for parameter 'interval'.");
    Exception::new(TypeRef::ARGUMENT_EXCEPTION, text)
        .identity("ArgumentException", ErrorCategory::InvalidArgument, Value::Null)
        .throw()
}

impl Timer {
    fn new(interval: f64) -> Result<Timer> {
        check_interval(interval)?;
        let state = TimerState { interval, is_enabled: false, repeats: true, next: Instant::now() };
        Ok(Timer { state: Mutex::new(state) })
    }

    fn enable(&self, is: bool) {
        let mut state = self.state.lock();
        state.is_enabled = is;
        state.next = Instant::now() + Duration::from_secs_f64(state.interval / 1000.0);
    }

    /// The times that the interval ran out. Who was not asked for long is told once, as a busy thread would be.
    fn due(&self, ctx: &mut dyn Context) -> Vec<Happening> {
        let mut state = self.state.lock();
        let now = Instant::now();
        if !state.is_enabled || now < state.next {
            return Vec::new();
        }
        let step = Duration::from_secs_f64(state.interval / 1000.0);
        state.is_enabled = state.repeats;
        state.next += step;
        if state.next < now {
            state.next = now + step;
        }
        drop(state);
        let time = members::get_static(ctx, TypeRef::DATETIME, "Now").ok().flatten().unwrap_or_default();
        vec![("Elapsed", NativeObject::of("System.Timers.ElapsedEventArgs", vec![("SignalTime", time)]))]
    }
}

impl Foreign for Timer {
    fn type_ref(&self) -> TypeRef {
        command::class("System.Timers.Timer", TypeRef::OBJECT)
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let state = self.state.lock();
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "interval" => Value::F64(state.interval),
            "enabled" => Value::Bool(state.is_enabled),
            "autoreset" => Value::Bool(state.repeats),
            "site" | "synchronizingobject" | "container" => Value::Null,
            _ => return Ok(None),
        }))
    }

    fn set(&self, ctx: &mut dyn Context, name: &str, value: &Value) -> Result<bool> {
        match name.to_ascii_lowercase().as_str() {
            "interval" => {
                let number = convert::convert(ctx, value, TypeRef::DOUBLE)?;
                let interval = if let Value::F64(n) = number { n } else { 100.0 };
                check_interval(interval)?;
                let is_enabled = {
                    let mut state = self.state.lock();
                    state.interval = interval;
                    state.is_enabled
                };
                if is_enabled {
                    self.enable(true);
                }
            }
            "enabled" => self.enable(convert::to_bool(value)),
            "autoreset" => self.state.lock().repeats = convert::to_bool(value),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn call(&self, _ctx: &mut dyn Context, _me: &Value, name: &str, _args: &[Value]) -> Result<Option<Value>> {
        match name.to_ascii_lowercase().as_str() {
            "start" => self.enable(true),
            "stop" | "close" | "dispose" => self.enable(false),
            "begininit" | "endinit" => {}
            _ => return Ok(None),
        }
        Ok(Some(Value::Void))
    }

    fn property_names(&self) -> Vec<Str> {
        ["AutoReset", "Enabled", "Interval", "Site", "SynchronizingObject", "Container"].map(Str::from).to_vec()
    }

    fn method_names(&self) -> Vec<Str> {
        ["BeginInit", "Close", "Dispose", "EndInit", "Start", "Stop"].map(Str::from).to_vec()
    }
}

/// What is known of a file: when it was written, its size, and what makes it the same file under another name.
#[derive(Clone, PartialEq)]
struct Mark {
    written: Option<SystemTime>,
    size: u64,
    node: u64,
}

struct WatchState {
    path: PathBuf,
    filter: String,
    is_deep: bool,
    is_enabled: bool,
    notify: Value,
    known: HashMap<PathBuf, Mark>,
}

/// System.IO.FileSystemWatcher.
pub struct Watcher {
    state: Mutex<WatchState>,
}

impl Watcher {
    fn new(path: &str, filter: &str) -> Result<Watcher> {
        if !path.is_empty() && !Path::new(path).is_dir() {
            let text = format!("The directory name '{path}' does not exist. (Parameter 'path')");
            return Exception::new(TypeRef::ARGUMENT_EXCEPTION, text)
                .identity("ArgumentException", ErrorCategory::InvalidArgument, Value::Null)
                .throw();
        }
        let state = WatchState {
            path: PathBuf::from(path),
            filter: if filter.is_empty() { "*".to_string() } else { filter.to_string() },
            is_deep: false,
            is_enabled: false,
            notify: command::enum_value("System.IO.NotifyFilters", "FileName"),
            known: HashMap::new(),
        };
        Ok(Watcher { state: Mutex::new(state) })
    }

    /// What changed since the last look.
    fn changes(&self) -> Vec<Happening> {
        let mut state = self.state.lock();
        if !state.is_enabled {
            return Vec::new();
        }
        let seen = look(&state);
        let before = std::mem::replace(&mut state.known, seen.clone());
        let fits = |path: &Path| {
            let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            state.filter == "*.*" || Wildcard::new(&state.filter).matches(&name)
        };
        let inner = |path: &Path| path.strip_prefix(&state.path).unwrap_or(path).display().to_string();
        let args = |kind: &str, path: &Path| {
            NativeObject::of(
                "System.IO.FileSystemEventArgs",
                vec![
                    ("ChangeType", command::enum_value("System.IO.WatcherChangeTypes", kind)),
                    ("FullPath", Value::from(path.display().to_string())),
                    ("Name", Value::from(inner(path))),
                ],
            )
        };
        let mut gone: Vec<(&PathBuf, &Mark)> = before.iter().filter(|(p, _)| !seen.contains_key(*p)).collect();
        let mut fresh: Vec<(&PathBuf, &Mark)> = seen.iter().filter(|(p, _)| !before.contains_key(*p)).collect();
        gone.sort_by_key(|(p, _)| (*p).clone());
        fresh.sort_by_key(|(p, _)| (*p).clone());
        let mut found: Vec<Happening> = Vec::new();
        fresh.retain(|(path, mark)| {
            let Some(at) = gone.iter().position(|(_, old)| old.node == mark.node) else { return true };
            let (old, _) = gone.remove(at);
            if fits(path) || fits(old) {
                let made = NativeObject::of(
                    "System.IO.RenamedEventArgs",
                    vec![
                        ("OldFullPath", Value::from(old.display().to_string())),
                        ("OldName", Value::from(inner(old))),
                        ("ChangeType", command::enum_value("System.IO.WatcherChangeTypes", "Renamed")),
                        ("FullPath", Value::from(path.display().to_string())),
                        ("Name", Value::from(inner(path))),
                    ],
                );
                found.push(("Renamed", made));
            }
            false
        });
        found.extend(gone.iter().filter(|(p, _)| fits(p)).map(|(p, _)| ("Deleted", args("Deleted", p))));
        for (path, mark) in fresh {
            if fits(path) {
                found.push(("Created", args("Created", path)));
                if mark.size > 0 {
                    found.push(("Changed", args("Changed", path)));
                }
            }
        }
        let mut changed: Vec<&PathBuf> =
            seen.iter().filter(|(p, mark)| before.get(*p).is_some_and(|old| old != *mark)).map(|(p, _)| p).collect();
        changed.sort();
        found.extend(changed.into_iter().filter(|p| fits(p)).map(|p| ("Changed", args("Changed", p))));
        found
    }
}

fn look(state: &WatchState) -> HashMap<PathBuf, Mark> {
    let mut found = HashMap::new();
    let mut folders = vec![state.path.clone()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let Ok(meta) = entry.metadata() else { continue };
            if meta.is_dir() && state.is_deep {
                folders.push(entry.path());
            }
            let size = if meta.is_dir() { 0 } else { meta.len() };
            let written = if meta.is_dir() { None } else { meta.modified().ok() };
            found.insert(entry.path(), Mark { written, size, node: meta.ino() });
        }
    }
    found
}

impl Foreign for Watcher {
    fn type_ref(&self) -> TypeRef {
        command::class("System.IO.FileSystemWatcher", TypeRef::OBJECT)
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let state = self.state.lock();
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "path" => Value::from(state.path.display().to_string()),
            "filter" => Value::from(state.filter.as_str()),
            "includesubdirectories" => Value::Bool(state.is_deep),
            "enableraisingevents" => Value::Bool(state.is_enabled),
            "notifyfilter" => state.notify.clone(),
            "internalbuffersize" => Value::I32(8192),
            "site" | "synchronizingobject" | "container" => Value::Null,
            _ => return Ok(None),
        }))
    }

    fn set(&self, ctx: &mut dyn Context, name: &str, value: &Value) -> Result<bool> {
        let mut state = self.state.lock();
        match name.to_ascii_lowercase().as_str() {
            "path" => state.path = PathBuf::from(convert::to_display(value)),
            "filter" => state.filter = convert::to_display(value),
            "includesubdirectories" => state.is_deep = convert::to_bool(value),
            "enableraisingevents" => {
                state.is_enabled = convert::to_bool(value);
                if state.path.is_relative() {
                    state.path = ctx.working_directory().join(&state.path);
                }
                state.known = look(&state);
            }
            "notifyfilter" => state.notify = value.clone(),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn call(&self, _ctx: &mut dyn Context, _me: &Value, name: &str, _args: &[Value]) -> Result<Option<Value>> {
        match name.to_ascii_lowercase().as_str() {
            "dispose" => self.state.lock().is_enabled = false,
            "begininit" | "endinit" => {}
            _ => return Ok(None),
        }
        Ok(Some(Value::Void))
    }

    fn property_names(&self) -> Vec<Str> {
        ["NotifyFilter", "Filter", "EnableRaisingEvents", "IncludeSubdirectories", "InternalBufferSize", "Path"]
            .map(Str::from)
            .to_vec()
    }

    fn method_names(&self) -> Vec<Str> {
        ["BeginInit", "Dispose", "EndInit"].map(Str::from).to_vec()
    }
}
