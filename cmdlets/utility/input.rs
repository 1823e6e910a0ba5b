//! Files that a command's `-Path` or `-LiteralPath` names.

use std::path::PathBuf;

use command::{ErrorCategory, Exception, Result, Session, TypeRef, Value, Wildcard, class};

/// The files of a path; one without wildcards need not exist (opening it tells).
pub fn files(session: &mut dyn Session, given: &str, is_literal: bool) -> Result<Vec<PathBuf>> {
    if is_literal || !Wildcard::is_pattern(given) {
        return Ok(vec![session.file_path(given)?]);
    }
    let found = session.resolve_path(given, false)?;
    found
        .into_iter()
        .map(|path| {
            if path.provider.eq_ignore_ascii_case("FileSystem") {
                Ok(PathBuf::from(path.path.as_str()))
            } else {
                session.file_path(&path.path)
            }
        })
        .collect()
}

/// The error of a path that does not exist.
pub fn not_found(path: &str) -> Exception {
    Exception::new(TypeRef::ITEM_NOT_FOUND_EXCEPTION, format!("Cannot find path '{path}' because it does not exist."))
        .identity("PathNotFound", ErrorCategory::ObjectNotFound, Value::from(path))
}

/// An exception of any type by its CLR name.
pub fn exception(type_name: &str, message: impl Into<values::Str>) -> Exception {
    Exception::new(class(type_name, TypeRef::SYSTEM_EXCEPTION), message)
}
