//! Conversion and validation of arguments.

use std::sync::Arc;

use command::{ParameterTable, Validation};
use values::{ErrorCategory, Exception, Flow, Result, Str, TypeRef, Value, convert, members};

use super::argument::Argument;
use super::binder::binding_error;
use super::validate::validate;
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
        let mut value = match value {
            Value::Void => Value::Null,
            value => value,
        };
        for attribute in &p.transformations {
            let engine = crate::host_objects::execution_context(self);
            value = match members::call(self, attribute, "Transform", &[engine, value]) {
                Ok(done) => done,
                Err(flow) => return Err(self.not_transformed(p, flow, arg)),
            };
        }
        if let Value::Wrapped(w) = &value
            && let (Some(token), Some(TypeRef::STRING)) = (&w.token, p.ty.element())
        {
            value = Value::Str(token.clone());
        }
        let is_script = self.is_script_command() && !p.is_dynamic;
        let is_plain =
            p.ty == TypeRef::OBJECT && p.enum_names.is_empty() && super::flags::enumeration(&p.type_name).is_none();
        let value = if is_plain || p.ty == TypeRef::PSOBJECT {
            match value {
                // A number keeps the form it was written in for cmdlets and on the way to a text.
                Value::Wrapped(w) if w.token.is_some() && (is_script || p.ty != TypeRef::PSOBJECT) => w.base.clone(),
                value => value,
            }
        } else if is_script {
            let place = match table.is_advanced {
                true => super::transform::Place::Cmdlet,
                false => super::transform::Place::Parameter,
            };
            match super::transform::to_type(self, &value, p.ty, place) {
                Ok(done) => done,
                Err(flow) => return Err(self.not_transformed(p, flow, arg)),
            }
        } else {
            self.convert_argument(table, p, value, arg)?
        };
        if let Some(name) = &p.ps_type_name {
            self.check_type_name(p, name, &value, arg)?;
        }
        for validation in &p.validations {
            let passed = match validate(self, validation, &value) {
                Ok(passed) => passed,
                // What a validation script or class throws is the reason.
                Err(flow) => match flow.record() {
                    Some(record) => Err(record.exception.message().to_string()),
                    None => return Err(flow),
                },
            };
            if let Err(why) = passed {
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

    /// A transformation that failed, as the binder reports it.
    fn not_transformed(&mut self, p: &command::Parameter, flow: Box<Flow>, arg: Option<&Argument>) -> Box<Flow> {
        let Some(record) = flow.record() else { return flow };
        let message = record.exception.message();
        let error = Exception::new(
            TypeRef::ARGUMENT_TRANSFORMATION_EXCEPTION,
            format!("Cannot process argument transformation on parameter '{}'. {message}", p.name),
        )
        .inner(metadata_error("ArgumentTransformationMetadataException", &message))
        .identity("ParameterArgumentTransformationError", ErrorCategory::InvalidData, Value::Null)
        .with("ParameterName", Value::Str(p.name.clone()));
        self.failed(error, arg)
    }

    fn convert_argument(
        &mut self,
        table: &ParameterTable,
        p: &command::Parameter,
        value: Value,
        arg: Option<&Argument>,
    ) -> Result {
        if p.is_switch() {
            if value.type_ref() == Some(TypeRef::SWITCH) {
                return Ok(value);
            }
            if !matches!(value.base(), Value::Bool(_)) && !value.is_number() && !value.is_null() {
                return self.cannot_convert(p, &value, None, arg);
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
            "Microsoft.PowerShell.Commands.PSPropertyExpression" => {
                return self.property_expressions(p, std::slice::from_ref(&value), arg).map(|()| value);
            }
            "Microsoft.PowerShell.Commands.PSPropertyExpression[]" => {
                let list = value.as_array().map_or_else(|| vec![value.clone()], |a| a.to_vec());
                self.property_expressions(p, &list, arg)?;
                return Ok(if value.as_array().is_some() { value } else { Value::array(vec![value]) });
            }
            "Microsoft.PowerShell.Commands.ModuleSpecification[]" => {
                let list = value.as_array().map_or_else(|| vec![value.clone()], |a| a.to_vec());
                for item in &list {
                    if let Some(why) = super::module_name::fault(item) {
                        let why = format!(
                            "Cannot convert value \"{}\" to type \"Microsoft.PowerShell.Commands.ModuleSpecification\". Error: \"{why}\"",
                            convert::to_display(item)
                        );
                        return self.cannot_convert(p, item, Some(Str::from(why)), arg);
                    }
                }
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
        // The binder of cmdlets leaves `$null` as it is.
        if value.is_null() {
            return Ok(Value::Null);
        }
        // A single text parameter takes no collection.
        if p.ty == TypeRef::STRING && value.as_array().is_some() {
            return self.cannot_convert(p, &value, None, arg);
        }
        if let Some(ty) = super::flags::enumeration(&p.type_name) {
            return match super::flags::parse(self, &value, ty)? {
                Ok(done) => Ok(done),
                Err(why) => {
                    let text = convert::to_display(&value);
                    let why = format!("Cannot convert value \"{text}\" to type \"{}\". Error: \"{why}\"", p.type_name);
                    self.cannot_convert(p, &value, Some(Str::from(why)), arg)
                }
            };
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
        match convert::by_culture(self, &value, p.ty) {
            Ok(done) => Ok(done),
            Err(flow) => match &*flow {
                Flow::Throw(record) => {
                    let message = record.exception.message();
                    if value.is_null() {
                        // `$null` is not converted; the property that takes the value refuses it.
                        let error = binding_error(
                            "ParameterBindingFailed",
                            ErrorCategory::WriteError,
                            Value::Null,
                            format!(
                                "Cannot bind parameter '{}' to the target. Exception setting \"{}\": \"{message}\"",
                                p.name, p.name
                            ),
                        )
                        .with("ParameterName", Value::Str(p.name.clone()));
                        return Err(self.failed(error, arg));
                    }
                    self.cannot_convert(p, &value, Some(message), arg)
                }
                _ => Err(flow),
            },
        }
    }

    /// Names, wildcards and script blocks of properties: an empty name is none, and a table of settings is not taken here.
    fn property_expressions(&mut self, p: &command::Parameter, items: &[Value], arg: Option<&Argument>) -> Result<()> {
        const TYPE: &str = "Microsoft.PowerShell.Commands.PSPropertyExpression";
        for item in items {
            if item.as_str().is_some_and(|text| text.is_empty()) {
                let why = format!(
                    "Cannot convert value \"\" to type \"{TYPE}\". Error: \"Cannot process argument because the value of argument \"s\" is null. Change the value of argument \"s\" to a non-null value.\""
                );
                return self.cannot_convert(p, item, Some(Str::from(why)), arg);
            }
            if let Value::Dict(_) = item.base() {
                let from = item.type_ref().map_or("", TypeRef::name);
                let shown = convert::to_str(self, item)?;
                let why = format!("Cannot convert the \"{shown}\" value of type \"{from}\" to type \"{TYPE}\".");
                return self.cannot_convert(p, item, Some(Str::from(why)), arg);
            }
        }
        Ok(())
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
        let inner = metadata_error("PSInvalidCastException", &message);
        let (id, text) = if p.is_switch() || message.is_empty() {
            // Names the argument's type, not its value.
            return Err(self.failed(wrong_switch(&p.name, p.ty, &from), arg));
        } else if p.ty == TypeRef::BOOL {
            ("CannotConvertArgument", format!("Cannot convert value \"{text}\" to type \"System.Boolean\". {message}"))
        } else {
            ("CannotConvertArgumentNoMessage", message)
        };
        let mut error = binding_error(
            id,
            ErrorCategory::InvalidArgument,
            Value::Null,
            format!("Cannot bind parameter '{}'. {text}", p.name),
        )
        .with("ParameterName", Value::Str(p.name.clone()));
        if id == "CannotConvertArgumentNoMessage" {
            error = error.inner(inner);
        }
        Err(self.failed(error, arg))
    }

    /// Whether the command being bound is a script's: its types are transformations.
    pub(super) fn is_script_command(&self) -> bool {
        let stage = self.stage.and_then(|(p, s)| self.pipes.get(p)?.stages.get(s));
        match stage.map(|s| (s.info.as_ref(), &s.processor)) {
            Some((Some(info), _)) => matches!(info.body, command::CommandBody::Script(_)),
            // The console's own Out-Default is a cmdlet that is not named.
            Some((None, processor)) => {
                !matches!(processor, crate::pipeline::Processor::Native { .. } | crate::pipeline::Processor::Busy)
            }
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
                match p.ty.name() {
                    // What is no array type itself is a collection.
                    "System.Array" => {
                        ("ParameterArgumentValidationErrorEmptyCollectionNotAllowed", "it is an empty collection")
                    }
                    _ => ("ParameterArgumentValidationErrorEmptyArrayNotAllowed", "it is an empty array"),
                }
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

    /// `[PSTypeName('...')]`: the object, or each of a list, must have the name among its type names.
    fn check_type_name(
        &mut self,
        p: &command::Parameter,
        wanted: &Str,
        value: &Value,
        arg: Option<&Argument>,
    ) -> Result<()> {
        let items = match value.base() {
            Value::Null | Value::Void => return Ok(()),
            Value::Array(list) => list.to_vec(),
            _ => vec![value.clone()],
        };
        let has_name = |item: &Value| members::type_names(item).iter().any(|n| n.eq_ignore_ascii_case(wanted));
        if items.iter().all(has_name) {
            return Ok(());
        }
        let error = binding_error(
            "MismatchedPSTypeName",
            ErrorCategory::InvalidArgument,
            Value::Null,
            format!("Cannot bind argument to parameter '{}', because PSTypeNames of the argument do not match the PSTypeName required by the parameter: {wanted}.", p.name),
        )
        .with("ParameterName", Value::Str(p.name.clone()));
        Err(self.failed(error, arg))
    }

    fn failed(&mut self, error: Exception, arg: Option<&Argument>) -> Box<Flow> {
        match arg {
            Some(arg) => self.at_argument(error, arg),
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
