//! The errors of conversions: PSInvalidCastException with an id for each way that failed.

use super::text::net_string;
use crate::context::Context;
use crate::error::{ErrorCategory, Exception, Flow, Result};
use crate::string::Str;
use crate::types::{TypeKind, TypeRef};
use crate::value::Value;

/// A cast error with an id and text.
pub fn cast_error(id: &str, message: impl Into<Str>) -> Exception {
    Exception::new(TypeRef::PS_INVALID_CAST_EXCEPTION, message).identity(
        id,
        ErrorCategory::InvalidArgument,
        Value::Null,
    )
}

/// The exception of a cast for which there is no way at all.
pub fn no_way(ctx: &mut dyn Context, value: &Value, ty: TypeRef) -> Result<Exception> {
    let id = "ConvertToFinalInvalidCastException";
    if value.is_null() {
        return Ok(cast_error("nullToObjectInvalidCast", format!("Cannot convert null to type \"{}\".", ty.name())));
    }
    let from = value.type_ref().map_or("", TypeRef::name);
    // What would be kept in a secure string is not repeated.
    if ty == TypeRef::SECURE_STRING || ty.name() == "System.Management.Automation.PSCredential" {
        return Ok(cast_error(id, format!("Cannot convert the value of type \"{from}\" to type \"{}\".", ty.name())));
    }
    let shown = net_string(ctx, value)?;
    Ok(cast_error(id, format!("Cannot convert the \"{shown}\" value of type \"{from}\" to type \"{}\".", ty.name())))
}

/// A cast that was tried and failed with a message.
pub fn failed<T>(ctx: &mut dyn Context, id: &str, value: &Value, ty: TypeRef, why: &str) -> Result<T> {
    let shown = net_string(ctx, value)?;
    failed_as(id, &shown, ty, why)
}

/// The same where the value's text is known.
pub fn failed_as<T>(id: &str, shown: &str, ty: TypeRef, why: &str) -> Result<T> {
    cast_error(id, format!("Cannot convert value \"{shown}\" to type \"{}\". Error: \"{why}\"", ty.name()))
        .inner(Exception::new(TypeRef::FORMAT_EXCEPTION, why).value())
        .throw()
}

/// `Convert.ChangeType` between types that have no conversion.
pub fn change_type<T>(ctx: &mut dyn Context, value: &Value, ty: TypeRef) -> Result<T> {
    let from = value.type_ref().unwrap_or(TypeRef::OBJECT);
    let is_enum = |t: TypeRef| matches!(t.info().kind, TypeKind::Enum { .. });
    let has_code = |t: TypeRef| (TypeRef::BOOL..=TypeRef::DECIMAL).contains(&t) || t == TypeRef::DATETIME;
    let why = if has_code(ty) && !is_enum(from) {
        format!("Invalid cast from '{}' to '{}'.", from.name_only(), ty.name_only())
    } else {
        format!("Invalid cast from '{}' to '{}'.", from.full_name(), ty.full_name())
    };
    failed(ctx, "InvalidCastIConvertible", value, ty, &why)
}

/// The message of the innermost exception of a failed method call; none for other flow.
pub fn inner_message(flow: &Flow) -> Option<Str> {
    let record = flow.record()?;
    let inner = record.exception.data.lock().inner.clone();
    match inner {
        Some(Value::Exception(inner)) if record.exception.ty.derives_from(TypeRef::METHOD_EXCEPTION) => {
            Some(inner.message())
        }
        _ => Some(record.exception.message()),
    }
}

/// Whether a failed call says that there is no such method or overload, rather than that it threw.
pub fn is_missing(flow: &Flow) -> bool {
    flow.record().is_some_and(|r| {
        let id = r.full_id();
        matches!(
            id.as_str(),
            "MethodNotFound"
                | "MethodCountCouldNotFindBest"
                | "MethodArgumentConversionInvalidCastArgument"
                | "ConstructorNotFound"
                | "MemberNotImplemented"
        )
    })
}

/// The same without a session: the value's text is the invariant one.
pub fn invalid_cast(value: &Value, ty: TypeRef) -> Exception {
    let from = value.type_ref().map_or_else(|| "null".to_string(), |t| t.name().to_string());
    let shown = super::text::to_display(value);
    cast_error(
        "ConvertToFinalInvalidCastException",
        format!("Cannot convert the \"{shown}\" value of type \"{from}\" to type \"{}\".", ty.name()),
    )
}
