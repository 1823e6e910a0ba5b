//! `ForEach-Object -Parallel`: runspaces on threads.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use command::{Bound, Invoke, Session};
use language::Sym;
use language::ast::{Expr, Node, Visit};
use values::{Result, Value};

use crate::runspace::{Runspace, Sink};
use crate::script_block::ScriptBlock;

/// How much stack a worker thread reserves.
const STACK: usize = 256 << 20;

/// The values of the `$using:` variables that a block names, as the caller sees them.
pub fn using_values(runspace: &Runspace, block: &Value) -> Vec<(Sym, Value)> {
    let Some(script) = block.as_foreign::<ScriptBlock>() else { return Vec::new() };
    let mut found = Vec::new();
    script.ast.walk(Node::Block(script.block), &mut |node| {
        if let Node::Expr(id) = node
            && let Expr::Using(inner) = *script.ast.expr(id)
        {
            script.ast.walk(Node::Expr(inner), &mut |node| {
                if let Node::Expr(id) = node
                    && let Expr::Variable(v) = *script.ast.expr(id)
                {
                    let value = runspace.find_variable(runspace.current, v.name, false).unwrap_or_default();
                    found.push((v.name, value));
                }
                Visit::Continue
            });
        }
        Visit::Continue
    });
    found
}

/// A fresh script block over the same text, which belongs to no session state.
pub fn detached(block: &Value) -> Value {
    match block.as_foreign::<ScriptBlock>() {
        Some(script) => Value::foreign(ScriptBlock::new(script.ast.clone(), script.block, None, None)),
        None => block.clone(),
    }
}

enum Item {
    Output(Value),
    Error(Arc<values::ErrorRecord>),
}

/// Runs the block once an input on `-ThrottleLimit` workers; output comes as it is made.
pub fn run(session: &mut dyn Session, bound: &Bound, inputs: Vec<Value>) -> Result<()> {
    let limit = bound.int("ThrottleLimit").unwrap_or(5).max(1) as usize;
    let block = bound.value("Parallel");
    let Some(runspace) = session.engine().downcast_mut::<Runspace>() else { return Ok(()) };
    let using = using_values(runspace, &block);
    let (factory, stop, location) = (runspace.factory.clone(), runspace.stop.clone(), runspace.location.clone());
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
        while let Ok(item) = receiver.recv() {
            let done = match item {
                Item::Output(value) => session.write(value),
                Item::Error(record) => session.write_error(record),
            };
            if let Err(flow) = done
                && first_error.is_none()
            {
                // No more is wanted: workers see the counter at its end.
                next.store(inputs.len(), Ordering::Relaxed);
                first_error = Some(flow);
            }
        }
    });
    first_error.map_or(Ok(()), Err)
}

fn worker_item(worker: &mut Runspace, block: &Value, item: &Value, sender: &mpsc::SyncSender<Item>) {
    let (channel, values) = mpsc::sync_channel::<Value>(64);
    worker.sinks.push(Sink::Channel(channel));
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
        let errors = worker.sinks.len() - 1;
        worker.streams.0[2] = crate::runspace::Target::Sink(errors);
        let how = Invoke { item: Some(item.clone()), to_pipeline: true, ..Invoke::default() };
        let result = worker.invoke_script(block, how);
        if let Err(flow) = result
            && let Some(record) = flow.record()
        {
            let _ = worker.emit(Value::Error(record.clone()));
        }
        worker.sinks.pop();
    });
}
