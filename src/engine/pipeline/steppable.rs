//! Steppable pipelines, which proxy commands use.
//!
//! The block runs up to its pipeline; instead of being driven, the filled pipeline is taken out with its frames. Each step puts
//! it back on top of the running one, so that its output goes where the caller's goes, and takes it out again.

use std::sync::Arc;

use command::Invoke;
use parking_lot::Mutex;
use values::object::Foreign;
use values::{Context, Flow, Result, Str, TypeRef, Value};

use super::{Pipe, Processor, Stage};
use crate::code::{Code, StageSite};
use crate::runspace::{Frame, Parent, Runspace, Sink};
use crate::script_block::ScriptBlock;

/// A pipeline that is to be taken out: of which code, and what came of it.
pub struct Capture {
    code: Arc<Code>,
    found: Option<Suspended>,
}

/// A pipeline between two steps.
struct Suspended {
    id: u64,
    begun: usize,
    stages: Vec<Stage>,
    frames: Vec<Frame>,
    stack: Vec<Value>,
    frame_mark: usize,
    stack_mark: usize,
    /// The frame that ran the block.
    owner: usize,
}

/// Whether this is the pipeline that is to be taken out: the last of the block's code (those inside it stand before).
pub fn is_wanted(runspace: &Runspace, code: &Arc<Code>, site: u16) -> bool {
    let Some(capture) = &runspace.steppable else { return false };
    capture.found.is_none() && Arc::ptr_eq(&capture.code, code) && site as usize + 1 == code.pipes.len()
}

/// Fills the pipeline and takes it out.
pub fn suspend(runspace: &mut Runspace, code: &Arc<Code>, frame: usize, sites: &[StageSite]) -> Result<()> {
    let (frame_mark, stack_mark) = (runspace.frames.len(), runspace.stack.len());
    let index = runspace.open_pipe(frame);
    runspace.pipes[index].stages.push(Stage::source(Value::Null));
    // Commands inside the block's arguments are not this pipeline.
    let capture = runspace.steppable.take();
    let filled = runspace.fill_pipe(code, frame, index, sites, false);
    runspace.steppable = capture;
    let taken = take_out(runspace, index, frame_mark, stack_mark, frame);
    runspace.current = frame;
    filled?;
    if let Some(capture) = &mut runspace.steppable {
        capture.found = taken;
    }
    Ok(())
}

fn take_out(
    runspace: &mut Runspace,
    index: usize,
    frame_mark: usize,
    stack_mark: usize,
    owner: usize,
) -> Option<Suspended> {
    let frames = runspace.frames.drain(frame_mark.min(runspace.frames.len())..).collect();
    let stack = runspace.stack.drain(stack_mark.min(runspace.stack.len())..).collect();
    runspace.pipes.truncate(index + 1);
    let pipe = runspace.pipes.pop()?;
    Some(Suspended {
        id: pipe.id,
        begun: pipe.begun,
        stages: pipe.stages,
        frames,
        stack,
        frame_mark,
        stack_mark,
        owner,
    })
}

/// Puts the pipeline back on top; gives its index.
fn put_back(runspace: &mut Runspace, mut held: Suspended) -> (usize, usize, usize) {
    let (frame_mark, stack_mark) = (runspace.frames.len(), runspace.stack.len());
    let current = runspace.current;
    let pipe = runspace.pipes.len();
    let moved = |at: usize| if at >= held.frame_mark { at - held.frame_mark + frame_mark } else { at };
    for frame in &mut held.frames {
        frame.base = frame.base - held.stack_mark + stack_mark;
        if let Parent::Frame(parent) = &mut frame.parent {
            *parent = if *parent == held.owner { current } else { moved(*parent) };
        }
        if let Some((_, stage)) = frame.stage {
            frame.stage = Some((pipe, stage));
        }
    }
    for stage in &mut held.stages {
        match &mut stage.processor {
            Processor::Script(script) => script.frame = moved(script.frame),
            Processor::Inline(inline) => {
                inline.frame = if inline.frame == held.owner { current } else { moved(inline.frame) }
            }
            _ => {}
        }
    }
    runspace.frames.append(&mut held.frames);
    // What the frames remember of places and names was true where they stood.
    runspace.moves = runspace.moves.wrapping_add(1);
    runspace.names_seen = 0;
    runspace.stack.append(&mut held.stack);
    let out = runspace.sinks.len() - 1;
    let streams = runspace.streams;
    runspace.pipes.push(Pipe { id: held.id, stages: held.stages, frame: current, out, streams, begun: held.begun });
    (pipe, frame_mark, stack_mark)
}

