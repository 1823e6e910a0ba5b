//! System.Xml.XmlNamespaceManager and the name table that it is made of.

use crate::types::{State, TypeDef, hold_named, state_of};
use crate::value::Value;
use crate::xml::Namespaces;

/// Prefixes and their namespaces.
#[derive(Clone)]
struct Manager(Namespaces);
impl State for Manager {}

/// A name table; names need none here.
struct Table;
impl State for Table {}

/// The namespaces of an XmlNamespaceManager value.
pub fn namespaces_of(value: &Value) -> Option<Namespaces> {
    state_of::<Manager>(value).map(|m| m.0)
}

/// A NameTable value.
pub fn table() -> Value {
    hold_named("System.Xml.NameTable", Table)
}

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Xml.NameTable", like: &[], members: &[("new", |_| Ok(table()))] },
    TypeDef {
        name: "System.Xml.XmlNamespaceManager",
        like: &[],
        members: &[
            ("new", |_| Ok(hold_named("System.Xml.XmlNamespaceManager", Manager(Namespaces::default())))),
            ("AddNamespace", |c| {
                let (prefix, space) = (c.str(0).to_string(), c.str(1).to_string());
                c.with(|m: &mut Manager| m.0.insert(prefix, space))?;
                Ok(Value::Void)
            }),
            ("RemoveNamespace", |c| {
                let prefix = c.str(0).to_string();
                c.with(|m: &mut Manager| m.0.remove(&prefix))?;
                Ok(Value::Void)
            }),
            ("HasNamespace", |c| {
                let prefix = c.str(0).to_string();
                c.with(|m: &mut Manager| Value::Bool(m.0.contains_key(&prefix)))
            }),
            ("LookupNamespace", |c| {
                let prefix = c.str(0).to_string();
                c.with(|m: &mut Manager| m.0.get(&prefix).map_or(Value::Null, |s| Value::from(s.as_str())))
            }),
            ("DefaultNamespace", |c| c.with(|m: &mut Manager| Value::from(m.0.get("").map_or("", String::as_str)))),
        ],
    },
];
