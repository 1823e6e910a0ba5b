//! Start-Transcript and Stop-Transcript.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use command::{Bound, Choice, Cmdlet, Command, Host, HostColor, ProgressRecord, Session, SilentHost};
use parking_lot::Mutex;
use values::{ErrorCategory, Exception, Result, TypeRef, Value, convert, members};

use super::job::engine_of;

/// Start-Transcript.
pub static START_TRANSCRIPT: Command = Command { name: "Start-Transcript", create: || Box::new(StartTranscript) };
/// Stop-Transcript.
pub static STOP_TRANSCRIPT: Command = Command { name: "Stop-Transcript", create: || Box::new(StopTranscript) };

const LINE: &str = "**********************";

/// A running transcript.
struct Log {
    path: PathBuf,
    /// None once it was stopped.
    file: Option<File>,
}

impl Log {
    fn write(&mut self, text: &str) {
        if let Some(file) = &mut self.file {
            // A full disk must not end the script that is being written down.
            let _ = file.write_all(text.as_bytes());
        }
    }
}

/// A host that writes down what it passes on.
struct TranscribingHost {
    inner: Box<dyn Host>,
    log: Arc<Mutex<Log>>,
}

/// Text without its escape sequences.
fn plain(text: &str) -> String {
    values::decoration::strip(text).to_string()
}

impl Host for TranscribingHost {
    fn name(&self) -> &str {
        self.inner.name()
    }
    fn write(&mut self, text: &str, foreground: Option<HostColor>, background: Option<HostColor>) {
        self.log.lock().write(&plain(text));
        self.inner.write(text, foreground, background);
    }
    fn write_error_line(&mut self, text: &str) {
        self.log.lock().write(&format!("{}\n", plain(text)));
        self.inner.write_error_line(text);
    }
    fn write_output(&mut self, text: &str) {
        self.log.lock().write(&plain(text));
        self.inner.write_output(text);
    }
    fn write_stream_line(&mut self, stream: u8, text: &str) {
        self.log.lock().write(&format!("{}\n", plain(text)));
        self.inner.write_stream_line(stream, text);
    }
    fn progress(&mut self, source: i64, record: &ProgressRecord) {
        self.inner.progress(source, record);
    }
    fn read_line(&mut self, prompt: &str, is_secret: bool) -> Result<Option<String>> {
        let line = self.inner.read_line(prompt, is_secret)?;
        let shown = if is_secret { "" } else { line.as_deref().unwrap_or_default() };
        self.log.lock().write(&format!("{prompt}{shown}\n"));
        Ok(line)
    }
    fn choose(&mut self, caption: &str, message: &str, choices: &[Choice], default: i32) -> Result<i32> {
        let chosen = self.inner.choose(caption, message, choices, default)?;
        let label = choices.get(chosen as usize).map(|c| c.label.replace('&', "")).unwrap_or_default();
        self.log.lock().write(&format!("{caption}\n{message}\n{label}\n"));
        Ok(chosen)
    }
    fn size(&self) -> (usize, usize) {
        self.inner.size()
    }
    fn is_terminal(&self) -> bool {
        self.inner.is_terminal()
    }
    fn is_interactive(&self) -> bool {
        self.inner.is_interactive()
    }
    fn grid(&mut self, grid: &command::Grid) -> Result<Option<Vec<usize>>> {
        self.inner.grid(grid)
    }
    fn form(&mut self, form: &command::Form) -> Result<Option<command::Filled>> {
        self.inner.form(form)
    }
    fn page(&mut self, title: &str, text: &str) -> Result<()> {
        self.inner.page(title, text)
    }
    fn is_transcribing(&self) -> bool {
        true
    }
    fn flush(&mut self) {
        self.inner.flush();
    }
    fn lend(&mut self, is_lent: bool) {
        self.inner.lend(is_lent);
    }
    fn raw(&mut self, name: &str, value: Option<&Value>) -> Option<Value> {
        self.inner.raw(name, value)
    }
}

type Running = Vec<Arc<Mutex<Log>>>;

fn running(session: &mut dyn Session) -> Result<&mut Running> {
    let slot = session.module_state("transcripts");
    let held = slot.get_or_insert_with(|| Box::new(Running::new()));
    match held.downcast_mut() {
        Some(list) => Ok(list),
        None => crate::errors::invalid_operation("NoTranscripts", "The session keeps no transcripts.").throw(),
    }
}

/// Now as `yyyyMMddHHmmss`.
fn stamp(session: &mut dyn Session) -> Result<String> {
    let now = members::get_static(session, TypeRef::DATETIME, "Now")?.unwrap_or_default();
    let text = members::call(session, &now, "ToString", &[Value::from("yyyyMMddHHmmss")])?;
    Ok(convert::to_display(&text).to_string())
}

fn machine() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname").map(|s| s.trim().to_string()).unwrap_or_default()
}

fn cannot_start<T>(message: String) -> Result<T> {
    Exception::new(
        TypeRef::INVALID_OPERATION_EXCEPTION,
        format!("Transcription cannot be started due to the error: {message}"),
    )
    .identity("CannotStartTranscription", ErrorCategory::InvalidOperation, Value::Null)
    .throw()
}

struct StartTranscript;

