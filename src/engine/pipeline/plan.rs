//! What a call site remembers of its last call: the command that its name meant, and which argument went to which parameter.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use command::{CommandInfo, Parameter, ParameterTable, Validation};
use language::Sym;
use parking_lot::Mutex;
use values::error::Invocation;
use values::{TypeRef, Value};

use super::direct::FunctionPlan;
use super::planned::StagePlan;
use crate::bind::common;
use crate::code::{Arg, Reg};
use crate::runspace::Runspace;

/// A call site's memory.
pub struct Plan {
    /// The count of changed command names that it was made at.
    changes: u64,
    /// The frame's `names` that it was made in.
    names: u64,
    pub(super) info: Arc<CommandInfo>,
    /// How the command is called from here: the same each time.
    pub(super) invocation: Arc<Invocation>,
    pub(super) what: Planned,
}

/// What is called.
pub(super) enum Planned {
    /// A function that needs no pipeline.
    Function(FunctionPlan),
    Stage(StagePlan),
}

/// The place for a plan at a call site. Threads may share the code.
#[derive(Default)]
pub struct PlanCell(Mutex<Option<Arc<Plan>>>);

impl Clone for PlanCell {
    fn clone(&self) -> PlanCell {
        PlanCell::default()
    }
}

impl std::fmt::Debug for PlanCell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PlanCell")
    }
}

/// Where an argument's value comes from.
#[derive(Clone, Copy)]
pub(super) enum From {
    Register(Reg),
    /// A switch that is on because it is named.
    Switch,
}

/// What an argument goes to.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum To {
    /// The parameter with this index.
    Parameter(u16),
    Common(&'static str),
}

/// An argument and where it goes.
#[derive(Clone, Copy)]
pub(super) struct Given {
    pub from: From,
    pub to: To,
}

/// Set once anything is called `$PSDefaultParameterValues` beside the global variable.
static OWN_DEFAULTS: AtomicBool = AtomicBool::new(false);

/// Takes notice of a variable that is made.
pub fn note_variable(name: Sym) {
    if name.folded() == "psdefaultparametervalues" {
        OWN_DEFAULTS.store(true, Ordering::Relaxed);
    }
}

impl Runspace {
    /// The plan of a site, when it still holds.
    pub(super) fn plan_at(&mut self, cell: &PlanCell) -> Option<Arc<Plan>> {
        let names = self.names_in_sight();
        let held = cell.0.lock();
        let plan = held.as_ref()?;
        // The number of the line at the prompt is part of how it is called.
        let is_valid =
            plan.names == names && plan.changes == self.names_seen && plan.invocation.history_id == self.next_history;
        is_valid.then(|| plan.clone())
    }

    /// Remembers a plan that was made just now.
    pub(super) fn remember_plan(
        &mut self,
        cell: &PlanCell,
        info: Arc<CommandInfo>,
        invocation: Arc<Invocation>,
        what: Planned,
    ) -> Arc<Plan> {
        let names = self.names_in_sight();
        let plan = Arc::new(Plan { changes: self.names_seen, names, info, invocation, what });
        *cell.0.lock() = Some(plan.clone());
        plan
    }

    /// Whether no parameter has a default value of the session.
    pub(super) fn has_no_defaults(&self) -> bool {
        if OWN_DEFAULTS.load(Ordering::Relaxed) {
            return false;
        }
        let Some(variable) = self.defaults.as_ref().and_then(crate::scope::Variable::of) else { return false };
        matches!(&variable.data.lock().value, Value::Dict(dict) if dict.is_empty())
    }

    /// Whether calls may go by plans at all: nobody watches, traces or rehearses them.
    pub(super) fn may_plan(&self) -> bool {
        self.rehearsal.is_none()
            && self.tracing.is_none()
            && self.debugger.as_ref().is_none_or(|d| d.is_idle())
            && !self.lookup.watch_calls()
    }
}

