//! `object[index]`.

use crate::collection::{Array, Dict};
use crate::context::Context;
use crate::error::{ErrorCategory, Exception, Flow, Result, runtime_error};
use crate::string::Str;
use crate::types::collections::key;
use crate::types::define::lookup;
use crate::types::{Call, TypeRef, bind, fail, rank};
use crate::value::Value;

/// `object[index]`. Out of range is `$null` for arrays and dictionaries.
pub fn index(ctx: &mut dyn Context, object: &Value, index: &[Value]) -> Result {
    match object.base() {
        Value::Array(a) => match index {
            [Value::I32(n)] if a.dims.is_none() => at(ctx, a, i64::from(*n)),
            _ => of_array(ctx, object, a, index),
        },
        Value::Dict(d) => match index {
            [Value::Array(keys)] if d.key != TypeRef::OBJECT || !has_array_key(d) => {
                let mut found = Vec::new();
                for key in keys.to_vec() {
                    let value = of_dict(ctx, d, &key)?;
                    // The indexer of a generic dictionary throws for what is not there, and a slice leaves it out.
                    if d.key != TypeRef::OBJECT && value.is_null() && !holds(ctx, d, &key)? {
                        continue;
                    }
                    found.push(value);
                }
                Ok(match found.len() {
                    1 if d.key != TypeRef::OBJECT => found.remove(0),
                    _ => Value::array(found),
                })
            }
            [key] => of_dict(ctx, d, key),
            keys => {
                let mut found = Vec::new();
                for key in keys {
                    found.push(of_dict(ctx, d, key)?);
                }
                Ok(Value::array(found))
            }
        },
        Value::Str(s) => {
            let s = s.clone();
            // Several positions keep the places that the text does not have; a list of positions leaves them out.
            let keeps = index.len() > 1;
            positions(ctx, index, &mut |ctx, n| {
                let place = if n < 0 { n + s.units() as i64 } else { n };
                match usize::try_from(place).ok().and_then(|p| s.unit_at(p)) {
                    Some(unit) => Ok(Some(Value::Char(unit))),
                    None => out_of_range(ctx).map(|found| found.or(keeps.then_some(Value::Null))),
                }
            })
        }
        Value::Null | Value::Void => null_array().throw(),
        Value::Object(o) => {
            let base = o.outline().base.clone();
            match base {
                Some(base) => self::index(ctx, &base, index),
                None => not_indexable(ctx, object, index),
            }
        }
        Value::Foreign(f) => {
            let f = f.clone();
            if let Some(found) = f.index(ctx, index)? {
                return Ok(found);
            }
            of_indexer(ctx, object, index)
        }
        _ => of_indexer(ctx, object, index),
    }
}

/// Whether a generic dictionary has the key, converted to its type.
fn holds(ctx: &mut dyn Context, d: &Dict, key: &Value) -> Result<bool> {
    let key = bind::to_type(ctx, key.base(), d.key)?;
    Ok(d.lock().contains_key(&key))
}

fn has_array_key(d: &Dict) -> bool {
    d.lock().iter().any(|(k, _)| matches!(k, Value::Array(_)))
}

fn null_array() -> Exception {
    runtime_error("NullArray", ErrorCategory::InvalidOperation, Value::Null, "Cannot index into a null array.")
}

fn null_index() -> Exception {
    let message = "Index operation failed; the array index evaluated to null.";
    runtime_error("NullArrayIndex", ErrorCategory::InvalidOperation, Value::Null, message)
}

fn out_of_range(ctx: &mut dyn Context) -> Result<Option<Value>> {
    if ctx.strict_mode() >= 3 { fail::bounds().throw() } else { Ok(None) }
}

fn at(ctx: &mut dyn Context, a: &Array, n: i64) -> Result {
    let found = {
        let items = a.lock();
        let place = if n < 0 { n + items.len() as i64 } else { n };
        usize::try_from(place).ok().and_then(|p| items.get(p).cloned())
    };
    match found {
        Some(value) => Ok(value),
        None => out_of_range(ctx).map(|v| v.unwrap_or(Value::Null)),
    }
}

