//! Stages whose arguments go where those of the last call from the same place went: no binder.

use std::sync::Arc;

use command::{Command, CommandBody, CommandKind, Parameter, ParameterTable};
use values::{Flow, Result, TypeRef, Value};

use super::plan::{From, Given, Plan, Planned, To, assign, is_of, is_something, takes_values_as_they_are};
use super::redirect::Redirection;
use super::{Processor, Stage};
use crate::bind::Binding;
use crate::code::{Arg, Code, StageSite};
use crate::runspace::Runspace;
use crate::script_block::ScriptBlock;

/// How a cmdlet or function is called from a site.
pub(super) struct StagePlan {
    body: Body,
    table: Arc<ParameterTable>,
    given: Box<[Given]>,
    /// The sets that this leaves, and the name of the one that is chosen.
    sets: u64,
    set: Option<Arc<str>>,
}

/// What is called.
enum Body {
    Cmdlet(&'static Command),
    /// The function's block.
    Function(Value),
}

/// Whether a parameter takes a value of its type as it is.
fn is_plain(p: &Parameter) -> bool {
    let is_untyped = p.ty == TypeRef::OBJECT || p.ty == TypeRef::PSOBJECT;
    takes_values_as_they_are(p)
        && p.name.as_str() != "NotePropertyName"
        && (!is_untyped || matches!(p.type_name.as_str(), "System.Object" | "System.Management.Automation.PSObject"))
}

impl Runspace {
    /// Adds the stage of a site by its plan; false where the binder has to see to it.
    pub(super) fn add_planned(
        &mut self,
        code: &Arc<Code>,
        base: usize,
        plan: &Plan,
        redirects: &mut Vec<Redirection>,
        at: (usize, usize),
    ) -> Result<bool> {
        let Planned::Stage(stage) = &plan.what else { return Ok(false) };
        if !self.may_plan() || !self.has_no_defaults() {
            return Ok(false);
        }
        let Some(mut binding) = self.planned_binding(code, base, stage) else { return Ok(false) };
        binding.expects_input = at.1 > 0;
        let (info, invocation) = (Some(plan.info.clone()), plan.invocation.clone());
        let mut added = Stage::new(Processor::Busy, info, invocation, std::mem::take(redirects));
        added.common = binding.common.clone();
        self.pipes[at.0].stages.push(added);
        let made = match &stage.body {
            Body::Cmdlet(command) => Ok(Processor::Native { cmdlet: (command.create)(), binding: Box::new(binding) }),
            Body::Function(block) => self.bound_script(&plan.info, block, binding, false, at),
        };
        self.pipes[at.0].stages[at.1].processor = made.map_err(|flow| self.blame(at.0, at.1, flow))?;
        Ok(true)
    }

    /// What the binder would come to; none where a value needs it.
    fn planned_binding(&mut self, code: &Arc<Code>, base: usize, plan: &StagePlan) -> Option<Binding> {
        let mut binding = Binding::new(plan.table.clone());
        for g in &plan.given {
            let index = match g.to {
                To::Parameter(index) => index as usize,
                To::Common(name) => {
                    let value = match g.from {
                        From::Switch => Value::Bool(true),
                        From::Register(reg) => self.operand(code, base, reg).clone(),
                    };
                    if value.is_null() || matches!(value, Value::Slot(_)) {
                        return None;
                    }
                    self.bind_common(&mut binding, name, value).ok()?;
                    continue;
                }
            };
            let p = &plan.table.parameters[index];
            let value = match g.from {
                From::Switch => crate::host_objects::switch_value(true),
                From::Register(reg) => match self.operand(code, base, reg) {
                    value if p.ty == TypeRef::PSOBJECT && is_something(value) => value.clone(),
                    value if is_of(value, p.ty) && is_something(value) => value.clone(),
                    Value::Str(text) if p.ty == TypeRef::STRING.array_of(1) && !text.is_empty() => {
                        Value::typed_array(TypeRef::STRING, vec![Value::Str(text.clone())])
                    }
                    _ => return None,
                },
            };
            if !p.validations.iter().all(|v| matches!(crate::bind::validate(self, v, &value), Ok(Ok(())))) {
                return None;
            }
            binding.bound.set(&p.name, value);
            binding.taken.push(index);
        }
        binding.is_planned = true;
        binding.sets = plan.sets;
        if let Some(set) = &plan.set {
            binding.bound.set_parameter_set_shared(set.clone());
        }
        if plan.table.is_advanced {
            binding.bound.seal();
        }
        Some(binding)
    }

