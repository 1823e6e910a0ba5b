//! DictionaryEntry and `KeyValuePair[K,V]`.

use crate::types::{Behaviour, State, TypeDef, TypeRef, generic_of, hold};
use crate::value::Value;

/// A key with its value.
#[derive(Clone)]
pub struct Pair {
    pub key: Value,
    pub value: Value,
}

impl State for Pair {
    fn text(&self) -> Option<String> {
        let (k, v) = (crate::convert::to_display(&self.key), crate::convert::to_display(&self.value));
        Some(format!("[{k}, {v}]"))
    }
    fn is_equal(&self, other: &Self) -> bool {
        crate::types::system::object::equals(&self.key, &other.key)
            && crate::types::system::object::equals(&self.value, &other.value)
    }
}

const MEMBERS: &[(&str, Behaviour)] = &[
    ("Key", |c| c.with(|p: &mut Pair| p.key.clone())),
    ("Value", |c| c.with(|p: &mut Pair| p.value.clone())),
    ("Name", |c| c.with(|p: &mut Pair| p.key.clone())),
    ("Key=", |c| {
        let v = c.arg(0).clone();
        c.with(|p: &mut Pair| p.key = v)?;
        Ok(Value::Void)
    }),
    ("Value=", |c| {
        let v = c.arg(0).clone();
        c.with(|p: &mut Pair| p.value = v)?;
        Ok(Value::Void)
    }),
    ("new", |c| {
        let (key, value) = (c.arg(0).clone(), c.arg(1).clone());
        Ok(hold(c.ty, Pair { key, value }))
    }),
    ("ToString", |c| {
        let pair = c.with(|p: &mut Pair| p.clone())?;
        Ok(Value::from(pair.text().unwrap_or_default()))
    }),
    ("Deconstruct", |c| {
        let pair = c.with(|p: &mut Pair| p.clone())?;
        c.set_ref(0, pair.key)?;
        c.set_ref(1, pair.value)?;
        Ok(Value::Void)
    }),
];

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Collections.DictionaryEntry", like: &[], members: MEMBERS },
    TypeDef { name: "System.Collections.Generic.KeyValuePair`2", like: &[], members: MEMBERS },
];

/// The pair that a dictionary of a type enumerates to.
pub fn pair(dictionary: TypeRef, key: Value, value: Value) -> Value {
    let generic = match &dictionary.info().generic {
        Some((_, arguments)) if arguments.len() == 2 => TypeRef::find("System.Collections.Generic.KeyValuePair`2")
            .map(|definition| generic_of(definition, arguments.clone())),
        _ => None,
    };
    match generic {
        Some(ty) => hold(ty, Pair { key, value }),
        None => {
            let ty = TypeRef::find("System.Collections.DictionaryEntry").unwrap_or(TypeRef::OBJECT);
            hold(ty, Pair { key, value })
        }
    }
}
