//! `BlockingCollection[T]`: a line that producers fill and consumers wait at, across runspaces.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use super::queue::Line;
use crate::context::Context;
use crate::error::Result;
use crate::stop::Waiting;
use crate::types::{Behaviour, Call, Held, State, TypeDef, TypeRef, fail, hold, state_of};
use crate::value::Value;

/// What the sides agree on.
#[derive(Default)]
struct Gate {
    is_complete: bool,
    is_disposed: bool,
}

/// A collection that both sides share.
#[derive(Clone)]
struct Shared {
    /// The collection below: a queue of its own or the one that was given.
    line: Value,
    limit: usize,
    gate: Arc<(Mutex<Gate>, Condvar)>,
}

impl State for Shared {
    const IS_ENUMERABLE: bool = true;
    fn items(&self) -> Vec<Value> {
        self.line.as_foreign::<Held<Line>>().map(|l| l.lock().items()).unwrap_or_default()
    }
}

/// How an attempt at the line ended.
enum Try<T> {
    Done(T),
    /// Nothing is to be had yet.
    Wait,
    /// Nothing will be to be had.
    Over,
}

impl Shared {
    fn on_line<R>(&self, f: impl FnOnce(&mut Line) -> R) -> Result<R> {
        match self.line.as_foreign::<Held<Line>>() {
            Some(held) => Ok(f(&mut held.lock())),
            None => fail::invalid("The underlying collection is gone.").throw(),
        }
    }

    fn count(&self) -> usize {
        self.on_line(|l| l.count()).unwrap_or(0)
    }

    /// Tries until it is done, over, or the time is up (none). A stop of the session ends the wait.
    fn wait<T>(
        &self,
        ctx: &dyn Context,
        limit: Option<Duration>,
        mut attempt: impl FnMut(&Gate) -> Result<Try<T>>,
    ) -> Result<Option<Try<T>>> {
        let waiting = Waiting::new(limit);
        let mut gate = self.gate.0.lock();
        loop {
            if gate.is_disposed {
                let text = "The collection has been disposed.\nObject name: 'BlockingCollection'.";
                return fail::named("System.ObjectDisposedException", text).throw();
            }
            match attempt(&gate)? {
                Try::Wait => {}
                done => {
                    drop(gate);
                    self.gate.1.notify_all();
                    return Ok(Some(done));
                }
            }
            if waiting.is_over() {
                return Ok(None);
            }
            if ctx.is_stopping() {
                crate::stop::check()?;
                return Ok(None);
            }
            self.gate.1.wait_for(&mut gate, waiting.slice());
        }
    }

    fn add(&self, ctx: &dyn Context, item: &Value, limit: Option<Duration>) -> Result<bool> {
        let ty = self.line.type_ref().unwrap_or(TypeRef::OBJECT);
        let done = self.wait(ctx, limit, |gate| {
            if gate.is_complete {
                return Ok(Try::Over);
            }
            self.on_line(|line| {
                if line.count() >= self.limit {
                    return Try::Wait;
                }
                line.add(ty, item.clone());
                Try::Done(())
            })
        })?;
        match done {
            Some(Try::Over) => {
                fail::invalid("The collection has been marked as complete with regards to additions.").throw()
            }
            done => Ok(done.is_some()),
        }
    }

    /// The next item; none when the time is up or the collection has ended.
    fn take(&self, ctx: &dyn Context, limit: Option<Duration>) -> Result<Option<Value>> {
        let done = self.wait(ctx, limit, |gate| {
            self.on_line(|line| match line.take() {
                Some(item) => Try::Done(item),
                None if gate.is_complete => Try::Over,
                None => Try::Wait,
            })
        })?;
        Ok(match done {
            Some(Try::Done(item)) => Some(item),
            _ => None,
        })
    }
}

fn own(c: &Call<'_>) -> Result<Shared> {
    match state_of::<Shared>(c.this) {
        Some(shared) => Ok(shared),
        None => fail::not_implemented(c.ty, c.name).throw(),
    }
}

fn element(ty: TypeRef) -> TypeRef {
    ty.info().generic.as_ref().and_then(|(_, a)| a.first().copied()).unwrap_or(TypeRef::OBJECT)
}

fn construct(c: &mut Call<'_>) -> Result {
    let limit = match c.named_int("boundedCapacity") {
        Some(n) if n < 1 => {
            let text = "The boundedCapacity argument must be positive.";
            return fail::with_actual(text, "boundedCapacity", Value::I32(n as i32)).throw();
        }
        Some(n) => usize::try_from(n).unwrap_or(usize::MAX),
        None => usize::MAX,
    };
    let line = match c.place("collection") {
        Some(at) if c.arg(at).as_foreign::<Held<Line>>().is_some() => c.arg(at).clone(),
        Some(at) => return fail::null(c.parameter_name(at)).throw(),
        None => {
            let queue = TypeRef::find("System.Collections.Concurrent.ConcurrentQueue`1");
            let ty = queue.map_or(TypeRef::OBJECT, |d| crate::types::generic_of(d, vec![element(c.ty)]));
            hold(ty, Line::empty())
        }
    };
    Ok(hold(c.ty, Shared { line, limit, gate: Arc::default() }))
}

