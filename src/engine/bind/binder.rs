//! Command-line binding: named, then positional, then what remains.

use std::sync::Arc;

use command::{CommandInfo, ParameterTable};
use values::error::Position;
use values::{ErrorCategory, Exception, Result, Str, TypeRef, Value, convert};

use super::argument::{Argument, name_as_value};
use super::{Binding, common};
use crate::runspace::Runspace;

/// A ParameterBindingException.
pub(super) fn binding_error(id: &str, category: ErrorCategory, target: Value, message: String) -> Exception {
    Exception::new(TypeRef::PARAMETER_BINDING_EXCEPTION, message).identity(id, category, target)
}

enum Found {
    Own(usize),
    Common(&'static str),
    None,
}

impl Runspace {
    /// Binds the arguments of the command line: names, positions, defaults. What remains is dealt with by
    /// `finish_binding`, after dynamic parameters are known.
    pub(crate) fn bind_arguments(
        &mut self,
        binding: &mut Binding,
        args: Vec<Argument>,
        info: &CommandInfo,
    ) -> Result<()> {
        let table = binding.table.clone();
        let paired = self.pair_values(&table, without_end_mark(explicit_first(args)))?;
        if self.tracing.is_some() && table.is_advanced {
            self.bind_told(binding, paired, info)?;
        } else {
            let unnamed = self.bind_named(binding, &table, paired)?;
            self.bind_positions(binding, unnamed)?;
            if !binding.unbound.is_empty() {
                self.add_dynamic_parameters(binding, info)?;
            }
        }
        let table = binding.table.clone();
        if table.is_advanced {
            self.bind_defaults(binding, info)?;
            self.check_sets(binding, &table, true)?;
        }
        Ok(())
    }

    /// Arguments that nothing took, once more: parameters were added.
    pub(super) fn bind_left_over(&mut self, binding: &mut Binding) -> Result<()> {
        let table = binding.table.clone();
        let unbound = std::mem::take(&mut binding.unbound);
        let paired = self.pair_values(&table, unbound)?;
        let unnamed = self.bind_named(binding, &table, paired)?;
        self.bind_positions(binding, unnamed)
    }

    /// Simple functions: named parameters, then positions, and the rest is `$args`.
    pub(crate) fn bind_plain(&mut self, binding: &mut Binding, args: Vec<Argument>, info: &CommandInfo) -> Result<()> {
        self.bind_arguments(binding, args, info)?;
        self.finish_binding(binding, info, false)
    }

    /// Gives each name that needs one the argument behind it as its value.
    fn pair_values(&mut self, table: &ParameterTable, args: Vec<Argument>) -> Result<Vec<Argument>> {
        if args.iter().all(|a| a.name.is_none() || a.value.is_some()) {
            return Ok(args);
        }
        let mut paired = Vec::with_capacity(args.len());
        let mut queue = args.into_iter().peekable();
        while let Some(mut arg) = queue.next() {
            let name = match &arg.name {
                Some(name) if arg.value.is_none() => name.clone(),
                _ => {
                    paired.push(arg);
                    continue;
                }
            };
            let (is_switch, own) = match self.find_parameter(table, &name, &arg)? {
                Found::Own(index) => (table.parameters[index].is_switch(), Some(index)),
                Found::Common(known) => (common::is_switch(known), None),
                Found::None => {
                    paired.push(arg);
                    continue;
                }
            };
            if is_switch {
                arg.value = Some(Value::Bool(true));
                paired.push(arg);
                continue;
            }
            let missing = match queue.peek() {
                None => true,
                Some(next) => match &next.name {
                    None => false,
                    // What looks like a parameter and is none of this command's is a value.
                    Some(other) => {
                        next.value.is_some() || !matches!(self.find_parameter(table, other, next)?, Found::None)
                    }
                },
            };
            if missing {
                return match own {
                    Some(index) => self.missing_argument(table, index, &arg),
                    None => match common::find(table, &name).first() {
                        Some((known, _)) => self.missing_common(known, &arg),
                        None => Ok(paired),
                    },
                };
            }
            if let Some(next) = queue.next() {
                arg.value = Some(match (next.value, next.name) {
                    (Some(value), _) => value,
                    (None, Some(text)) => Value::from(format!("-{text}")),
                    (None, None) => Value::Null,
                });
            }
            paired.push(arg);
        }
        Ok(paired)
    }

