//! Hashtable, OrderedDictionary, `Dictionary[K,V]` and the sorted and concurrent ones.

use std::sync::Arc;

use super::entry::pair;
use super::order;
use super::sequence::Sequence;
use crate::collection::{Dict, DictData, KeyComparer};
use crate::context::Context;
use crate::error::Result;
use crate::members::default_of;
use crate::types::system::object::equals;
use crate::types::{Behaviour, Call, TypeDef, TypeRef, fail};
use crate::value::Value;

const MEMBERS: &[(&str, Behaviour)] = &[
    ("new", |c| construct(c)),
    ("Count", |c| Ok(Value::I32(c.this_dict()?.len() as i32))),
    ("Keys", |c| {
        let d = c.this_dict()?;
        Ok(part(d, "KeyCollection", Sequence::Keys(d.clone())))
    }),
    ("Values", |c| {
        let d = c.this_dict()?;
        Ok(part(d, "ValueCollection", Sequence::Values(d.clone())))
    }),
    ("IsFixedSize", |_| Ok(Value::Bool(false))),
    ("IsReadOnly", |_| Ok(Value::Bool(false))),
    ("IsSynchronized", |_| Ok(Value::Bool(false))),
    ("IsEmpty", |c| Ok(Value::Bool(c.this_dict()?.is_empty()))),
    ("SyncRoot", |c| Ok(c.this.clone())),
    ("Comparer", |c| {
        let ignores = c.this_dict()?.lock().comparer() == KeyComparer::IgnoreCase;
        crate::members::get_static(
            c.ctx,
            TypeRef::find("System.StringComparer").unwrap_or(TypeRef::OBJECT),
            if ignores { "OrdinalIgnoreCase" } else { "Ordinal" },
        )
        .map(|v| v.unwrap_or(Value::Null))
    }),
    ("Capacity", |c| Ok(Value::I32(c.this_dict()?.len() as i32))),
    ("[]", |c| item(c)),
    ("Item", |c| item(c)),
    ("Add", |c| {
        let (key, value) = (c.arg(0).clone(), c.arg(1).clone());
        if key.is_null() {
            return fail::null("key").throw();
        }
        let d = c.this_dict()?.clone();
        if d.lock().contains_key(&key) {
            return duplicate(&d, &key).throw();
        }
        store(c.ctx, &d, key, value)?;
        Ok(Value::Void)
    }),
    ("TryAdd", |c| {
        let d = c.this_dict()?.clone();
        let (key, value) = (c.arg(0).clone(), c.arg(1).clone());
        if key.is_null() {
            return fail::null("key").throw();
        }
        let is_new = !d.lock().contains_key(&key);
        if is_new {
            store(c.ctx, &d, key, value)?;
        }
        Ok(Value::Bool(is_new))
    }),
    ("Remove", |c| {
        if !c.has(0) {
            return fail::null("key").throw();
        }
        let gone = c.this_dict()?.lock().remove(c.arg(0));
        let found = gone.is_some();
        if c.count() == 2 {
            let blank = default_of(c.this_dict()?.value);
            c.set_ref(1, gone.unwrap_or(blank))?;
        }
        Ok(if c.signature.is_some_and(|s| s.text.starts_with("void ")) { Value::Void } else { Value::Bool(found) })
    }),
    ("TryRemove", |c| {
        let gone = c.this_dict()?.lock().remove(c.arg(0));
        let found = gone.is_some();
        if c.count() == 2 {
            c.set_ref(1, gone.unwrap_or_default())?;
        }
        Ok(Value::Bool(found))
    }),
    ("Clear", |c| {
        c.this_dict()?.lock().clear();
        Ok(Value::Void)
    }),
    ("Contains", |c| contains(c)),
    ("ContainsKey", |c| contains(c)),
    ("ContainsValue", |c| Ok(Value::Bool(c.this_dict()?.to_vec().iter().any(|(_, v)| equals(v, c.arg(0)))))),
    ("TryGetValue", |c| {
        if !c.has(0) {
            return fail::null("key").throw();
        }
        let d = c.this_dict()?;
        let (found, blank) = (d.get(c.arg(0)), default_of(d.value));
        let is_there = found.is_some();
        c.set_ref(1, found.unwrap_or(blank))?;
        Ok(Value::Bool(is_there))
    }),
    ("GetValueOrDefault", |c| {
        let d = c.this_dict()?;
        Ok(d.get(c.arg(0)).unwrap_or_else(|| default_of(d.value)))
    }),
    ("GetOrAdd", |c| {
        let (d, key) = (c.this_dict()?.clone(), c.arg(0).clone());
        if let Some(found) = d.get(&key) {
            return Ok(found);
        }
        let value = if is_callable(c.arg(1)) { c.invoke(1, std::slice::from_ref(&key))? } else { c.arg(1).clone() };
        let value = crate::types::bind::to_type(c.ctx, &value, d.value)?;
        d.insert(key, value.clone());
        Ok(value)
    }),
    ("AddOrUpdate", |c| {
        let (d, key) = (c.this_dict()?.clone(), c.arg(0).clone());
        let value = match d.get(&key) {
            Some(old) => c.invoke(2, &[key.clone(), old])?,
            None if is_callable(c.arg(1)) => c.invoke(1, std::slice::from_ref(&key))?,
            None => c.arg(1).clone(),
        };
        let value = crate::types::bind::to_type(c.ctx, &value, d.value)?;
        d.insert(key, value.clone());
        Ok(value)
    }),
    ("TryUpdate", |c| {
        let d = c.this_dict()?;
        let same = d.get(c.arg(0)).is_some_and(|v| equals(&v, c.arg(2)));
        if same {
            d.insert(c.arg(0).clone(), c.arg(1).clone());
        }
        Ok(Value::Bool(same))
    }),
    ("ToArray", |c| {
        let d = c.this_dict()?;
        Ok(Value::array(d.to_vec().into_iter().map(|(k, v)| pair(d.ty, k, v)).collect()))
    }),
    ("Clone", |c| {
        let d = c.this_dict()?;
        let data = d.lock().clone();
        Ok(Value::Dict(Arc::new(Dict::with_data(d.ty, d.key, d.value, data))))
    }),
    ("CopyTo", |c| {
        let d = c.this_dict()?;
        let items: Vec<Value> = d.to_vec().into_iter().map(|(k, v)| pair(d.ty, k, v)).collect();
        let at = c.long(1);
        super::array::copy_into(&items, &c.arg(0).clone(), at)
    }),
    ("GetEnumerator", |c| {
        let d = c.this_dict()?;
        let items = d.to_vec().into_iter().map(|(k, v)| pair(d.ty, k, v)).collect();
        Ok(super::enumerator::over("System.Collections.DictionaryEnumerator", items))
    }),
    ("EnsureCapacity", |c| Ok(Value::I32(c.int(0)))),
    ("TrimExcess", |_| Ok(Value::Void)),
    ("Insert", |c| {
        let (at, key, value) = (c.long(0), c.arg(1).clone(), c.arg(2).clone());
        let d = c.this_dict()?;
        let mut data = d.lock();
        if at < 0 || at as usize > data.len() {
            let count = data.len() as i64;
            drop(data);
            if at < 0 {
                return fail::negative("index", at).throw();
            }
            return fail::above("index", at, count).throw();
        }
        if data.contains_key(&key) {
            drop(data);
            return duplicate(d, &key).throw();
        }
        data.insert_at(at as usize, key, value);
        Ok(Value::Void)
    }),
    ("RemoveAt", |c| {
        let at = c.long(0);
        let mut data = c.this_dict()?.lock();
        if at < 0 || at as usize >= data.len() {
            drop(data);
            return fail::index().throw();
        }
        data.remove_at(at as usize);
        Ok(Value::Void)
    }),
    ("IndexOfKey", |c| Ok(Value::I32(c.this_dict()?.lock().position(c.arg(0)).map_or(-1, |n| n as i32)))),
    ("IndexOf", |c| Ok(Value::I32(c.this_dict()?.lock().position(c.arg(0)).map_or(-1, |n| n as i32)))),
    ("IndexOfValue", |c| {
        let found = c.this_dict()?.to_vec().iter().position(|(_, v)| equals(v, c.arg(0)));
        Ok(Value::I32(found.map_or(-1, |n| n as i32)))
    }),
    ("GetKeyAtIndex", |c| at(c).map(|(k, _)| k)),
    ("GetKey", |c| at(c).map(|(k, _)| k)),
    ("GetValueAtIndex", |c| at(c).map(|(_, v)| v)),
    ("GetByIndex", |c| at(c).map(|(_, v)| v)),
    ("GetAt", |c| at(c).map(|(k, v)| pair(c.ty, k, v))),
    ("SetAt", |c| {
        let (place, value) = (c.long(0) as usize, c.arg(c.count() - 1).clone());
        c.this_dict()?.lock().set_at(place, value);
        Ok(Value::Void)
    }),
    ("SetByIndex", |c| {
        let (place, value) = (c.long(0) as usize, c.arg(1).clone());
        c.this_dict()?.lock().set_at(place, value);
        Ok(Value::Void)
    }),
    ("AsReadOnly", |c| Ok(c.this.clone())),
    ("GetKeyList", |c| keys(c)),
    ("GetValueList", |c| {
        let values = c.this_dict()?.to_vec().into_iter().map(|(_, v)| v).collect();
        Ok(Value::array(values))
    }),
    ("::Synchronized", |c| Ok(c.arg(0).clone())),
];

