//! The integer types.

use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive, Zero};

use super::formatting;
use crate::error::Result;
use crate::number::{IntegerKind, Styles, parse_integer};
use crate::types::{Behaviour, Call, TypeDef, TypeRef, fail};
use crate::value::Value;

const MEMBERS: &[(&str, Behaviour)] = &[
    ("ToString", |c| formatting::to_string(c)),
    ("CompareTo", |c| compare_to(c)),
    ("Equals", |c| Ok(Value::Bool(super::object::equals(c.this, c.arg(0))))),
    ("GetTypeCode", |c| Ok(type_code(c.this))),
    ("::Parse", |c| parse(c)),
    ("::TryParse", |c| try_parse(c)),
    ("::Abs", |c| unary(c, |n| n.abs())),
    ("::Max", |c| binary(c, |a, b| a.max(b))),
    ("::Min", |c| binary(c, |a, b| a.min(b))),
    ("::Sign", |c| Ok(Value::I32(big(c.arg(0)).signum().to_i32().unwrap_or(0)))),
    ("::Clamp", |c| {
        let (n, low, high) = (big(c.arg(0)), big(c.arg(1)), big(c.arg(2)));
        if low > high {
            return fail::argument(format!("'{low}' cannot be greater than {high}."), "").throw();
        }
        result(c, n.clamp(low, high))
    }),
    ("::DivRem", |c| {
        let (a, b) = (big(c.arg(0)), big(c.arg(1)));
        if b.is_zero() {
            return fail::named("System.DivideByZeroException", "Attempted to divide by zero.").throw();
        }
        let pair = vec![result(c, &a / &b)?, result(c, &a % &b)?];
        Ok(super::tuple::value_tuple(pair))
    }),
    ("::IsEvenInteger", |c| Ok(Value::Bool((big(c.arg(0)) % 2u8).is_zero()))),
    ("::IsOddInteger", |c| Ok(Value::Bool(!(big(c.arg(0)) % 2u8).is_zero()))),
    ("::IsNegative", |c| Ok(Value::Bool(big(c.arg(0)).is_negative()))),
    ("::IsPositive", |c| Ok(Value::Bool(!big(c.arg(0)).is_negative()))),
    ("::IsPow2", |c| {
        let n = big(c.arg(0));
        Ok(Value::Bool(n.is_positive() && n.magnitude().count_ones() == 1))
    }),
    ("::Log2", |c| {
        let n = big(c.arg(0));
        if n.is_negative() {
            return fail::range("Non-negative number required.", "value").throw();
        }
        result(c, BigInt::from(n.bits().saturating_sub(1)))
    }),
    ("::PopCount", |c| result(c, BigInt::from(bits_of(c).count_ones()))),
    ("::LeadingZeroCount", |c| {
        let width = u64::from(kind(c.ty).bits());
        let used = u64::from(128 - bits_of(c).leading_zeros());
        result(c, BigInt::from(width - used))
    }),
    ("::TrailingZeroCount", |c| {
        let width = kind(c.ty).bits();
        result(c, BigInt::from(bits_of(c).trailing_zeros().min(width)))
    }),
    ("::RotateLeft", |c| rotate(c, true)),
    ("::RotateRight", |c| rotate(c, false)),
    ("::CopySign", |c| {
        let (n, sign) = (big(c.arg(0)).abs(), big(c.arg(1)));
        result(c, if sign.is_negative() { -n } else { n })
    }),
    ("::MaxMagnitude", |c| binary(c, |a, b| if a.abs() >= b.abs() { a } else { b })),
    ("::MinMagnitude", |c| binary(c, |a, b| if a.abs() <= b.abs() { a } else { b })),
    ("ToBoolean", |c| convert(c, TypeRef::BOOL)),
    ("ToByte", |c| convert(c, TypeRef::BYTE)),
    ("ToChar", |c| convert(c, TypeRef::CHAR)),
    ("ToDecimal", |c| convert(c, TypeRef::DECIMAL)),
    ("ToDouble", |c| convert(c, TypeRef::DOUBLE)),
    ("ToInt16", |c| convert(c, TypeRef::INT16)),
    ("ToInt32", |c| convert(c, TypeRef::INT32)),
    ("ToInt64", |c| convert(c, TypeRef::INT64)),
    ("ToSByte", |c| convert(c, TypeRef::SBYTE)),
    ("ToSingle", |c| convert(c, TypeRef::SINGLE)),
    ("ToUInt16", |c| convert(c, TypeRef::UINT16)),
    ("ToUInt32", |c| convert(c, TypeRef::UINT32)),
    ("ToUInt64", |c| convert(c, TypeRef::UINT64)),
];

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.SByte", like: &[], members: MEMBERS },
    TypeDef { name: "System.Byte", like: &[], members: MEMBERS },
    TypeDef { name: "System.Int16", like: &[], members: MEMBERS },
    TypeDef { name: "System.UInt16", like: &[], members: MEMBERS },
    TypeDef { name: "System.Int32", like: &[], members: MEMBERS },
    TypeDef { name: "System.UInt32", like: &[], members: MEMBERS },
    TypeDef { name: "System.Int64", like: &[], members: MEMBERS },
    TypeDef { name: "System.UInt64", like: &[], members: MEMBERS },
];

