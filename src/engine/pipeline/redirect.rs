//! Redirections to files and streams.

use std::io::Write;

use command::Session;
use values::{Result, Value, convert};

use crate::runspace::Runspace;

/// An opened redirection of a stage.
#[derive(Clone, Copy, Debug)]
pub enum Redirection {
    Stream { from: u8, to: u8 },
    File { from: u8, file: usize },
    Null { from: u8 },
}

impl Redirection {
    /// Whether output goes elsewhere than to the next stage.
    pub(super) fn takes_output(&self) -> bool {
        matches!(self, Redirection::File { from: 0 | 1, .. } | Redirection::Null { from: 0 | 1 })
    }
}

/// A file that a redirection writes: objects are formatted as Out-File does when it closes.
pub struct RedirectFile {
    path: std::path::PathBuf,

    items: Vec<Value>,
    bytes: Vec<u8>,
}

impl Runspace {
    /// Opens the target of `> target`; `$null` throws away.
    pub(super) fn open_redirect(&mut self, from: u8, target: Value, append: bool) -> Result<Redirection> {
        if target.is_null() || self.rehearsal.is_some() {
            return Ok(Redirection::Null { from });
        }
        let text = convert::to_str(self, &target)?;
        if text.trim().is_empty() {
            return Ok(Redirection::Null { from });
        }
        let path = match command::Wildcard::is_pattern(&text) {
            false => Session::file_path(self, &text)?,
            true => match Session::resolve_path(self, &text, false).ok().as_deref() {
                Some([only]) => std::path::PathBuf::from(only.path.as_str()),
                _ => {
                    let text =
                        format!("Cannot perform operation because the wildcard path {text} did not resolve to a file.");
                    let error = values::Exception::new(values::TypeRef::FILE_NOT_FOUND_EXCEPTION, text).identity(
                        "FileOpenFailure",
                        values::ErrorCategory::OpenError,
                        target,
                    );
                    return Err(self.refused_by_out_file(error));
                }
            },
        };
        let opened = if append {
            std::fs::OpenOptions::new().create(true).append(true).open(&path)
        } else {
            std::fs::File::create(&path)
        };
        if let Err(error) = opened {
            let error = crate::session::place::io_error(&error, &path.display().to_string());
            return Err(self.refused_by_out_file(error));
        }
        self.files.push(RedirectFile { path, items: Vec::new(), bytes: Vec::new() });
        Ok(Redirection::File { from, file: self.files.len() - 1 })
    }

    /// An error of a redirection is Out-File's, without a place of its own.
    fn refused_by_out_file(&mut self, error: values::Exception) -> Box<values::Flow> {
        let record = values::ErrorRecord::from_exception(std::sync::Arc::new(error));
        if let Ok(Some(info)) = self.command_by_name("Out-File") {
            let mut data = record.data.lock();
            data.command = Some(info.error_name.clone()).filter(|n| !n.is_empty());
            let invocation = values::error::Invocation {
                name: Some(info.name.clone()),
                command: crate::host_objects::CommandObject::value(info),
                ..Default::default()
            };
            data.invocation = Some(std::sync::Arc::new(invocation));
        }
        values::Flow::throw(record)
    }

    /// Takes an object for a redirection's file.
    pub(crate) fn write_file(&mut self, file: usize, value: Value) -> Result<()> {
        if let Some(f) = self.files.get_mut(file) {
            f.items.push(value);
        }
        Ok(())
    }

    /// Takes bytes of a native program for a redirection's file.
    pub(crate) fn write_file_bytes(&mut self, file: usize, bytes: &[u8]) {
        if let Some(f) = self.files.get_mut(file) {
            f.bytes.extend_from_slice(bytes);
        }
    }

    /// Formats what was collected and writes the file.
    pub(super) fn close_redirect(&mut self, redirect: Redirection) {
        let Redirection::File { file, .. } = redirect else { return };
        let Some(f) = self.files.get_mut(file) else { return };
        let (items, bytes, path) = (std::mem::take(&mut f.items), std::mem::take(&mut f.bytes), f.path.clone());
        let mut out = bytes;
        if !items.is_empty() {
            let text = self.formatted(items);
            out.extend_from_slice(text.as_bytes());
        }
        let opened = std::fs::OpenOptions::new().append(true).open(&path);
        if let Ok(mut handle) = opened {
            // The file was made or emptied when it was opened.
            if let Err(error) = handle.write_all(&out) {
                let record = crate::session::place::io_error(&error, &path.display().to_string());
                let record = values::ErrorRecord::from_exception(std::sync::Arc::new(record));
                let _ = self.report_error(&record);
            }
        }
        if file + 1 == self.files.len() {
            self.files.pop();
        }
    }

    /// The text that Out-String gives for objects.
    pub(crate) fn formatted(&mut self, items: Vec<Value>) -> String {
        let args = vec![(Some(values::Str::from("Stream")), Value::Bool(true))];
        let lines = Session::invoke_command(self, "Out-String", args, items).unwrap_or_default();
        let mut text = String::new();
        for line in lines {
            text.push_str(&convert::to_display(&line));
            text.push('\n');
        }
        text
    }
}
