//! ArrayList, `List[T]`, `Collection[T]`, ObservableCollection, ReadOnlyCollection and their kin: growing sequences.

use std::sync::Arc;

use super::order;
use crate::collection::Array;
use crate::convert::to_bool;
use crate::error::Result;
use crate::members::default_of;
use crate::types::system::object::equals;
use crate::types::{Behaviour, Call, TypeDef, TypeRef, bind, fail, generic_of};
use crate::value::Value;

/// A list of a generic type closed over its element.
pub fn make(definition: &str, element: TypeRef, items: Vec<Value>) -> Value {
    let ty = TypeRef::find(definition).map_or(TypeRef::ARRAYLIST, |d| generic_of(d, vec![element]));
    Value::Array(Arc::new(Array::list(ty, element, items)))
}

/// The element type of a list type.
fn element_of(ty: TypeRef) -> TypeRef {
    match &ty.info().generic {
        Some((_, arguments)) => arguments.first().copied().unwrap_or(TypeRef::OBJECT),
        None if ty.name() == "System.Collections.Specialized.StringCollection" => TypeRef::STRING,
        None => TypeRef::OBJECT,
    }
}

const MEMBERS: &[(&str, Behaviour)] = &[
    ("new", |c| construct(c)),
    ("Count", |c| Ok(Value::I32(c.this_array()?.len() as i32))),
    ("Capacity", |c| {
        let n = c.this_array()?.lock().capacity();
        Ok(Value::I32(n as i32))
    }),
    ("Capacity=", |c| {
        let wanted = c.long(0).max(0) as usize;
        let a = c.this_array()?;
        let mut items = a.lock();
        if wanted < items.len() {
            drop(items);
            return fail::range("capacity was less than the current size.", "value").throw();
        }
        items.shrink_to(wanted);
        let more = wanted - items.len();
        items.reserve_exact(more);
        Ok(Value::Void)
    }),
    ("IsFixedSize", |_| Ok(Value::Bool(false))),
    ("IsReadOnly", |_| Ok(Value::Bool(false))),
    ("IsSynchronized", |_| Ok(Value::Bool(false))),
    ("SyncRoot", |c| Ok(c.this.clone())),
    ("[]", |c| {
        let at = c.long(0);
        match usize::try_from(at).ok().and_then(|i| c.this_array().ok()?.get(i)) {
            Some(value) => Ok(value),
            None => fail::index().throw(),
        }
    }),
    ("Add", |c| {
        let item = c.arg(0).clone();
        let a = c.this_array()?;
        if a.is_fixed {
            return fail::unsupported("Collection was of a fixed size.").throw();
        }
        let at = {
            let mut items = a.change();
            items.push(item);
            items.len() as i32 - 1
        };
        Ok(if returns_place(c) { Value::I32(at) } else { Value::Void })
    }),
    ("AddRange", |c| {
        if !c.has(0) {
            return fail::null(c.parameter_name(0)).throw();
        }
        let more = c.sequence(0)?;
        c.this_array()?.change().extend(more);
        Ok(Value::Void)
    }),
    ("Insert", |c| {
        let (at, item) = (c.long(0), c.arg(1).clone());
        insert(c, at, vec![item])
    }),
    ("InsertRange", |c| {
        let (at, more) = (c.long(0), c.sequence(1)?);
        insert(c, at, more)
    }),
    ("Remove", |c| {
        let a = c.this_array()?;
        let found = a.to_vec().iter().position(|v| equals(v, c.arg(0)));
        if let Some(at) = found {
            a.change().remove(at);
        }
        Ok(if c.ty == TypeRef::ARRAYLIST { Value::Void } else { Value::Bool(found.is_some()) })
    }),
    ("RemoveAt", |c| {
        let at = c.long(0);
        let mut items = c.this_array()?.change();
        if at < 0 || at as usize >= items.len() {
            drop(items);
            return fail::index().throw();
        }
        items.remove(at as usize);
        Ok(Value::Void)
    }),
    ("RemoveRange", |c| {
        let (from, count) = range(c)?;
        c.this_array()?.change().drain(from..from + count);
        Ok(Value::Void)
    }),
    ("RemoveAll", |c| {
        let a = c.this_array()?.clone();
        let mut kept = Vec::new();
        let mut gone = 0;
        for item in a.to_vec() {
            if to_bool(&c.invoke(0, std::slice::from_ref(&item))?) {
                gone += 1;
            } else {
                kept.push(item);
            }
        }
        *a.change() = kept;
        Ok(Value::I32(gone))
    }),
    ("Clear", |c| {
        c.this_array()?.change().clear();
        Ok(Value::Void)
    }),
    ("Contains", |c| Ok(Value::Bool(c.this_array()?.copied()?.iter().any(|v| equals(v, c.arg(0)))))),
    ("IndexOf", |c| find(c, false)),
    ("LastIndexOf", |c| find(c, true)),
    ("BinarySearch", |c| {
        let items = c.this_array()?.copied()?;
        let at = c.place("item").or_else(|| c.place("value")).unwrap_or(0);
        let (value, comparer) = (c.arg(at).clone(), c.named("comparer").unwrap_or_default());
        super::array::binary_search(c, &items, &value, &comparer)
    }),
    ("Sort", |c| {
        let a = c.this_array()?.clone();
        let comparer = c.named("comparer").or_else(|| c.named("comparison")).unwrap_or_default();
        let (from, count) = if c.count() == 3 { range(c)? } else { (0, a.len()) };
        let part = a.to_vec()[from..from + count].to_vec();
        let sorted = order::sort(c.ctx, part, &comparer)?;
        a.change()[from..from + count].clone_from_slice(&sorted);
        Ok(Value::Void)
    }),
    ("Reverse", |c| {
        let a = c.this_array()?.clone();
        let (from, count) = if c.count() == 2 { range(c)? } else { (0, a.len()) };
        a.change()[from..from + count].reverse();
        Ok(Value::Void)
    }),
    ("GetRange", |c| {
        let (from, count) = range(c)?;
        let a = c.this_array()?;
        let part = a.to_vec()[from..from + count].to_vec();
        Ok(Value::Array(Arc::new(Array::list(a.ty, a.element, part))))
    }),
    ("Slice", |c| {
        let (from, count) = range(c)?;
        let a = c.this_array()?;
        let part = a.to_vec()[from..from + count].to_vec();
        Ok(Value::Array(Arc::new(Array::list(a.ty, a.element, part))))
    }),
    ("ToArray", |c| {
        let a = c.this_array()?;
        let element = c.type_arg(0).unwrap_or(a.element);
        let items = a.to_vec();
        let mut made = Vec::with_capacity(items.len());
        for item in &items {
            made.push(crate::types::bind::to_type(c.ctx, item, element)?);
        }
        Ok(Value::typed_array(element, made))
    }),
    ("CopyTo", |c| {
        let items = c.this_array()?.copied()?;
        if c.count() == 4 {
            let part = items
                .get(c.long(0).max(0) as usize..)
                .and_then(|s| s.get(..c.long(3).max(0) as usize))
                .unwrap_or_default()
                .to_vec();
            let at = c.long(2);
            return super::array::copy_into(&part, &c.arg(1).clone(), at);
        }
        let at = if c.count() == 2 { c.long(1) } else { 0 };
        super::array::copy_into(&items, &c.arg(0).clone(), at)
    }),
    ("Clone", |c| {
        let a = c.this_array()?;
        Ok(Value::Array(Arc::new(Array::list(a.ty, a.element, a.to_vec()))))
    }),
    ("GetEnumerator", |c| Ok(super::enumerator::over("System.ArrayEnumerator", c.this_array()?.copied()?))),
    ("AsReadOnly", |c| {
        let a = c.this_array()?;
        Ok(make("System.Collections.ObjectModel.ReadOnlyCollection`1", a.element, a.to_vec()))
    }),
    ("TrimExcess", |c| {
        c.this_array()?.lock().shrink_to_fit();
        Ok(Value::Void)
    }),
    ("TrimToSize", |c| {
        c.this_array()?.lock().shrink_to_fit();
        Ok(Value::Void)
    }),
    ("EnsureCapacity", |c| {
        let wanted = c.long(0).max(0) as usize;
        let mut items = c.this_array()?.lock();
        let more = wanted.saturating_sub(items.len());
        items.reserve(more);
        Ok(Value::I32(items.capacity() as i32))
    }),
    ("Exists", |c| Ok(Value::Bool(position(c, false)?.is_some()))),
    ("Find", |c| taken(c, false)),
    ("FindLast", |c| taken(c, true)),
    ("FindIndex", |c| Ok(Value::I32(position(c, false)?.map_or(-1, |n| n as i32)))),
    ("FindLastIndex", |c| Ok(Value::I32(position(c, true)?.map_or(-1, |n| n as i32)))),
    ("FindAll", |c| {
        let a = c.this_array()?.clone();
        let mut found = Vec::new();
        for item in a.to_vec() {
            if to_bool(&c.invoke(0, std::slice::from_ref(&item))?) {
                found.push(item);
            }
        }
        Ok(Value::Array(Arc::new(Array::list(a.ty, a.element, found))))
    }),
    ("TrueForAll", |c| {
        for item in c.this_array()?.copied()? {
            if !to_bool(&c.invoke(0, &[item])?) {
                return Ok(Value::Bool(false));
            }
        }
        Ok(Value::Bool(true))
    }),
    ("ForEach", |c| {
        for item in c.this_array()?.copied()? {
            c.invoke(0, &[item])?;
        }
        Ok(Value::Void)
    }),
    ("ConvertAll", |c| {
        let mut made = Vec::new();
        for item in c.this_array()?.copied()? {
            made.push(c.invoke(0, &[item])?);
        }
        Ok(make("System.Collections.Generic.List`1", c.type_argument(0), made))
    }),
    ("Move", |c| {
        let (from, to) = (c.long(0), c.long(1));
        let a = c.this_array()?;
        let mut items = a.change();
        let count = items.len() as i64;
        if from < 0 || to < 0 || from >= count || to >= count {
            drop(items);
            return fail::index().throw();
        }
        let item = items.remove(from as usize);
        items.insert(to as usize, item);
        Ok(Value::Void)
    }),
];

