//! Conversion and validation of arguments.

use std::sync::Arc;

use command::{ParameterTable, Validation};
use language::ast::{Ast, AttributeId, AttributeKind, Expr, ExprId};
use values::operators::{Binary, Effects};
use values::{Context, ErrorCategory, Exception, Flow, Result, Str, TypeRef, Value, convert, members, operators};

use super::argument::Argument;
use super::binder::binding_error;
use crate::runspace::Runspace;

impl Runspace {
    /// A value as a parameter takes it: transformed, converted to its type, validated.
    pub(super) fn coerce(
        &mut self,
        table: &ParameterTable,
        index: usize,
        value: Value,
        arg: Option<&Argument>,
    ) -> Result {
        let p = &table.parameters[index];
        let value = match value {
            Value::Void => Value::Null,
            value => value,
        };
        let value = if (p.ty == TypeRef::OBJECT && p.enum_names.is_empty()) || p.ty == TypeRef::PSOBJECT {
            value
        } else {
            self.convert_argument(table, p, value, arg)?
        };
        for validation in &p.validations {
            let outcome = match validate(self, validation, &value) {
                Ok(outcome) => outcome,
                // What a validation script throws is the reason.
                Err(flow) if matches!(validation, Validation::Script { .. }) && flow.record().is_some() => {
                    Err(flow.record().map_or_else(String::new, |r| r.message().to_string()))
                }
                Err(flow) => return Err(flow),
            };
            if let Err(why) = outcome {
                let inner = metadata_error("ValidationMetadataException", &why);
                let error = Exception::new(
                    TypeRef::PARAMETER_BINDING_VALIDATION_EXCEPTION,
                    format!("Cannot validate argument on parameter '{}'. {why}", p.name),
                )
                .inner(inner)
                .identity("ParameterArgumentValidationError", ErrorCategory::InvalidData, Value::Null)
                .with("ParameterName", Value::Str(p.name.clone()));
                return Err(self.failed(error, arg));
            }
        }
        self.check_null(p, &value, arg)?;
        // What the validations let through as `$null` a number or a date cannot hold.
        if value.is_null() && p.ty.is_value_type() && !p.is_switch() && !p.ty.name().starts_with("System.Nullable") {
            return convert::convert(self, &value, p.ty);
        }
        Ok(value)
    }

