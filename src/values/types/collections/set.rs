//! `HashSet[T]` and `SortedSet[T]`.

use super::{key, order};
use crate::collection::DictData;
use crate::convert::to_bool;
use crate::error::Result;
use crate::types::{Behaviour, Call, State, TypeDef, TypeRef, fail, hold};
use crate::value::Value;

/// The state of a set: the items are the keys.
pub struct Items {
    data: DictData,
    comparer: Value,
    is_sorted: bool,
    /// Places that .NET's table would have; primes, and more only when they are full.
    capacity: usize,
}

/// .NET's sizes of hash tables.
const SIZES: &[usize] = &[
    3, 7, 11, 17, 23, 29, 37, 47, 59, 71, 89, 107, 131, 163, 197, 239, 293, 353, 431, 521, 631, 761, 919, 1103, 1327,
    1597, 1931, 2333, 2801, 3371, 4049, 4861, 5839, 7013, 8419, 10103, 12143, 14591, 17519, 21023, 25229, 30293, 36353,
    43627, 52361, 62851, 75431, 90523, 108631, 130363, 156437, 187751, 225307, 270371, 324449, 389357, 467237, 560689,
    672827, 807403, 968897, 1162687, 1395263, 1674319, 2009191, 2411033, 2893249, 3471899, 4166287, 4999559, 5999471,
    7199369,
];

/// The size of a table for a number of items; none for none.
fn size(count: usize) -> usize {
    SIZES.iter().copied().find(|n| *n >= count).unwrap_or(count)
}

impl Items {
    /// The capacity once the items that are there have their places.
    fn grown(&mut self) -> usize {
        while self.capacity < self.data.len() {
            self.capacity = if self.capacity == 0 { size(1) } else { size(self.capacity * 2) };
        }
        self.capacity
    }
}

impl State for Items {
    const IS_ENUMERABLE: bool = true;
    fn items(&self) -> Vec<Value> {
        self.data.iter().map(|(k, _)| k.clone()).collect()
    }
}

/// An item as the set knows it.
fn settled(c: &mut Call<'_>, item: Value) -> Result {
    let Some(hash) = key::own_hash(c.ctx, &item)? else { return Ok(item) };
    let near = c.with(|s: &mut Items| s.data.keys_with_hash(hash))?;
    key::settled(c.ctx, item, hash, near)
}