    /// Binds what has a name that the command knows; the others come back.
    pub(super) fn bind_named(
        &mut self,
        binding: &mut Binding,
        table: &Arc<ParameterTable>,
        args: Vec<Argument>,
    ) -> Result<Vec<Argument>> {
        let mut unnamed = Vec::new();
        let mut from_splat: Vec<usize> = Vec::new();
        for arg in args {
            let Some(name) = arg.name.clone() else {
                unnamed.push(arg);
                continue;
            };
            match self.find_parameter(table, &name, &arg)? {
                Found::Own(index) => {
                    if binding.taken.contains(&index) {
                        if arg.is_splatted && !from_splat.contains(&index) {
                            continue;
                        }
                        return self.already_bound(&table.parameters[index].name, &arg);
                    }
                    if arg.is_splatted {
                        from_splat.push(index);
                    }
                    let value = arg.value.clone().unwrap_or_default();
                    self.bind_one(binding, index, value, &arg)?;
                }
                Found::Common(known) => {
                    if binding.bound.get(known).is_some() {
                        if arg.is_splatted {
                            continue;
                        }
                        return self.already_bound(known, &arg);
                    }
                    let value = arg.value.clone().unwrap_or_default();
                    self.bind_common(binding, known, value)?;
                }
                Found::None => unnamed.push(arg),
            }
        }
        Ok(unnamed)
    }

    fn find_parameter(&mut self, table: &ParameterTable, name: &str, arg: &Argument) -> Result<Found> {
        // One dash more than a name has is passed over; what is left of `--` is the beginning of every name.
        let name = name.strip_prefix('-').unwrap_or(name);
        if let Some(index) = table.find(name) {
            return Ok(Found::Own(index));
        }
        let common = if table.is_advanced { common::find(table, name) } else { Vec::new() };
        if let Some((known, true)) = common.first() {
            return Ok(Found::Common(known));
        }
        // One parameter of the command's own is preferred over the common ones; those that a provider adds come last.
        let found = beginning_with(table, name);
        let (dynamic, own): (Vec<usize>, Vec<usize>) = found.into_iter().partition(|i| table.parameters[*i].is_dynamic);
        match (own.as_slice(), common.as_slice(), dynamic.as_slice()) {
            ([one], _, _) => Ok(Found::Own(*one)),
            ([], [(known, _)], _) => Ok(Found::Common(known)),
            ([], [], []) => Ok(Found::None),
            ([], [], [one]) => Ok(Found::Own(*one)),
            _ => {
                let own = if own.is_empty() && common.is_empty() { dynamic } else { own };
                let mut names: Vec<Str> = own.iter().map(|i| table.parameters[*i].name.clone()).collect();
                names.extend(common.iter().map(|c| Str::from(c.0)));
                self.ambiguous(name, &names, arg)
            }
        }
    }

    /// Converts, validates and stores one parameter.
    pub(super) fn bind_one(&mut self, binding: &mut Binding, index: usize, value: Value, arg: &Argument) -> Result<()> {
        let table = binding.table.clone();
        if table.is_advanced && is_delayed(&table.parameters[index], &value) {
            if !binding.expects_input {
                return self.no_input_for_block(&table.parameters[index].name, arg);
            }
            binding.delayed.push((index, value));
            binding.taken.push(index);
            binding.sets &= Binding::sets_of(&table, index);
            return Ok(());
        }
        let value = self.coerce_traced(&table, index, value, Some(arg))?;
        let p = &table.parameters[index];
        binding.bound.set(&p.name, value);
        binding.taken.push(index);
        binding.sets &= Binding::sets_of(&table, index);
        Ok(())
    }

