//! Commands as stages, and script blocks called from Rust.

use std::sync::Arc;

use command::{CommandBody, CommandInfo, CommandKind, Invoke};
use language::Span;
use values::{Result, Str, TypeRef, Value, convert};

use super::redirect::Redirection;
use super::{Processor, ScriptStage, Stage};
use crate::bind::{Argument, Binding};
use crate::code::{Code, StageSite};
use crate::errors;
use crate::runspace::{Frame, FrameKind, Parent, Runspace, Sink};
use crate::script_block::ScriptBlock;

/// How deep script calls may nest before the call depth error.
const MAX_DEPTH: u32 = 1000;

impl Runspace {
    /// Resolves a command and adds it to a pipeline. `how`: 0 plain, 1 `&`, 2 `.`
    pub(crate) fn add_command(
        &mut self,
        pipe: usize,
        (name, how): (Value, u8),
        args: Vec<Argument>,
        redirects: Vec<Redirection>,
        (at, length): (usize, u32),
        span: Span,
    ) -> Result<()> {
        let (name, args) = self.inside_module(name, args)?;
        let (mut info, block) = match self.resolve_callee(&name, how) {
            Ok(found) => found,
            Err(flow) => return Err(self.blame_name(flow, &name, how, span)),
        };
        let mut args = args;
        if block.is_none()
            && crate::cmdlets::answers_help(self, &info)
            && args.iter().any(|a| a.name.as_deref() == Some("?"))
            && let Some(help) = self.commands.find("Get-Help")
        {
            // `Name -?` asks for the command's help.
            let wanted = match info.kind {
                CommandKind::ExternalScript => info.definition.clone(),
                _ => info.name.clone(),
            };
            args = vec![Argument::positional(Value::Str(wanted))];
            info = help;
        }
        // A value at the head of the pipeline is no command and has no position.
        let head = self.pipes[pipe].stages.first().map(|s| &s.processor);
        let lead = u32::from(matches!(head, Some(Processor::Source(_))));
        let mut invocation = self.invocation_of(&info, span, (at as u32 + 1 - lead, length.saturating_sub(lead)));
        if let Some(own) = Arc::get_mut(&mut invocation) {
            own.is_expecting_input = at > 0;
        }
        let typed = match (how, &name) {
            _ if self.frames.is_empty() => Some(match info.kind {
                CommandKind::Script | CommandKind::ExternalScript => info.definition.clone(),
                _ => info.name.clone(),
            }),
            (1, _) => Some(Str::from("&")),
            (2, _) => Some(Str::from(".")),
            (_, Value::Str(text)) if *text != info.name => Some(text.clone()),
            _ => None,
        };
        if typed.is_some()
            && let Some(own) = Arc::get_mut(&mut invocation)
        {
            own.is_from_runspace = self.frames.is_empty();
            own.name = typed;
        }
        self.pipes[pipe].stages.push(Stage::new(Processor::Busy, Some(info.clone()), invocation, redirects));
        let index = self.pipes[pipe].stages.len() - 1;
        let made = match (&info.body, block) {
            (_, Some(block)) => self.script_stage(&info, &block, args, how == 2, (pipe, index)),
            (CommandBody::Script(block), None) => {
                let block = block.clone();
                self.script_stage(&info, &block, args, how == 2, (pipe, index))
            }
            // A rehearsal starts no programs.
            (CommandBody::Program(_), None) if self.rehearsal.is_some() => Ok(Processor::Source(Value::Void)),
            (CommandBody::Program(path), None) => super::native::program(self, path, args, at, length as usize),
            _ => self.native_stage(&info, args, (pipe, index)),
        };
        let processor = made.map_err(|flow| self.blame(pipe, index, flow))?;
        self.pipes[pipe].stages[index].processor = processor;
        Ok(())
    }

    /// `& module command arguments`: the command runs in the module's session state.
    fn inside_module(&mut self, name: Value, mut args: Vec<Argument>) -> Result<(Value, Vec<Argument>)> {
        let Some(module) = name.as_foreign::<crate::module::ModuleObject>() else { return Ok((name, args)) };
        if args.is_empty() || args[0].name.is_some() {
            return bad_expression(&Value::Null, 1).throw();
        }
        let table = module.table.clone();
        let callee = args.remove(0).value.unwrap_or_default();
        if let Some(script) = callee.as_foreign::<ScriptBlock>() {
            return Ok((Value::foreign(script.rebound(Some(table), None)), args));
        }
        let text = convert::to_str(self, &callee)?;
        let own = table.functions.lock().get(&language::Sym::intern(&text)).cloned();
        Ok(match own {
            Some(info) => (crate::host_objects::CommandObject::value(info), args),
            None => (callee, args),
        })
    }