impl StartTranscript {
    /// The file's path, and as the person wrote it.
    fn place(session: &mut dyn Session, bound: &Bound) -> Result<(PathBuf, String)> {
        if let Some(text) = bound.str("Path").or_else(|| bound.str("LiteralPath")) {
            return Ok((session.file_path(&text)?, text.to_string()));
        }
        let folder = match bound.str("OutputDirectory") {
            Some(folder) => session.file_path(&folder)?,
            None => PathBuf::from(session.environment("HOME").unwrap_or_else(|| "/".to_string())),
        };
        let variable =
            session.variable("Transcript", command::Scope::Any).map(|v| convert::to_display(&v.value).to_string());
        if let Some(text) = variable.filter(|_| !bound.has("OutputDirectory")).filter(|t| !t.is_empty()) {
            return Ok((session.file_path(&text)?, text));
        }
        let random = uuid::Uuid::new_v4().simple().to_string();
        let name = format!(
            "PowerShell_transcript.{}.{}.{}.txt",
            machine(),
            random.get(..8).unwrap_or_default(),
            stamp(session)?
        );
        let path = folder.join(name);
        let shown = path.display().to_string();
        Ok((path, shown))
    }

    fn header(session: &mut dyn Session, is_minimal: bool) -> Result<String> {
        let mut lines = vec![
            LINE.to_string(),
            "PowerShell transcript start".to_string(),
            format!("Start time: {}", stamp(session)?),
        ];
        if !is_minimal {
            let user = session.environment("USER").unwrap_or_else(|| "root".to_string());
            let machine = machine();
            let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
            let line: Vec<String> = std::env::args().collect();
            lines.push(format!("Username: {machine}\\{user}"));
            lines.push(format!("RunAs User: {machine}\\{user}"));
            lines.push("Configuration Name: ".to_string());
            lines.push(format!("Machine: {machine} (Unix {})", kernel.trim()));
            lines.push(format!("Host Application: {}", line.join(" ")));
            lines.push(format!("Process ID: {}", std::process::id()));
            let versions = session.variable("PSVersionTable", command::Scope::Any).map(|v| v.value).unwrap_or_default();
            let wanted = [
                "PSVersion",
                "PSEdition",
                "GitCommitId",
                "OS",
                "Platform",
                "PSCompatibleVersions",
                "PSRemotingProtocolVersion",
                "SerializationVersion",
                "WSManStackVersion",
            ];
            for name in wanted {
                let value = versions.as_dict().and_then(|d| d.get_str(name)).unwrap_or_default();
                let text = match value.as_array() {
                    Some(items) => {
                        items.to_vec().iter().map(|i| convert::to_display(i).to_string()).collect::<Vec<_>>().join(", ")
                    }
                    None => convert::to_display(&value).to_string(),
                };
                lines.push(format!("{name}: {text}"));
            }
        }
        lines.push(LINE.to_string());
        Ok(lines.join("\n") + "\n")
    }
}

fn open(path: &Path, appends: bool, force: bool) -> std::io::Result<File> {
    if force
        && let Ok(facts) = std::fs::metadata(path)
        && facts.permissions().readonly()
    {
        let mut permissions = facts.permissions();
        #[allow(clippy::permissions_set_readonly_false, reason = "-Force writes to a file that is read-only")]
        permissions.set_readonly(false);
        std::fs::set_permissions(path, permissions)?;
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    OpenOptions::new().create(true).write(true).append(appends).truncate(!appends).open(path)
}

impl Cmdlet for StartTranscript {
    fn begin(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let (path, shown) = StartTranscript::place(session, bound)?;
        if !session.should_process(&path.display().to_string(), "Start-Transcript")? {
            return Ok(());
        }
        let appends = bound.switch("Append");
        if bound.switch("NoClobber") && !appends && path.exists() {
            return Exception::new(
                TypeRef::find("System.UnauthorizedAccessException").unwrap_or(TypeRef::INVALID_OPERATION_EXCEPTION),
                format!("File {} already exists and {} was specified.", path.display(), "NoClobber"),
            )
            .identity("NoClobber", ErrorCategory::ResourceExists, Value::from(path.display().to_string()))
            .throw();
        }
        if path.is_dir() {
            return cannot_start(format!("File path {} resolves to a directory.", path.display()));
        }
        let file = match open(&path, appends, bound.switch("Force")) {
            Ok(file) => file,
            Err(error) => return cannot_start(error.to_string()),
        };
        let header = StartTranscript::header(session, bound.switch("UseMinimalHeader"))?;
        let log = Arc::new(Mutex::new(Log { path, file: Some(file) }));
        log.lock().write(&header);
        running(session)?.push(log.clone());
        let runspace = engine_of(session)?;
        let inner = std::mem::replace(&mut runspace.host, Box::new(SilentHost));
        runspace.host = Box::new(TranscribingHost { inner, log });
        session.write(told(format!("Transcript started, output file is {shown}"), &shown))
    }
}

/// The text with the file's path beside it.
fn told(text: String, path: &str) -> Value {
    let wrapped = values::object::Wrapped::new(Value::from(text));
    wrapped.members.lock().push((values::Str::from("Path"), values::PsMember::Note(Value::from(path))));
    Value::Wrapped(Arc::new(wrapped))
}

struct StopTranscript;

impl Cmdlet for StopTranscript {
    fn begin(&mut self, session: &mut dyn Session, _bound: &Bound) -> Result<()> {
        let end = stamp(session)?;
        let Some(log) = running(session)?.pop() else {
            return Exception::new(
                TypeRef::find("System.Management.Automation.PSInvalidOperationException")
                    .unwrap_or(TypeRef::INVALID_OPERATION_EXCEPTION),
                "An error occurred stopping transcription: The host is not currently transcribing.",
            )
            .identity("InvalidOperation", ErrorCategory::InvalidOperation, Value::Null)
            .throw();
        };
        let path = {
            let mut log = log.lock();
            log.write(&format!("{LINE}\nPowerShell transcript end\nEnd time: {end}\n{LINE}\n"));
            log.file = None;
            log.path.display().to_string()
        };
        session.write(told(format!("Transcript stopped, output file is {path}"), &path))
    }
}
