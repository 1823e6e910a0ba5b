//! Operators that a .NET type defines itself (`op_Addition` and the like): DateTime, TimeSpan, BigInteger and Decimal here,
//! other types through their static methods.

use num_bigint::BigInt;
use num_traits::Zero;

use super::fail;
use super::number::{Arithmetic, decimal_compute};
use crate::context::Context;
use crate::convert::{self, decimal_of};
use crate::error::{ErrorCategory, Exception, Result};
use crate::members;
use crate::time::{DateTime, TimeError, TimeSpan};
use crate::types::{TypeKind, TypeRef};
use crate::value::Value;

impl Arithmetic {
    /// The method that defines the operator.
    pub fn method(self) -> &'static str {
        match self {
            Arithmetic::Add => "op_Addition",
            Arithmetic::Subtract => "op_Subtraction",
            Arithmetic::Multiply => "op_Multiply",
            Arithmetic::Divide => "op_Division",
            Arithmetic::Remainder => "op_Modulus",
        }
    }

    /// The operator as it is written.
    pub fn sign(self) -> &'static str {
        match self {
            Arithmetic::Add => "+",
            Arithmetic::Subtract => "-",
            Arithmetic::Multiply => "*",
            Arithmetic::Divide => "/",
            Arithmetic::Remainder => "%",
        }
    }
}

/// The operator as the operands' types define it: the left one's, unless it is a primitive or null.
pub fn implicit(ctx: &mut dyn Context, op: Arithmetic, left: &Value, right: &Value) -> Result {
    let ty = operator_type(op.sign(), left, right)?;
    match ty {
        TypeRef::DATETIME => date_time(ctx, op, left, right),
        TypeRef::TIMESPAN => time_span(ctx, op, left, right),
        TypeRef::BIGINT => big(ctx, op, left, right),
        TypeRef::DECIMAL => {
            let (a, b) = both(ctx, op, TypeRef::DECIMAL, left, right)?;
            match (&a, &b) {
                (Value::Decimal(a), Value::Decimal(b)) => decimal_compute(op, decimal_of(a), decimal_of(b)),
                _ => Ok(Value::Null),
            }
        }
        _ => call_operator(ctx, ty, op.method(), left, right),
    }
}

/// The type whose static operator methods are asked; an error where neither side can have any.
pub fn operator_type(sign: &str, left: &Value, right: &Value) -> Result<TypeRef> {
    let of = |value: &Value| value.type_ref().filter(|_| !value.is_null());
    let is_plain = |t: Option<TypeRef>| t.is_none_or(is_primitive);
    let (lt, rt) = (of(left), of(right));
    let chosen = if is_plain(lt) { rt.filter(|t| !is_primitive(*t)) } else { lt };
    match chosen {
        Some(t) => Ok(t),
        None => {
            let name = |t: Option<TypeRef>| t.map_or_else(|| "$null".to_string(), |t| t.full_name().to_string());
            fail::operation_on(
                "NotADefinedOperationForType",
                left.clone(),
                format!("The operation '[{}] {sign} [{}]' is not defined.", name(lt), name(rt)),
            )
        }
    }
}

/// `Type.IsPrimitive`.
pub fn is_primitive(ty: TypeRef) -> bool {
    (TypeRef::BOOL..=TypeRef::DOUBLE).contains(&ty)
}

/// Calls a static operator method of a type; where there is none, the error names the type.
pub fn call_operator(ctx: &mut dyn Context, ty: TypeRef, method: &str, left: &Value, right: &Value) -> Result {
    let shown = if ty == TypeRef::PSCUSTOMOBJECT { TypeRef::PSOBJECT } else { ty };
    if matches!(
        ty,
        TypeRef::STRING | TypeRef::HASHTABLE | TypeRef::PSCUSTOMOBJECT | TypeRef::SCRIPTBLOCK | TypeRef::RUNTIME_TYPE
    ) || matches!(ty.info().kind, TypeKind::Array { .. } | TypeKind::Enum { .. })
    {
        return no_operator(shown, method);
    }
    match members::call_static(ctx, ty, method, &[left.clone(), right.clone()]) {
        Err(flow) if flow.record().is_some_and(|r| r.full_id() == "MethodNotFound") => no_operator(shown, method),
        other => other,
    }
}

fn no_operator(ty: TypeRef, method: &str) -> Result {
    fail::operation_on(
        "MethodNotFound",
        Value::from(method),
        format!("Method invocation failed because [{}] does not contain a method named '{method}'.", ty.full_name()),
    )
}