    fn convert_argument(
        &mut self,
        table: &ParameterTable,
        p: &command::Parameter,
        value: Value,
        arg: Option<&Argument>,
    ) -> Result {
        if p.is_switch() {
            let is_switch = value.type_ref() == Some(TypeRef::SWITCH);
            if !matches!(value.base(), Value::Bool(_)) && !is_switch && !value.is_number() && !value.is_null() {
                let why = Str::from(format!(
                    "Cannot convert value \"{}\" to type \"System.Management.Automation.SwitchParameter\". Boolean parameters accept only Boolean values and numbers, such as $True, $False, 1 or 0.",
                    value.type_ref().map_or("", TypeRef::name)
                ));
                return self.cannot_convert(p, &value, self.is_script_command().then_some(why), arg);
            }
            return Ok(crate::host_objects::switch_value(convert::to_bool(&value)));
        }
        // `NotePropertyTransformation`: the name of a kind of member is no name of a note.
        const KINDS: &[&str] = &[
            "AliasProperty",
            "CodeProperty",
            "NoteProperty",
            "ScriptProperty",
            "PropertySet",
            "CodeMethod",
            "ScriptMethod",
            "MemberSet",
        ];
        if p.name.as_str() == "NotePropertyName"
            && value.as_str().is_some_and(|v| KINDS.iter().any(|k| k.eq_ignore_ascii_case(v)))
        {
            return self.cannot_convert(p, &value, None, arg);
        }
        if p.ty.name() == "System.Version" && self.is_binding("Set-StrictMode") {
            return self.strict_version(p, value, arg);
        }
        match p.type_name.as_str() {
            // What a cmdlet reads itself: a name, a wildcard, a script block.
            "Microsoft.PowerShell.Commands.PSPropertyExpression" => return Ok(value),
            "Microsoft.PowerShell.Commands.PSPropertyExpression[]" => {
                return Ok(if value.as_array().is_some() { value } else { Value::array(vec![value]) });
            }
            // `ArgumentToEncodingTransformation`: names and code pages; the cmdlet looks them up.
            "System.Text.Encoding" if value.as_str().is_some() || value.is_number() => {
                if let Err(flow) = command::TextEncoding::from_value(self, &value) {
                    let message = flow.record().map_or_else(Str::empty, |r| r.exception.message());
                    let error = Exception::new(
                        TypeRef::ARGUMENT_TRANSFORMATION_EXCEPTION,
                        format!("Cannot process argument transformation on parameter '{}'. {message}", p.name),
                    )
                    .identity("ParameterArgumentTransformationError", ErrorCategory::InvalidData, Value::Null)
                    .with("ParameterName", Value::Str(p.name.clone()));
                    return Err(self.failed(error, arg));
                }
                return Ok(value);
            }
            _ => {}
        }
        let is_truth = matches!(value.base(), Value::Bool(_) | Value::Enum(..))
            || (value.is_number() && !matches!(value.base(), Value::BigInt(_)))
            || value.type_ref() == Some(TypeRef::SWITCH);
        if p.ty == TypeRef::BOOL && !is_truth {
            return self.cannot_convert(
                p,
                &value,
                Some(
                    "Boolean parameters accept only Boolean values and numbers, such as $True, $False, 1 or 0.".into(),
                ),
                arg,
            );
        }
        if p.is_switch() {
            if value.type_ref() == Some(TypeRef::SWITCH) {
                return Ok(value);
            }
            return Ok(crate::host_objects::switch_value(convert::to_bool(&value)));
        }
        // The binder of cmdlets leaves `$null` as it is; the types of a script's parameters are transformations.
        if value.is_null() && !self.is_script_command() && p.ty != TypeRef::BOOL {
            return Ok(Value::Null);
        }
        if value.is_null() {
            if matches!(p.ty, TypeRef::STRING) || p.ty.is_value_type() {
                if p.ty.is_value_type()
                    && p.ty != TypeRef::SWITCH
                    && !p.ty.name().starts_with("System.Nullable")
                    && p.ty != TypeRef::BOOL
                {
                    return match convert::convert(self, &value, p.ty) {
                        Ok(done) => Ok(done),
                        Err(flow) => {
                            let why = flow.record().map(|r| r.exception.message());
                            self.cannot_convert(p, &value, why, arg)
                        }
                    };
                }
                return if p.ty == TypeRef::STRING { Ok(Value::from("")) } else { Ok(Value::Null) };
            }
            return Ok(Value::Null);
        }
        // A single text parameter takes no collection, but that of a simple function joins it.
        if p.ty == TypeRef::STRING && value.as_array().is_some() && (table.is_advanced || !self.is_script_command()) {
            let why = self.is_script_command().then(|| Str::from("Cannot convert value to type System.String."));
            return self.cannot_convert(p, &value, why, arg);
        }
        if p.ty.info().name.as_str() == "System.Object" && p.enum_names.is_empty() {
            return Ok(value);
        }
        // A rehearsal asks nobody for the password of a named account.
        let asks = || table.parameters.iter().any(|p| p.name.as_str() == "UserName");
        if self.rehearsal.is_some() && p.name.as_str() == "Credential" && value.as_str().is_some() && asks() {
            return Ok(value);
        }
        if !p.enum_names.is_empty() && p.ty == TypeRef::OBJECT {
            return self.names_of_enum(p, value, arg);
        }
        // `ArgumentToVersionTransformation`, and the text of a number such as 1.0.
        let value = match value.base() {
            Value::F64(_) | Value::Decimal(_) if p.ty == TypeRef::VERSION => {
                let text = convert::to_display(&value);
                Value::from(if text.contains('.') { text } else { format!("{text}.0") })
            }
            _ => value,
        };
        // The binder of cmdlets converts a collection item by item, and its complaints name the item's type.
        if let Some(element) = p.ty.element()
            && !self.is_script_command()
            && element != TypeRef::OBJECT
            && element != TypeRef::PSOBJECT
        {
            let items = match value.as_array() {
                Some(list) => list.to_vec(),
                None => vec![value.clone()],
            };
            for item in items.iter().filter(|i| !i.is_null()) {
                if let Err(flow) = convert::convert(self, item, element) {
                    return match &*flow {
                        Flow::Throw(record) => {
                            let message = record.exception.message();
                            self.cannot_convert(p, item, Some(message), arg)
                        }
                        _ => Err(flow),
                    };
                }
            }
        }
        match convert::convert(self, &value, p.ty) {
            Ok(done) => Ok(done),
            Err(flow) => match &*flow {
                Flow::Throw(record) => {
                    let message = record.exception.message();
                    self.cannot_convert(p, &value, Some(message), arg)
                }
                _ => Err(flow),
            },
        }
    }

