//! Equality and order of single values, and the filters over collections.

use std::cmp::Ordering;

use super::arithmetic::{items_of, number_beside};
use super::fail;
use super::number::{Code, Lane, coercible_to_decimal, decimal, double, integer, lane};
use crate::collection::equals_ignore_case;
use crate::compare::{self, CompareOptions};
use crate::context::Context;
use crate::convert;
use crate::culture::Culture;
use crate::error::{ErrorCategory, Exception, Result, runtime_error};
use crate::stop::Growing;
use crate::string::unit_to_char;
use crate::types::TypeRef;
use crate::value::Value;

/// Whether the language enumerates the left operand of a comparison, and its items.
pub fn collection(ctx: &mut dyn Context, left: &Value) -> Result<Option<Growing<Value>>> {
    match left.base() {
        Value::Array(_) | Value::Foreign(_) => items_of(ctx, left.base()),
        _ => Ok(None),
    }
}

/// Equality of two single values as `-eq` decides it.
pub fn equals(ctx: &mut dyn Context, left: &Value, right: &Value, is_case_sensitive: bool) -> Result<bool> {
    let (a, b) = (left.base(), right.base());
    match (a, b) {
        (Value::I32(x), Value::I32(y)) => return Ok(x == y),
        (Value::Str(x), Value::Str(y)) => return Ok(text_equals(x, y, is_case_sensitive)),
        (Value::Null | Value::Void, other) => return Ok(other.is_null()),
        (_, Value::Null | Value::Void) => return Ok(false),
        (Value::Str(x), other) => {
            let text = convert::to_str(ctx, other)?;
            return Ok(text_equals(x, &text, is_case_sensitive));
        }
        _ => {}
    }
    if let Some(code) = Code::of(a).filter(|c| c.is_numeric()) {
        if let Some(other) = Code::of(b) {
            return Ok(numeric_order(a, b, code, other)? == Some(Ordering::Equal));
        }
        if let Value::Str(text) = b {
            return match number_beside(ctx, text, a) {
                Ok(number) => equals(ctx, a, &number, is_case_sensitive),
                Err(flow) if flow.record().is_some() => Ok(false),
                Err(flow) => Err(flow),
            };
        }
    }
    if net_equals(ctx, a, b)? {
        return Ok(true);
    }
    if let (Value::Char(x), false) = (a, is_case_sensitive) {
        let other = match b {
            Value::Char(y) => Some(*y),
            Value::Str(s) if s.units() == 1 => s.unit_at(0),
            _ => None,
        };
        if let Some(y) = other {
            let (x, y) = (unit_to_char(*x), unit_to_char(y));
            return Ok(equals_ignore_case(x.encode_utf8(&mut [0; 4]), y.encode_utf8(&mut [0; 4])));
        }
    }
    let Some(ty) = a.type_ref() else { return Ok(false) };
    match a {
        Value::Bool(x) => return Ok(*x == convert::to_bool(b)),
        Value::Type(_) | Value::Array(_) | Value::Dict(_) | Value::Exception(_) | Value::Error(_) => return Ok(false),
        Value::Object(o) if o.ty == TypeRef::PSCUSTOMOBJECT => return Ok(false),
        Value::Foreign(f) if f.type_ref() == TypeRef::SCRIPTBLOCK => return Ok(false),
        _ => {}
    }
    if b.type_ref() == Some(ty) {
        return Ok(false);
    }
    match convert::convert(ctx, b, ty) {
        Ok(converted) => net_equals(ctx, a, &converted),
        Err(flow) if flow.record().is_some() => Ok(false),
        Err(flow) => Err(flow),
    }
}

/// `a.Equals(b)`: same type and value, or what the type itself says.
pub fn net_equals(ctx: &mut dyn Context, a: &Value, b: &Value) -> Result<bool> {
    Ok(match (a.base(), b.base()) {
        (Value::Bool(x), Value::Bool(y)) => x == y,
        (Value::Char(x), Value::Char(y)) => x == y,
        (Value::F64(x), Value::F64(y)) => x == y || (x.is_nan() && y.is_nan()),
        (Value::F32(x), Value::F32(y)) => x == y || (x.is_nan() && y.is_nan()),
        (Value::Str(x), Value::Str(y)) => x == y,
        (Value::Decimal(x), Value::Decimal(y)) => x == y,
        (Value::BigInt(x), Value::BigInt(y)) => x == y,
        (Value::Guid(x), Value::Guid(y)) => x == y,
        (Value::DateTime(x), Value::DateTime(y)) => x << 2 == y << 2,
        (Value::TimeSpan(x), Value::TimeSpan(y)) => x == y,
        (Value::Foreign(x), Value::Foreign(y)) => x.same(y) || x.equals(b.base()),
        (Value::Object(o), _) if o.ty != TypeRef::PSCUSTOMOBJECT => {
            match ctx.invoke_class_method(o.ty, Some(a), "Equals", std::slice::from_ref(b))? {
                Some(answer) => convert::to_bool(&answer),
                None => a.same(b),
            }
        }
        (x, y) => match (x.as_i64(), y.as_i64()) {
            (Some(i), Some(j)) => i == j && x.type_ref() == y.type_ref(),
            _ => x.type_ref() == y.type_ref() && x.same(y),
        },
    })
}

