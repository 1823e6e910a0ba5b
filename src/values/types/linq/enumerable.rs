//! System.Linq.Enumerable: queries that give sequences.

use super::lazy::make;
use super::source::{arguments_of, ask, by_source, holds, is_empty_array, kept, source, table, through, with_place};
use crate::context::Context;
use crate::error::Result;
use crate::stop::{Growing, Pace};
use crate::types::collections::{list, order};
use crate::types::{Behaviour, Call, TypeDef, TypeRef, bind, fail, sequence_of};
use crate::value::Value;

const MEMBERS: &[(&str, Behaviour)] = &[
    ("::Empty", |c| Ok(Value::typed_array(c.type_argument(0), Vec::new()))),
    ("::Range", |c| {
        let (first, count) = (c.int(0), c.int(1));
        if count < 0 || i64::from(first) + i64::from(count) - 1 > i64::from(i32::MAX) {
            return fail::range("Specified argument was out of the range of valid values.", "count").throw();
        }
        let run = move |_: &mut dyn Context| match count {
            0 => Ok(Vec::new()),
            _ => crate::operators::Range::Integers(first, first + (count - 1)).items(),
        };
        Ok(make("RangeIterator", vec![TypeRef::INT32], run))
    }),
    ("::Repeat", |c| {
        let (item, count) = (c.arg(0).clone(), c.int(1));
        if count < 0 {
            return fail::range("Specified argument was out of the range of valid values.", "count").throw();
        }
        Ok(make("RepeatIterator", vec![c.type_argument(0)], move |_| {
            let mut items = Growing::new(Vec::with_capacity(count as usize));
            let mut pace = Pace::default();
            for _ in 0..count {
                pace.step()?;
                items.push(item.clone())?;
            }
            Ok(items.done())
        }))
    }),
    ("::AsEnumerable", |c| source(c, 0)),
    ("::Cast", |c| {
        let (given, wanted) = (source(c, 0)?, c.type_argument(0));
        let as_is = given.type_ref().is_some_and(|t| {
            TypeRef::find(&format!("System.Collections.Generic.IEnumerable[{}]", wanted.name()))
                .is_some_and(|i| crate::types::facts::is_assignable(t, i))
        });
        if as_is {
            return Ok(given);
        }
        Ok(make("<CastIterator>d__68", vec![wanted], move |ctx| {
            let items = sequence_of(ctx, &given)?;
            for item in &items {
                let fits = item.type_ref().is_none_or(|t| crate::types::facts::is_assignable(t, wanted));
                if !fits {
                    let have = item.type_ref().unwrap_or(TypeRef::OBJECT);
                    let text = format!("Unable to cast object of type '{}' to type '{}'.", have.name(), wanted.name());
                    return fail::named("System.InvalidCastException", text).throw();
                }
            }
            Ok(items)
        }))
    }),
    ("::OfType", |c| {
        let wanted = c.type_argument(0);
        lazily(c, "OfTypeIterator", vec![wanted], move |_, items| {
            let fits = |v: &Value| v.type_ref().is_some_and(|t| crate::types::facts::is_assignable(t, wanted));
            Ok(items.into_iter().filter(fits).collect())
        })
    }),
    ("::Where", |c| {
        let (given, predicate) = (source(c, 0)?, c.arg(1).clone());
        let name = by_source(&given, "ArrayWhereIterator", "ListWhereIterator", "IEnumerableWhereIterator");
        special(c, &name, vec![c.type_argument(0)], move |ctx, items| kept(ctx, items, &predicate))
    }),
    ("::Select", |c| {
        let (given, selector) = (source(c, 0)?, c.arg(1).clone());
        let (own, to) = (c.type_argument(0), c.type_argument(1));
        if is_empty_array(&given) {
            return Ok(Value::typed_array(to, Vec::new()));
        }
        let name = by_source(&given, "ArraySelectIterator", "ListSelectIterator", "IEnumerableSelectIterator");
        lazily(c, &name, vec![own, to], move |ctx, items| {
            through(items, |at, item, made| {
                let value = with_place(ctx, &selector, item, at)?;
                made.push(bind::to_type(ctx, &value, to)?)
            })
        })
    }),
    ("::SelectMany", |c| {
        let (selector, joiner) = (c.arg(1).clone(), c.named("resultSelector"));
        let to = c.signature.and_then(|s| s.arguments.last()).copied().unwrap_or(TypeRef::OBJECT);
        lazily(c, "SelectManySingleSelectorIterator", vec![c.type_argument(0), to], move |ctx, items| {
            through(items, |at, item, made| {
                let inner = with_place(ctx, &selector, item, at)?;
                for part in sequence_of(ctx, &inner)? {
                    made.push(match &joiner {
                        Some(join) => ask(ctx, join, &[item.clone(), part])?,
                        None => part,
                    })?;
                }
                Ok(())
            })
        })
    }),
    ("::Distinct", |c| unique(c, "DistinctIterator", None)),
    ("::DistinctBy", |c| {
        let key = c.arg(1).clone();
        unique(c, "<DistinctByIterator>d__76", Some(key))
    }),
    ("::Reverse", |c| {
        special(c, "ReverseIterator", vec![c.type_argument(0)], |_, mut items| {
            items.reverse();
            Ok(items)
        })
    }),
    ("::Shuffle", |c| {
        let own = c.type_argument(0);
        lazily(c, "ShuffleIterator", vec![own], |_, mut items| {
            for at in (1..items.len()).rev() {
                let other = rand::random::<u64>() as usize % (at + 1);
                items.swap(at, other);
            }
            Ok(items)
        })
    }),
    ("::Take", |c| {
        let count = c.int(1).max(0) as usize;
        part(c, move |items| items.into_iter().take(count).collect())
    }),
    ("::Skip", |c| {
        let count = c.int(1).max(0) as usize;
        part(c, move |items| items.into_iter().skip(count).collect())
    }),
    ("::TakeLast", |c| {
        let count = c.int(1).max(0) as usize;
        part(c, move |mut items| items.split_off(items.len().saturating_sub(count)))
    }),
    ("::SkipLast", |c| {
        let count = c.int(1).max(0) as usize;
        part(c, move |mut items| {
            items.truncate(items.len().saturating_sub(count));
            items
        })
    }),
    ("::TakeWhile", |c| while_true(c, true)),
    ("::SkipWhile", |c| while_true(c, false)),
    ("::Concat", |c| {
        let (first, second) = (source(c, 0)?, source(c, 1)?);
        if is_empty_array(&first) {
            return Ok(second);
        }
        lazily(c, "Concat2Iterator", vec![c.type_argument(0)], move |ctx, mut items| {
            items.extend(sequence_of(ctx, &second)?);
            Ok(items)
        })
    }),
    ("::Append", |c| {
        let item = c.arg(1).clone();
        lazily(c, "AppendPrepend1Iterator", vec![c.type_argument(0)], move |_, mut items| {
            items.push(item.clone());
            Ok(items)
        })
    }),
    ("::Prepend", |c| {
        let item = c.arg(1).clone();
        lazily(c, "AppendPrepend1Iterator", vec![c.type_argument(0)], move |_, mut items| {
            items.insert(0, item.clone());
            Ok(items)
        })
    }),
    ("::DefaultIfEmpty", |c| {
        let given = source(c, 0)?;
        if given.as_array().is_some_and(|a| a.is_fixed && !a.is_empty()) {
            return Ok(given);
        }
        let own = c.type_argument(0);
        let item = c.named("defaultValue").unwrap_or_else(|| crate::members::default_of(own));
        lazily(c, "DefaultIfEmptyIterator", vec![own], move |_, items| {
            Ok(if items.is_empty() { vec![item.clone()] } else { items })
        })
    }),
    ("::Union", |c| {
        let (second, comparer) = (source(c, 1)?, c.named("comparer").unwrap_or_default());
        lazily(c, "UnionIterator2", vec![c.type_argument(0)], move |ctx, mut items| {
            items.extend(sequence_of(ctx, &second)?);
            distinct(ctx, items, &comparer, None)
        })
    }),
    ("::UnionBy", |c| {
        let (second, key, comparer) = (source(c, 1)?, c.arg(2).clone(), c.named("comparer").unwrap_or_default());
        lazily(c, "<UnionByIterator>d__338", vec![c.type_argument(0)], move |ctx, mut items| {
            items.extend(sequence_of(ctx, &second)?);
            distinct(ctx, items, &comparer, Some(&key))
        })
    }),
    ("::Intersect", |c| against(c, "<IntersectIterator>d__112", true, None)),
    ("::Except", |c| against(c, "<ExceptIterator>d__94", false, None)),
    ("::IntersectBy", |c| {
        let key = c.arg(2).clone();
        against(c, "<IntersectByIterator>d__115", true, Some(key))
    }),
    ("::ExceptBy", |c| {
        let key = c.arg(2).clone();
        against(c, "<ExceptByIterator>d__97", false, Some(key))
    }),
    ("::Chunk", |c| {
        let (given, size, own) = (source(c, 0)?, c.int(1), c.type_argument(0));
        if size < 1 {
            return fail::range("Specified argument was out of the range of valid values.", "size").throw();
        }
        if is_empty_array(&given) {
            return Ok(Value::typed_array(own.array_of(1), Vec::new()));
        }
        let name = by_source(
            &given,
            "<ArrayChunkIterator>d__39",
            "<EnumerableChunkIterator>d__40",
            "<EnumerableChunkIterator>d__40",
        );
        lazily(c, &name, vec![own], move |_, items| {
            Ok(items.chunks(size as usize).map(|part| Value::typed_array(own, part.to_vec())).collect())
        })
    }),
    ("::Zip", |c| {
        let others: Vec<Value> = (1..c.count()).map(|at| c.arg(at).clone()).collect();
        let joiner = c.named("resultSelector");
        let types = c.signature.map(|s| s.arguments.clone()).unwrap_or_default();
        lazily(c, "<ZipIterator>d__361", types.clone(), move |ctx, items| {
            let mut columns = vec![items];
            for other in others.iter().filter(|o| !joiner.as_ref().is_some_and(|j| j.same(o))) {
                columns.push(sequence_of(ctx, other)?);
            }
            let rows = columns.iter().map(Vec::len).min().unwrap_or(0);
            let mut made = Vec::with_capacity(rows);
            for at in 0..rows {
                let row: Vec<Value> = columns.iter().map(|column| column[at].clone()).collect();
                made.push(match &joiner {
                    Some(join) => ask(ctx, join, &row)?,
                    None => crate::types::system::tuple::typed_value_tuple(&types, row),
                });
            }
            Ok(made)
        })
    }),
    ("::Index", |c| {
        let types = vec![TypeRef::INT32, c.type_argument(0)];
        lazily(c, "<IndexIterator>d__106", vec![c.type_argument(0)], move |_, items| {
            let pair =
                |(at, item)| crate::types::system::tuple::typed_value_tuple(&types, vec![Value::I32(at as i32), item]);
            Ok(items.into_iter().enumerate().map(pair).collect())
        })
    }),
    ("::OrderBy", |c| ordered(c, false, true)),
    ("::OrderByDescending", |c| ordered(c, true, true)),
    ("::Order", |c| ordered(c, false, false)),
    ("::OrderDescending", |c| ordered(c, true, false)),
    ("::ThenBy", |c| ordered(c, false, true)),
    ("::ThenByDescending", |c| ordered(c, true, true)),
    ("::ToArray", |c| {
        let own = c.type_argument(0);
        super::source::items(c).map(|items| Value::typed_array(own, items))
    }),
    ("::ToList", |c| {
        let own = c.type_argument(0);
        super::source::items(c).map(|items| list::make("System.Collections.Generic.List`1", own, items))
    }),
    ("::ToHashSet", |c| {
        let (items, own) = (super::source::items(c)?, c.type_argument(0));
        let ty =
            TypeRef::find(&format!("System.Collections.Generic.HashSet[{}]", own.name())).unwrap_or(TypeRef::OBJECT);
        let items = Value::typed_array(own, items);
        let args = match c.named("comparer") {
            Some(comparer) => vec![items, comparer],
            None => vec![items],
        };
        crate::members::construct(c.ctx, ty, &args)
    }),
];