    /// `-Version` of Set-StrictMode: a number alone is a major version, `Latest` is this one's.
    fn strict_version(&mut self, p: &command::Parameter, value: Value, arg: Option<&Argument>) -> Result {
        let text = convert::to_str(self, &value)?.to_string();
        let full = match text.trim() {
            t if t.eq_ignore_ascii_case("latest") => "7.6".to_string(),
            t if t.parse::<u32>().is_ok() => format!("{t}.0"),
            _ => text.clone(),
        };
        let done = match convert::convert(self, &Value::from(full.as_str()), p.ty) {
            Ok(done) => done,
            Err(flow) => {
                let why = flow.record().map(|r| r.exception.message());
                return self.cannot_convert(p, &value, why, arg);
            }
        };
        let mut parts = full.split('.').map(|part| part.trim().parse::<u32>().unwrap_or(u32::MAX));
        let (major, minor) = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
        // The versions that PowerShell ever had.
        let highest = match major {
            1..=4 => 0,
            5 => 1,
            6 => 2,
            7 => 6,
            _ => u32::MAX,
        };
        if highest == u32::MAX || minor > highest {
            let why = format!(
                "The \"{full}\" argument does not contain a valid PowerShell version. Supply a valid version number and then try the command again."
            );
            let error = Exception::new(
                TypeRef::PARAMETER_BINDING_VALIDATION_EXCEPTION,
                format!("Cannot validate argument on parameter '{}'. {why}", p.name),
            )
            .inner(metadata_error("ValidationMetadataException", &why))
            .identity("ParameterArgumentValidationError", ErrorCategory::InvalidData, Value::Null)
            .with("ParameterName", Value::Str(p.name.clone()));
            return Err(self.failed(error, arg));
        }
        Ok(done)
    }

    /// An enumeration that the type table lacks, one name or a collection of names by the parameter's type; what changes a
    /// collection (`@{Add = ...}`) is for the command to read.
    fn names_of_enum(&mut self, p: &command::Parameter, value: Value, arg: Option<&Argument>) -> Result {
        let takes_several = p.type_name.ends_with("[]") || p.type_name.contains("MultiValuedProperty");
        if value.is_null() || (takes_several && matches!(value.base(), Value::Dict(_))) {
            return Ok(value);
        }
        match value.as_array() {
            Some(items) if takes_several => {
                let items = items.to_vec().into_iter().map(|item| self.name_of_enum(p, item, arg));
                Ok(Value::array(items.collect::<Result<Vec<Value>>>()?))
            }
            _ if takes_several => Ok(Value::array(vec![self.name_of_enum(p, value, arg)?])),
            // Flags: a list of names, or their text with commas.
            Some(items) if items.len() > 1 => {
                let items = items.to_vec().into_iter().map(|item| self.name_of_enum(p, item, arg));
                let names = items.collect::<Result<Vec<Value>>>()?;
                let names: Vec<String> = names.iter().map(convert::to_display).collect();
                Ok(Value::from(names.join(", ")))
            }
            _ => match value.as_str().filter(|t| t.contains(',')).map(|t| t.to_string()) {
                Some(text) => {
                    let items = text.split(',').map(|item| Value::from(item.trim())).collect();
                    self.names_of_enum(p, Value::array(items), arg)
                }
                None => self.name_of_enum(p, value, arg),
            },
        }
    }

