//! Conversion through a type's own members: Parse, constructors, cast operators, properties set from a dictionary.

use super::fail::{cast_error, failed, inner_message, is_missing};
use super::{convert, version};
use crate::collection::Dict;
use crate::context::Context;
use crate::error::Result;
use crate::members;
use crate::operators;
use crate::types::define::{self, FROM_TEXT};
use crate::types::{Behaviour, Call, TypeKind, TypeRef, facts, signature};
use crate::value::Value;

/// Tries what the target's members offer; none where nothing fits.
pub fn by_members(ctx: &mut dyn Context, value: &Value, ty: TypeRef) -> Result<Option<Value>> {
    match value {
        Value::Dict(dict) => return from_dict(ctx, value, dict, ty),
        Value::Object(o) if o.ty == TypeRef::PSCUSTOMOBJECT => return from_custom(ctx, value, ty),
        Value::Foreign(f) if ty == TypeRef::VERSION && f.type_ref().name() == version::SEMANTIC => {
            return version::of_semantic(ctx, value).map(Some);
        }
        // What was read of an object elsewhere.
        Value::Foreign(f) if f.type_ref() == TypeRef::PSOBJECT => return from_custom(ctx, value, ty),
        // A text is an address of either kind.
        Value::Str(_) if ty == TypeRef::URI => {
            let kind = TypeRef::find("System.UriKind").map_or(Value::I32(0), |t| Value::Enum(t, 0));
            return match members::call_static(ctx, ty, "new", &[value.clone(), kind]) {
                Ok(done) => Ok(Some(done)),
                Err(flow) => match inner_message(&flow) {
                    Some(why) => failed(ctx, "InvalidCastFromStringToUri", value, ty, &why),
                    None => Err(flow),
                },
            };
        }
        Value::Str(_) => {
            if let Some((_, run)) = define::behaviour(ty, FROM_TEXT) {
                return of_text(ctx, value, ty, run);
            }
            if let Some(done) = parse(ctx, value, ty)? {
                return Ok(Some(done));
            }
        }
        _ => {}
    }
    match constructor(ctx, value, ty)? {
        Some(done) => Ok(Some(done)),
        None => operator(ctx, value, ty),
    }
}

/// What the type's own converter makes of a text.
fn of_text(ctx: &mut dyn Context, value: &Value, ty: TypeRef, run: Behaviour) -> Result<Option<Value>> {
    let args = vec![value.clone()];
    let mut call = Call { ctx, this: &Value::Null, ty, name: FROM_TEXT, signature: None, args };
    match run(&mut call) {
        Ok(done) => Ok(Some(done)),
        Err(flow) => match flow.record().map(|r| r.exception.message()) {
            Some(why) => failed(ctx, "ConvertToFinalInvalidCastException", value, ty, &why),
            None => Err(flow),
        },
    }
}

/// The static `Parse` of a type that takes text, with a format provider or without.
fn parse(ctx: &mut dyn Context, value: &Value, ty: TypeRef) -> Result<Option<Value>> {
    let Some(known) = facts::of(ty) else { return Ok(None) };
    let Some(method) = known.methods.iter().find(|m| m.is_static && m.name == "Parse") else { return Ok(None) };
    let signatures = signature::parse_all(ty, &method.overloads);
    let takes = |types: &[&str]| {
        signatures.iter().any(|s| {
            s.parameters.len() == types.len() && s.parameters.iter().zip(types).all(|(p, t)| p.ty.name() == *t)
        })
    };
    let with_provider = takes(&["System.String", "System.IFormatProvider"]);
    if !with_provider && !takes(&["System.String"]) {
        return Ok(None);
    }
    let mut arguments = vec![value.clone()];
    if with_provider && let Some(invariant) = members::get_static(ctx, TypeRef::CULTURE_INFO, "InvariantCulture")? {
        arguments.push(invariant);
    }
    match members::call_static(ctx, ty, "Parse", &arguments) {
        Ok(done) => Ok(Some(done)),
        Err(flow) if is_missing(&flow) => Ok(None),
        Err(flow) => {
            let Some(why) = inner_message(&flow) else { return Err(flow) };
            let id = if with_provider {
                "InvalidCastParseTargetInvocationWithFormatProvider"
            } else {
                "InvalidCastParseTargetInvocation"
            };
            failed(ctx, id, value, ty, &why)
        }
    }
}

