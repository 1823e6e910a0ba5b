//! System.Convert.

use base64::Engine;
use num_bigint::BigInt;
use num_traits::{Num, ToPrimitive};

use super::integer::narrow;
use crate::error::Result;
use crate::types::{Call, TypeDef, TypeRef, bytes_of, decimal_of, fail};
use crate::value::Value;

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.Convert",
    like: &[],
    members: &[
        ("::DBNull", |_| Ok(super::db_null::value())),
        ("::ToBoolean", |c| match c.arg(0).base() {
            Value::Char(_) | Value::DateTime(_) => no_cast(c.arg(0), TypeRef::BOOL),
            v if !is_convertible(v) => no_cast(v, TypeRef::BOOL),
            Value::Str(s) => match super::boolean::read(s) {
                Some(b) => Ok(Value::Bool(b)),
                None => fail::format(format!("String '{s}' was not recognized as a valid Boolean.")).throw(),
            },
            _ => Ok(Value::Bool(c.bool(0))),
        }),
        ("::ToByte", |c| integer(c, TypeRef::BYTE)),
        ("::ToSByte", |c| integer(c, TypeRef::SBYTE)),
        ("::ToInt16", |c| integer(c, TypeRef::INT16)),
        ("::ToUInt16", |c| integer(c, TypeRef::UINT16)),
        ("::ToInt32", |c| integer(c, TypeRef::INT32)),
        ("::ToUInt32", |c| integer(c, TypeRef::UINT32)),
        ("::ToInt64", |c| integer(c, TypeRef::INT64)),
        ("::ToUInt64", |c| integer(c, TypeRef::UINT64)),
        ("::ToChar", |c| match c.arg(0).base() {
            Value::Str(s) if s.units() == 1 => Ok(Value::Char(s.unit_at(0).unwrap_or(0))),
            Value::Str(_) => fail::format("String must be exactly one character long.").throw(),
            v @ (Value::F64(_) | Value::F32(_) | Value::Bool(_) | Value::Decimal(_) | Value::DateTime(_)) => {
                no_cast(v, TypeRef::CHAR)
            }
            v if !is_convertible(v) => no_cast(v, TypeRef::CHAR),
            _ => match u16::try_from(c.long(0)) {
                Ok(n) => Ok(Value::Char(n)),
                Err(_) => fail::overflow("Value was either too large or too small for a character.").throw(),
            },
        }),
        ("::ToDouble", |c| parsed(c, TypeRef::DOUBLE)),
        ("::ToSingle", |c| parsed(c, TypeRef::SINGLE)),
        ("::ToDecimal", |c| parsed(c, TypeRef::DECIMAL)),
        ("::ToDateTime", |c| parsed(c, TypeRef::DATETIME)),
        ("::ToString", |c| to_text(c)),
        ("::ChangeType", |c| {
            let ty = match c.arg(1).base() {
                Value::Type(t) => *t,
                other => code_type(other.as_i64().unwrap_or(1)),
            };
            let value = c.arg(0).clone();
            if ty == TypeRef::STRING {
                return crate::convert::to_str(c.ctx, &value).map(Value::Str);
            }
            if value.type_ref() == Some(ty) {
                return Ok(value);
            }
            let method = format!("To{}", ty.name_only());
            let own = TypeRef::find("System.Convert").unwrap_or(TypeRef::OBJECT);
            if crate::types::define::lookup(own, &method, true).is_some() {
                let args = vec![value];
                return unwrapped(crate::members::call_static(c.ctx, own, &method, &args));
            }
            let shown = value.type_ref().map_or("null", TypeRef::name);
            fail::named("System.InvalidCastException", format!("Invalid cast from '{shown}' to '{}'.", ty.name()))
                .throw()
        }),
        ("::GetTypeCode", |c| Ok(super::integer::type_code(c.arg(0)))),
        ("::IsDBNull", |c| Ok(Value::Bool(c.arg(0).type_ref() == Some(TypeRef::DBNULL)))),
        ("::ToBase64String", |c| {
            let bytes = window(c)?;
            let text = base64::engine::general_purpose::STANDARD.encode(bytes);
            if c.named_int("options") == Some(1) {
                let lines: Vec<&str> = text.as_bytes().chunks(76).filter_map(|l| std::str::from_utf8(l).ok()).collect();
                return Ok(Value::from(lines.join("\r\n")));
            }
            Ok(Value::from(text))
        }),
        ("::FromBase64String", |c| {
            let text: String = c.need_str(0)?.chars().filter(|ch| !matches!(ch, ' ' | '\t' | '\r' | '\n')).collect();
            match base64::engine::general_purpose::STANDARD.decode(&text) {
                Ok(bytes) => Ok(Value::bytes(&bytes)),
                Err(_) => fail::format("The input is not a valid Base-64 string as it contains a non-base 64 character, more than two padding characters, or an illegal character among the padding characters.").throw(),
            }
        }),
        ("::ToHexString", |c| Ok(Value::from(window(c)?.iter().map(|b| format!("{b:02X}")).collect::<String>()))),
        ("::ToHexStringLower", |c| Ok(Value::from(window(c)?.iter().map(|b| format!("{b:02x}")).collect::<String>()))),
        ("::FromHexString", |c| {
            let text = c.need_str(0)?;
            if text.len() % 2 != 0 {
                return fail::format("The input is not a valid hex string as its length is not a multiple of 2.")
                    .throw();
            }
            let bytes: Option<Vec<u8>> = (0..text.len() / 2)
                .map(|i| {
                    text.get(i * 2..i * 2 + 2)
                        .filter(|t| t.bytes().all(|b| b.is_ascii_hexdigit()))
                        .and_then(|t| u8::from_str_radix(t, 16).ok())
                })
                .collect();
            match bytes {
                Some(bytes) => Ok(Value::bytes(&bytes)),
                None => fail::format("The input is not a valid hex string as it contains a non-hex character.").throw(),
            }
        }),
    ],
}];

