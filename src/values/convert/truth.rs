//! Truth of values.

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
        Value::DateTime(_) | Value::TimeSpan(_) => true,
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
