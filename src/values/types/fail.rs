//! The exceptions that .NET members throw, with .NET's words.

use super::TypeRef;
use crate::error::{ErrorCategory, Exception};
use crate::value::Value;

/// ArgumentException.
pub fn argument(message: impl Into<String>, parameter: &str) -> Exception {
    with_parameter(TypeRef::ARGUMENT_EXCEPTION, message.into(), parameter)
}

/// ArgumentNullException.
pub fn null(parameter: &str) -> Exception {
    with_parameter(TypeRef::ARGUMENT_NULL_EXCEPTION, "Value cannot be null.".into(), parameter)
}

/// ArgumentOutOfRangeException.
pub fn range(message: impl Into<String>, parameter: &str) -> Exception {
    with_parameter(TypeRef::ARGUMENT_OUT_OF_RANGE_EXCEPTION, message.into(), parameter)
}

/// The usual ArgumentOutOfRangeException of an index into a collection.
pub fn index() -> Exception {
    range("Index was out of range. Must be non-negative and less than the size of the collection.", "index")
}

fn with_parameter(ty: TypeRef, message: String, parameter: &str) -> Exception {
    if parameter.is_empty() {
        return Exception::new(ty, message);
    }
    Exception::new(ty, format!("{message} (Parameter '{parameter}')")).with("ParamName", Value::from(parameter))
}

/// FormatException.
pub fn format(message: impl Into<String>) -> Exception {
    Exception::new(TypeRef::FORMAT_EXCEPTION, message.into())
}

/// OverflowException.
pub fn overflow(message: impl Into<String>) -> Exception {
    Exception::new(TypeRef::OVERFLOW_EXCEPTION, message.into())
}

/// InvalidOperationException.
pub fn invalid(message: impl Into<String>) -> Exception {
    Exception::new(TypeRef::INVALID_OPERATION_EXCEPTION, message.into())
}

/// NotSupportedException.
pub fn unsupported(message: impl Into<String>) -> Exception {
    Exception::new(TypeRef::NOT_SUPPORTED_EXCEPTION, message.into())
}

/// An exception of a type by CLR name.
pub fn named(ty: &str, message: impl Into<String>) -> Exception {
    Exception::new(TypeRef::find(ty).unwrap_or(TypeRef::EXCEPTION), message.into())
}

/// A member that .NET has and this product has not.
pub fn not_implemented(ty: TypeRef, member: &str) -> Exception {
    named("System.NotImplementedException", format!("The member '{member}' of [{}] is not implemented.", ty.name()))
        .identity("MemberNotImplemented", ErrorCategory::NotImplemented, Value::from(member))
}

/// IndexOutOfRangeException as indexing throws it.
pub fn bounds() -> Exception {
    Exception::new(TypeRef::INDEX_OUT_OF_RANGE_EXCEPTION, "Index was outside the bounds of the array.").identity(
        "System.IndexOutOfRangeException",
        ErrorCategory::OperationStopped,
        Value::Null,
    )
}

/// An error of the operating system on a path.
pub fn io(error: &std::io::Error, path: &str) -> Exception {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound => {
            let parent = std::path::Path::new(path).parent();
            if parent.is_none_or(|p| p.as_os_str().is_empty() || p.exists()) {
                named("System.IO.FileNotFoundException", format!("Could not find file '{path}'."))
                    .with("FileName", Value::from(path))
            } else {
                no_directory(path)
            }
        }
        ErrorKind::PermissionDenied | ErrorKind::IsADirectory => {
            Exception::new(TypeRef::UNAUTHORIZED_ACCESS_EXCEPTION, format!("Access to the path '{path}' is denied."))
        }
        ErrorKind::AlreadyExists => named("System.IO.IOException", format!("The file '{path}' already exists.")),
        ErrorKind::NotADirectory => no_directory(path),
        ErrorKind::DirectoryNotEmpty => named("System.IO.IOException", format!("Directory not empty : '{path}'")),
        _ => {
            let text = error.to_string();
            let text = text.split(" (os error").next().unwrap_or(&text);
            named("System.IO.IOException", format!("{text} : '{path}'"))
        }
    }
}

/// DirectoryNotFoundException.
pub fn no_directory(path: &str) -> Exception {
    named("System.IO.DirectoryNotFoundException", format!("Could not find a part of the path '{path}'."))
}

/// `ThrowIfNegative`.
pub fn negative(parameter: &str, value: i64) -> Exception {
    actual(format!("{parameter} ('{value}') must be a non-negative value."), parameter, value)
}

/// `ThrowIfGreaterThan`.
pub fn above(parameter: &str, value: i64, limit: i64) -> Exception {
    actual(format!("{parameter} ('{value}') must be less than or equal to '{limit}'."), parameter, value)
}

/// `ThrowIfLessThan`.
pub fn below(parameter: &str, value: i64, limit: i64) -> Exception {
    actual(format!("{parameter} ('{value}') must be greater than or equal to '{limit}'."), parameter, value)
}

fn actual(message: String, parameter: &str, value: i64) -> Exception {
    with_actual(message, parameter, Value::I32(value as i32))
}

/// ArgumentOutOfRangeException with the value that was out of range.
pub fn with_actual(message: impl Into<String>, parameter: &str, value: Value) -> Exception {
    let shown = crate::convert::to_display(&value);
    let text = format!("{} (Parameter '{parameter}')\nActual value was {shown}.", message.into());
    Exception::new(TypeRef::ARGUMENT_OUT_OF_RANGE_EXCEPTION, text)
        .with("ParamName", Value::from(parameter))
        .with("ActualValue", value)
}
