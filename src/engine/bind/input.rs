//! The end of command-line binding, and binding of pipeline objects.

use std::sync::Arc;

use command::{CommandInfo, ParameterTable};
use values::{ErrorCategory, Flow, Result, Str, TypeRef, Value, members};

use super::Binding;
use super::binder::binding_error;
use crate::pipeline::ScriptStage;
use crate::runspace::Runspace;
use crate::trace::Source;

impl Runspace {
    /// Defaults of `$PSDefaultParameterValues`, parameter set, mandatory parameters.
    pub(crate) fn finish_binding(
        &mut self,
        binding: &mut Binding,
        info: &CommandInfo,
        expects_input: bool,
    ) -> Result<()> {
        binding.expects_input = expects_input;
        let table = binding.table.clone();
        self.bind_rest(binding, &table)?;
        if !table.is_advanced {
            return Ok(());
        }
        let depth = self
            .trace_scope(Source::ParameterBinding, |_| format!("MANDATORY PARAMETER CHECK on cmdlet [{}]", info.name));
        let complete = self.complete_set(binding, &table, expects_input, info);
        self.trace_back(depth);
        complete?;
        self.trace(Source::ParameterBinderController, |_| {
            format!("CurrentParameterSetName = {}", binding.bound.parameter_set())
        });
        binding.bound.seal();
        Ok(())
    }

    /// There must be a set left, and only one unless pipeline input will decide. `may_wait`: input is (or may be) to come.
    pub(super) fn check_sets(&mut self, binding: &mut Binding, table: &ParameterTable, may_wait: bool) -> Result<()> {
        if table.sets.is_empty() {
            return Ok(());
        }
        match binding.sets.count_ones() {
            0 => return no_set(ErrorCategory::InvalidArgument).throw(),
            1 => return Ok(()),
            _ => {}
        }
        if let Some(default) = table.default_set.filter(|d| binding.sets & (1 << d) != 0) {
            if !may_wait {
                binding.sets = 1 << default;
            }
            return Ok(());
        }
        let takes_input = |i: &usize| {
            table.parameters[*i]
                .in_sets
                .iter()
                .any(|s| (s.by_value || s.by_property_name) && s.set.is_none_or(|at| binding.sets & (1 << at) != 0))
        };
        if may_wait && (0..table.parameters.len()).filter(|i| !binding.taken.contains(i)).any(|i| takes_input(&i)) {
            return Ok(());
        }
        // The one set that needs nothing more.
        let mut left = binding.sets;
        for i in (0..table.parameters.len()).filter(|i| !binding.taken.contains(i)) {
            for place in table.parameters[i].in_sets.iter().filter(|s| s.is_mandatory) {
                if let Some(set) = place.set {
                    left &= !(1 << set);
                }
            }
        }
        if left.count_ones() != 1 {
            return no_set(ErrorCategory::InvalidArgument).throw();
        }
        binding.sets = left;
        Ok(())
    }

    fn name_set(&self, binding: &mut Binding, table: &ParameterTable) {
        if table.sets.is_empty() {
            return;
        }
        let chosen = match (binding.sets.count_ones(), table.default_set) {
            (1, _) => Some(binding.sets.trailing_zeros() as usize),
            (_, Some(default)) if binding.sets & (1 << default) != 0 => Some(default),
            _ => None,
        };
        if let Some(set) = chosen.and_then(|at| table.sets.get(at)) {
            binding.bound.set_parameter_set(&set.name.clone());
        }
    }

    fn is_missing(binding: &Binding, table: &ParameterTable, index: usize, set: usize) -> bool {
        !binding.taken.contains(&index)
            && table.parameters[index].in_sets.iter().any(|s| s.is_mandatory && s.set.is_none_or(|at| at == set))
    }

