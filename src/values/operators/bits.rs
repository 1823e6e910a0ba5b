//! `-band -bor -bxor -shl -shr -bnot`.

use num_traits::ToPrimitive;

use super::arithmetic::number_beside;
use super::fail;
use super::implicit::{call_operator, operator_type};
use super::number::{Code, Lane, double, integer};
use crate::context::Context;
use crate::convert;
use crate::error::Result;
use crate::types::TypeRef;
use crate::value::Value;

/// The bitwise operators with two operands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bitwise {
    And,
    Or,
    Xor,
}

impl Bitwise {
    fn method(self) -> &'static str {
        match self {
            Bitwise::And => "op_BitwiseAnd",
            Bitwise::Or => "op_BitwiseOr",
            Bitwise::Xor => "op_ExclusiveOr",
        }
    }

    fn sign(self) -> &'static str {
        match self {
            Bitwise::And => "-band",
            Bitwise::Or => "-bor",
            Bitwise::Xor => "-bxor",
        }
    }

    fn apply(self, a: i128, b: i128) -> i128 {
        match self {
            Bitwise::And => a & b,
            Bitwise::Or => a | b,
            Bitwise::Xor => a ^ b,
        }
    }
}

/// `left -band right` and the like.
pub fn combine(ctx: &mut dyn Context, op: Bitwise, left: &Value, right: &Value) -> Result {
    let (mut a, mut b) = (left.base().clone(), right.base().clone());
    // Null stands for zero, except beside a null.
    for side in [&mut a, &mut b] {
        if side.is_null() {
            *side = Value::I32(0);
        }
    }
    let enum_of = |v: &Value| match v {
        Value::Enum(t, _) => Some(*t),
        _ => None,
    };
    if let Value::Str(text) = &a {
        a = number_beside(ctx, text, &b)?;
    }
    if let Value::Str(text) = &b {
        b = number_beside(ctx, text, &a)?;
    }
    if let (Some(ac), Some(bc)) = (Code::of(&a), Code::of(&b)) {
        let result_enum = enum_of(&a);
        if ac >= Code::Single || bc >= Code::Single {
            return with_real(ctx, op, &a, &b);
        }
        let plain = |v: &Value| match v {
            Value::Enum(_, n) => i32::try_from(*n).map_or(Value::I64(*n), Value::I32),
            other => other.clone(),
        };
        let (x, y) = (plain(&a), plain(&b));
        let (xc, yc) = (Code::of(&x).unwrap_or(ac), Code::of(&y).unwrap_or(bc));
        let number = op.apply(integer(&x), integer(&y));
        let kept = match lane_of_bits(xc, yc) {
            Lane::UInt32 => Value::U32(number as u32),
            Lane::Int64 => Value::I64(number as i64),
            Lane::UInt64 => Value::U64(number as u64),
            _ => Value::I32(number as i32),
        };
        return Ok(match result_enum {
            Some(t) => Value::Enum(t, kept.as_i64().unwrap_or(0)),
            None => kept,
        });
    }
    if let (Value::BigInt(_), _) | (_, Value::BigInt(_)) = (&a, &b)
        && [&a, &b].iter().all(|v| matches!(v, Value::BigInt(_)) || Code::of(v).is_some_and(|c| c < Code::Single))
    {
        let (x, y) = (convert::convert(ctx, &a, TypeRef::BIGINT)?, convert::convert(ctx, &b, TypeRef::BIGINT)?);
        if let (Value::BigInt(x), Value::BigInt(y)) = (&x, &y) {
            return Ok(Value::big(match op {
                Bitwise::And => &**x & &**y,
                Bitwise::Or => &**x | &**y,
                Bitwise::Xor => &**x ^ &**y,
            }));
        }
    }
    let is_date = [&a, &b].iter().any(|v| matches!(v, Value::DateTime(_)));
    if !is_date && [&a, &b].iter().any(|v| matches!(v, Value::F32(_) | Value::F64(_) | Value::Decimal(_))) {
        let ty = TypeRef::find("System.NullReferenceException").unwrap_or(TypeRef::SYSTEM_EXCEPTION);
        return fail::net(ty, "Object reference not set to an instance of an object.");
    }
    let ty = operator_type(op.sign(), &a, &b)?;
    if ty == TypeRef::BIGINT {
        let other = if matches!(a, Value::BigInt(_)) { (&b, 1) } else { (&a, 0) };
        return super::implicit::bad_argument(ctx, op.method(), other.1, other.0, TypeRef::BIGINT);
    }
    call_operator(ctx, ty, op.method(), &a, &b)
}

fn lane_of_bits(a: Code, b: Code) -> Lane {
    match a.max(b) {
        Code::UInt32 => Lane::UInt32,
        Code::Int64 => Lane::Int64,
        Code::UInt64 => Lane::UInt64,
        _ => Lane::Int32,
    }
}

/// Doubles and decimals are rounded to 64 bits first: signed ones when negative, unsigned ones otherwise.
fn with_real(ctx: &mut dyn Context, op: Bitwise, a: &Value, b: &Value) -> Result {
    let is_decimal = matches!(a, Value::Decimal(_)) || matches!(b, Value::Decimal(_));
    let mut bits = [0i128; 2];
    let mut is_negative = false;
    for (slot, side) in bits.iter_mut().zip([a, b]) {
        // The operand is reported as the type it is computed in.
        let wide = match side {
            Value::Decimal(_) => side.clone(),
            other if is_decimal => convert::convert(ctx, other, TypeRef::DECIMAL)?,
            other => Value::F64(double(other)),
        };
        let is_below = double(&wide) < 0.0;
        is_negative |= is_below;
        let whole = convert::convert(ctx, &wide, if is_below { TypeRef::INT64 } else { TypeRef::UINT64 })?;
        *slot = integer(&whole);
    }
    let number = op.apply(bits[0], bits[1]);
    Ok(if is_negative { Value::I64(number as i64) } else { Value::U64(number as u64) })
}

