//! The errors that operators throw.

use crate::error::{ErrorCategory, Exception, Flow, Result, runtime_error};
use crate::types::TypeRef;
use crate::value::Value;

/// A .NET exception that a script sees bare: its id is the type's name.
pub fn net<T>(ty: TypeRef, message: impl Into<crate::string::Str>) -> Result<T> {
    Exception::new(ty, message).identity(ty.name(), ErrorCategory::OperationStopped, Value::Null).throw()
}

/// A .NET exception inside a RuntimeException that repeats its text (`1/0`, decimal overflow).
pub fn arithmetic<T>(ty: TypeRef, message: &str) -> Result<T> {
    Exception::new(TypeRef::RUNTIME_EXCEPTION, message)
        .inner(Exception::new(ty, message).value())
        .identity("RuntimeException", ErrorCategory::NotSpecified, Value::Null)
        .throw()
}

/// Division by zero.
pub fn divide_by_zero<T>() -> Result<T> {
    arithmetic(TypeRef::DIVIDE_BY_ZERO_EXCEPTION, "Attempted to divide by zero.")
}

/// A RuntimeException of category InvalidOperation.
pub fn operation<T>(id: &str, message: impl Into<crate::string::Str>) -> Result<T> {
    runtime_error(id, ErrorCategory::InvalidOperation, Value::Null, message).throw()
}

/// A RuntimeException of category InvalidOperation about a value.
pub fn operation_on<T>(id: &str, target: Value, message: impl Into<crate::string::Str>) -> Result<T> {
    runtime_error(id, ErrorCategory::InvalidOperation, target, message).throw()
}

/// The message of a thrown error, or none for other flow.
pub fn message_of(flow: &Flow) -> Option<String> {
    flow.record().map(|r| r.exception.message().to_string())
}

/// What script code sees of an exception that carries its own error record but is no RuntimeException: a RuntimeException
/// with the same text and identity around it. Anything else passes.
pub fn as_script_error(flow: Box<Flow>) -> Box<Flow> {
    let Flow::Throw(record) = &*flow else { return flow };
    let exception = &record.exception;
    if exception.ty.derives_from(TypeRef::RUNTIME_EXCEPTION) {
        return flow;
    }
    let Some(identity) = exception.data.lock().identity.clone() else { return flow };
    if identity.category == ErrorCategory::OperationStopped {
        return flow;
    }
    let outer = Exception::new(TypeRef::RUNTIME_EXCEPTION, exception.message())
        .inner(Value::Exception(exception.clone()))
        .identity(identity.id, identity.category, identity.target);
    Flow::throw(crate::error::ErrorRecord::from_exception(std::sync::Arc::new(outer)))
}

/// An array that no memory holds.
pub fn too_large<T>() -> Result<T> {
    let ty = TypeRef::find("System.OutOfMemoryException").unwrap_or(TypeRef::SYSTEM_EXCEPTION);
    net(ty, "Array dimensions exceeded supported range.")
}
