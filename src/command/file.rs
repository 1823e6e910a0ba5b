//! Exceptions of file operations as .NET words them.

use std::io::ErrorKind;
use std::path::Path;

use values::{ErrorCategory, Exception, TypeRef, Value};

/// The exception of a failed file operation on a path.
pub fn file_exception(error: &std::io::Error, path: &Path) -> Exception {
    let shown = path.display();
    match error.kind() {
        ErrorKind::NotFound if path.parent().is_none_or(Path::exists) => {
            Exception::new(TypeRef::FILE_NOT_FOUND_EXCEPTION, format!("Could not find file '{shown}'."))
                .with("FileName", Value::from(shown.to_string()))
        }
        ErrorKind::NotFound | ErrorKind::NotADirectory => Exception::new(
            TypeRef::DIRECTORY_NOT_FOUND_EXCEPTION,
            format!("Could not find a part of the path '{shown}'."),
        ),
        ErrorKind::PermissionDenied | ErrorKind::IsADirectory | ErrorKind::ReadOnlyFilesystem => {
            Exception::new(TypeRef::UNAUTHORIZED_ACCESS_EXCEPTION, format!("Access to the path '{shown}' is denied."))
        }
        ErrorKind::AlreadyExists => {
            Exception::new(TypeRef::IO_EXCEPTION, format!("The file '{shown}' already exists."))
        }
        ErrorKind::StorageFull => Exception::new(TypeRef::IO_EXCEPTION, format!("No space left on device : '{shown}'")),
        _ => {
            let text = error.to_string();
            let text = text.split(" (os error").next().unwrap_or(&text).to_string();
            Exception::new(TypeRef::IO_EXCEPTION, format!("{text} : '{shown}'"))
        }
    }
}

/// The exception of a failed operation in a command which does not look out for it: .NET's own, under its type's name.
pub fn plain_failure(error: &std::io::Error, path: &Path) -> Exception {
    let exception = file_exception(error, path);
    let id = exception.ty.full_name();
    exception.identity(id, ErrorCategory::NotSpecified, Value::Null)
}
