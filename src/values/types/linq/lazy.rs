//! Sequences that are computed when they are enumerated, under the names of .NET's own iterators.

use crate::context::Context;
use crate::error::Result;
use crate::object::Foreign;
use crate::types::{TypeKind, TypeRef, generic_of, register};
use crate::value::Value;

type Run = dyn Fn(&mut dyn Context) -> Result<Vec<Value>> + Send + Sync;

/// A sequence with the computation of its items.
pub struct Lazy {
    ty: TypeRef,
    run: Box<Run>,
}

impl Foreign for Lazy {
    fn type_ref(&self) -> TypeRef {
        self.ty
    }
    fn is_enumerable(&self) -> bool {
        true
    }
    fn enumerate(&self, ctx: &mut dyn Context) -> Result<Option<Vec<Value>>> {
        (self.run)(ctx).map(Some)
    }
}

/// The prefix of the iterators' names; the facts give them their interfaces by it.
pub const PREFIX: &str = "System.Linq.Enumerable+";

/// A sequence under the name of an iterator, closed over types.
pub fn make(
    iterator: &str,
    arguments: Vec<TypeRef>,
    run: impl Fn(&mut dyn Context) -> Result<Vec<Value>> + Send + Sync + 'static,
) -> Value {
    let name = format!("{PREFIX}{iterator}`{}", arguments.len());
    let definition = register(&name, TypeKind::Class, Some(TypeRef::OBJECT));
    Value::foreign(Lazy { ty: generic_of(definition, arguments), run: Box::new(run) })
}

/// Names of the interfaces of an iterator type.
pub fn interfaces(ty: TypeRef) -> Vec<String> {
    let Some((definition, arguments)) = &ty.info().generic else { return Vec::new() };
    if !definition.name().starts_with(PREFIX) {
        return Vec::new();
    }
    let item = if definition.name().contains("OrderedIterator") { arguments.first() } else { arguments.last() };
    let item = item.map_or("System.Object", |t| t.name());
    let mut names = vec![
        "System.Collections.IEnumerable".to_string(),
        "System.IDisposable".to_string(),
        format!("System.Collections.Generic.IEnumerable`1[{item}]"),
    ];
    if definition.name().contains("OrderedIterator") {
        names.push(format!("System.Linq.IOrderedEnumerable`1[{item}]"));
    }
    names
}
