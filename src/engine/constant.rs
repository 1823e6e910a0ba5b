//! The values of numbers that are written in source.

use language::ast::{Ast, Const, ConstId};
use values::Value;

/// The value of a number.
pub(crate) fn number(ast: &Ast, id: ConstId) -> Value {
    match ast.constant(id) {
        Const::I8(n) => Value::I8(n),
        Const::U8(n) => Value::U8(n),
        Const::I16(n) => Value::I16(n),
        Const::U16(n) => Value::U16(n),
        Const::I32(n) => Value::I32(n),
        Const::U32(n) => Value::U32(n),
        Const::I64(n) => Value::I64(n),
        Const::U64(n) => Value::U64(n),
        Const::F64(n) => Value::F64(n),
        Const::Decimal { digits, scale } => Value::decimal(values::decimal_from_parts(digits, u32::from(scale))),
        Const::BigInt(text) => Value::big(ast.text(text).parse().unwrap_or_default()),
    }
}
