//! Native programs as stages.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc;

use values::{Result, Str, TypeRef, Value, convert};

use super::Processor;
use crate::bind::Argument;
use crate::runspace::{Runspace, Sink, Target};

/// A program of a pipeline.
pub struct Program {
    path: Str,
    args: Vec<String>,
    child: Option<Child>,
    stdin: Option<ChildStdin>,
    output: Option<mpsc::Receiver<Piece>>,
    takes_input: bool,
    is_direct: bool,
}

enum Piece {
    Out(Vec<u8>),
    Err(Vec<u8>),
}

/// Prepares a program with its arguments.
pub(super) fn program(
    runspace: &mut Runspace,
    path: &Str,
    args: Vec<Argument>,
    at: usize,
    length: usize,
) -> Result<Processor> {
    let mut list = Vec::new();
    for arg in args {
        arg.native_text(runspace, &mut list)?;
    }
    let is_direct = at + 1 == length && runspace.is_output_to_host();
    Ok(Processor::Program(Box::new(Program {
        path: path.clone(),
        args: list,
        child: None,
        stdin: None,
        output: None,
        takes_input: at > 0,
        is_direct,
    })))
}

impl Program {
    pub(super) fn begin(&mut self, runspace: &mut Runspace) -> Result<()> {
        let folder = values::Context::working_directory(runspace);
        let mut command = Command::new(self.path.as_str());
        command.args(&self.args).current_dir(folder).env_clear().envs(runspace.environment.iter());
        command.stdin(if self.takes_input { Stdio::piped() } else { Stdio::inherit() });
        let errors_to_host = runspace.streams.0[2] == Target::Host;
        command.stdout(if self.is_direct { Stdio::inherit() } else { Stdio::piped() });
        command.stderr(if errors_to_host { Stdio::inherit() } else { Stdio::piped() });
        let mut child = match command.spawn() {
            Ok(child) => child,
            Err(error) => {
                let name = self.path.rsplit('/').next().unwrap_or_default().to_string();
                let inner = crate::session::place::io_message(&error);
                let ty = TypeRef::find("System.Management.Automation.ApplicationFailedException");
                return values::Exception::new(
                    ty.unwrap_or(TypeRef::RUNTIME_EXCEPTION),
                    format!("Program '{name}' failed to run: An error occurred trying to start process '{}' with working directory '{}'. {inner}", self.path, values::Context::working_directory(runspace).display()),
                )
                .identity("NativeCommandFailed", values::ErrorCategory::ResourceUnavailable, Value::Null)
                .throw();
            }
        };
        self.stdin = child.stdin.take();
        let (sender, receiver) = mpsc::sync_channel(8);
        pump(child.stdout.take(), sender.clone(), Piece::Out);
        pump(child.stderr.take(), sender, Piece::Err);
        self.output = Some(receiver);
        self.child = Some(child);
        Ok(())
    }

    /// Writes an input object as a line of text.
    pub(super) fn input(&mut self, runspace: &mut Runspace, item: &Value) -> Result<()> {
        let Some(stdin) = &mut self.stdin else { return Ok(()) };
        let text = match item.base() {
            Value::Str(s) => format!("{s}\n"),
            Value::U8(b) => {
                // Bytes pass through unchanged.
                let _ = stdin.write_all(&[*b]);
                return Ok(());
            }
            other if other.is_number() => format!("{}\n", convert::to_str(runspace, other)?),
            _ => runspace.formatted(vec![item.clone()]),
        };
        if let Some(stdin) = &mut self.stdin {
            // A program that closed its input early is no error of ours.
            let _ = stdin.write_all(text.as_bytes());
        }
        Ok(())
    }

    pub(super) fn end(&mut self, runspace: &mut Runspace) -> Result<()> {
        drop(self.stdin.take());
        let mut rest = Vec::new();
        let mut errors = Vec::new();
        if let Some(output) = self.output.take() {
            while let Ok(piece) = output.recv() {
                match piece {
                    Piece::Out(bytes) => rest = self.lines(runspace, rest, &bytes)?,
                    Piece::Err(bytes) => errors = error_lines(runspace, errors, &bytes)?,
                }
            }
        }
        if !rest.is_empty() {
            runspace.emit(Value::from(String::from_utf8_lossy(&rest).into_owned()))?;
        }
        if !errors.is_empty() {
            write_error(runspace, &errors)?;
        }
        let Some(mut child) = self.child.take() else { return Ok(()) };
        let status = child.wait().ok();
        let code = status.map_or(-1, |s| {
            use std::os::unix::process::ExitStatusExt;
            s.code().unwrap_or_else(|| 128 + s.signal().unwrap_or(0))
        });
        runspace.set_global("LASTEXITCODE", Value::I32(code));
        if code != 0
            && let Some((pipe, stage)) = runspace.stage
        {
            runspace.pipes[pipe].stages[stage].had_error = true;
        }
        Ok(())
    }

    /// Hands on whole lines; what is left of the last one comes back. Into a file the bytes go as they are.
    fn lines(&self, runspace: &mut Runspace, mut rest: Vec<u8>, bytes: &[u8]) -> Result<Vec<u8>> {
        if let Some(Sink::File(file)) = runspace.sinks.last() {
            let file = *file;
            runspace.write_file_bytes(file, bytes);
            return Ok(rest);
        }
        rest.extend_from_slice(bytes);
        let mut start = 0;
        while let Some(at) = rest[start..].iter().position(|b| *b == b'\n') {
            let line = &rest[start..start + at];
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let text = String::from_utf8_lossy(line).into_owned();
            start += at + 1;
            runspace.emit(Value::from(text))?;
        }
        rest.drain(..start);
        Ok(rest)
    }
}

fn error_lines(runspace: &mut Runspace, mut rest: Vec<u8>, bytes: &[u8]) -> Result<Vec<u8>> {
    rest.extend_from_slice(bytes);
    while let Some(at) = rest.iter().position(|b| *b == b'\n') {
        let line: Vec<u8> = rest.drain(..=at).collect();
        write_error(runspace, &line[..line.len() - 1])?;
    }
    Ok(rest)
}

/// A line that a program wrote to its standard error, as an error record that ends nothing.
fn write_error(runspace: &mut Runspace, line: &[u8]) -> Result<()> {
    let text = String::from_utf8_lossy(line).into_owned();
    let ty = TypeRef::find("System.Management.Automation.RemoteException").unwrap_or(TypeRef::RUNTIME_EXCEPTION);
    let record = values::ErrorRecord::simple(
        ty,
        text.clone(),
        "NativeCommandError",
        values::ErrorCategory::NotSpecified,
        Value::from(text),
    );
    runspace.send_error(&record)
}

fn pump(source: Option<impl Read + Send + 'static>, sender: mpsc::SyncSender<Piece>, wrap: fn(Vec<u8>) -> Piece) {
    let Some(mut source) = source else { return };
    std::thread::spawn(move || {
        let mut buffer = vec![0u8; 65536];
        while let Ok(n) = source.read(&mut buffer) {
            if n == 0 || sender.send(wrap(buffer[..n].to_vec())).is_err() {
                return;
            }
        }
    });
}
