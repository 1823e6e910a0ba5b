//! System.Exception and what the exceptions derived from it share.

use std::sync::Arc;

use crate::collection::Dict;
use crate::error::{ErrorRecord, Exception, Result};
use crate::string::Str;
use crate::types::{Call, TypeDef, TypeRef};
use crate::value::Value;

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.Exception",
    like: &[],
    members: &[
        ("new", construct),
        ("Message", |c| Ok(Value::Str(this(c)?.message()))),
        ("InnerException", |c| Ok(this(c)?.data.lock().inner.clone().unwrap_or_default())),
        ("Data", |c| stored(c, "Data", || Value::Dict(Arc::new(Dict::hashtable())))),
        ("HelpLink", |c| stored(c, "HelpLink", || Value::Null)),
        ("HelpLink=", |c| keep(c, "HelpLink")),
        ("Source", |c| stored(c, "Source", || Value::Null)),
        ("Source=", |c| keep(c, "Source")),
        ("HResult", |c| stored(c, "HResult", || Value::I32(-2_146_233_088))),
        ("HResult=", |c| keep(c, "HResult")),
        ("StackTrace", |c| stored(c, "StackTrace", || Value::Null)),
        ("TargetSite", |c| stored(c, "TargetSite", || Value::Null)),
        ("ErrorRecord", error_record),
        ("WasThrownFromThrowStatement", |c| stored(c, "WasThrownFromThrowStatement", || Value::Bool(false))),
        ("GetBaseException", |c| {
            let mut at = this(c)?;
            loop {
                let inner = at.data.lock().inner.clone();
                match inner {
                    Some(Value::Exception(e)) => at = e,
                    _ => return Ok(Value::Exception(at)),
                }
            }
        }),
        ("GetType", |c| Ok(Value::Type(this(c)?.ty))),
        ("ToString", |c| Ok(Value::from(text_of(&*this(c)?)))),
        ("Equals", |c| Ok(Value::Bool(c.this.same(c.arg(0))))),
        ("GetHashCode", |c| Ok(Value::I32(Arc::as_ptr(&this(c)?) as usize as i32))),
    ],
}];

fn this(c: &Call<'_>) -> Result<Arc<Exception>> {
    match c.this.base() {
        Value::Exception(e) => Ok(e.clone()),
        _ => Exception::new(TypeRef::INVALID_OPERATION_EXCEPTION, "The object is not an exception.").throw(),
    }
}

/// A property that is kept with the exception; made on first sight.
fn stored(c: &mut Call<'_>, name: &str, make: fn() -> Value) -> Result {
    let e = this(c)?;
    let mut data = e.data.lock();
    if let Some((_, value)) = data.properties.iter().find(|(n, _)| n.as_str() == name) {
        return Ok(value.clone());
    }
    let value = make();
    if !value.is_null() {
        data.properties.push((Str::from(name), value.clone()));
    }
    Ok(value)
}

fn keep(c: &mut Call<'_>, name: &str) -> Result {
    let e = this(c)?;
    let value = c.arg(0).clone();
    let mut data = e.data.lock();
    match data.properties.iter_mut().find(|(n, _)| n.as_str() == name) {
        Some(entry) => entry.1 = value,
        None => data.properties.push((Str::from(name), value)),
    }
    Ok(Value::Void)
}

fn error_record(c: &mut Call<'_>) -> Result {
    let e = this(c)?;
    let known = e.data.lock().record.as_ref().and_then(std::sync::Weak::upgrade);
    Ok(Value::Error(known.unwrap_or_else(|| ErrorRecord::from_exception(e))))
}

/// Constructors: the parameters are told apart by their names.
fn construct(c: &mut Call<'_>) -> Result {
    let mut message = None;
    let mut inner = None;
    let mut properties = Vec::new();
    for at in 0..c.count() {
        let name = c.parameter_name(at);
        let value = c.arg(at).clone();
        match name {
            "message" => message = (!value.is_null()).then(|| c.str(at)),
            "innerException" | "inner" => inner = (!value.is_null()).then_some(value),
            _ => properties.push((property_name(name), value)),
        }
    }
    let parameter = properties.iter().find(|(n, _)| n.as_str() == "ParamName").map(|(_, v)| crate::convert::to_display(v));
    let is_argument = c.ty.derives_from(TypeRef::ARGUMENT_EXCEPTION);
    let message = match (message, default_message(c.ty)) {
        (Some(m), _) => Some(m),
        (None, Some(text)) => Some(Str::from(text)),
        (None, None) => None,
    };
    let message = match (message, parameter) {
        (Some(m), Some(p)) if is_argument && !p.is_empty() => Some(Str::from(format!("{m} (Parameter '{p}')"))),
        (m, _) => m,
    };
    let e = Exception::new(c.ty, "");
    {
        let mut data = e.data.lock();
        data.message = message;
        data.inner = inner;
        data.properties = properties;
    }
    Ok(e.value())
}

/// `paramName` is kept as `ParamName`.
fn property_name(parameter: &str) -> Str {
    let mut chars = parameter.chars();
    Str::from(match chars.next() {
        Some(first) => first.to_uppercase().collect::<String>() + chars.as_str(),
        None => String::new(),
    })
}

/// The message of an exception made without one.
fn default_message(ty: TypeRef) -> Option<&'static str> {
    Some(match ty.name() {
        "System.ArgumentException" => "Value does not fall within the expected range.",
        "System.ArgumentNullException" => "Value cannot be null.",
        "System.ArgumentOutOfRangeException" => "Specified argument was out of the range of valid values.",
        "System.InvalidOperationException" => "Operation is not valid due to the current state of the object.",
        "System.NotSupportedException" => "Specified method is not supported.",
        "System.NotImplementedException" => "The method or operation is not implemented.",
        "System.FormatException" => "One of the identified items was in an invalid format.",
        "System.DivideByZeroException" => "Attempted to divide by zero.",
        "System.OverflowException" => "Arithmetic operation resulted in an overflow.",
        "System.ArithmeticException" => "Overflow or underflow in the arithmetic operation.",
        "System.IndexOutOfRangeException" => "Index was outside the bounds of the array.",
        "System.InvalidCastException" => "Specified cast is not valid.",
        "System.NullReferenceException" => "Object reference not set to an instance of an object.",
        "System.TimeoutException" => "The operation has timed out.",
        "System.OutOfMemoryException" => "Insufficient memory to continue the execution of the program.",
        "System.UnauthorizedAccessException" => "Attempted to perform an unauthorized operation.",
        "System.IO.IOException" => "I/O error occurred.",
        "System.IO.FileNotFoundException" => "Unable to find the specified file.",
        "System.IO.DirectoryNotFoundException" => "Attempted to access a path that is not on the disk.",
        "System.SystemException" => "System error.",
        "System.ApplicationException" => "Error in the application.",
        "System.OperationCanceledException" => "The operation was canceled.",
        "System.Collections.Generic.KeyNotFoundException" => "The given key was not present in the dictionary.",
        "System.Management.Automation.RuntimeException" => "System error.",
        _ => return None,
    })
}

/// `ToString()`: type, message, inner exceptions.
pub fn text_of(e: &Exception) -> String {
    let mut text = format!("{}: {}", e.ty.full_name(), e.message());
    let inner = e.data.lock().inner.clone();
    if let Some(Value::Exception(inner)) = inner {
        text.push_str("\n ---> ");
        text.push_str(&text_of(&inner));
        text.push_str("\n   --- End of inner exception stack trace ---");
    }
    text
}