/// A sequence over the first argument's items, computed when it is enumerated.
pub(super) fn lazily(
    c: &mut Call<'_>,
    iterator: &str,
    arguments: Vec<TypeRef>,
    run: impl Fn(&mut dyn Context, Vec<Value>) -> Result<Vec<Value>> + Send + Sync + 'static,
) -> Result {
    let given = source(c, 0)?;
    Ok(make(iterator, arguments, move |ctx| {
        let items = sequence_of(ctx, &given)?;
        run(ctx, items)
    }))
}

/// The same for those that give an empty array for an empty array.
fn special(
    c: &mut Call<'_>,
    iterator: &str,
    arguments: Vec<TypeRef>,
    run: impl Fn(&mut dyn Context, Vec<Value>) -> Result<Vec<Value>> + Send + Sync + 'static,
) -> Result {
    if is_empty_array(c.arg(0)) {
        return Ok(Value::typed_array(arguments.last().copied().unwrap_or(TypeRef::OBJECT), Vec::new()));
    }
    lazily(c, iterator, arguments, run)
}

fn part(c: &mut Call<'_>, run: impl Fn(Vec<Value>) -> Vec<Value> + Send + Sync + 'static) -> Result {
    let name = by_source(c.arg(0), "IListSkipTakeIterator", "IListSkipTakeIterator", "IEnumerableSkipTakeIterator");
    special(c, &name, vec![c.type_argument(0)], move |_, items| Ok(run(items)))
}

