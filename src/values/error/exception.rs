//! Exception objects.

use std::sync::Arc;

use parking_lot::Mutex;

use super::category::ErrorCategory;
use super::flow::Flow;
use super::record::ErrorRecord;
use crate::string::Str;
use crate::types::TypeRef;
use crate::value::Value;

/// A System.Exception or one derived from it.
pub struct Exception {
    /// Its .NET type.
    pub ty: TypeRef,
    /// Message, inner exception and the rest.
    pub data: Mutex<ExceptionData>,
}

/// The parts of an exception that can be read and in part changed by scripts.
#[derive(Clone, Default)]
pub struct ExceptionData {
    /// `Message`.
    pub message: Option<Str>,
    /// `InnerException`.
    pub inner: Option<Value>,
    /// Id, category and target when the exception carries its own error record (IContainsErrorRecord).
    pub identity: Option<Box<ErrorIdentity>>,
    /// Further properties of the type (`ParamName`, `FileName`, `Errors` ...), and `Data`, `Source`, `HelpLink`.
    pub properties: Vec<(Str, Value)>,
    /// The record that the exception travelled in, once it was thrown.
    pub record: Option<std::sync::Weak<ErrorRecord>>,
}

/// What an exception says of the error record that is made from it.
#[derive(Clone, Debug)]
pub struct ErrorIdentity {
    /// FullyQualifiedErrorId before the command's name is appended.
    pub id: Str,
    /// Category.
    pub category: ErrorCategory,
    /// TargetObject.
    pub target: Value,
}

impl Exception {
    /// An exception of a type with a message.
    pub fn new(ty: TypeRef, message: impl Into<Str>) -> Exception {
        Exception { ty, data: Mutex::new(ExceptionData { message: Some(message.into()), ..Default::default() }) }
    }

    /// With an inner exception.
    pub fn inner(self, inner: Value) -> Exception {
        self.data.lock().inner = Some(inner);
        self
    }

    /// With the identity of its error record.
    pub fn identity(self, id: impl Into<Str>, category: ErrorCategory, target: Value) -> Exception {
        self.data.lock().identity = Some(Box::new(ErrorIdentity { id: id.into(), category, target }));
        self
    }

    /// With a further property.
    pub fn with(self, name: &str, value: Value) -> Exception {
        self.data.lock().properties.push((Str::from(name), value));
        self
    }

    /// `Message`.
    pub fn message(&self) -> Str {
        self.data
            .lock()
            .message
            .clone()
            .unwrap_or_else(|| Str::from(format!("Exception of type '{}' was thrown.", self.ty.full_name())))
    }

    /// The exception as a value.
    pub fn value(self) -> Value {
        Value::Exception(Arc::new(self))
    }

    /// The exception thrown: the record is made from the identity, or from the type's name.
    pub fn throw<T>(self) -> super::flow::Result<T> {
        Err(Flow::throw(ErrorRecord::from_exception(Arc::new(self))))
    }
}

/// Throws a RuntimeException with an error id, the form in which the engine and conversions report.
pub fn runtime_error(id: &str, category: ErrorCategory, target: Value, message: impl Into<Str>) -> Exception {
    Exception::new(TypeRef::RUNTIME_EXCEPTION, message).identity(id, category, target)
}

/// A RuntimeException with an error id, thrown.
pub fn error_of<T>(id: &str, category: ErrorCategory, message: impl Into<Str>) -> super::flow::Result<T> {
    runtime_error(id, category, Value::Null, message).throw()
}