/// Runs `one` for a single position, or for each of several; positions out of range are left out of a slice.
fn positions(
    ctx: &mut dyn Context,
    index: &[Value],
    one: &mut dyn FnMut(&mut dyn Context, i64) -> Result<Option<Value>>,
) -> Result {
    let several = match index {
        [single] => match single.base() {
            Value::Array(list) => list.to_vec(),
            Value::Foreign(f) if f.is_enumerable() => f.clone().enumerate(ctx)?.unwrap_or_default(),
            single => {
                let n = match to_position(ctx, single) {
                    Ok(n) => n,
                    Err(flow) if single.is_null() || ctx.strict_mode() >= 3 || !matches!(*flow, Flow::Throw(_)) => {
                        return Err(flow);
                    }
                    Err(_) => return Ok(Value::Null),
                };
                return Ok(one(ctx, n)?.unwrap_or(Value::Null));
            }
        },
        many => many.to_vec(),
    };
    let mut found = Vec::with_capacity(several.len());
    for value in &several {
        let n = to_position(ctx, value)?;
        if let Some(item) = one(ctx, n)? {
            found.push(item);
        }
    }
    Ok(Value::array(found))
}

fn to_position(ctx: &mut dyn Context, value: &Value) -> Result<i64> {
    match value.base() {
        Value::I32(n) => Ok(i64::from(*n)),
        Value::Null | Value::Void => null_index().throw(),
        other => {
            let converted = crate::convert::convert(ctx, other, TypeRef::INT32)?;
            Ok(converted.as_i64().unwrap_or(0))
        }
    }
}

fn of_array(ctx: &mut dyn Context, object: &Value, a: &std::sync::Arc<Array>, index: &[Value]) -> Result {
    let Some(dims) = &a.dims else {
        // What can be no number at all is refused, in the words of a conversion of the list.
        if let [single] = index
            && matches!(single.base(), Value::Dict(_) | Value::Object(_))
            && rank::rank(single, TypeRef::INT32) == rank::NONE
        {
            return crate::convert::no_way(ctx, object, TypeRef::INT32)?.throw();
        }
        return positions(ctx, index, &mut |ctx, n| {
            let found = {
                let items = a.lock();
                let place = if n < 0 { n + items.len() as i64 } else { n };
                usize::try_from(place).ok().and_then(|p| items.get(p).cloned())
            };
            match found {
                Some(value) => Ok(Some(value)),
                None => out_of_range(ctx),
            }
        });
    };
    let flat: Vec<Value> = match index {
        [Value::Array(list)] => list.to_vec(),
        other => other.to_vec(),
    };
    if flat.first().is_some_and(|v| matches!(v.base(), Value::Array(_))) {
        let mut found = Vec::new();
        for one in &flat {
            found.push(self::index(ctx, object, std::slice::from_ref(one))?);
        }
        return Ok(Value::array(found));
    }
    let place = place_of(ctx, dims, &flat)?;
    match place.and_then(|p| a.get(p)) {
        Some(value) => Ok(value),
        None => out_of_range(ctx).map(|v| v.unwrap_or(Value::Null)),
    }
}

/// The row-by-row place of coordinates; none when one is out of range.
fn place_of(ctx: &mut dyn Context, dims: &[(usize, i32)], index: &[Value]) -> Result<Option<usize>> {
    if index.len() != dims.len() {
        let shown: Vec<String> = index.iter().map(crate::convert::to_display).collect();
        let message =
            format!("You cannot index into a {} dimensional array with index [{}].", dims.len(), shown.join(","));
        return runtime_error("NeedMultidimensionalIndex", ErrorCategory::InvalidOperation, Value::Null, message)
            .throw();
    }
    let mut place = 0;
    for ((length, lower), value) in dims.iter().zip(index) {
        let mut n = to_position(ctx, value)? - i64::from(*lower);
        if n < 0 && *lower == 0 {
            n += *length as i64;
        }
        match usize::try_from(n) {
            Ok(n) if n < *length => place = place * length + n,
            _ => return Ok(None),
        }
    }
    Ok(Some(place))
}

fn is_ordered(d: &Dict) -> bool {
    d.ty == TypeRef::ORDERED_DICTIONARY
}

