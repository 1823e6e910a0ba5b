//! Running a pipeline from its call site.

use std::sync::Arc;

use values::{Flow, Result, Value, members};

use super::redirect::Redirection;
use super::stage::Saved;
use super::{InlineStage, Pipe, Processor, Stage};
use crate::bind::Argument;
use crate::code::{Arg, CONST, Code, RedirectTarget, StageKind, StageSite};
use crate::runspace::{Runspace, Sink};

impl Runspace {
    /// Writes one object to the current output.
    pub fn emit(&mut self, value: Value) -> Result<()> {
        let mut at = self.sinks.len().wrapping_sub(1);
        self.emit_to(&mut at, value)
    }

    fn emit_to(&mut self, at: &mut usize, value: Value) -> Result<()> {
        loop {
            match self.sinks.get_mut(*at) {
                Some(Sink::Collect(items)) => return values::stop::push(items, value),
                Some(Sink::First { value: first, count }) => {
                    *count += 1;
                    if *count == 1 {
                        *first = value;
                    }
                    return Ok(());
                }
                Some(Sink::Forward(to)) => *at = *to,
                Some(Sink::Tee { to, list }) => {
                    list.lock().push(value.clone());
                    *at = *to;
                }
                Some(Sink::Mark { to, cell }) => {
                    if let Some(v) = crate::scope::Variable::of(cell) {
                        v.put(value.clone());
                    }
                    *at = *to;
                }
                Some(Sink::Stage { pipe, stage }) => {
                    let (pipe, stage) = (*pipe, *stage);
                    return self.feed(pipe, stage, value);
                }
                Some(Sink::File(file)) => {
                    let file = *file;
                    return self.write_file(file, value);
                }
                Some(Sink::Writer(writer)) => return writer.clone().write(self, value),
                Some(Sink::Channel(sender)) => {
                    // A receiver that has gone wants no more.
                    return sender.send(value).map_err(|_| Box::new(Flow::Stopped));
                }
                Some(Sink::Discard) | None => return Ok(()),
            }
        }
    }

    /// Writes to a given sink.
    pub fn emit_at(&mut self, sink: usize, value: Value) -> Result<()> {
        let mut at = sink;
        self.emit_to(&mut at, value)
    }

    /// Writes a value as a statement does: collections item by item.
    pub fn emit_unrolled(&mut self, value: Value) -> Result<()> {
        match &value {
            Value::Void => Ok(()),
            // An array's items are read where they lie: it cannot grow or shrink.
            Value::Array(list) if list.is_fixed => {
                // Millions of items would be copied again and again as the list grows, and no stop is heeded meanwhile.
                if list.len() > 0xFFFF
                    && let Some(Sink::Collect(items)) = self.sinks.last_mut()
                {
                    // What can't be had at once is had as it comes.
                    let _ = items.try_reserve(list.len());
                }
                for at in 0..list.len() {
                    if at & 0xFFF == 0xFFF && self.is_stopped() {
                        return Err(Box::new(Flow::Stopped));
                    }
                    let Some(item) = list.get(at) else { break };
                    self.emit(item)?;
                }
                Ok(())
            }
            Value::Array(list) => self.emit_each(list.copied()?),
            Value::Foreign(f) if !f.is_enumerable() => self.emit(value),
            Value::Object(o) if o.ty == values::TypeRef::PSCUSTOMOBJECT => self.emit(value),
            Value::Foreign(_) | Value::Object(_) | Value::Wrapped(_) => match members::enumerate(self, &value)? {
                Some(items) => self.emit_each(items),
                None => self.emit(value),
            },
            _ => self.emit(value),
        }
    }

    /// Writes the items of a list, which a stop may end.
    fn emit_each(&mut self, items: Vec<Value>) -> Result<()> {
        let mut left = items.into_iter();
        while let Some(item) = left.next() {
            let done = match left.len() & 0xFFF == 0xFFF && self.is_stopped() {
                true => Err(Box::new(Flow::Stopped)),
                false => self.emit(item),
            };
            if done.is_err() {
                values::stop::release(left);
                return done;
            }
        }
        Ok(())
    }

