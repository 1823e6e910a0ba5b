//! Writing content: what Set-Content and Add-Content share.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use command::{
    Bound, ErrorCategory, Exception, ProviderPath, Result, Session, Str, TextEncoding, TypeRef, Value, WholeFile,
    file_exception,
};

use crate::item::targets::{given, tolerate};

/// Writes values to the items that `-Path` names.
pub struct ContentWriter {
    appends: bool,
    /// The paths that the open files stand for.
    opened_for: Option<(Vec<Str>, bool)>,
    files: Vec<OpenFile>,
    others: Vec<(ProviderPath, Vec<Value>)>,
}

struct OpenFile {
    path: PathBuf,
    file: WholeFile,
    encoding: TextEncoding,
}

impl ContentWriter {
    /// A writer that replaces or appends.
    pub fn new(appends: bool) -> ContentWriter {
        ContentWriter { appends, opened_for: None, files: Vec::new(), others: Vec::new() }
    }

    /// Writes the values of one input.
    pub fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let wanted = given(bound);
        if self.opened_for.as_ref() != Some(&wanted) {
            self.finish(session)?;
            self.open(session, bound, &wanted)?;
            self.opened_for = Some(wanted);
        }
        let values = bound.list("Value");
        let is_bytes = bound.switch("AsByteStream");
        let has_no_newline = bound.switch("NoNewline");
        if bound.switch("PassThru") {
            session.write(Value::array(values.clone()))?;
        }
        for value in &values {
            for (_, held) in &mut self.others {
                held.push(value.clone());
            }
            if self.files.is_empty() || value.is_null() {
                continue;
            }
            if is_bytes {
                let bytes = bytes_of(value)?;
                self.put(session, |_| bytes.clone())?;
                continue;
            }
            self.write_value(session, value, has_no_newline)?;
        }
        Ok(())
    }

    fn write_value(&mut self, session: &mut dyn Session, value: &Value, has_no_newline: bool) -> Result<()> {
        // A list in the list of values is written item by item.
        if let Value::Array(items) = value {
            let items = items.to_vec();
            return items.iter().try_for_each(|item| self.write_value(session, item, has_no_newline));
        }
        let text = values::convert::net_string(session, value)?;
        self.put(session, |encoding| {
            let mut bytes = encoding.encode(&text).into_owned();
            if !has_no_newline {
                bytes.extend_from_slice(&encoding.encode("\n"));
            }
            bytes
        })
    }

    /// Writes bytes to each file; one that takes no more is reported and left.
    fn put(&mut self, session: &mut dyn Session, bytes: impl Fn(TextEncoding) -> Vec<u8>) -> Result<()> {
        let mut failures = Vec::new();
        self.files.retain_mut(|open| match open.file.write_all(&bytes(open.encoding)) {
            Ok(()) => true,
            Err(e) => {
                failures.push((e, open.path.clone()));
                false
            }
        });
        for (error, path) in failures {
            tolerate(session, failed::<()>(&error, &path, WRITE))?;
        }
        Ok(())
    }

    fn open(&mut self, session: &mut dyn Session, bound: &Bound, wanted: &(Vec<Str>, bool)) -> Result<()> {
        let (paths, is_literal) = wanted;
        for path in paths {
            let done = self.open_path(session, bound, path, *is_literal);
            tolerate(session, done)?;
        }
        Ok(())
    }

    fn open_path(&mut self, session: &mut dyn Session, bound: &Bound, path: &str, is_literal: bool) -> Result<()> {
        let found = if is_literal || !command::Wildcard::is_pattern(path) {
            vec![session.provider_path(&command_text(path, is_literal))?]
        } else {
            session.resolve_path(path, false)?
        };
        if found.is_empty() {
            let text = format!(
                "An object at the specified path {path} does not exist, or has been filtered by the -Include or -Exclude parameter."
            );
            return Exception::new(TypeRef::EXCEPTION, text)
                .identity("ItemNotFound", ErrorCategory::ObjectNotFound, Value::from(path))
                .throw();
        }
        for target in found {
            let action = if self.appends { "Add Content" } else { "Set Content" };
            if !session.should_process(&format!("Path: {}", target.path), action)? {
                continue;
            }
            if target.provider.as_str() != "FileSystem" {
                self.others.push((target, Vec::new()));
                continue;
            }
            let file = self.open_file(session, bound, Path::new(target.path.as_str()))?;
            self.files.push(file);
        }
        Ok(())
    }

    fn open_file(&mut self, session: &mut dyn Session, bound: &Bound, path: &Path) -> Result<OpenFile> {
        if path.is_dir() {
            return if self.appends {
                Exception::new(
                    TypeRef::INVALID_OPERATION_EXCEPTION,
                    format!("Unable to write content because it is a directory: '{}'.", path.display()),
                )
                .identity("WriteContainerContentException", ErrorCategory::InvalidOperation, Value::Null)
                .throw()
            } else {
                Exception::new(
                    TypeRef::NOT_SUPPORTED_EXCEPTION,
                    format!("Unable to clear content of '{}' because it is a directory. Clear-Content is only supported on files.", path.display()),
                )
                .identity("System.NotSupportedException", ErrorCategory::NotSpecified, Value::Null)
                .throw()
            };
        }
        let mut encoding = TextEncoding::from_value(session, &bound.value("Encoding"))?;
        if bound.switch("Force") {
            make_writable(path);
        }
        let is_set_on_existing = !self.appends && path.exists();
        let opened = if self.appends {
            OpenOptions::new().append(true).create(true).open(path).map(|file| {
                let is_empty = file.metadata().is_ok_and(|f| f.len() == 0);
                (WholeFile::in_place(file), is_empty)
            })
        } else {
            WholeFile::create(path).map(|file| (file, true))
        };
        let (mut file, is_empty) = match opened {
            Ok(opened) => opened,
            Err(e) => return cannot_open(&e, path, is_set_on_existing),
        };
        if !is_empty && !bound.has("Encoding") {
            encoding = mark_of(path).unwrap_or(encoding);
        }
        if is_empty && !bound.switch("AsByteStream") {
            file.write_all(encoding.preamble()).or_else(|e| failed(&e, path, WRITE))?;
        }
        Ok(OpenFile { path: path.to_path_buf(), file, encoding })
    }

    /// Writes out what is held back and closes the files.
    pub fn finish(&mut self, session: &mut dyn Session) -> Result<()> {
        for open in std::mem::take(&mut self.files) {
            let path = open.path;
            let done = open.file.finish().or_else(|e| failed(&e, &path, CLOSE));
            tolerate(session, done)?;
        }
        for (target, mut held) in std::mem::take(&mut self.others) {
            let Some(provider) = session.provider(&target.provider) else { continue };
            let value = if held.len() == 1 { held.swap_remove(0) } else { Value::array(held) };
            let done = provider.set_item(session, &target.path, &value);
            tolerate(session, done)?;
        }
        Ok(())
    }
}

