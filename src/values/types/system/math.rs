//! System.Math and System.MathF.

use super::decimal::rounding;
use crate::error::Result;
use crate::number::Rounding;
use crate::types::{Behaviour, Call, TypeDef, TypeRef, decimal_of, fail, to_decimal};
use crate::value::Value;

const MEMBERS: &[(&str, Behaviour)] = &[
    ("::PI", |c| Ok(give(c, std::f64::consts::PI))),
    ("::E", |c| Ok(give(c, std::f64::consts::E))),
    ("::Tau", |c| Ok(give(c, std::f64::consts::TAU))),
    ("::Abs", |c| abs(c)),
    ("::Sign", |c| sign(c)),
    ("::Max", |c| pick(c, true)),
    ("::Min", |c| pick(c, false)),
    ("::Clamp", |c| clamp(c)),
    ("::Round", |c| round(c)),
    ("::Floor", |c| whole(c, f64::floor, crate::number::Decimal::floor)),
    ("::Ceiling", |c| whole(c, f64::ceil, crate::number::Decimal::ceiling)),
    ("::Truncate", |c| whole(c, f64::trunc, crate::number::Decimal::truncate)),
    ("::Sqrt", |c| unary(c, f64::sqrt)),
    ("::Cbrt", |c| unary(c, f64::cbrt)),
    ("::Pow", |c| binary(c, pow)),
    ("::Exp", |c| unary(c, f64::exp)),
    ("::Log", |c| log(c)),
    ("::Log10", |c| unary(c, f64::log10)),
    ("::Log2", |c| unary(c, f64::log2)),
    ("::ILogB", |c| {
        let n = c.float(0);
        Ok(Value::I32(match n {
            0.0 => i32::MIN,
            n if !n.is_finite() => i32::MAX,
            n => n.abs().log2().floor() as i32,
        }))
    }),
    ("::ScaleB", |c| Ok(give(c, c.float(0) * 2f64.powi(c.int(1))))),
    ("::Sin", |c| unary(c, f64::sin)),
    ("::Cos", |c| unary(c, f64::cos)),
    ("::Tan", |c| unary(c, f64::tan)),
    ("::Asin", |c| unary(c, f64::asin)),
    ("::Acos", |c| unary(c, f64::acos)),
    ("::Atan", |c| unary(c, f64::atan)),
    ("::Atan2", |c| binary(c, f64::atan2)),
    ("::Sinh", |c| unary(c, f64::sinh)),
    ("::Cosh", |c| unary(c, f64::cosh)),
    ("::Tanh", |c| unary(c, f64::tanh)),
    ("::Asinh", |c| unary(c, f64::asinh)),
    ("::Acosh", |c| unary(c, f64::acosh)),
    ("::Atanh", |c| unary(c, f64::atanh)),
    ("::SinCos", |c| {
        let (sin, cos) = c.float(0).sin_cos();
        Ok(super::tuple::value_tuple(vec![give(c, sin), give(c, cos)]))
    }),
    ("::IEEERemainder", |c| binary(c, remainder)),
    ("::FusedMultiplyAdd", |c| Ok(give(c, c.float(0).mul_add(c.float(1), c.float(2))))),
    ("::BitIncrement", |c| unary(c, f64::next_up)),
    ("::BitDecrement", |c| unary(c, f64::next_down)),
    ("::CopySign", |c| binary(c, f64::copysign)),
    ("::MaxMagnitude", |c| binary(c, |a, b| if a.abs() >= b.abs() || a.is_nan() { a } else { b })),
    ("::MinMagnitude", |c| binary(c, |a, b| if a.abs() <= b.abs() || a.is_nan() { a } else { b })),
    ("::ReciprocalEstimate", |c| unary(c, f64::recip)),
    ("::ReciprocalSqrtEstimate", |c| unary(c, |n| n.sqrt().recip())),
    ("::DivRem", |c| div_rem(c)),
    ("::BigMul", |c| big_mul(c)),
];

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Math", like: &[], members: MEMBERS },
    TypeDef { name: "System.MathF", like: &[], members: MEMBERS },
];

fn is_single(c: &Call<'_>) -> bool {
    c.ty.name() == "System.MathF" || c.ty == TypeRef::SINGLE || (c.count() > 0 && c.parameter(0) == TypeRef::SINGLE)
}

fn give(c: &Call<'_>, n: f64) -> Value {
    if is_single(c) { Value::F32(n as f32) } else { Value::F64(n) }
}

fn unary(c: &mut Call<'_>, f: fn(f64) -> f64) -> Result {
    Ok(give(c, f(c.float(0))))
}

