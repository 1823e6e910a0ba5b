//! The methods that every collection and object has in PowerShell: `.ForEach()` and `.Where()`.

use std::sync::Arc;

use crate::collection::Array;
use crate::context::Context;
use crate::convert::to_bool;
use crate::error::{ErrorCategory, Result};
use crate::stop::Growing;
use crate::types::TypeRef;
use crate::value::Value;

/// A `Collection[psobject]`, which both methods give.
fn collection(items: Vec<Value>) -> Value {
    let ty = TypeRef::find("System.Collections.ObjectModel.Collection[psobject]").unwrap_or(TypeRef::ARRAYLIST);
    Value::Array(Arc::new(Array::list(ty, TypeRef::OBJECT, items)))
}

/// Runs an intrinsic method; none when the name is not one.
pub fn call(ctx: &mut dyn Context, object: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
    if name.eq_ignore_ascii_case("ForEach") {
        return for_each(ctx, object, args).map(Some);
    }
    if name.eq_ignore_ascii_case("Where") {
        return filter(ctx, object, args).map(Some);
    }
    Ok(None)
}

fn items_of(ctx: &mut dyn Context, object: &Value) -> Result<Growing<Value>> {
    if object.is_null() {
        return Ok(Growing::default());
    }
    Ok(Growing::new(super::enumerate(ctx, object)?.unwrap_or_else(|| vec![object.clone()])))
}

fn spread(ctx: &mut dyn Context, value: Value, into: &mut Growing<Value>) -> Result<()> {
    if matches!(value, Value::Void) {
        return Ok(());
    }
    match super::enumerate(ctx, &value)? {
        Some(inner) => inner.into_iter().try_for_each(|item| into.push(item)),
        None => into.push(value),
    }
}

fn for_each(ctx: &mut dyn Context, object: &Value, args: &[Value]) -> Result {
    let Some(first) = args.first() else {
        return crate::types::bind::count_error(".ForEach(expression [, arguments...])", 0).throw();
    };
    let items = items_of(ctx, object)?;
    let mut results = Growing::default();
    match first.base() {
        Value::Type(ty) => {
            let mut pace = crate::stop::Pace::default();
            for item in items.iter() {
                pace.step()?;
                results.push(added(ctx, item, *ty)?)?;
            }
            return Ok(crate::types::collections::list::make(
                "System.Collections.ObjectModel.Collection`1",
                *ty,
                results.done(),
            ));
        }
        block if block.type_ref() == Some(TypeRef::SCRIPTBLOCK) => {
            for item in items.iter() {
                let output = ctx.invoke_in_scope(block, &args[1..], item)?;
                spread(ctx, output, &mut results)?;
            }
        }
        other => {
            let name = crate::convert::to_str(ctx, other)?;
            let mut pace = crate::stop::Pace::default();
            for item in items.iter() {
                pace.step()?;
                named(ctx, item, &name, &args[1..], &mut results)?;
            }
        }
    }
    Ok(collection(results.done()))
}

/// `ForEach('Name')` on one item: the entry of a dictionary, a method's outcome, a property read or set; what is not there
/// is `$null`.
fn named(ctx: &mut dyn Context, item: &Value, name: &str, args: &[Value], results: &mut Growing<Value>) -> Result<()> {
    if item.is_null() {
        return results.push(Value::Null);
    }
    if let Some(dict) = item.as_dict().filter(|d| d.ty == TypeRef::HASHTABLE) {
        match args {
            [] => results.push(dict.get_str(name).unwrap_or_default())?,
            [value, ..] => super::set_index(ctx, item, &[Value::from(name)], value.clone())?,
        }
        return Ok(());
    }
    match super::get(ctx, item, name)? {
        Some(value) if value.type_ref().is_some_and(is_method) => {
            let output = super::call(ctx, item, name, args)?;
            spread(ctx, output, results)
        }
        Some(value) => match args.first() {
            Some(new) => super::set(ctx, item, name, new.clone()),
            None => spread(ctx, value, results),
        },
        None => results.push(Value::Null),
    }
}