fn unique(c: &mut Call<'_>, name: &str, key: Option<Value>) -> Result {
    let comparer = c.named("comparer").unwrap_or_default();
    special(c, name, vec![c.type_argument(0)], move |ctx, items| distinct(ctx, items, &comparer, key.as_ref()))
}

/// What items are compared by: themselves or what a delegate answers.
fn key_of(ctx: &mut dyn Context, key: Option<&Value>, item: &Value) -> Result {
    match key {
        Some(key) => ask(ctx, key, std::slice::from_ref(item)),
        None => Ok(item.clone()),
    }
}

/// The first item of each key.
fn distinct(ctx: &mut dyn Context, items: Vec<Value>, comparer: &Value, key: Option<&Value>) -> Result<Vec<Value>> {
    let mut seen = table(comparer);
    through(items, |_, item, kept| match seen.insert(key_of(ctx, key, item)?, Value::Null) {
        None => kept.push(item.clone()),
        Some(_) => Ok(()),
    })
}

fn while_true(c: &mut Call<'_>, takes: bool) -> Result {
    let predicate = c.arg(1).clone();
    let name = if takes { "<TakeWhileIterator>d__299" } else { "<SkipWhileIterator>d__271" };
    special(c, name, vec![c.type_argument(0)], move |ctx, items| {
        let mut end = items.len();
        for (at, item) in items.iter().enumerate() {
            if !holds(ctx, &predicate, item, at)? {
                end = at;
                break;
            }
        }
        Ok(if takes { items[..end].to_vec() } else { items[end..].to_vec() })
    })
}

