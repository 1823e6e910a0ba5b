//! `-OutBuffer`: what a command writes waits until there is more of it than the parameter says; then the next command gets
//! all of it. What is left it gets before its own end.

use std::collections::VecDeque;

use values::{Flow, Result, Value};

use super::redirect::Redirection;
use crate::runspace::{Runspace, Sink};

/// Objects between two stages.
#[derive(Default)]
pub struct Held {
    limit: usize,
    items: VecDeque<Value>,
}

impl Runspace {
    /// Heeds a stage's `-OutBuffer`. The last stage shares its way out with the command that the pipeline stands in, whose
    /// later output is held back as well.
    pub(super) fn buffer_output(&mut self, pipe: usize, stage: usize) {
        let s = &self.pipes[pipe].stages[stage];
        let Some(limit) = s.common.out_buffer else { return };
        if s.redirects.iter().any(Redirection::takes_output) {
            return;
        }
        let is_last = stage + 1 == self.pipes[pipe].stages.len();
        let writer = if is_last { self.writer_outside(pipe) } else { Some((pipe, stage)) };
        if let Some((pipe, stage)) = writer {
            self.pipes[pipe].stages[stage].held.get_or_insert_with(Box::default).limit = limit;
        }
    }

    /// The stage whose way out is also that of a whole pipeline; none where its output is collected.
    fn writer_outside(&self, pipe: usize) -> Option<(usize, usize)> {
        let mut at = self.pipes[pipe].out;
        loop {
            match self.sinks.get(at)? {
                Sink::Forward(to) | Sink::Tee { to, .. } | Sink::Mark { to, .. } => at = *to,
                Sink::Stage { pipe, stage } => return Some((*pipe, stage.checked_sub(1)?)),
                _ => return None,
            }
        }
    }

    /// Holds an object back, or gives the stage all that waits for it.
    pub(super) fn feed_held(&mut self, pipe: usize, stage: usize, value: Value) -> Result<()> {
        if let Some(held) = &mut self.pipes[pipe].stages[stage - 1].held {
            held.items.push_back(value);
            if held.items.len() <= held.limit {
                return Ok(());
            }
        }
        self.release(pipe, stage)
    }

    fn release(&mut self, pipe: usize, stage: usize) -> Result<()> {
        let next = |r: &mut Runspace| r.pipes[pipe].stages[stage.checked_sub(1)?].held.as_mut()?.items.pop_front();
        while let Some(item) = next(self) {
            if let Err(flow) = self.run_stage(pipe, stage, Some(item)) {
                // Nobody wants the rest.
                self.pipes[pipe].stages[stage - 1].held = None;
                return Err(flow);
            }
        }
        Ok(())
    }

    /// Gives a stage what is left for it, and runs its `end`, even when it has enough by then.
    pub(super) fn complete_stage(&mut self, pipe: usize, stage: usize) -> Result<()> {
        let id = self.pipes[pipe].id;
        let has_enough = |flow: &Flow| matches!(flow, Flow::StopUpstream { pipeline, stage: at } if *pipeline == id && *at as usize == stage);
        match self.release(pipe, stage) {
            Err(flow) if has_enough(&flow) => {}
            released => released?,
        }
        self.end_stage(pipe, stage)
    }
}
