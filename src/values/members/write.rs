//! Writing members.

use super::read::type_data_member;
use crate::context::Context;
use crate::error::{ErrorCategory, Exception, Flow, Result, runtime_error};
use crate::object::PsMember;
use crate::types::define::{Member, MemberKind, lookup};
use crate::types::{Call, TypeRef};
use crate::value::Value;

/// Sets a property; a missing or read-only one throws as PowerShell does.
pub fn set(ctx: &mut dyn Context, object: &Value, name: &str, value: Value) -> Result<()> {
    match object {
        Value::Object(o) => {
            let value = match o.ty.info().class.get() {
                Some(_) => class_value(ctx, o.ty, name, value)?,
                None => value,
            };
            let (extra, base) = {
                let mut data = o.lock();
                if let Some(at) = data.layout.find(name) {
                    data.slots[at] = plain(value);
                    return Ok(());
                }
                (find_extra(&data.extra, name), data.base.clone())
            };
            if let Some(member) = extra {
                let stored = set_member(ctx, object, name, &member, value)?;
                if let Some(new) = stored {
                    let mut data = o.lock();
                    if let Some(place) = data.extra.iter_mut().find(|(n, _)| n.eq_ignore_ascii_case(name)) {
                        place.1 = PsMember::Note(new);
                    }
                }
                return Ok(());
            }
            if let Some(member) = type_data_member(ctx, object, name) {
                set_member(ctx, object, name, &member, value)?;
                return Ok(());
            }
            if let Some(base) = base {
                return set(ctx, &base, name, value);
            }
            if o.ty != TypeRef::PSCUSTOMOBJECT {
                return set_net(ctx, object, object, name, value);
            }
            let inner = not_found(name);
            setter_exception(name, inner, "ExceptionWhenSetting").throw()
        }
        Value::Dict(d) => {
            let key = crate::types::bind::to_type(ctx, &Value::from(name), d.key)?;
            let value = crate::types::bind::to_type(ctx, &value, d.value)?;
            d.insert(key, value);
            Ok(())
        }
        Value::Wrapped(w) => {
            if let Some(member) = w.find(name) {
                if let Some(new) = set_member(ctx, object, name, &member, value)? {
                    let mut members = w.members.lock();
                    if let Some(place) = members.iter_mut().find(|(n, _)| n.eq_ignore_ascii_case(name)) {
                        place.1 = PsMember::Note(new);
                    }
                }
                return Ok(());
            }
            match &w.base {
                Value::Dict(_) | Value::Object(_) => set(ctx, &w.base, name, value),
                base => set_net(ctx, object, base, name, value),
            }
        }
        _ => set_net(ctx, object, object, name, value),
    }
}

/// A value as a property of a script class takes it.
fn class_value(ctx: &mut dyn Context, class: TypeRef, name: &str, value: Value) -> Result {
    match ctx.class_property(class, name, &value) {
        Ok(Some(done)) => Ok(done),
        Ok(None) => Ok(value),
        Err(flow) => match &*flow {
            Flow::Throw(record) => {
                setter_exception(name, Value::Exception(record.exception.clone()), "ExceptionWhenSetting").throw()
            }
            _ => Err(flow),
        },
    }
}

fn plain(value: Value) -> Value {
    if matches!(value, Value::Void) { Value::Null } else { value }
}

fn find_extra(extra: &[(crate::string::Str, PsMember)], name: &str) -> Option<PsMember> {
    extra.iter().find(|(n, _)| crate::collection::equals_ignore_case(n, name)).map(|(_, m)| m.clone())
}

/// Sets through an added member; a note gives the value to be stored.
fn set_member(
    ctx: &mut dyn Context,
    object: &Value,
    name: &str,
    member: &PsMember,
    value: Value,
) -> Result<Option<Value>> {
    match member {
        PsMember::Note(_) => return Ok(Some(plain(value))),
        PsMember::Variable(variable) => set(ctx, variable, "Value", value)?,
        PsMember::Alias { target, .. } => set(ctx, object, target, value)?,
        PsMember::ScriptProperty { set: Some(block), .. } => {
            if let Err(flow) = ctx.invoke_block(block, &[value], Some(object), None) {
                return setter_error(flow, name, "ScriptSetValueRuntimeException");
            }
        }
        PsMember::CodeProperty { set: Some(set), .. } => set(ctx, object, &value)?,
        PsMember::ScriptProperty { set: None, .. } | PsMember::CodeProperty { set: None, .. } => {
            let ty = TypeRef::SET_VALUE_EXCEPTION;
            let message = format!("Set accessor for property \"{name}\" is unavailable.");
            return Exception::new(ty, message)
                .identity("SetWithoutSetterFromScriptProperty", ErrorCategory::NotSpecified, Value::Null)
                .throw();
        }
        _ => return not_found_error(name).throw(),
    }
    Ok(None)
}

