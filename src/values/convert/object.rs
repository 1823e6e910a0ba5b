//! Conversion through a type's own members: Parse, constructors, cast operators, properties set from a dictionary.

use super::convert;
use super::fail::{cast_error, failed, inner_message, is_missing};
use crate::collection::Dict;
use crate::context::Context;
use crate::error::Result;
use crate::members;
use crate::string::Str;
use crate::types::{TypeKind, TypeRef};
use crate::value::Value;

/// Tries what the target's members offer; none where nothing fits.
pub fn by_members(ctx: &mut dyn Context, value: &Value, ty: TypeRef) -> Result<Option<Value>> {
    match value {
        Value::Dict(dict) => from_dict(ctx, value, dict, ty),
        Value::Str(_) => from_text(ctx, value, ty),
        Value::Object(o) if o.ty == TypeRef::PSCUSTOMOBJECT => from_custom(ctx, value, ty),
        Value::BigInt(_) | Value::Bool(_) => operator(ctx, value, ty),
        Value::F32(_) | Value::F64(_) | Value::Decimal(_) => constructor(ctx, value, ty),
        _ => match constructor(ctx, value, ty)? {
            Some(done) => Ok(Some(done)),
            None => operator(ctx, value, ty),
        },
    }
}

/// Types whose Parse takes text alone; the others take a format provider, which the error's id tells.
fn parses_without_provider(ty: TypeRef) -> bool {
    matches!(
        ty.name(),
        "System.Version"
            | "System.Management.Automation.SemanticVersion"
            | "System.Net.IPAddress"
            | "System.Net.IPEndPoint"
            | "System.Net.IPNetwork"
            | "System.Net.NetworkInformation.PhysicalAddress"
    )
}

fn from_text(ctx: &mut dyn Context, value: &Value, ty: TypeRef) -> Result<Option<Value>> {
    let is_class = matches!(ty.info().kind, TypeKind::Class | TypeKind::Struct);
    if !is_class || ty.info().class.get().is_some() {
        return constructor(ctx, value, ty);
    }
    if is_parsed(ty) {
        match members::call_static(ctx, ty, "Parse", std::slice::from_ref(value)) {
            Ok(done) if !done.is_null() => return Ok(Some(done)),
            Ok(_) => {}
            Err(flow) if is_missing(&flow) => {}
            Err(flow) => {
                let Some(why) = inner_message(&flow) else { return Err(flow) };
                let id = if parses_without_provider(ty) {
                    "InvalidCastParseTargetInvocation"
                } else {
                    "InvalidCastParseTargetInvocationWithFormatProvider"
                };
                return failed(ctx, id, value, ty, &why);
            }
        }
    }
    constructor(ctx, value, ty)
}

/// Types that are not read by their Parse method, though they may have one.
fn is_parsed(ty: TypeRef) -> bool {
    !matches!(ty, TypeRef::REGEX | TypeRef::URI | TypeRef::XML_DOCUMENT | TypeRef::ARRAYLIST | TypeRef::HASHTABLE)
        && !ty.derives_from(TypeRef::EXCEPTION)
}

/// A public constructor with one parameter that takes the value.
fn constructor(ctx: &mut dyn Context, value: &Value, ty: TypeRef) -> Result<Option<Value>> {
    if matches!(ty, TypeRef::HASHTABLE | TypeRef::ARRAYLIST | TypeRef::STRING | TypeRef::SCRIPTBLOCK)
        || matches!(ty.info().kind, TypeKind::Interface | TypeKind::Delegate | TypeKind::Enum { .. } | TypeKind::Array { .. })
        || ty.name() == "System.Collections.BitArray"
    {
        return Ok(None);
    }
    let made = if ty.info().class.get().is_some() {
        ctx.construct_class(ty, std::slice::from_ref(value))
    } else {
        members::call_static(ctx, ty, "new", std::slice::from_ref(value))
    };
    match made {
        Ok(done) => Ok(Some(done)),
        Err(flow) if is_missing(&flow) => Ok(None),
        Err(flow) => match inner_message(&flow) {
            Some(why) if ty == TypeRef::URI => failed(ctx, "InvalidCastFromStringToUri", value, ty, &why),
            Some(why) => failed(ctx, "InvalidCastConstructorException", value, ty, &why),
            None => Err(flow),
        },
    }
}

/// `op_Implicit` and `op_Explicit` of the target, then of the source.
fn operator(ctx: &mut dyn Context, value: &Value, ty: TypeRef) -> Result<Option<Value>> {
    let Some(from) = value.type_ref() else { return Ok(None) };
    for method in ["op_Implicit", "op_Explicit"] {
        for owner in [ty, from] {
            if owner.info().class.get().is_none() && (TypeRef::OBJECT..=TypeRef::GUID).contains(&owner) {
                continue;
            }
            match members::call_static(ctx, owner, method, std::slice::from_ref(value)) {
                Ok(done) if done.type_ref() == Some(ty) => return Ok(Some(done)),
                Ok(_) => {}
                Err(flow) if is_missing(&flow) => {}
                Err(flow) => {
                    let Some(why) = inner_message(&flow) else { return Err(flow) };
                    let id = format!("InvalidCastTargetInvocationException{method}");
                    return failed(ctx, &id, value, ty, &why);
                }
            }
        }
    }
    Ok(None)
}

