//! System.Numerics.BigInteger.

use std::sync::Arc;

use num_bigint::BigInt;
use num_traits::{One, Signed, ToPrimitive, Zero};

use super::formatting;
use super::integer::{big, parse_error, styles_and_culture};
use crate::error::Result;
use crate::number::{ParseError, Styles, parse_bigint};
use crate::types::{Call, TypeDef, fail};
use crate::value::Value;

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.Numerics.BigInteger",
    like: &[],
    members: &[
        ("new", |c| construct(c)),
        ("IsZero", |c| Ok(Value::Bool(big(c.this).is_zero()))),
        ("IsOne", |c| Ok(Value::Bool(big(c.this).is_one()))),
        ("IsEven", |c| Ok(Value::Bool((big(c.this) % 2u8).is_zero()))),
        ("IsPowerOfTwo", |c| {
            let n = big(c.this);
            Ok(Value::Bool(n.is_positive() && n.magnitude().count_ones() == 1))
        }),
        ("Sign", |c| Ok(Value::I32(big(c.this).signum().to_i32().unwrap_or(0)))),
        ("::Zero", |_| Ok(Value::big(BigInt::zero()))),
        ("::One", |_| Ok(Value::big(BigInt::one()))),
        ("::MinusOne", |_| Ok(Value::big(-BigInt::one()))),
        ("ToString", |c| formatting::to_string(c)),
        ("CompareTo", |c| {
            if !c.has(0) {
                return Ok(Value::I32(1));
            }
            Ok(Value::I32(big(c.this).cmp(&big(c.arg(0))) as i32))
        }),
        ("Equals", |c| {
            let is_number = c.arg(0).is_number();
            Ok(Value::Bool(is_number && big(c.this) == big(c.arg(0))))
        }),
        ("ToByteArray", |c| {
            let n = big(c.this);
            let (unsigned, big_endian) = (c.count() > 0 && c.bool(0), c.count() > 1 && c.bool(1));
            let mut bytes = if unsigned { n.to_bytes_le().1 } else { n.to_signed_bytes_le() };
            if unsigned && n.is_negative() {
                return fail::overflow("Negative values do not have an unsigned representation.").throw();
            }
            if big_endian {
                bytes.reverse();
            }
            Ok(Value::bytes(&bytes))
        }),
        ("GetByteCount", |c| Ok(Value::I32(big(c.this).to_signed_bytes_le().len() as i32))),
        ("GetBitLength", |c| {
            let n = big(c.this);
            let bits = if n.is_negative() { (n + 1u8).bits() } else { n.bits() };
            Ok(Value::I64(bits as i64))
        }),
        ("::Parse", |c| read(c).map(Value::big).or_else(|e| parse_error(&e).throw())),
        ("::TryParse", |c| {
            let out = c.place("result").unwrap_or(c.count() - 1);
            let read = read(c);
            let found = read.is_ok();
            c.set_ref(out, Value::big(read.unwrap_or_default()))?;
            Ok(Value::Bool(found))
        }),
        ("::Add", |c| Ok(Value::big(first(c) + second(c)))),
        ("::Subtract", |c| Ok(Value::big(first(c) - second(c)))),
        ("::Multiply", |c| Ok(Value::big(first(c) * second(c)))),
        ("::Divide", |c| divide(c, |a, b| a / b)),
        ("::Remainder", |c| divide(c, |a, b| a % b)),
        ("::op_Addition", |c| Ok(Value::big(first(c) + second(c)))),
        ("::op_Subtraction", |c| Ok(Value::big(first(c) - second(c)))),
        ("::op_Multiply", |c| Ok(Value::big(first(c) * second(c)))),
        ("::op_Division", |c| divide(c, |a, b| a / b)),
        ("::op_Modulus", |c| divide(c, |a, b| a % b)),
        ("::DivRem", |c| {
            let (a, b) = (first(c), second(c));
            if b.is_zero() {
                return by_zero();
            }
            let (q, r) = (&a / &b, &a % &b);
            if c.count() == 3 {
                c.set_ref(2, Value::big(r))?;
                return Ok(Value::big(q));
            }
            Ok(super::tuple::value_tuple(vec![Value::big(q), Value::big(r)]))
        }),
        ("::Negate", |c| Ok(Value::big(-first(c)))),
        ("::Abs", |c| Ok(Value::big(first(c).abs()))),
        ("::Max", |c| Ok(Value::big(first(c).max(second(c))))),
        ("::Min", |c| Ok(Value::big(first(c).min(second(c))))),
        ("::Clamp", |c| Ok(Value::big(first(c).max(second(c)).min(big(c.arg(2)))))),
        ("::Compare", |c| Ok(Value::I32(first(c).cmp(&second(c)) as i32))),
        ("::Pow", |c| {
            let exponent = c.long(1);
            if exponent < 0 {
                return fail::negative("exponent", exponent).throw();
            }
            let base = first(c);
            if base.bits().saturating_mul(exponent as u64) > 1 << 31 {
                return fail::named(
                    "System.OutOfMemoryException",
                    "Insufficient memory to continue the execution of the program.",
                )
                .throw();
            }
            Ok(Value::big(base.pow(exponent as u32)))
        }),
        ("::ModPow", |c| {
            let (n, e, m) = (first(c), second(c), big(c.arg(2)));
            if m.is_zero() {
                return by_zero();
            }
            if e.is_negative() {
                return fail::range(format!("exponent ('{e}') must be a non-negative value."), "exponent").throw();
            }
            let r = n.abs().modpow(&e, &m.abs());
            Ok(Value::big(if n.is_negative() && !(&e % 2u8).is_zero() { -r } else { r }))
        }),
        ("::GreatestCommonDivisor", |c| {
            let (mut a, mut b) = (first(c).abs(), second(c).abs());
            while !b.is_zero() {
                (a, b) = (b.clone(), a % b);
            }
            Ok(Value::big(a))
        }),
        ("::Log", |c| {
            let n = log(&first(c));
            Ok(Value::F64(if c.count() == 2 { n / c.float(1).ln() } else { n }))
        }),
        ("::Log10", |c| Ok(Value::F64(log(&first(c)) / std::f64::consts::LN_10))),
        ("::Log2", |c| Ok(Value::big(BigInt::from(first(c).bits().saturating_sub(1))))),
        ("::IsEvenInteger", |c| Ok(Value::Bool((first(c) % 2u8).is_zero()))),
        ("::IsOddInteger", |c| Ok(Value::Bool(!(first(c) % 2u8).is_zero()))),
        ("::IsNegative", |c| Ok(Value::Bool(first(c).is_negative()))),
        ("::IsPositive", |c| Ok(Value::Bool(!first(c).is_negative()))),
        ("::IsPow2", |c| Ok(Value::Bool(first(c).is_positive() && first(c).magnitude().count_ones() == 1))),
    ],
}];

