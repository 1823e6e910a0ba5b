//! Common parameters.

use std::sync::Arc;

use command::{COMMON_PARAMETERS as COMMON, CommonParameter, ParameterTable, RISK_PARAMETERS as RISK};
use values::{Array, ErrorCategory, Result, Str, TypeRef, Value, convert};

use super::Binding;
use crate::pipeline::Action;
use crate::runspace::Runspace;

const PAGING: &[CommonParameter] = &[("IncludeTotalCount", "", true), ("Skip", "", false), ("First", "", false)];

/// The common parameters that a command takes.
fn all_of(table: &ParameterTable) -> impl Iterator<Item = &'static CommonParameter> + Clone {
    let risk: &[CommonParameter] = if table.supports_should_process { RISK } else { &[] };
    let paging: &[CommonParameter] = if table.supports_paging { PAGING } else { &[] };
    COMMON.iter().chain(risk).chain(paging)
}

/// The common parameters that a name can stand for, and whether it is exact.
pub(crate) fn find(table: &ParameterTable, name: &str) -> Vec<(&'static str, bool)> {
    let all = all_of(table);
    let is_exact = |c: &&CommonParameter| c.0.eq_ignore_ascii_case(name) || c.1.eq_ignore_ascii_case(name);
    let exact = all.clone().find(is_exact).filter(|_| !name.is_empty());
    if let Some(found) = exact {
        return vec![(found.0, true)];
    }
    all.filter(|c| {
        c.0.len() >= name.len() && c.0.is_char_boundary(name.len()) && c.0[..name.len()].eq_ignore_ascii_case(name)
    })
    .map(|c| (c.0, false))
    .collect()
}

/// Whether a common parameter is a switch.
pub(crate) fn is_switch(name: &str) -> bool {
    COMMON.iter().chain(RISK).chain(PAGING).any(|c| c.0 == name && c.2)
}

/// The type of a common parameter, for messages.
pub(super) fn type_name(name: &str) -> &'static str {
    match name {
        "ErrorAction" | "WarningAction" | "InformationAction" | "ProgressAction" => {
            "System.Management.Automation.ActionPreference"
        }
        "OutBuffer" => "System.Int32",
        "Skip" | "First" => "System.UInt64",
        _ => "System.String",
    }
}

impl Runspace {
    pub(crate) fn bind_common(&mut self, binding: &mut Binding, name: &'static str, value: Value) -> Result<()> {
        if is_switch(name)
            && !matches!(value.base(), Value::Bool(_))
            && value.type_ref() != Some(TypeRef::SWITCH)
            && !value.is_number()
        {
            let from = value.type_ref().map_or("null", TypeRef::name);
            return super::check::wrong_switch(name, TypeRef::SWITCH, from).throw();
        }
        if name.ends_with("Variable") && convert::to_display(&value).is_empty() {
            return refused(
                name,
                "Cannot process argument because the value of argument \"path\" is not valid. Change the value of the \"path\" argument and run the operation again.",
            )
            .throw();
        }
        let common = &mut binding.common;
        let mut kept = value.clone();
        match name {
            "Verbose" => common.verbose = Some(convert::to_bool(&value)),
            "Debug" => common.debug = Some(convert::to_bool(&value)),
            "WhatIf" => common.what_if = Some(convert::to_bool(&value)),
            "Confirm" => common.confirm = Some(convert::to_bool(&value)),
            "ErrorAction" | "WarningAction" | "InformationAction" | "ProgressAction" => {
                let action = self.action(name, &value)?;
                kept = action_value(action);
                match name {
                    "ErrorAction" => common.error_action = Some(action),
                    "WarningAction" => common.warning_action = Some(action),
                    "InformationAction" => common.information_action = Some(action),
                    _ => common.progress_action = Some(action),
                }
            }
            "OutBuffer" => {
                let count = convert::convert(self, &value, TypeRef::INT32)?;
                if count.as_i64().is_some_and(|n| n < 0) {
                    let text = convert::to_display(&count);
                    return refused(name, &format!("The {text} argument is less than the minimum allowed range of 0. Supply an argument that is greater than or equal to 0 and then try the command again.")).throw();
                }
                common.out_buffer = count.as_i64().map(|n| n as usize);
                kept = count;
            }
            "IncludeTotalCount" => {}
            "Skip" | "First" => match convert::convert(self, &value, TypeRef::UINT64) {
                Ok(done) => kept = done,
                Err(flow) => {
                    let Some(record) = flow.record() else { return Err(flow) };
                    let why = record.exception.message();
                    return super::binder::binding_error(
                        "CannotConvertArgumentNoMessage",
                        ErrorCategory::InvalidArgument,
                        Value::Null,
                        format!("Cannot bind parameter '{name}'. {why}"),
                    )
                    .with("ParameterName", Value::from(name))
                    .throw();
                }
            },
            "PipelineVariable" => common.pipeline_variable = Some(convert::to_str(self, &value)?),
            _ => {
                let list = self.list_variable(&value)?;
                let common = &mut binding.common;
                match name {
                    "ErrorVariable" => common.error_variable = Some(list),
                    "WarningVariable" => common.warning_variable = Some(list),
                    "InformationVariable" => common.information_variable = Some(list),
                    _ => common.out_variable = Some(list),
                }
            }
        }
        if is_switch(name) {
            kept = crate::bind::empty_of(TypeRef::SWITCH);
            if convert::to_bool(&value) {
                kept = convert::convert(self, &Value::Bool(true), TypeRef::SWITCH).unwrap_or(Value::Bool(true));
            }
        }
        binding.bound.set(&Str::from(name), kept);
        Ok(())
    }

