//! Arrays, lists and tables.

use std::sync::Arc;

use super::convert;
use super::fail::{cast_error, no_way};
use super::text::net_string;
use crate::collection::{Array, Dict};
use crate::context::Context;
use crate::error::Result;
use crate::members;
use crate::object::{Layout, Object};
use crate::stop::Growing;
use crate::string::Str;
use crate::types::TypeRef;
use crate::value::Value;

/// The items of what an array conversion takes apart: arrays, lists and other enumerables, not text or dictionaries.
fn items(ctx: &mut dyn Context, value: &Value) -> Result<Option<Vec<Value>>> {
    match value {
        Value::Array(a) => a.copied().map(Some),
        Value::Foreign(f) if f.is_enumerable() => members::enumerate(ctx, value),
        _ => Ok(None),
    }
}

/// A value as `Object[]`: its items, or itself as the only one.
pub fn to_array(ctx: &mut dyn Context, value: &Value) -> Result<Vec<Value>> {
    Ok(match items(ctx, value.base())? {
        Some(items) => items,
        None if value.is_null() => Vec::new(),
        None => vec![value.clone()],
    })
}

/// `[array]value`.
pub fn to_any_array(ctx: &mut dyn Context, value: &Value) -> Result {
    match value {
        Value::Array(a) if a.is_fixed => Ok(value.clone()),
        _ => Ok(Value::array(to_array(ctx, value)?)),
    }
}

/// `[T[]]value`.
pub fn to_typed_array(ctx: &mut dyn Context, value: &Value, ty: TypeRef, element: TypeRef) -> Result {
    if let (Value::Str(text), TypeRef::CHAR) = (value, element) {
        return Ok(Value::typed_array(element, text.utf16().map(Value::Char).collect()));
    }
    if let Some(found) = items(ctx, value)? {
        if element == TypeRef::OBJECT {
            return Ok(Value::array(found));
        }
        let found = Growing::new(found);
        let mut made = Growing::new(Vec::with_capacity(found.len()));
        let mut pace = crate::stop::Pace::default();
        for item in found.iter() {
            pace.step()?;
            // An item that is null stays null where the element type can hold it.
            let done = match item {
                Value::Null | Value::Void if element == TypeRef::STRING => Value::from(""),
                other => convert(ctx, other, element)?,
            };
            made.push(done)?;
        }
        return Ok(Value::typed_array(element, made.done()));
    }
    let single = match convert(ctx, value, element) {
        Ok(done) => done,
        Err(flow) => {
            let Some(record) = flow.record() else { return Err(flow) };
            let (id, why) = (record.full_id(), record.exception.message());
            if id == "ConvertToFinalInvalidCastException" {
                return no_way(ctx, value, ty)?.throw();
            }
            if id == "InvalidCastIConvertible" && matches!(value, Value::Bool(_) | Value::DateTime(_)) {
                return super::fail::change_type(ctx, value, ty);
            }
            let shown = net_string(ctx, value)?;
            return cast_error(
                "InvalidCastExceptionScalarToArray",
                format!("Cannot convert value \"{shown}\" to type \"{}\". Error: \"{why}\"", ty.name()),
            )
            .inner(Value::Exception(record.exception.clone()))
            .throw();
        }
    };
    Ok(Value::typed_array(element, vec![single]))
}

/// Lists that values represent themselves; none where the type is another.
pub fn to_list(ctx: &mut dyn Context, value: &Value, ty: TypeRef) -> Result<Option<Value>> {
    if ty == TypeRef::ARRAYLIST {
        let found = match value {
            Value::Dict(_) => Some(crate::types::sequence_of(ctx, value)?),
            other => items(ctx, other)?,
        };
        return Ok(found.map(|items| Value::Array(Arc::new(Array::list(ty, TypeRef::OBJECT, items)))));
    }
    let Some((definition, arguments)) = &ty.info().generic else { return Ok(None) };
    let [element] = arguments.as_slice() else { return Ok(None) };
    let is_list = *definition == TypeRef::LIST
        || matches!(
            definition.name(),
            "System.Collections.ObjectModel.Collection`1" | "System.Collections.ObjectModel.ObservableCollection`1"
        );
    let is_list_interface = matches!(
        definition.name(),
        "System.Collections.Generic.IList`1"
            | "System.Collections.Generic.ICollection`1"
            | "System.Collections.Generic.IReadOnlyList`1"
            | "System.Collections.Generic.IReadOnlyCollection`1"
    );
    if is_list_interface {
        return Ok(None);
    }
    if matches!(value, Value::Dict(_)) || !is_list {
        return set_like(ctx, value, ty, definition.name(), *element);
    }
    let Some(found) = listed(ctx, value, ty)? else {
        return Ok(Some(Value::Array(Arc::new(Array::list(ty, *element, Vec::new())))));
    };
    let made = converted(ctx, value, ty, &Growing::new(found), *element)?;
    Ok(Some(Value::Array(Arc::new(Array::list(ty, *element, made)))))
}