    /// One of an enumeration's names, as it is spelt there.
    fn name_of_enum(&mut self, p: &command::Parameter, value: Value, arg: Option<&Argument>) -> Result {
        if let Some(at) = value.as_i64()
            && !matches!(value.base(), Value::Str(_))
            && let Some(name) = usize::try_from(at).ok().and_then(|at| p.enum_names.get(at))
        {
            return Ok(Value::Str(name.clone()));
        }
        let text = convert::to_str(self, &value)?;
        if let Some(name) = p.enum_names.iter().find(|n| n.eq_ignore_ascii_case(&text)) {
            return Ok(Value::Str(name.clone()));
        }
        let names: Vec<&str> = p.enum_names.iter().map(|n| n.as_str()).collect();
        let why = format!(
            "Cannot convert value \"{text}\" to type \"{}\". Error: \"Unable to match the identifier name {text} to a valid enumerator name. Specify one of the following enumerator names and try again:\n{}\"",
            p.type_name,
            names.join(", ")
        );
        self.cannot_convert(p, &value, Some(Str::from(why)), arg)
    }

    fn is_binding(&self, name: &str) -> bool {
        let info = self.stage.and_then(|(p, s)| self.pipes.get(p)?.stages.get(s)?.info.as_ref());
        info.is_some_and(|i| i.name.as_str() == name)
    }

    fn cannot_convert<T>(
        &mut self,
        p: &command::Parameter,
        value: &Value,
        why: Option<Str>,
        arg: Option<&Argument>,
    ) -> Result<T> {
        let text = if value.is_null() { String::new() } else { convert::to_display(value) };
        let from = value.type_ref().map_or_else(|| "null".to_string(), |t| t.name().to_string());
        let message = why.map_or_else(String::new, |w| w.to_string());
        if p.ty == TypeRef::STRING && value.as_array().is_some() && message.is_empty() {
            let error = binding_error(
                "CannotConvertArgument",
                ErrorCategory::InvalidArgument,
                Value::Null,
                format!(
                    "Cannot convert '{from}' to the type '{}' required by parameter '{}'. Specified method is not supported.",
                    p.ty.name(),
                    p.name
                ),
            );
            return Err(self.failed(error, arg));
        }
        let inner = match self.is_script_command() {
            true => metadata_error("ArgumentTransformationMetadataException", &message),
            false => metadata_error("PSInvalidCastException", &message),
        };
        let (id, text) = if p.is_switch() && self.is_script_command() && !message.is_empty() {
            ("CannotConvertArgument", message)
        } else if p.is_switch() || message.is_empty() {
            // Names the argument's type, not its value.
            return Err(self.failed(wrong_switch(&p.name, p.ty, &from), arg));
        } else if p.ty == TypeRef::BOOL {
            (
                "CannotConvertArgument",
                format!(
                    "Cannot convert value \"{}\" to type \"System.Boolean\". {message}",
                    if self.is_script_command() && !value.is_null() { from.as_str() } else { text.as_str() }
                ),
            )
        } else {
            ("CannotConvertArgumentNoMessage", message)
        };
        let error = binding_error(
            id,
            ErrorCategory::InvalidArgument,
            Value::Null,
            format!("Cannot bind parameter '{}'. {text}", p.name),
        )
        .with("ParameterName", Value::Str(p.name.clone()));
        let is_script = self.is_script_command();
        let error = if is_script {
            let message = error.message();
            let message =
                message.replacen("Cannot bind parameter", "Cannot process argument transformation on parameter", 1);
            Exception::new(TypeRef::ARGUMENT_TRANSFORMATION_EXCEPTION, message)
                .inner(inner)
                .identity("ParameterArgumentTransformationError", ErrorCategory::InvalidData, Value::Null)
                .with("ParameterName", Value::Str(p.name.clone()))
        } else if id == "CannotConvertArgumentNoMessage" {
            error.inner(inner)
        } else {
            error
        };
        Err(self.failed(error, arg))
    }

    /// Whether the command being bound is a script's: its types are transformations.
    fn is_script_command(&self) -> bool {
        match self.stage.and_then(|(p, s)| self.pipes.get(p)?.stages.get(s)?.info.clone()) {
            Some(info) => matches!(info.body, command::CommandBody::Script(_)),
            None => true,
        }
    }

