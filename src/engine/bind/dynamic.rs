//! Parameters that a cmdlet or a `dynamicparam` block adds to the running call.

use std::sync::Arc;

use command::{
    CommandBody, CommandInfo, CommandLine, Parameter, ParameterInSet, ParameterSet, ParameterTable, Validation,
};
use values::{Context, Result, Str, TypeRef, Value, convert, members};

use super::Binding;
use super::attribute::is_a;
use crate::runspace::{Runspace, Sink};

impl Runspace {
    /// Asks a cmdlet for its dynamic parameters, and binds what is left over to them.
    pub(super) fn add_dynamic_parameters(&mut self, binding: &mut Binding, info: &CommandInfo) -> Result<()> {
        let cmdlet = match &info.body {
            CommandBody::Native(command) => (command.create)(),
            CommandBody::Made(make) => make(),
            _ => return Ok(()),
        };
        let left_over: Vec<_> = binding.unbound.iter().map(|arg| (arg.name.clone(), arg.value.clone())).collect();
        let line = CommandLine { bound: &binding.bound, table: &binding.table, left_over: &left_over };
        let added = cmdlet.dynamic_parameters(self, &line)?;
        if added.is_empty() {
            return Ok(());
        }
        let mut table = (*binding.table).clone();
        table.parameters.extend(added.into_iter().map(|p| Parameter { is_dynamic: true, ..p }));
        binding.table = Arc::new(table);
        self.bind_left_over(binding)
    }

    /// Runs the `dynamicparam` block and adds what it yields. Arguments that were left over are bound to them.
    pub(crate) fn run_dynamic_parameters(&mut self, frame: usize, binding: &mut Binding) -> Result<()> {
        let code = self.frames[frame].code.clone();
        let Some(entry) = code.entries.dynamic_param else { return Ok(()) };
        self.place_given(frame, binding, false)?;
        let mark = self.sinks.len();
        self.sinks.push(Sink::Collect(Vec::new()));
        let current = std::mem::replace(&mut self.current, frame);
        let result = self.exec(&code, frame, entry);
        self.current = current;
        let items = match self.sinks.get_mut(mark) {
            Some(Sink::Collect(items)) => std::mem::take(items),
            _ => Vec::new(),
        };
        self.cut_sinks(mark);
        result.map_err(not_retrieved)?;
        let Some(made) = items.iter().rev().find_map(|v| v.as_dict().map(|d| d.to_vec())) else { return Ok(()) };
        let mut table = (*binding.table).clone();
        let first = table.parameters.len();
        let all_sets = binding.sets == mask_of(&table);
        for (_, defined) in &made {
            let parameter = defined_parameter(self, defined, &mut table)?;
            table.parameters.push(parameter);
        }
        if all_sets {
            binding.sets = mask_of(&table);
        }
        binding.table = Arc::new(table);
        self.bind_left_over(binding)?;
        for (at, (_, defined)) in made.iter().enumerate() {
            let name = binding.table.parameters[first + at].name.clone();
            if let Some(value) = binding.bound.get(&name).cloned() {
                members::set(self, defined, "Value", value)?;
                members::set(self, defined, "IsSet", Value::Bool(true))?;
            }
        }
        Ok(())
    }
}

/// What a `dynamicparam` block throws, as the binder reports it.
fn not_retrieved(flow: Box<values::Flow>) -> Box<values::Flow> {
    let Some(record) = flow.record() else { return flow };
    let inner = record.exception.clone();
    let text = format!("Cannot retrieve the dynamic parameters for the cmdlet. {}", inner.message());
    let error = super::binder::binding_error(
        "GetDynamicParametersException",
        values::ErrorCategory::InvalidArgument,
        Value::Null,
        text,
    );
    values::Flow::throw(values::ErrorRecord::from_exception(Arc::new(error.inner(Value::Exception(inner)))))
}

fn mask_of(table: &ParameterTable) -> u64 {
    if table.sets.is_empty() { 1 } else { (1u64 << table.sets.len().min(63)) - 1 }
}

/// A RuntimeDefinedParameter as a parameter of the table.
fn defined_parameter(runspace: &mut Runspace, defined: &Value, table: &mut ParameterTable) -> Result<Parameter> {
    let name = read(runspace, defined, "Name")?;
    let ty = match read(runspace, defined, "ParameterType")? {
        Value::Type(ty) => ty,
        _ => TypeRef::OBJECT,
    };
    let mut made = Parameter::new(Str::from(convert::to_display(&name)), ty);
    made.type_name = Str::from(ty.name());
    made.is_dynamic = true;
    made.in_sets.clear();
    let attributes = read(runspace, defined, "Attributes")?;
    for attribute in members::enumerate(runspace, &attributes)?.unwrap_or_default() {
        let short = attribute.type_ref().map_or("", TypeRef::name_only);
        match short {
            "ParameterAttribute" => {
                let place = place_of(runspace, &attribute, table)?;
                made.in_sets.push(place);
            }
            "AliasAttribute" => made.aliases.extend(texts(runspace, &attribute, "AliasNames")?),
            "ArgumentCompleterAttribute" => made.completer = read(runspace, &attribute, "ScriptBlock")?,
            _ if attribute.type_ref().is_some_and(|t| t.info().class.get().is_some()) => {
                if is_a(&attribute, "ArgumentTransformationAttribute") {
                    made.transformations.push(attribute);
                } else if is_a(&attribute, "ValidateArgumentsAttribute") {
                    made.validations.push(Validation::Custom(attribute));
                }
            }
            _ => made.validations.extend(validation_of(runspace, &attribute)?),
        }
    }
    if made.in_sets.is_empty() {
        made.in_sets.push(ParameterInSet::default());
    }
    Ok(made)
}