    /// Before pipeline input: sets that take none, or can't be completed any more, are ruled out while others can.
    /// False when there are several sets and no input can complete any of them.
    fn narrow(&self, binding: &mut Binding, table: &ParameterTable) -> bool {
        if table.sets.is_empty() || binding.sets.count_ones() <= 1 {
            return true;
        }
        let takes = |i: usize, set: usize| {
            table.parameters[i]
                .in_sets
                .iter()
                .any(|s| (s.by_value || s.by_property_name) && s.set.is_none_or(|at| at == set))
        };
        let complete = (0..table.sets.len()).filter(|set| binding.sets & (1 << set) != 0).filter(|set| {
            (0..table.parameters.len()).all(|i| !Self::is_missing(binding, table, i, *set) || takes(i, *set))
        });
        let mask = complete.fold(0u64, |bits, set| bits | (1 << set));
        if mask != 0 {
            binding.sets &= mask;
        }
        mask != 0
    }

    fn check_mandatory(
        &mut self,
        binding: &mut Binding,
        table: &ParameterTable,
        (expects_input, can_complete): (bool, bool),
        info: &CommandInfo,
    ) -> Result<()> {
        let set = if table.sets.is_empty() {
            0
        } else if let Some(default) = table.default_set.filter(|d| binding.sets & (1 << d) != 0) {
            default
        } else {
            binding.sets.trailing_zeros() as usize
        };
        if !table.sets.is_empty() && binding.sets.count_ones() > 1 && expects_input && can_complete {
            return Ok(());
        }
        let missing: Vec<usize> = (0..table.parameters.len())
            .filter(|i| Self::is_missing(binding, table, *i, set))
            .filter(|i| {
                !(expects_input
                    && table.parameters[*i]
                        .in_sets
                        .iter()
                        .any(|s| (s.by_value || s.by_property_name) && s.set.is_none_or(|at| at == set)))
            })
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        if self.host.is_interactive() && self.rehearsal.is_none() {
            return self.ask_mandatory(binding, table, &missing, info);
        }
        let names: Vec<String> = missing.iter().map(|i| table.parameters[*i].name.to_string()).collect();
        missing_mandatory(&names.join(" ")).throw()
    }

