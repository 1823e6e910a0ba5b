//! Moving files and folders.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use command::{ErrorCategory, Exception, Result, Session, TypeRef, Value, file_exception};

use crate::item::copy_file::write_copy;
use crate::provider::file_system::file_record;

/// Move-Item in the file system. A folder that exists takes what is moved into itself.
pub fn move_file(session: &mut dyn Session, from: &str, to: &str, force: bool) -> Result<()> {
    let (source, mut target) = (PathBuf::from(from), PathBuf::from(to));
    if target.is_dir()
        && target != source
        && let Some(name) = source.file_name()
    {
        target = target.join(name);
    }
    let is_folder = source.is_dir();
    if is_folder && target.starts_with(&source) {
        let shown = if std::path::Path::new(to) == target.as_path() {
            target.join(source.file_name().unwrap_or_default())
        } else {
            target
        };
        return Exception::new(
            TypeRef::IO_EXCEPTION,
            format!(
                "Destination path cannot be a subdirectory of the source or the source itself: {}.",
                shown.display()
            ),
        )
        .identity("MoveItemArgumentError", ErrorCategory::InvalidArgument, Value::from(from))
        .throw();
    }
    let action = if is_folder { "Move Directory" } else { "Move File" };
    if !session.should_process(&format!("Item: {} Destination: {}", source.display(), target.display()), action)? {
        return Ok(());
    }
    let kind = if is_folder { "MoveDirectoryItemIOError" } else { "MoveFileInfoItemIOError" };
    if target.exists() && !(force && target.is_file()) {
        let exception =
            Exception::new(TypeRef::IO_EXCEPTION, format!("The file '{}' already exists.", target.display()));
        let record = file_record(session, exception, kind, ErrorCategory::WriteError, from)?;
        return session.write_error(record);
    }
    let done = match std::fs::rename(&source, &target) {
        // Across file systems a move is a copy and a removal.
        Err(e) if e.kind() == ErrorKind::CrossesDevices => move_across(&source, &target),
        other => other,
    };
    match done {
        Ok(()) => Ok(()),
        Err(e) => {
            let (id, category) = if e.kind() == ErrorKind::PermissionDenied {
                ("MoveFileInfoItemUnauthorizedAccessError", ErrorCategory::PermissionDenied)
            } else {
                (kind, ErrorCategory::WriteError)
            };
            let exception = match e.kind() {
                ErrorKind::NotFound => Exception::new(
                    TypeRef::DIRECTORY_NOT_FOUND_EXCEPTION,
                    format!("Could not find a part of the path '{}'.", target.display()),
                ),
                _ => file_exception(&e, &target),
            };
            let record = file_record(session, exception, id, category, from)?;
            session.write_error(record)
        }
    }
}

/// A move to another file system: everything is copied, then the source is removed. When something can't be copied, the source
/// stays and what was copied goes away again.
fn move_across(source: &Path, target: &Path) -> std::io::Result<()> {
    if !source.is_dir() || source.is_symlink() {
        copy_entry(source, target)?;
        return std::fs::remove_file(source);
    }
    std::fs::create_dir(target)?;
    if let Err(error) = copy_inside(source, target) {
        std::fs::remove_dir_all(target)?;
        return Err(error);
    }
    std::fs::remove_dir_all(source)
}

/// Copies a file, a link or a folder with what is in it.
fn copy_entry(source: &Path, target: &Path) -> std::io::Result<()> {
    let facts = std::fs::symlink_metadata(source)?;
    if facts.is_symlink() {
        return std::os::unix::fs::symlink(std::fs::read_link(source)?, target);
    }
    if !facts.is_dir() {
        return write_copy(source, target);
    }
    std::fs::create_dir(target)?;
    copy_inside(source, target)
}

/// Copies what is in a folder, and the folder's mode.
fn copy_inside(source: &Path, target: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(source)? {
        let entry = entry?;
        copy_entry(&entry.path(), &target.join(entry.file_name()))?;
    }
    std::fs::set_permissions(target, std::fs::metadata(source)?.permissions())
}
