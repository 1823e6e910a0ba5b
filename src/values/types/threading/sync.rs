//! Locks and signals between runspaces: Monitor, Mutex, semaphores, events, CountdownEvent, ReaderWriterLockSlim.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};
use std::thread::ThreadId;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use crate::context::Context;
use crate::error::Result;
use crate::stop::Waiting;
use crate::types::{Behaviour, Call, State, TypeDef, fail, hold, state_of};
use crate::value::Value;

/// What one waits for.
#[derive(Default)]
struct Gate {
    /// Free places of a semaphore, 1 for a set event, what is left of a countdown.
    count: i64,
    limit: i64,
    owner: Option<ThreadId>,
    /// How often the owner entered.
    depth: u32,
    /// Readers of a lock for readers and writers.
    readers: Vec<ThreadId>,
    /// How often Pulse was called, for those who wait on a monitor.
    pulses: u64,
}

/// A gate that runspaces share.
#[derive(Clone, Default)]
struct Shared(Arc<(Mutex<Gate>, Condvar)>);

impl State for Shared {}

impl Shared {
    /// Waits until `enter` lets the caller in; false when the time is over.
    fn wait(&self, ctx: &dyn Context, limit: Option<Duration>, mut enter: impl FnMut(&mut Gate) -> bool) -> bool {
        let waiting = Waiting::new(limit);
        let mut gate = self.0.0.lock();
        loop {
            if enter(&mut gate) {
                return true;
            }
            if waiting.is_over() || ctx.is_stopping() {
                return false;
            }
            self.0.1.wait_for(&mut gate, waiting.slice());
        }
    }

    fn change<R>(&self, f: impl FnOnce(&mut Gate) -> R) -> R {
        let outcome = f(&mut self.0.0.lock());
        self.0.1.notify_all();
        outcome
    }
}

/// The time-out among the arguments: milliseconds or a TimeSpan, none for endless.
fn limit(c: &Call<'_>) -> Option<Duration> {
    let at = c.place("millisecondsTimeout").or_else(|| c.place("timeout"))?;
    let millis = match c.arg(at).base() {
        Value::TimeSpan(ticks) => ticks / 10_000,
        _ => c.long(at),
    };
    u64::try_from(millis).ok().map(Duration::from_millis)
}

fn shared(c: &Call<'_>) -> Result<Shared> {
    match state_of::<Shared>(c.this) {
        Some(shared) => Ok(shared),
        None => fail::not_implemented(c.ty, c.name).throw(),
    }
}

/// Gates with a name, for all runspaces of the process.
static NAMED: LazyLock<Mutex<HashMap<String, Shared>>> = LazyLock::new(Default::default);

fn construct(c: &mut Call<'_>) -> Result {
    let count = match c.ty.name_only() {
        "Mutex" => 0,
        "Semaphore" | "SemaphoreSlim" | "CountdownEvent" => c.named_int("initialCount").unwrap_or(0),
        _ => i64::from(c.place("initialState").is_some_and(|at| c.bool(at))),
    };
    let top = ["maximumCount", "maxCount"].iter().find_map(|n| c.named_int(n)).unwrap_or(i64::from(i32::MAX));
    if count < 0 {
        return fail::range("Non-negative number required.", "initialCount").throw();
    }
    if count > top {
        return fail::argument("The initial count for the semaphore must be greater than or equal to zero and less than the maximum count.", "").throw();
    }
    let fresh = Shared(Arc::new((Mutex::new(Gate { count, limit: top, ..Gate::default() }), Condvar::new())));
    let name = c.named("name").map(|v| format!("{}/{}", c.ty.name(), crate::convert::to_display(&v)));
    let mut is_new = true;
    let made = match name.filter(|n| !n.ends_with('/')) {
        Some(name) => {
            let mut all = NAMED.lock();
            is_new = !all.contains_key(&name);
            all.entry(name).or_insert(fresh).clone()
        }
        None => fresh,
    };
    if c.place("initiallyOwned").is_some_and(|at| c.bool(at)) && is_new {
        made.change(|g| take(g, std::thread::current().id()));
    }
    if let Some(at) = c.place("createdNew") {
        c.set_ref(at, Value::Bool(is_new))?;
    }
    Ok(hold(c.ty, made))
}

