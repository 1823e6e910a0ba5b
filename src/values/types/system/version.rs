//! System.Version.

use std::cmp::Ordering;

use crate::error::{Exception, Result};
use crate::types::{Call, State, TypeDef, TypeRef, fail, hold, state_of};
use crate::value::Value;

/// The parts of a version; -1 where one is not given.
#[derive(Clone, PartialEq)]
pub struct Parts(pub [i32; 4]);

impl State for Parts {
    fn text(&self) -> Option<String> {
        Some(self.0.iter().take_while(|n| **n >= 0).map(i32::to_string).collect::<Vec<_>>().join("."))
    }
    fn is_equal(&self, other: &Self) -> bool {
        self == other
    }
    fn order(&self, other: &Self) -> Option<Ordering> {
        Some(self.0.cmp(&other.0))
    }
    fn hash(&self) -> Option<u64> {
        Some(self.0.iter().fold(0, |h, n| h * 31 + *n as u32 as u64))
    }
}

/// `Version.Parse`.
pub fn parse(text: &str) -> std::result::Result<Parts, Exception> {
    let pieces: Vec<&str> = text.split('.').collect();
    if !(2..=4).contains(&pieces.len()) {
        return Err(fail::argument("Version string portion was too short or too long.", "input"));
    }
    let mut parts = [-1; 4];
    for (slot, piece) in parts.iter_mut().zip(&pieces) {
        let piece = piece.trim();
        match piece.parse::<i64>() {
            Ok(n) if n < 0 => {
                return Err(fail::negative("input", n));
            }
            Ok(n) => match i32::try_from(n) {
                Ok(n) => *slot = n,
                Err(_) => return Err(fail::overflow("Value was either too large or too small for an Int32.")),
            },
            Err(_) => return Err(fail::format(format!("The input string '{piece}' was not in a correct format."))),
        }
    }
    Ok(Parts(parts))
}

/// A Version value.
pub fn make(parts: Parts) -> Value {
    hold(TypeRef::VERSION, parts)
}

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.Version",
    like: &[],
    members: &[
        ("new", |c| {
            if c.count() == 0 {
                return Ok(make(Parts([0, 0, -1, -1])));
            }
            if c.parameter(0) == TypeRef::STRING {
                return parse(&c.need_str(0)?).map(make).or_else(Exception::throw);
            }
            let mut parts = [-1; 4];
            for (at, slot) in parts.iter_mut().enumerate().take(c.count()) {
                if c.int(at) < 0 {
                    return fail::negative(c.parameter_name(at), c.long(at)).throw();
                }
                *slot = c.int(at);
            }
            Ok(make(Parts(parts)))
        }),
        ("::Parse", |c| parse(&c.need_str(0)?).map(make).or_else(Exception::throw)),
        ("::TryParse", |c| {
            let read = parse(&c.str(0));
            let found = read.is_ok();
            c.set_ref(1, read.map_or(Value::Null, make))?;
            Ok(Value::Bool(found))
        }),
        ("Major", |c| part(c, 0)),
        ("Minor", |c| part(c, 1)),
        ("Build", |c| part(c, 2)),
        ("Revision", |c| part(c, 3)),
        ("MajorRevision", |c| c.with(|v: &mut Parts| Value::I16((v.0[3] >> 16) as i16))),
        ("MinorRevision", |c| c.with(|v: &mut Parts| Value::I16(v.0[3] as i16))),
        ("ToString", |c| {
            let parts = c.with(|v: &mut Parts| v.clone())?;
            if c.count() == 0 {
                return Ok(Value::from(parts.text().unwrap_or_default()));
            }
            let n = c.long(0);
            let have = parts.0.iter().take_while(|n| **n >= 0).count() as i64;
            if n < 0 || n > have {
                return fail::argument(format!("Argument must be between 0 and {have}."), "fieldCount").throw();
            }
            Ok(Value::from(parts.0.iter().take(n as usize).map(i32::to_string).collect::<Vec<_>>().join(".")))
        }),
        ("Clone", |c| c.with(|v: &mut Parts| make(v.clone()))),
        ("CompareTo", |c| {
            if !c.has(0) {
                return Ok(Value::I32(1));
            }
            let Some(other) = state_of::<Parts>(c.arg(0)) else {
                return fail::argument("Object must be of type Version.", "").throw();
            };
            c.with(|v: &mut Parts| Value::I32(v.0.cmp(&other.0) as i32))
        }),
        ("::op_Equality", |c| Ok(Value::Bool(super::object::equals(c.arg(0), c.arg(1))))),
    ],
}];

fn part(c: &Call<'_>, at: usize) -> Result {
    c.with(|v: &mut Parts| Value::I32(v.0[at]))
}
