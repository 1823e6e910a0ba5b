//! `+ - * / %` on any two values.

use std::sync::Arc;

use super::fail;
use super::implicit::implicit;
use super::number::{Arithmetic, Code, compute};
use super::range::MAX_ITEMS;
use crate::collection::Dict;
use crate::context::Context;
use crate::convert;
use crate::error::Result;
use crate::members;
use crate::stop::{self, Growing};
use crate::string::Str;
use crate::types::TypeRef;
use crate::value::Value;

/// `left + right`.
pub fn add(ctx: &mut dyn Context, left: &Value, right: &Value) -> Result {
    let (left, right) = (left.base(), right.base());
    match (left, right) {
        (Value::Str(a), Value::Str(b)) => {
            return Ok(Value::str(joined(a, b)?));
        }
        (Value::Null | Value::Void, other) => return Ok(other.clone()),
        (Value::Str(a), other) => {
            let more = convert::to_str(ctx, other)?;
            return Ok(Value::str(joined(a, &more)?));
        }
        (Value::Char(c), other) => {
            let more = convert::to_str(ctx, other)?;
            return Ok(Value::str(format!("{}{more}", crate::string::unit_to_char(*c))));
        }
        _ => {}
    }
    if Code::of(left).is_some() {
        if right.is_null() {
            return Ok(left.clone());
        }
        if let Some(done) = with_number(ctx, Arithmetic::Add, left, right)? {
            return Ok(done);
        }
    } else if let Some(mut items) = items_of(ctx, left)? {
        match items_of(ctx, right)? {
            Some(more) => stop::join(&mut items, more.done())?,
            None => items.push(right.clone())?,
        }
        return Ok(Value::array(items.done()));
    } else if let Value::Dict(a) = left {
        return match right {
            Value::Dict(b) => add_dicts(a, b),
            _ => fail::operation("AddHashTableToNonHashTable", "A hash table can only be added to another hash table."),
        };
    }
    implicit(ctx, Arithmetic::Add, left, right)
}

/// Two texts as one.
fn joined(a: &str, b: &str) -> Result<String> {
    let mut text = String::with_capacity(a.len() + b.len());
    stop::append(&mut text, a)?;
    stop::append(&mut text, b)?;
    Ok(text)
}

/// `left - right`, `left / right`, `left % right`.
pub fn reduce(ctx: &mut dyn Context, op: Arithmetic, left: &Value, right: &Value) -> Result {
    let left = if left.is_null() { &Value::I32(0) } else { left.base() };
    let mut right = right.base();
    if Code::of(left).is_some() {
        if right.is_null() {
            right = &Value::I32(0);
        }
        if let Some(done) = with_number(ctx, op, left, right)? {
            return Ok(done);
        }
    }
    if let Value::Str(text) = left {
        let number = number_beside(ctx, text, right)?;
        return reduce(ctx, op, &number, right);
    }
    implicit(ctx, op, left, right)
}

/// `left * right`.
pub fn multiply(ctx: &mut dyn Context, left: &Value, right: &Value) -> Result {
    let (left, right) = (left.base(), right.base());
    if left.is_null() {
        return Ok(Value::Null);
    }
    if Code::of(left).is_some_and(Code::is_numeric) {
        let right = if right.is_null() { &Value::I32(0) } else { right };
        if let Some(done) = with_number(ctx, Arithmetic::Multiply, left, right)? {
            return Ok(done);
        }
    } else if let Value::Str(text) = left {
        return repeat_text(ctx, text, right);
    } else if let Some(items) = items_of(ctx, left)? {
        let times = match right {
            Value::Null | Value::Void => 0,
            Value::Str(text) => {
                let number = number_beside(ctx, text, &Value::I32(0))?;
                convert::convert(ctx, &number, TypeRef::UINT32)?.as_i64().unwrap_or(0) as usize
            }
            other => convert::convert(ctx, other, TypeRef::UINT32)?.as_i64().unwrap_or(0) as usize,
        };
        let element = left.as_array().filter(|a| a.is_fixed && a.dims.is_none()).map_or(TypeRef::OBJECT, |a| a.element);
        let count = items.len().saturating_mul(times);
        let mut all = Vec::new();
        if count > MAX_ITEMS || all.try_reserve_exact(count).is_err() {
            return fail::too_large();
        }
        let mut all = Growing::new(all);
        // A look about every 65,536 items.
        let between = (1 << 16) / items.len().max(1) + 1;
        for round in 0..if items.is_empty() { 0 } else { times } {
            if round % between == 0 {
                stop::check()?;
            }
            for part in items.chunks(1 << 16) {
                stop::check()?;
                all.extend_from_slice(part);
            }
        }
        return Ok(Value::typed_array(element, all.done()));
    }
    implicit(ctx, Arithmetic::Multiply, left, right)
}