/// A path without wildcards may still have escapes.
fn command_text(path: &str, is_literal: bool) -> String {
    if is_literal { path.to_string() } else { command::Wildcard::unescape(path) }
}

fn mark_of(path: &Path) -> Option<TextEncoding> {
    use std::io::Read;
    let mut bytes = [0u8; 4];
    let count = File::open(path).and_then(|mut f| f.read(&mut bytes)).ok()?;
    TextEncoding::detect(&bytes[..count]).map(|(found, _)| found)
}

fn make_writable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    if let Ok(facts) = std::fs::metadata(path) {
        let mut permissions = facts.permissions();
        if permissions.readonly() {
            permissions.set_mode(permissions.mode() | 0o200);
            // Opening the file tells where this did not help.
            let _ = std::fs::set_permissions(path, permissions);
        }
    }
}

fn bytes_of(value: &Value) -> Result<Vec<u8>> {
    if let Value::Array(items) = value.base() {
        let parts: Result<Vec<Vec<u8>>> = items.to_vec().iter().map(bytes_of).collect();
        return Ok(parts?.concat());
    }
    match value.as_i64().and_then(|n| u8::try_from(n).ok()) {
        Some(byte) => Ok(vec![byte]),
        None => Exception::new(
            TypeRef::PS_ARGUMENT_EXCEPTION,
            "Cannot proceed with byte encoding. When using byte encoding the content must be of type byte.",
        )
        .identity("Argument", ErrorCategory::InvalidArgument, Value::Null)
        .throw(),
    }
}

fn cannot_open<T>(error: &std::io::Error, path: &Path, is_set_on_existing: bool) -> Result<T> {
    let shown = Value::from(path.display().to_string());
    let exception = match error.kind() {
        ErrorKind::NotFound => Exception::new(
            TypeRef::DIRECTORY_NOT_FOUND_EXCEPTION,
            format!("Could not find a part of the path '{}'.", path.display()),
        ),
        _ => file_exception(error, path),
    };
    match error.kind() {
        ErrorKind::PermissionDenied if is_set_on_existing => {
            exception.identity("System.UnauthorizedAccessException", ErrorCategory::NotSpecified, Value::Null).throw()
        }
        ErrorKind::PermissionDenied => exception
            .identity("GetContentWriterUnauthorizedAccessError", ErrorCategory::PermissionDenied, shown)
            .throw(),
        ErrorKind::NotFound => {
            exception.identity("GetContentWriterDirectoryNotFoundError", ErrorCategory::ObjectNotFound, shown).throw()
        }
        _ => exception.identity("GetContentWriterIOError", ErrorCategory::WriteError, shown).throw(),
    }
}

/// The ids of a write that failed, while values came and at the end.
const WRITE: &str = "ProviderContentWriteError";
const CLOSE: &str = "ProviderContentCloseError";

fn failed<T>(error: &std::io::Error, path: &Path, id: &str) -> Result<T> {
    file_exception(error, path)
        .identity(id, ErrorCategory::NotSpecified, Value::from(path.display().to_string()))
        .throw()
}