    /// Mandatory parameters take neither `$null` nor emptiness unless attributes allow it.
    fn check_null(&mut self, p: &command::Parameter, value: &Value, arg: Option<&Argument>) -> Result<()> {
        if !p.in_sets.iter().any(|s| s.is_mandatory) {
            return Ok(());
        }
        let allows = |f: fn(&Validation) -> bool| p.validations.iter().any(f);
        let (id, why) = match value.base() {
            Value::Null if !allows(|v| matches!(v, Validation::AllowNull)) && !p.is_switch() => {
                ("ParameterArgumentValidationErrorNullNotAllowed", "it is null")
            }
            Value::Str(s)
                if s.is_empty()
                    && !allows(|v| matches!(v, Validation::AllowEmptyString))
                    && p.ty == TypeRef::STRING =>
            {
                ("ParameterArgumentValidationErrorEmptyStringNotAllowed", "it is an empty string")
            }
            Value::Array(a)
                if a.is_empty()
                    && !matches!(p.ty, TypeRef::OBJECT | TypeRef::PSOBJECT)
                    && !allows(|v| matches!(v, Validation::AllowEmptyCollection)) =>
            {
                ("ParameterArgumentValidationErrorEmptyArrayNotAllowed", "it is an empty array")
            }
            Value::Array(a)
                if p.ty == TypeRef::STRING.array_of(1) && !allows(|v| matches!(v, Validation::AllowEmptyString)) =>
            {
                let has_empty = a.lock().iter().any(|v| matches!(v, Value::Str(s) if s.is_empty()));
                if !has_empty {
                    return Ok(());
                }
                ("ParameterArgumentValidationErrorEmptyStringNotAllowed", "it is an empty string")
            }
            _ => return Ok(()),
        };
        let error = Exception::new(
            TypeRef::PARAMETER_BINDING_VALIDATION_EXCEPTION,
            format!("Cannot bind argument to parameter '{}' because {why}.", p.name),
        )
        .identity(id, ErrorCategory::InvalidData, Value::Null)
        .with("ParameterName", Value::Str(p.name.clone()));
        Err(self.failed(error, arg))
    }

    fn failed(&mut self, error: Exception, arg: Option<&Argument>) -> Box<Flow> {
        match arg {
            Some(arg) => self.at_argument(error, arg, true),
            None => Flow::throw(values::ErrorRecord::from_exception(Arc::new(error))),
        }
    }
}

/// The exception inside of one that the binder reports.
fn metadata_error(name: &str, message: &str) -> Value {
    let ty = TypeRef::find(&format!("System.Management.Automation.{name}")).unwrap_or(TypeRef::RUNTIME_EXCEPTION);
    Exception::new(ty, message).value()
}

/// What is said of an argument whose type a parameter does not take at all.
pub(super) fn wrong_switch(name: &str, ty: TypeRef, from: &str) -> Exception {
    binding_error(
        "CannotConvertArgument",
        ErrorCategory::InvalidArgument,
        Value::Null,
        format!("Cannot convert '{from}' to the type '{}' required by parameter '{name}'. ", ty.name()),
    )
    .with("ParameterName", Value::from(name))
}

