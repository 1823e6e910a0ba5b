//! Members, indexes and types as the language reaches them.

use std::sync::{Arc, LazyLock};

use values::{Context, ErrorCategory, Result, Str, TypeRef, Value, convert, members};

use crate::code::Code;
use crate::errors;
use crate::runspace::Runspace;
use crate::trace::Source;

/// The property that tells what `throw` threw.
static THROWN: LazyLock<Str> = LazyLock::new(|| Str::from("WasThrownFromThrowStatement"));

impl Runspace {
    /// A type of the code's type table.
    pub(super) fn resolve_type(&mut self, code: &Arc<Code>, ty: u16) -> Result<TypeRef> {
        if let Some(known) = code.resolved[ty as usize].get() {
            return Ok(*known);
        }
        let text = code.types[ty as usize].text.clone();
        match self.find_type(&text) {
            Some(found) => {
                let is_session_type = found.info().class.get().is_some();
                if !is_session_type {
                    let _ = code.resolved[ty as usize].set(found);
                }
                Ok(found)
            }
            None => errors::type_not_found(&text).throw(),
        }
    }

    /// `[type] value`.
    pub fn cast(&mut self, value: Value, ty: TypeRef) -> Result {
        if self.tracing.is_none() {
            return self.cast_untold(value, ty);
        }
        let done = self.cast_untold(value.clone(), ty);
        self.trace_cast(&value, ty, &done);
        done
    }

    fn cast_untold(&mut self, value: Value, ty: TypeRef) -> Result {
        match (&value, ty) {
            (Value::I32(_), TypeRef::INT32) | (Value::Str(_), TypeRef::STRING) | (Value::Bool(_), TypeRef::BOOL) => {
                Ok(value)
            }
            (_, TypeRef::VOID) => Ok(Value::Void),
            // `[psobject]` puts what is no object of its own into one.
            (Value::Str(_), TypeRef::PSOBJECT) => Ok(wrapped(value)),
            (_, TypeRef::PSOBJECT) if value.is_number() || matches!(value, Value::Bool(_) | Value::Char(_)) => {
                Ok(wrapped(value))
            }
            // `[ref] value`: a reference to a variable of its own.
            (_, TypeRef::PSREFERENCE) if value.type_ref() != Some(TypeRef::PSREFERENCE) => {
                let cell = crate::scope::Variable::cell("value", value);
                Ok(Value::foreign(crate::host_objects::Reference::to(cell)))
            }
            _ => convert::cast(self, &value, ty),
        }
    }

    /// `object.name`.
    pub(super) fn get_member(&mut self, object: &Value, name: &Value) -> Result {
        let text = self.member_name(name)?;
        if object.is_null() {
            if self.strict() >= 2 {
                return errors::property_not_found(&text).throw();
            }
            if let Some(value) = members::get(self, object, &text)? {
                return Ok(value);
            }
            if text.eq_ignore_ascii_case("count") || text.eq_ignore_ascii_case("length") {
                return Ok(Value::I32(0));
            }
            return Ok(Value::Null);
        }
        if let Value::Exception(e) = object
            && e.ty.info().class.get().is_some()
        {
            let data = e.data.lock();
            if let Some((_, value)) = data.properties.iter().find(|(n, _)| n.eq_ignore_ascii_case(&text)) {
                return Ok(value.clone());
            }
        }
        // A key that is a number is looked up as one.
        if let (Value::Dict(dict), Value::I32(_) | Value::I64(_)) = (object.base(), name)
            && let Some(value) = dict.get(name)
        {
            return Ok(value);
        }
        let found = match members::get_enumerating(self, object, &text) {
            // A property whose getter throws reads as nothing.
            Err(flow) if self.strict() < 2 && is_getter_error(&flow) => Some(Value::Null),
            outcome => outcome?,
        };
        if self.tracing.is_some() {
            const SOURCE: Source = Source::MemberResolution;
            let depth = self.trace_scope(SOURCE, |_| "Lookup".to_string());
            let member = if found.is_some() { text.as_str() } else { "not found" };
            self.trace(SOURCE, |_| format!("Adapted member: {member}."));
            self.trace_back(depth);
        }
        match found {
            Some(value) => Ok(value),
            None if self.strict() >= 2 => errors::property_not_found(&text).throw(),
            None => Ok(Value::Null),
        }
    }

    fn member_name(&mut self, name: &Value) -> Result<Str> {
        match name {
            Value::Str(s) => Ok(s.clone()),
            other => convert::to_str(self, other),
        }
    }

    /// `object.name = value`.
    pub(super) fn set_member(&mut self, object: &Value, name: &Value, value: Value) -> Result<()> {
        let text = self.member_name(name)?;
        if object.is_null() {
            return errors::invalid_operation(
                "PropertyNotFound",
                format!("The property '{text}' cannot be found on this object. Verify that the property exists and can be set."),
            )
            .throw();
        }
        let value = if matches!(value, Value::Void) { Value::Null } else { value };
        if let Value::Exception(e) = object
            && e.ty.info().class.get().is_some()
            && let Some(value) = self.property_of_class(e.ty, &text, &value)?
        {
            let mut data = e.data.lock();
            if let Some(entry) = data.properties.iter_mut().find(|(n, _)| n.eq_ignore_ascii_case(&text)) {
                entry.1 = value;
            }
            return Ok(());
        }
        members::set(self, object, &text, value)
    }