const ARRAY_LIST: &[(&str, Behaviour)] = &[
    ("::Adapter", |c| {
        let items = c.sequence(0)?;
        Ok(Value::Array(Arc::new(Array::list(TypeRef::ARRAYLIST, TypeRef::OBJECT, items))))
    }),
    ("::Repeat", |c| {
        let items = vec![c.arg(0).clone(); c.long(1).max(0) as usize];
        Ok(Value::Array(Arc::new(Array::list(TypeRef::ARRAYLIST, TypeRef::OBJECT, items))))
    }),
    ("::Synchronized", |c| Ok(c.arg(0).clone())),
    ("::ReadOnly", |c| Ok(c.arg(0).clone())),
    ("::FixedSize", |c| match c.arg(0).as_array() {
        Some(a) => {
            let mut made = Array::list(a.ty, a.element, a.to_vec());
            made.is_fixed = true;
            Ok(Value::Array(Arc::new(made)))
        }
        None => fail::null("list").throw(),
    }),
];

/// What changes a list is explicit in a read-only one: a script does not find it.
fn refused(c: &mut Call<'_>) -> Result {
    bind::count_error(c.name, c.count()).throw()
}

/// What a list does under a name, for the kinds of lists that do more.
pub fn member(name: &str) -> Option<Behaviour> {
    MEMBERS.iter().find(|(n, _)| *n == name).map(|(_, b)| *b)
}