fn binary(c: &mut Call<'_>, f: fn(f64, f64) -> f64) -> Result {
    Ok(give(c, f(c.float(0), c.float(1))))
}

/// The IEEE remainder: of the two nearest candidates the smaller, the even multiple where they tie.
pub fn remainder(x: f64, y: f64) -> f64 {
    let regular = x % y;
    if regular.is_nan() {
        return f64::NAN;
    }
    if regular == 0.0 && x.is_sign_negative() {
        return -0.0;
    }
    let other = regular - y.abs() * x.signum();
    if other.abs() == regular.abs() {
        let ratio = x / y;
        return if ratio.round_ties_even().abs() > ratio.abs() { other } else { regular };
    }
    if other.abs() < regular.abs() { other } else { regular }
}

/// `Math.Pow`, where NaN and 1 behave as IEEE says.
fn pow(x: f64, y: f64) -> f64 {
    x.powf(y)
}

fn log(c: &mut Call<'_>) -> Result {
    if c.count() == 1 {
        return unary(c, f64::ln);
    }
    let (n, base) = (c.float(0), c.float(1));
    let outcome = if n.is_nan() {
        n
    } else if base.is_nan() {
        base
    } else if base == 1.0 || (n != 1.0 && (base == 0.0 || base == f64::INFINITY)) {
        f64::NAN
    } else {
        n.ln() / base.ln()
    };
    Ok(give(c, outcome))
}

fn whole(
    c: &mut Call<'_>,
    float: fn(f64) -> f64,
    decimal: fn(crate::number::Decimal) -> crate::number::Decimal,
) -> Result {
    match c.arg(0).base() {
        Value::Decimal(_) => Ok(to_decimal(decimal(decimal_of(c.arg(0))))),
        _ => unary(c, float),
    }
}

fn abs(c: &mut Call<'_>) -> Result {
    let overflow = || fail::overflow("Negating the minimum value of a twos complement number is invalid.").throw();
    Ok(match c.arg(0).base() {
        Value::I8(n) => n.checked_abs().map_or_else(overflow, |n| Ok(Value::I8(n)))?,
        Value::I16(n) => n.checked_abs().map_or_else(overflow, |n| Ok(Value::I16(n)))?,
        Value::I32(n) => n.checked_abs().map_or_else(overflow, |n| Ok(Value::I32(n)))?,
        Value::I64(n) => n.checked_abs().map_or_else(overflow, |n| Ok(Value::I64(n)))?,
        Value::Decimal(_) => to_decimal(decimal_of(c.arg(0)).abs()),
        Value::F32(n) => Value::F32(n.abs()),
        _ => Value::F64(c.float(0).abs()),
    })
}

fn sign(c: &mut Call<'_>) -> Result {
    let n = match c.arg(0).base() {
        Value::F64(_) | Value::F32(_) => {
            let n = c.float(0);
            if n.is_nan() {
                return fail::named(
                    "System.ArithmeticException",
                    "Function does not accept floating point Not-a-Number values.",
                )
                .throw();
            }
            if n == 0.0 { 0 } else { n.signum() as i32 }
        }
        Value::Decimal(_) => super::decimal::sign(&decimal_of(c.arg(0))),
        other => other.as_i64().unwrap_or(0).signum() as i32,
    };
    Ok(Value::I32(n))
}

fn order(a: &Value, b: &Value) -> Option<std::cmp::Ordering> {
    match (a.base(), b.base()) {
        (Value::F64(x), Value::F64(y)) => x.partial_cmp(y),
        (Value::F32(x), Value::F32(y)) => x.partial_cmp(y),
        (Value::Decimal(x), Value::Decimal(y)) => Some(x.cmp(y)),
        (Value::U64(x), Value::U64(y)) => Some(x.cmp(y)),
        (x, y) => x.as_i64().zip(y.as_i64()).map(|(x, y)| x.cmp(&y)),
    }
}

fn is_nan(v: &Value) -> bool {
    match v.base() {
        Value::F64(n) => n.is_nan(),
        Value::F32(n) => n.is_nan(),
        _ => false,
    }
}

fn is_negative_zero(v: &Value) -> bool {
    match v.base() {
        Value::F64(n) => *n == 0.0 && n.is_sign_negative(),
        Value::F32(n) => *n == 0.0 && n.is_sign_negative(),
        _ => false,
    }
}