/// An argument of an operator method, converted; the error is that of a method call.
fn argument(ctx: &mut dyn Context, method: &str, position: usize, value: &Value, ty: TypeRef) -> Result {
    if value.type_ref() == Some(ty) {
        return Ok(value.clone());
    }
    let failed = match convert::convert(ctx, value, ty) {
        Ok(done) => return Ok(done),
        Err(flow) => flow,
    };
    let Some(record) = failed.record() else { return Err(failed) };
    let shown = convert::net_string(ctx, value)?;
    let message = format!(
        "Cannot convert argument \"{position}\", with value: \"{shown}\", for \"{method}\" to type \"{}\": \"{}\"",
        ty.name(),
        record.exception.message()
    );
    Exception::new(TypeRef::METHOD_EXCEPTION, message)
        .inner(Value::Exception(record.exception.clone()))
        .identity("MethodArgumentConversionInvalidCastArgument", ErrorCategory::NotSpecified, Value::Null)
        .throw()
}

/// The error of an argument that an operator method does not take; none is made where it would.
pub fn bad_argument(ctx: &mut dyn Context, method: &str, position: usize, value: &Value, ty: TypeRef) -> Result {
    argument(ctx, method, position, value, ty)
}

fn both(ctx: &mut dyn Context, op: Arithmetic, ty: TypeRef, left: &Value, right: &Value) -> Result<(Value, Value)> {
    let a = argument(ctx, op.method(), 0, left, ty)?;
    let b = argument(ctx, op.method(), 1, right, ty)?;
    Ok((a, b))
}

/// An exception that a .NET method threw, as the call reports it.
fn invocation<T>(method: &str, ty: TypeRef, message: &str) -> Result<T> {
    Exception::new(
        TypeRef::METHOD_INVOCATION_EXCEPTION,
        format!("Exception calling \"{method}\" with \"2\" argument(s): \"{message}\""),
    )
    .inner(Exception::new(ty, message).value())
    .identity("DotNetMethodException", ErrorCategory::NotSpecified, Value::Null)
    .throw()
}

fn overloads<T>(method: &str, is_ambiguous: bool) -> Result<T> {
    let message = if is_ambiguous {
        format!("Multiple ambiguous overloads found for \"{method}\" and the argument count: \"2\".")
    } else {
        format!("Cannot find an overload for \"{method}\" and the argument count: \"2\".")
    };
    Exception::new(TypeRef::METHOD_EXCEPTION, message)
        .identity("MethodCountCouldNotFindBest", ErrorCategory::NotSpecified, Value::Null)
        .throw()
}

fn time<T>(method: &str, result: std::result::Result<T, TimeError>) -> Result<T> {
    result.or_else(|e| {
        let ty = match e {
            TimeError::SpanOverflow | TimeError::SpanRange(_) => TypeRef::OVERFLOW_EXCEPTION,
            TimeError::SpanNan => TypeRef::ARGUMENT_EXCEPTION,
            _ => TypeRef::ARGUMENT_OUT_OF_RANGE_EXCEPTION,
        };
        invocation(method, ty, &e.to_string())
    })
}

fn span_of(value: &Value) -> TimeSpan {
    TimeSpan(match value {
        Value::TimeSpan(t) => *t,
        _ => 0,
    })
}

/// Whether a conversion exists at all, as overload resolution ranks it.
fn convertible(value: &Value) -> bool {
    super::number::Code::of(value).is_some() || matches!(value, Value::Str(_))
}

fn date_time(ctx: &mut dyn Context, op: Arithmetic, left: &Value, right: &Value) -> Result {
    let method = op.method();
    match op {
        Arithmetic::Add => {
            let a = argument(ctx, method, 0, left, TypeRef::DATETIME)?;
            let b = argument(ctx, method, 1, right, TypeRef::TIMESPAN)?;
            let Value::DateTime(bits) = a else { return Ok(Value::Null) };
            let sum = time(method, shift(DateTime::from_bits(bits), span_of(&b).0, "t"))?;
            Ok(Value::DateTime(sum.to_bits()))
        }
        Arithmetic::Subtract => match (left, right) {
            (Value::DateTime(a), Value::TimeSpan(b)) => {
                let from = DateTime::from_bits(*a);
                let result = match b.checked_neg() {
                    Some(back) => shift(from, back, "t"),
                    None => Err(TimeError::Unrepresentable("t")),
                };
                Ok(Value::DateTime(time(method, result)?.to_bits()))
            }
            (_, Value::DateTime(b)) => {
                let a = argument(ctx, method, 0, left, TypeRef::DATETIME)?;
                let Value::DateTime(a) = a else { return Ok(Value::Null) };
                Ok(Value::TimeSpan(DateTime::from_bits(a).ticks() - DateTime::from_bits(*b).ticks()))
            }
            (_, other) => overloads(method, convertible(other) || other.is_null()),
        },
        _ => no_operator(TypeRef::DATETIME, method),
    }
}

