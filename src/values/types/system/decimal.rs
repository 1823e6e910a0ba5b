//! System.Decimal.

use super::formatting;
use super::integer::{parse_error, styles_and_culture, type_code};
use crate::error::Result;
use crate::number::{Decimal, ParseError, Rounding, Styles, parse_decimal};
use crate::types::{Call, TypeDef, TypeRef, decimal_of, fail, to_decimal};
use crate::value::Value;

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.Decimal",
    like: &[],
    members: &[
        ("new", |c| construct(c)),
        ("Scale", |c| Ok(Value::U8(decimal_of(c.this).scale() as u8))),
        ("ToString", |c| formatting::to_string(c)),
        ("CompareTo", |c| {
            if !c.has(0) {
                return Ok(Value::I32(1));
            }
            if c.arg(0).type_ref() != Some(TypeRef::DECIMAL) {
                return fail::argument("Object must be of type Decimal.", "").throw();
            }
            Ok(Value::I32(raw(c.this).cmp(&raw(c.arg(0))) as i32))
        }),
        ("GetTypeCode", |c| Ok(type_code(c.this))),
        ("::Zero", |_| Ok(to_decimal(Decimal::ZERO))),
        ("::One", |_| Ok(to_decimal(Decimal::ONE))),
        ("::MinusOne", |_| Ok(to_decimal(Decimal::ONE.neg()))),
        ("::MaxValue", |_| Ok(to_decimal(Decimal::MAX))),
        ("::MinValue", |_| Ok(to_decimal(Decimal::MIN))),
        ("::Parse", |c| if !c.has(0) { fail::null("s").throw() } else { read(c).or_else(|e| parse_error(&e).throw()) }),
        ("::TryParse", |c| {
            let out = c.place("result").unwrap_or(c.count() - 1);
            match read(c) {
                Ok(v) => {
                    c.set_ref(out, v)?;
                    Ok(Value::Bool(true))
                }
                Err(_) => {
                    c.set_ref(out, to_decimal(Decimal::ZERO))?;
                    Ok(Value::Bool(false))
                }
            }
        }),
        ("::Add", |c| checked(first(c).add(second(c)))),
        ("::Subtract", |c| checked(first(c).sub(second(c)))),
        ("::Multiply", |c| checked(first(c).mul(second(c)))),
        ("::Divide", |c| divided(first(c).div(second(c)))),
        ("::Remainder", |c| divided(first(c).rem(second(c)))),
        ("::op_Addition", |c| checked(first(c).add(second(c)))),
        ("::op_Subtraction", |c| checked(first(c).sub(second(c)))),
        ("::op_Multiply", |c| checked(first(c).mul(second(c)))),
        ("::op_Division", |c| divided(first(c).div(second(c)))),
        ("::op_Modulus", |c| divided(first(c).rem(second(c)))),
        ("::Negate", |c| Ok(to_decimal(first(c).neg()))),
        ("::Abs", |c| Ok(to_decimal(first(c).abs()))),
        ("::Floor", |c| Ok(to_decimal(first(c).floor()))),
        ("::Ceiling", |c| Ok(to_decimal(first(c).ceiling()))),
        ("::Truncate", |c| Ok(to_decimal(first(c).truncate()))),
        ("::Round", |c| round(c)),
        ("::Sign", |c| Ok(Value::I32(sign(&first(c))))),
        ("::Max", |c| Ok(if raw(c.arg(0)) >= raw(c.arg(1)) { c.arg(0) } else { c.arg(1) }.clone())),
        ("::Min", |c| Ok(if raw(c.arg(0)) <= raw(c.arg(1)) { c.arg(0) } else { c.arg(1) }.clone())),
        ("::Clamp", |c| Ok(Value::decimal(raw(c.arg(0)).max(raw(c.arg(1))).min(raw(c.arg(2)))))),
        ("::Compare", |c| Ok(Value::I32(raw(c.arg(0)).cmp(&raw(c.arg(1))) as i32))),
        ("::Equals", |c| Ok(Value::Bool(super::object::equals(c.arg(0), c.arg(1))))),
        ("::IsNegative", |c| Ok(Value::Bool(first(c).is_negative()))),
        ("::IsPositive", |c| Ok(Value::Bool(!first(c).is_negative()))),
        ("::IsInteger", |c| Ok(Value::Bool(raw(c.arg(0)).fract().is_zero()))),
        ("::IsCanonical", |c| Ok(Value::Bool(first(c).normalized().scale() == first(c).scale()))),
        ("::GetBits", |c| {
            let bits = first(c).bits();
            Ok(Value::typed_array(TypeRef::INT32, bits.iter().map(|n| Value::I32(*n)).collect()))
        }),
        ("::ToInt32", |c| to_integer(c, TypeRef::INT32)),
        ("::ToInt64", |c| to_integer(c, TypeRef::INT64)),
        ("::ToInt16", |c| to_integer(c, TypeRef::INT16)),
        ("::ToByte", |c| to_integer(c, TypeRef::BYTE)),
        ("::ToSByte", |c| to_integer(c, TypeRef::SBYTE)),
        ("::ToUInt16", |c| to_integer(c, TypeRef::UINT16)),
        ("::ToUInt32", |c| to_integer(c, TypeRef::UINT32)),
        ("::ToUInt64", |c| to_integer(c, TypeRef::UINT64)),
        ("::ToDouble", |c| Ok(Value::F64(first(c).to_f64()))),
        ("::ToSingle", |c| Ok(Value::F32(first(c).to_f32()))),
        ("::ToOACurrency", |c| {
            let scaled = first(c).mul(Decimal::from(10000)).map_or(0, |d| d.round(0, Rounding::ToEven).to_i128());
            Ok(Value::I64(scaled as i64))
        }),
        ("::FromOACurrency", |c| {
            checked(Decimal::from_parts(i128::from(c.long(0)), 4)).map(|v| to_decimal(decimal_of(&v).normalized()))
        }),
    ],
}];

