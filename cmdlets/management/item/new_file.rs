//! Making files, folders and links.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;

use command::{ErrorCategory, Exception, Result, Session, TypeRef, Value, class, file_exception};
use values::convert;

use crate::item::file_object::file_object;

/// New-Item in the file system; gives the new item.
pub fn new_file(session: &mut dyn Session, path: &str, kind: Option<&str>, value: &Value, force: bool) -> Result {
    let kind = kind.unwrap_or("file").to_ascii_lowercase();
    let is = |name: &str| !kind.is_empty() && name.starts_with(&kind);
    if kind.is_empty() || is("file") {
        new_plain(session, path, value, force)
    } else if is("directory") || is("container") {
        new_folder(session, path, force)
    } else if is("symboliclink") || is("hardlink") || is("junction") {
        new_link(session, path, &kind, value, force)
    } else {
        Exception::new(
            TypeRef::PS_ARGUMENT_EXCEPTION,
            "The type is not a known type for the file system. Only \"file\",\"directory\" or \"symboliclink\" can be specified.",
        )
        .identity("Argument", ErrorCategory::InvalidArgument, Value::Null)
        .throw()
    }
}

fn new_plain(session: &mut dyn Session, path: &str, value: &Value, force: bool) -> Result {
    if !session.should_process(&format!("Destination: {path}"), "Create File")? {
        return Ok(Value::Void);
    }
    let at = Path::new(path);
    if force && let Some(folder) = at.parent() {
        std::fs::create_dir_all(folder)
            .or_else(|e| failed(&e, at, "NewItemIOError", "NewItemUnauthorizedAccessError"))?;
    }
    let mut options = OpenOptions::new();
    options.write(true);
    if force {
        options.create(true).truncate(true)
    } else {
        options.create_new(true)
    };
    let opened = options.open(at);
    let mut file = match opened {
        Ok(file) => file,
        Err(e) if e.kind() == ErrorKind::AlreadyExists => {
            return Exception::new(TypeRef::IO_EXCEPTION, format!("The file '{path}' already exists."))
                .identity("NewItemIOError", ErrorCategory::WriteError, Value::from(path))
                .throw();
        }
        Err(e) => return failed(&e, at, "NewItemIOError", "NewItemUnauthorizedAccessError"),
    };
    if !value.is_null() {
        let text = convert::to_str(session, value)?;
        file.write_all(text.as_bytes())
            .or_else(|e| failed(&e, at, "NewItemIOError", "NewItemUnauthorizedAccessError"))?;
    }
    file_object(session, path, false)
}

fn new_folder(session: &mut dyn Session, path: &str, force: bool) -> Result {
    let at = Path::new(path);
    if at.exists() && (!force || !at.is_dir()) {
        return Exception::new(
            TypeRef::IO_EXCEPTION,
            format!("An item with the specified name {path} already exists."),
        )
        .identity("DirectoryExist", ErrorCategory::ResourceExists, Value::from(path))
        .throw();
    }
    if !session.should_process(&format!("Destination: {path}"), "Create Directory")? {
        return Ok(Value::Void);
    }
    std::fs::create_dir_all(at)
        .or_else(|e| failed(&e, at, "CreateDirectoryIOError", "CreateDirectoryUnauthorizedAccessError"))?;
    file_object(session, path, true)
}

fn new_link(session: &mut dyn Session, path: &str, kind: &str, value: &Value, force: bool) -> Result {
    let at = Path::new(path);
    if value.is_null() {
        return Exception::new(
            class("System.Management.Automation.PSArgumentNullException", TypeRef::ARGUMENT_NULL_EXCEPTION),
            format!(
                "Link '{}' cannot be created because the target Value was not specified.",
                crate::item::targets::leaf(path)
            ),
        )
        .identity("ArgumentNull", ErrorCategory::InvalidArgument, Value::Null)
        .throw();
    }
    let target = convert::to_str(session, value)?;
    let is_hard = "hardlink".starts_with(kind);
    let is_junction = "junction".starts_with(kind);
    let full = session.file_path(&target)?;
    if is_junction && !Path::new(target.as_str()).is_absolute() {
        return Exception::new(
            TypeRef::ARGUMENT_EXCEPTION,
            "Creating a junction requires an absolute path for the target.",
        )
        .identity("NotAbsolutePath", ErrorCategory::InvalidArgument, Value::from(path))
        .throw();
    }
    if is_hard && !full.exists() {
        return Exception::new(TypeRef::ITEM_NOT_FOUND_EXCEPTION, format!("Could not find item {}.", full.display()))
            .identity("ItemNotFound", ErrorCategory::ObjectNotFound, Value::from(full.display().to_string()))
            .throw();
    }
    if is_hard && full.is_dir() {
        return Exception::new(
            TypeRef::INVALID_OPERATION_EXCEPTION,
            format!("A file is required for the operation. The item '{}' is not a file.", full.display()),
        )
        .identity("ItemNotFile", ErrorCategory::InvalidOperation, Value::from(full.display().to_string()))
        .throw();
    }
    let action = if is_hard { "Create Hard Link" } else { "Create Symbolic Link" };
    if !session.should_process(&format!("Destination: {path}"), action)? {
        return Ok(Value::Void);
    }
    if std::fs::symlink_metadata(at).is_ok() {
        if !force {
            return Exception::new(TypeRef::IO_EXCEPTION, format!("The item at path '{path}' already exists."))
                .identity("NewItemIOError", ErrorCategory::ResourceExists, Value::from(path))
                .throw();
        }
        std::fs::remove_file(at).or_else(|e| failed(&e, at, "NewItemIOError", "NewItemUnauthorizedAccessError"))?;
    }
    let made = if is_hard { std::fs::hard_link(&full, at) } else { std::os::unix::fs::symlink(target.as_str(), at) };
    made.or_else(|e| failed(&e, at, "NewItemIOError", "NewItemUnauthorizedAccessError"))?;
    file_object(session, path, at.is_dir())
}

fn failed<T>(error: &std::io::Error, path: &Path, id: &str, denied: &str) -> Result<T> {
    let shown = Value::from(path.display().to_string());
    match error.kind() {
        ErrorKind::PermissionDenied => {
            file_exception(error, path).identity(denied, ErrorCategory::PermissionDenied, shown).throw()
        }
        _ => file_exception(error, path).identity(id, ErrorCategory::WriteError, shown).throw(),
    }
}