    fn static_type(&mut self, ty: &Value) -> Result<Option<TypeRef>> {
        Ok(match ty {
            Value::Type(t) => Some(*t),
            Value::Str(s) => self.find_type(s),
            other => other.type_ref(),
        })
    }

    pub(super) fn get_static(&mut self, ty: &Value, name: &Value) -> Result {
        let text = self.member_name(name)?;
        let Some(t) = self.static_type(ty)? else { return Ok(Value::Null) };
        if let Some(found) = crate::hosting::get_static(self, t, &text) {
            return Ok(found);
        }
        if let Some(found) = crate::syntax::get_static(t, &text) {
            return Ok(found);
        }
        match members::get_static(self, t, &text)? {
            Some(value) => Ok(value),
            None if self.strict() >= 2 => errors::property_not_found(&text).throw(),
            None => Ok(Value::Null),
        }
    }

    pub(super) fn set_static(&mut self, ty: &Value, name: &Value, value: Value) -> Result<()> {
        let text = self.member_name(name)?;
        match self.static_type(ty)? {
            Some(t) => members::set_static(self, t, &text, value),
            None => Ok(()),
        }
    }

    pub(super) fn get_index(&mut self, object: &Value, index: &Value) -> Result {
        if object.is_null() {
            return errors::invalid_operation("NullArray", "Cannot index into a null array.").throw();
        }
        match index.as_array() {
            Some(list) if matches!(object, Value::Foreign(_)) => members::index(self, object, &list.to_vec()),
            _ => members::index(self, object, std::slice::from_ref(index)),
        }
    }

    pub(super) fn set_index(&mut self, object: &Value, index: &Value, value: Value) -> Result<()> {
        if object.is_null() {
            return errors::invalid_operation("NullArray", "Cannot index into a null array.").throw();
        }
        let value = if matches!(value, Value::Void) { Value::Null } else { value };
        match index.as_array() {
            Some(list) => members::set_index(self, object, &list.to_vec(), value),
            None => members::set_index(self, object, std::slice::from_ref(index), value),
        }
    }

    /// A pair of a hash literal.
    pub(super) fn hash_add(&mut self, dict: &Value, key: Value, value: Value) -> Result<()> {
        let Some(dict) = dict.as_dict() else { return Ok(()) };
        if key.is_null() {
            return errors::invalid_operation("InvalidNullKey", "A null key is not allowed in a hash literal.").throw();
        }
        let value = if matches!(value, Value::Void) { Value::Null } else { value };
        let key = values::types::collections::key::settle(self, dict, &key)?;
        let mut data = dict.lock();
        if data.contains_key(&key) {
            drop(data);
            return errors::invalid_operation(
                "DuplicateKeyInHashLiteral",
                format!(
                    "Item has already been added. Key in dictionary: '{0}'  Key being added: '{0}'",
                    convert::to_display(&key)
                ),
            )
            .throw();
        }
        data.insert(key.into_base(), value);
        Ok(())
    }

    /// `throw value`: an error record as it is, an exception, or any value as the message.
    pub(super) fn throw_value(&mut self, value: Value) -> Box<values::Flow> {
        let record = match value.base() {
            Value::Error(record) => record.clone(),
            Value::Exception(e) => values::ErrorRecord::from_exception(e.clone()),
            other => {
                let text = match other.is_null() {
                    true => Str::from("ScriptHalted"),
                    false => convert::to_str(self, other).unwrap_or_else(|_| Str::empty()),
                };
                let exception = values::Exception::new(TypeRef::RUNTIME_EXCEPTION, text.clone()).identity(
                    text,
                    ErrorCategory::OperationStopped,
                    value.clone(),
                );
                exception.data.lock().properties.push((THROWN.clone(), Value::Bool(true)));
                values::ErrorRecord::from_exception(Arc::new(exception))
            }
        };
        {
            let mut data = record.data.lock();
            data.is_script_terminating = true;
            if let Value::Exception(e) = value.base()
                && e.ty.derives_from(TypeRef::RUNTIME_EXCEPTION)
            {
                // The engine's own exceptions carry their record with them.
                if session_state_exception(e.ty) && e.data.lock().identity.is_none() {
                    data.id = Some(Str::from("SessionStateException"));
                    data.category = ErrorCategory::InvalidArgument;
                    data.target = Value::from("");
                }
            } else if matches!(value.base(), Value::Exception(_)) {
                data.category = ErrorCategory::OperationStopped;
                data.id = Some(record.exception.message());
            }
        }
        values::Flow::throw(record)
    }
}

/// Whether a type is one of the exceptions about drives, items and variables.
fn session_state_exception(ty: TypeRef) -> bool {
    ty.derives_from(TypeRef::SESSION_STATE_EXCEPTION)
}

fn wrapped(value: Value) -> Value {
    Value::Wrapped(Arc::new(values::Wrapped::new(value)))
}

/// Whether a property's getter failed.
fn is_getter_error(flow: &values::Flow) -> bool {
    matches!(flow, values::Flow::Throw(record)
        if matches!(record.full_id().as_str(), "ExceptionWhenGetting" | "ScriptGetValueRuntimeException"))
}