    /// Positions in the order of the sets that are still possible. What no position takes is left unbound.
    pub(super) fn bind_positions(&mut self, binding: &mut Binding, args: Vec<Argument>) -> Result<()> {
        if args.is_empty() {
            return Ok(());
        }
        let table = binding.table.clone();
        self.check_positions(&table)?;
        let mut positions: Vec<i32> =
            table.parameters.iter().flat_map(|p| p.in_sets.iter().filter_map(|s| s.position)).collect();
        positions.sort_unstable();
        positions.dedup();
        // An argument that no parameter of its position can take is left over; the next position takes the next argument.
        let mut unbound = Vec::new();
        let mut last_error = None;
        let mut queue = args.into_iter().peekable();
        for position in positions {
            let candidates = self.at_position(binding, &table, position);
            if candidates.is_empty() {
                continue;
            }
            let Some(arg) = next_positional(&mut queue, &mut unbound) else { break };
            last_error = self.bind_position(binding, &table, candidates, &arg)?;
            if last_error.is_some() {
                unbound.push(arg);
            }
        }
        if let Some(flow) = last_error {
            return Err(flow);
        }
        unbound.extend(queue);
        binding.unbound = unbound;
        Ok(())
    }

    /// Tries the candidates of one position: without conversion, then with, the default set's parameters before the others.
    /// Gives the last refusal when none took the argument.
    fn bind_position(
        &mut self,
        binding: &mut Binding,
        table: &ParameterTable,
        mut order: Vec<usize>,
        arg: &Argument,
    ) -> Result<Option<Box<values::Flow>>> {
        let value = arg.value.clone().unwrap_or_default();
        let default = table.default_set.map_or(u64::MAX, |d| 1 << d);
        order.sort_by_key(|i| Binding::sets_of(table, *i) & binding.sets & default == 0);
        // A refusal counts only when no other parameter of the position takes the value.
        let exact: Vec<usize> = order.iter().copied().filter(|i| order.len() > 1 && fits(table, *i, &value)).collect();
        let attempts: Vec<usize> = exact.iter().chain(&order).copied().collect();
        let mut errors = Vec::new();
        let in_default = |binding: &Binding, i: usize| Binding::sets_of(table, i) & binding.sets & default != 0;
        for (at, index) in attempts.into_iter().enumerate() {
            let is_default = in_default(binding, index);
            match self.bind_one(binding, index, value.clone(), arg) {
                Ok(()) => {
                    // Outside the default set each parameter that takes the value as it is binds it: sets that have
                    // nothing in common leave none.
                    if at < exact.len() && !is_default {
                        for other in exact.iter().copied().filter(|i| *i != index) {
                            let _ = self.bind_one(binding, other, value.clone(), arg);
                        }
                    }
                    return Ok(None);
                }
                Err(flow) => errors.push(flow),
            }
        }
        match errors.iter().position(|flow| is_final(flow)) {
            Some(at) => Err(errors.swap_remove(at)),
            None => Ok(errors.pop()),
        }
    }

    /// Two parameters of one set can't stand at one position.
    fn check_positions(&mut self, table: &ParameterTable) -> Result<()> {
        let mut seen: Vec<(i32, Option<usize>, usize)> = Vec::new();
        for (at, p) in table.parameters.iter().enumerate() {
            for place in p.in_sets.iter().filter(|s| !s.takes_remaining) {
                let Some(position) = place.position else { continue };
                if seen.iter().any(|(other, set, i)| *other == position && *set == place.set && *i != at) {
                    return binding_error(
                        "AmbiguousPositionalParameterNoName",
                        ErrorCategory::InvalidArgument,
                        Value::Null,
                        "Cannot bind positional parameters because no names were given.".into(),
                    )
                    .throw();
                }
                seen.push((position, place.set, at));
            }
        }
        Ok(())
    }

    fn at_position(&self, binding: &Binding, table: &ParameterTable, position: i32) -> Vec<usize> {
        let candidates = |mask: u64| -> Vec<usize> {
            (0..table.parameters.len())
                .filter(|i| !binding.taken.contains(i))
                .filter(|i| {
                    table.parameters[*i].in_sets.iter().any(|s| {
                        // A parameter that takes the remaining arguments takes all that have no other place.
                        s.position == Some(position)
                            && !s.takes_remaining
                            && s.set.is_none_or(|set| mask & (1 << set) != 0)
                    })
                })
                .collect()
        };
        candidates(binding.sets)
    }