/// Items of the first that are (not) in the second, each once.
fn against(c: &mut Call<'_>, name: &str, is_in: bool, key: Option<Value>) -> Result {
    let (second, comparer) = (source(c, 1)?, c.named("comparer").unwrap_or_default());
    lazily(c, name, vec![c.type_argument(0)], move |ctx, items| {
        let (mut known, mut seen) = (table(&comparer), table(&comparer));
        for other in sequence_of(ctx, &second)? {
            known.insert(other, Value::Null);
        }
        through(items, |_, item, kept| {
            let found = key_of(ctx, key.as_ref(), item)?;
            if known.contains_key(&found) == is_in && seen.insert(found, Value::Null).is_none() {
                kept.push(item.clone())?;
            }
            Ok(())
        })
    })
}

/// A key of an ordering.
#[derive(Clone)]
pub struct Key {
    selector: Option<Value>,
    comparer: Value,
    is_descending: bool,
}

/// The source and the keys of an ordered sequence, so that `ThenBy` can add one.
pub struct Ordered {
    ty: TypeRef,
    source: Value,
    keys: Vec<Key>,
}

impl crate::object::Foreign for Ordered {
    fn type_ref(&self) -> TypeRef {
        self.ty
    }
    fn is_enumerable(&self) -> bool {
        true
    }
    fn enumerate(&self, ctx: &mut dyn Context) -> Result<Option<Vec<Value>>> {
        let mut rows = Vec::new();
        for item in sequence_of(ctx, &self.source)? {
            let mut keys = Vec::with_capacity(self.keys.len());
            for key in &self.keys {
                keys.push(match &key.selector {
                    Some(selector) => ask(ctx, selector, std::slice::from_ref(&item))?,
                    None => item.clone(),
                });
            }
            rows.push(Value::array(vec![item, Value::array(keys)]));
        }
        let parts = |row: &Value| row.as_array().map(|a| a.to_vec()).unwrap_or_default();
        let sorted = order::sort_by(rows, &mut |a, b| {
            let (a, b) = (parts(&parts(a)[1]), parts(&parts(b)[1]));
            for (at, key) in self.keys.iter().enumerate() {
                let found = order::order_by(ctx, &key.comparer, &a[at], &b[at])?;
                if found != std::cmp::Ordering::Equal {
                    return Ok(if key.is_descending { found.reverse() } else { found });
                }
            }
            Ok(std::cmp::Ordering::Equal)
        })?;
        Ok(Some(sorted.iter().map(|row| parts(row)[0].clone()).collect()))
    }
}

