//! The life of one stage: begin, process, end, clean.

use std::sync::Arc;

use values::{Flow, Result, Value, convert};

use super::redirect::Redirection;
use super::{Processor, ScriptStage};
use crate::runspace::{Runspace, Sink, Streams, Target};
use crate::trace::Source;

/// What running a stage changes in the runspace and gives back afterwards.
pub struct Saved {
    sinks: usize,
    streams: Streams,
    current: usize,
    stage: Option<(usize, usize)>,
    tries: u32,
}

impl Runspace {
    /// Points output and streams at what the stage's neighbours and redirections say.
    pub(super) fn enter_stage(&mut self, pipe: usize, stage: usize) -> Saved {
        let saved = Saved {
            sinks: self.sinks.len(),
            streams: self.streams,
            current: self.current,
            stage: self.stage,
            tries: self.tries,
        };
        let p = &self.pipes[pipe];
        let is_last = stage + 1 == p.stages.len();
        self.current = p.frame;
        self.streams = p.streams;
        let mut sink = if is_last { Sink::Forward(p.out) } else { Sink::Stage { pipe, stage: stage + 1 } };
        let s = &p.stages[stage];
        for redirect in &s.redirects {
            if let Redirection::File { from: 1 | 0, file } = redirect {
                sink = Sink::File(*file);
            }
            if let Redirection::Null { from: 1 | 0 } = redirect {
                sink = Sink::Discard;
            }
        }
        let list = s.common.out_variable.clone();
        self.sinks.push(sink);
        if let Some(list) = list {
            let to = self.sinks.len() - 1;
            self.sinks.push(Sink::Tee { to, list });
        }
        if let Some(cell) = self.pipeline_cell(pipe, stage) {
            let to = self.sinks.len() - 1;
            self.sinks.push(Sink::Mark { to, cell });
        }
        let out = self.sinks.len() - 1;
        for at in 0..self.pipes[pipe].stages[stage].redirects.len() {
            match self.pipes[pipe].stages[stage].redirects[at] {
                Redirection::Stream { from, to: 1 } => self.point(from, Target::Sink(out)),
                Redirection::Stream { .. } => {}
                Redirection::File { from, file } => self.point(from, Target::File(file)),
                Redirection::Null { from } => self.point(from, Target::Discard),
            }
        }
        self.stage = Some((pipe, stage));
        saved
    }

    /// The variable of a stage's `-PipelineVariable`, in the scope that the pipeline stands in.
    fn pipeline_cell(&mut self, pipe: usize, stage: usize) -> Option<values::ForeignRef> {
        let name = self.pipes[pipe].stages[stage].common.pipeline_variable.clone()?;
        let sym = language::Sym::intern(&name);
        let frame = self.pipes[pipe].frame;
        Some(match self.scope_of(frame) {
            Some(owner) => self.cell_in_frame(owner, sym, &name),
            None => self.outer_table(frame).cell_or_new(sym, &name),
        })
    }

    /// A stage that has ended marks no object any more.
    pub(super) fn clear_pipeline_variable(&mut self, pipe: usize, stage: usize) {
        if let Some(cell) = self.pipeline_cell(pipe, stage)
            && let Some(v) = crate::scope::Variable::of(&cell)
        {
            v.put(Value::Null);
        }
    }

    fn point(&mut self, from: u8, target: Target) {
        match from {
            0 => self.streams.0[2..].fill(target),
            1 => {}
            n => self.streams.0[n as usize] = target,
        }
    }

    pub(super) fn leave_stage(&mut self, saved: Saved) {
        self.cut_sinks(saved.sinks);
        self.streams = saved.streams;
        self.current = saved.current;
        self.stage = saved.stage;
        self.tries = saved.tries;
    }

    pub(super) fn with_stage(
        &mut self,
        pipe: usize,
        stage: usize,
        run: impl FnOnce(&mut Runspace, &mut Processor) -> Result<()>,
    ) -> Result<()> {
        let mut processor = std::mem::replace(&mut self.pipes[pipe].stages[stage].processor, Processor::Busy);
        let saved = self.enter_stage(pipe, stage);
        let result = run(self, &mut processor);
        self.leave_stage(saved);
        if let Some(s) = self.pipes.get_mut(pipe).and_then(|p| p.stages.get_mut(stage)) {
            s.processor = processor;
        }
        result.map_err(|flow| self.blame(pipe, stage, flow))
    }

