//! Text of values: PowerShell's own (invariant), .NET's `ToString()` (the session's culture), and one without a session.

use std::sync::Arc;

use super::number::{culture, decimal_of};
use crate::context::Context;
use crate::culture::Culture;
use crate::error::{Exception, Result};
use crate::members;
use crate::number::{self, shell};
use crate::string::{Str, unit_to_char};
use crate::time::{self, DateTime, TimeSpan, Zone};
use crate::types::system::date_time_offset::Offset;
use crate::types::{TypeKind, TypeRef};
use crate::value::Value;

/// The text of a value without a session: invariant, no script code is run. For messages and keys.
pub fn to_display(value: &Value) -> String {
    match value {
        Value::Str(s) => s.to_string(),
        Value::Type(t) => t.name().to_string(),
        Value::Array(a) => {
            let items = a.to_vec();
            items.iter().map(|item| nested(item, 1)).collect::<Vec<_>>().join(" ")
        }
        Value::Wrapped(w) => to_display(&w.base),
        Value::Exception(e) => format!("{}: {}", e.ty.name(), e.message()),
        Value::Error(e) => e.message().to_string(),
        Value::Foreign(f) => f.display_plain().map_or_else(|| f.type_ref().name().to_string(), |s| s.to_string()),
        Value::Dict(d) => d.ty.name().to_string(),
        Value::Object(o) if o.ty == TypeRef::PSCUSTOMOBJECT => {
            let pairs = o.pairs();
            // A custom object inside of a custom object shows nothing, so that one in itself ends.
            let text = |v: &Value| match v {
                Value::Object(o) if o.ty == TypeRef::PSCUSTOMOBJECT => String::new(),
                Value::Array(a) => a.to_vec().iter().map(flat).collect::<Vec<_>>().join(" "),
                other => to_display(other),
            };
            let parts: Vec<String> = pairs.iter().map(|(n, v)| format!("{n}={}", text(v))).collect();
            format!("@{{{}}}", parts.join("; "))
        }
        Value::Object(o) => o.ty.name().to_string(),
        scalar => plain(scalar).unwrap_or_default(),
    }
}

/// An item of a list: lists in lists are followed to some depth, as a list may hold itself.
fn nested(value: &Value, depth: usize) -> String {
    const DEEPEST: usize = 16;
    match value.base() {
        Value::Array(a) if depth < DEEPEST => {
            a.to_vec().iter().map(|item| nested(item, depth + 1)).collect::<Vec<_>>().join(" ")
        }
        Value::Array(a) => a.ty.name().to_string(),
        other => to_display(other),
    }
}

/// An item of a list inside of a custom object: what could hold that object again is named by its type.
fn flat(value: &Value) -> String {
    match value.base() {
        Value::Array(a) => a.ty.name().to_string(),
        Value::Object(o) if o.ty == TypeRef::PSCUSTOMOBJECT => String::new(),
        other => to_display(other),
    }
}

/// The invariant text of what needs no session: primitives, dates, enums, identifiers.
pub fn plain(value: &Value) -> Option<String> {
    Some(match value {
        Value::Null | Value::Void => String::new(),
        Value::Bool(b) => if *b { "True" } else { "False" }.to_string(),
        Value::Char(c) => unit_to_char(*c).to_string(),
        Value::I32(n) => n.to_string(),
        Value::F64(n) => shell::double_to_string(*n),
        Value::F32(n) => shell::single_to_string(*n),
        Value::U64(n) => n.to_string(),
        Value::Decimal(d) => decimal_of(d).to_string(),
        Value::BigInt(b) => b.to_string(),
        Value::Guid(g) => g.to_string(),
        Value::Enum(t, n) => enum_text(*t, *n),
        Value::DateTime(bits) => {
            let format = "MM/dd/yyyy HH:mm:ss";
            time::format_datetime(DateTime::from_bits(*bits), format, &Culture::invariant().date, &Zone::Utc)
                .unwrap_or_default()
        }
        Value::TimeSpan(t) => time::format_span(TimeSpan(*t), "c", &Culture::invariant().number).unwrap_or_default(),
        Value::I8(_) | Value::U8(_) | Value::I16(_) | Value::U16(_) | Value::U32(_) | Value::I64(_) => {
            value.as_i64().unwrap_or(0).to_string()
        }
        _ => return None,
    })
}