    /// What is left over: for the parameter that takes remaining arguments, for `$args`, or an error.
    pub(super) fn bind_rest(&mut self, binding: &mut Binding, table: &ParameterTable) -> Result<()> {
        let unbound = std::mem::take(&mut binding.unbound);
        if !table.is_advanced {
            for arg in unbound {
                if let Some(name) = &arg.name {
                    binding.rest.push(name_as_value(name, arg.value.is_some()));
                }
                binding.rest.extend(arg.value);
            }
            return Ok(());
        }
        let Some(first) = unbound.first() else { return Ok(()) };
        let mut takers = (0..table.parameters.len()).filter(|i| {
            !binding.taken.contains(i)
                && table.parameters[*i]
                    .in_sets
                    .iter()
                    .any(|s| s.takes_remaining && s.set.is_none_or(|set| binding.sets & (1 << set) != 0))
        });
        let taker = takers.next();
        if takers.next().is_some() {
            // Sets that are still possible disagree about who takes what is left.
            return super::input::no_set(ErrorCategory::MetadataError).throw();
        }
        if let Some(index) = taker {
            let mut rest = Vec::new();
            for arg in unbound {
                if let Some(name) = &arg.name {
                    rest.push(name_as_value(name, arg.value.is_some()));
                }
                rest.extend(arg.value.filter(|v| !matches!(v, Value::Void)));
            }
            let arg = Argument::positional(Value::Null);
            let value = match <[Value; 1]>::try_from(rest) {
                Ok([one]) if one.as_array().is_some() => one,
                Ok([one]) => rest_list(vec![one]),
                Err(many) => rest_list(many),
            };
            return self.bind_one(binding, index, value, &arg);
        }
        if let Some(name) = &first.name {
            return self.no_such_parameter(name, first);
        }
        let text = match &first.value {
            Some(value) if !value.is_null() => convert::net_string(self, value)?,
            _ => Str::from("$null"),
        };
        let error = binding_error(
            "PositionalParameterNotFound",
            ErrorCategory::InvalidArgument,
            Value::Null,
            format!("A positional parameter cannot be found that accepts argument '{text}'."),
        );
        Err(self.at_argument(error, first))
    }

    fn no_input_for_block<T>(&mut self, name: &str, arg: &Argument) -> Result<T> {
        let error = binding_error(
            "ScriptBlockArgumentNoInput",
            ErrorCategory::MetadataError,
            Value::Null,
            format!("Cannot evaluate parameter '{name}' because its argument is specified as a script block and there is no input. A script block cannot be evaluated without input."),
        )
        .with("ParameterName", Value::from(name));
        Err(self.at_argument(error, arg))
    }

    fn already_bound<T>(&mut self, name: &str, arg: &Argument) -> Result<T> {
        let error = binding_error(
            "ParameterAlreadyBound",
            ErrorCategory::InvalidArgument,
            Value::Null,
            format!("Cannot bind parameter because parameter '{name}' is specified more than once. To provide multiple values to parameters that can accept multiple values, use the array syntax. For example, \"-parameter value1,value2,value3\"."),
        )
        .with("ParameterName", Value::from(name));
        Err(self.at_argument(error, arg))
    }

    fn missing_argument<T>(&mut self, table: &ParameterTable, index: usize, arg: &Argument) -> Result<T> {
        let p = &table.parameters[index];
        let error = binding_error(
            "MissingArgument",
            ErrorCategory::InvalidArgument,
            Value::Null,
            format!(
                "Missing an argument for parameter '{}'. Specify a parameter of type '{}' and try again.",
                p.name, p.type_name
            ),
        )
        .with("ParameterName", Value::Str(p.name.clone()));
        Err(self.at_argument(error, arg))
    }

    fn missing_common<T>(&mut self, name: &str, arg: &Argument) -> Result<T> {
        let error = binding_error(
            "MissingArgument",
            ErrorCategory::InvalidArgument,
            Value::Null,
            format!(
                "Missing an argument for parameter '{name}'. Specify a parameter of type '{}' and try again.",
                common::type_name(name)
            ),
        )
        .with("ParameterName", Value::from(name));
        Err(self.at_argument(error, arg))
    }

    fn no_such_parameter<T>(&mut self, name: &str, arg: &Argument) -> Result<T> {
        let error = binding_error(
            "NamedParameterNotFound",
            ErrorCategory::InvalidArgument,
            Value::Null,
            format!("A parameter cannot be found that matches parameter name '{name}'."),
        )
        .with("ParameterName", Value::from(name));
        Err(self.at_argument(error, arg))
    }