/// The kind of an integer type.
pub fn kind(ty: TypeRef) -> IntegerKind {
    match ty {
        TypeRef::SBYTE => IntegerKind::SByte,
        TypeRef::BYTE => IntegerKind::Byte,
        TypeRef::INT16 => IntegerKind::Int16,
        TypeRef::UINT16 => IntegerKind::UInt16,
        TypeRef::UINT32 => IntegerKind::UInt32,
        TypeRef::INT64 => IntegerKind::Int64,
        TypeRef::UINT64 => IntegerKind::UInt64,
        _ => IntegerKind::Int32,
    }
}

/// An integer of any type without loss.
pub fn big(v: &Value) -> BigInt {
    match v.base() {
        Value::U64(n) => BigInt::from(*n),
        Value::BigInt(b) => (**b).clone(),
        other => BigInt::from(other.as_i64().unwrap_or(0)),
    }
}

/// A number as a value of an integer type; one that does not fit is an OverflowException.
pub fn narrow(n: &BigInt, ty: TypeRef) -> Result {
    let kind = kind(ty);
    if !kind.contains(n) {
        return fail::overflow(format!("Value was either too large or too small for {}.", kind.described())).throw();
    }
    let signed = n.to_i64().unwrap_or(0);
    Ok(match ty {
        TypeRef::SBYTE => Value::I8(signed as i8),
        TypeRef::BYTE => Value::U8(signed as u8),
        TypeRef::INT16 => Value::I16(signed as i16),
        TypeRef::UINT16 => Value::U16(signed as u16),
        TypeRef::UINT32 => Value::U32(signed as u32),
        TypeRef::INT64 => Value::I64(signed),
        TypeRef::UINT64 => Value::U64(n.to_u64().unwrap_or(0)),
        _ => Value::I32(signed as i32),
    })
}

fn result(c: &Call<'_>, n: BigInt) -> Result {
    if !kind(c.ty).contains(&n) {
        return fail::overflow("Negating the minimum value of a twos complement number is invalid.").throw();
    }
    narrow(&n, c.ty)
}

fn unary(c: &Call<'_>, f: fn(BigInt) -> BigInt) -> Result {
    result(c, f(big(c.arg(0))))
}

fn binary(c: &Call<'_>, f: fn(BigInt, BigInt) -> BigInt) -> Result {
    result(c, f(big(c.arg(0)), big(c.arg(1))))
}

fn bits_of(c: &Call<'_>) -> u128 {
    let n = big(c.arg(0)).to_i128().unwrap_or(0);
    let width = kind(c.ty).bits();
    (n as u128) & (u128::MAX >> (128 - width))
}

