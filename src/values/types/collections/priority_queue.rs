//! `PriorityQueue[TElement,TPriority]`: the element of the least priority comes first.

use super::order::order_by;
use crate::error::Result;
use crate::types::{Behaviour, Call, State, TypeDef, fail, hold};
use crate::value::Value;

/// Elements with priorities as a binary heap, and the comparer of the priorities.
pub struct Heap {
    rows: Vec<(Value, Value)>,
    comparer: Value,
}

impl State for Heap {}

fn take_rows(c: &mut Call<'_>) -> Result<(Vec<(Value, Value)>, Value)> {
    c.with(|h: &mut Heap| (std::mem::take(&mut h.rows), h.comparer.clone()))
}

fn put_rows(c: &mut Call<'_>, rows: Vec<(Value, Value)>) -> Result<()> {
    c.with(|h: &mut Heap| h.rows = rows)
}

/// Runs code on the heap's rows; they are put back even where a comparer throws.
fn change<R>(
    c: &mut Call<'_>,
    f: impl FnOnce(&mut dyn crate::Context, &mut Vec<(Value, Value)>, &Value) -> Result<R>,
) -> Result<R> {
    let (mut rows, comparer) = take_rows(c)?;
    let outcome = f(c.ctx, &mut rows, &comparer);
    put_rows(c, rows)?;
    outcome
}

fn push(
    ctx: &mut dyn crate::Context,
    rows: &mut Vec<(Value, Value)>,
    comparer: &Value,
    row: (Value, Value),
) -> Result<()> {
    rows.push(row);
    let mut at = rows.len() - 1;
    while at > 0 {
        let parent = (at - 1) / 4;
        if order_by(ctx, comparer, &rows[at].1, &rows[parent].1)?.is_ge() {
            break;
        }
        rows.swap(at, parent);
        at = parent;
    }
    Ok(())
}

fn pop(
    ctx: &mut dyn crate::Context,
    rows: &mut Vec<(Value, Value)>,
    comparer: &Value,
) -> Result<Option<(Value, Value)>> {
    if rows.is_empty() {
        return Ok(None);
    }
    let first = rows.swap_remove(0);
    let mut at = 0;
    loop {
        let mut least = at;
        for child in (at * 4 + 1)..(at * 4 + 5).min(rows.len()) {
            if order_by(ctx, comparer, &rows[child].1, &rows[least].1)?.is_lt() {
                least = child;
            }
        }
        if least == at {
            return Ok(Some(first));
        }
        rows.swap(at, least);
        at = least;
    }
}

fn empty<T>() -> Result<T> {
    fail::invalid("Queue empty.").throw()
}

/// The pairs of a sequence of tuples.
fn pairs(c: &mut Call<'_>, at: usize) -> Result<Vec<(Value, Value)>> {
    let mut made = Vec::new();
    for item in c.sequence(at)? {
        let element = crate::members::note_or_null(c.ctx, &item, "Item1")?;
        made.push((element, crate::members::note_or_null(c.ctx, &item, "Item2")?));
    }
    Ok(made)
}

fn tried(c: &mut Call<'_>, found: Option<(Value, Value)>) -> Result {
    let is_there = found.is_some();
    let (element, priority) = found.unwrap_or_else(|| {
        let blank = |at: usize| crate::members::default_of(c.parameter(at));
        (blank(0), blank(1))
    });
    c.set_ref(0, element)?;
    c.set_ref(1, priority)?;
    Ok(Value::Bool(is_there))
}

