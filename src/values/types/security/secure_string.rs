//! System.Security.SecureString and the Marshal calls that read it back.

use crate::types::{State, TypeDef, TypeRef, fail, hold, hold_named, state_of};
use crate::value::Value;

/// The state of a SecureString.
#[derive(Clone)]
pub struct Secret {
    text: Vec<u16>,
    is_read_only: bool,
}
impl State for Secret {}

/// Memory that Marshal handed out: an address and the text there.
#[derive(Clone)]
struct Memory(String);
impl State for Memory {
    fn text(&self) -> Option<String> {
        Some("140000000000000".to_string())
    }
}

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

pub static TYPES: &[TypeDef] = &[
    TypeDef {
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
                c.with(|s: &mut Secret| {
                    hold(TypeRef::SECURE_STRING, Secret { text: s.text.clone(), is_read_only: false })
                })
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
    },
    TypeDef {
        name: "System.Runtime.InteropServices.Marshal",
        like: &[],
        members: &[
            ("::SecureStringToBSTR", |c| Ok(memory(text_of(c.arg(0))))),
            ("::SecureStringToGlobalAllocUnicode", |c| Ok(memory(text_of(c.arg(0))))),
            ("::SecureStringToCoTaskMemUnicode", |c| Ok(memory(text_of(c.arg(0))))),
            ("::StringToHGlobalUni", |c| Ok(memory(c.str(0).to_string()))),
            ("::StringToBSTR", |c| Ok(memory(c.str(0).to_string()))),
            ("::PtrToStringBSTR", |c| Ok(read(c.arg(0)))),
            ("::PtrToStringAuto", |c| Ok(read(c.arg(0)))),
            ("::PtrToStringUni", |c| Ok(read(c.arg(0)))),
            ("::PtrToStringAnsi", |c| Ok(read(c.arg(0)))),
            ("::ZeroFreeBSTR", |_| Ok(Value::Void)),
            ("::ZeroFreeGlobalAllocUnicode", |_| Ok(Value::Void)),
            ("::ZeroFreeCoTaskMemUnicode", |_| Ok(Value::Void)),
            ("::FreeHGlobal", |_| Ok(Value::Void)),
            ("::FreeBSTR", |_| Ok(Value::Void)),
        ],
    },
];

fn memory(text: String) -> Value {
    hold_named("System.IntPtr", Memory(text))
}

fn read(pointer: &Value) -> Value {
    state_of::<Memory>(pointer).map_or(Value::Null, |m| Value::from(m.0))
}