fn keys(c: &mut Call<'_>) -> Result {
    Ok(Value::array(c.this_dict()?.to_vec().into_iter().map(|(k, _)| k).collect()))
}

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Collections.Hashtable", like: &[], members: MEMBERS },
    TypeDef {
        name: "System.Collections.Specialized.OrderedDictionary",
        like: &["System.Collections.Hashtable"],
        members: &[],
    },
    TypeDef { name: "System.Collections.Generic.Dictionary`2", like: &["System.Collections.Hashtable"], members: &[] },
    TypeDef {
        name: "System.Collections.Generic.OrderedDictionary`2",
        like: &["System.Collections.Hashtable"],
        members: &[],
    },
    TypeDef {
        name: "System.Collections.Generic.SortedDictionary`2",
        like: &["System.Collections.Hashtable"],
        members: &[],
    },
    TypeDef { name: "System.Collections.Generic.SortedList`2", like: &["System.Collections.Hashtable"], members: &[] },
    TypeDef { name: "System.Collections.SortedList", like: &["System.Collections.Hashtable"], members: &[] },
    TypeDef {
        name: "System.Collections.Concurrent.ConcurrentDictionary`2",
        like: &["System.Collections.Hashtable"],
        members: &[],
    },
    TypeDef {
        name: "System.Collections.ObjectModel.ReadOnlyDictionary`2",
        like: &["System.Collections.Hashtable"],
        members: &[],
    },
    TypeDef {
        name: "System.Collections.Specialized.HybridDictionary",
        like: &["System.Collections.Hashtable"],
        members: &[],
    },
    TypeDef {
        name: "System.Collections.Specialized.ListDictionary",
        like: &["System.Collections.Hashtable"],
        members: &[],
    },
    TypeDef {
        name: "System.Collections.Specialized.StringDictionary",
        like: &["System.Collections.Hashtable"],
        members: &[],
    },
    TypeDef {
        name: "System.Management.Automation.PSPrimitiveDictionary",
        like: &["System.Collections.Hashtable"],
        members: &[],
    },
];