/// Whether a parameter takes a value of a type as it is: the same, derived, or a wider primitive.
fn accepts(parameter: TypeRef, from: TypeRef) -> bool {
    if facts::is_assignable(from, parameter) {
        return true;
    }
    let from = match &from.info().kind {
        TypeKind::Enum { underlying, .. } => *underlying,
        _ => from,
    };
    let wider: &[TypeRef] = match from {
        TypeRef::CHAR => &[TypeRef::UINT16, TypeRef::UINT32, TypeRef::INT32, TypeRef::UINT64, TypeRef::INT64],
        TypeRef::BYTE => &[
            TypeRef::CHAR,
            TypeRef::INT16,
            TypeRef::UINT16,
            TypeRef::INT32,
            TypeRef::UINT32,
            TypeRef::INT64,
            TypeRef::UINT64,
        ],
        TypeRef::SBYTE => &[TypeRef::INT16, TypeRef::INT32, TypeRef::INT64],
        TypeRef::INT16 => &[TypeRef::INT32, TypeRef::INT64],
        TypeRef::UINT16 => &[TypeRef::INT32, TypeRef::UINT32, TypeRef::INT64, TypeRef::UINT64],
        TypeRef::INT32 => &[TypeRef::INT64],
        TypeRef::UINT32 => &[TypeRef::INT64, TypeRef::UINT64],
        TypeRef::SINGLE => return matches!(parameter, TypeRef::SINGLE | TypeRef::DOUBLE),
        TypeRef::INT64 | TypeRef::UINT64 => &[],
        _ => return false,
    };
    parameter == from || wider.contains(&parameter) || matches!(parameter, TypeRef::SINGLE | TypeRef::DOUBLE)
}

/// A public constructor with one parameter that takes the value.
fn constructor(ctx: &mut dyn Context, value: &Value, ty: TypeRef) -> Result<Option<Value>> {
    let Some(from) = value.type_ref() else { return Ok(None) };
    let Some(known) = facts::of(ty) else { return Ok(None) };
    if known.is("abstract") || known.is("static") || known.is("interface") || known.is("delegate") || known.is("enum") {
        return Ok(None);
    }
    // An integer would be taken for a capacity.
    let is_integral = (TypeRef::SBYTE..=TypeRef::UINT64).contains(&from);
    if is_integral && (facts::is_assignable(ty, TypeRef::ILIST) || facts::is_assignable(ty, TypeRef::ICOLLECTION)) {
        return Ok(None);
    }
    let signatures = signature::parse_all(ty, &known.constructors);
    let mut fitting: Vec<TypeRef> = signatures
        .iter()
        .filter(|s| s.parameters.len() == 1 && !s.parameters[0].is_ref)
        .map(|s| s.parameters[0].ty)
        .filter(|p| accepts(*p, from))
        .collect();
    fitting.sort_by_key(|p| (*p != from, *p == TypeRef::OBJECT));
    let Some(parameter) = fitting.first().copied() else {
        // A type that a module makes may take a text all the same.
        return match from {
            TypeRef::STRING => ctx.session_static(ty, "new", std::slice::from_ref(value)),
            _ => Ok(None),
        };
    };
    let argument = convert(ctx, value, parameter)?;
    match members::call_static(ctx, ty, "new", &[argument]) {
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
    for owner in [ty, from] {
        for method in ["op_Implicit", "op_Explicit"] {
            if !has_operator(owner, method, from, ty) {
                continue;
            }
            match members::call_static(ctx, owner, method, std::slice::from_ref(value)) {
                Ok(done) if operators::is_type(ctx, &done, ty) => return Ok(Some(done)),
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

/// Whether a type declares a cast operator between two types.
fn has_operator(owner: TypeRef, method: &str, from: TypeRef, to: TypeRef) -> bool {
    let Some(known) = facts::of(owner) else { return false };
    let Some(found) = known.methods.iter().find(|m| m.is_static && m.name == method) else { return false };
    signature::parse_all(owner, &found.overloads).iter().any(|s| {
        let result = s.text.trim_start_matches("static ").split(' ').next().unwrap_or_default();
        s.parameters.len() == 1
            && facts::is_assignable(from, s.parameters[0].ty)
            && TypeRef::find(result).is_some_and(|r| facts::is_assignable(r, to))
    })
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
    let takes_dict =
        matches!(ty.name(), "System.Collections.SortedList" | "System.Collections.Queue" | "System.Collections.Stack");
    if (takes_dict || ty.info().class.get().is_some())
        && let Some(made) = constructor(ctx, value, ty)?
    {
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
                    // What setting the property wrapped is said, not that it was set.
                    let inner = record.exception.data.lock().inner.clone();
                    let why = match inner {
                        Some(Value::Exception(inner)) => inner.message(),
                        _ => record.exception.message(),
                    };
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
