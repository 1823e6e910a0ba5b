//! System.Array.

use std::sync::Arc;

use super::order;
use crate::collection::Array;
use crate::convert::to_bool;
use crate::error::Result;
use crate::members::{default_of, make_array};
use crate::types::system::object::equals;
use crate::types::{Call, TypeDef, TypeRef, fail};
use crate::value::Value;

fn fixed<T>() -> Result<T> {
    fail::unsupported("Collection was of a fixed size.").throw()
}

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.Array",
    like: &[],
    members: &[
        ("Length", |c| Ok(Value::I32(c.this_array()?.len() as i32))),
        ("Count", |c| Ok(Value::I32(c.this_array()?.len() as i32))),
        ("LongLength", |c| Ok(Value::I64(c.this_array()?.len() as i64))),
        ("Rank", |c| Ok(Value::I32(c.this_array()?.dims.as_ref().map_or(1, |d| d.len() as i32)))),
        ("IsFixedSize", |_| Ok(Value::Bool(true))),
        ("IsReadOnly", |_| Ok(Value::Bool(false))),
        ("IsSynchronized", |_| Ok(Value::Bool(false))),
        ("SyncRoot", |c| Ok(c.this.clone())),
        ("GetLength", |c| dimension(c).map(|(n, _)| Value::I32(n as i32))),
        ("GetLongLength", |c| dimension(c).map(|(n, _)| Value::I64(n as i64))),
        ("GetLowerBound", |c| dimension(c).map(|(_, low)| Value::I32(low))),
        ("GetUpperBound", |c| dimension(c).map(|(n, low)| Value::I32(low + n as i32 - 1))),
        ("GetValue", |c| {
            let (place, a) = (place(c, 0)?, c.this_array()?);
            match place.and_then(|p| a.get(p)) {
                Some(value) => Ok(value),
                None => {
                    fail::named("System.IndexOutOfRangeException", "Index was outside the bounds of the array.").throw()
                }
            }
        }),
        ("SetValue", |c| {
            let place = place(c, 1)?;
            let a = c.this_array()?.clone();
            let given = c.arg(0).clone();
            let value = crate::types::bind::to_type(c.ctx, &given, a.element)?;
            let mut items = a.lock();
            match place.and_then(|p| items.get_mut(p)) {
                Some(slot) => *slot = value,
                None => {
                    drop(items);
                    return fail::named(
                        "System.IndexOutOfRangeException",
                        "Index was outside the bounds of the array.",
                    )
                    .throw();
                }
            }
            Ok(Value::Void)
        }),
        ("Clone", |c| Ok(copy_of(c.this_array()?))),
        ("CopyTo", |c| {
            let from = c.this_array()?.copied()?;
            let at = c.long(1);
            copy_into(&from, &c.arg(0).clone(), at)
        }),
        ("GetEnumerator", |c| Ok(super::enumerator::over("System.ArrayEnumerator", c.this_array()?.copied()?))),
        ("Add", |_| fixed()),
        ("Insert", |_| fixed()),
        ("Remove", |_| fixed()),
        ("RemoveAt", |_| fixed()),
        ("Clear", |c| {
            let a = c.this_array()?;
            let blank = default_of(a.element);
            a.lock().iter_mut().for_each(|v| *v = blank.clone());
            Ok(Value::Void)
        }),
        ("Contains", |c| Ok(Value::Bool(c.this_array()?.copied()?.iter().any(|v| equals(v, c.arg(0)))))),
        ("IndexOf", |c| {
            let found = c.this_array()?.copied()?.iter().position(|v| equals(v, c.arg(0)));
            Ok(Value::I32(found.map_or(-1, |n| n as i32)))
        }),
        ("Initialize", |_| Ok(Value::Void)),
        ("Get", |c| {
            let index = c.args.clone();
            let this = c.this.clone();
            crate::members::index(c.ctx, &this, &index)
        }),
        ("Set", |c| {
            let mut index = c.args.clone();
            let value = index.pop().unwrap_or_default();
            let this = c.this.clone();
            crate::members::set_index(c.ctx, &this, &index, value)?;
            Ok(Value::Void)
        }),
        ("::IndexOf", |c| find_value(c, false)),
        ("::LastIndexOf", |c| find_value(c, true)),
        ("::Reverse", |c| {
            let a = array(c, 0)?;
            let (from, count) = range(c, &a, 1)?;
            a.lock()[from..from + count].reverse();
            Ok(Value::Void)
        }),
        ("::Sort", |c| sort(c)),
        ("::BinarySearch", |c| {
            let a = array(c, 0)?;
            let value = c.named("value").unwrap_or_else(|| c.arg(1).clone());
            let comparer = c.named("comparer").unwrap_or_default();
            binary_search(c, &a.to_vec(), &value, &comparer)
        }),
        ("::Copy", |c| {
            let from = array(c, 0)?.copied()?;
            let (source, target, at, count) = match c.count() {
                3 => (0, 1, 0, c.long(2)),
                _ => (c.long(1), 2, c.long(3), c.long(4)),
            };
            if count < 0 {
                return fail::negative("length", count).throw();
            }
            let Some(part) = from.get(source.max(0) as usize..).and_then(|s| s.get(..count as usize)) else {
                return fail::argument(
                    "Source array was not long enough. Check the source index, length, and the array's lower bounds.",
                    "sourceArray",
                )
                .throw();
            };
            let part = part.to_vec();
            let target = c.arg(target).clone();
            let element = target.as_array().map_or(TypeRef::OBJECT, |a| a.element);
            let mut converted = Vec::with_capacity(part.len());
            for item in &part {
                converted.push(crate::types::bind::to_type(c.ctx, item, element)?);
            }
            copy_into(&converted, &target, at)
        }),
        ("::ConstrainedCopy", |c| {
            let from = array(c, 0)?.copied()?;
            let part = from
                .get(c.long(1).max(0) as usize..)
                .and_then(|s| s.get(..c.long(4).max(0) as usize))
                .unwrap_or_default()
                .to_vec();
            let at = c.long(3);
            copy_into(&part, &c.arg(2).clone(), at)
        }),
        ("::Clear", |c| {
            let a = array(c, 0)?;
            let (from, count) = range(c, &a, 1)?;
            let blank = default_of(a.element);
            a.lock()[from..from + count].iter_mut().for_each(|v| *v = blank.clone());
            Ok(Value::Void)
        }),
        ("::CreateInstance", |c| {
            let element = c.type_arg(0).unwrap_or(TypeRef::OBJECT);
            let lengths: Vec<i64> =
                (1..c.count()).flat_map(|at| c.items(at)).map(|v| v.as_i64().unwrap_or(0)).collect();
            if let Some(bad) = lengths.iter().find(|n| **n < 0) {
                return fail::negative(if c.count() == 2 { "length" } else { "length1" }, *bad).throw();
            }
            let lengths: Vec<usize> = lengths.into_iter().map(|n| n as usize).collect();
            Ok(make_array(element, &lengths))
        }),
        ("::Resize", |c| {
            let reference = c.arg(0).clone();
            let current = crate::members::note_or_null(c.ctx, &reference, "Value")?;
            let element = current.as_array().map_or(TypeRef::OBJECT, |a| a.element);
            let mut items = current.as_array().map(|a| a.to_vec()).unwrap_or_default();
            if c.long(1) < 0 {
                return fail::negative("newSize", c.long(1)).throw();
            }
            items.resize(c.long(1) as usize, default_of(element));
            c.set_ref(0, Value::typed_array(element, items))?;
            Ok(Value::Void)
        }),
        ("::Fill", |c| {
            let a = array(c, 0)?;
            let given = c.arg(1).clone();
            let value = crate::types::bind::to_type(c.ctx, &given, a.element)?;
            let (from, count) = range(c, &a, 2)?;
            a.lock()[from..from + count].iter_mut().for_each(|v| *v = value.clone());
            Ok(Value::Void)
        }),
        ("::Empty", |c| {
            let element = c.signature.and_then(|s| s.arguments.first().copied()).unwrap_or(TypeRef::OBJECT);
            Ok(Value::typed_array(element, Vec::new()))
        }),
        ("::Find", |c| {
            let at = position(c, 1, false)?;
            let a = array(c, 0)?;
            Ok(at.and_then(|i| a.get(i)).unwrap_or_else(|| default_of(a.element)))
        }),
        ("::FindLast", |c| {
            let at = position(c, 1, true)?;
            let a = array(c, 0)?;
            Ok(at.and_then(|i| a.get(i)).unwrap_or_else(|| default_of(a.element)))
        }),
        ("::FindIndex", |c| {
            let last = c.count() - 1;
            Ok(Value::I32(position(c, last, false)?.map_or(-1, |n| n as i32)))
        }),
        ("::FindLastIndex", |c| {
            let last = c.count() - 1;
            Ok(Value::I32(position(c, last, true)?.map_or(-1, |n| n as i32)))
        }),
        ("::FindAll", |c| {
            let a = array(c, 0)?;
            let mut found = Vec::new();
            for item in a.to_vec() {
                if to_bool(&c.invoke(1, std::slice::from_ref(&item))?) {
                    found.push(item);
                }
            }
            Ok(Value::typed_array(a.element, found))
        }),
        ("::Exists", |c| Ok(Value::Bool(position(c, 1, false)?.is_some()))),
        ("::TrueForAll", |c| {
            for item in array(c, 0)?.copied()? {
                if !to_bool(&c.invoke(1, &[item])?) {
                    return Ok(Value::Bool(false));
                }
            }
            Ok(Value::Bool(true))
        }),
        ("::ForEach", |c| {
            for item in array(c, 0)?.copied()? {
                c.invoke(1, &[item])?;
            }
            Ok(Value::Void)
        }),
        ("::ConvertAll", |c| {
            let mut made = Vec::new();
            for item in array(c, 0)?.copied()? {
                made.push(c.invoke(1, &[item])?);
            }
            let element = c.signature.and_then(|s| s.arguments.get(1).copied()).unwrap_or(TypeRef::OBJECT);
            Ok(Value::typed_array(element, made))
        }),
        ("::AsReadOnly", |c| {
            let a = array(c, 0)?;
            Ok(super::list::make("System.Collections.ObjectModel.ReadOnlyCollection`1", a.element, a.to_vec()))
        }),
    ],
}];

