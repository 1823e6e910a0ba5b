//! What the methods of Enumerable need of their arguments.

use crate::collection::{DictData, KeyComparer};
use crate::context::Context;
use crate::convert::to_bool;
use crate::error::Result;
use crate::stop::Growing;
use crate::types::collections::comparer::key_comparer;
use crate::types::{Call, TypeRef, bind, fail, invoke_delegate, sequence_of};
use crate::value::Value;

/// What a delegate answers.
pub fn ask(ctx: &mut dyn Context, delegate: &Value, args: &[Value]) -> Result {
    invoke_delegate(ctx, delegate, args)
}

/// Whether a predicate holds for an item; where it takes two arguments the second is the place.
pub fn holds(ctx: &mut dyn Context, predicate: &Value, item: &Value, at: usize) -> Result<bool> {
    Ok(to_bool(&with_place(ctx, predicate, item, at)?))
}

/// What a function of an item (and its place) answers.
pub fn with_place(ctx: &mut dyn Context, function: &Value, item: &Value, at: usize) -> Result {
    if arguments_of(function).len() == 3 {
        return ask(ctx, function, &[item.clone(), Value::I32(at as i32)]);
    }
    ask(ctx, function, std::slice::from_ref(item))
}

/// The type arguments of a delegate's type.
pub fn arguments_of(delegate: &Value) -> Vec<TypeRef> {
    let ty = delegate.type_ref();
    ty.and_then(|t| t.info().generic.as_ref()).map(|(_, arguments)| arguments.clone()).unwrap_or_default()
}

impl Call<'_> {
    /// The type argument of the chosen overload at a place.
    pub fn type_argument(&self, at: usize) -> TypeRef {
        self.signature.and_then(|s| s.arguments.get(at)).copied().unwrap_or(TypeRef::OBJECT)
    }
}

/// The sequence argument; `$null` is refused.
pub fn source(c: &Call<'_>, at: usize) -> Result {
    if c.arg(at).is_null() {
        return fail::null(c.parameter_name(at)).throw();
    }
    Ok(c.arg(at).clone())
}

/// The items of the first argument.
pub fn items(c: &mut Call<'_>) -> Result<Vec<Value>> {
    let given = source(c, 0)?;
    sequence_of(c.ctx, &given)
}

/// What a step adds for each of many items. Where one ends it (a stop, an error), both lists are let go of as after a stop.
pub fn through(
    items: Vec<Value>,
    mut step: impl FnMut(usize, &Value, &mut Growing<Value>) -> Result<()>,
) -> Result<Vec<Value>> {
    let (items, mut made) = (Growing::new(items), Growing::default());
    for (at, item) in items.iter().enumerate() {
        step(at, item, &mut made)?;
    }
    Ok(made.done())
}

/// The items that a predicate takes.
pub fn kept(ctx: &mut dyn Context, items: Vec<Value>, predicate: &Value) -> Result<Vec<Value>> {
    through(items, |at, item, kept| match holds(ctx, predicate, item, at)? {
        true => kept.push(item.clone()),
        false => Ok(()),
    })
}

/// The items of the first argument that the predicate at a place takes, all where there is none.
pub fn filtered(c: &mut Call<'_>, at: usize) -> Result<Vec<Value>> {
    let all = items(c)?;
    let Some(predicate) = c.named("predicate").or_else(|| (c.count() > at).then(|| c.arg(at).clone())) else {
        return Ok(all);
    };
    if !predicate.type_ref().is_some_and(bind::is_delegate) {
        return Ok(all);
    }
    kept(c.ctx, all, &predicate)
}

/// A table for distinct keys under an argument's comparer.
pub fn table(comparer: &Value) -> DictData {
    DictData::new(if comparer.is_null() { KeyComparer::Ordinal } else { key_comparer(comparer) })
}

/// Whether the first argument is an array without items, for which .NET answers with an array.
pub fn is_empty_array(value: &Value) -> bool {
    value.as_array().is_some_and(|a| a.is_fixed && a.is_empty())
}

/// The name of an iterator by the kind of its source, as .NET specialises it.
pub fn by_source(value: &Value, array: &str, list: &str, other: &str) -> String {
    match value.as_array() {
        Some(a) if a.is_fixed => array,
        Some(a) if a.ty.name().starts_with("System.Collections.Generic.List`1") => list,
        _ => other,
    }
    .to_string()
}

/// "Sequence contains no elements" and its kin.
pub fn none<T>() -> Result<T> {
    fail::invalid("Sequence contains no elements").throw()
}
