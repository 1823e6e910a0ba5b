//! Tasks that are done when they are made: what the asynchronous members of .NET hand out here.
//!
//! Nothing runs beside the script; `Run` and `ContinueWith` do their work before they return, so a wait never blocks.

use std::time::Duration;

use crate::error::{ErrorRecord, Exception, Flow, Result};
use crate::types::{Behaviour, Call, State, TypeDef, TypeRef, fail, generic_of, hold, invoke_delegate};
use crate::value::Value;

/// The outcome of a task.
#[derive(Clone)]
pub struct Outcome {
    value: Value,
    fault: Option<std::sync::Arc<Exception>>,
    is_canceled: bool,
    /// What was given up before it ended: a connection that nobody answers.
    is_pending: bool,
}

impl State for Outcome {}

/// A task that ended well.
pub fn completed(value: Value) -> Value {
    of(TypeRef::OBJECT, value)
}

/// The same with the type of its result.
pub fn of(ty: TypeRef, value: Value) -> Value {
    make(ty, Outcome { value, fault: None, is_canceled: false, is_pending: false })
}

/// A task that does not end.
pub fn unfinished(ty: TypeRef) -> Value {
    make(ty, Outcome { value: Value::Null, fault: None, is_canceled: false, is_pending: true })
}

/// The task of an outcome: what was thrown becomes its fault.
pub fn from_result(ty: TypeRef, outcome: Result) -> Result {
    match outcome {
        Ok(value) => Ok(of(ty, value)),
        Err(flow) => match &*flow {
            Flow::Throw(record) => Ok(make(
                ty,
                Outcome {
                    value: Value::Null,
                    fault: Some(record.exception.clone()),
                    is_canceled: false,
                    is_pending: false,
                },
            )),
            _ => Err(flow),
        },
    }
}

fn make(ty: TypeRef, outcome: Outcome) -> Value {
    let ty = match TypeRef::find("System.Threading.Tasks.Task`1") {
        Some(generic) if ty != TypeRef::VOID => generic_of(generic, vec![ty]),
        _ => TypeRef::find("System.Threading.Tasks.Task").unwrap_or(TypeRef::OBJECT),
    };
    hold(ty, outcome)
}

fn status(outcome: &Outcome) -> i64 {
    if outcome.is_pending {
        1
    } else if outcome.is_canceled {
        6
    } else if outcome.fault.is_some() {
        7
    } else {
        5
    }
}

fn aggregate(inner: &std::sync::Arc<Exception>) -> Exception {
    fail::named("System.AggregateException", format!("One or more errors occurred. ({})", inner.message()))
        .inner(Value::Exception(inner.clone()))
}

/// The result, or what the task threw: as it is for an awaiter, in an AggregateException for `Result` and `Wait`.
fn result(c: &mut Call<'_>, is_awaited: bool) -> Result {
    let outcome = c.with(|o: &mut Outcome| o.clone())?;
    if outcome.is_canceled {
        return fail::named("System.Threading.Tasks.TaskCanceledException", "A task was canceled.").throw();
    }
    if outcome.is_pending {
        let inner = super::super::net::http_fault::socket("Connection timed out");
        return if is_awaited { inner.throw() } else { aggregate(&std::sync::Arc::new(inner)).throw() };
    }
    match outcome.fault {
        Some(fault) if is_awaited => Err(Flow::throw(ErrorRecord::from_exception(fault))),
        Some(fault) => aggregate(&fault).throw(),
        None => Ok(outcome.value),
    }
}

