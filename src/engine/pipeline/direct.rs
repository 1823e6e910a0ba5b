//! Calls of functions whose arguments go to their parameters as they are: no binder and no pipeline.

use std::sync::Arc;

use command::{CommandBody, CommandInfo, CommandKind, Parameter, ParameterTable};
use values::error::Invocation;
use values::{Flow, Result, Str, Value};

use super::plan::{From, Given, Plan, Planned, To, assign, is_of, is_something, takes_values_as_they_are};
use crate::bind::Binding;
use crate::code::{Arg, CONST, Code, StageKind, StageSite};
use crate::runspace::Runspace;
use crate::script_block::ScriptBlock;

/// How a function is called from a site.
pub(super) struct FunctionPlan {
    block: Value,
    table: Arc<ParameterTable>,
    /// Where the values of parameters come from.
    given: Box<[(From, usize)]>,
    /// For each parameter: whether an argument goes to it.
    is_given: Box<[bool]>,
    /// The body looks at its call: `$args`, `$PSBoundParameters`, `$MyInvocation` and the like.
    looks_at_call: bool,
    is_advanced: bool,
}

/// Whether the parameter is nothing but a place for a value of its type.
fn is_simple(parameter: &Parameter) -> bool {
    takes_values_as_they_are(parameter) && parameter.in_sets.len() <= 1 && !parameter.is_dynamic
}

/// Whether a block can run without a pipeline around it.
fn is_plain(code: &Code, table: &ParameterTable) -> bool {
    code.entries.process.is_none()
        && code.entries.clean.is_none()
        && code.entries.begin.is_none()
        && code.entries.dynamic_param.is_none()
        && code.entries.end.is_some()
        && (!table.is_advanced || (code.auto.cmdlet.is_none() && table.sets.is_empty()))
}

impl FunctionPlan {
    fn new(block: &Value, code: &Code, table: Arc<ParameterTable>, args: &[Arg]) -> Option<FunctionPlan> {
        if !table.parameters.iter().all(is_simple) || code.params.len() != table.parameters.len() {
            return None;
        }
        let own = |g: &Given| match g.to {
            To::Parameter(at) => Some((g.from, at as usize)),
            To::Common(_) => None,
        };
        let given: Box<[(From, usize)]> = assign(args, &table)?.iter().map(own).collect::<Option<_>>()?;
        let mut is_given = vec![false; table.parameters.len()];
        for (_, at) in &given {
            is_given[*at] = true;
        }
        let is_missing = |(p, is_given): (&Parameter, &bool)| !is_given && p.in_sets.iter().any(|s| s.is_mandatory);
        if table.is_advanced && table.parameters.iter().zip(&is_given).any(is_missing) {
            return None;
        }
        let auto = &code.auto;
        let slots = [auto.args, auto.bound, auto.invocation, auto.input, auto.script_root, auto.command_path];
        Some(FunctionPlan {
            block: block.clone(),
            given,
            is_given: is_given.into_boxed_slice(),
            looks_at_call: slots.iter().any(Option::is_some),
            is_advanced: table.is_advanced,
            table,
        })
    }

    /// Whether a value passes a parameter without conversion or complaint.
    fn takes(&self, runspace: &mut Runspace, parameter: &Parameter, value: &Value) -> bool {
        self.takes_as_it_is(parameter, value)
            || (is_of(value, parameter.ty)
                && is_something(value)
                && !parameter.is_switch()
                && parameter
                    .validations
                    .iter()
                    .all(|v| matches!(crate::bind::validate(runspace, v, value), Ok(Ok(())))))
    }

    /// The same where there is nothing to validate.
    fn takes_as_it_is(&self, parameter: &Parameter, value: &Value) -> bool {
        let is_mandatory = || self.is_advanced && parameter.in_sets.iter().any(|s| s.is_mandatory);
        parameter.validations.is_empty()
            && is_of(value, parameter.ty)
            && !parameter.is_switch()
            && (is_something(value) || !is_mandatory())
    }
}