fn is_callable(v: &Value) -> bool {
    v.type_ref().is_some_and(|t| t == TypeRef::SCRIPTBLOCK || crate::types::bind::is_delegate(t))
}

fn is_sorted(ty: TypeRef) -> bool {
    let name = ty.info().generic.as_ref().map_or(ty.name(), |(d, _)| d.name());
    matches!(
        name,
        "System.Collections.Generic.SortedDictionary`2"
            | "System.Collections.Generic.SortedList`2"
            | "System.Collections.SortedList"
    )
}

/// Adds or replaces an entry; sorted dictionaries put it in its place.
pub fn store(ctx: &mut dyn Context, d: &Dict, key: Value, value: Value) -> Result<()> {
    if !is_sorted(d.ty) || d.lock().contains_key(&key) {
        d.insert(key, value);
        return Ok(());
    }
    let ignores = d.lock().comparer() == KeyComparer::IgnoreCase;
    let keys: Vec<Value> = d.to_vec().into_iter().map(|(k, _)| k).collect();
    let (mut low, mut high) = (0, keys.len());
    while low < high {
        let middle = (low + high) / 2;
        let order = match (keys[middle].base(), key.base()) {
            (Value::Str(a), Value::Str(b)) if ignores => crate::types::system::search::culture_order(a, b, true),
            (a, b) => order::default_order(ctx, a, b)?,
        };
        if order == std::cmp::Ordering::Less { low = middle + 1 } else { high = middle }
    }
    d.lock().insert_at(low, key, value);
    Ok(())
}

fn duplicate(d: &Dict, key: &Value) -> crate::error::Exception {
    let shown = crate::convert::to_display(key);
    let existing = {
        let data = d.lock();
        data.position(key).and_then(|p| data.at(p).map(|(k, _)| crate::convert::to_display(k)))
    };
    let text = match d.ty {
        // The non-generic ones name both keys.
        ty if ty.info().generic.is_none() => format!(
            "Item has already been added. Key in dictionary: '{}'  Key being added: '{shown}'",
            existing.unwrap_or_default()
        ),
        _ => format!("An item with the same key has already been added. Key: {shown}"),
    };
    fail::argument(text, "")
}

