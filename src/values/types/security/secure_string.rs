//! System.Security.SecureString.

use crate::types::{State, TypeDef, TypeRef, fail, hold, state_of};
use crate::value::Value;

/// The state of a SecureString.
#[derive(Clone)]
pub struct Secret {
    text: Vec<u16>,
    is_read_only: bool,
}
impl State for Secret {}

/// A SecureString value of a text.
pub fn make(text: &str) -> Value {
    hold(TypeRef::SECURE_STRING, Secret { text: crate::string::utf16(text).collect(), is_read_only: false })
}

/// The text of a SecureString value.
pub fn text_of(value: &Value) -> String {
    state_of::<Secret>(value).map_or_else(String::new, |s| crate::string::Str::from_utf16(&s.text).to_string())
}

fn change(c: &mut crate::types::Call<'_>, f: impl FnOnce(&mut Vec<u16>) -> bool) -> crate::error::Result {
    let outcome = c.with(|s: &mut Secret| if s.is_read_only { None } else { Some(f(&mut s.text)) })?;
    match outcome {
        Some(true) => Ok(Value::Void),
        Some(false) => {
            fail::range("Index was out of range. Must be non-negative and less than the size of the string.", "index")
                .throw()
        }
        None => fail::invalid("Instance is read-only.").throw(),
    }
}

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.Security.SecureString",
    like: &[],
    members: &[
        ("new", |_| Ok(make(""))),
        ("Length", |c| c.with(|s: &mut Secret| Value::I32(s.text.len() as i32))),
        ("AppendChar", |c| {
            let unit = c.unit(0);
            change(c, |t| {
                t.push(unit);
                true
            })
        }),
        ("InsertAt", |c| {
            let (at, unit) = (c.long(0) as usize, c.unit(1));
            change(c, |t| {
                let fits = at <= t.len();
                if fits {
                    t.insert(at, unit);
                }
                fits
            })
        }),
        ("SetAt", |c| {
            let (at, unit) = (c.long(0) as usize, c.unit(1));
            change(c, |t| t.get_mut(at).map(|slot| *slot = unit).is_some())
        }),
        ("RemoveAt", |c| {
            let at = c.long(0) as usize;
            change(c, |t| {
                let fits = at < t.len();
                if fits {
                    t.remove(at);
                }
                fits
            })
        }),
        ("Clear", |c| {
            change(c, |t| {
                t.clear();
                true
            })
        }),
        ("Copy", |c| {
            c.with(|s: &mut Secret| hold(TypeRef::SECURE_STRING, Secret { text: s.text.clone(), is_read_only: false }))
        }),
        ("MakeReadOnly", |c| {
            c.with(|s: &mut Secret| s.is_read_only = true)?;
            Ok(Value::Void)
        }),
        ("IsReadOnly", |c| c.with(|s: &mut Secret| Value::Bool(s.is_read_only))),
        ("Dispose", |c| {
            c.with(|s: &mut Secret| s.text.clear())?;
            Ok(Value::Void)
        }),
        ("ToString", |_| Ok(Value::from("System.Security.SecureString"))),
    ],
}];