/// Applies a validation attribute: the inner result says why a value does not pass.
pub fn validate(
    ctx: &mut dyn Context,
    validation: &Validation,
    value: &Value,
) -> Result<std::result::Result<(), String>> {
    let each = |ctx: &mut dyn Context| -> Result<Vec<Value>> {
        Ok(members::enumerate(ctx, value)?.unwrap_or_else(|| vec![value.clone()]))
    };
    Ok(match validation {
        Validation::NotNull => match value.is_null() {
            true => Err(
                "The argument is null. Provide a valid value for the argument, and then try running the command again."
                    .into(),
            ),
            false if value.as_array().is_some_and(|a| a.lock().iter().any(Value::is_null)) => Err(
                "The argument has a null value, or an element of the argument collection contains a null value. Provide a collection that does not contain any null values, and then try the command again."
                    .into(),
            ),
            false => Ok(()),
        },
        Validation::NotNullOrEmpty | Validation::NotNullOrWhiteSpace => not_empty(validation, value)?,
        Validation::Set { values, is_case_sensitive, message } => {
            for item in each(ctx)? {
                let text = convert::to_str(ctx, &item)?;
                let hit =
                    values.iter().any(|v| if *is_case_sensitive { v == &text } else { v.eq_ignore_ascii_case(&text) });
                if !hit {
                    let list: Vec<&str> = values.iter().map(|s| s.as_str()).collect();
                    let list = list.join(",");
                    return Ok(Err(match message {
                        Some(m) => m.replace("{0}", &text).replace("{1}", &list),
                        None => format!(
                            "The argument \"{text}\" does not belong to the set \"{list}\" specified by the ValidateSet attribute. Supply an argument that is in the set and then try the command again."
                        ),
                    }));
                }
            }
            Ok(())
        }
        Validation::Range { min, max } => {
            for item in each(ctx)? {
                if let Err(why) = in_range(ctx, &item, min, max)? {
                    return Ok(Err(why));
                }
            }
            Ok(())
        }
        Validation::RangeKind(kind) => {
            for item in each(ctx)? {
                let order = operators::compare(ctx, &item, &Value::I32(0), false)?;
                let (fits, word) = match kind.to_ascii_lowercase().as_str() {
                    "positive" => (order.is_gt(), "greater than zero"),
                    "negative" => (order.is_lt(), "less than zero"),
                    "nonnegative" => (order.is_ge(), "greater than or equal to zero"),
                    _ => (order.is_le(), "less than or equal to zero"),
                };
                if !fits {
                    let text = convert::to_str(ctx, &item)?;
                    return Ok(Err(format!(
                        "The argument \"{text}\" cannot be validated because its value is not {word}."
                    )));
                }
            }
            Ok(())
        }
        Validation::Pattern { pattern, options, message } => {
            for item in each(ctx)? {
                let text = convert::to_str(ctx, &item)?;
                let is_case_sensitive = options & 1 == 0;
                let mut effects = Effects::default();
                let hit = operators::binary(
                    ctx,
                    Binary::Match,
                    is_case_sensitive,
                    &Value::Str(text.clone()),
                    &Value::Str(pattern.clone()),
                    &mut effects,
                )?;
                if !convert::to_bool(&hit) {
                    return Ok(Err(match message {
                        Some(m) => m.replace("{0}", &text).replace("{1}", pattern),
                        None => format!(
                            "The argument \"{text}\" does not match the \"{pattern}\" pattern. Supply an argument that matches \"{pattern}\" and try the command again."
                        ),
                    }));
                }
            }
            Ok(())
        }
        Validation::Length { min, max } => {
            for item in each(ctx)? {
                let Some(text) = item.as_str().map(Str::from) else {
                    return Ok(Err(
                        "The ValidateLength attribute cannot be applied to a parameter that is not a string or string[] parameter. Make the parameter a string or string[] parameter."
                            .into(),
                    ));
                };
                let n = text.units() as i64;
                if n < *min {
                    return Ok(Err(format!(
                        "The character length ({n}) of the argument is too short. Specify an argument with a length that is greater than or equal to \"{min}\", and then try the command again."
                    )));
                }
                if n > *max {
                    return Ok(Err(format!(
                        "The character length of the {n} argument is too long. Shorten the character length of the argument so it is fewer than or equal to \"{max}\" characters, and then try the command again."
                    )));
                }
            }
            Ok(())
        }
        Validation::Count { .. } if !is_collection(value) => Err("The ValidateCount attribute cannot be applied to a non-array parameter. Either remove the attribute from the parameter or make the parameter an array parameter.".into()),
        Validation::Count { min, max } => {
            let n = each(ctx)?.len() as i64;
            if (*min..=*max).contains(&n) {
                Ok(())
            } else if min == max {
                Err(format!("The parameter requires exactly {max} value(s) - {n} value(s) were provided."))
            } else {
                Err(format!(
                    "The parameter requires at least {min} value(s) and no more than {max} value(s) - {n} value(s) were provided."
                ))
            }
        }
        Validation::Script { block, message } => {
            for item in each(ctx)? {
                let output = ctx.invoke_block(block, &[], None, Some(&item))?;
                if !convert::to_bool(&output) {
                    let text = convert::to_str(ctx, &item)?;
                    let source = convert::to_str(ctx, block)?;
                    return Ok(Err(match message {
                        Some(m) => m.replace("{0}", &text).replace("{1}", &source),
                        None => format!(
                            "The \"{source}\" validation script for the argument with value \"{text}\" did not return a result of True. Determine why the validation script failed, and then try the command again."
                        ),
                    }));
                }
            }
            Ok(())
        }
        Validation::SetFrom(class) => {
            let Value::Type(ty) = class else { return Ok(Ok(())) };
            let source = members::call_static(ctx, *ty, "new", &[])?;
            let list = members::call(ctx, &source, "GetValidValues", &[])?;
            let values = members::enumerate(ctx, &list)?.unwrap_or_else(|| vec![list]);
            let values = values.iter().map(|v| Str::from(convert::to_display(v))).collect();
            return validate(ctx, &Validation::Set { values, is_case_sensitive: false, message: None }, value);
        }
        Validation::Custom(attribute) => match members::call(ctx, attribute, "Validate", &[value.clone(), Value::Null])
        {
            Ok(_) => Ok(()),
            Err(flow) => match &*flow {
                Flow::Throw(record) => Err(record.message().to_string()),
                _ => return Err(flow),
            },
        },
        Validation::Drive(_)
        | Validation::UserDrive
        | Validation::AllowNull
        | Validation::AllowEmptyString
        | Validation::AllowEmptyCollection => Ok(()),
    })
}