fn raw(v: &Value) -> rust_decimal::Decimal {
    match v.base() {
        Value::Decimal(d) => **d,
        other => match to_decimal(decimal_of(other)) {
            Value::Decimal(d) => *d,
            _ => rust_decimal::Decimal::ZERO,
        },
    }
}

fn first(c: &Call<'_>) -> Decimal {
    decimal_of(c.arg(0))
}

fn second(c: &Call<'_>) -> Decimal {
    decimal_of(c.arg(1))
}

/// -1, 0 or 1.
pub fn sign(d: &Decimal) -> i32 {
    if d.is_zero() {
        0
    } else if d.is_negative() {
        -1
    } else {
        1
    }
}

fn checked(outcome: std::result::Result<Decimal, crate::number::DecimalOverflow>) -> Result {
    match outcome {
        Ok(d) => Ok(to_decimal(d)),
        Err(_) => fail::overflow("Value was either too large or too small for a Decimal.").throw(),
    }
}

fn divided(outcome: Option<std::result::Result<Decimal, crate::number::DecimalOverflow>>) -> Result {
    match outcome {
        Some(done) => checked(done),
        None => fail::named("System.DivideByZeroException", "Attempted to divide by zero.").throw(),
    }
}

/// The rounding that a System.MidpointRounding value names.
pub fn rounding(n: i64) -> Option<Rounding> {
    Some(match n {
        0 => Rounding::ToEven,
        1 => Rounding::AwayFromZero,
        2 => Rounding::ToZero,
        3 => Rounding::ToNegativeInfinity,
        4 => Rounding::ToPositiveInfinity,
        _ => return None,
    })
}

/// `Round(decimal[, decimals][, mode])`, also that of Math.
pub fn round(c: &mut Call<'_>) -> Result {
    let digits = c.named_int("decimals").unwrap_or(0);
    if !(0..=28).contains(&digits) {
        return fail::range("Decimal can only round to between 0 and 28 digits of precision.", "decimals").throw();
    }
    let mode = c.named_int("mode").unwrap_or(0);
    let Some(mode) = rounding(mode) else {
        return fail::argument(
            format!("The value '{mode}' is not valid for this usage of the type MidpointRounding."),
            "mode",
        )
        .throw();
    };
    Ok(to_decimal(first(c).round(digits as u32, mode)))
}

fn to_integer(c: &mut Call<'_>, ty: TypeRef) -> Result {
    super::integer::narrow(&first(c).truncate().to_bigint(), ty)
}

fn construct(c: &mut Call<'_>) -> Result {
    match c.count() {
        5 => {
            let words = [c.int(0), c.int(1), c.int(2)].map(|n| n as u32);
            match Decimal::from_words(words[0], words[1], words[2], c.bool(3), c.long(4) as u32) {
                Some(d) => Ok(to_decimal(d)),
                None => fail::range("Decimal's scale value must be between 0 and 28, inclusive.", "scale").throw(),
            }
        }
        1 => match c.arg(0).base() {
            Value::Array(_) => {
                let bits: Vec<u32> = c.items(0).iter().map(|v| v.as_i64().unwrap_or(0) as u32).collect();
                let made = match bits.as_slice() {
                    [lo, mid, hi, flags] => Decimal::from_words(*lo, *mid, *hi, flags >> 31 == 1, flags >> 16 & 0xFF),
                    _ => None,
                };
                match made {
                    Some(d) => Ok(to_decimal(d)),
                    None => {
                        fail::argument("Decimal constructor requires an array or span of four valid decimal bytes.", "")
                            .throw()
                    }
                }
            }
            Value::F64(n) => checked(Decimal::from_double(*n)),
            Value::F32(n) => checked(Decimal::from_single(*n)),
            other => Ok(to_decimal(decimal_of(other))),
        },
        _ => Ok(to_decimal(Decimal::ZERO)),
    }
}

fn read(c: &Call<'_>) -> std::result::Result<Value, ParseError> {
    let (styles, culture) = styles_and_culture(c, Styles::NUMBER);
    parse_decimal(&c.str(0), styles, &culture.number).map(to_decimal)
}
