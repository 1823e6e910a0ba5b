//! Enumerable collections that do not grow by script: the `Keys` and `Values` of dictionaries, results of queries.

use std::sync::Arc;

use crate::collection::Dict;
use crate::types::system::object::equals;
use crate::types::{Behaviour, State, TypeDef, TypeRef, hold};
use crate::value::Value;

/// What the collection shows: items of its own, or one side of a dictionary's entries as they are when asked.
#[derive(Clone)]
pub enum Sequence {
    Items(Vec<Value>),
    Keys(Arc<Dict>),
    Values(Arc<Dict>),
}

impl State for Sequence {
    const IS_ENUMERABLE: bool = true;
    fn items(&self) -> Vec<Value> {
        match self {
            Sequence::Items(items) => items.clone(),
            Sequence::Keys(dict) => dict.to_vec().into_iter().map(|(k, _)| k).collect(),
            Sequence::Values(dict) => dict.to_vec().into_iter().map(|(_, v)| v).collect(),
        }
    }
}

/// A collection of a type over items.
pub fn make(ty: TypeRef, items: Vec<Value>) -> Value {
    hold(ty, Sequence::Items(items))
}

/// The dictionary that a `Keys` or `Values` collection looks into.
pub fn dictionary_of(value: &Value) -> Option<Arc<Dict>> {
    match crate::types::state_of::<Sequence>(value)? {
        Sequence::Keys(dict) | Sequence::Values(dict) => Some(dict),
        Sequence::Items(_) => None,
    }
}

const MEMBERS: &[(&str, Behaviour)] = &[
    ("Count", |c| c.with(|s: &mut Sequence| Value::I32(s.items().len() as i32))),
    ("IsSynchronized", |_| Ok(Value::Bool(false))),
    ("SyncRoot", |c| Ok(c.this.clone())),
    ("CopyTo()", |c| copy(c)),
    ("CopyTo", |c| copy(c)),
    ("Contains()", |c| {
        let wanted = c.arg(0).clone();
        c.with(|s: &mut Sequence| Value::Bool(s.items().iter().any(|v| equals(v, &wanted))))
    }),
    ("Contains", |c| {
        let wanted = c.arg(0).clone();
        c.with(|s: &mut Sequence| Value::Bool(s.items().iter().any(|v| equals(v, &wanted))))
    }),
    ("GetEnumerator()", |c| {
        let items = c.with(|s: &mut Sequence| s.items())?;
        Ok(super::enumerator::over("System.ArrayEnumerator", items))
    }),
    ("GetEnumerator", |c| {
        let items = c.with(|s: &mut Sequence| s.items())?;
        Ok(super::enumerator::over("System.ArrayEnumerator", items))
    }),
    ("[]", |c| {
        let at = c.long(0);
        let found = c.with(|s: &mut Sequence| {
            let place = if at < 0 { at + s.items().len() as i64 } else { at };
            usize::try_from(place).ok().and_then(|p| s.items().get(p).cloned())
        })?;
        match found {
            Some(value) => Ok(value),
            None => crate::types::fail::index().throw(),
        }
    }),
];

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Collections.ICollection", like: &[], members: MEMBERS },
    TypeDef {
        name: "System.Collections.Hashtable+KeyCollection",
        like: &["System.Collections.ICollection"],
        members: &[],
    },
    TypeDef {
        name: "System.Collections.Hashtable+ValueCollection",
        like: &["System.Collections.ICollection"],
        members: &[],
    },
    TypeDef {
        name: "System.Collections.Specialized.OrderedDictionary+OrderedDictionaryKeyValueCollection",
        like: &["System.Collections.ICollection"],
        members: &[],
    },
    TypeDef { name: "System.Collections.SortedList+KeyList", like: &["System.Collections.ICollection"], members: &[] },
    TypeDef {
        name: "System.Collections.SortedList+ValueList",
        like: &["System.Collections.ICollection"],
        members: &[],
    },
    TypeDef {
        name: "System.Collections.Generic.Dictionary`2+KeyCollection",
        like: &["System.Collections.ICollection"],
        members: &[],
    },
    TypeDef {
        name: "System.Collections.Generic.Dictionary`2+ValueCollection",
        like: &["System.Collections.ICollection"],
        members: &[],
    },
];

fn copy(c: &mut crate::types::Call<'_>) -> crate::error::Result {
    let items = c.with(|s: &mut Sequence| s.items())?;
    let at = c.long(1);
    super::array::copy_into(&items, &c.arg(0).clone(), at)
}
