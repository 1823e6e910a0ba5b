//! Copying files and folders.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use command::{ErrorCategory, ErrorRecord, Exception, Result, Session, TypeRef, Value, file_exception};

use crate::provider::file_system::file_record;

/// Copy-Item in the file system. A folder that exists takes what is copied into itself.
pub fn copy(session: &mut dyn Session, from: &str, to: &str, recurse: bool, force: bool) -> Result<()> {
    let (source, mut target) = (PathBuf::from(from), PathBuf::from(to));
    if target.is_dir()
        && let Some(name) = source.file_name()
    {
        target = target.join(name);
    }
    if !source.is_dir() {
        return copy_leaf(session, &source, &target, force);
    }
    if target.is_file() {
        return Exception::new(TypeRef::PS_ARGUMENT_EXCEPTION, "Container cannot be copied onto existing leaf item.")
            .identity("CopyContainerItemToLeafError", ErrorCategory::InvalidArgument, Value::from(from))
            .throw();
    }
    copy_folder(session, &source, &target, recurse, force)
}

fn copy_folder(session: &mut dyn Session, source: &Path, target: &Path, recurse: bool, force: bool) -> Result<()> {
    let text = format!("Item: {} Destination: {}", source.display(), target.display());
    if !session.should_process(&text, "Copy Directory")? {
        return Ok(());
    }
    if target == source || recurse && target.parent() == Some(source) {
        let shown = source.display().to_string();
        return session.write_error(ErrorRecord::simple(
            TypeRef::IO_EXCEPTION,
            format!("Cannot overwrite the item {shown} with itself."),
            "CopyError",
            ErrorCategory::WriteError,
            Value::from(shown.as_str()),
        ));
    }
    if recurse && target.starts_with(source) {
        return Exception::new(
            TypeRef::IO_EXCEPTION,
            format!(
                "Destination path cannot be a subdirectory of the source or the source itself: {}.",
                target.display()
            ),
        )
        .identity("CopyFileInfoItemIOError", ErrorCategory::WriteError, Value::from(source.display().to_string()))
        .throw();
    }
    if !target.is_dir()
        && let Err(e) = std::fs::create_dir_all(target)
    {
        return file_exception(&e, target)
            .identity("CreateDirectoryIOError", ErrorCategory::WriteError, Value::from(target.display().to_string()))
            .throw();
    }
    if !recurse {
        return Ok(());
    }
    let read = match std::fs::read_dir(source) {
        Ok(read) => read,
        Err(e) => {
            return file_exception(&e, source)
                .identity(
                    "CopyDirectoryInfoItemUnauthorizedAccessError",
                    ErrorCategory::PermissionDenied,
                    Value::from(source.display().to_string()),
                )
                .throw();
        }
    };
    let mut entries: Vec<PathBuf> = read.flatten().map(|e| e.path()).collect();
    entries.sort();
    for entry in entries {
        if session.is_stopping() {
            return Err(Box::new(values::Flow::Stopped));
        }
        let Some(name) = entry.file_name() else { continue };
        let inner = target.join(name);
        if entry.is_dir() {
            copy_folder(session, &entry, &inner, true, force)?;
        } else {
            copy_leaf(session, &entry, &inner, force)?;
        }
    }
    Ok(())
}

/// Copies one file. The copy is written beside the target and moved over it, so that a failure halfway leaves the old file.
fn copy_leaf(session: &mut dyn Session, source: &Path, target: &Path, force: bool) -> Result<()> {
    let text = format!("Item: {} Destination: {}", source.display(), target.display());
    if !session.should_process(&text, "Copy File")? {
        return Ok(());
    }
    let shown = source.display().to_string();
    if source == target {
        return session.write_error(ErrorRecord::simple(
            TypeRef::IO_EXCEPTION,
            format!("Cannot overwrite the item {shown} with itself."),
            "CopyError",
            ErrorCategory::WriteError,
            Value::from(shown.as_str()),
        ));
    }
    if force && target.exists() && std::fs::metadata(target).is_ok_and(|f| f.permissions().readonly()) {
        // What can't be removed makes the copy itself fail with the reason.
        let _ = std::fs::remove_file(target);
    }
    match write_copy(source, target) {
        Ok(()) => Ok(()),
        Err(e) => {
            let is_denied = e.kind() == ErrorKind::PermissionDenied;
            let culprit = if std::fs::File::open(source).is_err() { source } else { target };
            let (id, category) = if is_denied {
                ("CopyFileInfoItemUnauthorizedAccessError", ErrorCategory::PermissionDenied)
            } else {
                ("CopyFileInfoItemIOError", ErrorCategory::WriteError)
            };
            let record = file_record(session, file_exception(&e, culprit), id, category, &shown)?;
            session.write_error(record)
        }
    }
}

/// Copies a file's content and time. What could not be finished does not stay behind.
pub fn write_copy(source: &Path, target: &Path) -> std::io::Result<()> {
    if !target.exists() {
        return match std::fs::copy(source, target) {
            Ok(_) => keep_times(source, target),
            Err(e) => {
                if target.is_file() {
                    std::fs::remove_file(target)?;
                }
                Err(e)
            }
        };
    }
    let mut name = target.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".copy-{}", std::process::id()));
    let beside = target.with_file_name(name);
    if std::fs::OpenOptions::new().write(true).open(target).is_err_and(|e| e.kind() == ErrorKind::PermissionDenied) {
        return Err(ErrorKind::PermissionDenied.into());
    }
    let done = std::fs::copy(source, &beside).and_then(|_| std::fs::rename(&beside, target));
    if done.is_err() && beside.exists() {
        std::fs::remove_file(&beside)?;
    }
    done.and_then(|()| keep_times(source, target))
}

/// A copy has the time of its source.
fn keep_times(source: &Path, target: &Path) -> std::io::Result<()> {
    let modified = std::fs::metadata(source)?.modified()?;
    match std::fs::File::options().write(true).open(target) {
        Ok(file) => file.set_modified(modified),
        // A copy of a read-only file can't be opened; it keeps its own time.
        Err(_) => Ok(()),
    }
}