    /// The command of a name value: a script block, a CommandInfo, or text. A script block comes back beside.
    fn resolve_callee(&mut self, name: &Value, how: u8) -> Result<(Arc<CommandInfo>, Option<Value>)> {
        if let Some(block) = name.as_foreign::<ScriptBlock>() {
            let kind = if block.is_filter { CommandKind::Filter } else { CommandKind::Script };
            let info = crate::commands::script_info(Str::empty(), kind, name.base().clone(), None);
            return Ok((Arc::new(info), Some(name.base().clone())));
        }
        if let Some(held) = name.as_foreign::<crate::host_objects::CommandObject>() {
            return Ok((held.info.clone(), None));
        }
        if name.is_null() {
            return bad_expression(name, how).throw();
        }
        if how > 0 && matches!(name.base(), Value::Array(a) if a.is_empty()) {
            return bad_expression(name, how).throw();
        }
        let text = convert::to_str(self, name)?;
        if text.is_empty() && how > 0 {
            return bad_expression(name, how).throw();
        }
        match self.looked_up(&text)? {
            Some(info) => Ok((info, None)),
            None => errors::command_not_found(&text).throw(),
        }
    }

    fn native_stage(&mut self, info: &Arc<CommandInfo>, args: Vec<Argument>, at: (usize, usize)) -> Result<Processor> {
        let mut binding = Binding::new(info.parameters.clone());
        let was = self.stage.replace(at);
        binding.expects_input = at.1 > 0;
        let bound = self.bind_arguments(&mut binding, args, info);
        self.stage = was;
        let is_first = at.1 == 0;
        bound?;
        self.pipes[at.0].stages[at.1].common = binding.common.clone();
        let was = self.stage.replace(at);
        let checked = self.finish_binding(&mut binding, info, !is_first);
        self.stage = was;
        checked?;
        let binding = match self.rehearsed(info, Box::new(binding), at) {
            Ok(processor) => return Ok(processor),
            Err(binding) => binding,
        };
        let cmdlet = match &info.body {
            CommandBody::Native(command) => (command.create)(),
            CommandBody::Made(make) => make(),
            CommandBody::Missing => {
                return errors::invalid_operation(
                    "CommandNotOffered",
                    format!("The command '{}' is known, but this product does not offer it.", info.name),
                )
                .throw();
            }
            _ => return errors::command_not_found(&info.name).throw(),
        };
        Ok(Processor::Native { cmdlet, binding })
    }

    fn script_stage(
        &mut self,
        info: &Arc<CommandInfo>,
        block: &Value,
        args: Vec<Argument>,
        is_dot: bool,
        at: (usize, usize),
    ) -> Result<Processor> {
        let Some(script) = block.as_foreign::<ScriptBlock>() else {
            return errors::command_not_found(&info.name).throw();
        };
        let table = script.checked_parameters(self)?;
        let mut binding = Binding::new(table);
        let was = self.stage.replace(at);
        binding.expects_input = at.1 > 0;
        let bound = self.bind_arguments(&mut binding, args, info);
        self.stage = was;
        bound?;
        self.pipes[at.0].stages[at.1].common = binding.common.clone();
        self.bound_script(info, block, binding, is_dot, at)
    }

    /// Makes a script block's frame and gives it the arguments of the command line.
    pub(super) fn bound_script(
        &mut self,
        info: &Arc<CommandInfo>,
        block: &Value,
        mut binding: Binding,
        is_dot: bool,
        at: (usize, usize),
    ) -> Result<Processor> {
        let Some(script) = block.as_foreign::<ScriptBlock>() else {
            return errors::command_not_found(&info.name).throw();
        };
        let frame = self.push_script(script, block, info, is_dot)?;
        self.frames[frame].stage = Some(at);
        self.frames[frame].invocation = Some(self.pipes[at.0].stages[at.1].invocation.clone());
        self.place_preferences(frame, at);
        let was = self.stage.replace(at);
        let finished = match binding.is_planned {
            true => Ok(()),
            false => self
                .run_dynamic_parameters(frame, &mut binding)
                .and_then(|()| self.finish_binding(&mut binding, info, at.1 > 0)),
        };
        let done = finished.and_then(|()| self.place_parameters(frame, &binding));
        self.stage = was;
        self.current = self.pipes[at.0].frame;
        done?;
        let code = self.frames[frame].code.clone();
        let is_advanced = binding.table.is_advanced;
        Ok(Processor::Script(Box::new(ScriptStage {
            frame,
            code,
            binding: Box::new(binding),
            input: Vec::new(),
            is_advanced,
            takes_input: false,
            is_over: false,
        })))
    }