/// Whether a default instance can be made and given properties.
fn has_default(ctx: &mut dyn Context, ty: TypeRef) -> Result<Option<Value>> {
    if (TypeRef::BOOL..=TypeRef::DOUBLE).contains(&ty)
        || matches!(ty.info().kind, TypeKind::Interface | TypeKind::Delegate | TypeKind::Array { .. })
    {
        return Ok(None);
    }
    let zero = match ty {
        TypeRef::DATETIME => Some(Value::DateTime(0)),
        TypeRef::TIMESPAN => Some(Value::TimeSpan(0)),
        TypeRef::GUID => Some(Value::Guid(std::sync::Arc::new(uuid::Uuid::nil()))),
        TypeRef::DECIMAL => Some(Value::decimal(rust_decimal::Decimal::ZERO)),
        TypeRef::BIGINT => Some(Value::big(num_bigint::BigInt::from(0))),
        _ if matches!(ty.info().kind, TypeKind::Enum { .. }) => Some(Value::Enum(ty, 0)),
        _ => None,
    };
    if zero.is_some() {
        return Ok(zero);
    }
    let made = if ty.info().class.get().is_some() {
        ctx.construct_class(ty, &[])
    } else {
        members::call_static(ctx, ty, "new", &[])
    };
    match made {
        Ok(done) => Ok(Some(done)),
        Err(flow) if is_missing(&flow) => Ok(None),
        Err(flow) => Err(flow),
    }
}

fn from_dict(ctx: &mut dyn Context, value: &Value, dict: &Dict, ty: TypeRef) -> Result<Option<Value>> {
    let takes_dict = matches!(ty.name(), "System.Collections.SortedList" | "System.Collections.Queue" | "System.Collections.Stack");
    if takes_dict && let Some(made) = constructor(ctx, value, ty)? {
        return Ok(Some(made));
    }
    let Some(object) = has_default(ctx, ty)? else { return Ok(None) };
    set_properties(ctx, &object, dict, ty)?;
    Ok(Some(object))
}

fn creation<T>(ty: TypeRef, why: &str) -> Result<T> {
    cast_error("ObjectCreationError", format!("Cannot create object of type \"{}\". {why}", ty.name())).throw()
}

/// Sets the entries of a dictionary as properties of a new object.
pub fn set_properties(ctx: &mut dyn Context, object: &Value, dict: &Dict, ty: TypeRef) -> Result<()> {
    for (key, value) in dict.to_vec() {
        let name = super::to_str(ctx, &key)?;
        match members::get(ctx, object, &name)? {
            Some(_) => {
                if let Err(flow) = members::set(ctx, object, &name, value) {
                    let Some(record) = flow.record() else { return Err(flow) };
                    let id = record.full_id();
                    let why = inner_message(&flow).unwrap_or_else(Str::empty);
                    if id == "PropertyAssignmentException" || id == "SetterNotDefined" || id.contains("ReadOnly") {
                        return creation(ty, &format!("\"{name}\" is a ReadOnly property."));
                    }
                    return creation(ty, &why);
                }
            }
            None => {
                let known = settable(ctx, object, ty);
                let tail = if known.is_empty() {
                    "There is no settable property available.".to_string()
                } else {
                    format!("The settable properties are: {}.", known.join(", "))
                };
                return creation(
                    ty,
                    &format!("The property '{name}' was not found for the '{}' object. {tail}", ty.full_name()),
                );
            }
        }
    }
    Ok(())
}

/// The properties that can be set, each with its type.
fn settable(ctx: &mut dyn Context, object: &Value, ty: TypeRef) -> Vec<String> {
    if let TypeKind::Enum { underlying, .. } = &ty.info().kind {
        return vec![format!("[value__ <{}>]", underlying.name())];
    }
    let mut found = Vec::new();
    for member in members::members(ctx, object) {
        let text = member.definition.as_str();
        if member.kind != "Property" || !text.contains("set;") {
            continue;
        }
        // `int Port {get;set;}`: the type's own name is shown.
        let shown = text.split(' ').next().unwrap_or_default();
        let shown = TypeRef::find(shown).map_or_else(|| shown.to_string(), |t| t.name().to_string());
        found.push(format!("[{} <{shown}>]", member.name));
    }
    found
}

/// A custom object as another type: its properties set on a new one, where they all exist.
fn from_custom(ctx: &mut dyn Context, value: &Value, ty: TypeRef) -> Result<Option<Value>> {
    if ty == TypeRef::HASHTABLE || ty.info().class.get().is_some() || has_properties(ty) {
        let Some(object) = has_default(ctx, ty)? else { return Ok(None) };
        let mut is_complete = !matches!(ty.info().kind, TypeKind::Enum { .. });
        if is_complete {
            for (name, item) in members::properties(ctx, value)? {
                if members::get(ctx, &object, &name)?.is_none() || matches!(object, Value::Dict(_)) {
                    is_complete = false;
                    break;
                }
                members::set(ctx, &object, &name, item)?;
            }
        }
        if is_complete {
            return Ok(Some(object));
        }
        let why = super::no_way(ctx, value, ty)?.message();
        return failed(ctx, "InvalidCastConstructorException", value, ty, &why);
    }
    Ok(None)
}

fn has_properties(ty: TypeRef) -> bool {
    !matches!(ty.name(), "System.Half" | "System.Int128" | "System.UInt128")
        && !(TypeRef::BOOL..=TypeRef::DOUBLE).contains(&ty)
        && !matches!(ty.info().kind, TypeKind::Array { .. } | TypeKind::Interface | TypeKind::Delegate)
}

/// A conversion that tells only whether it can be made.
pub fn try_convert(ctx: &mut dyn Context, value: &Value, ty: TypeRef) -> Result<Option<Value>> {
    match convert(ctx, value, ty) {
        Ok(done) => Ok(Some(done)),
        Err(flow) if flow.record().is_some() => Ok(None),
        Err(flow) => Err(flow),
    }
}