/// Takes a lock for a thread where it is free or the thread's own.
fn take(gate: &mut Gate, me: ThreadId) -> bool {
    let is_free = gate.owner.is_none_or(|o| o == me);
    if is_free {
        gate.owner = Some(me);
        gate.depth += 1;
    }
    is_free
}

fn leave(gate: &mut Gate, me: ThreadId) -> bool {
    if gate.owner != Some(me) {
        return false;
    }
    gate.depth -= 1;
    if gate.depth == 0 {
        gate.owner = None;
    }
    true
}

fn wait_one(c: &mut Call<'_>) -> Result {
    let (gate, limit) = (shared(c)?, limit(c));
    Ok(Value::Bool(gate_wait(c, &gate, limit)))
}

/// One wait, by the kind of the object.
fn gate_wait(c: &Call<'_>, gate: &Shared, limit: Option<Duration>) -> bool {
    let (me, kind) = (std::thread::current().id(), c.this.type_ref().map_or("", |t| t.name_only()));
    wait_kind(c.ctx, gate, kind, limit, me)
}

fn wait_kind(ctx: &dyn Context, gate: &Shared, kind: &str, limit: Option<Duration>, me: ThreadId) -> bool {
    match kind {
        "Mutex" => gate.wait(ctx, limit, |g| take(g, me)),
        "CountdownEvent" => gate.wait(ctx, limit, |g| g.count == 0),
        "ManualResetEvent" | "ManualResetEventSlim" => gate.wait(ctx, limit, |g| g.count > 0),
        "EventWaitHandle" => gate.wait(ctx, limit, |g| {
            let is_set = g.count > 0;
            // A limit of 1 marks one that resets itself.
            if is_set && g.limit == 1 {
                g.count = 0;
            }
            is_set
        }),
        _ => gate.wait(ctx, limit, |g| {
            let is_free = g.count > 0;
            g.count -= i64::from(is_free);
            is_free
        }),
    }
}

