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
    /// Binds the arguments of the command line. Defaults, mandatory and set checks come with `finish_binding`.
    pub(crate) fn bind_arguments(
        &mut self,
        binding: &mut Binding,
        args: Vec<Argument>,
        info: &CommandInfo,
    ) -> Result<()> {
        let table = binding.table.clone();
        if !table.is_advanced {
            return self.bind_plain(binding, args, info);
        }
        let mut positional: Vec<Argument> = Vec::new();
        let mut from_splat: Vec<usize> = Vec::new();
        let mut queue = explicit_first(args).into_iter().peekable();
        while let Some(arg) = queue.next() {
            let Some(name) = arg.name.clone() else {
                positional.push(arg);
                continue;
            };
            match self.find_parameter(&table, &name, info, &arg)? {
                Found::Own(index) => {
                    let p = &table.parameters[index];
                    if binding.taken.contains(&index) {
                        if arg.is_splatted && !from_splat.contains(&index) {
                            continue;
                        }
                        return self.already_bound(&p.name, &arg);
                    }
                    if arg.is_splatted {
                        from_splat.push(index);
                    }
                    let value = match (&arg.value, p.is_switch()) {
                        (Some(value), _) => value.clone(),
                        (None, true) => Value::Bool(true),
                        (None, false) => match queue.next_if(|next| next.name.is_none()) {
                            Some(next) => next.value.unwrap_or_default(),
                            None => return self.missing_argument(&table, index, &arg),
                        },
                    };
                    self.bind_one(binding, index, value, &arg)?;
                }
                Found::Common(known) => {
                    let value = match (&arg.value, common::is_switch(known)) {
                        (Some(value), _) => value.clone(),
                        (None, true) => Value::Bool(true),
                        (None, false) => match queue.next_if(|next| next.name.is_none()) {
                            Some(next) => next.value.unwrap_or_default(),
                            None => return self.missing_common(known, &arg),
                        },
                    };
                    if binding.bound.has(known) {
                        return self.already_bound(known, &arg);
                    }
                    self.bind_common(binding, known, value)?;
                }
                Found::None => {
                    if table.parameters.iter().any(|p| p.in_sets.iter().any(|s| s.takes_remaining)) {
                        binding.rest.push(name_as_value(&name, arg.value.is_some()));
                        binding.rest.extend(arg.value);
                        continue;
                    }
                    return self.no_such_parameter(&name, &arg, info);
                }
            }
        }
        self.bind_positions(binding, positional)?;
        self.bind_rest(binding)
    }

    /// Simple functions: named parameters, then positions, and the rest is `$args`.
    pub(crate) fn bind_plain(&mut self, binding: &mut Binding, args: Vec<Argument>, info: &CommandInfo) -> Result<()> {
        let table = binding.table.clone();
        if table.is_advanced {
            self.bind_arguments(binding, args, info)?;
            return self.finish_binding(binding, info, false);
        }
        let mut positional = Vec::new();
        let mut from_splat: Vec<usize> = Vec::new();
        let mut queue = explicit_first(args).into_iter().peekable();
        while let Some(arg) = queue.next() {
            let Some(name) = arg.name.clone() else {
                positional.push(arg);
                continue;
            };
            match find_own(&table, &name) {
                Matches::One(index) => {
                    let p = &table.parameters[index];
                    if binding.taken.contains(&index) {
                        if arg.is_splatted && !from_splat.contains(&index) {
                            continue;
                        }
                        return self.already_bound(&p.name, &arg);
                    }
                    if arg.is_splatted {
                        from_splat.push(index);
                    }
                    let value = match (&arg.value, p.is_switch()) {
                        (Some(value), _) => value.clone(),
                        (None, true) => Value::Bool(true),
                        (None, false) => match queue.next_if(|next| next.name.is_none()) {
                            Some(next) => next.value.unwrap_or_default(),
                            None => return self.missing_argument(&table, index, &arg),
                        },
                    };
                    self.bind_one(binding, index, value, &arg)?;
                }
                Matches::Many(names) => return self.ambiguous(&name, &names, &arg),
                Matches::None => {
                    positional.push(Argument::positional(name_as_value(&name, arg.value.is_some()), arg.span));
                    if let Some(value) = arg.value {
                        positional.push(Argument::positional(value, arg.span));
                    }
                }
            }
        }
        let mut next = positional.into_iter().peekable();
        for index in 0..table.parameters.len() {
            if binding.taken.contains(&index) || table.parameters[index].is_switch() {
                continue;
            }
            let Some(arg) = next.next_if(|a| a.value.as_ref().is_none_or(|v| super::splatted_name(v).is_none())) else {
                break;
            };
            let value = arg.value.clone().unwrap_or_default();
            self.bind_one(binding, index, value, &arg)?;
        }
        binding.rest.extend(next.filter_map(|a| a.value));
        Ok(())
    }

    fn find_parameter(
        &mut self,
        table: &ParameterTable,
        name: &str,
        _info: &CommandInfo,
        arg: &Argument,
    ) -> Result<Found> {
        if let Some(index) = table.find(name) {
            return Ok(Found::Own(index));
        }
        let common = common::find(table, name);
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
        if binding.expects_input && is_delayed(&table.parameters[index], &value) {
            binding.delayed.push((index, value));
            binding.taken.push(index);
            binding.sets &= Binding::sets_of(&table, index);
            return Ok(());
        }
        let value = self.coerce(&table, index, value, Some(arg))?;
        let p = &table.parameters[index];
        binding.bound.set(&p.name, value);
        binding.taken.push(index);
        binding.sets &= Binding::sets_of(&table, index);
        Ok(())
    }

    /// Positions in the order of the sets that are still possible.
    fn bind_positions(&mut self, binding: &mut Binding, args: Vec<Argument>) -> Result<()> {
        let table = binding.table.clone();
        let mut queue: std::collections::VecDeque<Argument> = args.into();
        let mut positions: Vec<i32> =
            table.parameters.iter().flat_map(|p| p.in_sets.iter().filter_map(|s| s.position)).collect();
        positions.sort_unstable();
        positions.dedup();
        // An argument that no parameter of its position can take is left over; the next position takes the next argument.
        let mut left = Vec::new();
        let mut last_error = None;
        for position in positions {
            let Some(arg) = queue.front().cloned() else { break };
            let candidates = self.at_position(binding, &table, position);
            if candidates.is_empty() {
                continue;
            }
            let value = arg.value.clone().unwrap_or_default();
            let default = table.default_set.map_or(u64::MAX, |d| 1 << d);
            let mut order: Vec<usize> = candidates.clone();
            order.sort_by_key(|i| Binding::sets_of(&table, *i) & binding.sets & default == 0);
            let mut done = false;
            last_error = None;
            let mut errors = Vec::new();
            // First without conversion, then with, the default set's parameter before the others. A refusal counts only
            // when no other parameter of the position takes the value.
            for &index in &order {
                if !done && order.len() > 1 && fits(&table, index, &value) {
                    match self.bind_one(binding, index, value.clone(), &arg) {
                        Ok(()) => done = true,
                        Err(flow) => errors.push(flow),
                    }
                }
            }
            if !done {
                for &index in &order {
                    match self.bind_one(binding, index, value.clone(), &arg) {
                        Ok(()) => {
                            done = true;
                            break;
                        }
                        Err(flow) => errors.push(flow),
                    }
                }
            }
            let taken = queue.pop_front();
            if !done {
                left.extend(taken);
                if let Some(at) = errors.iter().position(is_final) {
                    return Err(errors.swap_remove(at));
                }
                last_error = errors.pop();
            }
        }
        if let Some(flow) = last_error {
            return Err(flow);
        }
        for arg in left.into_iter().rev() {
            queue.push_front(arg);
        }
        if queue.is_empty() {
            return Ok(());
        }
        let takes_rest = (0..table.parameters.len())
            .any(|i| !binding.taken.contains(&i) && table.parameters[i].in_sets.iter().any(|s| s.takes_remaining));
        if takes_rest {
            binding.rest.extend(queue.into_iter().filter_map(|a| a.value));
            return Ok(());
        }
        let Some(arg) = queue.pop_front() else { return Ok(()) };
        let text = convert::to_str(self, &arg.value.clone().unwrap_or_default())?;
        let error = binding_error(
            "PositionalParameterNotFound",
            ErrorCategory::InvalidArgument,
            Value::Null,
            format!("A positional parameter cannot be found that accepts argument '{text}'."),
        );
        Err(self.at_argument(error, &arg, true))
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

    /// The parameter with ValueFromRemainingArguments takes what is left.
    fn bind_rest(&mut self, binding: &mut Binding) -> Result<()> {
        let table = binding.table.clone();
        if binding.rest.is_empty() {
            return Ok(());
        }
        let index = (0..table.parameters.len()).find(|i| {
            !binding.taken.contains(i)
                && table.parameters[*i]
                    .in_sets
                    .iter()
                    .any(|s| s.takes_remaining && s.set.is_none_or(|set| binding.sets & (1 << set) != 0))
        });
        let Some(index) = index else { return Ok(()) };
        let rest = std::mem::take(&mut binding.rest);
        let arg = Argument::positional(Value::Null, language::Span::default());
        let value = match <[Value; 1]>::try_from(rest) {
            Ok([one]) if one.as_array().is_some() => one,
            Ok([one]) => rest_list(vec![one]),
            Err(many) => rest_list(many),
        };
        self.bind_one(binding, index, value, &arg)
    }

    fn already_bound<T>(&mut self, name: &str, arg: &Argument) -> Result<T> {
        let error = binding_error(
            "ParameterAlreadyBound",
            ErrorCategory::InvalidArgument,
            Value::Null,
            format!("Cannot bind parameter because parameter '{name}' is specified more than once. To provide multiple values to parameters that can accept multiple values, use the array syntax. For example, \"-parameter value1,value2,value3\"."),
        )
        .with("ParameterName", Value::from(name));
        Err(self.at_argument(error, arg, true))
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
        Err(self.at_argument(error, arg, true))
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
        Err(self.at_argument(error, arg, true))
    }

    fn no_such_parameter<T>(&mut self, name: &str, arg: &Argument, _info: &CommandInfo) -> Result<T> {
        let error = binding_error(
            "NamedParameterNotFound",
            ErrorCategory::InvalidArgument,
            Value::Null,
            format!("A parameter cannot be found that matches parameter name '{name}'."),
        )
        .with("ParameterName", Value::from(name));
        Err(self.at_argument(error, arg, true))
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
        Err(self.at_argument(error, arg, true))
    }

    /// A binding error with the argument's place.
    pub(super) fn at_argument(&mut self, error: Exception, arg: &Argument, _is_own: bool) -> Box<values::Flow> {
        let record = values::ErrorRecord::from_exception(Arc::new(error));
        if let Some((ast, span)) = &arg.source {
            let position: Position = crate::vm::call::position_of(ast.source(), *span);
            self.place_record(&record, position);
        }
        values::Flow::throw(record)
    }
}

