//! Error records: where they happened, and where they are told.

use std::sync::Arc;

use language::Span;
use values::error::{Invocation, Position, StackTrace};
use values::{ErrorRecord, Flow, Result, Str, TypeRef, Value, convert};

use crate::code::Code;
use crate::pipeline::Action;
use crate::runspace::{FrameKind, Parent, Runspace, Sink, Target, function_name};

impl Runspace {
    /// Gives a flow that leaves an instruction its place, when it is an error that has none yet.
    pub(super) fn located(&mut self, code: &Arc<Code>, frame: usize, pc: u32, flow: Box<Flow>) -> Box<Flow> {
        let flow = as_runtime_exception(flow);
        if let Flow::Throw(record) = &*flow
            && crate::errors::is_call_depth(&record.exception)
        {
            // It ends everything up to the next try, and has no place.
            record.data.lock().is_script_terminating = true;
            return flow;
        }
        if let Flow::Throw(record) = &*flow {
            let (has_stack, place) = {
                let data = record.data.lock();
                (data.stack.is_some(), data.invocation.as_ref().map(|i| i.position.is_some()))
            };
            if has_stack && place == Some(true) {
                return flow;
            }
            self.frames[frame].pc = pc;
            let span = code.point_at(pc).or_else(|| code.spans.get(pc as usize).copied()).unwrap_or_default();
            let position = || code.position(span);
            match place {
                None if !has_stack => self.place_record(record, position()),
                // A call that has no place, as that of the script itself, takes the statement's.
                Some(false) if span.len > 0 => {
                    let mut data = record.data.lock();
                    if let Some(invocation) = data.invocation.as_mut() {
                        Arc::make_mut(invocation).position = Some(position());
                    }
                }
                _ => {}
            }
            if !has_stack {
                let stack = self.stack_trace(frame, span);
                record.data.lock().stack = Some(stack);
            }
        }
        flow
    }

    /// Gives a record a position; the command is the running function's or script's.
    pub(crate) fn place_record(&mut self, record: &Arc<ErrorRecord>, position: Arc<Position>) {
        let invocation = Invocation {
            script: position.file.clone(),
            position: Some(position),
            history_id: self.next_history,
            ..Invocation::default()
        };
        record.data.lock().invocation = Some(Arc::new(invocation));
    }

    /// Gives the error of a command that was not found the name that was typed and its place.
    pub(crate) fn blame_name(&mut self, flow: Box<Flow>, name: &Value, how: u8, span: Span) -> Box<Flow> {
        if let Flow::Throw(record) = &*flow
            && record.exception.ty == values::TypeRef::COMMAND_NOT_FOUND_EXCEPTION
            && record.data.lock().invocation.is_none()
            && let Some(frame) = self.frame()
        {
            let text = values::convert::to_display(name).to_string();
            let source = frame.code.ast.source();
            let line = frame.code.ast.slice(span);
            let place = match line.find(text.as_str()) {
                Some(at) if !text.is_empty() => Span { start: span.start + at as u32, len: text.len() as u32 },
                _ => span,
            };
            let position = crate::vm::call::position_of(source, place);
            let typed = match how {
                1 => "&".to_string(),
                2 => ".".to_string(),
                _ => text,
            };
            let invocation = Invocation {
                name: Some(Str::from(typed)),
                script: position.file.clone(),
                position: Some(Arc::new(position)),
                ..Invocation::default()
            };
            record.data.lock().invocation = Some(Arc::new(invocation));
        }
        flow
    }

    /// `$MyInvocation` as the running command sees it: that of the nearest scope which was called.
    pub(crate) fn visible_invocation(&self) -> Option<Arc<Invocation>> {
        let mut at = self.current;
        loop {
            let f = self.frames.get(at)?;
            if let Some(invocation) = &f.invocation {
                return Some(invocation.clone());
            }
            match &f.parent {
                Parent::Frame(parent) => at = *parent,
                Parent::Table(_) => return None,
            }
        }
    }

    /// What an invocation's command adds to the id of an error: the name of a script or function.
    pub(crate) fn command_name_of(&self, invocation: &Invocation) -> Option<Str> {
        let held = invocation.command.as_foreign::<crate::host_objects::CommandObject>()?;
        Some(held.info.error_name.clone()).filter(|n| !n.is_empty())
    }