const WAIT: &[(&str, Behaviour)] = &[
    ("new", construct),
    ("WaitOne", wait_one),
    ("Wait", |c| {
        let outcome = wait_one(c)?;
        let is_plain = c.signature.is_some_and(|s| s.text.starts_with("void "));
        Ok(if is_plain { Value::Void } else { outcome })
    }),
    ("Release", |c| {
        let by = c.named_int("releaseCount").unwrap_or(1);
        let before = shared(c)?.change(|g| {
            let before = g.count;
            let fits = before + by <= g.limit;
            g.count += if fits { by } else { 0 };
            fits.then_some(before)
        });
        match before {
            Some(before) => Ok(Value::I32(before as i32)),
            None => fail::named(
                "System.Threading.SemaphoreFullException",
                "Adding the specified count to the semaphore would cause it to exceed its maximum count.",
            )
            .throw(),
        }
    }),
    ("CurrentCount", |c| Ok(Value::I32(shared(c)?.change(|g| g.count) as i32))),
    ("InitialCount", |c| Ok(Value::I32(shared(c)?.change(|g| g.count) as i32))),
    ("ReleaseMutex", |c| {
        let me = std::thread::current().id();
        if shared(c)?.change(|g| leave(g, me)) {
            return Ok(Value::Void);
        }
        let text = "Object synchronization method was called from an unsynchronized block of code.";
        fail::named("System.ApplicationException", text).throw()
    }),
    ("Set", |c| {
        shared(c)?.change(|g| g.count = 1);
        Ok(if c.signature.is_some_and(|s| s.text.starts_with("void ")) { Value::Void } else { Value::Bool(true) })
    }),
    ("Reset", |c| {
        shared(c)?.change(|g| g.count = 0);
        Ok(if c.signature.is_some_and(|s| s.text.starts_with("void ")) { Value::Void } else { Value::Bool(true) })
    }),
    ("IsSet", |c| {
        let is_countdown = c.ty.name_only() == "CountdownEvent";
        Ok(Value::Bool(shared(c)?.change(|g| if is_countdown { g.count == 0 } else { g.count > 0 })))
    }),
    ("Signal", |c| {
        let by = c.named_int("signalCount").unwrap_or(1);
        match shared(c)?.change(|g| (g.count >= by).then(|| g.count -= by).map(|()| g.count == 0)) {
            Some(is_last) => Ok(Value::Bool(is_last)),
            None => fail::invalid("Invalid attempt made to decrement the event's count below zero.").throw(),
        }
    }),
    ("AddCount", |c| {
        let by = c.named_int("signalCount").unwrap_or(1);
        shared(c)?.change(|g| g.count += by);
        Ok(Value::Void)
    }),
    ("TryAddCount", |c| {
        let by = c.named_int("signalCount").unwrap_or(1);
        Ok(Value::Bool(shared(c)?.change(|g| (g.count > 0).then(|| g.count += by).is_some())))
    }),
    ("WaitHandle", |c| Ok(c.this.clone())),
    ("AvailableWaitHandle", |c| Ok(c.this.clone())),
    ("Close", |_| Ok(Value::Void)),
    ("Dispose", |_| Ok(Value::Void)),
    ("::WaitAll", |c| wait_many(c, true)),
    ("::WaitAny", |c| wait_many(c, false)),
    ("::SignalAndWait", |c| {
        let (first, second) = (c.arg(0).clone(), c.arg(1).clone());
        crate::members::call(c.ctx, &first, "Set", &[])?;
        crate::members::call(c.ctx, &second, "WaitOne", &[])
    }),
    ("::OpenExisting", |c| {
        let name = format!("{}/{}", c.ty.name(), c.str(0));
        match NAMED.lock().get(&name) {
            Some(found) => Ok(hold(c.ty, found.clone())),
            None => {
                fail::named("System.Threading.WaitHandleCannotBeOpenedException", "No handle of the given name exists.")
                    .throw()
            }
        }
    }),
    ("::TryOpenExisting", |c| {
        let name = format!("{}/{}", c.ty.name(), c.str(0));
        let found = NAMED.lock().get(&name).cloned();
        let is_there = found.is_some();
        c.set_ref(1, found.map_or(Value::Null, |f| hold(c.ty, f)))?;
        Ok(Value::Bool(is_there))
    }),
];