    /// Remembers how the stage that was just added was bound.
    pub(super) fn plan_stage(&mut self, site: &StageSite, args: &[Arg], (pipe, at): (usize, usize)) {
        if !self.may_plan() || !self.has_no_defaults() {
            return;
        }
        // A function that needs no pipeline goes on as it did, one call with a value of another type aside.
        if self.plan_at(&site.plan).is_some_and(|plan| matches!(plan.what, Planned::Function(_))) {
            return;
        }
        let Some(stage) = self.pipes.get(pipe).and_then(|p| p.stages.get(at)) else { return };
        let (Some(info), Some(binding)) = (&stage.info, stage.processor.binding()) else { return };
        let own = match (&info.body, &stage.processor) {
            // Which of the refused parameters are given is looked up each time.
            (CommandBody::Native(command), _) if !crate::bind::has_limits(&info.name) => {
                Some((Body::Cmdlet(command), info.parameters.clone()))
            }
            (CommandBody::Script(block), Processor::Script(script))
                if matches!(info.kind, CommandKind::Function | CommandKind::Filter)
                    && script.code.entries.dynamic_param.is_none() =>
            {
                let table = block.as_foreign::<ScriptBlock>().and_then(ScriptBlock::known_parameters);
                table.map(|table| (Body::Function(block.clone()), table))
            }
            _ => None,
        };
        let Some((body, table)) = own.filter(|(_, own)| Arc::ptr_eq(own, &binding.table)) else { return };
        let Some(given) = assign(args, &table) else { return };
        // The binder has to have come to the same: then the form of the call decides alone.
        let indexes = given.iter().filter_map(|g| match g.to {
            To::Parameter(index) => Some(index as usize),
            To::Common(_) => None,
        });
        let is_same =
            binding.taken.iter().copied().eq(indexes.clone()) && binding.rest.is_empty() && binding.delayed.is_empty();
        if !is_same || !indexes.clone().all(|index| is_plain(&table.parameters[index])) {
            return;
        }
        let (sets, set) = (binding.sets, binding.bound.shared_parameter_set());
        let (info, invocation) = (info.clone(), stage.invocation.clone());
        self.remember_plan(&site.plan, info, invocation, Planned::Stage(StagePlan { body, table, given, sets, set }));
    }

    /// Runs a filled pipeline of one stage: what the stage works in is entered once.
    pub(super) fn drive_single(&mut self, index: usize) -> Result<()> {
        let is_native = matches!(&self.pipes[index].stages[..], [Stage { processor: Processor::Native { .. }, .. }]);
        if !is_native || self.tracing.is_some() {
            return self.drive_pipe(index);
        }
        let id = self.pipes[index].id;
        if index > 0 {
            self.success = true;
        }
        self.pipes[index].begun = 1;
        self.buffer_output(index, 0);
        let result = self.with_stage(index, 0, |runspace, processor| {
            let Processor::Native { cmdlet, binding } = processor else { return Ok(()) };
            let info = runspace.pipes.get(index).and_then(|p| p.stages.first()).and_then(|s| s.info.as_ref());
            if let Some(info) = info.filter(|_| !binding.is_planned) {
                crate::bind::check_limits(&info.name, &binding.bound)?;
            }
            cmdlet.begin(runspace, &binding.bound)?;
            match cmdlet.process(runspace, &binding.bound) {
                Ok(()) => {}
                // Its own stage has enough: the end is run all the same.
                Err(flow) if matches!(*flow, Flow::StopUpstream { pipeline, stage: 0 } if pipeline == id) => {}
                Err(flow) => return Err(flow),
            }
            binding.bound.unbind_pipeline();
            cmdlet.end(runspace, &binding.bound)?;
            cmdlet.clean(runspace);
            if let Some(stage) = runspace.pipes.get_mut(index).and_then(|p| p.stages.first_mut()) {
                stage.is_cleaned = true;
            }
            Ok(())
        });
        match result {
            Err(flow) if matches!(*flow, Flow::StopUpstream { pipeline, .. } if pipeline == id) => {}
            other => other?,
        }
        self.clear_pipeline_variable(index, 0);
        Ok(())
    }
}