    /// `ScriptStackTrace`.
    pub(crate) fn stack_trace(&self, frame: usize, span: Span) -> StackTrace {
        let mut calls: Vec<(Arc<Code>, FrameKind, Str, Span)> = Vec::with_capacity(8);
        let mut at = frame;
        let mut span = Some(span);
        while let Some(f) = self.frames.get(at) {
            let span = span.take().or_else(|| f.code.spans.get(f.pc as usize).copied()).unwrap_or_default();
            calls.push((f.code.clone(), f.kind, f.name.clone(), span));
            // The caller is the frame below, whatever scope the callee sees.
            match &f.parent {
                Parent::Frame(parent) => at = *parent,
                Parent::Table(_) if at > 0 => at -= 1,
                Parent::Table(_) => break,
            }
        }
        StackTrace::Pending(Arc::new(move || {
            let line = |(code, kind, name, span): &(Arc<Code>, FrameKind, Str, Span)| {
                let source = code.ast.source();
                let file = source.file().unwrap_or("<No file>");
                let line = source.position(span.start).line;
                let name = function_name(code, *kind, name);
                format!("at {name}, {file}: line {line}")
            };
            Str::from(calls.iter().map(line).collect::<Vec<_>>().join("\n"))
        }))
    }

    /// Puts a stage's command on an error that left it: the name in the id, the call's position.
    pub(crate) fn blame(&mut self, pipe: usize, stage: usize, flow: Box<Flow>) -> Box<Flow> {
        let Flow::Throw(record) = &*flow else { return flow };
        if self.escaping == Some((pipe, stage)) {
            self.escaping = None;
        }
        let record = record.clone();
        if crate::errors::is_call_depth(&record.exception) {
            // No single command is to blame.
            return flow;
        }
        let Some(s) = self.pipes.get_mut(pipe).and_then(|p| p.stages.get_mut(stage)) else { return flow };
        s.had_error = true;
        let is_advanced = matches!(&s.processor, crate::pipeline::Processor::Script(script) if script.is_advanced);
        if matches!(s.processor, crate::pipeline::Processor::Program(_)) {
            // What a program ended with names no command.
            return flow;
        }
        let (info, invocation) = match (&s.info, s.invocation.clone()) {
            (Some(info), invocation) => (info.clone(), invocation),
            (None, _) => match self.inline_command((pipe, stage)) {
                Some(found) => found,
                None => return flow,
            },
        };
        let is_told = record.data.lock().stack.is_some();
        if matches!(info.body, command::CommandBody::Script(_)) && is_told {
            // An error that leaves a function with cmdlet binding becomes that function's; what `throw` throws does not.
            let mut data = record.data.lock();
            if is_advanced && data.command.is_none() && !data.is_script_terminating && !info.error_name.is_empty() {
                data.command = Some(info.error_name.clone());
            }
            let counts = is_advanced && !data.is_script_terminating;
            drop(data);
            if counts {
                self.count_error(pipe, stage, &record);
            }
            return flow;
        }
        if is_told {
            self.take_over(&record, &info, &invocation);
        } else {
            self.attribute(&record, &info, &invocation);
            if !record.data.lock().is_script_terminating {
                self.count_error(pipe, stage, &record);
            }
        }
        flow
    }

    /// The command that an error ended counts it in `-ErrorVariable`; the script around it counts the statement's.
    fn count_error(&self, pipe: usize, stage: usize, record: &Arc<ErrorRecord>) {
        let own = self.pipes.get(pipe).and_then(|p| p.stages.get(stage)?.common.error_variable.clone());
        let outer = self.pipes[..pipe.min(self.pipes.len())].iter();
        let outer = outer.filter_map(|p| running_list(p, &|c| c.error_variable.clone()));
        // A cmdlet's own list holds the exception that ended it, which carries the record.
        let is_native =
            self.pipes.get(pipe).and_then(|p| p.stages.get(stage)?.info.as_ref()).is_some_and(|info| {
                matches!(info.body, command::CommandBody::Native(_) | command::CommandBody::Made(_))
            });
        if let Some(list) = own {
            list.lock().push(if is_native { invocation_failed(record) } else { Value::Error(record.clone()) });
        }
        for list in outer {
            list.lock().push(Value::Error(record.clone()));
        }
    }