/// An array argument.
fn array(c: &Call<'_>, at: usize) -> Result<Arc<Array>> {
    match c.arg(at).as_array() {
        Some(a) => Ok(a.clone()),
        None => fail::null("array").throw(),
    }
}

fn dimension(c: &Call<'_>) -> Result<(usize, i32)> {
    let a = c.this_array()?;
    let at = c.long(0);
    let found = match &a.dims {
        Some(dims) => usize::try_from(at).ok().and_then(|i| dims.get(i).copied()),
        None => (at == 0).then(|| (a.len(), 0)),
    };
    match found {
        Some(found) => Ok(found),
        None => fail::named("System.IndexOutOfRangeException", "Index was outside the bounds of the array.").throw(),
    }
}

/// The place that index arguments from `first` name.
fn place(c: &Call<'_>, first: usize) -> Result<Option<usize>> {
    let a = c.this_array()?;
    let index: Vec<i64> = (first..c.count()).flat_map(|at| c.items(at)).map(|v| v.as_i64().unwrap_or(-1)).collect();
    Ok(match &a.dims {
        None => index.first().and_then(|n| usize::try_from(*n).ok()),
        Some(dims) => index.iter().zip(dims.iter()).try_fold(0usize, |place, (n, (length, low))| {
            let n = usize::try_from(n - i64::from(*low)).ok().filter(|n| n < length)?;
            Some(place * length + n)
        }),
    })
}

