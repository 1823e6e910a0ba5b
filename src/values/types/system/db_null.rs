//! System.DBNull.

use crate::types::{State, TypeDef, TypeRef, hold};
use crate::value::Value;

#[derive(Clone)]
struct Nothing;

impl State for Nothing {
    fn text(&self) -> Option<String> {
        Some(String::new())
    }
    fn is_equal(&self, _other: &Self) -> bool {
        true
    }
    fn hash(&self) -> Option<u64> {
        Some(0)
    }
}

/// The one value of the type.
pub fn value() -> Value {
    hold(TypeRef::DBNULL, Nothing)
}

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.DBNull",
    like: &[],
    members: &[("::Value", |_| Ok(value())), ("ToString", |_| Ok(Value::from("")))],
}];