/// The text of a value as PowerShell converts it to a string (`"$x"`, `[string]$x`).
pub fn to_str(ctx: &mut dyn Context, value: &Value) -> Result<Str> {
    match value {
        Value::Str(s) => Ok(s.clone()),
        Value::Wrapped(w) => wrapped_text(ctx, value, &w.base, true),
        Value::Type(t) => Ok(t.ps_name()),
        Value::Array(_) => list_text(ctx, value),
        // A node of a document is one thing, though its children can be enumerated.
        Value::Foreign(f) if f.is_enumerable() && !f.type_ref().name().starts_with("System.Xml.") => {
            list_text(ctx, value)
        }
        Value::Object(o) if o.ty == TypeRef::PSCUSTOMOBJECT => custom_text(ctx, value),
        other => element_text(ctx, other),
    }
}

/// Whether a ToString was added to a custom object.
fn has_own_text(value: &Value) -> bool {
    value.as_object().is_some_and(|o| o.lock().extra.iter().any(|(n, _)| n.eq_ignore_ascii_case("ToString")))
}

/// The items of a list, each in its single form, with `$OFS` between.
fn list_text(ctx: &mut dyn Context, value: &Value) -> Result<Str> {
    let items = members::enumerate(ctx, value)?.unwrap_or_default();
    if let [Value::Str(only)] = items.as_slice() {
        return Ok(only.clone());
    }
    let separator = if items.len() > 1 { ctx.output_field_separator() } else { None };
    let separator = separator.as_ref().map_or(" ", |s| s.as_str());
    let is_enumerator = value.type_ref().is_some_and(crate::types::is_enumerator);
    let mut text = String::new();
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            text.push_str(separator);
        }
        match item {
            Value::Str(s) => text.push_str(s),
            // What an enumerator yields is not looked into.
            Value::Object(o) if is_enumerator && o.ty == TypeRef::PSCUSTOMOBJECT => {}
            node if is_node(node) => text.push_str(&node_text(ctx, node)?),
            other => text.push_str(&element_text(ctx, other)?),
        }
    }
    Ok(Str::new(text))
}

fn is_node(value: &Value) -> bool {
    matches!(value.base(), Value::Foreign(f) if f.type_ref().name().starts_with("System.Xml."))
}

/// A node of a document among others: what its ToString() says, which type data adds.
fn node_text(ctx: &mut dyn Context, node: &Value) -> Result<Str> {
    let text = members::call(ctx, node, "ToString", &[])?;
    to_str(ctx, &text)
}

/// The text of one item of a list: as a string conversion makes it, but lists inside are shown by their type's name.
pub fn element_text(ctx: &mut dyn Context, value: &Value) -> Result<Str> {
    if let Some(text) = plain(value) {
        return Ok(Str::new(text));
    }
    match value {
        Value::Str(s) => Ok(s.clone()),
        Value::Wrapped(w) => wrapped_text(ctx, value, &w.base, false),
        // One level down a custom object has no text of its own.
        Value::Object(o) if o.ty == TypeRef::PSCUSTOMOBJECT && !has_own_text(value) => Ok(Str::empty()),
        // A conversion to a text is the same in every culture.
        Value::Foreign(f) if crate::types::state_of::<Offset>(value).is_some() => {
            Ok(f.display_plain().unwrap_or_else(Str::empty))
        }
        other => net_string(ctx, other),
    }
}

/// The text of one item as `-join` makes it: like [`element_text`], but numbers and dates by the session's culture.
pub fn joined_text(ctx: &mut dyn Context, value: &Value) -> Result<Str> {
    match value.base() {
        _ if matches!(value, Value::Wrapped(w) if w.token.is_some()) => element_text(ctx, value),
        node if is_node(node) => node_text(ctx, node),
        Value::F64(_) => format_scalar(ctx, value.base(), "G15"),
        Value::F32(_) => format_scalar(ctx, value.base(), "G7"),
        Value::Decimal(_) | Value::DateTime(_) | Value::BigInt(_) => format_scalar(ctx, value.base(), ""),
        _ => element_text(ctx, value),
    }
}

/// A value with added members: its own ToString where one was added.
fn wrapped_text(ctx: &mut dyn Context, value: &Value, base: &Value, is_whole: bool) -> Result<Str> {
    let own = match value {
        Value::Wrapped(w) if w.token.is_some() => return Ok(w.token.clone().unwrap_or_else(Str::empty)),
        Value::Wrapped(w) if w.text.is_some() && !is_whole => return Ok(w.text.clone().unwrap_or_else(Str::empty)),
        Value::Wrapped(w) => w.find("ToString"),
        _ => None,
    };
    if own.is_some() {
        let text = members::call(ctx, value, "ToString", &[])?;
        return to_str(ctx, &text);
    }
    if is_whole { to_str(ctx, base) } else { element_text(ctx, base) }
}