    /// An error of script that leaves a cmdlet which ran the script becomes the cmdlet's, unless it was thrown or asked for.
    fn take_over(&mut self, record: &Arc<ErrorRecord>, info: &command::CommandInfo, invocation: &Arc<Invocation>) {
        if !matches!(info.body, command::CommandBody::Native(_) | command::CommandBody::Made(_)) {
            return;
        }
        let mut data = record.data.lock();
        let is_of_cmdlet = data.command.is_some()
            && data.invocation.as_ref().is_some_and(|i| {
                i.command.as_foreign::<crate::host_objects::CommandObject>().is_some_and(|held| {
                    matches!(held.info.body, command::CommandBody::Native(_) | command::CommandBody::Made(_))
                })
            });
        if data.is_script_terminating || is_of_cmdlet {
            return;
        }
        data.command = Some(info.error_name.clone()).filter(|n| !n.is_empty());
        data.activity = None;
        data.invocation = Some(recorded(invocation));
    }

    /// The command and the call of a ForEach-Object or Where-Object that is compiled into its caller.
    fn inline_command(
        &mut self,
        (pipe, stage): (usize, usize),
    ) -> Option<(Arc<command::CommandInfo>, Arc<Invocation>)> {
        let stages = &self.pipes.get(pipe)?.stages;
        let crate::pipeline::Processor::Inline(inline) = &stages.get(stage)?.processor else { return None };
        let (span, count) = (inline.span, stages.len());
        let name = if inline.is_filter { "Where-Object" } else { "ForEach-Object" };
        let info = self.command_by_name(name).ok().flatten()?;
        let invocation = self.invocation_of(&info, span, (stage as u32 + 1, count as u32));
        Some((info, invocation))
    }

    pub(crate) fn attribute(
        &mut self,
        record: &Arc<ErrorRecord>,
        info: &command::CommandInfo,
        invocation: &Arc<Invocation>,
    ) {
        let mut data = record.data.lock();
        if data.stack.is_some() {
            return;
        }
        // A name that was looked up has its place already; a cmdlet that speaks of a missing command has none.
        let is_lookup =
            record.exception.ty == values::TypeRef::COMMAND_NOT_FOUND_EXCEPTION && data.invocation.is_some();
        if data.command.is_none() && !is_lookup {
            data.command = Some(info.error_name.clone()).filter(|n| !n.is_empty());
        }
        let mut copy = recorded(invocation);
        if let Some(own) = &data.invocation
            && own.position.is_some()
            && let Some(copy) = Arc::get_mut(&mut copy)
        {
            copy.position = own.position.clone();
        }
        data.invocation = Some(copy);
        drop(data);
        let (frame, span) = match self.frame() {
            Some(f) => (self.current, f.code.spans.get(f.pc as usize).copied().unwrap_or_default()),
            None => return,
        };
        let stack = self.stack_trace(frame, span);
        record.data.lock().stack = Some(stack);
    }

    /// A non-terminating error of the running stage: action preference, `$Error`, variables, stream.
    pub(crate) fn stage_error(&mut self, record: Arc<ErrorRecord>) -> Result<()> {
        let mut action = None;
        let mut variable = None;
        if let Some((pipe, stage)) = self.stage
            && let Some(s) = self.pipes.get_mut(pipe).and_then(|p| p.stages.get_mut(stage))
        {
            s.had_error = true;
            action = s.common.error_action;
            variable = s.common.error_variable.clone();
            let (info, invocation) = (s.info.clone(), s.invocation.clone());
            if let Some(info) = info {
                self.attribute(&record, &info, &invocation);
            }
        }
        let action = action.unwrap_or_else(|| self.error_action());
        if action != Action::Ignore {
            for list in self.outer_error_lists() {
                list.lock().push(Value::Error(record.clone()));
            }
            self.remember_error(&record);
            if let Some(list) = variable {
                list.lock().push(Value::Error(record.clone()));
            }
        }
        match action {
            Action::SilentlyContinue | Action::Ignore => Ok(()),
            Action::Stop => Err(self.stop_on(record)),
            Action::Inquire => {
                let message = record.message().to_string();
                self.inquire(&message)?;
                self.send_error(&record)
            }
            _ => self.send_error(&record),
        }
    }

    /// An error about how a program ended: preferences decide, and no command is named.
    pub(crate) fn program_error(&mut self, record: Arc<ErrorRecord>) -> Result<()> {
        let action = self.error_action();
        if action != Action::Ignore {
            self.remember_error(&record);
        }
        match action {
            Action::SilentlyContinue | Action::Ignore => Ok(()),
            Action::Stop => Err(self.stop_on(record)),
            _ => self.send_error(&record),
        }
    }

    /// `-ErrorVariable` lists of the functions around the running command: errors inside them are theirs as well.
    fn outer_error_lists(&self) -> Vec<Arc<values::Array>> {
        self.outer_lists(|c| c.error_variable.clone())
    }