    /// Runs the pipeline of a call site.
    pub(crate) fn run_pipeline(&mut self, code: &Arc<Code>, frame: usize, site: u16) -> Result<()> {
        let pipe = &code.pipes[site as usize];
        if self.has_strict && self.strict() >= 2 {
            refuse_method_call(code, &pipe.stages)?;
        }
        if self.steppable.is_some() && super::steppable::is_wanted(self, code, site) {
            return super::steppable::suspend(self, code, frame, &pipe.stages);
        }
        let mut plan = None;
        if let [stage] = &pipe.stages[..] {
            plan = self.plan_at(&stage.plan);
            if stage.redirects.is_empty()
                && let Some(done) = self.call_directly(code, frame, stage, plan.as_deref())
            {
                return done;
            }
        }
        // Statements one after the other have no other place to look: no loop, no call.
        if self.is_stopped() {
            return Err(Box::new(Flow::Stopped));
        }
        let (frames, stack) = (self.frames.len(), self.stack.len());
        let index = self.open_pipe(frame);
        let base = self.frames[frame].base;
        let planned = match (&pipe.stages[..], &plan) {
            ([site], Some(plan)) if site.redirects.is_empty() => {
                self.add_planned(code, base, plan, &mut Vec::new(), (index, 0))
            }
            _ => Ok(false),
        };
        let filled = match planned {
            Ok(false) => self.fill_pipe(code, frame, index, &pipe.stages, true),
            planned => planned.map(|_| ()),
        };
        let result = match &pipe.stages[..] {
            [_] => filled.and_then(|()| self.drive_single(index)),
            _ => filled.and_then(|()| self.drive_pipe(index)),
        };
        self.close_pipe(index);
        self.frames.truncate(frames);
        self.stack.truncate(stack);
        self.current = frame;
        result
    }

    /// An empty pipeline whose last stage writes to the current output.
    pub(crate) fn open_pipe(&mut self, frame: usize) -> usize {
        self.next_pipe += 1;
        let out = self.sinks.len() - 1;
        let streams = self.streams;
        let stages = self.spare_stages.pop().unwrap_or_default();
        self.pipes.push(Pipe { id: self.next_pipe, stages, frame, out, streams, begun: 0 });
        self.pipes.len() - 1
    }

    pub(crate) fn close_pipe(&mut self, index: usize) {
        let count = self.pipes[index].stages.len();
        for stage in 0..count {
            if !self.pipes[index].stages[stage].is_cleaned {
                self.clean_stage(index, stage);
            }
        }
        if let Some(mut pipe) = self.pipes.pop() {
            let is_good = !pipe.stages.iter().any(|s| s.had_error);
            for stage in pipe.stages.drain(..) {
                for redirect in stage.redirects {
                    self.close_redirect(redirect);
                }
            }
            self.success = is_good;
            // The next pipeline takes the room.
            self.spare_stages.push(pipe.stages);
        }
    }

    pub(super) fn fill_pipe(
        &mut self,
        code: &Arc<Code>,
        frame: usize,
        index: usize,
        sites: &[StageSite],
        may_fuse: bool,
    ) -> Result<()> {
        let length = sites.len() as u32;
        let base = self.frames[frame].base;
        for (at, site) in sites.iter().enumerate() {
            let mut redirects = Vec::new();
            for r in &site.redirects {
                redirects.push(match &r.to {
                    RedirectTarget::Stream(to) => Redirection::Stream { from: r.from, to: *to },
                    RedirectTarget::File { reg, append } => {
                        let target = self.read(code, frame, base, *reg)?;
                        self.open_redirect(r.from, target, *append)?
                    }
                });
            }
            match &site.kind {
                StageKind::Value(reg) => {
                    let value = self.read(code, frame, base, *reg)?;
                    let stage = Stage { redirects, ..Stage::source(value) };
                    self.pipes[index].stages.push(stage);
                }
                StageKind::Inline { is_filter, item, start, name, block } => {
                    if !may_fuse || !self.means_builtin(name, *is_filter) {
                        let block = self.script_block_value(code, frame, *block);
                        let args = vec![Argument::positional(block)];
                        self.add_command(
                            index,
                            (Value::Str(name.clone()), 0),
                            args,
                            redirects,
                            (at, length),
                            site.span,
                        )?;
                        continue;
                    }
                    let slot = base + *item as usize;
                    let (code, start, is_filter) = (code.clone(), *start, *is_filter);
                    let inline = InlineStage { code, frame, start, slot, is_filter, span: site.span };
                    let stage = Stage::new(Processor::Inline(inline), None, Arc::default(), redirects);
                    self.pipes[index].stages.push(stage);
                }
                StageKind::Command { name, args, how, .. } => {
                    if let Some(plan) = self.plan_at(&site.plan)
                        && self.add_planned(code, base, &plan, &mut redirects, (index, at))?
                    {
                        continue;
                    }
                    let is_constant = *name & CONST != 0;
                    let name = self.read(code, frame, base, *name)?;
                    let given = self.arguments(code, frame, base, args)?;
                    let is_name = is_constant && *how == 0 && matches!(name, Value::Str(_));
                    self.add_command(index, (name, *how), given, redirects, (at, length), site.span)?;
                    if is_name {
                        self.plan_stage(site, args, (index, at));
                    }
                }
            }
        }
        Ok(())
    }