/// `value.ToString()` in the session's culture.
pub fn net_string(ctx: &mut dyn Context, value: &Value) -> Result<Str> {
    Ok(match value {
        Value::Str(s) => s.clone(),
        Value::Type(t) => Str::from(t.name()),
        Value::Array(a) => Str::from(a.ty.name()),
        Value::Dict(d) => Str::from(d.ty.name()),
        Value::Exception(e) => Str::from(exception_text(e)),
        Value::Error(e) => e.message(),
        Value::Object(o) if o.ty == TypeRef::PSCUSTOMOBJECT => return custom_text(ctx, value),
        Value::Object(o) => match ctx.invoke_class_method(o.ty, Some(value), "ToString", &[])? {
            Some(text) => to_str(ctx, &text)?,
            None => Str::from(o.ty.name()),
        },
        Value::Foreign(f) => {
            if let Some(moment) = crate::types::state_of::<Offset>(value) {
                let culture = crate::types::call::culture_named(ctx.culture_name());
                if let Ok(text) = crate::time::format_offset(moment.0, "", &culture.date) {
                    return Ok(Str::from(text));
                }
            }
            let f = f.clone();
            match f.display(ctx)? {
                Some(text) => text,
                None => Str::from(f.type_ref().name()),
            }
        }
        Value::Wrapped(w) => wrapped_net(ctx, value, &w.base)?,
        scalar => format_scalar(ctx, scalar, "")?,
    })
}

fn wrapped_net(ctx: &mut dyn Context, value: &Value, base: &Value) -> Result<Str> {
    match value {
        Value::Wrapped(w) if w.find("ToString").is_some() => {
            let text = members::call(ctx, value, "ToString", &[])?;
            to_str(ctx, &text)
        }
        _ => net_string(ctx, base),
    }
}

/// `Exception.ToString()`: type, message, and the inner exceptions.
fn exception_text(e: &Arc<Exception>) -> String {
    let mut text = format!("{}: {}", e.ty.name(), e.message());
    let inner = e.data.lock().inner.clone();
    if let Some(Value::Exception(inner)) = inner {
        text.push_str(&format!("\n ---> {}\n   --- End of inner exception stack trace ---", exception_text(&inner)));
    }
    text
}

/// `@{a=1; b=2}`, or what an added ToString says.
fn custom_text(ctx: &mut dyn Context, value: &Value) -> Result<Str> {
    if has_own_text(value) {
        let text = members::call(ctx, value, "ToString", &[])?;
        return to_str(ctx, &text);
    }
    let properties = members::properties(ctx, value)?;
    if properties.is_empty() {
        return Ok(Str::empty());
    }
    let mut text = String::from("@{");
    for (i, (name, item)) in properties.iter().enumerate() {
        if i > 0 {
            text.push_str("; ");
        }
        text.push_str(name);
        text.push('=');
        match item {
            Value::Object(o) if o.ty == TypeRef::PSCUSTOMOBJECT => {}
            other => text.push_str(&element_text(ctx, other)?),
        }
    }
    text.push('}');
    Ok(Str::new(text))
}

/// `value.ToString(format)` in the session's culture, as composite formatting calls it; an empty format is the default one.
pub fn format_value(ctx: &mut dyn Context, value: &Value, format: &str) -> Result<Str> {
    match value.base() {
        Value::Null | Value::Void => Ok(Str::empty()),
        Value::Str(s) => Ok(s.clone()),
        Value::Foreign(f)
            if !format.is_empty() && crate::operators::is_type_name(f.type_ref(), "System.IFormattable") =>
        {
            let text = members::call(ctx, value, "ToString", &[Value::from(format)])?;
            to_str(ctx, &text)
        }
        Value::Array(_) | Value::Dict(_) | Value::Object(_) | Value::Foreign(_) | Value::Type(_) => {
            net_string(ctx, value)
        }
        Value::Exception(_) | Value::Error(_) | Value::Wrapped(_) => net_string(ctx, value),
        scalar => format_scalar(ctx, scalar, format),
    }
}

fn format_scalar(ctx: &mut dyn Context, value: &Value, format: &str) -> Result<Str> {
    let culture = culture(ctx);
    let zone = match value {
        Value::DateTime(_) => Zone::find(ctx.time_zone()).unwrap_or(Zone::Utc),
        _ => Zone::Utc,
    };
    match format_with(value, format, &culture, &zone) {
        Ok(text) => Ok(Str::new(text)),
        Err(why) => Exception::new(TypeRef::FORMAT_EXCEPTION, why).throw(),
    }
}