    /// The lists of a stream variable of the functions around the running command.
    pub(crate) fn outer_lists(
        &self,
        pick: impl Fn(&crate::pipeline::Common) -> Option<Arc<values::Array>>,
    ) -> Vec<Arc<values::Array>> {
        let own = self.stage.map(|(pipe, _)| pipe);
        let outer = self.pipes.iter().enumerate().filter(|(at, _)| Some(*at) != own);
        outer.filter_map(|(_, pipe)| running_list(pipe, &pick)).collect()
    }

    /// The lists of the running commands that an error of the script itself belongs to.
    pub(crate) fn all_error_lists(&self) -> Vec<Arc<values::Array>> {
        self.pipes.iter().filter_map(|pipe| running_list(pipe, &|c| c.error_variable.clone())).collect()
    }

    /// The terminating form of an error under ErrorAction Stop.
    fn stop_on(&mut self, record: Arc<ErrorRecord>) -> Box<Flow> {
        {
            let mut data = record.data.lock();
            data.is_script_terminating = true;
            data.is_reported = false;
        }
        Flow::throw(record)
    }

    /// Whether the running command's errors end it.
    pub(crate) fn stops_on_error(&mut self) -> bool {
        let own = self.stage.and_then(|(p, s)| self.pipes.get(p)?.stages.get(s)?.common.error_action);
        own.unwrap_or_else(|| self.error_action()) == Action::Stop
    }

    /// The ActionPreferenceStopException for a record that is an exception's own.
    pub(crate) fn stopped_by(&mut self, record: &Arc<ErrorRecord>) -> Box<Flow> {
        let ty = TypeRef::find("System.Management.Automation.ActionPreferenceStopException");
        let text = format!(
            "The running command stopped because the preference variable \"ErrorActionPreference\" or common parameter is set to Stop: {}",
            record.message()
        );
        let exception = values::Exception::new(ty.unwrap_or(TypeRef::RUNTIME_EXCEPTION), text);
        let data = record.data.lock().clone();
        let made = ErrorRecord { exception: Arc::new(exception), data: parking_lot::Mutex::new(data) };
        self.stop_on(Arc::new(made))
    }

    /// `$ErrorActionPreference` as seen from the running frame.
    pub(crate) fn error_action(&mut self) -> Action {
        let value = self.find_variable(self.current, self.known.error_action, false);
        value.and_then(|v| crate::bind::common::action_of(&v)).unwrap_or(Action::Continue)
    }

    /// An error that ended a statement and is not caught.
    pub(crate) fn report_statement_error(&mut self, record: &Arc<ErrorRecord>) -> Result<()> {
        let action = self.error_action();
        let was_reported = std::mem::replace(&mut record.data.lock().is_reported, true);
        // Unlike a command's own error, one that ends a statement is recorded under Ignore as well.
        if !was_reported {
            self.remember_error(record);
        }
        if !matches!(action, Action::Ignore | Action::Stop) {
            for list in self.all_error_lists() {
                list.lock().push(Value::Error(record.clone()));
            }
        }
        match action {
            Action::SilentlyContinue | Action::Ignore => Ok(()),
            Action::Stop => {
                let mut data = record.data.lock();
                data.is_script_terminating = true;
                drop(data);
                Err(Flow::throw(record.clone()))
            }
            _ => self.send_error(record),
        }
    }

    /// An error that is told without consulting preferences.
    pub(crate) fn report_error(&mut self, record: &Arc<ErrorRecord>) -> Result<()> {
        self.remember_error(record);
        self.send_error(record)
    }

    /// Puts a record in front of `$Error`.
    pub(crate) fn remember_error(&mut self, record: &Arc<ErrorRecord>) {
        record.data.lock().is_reported = true;
        let mut list = self.errors.lock();
        if matches!(list.first(), Some(Value::Error(first)) if Arc::ptr_eq(first, record)) {
            return;
        }
        list.insert(0, Value::Error(record.clone()));
        list.truncate(256);
    }

    /// Sends a record to where the error stream goes.
    pub(crate) fn send_error(&mut self, record: &Arc<ErrorRecord>) -> Result<()> {
        match self.streams.0[2] {
            Target::Host => {
                let view = self.error_view;
                let text = view(self, record);
                self.host.write_error_line(&text);
                Ok(())
            }
            Target::Sink(sink) | Target::Both(sink) => self.emit_at(sink, Value::Error(record.clone())),
            Target::Discard => Ok(()),
            Target::File(file) => self.write_file(file, Value::Error(record.clone())),
        }
    }

