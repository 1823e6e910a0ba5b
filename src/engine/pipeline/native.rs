//! Native programs as stages.

use std::io::IsTerminal;
use std::process::{Command, Stdio};
use std::sync::Arc;

use values::{ErrorCategory, Flow, Result, Str, TypeRef, Value, convert};

use super::Processor;
use super::child_shell::ChildShell;
use super::native_process::{Event, Process, Wait};
use crate::bind::Argument;
use crate::runspace::{Runspace, Sink, Target};

/// Exit code of a program that SIGINT ended.
const INTERRUPTED: i32 = 130;

/// A program of a pipeline.
pub struct Program {
    path: Str,
    args: Vec<String>,
    process: Option<Process>,
    takes_input: bool,
    is_last: bool,
    /// Objects that wait to be formatted together.
    objects: Vec<Value>,
    encoding: command::TextEncoding,
    has_written: bool,
    out: Vec<u8>,
    err: Vec<u8>,
    has_error_line: bool,
    is_direct: bool,
    /// Set where script blocks go to another shell.
    shell: Option<Box<ChildShell>>,
}

/// Prepares a program with its arguments.
pub(super) fn program(
    runspace: &mut Runspace,
    path: &Str,
    args: Vec<Argument>,
    at: usize,
    length: usize,
) -> Result<Processor> {
    let (args, shell) = match super::child_shell::arguments(runspace, &args)? {
        Some((args, shell)) => (args, Some(Box::new(shell))),
        None => (args, None),
    };
    let args = super::native_args::texts(runspace, args)?;
    Ok(Processor::Program(Box::new(Program {
        path: path.clone(),
        args,
        process: None,
        takes_input: at > 0,
        is_last: at + 1 == length,
        objects: Vec::new(),
        encoding: command::TextEncoding::Utf8,
        has_written: false,
        out: Vec::new(),
        err: Vec::new(),
        has_error_line: false,
        is_direct: false,
        shell,
    })))
}

impl Program {
    pub(super) fn begin(&mut self, runspace: &mut Runspace) -> Result<()> {
        let folder = values::Context::working_directory(runspace);
        self.is_direct = self.is_last && runspace.is_output_to_host() && !runspace.host.is_transcribing();
        if let Some(shell) = &mut self.shell {
            self.args.extend(shell.formats(self.is_direct, self.takes_input));
        }
        let is_xml = self.shell.as_ref().is_some_and(|s| s.is_xml);
        let mut command = Command::new(self.path.as_str());
        command.args(&self.args).current_dir(&folder).env_clear().envs(runspace.environment.iter());
        command.stdin(if self.takes_input { Stdio::piped() } else { Stdio::inherit() });
        let errors_to_host = runspace.streams.0[2] == Target::Host && !is_xml;
        command.stdout(if self.is_direct { Stdio::inherit() } else { Stdio::piped() });
        command.stderr(if errors_to_host { Stdio::inherit() } else { Stdio::piped() });
        if self.takes_input {
            let sym = language::Sym::intern("outputencoding");
            if let Some(value) = runspace.find_variable(runspace.current, sym, false) {
                self.encoding = command::TextEncoding::from_value(runspace, &value).unwrap_or(self.encoding);
            }
        }
        runspace.host.lend(true);
        match Process::start(&mut command) {
            Ok(process) => self.process = Some(process),
            Err(error) => {
                runspace.host.lend(false);
                let name = self.name();
                // What is no program is handed to the desktop, which no server has.
                let error = match error.kind() {
                    std::io::ErrorKind::PermissionDenied => std::io::Error::from_raw_os_error(2),
                    _ => error,
                };
                let inner = crate::session::place::io_message(&error);
                let place = command::Session::invocation(runspace).position.as_ref().map(|p| p.message());
                let place = place.unwrap_or_default();
                let ty = TypeRef::find("System.Management.Automation.ApplicationFailedException");
                return values::Exception::new(
                    ty.unwrap_or(TypeRef::RUNTIME_EXCEPTION),
                    format!("Program '{name}' failed to run: An error occurred trying to start process '{}' with working directory '{}'. {inner}{place}.", self.path, folder.display()),
                )
                .identity("NativeCommandFailed", ErrorCategory::ResourceUnavailable, Value::Null)
                .throw();
            }
        }
        Ok(())
    }

    fn name(&self) -> String {
        self.path.rsplit('/').next().unwrap_or_default().to_string()
    }

