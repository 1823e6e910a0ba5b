//! Conversion between types, as PowerShell's language primitives do it.

mod number;
mod text;

pub use number::parse_number;
pub use text::{to_display, to_str};

use crate::context::Context;
use crate::error::{ErrorCategory, Exception, Result};
use crate::types::TypeRef;
use crate::value::Value;

/// Truth of a value: `$null`, 0, "", an empty array and a one-item array of something false are false.
pub fn to_bool(value: &Value) -> bool {
    match value {
        Value::Null | Value::Void => false,
        Value::Bool(b) => *b,
        Value::I32(n) => *n != 0,
        Value::Str(s) => !s.is_empty(),
        Value::Char(c) => *c != 0,
        Value::F64(n) => *n != 0.0,
        Value::F32(n) => *n != 0.0,
        Value::Decimal(d) => !d.is_zero(),
        Value::BigInt(b) => b.sign() != num_bigint::Sign::NoSign,
        Value::U64(n) => *n != 0,
        Value::Array(a) => {
            let (count, first) = {
                let items = a.lock();
                (items.len(), items.first().cloned())
            };
            match (count, first) {
                (0, _) | (_, None) => false,
                // A list of one item is as true as its item; a nested one-item list counts as an object.
                (1, Some(Value::Array(inner))) => !inner.is_empty(),
                (1, Some(item)) => to_bool(&item),
                _ => true,
            }
        }
        Value::Wrapped(w) => to_bool(&w.base),
        Value::Foreign(f) => f.truth(),
        other => other.as_i64().is_none_or(|n| n != 0),
    }
}

/// A cast or parameter conversion (`LanguagePrimitives.ConvertTo`); failing throws PSInvalidCastException.
pub fn convert(_ctx: &mut dyn Context, value: &Value, ty: TypeRef) -> Result {
    if value.type_ref() == Some(ty) || ty == TypeRef::OBJECT {
        return Ok(value.clone());
    }
    if let Some(done) = number::convert_integer(value, ty) {
        return Ok(done);
    }
    match ty {
        TypeRef::BOOL => Ok(Value::Bool(to_bool(value))),
        TypeRef::STRING => Ok(Value::Str(to_str(_ctx, value)?)),
        _ => invalid_cast(value, ty).throw(),
    }
}

/// The exception of a cast that can't be made.
pub fn invalid_cast(value: &Value, ty: TypeRef) -> Exception {
    let from = value.type_ref().map_or_else(|| "null".to_string(), |t| t.name().to_string());
    let message = format!(
        "Cannot convert the \"{}\" value of type \"{from}\" to type \"{}\".",
        to_display(value),
        ty.name()
    );
    Exception::new(TypeRef::PS_INVALID_CAST_EXCEPTION, message).identity(
        "ConvertToFinalInvalidCastException",
        ErrorCategory::InvalidArgument,
        Value::Null,
    )
}