fn of_dict(ctx: &mut dyn Context, d: &Dict, key: &Value) -> Result {
    // A number that was put into an object is a key, not a place.
    let is_object = matches!(key, Value::Wrapped(_));
    let key = key.base();
    if key.is_null() {
        return null_index().throw();
    }
    if is_ordered(d)
        && !is_object
        && let Value::I32(n) = key
    {
        let found = {
            let data = d.lock();
            let place = if *n < 0 { data.len() as i64 + i64::from(*n) } else { i64::from(*n) };
            usize::try_from(place).ok().and_then(|p| data.at(p).map(|(_, v)| v.clone()))
        };
        return Ok(found.unwrap_or(Value::Null));
    }
    if d.key != TypeRef::OBJECT && key.type_ref() != Some(d.key) {
        let converted = bind::to_type(ctx, key, d.key)?;
        let converted = key::settle(ctx, d, &converted)?;
        return Ok(d.get(&converted).unwrap_or(Value::Null));
    }
    let key = key::settle(ctx, d, key)?;
    Ok(d.get(&key).unwrap_or(Value::Null))
}

/// The indexer of a .NET type. What it throws for a wrong index is `$null` outside of strict mode.
fn of_indexer(ctx: &mut dyn Context, object: &Value, index: &[Value]) -> Result {
    let base = object.base();
    let Some(ty) = base.type_ref() else { return null_array().throw() };
    let behaviour = crate::types::define::behaviour(ty, "[]").map(|(_, b)| b);
    let Some(run) = behaviour else { return not_indexable(ctx, object, index) };
    let flat: Vec<Value> = index.to_vec();
    let args = match lookup(ty, "Item", false).filter(|m| m.is_indexed()) {
        Some(member) => {
            let (parameters, arguments) = crate::types::facts::generics_of(ty);
            let wanted: Vec<Option<TypeRef>> =
                member.index.iter().map(|t| crate::types::facts::type_of(t, parameters, arguments)).collect();
            if let [Value::Array(list)] = index
                && wanted.len() == 1
            {
                let mut found = Vec::new();
                for one in list.to_vec() {
                    found.push(of_indexer(ctx, object, &[one])?);
                }
                return Ok(Value::array(found));
            }
            let mut converted = Vec::new();
            for (value, ty) in flat.iter().zip(wanted) {
                // Some types have several indexers under one name; a text stays a text for those.
                let keep = matches!(value.base(), Value::Str(_));
                converted.push(match ty {
                    Some(ty) if !keep => bind::to_type(ctx, value, ty)?,
                    _ => value.clone(),
                });
            }
            converted
        }
        None => flat,
    };
    let mut call = Call { ctx, this: base, ty, name: "Item", signature: None, args };
    match run(&mut call) {
        Ok(value) => Ok(value),
        Err(flow) => match &*flow {
            Flow::Throw(_) if ctx.strict_mode() < 3 => Ok(Value::Null),
            _ => Err(flow),
        },
    }
}

fn not_indexable(ctx: &mut dyn Context, object: &Value, index: &[Value]) -> Result {
    // A single object is a list of itself.
    if let [only] = index {
        if only.is_null() {
            return null_index().throw();
        }
        if matches!(only.as_i64(), Some(0 | -1))
            || matches!(only.base(), Value::Str(_)) && matches!(to_position(ctx, only), Ok(0 | -1))
        {
            return Ok(object.clone());
        }
    }
    if ctx.strict_mode() < 2 {
        return Ok(Value::Void);
    }
    cannot_index(object).throw()
}

fn cannot_index(object: &Value) -> Exception {
    let name = object.type_ref().map_or("", TypeRef::name);
    let message = format!("Unable to index into an object of type \"{name}\".");
    runtime_error("CannotIndex", ErrorCategory::InvalidOperation, Value::Null, message)
}

/// Keys that dictionaries of one purpose refuse: file extensions without a period, defaults that name no parameter.
fn check_key(dict: &crate::Dict, key: &Value) -> Result<()> {
    let name = dict.ty.name();
    let text = || crate::convert::to_display(key);
    if name.ends_with("FileExtensionDictionary") && !text().starts_with('.') {
        return Exception::new(
            TypeRef::ARGUMENT_EXCEPTION,
            "When adding or removing extensions, the extension must start with a period.",
        )
        .identity("System.ArgumentException", ErrorCategory::OperationStopped, Value::Null)
        .throw();
    }
    if name == "System.Management.Automation.DefaultParameterDictionary" {
        let key = text();
        let is_pair = key.split_once(':').is_some_and(|(c, p)| !c.trim().is_empty() && !p.trim().is_empty());
        if !is_pair && !key.trim().eq_ignore_ascii_case("Disabled") {
            let text = format!(
                "The key '{key}' does not have a valid format. For information about the correct format, see about_Parameters_Default_Values at https://go.microsoft.com/fwlink/?LinkId=228266."
            );
            return runtime_error("InvalidOperation", ErrorCategory::InvalidOperation, Value::Null, text).throw();
        }
    }
    Ok(())
}

