//! What members do that many types have in the same sense: operators, `IConvertible`, guards of exceptions, the plumbing of
//! `MarshalByRefObject` and serialization.

use super::{Behaviour, Call, TypeRef, fail, platform, record};
use crate::error::Result;
use crate::operators::{self, Binary, Effects, Unary};
use crate::value::Value;

/// The code of a member that no file of the type gives; `name` as the facts spell it.
pub fn of(ty: TypeRef, name: &str, is_static: bool) -> Option<Behaviour> {
    if let Some(found) = platform::behaviour(ty).or_else(|| record::behaviour(ty, name, is_static)) {
        return Some(found);
    }
    if let Some(found) = super::numeric::behaviour(ty, name, is_static) {
        return Some(found);
    }
    // The asynchronous form of a member that is there does its work at once.
    if let Some(plain) = name.strip_suffix("Async").filter(|p| !p.is_empty())
        && super::define::lookup(ty, plain, is_static).is_some_and(|m| m.run.is_some())
    {
        return Some(at_once);
    }
    if is_static {
        return static_member(ty, name);
    }
    Some(match name {
        "ToBoolean" | "ToByte" | "ToChar" | "ToDateTime" | "ToDecimal" | "ToDouble" | "ToInt16" | "ToInt32"
        | "ToInt64" | "ToSByte" | "ToSingle" | "ToUInt16" | "ToUInt32" | "ToUInt64" => convertible,
        "ToType" => |c| {
            let wanted = c.arg(0).clone();
            let value = c.this.clone();
            super::of_convert(c.ctx, "ChangeType", vec![value, wanted])
        },
        "GetLifetimeService" | "InitializeLifetimeService" => |_| {
            fail::named("System.PlatformNotSupportedException", "Remoting is not supported on this platform.").throw()
        },
        "OnDeserialization" => |_| Ok(Value::Void),
        "GetObjectData" => |_| {
            let text = "Serialization by formatters is not supported.";
            fail::named("System.PlatformNotSupportedException", text).throw()
        },
        "DisposeAsync" => |c| {
            let this = c.this.clone();
            crate::members::call(c.ctx, &this, "Dispose", &[])?;
            Ok(super::threading::task::completed(Value::Null))
        },
        _ => return None,
    })
}

/// Whether the operators of the language know the type by themselves, and don't ask it for its own.
fn is_primitive(ty: TypeRef) -> bool {
    use TypeRef as T;
    matches!(
        ty,
        T::SBYTE
            | T::BYTE
            | T::INT16
            | T::UINT16
            | T::INT32
            | T::UINT32
            | T::INT64
            | T::UINT64
            | T::SINGLE
            | T::DOUBLE
            | T::DECIMAL
            | T::BIGINT
    )
}

fn static_member(ty: TypeRef, name: &str) -> Option<Behaviour> {
    let is_arithmetic = name.starts_with("op_")
        && !name.ends_with("quality")
        && !matches!(name, "op_Implicit" | "op_Explicit" | "op_UnaryPlus")
        && !name.contains("Than");
    if is_arithmetic && !is_primitive(ty) {
        return None;
    }
    Some(match name {
        "op_Addition" => |c| binary(c, Binary::Add),
        "op_Subtraction" => |c| binary(c, Binary::Subtract),
        "op_Multiply" => |c| binary(c, Binary::Multiply),
        "op_Division" => |c| binary(c, Binary::Divide),
        "op_Modulus" => |c| binary(c, Binary::Remainder),
        "op_Equality" => |c| Ok(Value::Bool(super::system::object::equals(c.arg(0), c.arg(1)))),
        "op_Inequality" => |c| Ok(Value::Bool(!super::system::object::equals(c.arg(0), c.arg(1)))),
        "op_LessThan" => |c| ordered(c, std::cmp::Ordering::is_lt),
        "op_LessThanOrEqual" => |c| ordered(c, std::cmp::Ordering::is_le),
        "op_GreaterThan" => |c| ordered(c, std::cmp::Ordering::is_gt),
        "op_GreaterThanOrEqual" => |c| ordered(c, std::cmp::Ordering::is_ge),
        "op_BitwiseAnd" => |c| binary(c, Binary::BitAnd),
        "op_BitwiseOr" => |c| binary(c, Binary::BitOr),
        "op_ExclusiveOr" => |c| binary(c, Binary::BitXor),
        "op_LeftShift" => |c| binary(c, Binary::ShiftLeft),
        "op_RightShift" => |c| binary(c, Binary::ShiftRight),
        "op_UnaryNegation" => |c| {
            let value = c.arg(0).clone();
            operators::unary(c.ctx, Unary::Minus, &value)
        },
        "op_UnaryPlus" => |c| Ok(c.arg(0).clone()),
        "op_Increment" => |c| {
            let value = c.arg(0).clone();
            operators::increment(c.ctx, &value, 1)
        },
        "op_Decrement" => |c| {
            let value = c.arg(0).clone();
            operators::increment(c.ctx, &value, -1)
        },
        // Only casts that conversion does by itself: it asks the types of others for these very operators.
        "op_Implicit" | "op_Explicit" if is_primitive(ty) || ty == TypeRef::SWITCH => |c| {
            let text = c.signature.map_or("", |s| s.text);
            let to = text.strip_prefix("static ").and_then(|t| t.split(" op_").next()).unwrap_or_default();
            let to = TypeRef::find(to).unwrap_or(TypeRef::OBJECT);
            let value = c.arg(0).clone();
            crate::convert::convert(c.ctx, &value, to)
        },
        "ThrowIfNull" if ty.derives_from(TypeRef::EXCEPTION) => |c| {
            if c.has(0) { Ok(Value::Void) } else { fail::null(&parameter(c)).throw() }
        },
        "ThrowIfNullOrEmpty" | "ThrowIfNullOrWhiteSpace" if ty.derives_from(TypeRef::EXCEPTION) => |c| {
            if !c.has(0) {
                return fail::null(&parameter(c)).throw();
            }
            let (text, blank) = (c.str(0), c.name == "ThrowIfNullOrWhiteSpace");
            if text.is_empty() {
                return fail::argument("The value cannot be an empty string.", &parameter(c)).throw();
            }
            if blank && text.trim().is_empty() {
                let message = "The value cannot be an empty string or composed entirely of whitespace.";
                return fail::argument(message, &parameter(c)).throw();
            }
            Ok(Value::Void)
        },
        "ThrowIfZero"
        | "ThrowIfNegative"
        | "ThrowIfNegativeOrZero"
        | "ThrowIfEqual"
        | "ThrowIfNotEqual"
        | "ThrowIfGreaterThan"
        | "ThrowIfGreaterThanOrEqual"
        | "ThrowIfLessThan"
        | "ThrowIfLessThanOrEqual"
            if ty.derives_from(TypeRef::EXCEPTION) =>
        {
            out_of_range
        }
        _ => return None,
    })
}

