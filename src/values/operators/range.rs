//! `left .. right`.

use super::fail;
use super::number::{Code, decimal, double, integer};
use crate::convert;
use crate::error::Result;
use crate::stop;
use crate::types::TypeRef;
use crate::value::Value;

/// The bounds of a range: integers or characters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Range {
    Integers(i32, i32),
    Chars(u16, u16),
}

/// What the two operands of a range come to.
pub fn bounds(left: &Value, right: &Value) -> Result<Range> {
    let (left, right) = (left.base(), right.base());
    if let (Value::I32(a), Value::I32(b)) = (left, right) {
        return Ok(Range::Integers(*a, *b));
    }
    if let (Some(a), Some(b)) = (character(left), character(right)) {
        return Ok(Range::Chars(a, b));
    }
    let from = bound(left)?;
    Ok(Range::Integers(from, bound(right)?))
}

/// A character, or a text of one character that is no digit.
fn character(value: &Value) -> Option<u16> {
    match value {
        Value::Char(c) => Some(*c),
        Value::Str(s) if s.units() == 1 => s.unit_at(0).filter(|u| !(0x30..=0x39).contains(u)),
        _ => None,
    }
}

/// A bound as `Convert.ToInt32` makes it.
fn bound(value: &Value) -> Result<i32> {
    let overflow = || fail::net(TypeRef::OVERFLOW_EXCEPTION, "Value was either too large or too small for an Int32.");
    match value {
        Value::Null | Value::Void => Ok(0),
        Value::Str(text) => match text.trim().parse::<i64>() {
            Ok(n) => i32::try_from(n).or_else(|_| overflow()),
            Err(_) => {
                fail::net(TypeRef::FORMAT_EXCEPTION, format!("The input string '{text}' was not in a correct format."))
            }
        },
        Value::F64(_) | Value::F32(_) => {
            let n = double(value).round_ties_even();
            if (-2_147_483_648.0..=2_147_483_647.0).contains(&n) { Ok(n as i32) } else { overflow() }
        }
        Value::Decimal(_) => match decimal(value) {
            Ok(d) => i32::try_from(d.round(0, crate::number::Rounding::ToEven).to_i128()).or_else(|_| overflow()),
            Err(_) => overflow(),
        },
        other if Code::of(other).is_some() => i32::try_from(integer(other)).or_else(|_| overflow()),
        Value::DateTime(_) => fail::net(TypeRef::INVALID_CAST_EXCEPTION, "Invalid cast from 'DateTime' to 'Int32'."),
        other => {
            let ty = other.type_ref().map_or_else(|| convert::to_display(other), |t| t.full_name().to_string());
            fail::net(
                TypeRef::INVALID_CAST_EXCEPTION,
                format!("Unable to cast object of type '{ty}' to type 'System.IConvertible'."),
            )
        }
    }
}

/// `Array.MaxLength`.
pub const MAX_ITEMS: usize = 0x7FFF_FFC7;

impl Range {
    /// The items in order.
    pub fn items(self) -> Result<Vec<Value>> {
        match self {
            Range::Integers(a, b) => {
                let count = (i64::from(a) - i64::from(b)).unsigned_abs() as usize + 1;
                let mut items = Vec::new();
                if count > MAX_ITEMS || items.try_reserve_exact(count).is_err() {
                    return fail::too_large();
                }
                let step = if a <= b { 1 } else { -1 };
                let mut items = stop::Growing::new(items);
                for at in 0..count as i64 {
                    if at & 0xFFFF == 0 {
                        stop::check()?;
                    }
                    items.push(Value::I32((i64::from(a) + at * step) as i32))?;
                }
                Ok(items.done())
            }
            Range::Chars(a, b) if a <= b => Ok((a..=b).map(Value::Char).collect()),
            Range::Chars(a, b) => Ok((b..=a).rev().map(Value::Char).collect()),
        }
    }
}