fn add(c: &mut Call<'_>, item: Value) -> Result<bool> {
    let item = settled(c, item)?;
    let (known, sorted, comparer, items) = c.with(|s: &mut Items| {
        (s.data.contains_key(&item), s.is_sorted, s.comparer.clone(), if s.is_sorted { s.items() } else { Vec::new() })
    })?;
    if known {
        return Ok(false);
    }
    let mut low = items.len();
    if sorted {
        let mut high = items.len();
        low = 0;
        while low < high {
            let middle = (low + high) / 2;
            match order::order_by(c.ctx, &comparer, &items[middle], &item)? {
                std::cmp::Ordering::Equal => return Ok(false),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
    }
    c.with(|s: &mut Items| {
        if s.is_sorted {
            s.data.insert_at(low, item, Value::Null);
        } else {
            s.data.insert(item, Value::Null);
        }
    })?;
    Ok(true)
}

/// The items of the argument as members of this set's type, in a table of its comparer.
fn other(c: &mut Call<'_>) -> Result<DictData> {
    if !c.has(0) {
        return fail::null("other").throw();
    }
    let comparer = c.with(|s: &mut Items| s.data.comparer())?;
    let mut data = DictData::new(comparer);
    for item in c.sequence(0)? {
        data.insert(settled(c, item)?, Value::Null);
    }
    Ok(data)
}

fn keep(c: &mut Call<'_>, f: fn(&DictData, &Value) -> bool) -> Result {
    let other = other(c)?;
    c.with(|s: &mut Items| {
        for item in s.items() {
            if !f(&other, &item) {
                s.data.remove(&item);
            }
        }
    })?;
    Ok(Value::Void)
}

fn compare(c: &mut Call<'_>, f: fn(&DictData, &DictData) -> bool) -> Result {
    let other = other(c)?;
    c.with(|s: &mut Items| Value::Bool(f(&s.data, &other)))
}

fn covers(a: &DictData, b: &DictData) -> bool {
    b.iter().all(|(k, _)| a.contains_key(k))
}

const MEMBERS: &[(&str, Behaviour)] = &[
    ("new", |c| {
        let comparer = c.named("comparer").unwrap_or_default();
        let is_sorted = c.ty.name().contains("SortedSet");
        let keys = super::comparer::key_comparer(&comparer);
        let source = match c.place("collection") {
            Some(at) => c.sequence(at)?,
            None => Vec::new(),
        };
        let wanted = c.named_int("capacity").unwrap_or(0);
        if wanted < 0 {
            return fail::range("Specified argument was out of the range of valid values.", "capacity").throw();
        }
        let capacity = match wanted.max(source.len() as i64) as usize {
            0 => 0,
            n => size(n),
        };
        let made = hold(c.ty, Items { data: DictData::new(keys), comparer, is_sorted, capacity });
        let mut inner =
            Call { ctx: &mut *c.ctx, this: &made, ty: c.ty, name: "Add", signature: None, args: Vec::new() };
        for item in source {
            add(&mut inner, item)?;
        }
        Ok(made)
    }),
    ("Count", |c| c.with(|s: &mut Items| Value::I32(s.data.len() as i32))),
    ("Capacity", |c| c.with(|s: &mut Items| Value::I32(s.grown() as i32))),
    ("IsReadOnly", |_| Ok(Value::Bool(false))),
    ("Comparer", |c| {
        let given = c.with(|s: &mut Items| s.comparer.clone())?;
        if !given.is_null() {
            return Ok(given);
        }
        let element = c.this.type_ref().and_then(|t| t.info().generic.as_ref().and_then(|(_, a)| a.first().copied()));
        Ok(super::comparer::default_equality(element.unwrap_or(TypeRef::OBJECT)))
    }),
    ("Min", |c| c.with(|s: &mut Items| s.data.at(0).map_or(Value::Null, |(k, _)| k.clone()))),
    ("Max", |c| {
        c.with(|s: &mut Items| {
            s.data.len().checked_sub(1).and_then(|n| s.data.at(n)).map_or(Value::Null, |(k, _)| k.clone())
        })
    }),
    ("Add", |c| {
        let item = c.arg(0).clone();
        add(c, item).map(Value::Bool)
    }),
    ("Remove", |c| {
        let item = c.arg(0).clone();
        let item = settled(c, item)?;
        c.with(|s: &mut Items| Value::Bool(s.data.remove(&item).is_some()))
    }),
    ("Contains", |c| {
        let item = c.arg(0).clone();
        let item = settled(c, item)?;
        c.with(|s: &mut Items| Value::Bool(s.data.contains_key(&item)))
    }),
    ("Clear", |c| {
        c.with(|s: &mut Items| s.data.clear())?;
        Ok(Value::Void)
    }),
    ("UnionWith", |c| {
        for item in c.sequence(0)? {
            add(c, item)?;
        }
        Ok(Value::Void)
    }),
    ("IntersectWith", |c| keep(c, |other, item| other.contains_key(item))),
    ("ExceptWith", |c| keep(c, |other, item| !other.contains_key(item))),
    ("SymmetricExceptWith", |c| {
        let other = other(c)?;
        let items: Vec<Value> = other.iter().map(|(k, _)| k.clone()).collect();
        for item in items {
            let gone = c.with(|s: &mut Items| s.data.remove(&item).is_some())?;
            if !gone {
                add(c, item)?;
            }
        }
        Ok(Value::Void)
    }),
    ("IsSubsetOf", |c| compare(c, |a, b| covers(b, a))),
    ("IsSupersetOf", |c| compare(c, covers)),
    ("IsProperSubsetOf", |c| compare(c, |a, b| covers(b, a) && a.len() < b.len())),
    ("IsProperSupersetOf", |c| compare(c, |a, b| covers(a, b) && a.len() > b.len())),
    ("Overlaps", |c| compare(c, |a, b| b.iter().any(|(k, _)| a.contains_key(k)))),
    ("SetEquals", |c| compare(c, |a, b| a.len() == b.len() && covers(a, b))),
    ("RemoveWhere", |c| {
        let mut gone = 0;
        for item in c.with(|s: &mut Items| s.items())? {
            if to_bool(&c.invoke(0, std::slice::from_ref(&item))?) {
                c.with(|s: &mut Items| s.data.remove(&item))?;
                gone += 1;
            }
        }
        Ok(Value::I32(gone))
    }),
    ("TryGetValue", |c| {
        let item = c.arg(0).clone();
        let item = settled(c, item)?;
        let found =
            c.with(|s: &mut Items| s.data.position(&item).and_then(|p| s.data.at(p)).map(|(k, _)| k.clone()))?;
        let is_there = found.is_some();
        c.set_ref(1, found.unwrap_or_default())?;
        Ok(Value::Bool(is_there))
    }),
    ("Reverse", |c| c.with(|s: &mut Items| Value::array(s.items().into_iter().rev().collect()))),
    ("CopyTo", |c| {
        let items = c.with(|s: &mut Items| s.items())?;
        let at = if c.count() > 1 { c.long(1) } else { 0 };
        super::array::copy_into(&items, &c.arg(0).clone(), at)
    }),
    ("GetViewBetween", |c| {
        let (low, high) = (c.arg(0).clone(), c.arg(1).clone());
        let (items, comparer, keys) = c.with(|s: &mut Items| (s.items(), s.comparer.clone(), s.data.comparer()))?;
        if order::order_by(c.ctx, &comparer, &low, &high)?.is_gt() {
            return fail::argument("Must be less than or equal to upperValue.", "lowerValue").throw();
        }
        let mut data = DictData::new(keys);
        for item in items {
            let is_in = order::order_by(c.ctx, &comparer, &low, &item)?.is_le()
                && order::order_by(c.ctx, &comparer, &item, &high)?.is_le();
            if is_in {
                data.insert(item, Value::Null);
            }
        }
        Ok(hold(c.ty, Items { data, comparer, is_sorted: true, capacity: 0 }))
    }),
    ("EnsureCapacity", |c| {
        let wanted = c.long(0).max(0) as usize;
        c.with(|s: &mut Items| {
            if s.grown() < wanted {
                s.capacity = size(wanted);
            }
            Value::I32(s.capacity as i32)
        })
    }),
    ("TrimExcess", |c| {
        c.with(|s: &mut Items| s.capacity = if s.data.is_empty() { 0 } else { size(s.data.len()) })?;
        Ok(Value::Void)
    }),
    ("GetEnumerator", |c| {
        let items = c.with(|s: &mut Items| s.items())?;
        Ok(super::enumerator::over("System.ArrayEnumerator", items))
    }),
];

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Collections.Generic.HashSet`1", like: &[], members: MEMBERS },
    TypeDef { name: "System.Collections.Generic.SortedSet`1", like: &[], members: MEMBERS },
];