const READ_ONLY: &[(&str, Behaviour)] = &[
    ("new", |c| construct(c)),
    ("IsReadOnly", |_| Ok(Value::Bool(true))),
    ("IsFixedSize", |_| Ok(Value::Bool(true))),
    ("Add", refused),
    ("Insert", refused),
    ("Remove", refused),
    ("RemoveAt", refused),
    ("Clear", refused),
];

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Collections.Generic.List`1", like: &[], members: MEMBERS },
    TypeDef { name: "System.Collections.ArrayList", like: &["System.Collections.Generic.List`1"], members: ARRAY_LIST },
    TypeDef {
        name: "System.Collections.ObjectModel.Collection`1",
        like: &["System.Collections.Generic.List`1"],
        members: &[],
    },
    TypeDef {
        name: "System.Collections.ObjectModel.ReadOnlyCollection`1",
        like: &["System.Collections.Generic.List`1"],
        members: READ_ONLY,
    },
    TypeDef {
        name: "System.Collections.Specialized.StringCollection",
        like: &["System.Collections.Generic.List`1"],
        members: &[],
    },
    TypeDef {
        name: "System.Management.Automation.PSDataCollection`1",
        like: &["System.Collections.Generic.List`1"],
        members: &[
            ("IsOpen", |_| Ok(Value::Bool(true))),
            ("ReadAll", |c| {
                let a = c.this_array()?;
                let items = std::mem::take(&mut *a.change());
                Ok(make("System.Collections.ObjectModel.Collection`1", a.element, items))
            }),
            ("Complete", |_| Ok(Value::Void)),
            ("Dispose", |_| Ok(Value::Void)),
        ],
    },
];