/// Whether an error ends the search for a parameter that takes a positional argument: validations and transformations do,
/// conversions do not.
fn is_final(flow: &Box<values::Flow>) -> bool {
    match flow.record() {
        Some(record) => {
            let id = record.full_id();
            id.starts_with("ParameterArgumentValidationError") || id.starts_with("ParameterArgumentTransformationError")
        }
        None => true,
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

/// What a name stands for among a command's own parameters.
enum Matches {
    One(usize),
    Many(Vec<Str>),
    None,
}

fn find_own(table: &ParameterTable, name: &str) -> Matches {
    if let Some(index) = table.find(name) {
        return Matches::One(index);
    }
    match beginning_with(table, name).as_slice() {
        [] => Matches::None,
        [one] => Matches::One(*one),
        many => Matches::Many(many.iter().map(|i| table.parameters[*i].name.clone()).collect()),
    }
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

/// Whether a value needs no conversion for a parameter.
fn fits(table: &ParameterTable, index: usize, value: &Value) -> bool {
    let p = &table.parameters[index];
    p.ty == TypeRef::OBJECT || p.ty == TypeRef::PSOBJECT || value.type_ref().is_some_and(|t| t.derives_from(p.ty))
}

/// Whether a script block stands for the value that it gives for each pipeline object: the parameter takes pipeline input
/// and no script blocks of its own.
fn is_delayed(p: &command::Parameter, value: &Value) -> bool {
    value.type_ref() == Some(TypeRef::SCRIPTBLOCK)
        && p.in_sets.iter().any(|s| s.by_value || s.by_property_name)
        && !matches!(p.ty.element().unwrap_or(p.ty), TypeRef::SCRIPTBLOCK | TypeRef::OBJECT | TypeRef::PSOBJECT)
}