/// Which argument goes to which parameter by the form of the call alone; none where values decide, or names are not whole.
pub(super) fn assign(args: &[Arg], table: &ParameterTable) -> Option<Box<[Given]>> {
    let mut given: Vec<Given> = Vec::with_capacity(args.len());
    let mut loose: Vec<Reg> = Vec::new();
    let mut open: Option<To> = None;
    for arg in args {
        match arg {
            Arg::Splat { .. } => return None,
            Arg::Named { name, value, .. } => {
                let (to, is_switch) = match table.find(name) {
                    Some(at) => (To::Parameter(at as u16), table.parameters[at].is_switch()),
                    None => common_parameter(table, name)?,
                };
                if open.is_some() || given.iter().any(|g| g.to == to) {
                    return None;
                }
                let from = match value {
                    Some(reg) => From::Register(*reg),
                    None if is_switch => From::Switch,
                    None => {
                        open = Some(to);
                        continue;
                    }
                };
                given.push(Given { from, to });
            }
            Arg::Value { reg, .. } => match open.take() {
                Some(to) => given.push(Given { from: From::Register(*reg), to }),
                None => loose.push(*reg),
            },
        }
    }
    if open.is_some() {
        return None;
    }
    let mut loose = loose.into_iter();
    if loose.len() > 0 {
        let places = || table.parameters.iter().flat_map(|p| &p.in_sets);
        if places().any(|s| s.takes_remaining) {
            return None;
        }
        let mut positions: Vec<i32> = places().filter_map(|s| s.position).collect();
        positions.sort_unstable();
        positions.dedup();
        for position in positions {
            let is_free = |at: &usize| !given.iter().any(|g| g.to == To::Parameter(*at as u16));
            let stands = |p: &Parameter| p.in_sets.iter().any(|s| s.position == Some(position));
            let mut candidates = (0..table.parameters.len()).filter(|at| stands(&table.parameters[*at]));
            let Some(at) = candidates.next() else { continue };
            if candidates.next().is_some() {
                return None;
            }
            if is_free(&at) {
                let Some(reg) = loose.next() else { break };
                given.push(Given { from: From::Register(reg), to: To::Parameter(at as u16) });
            }
        }
    }
    (loose.len() == 0).then(|| given.into_boxed_slice())
}

/// A common parameter by its whole name or alias, and whether it is a switch.
fn common_parameter(table: &ParameterTable, name: &str) -> Option<(To, bool)> {
    match common::find(table, name).first() {
        Some((known, true)) if table.is_advanced => Some((To::Common(known), common::is_switch(known))),
        _ => None,
    }
}

/// Whether a parameter neither changes a value of its type nor runs script to validate it.
pub(super) fn takes_values_as_they_are(p: &Parameter) -> bool {
    let is_pure =
        |v: &Validation| !matches!(v, Validation::SetFrom(_) | Validation::Script { .. } | Validation::Custom(_));
    p.transformations.is_empty()
        && p.validations.iter().all(is_pure)
        && p.ps_type_name.is_none()
        && p.enum_names.is_empty()
}

/// Whether a value goes to a parameter of a type without conversion.
pub(super) fn is_of(value: &Value, ty: TypeRef) -> bool {
    match value {
        Value::Wrapped(_) | Value::Slot(_) => false,
        Value::I32(_) => matches!(ty, TypeRef::OBJECT | TypeRef::INT32),
        Value::Str(_) => matches!(ty, TypeRef::OBJECT | TypeRef::STRING),
        Value::F64(_) => matches!(ty, TypeRef::OBJECT | TypeRef::DOUBLE),
        Value::Bool(_) => matches!(ty, TypeRef::OBJECT | TypeRef::BOOL),
        _ => ty == TypeRef::OBJECT,
    }
}

/// Whether a value is one thing and not nothing: no rule about what is empty applies to it.
pub(super) fn is_something(value: &Value) -> bool {
    match value {
        Value::Str(text) => !text.is_empty(),
        Value::Bool(_) | Value::I32(_) | Value::I64(_) | Value::F64(_) | Value::Enum(..) | Value::Object(_) => true,
        _ => false,
    }
}