impl Runspace {
    /// A call that is a whole pipeline and a function that needs none: no pipeline is built. None where that does not apply.
    pub(crate) fn call_directly(
        &mut self,
        code: &Arc<Code>,
        frame: usize,
        site: &StageSite,
        plan: Option<&Plan>,
    ) -> Option<Result<()>> {
        let StageKind::Command { name, args, how, .. } = &site.kind else { return None };
        if *how == 2 {
            return None;
        }
        if let Some(plan) = plan {
            let Planned::Function(function) = &plan.what else { return None };
            if self.may_plan()
                && let Some(done) = self.call_planned(code, frame, plan, function)
            {
                return Some(done);
            }
        }
        let asks_help = |a: &Arg| matches!(a, Arg::Named { name, .. } if name.as_str() == "?");
        if args.iter().any(asks_help) {
            return None;
        }
        let base = self.frames[frame].base;
        let is_constant = *name & CONST != 0;
        let name = self.read(code, frame, base, *name).ok()?;
        let (info, block) = match &name {
            Value::Str(_) if self.lookup.watch_calls() => return None,
            Value::Str(text) => {
                let info = self.find_function(text)?;
                let CommandBody::Script(block) = &info.body else { return None };
                if self.find_alias(text).is_some() {
                    return None;
                }
                let block = block.clone();
                (info, block)
            }
            Value::Foreign(f) if f.downcast::<ScriptBlock>().is_some() => {
                let kind = CommandKind::Script;
                let info = crate::commands::script_info(Str::empty(), kind, name.clone(), None);
                (Arc::new(info), name.clone())
            }
            _ => return None,
        };
        let script = block.as_foreign::<ScriptBlock>()?;
        let table = script.parameters(self);
        let is_idle = self.debugger.as_ref().is_none_or(|d| d.is_idle());
        let own = if is_idle { script.code().clone() } else { script.marked_code(false).clone() };
        if !is_plain(&own, &table) {
            return None;
        }
        // A name that is written there means the same the next time.
        if is_constant
            && matches!(name, Value::Str(_))
            && self.may_plan()
            && script.checked_parameters(self).is_ok()
            && let Some(function) = FunctionPlan::new(&block, &own, table.clone(), args)
        {
            let invocation = self.lazy_invocation(&info, site, *how);
            let plan = self.remember_plan(&site.plan, info.clone(), invocation, Planned::Function(function));
            if let Planned::Function(function) = &plan.what
                && let Some(done) = self.call_planned(code, frame, &plan, function)
            {
                return Some(done);
            }
        }
        if table.is_advanced {
            return None;
        }
        Some(self.call_plain(code, frame, (info, block.clone()), (args, site, *how)))
    }

    /// Calls by a plan; none where a value needs the binder.
    fn call_planned(
        &mut self,
        code: &Arc<Code>,
        frame: usize,
        plan: &Plan,
        function: &FunctionPlan,
    ) -> Option<Result<()>> {
        if function.is_advanced && !self.has_no_defaults() {
            return None;
        }
        let base = self.frames[frame].base;
        for (from, at) in &function.given {
            let parameter = &function.table.parameters[*at];
            if let From::Register(reg) = *from {
                // Arguments stand in registers of their own, which nothing changes before the call.
                if function.takes_as_it_is(parameter, self.operand(code, base, reg)) {
                    continue;
                }
                let value = self.operand(code, base, reg).clone();
                if !function.takes(self, parameter, &value) {
                    return None;
                }
            }
        }
        let (frames, stack, current, stage) = (self.frames.len(), self.stack.len(), self.current, self.stage);
        self.depth += 1;
        let result = self.run_planned(code, base, plan, function);
        self.depth -= 1;
        self.frames.truncate(frames);
        self.stack.truncate(stack);
        self.current = current;
        self.stage = stage;
        self.success = result.is_ok();
        Some(result.map_err(|flow| match function.is_advanced {
            true => self.blame_function(&plan.info, &plan.invocation, flow),
            false => flow,
        }))
    }

    fn run_planned(&mut self, code: &Arc<Code>, base: usize, plan: &Plan, function: &FunctionPlan) -> Result<()> {
        let Some(script) = function.block.as_foreign::<ScriptBlock>() else { return Ok(()) };
        let callee = self.push_script(script, &function.block, &plan.info, false)?;
        self.frames[callee].invocation = Some(plan.invocation.clone());
        let own = script.code();
        for &(from, at) in &function.given {
            let value = match from {
                From::Register(reg) => match self.operand(code, base, reg) {
                    Value::Void => Value::Null,
                    value => value.clone(),
                },
                From::Switch => crate::host_objects::switch_value(true),
            };
            self.place(callee, own, own.params[at].slot, value, function.table.parameters.get(at))?;
        }
        for (at, param) in own.params.iter().enumerate() {
            if !function.is_given[at] {
                self.place_one(callee, own, param, function.table.parameters.get(at), None, true)?;
            }
        }
        if function.looks_at_call {
            let mut binding = Binding::new(function.table.clone());
            for &(_, at) in &function.given {
                let value = self.stack[self.frames[callee].base + own.params[at].slot as usize].clone();
                let value = match &value {
                    Value::Slot(Some(cell)) => crate::scope::Variable::of(cell).and_then(|v| v.get()),
                    _ => Some(value),
                };
                binding.bound.set(&function.table.parameters[at].name, value.unwrap_or_default());
            }
            self.place_automatic(callee, own, &binding);
        }
        self.current = callee;
        self.stage = None;
        if function.is_advanced {
            self.success = true;
        }
        match own.entries.end {
            Some(entry) => self.exec(own, callee, entry),
            None => Ok(()),
        }
    }

    /// An error that leaves a function with cmdlet binding becomes that function's; what `throw` throws does not.
    fn blame_function(&mut self, info: &Arc<CommandInfo>, invocation: &Arc<Invocation>, flow: Box<Flow>) -> Box<Flow> {
        let Flow::Throw(record) = &*flow else { return flow };
        if crate::errors::is_call_depth(&record.exception) {
            return flow;
        }
        let record = record.clone();
        let (is_told, is_thrown) = {
            let data = record.data.lock();
            (data.stack.is_some(), data.is_script_terminating)
        };
        if !is_told {
            self.attribute(&record, info, invocation);
        } else if !is_thrown && !info.error_name.is_empty() {
            record.data.lock().command.get_or_insert_with(|| info.error_name.clone());
        }
        if !is_thrown {
            for list in self.all_error_lists() {
                list.lock().push(Value::Error(record.clone()));
            }
        }
        flow
    }
}
