//! Keys and items whose script class has an equality of its own.
//!
//! Tables compare under guard, where no script may run. So the script's `GetHashCode` and `Equals` are asked beforehand: a key
//! that equals one of the table is replaced by that one, and from there on identity decides.

use crate::collection::Dict;
use crate::context::Context;
use crate::convert::to_bool;
use crate::error::Result;
use crate::operators::net_equals;
use crate::types::TypeRef;
use crate::value::Value;

fn is_of_class(value: &Value) -> bool {
    matches!(value.base(), Value::Object(o) if o.ty != TypeRef::PSCUSTOMOBJECT && o.ty.info().class.get().is_some())
}

/// What the `GetHashCode` of a value's script class says; none where the class has none of its own.
pub fn own_hash(ctx: &mut dyn Context, key: &Value) -> Result<Option<i32>> {
    let Value::Object(o) = key.base() else { return Ok(None) };
    if !is_of_class(key) {
        return Ok(None);
    }
    let answer = ctx.invoke_class_method(o.ty, Some(key), "GetHashCode", &[])?;
    Ok(answer.and_then(|v| v.as_i64()).map(|n| n as i32))
}

/// The equal one of the keys with the same hash, or the key itself, which takes the hash along.
pub fn settled(ctx: &mut dyn Context, key: Value, hash: i32, near: Vec<Value>) -> Result {
    let Value::Object(o) = key.base() else { return Ok(key) };
    for other in near {
        let answer = ctx.invoke_class_method(o.ty, Some(&key), "Equals", std::slice::from_ref(&other))?;
        if answer.map_or_else(|| key.same(&other), |v| to_bool(&v)) {
            return Ok(other);
        }
    }
    o.set_key_hash(hash);
    Ok(key)
}

/// A key as a dictionary knows it.
pub fn settle(ctx: &mut dyn Context, table: &Dict, key: &Value) -> Result {
    let Some(hash) = own_hash(ctx, key)? else { return Ok(key.clone()) };
    let near = table.lock().keys_with_hash(hash);
    settled(ctx, key.clone(), hash, near)
}

/// The first or last item that equals a value, or the value itself.
fn equal_item(ctx: &mut dyn Context, items: &[Value], wanted: &Value, is_last: bool) -> Result {
    let mut order: Vec<&Value> = items.iter().collect();
    if is_last {
        order.reverse();
    }
    for item in order {
        if net_equals(ctx, item, wanted)? {
            return Ok(item.clone());
        }
    }
    Ok(wanted.clone())
}

/// Replaces what a collection's method looks for by the equal item that is there.
pub fn settle_arguments(ctx: &mut dyn Context, this: &Value, name: &str, args: &mut [Value]) -> Result<()> {
    if !args.iter().any(is_of_class) {
        return Ok(());
    }
    let is_last = name.starts_with("Last");
    let is_search = matches!(name, "Contains" | "IndexOf" | "LastIndexOf" | "Remove");
    match (this.base(), args) {
        (Value::Dict(d), [wanted, ..]) if matches!(name, "ContainsValue" | "IndexOfValue") => {
            let values: Vec<Value> = d.to_vec().into_iter().map(|(_, v)| v).collect();
            *wanted = equal_item(ctx, &values, wanted, false)?;
        }
        (Value::Dict(d), [key, ..]) => *key = settle(ctx, d, key)?,
        (Value::Array(a), [wanted, ..]) if is_search => *wanted = equal_item(ctx, &a.to_vec(), wanted, is_last)?,
        (Value::Foreign(f), [wanted, ..]) if is_search && !f.type_ref().name().contains("Set`1") => {
            if let Some(items) = crate::members::enumerate(ctx, this)? {
                *wanted = equal_item(ctx, &items, wanted, is_last)?;
            }
        }
        (Value::Null, [Value::Array(a), wanted, ..]) if is_search => {
            *wanted = equal_item(ctx, &a.to_vec(), wanted, is_last)?;
        }
        (Value::Null, [one, other]) if name == "Equals" && net_equals(ctx, one, other)? => *other = one.clone(),
        _ => {}
    }
    Ok(())
}
