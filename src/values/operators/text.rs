//! `-like`, `-match`, `-replace`, `-join`, `-f`.

use std::sync::Arc;

use super::arithmetic::items_of;
use super::fail;
use super::pattern;
use super::{Binary, Effects};
use crate::collection::{Array, Dict};
use crate::compare::Wildcard;
use crate::context::Context;
use crate::convert;
use crate::error::{ErrorCategory, Exception, Flow, Result, runtime_error};
use crate::members;
use crate::object::Object;
use crate::regex::{Match, MatchTimeout, Regex, Subject};
use crate::stop::{self, Growing};
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
    let wildcard = match wildcard_of(&pattern, is_case_sensitive) {
        Ok(wildcard) => wildcard,
        Err(e) => {
            let ty = TypeRef::find("System.Management.Automation.WildcardPatternException");
            return Exception::new(ty.unwrap_or(TypeRef::RUNTIME_EXCEPTION), e.to_string())
                .identity("RuntimeException", ErrorCategory::NotSpecified, Value::Null)
                .throw();
        }
    };
    match items_of(ctx, left.base())? {
        Some(items) => {
            let mut kept = Growing::default();
            let mut pace = stop::Pace::default();
            for item in items.iter() {
                pace.step()?;
                let text = convert::to_str(ctx, item)?;
                if wildcard.is_match(&text) != is_not {
                    kept.push(Value::Str(text))?;
                }
            }
            Ok(Value::array(kept.done()))
        }
        None => {
            let text = convert::to_str(ctx, left)?;
            Ok(Value::Bool(wildcard.is_match(&text) != is_not))
        }
    }
}

thread_local! {
    /// The last pattern: loops ask for one again and again.
    static LAST: std::cell::RefCell<Option<(Str, bool, std::rc::Rc<Wildcard>)>> = const { std::cell::RefCell::new(None) };
}

fn wildcard_of(
    pattern: &Str,
    is_case_sensitive: bool,
) -> std::result::Result<std::rc::Rc<Wildcard>, crate::compare::InvalidWildcard> {
    LAST.with_borrow_mut(|last| match last {
        Some((known, case, wildcard)) if *known == *pattern && *case == is_case_sensitive => Ok(wildcard.clone()),
        _ => {
            let made = std::rc::Rc::new(Wildcard::new(pattern, !is_case_sensitive)?);
            *last = Some((pattern.clone(), is_case_sensitive, made.clone()));
            Ok(made)
        }
    })
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
    let regex = pattern::of_operand(ctx, right, is_case_sensitive)?;
    if let Some(items) = items_of(ctx, left.base())? {
        let mut kept = Growing::default();
        let mut pace = stop::Pace::default();
        for item in items.iter() {
            pace.step()?;
            let text = convert::to_str(ctx, item)?;
            let subject = Subject::of(&text);
            if pattern::timed(regex.is_match(&subject, regex.default_start(&subject)))? != is_not {
                kept.push(item.clone())?;
            }
        }
        return Ok(Value::array(kept.done()));
    }
    let text = convert::to_str(ctx, left)?;
    let subject = Subject::of(&text);
    let found = pattern::timed(regex.find(&subject, regex.default_start(&subject)))?;
    if let Some(found) = &found {
        effects.matches = Some(groups(&regex, &subject, found));
    }
    Ok(Value::Bool(found.is_some() != is_not))
}

/// `$Matches`: the groups that took part, by number, named ones by name.
fn groups(regex: &Regex, subject: &Subject, found: &Match) -> Value {
    let table = Dict::hashtable();
    let names: Vec<&str> = regex.group_names().collect();
    for (slot, name) in names.iter().enumerate().rev() {
        let Some((start, end)) = found.span(slot) else { continue };
        let key = match name.parse::<i32>() {
            Ok(number) => Value::I32(number),
            Err(_) => Value::from(*name),
        };
        table.insert(key, Value::from(subject.slice(start, end).into_owned()));
    }
    Value::Dict(Arc::new(table))
}