    /// Sends a record of the streams 3 to 6 to where that stream goes; `text` is what a host shows.
    pub(crate) fn send_stream(&mut self, stream: u8, record: Value, text: &str) -> Result<()> {
        match self.streams.0[stream as usize] {
            Target::Host => {
                self.host.write_stream_line(stream, text);
                Ok(())
            }
            Target::Both(sink) => {
                self.emit_at(sink, record)?;
                self.host.write_stream_line(stream, text);
                Ok(())
            }
            Target::Sink(sink) => self.emit_at(sink, record),
            Target::Discard => Ok(()),
            Target::File(file) => self.write_file(file, record),
        }
    }

    /// Whether what is written now reaches the console's own Out-Default with nothing between: a program may then write to
    /// the terminal itself.
    pub(crate) fn is_output_to_host(&self) -> bool {
        let mut at = self.sinks.len().wrapping_sub(1);
        loop {
            match self.sinks.get(at) {
                Some(Sink::Forward(to)) => at = *to,
                Some(Sink::Stage { pipe: 0, stage }) => {
                    // The console's own Out-Default is not named.
                    let Some(pipe) = self.pipes.first() else { return false };
                    return stage + 1 == pipe.stages.len() && pipe.stages[*stage].info.is_none();
                }
                _ => return false,
            }
        }
    }

    /// The preference of a stream by its variable, as the running stage or frame sees it.
    pub(crate) fn preference(&mut self, name: &str, default: Action) -> Action {
        let value = self.find_variable(self.current, language::Sym::intern(name), false);
        value.and_then(|v| crate::bind::common::action_of(&v)).unwrap_or(default)
    }

    /// Common parameters of the running stage.
    pub(crate) fn common(&self) -> crate::pipeline::Common {
        let stage = self.stage.and_then(|(p, s)| self.pipes.get(p)?.stages.get(s));
        stage.map(|s| s.common.clone()).unwrap_or_default()
    }

    /// A value's text for messages.
    pub(crate) fn text_of(&mut self, value: &Value) -> String {
        convert::to_str(self, value).map(|s| s.to_string()).unwrap_or_else(|_| convert::to_display(value))
    }
}

/// The list of a stream variable of the command at work in a pipeline: the last of those that are busy, as each feeds the next.
fn running_list(
    pipe: &crate::pipeline::Pipe,
    pick: &dyn Fn(&crate::pipeline::Common) -> Option<Arc<values::Array>>,
) -> Option<Arc<values::Array>> {
    let busy = pipe.stages.iter().rev().find(|s| matches!(s.processor, crate::pipeline::Processor::Busy))?;
    pick(&busy.common)
}

/// What an error record keeps of an invocation: the command, its name and the place of the call.
pub(crate) fn recorded(invocation: &Invocation) -> Arc<Invocation> {
    Arc::new(Invocation {
        command: invocation.command.clone(),
        name: invocation.name.clone(),
        position: invocation.position.clone(),
        bound: crate::bind::bound_dictionary(&command::Bound::default()),
        script: invocation.script.clone(),
        history_id: invocation.history_id,
        ..Invocation::default()
    })
}

/// A failed conversion in script code is a RuntimeException around the conversion's own exception.
fn as_runtime_exception(flow: Box<Flow>) -> Box<Flow> {
    let Flow::Throw(record) = &*flow else { return flow };
    let is_cast = record.exception.ty == values::TypeRef::PS_INVALID_CAST_EXCEPTION;
    if !is_cast || record.data.lock().stack.is_some() || record.data.lock().is_script_terminating {
        return flow;
    }
    let outer = values::Exception::new(values::TypeRef::RUNTIME_EXCEPTION, record.exception.message())
        .inner(Value::Exception(record.exception.clone()));
    let data = record.data.lock().clone();
    let made = ErrorRecord { exception: Arc::new(outer), data: parking_lot::Mutex::new(data) };
    Flow::throw(Arc::new(made))
}

/// The exception in which a terminating error leaves a cmdlet.
fn invocation_failed(record: &Arc<ErrorRecord>) -> Value {
    let ty = TypeRef::find("System.Management.Automation.CmdletInvocationException");
    values::Exception::new(ty.unwrap_or(TypeRef::RUNTIME_EXCEPTION), record.exception.message())
        .inner(Value::Exception(record.exception.clone()))
        .with("ErrorRecord", Value::Error(record.clone()))
        .value()
}
