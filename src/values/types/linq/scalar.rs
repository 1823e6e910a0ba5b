//! System.Linq.Enumerable: queries that give one value.

use super::source::{ask, filtered, holds, items, none, source, table};
use crate::error::Result;
use crate::types::collections::order::order_by;
use crate::types::system::object::equals;
use crate::types::{Behaviour, Call, TypeDef, TypeRef, bind, decimal_of, fail, sequence_of, to_decimal};
use crate::value::Value;
use std::cmp::Ordering;

const MEMBERS: &[(&str, Behaviour)] = &[
    ("::Count", |c| filtered(c, 1).map(|i| Value::I32(i.len() as i32))),
    ("::LongCount", |c| filtered(c, 1).map(|i| Value::I64(i.len() as i64))),
    ("::TryGetNonEnumeratedCount", |c| {
        let count = c.arg(0).as_array().map(|a| a.len());
        c.set_ref(1, Value::I32(count.unwrap_or(0) as i32))?;
        Ok(Value::Bool(count.is_some()))
    }),
    ("::Any", |c| filtered(c, 1).map(|i| Value::Bool(!i.is_empty()))),
    ("::All", |c| {
        let predicate = c.arg(1).clone();
        for (at, item) in items(c)?.iter().enumerate() {
            if !holds(c.ctx, &predicate, item, at)? {
                return Ok(Value::Bool(false));
            }
        }
        Ok(Value::Bool(true))
    }),
    ("::Contains", |c| {
        let (wanted, comparer) = (c.arg(1).clone(), c.named("comparer").unwrap_or_default());
        let mut known = table(&comparer);
        for item in items(c)? {
            known.insert(item, Value::Null);
        }
        Ok(Value::Bool(known.contains_key(&wanted)))
    }),
    ("::SequenceEqual", |c| {
        let second = source(c, 1)?;
        let (a, b) = (items(c)?, sequence_of(c.ctx, &second)?);
        Ok(Value::Bool(a.len() == b.len() && a.iter().zip(&b).all(|(x, y)| equals(x, y))))
    }),
    ("::First", |c| element(c, false, false, |i| i.into_iter().next())),
    ("::FirstOrDefault", |c| element(c, true, false, |i| i.into_iter().next())),
    ("::Last", |c| element(c, false, false, |i| i.into_iter().next_back())),
    ("::LastOrDefault", |c| element(c, true, false, |i| i.into_iter().next_back())),
    ("::Single", |c| element(c, false, true, |i| i.into_iter().next())),
    ("::SingleOrDefault", |c| element(c, true, true, |i| i.into_iter().next())),
    ("::ElementAt", |c| {
        let at = c.long(1);
        match usize::try_from(at).ok().and_then(|at| items(c).map(|i| i.into_iter().nth(at)).transpose()) {
            Some(found) => found,
            None => fail::index().throw(),
        }
    }),
    ("::ElementAtOrDefault", |c| {
        let (at, own) = (c.long(1), c.type_argument(0));
        let found = items(c)?.into_iter().nth(usize::try_from(at).unwrap_or(usize::MAX));
        Ok(found.unwrap_or_else(|| crate::members::default_of(own)))
    }),
    ("::Aggregate", |c| {
        let list = items(c)?;
        let (mut rest, function, last) = if c.count() == 2 {
            (list.into_iter(), c.arg(1).clone(), None)
        } else {
            let mut with_seed = vec![c.arg(1).clone()];
            with_seed.extend(list);
            (with_seed.into_iter(), c.arg(2).clone(), (c.count() > 3).then(|| c.arg(3).clone()))
        };
        let Some(mut total) = rest.next() else { return none() };
        let ty = c.type_argument(usize::from(c.count() > 2));
        for item in rest {
            let next = ask(c.ctx, &function, &[total, item])?;
            total = bind::to_type(c.ctx, &next, ty)?;
        }
        match last {
            Some(last) => ask(c.ctx, &last, &[total]),
            None => Ok(total),
        }
    }),
    ("::Sum", |c| total(c, false)),
    ("::Average", |c| total(c, true)),
    ("::Max", |c| extreme(c, Ordering::Greater, false)),
    ("::Min", |c| extreme(c, Ordering::Less, false)),
    ("::MaxBy", |c| extreme(c, Ordering::Greater, true)),
    ("::MinBy", |c| extreme(c, Ordering::Less, true)),
    ("::ToDictionary", |c| {
        let comparer = c.named("comparer");
        let (key, value) = (c.named("keySelector"), c.named("elementSelector"));
        let types = c.signature.map(|s| s.arguments.clone()).unwrap_or_default();
        let of_key = *types.get(usize::from(key.is_some())).unwrap_or(&TypeRef::OBJECT);
        let of_value = match (&key, types.len()) {
            (Some(_), 3) => types[2],
            (Some(_), _) => c.type_argument(0),
            (None, _) => c.type_argument(1),
        };
        let name = format!("System.Collections.Generic.Dictionary[{},{}]", of_key.name(), of_value.name());
        let ty = TypeRef::find(&name).unwrap_or(TypeRef::HASHTABLE);
        let made = crate::members::construct(c.ctx, ty, &comparer.into_iter().collect::<Vec<_>>())?;
        for item in items(c)? {
            let pair = match &key {
                Some(key) => {
                    let k = ask(c.ctx, key, std::slice::from_ref(&item))?;
                    let v = match &value {
                        Some(value) => ask(c.ctx, value, std::slice::from_ref(&item))?,
                        None => item,
                    };
                    [k, v]
                }
                None => {
                    let (k, v) = if crate::members::get(c.ctx, &item, "Key")?.is_some() {
                        ("Key", "Value")
                    } else {
                        ("Item1", "Item2")
                    };
                    [crate::members::note_or_null(c.ctx, &item, k)?, crate::members::note_or_null(c.ctx, &item, v)?]
                }
            };
            crate::members::call(c.ctx, &made, "Add", &pair).map_err(inner_of)?;
        }
        Ok(made)
    }),
];