    pub(crate) fn arguments(
        &mut self,
        code: &Arc<Code>,
        frame: usize,
        base: usize,
        args: &[Arg],
    ) -> Result<Vec<Argument>> {
        let mut found = Vec::with_capacity(args.len());
        for arg in args {
            match arg {
                Arg::Value { reg, span, form } => {
                    let value = self.read(code, frame, base, *reg)?;
                    let mut argument = Argument::positional(value);
                    argument.form = *form;
                    argument.source = Some((code.ast.clone(), *span));
                    found.push(argument);
                }
                Arg::Named { name, value, span, form, .. } => {
                    let value = match value {
                        Some(reg) => Some(self.read(code, frame, base, *reg)?),
                        None => None,
                    };
                    let mut argument = Argument::named(name.clone(), value);
                    argument.form = *form;
                    argument.source = Some((code.ast.clone(), *span));
                    found.push(argument);
                }
                Arg::Splat { reg, .. } => {
                    let value = self.read(code, frame, base, *reg)?;
                    self.splat(value, &mut found)?;
                }
            }
        }
        Ok(found)
    }

    fn splat(&mut self, value: Value, found: &mut Vec<Argument>) -> Result<()> {
        if let Some(dict) = value.as_dict() {
            for (name, value) in dict.to_vec() {
                let name = values::convert::to_str(self, &name)?;
                let mut argument = Argument::named(name, Some(value));
                argument.is_splatted = true;
                found.push(argument);
            }
            return Ok(());
        }
        if let Some(list) = value.as_array() {
            for item in list.to_vec() {
                // `$args` carries the names of parameters as marked texts.
                match crate::bind::splatted_name(&item) {
                    Some((name, had_colon)) => {
                        let mut argument = Argument::named(name, None);
                        argument.had_colon = had_colon;
                        found.push(argument);
                    }
                    None => found.push(Argument::positional(item)),
                }
            }
            return Ok(());
        }
        if let Some(text) = value.as_str() {
            // A text is a sequence of characters.
            for unit in values::Str::from(text).utf16() {
                found.push(Argument::positional(Value::Char(unit)));
            }
            return Ok(());
        }
        if !value.is_null() {
            found.push(Argument::positional(value));
        }
        Ok(())
    }

    /// Runs begin, process and end of a filled pipeline.
    pub(crate) fn drive_pipe(&mut self, index: usize) -> Result<()> {
        let count = self.pipes[index].stages.len();
        let id = self.pipes[index].id;
        // A line of the console begins with what the line before left in `$?`.
        if index > 0 {
            self.success = true;
        }
        let mut from = 0;
        for stage in 0..count {
            self.begin_stage(index, stage)?;
        }
        let fed = self.feed_first(index);
        match fed {
            Ok(()) => {}
            Err(flow) => match *flow {
                Flow::StopUpstream { pipeline, stage } if pipeline == id => from = stage as usize,
                other => return Err(Box::new(other)),
            },
        }
        let mut stage = from;
        while stage < count {
            match self.complete_stage(index, stage) {
                Ok(()) => stage += 1,
                Err(flow) => match *flow {
                    Flow::StopUpstream { pipeline, stage: at } if pipeline == id => {
                        stage = (at as usize).max(stage + 1)
                    }
                    other => return Err(Box::new(other)),
                },
            }
        }
        Ok(())
    }

