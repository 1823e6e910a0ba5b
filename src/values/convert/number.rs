//! Numbers from text and from each other.

use crate::types::TypeRef;
use crate::value::Value;

/// A number as PowerShell reads it from text: Int32, then Int64, then Double.
pub fn parse_number(text: &str) -> Option<Value> {
    let text = text.trim();
    if let Ok(n) = text.parse::<i32>() {
        return Some(Value::I32(n));
    }
    if let Ok(n) = text.parse::<i64>() {
        return Some(Value::I64(n));
    }
    text.parse::<f64>().ok().map(Value::F64)
}

/// Conversions among integers that lose nothing.
pub(super) fn convert_integer(value: &Value, ty: TypeRef) -> Option<Value> {
    let n = value.as_i64()?;
    match ty {
        TypeRef::INT32 => i32::try_from(n).ok().map(Value::I32),
        TypeRef::INT64 => Some(Value::I64(n)),
        TypeRef::DOUBLE => Some(Value::F64(n as f64)),
        _ => None,
    }
}
