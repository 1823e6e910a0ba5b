//! Numbers from text and from each other.

use num_bigint::BigInt;
use num_traits::{FromPrimitive, ToPrimitive};
use rust_decimal::Decimal as Raw;

use super::fail::{change_type, failed, failed_as};
use super::text::net_string;
use crate::context::Context;
use crate::culture::Culture;
use crate::error::Result;
use crate::number::shell::{self, Scanned};
use crate::number::{Decimal, IntegerKind, Rounding};
use crate::types::TypeRef;
use crate::value::Value;

/// The decimal of a value, with System.Decimal's arithmetic.
pub fn decimal_of(raw: &Raw) -> Decimal {
    let u = raw.unpack();
    Decimal::from_words(u.lo, u.mid, u.hi, u.negative, u.scale).unwrap_or(Decimal::ZERO)
}

/// The form in which a value keeps a decimal.
pub fn raw_decimal(d: Decimal) -> Raw {
    let [lo, mid, hi, flags] = d.bits();
    Raw::from_parts(lo as u32, mid as u32, hi as u32, flags < 0, (flags as u32 >> 16) & 0xff)
}

/// A number as the language's scanner reads it from text (with type suffix, multiplier, hexadecimal); empty text is 0.
pub fn parse_number(text: &str) -> Option<Value> {
    let short = text.trim();
    if (1..=9).contains(&short.len()) && short.bytes().all(|b| b.is_ascii_digit()) {
        return short.parse().ok().map(Value::I32);
    }
    shell::scan_number(text).map(scanned)
}

/// The value of a scanned number.
pub fn scanned(number: Scanned) -> Value {
    match number {
        Scanned::Int(n) => Value::I32(n),
        Scanned::Long(n) => Value::I64(n),
        Scanned::Decimal(d) => Value::decimal(raw_decimal(d)),
        Scanned::Double(n) => Value::F64(n),
        Scanned::BigInteger(n) => Value::big(n),
        Scanned::Byte(n) => Value::U8(n),
        Scanned::SByte(n) => Value::I8(n),
        Scanned::Short(n) => Value::I16(n),
        Scanned::UShort(n) => Value::U16(n),
        Scanned::UInt(n) => Value::U32(n),
        Scanned::ULong(n) => Value::U64(n),
    }
}

/// The integer kind of a type.
pub fn integer_kind(ty: TypeRef) -> Option<IntegerKind> {
    Some(match ty {
        TypeRef::SBYTE => IntegerKind::SByte,
        TypeRef::BYTE => IntegerKind::Byte,
        TypeRef::INT16 => IntegerKind::Int16,
        TypeRef::UINT16 => IntegerKind::UInt16,
        TypeRef::INT32 => IntegerKind::Int32,
        TypeRef::UINT32 => IntegerKind::UInt32,
        TypeRef::INT64 => IntegerKind::Int64,
        TypeRef::UINT64 => IntegerKind::UInt64,
        _ => return None,
    })
}

/// An integer as a value of an integer type, when it fits.
pub fn fit(n: i128, ty: TypeRef) -> Option<Value> {
    Some(match ty {
        TypeRef::SBYTE => Value::I8(i8::try_from(n).ok()?),
        TypeRef::BYTE => Value::U8(u8::try_from(n).ok()?),
        TypeRef::INT16 => Value::I16(i16::try_from(n).ok()?),
        TypeRef::UINT16 => Value::U16(u16::try_from(n).ok()?),
        TypeRef::INT32 => Value::I32(i32::try_from(n).ok()?),
        TypeRef::UINT32 => Value::U32(u32::try_from(n).ok()?),
        TypeRef::INT64 => Value::I64(i64::try_from(n).ok()?),
        TypeRef::UINT64 => Value::U64(u64::try_from(n).ok()?),
        _ => return None,
    })
}

/// Integers, characters, Booleans, enums; none for anything else.
fn whole(value: &Value) -> Option<i128> {
    match value {
        Value::Bool(b) => Some(i128::from(*b)),
        Value::U64(n) => Some(i128::from(*n)),
        other => other.as_i64().map(i128::from),
    }
}

/// Conversion to a numeric type; none when the source is of a kind that has no conversion to numbers.
pub fn to_number(ctx: &mut dyn Context, value: &Value, ty: TypeRef) -> Result<Option<Value>> {
    if let Some(kind) = integer_kind(ty) {
        return to_integer(ctx, value, ty, kind);
    }
    match ty {
        TypeRef::DOUBLE | TypeRef::SINGLE => to_real(ctx, value, ty),
        TypeRef::DECIMAL => to_decimal(ctx, value),
        _ => to_big(ctx, value),
    }
}