/// What a nested call threw, without the wrapper that it got on the way.
pub fn unwrapped(outcome: Result) -> Result {
    outcome.map_err(|flow| {
        let inner = match &*flow {
            crate::error::Flow::Throw(record) if record.exception.ty == TypeRef::METHOD_INVOCATION_EXCEPTION => {
                record.exception.data.lock().inner.clone()
            }
            _ => None,
        };
        match inner {
            Some(Value::Exception(e)) => crate::error::Flow::throw(crate::error::ErrorRecord::from_exception(e)),
            _ => flow,
        }
    })
}

/// The type of a System.TypeCode.
fn code_type(code: i64) -> TypeRef {
    [
        TypeRef::OBJECT,
        TypeRef::OBJECT,
        TypeRef::DBNULL,
        TypeRef::BOOL,
        TypeRef::CHAR,
        TypeRef::SBYTE,
        TypeRef::BYTE,
        TypeRef::INT16,
        TypeRef::UINT16,
        TypeRef::INT32,
        TypeRef::UINT32,
        TypeRef::INT64,
        TypeRef::UINT64,
        TypeRef::SINGLE,
        TypeRef::DOUBLE,
        TypeRef::DECIMAL,
        TypeRef::DATETIME,
        TypeRef::OBJECT,
        TypeRef::STRING,
    ]
    .get(code.max(0) as usize)
    .copied()
    .unwrap_or(TypeRef::OBJECT)
}

fn window(c: &Call<'_>) -> Result<Vec<u8>> {
    if !c.has(0) {
        return fail::null(c.parameter_name(0)).throw();
    }
    let bytes = bytes_of(c.arg(0));
    match (c.named_int("offset"), c.named_int("length")) {
        (Some(offset), Some(length)) => {
            let part = usize::try_from(offset)
                .ok()
                .and_then(|o| bytes.get(o..))
                .and_then(|rest| rest.get(..usize::try_from(length).ok()?));
            match part {
                Some(part) => Ok(part.to_vec()),
                None => fail::range("Offset and length must refer to a position in the string.", "offset").throw(),
            }
        }
        _ => Ok(bytes),
    }
}