fn shift(from: DateTime, ticks: i64, name: &'static str) -> std::result::Result<DateTime, TimeError> {
    from.add_ticks(ticks).map_err(|_| TimeError::Unrepresentable(name))
}

fn time_span(ctx: &mut dyn Context, op: Arithmetic, left: &Value, right: &Value) -> Result {
    let method = op.method();
    match op {
        Arithmetic::Add | Arithmetic::Subtract => {
            let (a, b) = both(ctx, op, TypeRef::TIMESPAN, left, right)?;
            let (a, b) = (span_of(&a), span_of(&b));
            let result = if op == Arithmetic::Add { a.add(b) } else { a.sub(b) };
            Ok(Value::TimeSpan(time(method, result)?.0))
        }
        Arithmetic::Multiply => {
            let (span, factor, position) = match (left, right) {
                (_, Value::TimeSpan(t)) => (TimeSpan(*t), left, 0),
                (Value::TimeSpan(t), _) => (TimeSpan(*t), right, 1),
                _ => return overloads(method, false),
            };
            let is_number = super::number::Code::of(factor).is_some()
                || matches!(factor, Value::Str(_) | Value::BigInt(_) | Value::DateTime(_) | Value::Null | Value::Void);
            if !is_number {
                return overloads(method, false);
            }
            let factor = argument(ctx, method, position, factor, TypeRef::DOUBLE)?;
            let result = span.multiply(super::number::double(&factor));
            Ok(Value::TimeSpan(nan_named(method, result, "factor")?.0))
        }
        Arithmetic::Divide => match (left, right) {
            (Value::TimeSpan(a), Value::TimeSpan(b)) => Ok(Value::F64(*a as f64 / *b as f64)),
            (_, Value::TimeSpan(b)) => {
                let a = argument(ctx, method, 0, left, TypeRef::TIMESPAN)?;
                Ok(Value::F64(span_of(&a).0 as f64 / *b as f64))
            }
            (Value::TimeSpan(a), Value::Enum(_, n)) => Ok(Value::F64(*a as f64 / *n as f64)),
            (Value::TimeSpan(a), other) => {
                let is_number = super::number::Code::of(other).is_some()
                    || matches!(other, Value::Str(_) | Value::BigInt(_) | Value::Null | Value::Void);
                if !is_number {
                    return overloads(method, false);
                }
                let divisor = argument(ctx, method, 1, other, TypeRef::DOUBLE)?;
                let result = TimeSpan(*a).divide(super::number::double(&divisor));
                Ok(Value::TimeSpan(nan_named(method, result, "divisor")?.0))
            }
            _ => overloads(method, false),
        },
        Arithmetic::Remainder => no_operator(TypeRef::TIMESPAN, method),
    }
}

fn nan_named(method: &str, result: std::result::Result<TimeSpan, TimeError>, name: &str) -> Result<TimeSpan> {
    match result {
        Err(TimeError::SpanNan) => {
            let message = format!("{} (Parameter '{name}')", TimeError::SpanNan);
            invocation(method, TypeRef::ARGUMENT_EXCEPTION, &message)
        }
        other => time(method, other),
    }
}

fn big(ctx: &mut dyn Context, op: Arithmetic, left: &Value, right: &Value) -> Result {
    let (a, b) = both(ctx, op, TypeRef::BIGINT, left, right)?;
    let (Value::BigInt(a), Value::BigInt(b)) = (&a, &b) else { return Ok(Value::Null) };
    let (a, b): (&BigInt, &BigInt) = (a, b);
    if matches!(op, Arithmetic::Divide | Arithmetic::Remainder) && b.is_zero() {
        return invocation(op.method(), TypeRef::DIVIDE_BY_ZERO_EXCEPTION, "Attempted to divide by zero.");
    }
    Ok(Value::big(match op {
        Arithmetic::Add => a + b,
        Arithmetic::Subtract => a - b,
        Arithmetic::Multiply => a * b,
        Arithmetic::Divide => a / b,
        Arithmetic::Remainder => a % b,
    }))
}
