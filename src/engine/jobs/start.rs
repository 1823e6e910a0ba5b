//! Running a job's script on a thread.

use std::time::Duration;

use command::Invoke;
use language::Sym;
use values::{Context, Exception, Flow, Result, TypeRef, Value, clixml, members};

use super::{Job, JobState, capture};
use crate::runspace::Runspace;

/// How much stack a job's thread reserves.
const STACK: usize = 256 << 20;

/// How long a background job that nobody waits for takes to begin. In PowerShell it begins in a new process, which takes
/// longer than this; scripts and people rely on seeing it `Running` right after its start, however short its work.
const PROCESS_START: Duration = Duration::from_millis(250);

/// What a job runs.
pub struct Work {
    pub block: Value,
    pub args: Vec<Value>,
    pub input: Option<Vec<Value>>,
    pub item: Option<Value>,
    pub init: Option<Value>,
    pub using: Vec<(Sym, Value)>,
    /// Values cross a process's border in the original: they arrive as CLIXML makes them.
    pub is_serialized: bool,
}

/// The clock's time as a DateTime.
fn now(ctx: &mut dyn Context) -> Value {
    members::get_static(ctx, TypeRef::DATETIME, "Now").ok().flatten().unwrap_or_default()
}

/// A value as it arrives on the other side of a border between processes.
pub(crate) fn cross(ctx: &mut dyn Context, value: &Value) -> Result {
    match value.base() {
        Value::Null | Value::Void | Value::Bool(_) | Value::I32(_) | Value::I64(_) | Value::F64(_) | Value::Str(_) => {
            Ok(value.clone())
        }
        _ => {
            let text = clixml::serialize(ctx, std::slice::from_ref(value), 1)?;
            Ok(clixml::deserialize(ctx, &text)?.into_iter().next().unwrap_or_default())
        }
    }
}

/// The exception that a failed job's `Reason` shows.
fn failure_of(flow: &Flow, is_remote: bool) -> Value {
    match flow.record() {
        Some(record) if is_remote => {
            let ty =
                TypeRef::find("System.Management.Automation.RemoteException").unwrap_or(TypeRef::RUNTIME_EXCEPTION);
            Exception::new(ty, record.exception.message()).with("ErrorRecord", Value::Error(record.clone())).value()
        }
        Some(record) => Value::Exception(record.exception.clone()),
        None => Value::Null,
    }
}

/// Starts the job on a thread; `caller` gives location and environment.
pub fn start(caller: &mut Runspace, job: &Value, work: Work, directory: Option<values::Str>) -> Result<()> {
    let Some(own) = job.as_foreign::<Job>() else { return Ok(()) };
    *own.begin.lock() = now(caller);
    own.enter(JobState::Running, Value::Null);
    let (factory, environment) = (caller.factory.clone(), caller.environment.clone());
    let mut location = caller.location.clone();
    if let Some(directory) = directory {
        location.path = directory;
    }
    let held = job.clone();
    let run = move || {
        let Some(job) = held.as_foreign::<Job>() else { return };
        let mut worker = factory.make();
        worker.stop = job.stop.clone();
        worker.location = location;
        worker.environment = environment;
        worker.using = work.using.iter().cloned().collect();
        if work.is_serialized {
            job.hold_back(PROCESS_START);
        }
        run_job(&mut worker, job, &work);
    };
    match std::thread::Builder::new().stack_size(STACK).spawn(run) {
        Ok(_) => {}
        Err(error) => {
            let reason = Exception::new(TypeRef::RUNTIME_EXCEPTION, error.to_string()).value();
            own.enter(JobState::Failed, reason);
        }
    }
    Ok(())
}

/// Runs a job's work on this thread and says how it ended.
fn run_job(worker: &mut Runspace, job: &Job, work: &Work) {
    let result = run_work(worker, job, work);
    if work.is_serialized {
        deserialize_output(worker, job);
    }
    *job.end.lock() = now(worker);
    match result {
        Ok(()) => job.enter(JobState::Completed, Value::Null),
        Err(flow) => match &*flow {
            Flow::Throw(record) => {
                if !work.is_serialized {
                    job.lists.error.lock().push(Value::Error(record.clone()));
                }
                job.enter(JobState::Failed, failure_of(&flow, work.is_serialized));
            }
            Flow::Stopped => job.enter(JobState::Stopped, Value::Null),
            _ => job.enter(JobState::Completed, Value::Null),
        },
    }
}

/// Starts jobs of which `limit` run at a time.
pub fn start_many(caller: &mut Runspace, jobs: Vec<(Value, Work)>, limit: usize) {
    let (factory, environment, location) =
        (caller.factory.clone(), caller.environment.clone(), caller.location.clone());
    let began = now(caller);
    let queue = std::sync::Arc::new(parking_lot::Mutex::new(std::collections::VecDeque::from(jobs)));
    let count = queue.lock().len().min(limit.max(1));
    for _ in 0..count {
        let (queue, factory, environment, location, began) =
            (queue.clone(), factory.clone(), environment.clone(), location.clone(), began.clone());
        let run = move || {
            loop {
                let Some((held, work)) = queue.lock().pop_front() else { return };
                let Some(job) = held.as_foreign::<Job>() else { continue };
                if job.state().is_finished() {
                    continue;
                }
                *job.begin.lock() = began.clone();
                job.enter(JobState::Running, Value::Null);
                let mut worker = factory.make();
                worker.stop = job.stop.clone();
                worker.location = location.clone();
                worker.environment = environment.clone();
                worker.using = work.using.iter().cloned().collect();
                run_job(&mut worker, job, &work);
            }
        };
        if std::thread::Builder::new().stack_size(STACK).spawn(run).is_err() {
            break;
        }
    }
}

fn run_work(worker: &mut Runspace, job: &Job, work: &Work) -> Result<()> {
    let mut args = work.args.clone();
    let mut input = work.input.clone();
    if work.is_serialized {
        for value in args.iter_mut().chain(input.iter_mut().flatten()) {
            *value = cross(worker, value)?;
        }
        let using: Vec<(Sym, Value)> = worker.using.iter().map(|(k, v)| (*k, v.clone())).collect();
        for (name, value) in using {
            let value = cross(worker, &value)?;
            worker.using.insert(name, value);
        }
    }
    capture(worker, &job.lists, |worker| {
        if let Some(init) = &work.init {
            let how = Invoke { in_current_scope: true, to_pipeline: true, ..Invoke::default() };
            worker.invoke_script(&crate::parallel::detached(init), how)?;
        }
        let how = Invoke { args, input, item: work.item.clone(), to_pipeline: true, ..Invoke::default() };
        worker.invoke_script(&crate::parallel::detached(&work.block), how).map(|_| ())
    })
}

/// Turns what was written into what another process would receive.
fn deserialize_output(worker: &mut Runspace, job: &Job) {
    let items = std::mem::take(&mut *job.lists.output.lock());
    let mut made = Vec::with_capacity(items.len());
    for item in items {
        made.push(cross(worker, &item).unwrap_or(item));
    }
    job.lists.output.lock().extend(made);
    for item in job.lists.error.lock().iter() {
        if let Value::Error(record) = item {
            let mut data = record.data.lock();
            data.is_reported = false;
            data.is_remote = true;
        }
    }
}