/// What a list is made of: the items, or a single value by way of its text. None for a character or an enum, which are
/// taken for a capacity.
fn listed(ctx: &mut dyn Context, value: &Value, ty: TypeRef) -> Result<Option<Vec<Value>>> {
    if let Some(items) = items(ctx, value)? {
        return Ok(Some(items));
    }
    match value {
        Value::Char(_) | Value::Enum(..) => Ok(None),
        Value::Bool(_) | Value::DateTime(_) => super::fail::change_type(ctx, value, ty),
        Value::BigInt(_) => Ok(Some(vec![value.clone()])),
        _ if value.is_number() => Ok(Some(vec![Value::Str(super::to_str(ctx, value)?)])),
        other => Ok(Some(vec![other.clone()])),
    }
}

/// Sets, queues and stacks: made from an array of converted items by their constructor.
fn set_like(
    ctx: &mut dyn Context,
    value: &Value,
    ty: TypeRef,
    definition: &str,
    element: TypeRef,
) -> Result<Option<Value>> {
    let is_known = matches!(
        definition,
        "System.Collections.Generic.HashSet`1"
            | "System.Collections.Generic.SortedSet`1"
            | "System.Collections.Generic.Queue`1"
            | "System.Collections.Generic.Stack`1"
            | "System.Collections.Generic.LinkedList`1"
            | "System.Collections.Concurrent.ConcurrentBag`1"
            | "System.Collections.Concurrent.ConcurrentQueue`1"
            | "System.Collections.Concurrent.ConcurrentStack`1"
    );
    if !is_known || matches!(value, Value::Dict(_)) {
        return Ok(None);
    }
    let has_capacity = matches!(definition.rsplit('.').next(), Some("HashSet`1" | "Queue`1" | "Stack`1"));
    if has_capacity && value.as_i64().is_some() && !matches!(value, Value::Enum(..)) {
        return members::call_static(ctx, ty, "new", std::slice::from_ref(value)).map(Some);
    }
    let found = listed(ctx, value, ty)?.unwrap_or_default();
    let made = converted(ctx, value, ty, &Growing::new(found), element)?;
    members::call_static(ctx, ty, "new", &[Value::typed_array(element, made)]).map(Some)
}

/// The items of a list to be; one that does not convert means that the whole collection has no way to the type.
fn converted(
    ctx: &mut dyn Context,
    whole: &Value,
    ty: TypeRef,
    items: &[Value],
    element: TypeRef,
) -> Result<Vec<Value>> {
    let mut made = Growing::new(Vec::with_capacity(items.len()));
    let mut pace = crate::stop::Pace::default();
    for item in items {
        pace.step()?;
        match convert(ctx, item, element) {
            Ok(done) => made.push(done)?,
            Err(flow) if flow.record().is_some() && matches!(whole, Value::Array(_)) => {
                return no_way(ctx, whole, ty)?.throw();
            }
            Err(flow) => return Err(flow),
        }
    }
    Ok(made.done())
}

/// `[hashtable]` of another dictionary.
pub fn hashtable_of(dict: &Arc<Dict>) -> Value {
    let table = Dict::hashtable();
    for (key, value) in dict.to_vec() {
        table.insert(key, value);
    }
    Value::Dict(Arc::new(table))
}

/// `[pscustomobject]@{...}`: the entries as properties in order. An entry `PSTypeName` names the object's type.
pub fn custom_object(ctx: &mut dyn Context, dict: &Arc<Dict>) -> Result {
    let entries = dict.to_vec();
    let mut names: Vec<Str> = Vec::with_capacity(entries.len());
    let mut slots = Vec::with_capacity(entries.len());
    let mut type_name = None;
    for (key, value) in entries {
        let name = super::to_str(ctx, &key)?;
        if name.eq_ignore_ascii_case("PSTypeName") {
            type_name = Some(super::to_str(ctx, &value)?);
            continue;
        }
        match names.iter().position(|n| crate::collection::equals_ignore_case(n, &name)) {
            Some(at) => slots[at] = value,
            None => {
                names.push(name);
                slots.push(value);
            }
        }
    }
    let object = Object::custom(Layout::shared(names), slots);
    if let Some(name) = type_name {
        object.lock().type_names = Some(Arc::from([
            name,
            Str::from("System.Management.Automation.PSCustomObject"),
            Str::from("System.Object"),
        ]));
    }
    Ok(Value::Object(Arc::new(object)))
}
