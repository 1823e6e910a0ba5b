//! Out-File: output as text in a file.

use std::io::Write;
use std::path::PathBuf;

use command::{
    Bound, Cmdlet, Command, ErrorCategory, Exception, Result, Session, TextEncoding, TypeRef, WholeFile, Wildcard,
    file_exception, plain_failure,
};
use values::Value;

use crate::render::{Line, Renderer};

/// Out-File.
pub static COMMAND: Command = Command { name: "Out-File", create: || Box::new(OutFile::default()) };

#[derive(Default)]
struct OutFile {
    renderer: Option<Renderer>,
    sink: Option<Sink>,
}

/// A text file that is being written.
pub struct Sink {
    file: WholeFile,
    encoding: TextEncoding,
    path: PathBuf,
    ends_lines: bool,
}

/// How a file is opened for writing.
pub struct Opening {
    pub appends: bool,
    pub no_clobber: bool,
    pub force: bool,
    pub ends_lines: bool,
    pub encoding: TextEncoding,
}

impl Sink {
    /// Opens a file; the errors are those of PowerShell's file commands.
    pub fn open(path: PathBuf, how: Opening) -> Result<Sink> {
        let shown = Value::from(path.to_string_lossy().into_owned());
        if how.no_clobber && !how.appends && path.exists() {
            return Exception::new(TypeRef::IO_EXCEPTION, format!("The file '{}' already exists.", path.display()))
                .identity("NoClobber", ErrorCategory::ResourceExists, shown)
                .throw();
        }
        if path.is_dir() {
            let text = format!("Access to the path '{}' is denied.", path.display());
            return Exception::new(TypeRef::UNAUTHORIZED_ACCESS_EXCEPTION, text)
                .identity("FileOpenFailure", ErrorCategory::OpenError, Value::Null)
                .throw();
        }
        if how.force
            && let Ok(data) = std::fs::metadata(&path)
            && data.permissions().readonly()
        {
            make_writable(&path, &data);
        }
        let opened = match how.appends {
            true => std::fs::OpenOptions::new().create(true).append(true).open(&path).map(|file| {
                let is_empty = file.metadata().map(|m| m.len() == 0).unwrap_or(true);
                (WholeFile::in_place(file), is_empty)
            }),
            false => WholeFile::create(&path).map(|file| (file, true)),
        };
        let (mut file, is_empty) = opened.map_err(|e| failure(&e, &path))?;
        if is_empty {
            file.write_all(how.encoding.preamble()).map_err(|e| unwritten(&e, &path))?;
        }
        Ok(Sink { file, encoding: how.encoding, path, ends_lines: how.ends_lines })
    }

    /// Writes lines.
    pub fn write(&mut self, lines: Vec<Line>) -> Result<()> {
        for line in lines {
            let text = if self.ends_lines { format!("{}\n", line.text) } else { line.text };
            let bytes = self.encoding.encode(&text);
            self.file.write_all(&bytes).map_err(|e| unwritten(&e, &self.path))?;
        }
        Ok(())
    }

    /// Ends the file.
    pub fn close(self) -> Result<()> {
        let path = self.path;
        self.file.finish().map_err(|e| unwritten(&e, &path))
    }
}

fn make_writable(path: &std::path::Path, data: &std::fs::Metadata) {
    use std::os::unix::fs::PermissionsExt;
    let mode = data.permissions().mode() | 0o200;
    // Where this is refused, opening the file reports it.
    let _ = std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode));
}

/// A write that failed midway.
fn unwritten(error: &std::io::Error, path: &std::path::Path) -> Box<command::Flow> {
    match plain_failure(error, path).throw::<()>() {
        Err(flow) => flow,
        Ok(()) => Box::new(command::Flow::Stopped),
    }
}

fn failure(error: &std::io::Error, path: &std::path::Path) -> Box<command::Flow> {
    let exception = file_exception(error, path).identity("FileOpenFailure", ErrorCategory::OpenError, Value::Null);
    match exception.throw::<()>() {
        Err(flow) => flow,
        Ok(()) => Box::new(command::Flow::Stopped),
    }
}

/// The file that `-FilePath` or `-LiteralPath` names.
pub fn target_path(session: &mut dyn Session, bound: &Bound, name: &str) -> Result<PathBuf> {
    if let Some(path) = bound.str("LiteralPath") {
        return session.file_path(&path);
    }
    let path = bound.str(name).unwrap_or_else(values::Str::empty);
    if !Wildcard::is_pattern(&path) {
        return session.file_path(&path);
    }
    // A pattern stands for the one file that it fits.
    let found = match session.resolve_path(&path, false) {
        Ok(found) => found,
        Err(flow) if flow.record().is_none() => return Err(flow),
        Err(_) => return session.file_path(&path),
    };
    match found.as_slice() {
        [one] => session.file_path(&one.path),
        [] => Exception::new(TypeRef::FILE_NOT_FOUND_EXCEPTION, "Unable to find the specified file.")
            .identity("FileOpenFailure", ErrorCategory::OpenError, Value::Str(path))
            .throw(),
        _ => Exception::new(
            TypeRef::INVALID_OPERATION_EXCEPTION,
            "Cannot perform operation because the wildcard path resolved to more than one file.",
        )
        .identity("ReadWriteMultipleFilesNotSupported", ErrorCategory::InvalidArgument, Value::Str(path))
        .throw(),
    }
}

impl Cmdlet for OutFile {
    fn begin(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let path = target_path(session, bound, "FilePath")?;
        let encoding = match bound.get("Encoding") {
            Some(value) => {
                let value = value.clone();
                TextEncoding::from_value(session, &value)?
            }
            None => TextEncoding::Utf8,
        };
        if !session.should_process(&path.to_string_lossy(), "Output to File")? {
            return Ok(());
        }
        let how = Opening {
            appends: bound.switch("Append"),
            no_clobber: bound.switch("NoClobber"),
            force: bound.switch("Force"),
            ends_lines: !bound.switch("NoNewline"),
            encoding,
        };
        self.sink = Some(Sink::open(path, how)?);
        let width = bound.int("Width").map(|w| w.max(0) as usize);
        let target = super::text_target(session, width);
        self.renderer = Some(Renderer::new(session, target));
        Ok(())
    }

    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let (Some(renderer), Some(sink)) = (self.renderer.as_mut(), self.sink.as_mut()) else { return Ok(()) };
        renderer.process(session, &bound.value("InputObject"), 0)?;
        sink.write(renderer.take())
    }

    fn end(&mut self, session: &mut dyn Session, _bound: &Bound) -> Result<()> {
        let (Some(renderer), Some(mut sink)) = (self.renderer.as_mut(), self.sink.take()) else { return Ok(()) };
        renderer.finish(session)?;
        sink.write(renderer.take())?;
        sink.close()
    }
}
