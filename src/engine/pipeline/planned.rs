//! Calls of cmdlets whose arguments go where those of the last call from the same place went.

use std::sync::Arc;

use command::{CommandBody, Parameter, ParameterTable};
use values::{Flow, Result, TypeRef, Value};

use super::plan::{From, Given, Plan, Planned, assign, is_of, is_something};
use super::redirect::Redirection;
use super::{Common, Processor, Stage};
use crate::bind::Binding;
use crate::code::{Arg, Code, StageSite};
use crate::runspace::Runspace;

/// How a cmdlet is called from a site.
pub(super) struct CmdletPlan {
    table: Arc<ParameterTable>,
    given: Box<[Given]>,
    /// The sets that this leaves, and the name of the one that is chosen.
    sets: u64,
    set: Option<Arc<str>>,
}

/// Whether a parameter takes a value of its type as it is.
fn is_plain(p: &Parameter) -> bool {
    let is_untyped = p.ty == TypeRef::OBJECT || p.ty == TypeRef::PSOBJECT;
    p.transformations.is_empty()
        && p.ps_type_name.is_none()
        && p.enum_names.is_empty()
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
        (pipe, at): (usize, usize),
    ) -> bool {
        let Planned::Cmdlet(cmdlet) = &plan.what else { return false };
        let CommandBody::Native(command) = &plan.info.body else { return false };
        if !self.may_plan() || !self.has_no_defaults() {
            return false;
        }
        let mut binding = Binding::new(cmdlet.table.clone());
        for g in &cmdlet.given {
            let p = &cmdlet.table.parameters[g.parameter as usize];
            let value = match g.from {
                From::Switch => crate::host_objects::switch_value(true),
                From::Register(reg) => match self.operand(code, base, reg) {
                    value if p.ty == TypeRef::PSOBJECT && is_something(value) => value.clone(),
                    value if is_of(value, p.ty) && is_something(value) => value.clone(),
                    Value::Str(text) if p.ty == TypeRef::STRING.array_of(1) && !text.is_empty() => {
                        Value::typed_array(TypeRef::STRING, vec![Value::Str(text.clone())])
                    }
                    _ => return false,
                },
            };
            if !p.validations.iter().all(|v| matches!(crate::bind::validate(self, v, &value), Ok(Ok(())))) {
                return false;
            }
            binding.bound.set(&p.name, value);
            binding.taken.push(g.parameter as usize);
        }
        binding.is_planned = true;
        binding.sets = cmdlet.sets;
        binding.expects_input = at > 0;
        if let Some(set) = &cmdlet.set {
            binding.bound.set_parameter_set_shared(set.clone());
        }
        binding.bound.seal();
        self.pipes[pipe].stages.push(Stage {
            processor: Processor::Native { cmdlet: (command.create)(), binding: Box::new(binding) },
            info: Some(plan.info.clone()),
            invocation: plan.invocation.clone(),
            redirects: std::mem::take(redirects),
            common: Common::default(),
            had_error: false,
            is_stopped: false,
            is_cleaned: false,
        });
        true
    }

    /// Remembers how the stage that was just added was bound.
    pub(super) fn plan_cmdlet(&mut self, site: &StageSite, args: &[Arg], (pipe, at): (usize, usize)) {
        if !self.may_plan() || !self.has_no_defaults() {
            return;
        }
        let Some(stage) = self.pipes.get(pipe).and_then(|p| p.stages.get(at)) else { return };
        let (Some(info), Processor::Native { binding, .. }) = (&stage.info, &stage.processor) else { return };
        // Which of the refused parameters are given is looked up each time.
        if crate::bind::has_limits(&info.name) {
            return;
        }
        if !matches!(info.body, CommandBody::Native(_)) || !Arc::ptr_eq(&binding.table, &info.parameters) {
            return;
        }
        let table = &info.parameters;
        let Some(given) = assign(args, table) else { return };
        // The binder has to have come to the same: then the form of the call decides alone.
        let is_same = binding.taken.len() == given.len()
            && binding.taken.iter().zip(&given).all(|(taken, g)| *taken == g.parameter as usize)
            && binding.rest.is_empty()
            && binding.delayed.is_empty();
        if !is_same || !given.iter().all(|g| is_plain(&table.parameters[g.parameter as usize])) {
            return;
        }
        let plan =
            CmdletPlan { table: table.clone(), given, sets: binding.sets, set: binding.bound.shared_parameter_set() };
        let (info, invocation) = (info.clone(), stage.invocation.clone());
        self.remember_plan(&site.plan, info, invocation, Planned::Cmdlet(plan));
    }

    /// Runs a filled pipeline of one stage: what the stage works in is entered once.
    pub(super) fn drive_single(&mut self, index: usize) -> Result<()> {
        if !matches!(&self.pipes[index].stages[..], [Stage { processor: Processor::Native { .. }, .. }]) {
            return self.drive_pipe(index);
        }
        let id = self.pipes[index].id;
        if index > 0 {
            self.success = true;
        }
        self.pipes[index].begun = 1;
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