fn not_empty(validation: &Validation, value: &Value) -> Result<std::result::Result<(), String>> {
    let white = matches!(validation, Validation::NotNullOrWhiteSpace);
    Ok(match value.base() {
        Value::Null | Value::Void => Err("The argument is null or empty. Provide an argument that is not null or empty, and then try the command again.".into()),
        Value::Str(s) if s.is_empty() => Err("The argument is null or empty. Provide an argument that is not null or empty, and then try the command again.".into()),
        Value::Str(s) if white && s.trim().is_empty() => Err("The argument is null, empty, or consists of only white-space characters. Provide an argument that contains non white-space characters, and then try the command again.".into()),
        Value::Dict(d) if d.is_empty() => Err("The argument is null, empty, or an element of the argument collection contains a null value. Supply a collection that does not contain any null values and then try the command again.".into()),
        Value::Array(a) => {
            let items = a.to_vec();
            let is_empty = |v: &Value| v.is_null() || v.as_str().is_some_and(str::is_empty);
            if items.is_empty() || items.iter().any(is_empty) {
                Err("The argument is null, empty, or an element of the argument collection contains a null value. Supply a collection that does not contain any null values and then try the command again.".into())
            } else {
                Ok(())
            }
        }
        _ => Ok(()),
    })
}

fn is_collection(value: &Value) -> bool {
    matches!(value.base(), Value::Null | Value::Array(_) | Value::Dict(_))
}

fn in_range(ctx: &mut dyn Context, item: &Value, min: &Value, max: &Value) -> Result<std::result::Result<(), String>> {
    let ty =
        if matches!(max.base(), Value::F64(_)) { TypeRef::DOUBLE } else { min.type_ref().unwrap_or(TypeRef::OBJECT) };
    let refuse = || {
        let from = item.type_ref().map_or("", TypeRef::name_only);
        let to = ty.name_only();
        format!(
            "The argument cannot be validated because its type \"{from}\" is not the same type ({to}) as the maximum and minimum limits of the parameter. Make sure the argument is of type {to} and then try the command again."
        )
    };
    let own = match item.type_ref() == Some(ty) || item.is_number() {
        true => item.clone(),
        false => match convert::convert(ctx, item, ty) {
            Ok(made) => made,
            Err(_) => return Ok(Err(refuse())),
        },
    };
    let (Ok(low), Ok(high)) = (operators::compare(ctx, &own, min, false), operators::compare(ctx, &own, max, false))
    else {
        return Ok(Err(refuse()));
    };
    let text = convert::to_display(item);
    if low.is_lt() {
        let min = convert::to_display(min);
        return Ok(Err(format!(
            "The {text} argument is less than the minimum allowed range of {min}. Supply an argument that is greater than or equal to {min} and then try the command again."
        )));
    }
    if high.is_gt() {
        let max = convert::to_display(max);
        return Ok(Err(format!(
            "The {text} argument is greater than the maximum allowed range of {max}. Supply an argument that is less than or equal to {max} and then try the command again."
        )));
    }
    Ok(Ok(()))
}

