//! Sorting with comparisons that may throw.

use std::cmp::Ordering;

use crate::context::Context;
use crate::error::{Flow, Result};
use crate::stop::{Growing, Pace};
use crate::types::{TypeRef, fail, invoke_delegate};
use crate::value::Value;

/// Merge sort; the first error ends it.
pub fn sort_by(items: Vec<Value>, compare: &mut dyn FnMut(&Value, &Value) -> Result<Ordering>) -> Result<Vec<Value>> {
    if items.len() < 2 {
        return Ok(items);
    }
    crate::stop::check()?;
    let mut left = items;
    let mut right = Growing::new(left.split_off(left.len() / 2));
    let mut left = Growing::new(sort_by(left, compare)?);
    right = Growing::new(sort_by(right.done(), compare)?);
    let mut merged = Growing::new(Vec::with_capacity(left.len() + right.len()));
    let (mut l, mut r) = (0, 0);
    let mut pace = Pace::default();
    while l < left.len() || r < right.len() {
        pace.step()?;
        let is_right = match (left.get(l), right.get(r)) {
            (Some(a), Some(b)) => compare(a, b)? == Ordering::Greater,
            (a, _) => a.is_none(),
        };
        let (from, at) = if is_right { (&mut right, &mut r) } else { (&mut left, &mut l) };
        merged.push(std::mem::take(&mut from[*at]))?;
        *at += 1;
    }
    Ok(merged.done())
}

/// The order of two values as `Comparer.Default` finds it.
pub fn default_order(ctx: &mut dyn Context, a: &Value, b: &Value) -> Result<Ordering> {
    match (a.base(), b.base()) {
        (Value::I32(x), Value::I32(y)) => Ok(x.cmp(y)),
        (Value::Str(x), Value::Str(y)) => {
            let culture = crate::types::call::culture_named(ctx.culture_name());
            Ok(crate::compare::compare(x, y, &culture, crate::compare::CompareOptions::NONE))
        }
        (x, y) if x.is_null() || y.is_null() => Ok(x.is_null().cmp(&y.is_null()).reverse()),
        (x, y) if x.type_ref() == y.type_ref() => crate::operators::compare(ctx, x, y, true),
        _ => fail::argument("Object must be of the same type.", "").throw(),
    }
}

/// The order of two values by an IComparer, a Comparison delegate, or the default where there is none.
pub fn order_by(ctx: &mut dyn Context, comparer: &Value, a: &Value, b: &Value) -> Result<Ordering> {
    if comparer.is_null() {
        return default_order(ctx, a, b);
    }
    if let Some(rule) = super::comparer::rule_of(comparer) {
        if let (Value::Str(x), Value::Str(y)) = (a.base(), b.base()) {
            return Ok(crate::types::system::search::compare(x, y, rule).cmp(&0));
        }
        return default_order(ctx, a, b);
    }
    let args = [a.clone(), b.clone()];
    let answer = match comparer.type_ref() {
        Some(t) if t == TypeRef::SCRIPTBLOCK || crate::types::bind::is_delegate(t) => {
            invoke_delegate(ctx, comparer, &args)?
        }
        _ => crate::members::call(ctx, comparer, "Compare", &args)?,
    };
    let answer = crate::convert::convert(ctx, &answer, TypeRef::INT32)?;
    Ok(answer.as_i64().unwrap_or(0).cmp(&0))
}

/// Sorts items by a comparer; what the comparer throws comes as InvalidOperationException, as .NET does.
pub fn sort(ctx: &mut dyn Context, items: Vec<Value>, comparer: &Value) -> Result<Vec<Value>> {
    let comparer = comparer.clone();
    sort_by(items, &mut |a, b| order_by(ctx, &comparer, a, b)).map_err(|flow| match &*flow {
        Flow::Throw(record) => {
            let inner = Value::Exception(record.exception.clone());
            match fail::invalid("Failed to compare two elements in the array.").inner(inner).throw::<()>() {
                Err(wrapped) => wrapped,
                Ok(()) => flow,
            }
        }
        _ => flow,
    })
}