    /// Runs `begin` of a stage, unless output of the stage before already made it run.
    pub(super) fn begin_stage(&mut self, pipe: usize, stage: usize) -> Result<()> {
        if self.pipes[pipe].begun > stage {
            return Ok(());
        }
        self.pipes[pipe].begun = stage + 1;
        self.buffer_output(pipe, stage);
        self.with_stage(pipe, stage, |runspace, processor| match processor {
            Processor::Native { cmdlet, binding } => {
                let info = runspace.pipes.get(pipe).and_then(|p| p.stages.get(stage)).and_then(|s| s.info.as_ref());
                if let Some(info) = info {
                    crate::bind::check_limits(&info.name, &binding.bound)?;
                }
                runspace.calling("BeginProcessing", |runspace| cmdlet.begin(runspace, &binding.bound))
            }
            Processor::Script(script) if script.is_advanced => {
                runspace.calling("BeginProcessing", |runspace| runspace.begin_script(script))
            }
            Processor::Script(script) => runspace.begin_script(script),
            Processor::Program(program) => program.begin(runspace),
            _ => Ok(()),
        })
    }

    pub(super) fn process(
        &mut self,
        pipe: usize,
        stage: usize,
        processor: &mut Processor,
        input: Option<Value>,
    ) -> Result<()> {
        match processor {
            Processor::Inline(inline) => self.process_inline(inline, input.unwrap_or(Value::Null)),
            Processor::Native { cmdlet, binding } => {
                match input {
                    None => {}
                    Some(item) => match match self.tracing.is_none() {
                        true => self.bind_input(binding, &item),
                        false => {
                            let name = self.name_of_stage(pipe, stage);
                            self.bind_input_told(binding, &item, &name)
                        }
                    } {
                        Ok(true) => {}
                        Ok(false) => return self.input_not_bound(pipe, stage, &item),
                        Err(flow) => return self.input_refused(flow),
                    },
                }
                self.calling("ProcessRecord", |runspace| cmdlet.process(runspace, &binding.bound))
            }
            Processor::Script(script) if script.is_advanced => {
                self.calling("ProcessRecord", |runspace| runspace.process_script(script, input))
            }
            Processor::Script(script) => self.process_script(script, input),
            Processor::Program(program) => match input {
                Some(item) => program.input(self, &item),
                None => Ok(()),
            },
            Processor::Source(_) | Processor::Busy => Ok(()),
        }
    }

    /// Calls a part of a command, told to who traces it.
    #[inline]
    fn calling<T>(&mut self, part: &'static str, call: impl FnOnce(&mut Runspace) -> Result<T>) -> Result<T> {
        if self.tracing.is_none() {
            return call(self);
        }
        let depth = self.trace_scope(Source::ParameterBinding, |_| format!("CALLING {part}"));
        let done = call(self);
        self.trace_back(depth);
        done
    }

    /// The name of a stage's command.
    fn name_of_stage(&self, pipe: usize, stage: usize) -> values::Str {
        let info = self.pipes.get(pipe).and_then(|p| p.stages.get(stage)).and_then(|s| s.info.as_ref());
        info.map_or_else(|| values::Str::from("Out-Default"), |i| i.name.clone())
    }

    /// Runs a fused block for an item.
    pub(super) fn process_inline(&mut self, inline: &super::InlineStage, item: Value) -> Result<()> {
        let slot = inline.slot;
        let old = std::mem::replace(&mut self.stack[slot], item);
        self.current = inline.frame;
        let result = if inline.is_filter {
            self.filter(&inline.code, inline.frame, inline.start, slot)
        } else {
            self.exec(&inline.code, inline.frame, inline.start)
        };
        if let Some(place) = self.stack.get_mut(slot) {
            *place = old;
        }
        result
    }

    /// Where-Object's block: the item goes on when the block's output is true.
    fn filter(&mut self, code: &Arc<crate::code::Code>, frame: usize, start: u32, slot: usize) -> Result<()> {
        let item = self.stack[slot].clone();
        self.sinks.push(Sink::First { value: Value::Null, count: 0 });
        let result = self.exec(code, frame, start);
        let Some(Sink::First { value, count }) = self.sinks.pop() else { return result };
        result?;
        let is = match count {
            0 => false,
            1 => convert::to_bool(&value),
            _ => true,
        };
        if is || self.rehearsal.is_some() { self.emit(item) } else { Ok(()) }
    }

    pub(crate) fn end_stage(&mut self, pipe: usize, stage: usize) -> Result<()> {
        self.with_stage(pipe, stage, |runspace, processor| match processor {
            Processor::Native { cmdlet, binding } => {
                binding.bound.unbind_pipeline();
                runspace.calling("EndProcessing", |runspace| cmdlet.end(runspace, &binding.bound))
            }
            Processor::Script(script) if script.is_advanced => {
                runspace.calling("EndProcessing", |runspace| runspace.end_script(script))
            }
            Processor::Script(script) => runspace.end_script(script),
            Processor::Program(program) => program.end(runspace),
            _ => Ok(()),
        })?;
        self.clear_pipeline_variable(pipe, stage);
        Ok(())
    }

