//! Binding as the source ParameterBinding tells it.

use command::{CommandInfo, Parameter, ParameterTable, names_secret};
use values::{Flow, Result, TypeRef, Value};

use super::argument::Argument;
use super::{Binding, validation_object};
use crate::runspace::Runspace;
use crate::trace::{Source, type_of};

const SOURCE: Source = Source::ParameterBinding;

impl Runspace {
    /// Binds the arguments of a command line.
    #[cold]
    pub(super) fn bind_told(&mut self, binding: &mut Binding, paired: Vec<Argument>, info: &CommandInfo) -> Result<()> {
        let table = binding.table.clone();
        let outer = self.trace_scope(SOURCE, |_| format!("BIND NAMED cmd line args [{}]", info.name));
        let named = self.bind_named(binding, &table, paired);
        self.trace_back(outer);
        let unnamed = named?;
        self.trace_scope(SOURCE, |_| format!("BIND POSITIONAL cmd line args [{}]", info.name));
        let done = self.bind_positions(binding, unnamed);
        self.trace_back(outer);
        done?;
        if binding.unbound.is_empty() {
            return Ok(());
        }
        self.trace_scope(SOURCE, |_| "BIND cmd line args to DYNAMIC parameters.".to_string());
        let done = self.add_dynamic_parameters(binding, info);
        self.trace_back(outer);
        done
    }

    /// Binds a pipeline object.
    #[cold]
    pub(crate) fn bind_input_told(&mut self, binding: &mut Binding, item: &Value, command: &str) -> Result<bool> {
        let outer = self.trace_scope(SOURCE, |_| format!("BIND PIPELINE object to parameters: [{command}]"));
        self.trace(SOURCE, |_| format!("PIPELINE object TYPE = [{}]", type_of(item)));
        self.trace(SOURCE, |_| "RESTORING pipeline parameter's original values".to_string());
        let done = self.bind_input(binding, item);
        self.trace_back(outer);
        if matches!(done, Ok(true)) {
            self.trace_scope(SOURCE, |_| format!("MANDATORY PARAMETER CHECK on cmdlet [{command}]"));
            self.trace_back(outer);
        }
        done
    }

    /// A value as a parameter takes it, told to who traces it.
    #[inline]
    pub(super) fn coerce_traced(
        &mut self,
        table: &ParameterTable,
        index: usize,
        value: Value,
        arg: Option<&Argument>,
    ) -> Result {
        match self.tracing.is_some() {
            true => self.coerce_told(table, index, value, arg),
            false => self.coerce(table, index, value, arg),
        }
    }

    #[cold]
    fn coerce_told(&mut self, table: &ParameterTable, index: usize, value: Value, arg: Option<&Argument>) -> Result {
        let p = &table.parameters[index];
        // By position and out of the pipeline a value is first tried as it is.
        let by_position = arg.is_some_and(|a| a.name.is_none());
        let as_it_is = arg.is_none_or(|a| a.name.is_none()) && goes_without_conversion(p, &value);
        let is_generated = self.is_script_command() && p.ty != TypeRef::OBJECT && !p.is_dynamic;
        if by_position && !as_it_is {
            self.trace_skipped(p, &value, is_generated);
        }
        let was_veiled = self.trace_veiled(is_veiled(p, &value));
        let outer = self.trace_scope(SOURCE, |t| format!("BIND arg [{}] to parameter [{}]", t.shown(&value), p.name));
        let done = self.coerce(table, index, value.clone(), arg);
        if is_generated {
            self.trace_generation(&done, &value);
        }
        match as_it_is {
            true => self.trace_collection(p, &value, false),
            // What stands in front of a script's parameter has converted it already.
            false if is_generated => {
                let generated = done.as_ref().unwrap_or(&value).clone();
                self.trace_coercion(p, &generated, &done);
            }
            false => self.trace_coercion(p, &value, &done),
        }
        self.trace_validations(p, &done);
        if let Ok(value) = &done {
            self.trace(SOURCE, |t| format!("BIND arg [{}] to param [{}] SUCCESSFUL", t.shown(value), p.name));
        }
        self.trace_back(outer);
        self.trace_veiled(was_veiled);
        done
    }

    /// Tells that a value cannot be bound as it is.
    pub(super) fn trace_skipped(&mut self, p: &Parameter, value: &Value, is_generated: bool) {
        if self.tracing.is_none() {
            return;
        }
        let was_veiled = self.trace_veiled(is_veiled(p, value));
        let outer = self.trace_scope(SOURCE, |t| format!("BIND arg [{}] to parameter [{}]", t.shown(value), p.name));
        if is_generated {
            self.trace_generation(&Ok(value.clone()), value);
        }
        self.trace_collection(p, value, false);
        self.trace(SOURCE, |t| format!("BIND arg [{}] to param [{}] SKIPPED", t.shown(value), p.name));
        self.trace_back(outer);
        self.trace_veiled(was_veiled);
    }

