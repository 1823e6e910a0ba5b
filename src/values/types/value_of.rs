//! Small readings of values that many types need.

use std::sync::Arc;

use super::{TypeRef, fail, state_of};
use crate::context::Context;
use crate::culture::Culture;
use crate::error::Result;
use crate::value::Value;

/// The items of an enumerable value; a string gives its characters.
pub fn sequence_of(ctx: &mut dyn Context, value: &Value) -> Result<Vec<Value>> {
    match value.base() {
        Value::Array(a) => a.copied(),
        Value::Null | Value::Void => Ok(Vec::new()),
        Value::Dict(d) => Ok(d.to_vec().into_iter().map(|(k, v)| entry(d.ty, k, v)).collect()),
        Value::Str(s) => Ok(s.utf16().map(Value::Char).collect()),
        other => Ok(crate::members::enumerate(ctx, other)?.unwrap_or_else(|| vec![other.clone()])),
    }
}

/// The pair that enumerating a dictionary of a type gives: DictionaryEntry or `KeyValuePair[K,V]`.
pub fn entry(dictionary: TypeRef, key: Value, value: Value) -> Value {
    super::collections::entry::pair(dictionary, key, value)
}

/// The bytes of a `byte[]` value.
pub fn bytes_of(value: &Value) -> Vec<u8> {
    match value.base() {
        Value::Array(a) => a.lock().iter().map(|v| v.as_i64().unwrap_or(0) as u8).collect(),
        Value::U8(b) => vec![*b],
        _ => Vec::new(),
    }
}

/// The culture of a CultureInfo value (or what stands for a format provider).
pub fn culture_of(value: &Value) -> Option<Arc<Culture>> {
    super::globalization::culture_info::culture_of(value)
}

/// The decimal of a decimal value, with .NET's arithmetic.
pub fn decimal_of(value: &Value) -> crate::number::Decimal {
    match value.base() {
        Value::Decimal(d) => from_raw(d),
        Value::F64(n) => crate::number::Decimal::from_double(*n).unwrap_or(crate::number::Decimal::ZERO),
        Value::F32(n) => crate::number::Decimal::from_single(*n).unwrap_or(crate::number::Decimal::ZERO),
        Value::U64(n) => crate::number::Decimal::from(*n),
        other => crate::number::Decimal::from(other.as_i64().unwrap_or(0)),
    }
}

fn from_raw(d: &rust_decimal::Decimal) -> crate::number::Decimal {
    let parts = d.unpack();
    crate::number::Decimal::from_words(parts.lo, parts.mid, parts.hi, parts.negative, parts.scale)
        .unwrap_or(crate::number::Decimal::ZERO)
}

/// A decimal as a value.
pub fn to_decimal(d: crate::number::Decimal) -> Value {
    let bits = d.bits();
    Value::decimal(rust_decimal::Decimal::from_parts(
        bits[0] as u32,
        bits[1] as u32,
        bits[2] as u32,
        d.is_negative(),
        d.scale(),
    ))
}

/// Calls what stands for a delegate: a script block, a delegate object or a method.
pub fn invoke_delegate(ctx: &mut dyn Context, target: &Value, args: &[Value]) -> Result {
    match target.type_ref() {
        Some(TypeRef::SCRIPTBLOCK) => {
            let item = args.first().cloned();
            let output = ctx.invoke_block(target, args, None, item.as_ref())?;
            Ok(if matches!(output, Value::Void) { Value::Null } else { output })
        }
        Some(_) => match target.base() {
            // What it throws is told by the method that calls it.
            Value::Foreign(f) if target.as_foreign::<crate::convert::ScriptDelegate>().is_some() => {
                Ok(f.call(ctx, target, "Invoke", args)?.unwrap_or_default())
            }
            _ => crate::members::call(ctx, target, "Invoke", args),
        },
        None => fail::null("method").throw(),
    }
}

/// A copy of the state of a held value, or the error that the member is not there for it.
pub fn need_state<T: super::State + Clone>(value: &Value, parameter: &str) -> Result<T> {
    match state_of::<T>(value) {
        Some(state) => Ok(state),
        None => fail::null(parameter).throw(),
    }
}

/// Calls a member of System.Convert and gives what it throws as it is.
pub fn of_convert(ctx: &mut dyn Context, method: &str, args: Vec<Value>) -> Result {
    let own = TypeRef::find("System.Convert").unwrap_or(TypeRef::OBJECT);
    super::system::convert::unwrapped(crate::members::call_static(ctx, own, method, &args))
}