    pub(super) fn clean_stage(&mut self, pipe: usize, stage: usize) {
        // What cleans up after a stop runs to its end.
        let was_stopped = self.stop.swap(false, std::sync::atomic::Ordering::Relaxed);
        self.clean_running(pipe, stage);
        if was_stopped {
            self.stop.store(true, std::sync::atomic::Ordering::Relaxed);
        }
    }

    fn clean_running(&mut self, pipe: usize, stage: usize) {
        let result = self.with_stage(pipe, stage, |runspace, processor| {
            match processor {
                Processor::Native { cmdlet, .. } => cmdlet.clean(runspace),
                Processor::Script(script) => return runspace.clean_script(script),
                _ => {}
            }
            Ok(())
        });
        if let Err(flow) = result
            && let Flow::Throw(record) = &*flow
        {
            // An error of a clean block is reported and ends nothing.
            let record = record.clone();
            let _ = self.report_error(&record);
        }
    }

    fn begin_script(&mut self, script: &mut ScriptStage) -> Result<()> {
        match script.code.entries.begin {
            Some(entry) => self.exec_frame(script, entry),
            None => Ok(()),
        }
    }

    fn exec_frame(&mut self, script: &mut ScriptStage, entry: u32) -> Result<()> {
        if script.is_over {
            return Ok(());
        }
        self.current = script.frame;
        let code = script.code.clone();
        let result = self.exec(&code, script.frame, entry);
        let Err(flow) = result else { return Ok(()) };
        let is_file = |pipe: usize, stage: usize| {
            let info = self.pipes.get(pipe).and_then(|p| p.stages.get(stage)?.info.clone());
            info.is_some_and(|i| i.kind == command::CommandKind::ExternalScript)
        };
        // `exit` ends the script file that it stands in, dotted or not; only that of the console's own pipeline ends the session.
        let place = self.frames.get(script.frame).and_then(|f| Some((f.kind, f.stage.or(self.stage)?)));
        match (&*flow, place) {
            (Flow::Exit(code), Some((kind, (pipe, stage))))
                if pipe > 0 && (kind == crate::runspace::FrameKind::Script || is_file(pipe, stage)) =>
            {
                script.is_over = true;
                self.set_global("LASTEXITCODE", Value::I32(*code));
                if *code != 0
                    && let Some(stage) = self.pipes.get_mut(pipe).and_then(|p| p.stages.get_mut(stage))
                {
                    stage.had_error = true;
                }
                Ok(())
            }
            _ => Err(flow),
        }
    }

    fn process_script(&mut self, script: &mut ScriptStage, input: Option<Value>) -> Result<()> {
        let Some(entry) = script.code.entries.process else {
            if let Some(item) = input {
                if script.is_advanced {
                    match self.bind_script_input(script, &item) {
                        Ok(true) => {}
                        Ok(false) => return self.stage_input_not_bound(&item),
                        Err(flow) => return self.input_refused(flow),
                    }
                }
                script.input.push(item);
            }
            return Ok(());
        };
        if let Some(item) = input {
            script.takes_input = true;
            match self.bind_script_input(script, &item) {
                Ok(false) if script.is_advanced => return self.stage_input_not_bound(&item),
                Ok(_) => {}
                Err(flow) => return self.input_refused(flow),
            }
            if let Some(slot) = script.code.auto.item {
                let base = self.frames[script.frame].base;
                self.stack[base + slot as usize] = item.clone();
            }
            if let Some(slot) = script.code.auto.input {
                let base = self.frames[script.frame].base;
                self.stack[base + slot as usize] = Value::array(vec![item]);
            }
        }
        self.exec_frame(script, entry)
    }

    fn end_script(&mut self, script: &mut ScriptStage) -> Result<()> {
        let Some(entry) = script.code.entries.end else { return Ok(()) };
        if let Some(slot) = script.code.auto.input {
            let base = self.frames[script.frame].base;
            let items = std::mem::take(&mut script.input);
            self.stack[base + slot as usize] = crate::vm::input_enumerator(items);
        }
        self.exec_frame(script, entry)
    }

    fn clean_script(&mut self, script: &mut ScriptStage) -> Result<()> {
        match script.code.entries.clean {
            Some(entry) if script.frame < self.frames.len() => {
                self.sinks.push(Sink::Discard);
                let result = self.exec_frame(script, entry);
                self.sinks.pop();
                result
            }
            _ => Ok(()),
        }
    }
}
