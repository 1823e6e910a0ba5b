//! System.Exception and its kin: all are one representation with the properties that their type adds.

use std::sync::Arc;

use crate::collection::Dict;
use crate::error::{ErrorRecord, Exception, Result};
use crate::types::{Call, TypeDef, TypeRef};
use crate::value::Value;

/// The type of the dictionary behind `Data`, which .NET keeps to itself.
fn data_type() -> TypeRef {
    const NAME: &str = "System.Collections.ListDictionaryInternal";
    TypeRef::find(NAME)
        .unwrap_or_else(|| crate::types::register(NAME, crate::types::TypeKind::Class, Some(TypeRef::OBJECT)))
}

pub static TYPES: &[TypeDef] = &[
    TypeDef {
        name: "System.Exception",
        like: &[],
        members: &[
            ("new", |c| construct(c)),
            ("Message", |c| Ok(Value::Str(own(c)?.message()))),
            ("InnerException", |c| Ok(own(c)?.data.lock().inner.clone().unwrap_or(Value::Null))),
            ("Data", |c| {
                let exception = own(c)?;
                let mut data = exception.data.lock();
                if let Some((_, found)) = data.properties.iter().find(|(n, _)| n.as_str() == "Data") {
                    return Ok(found.clone());
                }
                let ty = data_type();
                let made = Value::Dict(Arc::new(Dict::new(
                    ty,
                    TypeRef::OBJECT,
                    TypeRef::OBJECT,
                    crate::collection::KeyComparer::Ordinal,
                )));
                data.properties.push(("Data".into(), made.clone()));
                Ok(made)
            }),
            ("StackTrace", |c| Ok(property(c, "StackTrace"))),
            ("Source", |c| Ok(property(c, "Source"))),
            ("Source=", |c| set_property(c, "Source")),
            ("HelpLink", |c| Ok(property(c, "HelpLink"))),
            ("HelpLink=", |c| set_property(c, "HelpLink")),
            ("HResult", |c| {
                let stored = property(c, "HResult");
                Ok(if stored.is_null() { Value::I32(hresult(c.ty)) } else { stored })
            }),
            ("HResult=", |c| set_property(c, "HResult")),
            ("TargetSite", |_| Ok(Value::Null)),
            ("WasThrownFromThrowStatement", |c| {
                let stored = property(c, "WasThrownFromThrowStatement");
                Ok(if stored.is_null() { Value::Bool(false) } else { stored })
            }),
            ("GetBaseException", |c| {
                let mut at = c.this.base().clone();
                loop {
                    let inner = match &at {
                        Value::Exception(e) => e.data.lock().inner.clone(),
                        _ => None,
                    };
                    match inner {
                        Some(inner) if !inner.is_null() => at = inner,
                        _ => return Ok(at),
                    }
                }
            }),
            ("ToString", |c| Ok(Value::from(describe(own(c)?)))),
            ("ErrorRecord", |c| {
                let exception = own(c)?;
                let kept = exception.data.lock().record.as_ref().and_then(std::sync::Weak::upgrade);
                Ok(Value::Error(kept.unwrap_or_else(|| ErrorRecord::from_exception(exception.clone()))))
            }),
        ],
    },
    TypeDef {
        name: "System.AggregateException",
        like: &[],
        members: &[("InnerExceptions", |c| {
            let stored = property(c, "InnerExceptions");
            Ok(if stored.is_null() { Value::array(Vec::new()) } else { stored })
        })],
    },
];

fn own<'c>(c: &'c Call<'_>) -> Result<&'c Arc<Exception>> {
    match c.this.base() {
        Value::Exception(e) => Ok(e),
        _ => crate::types::fail::not_implemented(c.ty, c.name).throw(),
    }
}

fn property(c: &Call<'_>, name: &str) -> Value {
    match c.this.base() {
        Value::Exception(e) => {
            let data = e.data.lock();
            data.properties.iter().find(|(n, _)| n.as_str() == name).map_or(Value::Null, |(_, v)| v.clone())
        }
        _ => Value::Null,
    }
}

fn set_property(c: &mut Call<'_>, name: &str) -> Result {
    let value = c.arg(0).clone();
    let mut data = own(c)?.data.lock();
    match data.properties.iter_mut().find(|(n, _)| n.as_str() == name) {
        Some(place) => place.1 = value,
        None => data.properties.push((name.into(), value)),
    }
    Ok(Value::Void)
}

/// What `[exception]::new(...)` makes: parameters are told apart by their names.
fn construct(c: &mut Call<'_>) -> Result {
    let made = Exception::new(c.ty, "");
    {
        let mut data = made.data.lock();
        data.message = None;
        let mut parameter = None;
        for at in 0..c.count() {
            let value = c.arg(at).clone();
            let name = c.parameter_name(at);
            match name {
                "message" | "reason" | "msg" => data.message = (!value.is_null()).then(|| c.str(at)),
                "innerException" | "inner" => data.inner = (!value.is_null()).then_some(value),
                "paramName" | "parameterName" | "argumentName" => {
                    parameter = Some(c.str(at)).filter(|t| !t.is_empty());
                    data.properties.push(("ParamName".into(), value));
                }
                "errorRecord" => {
                    if let Value::Error(record) = value.base() {
                        let kept = record.data.lock().clone();
                        data.identity = Some(Box::new(crate::error::ErrorIdentity {
                            id: kept.id.unwrap_or_else(crate::string::Str::empty),
                            category: kept.category,
                            target: kept.target,
                        }));
                    }
                }
                "" => {}
                name => {
                    let mut proper = name.to_string();
                    if let Some(first) = proper.get_mut(..1) {
                        first.make_ascii_uppercase();
                    }
                    data.properties.push((proper.as_str().into(), value));
                }
            }
        }
        if data.message.is_none() {
            data.message = default_message(c.ty).map(Into::into);
        }
        if let Some(parameter) = parameter {
            let text = data.message.clone().map_or_else(String::new, |m| m.to_string());
            data.message = Some(format!("{text} (Parameter '{parameter}')").into());
        }
    }
    Ok(made.value())
}