    /// The conversion to the type that stands in front of a script's parameter.
    fn trace_generation(&mut self, done: &Result, given: &Value) {
        const CONVERTER: &str = "System.Management.Automation.ArgumentTypeConverterAttribute";
        let outer = self.trace_scope(SOURCE, |_| format!("Executing DATA GENERATION metadata: [{CONVERTER}]"));
        match done {
            Ok(value) => self.trace(SOURCE, |t| format!("result returned from DATA GENERATION: {}", t.shown(value))),
            Err(flow) if id_of(flow).starts_with("ParameterArgumentTransformation") => {
                self.trace(SOURCE, |t| format!("ERROR: DATA GENERATION: {}", t.quoted(&inner_message(flow))));
            }
            // What was generated was refused later.
            Err(_) => self.trace(SOURCE, |t| format!("result returned from DATA GENERATION: {}", t.shown(given))),
        }
        self.trace_back(outer);
    }

    fn trace_coercion(&mut self, p: &Parameter, value: &Value, done: &Result) {
        let wanted = type_name(p);
        let outer = self.trace_scope(SOURCE, |_| format!("COERCE arg to [{wanted}]"));
        if value.is_null() {
            self.trace(SOURCE, |_| match p.is_switch() {
                true => "Arg is null or not present, parameter type is SWITCHPARAMTER, value is true.".to_string(),
                false => "Arg is null, parameter type not bool or SwitchParameter, value is null.".to_string(),
            });
        } else if is_assignable(p.ty, value) || (p.is_switch() && matches!(value, Value::Bool(true))) {
            self.trace(SOURCE, |_| "Parameter and arg types the same, no coercion is needed.".to_string());
        } else {
            self.trace(SOURCE, |_| format!("Trying to convert argument value from {} to {wanted}", type_of(value)));
            if p.ty == TypeRef::PSOBJECT {
                self.trace(SOURCE, |_| format!("The parameter is of type [{wanted}] and the argument is an PSObject, so the parameter value is the argument value wrapped into an PSObject."));
            } else if p.ty.element().is_some() {
                self.trace(SOURCE, |_| "ENCODING arg into collection".to_string());
                self.trace_collection(p, value, true);
            } else if !p.is_switch() && p.ty != TypeRef::BOOL {
                self.trace(SOURCE, |_| "CONVERT arg type to param type using LanguagePrimitives.ConvertTo".to_string());
                self.trace_conversion(value, p.ty, done);
                if let Ok(made) = done {
                    self.trace(SOURCE, |t| {
                        format!("CONVERT SUCCESSFUL using LanguagePrimitives.ConvertTo: [{}]", t.shown(made))
                    });
                }
            }
            if let Err(flow) = done
                && id_of(flow).starts_with("CannotConvertArgument")
            {
                self.trace_error(SOURCE, |t| {
                    let arg = t.shown(value);
                    format!("ERROR: COERCE FAILED: arg [{arg}] could not be converted to the parameter type [{wanted}]")
                });
            }
        }
        self.trace_back(outer);
    }

    /// How a list is made of what was given; nothing for parameters that take one value.
    fn trace_collection(&mut self, p: &Parameter, value: &Value, coerces: bool) {
        let Some(element) = p.ty.element() else { return };
        if is_assignable(p.ty, value) || value.is_null() {
            return;
        }
        let (given, wanted, element_name) = (short(&type_of(value)), p.ty.name(), element.name());
        let how = if coerces { "coerceElementType" } else { "no coerceElementType" };
        self.trace(SOURCE, |_| {
            format!(
                "Binding collection parameter {}: argument type [{given}], parameter type [{wanted}], collection type Array, element type [{element_name}], {how}",
                p.name
            )
        });
        let items = value.as_array().map(|list| list.to_vec());
        let count = items.as_ref().map_or(1, Vec::len);
        if items.is_some() {
            self.trace(SOURCE, |_| format!("Arg is IList with {count} elements"));
        }
        self.trace(SOURCE, |_| format!("Creating array with element type [{element_name}] and {count} elements"));
        let Some(items) = items else {
            self.trace(SOURCE, |_| format!("Argument type {given} is not IList, treating this as scalar"));
            if coerces {
                self.trace(SOURCE, |_| format!("Coercing scalar arg value to type {element_name}"));
                self.trace_element(element, value);
            } else if !is_assignable(element, value) {
                self.trace(SOURCE, |_| {
                    format!("COERCION REQUIRED: Did not coerce scalar arg value to type {element_name}")
                });
                return;
            }
            let kind = if coerces { short(element_name) } else { given };
            self.trace(SOURCE, |_| format!("Adding scalar element of type {kind} to array position 0"));
            return;
        };
        self.trace(SOURCE, |_| format!("Argument type {} is IList", type_of(value)));
        for (at, item) in items.iter().enumerate() {
            let from = short(&type_of(item));
            if coerces {
                self.trace(SOURCE, |_| format!("COERCE collection element from type {from} to type {element_name}"));
                self.trace_element(element, item);
            } else if !is_assignable(element, item) {
                self.trace(SOURCE, |_| {
                    format!("COERCION REQUIRED: Did not attempt to coerce collection element from type {from} to type {element_name}")
                });
                return;
            }
            let kind = if coerces { short(element_name) } else { from };
            self.trace(SOURCE, |_| format!("Adding element of type {kind} to array position {at}"));
        }
    }