fn integer(c: &mut Call<'_>, ty: TypeRef) -> Result {
    let kind = super::integer::kind(ty);
    if let Some(radix) = c.place("fromBase").map(|at| c.long(at)) {
        return from_base(c, ty, radix);
    }
    match c.arg(0).base() {
        Value::Null => narrow(&BigInt::from(0), ty),
        Value::Str(s) => {
            let culture = c.place("provider").map_or_else(|| c.culture(), |at| c.provider(at));
            match crate::number::parse_integer(s, kind, crate::number::Styles::INTEGER, &culture.number) {
                Ok(n) => narrow(&n, ty),
                Err(e) => super::integer::parse_error(&e).throw(),
            }
        }
        Value::Bool(b) => narrow(&BigInt::from(u8::from(*b)), ty),
        Value::F64(_) | Value::F32(_) => {
            let n = c.float(0).round_ties_even();
            let whole: Option<BigInt> = num_traits::FromPrimitive::from_f64(n);
            // Small integers go by way of Int32, 64 bits by the processor's conversion.
            match (ty, whole) {
                (TypeRef::INT64 | TypeRef::UINT64, whole) => match whole.map(|n| narrow(&n, ty)) {
                    Some(Ok(done)) => Ok(done),
                    _ => fail::overflow("Arithmetic operation resulted in an overflow.").throw(),
                },
                (TypeRef::BYTE | TypeRef::SBYTE | TypeRef::INT16 | TypeRef::UINT16, whole) => {
                    let small = whole.filter(|n| n.to_i32().is_some());
                    match small {
                        Some(n) => narrow(&n, ty),
                        None => fail::overflow("Value was either too large or too small for an Int32.").throw(),
                    }
                }
                (_, Some(n)) => narrow(&n, ty),
                (_, None) => {
                    fail::overflow(format!("Value was either too large or too small for {}.", kind.described())).throw()
                }
            }
        }
        v @ Value::Decimal(_) => narrow(&decimal_of(v).round(0, crate::number::Rounding::ToEven).to_bigint(), ty),
        Value::DateTime(_) | Value::TimeSpan(_) | Value::Guid(_) => {
            let shown = c.arg(0).type_ref().map_or("", |t| t.name_only());
            fail::named("System.InvalidCastException", format!("Invalid cast from '{shown}' to '{}'.", ty.name_only()))
                .throw()
        }
        other => match other.as_i64() {
            Some(_) => narrow(&super::integer::big(other), ty),
            None if matches!(other, Value::U64(_)) => narrow(&super::integer::big(other), ty),
            None => {
                let shown = other.type_ref().map_or("", TypeRef::name);
                fail::named(
                    "System.InvalidCastException",
                    format!("Unable to cast object of type '{shown}' to type 'System.IConvertible'."),
                )
                .throw()
            }
        },
    }
}

fn from_base(c: &Call<'_>, ty: TypeRef, radix: i64) -> Result {
    if !matches!(radix, 2 | 8 | 10 | 16) {
        return fail::argument("Invalid Base.", "").throw();
    }
    let kind = super::integer::kind(ty);
    let text = c.str(0);
    if c.arg(0).is_null() || text.is_empty() {
        if c.arg(0).is_null() {
            return narrow(&BigInt::from(0), ty);
        }
        // .NET hands the message over as the parameter's name.
        return fail::range(
            "Specified argument was out of the range of valid values.",
            "Index was out of range. Must be non-negative and less than the size of the collection.",
        )
        .throw();
    }
    let (sign, digits) = match text.strip_prefix('-') {
        Some(_) if radix != 10 => {
            return fail::argument("String cannot contain a minus sign if the base is not 10.", "").throw();
        }
        Some(_) if !kind.signed() => {
            return fail::overflow(
                "The string was being parsed as an unsigned number and could not have a negative sign.",
            )
            .throw();
        }
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').filter(|_| radix == 10).unwrap_or(&text)),
    };
    let digits = if radix == 16 {
        digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")).unwrap_or(digits)
    } else {
        digits
    };
    let count = digits.chars().take_while(|ch| ch.is_digit(radix as u32)).count();
    if count == 0 {
        return fail::format("Could not find any recognizable digits.").throw();
    }
    if count < digits.chars().count() {
        return fail::format("Additional non-parsable characters are at the end of the string.").throw();
    }
    let Ok(n) = BigInt::from_str_radix(digits, radix as u32) else {
        return fail::format("Could not find any recognizable digits.").throw();
    };
    let mut n: BigInt = n * sign;
    if radix != 10 && kind.signed() {
        let bits = kind.bits();
        if n.bits() > u64::from(bits) {
            return fail::overflow(format!("Value was either too large or too small for {}.", kind.described()))
                .throw();
        }
        if n.bits() == u64::from(bits) {
            n -= BigInt::from(1) << bits;
        }
    }
    narrow(&n, ty)
}

