//! The operators of the language on any values. The engine handles the common number pairs inline and comes here for the rest.

mod arithmetic;
mod bits;
mod comparison;
mod fail;
mod implicit;
mod number;
pub(crate) mod pattern;
mod range;
mod split;
#[cfg(test)]
mod tests;
mod text;
mod type_test;

pub use crate::compare::Wildcard;
pub use comparison::{net_equals, text_equals, text_order};
pub use fail::as_script_error;
pub use number::{Arithmetic, Code};
pub use range::{Range, bounds as range_bounds};
pub use text::bad_pattern;
pub use type_test::is_type_name;

use std::cmp::Ordering;

use crate::context::Context;
use crate::convert;
use crate::error::Result;
use crate::stop::{self, Growing};
use crate::value::Value;

/// Binary operators. The `C` and `I` forms of comparison are told by the flag of [`binary`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Binary {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    BitAnd,
    BitOr,
    BitXor,
    ShiftLeft,
    ShiftRight,
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Like,
    NotLike,
    Match,
    NotMatch,
    Replace,
    Contains,
    NotContains,
    In,
    NotIn,
    Split,
    Join,
    Is,
    IsNot,
    As,
    Format,
    Xor,
    Range,
}

/// Unary operators.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Unary {
    Plus,
    Minus,
    Not,
    BitNot,
    Split,
    Join,
}

/// What an operator gives besides its value.
#[derive(Default)]
pub struct Effects {
    /// New content of `$Matches`, when `-match` on a single text succeeded (or `switch -regex`).
    pub matches: Option<Value>,
}

/// Applies a binary operator. `is_case_sensitive` is the `c` form of comparison and text operators.
pub fn binary(
    ctx: &mut dyn Context,
    op: Binary,
    is_case_sensitive: bool,
    left: &Value,
    right: &Value,
    effects: &mut Effects,
) -> Result {
    let result = match op {
        Binary::Add => arithmetic::add(ctx, left, right),
        Binary::Subtract => arithmetic::reduce(ctx, Arithmetic::Subtract, left, right),
        Binary::Multiply => arithmetic::multiply(ctx, left, right),
        Binary::Divide => arithmetic::reduce(ctx, Arithmetic::Divide, left, right),
        Binary::Remainder => arithmetic::reduce(ctx, Arithmetic::Remainder, left, right),
        Binary::BitAnd => bits::combine(ctx, bits::Bitwise::And, left, right),
        Binary::BitOr => bits::combine(ctx, bits::Bitwise::Or, left, right),
        Binary::BitXor => bits::combine(ctx, bits::Bitwise::Xor, left, right),
        Binary::ShiftLeft => bits::shift(ctx, true, left, right),
        Binary::ShiftRight => bits::shift(ctx, false, left, right),
        Binary::Equal
        | Binary::NotEqual
        | Binary::Greater
        | Binary::GreaterOrEqual
        | Binary::Less
        | Binary::LessOrEqual => comparisons(ctx, op, is_case_sensitive, left, right),
        Binary::Like | Binary::NotLike => text::like(ctx, op == Binary::NotLike, is_case_sensitive, left, right),
        Binary::Match | Binary::NotMatch => {
            text::matches(ctx, op == Binary::NotMatch, is_case_sensitive, left, right, effects)
        }
        Binary::Replace => text::replace(ctx, is_case_sensitive, left, right),
        Binary::Contains | Binary::NotContains | Binary::In | Binary::NotIn => {
            text::contains(ctx, op, is_case_sensitive, left, right)
        }
        Binary::Split => split::binary(ctx, is_case_sensitive, left, right),
        Binary::Join => text::join(ctx, left, Some(right)),
        Binary::Is | Binary::IsNot => type_test::is(ctx, op == Binary::IsNot, left, right),
        Binary::As => type_test::as_type(ctx, left, right),
        Binary::Format => text::format(ctx, left, right),
        Binary::Xor => Ok(Value::Bool(convert::to_bool(left) != convert::to_bool(right))),
        Binary::Range => range::bounds(left, right).and_then(|r| r.items()).map(Value::array),
    };
    result.map_err(as_script_error)
}

