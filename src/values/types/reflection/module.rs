//! System.Reflection.Module: the file that holds an assembly's types.

use crate::types::{State, TypeDef, hold_named};
use crate::value::Value;

/// A module by the simple name of its assembly.
#[derive(Clone)]
struct Module(String);

impl State for Module {
    fn text(&self) -> Option<String> {
        Some(format!("{}.dll", self.0))
    }
    fn is_equal(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

/// A Module value.
pub fn make(assembly: &str) -> Value {
    crate::types::register(
        "System.Reflection.Module",
        crate::types::TypeKind::Class,
        Some(crate::types::TypeRef::OBJECT),
    );
    hold_named("System.Reflection.Module", Module(assembly.to_string()))
}

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.Reflection.Module",
    like: &[],
    members: &[
        ("Name", |c| c.with(|m: &mut Module| Value::from(format!("{}.dll", m.0)))),
        ("ScopeName", |c| c.with(|m: &mut Module| Value::from(format!("{}.dll", m.0)))),
        ("FullyQualifiedName", |c| c.with(|m: &mut Module| Value::from(format!("{}.dll", m.0)))),
        ("Assembly", |c| {
            let name = c.with(|m: &mut Module| m.0.clone())?;
            Ok(super::assembly::make(&name))
        }),
    ],
}];
