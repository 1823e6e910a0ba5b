//! The operators of the language on any values. The engine handles the common number pairs inline and comes here for the rest.

use crate::context::Context;
use crate::error::{ErrorCategory, Result, error_of};
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
    _ctx: &mut dyn Context,
    op: Binary,
    is_case_sensitive: bool,
    left: &Value,
    right: &Value,
    _effects: &mut Effects,
) -> Result {
    let _ = (is_case_sensitive, left, right);
    error_of("OperatorNotSupported", ErrorCategory::NotImplemented, format!("The operator {op:?} is not supported."))
}

/// Applies a unary operator.
pub fn unary(_ctx: &mut dyn Context, op: Unary, operand: &Value) -> Result {
    let _ = operand;
    error_of("OperatorNotSupported", ErrorCategory::NotImplemented, format!("The operator {op:?} is not supported."))
}

/// `++` and `--`: null becomes 1 or -1; what is no number is an error.
pub fn increment(ctx: &mut dyn Context, operand: &Value, by: i32) -> Result {
    if operand.is_null() {
        return Ok(Value::I32(by));
    }
    binary(ctx, Binary::Add, false, operand, &Value::I32(by), &mut Effects::default())
}

/// Equality of two single values as `-eq` decides it (the left side's type rules; strings by the invariant culture).
pub fn equals(_ctx: &mut dyn Context, left: &Value, right: &Value, is_case_sensitive: bool) -> Result<bool> {
    let _ = is_case_sensitive;
    Ok(left.same(right))
}

/// Order of two single values as `-lt` decides it; values that can't be compared throw.
pub fn compare(
    _ctx: &mut dyn Context,
    left: &Value,
    right: &Value,
    is_case_sensitive: bool,
) -> Result<std::cmp::Ordering> {
    let _ = (left, right, is_case_sensitive);
    error_of("NotIcomparable", ErrorCategory::InvalidOperation, "These values can't be compared.")
}

/// Whether a value is of a type, as `-is` decides it.
pub fn is_type(_ctx: &mut dyn Context, value: &Value, ty: crate::types::TypeRef) -> bool {
    value.type_ref().is_some_and(|t| t.derives_from(ty))
}