/// `object[index] = value`.
pub fn set_index(ctx: &mut dyn Context, object: &Value, index: &[Value], value: Value) -> Result<()> {
    let value = if matches!(value, Value::Void) { Value::Null } else { value };
    match object.base() {
        Value::Array(a) if a.ty.name().starts_with("System.Collections.ObjectModel.ReadOnlyCollection`1") => {
            cannot_index(object).throw()
        }
        Value::Array(a) => set_array(ctx, a, index, value),
        Value::Dict(d) => {
            let Some(key) = index.first() else { return null_index().throw() };
            let key = key.base();
            if key.is_null() {
                return null_index().throw();
            }
            if is_ordered(d)
                && let Value::I32(n) = key
            {
                let mut data = d.lock();
                let place = if *n < 0 { data.len() as i64 + i64::from(*n) } else { i64::from(*n) };
                if usize::try_from(place).is_ok_and(|p| data.set_at(p, value)) {
                    return Ok(());
                }
                drop(data);
                return raw(fail::range("Specified argument was out of the range of valid values.", "index")).throw();
            }
            check_key(d, key)?;
            let key = bind::to_type(ctx, key, d.key)?;
            let key = key::settle(ctx, d, &key)?;
            let value = bind::to_type(ctx, &value, d.value)?;
            crate::types::collections::dictionary::store(ctx, d, key, value)
        }
        Value::Null | Value::Void => null_array().throw(),
        Value::Str(_) => cannot_index(object).throw(),
        Value::Object(o) => {
            let base = o.outline().base.clone();
            match base {
                Some(base) => set_index(ctx, &base, index, value),
                None => cannot_index(object).throw(),
            }
        }
        other => {
            if let Value::Foreign(f) = other
                && f.clone().set_index(ctx, index, value.clone())?
            {
                return Ok(());
            }
            let Some(ty) = other.type_ref() else { return null_array().throw() };
            let Some((_, run)) = crate::types::define::behaviour(ty, "[]=") else {
                return cannot_index(object).throw();
            };
            let mut args = index.to_vec();
            args.push(value);
            run(&mut Call { ctx, this: other, ty, name: "Item", signature: None, args })?;
            Ok(())
        }
    }
}

/// An exception under the identity that it has when nothing wraps it.
fn raw(exception: Exception) -> Exception {
    let id = Str::from(exception.ty.name());
    exception.identity(id, ErrorCategory::OperationStopped, Value::Null)
}

fn set_array(ctx: &mut dyn Context, a: &Array, index: &[Value], value: Value) -> Result<()> {
    let flat: Vec<Value> = match index {
        [Value::Array(list)] => list.to_vec(),
        other => other.to_vec(),
    };
    let place = match &a.dims {
        Some(dims) => place_of(ctx, dims, &flat)?,
        None => {
            let [only] = flat.as_slice() else {
                let shown: Vec<String> = flat.iter().map(crate::convert::to_display).collect();
                let message = format!(
                    "Array assignment to [{}] failed because assignment to slices is not supported.",
                    shown.join(",")
                );
                return runtime_error(
                    "ArraySliceAssignmentFailed",
                    ErrorCategory::InvalidOperation,
                    Value::Null,
                    message,
                )
                .throw();
            };
            let n = to_position(ctx, only)?;
            let place = if n < 0 { n + a.len() as i64 } else { n };
            usize::try_from(place).ok()
        }
    };
    let value = if a.element == TypeRef::OBJECT || value.type_ref() == Some(a.element) {
        value
    } else {
        bind::to_type(ctx, &value, a.element)?
    };
    let stored = {
        let mut items = if a.is_fixed { a.lock() } else { a.change() };
        match place.and_then(|p| items.get_mut(p)) {
            Some(slot) => {
                *slot = value;
                true
            }
            None => false,
        }
    };
    match (stored, a.is_fixed) {
        (true, _) => Ok(()),
        (false, true) => fail::bounds().throw(),
        (false, false) => raw(fail::index()).throw(),
    }
}
