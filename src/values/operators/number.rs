//! The numeric tower: which type two numbers are computed in, and the computation.

use num_traits::ToPrimitive;

use super::fail;
use crate::convert::{decimal_of, raw_decimal};
use crate::error::Result;
use crate::number::{Decimal, DecimalOverflow};
use crate::types::{TypeKind, TypeRef};
use crate::value::Value;

/// The four operations and the remainder.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// System.TypeCode of the primitives, in its order: the greater one decides.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Code {
    Bool,
    Char,
    SByte,
    Byte,
    Int16,
    UInt16,
    Int32,
    UInt32,
    Int64,
    UInt64,
    Single,
    Double,
    Decimal,
}

impl Code {
    /// The code of a value; enums have their underlying type's. None for what is neither number nor primitive.
    pub fn of(value: &Value) -> Option<Code> {
        Some(match value {
            Value::Bool(_) => Code::Bool,
            Value::Char(_) => Code::Char,
            Value::I8(_) => Code::SByte,
            Value::U8(_) => Code::Byte,
            Value::I16(_) => Code::Int16,
            Value::U16(_) => Code::UInt16,
            Value::I32(_) => Code::Int32,
            Value::U32(_) => Code::UInt32,
            Value::I64(_) => Code::Int64,
            Value::U64(_) => Code::UInt64,
            Value::F32(_) => Code::Single,
            Value::F64(_) => Code::Double,
            Value::Decimal(_) => Code::Decimal,
            Value::Enum(t, _) => Code::of_type(*t)?,
            _ => return None,
        })
    }

    /// The code of a type.
    pub fn of_type(ty: TypeRef) -> Option<Code> {
        Some(match ty {
            TypeRef::BOOL => Code::Bool,
            TypeRef::CHAR => Code::Char,
            TypeRef::SBYTE => Code::SByte,
            TypeRef::BYTE => Code::Byte,
            TypeRef::INT16 => Code::Int16,
            TypeRef::UINT16 => Code::UInt16,
            TypeRef::INT32 => Code::Int32,
            TypeRef::UINT32 => Code::UInt32,
            TypeRef::INT64 => Code::Int64,
            TypeRef::UINT64 => Code::UInt64,
            TypeRef::SINGLE => Code::Single,
            TypeRef::DOUBLE => Code::Double,
            TypeRef::DECIMAL => Code::Decimal,
            _ => match &ty.info().kind {
                TypeKind::Enum { underlying, .. } => Code::of_type(*underlying)?,
                _ => return None,
            },
        })
    }

    /// Whether the type counts as numeric (not Boolean, not Char).
    pub fn is_numeric(self) -> bool {
        self >= Code::SByte
    }

    fn is_signed(self) -> bool {
        matches!(self, Code::SByte | Code::Int16 | Code::Int32 | Code::Int64)
    }
}

/// The type that two operands are computed in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lane {
    Int32,
    UInt32,
    Int64,
    UInt64,
    Double,
    Decimal,
}

/// Integers, characters, Booleans and enums as a wide integer.
pub fn integer(value: &Value) -> i128 {
    match value {
        Value::U64(n) => i128::from(*n),
        Value::Bool(b) => i128::from(*b),
        other => other.as_i64().map_or(0, i128::from),
    }
}

/// Any number as a Double.
pub fn double(value: &Value) -> f64 {
    match value {
        Value::F64(n) => *n,
        Value::F32(n) => f64::from(*n),
        Value::U64(n) => *n as f64,
        Value::Decimal(d) => decimal_of(d).to_f64(),
        Value::BigInt(b) => b.to_f64().unwrap_or(f64::INFINITY),
        other => integer(other) as f64,
    }
}

/// Any number as a decimal.
pub fn decimal(value: &Value) -> std::result::Result<Decimal, DecimalOverflow> {
    match value {
        Value::Decimal(d) => Ok(decimal_of(d)),
        Value::F64(n) => Decimal::from_double(*n),
        Value::F32(n) => Decimal::from_single(*n),
        other => Decimal::from_integer(integer(other)),
    }
}

const TOO_BIG: &str = "Value was either too large or too small for a Decimal.";

/// The lane of two codes; a negative signed operand beside an unsigned type moves up. The sign test on an enum fails as
/// the original's expression tree does.
pub fn lane(left: &Value, right: &Value, lc: Code, rc: Code) -> Result<Lane> {
    let top = lc.max(rc);
    let unsigned = |up: Lane, stay: Lane| -> Result<Lane> {
        for (value, code, is_left) in [(left, lc, true), (right, rc, false)] {
            if code.is_signed() {
                if let (Value::Enum(t, _), true) = (value, is_left) {
                    return fail::net(
                        TypeRef::INVALID_OPERATION_EXCEPTION,
                        format!(
                            "The binary operator GreaterThanOrEqual is not defined for the types '{}' and 'System.Int32'.",
                            t.name()
                        ),
                    );
                }
                if integer(value) < 0 {
                    return Ok(up);
                }
            }
        }
        Ok(stay)
    };
    match top {
        Code::Decimal => Ok(Lane::Decimal),
        Code::Single | Code::Double => Ok(Lane::Double),
        Code::UInt64 => unsigned(Lane::Decimal, Lane::UInt64),
        Code::Int64 => Ok(Lane::Int64),
        Code::UInt32 => unsigned(Lane::Int64, Lane::UInt32),
        _ => Ok(Lane::Int32),
    }
}