fn read(ctx: &mut dyn Context, object: &Value, name: &str) -> Result {
    Ok(members::get(ctx, object, name)?.unwrap_or_default())
}

fn texts(ctx: &mut dyn Context, object: &Value, name: &str) -> Result<Vec<Str>> {
    let list = read(ctx, object, name)?;
    let items = members::enumerate(ctx, &list)?.unwrap_or_else(|| vec![list]);
    Ok(items.iter().map(|v| Str::from(convert::to_display(v))).collect())
}

fn place_of(ctx: &mut dyn Context, attribute: &Value, table: &mut ParameterTable) -> Result<ParameterInSet> {
    let mut is = |name: &str| read(ctx, attribute, name).map(|v| convert::to_bool(&v));
    let mut place = ParameterInSet {
        is_mandatory: is("Mandatory")?,
        by_value: is("ValueFromPipeline")?,
        by_property_name: is("ValueFromPipelineByPropertyName")?,
        takes_remaining: is("ValueFromRemainingArguments")?,
        ..ParameterInSet::default()
    };
    place.position = read(ctx, attribute, "Position")?.as_i64().filter(|n| *n != i64::from(i32::MIN)).map(|n| n as i32);
    let set = convert::to_display(&read(ctx, attribute, "ParameterSetName")?);
    if !set.is_empty() && !set.eq_ignore_ascii_case("__AllParameterSets") {
        let found = table.sets.iter().position(|s| s.name.eq_ignore_ascii_case(&set));
        place.set = Some(found.unwrap_or_else(|| {
            table.sets.push(ParameterSet { name: Str::from(set.as_str()) });
            table.sets.len() - 1
        }));
    }
    let help = read(ctx, attribute, "HelpMessage")?;
    place.help_message = (!help.is_null()).then(|| Str::from(convert::to_display(&help)));
    Ok(place)
}

/// What a built-in validation attribute checks.
fn validation_of(ctx: &mut dyn Context, attribute: &Value) -> Result<Option<Validation>> {
    let short = attribute.type_ref().map_or("", TypeRef::name_only);
    let message = match members::get(ctx, attribute, "ErrorMessage")? {
        Some(text) if !text.is_null() => Some(Str::from(convert::to_display(&text))),
        _ => None,
    };
    let int = |value: Value| value.as_i64().unwrap_or(0);
    Ok(Some(match short {
        "ValidateSetAttribute" => match read(ctx, attribute, "ValidValues")? {
            class @ Value::Type(_) => Validation::SetFrom(class),
            _ => Validation::Set {
                values: texts(ctx, attribute, "ValidValues")?,
                is_case_sensitive: !convert::to_bool(&read(ctx, attribute, "IgnoreCase")?),
                message,
            },
        },
        "ValidateRangeAttribute" => match read(ctx, attribute, "RangeKind")? {
            Value::Null => {
                Validation::Range { min: read(ctx, attribute, "MinRange")?, max: read(ctx, attribute, "MaxRange")? }
            }
            kind => Validation::RangeKind(Str::from(convert::to_display(&kind))),
        },
        "ValidatePatternAttribute" => Validation::Pattern {
            pattern: Str::from(convert::to_display(&read(ctx, attribute, "RegexPattern")?)),
            options: int(read(ctx, attribute, "Options")?),
            message,
        },
        "ValidateLengthAttribute" => Validation::Length {
            min: int(read(ctx, attribute, "MinLength")?),
            max: int(read(ctx, attribute, "MaxLength")?),
        },
        "ValidateCountAttribute" => Validation::Count {
            min: int(read(ctx, attribute, "MinLength")?),
            max: int(read(ctx, attribute, "MaxLength")?),
        },
        "ValidateScriptAttribute" => Validation::Script { block: read(ctx, attribute, "ScriptBlock")?, message },
        "ValidateNotNullAttribute" => Validation::NotNull,
        "ValidateNotNullOrEmptyAttribute" => Validation::NotNullOrEmpty,
        "ValidateNotNullOrWhiteSpaceAttribute" => Validation::NotNullOrWhiteSpace,
        "AllowNullAttribute" => Validation::AllowNull,
        "AllowEmptyStringAttribute" => Validation::AllowEmptyString,
        "AllowEmptyCollectionAttribute" => Validation::AllowEmptyCollection,
        _ => return Ok(None),
    }))
}