    fn trace_element(&mut self, element: TypeRef, item: &Value) {
        let outer = self.trace_scope(SOURCE, |_| format!("COERCE arg to [{}]", element.name()));
        if is_assignable(element, item) {
            self.trace(SOURCE, |_| "Parameter and arg types the same, no coercion is needed.".to_string());
        } else {
            let from = type_of(item);
            self.trace(SOURCE, |_| format!("Trying to convert argument value from {from} to {}", element.name()));
            self.trace(SOURCE, |_| "CONVERT arg type to param type using LanguagePrimitives.ConvertTo".to_string());
        }
        self.trace_back(outer);
    }

    fn trace_validations(&mut self, p: &Parameter, done: &Result) {
        let id = done.as_ref().err().map(|flow| id_of(flow)).unwrap_or_default();
        // Those that come after the one that failed are not reached; which it was the error does not say.
        if done.is_ok() || id.starts_with("ParameterArgumentValidationError") {
            for validation in &p.validations {
                let attribute = validation_object(self, validation).ok().flatten();
                let name = attribute.as_ref().map_or_else(values::Str::empty, type_of);
                if name.starts_with("System.Management.Automation.Allow") {
                    continue;
                }
                let outer = self.trace_scope(SOURCE, |_| format!("Executing VALIDATION metadata: [{name}]"));
                if let Err(flow) = done
                    && id == "ParameterArgumentValidationError"
                    && p.validations.len() == 1
                {
                    self.trace(SOURCE, |t| format!("ERROR: VALIDATION FAILED: {}", t.quoted(&inner_message(flow))));
                }
                self.trace_back(outer);
            }
        }
        let refusal = match id.strip_prefix("ParameterArgumentValidationError").unwrap_or_default() {
            "NullNotAllowed" => "ERROR: Argument cannot be null",
            "EmptyStringNotAllowed" => "ERROR: Argument cannot be an empty string",
            "EmptyArrayNotAllowed" | "EmptyCollectionNotAllowed" => "ERROR: Argument cannot be an empty collection",
            _ => return,
        };
        self.trace(SOURCE, |_| refusal.to_string());
    }
}

/// Whether a trace keeps a value to itself: the parameter names a secret.
fn is_veiled(p: &Parameter, value: &Value) -> bool {
    names_secret(&p.name) && !p.is_switch() && !matches!(value.base(), Value::Bool(_))
}

/// The name of a parameter's type.
fn type_name(p: &Parameter) -> &str {
    if p.ty == TypeRef::OBJECT && p.type_name.contains('.') { &p.type_name } else { p.ty.name() }
}

fn is_assignable(ty: TypeRef, value: &Value) -> bool {
    let is_a = |t: TypeRef| t == ty || t.derives_from(ty);
    ty == TypeRef::OBJECT || value.base().type_ref().is_some_and(is_a)
}

/// Whether the first pass over positions, which converts nothing, takes a value.
fn goes_without_conversion(p: &Parameter, value: &Value) -> bool {
    if is_assignable(p.ty, value) || p.ty == TypeRef::PSOBJECT {
        return type_name(p) == p.ty.name();
    }
    let Some(element) = p.ty.element() else { return false };
    match value.as_array() {
        Some(items) => items.to_vec().iter().all(|item| is_assignable(element, item)),
        None => is_assignable(element, value),
    }
}

fn short(name: &str) -> String {
    name.rsplit('.').next().unwrap_or(name).to_string()
}

fn id_of(flow: &Flow) -> String {
    let id = |r: &values::ErrorRecord| r.exception.data.lock().identity.as_ref().map(|i| i.id.to_string());
    flow.record().and_then(|r| id(r)).unwrap_or_default()
}

/// The reason below a binder's own message.
fn inner_message(flow: &Flow) -> String {
    let Some(record) = flow.record() else { return String::new() };
    let inner = record.exception.data.lock().inner.clone();
    match inner {
        Some(Value::Exception(inner)) => inner.message().to_string(),
        _ => record.exception.message().to_string(),
    }
}