/// `left -replace pattern, replacement`.
pub fn replace(ctx: &mut dyn Context, is_case_sensitive: bool, left: &Value, right: &Value) -> Result {
    let parts = items_of(ctx, right.base())?.unwrap_or_else(|| Growing::new(vec![right.clone()]));
    if parts.len() > 2 {
        let name = shown("replace", is_case_sensitive);
        return fail::operation_on(
            "BadReplaceArgument",
            right.clone(),
            format!("The {name} operator allows only two elements to follow it, not {}.", parts.len()),
        );
    }
    let first = parts.first().cloned().unwrap_or(Value::Null);
    let regex = match pattern::of_operand(ctx, &first, is_case_sensitive) {
        Ok(regex) => regex,
        Err(flow) => return bad_pattern(ctx, &first, flow),
    };
    let by = parts.get(1).cloned().unwrap_or(Value::Null);
    let block = (by.type_ref() == Some(TypeRef::SCRIPTBLOCK)).then(|| by.base().clone());
    let plain = if block.is_none() { convert::to_str(ctx, &by)? } else { Str::empty() };
    let mut pace = stop::Pace::default();
    let mut one = |ctx: &mut dyn Context, item: &Value| -> Result {
        pace.step()?;
        let text = convert::to_str(ctx, item)?;
        let subject = Subject::of(&text);
        let start = regex.default_start(&subject);
        let Some(block) = &block else {
            let done = pattern::timed(regex.replace(&subject, &plain, -1, start))?;
            return Ok(Value::str(done));
        };
        let done = regex.replace_with(&subject, -1, start, |found| {
            let item = match_value(ctx, &regex, &text, &subject, found).map_err(Stop::Flow)?;
            let result = ctx.invoke_in_scope(block, &[], &item).map_err(Stop::Flow)?;
            convert::to_str(ctx, &result).map(|s| s.to_string()).map_err(Stop::Flow)
        });
        match done {
            Ok(text) => Ok(Value::str(text)),
            Err(Stop::Flow(flow)) => Err(flow),
            Err(Stop::Timeout(e)) => pattern::timed(Err(e)),
        }
    };
    match items_of(ctx, left.base())? {
        Some(items) => {
            let mut done = Growing::new(Vec::with_capacity(items.len()));
            for item in items.iter() {
                done.push(one(ctx, item)?)?;
            }
            Ok(Value::array(done.done()))
        }
        None => one(ctx, left),
    }
}

/// `-replace` and `switch -Regex` report a bad pattern in their own words.
pub fn bad_pattern(ctx: &mut dyn Context, pattern: &Value, flow: Box<Flow>) -> Result {
    let Some(record) = flow.record() else { return Err(flow) };
    let text = convert::to_str(ctx, pattern)?;
    let message = format!("The regular expression pattern {text} is not valid.");
    runtime_error("InvalidRegularExpression", ErrorCategory::InvalidOperation, Value::Str(text), message)
        .inner(Value::Exception(record.exception.clone()))
        .throw()
}

/// What ends a replacement by script block early.
enum Stop {
    Flow(Box<Flow>),
    Timeout(MatchTimeout),
}

impl From<MatchTimeout> for Stop {
    fn from(e: MatchTimeout) -> Stop {
        Stop::Timeout(e)
    }
}

/// The match that a replacement script block sees as `$_`: what the Regex object gives at that place.
fn match_value(ctx: &mut dyn Context, regex: &Regex, text: &Str, subject: &Subject, found: &Match) -> Result {
    let options = Value::I32(regex.options().0 as i32);
    let made = members::call_static(ctx, TypeRef::REGEX, "new", &[Value::from(regex.pattern()), options]);
    if let Ok(object) = made {
        let arguments = [Value::Str(text.clone()), Value::I32(found.index() as i32)];
        return members::call(ctx, &object, "Match", &arguments);
    }
    let span = |slot: usize| found.span(slot).map_or(String::new(), |(a, b)| subject.slice(a, b).into_owned());
    Ok(Object::typed(
        "System.Text.RegularExpressions.Match",
        [
            ("Success", Value::Bool(true)),
            ("Index", Value::I32(found.index() as i32)),
            ("Length", Value::I32(found.length() as i32)),
            ("Value", Value::from(span(0))),
        ],
    ))
}

/// `left -join right`; without a separator where `right` is none.
pub fn join(ctx: &mut dyn Context, left: &Value, separator: Option<&Value>) -> Result {
    let separator = match separator {
        Some(value) => convert::to_str(ctx, value)?,
        None => Str::empty(),
    };
    // An enumerator is no collection: its items make one text.
    let is_enumerator = left.type_ref().is_some_and(crate::types::is_enumerator);
    if let Value::Array(array) = left.base() {
        return join_array(ctx, array, &separator);
    }
    let items = if is_enumerator { None } else { items_of(ctx, left.base())? };
    let Some(items) = items else { return Ok(Value::Str(convert::to_str(ctx, left)?)) };
    let mut out = String::new();
    let mut pace = stop::Pace::default();
    for (i, item) in items.iter().enumerate() {
        pace.step()?;
        join_item(ctx, &mut out, if i > 0 { &separator } else { "" }, item)?;
    }
    Ok(Value::str(out))
}

/// The same of an array: a part of its items at a time, so that millions are not copied first.
fn join_array(ctx: &mut dyn Context, array: &Array, separator: &str) -> Result {
    const PART: usize = 1 << 12;
    let (mut out, mut at) = (String::new(), 0);
    loop {
        stop::check()?;
        let part: Vec<Value> = array.lock().iter().skip(at).take(PART).cloned().collect();
        for (i, item) in part.iter().enumerate() {
            join_item(ctx, &mut out, if at + i > 0 { separator } else { "" }, item)?;
        }
        at += part.len();
        if part.len() < PART {
            return Ok(Value::str(out));
        }
    }
}

fn join_item(ctx: &mut dyn Context, out: &mut String, separator: &str, item: &Value) -> Result<()> {
    stop::append(out, separator)?;
    match item {
        Value::Str(s) => stop::append(out, s),
        other => stop::append(out, &convert::joined_text(ctx, other)?),
    }
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
            let mut pace = stop::Pace::default();
            for item in items.iter() {
                pace.step()?;
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
