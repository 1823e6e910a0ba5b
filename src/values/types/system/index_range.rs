//! System.Index and System.Range.

use crate::types::{Behaviour, Call, State, TypeDef, fail, hold_named, state_of};
use crate::value::Value;

/// A place counted from the beginning or the end.
#[derive(Clone, Copy, PartialEq)]
struct Place {
    n: i32,
    from_end: bool,
}
impl State for Place {
    fn text(&self) -> Option<String> {
        Some(format!("{}{}", if self.from_end { "^" } else { "" }, self.n))
    }
    fn is_equal(&self, other: &Self) -> bool {
        self == other
    }
    fn hash(&self) -> Option<u64> {
        Some(if self.from_end { !self.n as u64 } else { self.n as u64 })
    }
}

impl Place {
    fn offset(self, length: i32) -> i32 {
        if self.from_end { length - self.n } else { self.n }
    }
}

/// From one place up to another.
#[derive(Clone, Copy, PartialEq)]
struct Span(Place, Place);
impl State for Span {
    fn text(&self) -> Option<String> {
        Some(format!("{}..{}", self.0.text()?, self.1.text()?))
    }
    fn is_equal(&self, other: &Self) -> bool {
        self == other
    }
}

fn place(n: i32, from_end: bool) -> Value {
    hold_named("System.Index", Place { n, from_end })
}

fn checked(c: &Call<'_>, from_end: bool) -> crate::error::Result {
    if c.int(0) < 0 {
        return fail::range("Non-negative number required.", "value").throw();
    }
    Ok(place(c.int(0), from_end))
}

fn span(start: Option<Place>, end: Option<Place>) -> crate::error::Result {
    let whole = Span(Place { n: 0, from_end: false }, Place { n: 0, from_end: true });
    Ok(hold_named("System.Range", Span(start.unwrap_or(whole.0), end.unwrap_or(whole.1))))
}

const INDEX: &[(&str, Behaviour)] = &[
    ("new", |c| {
        let from_end = c.place("fromEnd").is_some_and(|at| c.bool(at));
        checked(c, from_end)
    }),
    ("::op_Implicit", |c| checked(c, false)),
    ("::FromStart", |c| checked(c, false)),
    ("::FromEnd", |c| checked(c, true)),
    ("::Start", |_| Ok(place(0, false))),
    ("::End", |_| Ok(place(0, true))),
    ("Value", |c| c.with(|p: &mut Place| Value::I32(p.n))),
    ("IsFromEnd", |c| c.with(|p: &mut Place| Value::Bool(p.from_end))),
    ("GetOffset", |c| {
        let length = c.int(0);
        c.with(|p: &mut Place| Value::I32(p.offset(length)))
    }),
];

const RANGE: &[(&str, Behaviour)] = &[
    ("new", |c| span(state_of(c.arg(0)), state_of(c.arg(1)))),
    ("::All", |_| span(None, None)),
    ("::StartAt", |c| span(state_of(c.arg(0)), None)),
    ("::EndAt", |c| span(None, state_of(c.arg(0)))),
    ("Start", |c| c.with(|s: &mut Span| place(s.0.n, s.0.from_end))),
    ("End", |c| c.with(|s: &mut Span| place(s.1.n, s.1.from_end))),
    ("GetOffsetAndLength", |c| {
        let length = c.int(0);
        let (start, end) = c.with(|s: &mut Span| (s.0.offset(length), s.1.offset(length)))?;
        if start < 0 || end > length || start > end {
            return fail::range("Specified argument was out of the range of valid values.", "length").throw();
        }
        let ty = crate::types::TypeRef::find("System.ValueTuple[int,int]").unwrap_or(crate::types::TypeRef::OBJECT);
        crate::members::construct(c.ctx, ty, &[Value::I32(start), Value::I32(end - start)])
    }),
];

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Index", like: &[], members: INDEX },
    TypeDef { name: "System.Range", like: &[], members: RANGE },
];