    fn ambiguous<T>(&mut self, name: &str, names: &[Str], arg: &Argument) -> Result<T> {
        let list: Vec<String> = names.iter().map(|n| format!("-{n}")).collect();
        let error = binding_error(
            "AmbiguousParameter",
            ErrorCategory::InvalidArgument,
            Value::Null,
            format!(
                "Parameter cannot be processed because the parameter name '{name}' is ambiguous. Possible matches include: {}.",
                list.join(" ")
            ),
        )
        .with("ParameterName", Value::from(name));
        Err(self.at_argument(error, arg))
    }

    /// A binding error with the argument's place.
    pub(super) fn at_argument(&mut self, error: Exception, arg: &Argument) -> Box<values::Flow> {
        let record = values::ErrorRecord::from_exception(Arc::new(error));
        if let Some((ast, span)) = &arg.source {
            let position: Position = crate::vm::call::position_of(ast.source(), *span);
            self.place_record(&record, Arc::new(position));
        }
        values::Flow::throw(record)
    }
}

/// What a parameter with ValueFromRemainingArguments is given: a list.
fn rest_list(items: Vec<Value>) -> Value {
    let ty = TypeRef::find("System.Collections.Generic.List[object]").unwrap_or(TypeRef::ARRAYLIST);
    Value::Array(Arc::new(values::Array::list(ty, TypeRef::OBJECT, items)))
}

/// Explicit parameters come before splatted ones, which give way to them.
fn explicit_first(args: Vec<Argument>) -> Vec<Argument> {
    if !args.iter().any(|a| a.is_splatted) {
        return args;
    }
    let (splatted, mut explicit): (Vec<_>, Vec<_>) = args.into_iter().partition(|a| a.is_splatted);
    explicit.extend(splatted);
    explicit
}

/// The first `--` ends the parameters of the call; it is no argument itself.
fn without_end_mark(mut args: Vec<Argument>) -> Vec<Argument> {
    if let Some(at) = args.iter().position(Argument::is_end_mark) {
        args.remove(at);
    }
    args
}

/// The next argument that has no name. A name that nothing knows is passed over, with what may be its value.
fn next_positional(
    queue: &mut std::iter::Peekable<std::vec::IntoIter<Argument>>,
    passed: &mut Vec<Argument>,
) -> Option<Argument> {
    while let Some(arg) = queue.next() {
        if arg.name.is_none() {
            return Some(arg);
        }
        passed.push(arg);
        passed.extend(queue.next_if(|next| next.name.is_none()));
    }
    None
}

/// The parameters one of whose names begins with a text.
fn beginning_with(table: &ParameterTable, name: &str) -> Vec<usize> {
    let starts = |text: &Str| {
        text.len() >= name.len() && text.is_char_boundary(name.len()) && text[..name.len()].eq_ignore_ascii_case(name)
    };
    (0..table.parameters.len())
        .filter(|i| {
            let p = &table.parameters[*i];
            starts(&p.name) || p.aliases.iter().any(&starts)
        })
        .collect()
}

/// Whether an error ends the search for a parameter that takes a positional argument: validations and transformations do,
/// conversions do not.
fn is_final(flow: &values::Flow) -> bool {
    match flow.record() {
        Some(record) => {
            let id = record.full_id();
            id.starts_with("ParameterArgumentValidationError") || id.starts_with("ParameterArgumentTransformationError")
        }
        None => true,
    }
}

/// Whether a value needs no conversion for a parameter.
fn fits(table: &ParameterTable, index: usize, value: &Value) -> bool {
    let p = &table.parameters[index];
    let takes = |t: TypeRef| t.derives_from(p.ty) || p.ty.element().is_some_and(|e| t.derives_from(e));
    p.ty == TypeRef::OBJECT || p.ty == TypeRef::PSOBJECT || value.type_ref().is_some_and(takes)
}

/// Whether a script block stands for the value that it gives for each pipeline object: the parameter takes pipeline input
/// and no script blocks of its own.
fn is_delayed(p: &command::Parameter, value: &Value) -> bool {
    value.type_ref() == Some(TypeRef::SCRIPTBLOCK)
        && p.in_sets.iter().any(|s| s.by_value || s.by_property_name)
        && !matches!(p.ty.element().unwrap_or(p.ty), TypeRef::SCRIPTBLOCK | TypeRef::OBJECT | TypeRef::PSOBJECT)
}