/// `WaitHandle.WaitAll` and `WaitAny`.
fn wait_many(c: &mut Call<'_>, is_all: bool) -> Result {
    let (handles, limit, me) = (c.items(0), limit(c), std::thread::current().id());
    let waiting = Waiting::new(limit);
    let mut done = vec![false; handles.len()];
    loop {
        for (at, handle) in handles.iter().enumerate().filter(|(at, _)| !done[*at]).collect::<Vec<_>>() {
            let Some(gate) = state_of::<Shared>(handle) else { return fail::null("waitHandles").throw() };
            let kind = handle.type_ref().map_or("", |t| t.name_only());
            if wait_kind(c.ctx, &gate, kind, Some(Duration::ZERO), me) {
                if !is_all {
                    return Ok(Value::I32(at as i32));
                }
                done[at] = true;
            }
        }
        if is_all && done.iter().all(|d| *d) {
            return Ok(Value::Bool(true));
        }
        if waiting.is_over() || c.ctx.is_stopping() {
            return Ok(if is_all { Value::Bool(false) } else { Value::I32(258) });
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// The gates of objects that a Monitor holds; the value keeps the address from being used again.
static MONITORS: LazyLock<Mutex<HashMap<usize, (Value, Shared)>>> = LazyLock::new(Default::default);

fn address(value: &Value) -> Option<usize> {
    Some(match value.base() {
        Value::Array(a) => Arc::as_ptr(a) as usize,
        Value::Dict(d) => Arc::as_ptr(d) as usize,
        Value::Object(o) => Arc::as_ptr(o) as usize,
        Value::Exception(e) => Arc::as_ptr(e) as usize,
        Value::Foreign(f) => std::ptr::from_ref::<dyn crate::object::Foreign>(&**f).cast::<()>() as usize,
        Value::Str(s) => s.as_str().as_ptr() as usize,
        Value::Type(t) => t.id() as usize + 1,
        _ => return None,
    })
}

fn monitor(c: &Call<'_>) -> Result<Shared> {
    if !c.has(0) {
        return fail::null("obj").throw();
    }
    let Some(at) = address(c.arg(0)) else {
        // A boxed number is a new object each time: nobody else holds it.
        return Ok(Shared::default());
    };
    Ok(MONITORS.lock().entry(at).or_insert_with(|| (c.arg(0).clone(), Shared::default())).1.clone())
}

fn unsynchronized<T>() -> Result<T> {
    let text = "Object synchronization method was called from an unsynchronized block of code.";
    fail::named("System.Threading.SynchronizationLockException", text).throw()
}

const MONITOR: &[(&str, Behaviour)] = &[
    ("::Enter", |c| {
        let (gate, me) = (monitor(c)?, std::thread::current().id());
        gate.wait(c.ctx, None, |g| take(g, me));
        if let Some(at) = c.place("lockTaken") {
            c.set_ref(at, Value::Bool(true))?;
        }
        Ok(Value::Void)
    }),
    ("::TryEnter", |c| {
        let (gate, me) = (monitor(c)?, std::thread::current().id());
        let limit = limit(c).or_else(|| {
            let endless = c.place("millisecondsTimeout").is_some() || c.place("timeout").is_some();
            (!endless).then_some(Duration::ZERO)
        });
        let is_in = gate.wait(c.ctx, limit, |g| take(g, me));
        if let Some(at) = c.place("lockTaken") {
            c.set_ref(at, Value::Bool(is_in))?;
            return Ok(Value::Void);
        }
        Ok(Value::Bool(is_in))
    }),
    ("::Exit", |c| {
        let (gate, me) = (monitor(c)?, std::thread::current().id());
        if !gate.change(|g| leave(g, me)) {
            return unsynchronized();
        }
        if gate.change(|g| g.owner.is_none())
            && let Some(at) = address(c.arg(0))
        {
            // Only the table and this call know of it: nobody waits.
            let mut all = MONITORS.lock();
            if Arc::strong_count(&gate.0) == 2 {
                all.remove(&at);
            }
        }
        Ok(Value::Void)
    }),
    ("::IsEntered", |c| {
        let me = std::thread::current().id();
        Ok(Value::Bool(monitor(c)?.change(|g| g.owner == Some(me))))
    }),
    ("::Pulse", |c| pulse(c)),
    ("::PulseAll", |c| pulse(c)),
    ("::Wait", |c| {
        let (gate, me, limit) = (monitor(c)?, std::thread::current().id(), limit(c));
        let Some((depth, pulses)) = gate.change(|g| {
            (g.owner == Some(me)).then(|| {
                g.owner = None;
                (std::mem::take(&mut g.depth), g.pulses)
            })
        }) else {
            return unsynchronized();
        };
        let is_pulsed = gate.wait(c.ctx, limit, |g| g.pulses > pulses);
        gate.wait(c.ctx, None, |g| g.owner.is_none().then(|| (g.owner, g.depth) = (Some(me), depth)).is_some());
        Ok(Value::Bool(is_pulsed))
    }),
    ("::LockContentionCount", |_| Ok(Value::I64(0))),
];

fn pulse(c: &mut Call<'_>) -> Result {
    let me = std::thread::current().id();
    let is_mine = monitor(c)?.change(|g| {
        g.pulses += 1;
        g.owner == Some(me)
    });
    if is_mine { Ok(Value::Void) } else { unsynchronized() }
}

const READ_WRITE: &[(&str, Behaviour)] = &[
    ("new", |c| Ok(hold(c.ty, Shared::default()))),
    ("EnterReadLock", |c| enter(c, false, false)),
    ("TryEnterReadLock", |c| enter(c, false, true)),
    ("EnterUpgradeableReadLock", |c| enter(c, false, false)),
    ("TryEnterUpgradeableReadLock", |c| enter(c, false, true)),
    ("EnterWriteLock", |c| enter(c, true, false)),
    ("TryEnterWriteLock", |c| enter(c, true, true)),
    ("ExitReadLock", |c| exit_read(c)),
    ("ExitUpgradeableReadLock", |c| exit_read(c)),
    ("ExitWriteLock", |c| {
        let me = std::thread::current().id();
        if shared(c)?.change(|g| leave(g, me)) { Ok(Value::Void) } else { not_held("write") }
    }),
    ("IsReadLockHeld", |c| {
        let me = std::thread::current().id();
        Ok(Value::Bool(shared(c)?.change(|g| g.readers.contains(&me))))
    }),
    ("IsUpgradeableReadLockHeld", |c| {
        let me = std::thread::current().id();
        Ok(Value::Bool(shared(c)?.change(|g| g.readers.contains(&me))))
    }),
    ("IsWriteLockHeld", |c| {
        let me = std::thread::current().id();
        Ok(Value::Bool(shared(c)?.change(|g| g.owner == Some(me))))
    }),
    ("CurrentReadCount", |c| Ok(Value::I32(shared(c)?.change(|g| g.readers.len()) as i32))),
    ("Dispose", |_| Ok(Value::Void)),
];

fn enter(c: &mut Call<'_>, is_writer: bool, may_fail: bool) -> Result {
    let (gate, me, limit) = (shared(c)?, std::thread::current().id(), limit(c));
    let is_in = gate.wait(c.ctx, limit, |g| {
        if is_writer {
            return g.readers.iter().all(|r| *r == me) && take(g, me);
        }
        let is_free = g.owner.is_none_or(|o| o == me);
        if is_free {
            g.readers.push(me);
        }
        is_free
    });
    Ok(if may_fail { Value::Bool(is_in) } else { Value::Void })
}

fn exit_read(c: &mut Call<'_>) -> Result {
    let me = std::thread::current().id();
    let left = shared(c)?.change(|g| g.readers.iter().position(|r| *r == me).map(|at| g.readers.swap_remove(at)));
    if left.is_some() { Ok(Value::Void) } else { not_held("read") }
}

fn not_held(kind: &str) -> Result {
    let text = format!("The {kind} lock is being released without being held.");
    fail::named("System.Threading.SynchronizationLockException", text).throw()
}

const LIKE: &[&str] = &["System.Threading.WaitHandle"];

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Threading.WaitHandle", like: &[], members: WAIT },
    TypeDef { name: "System.Threading.Mutex", like: LIKE, members: &[] },
    TypeDef { name: "System.Threading.Semaphore", like: LIKE, members: &[] },
    TypeDef { name: "System.Threading.SemaphoreSlim", like: LIKE, members: &[] },
    TypeDef { name: "System.Threading.AutoResetEvent", like: LIKE, members: &[] },
    TypeDef { name: "System.Threading.ManualResetEvent", like: LIKE, members: &[] },
    TypeDef { name: "System.Threading.ManualResetEventSlim", like: LIKE, members: &[] },
    TypeDef {
        name: "System.Threading.EventWaitHandle",
        like: LIKE,
        members: &[("new", |c| {
            let is_auto = c.named_int("mode").unwrap_or(0) == 0;
            let made = construct(c)?;
            if is_auto && let Some(gate) = state_of::<Shared>(&made) {
                gate.change(|g| g.limit = 1);
            }
            Ok(made)
        })],
    },
    TypeDef { name: "System.Threading.CountdownEvent", like: LIKE, members: &[] },
    TypeDef { name: "System.Threading.ReaderWriterLockSlim", like: &[], members: READ_WRITE },
    TypeDef { name: "System.Threading.Monitor", like: &[], members: MONITOR },
];