fn rotate(c: &Call<'_>, left: bool) -> Result {
    let kind = kind(c.ty);
    let width = kind.bits();
    let by = (c.int(1).rem_euclid(width as i32)) as u32;
    let by = if left { by } else { (width - by) % width };
    let n = bits_of(c);
    let mask = u128::MAX >> (128 - width);
    let turned = if by == 0 { n } else { ((n << by) | (n >> (width - by))) & mask };
    let signed = if kind.signed() && turned >> (width - 1) & 1 == 1 {
        turned as i128 - (1i128 << width)
    } else {
        turned as i128
    };
    narrow(&BigInt::from(signed), c.ty)
}

fn convert(c: &mut Call<'_>, ty: TypeRef) -> Result {
    crate::convert::convert(c.ctx, c.this, ty)
}

fn compare_to(c: &mut Call<'_>) -> Result {
    if !c.has(0) {
        return Ok(Value::I32(1));
    }
    if c.arg(0).type_ref() != Some(c.ty) {
        return fail::argument(format!("Object must be of type {}.", c.ty.name_only()), "").throw();
    }
    let (a, b) = (big(c.this), big(c.arg(0)));
    // The small types give the difference, as .NET does.
    if kind(c.ty).bits() < 32 {
        return Ok(Value::I32((a - b).to_i32().unwrap_or(0)));
    }
    Ok(Value::I32(a.cmp(&b) as i32))
}

/// System.TypeCode of a value.
pub fn type_code(v: &Value) -> Value {
    let n = match v.base() {
        Value::Null | Value::Void => 0,
        Value::Bool(_) => 3,
        Value::Char(_) => 4,
        Value::I8(_) => 5,
        Value::U8(_) => 6,
        Value::I16(_) => 7,
        Value::U16(_) => 8,
        Value::I32(_) => 9,
        Value::U32(_) => 10,
        Value::I64(_) => 11,
        Value::U64(_) => 12,
        Value::F32(_) => 13,
        Value::F64(_) => 14,
        Value::Decimal(_) => 15,
        Value::DateTime(_) => 16,
        Value::Str(_) => 18,
        _ => 1,
    };
    super::enumeration::make("System.TypeCode", n)
}

/// The NumberStyles and culture that the arguments of a parse method name.
pub fn styles_and_culture(c: &Call<'_>, default: Styles) -> (Styles, std::sync::Arc<crate::culture::Culture>) {
    let styles = c.named_int("style").map_or(default, |n| Styles(n as u32));
    let culture = match c.place("provider") {
        Some(at) => c.provider(at),
        None => c.culture(),
    };
    (styles, culture)
}

/// A parse error as the exception that .NET throws.
pub fn parse_error(e: &crate::number::ParseError) -> crate::error::Exception {
    match e {
        e if e.is_overflow() => fail::overflow(e.to_string()),
        crate::number::ParseError::Styles(text) => fail::argument(*text, ""),
        e => fail::format(e.to_string()),
    }
}

fn parse(c: &mut Call<'_>) -> Result {
    if !c.has(0) {
        return fail::null("s").throw();
    }
    let (styles, culture) = styles_and_culture(c, Styles::INTEGER);
    match parse_integer(&c.str(0), kind(c.ty), styles, &culture.number) {
        Ok(n) => narrow(&n, c.ty),
        Err(e) => parse_error(&e).throw(),
    }
}

fn try_parse(c: &mut Call<'_>) -> Result {
    let (styles, culture) = styles_and_culture(c, Styles::INTEGER);
    let out = c.place("result").unwrap_or(c.count() - 1);
    match parse_integer(&c.str(0), kind(c.ty), styles, &culture.number) {
        Ok(n) => {
            let value = narrow(&n, c.ty)?;
            c.set_ref(out, value)?;
            Ok(Value::Bool(true))
        }
        Err(crate::number::ParseError::Styles(text)) => fail::argument(text, "").throw(),
        Err(_) => {
            let zero = crate::members::default_of(c.ty);
            c.set_ref(out, zero)?;
            Ok(Value::Bool(false))
        }
    }
}