/// Order of two single values as `-lt` decides it. None means that neither is less, nor are they equal (NaN).
pub fn order(ctx: &mut dyn Context, left: &Value, right: &Value, is_case_sensitive: bool) -> Result<Option<Ordering>> {
    let (a, b) = (left.base(), right.base());
    match (a, b) {
        (Value::I32(x), Value::I32(y)) => return Ok(Some(x.cmp(y))),
        (Value::Str(x), Value::Str(y)) => return Ok(Some(text_order(x, y, is_case_sensitive))),
        (Value::F64(n), Value::Null | Value::Void) | (Value::Null | Value::Void, Value::F64(n)) if n.is_nan() => {
            return Ok(None);
        }
        (x, y) if x.is_null() && y.is_null() => return Ok(Some(Ordering::Equal)),
        (x, y) if x.is_null() => return Ok(Some(if is_below_null(y) { Ordering::Greater } else { Ordering::Less })),
        (x, y) if y.is_null() => return Ok(Some(if is_below_null(x) { Ordering::Less } else { Ordering::Greater })),
        (Value::Str(x), other) => {
            let text = convert::to_str(ctx, other)?;
            return Ok(Some(text_order(x, &text, is_case_sensitive)));
        }
        _ => {}
    }
    if let Some(code) = Code::of(a).filter(|c| c.is_numeric()) {
        if let Some(other) = Code::of(b) {
            return numeric_order(a, b, code, other);
        }
        if let Value::Str(text) = b {
            let number = number_beside(ctx, text, a)?;
            return order(ctx, a, &number, is_case_sensitive);
        }
    }
    convertible_order(ctx, a, b).map(Some)
}

/// Negative numbers come before `$null`; everything else comes after it.
fn is_below_null(value: &Value) -> bool {
    match value {
        Value::F64(n) => *n < 0.0,
        Value::F32(n) => *n < 0.0,
        Value::Decimal(d) => d.is_sign_negative() && !d.is_zero(),
        Value::I8(_) | Value::I16(_) | Value::I32(_) | Value::I64(_) => integer(value) < 0,
        Value::Enum(_, n) => *n < 0,
        _ => false,
    }
}

/// The order that a script class's own `CompareTo` gives; none when the class has none.
fn class_order(ctx: &mut dyn Context, a: &Value, b: &Value, ty: TypeRef) -> Result<Option<Ordering>> {
    let other = if b.type_ref() == Some(ty) {
        b.clone()
    } else {
        match convert::convert(ctx, b, ty) {
            Ok(other) => other,
            Err(_) => return Ok(None),
        }
    };
    let answer = ctx.invoke_class_method(ty, Some(a), "CompareTo", std::slice::from_ref(&other))?;
    Ok(answer.and_then(|n| n.as_i64()).map(|n| n.cmp(&0)))
}

