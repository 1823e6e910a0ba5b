//! System.Double and System.Single.

use super::formatting;
use super::integer::{parse_error, styles_and_culture, type_code};
use crate::error::Result;
use crate::number::{ParseError, Styles, parse_double, parse_single};
use crate::types::{Behaviour, Call, TypeDef, TypeRef, fail};
use crate::value::Value;

const MEMBERS: &[(&str, Behaviour)] = &[
    ("ToString", |c| formatting::to_string(c)),
    ("CompareTo", |c| {
        if !c.has(0) {
            return Ok(Value::I32(1));
        }
        if c.arg(0).type_ref() != Some(c.ty) {
            return fail::argument(format!("Object must be of type {}.", c.ty.name_only()), "").throw();
        }
        let (a, b) = (number(c.this), number(c.arg(0)));
        Ok(Value::I32(match a.partial_cmp(&b) {
            Some(order) => order as i32,
            None => i32::from(b.is_nan()) - i32::from(a.is_nan()),
        }))
    }),
    ("Equals", |c| Ok(Value::Bool(super::object::equals(c.this, c.arg(0))))),
    ("GetTypeCode", |c| Ok(type_code(c.this))),
    ("::Parse", |c| parse(c)),
    ("::TryParse", |c| {
        let out = c.place("result").unwrap_or(c.count() - 1);
        match read(c) {
            Ok(v) => {
                c.set_ref(out, v)?;
                Ok(Value::Bool(true))
            }
            Err(ParseError::Styles(text)) => fail::argument(text, "").throw(),
            Err(_) => {
                let zero = crate::members::default_of(c.ty);
                c.set_ref(out, zero)?;
                Ok(Value::Bool(false))
            }
        }
    }),
    ("::IsNaN", |c| Ok(Value::Bool(c.float(0).is_nan()))),
    ("::IsInfinity", |c| Ok(Value::Bool(c.float(0).is_infinite()))),
    ("::IsPositiveInfinity", |c| Ok(Value::Bool(c.float(0) == f64::INFINITY))),
    ("::IsNegativeInfinity", |c| Ok(Value::Bool(c.float(0) == f64::NEG_INFINITY))),
    ("::IsFinite", |c| Ok(Value::Bool(c.float(0).is_finite()))),
    ("::IsNegative", |c| Ok(Value::Bool(c.float(0).is_sign_negative()))),
    ("::IsPositive", |c| Ok(Value::Bool(c.float(0).is_sign_positive()))),
    ("::IsNormal", |c| Ok(Value::Bool(c.float(0).is_normal()))),
    ("::IsSubnormal", |c| Ok(Value::Bool(c.float(0).is_subnormal()))),
    ("::IsInteger", |c| Ok(Value::Bool(c.float(0).is_finite() && c.float(0).fract() == 0.0))),
    ("::IsRealNumber", |c| Ok(Value::Bool(!c.float(0).is_nan()))),
    ("::IsEvenInteger", |c| Ok(Value::Bool(c.float(0) % 2.0 == 0.0))),
    ("::IsOddInteger", |c| Ok(Value::Bool((c.float(0) % 2.0).abs() == 1.0))),
    ("::IsPow2", |c| {
        let n = c.float(0);
        Ok(Value::Bool(n > 0.0 && n.is_finite() && n.log2().fract() == 0.0))
    }),
    ("::DegreesToRadians", |c| give(c, |n| n.to_radians())),
    ("::RadiansToDegrees", |c| give(c, |n| n.to_degrees())),
    ("::Exp2", |c| give(c, f64::exp2)),
    ("::Exp10", |c| give(c, |n| 10f64.powf(n))),
    ("::Hypot", |c| give2(c, f64::hypot)),
    ("::Lerp", |c| {
        let n = c.float(0) * (1.0 - c.float(2)) + c.float(1) * c.float(2);
        Ok(of_type(c.ty, n))
    }),
];

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Double", like: &["System.Math"], members: MEMBERS },
    TypeDef { name: "System.Single", like: &["System.MathF"], members: MEMBERS },
];

fn number(v: &Value) -> f64 {
    match v.base() {
        Value::F64(n) => *n,
        Value::F32(n) => f64::from(*n),
        _ => 0.0,
    }
}

/// A result in the type that was asked.
pub fn of_type(ty: TypeRef, n: f64) -> Value {
    if ty == TypeRef::SINGLE { Value::F32(n as f32) } else { Value::F64(n) }
}

fn give(c: &Call<'_>, f: fn(f64) -> f64) -> Result {
    Ok(of_type(c.ty, f(c.float(0))))
}

fn give2(c: &Call<'_>, f: fn(f64, f64) -> f64) -> Result {
    Ok(of_type(c.ty, f(c.float(0), c.float(1))))
}

fn read(c: &Call<'_>) -> std::result::Result<Value, ParseError> {
    let (styles, culture) = styles_and_culture(c, Styles::FLOAT_THOUSANDS);
    if c.ty == TypeRef::SINGLE {
        parse_single(&c.str(0), styles, &culture.number).map(Value::F32)
    } else {
        parse_double(&c.str(0), styles, &culture.number).map(Value::F64)
    }
}

fn parse(c: &mut Call<'_>) -> Result {
    if !c.has(0) {
        return fail::null("s").throw();
    }
    read(c).or_else(|e| parse_error(&e).throw())
}