/// The message of an exception made without one.
fn default_message(ty: TypeRef) -> Option<&'static str> {
    Some(match ty.name() {
        "System.SystemException" => "System error.",
        "System.ArgumentException" => "Value does not fall within the expected range.",
        "System.ArgumentNullException" => "Value cannot be null.",
        "System.ArgumentOutOfRangeException" => "Specified argument was out of the range of valid values.",
        "System.FormatException" => "One of the identified items was in an invalid format.",
        "System.OverflowException" => "Arithmetic operation resulted in an overflow.",
        "System.ArithmeticException" => "Overflow or underflow in the arithmetic operation.",
        "System.DivideByZeroException" => "Attempted to divide by zero.",
        "System.IndexOutOfRangeException" => "Index was outside the bounds of the array.",
        "System.InvalidOperationException" => "Operation is not valid due to the current state of the object.",
        "System.InvalidCastException" => "Specified cast is not valid.",
        "System.NotSupportedException" => "Specified method is not supported.",
        "System.NotImplementedException" => "The method or operation is not implemented.",
        "System.NullReferenceException" => "Object reference not set to an instance of an object.",
        "System.OutOfMemoryException" => "Insufficient memory to continue the execution of the program.",
        "System.StackOverflowException" => "Operation caused a stack overflow.",
        "System.TimeoutException" => "The operation has timed out.",
        "System.UnauthorizedAccessException" => "Attempted to perform an unauthorized operation.",
        "System.OperationCanceledException" => "The operation was canceled.",
        "System.Threading.Tasks.TaskCanceledException" => "A task was canceled.",
        "System.ObjectDisposedException" => "Cannot access a disposed object.",
        "System.ApplicationException" => "Error in the application.",
        "System.AggregateException" => "One or more errors occurred.",
        "System.Collections.Generic.KeyNotFoundException" => "The given key was not present in the dictionary.",
        "System.IO.IOException" => "I/O error occurred.",
        "System.IO.FileNotFoundException" => "Unable to find the specified file.",
        "System.IO.DirectoryNotFoundException" => "Attempted to access a path that is not on the disk.",
        "System.IO.EndOfStreamException" => "Attempted to read past the end of the stream.",
        "System.IO.PathTooLongException" => {
            "The specified file name or path is too long, or a component of the specified path is too long."
        }
        "System.Security.SecurityException" => "Security error.",
        _ => return None,
    })
}

fn hresult(ty: TypeRef) -> i32 {
    let code: u32 = match ty.name_only() {
        "SystemException"
        | "RuntimeException"
        | "MethodInvocationException"
        | "ParseException"
        | "CommandNotFoundException"
        | "ParameterBindingException"
        | "MethodException" => 0x8013_1501,
        "ArgumentException" | "PSArgumentException" => 0x8007_0057,
        "ArgumentNullException" => 0x8000_4003,
        "ArgumentOutOfRangeException" => 0x8013_1502,
        "FormatException" => 0x8013_1537,
        "OverflowException" => 0x8013_1516,
        "DivideByZeroException" => 0x8002_0012,
        "IndexOutOfRangeException" => 0x8013_1508,
        "InvalidOperationException" | "PSInvalidOperationException" => 0x8013_1509,
        "InvalidCastException" | "PSInvalidCastException" => 0x8000_4002,
        "NotSupportedException" => 0x8013_1515,
        "NotImplementedException" => 0x8000_4001,
        "NullReferenceException" => 0x8000_4003,
        "TimeoutException" => 0x8013_1505,
        "UnauthorizedAccessException" => 0x8007_0005,
        "FileNotFoundException" => 0x8007_0002,
        "DirectoryNotFoundException" => 0x8007_0003,
        "IOException" => 0x8013_1620,
        _ if TypeRef::find("System.SystemException").is_some_and(|base| ty.derives_from(base)) => 0x8013_1501,
        _ => 0x8013_1500,
    };
    code as i32
}

/// `ToString()`: type and message, what is inside behind an arrow, the stack.
pub fn describe(exception: &Exception) -> String {
    let message = exception.message();
    let mut text = exception.ty.full_name().to_string();
    if !message.is_empty() {
        text.push_str(&format!(": {message}"));
    }
    let (inner, stack) = {
        let data = exception.data.lock();
        let stack = data
            .properties
            .iter()
            .find(|(n, _)| n.as_str() == "StackTrace")
            .map(|(_, v)| crate::convert::to_display(v));
        (data.inner.clone(), stack)
    };
    if let Some(Value::Exception(inner)) = inner {
        text.push_str(&format!("\n ---> {}\n   --- End of inner exception stack trace ---", describe(&inner)));
    }
    if let Some(stack) = stack.filter(|s| !s.is_empty()) {
        text.push_str(&format!("\n{stack}"));
    }
    text
}