const MEMBERS: &[(&str, Behaviour)] = &[
    ("Result", |c| result(c, false)),
    ("Wait", |c| {
        if c.count() > 0 && c.with(|o: &mut Outcome| o.is_pending)? {
            return Ok(Value::Bool(false));
        }
        result(c, false)?;
        Ok(if c.count() == 0 { Value::Void } else { Value::Bool(true) })
    }),
    ("GetAwaiter", |c| Ok(c.this.clone())),
    ("ConfigureAwait", |c| Ok(c.this.clone())),
    ("WaitAsync", |c| Ok(c.this.clone())),
    ("GetResult()", |c| result(c, true)),
    ("Status", |c| {
        let n = c.with(|o: &mut Outcome| status(o))?;
        Ok(crate::types::system::enumeration::make("System.Threading.Tasks.TaskStatus", n))
    }),
    ("IsCompleted", |c| c.with(|o: &mut Outcome| Value::Bool(!o.is_pending))),
    ("CompletedSynchronously", |_| Ok(Value::Bool(false))),
    ("AsyncWaitHandle", |c| {
        let is_set = c.with(|o: &mut Outcome| !o.is_pending)?;
        let ty = TypeRef::find("System.Threading.ManualResetEvent").unwrap_or(TypeRef::OBJECT);
        crate::members::construct(c.ctx, ty, &[Value::Bool(is_set)])
    }),
    ("IsCompletedSuccessfully", |c| c.with(|o: &mut Outcome| Value::Bool(status(o) == 5))),
    ("IsFaulted", |c| c.with(|o: &mut Outcome| Value::Bool(status(o) == 7))),
    ("IsCanceled", |c| c.with(|o: &mut Outcome| Value::Bool(o.is_canceled))),
    ("Exception", |c| c.with(|o: &mut Outcome| o.fault.as_ref().map_or(Value::Null, |f| aggregate(f).value()))),
    ("AsyncState", |_| Ok(Value::Null)),
    ("CreationOptions", |_| {
        Ok(crate::types::system::enumeration::make("System.Threading.Tasks.TaskCreationOptions", 0))
    }),
    ("Id", |c| Ok(Value::I32(crate::types::system::object::hash_code(c.this) & 0xFFFF))),
    ("::CurrentId", |_| Ok(Value::Null)),
    ("::CompletedTask", |_| Ok(of(TypeRef::VOID, Value::Null))),
    ("::FromResult", |c| Ok(of(c.type_argument(0), c.arg(0).clone()))),
    ("::FromException", |c| match c.arg(0).base() {
        Value::Exception(e) => Ok(make(
            TypeRef::VOID,
            Outcome { value: Value::Null, fault: Some(e.clone()), is_canceled: false, is_pending: false },
        )),
        _ => fail::null("exception").throw(),
    }),
    ("::FromCanceled", |_| {
        Ok(make(TypeRef::VOID, Outcome { value: Value::Null, fault: None, is_canceled: true, is_pending: false }))
    }),
    ("::Delay", |c| {
        let millis = match c.arg(0).base() {
            Value::TimeSpan(ticks) => ticks / 10_000,
            _ => c.long(0),
        };
        crate::stop::sleep(c.ctx, Some(Duration::from_millis(millis.max(0) as u64)));
        Ok(of(TypeRef::VOID, Value::Null))
    }),
    ("::Run", |c| {
        let (work, ty) = (c.arg(0).clone(), c.type_argument(0));
        let outcome = invoke_delegate(c.ctx, &work, &[]);
        from_result(ty, outcome)
    }),
    ("new", |c| {
        let work = c.arg(0).clone();
        let outcome = invoke_delegate(c.ctx, &work, &[]);
        from_result(TypeRef::VOID, outcome)
    }),
    ("Start", |_| Ok(Value::Void)),
    ("RunSynchronously", |_| Ok(Value::Void)),
    ("ContinueWith", |c| {
        let (next, this) = (c.arg(0).clone(), c.this.clone());
        let outcome = invoke_delegate(c.ctx, &next, &[this]);
        from_result(TypeRef::OBJECT, outcome)
    }),
    ("::WaitAll", |c| {
        for task in c.sequence(0)? {
            crate::members::call(c.ctx, &task, "Wait", &[])?;
        }
        Ok(if c.count() == 1 { Value::Void } else { Value::Bool(true) })
    }),
    ("::WaitAny", |_| Ok(Value::I32(0))),
    ("::WhenAll", |c| {
        let mut results = Vec::new();
        for task in c.sequence(0)? {
            results.push(crate::members::call(c.ctx, &task, "GetResult", &[]).unwrap_or_default());
        }
        Ok(of(TypeRef::OBJECT.array_of(1), Value::array(results)))
    }),
    ("::WhenAny", |c| {
        let first = c.sequence(0)?.into_iter().next().unwrap_or_default();
        Ok(of(TypeRef::OBJECT, first))
    }),
    ("::WhenEach", |c| Ok(c.arg(0).clone())),
    ("Dispose", |_| Ok(Value::Void)),
];

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Threading.Tasks.Task", like: &[], members: MEMBERS },
    TypeDef { name: "System.Threading.Tasks.Task`1", like: &[], members: MEMBERS },
    TypeDef {
        name: "System.Threading.Timeout",
        like: &[],
        members: &[("::InfiniteTimeSpan", |_| Ok(Value::TimeSpan(-10_000)))],
    },
];