/// ArrayList and StringCollection answer `Add` with the place of the new item.
fn returns_place(c: &Call<'_>) -> bool {
    c.signature.is_some_and(|s| s.text.starts_with("int "))
}

fn construct(c: &mut Call<'_>) -> Result {
    let element = element_of(c.ty);
    let items = match c.parameter_name(0) {
        "" => Vec::new(),
        "capacity" => {
            if c.long(0) < 0 {
                return fail::negative("capacity", c.long(0)).throw();
            }
            Vec::with_capacity((c.long(0) as usize).min(1 << 20))
        }
        name => {
            if !c.has(0) {
                return fail::null(name).throw();
            }
            c.sequence(0)?
        }
    };
    Ok(Value::Array(Arc::new(Array::list(c.ty, element, items))))
}

fn insert(c: &mut Call<'_>, at: i64, more: Vec<Value>) -> Result {
    let mut items = c.this_array()?.change();
    if at < 0 || at as usize > items.len() {
        drop(items);
        let text = if c.ty == TypeRef::ARRAYLIST {
            "Index was out of range. Must be non-negative and less than or equal to the size of the collection."
        } else {
            "Index must be within the bounds of the List."
        };
        return fail::range(text, "index").throw();
    }
    let at = at as usize;
    items.splice(at..at, more);
    Ok(Value::Void)
}

/// The stretch of the first two arguments.
fn range(c: &Call<'_>) -> Result<(usize, usize)> {
    let (from, count, total) = (c.long(0), c.long(1), c.this_array()?.len() as i64);
    if from < 0 {
        return fail::negative("index", from).throw();
    }
    if count < 0 {
        return fail::negative("count", count).throw();
    }
    if from + count > total {
        return fail::argument("Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection.", "").throw();
    }
    Ok((from as usize, count as usize))
}

fn find(c: &mut Call<'_>, is_last: bool) -> Result {
    let items = c.this_array()?.copied()?;
    let total = items.len() as i64;
    let start = if c.count() > 1 {
        c.long(1)
    } else if is_last {
        total - 1
    } else {
        0
    };
    if c.count() > 1 && (start < 0 || start > total) {
        return fail::range(
            "Index was out of range. Must be non-negative and less than or equal to the size of the collection.",
            "index",
        )
        .throw();
    }
    let count = if c.count() > 2 {
        c.long(2)
    } else if is_last {
        start + 1
    } else {
        total - start
    };
    let hit = |i: &i64| items.get(*i as usize).is_some_and(|v| equals(v, c.arg(0)));
    let found = if is_last {
        ((start - count + 1).max(0)..=start).rev().find(hit)
    } else {
        (start..(start + count).min(total)).find(hit)
    };
    Ok(Value::I32(found.map_or(-1, |n| n as i32)))
}

fn position(c: &mut Call<'_>, is_last: bool) -> Result<Option<usize>> {
    let items = c.this_array()?.copied()?;
    let delegate = c.count().saturating_sub(1);
    let from = if c.count() > 1 { c.long(0).max(0) as usize } else { 0 };
    let to = if c.count() > 2 { (from + c.long(1).max(0) as usize).min(items.len()) } else { items.len() };
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

fn taken(c: &mut Call<'_>, is_last: bool) -> Result {
    let at = position(c, is_last)?;
    let a = c.this_array()?;
    Ok(at.and_then(|i| a.get(i)).unwrap_or_else(|| default_of(a.element)))
}
