//! ConvertTo-Json.

use std::sync::Arc;

use command::{Bound, Cmdlet, Command, Context, Result, Session, TypeRef, Value};
use values::stop::Growing;
use values::{Object, Str, members};

use crate::json::writer::{Escapes, Writer};

pub static COMMAND: Command = Command { name: "ConvertTo-Json", create: || Box::new(ConvertToJson::default()) };

#[derive(Default)]
struct ConvertToJson {
    items: Growing<Value>,
    /// The properties that type data adds to values of a type.
    extensions: Vec<(TypeRef, Vec<Str>)>,
}

/// A plain value that came through the pipeline brings the properties that type data gives it, such as that of a GUID;
/// texts and dates do not.
fn with_extensions(session: &mut dyn Session, item: Value, known: &mut Vec<(TypeRef, Vec<Str>)>) -> Result<Value> {
    let is_plain = match item.base() {
        Value::Guid(_) | Value::Decimal(_) | Value::BigInt(_) | Value::F64(_) | Value::F32(_) | Value::Bool(_) => true,
        Value::Enum(..) | Value::Char(_) => true,
        other => other.as_i64().is_some() && !matches!(other, Value::DateTime(_) | Value::TimeSpan(_)),
    };
    if !is_plain || matches!(item, Value::Wrapped(_)) {
        return Ok(item);
    }
    let Some(ty) = item.base().type_ref() else { return Ok(item) };
    let context: &mut dyn Context = session;
    // What type data says of a type is asked once.
    if !known.iter().any(|(t, _)| *t == ty) {
        let is_added =
            |kind: &str| matches!(kind, "ScriptProperty" | "CodeProperty" | "AliasProperty" | "NoteProperty");
        let names = members::members(context, &item).into_iter().filter(|m| is_added(m.kind)).map(|m| m.name).collect();
        known.push((ty, names));
    }
    let names: Vec<Str> = known.iter().find(|(t, _)| *t == ty).map(|(_, n)| n.clone()).unwrap_or_default();
    if names.is_empty() {
        return Ok(item);
    }
    let mut pairs = vec![(Str::from("value"), item.clone())];
    for name in names {
        let value = members::get(context, &item, &name)?.unwrap_or_default();
        pairs.push((name, value));
    }
    Ok(Value::Object(Arc::new(Object::from_pairs(pairs))))
}

impl Cmdlet for ConvertToJson {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let item = bound.value("InputObject");
        let item = match session.is_expecting_input() {
            true => with_extensions(session, item, &mut self.extensions)?,
            false => item,
        };
        self.items.push(item)
    }

    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let mut items = std::mem::take(&mut self.items);
        if items.is_empty() {
            return Ok(());
        }
        let depth = bound.int("Depth").unwrap_or(2);
        let escapes = match bound.enum_name("EscapeHandling").as_deref() {
            Some("EscapeNonAscii") => Escapes::NonAscii,
            Some("EscapeHtml") => Escapes::Html,
            _ => Escapes::Default,
        };
        let mut writer = Writer::new(depth, bound.switch("Compress"), bound.switch("EnumsAsStrings"), escapes);
        let value =
            if items.len() > 1 || bound.switch("AsArray") { Value::array(items.done()) } else { items.swap_remove(0) };
        writer.value(session, &value, 0)?;
        if writer.is_truncated {
            session.write_warning(&format!(
                "Resulting JSON is truncated as serialization has exceeded the set depth of {depth}."
            ))?;
        }
        session.write(Value::from(writer.out))
    }
}
