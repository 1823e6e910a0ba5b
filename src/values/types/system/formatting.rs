//! `IFormattable.ToString(format, provider)` over all kinds of values.

use crate::culture::Culture;
use crate::error::Result;
use crate::string::Str;
use crate::time::{DateTime, TimeSpan, Zone};
use crate::types::{TypeRef, fail};
use crate::value::Value;

/// The local zone of a session.
pub fn zone(ctx: &dyn crate::context::Context) -> Zone {
    Zone::find(ctx.time_zone()).unwrap_or(Zone::Utc)
}

/// The text of a value by a .NET format string; an empty one is the general format.
pub fn format_value(
    ctx: &mut dyn crate::context::Context,
    value: &Value,
    format: &str,
    culture: &Culture,
) -> Result<Str> {
    use crate::number::{format_bigint, format_decimal, format_double, format_integer, format_single, format_unsigned};
    let nf = &culture.number;
    let bad = |e: &dyn std::fmt::Display| fail::format(e.to_string());
    let int = |n: i128, bits: u32| format_integer(n, bits, format, nf).or_else(|e| bad(&e).throw());
    let text = match value.base() {
        Value::Null | Value::Void => String::new(),
        Value::Str(s) => return Ok(s.clone()),
        Value::I8(n) => int(i128::from(*n), 8)?,
        Value::U8(n) => int(i128::from(*n), 8)?,
        Value::I16(n) => int(i128::from(*n), 16)?,
        Value::U16(n) => int(i128::from(*n), 16)?,
        Value::I32(n) => int(i128::from(*n), 32)?,
        Value::U32(n) => int(i128::from(*n), 32)?,
        Value::I64(n) => int(i128::from(*n), 64)?,
        Value::U64(n) => format_unsigned(u128::from(*n), format, nf).or_else(|e| bad(&e).throw())?,
        Value::F64(n) => format_double(*n, format, nf).or_else(|e| bad(&e).throw())?,
        Value::F32(n) => format_single(*n, format, nf).or_else(|e| bad(&e).throw())?,
        v @ Value::Decimal(_) => {
            format_decimal(&super::super::decimal_of(v), format, nf).or_else(|e| bad(&e).throw())?
        }
        Value::BigInt(b) => format_bigint(b, format, nf).or_else(|e| bad(&e).throw())?,
        Value::DateTime(bits) => {
            let zone = zone(ctx);
            crate::time::format_datetime(DateTime::from_bits(*bits), format, &culture.date, &zone)
                .or_else(|e| super::date_time::time_error(&e).throw())?
        }
        Value::TimeSpan(ticks) => crate::time::format_span(TimeSpan(*ticks), format, nf)
            .or_else(|e| super::date_time::time_error(&e).throw())?,
        Value::Guid(g) => super::guid::format(g, format)?,
        Value::Enum(ty, n) => super::enumeration::format(*ty, *n, format)?,
        Value::Bool(b) => if *b { "True" } else { "False" }.to_string(),
        Value::Char(c) => crate::string::unit_to_char(*c).to_string(),
        other @ Value::Foreign(_) => {
            if let Some(text) = super::date_time_offset::format_held(other, format, culture)? {
                return Ok(Str::from(text));
            }
            if let Some(text) = super::date_only::format_held(other, format, culture)? {
                return Ok(Str::from(text));
            }
            return crate::convert::to_str(ctx, other);
        }
        Value::Array(_) | Value::Dict(_) => value.type_ref().map_or("", TypeRef::name).to_string(),
        other => return crate::convert::to_str(ctx, other),
    };
    Ok(Str::from(text))
}

/// `ToString` overloads of a formattable type: any of `(string format)`, `(IFormatProvider)`, both or neither.
pub fn to_string(c: &mut super::super::Call<'_>) -> Result {
    let format = c.place("format").map(|at| c.str(at)).unwrap_or_else(Str::empty);
    let culture = match c.place("provider").or_else(|| c.place("formatProvider")) {
        Some(at) => c.provider(at),
        None => c.culture(),
    };
    let this = c.this.clone();
    format_value(c.ctx, &this, &format, &culture).map(Value::Str)
}
