//! Removing files and folders.

use std::io::ErrorKind;
use std::path::Path;

use command::{ErrorCategory, Exception, Result, Session, TypeRef, Value, file_exception};

use crate::provider::file_system::file_record;

/// Remove-Item in the file system.
pub fn remove_file(session: &mut dyn Session, path: &str, recurse: bool, force: bool) -> Result<()> {
    let at = Path::new(path);
    let Ok(facts) = std::fs::symlink_metadata(at) else { return Ok(()) };
    let is_folder = facts.is_dir();
    let action = if is_folder { "Remove Directory" } else { "Remove File" };
    if !session.should_process(path, action)? {
        return Ok(());
    }
    if is_folder {
        return remove_folder(session, at, recurse, force);
    }
    remove_leaf(session, at, force)
}

fn remove_folder(session: &mut dyn Session, path: &Path, recurse: bool, force: bool) -> Result<()> {
    let shown = path.display().to_string();
    let entries = match std::fs::read_dir(path) {
        Ok(read) => read.flatten().map(|e| e.path()).collect::<Vec<_>>(),
        Err(e) => {
            return file_exception(&e, path)
                .identity("RemoveItemUnauthorizedAccessError", ErrorCategory::PermissionDenied, Value::from(shown))
                .throw();
        }
    };
    if !entries.is_empty() && !recurse {
        let exception = Exception::new(
            TypeRef::IO_EXCEPTION,
            format!("Directory {shown} cannot be removed because it is not empty."),
        );
        let record = file_record(session, exception, "DirectoryNotEmpty", ErrorCategory::WriteError, &shown)?;
        return session.write_error(record);
    }
    for entry in entries {
        let is_folder = std::fs::symlink_metadata(&entry).is_ok_and(|f| f.is_dir());
        if is_folder {
            remove_folder(session, &entry, recurse, force)?;
        } else {
            remove_leaf(session, &entry, force)?;
        }
    }
    match std::fs::remove_dir(path) {
        Ok(()) => Ok(()),
        Err(e) if e.kind() == ErrorKind::DirectoryNotEmpty => {
            let exception = Exception::new(
                TypeRef::IO_EXCEPTION,
                format!("Directory {shown} cannot be removed because it is not empty."),
            );
            let record = file_record(session, exception, "DirectoryNotEmpty", ErrorCategory::WriteError, &shown)?;
            session.write_error(record)
        }
        Err(e) => {
            let exception = file_exception(&e, path);
            let record = file_record(
                session,
                exception,
                "RemoveFileSystemItemUnAuthorizedAccess",
                ErrorCategory::PermissionDenied,
                &shown,
            )?;
            session.write_error(record)
        }
    }
}

fn remove_leaf(session: &mut dyn Session, path: &Path, force: bool) -> Result<()> {
    let shown = path.display().to_string();
    let is_read_only =
        std::fs::symlink_metadata(path).is_ok_and(|f| f.permissions().readonly() && !f.file_type().is_symlink());
    let is_hidden = path.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.'));
    if (is_read_only || is_hidden) && !force {
        let exception = Exception::new(
            TypeRef::IO_EXCEPTION,
            "You do not have sufficient access rights to perform this operation or the item is hidden, system, or read only.",
        );
        let record = file_record(
            session,
            exception,
            "RemoveFileSystemItemUnAuthorizedAccess",
            ErrorCategory::PermissionDenied,
            &shown,
        )?;
        return session.write_error(record);
    }
    match std::fs::remove_file(path) {
        Ok(()) => Ok(()),
        Err(e) => {
            let record = file_record(
                session,
                file_exception(&e, path),
                "RemoveFileSystemItemUnAuthorizedAccess",
                ErrorCategory::PermissionDenied,
                &shown,
            )?;
            session.write_error(record)
        }
    }
}
