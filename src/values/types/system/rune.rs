//! System.Text.Rune.

use crate::types::{State, TypeDef, hold_named};
use crate::value::Value;

/// One Unicode scalar.
#[derive(Clone, PartialEq)]
struct Scalar(char);

impl State for Scalar {
    fn text(&self) -> Option<String> {
        Some(self.0.to_string())
    }
    fn is_equal(&self, other: &Self) -> bool {
        self == other
    }
}

/// A Rune value.
pub fn make(ch: char) -> Value {
    hold_named("System.Text.Rune", Scalar(ch))
}

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Text.StringRuneEnumerator", like: &["System.Collections.IEnumerator"], members: &[] },
    TypeDef {
        name: "System.Text.Rune",
        like: &[],
        members: &[
            ("new", |c| match char::from_u32(c.long(0) as u32) {
                Some(ch) => Ok(make(ch)),
                None => crate::types::fail::range("Specified argument was out of the range of valid values.", "value")
                    .throw(),
            }),
            ("Value", |c| c.with(|r: &mut Scalar| Value::I32(r.0 as i32))),
            ("IsAscii", |c| c.with(|r: &mut Scalar| Value::Bool(r.0.is_ascii()))),
            ("IsBmp", |c| c.with(|r: &mut Scalar| Value::Bool((r.0 as u32) < 0x10000))),
            ("Utf16SequenceLength", |c| c.with(|r: &mut Scalar| Value::I32(r.0.len_utf16() as i32))),
            ("Utf8SequenceLength", |c| c.with(|r: &mut Scalar| Value::I32(r.0.len_utf8() as i32))),
            ("ToString", |c| c.with(|r: &mut Scalar| Value::from(r.0.to_string()))),
        ],
    },
];