fn first(c: &Call<'_>) -> BigInt {
    big(c.arg(0))
}

fn second(c: &Call<'_>) -> BigInt {
    big(c.arg(1))
}

fn by_zero<T>() -> Result<T> {
    fail::named("System.DivideByZeroException", "Attempted to divide by zero.").throw()
}

fn divide(c: &Call<'_>, f: fn(BigInt, BigInt) -> BigInt) -> Result {
    if second(c).is_zero() { by_zero() } else { Ok(Value::big(f(first(c), second(c)))) }
}

fn log(n: &BigInt) -> f64 {
    if n.is_negative() {
        return f64::NAN;
    }
    let shift = n.bits().saturating_sub(1000);
    (n >> shift).to_f64().unwrap_or(f64::INFINITY).ln() + shift as f64 * std::f64::consts::LN_2
}

fn read(c: &Call<'_>) -> std::result::Result<BigInt, ParseError> {
    let (styles, culture) = styles_and_culture(c, Styles::INTEGER);
    parse_bigint(&c.str(0), styles, &culture.number)
}

fn construct(c: &mut Call<'_>) -> Result {
    Ok(Value::BigInt(Arc::new(match c.arg(0).base() {
        Value::Array(_) => BigInt::from_signed_bytes_le(&c.bytes(0)),
        Value::F64(_) | Value::F32(_) => {
            let n = c.float(0);
            if !n.is_finite() {
                let what =
                    if n.is_nan() { "The value is not a number." } else { "BigInteger cannot represent infinity." };
                return fail::overflow(what).throw();
            }
            num_traits::FromPrimitive::from_f64(n.trunc()).unwrap_or_default()
        }
        v @ Value::Decimal(_) => crate::types::decimal_of(v).truncate().to_bigint(),
        other => big(other),
    })))
}