/// Runs the member that an asynchronous one is named after and gives a task that is done.
fn at_once(c: &mut Call<'_>) -> Result {
    let plain = c.name.trim_end_matches("Async").to_string();
    let is_token = |v: &Value| v.type_ref().is_some_and(|t| t.name() == "System.Threading.CancellationToken");
    let given: Vec<Value> = match c.signature {
        Some(s) => {
            let is_plain = |at: &usize| s.parameters.get(*at).is_none_or(|p| p.name != "cancellationToken");
            (0..c.args.len()).filter(is_plain).map(|at| c.args[at].clone()).filter(|v| !is_token(v)).collect()
        }
        None => c.args.clone(),
    };
    let (this, ty) = (c.this.clone(), c.ty);
    let outcome = match this {
        Value::Null => crate::members::call_static(c.ctx, ty, &plain, &given),
        this => crate::members::call(c.ctx, &this, &plain, &given),
    };
    let outcome = super::system::convert::unwrapped(outcome);
    super::threading::task::from_result(TypeRef::OBJECT, outcome)
}

fn parameter(c: &Call<'_>) -> String {
    c.named("paramName").map_or_else(String::new, |v| v.as_str().unwrap_or_default().to_string())
}

fn binary(c: &mut Call<'_>, op: Binary) -> Result {
    let (left, right) = (c.arg(0).clone(), c.arg(1).clone());
    operators::binary(c.ctx, op, true, &left, &right, &mut Effects::default())
}

fn ordered(c: &mut Call<'_>, holds: fn(std::cmp::Ordering) -> bool) -> Result {
    let (left, right) = (c.arg(0).clone(), c.arg(1).clone());
    Ok(Value::Bool(holds(operators::compare(c.ctx, &left, &right, true)?)))
}

fn convertible(c: &mut Call<'_>) -> Result {
    let (value, method) = (c.this.clone(), c.name.to_string());
    super::of_convert(c.ctx, &method, vec![value])
}

fn out_of_range(c: &mut Call<'_>) -> Result {
    let two = c.count() > 2;
    let value = c.arg(0).clone();
    let other = if two { c.arg(1).clone() } else { Value::I32(0) };
    let order = operators::compare(c.ctx, &value, &other, true)?;
    let shown = crate::convert::to_display(&value);
    let than = crate::convert::to_display(&other);
    let name = parameter(c);
    let (is_bad, must) = match c.name {
        "ThrowIfZero" => (order.is_eq(), "must be a non-zero value.".to_string()),
        "ThrowIfNegative" => (order.is_lt(), "must be a non-negative value.".to_string()),
        "ThrowIfNegativeOrZero" => (order.is_le(), "must be a non-negative and non-zero value.".to_string()),
        "ThrowIfEqual" => (order.is_eq(), format!("must not be equal to '{than}'.")),
        "ThrowIfNotEqual" => (order.is_ne(), format!("must be equal to '{than}'.")),
        "ThrowIfGreaterThan" => (order.is_gt(), format!("must be less than or equal to '{than}'.")),
        "ThrowIfGreaterThanOrEqual" => (order.is_ge(), format!("must be less than '{than}'.")),
        "ThrowIfLessThan" => (order.is_lt(), format!("must be greater than or equal to '{than}'.")),
        _ => (order.is_le(), format!("must be greater than '{than}'.")),
    };
    if !is_bad {
        return Ok(Value::Void);
    }
    let message = format!("{name} ('{shown}') {must} (Parameter '{name}')\nActual value was {shown}.");
    crate::error::Exception::new(TypeRef::ARGUMENT_OUT_OF_RANGE_EXCEPTION, message)
        .with("ParamName", Value::from(name))
        .with("ActualValue", value)
        .throw()
}