    /// `$PSDefaultParameterValues`.
    pub(super) fn bind_defaults(&mut self, binding: &mut Binding, info: &CommandInfo) -> Result<()> {
        let sym = language::Sym::intern("PSDefaultParameterValues");
        let Some(value) = self.find_variable(self.current, sym, false) else { return Ok(()) };
        let Some(dict) = value.as_dict() else { return Ok(()) };
        if dict.is_empty() {
            return Ok(());
        }
        if dict.get_str("Disabled").is_some_and(|v| values::convert::to_bool(&v)) {
            return Ok(());
        }
        let table = binding.table.clone();
        for (key, value) in dict.to_vec() {
            let key = values::convert::to_display(&key);
            let Some((command, parameter)) = key.rsplit_once(':') else { continue };
            let (command, parameter) =
                (command.trim_matches(['"', '\'', ' ']), parameter.trim_matches(['"', '\'', ' ']));
            if !crate::wildcard::matches(command, &info.name) {
                continue;
            }
            let value = match value.as_foreign::<crate::script_block::ScriptBlock>() {
                Some(_) => Value::from_output(self.invoke_script(&value, command::Invoke::default())?),
                None => value,
            };
            match table.find(parameter) {
                Some(index) if !binding.taken.contains(&index) => {
                    let bits = Binding::sets_of(&table, index);
                    if binding.sets & bits == 0 {
                        continue;
                    }
                    let arg = super::Argument::positional(value.clone());
                    let shown = values::convert::to_str(self, &value)?;
                    if let Err(flow) = self.bind_one(binding, index, value, &arg) {
                        let Some(record) = flow.record() else { return Err(flow) };
                        let why = record.exception.message();
                        let name = table.parameters[index].name.clone();
                        let text =
                            format!("The binding of default value '{shown}' to parameter '{name}' failed: {why}");
                        command::Session::write_warning(self, &text)?;
                    }
                }
                Some(_) => {}
                None => {
                    if let Some((known, _)) = super::common::find(&table, parameter).first() {
                        self.bind_common(binding, known, value)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// The parameter set, and the mandatory parameters of it.
    fn complete_set(
        &mut self,
        binding: &mut Binding,
        table: &ParameterTable,
        expects_input: bool,
        info: &CommandInfo,
    ) -> Result<()> {
        self.check_sets(binding, table, expects_input)?;
        let can_complete = expects_input && self.narrow(binding, table);
        self.check_mandatory(binding, table, (expects_input, can_complete), info)?;
        self.name_set(binding, table);
        Ok(())
    }

    /// Binds a pipeline object: by value, then by property name, first as it is, then converted. False when nothing took it.
    pub(crate) fn bind_input(&mut self, binding: &mut Binding, item: &Value) -> Result<bool> {
        let table = binding.table.clone();
        binding.bound.unbind_pipeline();
        let from_input = std::mem::take(&mut binding.from_input);
        binding.taken.retain(|i| !from_input.contains(i));
        for (i, block) in binding.delayed.clone() {
            let value = values::Context::invoke_block(self, &block, &[], None, Some(item))?;
            let value = self.coerce(&table, i, value, None)?;
            binding.bound.set(&table.parameters[i].name, value);
        }
        let takes = |i: usize, f: fn(&command::ParameterInSet) -> bool| table.parameters[i].in_sets.iter().any(f);
        let is_open = |b: &Binding, i: usize| !b.taken.contains(&i) && takes(i, |s| s.by_value || s.by_property_name);
        if !(0..table.parameters.len()).any(|i| is_open(binding, i)) {
            return Ok(!binding.delayed.is_empty());
        }
        let mut sets = binding.sets;
        let mut any = !binding.delayed.is_empty();
        // By value as it is, by property as it is, by value converted, by property converted.
        for (by_name, converts) in [(false, false), (true, false), (false, true), (true, true)] {
            if by_name && item.is_null() {
                continue;
            }
            let default = table.default_set.map_or(0, |d| 1u64 << d) & sets;
            let masks = if default == 0 { vec![sets] } else { vec![default, sets & !default] };
            let mut taken = false;
            for mask in masks {
                if taken {
                    break;
                }
                for i in (0..table.parameters.len()).rev() {
                    let p = &table.parameters[i];
                    let fits = p.in_sets.iter().any(|s| {
                        s.set.is_none_or(|set| mask & (1 << set) != 0)
                            && if by_name { s.by_property_name } else { s.by_value }
                    });
                    if !fits || !is_open(binding, i) || (!by_name && !is_associated(p, item)) {
                        continue;
                    }
                    self.trace(Source::ParameterBinding, |_| {
                        let how = if by_name { "ValueFromPipelineByPropertyName" } else { "ValueFromPipeline" };
                        let coerces = if converts { "WITH COERCION" } else { "NO COERCION" };
                        format!("Parameter [{}] PIPELINE INPUT {how} {coerces}", p.name)
                    });
                    let value = match by_name {
                        true => match self.property_for(&table, i, item)? {
                            Some(value) => value,
                            None => continue,
                        },
                        false => item.clone(),
                    };
                    if !converts && !is_exact(&table, i, &value) {
                        self.trace_skipped(&table.parameters[i], &value, false);
                        continue;
                    }
                    match self.take_input(binding, &table, i, value) {
                        Ok(()) => {
                            taken = true;
                            sets &= Binding::sets_of(&table, i);
                        }
                        // What can't be converted is not the object for this parameter; a property's value is an error.
                        Err(flow) if !by_name && is_conversion(&flow) => {}
                        Err(flow) => return Err(flow),
                    }
                }
            }
            any |= taken;
        }
        if !any {
            return Ok(false);
        }
        self.complete_from_input(binding, &table, item)
    }

    /// After an object was bound: one set must be left and complete.
    fn complete_from_input(&mut self, binding: &mut Binding, table: &ParameterTable, item: &Value) -> Result<bool> {
        let mut sets = binding.sets;
        for i in &binding.from_input {
            sets &= Binding::sets_of(table, *i);
        }
        if sets == 0 {
            return no_set(ErrorCategory::InvalidArgument).throw();
        }
        let complete = (0..table.sets.len().max(1)).filter(|s| sets & (1 << s) != 0);
        let mut complete: Vec<usize> = complete
            .filter(|s| (0..table.parameters.len()).all(|i| !Self::is_missing(binding, table, i, *s)))
            .collect();
        if complete.is_empty() {
            let set = table.default_set.filter(|d| sets & (1 << d) != 0).unwrap_or(sets.trailing_zeros() as usize);
            let names: Vec<String> = (0..table.parameters.len())
                .filter(|i| Self::is_missing(binding, table, *i, set))
                .map(|i| table.parameters[i].name.to_string())
                .collect();
            return binding_error(
                "InputObjectMissingMandatory",
                ErrorCategory::InvalidArgument,
                item.clone(),
                format!("The input object cannot be bound because it did not contain the information required to bind all mandatory parameters:  {}", names.join(" ")),
            )
            .throw();
        }
        if table.sets.is_empty() {
            return Ok(true);
        }
        if let Some(default) = table.default_set
            && complete.len() > 1
            && complete.contains(&default)
        {
            complete = vec![default];
        }
        if let Some(set) = table.sets.get(complete[0]) {
            binding.bound.set_parameter_set(&set.name.clone());
        }
        Ok(true)
    }

    fn property_for(&mut self, table: &ParameterTable, index: usize, item: &Value) -> Result<Option<Value>> {
        let p = &table.parameters[index];
        if matches!(item.base(), Value::Str(_)) && p.name.as_str() != "Length" {
            return Ok(None);
        }
        // The keys of a dictionary are no properties here.
        let is_property = |name: &str| match item {
            Value::Dict(d) => values::types::define::lookup(d.ty, name, false)
                .is_some_and(|m| m.kind == values::types::define::MemberKind::Property),
            _ => true,
        };
        for name in std::iter::once(&p.name).chain(&p.aliases) {
            let is_intrinsic = name.eq_ignore_ascii_case("Count") || name.eq_ignore_ascii_case("Length");
            if (is_intrinsic && !has_own_length(item)) || !is_property(name) {
                continue;
            }
            if let Some(value) = members::get(self, item, name)? {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }

    fn take_input(&mut self, binding: &mut Binding, table: &ParameterTable, index: usize, value: Value) -> Result<()> {
        let value = self.coerce_traced(table, index, value, None)?;
        binding.bound.set(&table.parameters[index].name, value);
        binding.taken.push(index);
        binding.from_input.push(index);
        Ok(())
    }

    /// Binds a pipeline object to a function's parameters and puts them into its slots.
    pub(crate) fn bind_script_input(&mut self, script: &mut ScriptStage, item: &Value) -> Result<bool> {
        let takes =
            script.binding.table.parameters.iter().any(|p| p.in_sets.iter().any(|s| s.by_value || s.by_property_name));
        if !takes {
            return Ok(!script.is_advanced);
        }
        let (code, base) = (script.code.clone(), self.frames[script.frame].base);
        // What the last object gave is taken back: the parameter holds again what it held before.
        for i in &script.binding.from_input {
            if let Some((_, value)) = script.binding.initial.iter().find(|(at, _)| at == i)
                && let Some(param) = code.params.get(*i)
            {
                self.put_parameter(base + param.slot as usize, value.clone());
            }
        }
        if !self.bind_input(&mut script.binding, item)? {
            return Ok(false);
        }
        for i in script.binding.from_input.clone() {
            let Some(param) = code.params.get(i) else { continue };
            let value = script.binding.bound.value(&param.name);
            let at = base + param.slot as usize;
            let old = self.put_parameter(at, value);
            if !script.binding.initial.iter().any(|(known, _)| *known == i) {
                script.binding.initial.push((i, old));
            }
        }
        if let Some(slot) = code.auto.bound {
            self.stack[base + slot as usize] = super::bound_dictionary(&script.binding.bound);
        }
        Ok(true)
    }

    /// Stores into a parameter's slot; gives what it held.
    fn put_parameter(&mut self, at: usize, value: Value) -> Value {
        match &self.stack[at] {
            Value::Slot(Some(cell)) => match crate::scope::Variable::of(&cell.clone()) {
                Some(v) => {
                    let old = v.get().unwrap_or_default();
                    v.put(value);
                    old
                }
                None => Value::Null,
            },
            _ => std::mem::replace(&mut self.stack[at], value),
        }
    }

    /// Reports that a command takes no such pipeline object; the next object is tried.
    pub(crate) fn input_not_bound(&mut self, _pipe: usize, _stage: usize, item: &Value) -> Result<()> {
        self.stage_input_not_bound(item)
    }

    /// An input object's property that a parameter can't take: reported, and the next object is tried.
    pub(crate) fn input_refused(&mut self, flow: Box<Flow>) -> Result<()> {
        match &*flow {
            Flow::Throw(record) => {
                let record = record.clone();
                self.write_binding_error(record)
            }
            _ => Err(flow),
        }
    }

    pub(crate) fn stage_input_not_bound(&mut self, item: &Value) -> Result<()> {
        let error = binding_error(
            "InputObjectNotBound",
            ErrorCategory::InvalidArgument,
            item.clone(),
            "The input object cannot be bound to any parameters for the command either because the command does not take pipeline input or the input and its properties do not match any of the parameters that take pipeline input.".into(),
        );
        let record = values::ErrorRecord::from_exception(Arc::new(error));
        self.write_binding_error(record)
    }

    /// An error of binding a pipeline object is none of those that `-ErrorVariable` keeps.
    fn write_binding_error(&mut self, record: Arc<values::ErrorRecord>) -> Result<()> {
        let at = self.stage;
        let mut list = None;
        if let Some((p, s)) = at
            && let Some(stage) = self.pipes.get_mut(p).and_then(|p| p.stages.get_mut(s))
        {
            list = stage.common.error_variable.take();
        }
        let done = command::Session::write_error(self, record);
        if let Some((p, s)) = at
            && let Some(stage) = self.pipes.get_mut(p).and_then(|p| p.stages.get_mut(s))
        {
            stage.common.error_variable = list;
        }
        done
    }
}

/// Whether `Count` or `Length` of an object is its own property, not what every object answers.
fn has_own_length(item: &Value) -> bool {
    !(item.is_number() || matches!(item.base(), Value::Bool(_) | Value::Char(_) | Value::DateTime(_) | Value::Enum(..)))
        && item.as_object().is_none_or(|o| o.get("Length").is_some() || o.get("Count").is_some())
}

/// Whether an error says that a value could not be converted.
fn is_conversion(flow: &Flow) -> bool {
    flow.record().is_some_and(|r| {
        let id = r.full_id();
        id.starts_with("ParameterArgumentTransformationError") || id.starts_with("CannotConvertArgument")
    })
}

/// A CIM parameter `AssociatedX` takes objects of the class of X only.
fn is_associated(p: &command::Parameter, item: &Value) -> bool {
    match p.name.strip_prefix("Associated") {
        Some(class) if class.starts_with("Net") && p.type_name.contains("CimInstance") => match item.as_object() {
            Some(object) => match &object.outline().type_names {
                Some(names) => names.iter().any(|name| name.ends_with(class)),
                None => true,
            },
            None => true,
        },
        _ => true,
    }
}

fn is_exact(table: &ParameterTable, index: usize, item: &Value) -> bool {
    let p = &table.parameters[index];
    p.ty == TypeRef::OBJECT
        || p.ty == TypeRef::PSOBJECT
        || item
            .type_ref()
            .is_some_and(|t| t.derives_from(p.ty) || t == p.ty || p.ty.element().is_some_and(|e| t.derives_from(e)))
}

pub(super) fn no_set(category: ErrorCategory) -> values::Exception {
    binding_error(
        "AmbiguousParameterSet",
        category,
        Value::Null,
        "Parameter set cannot be resolved using the specified named parameters. One or more parameters issued cannot be used together or an insufficient number of parameters were provided.".into(),
    )
}

pub(super) fn missing_mandatory(names: &str) -> values::Exception {
    binding_error(
        "MissingMandatoryParameter",
        ErrorCategory::InvalidArgument,
        Value::Null,
        format!("Cannot process command because of one or more missing mandatory parameters: {names}."),
    )
    .with("ParameterName", Value::Str(Str::from(names)))
}