/// The time limit among the arguments: endless for -1.
fn limit(c: &Call<'_>) -> Option<Duration> {
    let at = c.place("millisecondsTimeout").or_else(|| c.place("timeout"));
    let millis = match at.map(|at| c.arg(at).base()) {
        None => 0,
        Some(Value::TimeSpan(ticks)) => ticks / 10_000,
        Some(other) => other.as_i64().unwrap_or(0),
    };
    u64::try_from(millis).ok().map(Duration::from_millis)
}

fn try_take(c: &mut Call<'_>) -> Result {
    let found = own(c)?.take(c.ctx, limit(c))?;
    let is_there = found.is_some();
    let blank = crate::members::default_of(element(c.ty));
    c.set_ref(0, found.unwrap_or(blank))?;
    Ok(Value::Bool(is_there))
}

/// The collections of an argument.
fn several(c: &mut Call<'_>) -> Result<Vec<Shared>> {
    Ok(c.sequence(0)?.iter().filter_map(state_of::<Shared>).collect())
}

/// Takes from or adds to the first of several that is ready; -1 when the time is up.
fn any(c: &mut Call<'_>, limit: Option<Duration>, takes: bool) -> Result {
    let (all, item) = (several(c)?, c.arg(1).clone());
    if all.is_empty() {
        return fail::argument("The collections argument is a zero-length array.", "collections").throw();
    }
    let waiting = Waiting::new(limit);
    let now = Some(Duration::ZERO);
    loop {
        for (at, one) in all.iter().enumerate() {
            if takes {
                if let Some(found) = one.take(c.ctx, now)? {
                    c.set_ref(1, found)?;
                    return Ok(Value::I32(at as i32));
                }
            } else if one.add(c.ctx, &item, now)? {
                return Ok(Value::I32(at as i32));
            }
        }
        let is_over = takes && all.iter().all(|one| one.gate.0.lock().is_complete && one.count() == 0);
        if is_over || waiting.is_over() || c.ctx.is_stopping() {
            crate::stop::check()?;
            return Ok(Value::I32(-1));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// All items until no more are added: what an enumeration that consumes gives.
fn consume(c: &mut Call<'_>) -> Result {
    let (shared, item) = (own(c)?, element(c.ty));
    Ok(crate::types::linq::lazy::make("BlockingIterator", vec![item], move |ctx| {
        let mut all = Vec::new();
        while let Some(next) = shared.take(ctx, None)? {
            all.push(next);
        }
        Ok(all)
    }))
}

const MEMBERS: &[(&str, Behaviour)] = &[
    ("new", construct),
    ("BoundedCapacity", |c| {
        let limit = own(c)?.limit;
        Ok(Value::I32(i32::try_from(limit).unwrap_or(-1)))
    }),
    ("Count", |c| Ok(Value::I32(own(c)?.count() as i32))),
    ("IsAddingCompleted", |c| Ok(Value::Bool(own(c)?.gate.0.lock().is_complete))),
    ("IsCompleted", |c| {
        let own = own(c)?;
        let is_complete = own.gate.0.lock().is_complete;
        Ok(Value::Bool(is_complete && own.count() == 0))
    }),
    ("Add", |c| {
        own(c)?.add(c.ctx, &c.arg(0).clone(), None)?;
        Ok(Value::Void)
    }),
    ("TryAdd", |c| Ok(Value::Bool(own(c)?.add(c.ctx, &c.arg(0).clone(), limit(c))?))),
    ("Take", |c| match own(c)?.take(c.ctx, None)? {
        Some(item) => Ok(item),
        None => {
            let text = "The collection argument is empty and has been marked as complete with regards to additions.";
            fail::invalid(text).throw()
        }
    }),
    ("TryTake", try_take),
    ("CompleteAdding", |c| {
        let own = own(c)?;
        own.gate.0.lock().is_complete = true;
        own.gate.1.notify_all();
        Ok(Value::Void)
    }),
    ("Dispose", |c| {
        let own = own(c)?;
        own.gate.0.lock().is_disposed = true;
        own.gate.1.notify_all();
        Ok(Value::Void)
    }),
    ("ToArray", |c| Ok(Value::typed_array(element(c.ty), own(c)?.items()))),
    ("CopyTo", |c| {
        let (items, at) = (own(c)?.items(), c.long(1));
        super::array::copy_into(&items, &c.arg(0).clone(), at)
    }),
    ("GetConsumingEnumerable", consume),
    ("GetEnumerator", |c| Ok(super::enumerator::over("System.ArrayEnumerator", own(c)?.items()))),
    ("::AddToAny", |c| any(c, None, false)),
    ("::TryAddToAny", |c| {
        let limit = limit(c);
        any(c, limit, false)
    }),
    ("::TakeFromAny", |c| any(c, None, true)),
    ("::TryTakeFromAny", |c| {
        let limit = limit(c);
        any(c, limit, true)
    }),
];

pub static TYPES: &[TypeDef] =
    &[TypeDef { name: "System.Collections.Concurrent.BlockingCollection`1", like: &[], members: MEMBERS }];