/// The attributes of a parameter as objects, as `Parameters[name].Attributes` shows them.
pub fn attribute_objects(runspace: &mut Runspace, p: &Parameter, table: &ParameterTable) -> Result<Vec<Value>> {
    let mut found = Vec::new();
    for place in &p.in_sets {
        let made = object(runspace, "ParameterAttribute", &[])?;
        let set = place.set.and_then(|at| table.sets.get(at));
        let pairs = [
            ("Position", Value::I32(place.position.unwrap_or(i32::MIN))),
            ("ParameterSetName", Value::from(set.map_or("__AllParameterSets", |s| s.name.as_str()))),
            ("Mandatory", Value::Bool(place.is_mandatory)),
            ("ValueFromPipeline", Value::Bool(place.by_value)),
            ("ValueFromPipelineByPropertyName", Value::Bool(place.by_property_name)),
            ("ValueFromRemainingArguments", Value::Bool(place.takes_remaining)),
            ("HelpMessage", place.help_message.clone().map_or(Value::Null, Value::Str)),
            ("DontShow", Value::Bool(p.is_hidden)),
        ];
        for (name, value) in pairs {
            members::set(runspace, &made, name, value)?;
        }
        found.push(made);
    }
    if !p.aliases.is_empty() {
        let names = p.aliases.iter().cloned().map(Value::Str).collect();
        found.push(object(runspace, "AliasAttribute", &[Value::array(names)])?);
    }
    for validation in &p.validations {
        found.extend(validation_object(runspace, validation)?);
    }
    found.extend(p.transformations.iter().cloned());
    Ok(found)
}

fn object(ctx: &mut dyn Context, name: &str, args: &[Value]) -> Result {
    match TypeRef::find(&format!("System.Management.Automation.{name}")) {
        Some(ty) => members::construct(ctx, ty, args),
        None => Ok(Value::Null),
    }
}

/// A validation as the attribute that it is.
pub fn validation_object(ctx: &mut dyn Context, validation: &Validation) -> Result<Option<Value>> {
    let list = |values: &[Str]| Value::typed_array(TypeRef::STRING, values.iter().cloned().map(Value::Str).collect());
    let with = |ctx: &mut dyn Context, made: Value, message: &Option<Str>| -> Result {
        if let Some(message) = message {
            members::set(ctx, &made, "ErrorMessage", Value::Str(message.clone()))?;
        }
        Ok(made)
    };
    Ok(Some(match validation {
        Validation::Set { values, is_case_sensitive, message } => {
            let made = object(ctx, "ValidateSetAttribute", &[list(values)])?;
            members::set(ctx, &made, "IgnoreCase", Value::Bool(!is_case_sensitive))?;
            with(ctx, made, message)?
        }
        Validation::SetFrom(class) => {
            let names = match class {
                Value::Type(ty) => {
                    let source = members::call_static(ctx, *ty, "new", &[])?;
                    members::call(ctx, &source, "GetValidValues", &[])?
                }
                _ => Value::Null,
            };
            object(ctx, "ValidateSetAttribute", &[names])?
        }
        Validation::Range { min, max } => object(ctx, "ValidateRangeAttribute", &[min.clone(), max.clone()])?,
        Validation::RangeKind(kind) => object(ctx, "ValidateRangeAttribute", &[Value::Str(kind.clone())])?,
        Validation::Pattern { pattern, message, .. } => {
            let made = object(ctx, "ValidatePatternAttribute", &[Value::Str(pattern.clone())])?;
            with(ctx, made, message)?
        }
        Validation::Length { min, max } => {
            object(ctx, "ValidateLengthAttribute", &[Value::I32(*min as i32), Value::I32(*max as i32)])?
        }
        Validation::Count { min, max } => {
            object(ctx, "ValidateCountAttribute", &[Value::I32(*min as i32), Value::I32(*max as i32)])?
        }
        Validation::Script { block, message } => {
            let made = object(ctx, "ValidateScriptAttribute", std::slice::from_ref(block))?;
            with(ctx, made, message)?
        }
        Validation::NotNull => object(ctx, "ValidateNotNullAttribute", &[])?,
        Validation::NotNullOrEmpty => object(ctx, "ValidateNotNullOrEmptyAttribute", &[])?,
        Validation::NotNullOrWhiteSpace => object(ctx, "ValidateNotNullOrWhiteSpaceAttribute", &[])?,
        Validation::AllowNull => object(ctx, "AllowNullAttribute", &[])?,
        Validation::AllowEmptyString => object(ctx, "AllowEmptyStringAttribute", &[])?,
        Validation::AllowEmptyCollection => object(ctx, "AllowEmptyCollectionAttribute", &[])?,
        Validation::Custom(attribute) => attribute.clone(),
        Validation::Drive(_) | Validation::UserDrive => return Ok(None),
    }))
}
