//! Default values and new arrays.

use std::sync::Arc;

use crate::collection::Array;
use crate::error::Result;
use crate::types::{TypeRef, bind};
use crate::value::Value;

/// `default(T)`: zero of a value type, `$null` of the others.
pub fn default_of(ty: TypeRef) -> Value {
    if bind::nullable(ty).is_some() {
        return Value::Null;
    }
    match ty {
        TypeRef::BOOL => Value::Bool(false),
        TypeRef::CHAR => Value::Char(0),
        TypeRef::SBYTE => Value::I8(0),
        TypeRef::BYTE => Value::U8(0),
        TypeRef::INT16 => Value::I16(0),
        TypeRef::UINT16 => Value::U16(0),
        TypeRef::INT32 => Value::I32(0),
        TypeRef::UINT32 => Value::U32(0),
        TypeRef::INT64 => Value::I64(0),
        TypeRef::UINT64 => Value::U64(0),
        TypeRef::SINGLE => Value::F32(0.0),
        TypeRef::DOUBLE => Value::F64(0.0),
        TypeRef::DECIMAL => Value::decimal(Default::default()),
        TypeRef::BIGINT => Value::big(Default::default()),
        TypeRef::DATETIME => Value::DateTime(0),
        TypeRef::TIMESPAN => Value::TimeSpan(0),
        TypeRef::GUID => Value::Guid(Arc::new(uuid::Uuid::nil())),
        _ if ty.is_enum() => Value::Enum(ty, 0),
        _ => Value::Null,
    }
}

/// `[T[]]::new(n)`, `[T[,]]::new(n, m)`.
pub(super) fn new_array(element: TypeRef, rank: usize, args: &[Value]) -> Result {
    if args.len() != rank {
        return bind::count_error("new", args.len()).throw();
    }
    let mut lengths = Vec::new();
    for arg in args {
        match arg.as_i64() {
            Some(n) if n >= 0 => lengths.push(n as usize),
            Some(_) => {
                return crate::types::fail::overflow("Arithmetic operation resulted in an overflow.").throw();
            }
            None => {
                let n = crate::convert::parse_number(arg.as_str().unwrap_or_default()).and_then(|v| v.as_i64());
                match n {
                    Some(n) if n >= 0 => lengths.push(n as usize),
                    _ => return bind::count_error("new", args.len()).throw(),
                }
            }
        }
    }
    Ok(make_array(element, &lengths))
}

/// An array of default values.
pub fn make_array(element: TypeRef, lengths: &[usize]) -> Value {
    let items = vec![default_of(element); lengths.iter().product()];
    match lengths {
        [_] => Value::typed_array(element, items),
        _ => {
            let dims = lengths.iter().map(|n| (*n, 0)).collect();
            Value::Array(Arc::new(Array::rectangular(element, dims, items)))
        }
    }
}