    /// Writes an input object: texts as lines, bytes as they are, other objects as they are shown.
    pub(super) fn input(&mut self, runspace: &mut Runspace, item: &Value) -> Result<()> {
        if self.shell.is_some() {
            self.objects.push(item.clone());
            return Ok(());
        }
        let text = match item.base() {
            Value::Str(s) => format!("{s}\n"),
            Value::U8(b) => {
                self.write_objects(runspace)?;
                return self.write(runspace, vec![*b]).map(|_| ());
            }
            other if other.is_number() => format!("{}\n", convert::to_str(runspace, other)?),
            _ => {
                self.objects.push(item.clone());
                return Ok(());
            }
        };
        self.write_objects(runspace)?;
        self.write_text(runspace, &text)
    }

    fn write_objects(&mut self, runspace: &mut Runspace) -> Result<()> {
        if self.objects.is_empty() {
            return Ok(());
        }
        let objects = std::mem::take(&mut self.objects);
        let text = match self.shell {
            Some(_) => ChildShell::document(runspace, &objects)?,
            None => runspace.formatted(objects),
        };
        self.write_text(runspace, &text)
    }

    fn write_text(&mut self, runspace: &mut Runspace, text: &str) -> Result<()> {
        let mut bytes = Vec::new();
        if !std::mem::replace(&mut self.has_written, true) {
            bytes.extend_from_slice(self.encoding.preamble());
        }
        bytes.extend_from_slice(&self.encoding.encode(text));
        self.write(runspace, bytes).map(|_| ())
    }

    /// Hands bytes to the program and takes what it says meanwhile; false when it takes no more input.
    pub(super) fn write(&mut self, runspace: &mut Runspace, bytes: Vec<u8>) -> Result<bool> {
        let Some(process) = &mut self.process else { return Ok(false) };
        let mut told = Vec::new();
        let is_taken = process.write(bytes, &mut told);
        while let Some(event) = process.poll() {
            told.push(event);
        }
        for event in told {
            self.take(runspace, event)?;
        }
        Ok(is_taken)
    }