fn set_net(ctx: &mut dyn Context, whole: &Value, base: &Value, name: &str, value: Value) -> Result<()> {
    let member = base.type_ref().and_then(|ty| lookup(ty, name, false));
    if let Value::Foreign(f) = base {
        match f.set(ctx, name, &value) {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            Err(flow) => return setter_error(flow, name, "ExceptionWhenSetting"),
        }
    }
    if let Some(member) = member
        && member.write.is_some()
    {
        return write_member(ctx, base, member, value);
    }
    if let Some(data) = type_data_member(ctx, whole, name) {
        set_member(ctx, whole, name, &data, value)?;
        return Ok(());
    }
    if let Value::Exception(e) = base
        && member.is_some_and(|m| m.can_write)
    {
        let mut data = e.data.lock();
        match data.properties.iter_mut().find(|(n, _)| n.eq_ignore_ascii_case(name)) {
            Some(place) => place.1 = value,
            None => data.properties.push((crate::string::Str::from(name), value)),
        }
        return Ok(());
    }
    match member {
        Some(member) if member.can_write => crate::types::fail::not_implemented(member.ty, member.name).throw(),
        // The adapter of XML fails in the setting, where others have no such property.
        None if base.type_ref().is_some_and(|t| t.name().starts_with("System.Xml.Xml")) => {
            setter_exception(name, not_found(name), "ExceptionWhenSetting").throw()
        }
        Some(member) if member.kind != MemberKind::Event => read_only(member.name).throw(),
        _ => not_found_error(name).throw(),
    }
}

fn write_member(ctx: &mut dyn Context, object: &Value, member: &Member, value: Value) -> Result<()> {
    let Some(write) = member.write else { return read_only(member.name).throw() };
    let outcome = match member.value_type() {
        Some(ty) => crate::types::bind::to_type(ctx, &value, ty),
        None => Ok(value),
    };
    let outcome = outcome.and_then(|value| {
        write(&mut Call { ctx, this: object, ty: member.ty, name: member.name, signature: None, args: vec![value] })
    });
    match outcome {
        Ok(_) => Ok(()),
        Err(flow) => setter_error(flow, member.name, "ExceptionWhenSetting"),
    }
}

fn setter_error<T>(flow: Box<Flow>, name: &str, id: &str) -> Result<T> {
    let Flow::Throw(record) = &*flow else { return Err(flow) };
    // A conversion that failed is told without the RuntimeException that a cast puts around it.
    let inner = record.exception.data.lock().inner.clone();
    let cast = inner.filter(|e| e.type_ref().is_some_and(|t| t.name().ends_with(".PSInvalidCastException")));
    let inner = cast.unwrap_or_else(|| Value::Exception(record.exception.clone()));
    setter_exception(name, inner, id).throw()
}

fn setter_exception(name: &str, inner: Value, id: &str) -> Exception {
    let message = match &inner {
        Value::Exception(e) => e.message().to_string(),
        _ => String::new(),
    };
    let ty = TypeRef::find("System.Management.Automation.SetValueInvocationException")
        .unwrap_or(TypeRef::SET_VALUE_EXCEPTION);
    Exception::new(ty, format!("Exception setting \"{name}\": \"{message}\"")).inner(inner).identity(
        id,
        ErrorCategory::NotSpecified,
        Value::Null,
    )
}

fn not_found(name: &str) -> Value {
    not_found_error(name).value()
}

/// The error of setting a property that is not there.
fn not_found_error(name: &str) -> Exception {
    let message = format!(
        "The property '{name}' cannot be found on this object. Verify that the property exists and can be set."
    );
    runtime_error("PropertyAssignmentException", ErrorCategory::InvalidOperation, Value::Null, message)
}

fn read_only(name: &str) -> Exception {
    let message = format!("'{name}' is a ReadOnly property.");
    let inner = Exception::new(TypeRef::SET_VALUE_EXCEPTION, message.as_str()).identity(
        "PropertyIsReadOnly",
        ErrorCategory::InvalidOperation,
        Value::Null,
    );
    runtime_error("PropertyAssignmentException", ErrorCategory::InvalidOperation, Value::Null, message)
        .inner(inner.value())
}

/// Sets a static property.
pub fn set_static(ctx: &mut dyn Context, ty: TypeRef, name: &str, value: Value) -> Result<()> {
    if ty.info().class.get().is_some() {
        match ctx.class_static(ty, name, Some(value.clone())) {
            Ok(Some(_)) => return Ok(()),
            Ok(None) => {}
            Err(flow) => return setter_error(flow, name, "ExceptionWhenSetting"),
        }
    }
    match lookup(ty, name, true) {
        Some(member) if member.write.is_some() => write_member(ctx, &Value::Null, member, value),
        Some(member) if member.can_write => crate::types::fail::not_implemented(ty, member.name).throw(),
        Some(member) => read_only(member.name).throw(),
        None => not_found_error(name).throw(),
    }
}