/// What a member threw, without the MethodInvocationException around it.
fn inner_of(flow: Box<crate::error::Flow>) -> Box<crate::error::Flow> {
    let crate::error::Flow::Throw(record) = &*flow else { return flow };
    let inner = record.exception.data.lock().inner.clone();
    match inner {
        Some(Value::Exception(e)) => crate::error::Flow::throw(crate::error::ErrorRecord::from_exception(e)),
        _ => flow,
    }
}

/// First, last or single item; the default of the type where there is none and it may be missing.
fn element(c: &mut Call<'_>, or_default: bool, is_single: bool, pick: fn(Vec<Value>) -> Option<Value>) -> Result {
    let has_predicate = c.count() > 1 && c.arg(1).type_ref().is_some_and(bind::is_delegate);
    let default = c.named("defaultValue");
    let list = filtered(c, if has_predicate { 1 } else { usize::MAX })?;
    if is_single && list.len() > 1 {
        let what = if has_predicate { "matching element" } else { "element" };
        return fail::invalid(format!("Sequence contains more than one {what}")).throw();
    }
    match pick(list) {
        Some(found) => Ok(found),
        None if or_default => Ok(default.unwrap_or_else(|| crate::members::default_of(c.type_argument(0)))),
        None if has_predicate => fail::invalid("Sequence contains no matching element").throw(),
        None => none(),
    }
}

/// The numbers of the first argument, through the selector where there is one; `$null` items are left out.
fn numbers(c: &mut Call<'_>) -> Result<(Vec<Value>, TypeRef)> {
    let mut list = items(c)?;
    let ty = match c.named("selector") {
        Some(selector) => {
            for item in &mut list {
                *item = ask(c.ctx, &selector, std::slice::from_ref(item))?;
            }
            c.parameter(1).info().generic.as_ref().and_then(|(_, a)| a.last().copied())
        }
        None => bind::sequence_element(c.parameter(0)),
    };
    let ty = ty.unwrap_or(TypeRef::OBJECT);
    let ty = bind::nullable(ty).unwrap_or(ty);
    list.retain(|v| !v.is_null());
    Ok((list, ty))
}