/// `$block.GetSteppablePipeline(origin, args)`.
pub fn make(runspace: &mut Runspace, block: &Value, args: &[Value]) -> Result {
    let Some(script) = block.as_foreign::<ScriptBlock>() else {
        return crate::errors::invalid_operation("NotAScriptBlock", "A script block was expected.").throw();
    };
    let code = script.shared_code().clone();
    if code.pipes.is_empty() {
        return crate::errors::invalid_operation(
            "MustContainOnlyOnePipeline",
            "The script block cannot be converted to a pipeline because it must contain exactly one pipeline with a command.",
        )
        .throw();
    }
    let was = runspace.steppable.replace(Box::new(Capture { code, found: None }));
    let args = args.get(1).and_then(Value::as_array).map(|a| a.to_vec()).unwrap_or_default();
    let how = Invoke { in_current_scope: true, args, ..Invoke::default() };
    let result = runspace.invoke_script(block, how);
    let capture = std::mem::replace(&mut runspace.steppable, was);
    result?;
    match capture.and_then(|c| c.found) {
        Some(held) => Ok(Value::foreign(SteppablePipeline { held: Mutex::new(Some(held)), writes_on: Mutex::new(true) })),
        None => crate::errors::invalid_operation(
            "MustContainOnlyOnePipeline",
            "The script block cannot be converted to a pipeline because it must contain exactly one pipeline with a command.",
        )
        .throw(),
    }
}

/// A steppable pipeline as scripts see it.
struct SteppablePipeline {
    held: Mutex<Option<Suspended>>,
    /// Output goes to the command that steps rather than being returned.
    writes_on: Mutex<bool>,
}

impl SteppablePipeline {
    fn step(
        &self,
        runspace: &mut Runspace,
        is_last: bool,
        run: impl FnOnce(&mut Runspace, usize) -> Result<()>,
    ) -> Result {
        let Some(held) = self.held.lock().take() else { return Ok(Value::Void) };
        let (id, owner_was) = (held.id, runspace.current);
        let returns = !*self.writes_on.lock();
        let mark = runspace.sinks.len();
        if returns {
            runspace.sinks.push(Sink::Collect(Vec::new()));
        }
        let (pipe, frame_mark, stack_mark) = put_back(runspace, held);
        let result = run(runspace, pipe);
        if is_last {
            runspace.close_pipe(pipe);
            runspace.frames.truncate(frame_mark);
            runspace.stack.truncate(stack_mark);
        } else {
            *self.held.lock() = take_out(runspace, pipe, frame_mark, stack_mark, owner_was);
        }
        runspace.current = owner_was;
        let items = match runspace.sinks.get_mut(mark) {
            Some(Sink::Collect(items)) if returns => std::mem::take(items),
            _ => Vec::new(),
        };
        runspace.cut_sinks(mark);
        match result {
            Err(flow) if matches!(&*flow, Flow::StopUpstream { pipeline, .. } if *pipeline == id) => {}
            other => other?,
        }
        Ok(if returns { Value::array(items) } else { Value::Void })
    }
}

impl Foreign for SteppablePipeline {
    fn type_ref(&self) -> TypeRef {
        command::class("System.Management.Automation.SteppablePipeline", TypeRef::OBJECT)
    }

    fn call(&self, ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        let Some(runspace) = ctx.engine().downcast_mut::<Runspace>() else { return Ok(None) };
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "begin" => {
                *self.writes_on.lock() = !matches!(args.first(), Some(Value::Bool(_)) if args.len() == 1);
                self.step(runspace, false, |runspace, pipe| {
                    (1..runspace.pipes[pipe].stages.len()).try_for_each(|stage| runspace.begin_stage(pipe, stage))
                })?;
                Value::Void
            }
            "process" => {
                let input = args.first().cloned();
                self.step(runspace, false, |runspace, pipe| match input {
                    Some(value) => runspace.feed(pipe, 1, value),
                    None => runspace.run_stage(pipe, 1, None),
                })?
            }
            "end" => self.step(runspace, true, |runspace, pipe| {
                (1..runspace.pipes[pipe].stages.len()).try_for_each(|stage| runspace.complete_stage(pipe, stage))
            })?,
            "clean" | "dispose" => {
                self.step(runspace, true, |_, _| Ok(()))?;
                Value::Void
            }
            _ => return Ok(None),
        }))
    }

    fn method_names(&self) -> Vec<Str> {
        ["Begin", "Process", "End", "Clean", "Dispose"].map(Str::from).to_vec()
    }
}
