//! System.Linq.Enumerable: groups and joins.

use super::enumerable::lazily;
use super::source::{ask, items, source, table};
use crate::context::Context;
use crate::error::Result;
use crate::types::{Behaviour, Call, State, TypeDef, TypeKind, TypeRef, generic_of, hold, register, sequence_of};
use crate::value::Value;

/// A group: its key and items.
pub struct Group {
    key: Value,
    items: Vec<Value>,
}

impl State for Group {
    const IS_ENUMERABLE: bool = true;
    fn items(&self) -> Vec<Value> {
        self.items.clone()
    }
}

/// A lookup: its groups in the order of their keys.
pub struct Lookup(Vec<(Value, Value)>);

impl State for Lookup {
    const IS_ENUMERABLE: bool = true;
    fn items(&self) -> Vec<Value> {
        self.0.iter().map(|(_, group)| group.clone()).collect()
    }
}

const MEMBERS: &[(&str, Behaviour)] = &[
    ("::GroupBy", |c| {
        let (key, element, result) = (c.arg(1).clone(), c.named("elementSelector"), c.named("resultSelector"));
        let (comparer, types) = (c.named("comparer").unwrap_or_default(), types(c));
        lazily(c, "GroupByIterator", types.clone(), move |ctx, items| {
            let groups = group(ctx, items, &key, element.as_ref(), &comparer, &types)?;
            let Some(result) = &result else { return Ok(groups.into_iter().map(|(_, g)| g).collect()) };
            groups.into_iter().map(|(key, group)| ask(ctx, result, &[key, group])).collect()
        })
    }),
    ("::ToLookup", |c| {
        let (key, element) = (c.arg(1).clone(), c.named("elementSelector"));
        let (comparer, types, list) = (c.named("comparer").unwrap_or_default(), types(c), items(c)?);
        let groups = group(c.ctx, list, &key, element.as_ref(), &comparer, &types)?;
        Ok(hold(closed("System.Linq.Lookup`2", &types), Lookup(groups)))
    }),
    ("::CountBy", |c| counted(c)),
    ("::Join", |c| joined(c, true)),
    ("::GroupJoin", |c| joined(c, false)),
];

fn types(c: &Call<'_>) -> Vec<TypeRef> {
    let all = c.signature.map(|s| s.arguments.clone()).unwrap_or_default();
    let own = all.first().copied().unwrap_or(TypeRef::OBJECT);
    let has_element = c.place("elementSelector").is_some();
    let element = if has_element { all.get(2).copied().unwrap_or(own) } else { own };
    vec![all.get(1).copied().unwrap_or(TypeRef::OBJECT), element]
}

fn closed(name: &str, types: &[TypeRef]) -> TypeRef {
    generic_of(register(name, TypeKind::Class, Some(TypeRef::OBJECT)), types.to_vec())
}

fn group(
    ctx: &mut dyn Context,
    items: Vec<Value>,
    key: &Value,
    element: Option<&Value>,
    comparer: &Value,
    types: &[TypeRef],
) -> Result<Vec<(Value, Value)>> {
    let mut places = table(comparer);
    let mut groups: Vec<(Value, Vec<Value>)> = Vec::new();
    for item in items {
        let key = ask(ctx, key, std::slice::from_ref(&item))?;
        let item = match element {
            Some(element) => ask(ctx, element, &[item])?,
            None => item,
        };
        match places.get(&key).and_then(Value::as_i64) {
            Some(at) => groups[at as usize].1.push(item),
            None => {
                places.insert(key.clone(), Value::I64(groups.len() as i64));
                groups.push((key, vec![item]));
            }
        }
    }
    let ty = closed("System.Linq.Grouping`2", types);
    Ok(groups.into_iter().map(|(key, items)| (key.clone(), hold(ty, Group { key, items }))).collect())
}

fn counted(c: &mut Call<'_>) -> Result {
    let (key, comparer, own) = (c.arg(1).clone(), c.named("comparer").unwrap_or_default(), types(c));
    lazily(c, "<CountByIterator>d__72", own.clone(), move |ctx, items| {
        let groups = group(ctx, items, &key, None, &comparer, &own)?;
        let name = format!("System.Collections.Generic.Dictionary[{},int]", own[0].name());
        let ty = TypeRef::find(&name).unwrap_or(TypeRef::HASHTABLE);
        let mut made = Vec::new();
        for (key, group) in groups {
            let count = sequence_of(ctx, &group)?.len();
            made.push(crate::types::entry_of(ty, key, Value::I32(count as i32)));
        }
        Ok(made)
    })
}

/// Pairs by equal keys: each pair on its own, or each outer item with all its inner ones.
fn joined(c: &mut Call<'_>, is_flat: bool) -> Result {
    let inner = source(c, 1)?;
    let (outer_key, inner_key, result) = (c.arg(2).clone(), c.arg(3).clone(), c.arg(4).clone());
    let comparer = c.named("comparer").unwrap_or_default();
    let to = c.signature.and_then(|s| s.arguments.last()).copied().unwrap_or(TypeRef::OBJECT);
    let own = c.type_argument(1);
    let name = if is_flat { "<JoinIterator>d__119" } else { "<GroupJoinIterator>d__100" };
    lazily(c, name, vec![to], move |ctx, items| {
        let mut places = table(&comparer);
        let mut groups: Vec<Vec<Value>> = Vec::new();
        for item in sequence_of(ctx, &inner)? {
            let key = ask(ctx, &inner_key, std::slice::from_ref(&item))?;
            match places.get(&key).and_then(Value::as_i64) {
                Some(at) => groups[at as usize].push(item),
                None => {
                    places.insert(key, Value::I64(groups.len() as i64));
                    groups.push(vec![item]);
                }
            }
        }
        let mut made = Vec::new();
        for item in items {
            let key = ask(ctx, &outer_key, std::slice::from_ref(&item))?;
            let found = places.get(&key).and_then(Value::as_i64).map_or(Vec::new(), |at| groups[at as usize].clone());
            if is_flat {
                for other in found {
                    made.push(ask(ctx, &result, &[item.clone(), other])?);
                }
            } else {
                made.push(ask(ctx, &result, &[item, Value::typed_array(own, found)])?);
            }
        }
        Ok(made)
    })
}

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Linq.Enumerable", like: &[], members: MEMBERS },
    TypeDef {
        name: "System.Linq.Grouping`2",
        like: &[],
        members: &[
            ("Key", |c| c.with(|g: &mut Group| g.key.clone())),
            ("Count", |c| c.with(|g: &mut Group| Value::I32(g.items.len() as i32))),
        ],
    },
    TypeDef {
        name: "System.Linq.Lookup`2",
        like: &[],
        members: &[
            ("Count", |c| c.with(|l: &mut Lookup| Value::I32(l.0.len() as i32))),
            ("Contains()", |c| {
                let key = c.arg(0).clone();
                c.with(|l: &mut Lookup| {
                    Value::Bool(l.0.iter().any(|(k, _)| crate::types::system::object::equals(k, &key)))
                })
            }),
            ("[]", |c| {
                let key = c.arg(0).clone();
                let found = c.with(|l: &mut Lookup| {
                    l.0.iter().find(|(k, _)| crate::types::system::object::equals(k, &key)).map(|(_, g)| g.clone())
                })?;
                Ok(found.unwrap_or_else(|| {
                    Value::typed_array(c.ty.info().generic.as_ref().map_or(TypeRef::OBJECT, |(_, a)| a[1]), Vec::new())
                }))
            }),
        ],
    },
];
