//! Queue, Stack, LinkedList and the concurrent bag, queue and stack.

use std::collections::VecDeque;

use crate::error::Result;
use crate::types::system::object::equals;
use crate::types::{Behaviour, Call, State, TypeDef, TypeRef, fail, hold};
use crate::value::Value;

/// Items in the order in which they are enumerated.
pub struct Line(VecDeque<Value>);

impl State for Line {
    const IS_ENUMERABLE: bool = true;
    fn items(&self) -> Vec<Value> {
        self.0.iter().cloned().collect()
    }
}

impl Line {
    /// An empty line.
    pub(super) fn empty() -> Line {
        Line(VecDeque::new())
    }

    /// The number of items.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// Adds an item where a collection of the type adds it.
    pub(super) fn add(&mut self, ty: TypeRef, item: Value) {
        if is_stack(ty) { self.0.push_front(item) } else { self.0.push_back(item) }
    }

    /// Takes the next item.
    pub(super) fn take(&mut self) -> Option<Value> {
        self.0.pop_front()
    }
}

fn is_stack(ty: TypeRef) -> bool {
    let name = ty.info().generic.as_ref().map_or(ty.name(), |(d, _)| d.name());
    name.contains("Stack") || name.contains("Bag")
}

fn element(ty: TypeRef) -> TypeRef {
    ty.info().generic.as_ref().and_then(|(_, a)| a.first().copied()).unwrap_or(TypeRef::OBJECT)
}

fn construct(c: &mut Call<'_>) -> Result {
    let from = c.place("collection").or_else(|| c.place("col"));
    let items = match from {
        Some(at) if !c.has(at) => return fail::null(c.parameter_name(at)).throw(),
        Some(at) => c.sequence(at)?,
        None => Vec::new(),
    };
    let mut line: VecDeque<Value> = items.into();
    if is_stack(c.ty) {
        line.make_contiguous().reverse();
    }
    Ok(hold(c.ty, Line(line)))
}

fn take(c: &mut Call<'_>, removes: bool) -> Result {
    let found = c.with(|l: &mut Line| if removes { l.0.pop_front() } else { l.0.front().cloned() })?;
    match found {
        Some(value) => Ok(value),
        None => fail::invalid(if is_stack(c.ty) { "Stack empty." } else { "Queue empty." }).throw(),
    }
}

fn try_take(c: &mut Call<'_>, removes: bool) -> Result {
    let found = c.with(|l: &mut Line| if removes { l.0.pop_front() } else { l.0.front().cloned() })?;
    let is_there = found.is_some();
    let blank = crate::members::default_of(element(c.ty));
    c.set_ref(0, found.unwrap_or(blank))?;
    Ok(Value::Bool(is_there))
}

fn put(c: &mut Call<'_>, in_front: bool) -> Result {
    let item = c.arg(0).clone();
    c.with(|l: &mut Line| if in_front { l.0.push_front(item) } else { l.0.push_back(item) })?;
    Ok(Value::Void)
}

const MEMBERS: &[(&str, Behaviour)] = &[
    ("new", |c| construct(c)),
    ("Count", |c| c.with(|l: &mut Line| Value::I32(l.0.len() as i32))),
    ("IsEmpty", |c| c.with(|l: &mut Line| Value::Bool(l.0.is_empty()))),
    ("IsSynchronized", |_| Ok(Value::Bool(false))),
    ("SyncRoot", |c| Ok(c.this.clone())),
    ("Capacity", |c| c.with(|l: &mut Line| Value::I32(l.0.capacity() as i32))),
    ("Enqueue", |c| put(c, false)),
    ("Push", |c| put(c, true)),
    ("Add", |c| put(c, true)),
    ("TryAdd", |c| {
        put(c, true)?;
        Ok(Value::Bool(true))
    }),
    ("PushRange", |c| {
        for item in c.sequence(0)? {
            c.with(|l: &mut Line| l.0.push_front(item))?;
        }
        Ok(Value::Void)
    }),
    ("Dequeue", |c| take(c, true)),
    ("Pop", |c| take(c, true)),
    ("Peek", |c| take(c, false)),
    ("TryDequeue", |c| try_take(c, true)),
    ("TryPop", |c| try_take(c, true)),
    ("TryTake", |c| try_take(c, true)),
    ("TryPeek", |c| try_take(c, false)),
    ("Clear", |c| {
        c.with(|l: &mut Line| l.0.clear())?;
        Ok(Value::Void)
    }),
    ("Contains", |c| {
        let wanted = c.arg(0).clone();
        c.with(|l: &mut Line| Value::Bool(l.0.iter().any(|v| equals(v, &wanted))))
    }),
    ("ToArray", |c| {
        let items = c.with(|l: &mut Line| l.items())?;
        Ok(Value::typed_array(element(c.ty), items))
    }),
    ("CopyTo", |c| {
        let items = c.with(|l: &mut Line| l.items())?;
        let at = c.long(1);
        super::array::copy_into(&items, &c.arg(0).clone(), at)
    }),
    ("Clone", |c| {
        let items = c.with(|l: &mut Line| l.0.clone())?;
        Ok(hold(c.ty, Line(items)))
    }),
    ("TrimExcess", |_| Ok(Value::Void)),
    ("TrimToSize", |_| Ok(Value::Void)),
    ("EnsureCapacity", |c| Ok(Value::I32(c.int(0)))),
    ("GetEnumerator", |c| {
        let items = c.with(|l: &mut Line| l.items())?;
        Ok(super::enumerator::over("System.ArrayEnumerator", items))
    }),
    ("::Synchronized", |c| Ok(c.arg(0).clone())),
];

