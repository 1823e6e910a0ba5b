//! Get-Error: all properties of an error, nested errors and exceptions included.

use std::sync::Arc;

use command::{ErrorRecord, Exception, Result, Session, TypeRef};
use values::{Str, Value, convert, members};

use crate::error_view::ErrorScreen;

const DEEPEST: usize = 10;
const EXPANDED: &str = "System.Management.Automation.InvocationInfo";

/// The text of an error record or exception in a value.
pub fn text(session: &mut dyn Session, value: &Value) -> Result<String> {
    let screen = ErrorScreen::of_session(session);
    show(session, value.base(), 0, 1, &screen)
}

/// The text of an error record.
pub fn of_record(session: &mut dyn Session, record: &Arc<ErrorRecord>) -> Result<String> {
    let body = text(session, &Value::Error(record.clone()))?;
    Ok(format!("\n{body}\n\n"))
}

fn properties(session: &mut dyn Session, value: &Value, is_nested: bool) -> Result<Vec<(Str, Value)>> {
    let mut list = members::properties(session, value)?;
    if is_nested && let Value::Error(_) = value {
        // The record inside of an exception has an exception of its own, which ends the circle.
        for (name, inner) in &mut list {
            if name.as_str() == "Exception"
                && let Value::Exception(exception) = inner.base()
            {
                let ty = command::class(
                    "System.Management.Automation.ParentContainsErrorRecordException",
                    TypeRef::SYSTEM_EXCEPTION,
                );
                *inner = Exception::new(ty, exception.message()).value();
            }
        }
    }
    if let Value::Exception(exception) = value {
        list.push((Str::from("Type"), Value::from(exception.ty.full_name().as_str())));
    }
    list.retain(|(name, value)| name.as_str() != "PSErrorIndex" && !is_blank(value));
    Ok(list)
}

/// `$null`, empty text and empty collections are not shown.
fn is_blank(value: &Value) -> bool {
    match value.base() {
        Value::Null | Value::Void => true,
        Value::Str(s) => s.is_empty(),
        Value::Array(a) => a.is_empty(),
        Value::Dict(d) => d.is_empty(),
        _ => false,
    }
}

fn show(session: &mut dyn Session, value: &Value, indent: usize, depth: usize, screen: &ErrorScreen) -> Result<String> {
    let list = properties(session, value, depth > 1)?;
    let widest = list.iter().map(|(n, _)| n.units()).max().unwrap_or(0);
    let prefix = " ".repeat(indent);
    let (accent, reset) = (if screen.error.is_empty() { "" } else { "\x1b[32;1m" }, &screen.reset);
    let mut lines = Vec::new();
    for (name, value) in &list {
        let pad = widest - name.units();
        let mut line = format!("{prefix}{accent}{name}{:pad$} : {reset}", "");
        let base = value.base();
        let type_name = base.type_ref().map_or("", |t| t.name());
        if matches!(base, Value::Exception(_) | Value::Error(_)) || type_name == EXPANDED {
            match depth >= DEEPEST {
                true => line.push('\u{2026}'),
                false => line.push_str(&format!("\n{}", show(session, base, indent + 4, depth + 1, screen)?)),
            }
        } else if name.as_str() == "StackTrace" {
            line.push_str(&format!("\n{}", convert::to_str(session, base)?));
        } else if let Value::Dict(dict) = base {
            let mut entries = dict.to_vec();
            entries.sort_by_key(|(k, _)| convert::to_display(k));
            for (number, (key, item)) in entries.iter().enumerate() {
                if number == 0 {
                    line.push('\n');
                }
                let text = convert::to_str(session, item)?;
                line.push_str(&format!("{prefix}    {accent}{} : {reset}{text}\n", convert::to_display(key)));
            }
        } else if let Value::Array(items) = base {
            for item in items.to_vec() {
                line.push('\n');
                let is_plain = matches!(item.base(), Value::Str(_) | Value::Bool(_)) || item.is_number();
                match item.base() {
                    Value::Type(t) => line.push_str(&format!("{prefix}{:1$}[{2}]", "", indent + 6, t.name())),
                    _ if is_plain => {
                        line.push_str(&format!("{prefix}{:1$}{2}", "", indent + 6, convert::to_str(session, &item)?));
                    }
                    other => line.push_str(&show(session, other, indent + 4, depth + 1, screen)?),
                }
            }
        } else if let Value::Type(t) = base {
            line.push_str(&format!("[{}]", t.name()));
        } else {
            let mut text = convert::to_str(session, value)?.to_string();
            if name.as_str() == "PositionMessage" {
                text = text.replacen('~', &format!("{}~", screen.error), 1);
            } else if name.as_str() == "Message" {
                text.insert_str(0, &screen.error);
            }
            let next = format!("\n{prefix}{:1$}", "", widest + 3);
            let parts: Vec<&str> =
                if text.contains('\n') { text.split('\n').map(str::trim).collect() } else { vec![&text] };
            line.push_str(&parts.join(&next));
        }
        lines.push(line);
    }
    Ok(lines.join("\n"))
}