fn total(c: &mut Call<'_>, is_average: bool) -> Result {
    let is_optional = c.signature.is_some_and(|s| s.text.contains("System.Nullable["));
    let (list, ty) = numbers(c)?;
    let count = list.len() as i64;
    if is_average && count == 0 {
        return if is_optional { Ok(Value::Null) } else { none() };
    }
    let overflow = || fail::overflow("Arithmetic operation resulted in an overflow.");
    match ty {
        TypeRef::DECIMAL => {
            let mut sum = crate::number::Decimal::ZERO;
            for item in &list {
                sum = sum.add(decimal_of(item)).map_err(|_| overflow()).or_else(|e| e.throw())?;
            }
            if is_average {
                let by = crate::number::Decimal::from(count);
                sum = sum.div(by).unwrap_or(Ok(sum)).map_err(|_| overflow()).or_else(|e| e.throw())?;
            }
            Ok(to_decimal(sum))
        }
        TypeRef::DOUBLE | TypeRef::SINGLE => {
            let mut sum = 0f64;
            for item in &list {
                sum += match item.base() {
                    Value::F32(n) => f64::from(*n),
                    Value::F64(n) => *n,
                    other => other.as_i64().unwrap_or(0) as f64,
                };
            }
            if is_average {
                sum /= count as f64;
            }
            Ok(if ty == TypeRef::SINGLE { Value::F32(sum as f32) } else { Value::F64(sum) })
        }
        _ => {
            let sum = list.iter().try_fold(0i64, |sum, v| sum.checked_add(v.as_i64().unwrap_or(0)));
            let Some(sum) = sum else { return overflow().throw() };
            if is_average {
                return Ok(Value::F64(sum as f64 / count as f64));
            }
            match (ty, i32::try_from(sum)) {
                (TypeRef::INT32, Ok(n)) => Ok(Value::I32(n)),
                (TypeRef::INT32, Err(_)) => overflow().throw(),
                _ => Ok(Value::I64(sum)),
            }
        }
    }
}

fn extreme(c: &mut Call<'_>, wanted: Ordering, by_key: bool) -> Result {
    let comparer = c.named("comparer").unwrap_or_default();
    let selector = c.named("selector").or_else(|| c.named("keySelector"));
    let is_value = c.signature.is_some_and(|s| s.arguments.last().is_none_or(|t| t.is_value_type()))
        && !c.signature.is_some_and(|s| s.text.contains("System.Nullable["));
    let mut best: Option<(Value, Value)> = None;
    for item in items(c)? {
        let key = match &selector {
            Some(selector) => ask(c.ctx, selector, std::slice::from_ref(&item))?,
            None => item.clone(),
        };
        if key.is_null() {
            continue;
        }
        // NaN is the least of numbers.
        let is_better = match &best {
            None => true,
            Some((_, so_far)) => match (key.base(), so_far.base()) {
                (Value::F64(n), Value::F64(m)) if n.is_nan() || m.is_nan() => {
                    if wanted == Ordering::Less {
                        n.is_nan()
                    } else {
                        m.is_nan()
                    }
                }
                _ => compared(c, &comparer, &key, so_far)? == wanted,
            },
        };
        if is_better {
            best = Some((item, key));
        }
    }
    match best {
        Some((item, key)) => Ok(if by_key { item } else { key }),
        None if is_value => none(),
        None => Ok(Value::Null),
    }
}

/// The order of two keys; keys of different types say which type the second should have been.
fn compared(c: &mut Call<'_>, comparer: &Value, key: &Value, so_far: &Value) -> Result<Ordering> {
    if comparer.is_null() && key.type_ref() != so_far.type_ref() {
        let name = key.type_ref().map_or("", |t| t.name_only());
        return fail::argument(format!("Object must be of type {name}."), "").throw();
    }
    order_by(c.ctx, comparer, key, so_far)
}

pub static TYPES: &[TypeDef] = &[TypeDef { name: "System.Linq.Enumerable", like: &[], members: MEMBERS }];
