//! Enumerators: IEnumerator over a snapshot of items.

use crate::types::{Behaviour, State, TypeDef, TypeRef, fail, hold};
use crate::value::Value;

/// Items and the position before the first.
pub struct Cursor {
    items: Vec<Value>,
    at: Option<usize>,
}

impl State for Cursor {
    const IS_ENUMERABLE: bool = true;
    fn items(&self) -> Vec<Value> {
        self.items.get(self.at.map_or(0, |n| n + 1)..).unwrap_or_default().to_vec()
    }
}

const MEMBERS: &[(&str, Behaviour)] = &[
    ("MoveNext()", |c| move_next(c)),
    ("MoveNext", |c| move_next(c)),
    ("Current", |c| current(c)),
    ("Reset()", |c| {
        c.with(|s: &mut Cursor| s.at = None)?;
        Ok(Value::Void)
    }),
    ("Reset", |c| {
        c.with(|s: &mut Cursor| s.at = None)?;
        Ok(Value::Void)
    }),
    ("Dispose()", |_| Ok(Value::Void)),
    ("Dispose", |_| Ok(Value::Void)),
];

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Collections.IEnumerator", like: &[], members: MEMBERS },
    TypeDef { name: "System.CharEnumerator", like: &["System.Collections.IEnumerator"], members: &[] },
    TypeDef {
        name: "System.Collections.IDictionaryEnumerator",
        like: &["System.Collections.IEnumerator"],
        members: &[
            ("Entry", |c| current(c)),
            ("Key", |c| {
                let pair = current(c)?;
                crate::members::note_or_null(c.ctx, &pair, "Key")
            }),
            ("Value", |c| {
                let pair = current(c)?;
                crate::members::note_or_null(c.ctx, &pair, "Value")
            }),
        ],
    },
    TypeDef { name: "System.ArrayEnumerator", like: &["System.Collections.IEnumerator"], members: &[] },
];

fn move_next(c: &mut crate::types::Call<'_>) -> crate::error::Result {
    c.with(|s: &mut Cursor| {
        let next = s.at.map_or(0, |n| n + 1);
        s.at = Some(next.min(s.items.len()));
        Value::Bool(next < s.items.len())
    })
}

fn current(c: &mut crate::types::Call<'_>) -> crate::error::Result {
    let found = c.with(|s: &mut Cursor| s.at.and_then(|n| s.items.get(n).cloned()))?;
    match found {
        Some(value) => Ok(value),
        None => {
            let started = c.with(|s: &mut Cursor| s.at.is_some())?;
            fail::invalid(if started {
                "Enumeration already finished."
            } else {
                "Enumeration has not started. Call MoveNext."
            })
            .throw()
        }
    }
}

/// An enumerator of a type over items.
pub fn over(ty: &str, items: Vec<Value>) -> Value {
    let ty = TypeRef::find(ty)
        .unwrap_or_else(|| crate::types::register(ty, crate::types::TypeKind::Class, Some(TypeRef::OBJECT)));
    hold(ty, Cursor { items, at: None })
}