    fn feed_first(&mut self, index: usize) -> Result<()> {
        let first = std::mem::replace(&mut self.pipes[index].stages[0].processor, Processor::Busy);
        match first {
            Processor::Source(value) => {
                let count = self.pipes[index].stages.len();
                if count == 1 {
                    let saved = self.enter_stage(index, 0);
                    let result = self.emit_unrolled(value);
                    self.leave_stage(saved);
                    return result;
                }
                self.feed_value(index, value)
            }
            other => {
                self.pipes[index].stages[0].processor = other;
                self.process_first(index)
            }
        }
    }

    /// Feeds the items of a value to the second stage.
    fn feed_value(&mut self, index: usize, value: Value) -> Result<()> {
        match &value {
            Value::Void => return Ok(()),
            Value::Array(list) if list.is_fixed => {
                return self.feed_each(index, (0..list.len()).map_while(|at| list.get(at)));
            }
            Value::Foreign(f) => {
                if let Some(range) = f.downcast::<crate::vm::LazyRange>() {
                    return self.feed_each(index, range.iter().map(Value::I32));
                }
                if let Some(input) = f.downcast::<crate::remoting::Input>() {
                    let input = input.clone();
                    while let Some(item) = input.next(self)? {
                        self.feed(index, 1, item)?;
                    }
                    return Ok(());
                }
            }
            _ => {}
        }
        match members::enumerate(self, &value)? {
            Some(items) => items.into_iter().try_for_each(|item| self.feed(index, 1, item)),
            None => self.feed(index, 1, value),
        }
    }

    /// Feeds items to the second stage; one that is compiled into its caller is entered once for all of them.
    fn feed_each(&mut self, pipe: usize, mut items: impl Iterator<Item = Value>) -> Result<()> {
        if !matches!(self.pipes[pipe].stages[1].processor, Processor::Inline(_)) {
            return items.try_for_each(|item| self.feed(pipe, 1, item));
        }
        if self.is_stopped() {
            return Err(Box::new(Flow::Stopped));
        }
        self.begin_stage(pipe, 1)?;
        self.with_stage(pipe, 1, |runspace, processor| {
            let Processor::Inline(inline) = processor else { return Ok(()) };
            items.try_for_each(|item| match runspace.is_stopped() {
                true => Err(Box::new(Flow::Stopped)),
                false => runspace.process_inline(inline, item),
            })
        })
    }

    fn process_first(&mut self, index: usize) -> Result<()> {
        self.run_stage(index, 0, None)
    }

    /// Gives one object to a stage.
    pub(crate) fn feed(&mut self, pipe: usize, stage: usize, value: Value) -> Result<()> {
        if self.is_stopped() {
            return Err(Box::new(Flow::Stopped));
        }
        match stage > 0 && self.pipes[pipe].stages[stage - 1].held.is_some() {
            true => self.feed_held(pipe, stage, value),
            false => self.run_stage(pipe, stage, Some(value)),
        }
    }

    pub(super) fn run_stage(&mut self, pipe: usize, stage: usize, input: Option<Value>) -> Result<()> {
        self.begin_stage(pipe, stage)?;
        let mut processor = std::mem::replace(&mut self.pipes[pipe].stages[stage].processor, Processor::Busy);
        let saved: Saved = self.enter_stage(pipe, stage);
        let result = self.process(pipe, stage, &mut processor, input);
        self.leave_stage(saved);
        if let Some(stage) = self.pipes.get_mut(pipe).and_then(|p| p.stages.get_mut(stage)) {
            stage.processor = processor;
        }
        result.map_err(|flow| self.blame(pipe, stage, flow))
    }
}

/// `command(1, 2)`: under strict mode, arguments in parentheses right behind the name are taken for a mistake.
fn refuse_method_call(code: &Code, stages: &[StageSite]) -> Result<()> {
    for stage in stages {
        if let StageKind::Command { args, how: 0, name_span, .. } = &stage.kind
            && let [Arg::Value { span, .. }] = &args[..]
            && span.start == name_span.end()
            && code.ast.slice(*span).starts_with('(')
        {
            return crate::errors::called_like_method().throw();
        }
    }
    Ok(())
}