    fn action(&mut self, name: &str, value: &Value) -> Result<Action> {
        if convert::to_display(value).eq_ignore_ascii_case("Suspend") {
            return super::binder::binding_error(
                "ParameterBindingFailed",
                ErrorCategory::WriteError,
                Value::Null,
                format!("Cannot bind parameter '{name}' to the target. Exception setting \"{name}\": \"The Suspend ActionPreference value is reserved for future use and is not supported at this time. For more information about preference variables, see the Help topic, \"about_Preference_Variables.\"\""),
            )
            .throw();
        }
        action_of(value).map_or_else(
            || {
                let text = convert::to_display(value);
                super::binder::binding_error(
                    "CannotConvertArgumentNoMessage",
                    ErrorCategory::InvalidArgument,
                    Value::Null,
                    format!("Cannot bind parameter '{name}'. Cannot convert value \"{text}\" to type \"System.Management.Automation.ActionPreference\". Error: \"Unable to match the identifier name {text} to a valid enumerator name. Specify one of the following enumerator names and try again:\nSilentlyContinue, Stop, Continue, Inquire, Ignore, Suspend, Break\""),
                )
                .throw()
            },
            Ok,
        )
    }

    /// The list behind `-ErrorVariable name`; `+name` adds to the one that is there.
    fn list_variable(&mut self, value: &Value) -> Result<Arc<Array>> {
        let text = convert::to_str(self, value)?;
        let (name, appends) = match text.strip_prefix('+') {
            Some(name) => (name, true),
            None => (text.as_str(), false),
        };
        let sym = language::Sym::intern(name);
        let mut items = Vec::new();
        if appends && let Some(old) = self.find_variable(self.current, sym, false) {
            items = old.as_array().map_or_else(|| vec![old.clone()], |a| a.to_vec());
        }
        let list = Arc::new(Array::list(TypeRef::ARRAYLIST, TypeRef::OBJECT, items));
        command::Session::set_variable(self, name, Value::Array(list.clone()), command::Scope::Local)?;
        Ok(list)
    }
}

/// A common parameter whose value does not pass.
fn refused(name: &str, why: &str) -> values::Exception {
    values::Exception::new(
        TypeRef::PARAMETER_BINDING_VALIDATION_EXCEPTION,
        format!("Cannot validate argument on parameter '{name}'. {why}"),
    )
    .identity("ParameterArgumentValidationError", ErrorCategory::InvalidData, Value::Null)
    .with("ParameterName", Value::from(name))
}

/// An ActionPreference from a name or number.
pub fn action_of(value: &Value) -> Option<Action> {
    use Action as A;
    if let Some(n) = value.as_i64() {
        return [A::SilentlyContinue, A::Stop, A::Continue, A::Inquire, A::Ignore, A::Suspend, A::Break]
            .get(usize::try_from(n).ok()?)
            .copied();
    }
    let text = convert::to_display(value);
    let names = [
        ("SilentlyContinue", A::SilentlyContinue),
        ("Stop", A::Stop),
        ("Continue", A::Continue),
        ("Inquire", A::Inquire),
        ("Ignore", A::Ignore),
        ("Suspend", A::Suspend),
        ("Break", A::Break),
    ];
    names.iter().find(|(n, _)| n.eq_ignore_ascii_case(&text)).map(|(_, a)| *a)
}

/// An ActionPreference as a value of its enumeration.
pub fn action_value(action: Action) -> Value {
    match TypeRef::find("System.Management.Automation.ActionPreference") {
        Some(ty) => Value::Enum(ty, action as i64),
        None => Value::I32(action as i32),
    }
}

/// The common parameters as parameters, for Get-Command and help.
pub fn parameters(table: &ParameterTable) -> Vec<command::Parameter> {
    all_of(table)
        .filter(|c| table.find(c.0).is_none())
        .map(|(name, alias, is_switch)| {
            let ty =
                if *is_switch { TypeRef::SWITCH } else { TypeRef::find(type_name(name)).unwrap_or(TypeRef::STRING) };
            let mut p = command::Parameter::new(*name, ty);
            p.aliases.extend(Some(*alias).filter(|a| !a.is_empty()).map(Str::from));
            p
        })
        .collect()
}