/// `left -shl right`, `left -shr right`.
pub fn shift(ctx: &mut dyn Context, is_left: bool, left: &Value, right: &Value) -> Result {
    let (mut a, mut b) = (left.base().clone(), right.base().clone());
    let (method, sign) = if is_left { ("op_LeftShift", "-shl") } else { ("op_RightShift", "-shr") };
    if a.is_null() {
        a = Value::I32(0);
    }
    if let Value::Str(text) = &a {
        a = number_beside(ctx, text, &b)?;
    }
    if let Value::Str(text) = &b {
        b = number_beside(ctx, text, &a)?;
    }
    if !Code::of(&a).is_some_and(Code::is_numeric) {
        if let Value::BigInt(n) = &a {
            let count = shift_count(ctx, &b)?;
            let count = count.unsigned_abs() as usize * usize::from(count >= 0);
            return Ok(Value::big(if is_left { &**n << count } else { &**n >> count }));
        }
        let ty = operator_type(sign, &a, &b)?;
        if ty == TypeRef::BIGINT {
            return super::implicit::bad_argument(ctx, method, 1, &b, TypeRef::INT32);
        }
        return call_operator(ctx, ty, method, &a, &b);
    }
    if Code::of(&b).is_none() {
        shift_count(ctx, &b)?;
    }
    if let Value::Enum(t, _) = &a {
        let word = if is_left { "LeftShift" } else { "RightShift" };
        return fail::net(
            TypeRef::INVALID_OPERATION_EXCEPTION,
            format!("The binary operator {word} is not defined for the types '{}' and 'System.Int32'.", t.name()),
        );
    }
    let count = shift_count(ctx, &b)?;
    let (short, long) = ((count & 31) as u32, (count & 63) as u32);
    Ok(match &a {
        Value::I64(n) => Value::I64(if is_left { n << long } else { n >> long }),
        Value::U64(n) => Value::U64(if is_left { n << long } else { n >> long }),
        Value::U32(n) => Value::U32(if is_left { n << short } else { n >> short }),
        Value::I32(n) => Value::I32(if is_left { n << short } else { n >> short }),
        Value::I8(n) => Value::I8(narrow(is_left, i32::from(*n), short) as i8),
        Value::U8(n) => Value::U8(narrow(is_left, i32::from(*n), short) as u8),
        Value::I16(n) => Value::I16(narrow(is_left, i32::from(*n), short) as i16),
        Value::U16(n) => Value::U16(narrow(is_left, i32::from(*n), short) as u16),
        other => {
            let whole = convert::convert(ctx, other, TypeRef::INT32)?;
            let n = integer(&whole) as i32;
            Value::I32(if is_left { n << short } else { n >> short })
        }
    })
}

fn narrow(is_left: bool, n: i32, count: u32) -> i32 {
    if is_left { n << count } else { n >> count }
}

fn shift_count(ctx: &mut dyn Context, value: &Value) -> Result<i32> {
    if value.is_null() {
        return Ok(0);
    }
    let count = convert::convert(ctx, value, TypeRef::INT32)?;
    Ok(integer(&count).to_i32().unwrap_or(0))
}

/// `-bnot operand`.
pub fn complement(ctx: &mut dyn Context, operand: &Value) -> Result {
    let operand = operand.base();
    Ok(match operand {
        Value::Null | Value::Void => Value::I32(-1),
        Value::I32(n) => Value::I32(!n),
        Value::I64(n) => Value::I64(!n),
        Value::U32(n) => Value::U32(!n),
        Value::U64(n) => Value::U64(!n),
        Value::BigInt(b) => Value::big(-(&**b) - 1),
        Value::Enum(t, n) => Value::Enum(*t, !n),
        Value::Str(text) => {
            let number = number_beside(ctx, text, &Value::I32(0))?;
            return complement(ctx, &number);
        }
        Value::F32(_) | Value::F64(_) | Value::Decimal(_) => return complement_real(ctx, operand),
        Value::I8(_) | Value::U8(_) | Value::I16(_) | Value::U16(_) | Value::Bool(_) | Value::Char(_) => {
            Value::I32(!(integer(operand) as i32))
        }
        other => {
            let n = convert::convert(ctx, other, TypeRef::INT32)?;
            Value::I32(!(integer(&n) as i32))
        }
    })
}

/// The first of Int32, UInt32, Int64, UInt64 that holds the rounded number.
fn complement_real(ctx: &mut dyn Context, operand: &Value) -> Result {
    let all = [TypeRef::INT32, TypeRef::UINT32, TypeRef::INT64, TypeRef::UINT64];
    let tried = if matches!(operand, Value::Decimal(_)) { &all[..1] } else { &all };
    for ty in tried.iter().copied() {
        match convert::convert(ctx, operand, ty) {
            Ok(whole) => return complement(ctx, &whole),
            Err(flow) if flow.record().is_some() => {}
            Err(flow) => return Err(flow),
        }
    }
    convert::no_way(ctx, operand, tried.last().copied().unwrap_or(TypeRef::INT32))?.throw()
}