/// The right operand is converted to the left one's type, which must be comparable.
fn convertible_order(ctx: &mut dyn Context, a: &Value, b: &Value) -> Result<Ordering> {
    if let Value::Object(o) = a
        && o.ty == TypeRef::PSCUSTOMOBJECT
    {
        if a.same(b) {
            return Ok(Ordering::Equal);
        }
        let (first, second) = (convert::to_str(ctx, a)?, convert::net_string(ctx, b)?);
        let message = format!(
            "Cannot compare \"{first}\" to \"{second}\" because the objects are not the same type or the object \"{first}\" does not implement \"IComparable\"."
        );
        let ty = TypeRef::find("System.Management.Automation.ExtendedTypeSystemException");
        return Exception::new(ty.unwrap_or(TypeRef::RUNTIME_EXCEPTION), message)
            .identity("PSObjectCompareTo", ErrorCategory::NotSpecified, Value::Null)
            .throw();
    }
    let Some(ty) = a.type_ref() else { return Ok(Ordering::Equal) };
    if let Value::Object(_) = a
        && is_comparable(ctx, a, ty)
        && let Some(answer) = class_order(ctx, a, b, ty)?
    {
        return Ok(answer);
    }
    if !is_comparable(ctx, a, ty) {
        if net_equals(ctx, a, b)? {
            return Ok(Ordering::Equal);
        }
        let shown = convert::net_string(ctx, a)?;
        return fail::operation("NotIcomparable", format!("Cannot compare \"{shown}\" because it is not IComparable."));
    }
    let converted = if b.type_ref() == Some(ty) {
        b.clone()
    } else {
        match convert::convert(ctx, b, ty) {
            Ok(done) => done,
            Err(flow) => {
                let Some(why) = fail::message_of(&flow) else { return Err(flow) };
                let (first, second) = (convert::to_str(ctx, a)?, convert::to_str(ctx, b)?);
                let message = format!("Could not compare \"{first}\" to \"{second}\". Error: \"{why}\"");
                let error = runtime_error("ComparisonFailure", ErrorCategory::InvalidOperation, Value::Null, message);
                // A conversion that was tried is kept; that there is none at all is known without trying.
                return match flow.record() {
                    Some(r) if r.full_id() != "ConvertToFinalInvalidCastException" => {
                        error.inner(Value::Exception(r.exception.clone())).throw()
                    }
                    _ => error.throw(),
                };
            }
        }
    };
    match (a, converted.base()) {
        (Value::Bool(x), Value::Bool(y)) => Ok(x.cmp(y)),
        (Value::Char(x), Value::Char(y)) => Ok(x.cmp(y)),
        (Value::DateTime(x), Value::DateTime(y)) => Ok((x << 2).cmp(&(y << 2))),
        (Value::TimeSpan(x), Value::TimeSpan(y)) => Ok(x.cmp(y)),
        (Value::BigInt(x), Value::BigInt(y)) => Ok(x.cmp(y)),
        (Value::Guid(x), Value::Guid(y)) => Ok(x.cmp(y)),
        (Value::Foreign(f), y) => Ok(f.compare(y).unwrap_or(Ordering::Equal)),
        (Value::Object(o), y) => {
            let answer = ctx.invoke_class_method(o.ty, Some(a), "CompareTo", std::slice::from_ref(y))?;
            Ok(answer.map_or(0, |v| integer(&v)).cmp(&0))
        }
        (x, y) => match (Code::of(x), Code::of(y)) {
            (Some(p), Some(q)) => Ok(numeric_order(x, y, p, q)?.unwrap_or(Ordering::Equal)),
            _ => Ok(Ordering::Equal),
        },
    }
}

fn is_comparable(ctx: &mut dyn Context, value: &Value, ty: TypeRef) -> bool {
    match value {
        Value::Foreign(f) => f.compare(value).is_some(),
        Value::Object(_) => super::is_type(ctx, value, TypeRef::ICOMPARABLE) || class_compares(ty),
        Value::Array(_) | Value::Dict(_) | Value::Type(_) | Value::Exception(_) | Value::Error(_) => false,
        _ => true,
    }
}

/// A script class says in its declaration whether it is comparable; its members are the engine's to know.
fn class_compares(ty: TypeRef) -> bool {
    ty.info().class.get().is_some() && ty.base().is_some_and(|b| b.derives_from(TypeRef::ICOMPARABLE))
}

/// Order of two numbers; none with NaN.
fn numeric_order(a: &Value, b: &Value, ac: Code, bc: Code) -> Result<Option<Ordering>> {
    let top = ac.max(bc);
    match top {
        Code::Decimal => {
            if let Value::Enum(..) = a {
                coercible_to_decimal(a)?;
            }
            Ok(match (decimal(a), decimal(b)) {
                (Ok(x), Ok(y)) => Some(x.cmp(&y)),
                _ => double(a).partial_cmp(&double(b)),
            })
        }
        Code::Single | Code::Double => Ok(double(a).partial_cmp(&double(b))),
        _ => {
            if matches!(a, Value::Enum(..)) && lane(a, b, ac, bc)? == Lane::Double {
                return Ok(None);
            }
            Ok(Some(integer(a).cmp(&integer(b))))
        }
    }
}

/// Whether two texts are equal by the invariant culture.
pub fn text_equals(a: &str, b: &str, is_case_sensitive: bool) -> bool {
    compare::equal(a, b, !is_case_sensitive)
}

/// Order of two texts by the invariant culture, as `-lt` and sorting have it.
pub fn text_order(a: &str, b: &str, is_case_sensitive: bool) -> Ordering {
    let options = if is_case_sensitive { CompareOptions::NONE } else { CompareOptions::IGNORE_CASE };
    compare::compare(a, b, Culture::invariant(), options)
}