/// `Keys` and `Values` as collections of the dictionary's own kind.
fn part(d: &Dict, kind: &str, items: Sequence) -> Value {
    let ty = match &d.ty.info().generic {
        Some((definition, arguments)) if definition.name() == "System.Collections.Generic.Dictionary`2" => {
            TypeRef::find(&format!("System.Collections.Generic.Dictionary`2+{kind}"))
                .map(|t| crate::types::generic_of(t, arguments.clone()))
        }
        Some(_) => None,
        None => {
            let owner = d.ty.name();
            let name = match (owner, kind) {
                ("System.Collections.Hashtable", "KeyCollection") => {
                    "System.Collections.Hashtable+KeyCollection".to_string()
                }
                ("System.Collections.Hashtable", _) => "System.Collections.Hashtable+ValueCollection".to_string(),
                ("System.Collections.SortedList", "KeyCollection") => {
                    "System.Collections.SortedList+KeyList".to_string()
                }
                ("System.Collections.SortedList", _) => "System.Collections.SortedList+ValueList".to_string(),
                (owner, _) => format!("{owner}+OrderedDictionaryKeyValueCollection"),
            };
            Some(crate::types::register(&name, crate::types::TypeKind::Class, Some(TypeRef::OBJECT)))
        }
    };
    crate::types::hold(ty.unwrap_or(TypeRef::ICOLLECTION), items)
}

fn contains(c: &mut Call<'_>) -> Result {
    if !c.has(0) {
        return fail::null("key").throw();
    }
    Ok(Value::Bool(c.this_dict()?.lock().contains_key(c.arg(0))))
}

fn item(c: &mut Call<'_>) -> Result {
    let d = c.this_dict()?;
    if d.ty == TypeRef::ORDERED_DICTIONARY
        && let Value::I32(n) = c.arg(0)
    {
        let found = usize::try_from(*n).ok().and_then(|p| d.lock().at(p).map(|(_, v)| v.clone()));
        return match found {
            Some(value) => Ok(value),
            None => fail::index().throw(),
        };
    }
    match d.get(c.arg(0)) {
        Some(found) => Ok(found),
        None if d.ty.info().generic.is_some() => fail::named(
            "System.Collections.Generic.KeyNotFoundException",
            format!("The given key '{}' was not present in the dictionary.", crate::convert::to_display(c.arg(0))),
        )
        .throw(),
        None => Ok(Value::Null),
    }
}

fn at(c: &Call<'_>) -> Result<(Value, Value)> {
    let found = usize::try_from(c.long(0)).ok().and_then(|p| {
        let d = c.this_dict().ok()?;
        let data = d.lock();
        data.at(p).map(|(k, v)| (k.clone(), v.clone()))
    });
    match found {
        Some(found) => Ok(found),
        None => fail::index().throw(),
    }
}

fn construct(c: &mut Call<'_>) -> Result {
    let (key, value) = match &c.ty.info().generic {
        Some((_, arguments)) if arguments.len() == 2 => (arguments[0], arguments[1]),
        _ => (TypeRef::OBJECT, TypeRef::OBJECT),
    };
    let comparer = ["comparer", "equalityComparer"].iter().find_map(|n| c.named(n)).unwrap_or_default();
    let comparer = match c.ty.name() {
        "System.Collections.Specialized.StringDictionary" => KeyComparer::IgnoreCase,
        _ => super::comparer::key_comparer(&comparer),
    };
    let dict = Dict::with_data(c.ty, key, value, DictData::new(comparer));
    let source = ["d", "dictionary", "collection", "hashtable"].iter().find_map(|n| c.named(n));
    if let Some(source) = source {
        let pairs: Vec<(Value, Value)> = match source.as_dict() {
            Some(d) => d.to_vec(),
            None => {
                let mut pairs = Vec::new();
                for item in crate::types::sequence_of(c.ctx, &source)? {
                    let k = crate::members::note_or_null(c.ctx, &item, "Key")?;
                    let v = crate::members::note_or_null(c.ctx, &item, "Value")?;
                    pairs.push((k, v));
                }
                pairs
            }
        };
        for (k, v) in pairs {
            let k = crate::types::bind::to_type(c.ctx, &k, key)?;
            let v = crate::types::bind::to_type(c.ctx, &v, value)?;
            store(c.ctx, &dict, k, v)?;
        }
    }
    Ok(Value::Dict(Arc::new(dict)))
}
