//! Where the lines of a trace go, and what stands below each.

use std::io::Write;
use std::os::unix::net::UnixDatagram;
use std::time::Instant;

use command::Host;
use values::Str;

use super::Shared;

/// What a listener can add to each line (`System.Diagnostics.TraceOptions`), in the order in which it stands there.
const ADDED: [(i64, &str); 6] = [
    (8, "ProcessId"),
    (1, "LogicalOperationStack"),
    (16, "ThreadId"),
    (2, "DateTime"),
    (4, "Timestamp"),
    (32, "Callstack"),
];
const CALLSTACK: i64 = 32;

/// Where lines go.
#[derive(Clone)]
pub enum Outlet {
    /// What each source has from the start. .NET's writes to the system's log; this one writes nothing, as the log of the
    /// machine is no place for what a session does.
    Default,
    /// `-Debugger`: without a debugger .NET sends the lines to the system's log.
    SystemLog,
    /// `-PSHost`.
    Host,
    /// `-FilePath`.
    File(Shared),
}

/// One who listens to a source.
#[derive(Clone)]
pub struct Listener {
    pub name: Str,
    /// Bits of `ADDED`.
    pub options: i64,
    pub outlet: Outlet,
}

impl Default for Listener {
    fn default() -> Listener {
        Listener { name: Str::from("Default"), options: 0, outlet: Outlet::Default }
    }
}

impl Listener {
    /// The bits of names with commas between them.
    pub fn options_of(names: &str) -> i64 {
        let bit =
            |name: &str| ADDED.iter().find(|(_, n)| n.eq_ignore_ascii_case(name.trim())).map_or(0, |(bit, _)| *bit);
        names.split(',').map(bit).fold(0, |all, bit| all | bit)
    }

    /// Whether it is the one that each source has from the start, unchanged.
    pub fn is_default(&self) -> bool {
        matches!(self.outlet, Outlet::Default) && self.options == 0
    }

    /// Whether the stack of calls stands below each line.
    pub fn wants_stack(&self) -> bool {
        self.options & CALLSTACK != 0
    }

    /// The .NET class.
    pub fn class(&self) -> &'static str {
        match self.outlet {
            Outlet::Default | Outlet::SystemLog => "System.Diagnostics.DefaultTraceListener",
            Outlet::Host => "Microsoft.PowerShell.Commands.PSHostTraceListener",
            Outlet::File(_) => "System.Diagnostics.TextWriterTraceListener",
        }
    }

    /// Writes a line. A full disk or a log that is not there must not end what is traced.
    pub fn write(&self, host: &mut dyn Host, line: &str, stack: Option<&str>) {
        let added = self.added(stack);
        let lines = std::iter::once(line).chain(added.iter().map(String::as_str));
        match &self.outlet {
            Outlet::Default => {}
            Outlet::SystemLog => {
                let Ok(socket) = UnixDatagram::unbound() else { return };
                // Facility `user`, severity `debug`.
                for line in lines {
                    let _ =
                        socket.send_to(format!("<15>dialtone[{}]: {line}", std::process::id()).as_bytes(), "/dev/log");
                }
            }
            Outlet::Host => {
                let now = chrono::Local::now();
                let stamp = format!("{}.{:04}", now.format("%Y-%m-%d %H:%M:%S"), now.timestamp_subsec_micros() / 100);
                for line in lines {
                    host.write_stream_line(5, &format!("DEBUG: {stamp} {line}"));
                }
            }
            Outlet::File(file) => {
                let mut text = format!("{line}\n");
                for line in &added {
                    text.push_str(&format!("    {line}\n"));
                }
                let _ = file.lock().write_all(text.as_bytes());
            }
        }
    }

    fn added(&self, stack: Option<&str>) -> Vec<String> {
        let value = |name: &str| match name {
            "ProcessId" => std::process::id().to_string(),
            "ThreadId" => "1".to_string(),
            "DateTime" => {
                let now = chrono::Utc::now();
                format!("{}.{:07}Z", now.format("%Y-%m-%dT%H:%M:%S"), now.timestamp_subsec_nanos() / 100)
            }
            "Timestamp" => since_start().to_string(),
            "Callstack" => stack.unwrap_or_default().to_string(),
            // Nobody pushes logical operations here.
            _ => String::new(),
        };
        ADDED
            .iter()
            .filter(|(bit, _)| self.options & bit != 0)
            .map(|(_, name)| format!("{name}={}", value(name)))
            .collect()
    }
}

/// Nanoseconds of a clock that only goes forward.
fn since_start() -> u128 {
    static START: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    START.elapsed().as_nanos()
}