/// `value.ToString(format, culture)` for primitives, dates, enums and identifiers; the error is a FormatException's text.
pub fn format_with(value: &Value, format: &str, culture: &Culture, zone: &Zone) -> std::result::Result<String, String> {
    let nf = &culture.number;
    let number = match value {
        Value::I8(n) => number::format_integer(i128::from(*n), 8, format, nf),
        Value::U8(n) => number::format_integer(i128::from(*n), 8, format, nf),
        Value::I16(n) => number::format_integer(i128::from(*n), 16, format, nf),
        Value::U16(n) => number::format_integer(i128::from(*n), 16, format, nf),
        Value::I32(n) => number::format_integer(i128::from(*n), 32, format, nf),
        Value::U32(n) => number::format_integer(i128::from(*n), 32, format, nf),
        Value::I64(n) => number::format_integer(i128::from(*n), 64, format, nf),
        Value::U64(n) => number::format_integer(i128::from(*n), 64, format, nf),
        Value::F64(n) => number::format_double(*n, format, nf),
        Value::F32(n) => number::format_single(*n, format, nf),
        Value::Decimal(d) => number::format_decimal(&decimal_of(d), format, nf),
        Value::BigInt(b) => number::format_bigint(b, format, nf),
        Value::DateTime(bits) => {
            let format = if format.is_empty() { "G" } else { format };
            return time::format_datetime(DateTime::from_bits(*bits), format, &culture.date, zone)
                .map_err(|e| e.to_string());
        }
        Value::TimeSpan(t) => {
            let format = if format.is_empty() { "c" } else { format };
            return time::format_span(TimeSpan(*t), format, nf).map_err(|e| e.to_string());
        }
        Value::Enum(t, n) => return enum_format(*t, *n, format),
        Value::Guid(g) => return guid_format(g, format),
        other => return Ok(plain(other).unwrap_or_default()),
    };
    number.map_err(|e| e.to_string())
}

/// The name of an enum value; flags joined by a comma; the number where names do not cover it.
pub fn enum_text(ty: TypeRef, value: i64) -> String {
    let TypeKind::Enum { is_flags, values, .. } = &ty.info().kind else { return value.to_string() };
    // .NET keeps the names sorted by unsigned value and finds the first of equal ones by bisection; the first declared one
    // is what the recordings show.
    if let Some((name, _)) = values.iter().find(|(_, v)| *v == value) {
        return name.to_string();
    }
    if !is_flags || value == 0 {
        return value.to_string();
    }
    let mut sorted: Vec<&(Str, i64)> = values.iter().collect();
    sorted.sort_by_key(|(_, v)| *v as u64);
    let (mut rest, mut names) = (value as u64, Vec::new());
    for (name, bits) in sorted.iter().rev() {
        let bits = *bits as u64;
        if bits != 0 && rest & bits == bits {
            rest &= !bits;
            names.push(name.as_str());
        }
    }
    if rest != 0 {
        return value.to_string();
    }
    names.reverse();
    names.join(", ")
}

fn enum_format(ty: TypeRef, value: i64, format: &str) -> std::result::Result<String, String> {
    match format {
        "" | "G" | "g" | "F" | "f" => Ok(enum_text(ty, value)),
        "D" | "d" => Ok(value.to_string()),
        "X" | "x" => {
            let TypeKind::Enum { underlying, .. } = &ty.info().kind else { return Ok(value.to_string()) };
            Ok(match *underlying {
                TypeRef::BYTE | TypeRef::SBYTE => format!("{:02X}", value as u8),
                TypeRef::INT16 | TypeRef::UINT16 => format!("{:04X}", value as u16),
                TypeRef::INT64 | TypeRef::UINT64 => format!("{value:016X}"),
                _ => format!("{:08X}", value as u32),
            })
        }
        _ => Err("Format string can be only \"G\", \"g\", \"X\", \"x\", \"F\", \"f\", \"D\" or \"d\".".to_string()),
    }
}

fn guid_format(guid: &uuid::Uuid, format: &str) -> std::result::Result<String, String> {
    let d = guid.to_string();
    match format {
        "" | "D" | "d" => Ok(d),
        "N" | "n" => Ok(guid.simple().to_string()),
        "B" | "b" => Ok(format!("{{{d}}}")),
        "P" | "p" => Ok(format!("({d})")),
        "X" | "x" => {
            let (a, b, c, rest) = guid.as_fields();
            let tail: Vec<String> = rest.iter().map(|x| format!("0x{x:02x}")).collect();
            Ok(format!("{{0x{a:08x},0x{b:04x},0x{c:04x},{{{}}}}}", tail.join(",")))
        }
        _ => Err("Format string can be only \"D\", \"d\", \"N\", \"n\", \"P\", \"p\", \"B\", \"b\", \"X\" or \"x\"."
            .to_string()),
    }
}