/// Both operands are numbers or primitives: computes as the language does.
pub fn compute(op: Arithmetic, left: &Value, right: &Value) -> Result {
    if let (Value::I32(a), Value::I32(b)) = (left, right) {
        return int32(op, *a, *b);
    }
    if let (Value::F64(a), Value::F64(b)) = (left, right) {
        return Ok(Value::F64(doubles(op, *a, *b)));
    }
    let (Some(lc), Some(rc)) = (Code::of(left), Code::of(right)) else { return Ok(Value::Null) };
    let result = match lane(left, right, lc, rc)? {
        Lane::Int32 => match (i32::try_from(integer(left)), i32::try_from(integer(right))) {
            (Ok(a), Ok(b)) => int32(op, a, b)?,
            _ => Value::Null,
        },
        Lane::UInt32 => wide(op, integer(left), integer(right), |n| u32::try_from(n).ok().map(Value::U32))?,
        Lane::Int64 => wide(op, integer(left), integer(right), |n| i64::try_from(n).ok().map(Value::I64))?,
        Lane::UInt64 => wide(op, integer(left), integer(right), |n| u64::try_from(n).ok().map(Value::U64))?,
        Lane::Double => {
            if let Value::Enum(t, _) = left {
                return cannot_unbox(t.name(), "System.Double");
            }
            Value::F64(doubles(op, double(left), double(right)))
        }
        Lane::Decimal => decimals(op, left, right)?,
    };
    match (left, &result) {
        (Value::Enum(t, _), r) => match r.as_i64() {
            Some(n) if Code::of(r) == Code::of(left) => Ok(Value::Enum(*t, n)),
            _ => cannot_unbox(r.type_ref().map_or("", TypeRef::name), t.name()),
        },
        _ => Ok(result),
    }
}

fn cannot_unbox<T>(from: &str, to: &str) -> Result<T> {
    fail::net(TypeRef::INVALID_CAST_EXCEPTION, format!("Unable to cast object of type '{from}' to type '{to}'."))
}

/// Int32 arithmetic: what does not fit becomes a Double.
pub fn int32(op: Arithmetic, a: i32, b: i32) -> Result {
    let fitted = match op {
        Arithmetic::Add => a.checked_add(b),
        Arithmetic::Subtract => a.checked_sub(b),
        Arithmetic::Multiply => a.checked_mul(b),
        Arithmetic::Divide if b == 0 => return fail::divide_by_zero(),
        Arithmetic::Remainder if b == 0 => return fail::divide_by_zero(),
        Arithmetic::Divide => a.checked_rem(b).filter(|r| *r == 0).map(|_| a / b),
        Arithmetic::Remainder => Some(a.checked_rem(b).unwrap_or(0)),
    };
    match fitted {
        Some(n) => Ok(Value::I32(n)),
        None => Ok(Value::F64(doubles(op, f64::from(a), f64::from(b)))),
    }
}

fn wide(op: Arithmetic, a: i128, b: i128, fit: impl Fn(i128) -> Option<Value>) -> Result {
    let exact = match op {
        Arithmetic::Add => Some(a + b),
        Arithmetic::Subtract => Some(a - b),
        Arithmetic::Multiply => a.checked_mul(b),
        Arithmetic::Divide | Arithmetic::Remainder if b == 0 => return fail::divide_by_zero(),
        Arithmetic::Divide => (a % b == 0).then(|| a / b),
        Arithmetic::Remainder => Some(a % b),
    };
    if let Some(fitted) = exact.and_then(fit) {
        return Ok(fitted);
    }
    Ok(Value::F64(match (op, exact) {
        (Arithmetic::Multiply, Some(n)) => truncated(n),
        _ => doubles(op, a as f64, b as f64),
    }))
}

/// A product as a Double the way BigInteger converts: the bits beyond 53 are cut off, not rounded.
fn truncated(n: i128) -> f64 {
    let spare = (128 - n.unsigned_abs().leading_zeros()).saturating_sub(53);
    let kept = (n.unsigned_abs() >> spare) << spare;
    if n < 0 { -(kept as f64) } else { kept as f64 }
}

fn doubles(op: Arithmetic, a: f64, b: f64) -> f64 {
    match op {
        Arithmetic::Add => a + b,
        Arithmetic::Subtract => a - b,
        Arithmetic::Multiply => a * b,
        Arithmetic::Divide => a / b,
        Arithmetic::Remainder => a % b,
    }
}

fn decimals(op: Arithmetic, left: &Value, right: &Value) -> Result {
    coercible_to_decimal(left)?;
    let (Ok(a), Ok(b)) = (decimal(left), decimal(right)) else {
        return fail::net(TypeRef::OVERFLOW_EXCEPTION, TOO_BIG);
    };
    decimal_compute(op, a, b)
}

/// A Boolean or an enum on the left has no conversion to decimal that the original's expression tree finds.
pub fn coercible_to_decimal(left: &Value) -> Result<()> {
    if !matches!(left, Value::Bool(_) | Value::Enum(..)) {
        return Ok(());
    }
    let ty = left.type_ref().map_or("", TypeRef::name);
    fail::net(
        TypeRef::INVALID_OPERATION_EXCEPTION,
        format!("No coercion operator is defined between types '{ty}' and 'System.Decimal'."),
    )
}

/// Decimal arithmetic.
pub fn decimal_compute(op: Arithmetic, a: Decimal, b: Decimal) -> Result {
    let result = match op {
        Arithmetic::Add => a.add(b),
        Arithmetic::Subtract => a.sub(b),
        Arithmetic::Multiply => a.mul(b),
        Arithmetic::Divide => match a.div(b) {
            Some(r) => r,
            None => return fail::divide_by_zero(),
        },
        Arithmetic::Remainder => match a.rem(b) {
            Some(r) => r,
            None => return fail::divide_by_zero(),
        },
    };
    match result {
        Ok(d) => Ok(Value::decimal(raw_decimal(d))),
        Err(_) => fail::arithmetic(TypeRef::OVERFLOW_EXCEPTION, TOO_BIG),
    }
}