fn ordered(c: &mut Call<'_>, is_descending: bool, has_selector: bool) -> Result {
    let given = source(c, 0)?;
    let key = Key {
        selector: has_selector.then(|| c.arg(1).clone()),
        comparer: c.named("comparer").unwrap_or_default(),
        is_descending,
    };
    let own = c.type_argument(0);
    let of_key = match &key.selector {
        Some(selector) => arguments_of(selector).last().copied().unwrap_or(own),
        None => own,
    };
    let (source, keys) = match given.as_foreign::<Ordered>().filter(|_| c.name.starts_with("Then")) {
        Some(before) => (before.source.clone(), before.keys.iter().cloned().chain([key]).collect()),
        None => (given, vec![key]),
    };
    let name = if has_selector { "OrderedIterator`2" } else { "OrderedImplicitlyStableIterator`1" };
    let definition = crate::types::register(
        &format!("{}{name}", super::lazy::PREFIX),
        crate::types::TypeKind::Class,
        Some(TypeRef::OBJECT),
    );
    let arguments = if has_selector { vec![own, of_key] } else { vec![own] };
    Ok(Value::foreign(Ordered { ty: crate::types::generic_of(definition, arguments), source, keys }))
}

pub static TYPES: &[TypeDef] = &[TypeDef { name: "System.Linq.Enumerable", like: &[], members: MEMBERS }];
