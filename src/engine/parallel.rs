//! `ForEach-Object -Parallel`: runspaces on threads.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use command::{Bound, Invoke, Session};
use language::Sym;
use language::ast::{Expr, Node, Visit};
use values::{ErrorCategory, ErrorRecord, Exception, Result, Str, TypeRef, Value};

use crate::jobs::{self, Job, JobKind, StreamLists, Work};
use crate::runspace::{Runspace, Sink};
use crate::script_block::ScriptBlock;

/// How much stack a worker thread reserves.
const STACK: usize = 256 << 20;

/// The values of the `$using:` variables that a block names, as the caller sees them.
pub fn using_values(runspace: &Runspace, block: &Value) -> Result<Vec<(Sym, Value)>> {
    let Some(script) = block.as_foreign::<ScriptBlock>() else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    let mut unset = None;
    script.ast.walk(Node::Block(script.block), &mut |node| {
        if let Node::Expr(id) = node
            && let Expr::Using(inner) = *script.ast.expr(id)
        {
            script.ast.walk(Node::Expr(inner), &mut |node| {
                if let Node::Expr(id) = node
                    && let Expr::Variable(v) = *script.ast.expr(id)
                {
                    match runspace.find_variable(runspace.current, v.name, false) {
                        Some(value) => found.push((v.name, value)),
                        None => unset = unset.take().or_else(|| Some(script.ast.text(v.path).to_string())),
                    }
                }
                Visit::Continue
            });
        }
        Visit::Continue
    });
    match unset {
        None => Ok(found),
        Some(name) => Exception::new(
            TypeRef::RUNTIME_EXCEPTION,
            format!("The value of the using variable '$using:{name}' cannot be retrieved because it has not been set in the local session."),
        )
        .identity("UsingVariableIsUndefined", ErrorCategory::InvalidOperation, Value::Null)
        .throw(),
    }
}

/// The values for `-Parallel`: script blocks belong to the runspace that made them.
fn parallel_values(runspace: &Runspace, block: &Value) -> Result<Vec<(Sym, Value)>> {
    let found = using_values(runspace, block)?;
    if found.iter().any(|(_, value)| value.as_foreign::<ScriptBlock>().is_some()) {
        let ty =
            TypeRef::find("System.Management.Automation.PSArgumentException").unwrap_or(TypeRef::ARGUMENT_EXCEPTION);
        return Exception::new(ty, "A ForEach-Object -Parallel using variable cannot be a script block. Passed-in script block variables are not supported with ForEach-Object -Parallel, and can result in undefined behavior.")
            .identity("ParallelUsingVariableCannotBeScriptBlock", ErrorCategory::InvalidType, Value::Null)
            .throw();
    }
    Ok(found)
}

/// A fresh script block over the same text, which belongs to no session state.
pub fn detached(block: &Value) -> Value {
    match block.as_foreign::<ScriptBlock>() {
        Some(script) => Value::foreign(ScriptBlock::new(script.ast.clone(), script.block, None, None)),
        None => block.clone(),
    }
}

/// What a worker tells the session's thread.
enum Item {
    Output(Value),
    Error(Arc<ErrorRecord>),
    /// Streams that were written beside the output: warnings, verbose and debug lines, information.
    Streams(StreamLists),
}

/// `-AsJob`: one child job an input, `-ThrottleLimit` at a time.
pub fn run_as_job(session: &mut dyn Session, bound: &Bound, inputs: Vec<Value>) -> Result<()> {
    let limit = bound.int("ThrottleLimit").unwrap_or(5).max(1) as usize;
    let block = bound.value("Parallel");
    let text = block.as_foreign::<ScriptBlock>().map_or_else(Str::empty, ScriptBlock::text);
    let Some(runspace) = session.engine().downcast_mut::<Runspace>() else { return Ok(()) };
    let using = parallel_values(runspace, &block)?;
    let id = jobs::next_id(runspace);
    let mut work = Vec::with_capacity(inputs.len());
    for item in inputs {
        let child = jobs::next_id(runspace);
        let name = Str::from(format!("Job{child}"));
        let job = Value::foreign(Job::new(child, name, JobKind::TaskChild, text.clone(), Vec::new()));
        work.push((
            job,
            Work {
                block: block.clone(),
                args: Vec::new(),
                input: None,
                item: Some(item),
                init: None,
                using: using.clone(),
                is_serialized: false,
            },
        ));
    }
    let children = work.iter().map(|(job, _)| job.clone()).collect();
    let job = Value::foreign(Job::new(id, Str::from(format!("Job{id}")), JobKind::Task, text, children));
    jobs::table_add(runspace, job.clone());
    jobs::start_many(runspace, work, limit);
    session.write(job)
}