const MEMBERS: &[(&str, Behaviour)] = &[
    ("new", |c| {
        let comparer = c.named("comparer").unwrap_or_default();
        let items = match c.place("items") {
            Some(at) => pairs(c, at)?,
            None => Vec::new(),
        };
        let mut rows = Vec::new();
        for item in items {
            push(c.ctx, &mut rows, &comparer, item)?;
        }
        Ok(hold(c.ty, Heap { rows, comparer }))
    }),
    ("Count", |c| c.with(|h: &mut Heap| Value::I32(h.rows.len() as i32))),
    ("Capacity", |c| c.with(|h: &mut Heap| Value::I32(h.rows.capacity() as i32))),
    ("Comparer", |c| c.with(|h: &mut Heap| h.comparer.clone())),
    ("UnorderedItems", |c| {
        let types = c.ty.info().generic.as_ref().map(|(_, a)| a.clone()).unwrap_or_default();
        c.with(|h: &mut Heap| {
            let row = |(e, p): &(Value, Value)| {
                crate::types::system::tuple::typed_value_tuple(&types, vec![e.clone(), p.clone()])
            };
            Value::array(h.rows.iter().map(row).collect())
        })
    }),
    ("Enqueue", |c| {
        let row = (c.arg(0).clone(), c.arg(1).clone());
        change(c, |ctx, rows, comparer| push(ctx, rows, comparer, row))?;
        Ok(Value::Void)
    }),
    ("EnqueueRange", |c| {
        let more = match c.place("priority") {
            Some(at) => {
                let priority = c.arg(at).clone();
                c.sequence(0)?.into_iter().map(|e| (e, priority.clone())).collect()
            }
            None => pairs(c, 0)?,
        };
        change(c, |ctx, rows, comparer| more.into_iter().try_for_each(|row| push(ctx, rows, comparer, row)))?;
        Ok(Value::Void)
    }),
    ("Dequeue", |c| match change(c, pop)? {
        Some((element, _)) => Ok(element),
        None => empty(),
    }),
    ("Peek", |c| match c.with(|h: &mut Heap| h.rows.first().cloned())? {
        Some((element, _)) => Ok(element),
        None => empty(),
    }),
    ("TryDequeue", |c| {
        let found = change(c, pop)?;
        tried(c, found)
    }),
    ("TryPeek", |c| {
        let found = c.with(|h: &mut Heap| h.rows.first().cloned())?;
        tried(c, found)
    }),
    ("EnqueueDequeue", |c| {
        let row = (c.arg(0).clone(), c.arg(1).clone());
        let found = change(c, |ctx, rows, comparer| {
            push(ctx, rows, comparer, row)?;
            pop(ctx, rows, comparer)
        })?;
        found.map_or_else(empty, |(element, _)| Ok(element))
    }),
    ("DequeueEnqueue", |c| {
        let row = (c.arg(0).clone(), c.arg(1).clone());
        let found = change(c, |ctx, rows, comparer| {
            let found = pop(ctx, rows, comparer)?;
            if found.is_some() {
                push(ctx, rows, comparer, row)?;
            }
            Ok(found)
        })?;
        found.map_or_else(empty, |(element, _)| Ok(element))
    }),
    ("Remove", |c| {
        let wanted = c.arg(0).clone();
        let found = change(c, |ctx, rows, comparer| {
            let at = rows.iter().position(|(e, _)| crate::types::system::object::equals(e, &wanted));
            let Some(at) = at else { return Ok(None) };
            let gone = rows.remove(at);
            for row in std::mem::take(rows) {
                push(ctx, rows, comparer, row)?;
            }
            Ok(Some(gone))
        })?;
        let is_there = found.is_some();
        let (element, priority) = found.unwrap_or_default();
        c.set_ref(1, element)?;
        c.set_ref(2, priority)?;
        Ok(Value::Bool(is_there))
    }),
    ("Clear", |c| {
        c.with(|h: &mut Heap| h.rows.clear())?;
        Ok(Value::Void)
    }),
    ("EnsureCapacity", |c| {
        let wanted = c.long(0).clamp(0, 1 << 24) as usize;
        c.with(|h: &mut Heap| {
            h.rows.reserve(wanted.saturating_sub(h.rows.len()));
            Value::I32(h.rows.capacity() as i32)
        })
    }),
    ("TrimExcess", |c| {
        c.with(|h: &mut Heap| h.rows.shrink_to_fit())?;
        Ok(Value::Void)
    }),
];

pub static TYPES: &[TypeDef] =
    &[TypeDef { name: "System.Collections.Generic.PriorityQueue`2", like: &[], members: MEMBERS }];