fn to_integer(ctx: &mut dyn Context, value: &Value, ty: TypeRef, kind: IntegerKind) -> Result<Option<Value>> {
    let range = || format!("Value was either too large or too small for {}.", kind.described());
    if let Some(n) = whole(value) {
        return match fit(n, ty) {
            Some(done) => Ok(Some(done)),
            None => failed(ctx, "InvalidCastIConvertible", value, ty, &range()),
        };
    }
    match value {
        Value::F64(_) | Value::F32(_) => {
            let n = match value {
                Value::F32(n) => f64::from(*n),
                Value::F64(n) => *n,
                _ => 0.0,
            };
            let rounded = n.round_ties_even();
            if rounded.is_finite()
                && rounded.abs() < 1e38
                && let Some(done) = fit(rounded as i128, ty)
            {
                return Ok(Some(done));
            }
            // Narrow types go by way of Int32, the 64-bit ones are checked by the processor.
            let why = match kind {
                IntegerKind::Int64 | IntegerKind::UInt64 => "Arithmetic operation resulted in an overflow.".to_string(),
                IntegerKind::SByte | IntegerKind::Byte | IntegerKind::Int16 | IntegerKind::UInt16
                    if !(-2_147_483_648.0..=2_147_483_647.0).contains(&rounded) =>
                {
                    "Value was either too large or too small for an Int32.".to_string()
                }
                _ => range(),
            };
            failed(ctx, "InvalidCastIConvertible", value, ty, &why)
        }
        Value::Decimal(d) => {
            let n = decimal_of(d).round(0, Rounding::ToEven).to_i128();
            match fit(n, ty) {
                Some(done) => Ok(Some(done)),
                None => failed(ctx, "InvalidCastIConvertible", value, ty, &range()),
            }
        }
        Value::BigInt(b) => match b.to_i128().and_then(|n| fit(n, ty)) {
            Some(done) => Ok(Some(done)),
            None => failed(ctx, "InvalidCastTargetInvocationExceptionop_Explicit", value, ty, &range()),
        },
        Value::Str(text) => {
            let culture = culture(ctx);
            match shell::string_to_integer(text, kind, &culture) {
                Ok(n) => Ok(n.to_i128().and_then(|n| fit(n, ty))),
                Err(e) => failed_as("InvalidCastFromStringToInteger", text, ty, &e.to_string()),
            }
        }
        Value::DateTime(_) => change_type(ctx, value, ty),
        _ => Ok(None),
    }
}

fn to_real(ctx: &mut dyn Context, value: &Value, ty: TypeRef) -> Result<Option<Value>> {
    let made = |n: f64| Ok(Some(if ty == TypeRef::SINGLE { Value::F32(n as f32) } else { Value::F64(n) }));
    match value {
        Value::F64(n) => made(*n),
        Value::F32(n) => made(f64::from(*n)),
        Value::U64(n) if ty == TypeRef::SINGLE => Ok(Some(Value::F32(*n as f32))),
        Value::I64(n) if ty == TypeRef::SINGLE => Ok(Some(Value::F32(*n as f32))),
        Value::Decimal(d) => made(decimal_of(d).to_f64()),
        Value::BigInt(b) => made(b.to_f64().unwrap_or(f64::INFINITY)),
        Value::Str(text) => {
            let result = if ty == TypeRef::SINGLE {
                shell::string_to_single(text).map(Value::F32)
            } else {
                shell::string_to_double(text).map(Value::F64)
            };
            match result {
                Ok(done) => Ok(Some(done)),
                Err(e) => failed_as("InvalidCastFromStringToDoubleOrSingle", text, ty, &e.to_string()),
            }
        }
        Value::DateTime(_) => change_type(ctx, value, ty),
        other => match whole(other) {
            Some(n) => made(n as f64),
            None => Ok(None),
        },
    }
}

fn to_decimal(ctx: &mut dyn Context, value: &Value) -> Result<Option<Value>> {
    let result = match value {
        Value::F64(n) => Decimal::from_double(*n),
        Value::F32(n) => Decimal::from_single(*n),
        Value::BigInt(b) => match Decimal::from_bigint(b) {
            Ok(d) => Ok(d),
            Err(e) => {
                let id = "InvalidCastTargetInvocationExceptionop_Explicit";
                return failed(ctx, id, value, TypeRef::DECIMAL, &e.to_string());
            }
        },
        Value::Str(text) => match shell::string_to_decimal(text) {
            Ok(d) => Ok(d),
            Err(e) => return failed_as("InvalidCastFromStringToDecimal", text, TypeRef::DECIMAL, &e.to_string()),
        },
        Value::DateTime(_) => return change_type(ctx, value, TypeRef::DECIMAL),
        other => match whole(other) {
            Some(n) => Decimal::from_integer(n),
            None => return Ok(None),
        },
    };
    match result {
        Ok(d) => Ok(Some(Value::decimal(raw_decimal(d)))),
        Err(e) => failed(ctx, "InvalidCastIConvertible", value, TypeRef::DECIMAL, &e.to_string()),
    }
}

fn to_big(ctx: &mut dyn Context, value: &Value) -> Result<Option<Value>> {
    let id = "InvalidCastConstructorException";
    let real = |ctx: &mut dyn Context, n: f64| match BigInt::from_f64(n.trunc()) {
        Some(b) => Ok(Some(Value::big(b))),
        None => {
            let why = if n.is_nan() { "The value is not a number." } else { "BigInteger cannot represent infinity." };
            let shown = net_string(ctx, value)?;
            failed_as(id, &shown, TypeRef::BIGINT, why)
        }
    };
    match value {
        Value::F64(n) => real(ctx, *n),
        Value::F32(n) => real(ctx, f64::from(*n)),
        Value::Decimal(d) => Ok(Some(Value::big(decimal_of(d).to_bigint()))),
        Value::Str(text) => match shell::string_to_bigint(text) {
            Ok(b) => Ok(Some(Value::big(b))),
            Err(e) => failed_as("InvalidCastFromStringToInteger", text, TypeRef::BIGINT, &e.to_string()),
        },
        Value::DateTime(_) => change_type(ctx, value, TypeRef::BIGINT),
        other => Ok(whole(other).map(|n| Value::big(BigInt::from(n)))),
    }
}

/// The session's culture; the invariant one where its name is unknown.
pub fn culture(ctx: &dyn Context) -> std::sync::Arc<Culture> {
    Culture::get(ctx.culture_name()).unwrap_or_else(|_| std::sync::Arc::new(Culture::invariant().clone()))
}