fn copy_of(a: &Array) -> Value {
    match &a.dims {
        Some(dims) => Value::Array(Arc::new(Array::rectangular(a.element, dims.to_vec(), a.to_vec()))),
        None => Value::typed_array(a.element, a.to_vec()),
    }
}

/// Copies items into an array from a position on.
pub fn copy_into(from: &[Value], target: &Value, at: i64) -> Result {
    let Some(target) = target.as_array() else { return fail::null("array").throw() };
    let mut items = target.lock();
    let room = usize::try_from(at).ok().and_then(|at| items.get_mut(at..)).and_then(|rest| rest.get_mut(..from.len()));
    match room {
        Some(room) => {
            room.clone_from_slice(from);
            Ok(Value::Void)
        }
        None => {
            drop(items);
            if at < 0 {
                return fail::negative("destinationIndex", at).throw();
            }
            fail::argument("Destination array was not long enough. Check the destination index, length, and the array's lower bounds.", "destinationArray").throw()
        }
    }
}

/// The stretch that index and length arguments from `first` on name; all of the array where there are none.
fn range(c: &Call<'_>, a: &Array, first: usize) -> Result<(usize, usize)> {
    let total = a.len() as i64;
    if c.count() <= first {
        return Ok((0, total as usize));
    }
    let (from, count) = (c.long(first), c.long(first + 1));
    if from < 0 || count < 0 {
        return fail::negative(if from < 0 { "index" } else { "length" }, from.min(count)).throw();
    }
    if from + count > total {
        return fail::argument("Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection.", "").throw();
    }
    Ok((from as usize, count as usize))
}