/// Runs the block once an input on `-ThrottleLimit` workers; output comes as it is made.
pub fn run(session: &mut dyn Session, bound: &Bound, inputs: Vec<Value>) -> Result<()> {
    if bound.switch("AsJob") {
        return run_as_job(session, bound, inputs);
    }
    let limit = bound.int("ThrottleLimit").unwrap_or(5).max(1) as usize;
    let end = bound.int("TimeoutSeconds").filter(|s| *s > 0).map(|s| Instant::now() + Duration::from_secs(s as u64));
    let block = bound.value("Parallel");
    let Some(runspace) = session.engine().downcast_mut::<Runspace>() else { return Ok(()) };
    let using = parallel_values(runspace, &block)?;
    let (factory, location) = (runspace.factory.clone(), runspace.location.clone());
    let (outer, stop) = (runspace.stop.clone(), Arc::new(AtomicBool::new(false)));
    let environment = runspace.environment.clone();
    let (sender, receiver) = mpsc::sync_channel::<Item>(64);
    let next = AtomicUsize::new(0);
    let mut first_error = None;
    std::thread::scope(|scope| {
        for _ in 0..limit.min(inputs.len()) {
            let sender = sender.clone();
            let (inputs, next, using) = (&inputs, &next, &using);
            let (factory, stop, location, environment) =
                (factory.clone(), stop.clone(), location.clone(), environment.clone());
            let block = detached(&block);
            let work = move || {
                let mut worker = factory.make();
                worker.stop = stop;
                worker.location = location;
                worker.environment = environment;
                worker.using = using.iter().cloned().collect();
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = inputs.get(at) else { return };
                    if worker.is_stopped() {
                        return;
                    }
                    worker_item(&mut worker, &block, item, &sender);
                }
            };
            let spawned = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
            if spawned.is_err() {
                break;
            }
        }
        drop(sender);
        loop {
            let item = match receiver.recv_timeout(Duration::from_millis(5)) {
                Ok(item) => item,
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    let is_late = end.is_some_and(|end| Instant::now() >= end);
                    if is_late || outer.load(Ordering::Relaxed) {
                        next.store(inputs.len(), Ordering::Relaxed);
                        stop.store(true, Ordering::Relaxed);
                    }
                    continue;
                }
            };
            let done = match item {
                Item::Output(value) => session.write(value),
                Item::Error(record) => session.write_error(record),
                Item::Streams(lists) => crate::cmdlets::replay(session, &lists, false),
            };
            if let Err(flow) = done
                && first_error.is_none()
            {
                // No more is wanted: workers see the counter at its end.
                next.store(inputs.len(), Ordering::Relaxed);
                stop.store(true, Ordering::Relaxed);
                first_error = Some(flow);
            }
        }
    });
    first_error.map_or(Ok(()), Err)
}

fn worker_item(worker: &mut Runspace, block: &Value, item: &Value, sender: &mpsc::SyncSender<Item>) {
    let (channel, values) = mpsc::sync_channel::<Value>(64);
    let lists = StreamLists::new();
    let out = sender.clone();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            while let Ok(value) = values.recv() {
                let item = match value {
                    Value::Error(record) => Item::Error(record),
                    value => Item::Output(value),
                };
                if out.send(item).is_err() {
                    return;
                }
            }
        });
        let (sinks, streams) = (worker.sinks.len(), worker.streams);
        for (stream, list) in [(3, &lists.warning), (4, &lists.verbose), (5, &lists.debug), (6, &lists.information)] {
            worker.sinks.push(Sink::Discard);
            let to = worker.sinks.len() - 1;
            worker.sinks.push(Sink::Tee { to, list: list.clone() });
            worker.streams.0[stream] = crate::runspace::Target::Sink(worker.sinks.len() - 1);
        }
        worker.sinks.push(Sink::Channel(channel));
        worker.streams.0[2] = crate::runspace::Target::Sink(worker.sinks.len() - 1);
        let how = Invoke { item: Some(item.clone()), to_pipeline: true, ..Invoke::default() };
        let result = worker.invoke_script(block, how);
        if let Err(flow) = result
            && let Some(record) = flow.record()
        {
            // What ended the item's script is an error of the task.
            let id = Str::from("PSTaskException");
            let made = ErrorRecord::new(record.exception.clone(), id, ErrorCategory::InvalidOperation, Value::Null);
            made.data.lock().stack = Some(values::error::StackTrace::empty());
            let _ = worker.emit(Value::Error(Arc::new(made)));
        }
        worker.sinks.truncate(sinks);
        worker.streams = streams;
    });
    if lists.has_data() {
        let _ = sender.send(Item::Streams(lists));
    }
}