fn pick(c: &mut Call<'_>, greater: bool) -> Result {
    let (a, b) = (c.arg(0), c.arg(1));
    if is_nan(a) {
        return Ok(a.clone());
    }
    if is_nan(b) {
        return Ok(b.clone());
    }
    let first = match order(a, b) {
        Some(std::cmp::Ordering::Greater) => greater,
        Some(std::cmp::Ordering::Less) => !greater,
        _ => is_negative_zero(a) != greater,
    };
    Ok(if first { a } else { b }.base().clone())
}

fn clamp(c: &mut Call<'_>) -> Result {
    let (n, low, high) = (c.arg(0).base(), c.arg(1).base(), c.arg(2).base());
    if order(low, high) == Some(std::cmp::Ordering::Greater) {
        let culture = c.culture();
        let (low, high) = (low.clone(), high.clone());
        let low = super::formatting::format_value(c.ctx, &low, "", &culture)?;
        let high = super::formatting::format_value(c.ctx, &high, "", &culture)?;
        return fail::argument(format!("'{low}' cannot be greater than {high}."), "").throw();
    }
    Ok(if order(n, low) == Some(std::cmp::Ordering::Less) {
        low.clone()
    } else if order(n, high) == Some(std::cmp::Ordering::Greater) {
        high.clone()
    } else {
        n.clone()
    })
}

fn round(c: &mut Call<'_>) -> Result {
    if let Value::Decimal(_) = c.arg(0).base() {
        return super::decimal::round(c);
    }
    let single = is_single(c);
    let limit = if single { 6 } else { 15 };
    let digits = c.named_int("digits").unwrap_or(0);
    if !(0..=limit).contains(&digits) {
        return fail::range(format!("Rounding digits must be between 0 and {limit}, inclusive."), "digits").throw();
    }
    let mode = c.named_int("mode").unwrap_or(0);
    let Some(mode) = rounding(mode) else {
        return fail::argument(
            format!("The value '{mode}' is not valid for this usage of the type MidpointRounding."),
            "mode",
        )
        .throw();
    };
    if single {
        let n = c.float(0) as f32;
        if n.abs() >= 1e8 {
            return Ok(Value::F32(n));
        }
        let power = 10f32.powi(digits as i32);
        return Ok(Value::F32(round_whole(f64::from(n * power), mode) as f32 / power));
    }
    let n = c.float(0);
    if n.abs() >= 1e16 || n.is_nan() {
        return Ok(Value::F64(n));
    }
    let power = 10f64.powi(digits as i32);
    Ok(Value::F64(round_whole(n * power, mode) / power))
}

fn round_whole(n: f64, mode: Rounding) -> f64 {
    match mode {
        Rounding::ToEven => n.round_ties_even(),
        Rounding::AwayFromZero => n.round(),
        Rounding::ToZero => n.trunc(),
        Rounding::ToNegativeInfinity => n.floor(),
        Rounding::ToPositiveInfinity => n.ceil(),
    }
}

fn div_rem(c: &mut Call<'_>) -> Result {
    let ty = c.parameter(0);
    let (a, b) = (super::integer::big(c.arg(0)), super::integer::big(c.arg(1)));
    if num_traits::Zero::is_zero(&b) {
        return fail::named("System.DivideByZeroException", "Attempted to divide by zero.").throw();
    }
    let quotient = super::integer::narrow(&(&a / &b), ty)?;
    let remainder = super::integer::narrow(&(&a % &b), ty)?;
    if c.count() == 3 {
        c.set_ref(2, remainder)?;
        return Ok(quotient);
    }
    Ok(super::tuple::value_tuple(vec![quotient, remainder]))
}

fn big_mul(c: &mut Call<'_>) -> Result {
    let product = super::integer::big(c.arg(0)) * super::integer::big(c.arg(1));
    if c.count() == 3 {
        let low = &product & num_bigint::BigInt::from(u64::MAX);
        let high = &product >> 64;
        let is_signed = c.parameter(0) == TypeRef::INT64;
        let low = num_traits::ToPrimitive::to_u64(&low).unwrap_or(0);
        c.set_ref(2, if is_signed { Value::I64(low as i64) } else { Value::U64(low) })?;
        return super::integer::narrow(&high, if is_signed { TypeRef::INT64 } else { TypeRef::UINT64 });
    }
    match c.parameter(0) {
        TypeRef::INT32 => super::integer::narrow(&product, TypeRef::INT64),
        TypeRef::UINT32 => super::integer::narrow(&product, TypeRef::UINT64),
        TypeRef::INT64 => Ok(super::wide_number::signed(num_traits::ToPrimitive::to_i128(&product).unwrap_or(0))),
        _ => Ok(super::wide_number::unsigned(num_traits::ToPrimitive::to_u128(&product).unwrap_or(0))),
    }
}
