//! System.Boolean.

use super::integer::type_code;
use crate::types::{TypeDef, TypeRef, fail};
use crate::value::Value;

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.Boolean",
    like: &[],
    members: &[
        ("::TrueString", |_| Ok(Value::from("True"))),
        ("::FalseString", |_| Ok(Value::from("False"))),
        ("ToString", |c| Ok(Value::from(if crate::convert::to_bool(c.this) { "True" } else { "False" }))),
        ("CompareTo", |c| {
            if !c.has(0) {
                return Ok(Value::I32(1));
            }
            if c.arg(0).type_ref() != Some(TypeRef::BOOL) {
                return fail::argument("Object must be of type Boolean.", "").throw();
            }
            Ok(Value::I32(i32::from(crate::convert::to_bool(c.this)) - i32::from(c.bool(0))))
        }),
        ("GetTypeCode", |c| Ok(type_code(c.this))),
        ("::Parse", |c| {
            let text = c.need_str(0)?;
            match read(&text) {
                Some(b) => Ok(Value::Bool(b)),
                None => fail::format(format!("String '{text}' was not recognized as a valid Boolean.")).throw(),
            }
        }),
        ("::TryParse", |c| {
            let read = read(&c.str(0));
            c.set_ref(1, Value::Bool(read.unwrap_or(false)))?;
            Ok(Value::Bool(read.is_some()))
        }),
        ("ToInt32", |c| crate::convert::convert(c.ctx, c.this, TypeRef::INT32)),
        ("ToBoolean", |c| Ok(c.this.base().clone())),
    ],
}];

/// `Boolean.Parse`: the words, in any case, with white space or NULs around.
pub fn read(text: &str) -> Option<bool> {
    let text = text.trim_matches(|ch: char| ch.is_whitespace() || ch == '\0');
    if text.eq_ignore_ascii_case("true") { Some(true) } else { text.eq_ignore_ascii_case("false").then_some(false) }
}