fn parsed(c: &mut Call<'_>, ty: TypeRef) -> Result {
    let value = c.arg(0).base().clone();
    match &value {
        Value::Str(s) if ty != TypeRef::DATETIME => {
            let culture = c.place("provider").map_or_else(|| c.culture(), |at| c.provider(at));
            let nf = &culture.number;
            let outcome = match ty {
                TypeRef::SINGLE => {
                    crate::number::parse_single(s, crate::number::Styles::FLOAT_THOUSANDS, nf).map(Value::F32)
                }
                TypeRef::DECIMAL => {
                    crate::number::parse_decimal(s, crate::number::Styles::NUMBER, nf).map(crate::types::to_decimal)
                }
                _ => crate::number::parse_double(s, crate::number::Styles::FLOAT_THOUSANDS, nf).map(Value::F64),
            };
            outcome.or_else(|e| super::integer::parse_error(&e).throw())
        }
        Value::Str(s) => {
            let culture = c.place("provider").map_or_else(|| c.culture(), |at| c.provider(at));
            let clock = super::date_time::clock(c.ctx);
            match crate::time::parse_datetime(s, &culture, crate::time::DateStyles::NONE, &clock) {
                Ok(d) => Ok(super::date_time::value(d)),
                Err(e) => super::date_time::time_error(&e).throw(),
            }
        }
        Value::Null => Ok(crate::members::default_of(ty)),
        v if !is_convertible(v) => no_cast(v, ty),
        Value::Char(_) => no_cast(&value, ty),
        Value::DateTime(_) if ty != TypeRef::DATETIME => no_cast(&value, ty),
        Value::Bool(_) | Value::Enum(..) if ty == TypeRef::DATETIME => no_cast(&value, ty),
        Value::Bool(b) if ty != TypeRef::DATETIME => crate::convert::convert(c.ctx, &Value::I32(i32::from(*b)), ty),
        Value::F64(n) if ty == TypeRef::DECIMAL => match crate::number::Decimal::from_double(*n) {
            Ok(d) => Ok(crate::types::to_decimal(d)),
            Err(_) => fail::overflow("Value was either too large or too small for a Decimal.").throw(),
        },
        v if v.is_number() && ty == TypeRef::DATETIME => {
            let shown = v.type_ref().map_or("", |t| t.name_only());
            fail::named("System.InvalidCastException", format!("Invalid cast from '{shown}' to 'DateTime'.")).throw()
        }
        v => crate::convert::convert(c.ctx, v, ty),
    }
}

/// Whether .NET's type implements IConvertible.
fn is_convertible(value: &Value) -> bool {
    value.type_ref().is_none_or(|t| {
        t.is_enum() || TypeRef::find("System.IConvertible").is_some_and(|i| crate::types::facts::is_assignable(t, i))
    })
}

/// The InvalidCastException of Convert.
fn no_cast(value: &Value, ty: TypeRef) -> Result {
    let have = value.type_ref().unwrap_or(TypeRef::OBJECT);
    let text = if is_convertible(value) {
        let from = if have.is_enum() { "Enum" } else { have.name_only() };
        format!("Invalid cast from '{from}' to '{}'.", ty.name_only())
    } else {
        format!("Unable to cast object of type '{}' to type 'System.IConvertible'.", have.name())
    };
    fail::named("System.InvalidCastException", text).throw()
}

fn to_text(c: &mut Call<'_>) -> Result {
    if let Some(at) = c.place("toBase") {
        let radix = c.long(at);
        if !matches!(radix, 2 | 8 | 10 | 16) {
            return fail::argument("Invalid Base.", "").throw();
        }
        let n = super::integer::big(c.arg(0));
        if radix == 10 {
            return Ok(Value::from(n.to_string()));
        }
        let bits = match c.arg(0).base() {
            Value::U8(_) => 8,
            Value::I16(_) => 16,
            Value::I64(_) => 64,
            _ => 32,
        };
        let n = n.to_i128().unwrap_or(0) as u128 & (u128::MAX >> (128 - bits));
        return Ok(Value::from(match radix {
            2 => format!("{n:b}"),
            8 => format!("{n:o}"),
            _ => format!("{n:x}"),
        }));
    }
    let culture = c.place("provider").map_or_else(|| c.culture(), |at| c.provider(at));
    let value = c.arg(0).clone();
    super::formatting::format_value(c.ctx, &value, "", &culture).map(Value::Str)
}