    /// Common parameters of an advanced function are preference variables inside it.
    fn place_preferences(&mut self, frame: usize, (pipe, stage): (usize, usize)) {
        let common = self.pipes[pipe].stages[stage].common.clone();
        let mut found: Vec<(&str, Value)> = Vec::new();
        let mut action = |name: &'static str, action: Option<super::Action>| {
            if let Some(action) = action {
                found.push((name, crate::bind::common::action_value(action)));
            }
        };
        let of = |is: bool| if is { super::Action::Continue } else { super::Action::SilentlyContinue };
        action("ErrorActionPreference", common.error_action);
        action("WarningPreference", common.warning_action);
        action("InformationPreference", common.information_action);
        action("ProgressPreference", common.progress_action);
        action("VerbosePreference", common.verbose.map(of));
        action("DebugPreference", common.debug.map(of));
        if let Some(is) = common.what_if {
            found.push(("WhatIfPreference", Value::Bool(is)));
        }
        if let Some(is) = common.confirm {
            found.push(("ConfirmPreference", Value::from(if is { "Low" } else { "None" })));
        }
        if found.is_empty() {
            return;
        }
        let table = self.table_of(frame);
        for (name, value) in found {
            table.put(name, value);
        }
    }

    /// Pushes the frame of a script block.
    pub(crate) fn push_script(
        &mut self,
        script: &ScriptBlock,
        block: &Value,
        info: &CommandInfo,
        is_dot: bool,
    ) -> Result<usize> {
        let is_script = info.kind == CommandKind::ExternalScript;
        let (code, kind) = if is_dot {
            (script.shared_code().clone(), FrameKind::Shared)
        } else if is_script {
            (script.code().clone(), FrameKind::Script)
        } else if info.name.is_empty() {
            (script.code().clone(), FrameKind::Block)
        } else {
            (script.code().clone(), FrameKind::Function)
        };
        let code = match &self.debugger {
            Some(debugger) if !debugger.is_idle() => script.marked_code(is_dot).clone(),
            _ => code,
        };
        let parent = self.parent_for(script, is_dot);
        let name = if info.name.is_empty() { Str::from("<ScriptBlock>") } else { info.name.clone() };
        let frame = self.push_frame(code, parent, kind, name)?;
        self.frames[frame].block = block.clone();
        self.frames[frame].home = script.home.clone();
        if let Some(closure) = &script.closure {
            self.frames[frame].parent = Parent::Table(closure.clone());
            self.frames[frame].names = closure.id;
        }
        Ok(frame)
    }

    /// What is outside a script block's scope: its caller inside one session state, else the top scope of its own.
    fn parent_for(&self, script: &ScriptBlock, is_dot: bool) -> Parent {
        let home = self.frame().and_then(|f| f.home.as_ref());
        let is_same = match (home, &script.home) {
            (None, None) => true,
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            _ => false,
        };
        if (is_same || is_dot) && !self.frames.is_empty() {
            return Parent::Frame(self.current);
        }
        Parent::Table(script.home.clone().unwrap_or_else(|| self.global.clone()))
    }

    /// Pushes a frame with unset variables.
    pub(crate) fn push_frame(&mut self, code: Arc<Code>, parent: Parent, kind: FrameKind, name: Str) -> Result<usize> {
        if self.frames.len() as u32 > MAX_DEPTH * 2 || self.depth > MAX_DEPTH {
            return errors::call_depth().throw();
        }
        if self.is_stopped() {
            return Err(Box::new(values::Flow::Stopped));
        }
        let base = self.stack.len();
        let slots = code.slots.len();
        let names = self.names_beyond(&parent);
        let others = code.registers as usize + 2 - slots;
        self.stack.extend(std::iter::repeat_with(|| Value::Slot(None)).take(slots));
        self.stack.extend(std::iter::repeat_with(|| Value::Null).take(others));
        self.frames.push(Frame {
            code,
            base,
            pc: 0,
            parent,
            table: None,
            kind,
            name,
            home: None,
            invocation: None,
            stage: None,
            block: Value::Null,
            class: None,
            names,
        });
        Ok(self.frames.len() - 1)
    }

    pub(super) fn call_plain(
        &mut self,
        code: &Arc<Code>,
        frame: usize,
        (info, block): (Arc<CommandInfo>, Value),
        (args, site, how): (&[crate::code::Arg], &StageSite, u8),
    ) -> Result<()> {
        let base = self.frames[frame].base;
        let Some(script) = block.as_foreign::<ScriptBlock>() else { return Ok(()) };
        let table = script.checked_parameters(self)?;
        let arguments = self.arguments(code, frame, base, args)?;
        let (frames, stack, current, stage) = (self.frames.len(), self.stack.len(), self.current, self.stage);
        self.depth += 1;
        let result = (|| {
            let invocation = self.lazy_invocation(&info, site, how);
            let mut binding = Binding::new(table);
            if let Err(flow) = self.bind_plain(&mut binding, arguments, &info) {
                if let values::Flow::Throw(record) = &*flow {
                    let record = record.clone();
                    self.attribute(&record, &info, &invocation);
                }
                return Err(flow);
            }
            let callee = self.push_script(script, &block, &info, false)?;
            self.frames[callee].invocation = Some(invocation.clone());
            self.place_parameters(callee, &binding)?;
            self.current = callee;
            self.stage = None;
            let code = self.frames[callee].code.clone();
            match code.entries.end {
                Some(entry) => self.exec(&code, callee, entry),
                None => Ok(()),
            }
        })();
        self.depth -= 1;
        self.frames.truncate(frames);
        self.stack.truncate(stack);
        self.current = current;
        self.stage = stage;
        self.success = result.is_ok();
        result
    }

    /// Runs a script block and collects its output.
    pub fn invoke_script(&mut self, block: &Value, how: Invoke) -> Result<Vec<Value>> {
        let mark = self.sinks.len();
        if how.to_pipeline {
            self.run_block(block, how)?;
            return Ok(Vec::new());
        }
        self.sinks.push(Sink::Collect(Vec::new()));
        let result = self.run_block(block, how);
        let items = match self.sinks.get_mut(mark) {
            Some(Sink::Collect(items)) => std::mem::take(items),
            _ => Vec::new(),
        };
        self.cut_sinks(mark);
        result.map(|()| items)
    }

    /// The same for callers that take errors as exceptions: an error ends the block, not only its statement.
    pub(crate) fn invoke_throwing(&mut self, block: &Value, how: Invoke) -> Result<Vec<Value>> {
        let tries = self.tries;
        self.tries += 1;
        let result = self.invoke_script(block, how);
        self.tries = tries;
        result
    }

    /// Runs a script block with its output going to the current output.
    pub(crate) fn run_block(&mut self, block: &Value, how: Invoke) -> Result<()> {
        let Some(script) = block.as_foreign::<ScriptBlock>() else {
            return errors::invalid_operation("NotAScriptBlock", "A script block was expected.").throw();
        };
        let (frames, stack, current, stage) = (self.frames.len(), self.stack.len(), self.current, self.stage);
        self.depth += 1;
        let result = self.run_block_inner(script, block, how);
        self.depth -= 1;
        self.frames.truncate(frames);
        self.stack.truncate(stack);
        self.current = current;
        self.stage = stage;
        result
    }

    fn run_block_inner(&mut self, script: &ScriptBlock, block: &Value, how: Invoke) -> Result<()> {
        if self.depth > MAX_DEPTH {
            return errors::call_depth().throw();
        }
        let table = script.checked_parameters(self)?;
        let info = crate::commands::script_info(Str::empty(), CommandKind::Script, block.clone(), None);
        let info = Arc::new(info);
        let mut binding = Binding::new(table.clone());
        binding.expects_input = how.input.is_some();
        let mut arguments: Vec<Argument> = how.named.into_iter().map(|(n, v)| Argument::named(n, Some(v))).collect();
        arguments.extend(how.args.into_iter().map(Argument::positional));
        if table.is_advanced {
            self.bind_arguments(&mut binding, arguments, &info)?;
            self.finish_binding(&mut binding, &info, how.input.is_some())?;
        } else {
            self.bind_plain(&mut binding, arguments, &info)?;
        }
        let frame = self.push_script(script, block, &info, how.in_current_scope)?;
        for (name, value) in how.variables {
            let sym = language::Sym::intern(&name);
            match self.frames[frame].code.slot_of(sym).filter(|_| !how.in_current_scope) {
                Some(slot) => {
                    let at = self.frames[frame].base + slot as usize;
                    self.stack[at] = value;
                }
                None => self.table_of(frame).put(&name, value),
            }
        }
        for (name, block) in how.functions {
            let info = crate::commands::script_info(name.clone(), CommandKind::Function, block, None);
            self.note_redefinition(&name);
            self.table_of(frame).functions.lock().insert(language::Sym::intern(&name), Arc::new(info));
        }
        self.place_parameters(frame, &binding)?;
        if let Some(this) = how.this {
            self.set_auto(frame, "this", self.frames[frame].code.auto.this, this);
        }
        if let Some(item) = how.item.clone() {
            self.set_auto(frame, "_", self.frames[frame].code.auto.item, item);
        }
        self.current = frame;
        let code = self.frames[frame].code.clone();
        let entries = code.entries;
        let result = (|| {
            if let Some(entry) = entries.begin {
                self.exec(&code, frame, entry)?;
            }
            match (entries.process, how.input) {
                (Some(entry), Some(items)) => {
                    for item in items {
                        if let Some(slot) = code.auto.item {
                            let base = self.frames[frame].base;
                            self.stack[base + slot as usize] = item.clone();
                        }
                        self.bind_input(&mut binding, &item)?;
                        self.place_parameters(frame, &binding)?;
                        self.exec(&code, frame, entry)?;
                    }
                }
                (Some(entry), None) => self.exec(&code, frame, entry)?,
                (None, Some(items)) => {
                    if let Some(slot) = code.auto.input {
                        let base = self.frames[frame].base;
                        self.stack[base + slot as usize] = crate::vm::input_enumerator(items);
                    }
                }
                (None, None) => {}
            }
            match entries.end {
                Some(entry) => self.exec(&code, frame, entry),
                None => Ok(()),
            }
        })();
        if let Some(entry) = entries.clean {
            self.sinks.push(Sink::Discard);
            let cleaned = self.exec(&code, frame, entry);
            self.sinks.pop();
            cleaned?;
        }
        result
    }

    fn set_auto(&mut self, frame: usize, name: &str, slot: Option<u16>, value: Value) {
        match slot {
            Some(slot) => {
                let at = self.frames[frame].base + slot as usize;
                self.stack[at] = value;
            }
            None => self.table_of(frame).put(name, value),
        }
    }

    /// Puts bound parameters, defaults and the automatic variables into a frame's slots.
    pub(crate) fn place_parameters(&mut self, frame: usize, binding: &Binding) -> Result<()> {
        self.place_given(frame, binding, true)
    }

    /// The same, where those that were not given may be left out: a `dynamicparam` block runs before defaults do.
    pub(crate) fn place_given(&mut self, frame: usize, binding: &Binding, with_defaults: bool) -> Result<()> {
        let code = self.frames[frame].code.clone();
        // A default value sees what was given, wherever that parameter stands.
        for is_given in [true, false] {
            for (at, param) in code.params.iter().enumerate() {
                let value = binding.bound.get(&param.name);
                if value.is_some() == is_given {
                    let value = value.cloned();
                    self.place_one(frame, &code, param, binding.table.parameters.get(at), value, with_defaults)?;
                }
            }
        }
        self.place_automatic(frame, &code, binding);
        Ok(())
    }

    /// Puts one parameter's value, or its default, into its slot.
    pub(super) fn place_one(
        &mut self,
        frame: usize,
        code: &Arc<Code>,
        param: &crate::code::ParamCode,
        declared: Option<&command::Parameter>,
        value: Option<Value>,
        with_default: bool,
    ) -> Result<()> {
        if let Some(value) = value {
            return self.place(frame, code, param.slot, value, declared);
        }
        let slot = self.frames[frame].base + param.slot as usize;
        self.stack[slot] = Value::Null;
        if !with_default {
            return Ok(());
        }
        if let Some(entry) = param.default {
            let current = std::mem::replace(&mut self.current, frame);
            let done = self.exec(code, frame, entry);
            self.current = current;
            done?;
            let value = self.stack[slot].clone();
            let value = match declared {
                Some(p) if p.ty != TypeRef::OBJECT => self.cast(value, p.ty)?,
                _ => value,
            };
            return self.place(frame, code, param.slot, value, declared);
        }
        match declared {
            Some(p) => self.place(frame, code, param.slot, crate::bind::empty_of(p.ty), declared),
            None => Ok(()),
        }
    }

    pub(super) fn place(
        &mut self,
        frame: usize,
        code: &Code,
        slot: u16,
        value: Value,
        declared: Option<&command::Parameter>,
    ) -> Result<()> {
        let at = self.frames[frame].base + slot as usize;
        if self.frames[frame].kind == FrameKind::Shared {
            // A parameter of what is dotted is a variable of its caller.
            let cell = self.slot_cell(frame, slot);
            if let Some(v) = crate::scope::Variable::of(&cell) {
                v.put(value);
            }
        } else {
            self.stack[at] = value;
        }
        // A typed parameter that the body assigns keeps its type.
        if let Some(p) = declared
            && (p.ty != TypeRef::OBJECT || !p.validations.is_empty())
            && code.slots.get(slot as usize).is_some_and(|(sym, _)| code.assigned.contains(sym))
        {
            let cell = self.slot_cell(frame, slot);
            if let Some(v) = crate::scope::Variable::of(&cell) {
                let is_local = p.validations.is_empty();
                let ty = if is_local { crate::scope::Constraint::Local } else { crate::scope::Constraint::Type };
                let constraints = std::iter::once(ty(p.ty))
                    .filter(|_| p.ty != TypeRef::OBJECT)
                    .chain(p.validations.iter().cloned().map(crate::scope::Constraint::Validate));
                v.constrain(constraints.collect());
            }
        }
        Ok(())
    }

    pub(super) fn place_automatic(&mut self, frame: usize, code: &Code, binding: &Binding) {
        // A block that a cmdlet runs in its caller's scope sees the caller's arguments; a dotted command has its own.
        if code.is_shared && self.frames[frame].invocation.is_none() {
            return;
        }
        let base = self.frames[frame].base;
        if let Some(slot) = code.auto.args {
            let rest = binding.rest.clone();
            self.stack[base + slot as usize] = Value::array(rest);
        }
        if let Some(slot) = code.auto.bound {
            self.stack[base + slot as usize] = crate::bind::bound_dictionary(&binding.bound);
        }
        if let Some(slot) = code.auto.invocation {
            if let Some(invocation) = self.frames[frame].invocation.as_mut() {
                let mut own = (**invocation).clone();
                own.bound = crate::bind::bound_dictionary(&binding.bound);
                own.unbound = binding.rest.clone();
                *invocation = Arc::new(own);
            }
            let value = crate::vm::call::invocation_value(self, frame);
            self.stack[base + slot as usize] = value;
        }
        if let Some(slot) = code.auto.cmdlet
            && binding.table.is_advanced
        {
            let value = crate::host_objects::cmdlet_value(self, frame, binding);
            self.stack[base + slot as usize] = value;
        }
        if let Some(slot) = code.auto.input
            && matches!(self.stack[base + slot as usize], Value::Slot(None))
        {
            self.stack[base + slot as usize] = crate::vm::input_enumerator(Vec::new());
        }
        let file = code.ast.source().file().map(str::to_string);
        if let Some(slot) = code.auto.command_path {
            self.stack[base + slot as usize] = Value::from(file.clone().unwrap_or_default());
        }
        if let Some(slot) = code.auto.script_root {
            let folder = file.and_then(|f| std::path::Path::new(&f).parent().map(|p| p.display().to_string()));
            self.stack[base + slot as usize] = Value::from(folder.unwrap_or_default());
        }
    }

    /// Runs a command by name with arguments and input, output to the current output.
    pub(crate) fn run_command(&mut self, name: Value, args: Vec<Argument>, input: Option<Vec<Value>>) -> Result<()> {
        let (frames, stack, current) = (self.frames.len(), self.stack.len(), self.current);
        let index = self.open_pipe(current);
        let result = (|| {
            let mut at = 0;
            if let Some(input) = input {
                self.pipes[index].stages.push(Stage::source(Value::array(input)));
                at = 1;
            }
            self.add_command(index, (name, 1), args, Vec::new(), (at, at as u32 + 1), Span::default())?;
            self.drive_pipe(index)
        })();
        self.close_pipe(index);
        self.frames.truncate(frames);
        self.stack.truncate(stack);
        self.current = current;
        result
    }
}

/// What stands behind `&` or `.` is nothing that can be called.
fn bad_expression(target: &Value, how: u8) -> values::Exception {
    let mark = if how == 2 { '.' } else { '&' };
    values::error::runtime_error(
        "BadExpression",
        values::ErrorCategory::InvalidOperation,
        target.clone(),
        format!(
            "The expression after '{mark}' in a pipeline element produced an object that was not valid. It must result in a command name, a script block, or a CommandInfo object."
        ),
    )
}