fn find_value(c: &mut Call<'_>, is_last: bool) -> Result {
    let items = array(c, 0)?.copied()?;
    let wanted = c.arg(1);
    let total = items.len() as i64;
    let start = if c.count() > 2 {
        c.long(2)
    } else if is_last {
        total - 1
    } else {
        0
    };
    let count = if c.count() > 3 {
        c.long(3)
    } else if is_last {
        start + 1
    } else {
        total - start
    };
    if start < 0 && total > 0 || start > total {
        return fail::range(
            "Index was out of range. Must be non-negative and less than or equal to the size of the collection.",
            "startIndex",
        )
        .throw();
    }
    let hit = |i: &i64| items.get(*i as usize).is_some_and(|v| equals(v, wanted));
    let found = if is_last {
        ((start - count + 1)..=start).rev().find(hit)
    } else {
        (start..(start + count).min(total)).find(hit)
    };
    Ok(Value::I32(found.map_or(-1, |n| n as i32)))
}

/// The first or last item that a predicate takes.
fn position(c: &mut Call<'_>, delegate: usize, is_last: bool) -> Result<Option<usize>> {
    let items = array(c, 0)?.copied()?;
    let (mut from, mut to) = (0, items.len());
    if delegate >= 2 {
        from = c.long(1).clamp(0, items.len() as i64) as usize;
        if delegate == 3 {
            to = (from + c.long(2).max(0) as usize).min(items.len());
        }
    }
    let mut order: Vec<usize> = (from..to).collect();
    if is_last {
        order.reverse();
    }
    for at in order {
        if to_bool(&c.invoke(delegate, std::slice::from_ref(&items[at]))?) {
            return Ok(Some(at));
        }
    }
    Ok(None)
}

fn sort(c: &mut Call<'_>) -> Result {
    let a = array(c, 0)?;
    let comparer = c.named("comparer").or_else(|| c.named("comparison")).unwrap_or_default();
    let (mut from, mut count) = (0, a.len());
    if let (Some(index), Some(length)) = (c.named_int("index"), c.named_int("length")) {
        if index < 0 || length < 0 || (index + length) as usize > count {
            return fail::argument("Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection.", "").throw();
        }
        (from, count) = (index as usize, length as usize);
    }
    let keys = crate::stop::copy(&a.lock()[from..from + count])?;
    let items = c.place("items").and_then(|at| c.arg(at).as_array().cloned());
    let Some(items) = items else {
        let sorted = order::sort(c.ctx, keys, &comparer)?;
        a.lock()[from..from + count].iter_mut().zip(sorted).for_each(|(slot, item)| *slot = item);
        return Ok(Value::Void);
    };
    let values = items.copied()?;
    let places: Vec<Value> = (0..keys.len() as i32).map(Value::I32).collect();
    let ctx = &mut *c.ctx;
    let at = |v: &Value| v.as_i64().unwrap_or(0) as usize;
    let sorted = order::sort_by(places, &mut |x, y| order::order_by(ctx, &comparer, &keys[at(x)], &keys[at(y)]))?;
    let mut target = a.lock();
    let mut other = items.lock();
    for (i, from_place) in sorted.iter().enumerate() {
        target[from + i] = keys[at(from_place)].clone();
        if let (Some(slot), Some(value)) = (other.get_mut(from + i), values.get(from + at(from_place))) {
            *slot = value.clone();
        }
    }
    Ok(Value::Void)
}

/// `BinarySearch`: the place, or the complement of where it would go.
pub fn binary_search(c: &mut Call<'_>, items: &[Value], value: &Value, comparer: &Value) -> Result {
    let (mut low, mut high) = (0i32, items.len() as i32 - 1);
    while low <= high {
        let middle = low + (high - low) / 2;
        match order::order_by(c.ctx, comparer, &items[middle as usize], value)? {
            std::cmp::Ordering::Equal => return Ok(Value::I32(middle)),
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle - 1,
        }
    }
    Ok(Value::I32(!low))
}
