//! `-like`, `-match`, `-replace`, `-join`, `-f`.

use std::sync::Arc;

use super::arithmetic::items_of;
use super::fail;
use super::pattern::{Found, Options, Pattern, expand};
use super::wildcard::Wildcard;
use super::{Binary, Effects};
use crate::collection::Dict;
use crate::context::Context;
use crate::convert;
use crate::error::{ErrorCategory, Exception, Result};
use crate::object::Object;
use crate::string::Str;
use crate::types::TypeRef;
use crate::value::Value;

/// The operator's name as messages show it.
pub fn shown(word: &str, is_case_sensitive: bool) -> String {
    format!("-{}{word}", if is_case_sensitive { "c" } else { "" })
}

/// `left -like right` and `-notlike`.
pub fn like(ctx: &mut dyn Context, is_not: bool, is_case_sensitive: bool, left: &Value, right: &Value) -> Result {
    let pattern = convert::to_str(ctx, right)?;
    let Some(wildcard) = Wildcard::new(&pattern, is_case_sensitive) else {
        let ty = TypeRef::find("System.Management.Automation.WildcardPatternException");
        return Exception::new(
            ty.unwrap_or(TypeRef::RUNTIME_EXCEPTION),
            format!("The specified wildcard character pattern is not valid: {pattern}"),
        )
        .identity("RuntimeException", ErrorCategory::NotSpecified, Value::Null)
        .throw();
    };
    match items_of(ctx, left.base())? {
        Some(items) => {
            let mut kept = Vec::new();
            for item in items {
                let text = convert::to_str(ctx, &item)?;
                if wildcard.is_match(&text) != is_not {
                    kept.push(item);
                }
            }
            Ok(Value::array(kept))
        }
        None => {
            let text = convert::to_str(ctx, left)?;
            Ok(Value::Bool(wildcard.is_match(&text) != is_not))
        }
    }
}

/// The pattern of a right operand: a Regex object as it is, text with the operator's case rule.
fn pattern_of(ctx: &mut dyn Context, right: &Value, is_case_sensitive: bool) -> Result<Pattern> {
    let text = convert::to_str(ctx, right)?;
    Pattern::new(&text, Options { ignore_case: !is_case_sensitive, ..Options::default() })
}

/// `left -match right` and `-notmatch`.
pub fn matches(
    ctx: &mut dyn Context,
    is_not: bool,
    is_case_sensitive: bool,
    left: &Value,
    right: &Value,
    effects: &mut Effects,
) -> Result {
    let pattern = pattern_of(ctx, right, is_case_sensitive)?;
    if let Some(items) = items_of(ctx, left.base())? {
        let mut kept = Vec::new();
        for item in items {
            let text = convert::to_str(ctx, &item)?;
            if pattern.find_at(&text, 0).is_some() != is_not {
                kept.push(item);
            }
        }
        return Ok(Value::array(kept));
    }
    let text = convert::to_str(ctx, left)?;
    let found = pattern.find_at(&text, 0);
    let is_match = found.is_some();
    if let Some(found) = found {
        effects.matches = Some(groups(&pattern, &text, &found));
    }
    Ok(Value::Bool(is_match != is_not))
}

/// `$Matches`: the groups that took part, by number, named ones by name.
fn groups(pattern: &Pattern, text: &str, found: &Found) -> Value {
    let table = Dict::hashtable();
    let names = pattern.names();
    for (i, range) in found.groups.iter().enumerate().rev() {
        let Some((start, end)) = range else { continue };
        let key = match names.get(i).and_then(Option::as_deref) {
            Some(name) => Value::from(name),
            None => Value::I32(i as i32),
        };
        table.insert(key, Value::from(&text[*start..*end]));
    }
    Value::Dict(Arc::new(table))
}

/// `left -replace pattern, replacement`.
pub fn replace(ctx: &mut dyn Context, is_case_sensitive: bool, left: &Value, right: &Value) -> Result {
    let parts = items_of(ctx, right.base())?.unwrap_or_else(|| vec![right.clone()]);
    if parts.len() > 2 {
        let name = shown("replace", is_case_sensitive);
        return fail::operation_on(
            "BadReplaceArgument",
            right.clone(),
            format!("The {name} operator allows only two elements to follow it, not {}.", parts.len()),
        );
    }
    let first = parts.first().cloned().unwrap_or(Value::Null);
    let pattern = pattern_of(ctx, &first, is_case_sensitive)?;
    let names = pattern.names();
    let by = parts.get(1).cloned().unwrap_or(Value::Null);
    let block = (by.type_ref() == Some(TypeRef::SCRIPTBLOCK)).then(|| by.base().clone());
    let plain = if block.is_none() { convert::to_str(ctx, &by)? } else { Str::empty() };
    let one = |ctx: &mut dyn Context, item: &Value| -> Result {
        let text = convert::to_str(ctx, item)?;
        let found = pattern.find_all(&text);
        if found.is_empty() {
            return Ok(Value::Str(text));
        }
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for one in &found {
            let (start, end) = one.groups[0].unwrap_or((at, at));
            out.push_str(&text[at..start]);
            match &block {
                Some(block) => {
                    let result = ctx.invoke_block(block, &[], None, Some(&match_object(&text, one, &names)))?;
                    out.push_str(&convert::to_str(ctx, &result)?);
                }
                None => expand(&plain, &text, one, &names, &mut out),
            }
            at = end;
        }
        out.push_str(&text[at..]);
        Ok(Value::str(out))
    };
    match items_of(ctx, left.base())? {
        Some(items) => {
            let done: Result<Vec<Value>> = items.iter().map(|item| one(ctx, item)).collect();
            Ok(Value::array(done?))
        }
        None => one(ctx, left),
    }
}