/// The state of a LinkedListNode: a value and the list it stands in.
#[derive(Clone)]
struct Node {
    value: Value,
    list: Value,
}
impl State for Node {}

fn node(c: &Call<'_>, value: Value) -> Value {
    let ty = TypeRef::find("System.Collections.Generic.LinkedListNode`1")
        .map_or(TypeRef::OBJECT, |d| crate::types::generic_of(d, vec![element(c.ty)]));
    hold(ty, Node { value, list: c.this.clone() })
}

fn place(c: &Call<'_>, v: &Value) -> Result<Option<usize>> {
    let wanted = crate::types::state_of::<Node>(v).map_or_else(|| v.clone(), |n| n.value);
    c.with(|l: &mut Line| l.0.iter().position(|i| equals(i, &wanted)))
}

fn insert(c: &mut Call<'_>, after: usize) -> Result {
    let Some(at) = place(c, c.arg(0))? else {
        return fail::invalid("The LinkedList node does not belong to current LinkedList.").throw();
    };
    let item = c.arg(1).clone();
    c.with(|l: &mut Line| l.0.insert(at + after, item.clone()))?;
    Ok(node(c, item))
}

fn beside(c: &mut Call<'_>, step: i64) -> Result {
    let own = c.with(|n: &mut Node| n.clone())?;
    let items = crate::types::sequence_of(c.ctx, &own.list)?;
    let at = items.iter().position(|v| equals(v, &own.value)).map(|n| n as i64 + step);
    let found = at.and_then(|n| usize::try_from(n).ok()).and_then(|n| items.get(n).cloned());
    Ok(found.map_or(Value::Null, |value| hold(c.ty, Node { value, list: own.list.clone() })))
}

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Collections.Queue", like: &[], members: MEMBERS },
    TypeDef { name: "System.Collections.Stack", like: &["System.Collections.Queue"], members: &[] },
    TypeDef { name: "System.Collections.Generic.Queue`1", like: &["System.Collections.Queue"], members: &[] },
    TypeDef { name: "System.Collections.Generic.Stack`1", like: &["System.Collections.Queue"], members: &[] },
    TypeDef {
        name: "System.Collections.Concurrent.ConcurrentQueue`1",
        like: &["System.Collections.Queue"],
        members: &[],
    },
    TypeDef {
        name: "System.Collections.Concurrent.ConcurrentStack`1",
        like: &["System.Collections.Queue"],
        members: &[],
    },
    TypeDef {
        name: "System.Collections.Concurrent.ConcurrentBag`1",
        like: &["System.Collections.Queue"],
        members: &[],
    },
    TypeDef {
        name: "System.Collections.Generic.LinkedList`1",
        like: &["System.Collections.Queue"],
        members: &[
            ("AddFirst", |c| {
                let item = c.arg(0).clone();
                put(c, true)?;
                Ok(node(c, item))
            }),
            ("AddLast", |c| {
                let item = c.arg(0).clone();
                put(c, false)?;
                Ok(node(c, item))
            }),
            ("AddAfter", |c| insert(c, 1)),
            ("AddBefore", |c| insert(c, 0)),
            ("First", |c| Ok(c.with(|l: &mut Line| l.0.front().cloned())?.map_or(Value::Null, |v| node(c, v)))),
            ("Last", |c| Ok(c.with(|l: &mut Line| l.0.back().cloned())?.map_or(Value::Null, |v| node(c, v)))),
            ("Find", |c| Ok(place(c, c.arg(0))?.map_or(Value::Null, |_| node(c, c.arg(0).clone())))),
            ("FindLast", |c| Ok(place(c, c.arg(0))?.map_or(Value::Null, |_| node(c, c.arg(0).clone())))),
            ("Remove", |c| {
                let at = place(c, c.arg(0))?;
                if let Some(at) = at {
                    c.with(|l: &mut Line| l.0.remove(at))?;
                }
                Ok(if c.signature.is_some_and(|s| s.text.starts_with("void")) {
                    Value::Void
                } else {
                    Value::Bool(at.is_some())
                })
            }),
            ("RemoveFirst", |c| {
                if c.with(|l: &mut Line| l.0.pop_front())?.is_none() {
                    return fail::invalid("The LinkedList is empty.").throw();
                }
                Ok(Value::Void)
            }),
            ("RemoveLast", |c| {
                if c.with(|l: &mut Line| l.0.pop_back())?.is_none() {
                    return fail::invalid("The LinkedList is empty.").throw();
                }
                Ok(Value::Void)
            }),
        ],
    },
    TypeDef {
        name: "System.Collections.Generic.LinkedListNode`1",
        like: &[],
        members: &[
            ("Value", |c| c.with(|n: &mut Node| n.value.clone())),
            ("List", |c| c.with(|n: &mut Node| n.list.clone())),
            ("Next", |c| beside(c, 1)),
            ("Previous", |c| beside(c, -1)),
        ],
    },
];