fn repeat_text(ctx: &mut dyn Context, text: &Str, times: &Value) -> Result {
    let times = match times {
        Value::I32(n) => i64::from(*n),
        Value::Null | Value::Void => 0,
        other => convert::convert(ctx, other, TypeRef::INT32)?.as_i64().unwrap_or(0),
    };
    if times < 0 {
        return fail::net(
            TypeRef::ARGUMENT_OUT_OF_RANGE_EXCEPTION,
            format!("times ('{times}') must be a non-negative value. (Parameter 'times')\nActual value was {times}."),
        );
    }
    let length = (text.len() as i64).saturating_mul(times);
    if length > 0x3FFF_FFDF {
        return fail::net(
            TypeRef::find("System.OutOfMemoryException").unwrap_or(TypeRef::SYSTEM_EXCEPTION),
            "Insufficient memory to continue the execution of the program.",
        );
    }
    let times = times as usize;
    Ok(Value::Str(Str::with_units(stop::repeat(text, times)?, text.units() * times)))
}

/// The left operand is a number or primitive: done when the right one is a number, a primitive or text.
fn with_number(ctx: &mut dyn Context, op: Arithmetic, left: &Value, right: &Value) -> Result<Option<Value>> {
    if Code::of(right).is_some() {
        return compute(op, left, right).map(Some);
    }
    if let Value::Str(text) = right {
        let number = number_beside(ctx, text, left)?;
        // Text may turn out to be a big integer, which has operators of its own.
        return match Code::of(&number) {
            Some(_) if op != Arithmetic::Multiply || Code::of(left).is_some_and(Code::is_numeric) => {
                compute(op, left, &number).map(Some)
            }
            _ => implicit(ctx, op, left, &number).map(Some),
        };
    }
    Ok(None)
}

/// The number that text stands for beside another operand: as the language's scanner reads it, else a conversion to the
/// other operand's type (Int32 where that is no number), which usually throws.
pub fn number_beside(ctx: &mut dyn Context, text: &str, other: &Value) -> Result {
    if let Some(number) = convert::parse_number(text) {
        return Ok(number);
    }
    let ty = match Code::of(other) {
        Some(code) if code.is_numeric() => other.type_ref().unwrap_or(TypeRef::INT32),
        _ => TypeRef::INT32,
    };
    convert::convert(ctx, &Value::from(text), ty)
}

/// The items of what the language enumerates in an addition; text and dictionaries are single.
pub fn items_of(ctx: &mut dyn Context, value: &Value) -> Result<Option<Growing<Value>>> {
    let items = match value {
        Value::Array(a) => Some(a.copied()?),
        Value::Foreign(f) if f.is_enumerable() => members::enumerate(ctx, value)?,
        // An instance of a class that derives from a collection.
        Value::Object(o) if o.ty != TypeRef::PSCUSTOMOBJECT => members::enumerate(ctx, value)?,
        _ => None,
    };
    Ok(items.map(Growing::new))
}

const ORDERED: &str = "System.Collections.Specialized.OrderedDictionary";

fn add_dicts(a: &Arc<Dict>, b: &Arc<Dict>) -> Result {
    let mut data = a.lock().clone();
    for (key, value) in b.to_vec() {
        if data.contains_key(&key) {
            let key = convert::to_display(&key);
            return fail::net(
                TypeRef::ARGUMENT_EXCEPTION,
                format!("Item has already been added. Key in dictionary: '{key}'  Key being added: '{key}'"),
            );
        }
        data.insert(key, value);
    }
    // What is ordered stays so.
    let ty = if a.ty.name() == ORDERED { a.ty } else { TypeRef::HASHTABLE };
    Ok(Value::Dict(Arc::new(Dict::with_data(ty, TypeRef::OBJECT, TypeRef::OBJECT, data))))
}