/// A comparison of a single value, or the filter over a collection's items.
fn comparisons(ctx: &mut dyn Context, op: Binary, is_case_sensitive: bool, left: &Value, right: &Value) -> Result {
    match comparison::collection(ctx, left)? {
        None => holds(ctx, op, is_case_sensitive, left, right).map(Value::Bool),
        Some(items) => {
            let mut kept = Growing::default();
            let mut pace = stop::Pace::default();
            for item in items.iter() {
                pace.step()?;
                if holds(ctx, op, is_case_sensitive, item, right)? {
                    kept.push(item.clone())?;
                }
            }
            Ok(Value::array(kept.done()))
        }
    }
}

fn holds(ctx: &mut dyn Context, op: Binary, is_case_sensitive: bool, left: &Value, right: &Value) -> Result<bool> {
    Ok(match op {
        Binary::Equal => comparison::equals(ctx, left, right, is_case_sensitive)?,
        Binary::NotEqual => !comparison::equals(ctx, left, right, is_case_sensitive)?,
        _ => {
            let order = comparison::order(ctx, left, right, is_case_sensitive)?;
            match op {
                Binary::Greater => order == Some(Ordering::Greater),
                Binary::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
                Binary::Less => order == Some(Ordering::Less),
                _ => matches!(order, Some(Ordering::Less | Ordering::Equal)),
            }
        }
    })
}

/// Applies a unary operator.
pub fn unary(ctx: &mut dyn Context, op: Unary, operand: &Value) -> Result {
    let result = match op {
        Unary::Plus => arithmetic::add(ctx, &Value::I32(0), operand),
        Unary::Minus => arithmetic::reduce(ctx, Arithmetic::Subtract, &Value::I32(0), operand),
        Unary::Not => Ok(Value::Bool(!convert::to_bool(operand))),
        Unary::BitNot => bits::complement(ctx, operand),
        Unary::Split => split::unary(ctx, operand),
        Unary::Join => text::join(ctx, operand, None),
    };
    result.map_err(as_script_error)
}

/// `++` and `--`: null becomes 1 or -1; what is no number is an error.
pub fn increment(_ctx: &mut dyn Context, operand: &Value, by: i32) -> Result {
    match operand.base() {
        Value::Null | Value::Void => Ok(Value::I32(by)),
        Value::I32(n) if n.checked_add(by).is_some() => Ok(Value::I32(n + by)),
        base if Code::of(base).is_some_and(Code::is_numeric) => {
            number::compute(Arithmetic::Add, base, &Value::I32(by)).map_err(as_script_error)
        }
        base => {
            let sign = if by > 0 { "++" } else { "--" };
            let shown = match base.type_ref() {
                Some(crate::types::TypeRef::PSCUSTOMOBJECT) => crate::types::TypeRef::PSOBJECT.name(),
                Some(t) => t.name(),
                None => "",
            };
            fail::operation(
                "OperatorRequiresNumber",
                format!("The '{sign}' operator works only on numbers. The operand is a '{shown}'."),
            )
        }
    }
}

/// Equality of two single values as `-eq` decides it (the left side's type rules; strings by the invariant culture).
pub fn equals(ctx: &mut dyn Context, left: &Value, right: &Value, is_case_sensitive: bool) -> Result<bool> {
    comparison::equals(ctx, left, right, is_case_sensitive).map_err(as_script_error)
}

/// Order of two single values as `-lt` decides it; values that can't be compared throw.
pub fn compare(ctx: &mut dyn Context, left: &Value, right: &Value, is_case_sensitive: bool) -> Result<Ordering> {
    let order = comparison::order(ctx, left, right, is_case_sensitive).map_err(as_script_error)?;
    Ok(order.unwrap_or(Ordering::Equal))
}

/// Whether a value is of a type, as `-is` decides it.
pub fn is_type(_ctx: &mut dyn Context, value: &Value, ty: crate::types::TypeRef) -> bool {
    type_test::is_type(value, ty)
}