/// An item as `Collection[T].Add` takes it.
fn added(ctx: &mut dyn Context, item: &Value, ty: TypeRef) -> Result {
    use crate::types::bind;
    let is_custom = matches!(item, Value::Object(o) if o.ty == TypeRef::PSCUSTOMOBJECT);
    if is_custom && !matches!(ty, TypeRef::OBJECT | TypeRef::PSOBJECT | TypeRef::PSCUSTOMOBJECT) {
        return bind::count_error("Add", 1).throw();
    }
    bind::as_argument(ctx, item, "item", ty, "Add")
}

fn is_method(ty: TypeRef) -> bool {
    ty.name().starts_with("System.Management.Automation.PSMethod")
        || matches!(ty.name_only(), "PSScriptMethod" | "PSCodeMethod")
}

fn filter(ctx: &mut dyn Context, object: &Value, args: &[Value]) -> Result {
    let items = items_of(ctx, object)?;
    let Some(block) = args.first() else {
        return crate::types::bind::count_error(".Where({ expression } [, mode [, numberToReturn]])", 0).throw();
    };
    if !block.is_null() && block.type_ref() != Some(TypeRef::SCRIPTBLOCK) {
        crate::convert::cast(ctx, block, TypeRef::SCRIPTBLOCK)?;
    }
    let mode = match args.get(1) {
        Some(mode) => {
            let ty =
                TypeRef::find("System.Management.Automation.WhereOperatorSelectionMode").unwrap_or(TypeRef::STRING);
            let mode = crate::convert::convert(ctx, mode, ty)?;
            crate::convert::to_str(ctx, &mode)?.to_ascii_lowercase()
        }
        None => "default".to_string(),
    };
    if block.is_null() && mode == "default" {
        return crate::types::fail::invalid(
            "If the expression passed to the Where() operator is null then you must specify a non-Default value for the \
             selection mode argument. Please change the value of the mode argument to a value other than Default and try \
             running your script again.",
        )
        .throw();
    }
    let count = match args.get(2) {
        Some(n) => {
            let n = crate::convert::convert(ctx, n, TypeRef::INT32)?.as_i64().unwrap_or(0);
            if n < 0 {
                let text = format!(
                    "The 'numberToReturn' value provided to the third argument of the Where() operator must be greater than zero. Please correct the argument's value and try running your script again. (Parameter 'numberToReturn')\nActual value was {n}."
                );
                return crate::error::Exception::new(TypeRef::ARGUMENT_OUT_OF_RANGE_EXCEPTION, text)
                    .identity("System.ArgumentOutOfRangeException", ErrorCategory::OperationStopped, Value::Null)
                    .throw();
            }
            n as usize
        }
        None => 0,
    };
    let mut taken = Growing::default();
    let mut others = Growing::default();
    let mut started = false;
    let mut pace = crate::stop::Pace::default();
    for item in items.iter() {
        pace.step()?;
        let limit = if count == 0 { usize::MAX } else { count };
        let passes = match mode.as_str() {
            "skipuntil" if started => true,
            "split" if count > 0 && taken.len() >= limit => false,
            _ if block.is_null() => true,
            _ => {
                let output = ctx.invoke_in_scope(block, &[], item)?;
                to_bool(&output)
            }
        };
        match mode.as_str() {
            "first" => {
                if passes {
                    taken.push(item.clone())?;
                    if taken.len() >= count.max(1) {
                        break;
                    }
                }
            }
            "skipuntil" => {
                if passes {
                    started = true;
                    if taken.len() < limit {
                        taken.push(item.clone())?;
                    }
                }
            }
            "until" => {
                if passes || taken.len() >= limit {
                    break;
                }
                taken.push(item.clone())?;
            }
            "split" => {
                if passes {
                    taken.push(item.clone())?;
                } else {
                    others.push(item.clone())?;
                }
            }
            _ => {
                if passes {
                    taken.push(item.clone())?;
                    if mode == "default" && taken.len() >= limit {
                        break;
                    }
                }
            }
        }
    }
    Ok(match mode.as_str() {
        "last" => {
            let from = taken.len().saturating_sub(count.max(1));
            collection(taken.split_off(from))
        }
        "split" => Value::array(vec![collection(taken.done()), collection(others.done())]),
        _ => collection(taken.done()),
    })
}