    pub(super) fn end(&mut self, runspace: &mut Runspace) -> Result<()> {
        self.write_objects(runspace)?;
        if let Some(process) = &mut self.process {
            process.close_input();
        }
        // A program that has the terminal gets Ctrl-C itself and decides what it means.
        let has_terminal = self.is_direct && !self.takes_input && std::io::stdin().is_terminal();
        loop {
            let Some(process) = &mut self.process else { return Ok(()) };
            match process.wait() {
                Wait::Over => break,
                _ if !has_terminal && runspace.is_stopped() => {
                    process.stop();
                    let code = process.exit_code;
                    runspace.host.lend(false);
                    if let Some(code) = code {
                        runspace.set_global("LASTEXITCODE", Value::I32(code));
                    }
                    return Err(Box::new(Flow::Stopped));
                }
                Wait::Event(event) => self.take(runspace, event)?,
                Wait::Nothing => {}
            }
        }
        runspace.host.lend(false);
        if let Some(shell) = &mut self.shell
            && shell.is_xml
        {
            for line in shell.deliver(runspace)? {
                self.error_line(runspace, line.as_bytes())?;
            }
        }
        let rest = std::mem::take(&mut self.out);
        if !rest.is_empty() {
            runspace.emit(Value::from(String::from_utf8_lossy(&rest).into_owned()))?;
        }
        let rest = std::mem::take(&mut self.err);
        if !rest.is_empty() {
            self.error_line(runspace, &rest)?;
        }
        let code = self.process.take().and_then(|p| p.exit_code).unwrap_or(-1);
        runspace.set_global("LASTEXITCODE", Value::I32(code));
        if code == INTERRUPTED {
            // The Ctrl-C that ended the program may reach this process a moment later.
            for _ in 0..10 {
                if runspace.is_stopped() {
                    break;
                }
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
        }
        if runspace.is_stopped() {
            // Ctrl-C ended the program: it ends the pipeline as well.
            return Err(Box::new(Flow::Stopped));
        }
        if code == 0 {
            return Ok(());
        }
        if let Some((pipe, stage)) = runspace.stage {
            runspace.pipes[pipe].stages[stage].had_error = true;
        }
        self.exit_error(runspace, code)
    }

    /// `$PSNativeCommandUseErrorActionPreference`: an exit code that is not 0 is an error.
    fn exit_error(&self, runspace: &mut Runspace, code: i32) -> Result<()> {
        let sym = language::Sym::intern("psnativecommanduseerroractionpreference");
        let is_wanted = runspace.find_variable(runspace.current, sym, false).is_some_and(|v| convert::to_bool(&v));
        if !is_wanted {
            return Ok(());
        }
        let name = self.name();
        let ty = TypeRef::find("System.Management.Automation.NativeCommandExitException");
        let exception = values::Exception::new(
            ty.unwrap_or(TypeRef::RUNTIME_EXCEPTION),
            format!("Program \"{name}\" ended with non-zero exit code: {code} (0x{code:02X})."),
        )
        .identity("ProgramExitedWithNonZeroCode", ErrorCategory::NotSpecified, Value::from(name))
        .with("Path", Value::Str(self.path.clone()))
        .with("ExitCode", Value::I32(code));
        let record = values::ErrorRecord::from_exception(Arc::new(exception));
        runspace.program_error(record)
    }

    fn take(&mut self, runspace: &mut Runspace, event: Event) -> Result<()> {
        if let Some(shell) = self.shell.as_mut().filter(|s| s.is_xml) {
            match event {
                Event::Out(bytes) => shell.out.extend(bytes),
                Event::Err(bytes) => shell.err.extend(bytes),
                Event::Closed | Event::Exit(_) => {}
            }
            return Ok(());
        }
        match event {
            Event::Out(bytes) => self.lines(runspace, bytes),
            Event::Err(bytes) => {
                self.err.extend_from_slice(&bytes);
                while let Some(at) = self.err.iter().position(|b| *b == b'\n') {
                    let line: Vec<u8> = self.err.drain(..=at).collect();
                    self.error_line(runspace, &line[..line.len() - 1])?;
                }
                Ok(())
            }
            Event::Closed | Event::Exit(_) => Ok(()),
        }
    }

    /// Hands on whole lines. To a redirection's file and to another program the bytes go as they are.
    fn lines(&mut self, runspace: &mut Runspace, bytes: Vec<u8>) -> Result<()> {
        match runspace.sinks.last() {
            Some(Sink::File(file)) => {
                let file = *file;
                runspace.write_file_bytes(file, &bytes);
                return Ok(());
            }
            Some(Sink::Stage { pipe, stage }) => {
                let (pipe, stage) = (*pipe, *stage);
                let is_program = runspace
                    .pipes
                    .get(pipe)
                    .and_then(|p| p.stages.get(stage))
                    .is_some_and(|s| matches!(s.processor, Processor::Program(_)));
                if is_program {
                    if !runspace.feed_bytes((pipe, stage), bytes)?
                        && let Some(process) = &mut self.process
                    {
                        // The reader has enough: so has this one.
                        process.stop();
                    }
                    return Ok(());
                }
            }
            _ => {}
        }
        self.out.extend_from_slice(&bytes);
        let mut start = 0;
        let mut pace = values::stop::Pace::default();
        while let Some(at) = self.out[start..].iter().position(|b| *b == b'\n') {
            pace.step()?;
            let line = &self.out[start..start + at];
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let text = String::from_utf8_lossy(line).into_owned();
            start += at + 1;
            runspace.emit(Value::from(text))?;
        }
        self.out.drain(..start);
        Ok(())
    }

    /// A line that the program wrote to its standard error, as an error record that ends nothing.
    fn error_line(&mut self, runspace: &mut Runspace, line: &[u8]) -> Result<()> {
        let text = String::from_utf8_lossy(line).into_owned();
        let ty = TypeRef::find("System.Management.Automation.RemoteException").unwrap_or(TypeRef::RUNTIME_EXCEPTION);
        let is_first = !std::mem::replace(&mut self.has_error_line, true);
        let id = if is_first { "NativeCommandError" } else { "NativeCommandErrorMessage" };
        let record = values::ErrorRecord::simple(ty, text.clone(), id, ErrorCategory::NotSpecified, Value::from(text));
        runspace.send_error(&record)
    }
}

impl Runspace {
    /// Gives bytes of one program to the next; false when that one takes no more.
    fn feed_bytes(&mut self, (pipe, stage): (usize, usize), bytes: Vec<u8>) -> Result<bool> {
        let place = &mut self.pipes[pipe].stages[stage].processor;
        let Processor::Program(mut program) = std::mem::replace(place, Processor::Busy) else { return Ok(false) };
        let saved = self.enter_stage(pipe, stage);
        let result = program.write(self, bytes);
        self.leave_stage(saved);
        if let Some(stage) = self.pipes.get_mut(pipe).and_then(|p| p.stages.get_mut(stage)) {
            stage.processor = Processor::Program(program);
        }
        result
    }
}