/// The match that a replacement script block sees as `$_`.
fn match_object(text: &str, found: &Found, names: &[Option<String>]) -> Value {
    let group = |i: usize, range: Option<(usize, usize)>| {
        let (start, end) = range.unwrap_or((0, 0));
        let unit = crate::string::utf16(&text[..start]).count() as i32;
        let value = Str::from(&text[start..end]);
        let name = names.get(i).cloned().flatten().unwrap_or_else(|| i.to_string());
        vec![
            ("Success", Value::Bool(range.is_some())),
            ("Name", Value::from(name)),
            ("Index", Value::I32(unit)),
            ("Length", Value::I32(value.units() as i32)),
            ("Value", Value::Str(value)),
        ]
    };
    let groups: Vec<Value> = found
        .groups
        .iter()
        .enumerate()
        .map(|(i, r)| Object::typed("System.Text.RegularExpressions.Group", group(i, *r)))
        .collect();
    let mut members = vec![("Groups", Value::array(groups))];
    members.extend(group(0, found.groups[0]));
    Object::typed("System.Text.RegularExpressions.Match", members)
}

/// `left -join right`; without a separator where `right` is none.
pub fn join(ctx: &mut dyn Context, left: &Value, separator: Option<&Value>) -> Result {
    let separator = match separator {
        Some(value) => convert::to_str(ctx, value)?,
        None => Str::empty(),
    };
    let Some(items) = items_of(ctx, left.base())? else { return Ok(Value::Str(convert::to_str(ctx, left)?)) };
    let mut out = String::new();
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push_str(&separator);
        }
        match item {
            Value::Str(s) => out.push_str(s),
            other => out.push_str(&convert::element_text(ctx, other)?),
        }
    }
    Ok(Value::str(out))
}

/// `left -f right`.
pub fn format(ctx: &mut dyn Context, left: &Value, right: &Value) -> Result {
    let format = convert::to_str(ctx, left)?;
    let arguments = match right.base() {
        Value::Array(a) if a.dims.is_none() && a.is_fixed && !a.element.is_value_type() => a.to_vec(),
        other => vec![other.clone()],
    };
    let done = crate::composite::format_composite(&format, arguments.len(), |i, spec| {
        convert::format_value(ctx, &arguments[i], spec).map(|s| s.to_string())
    });
    match done {
        Ok(text) => Ok(Value::str(text)),
        Err(crate::composite::CompositeError::Argument(flow)) => {
            let Some(why) = fail::message_of(&flow) else { return Err(flow) };
            format_error(&format, &why)
        }
        Err(other) => {
            let why = match other {
                crate::composite::CompositeError::Format { offset, reason } => {
                    format!("Input string was not in a correct format. Failure to parse near offset {offset}. {reason}.")
                }
                _ => "Index (zero based) must be greater than or equal to zero and less than the size of the argument list."
                    .to_string(),
            };
            format_error(&format, &why)
        }
    }
}

fn format_error(format: &Str, why: &str) -> Result {
    Exception::new(TypeRef::RUNTIME_EXCEPTION, format!("Error formatting a string: {why}."))
        .inner(Exception::new(TypeRef::FORMAT_EXCEPTION, why).value())
        .identity("FormatError", ErrorCategory::InvalidOperation, Value::Str(format.clone()))
        .throw()
}

/// `-contains`, `-in` and their negations: any item that equals the value.
pub fn contains(ctx: &mut dyn Context, op: Binary, is_case_sensitive: bool, left: &Value, right: &Value) -> Result {
    let (list, value) = match op {
        Binary::In | Binary::NotIn => (right, left),
        _ => (left, right),
    };
    let is_not = matches!(op, Binary::NotContains | Binary::NotIn);
    let mut is_found = false;
    match items_of(ctx, list.base())? {
        Some(items) => {
            for item in &items {
                if super::comparison::equals(ctx, item, value, is_case_sensitive)? {
                    is_found = true;
                    break;
                }
            }
        }
        None => is_found = super::comparison::equals(ctx, list, value, is_case_sensitive)?,
    }
    Ok(Value::Bool(is_found != is_not))
}