/// The validation that an attribute of a script stands for; none for attributes that validate nothing.
pub fn validation(runspace: &mut Runspace, ast: &Arc<Ast>, id: AttributeId) -> Result<Option<Validation>> {
    let attribute = *ast.attribute(id);
    let AttributeKind::Attribute { args, named } = attribute.kind else { return Ok(None) };
    let name = ast.type_full_name(attribute.ty);
    let short = name.rsplit('.').next().unwrap_or(&name).to_ascii_lowercase();
    let short = short.strip_suffix("attribute").unwrap_or(&short).to_string();
    let args: Vec<ExprId> = ast.exprs(args).to_vec();
    let mut values = Vec::new();
    for arg in &args {
        values.push(constant(runspace, ast, *arg)?);
    }
    let mut message = None;
    let (mut is_case_sensitive, mut options) = (false, 1);
    for arg in ast.list(named).to_vec() {
        let value = constant(runspace, ast, arg.value)?;
        match arg.name.folded() {
            "errormessage" => message = Some(convert::to_str(runspace, &value)?),
            "ignorecase" => is_case_sensitive = !convert::to_bool(&value),
            "options" => {
                let text = convert::to_display(&value).to_ascii_lowercase();
                options = value.as_i64().unwrap_or_else(|| i64::from(text.contains("ignorecase")));
            }
            _ => {}
        }
    }
    let texts = |values: &[Value]| -> Vec<Str> { values.iter().map(|v| Str::from(convert::to_display(v))).collect() };
    let int = |at: usize| values.get(at).and_then(Value::as_i64).unwrap_or(0);
    Ok(Some(match short.as_str() {
        "validateset" => match values.first() {
            Some(class @ Value::Type(_)) => Validation::SetFrom(class.clone()),
            _ => Validation::Set { values: texts(&values), is_case_sensitive, message },
        },
        "validaterange" if values.len() == 1 => Validation::RangeKind(texts(&values).remove(0)),
        "validaterange" => Validation::Range {
            min: values.first().cloned().unwrap_or_default(),
            max: values.get(1).cloned().unwrap_or_default(),
        },
        "validatepattern" => {
            Validation::Pattern { pattern: texts(&values).pop().unwrap_or_else(Str::empty), options, message }
        }
        "validatelength" => Validation::Length { min: int(0), max: int(1) },
        "validatecount" => Validation::Count { min: int(0), max: int(1) },
        "validatescript" => Validation::Script { block: values.first().cloned().unwrap_or_default(), message },
        "validatenotnull" => Validation::NotNull,
        "validatenotnullorempty" => Validation::NotNullOrEmpty,
        "validatenotnullorwhitespace" => Validation::NotNullOrWhiteSpace,
        "validatedrive" => Validation::Drive(texts(&values)),
        "validateuserdrive" => Validation::UserDrive,
        "allownull" => Validation::AllowNull,
        "allowemptystring" => Validation::AllowEmptyString,
        "allowemptycollection" => Validation::AllowEmptyCollection,
        _ => return Ok(None),
    }))
}

/// The value of an attribute's argument.
pub fn constant(runspace: &mut Runspace, ast: &Arc<Ast>, id: ExprId) -> Result {
    match *ast.expr(id) {
        Expr::String { .. } => Ok(Value::from(ast.string_value(id).unwrap_or_default())),
        Expr::ScriptBlock(block) => {
            let home = runspace.frame().and_then(|f| f.home.clone());
            Ok(Value::foreign(crate::script_block::ScriptBlock::new(ast.clone(), block, None, home)))
        }
        Expr::Variable(v) if v.name.folded() == "true" => Ok(Value::Bool(true)),
        Expr::Variable(v) if v.name.folded() == "false" => Ok(Value::Bool(false)),
        Expr::Variable(v) if v.name.folded() == "null" => Ok(Value::Null),
        _ => {
            let text = ast.expr_text(id).to_string();
            let block = command::Session::parse_script(runspace, &text, None)?;
            Ok(Value::from_output(runspace.invoke_script(&block, command::Invoke::default())?))
        }
    }
}
