//! Calls of plain functions whose arguments go to their parameters as they are: no binder runs.

use std::sync::Arc;

use command::{CommandInfo, Parameter, ParameterTable};
use smallvec::SmallVec;
use values::{Result, TypeRef, Value};

use crate::bind::Binding;
use crate::code::{Arg, Code, StageSite};
use crate::runspace::Runspace;
use crate::script_block::ScriptBlock;

/// A value for each parameter, none where nothing was given.
pub(super) type Given = SmallVec<[Option<Value>; 8]>;

/// Whether a value goes to a parameter without conversion.
fn fits(parameter: &Parameter, value: &Value) -> bool {
    match value {
        Value::Wrapped(_) => false,
        Value::I32(_) => matches!(parameter.ty, TypeRef::OBJECT | TypeRef::INT32),
        Value::Str(_) => matches!(parameter.ty, TypeRef::OBJECT | TypeRef::STRING),
        Value::F64(_) => matches!(parameter.ty, TypeRef::OBJECT | TypeRef::DOUBLE),
        Value::Bool(_) => matches!(parameter.ty, TypeRef::OBJECT | TypeRef::BOOL),
        _ => parameter.ty == TypeRef::OBJECT,
    }
}

/// Whether the parameter is nothing but a place for a value.
fn is_simple(parameter: &Parameter) -> bool {
    parameter.transformations.is_empty()
        && parameter.validations.is_empty()
        && parameter.ps_type_name.is_none()
        && parameter.enum_names.is_empty()
        && !parameter.is_switch()
        && parameter.in_sets.len() <= 1
}

impl Runspace {
    /// Which argument goes to which parameter; none where the binder has to decide.
    pub(super) fn given_directly(
        &mut self,
        code: &Arc<Code>,
        frame: usize,
        args: &[Arg],
        table: &ParameterTable,
    ) -> Option<Given> {
        if args.len() > table.parameters.len() * 2 || !table.parameters.iter().all(is_simple) {
            return None;
        }
        let base = self.frames[frame].base;
        let mut given: Given = SmallVec::from_elem(None, table.parameters.len());
        let mut loose: SmallVec<[Value; 8]> = SmallVec::new();
        let mut open: Option<usize> = None;
        for arg in args {
            match arg {
                Arg::Splat { .. } => return None,
                Arg::Named { name, value, .. } => {
                    let at = table.parameters.iter().position(|p| p.name.eq_ignore_ascii_case(name))?;
                    if open.is_some() || given[at].is_some() {
                        return None;
                    }
                    match value {
                        Some(reg) => given[at] = Some(self.plain(code, frame, base, *reg, &table.parameters[at])?),
                        None => open = Some(at),
                    }
                }
                Arg::Value { reg, .. } => match open.take() {
                    Some(at) => given[at] = Some(self.plain(code, frame, base, *reg, &table.parameters[at])?),
                    None => loose.push(self.read(code, frame, base, *reg).ok()?),
                },
            }
        }
        if open.is_some() {
            return None;
        }
        // The rest goes by position, which is the order of the parameters here.
        let mut loose = loose.into_iter();
        for (at, parameter) in table.parameters.iter().enumerate() {
            if given[at].is_some() {
                continue;
            }
            let Some(value) = loose.next() else { break };
            if parameter.in_sets.first().and_then(|s| s.position) != Some(at as i32) || !fits(parameter, &value) {
                return None;
            }
            given[at] = Some(if matches!(value, Value::Void) { Value::Null } else { value });
        }
        loose.next().is_none().then_some(given)
    }

    fn plain(&mut self, code: &Arc<Code>, frame: usize, base: usize, reg: u16, parameter: &Parameter) -> Option<Value> {
        let value = self.read(code, frame, base, reg).ok()?;
        let value = if matches!(value, Value::Void) { Value::Null } else { value };
        fits(parameter, &value).then_some(value)
    }

    /// Runs the function with them.
    pub(super) fn run_directly(
        &mut self,
        (script, block, info): (&ScriptBlock, &Value, &Arc<CommandInfo>),
        (site, how): (&StageSite, u8),
        table: Arc<ParameterTable>,
        mut given: Given,
    ) -> Result<()> {
        let invocation = self.lazy_invocation(info, site, how);
        let callee = self.push_script(script, block, info, false)?;
        self.frames[callee].invocation = Some(invocation);
        let code = self.frames[callee].code.clone();
        for (at, param) in code.params.iter().enumerate() {
            let value = given.get_mut(at).and_then(Option::take);
            self.place_one(callee, &code, param, table.parameters.get(at), value, true)?;
        }
        self.place_automatic(callee, &code, &Binding::new(table));
        self.current = callee;
        self.stage = None;
        match code.entries.end {
            Some(entry) => self.exec(&code, callee, entry),
            None => Ok(()),
        }
    }
}
