//! JSON documents as values: custom objects or dictionaries, dates found in texts.

use std::sync::Arc;

use command::{Context, Exception, Result, Str, TypeRef, Value};
use values::json::{Json, JsonDate, parse, sniff_date};
use values::stop::Growing;
use values::time::{DateTime, Kind, Zone};
use values::{Dict, ErrorCategory, KeyComparer, Layout, Object, convert};

/// What becomes of texts that are ISO dates.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum DateKind {
    Default,
    Local,
    Utc,
    Offset,
    String,
}

/// How to read.
pub struct Options {
    pub as_hashtable: bool,
    pub depth: usize,
    pub dates: DateKind,
    pub zone: Zone,
}

/// Reads one document.
pub fn read(context: &mut dyn Context, text: &str, options: &Options) -> Result {
    match parse(text, options.depth) {
        Ok(Some(json)) => Reader { context, options, root: Layout::new(Vec::new()) }.value(json),
        Ok(None) => Ok(Value::Null),
        Err(fault) => {
            values::stop::check()?;
            let inner = Exception::new(
                command::class("Newtonsoft.Json.JsonReaderException", TypeRef::EXCEPTION),
                fault.to_string(),
            );
            Exception::new(TypeRef::ARGUMENT_EXCEPTION, format!("Conversion from JSON failed with error: {fault}"))
                .inner(inner.value())
                .identity("System.ArgumentException", ErrorCategory::NotSpecified, Value::Null)
                .throw()
        }
    }
}

struct Reader<'a> {
    context: &'a mut dyn Context,
    options: &'a Options,
    /// Objects of the same names share a layout that grows from here.
    root: Arc<Layout>,
}

impl Reader<'_> {
    fn value(&mut self, json: Json) -> Result {
        Ok(match json {
            Json::Null => Value::Null,
            Json::Bool(b) => Value::Bool(b),
            Json::Int(n) => Value::I64(n),
            Json::Big(n) => Value::big(n),
            Json::Double(n) => Value::F64(n),
            Json::String(text) => self.text(text),
            Json::Array(items) => {
                values::stop::check()?;
                let mut made = Growing::new(Vec::with_capacity(items.len()));
                let mut left = items.into_iter();
                while let Some(item) = left.next() {
                    if let Err(flow) = self.value(item).and_then(|value| made.push(value)) {
                        values::stop::release(left);
                        return Err(flow);
                    }
                }
                Value::array(made.done())
            }
            Json::Object(entries) if self.options.as_hashtable => {
                let ty = command::class("System.Management.Automation.OrderedHashtable", TypeRef::HASHTABLE);
                let table = Dict::new(ty, TypeRef::OBJECT, TypeRef::OBJECT, KeyComparer::Ordinal);
                for (name, value) in entries {
                    let value = self.value(value)?;
                    table.insert(Value::from(name), value);
                }
                Value::Dict(Arc::new(table))
            }
            Json::Object(entries) => return self.object(entries),
        })
    }

    fn object(&mut self, entries: Vec<(String, Json)>) -> Result {
        let mut layout = self.root.clone();
        let mut slots: Vec<Value> = Vec::with_capacity(entries.len());
        for (name, json) in entries {
            if name.is_empty() {
                return invalid(
                    "EmptyKeyInJsonString",
                    "The provided JSON includes a property whose name is an empty string, this is only supported using the -AsHashTable switch.".into(),
                );
            }
            let name = Str::from(name);
            if let Some(at) = layout.find(&name) {
                let known = &layout.names()[at];
                if *known != name {
                    return invalid(
                        "KeysWithDifferentCasingInJsonString",
                        format!(
                            "Cannot convert the JSON string because it contains keys with different casing. Please use the -AsHashTable switch instead. The key that was attempted to be added to the existing key '{known}' was '{name}'."
                        ),
                    );
                }
                slots[at] = self.value(json)?;
                continue;
            }
            layout = layout.with(&name);
            let value = self.value(json)?;
            slots.push(value);
        }
        Ok(Value::Object(Arc::new(Object::custom(layout, slots))))
    }

    fn text(&mut self, text: String) -> Value {
        if self.options.dates == DateKind::String {
            return Value::from(text);
        }
        match sniff_date(&text).and_then(|date| self.date(date)) {
            Some(value) => value,
            None => Value::from(text),
        }
    }

    fn date(&mut self, date: JsonDate) -> Option<Value> {
        let zone = &self.options.zone;
        // What has an offset is a moment; it is shown in local time.
        let moment = match date.offset {
            Some(offset) if date.clock.kind() != Kind::Utc => {
                let utc = date.clock.sub_ticks(offset.0).ok()?.with_kind(Kind::Utc);
                utc.to_local(zone)
            }
            _ => date.clock,
        };
        let made: DateTime = match self.options.dates {
            DateKind::Offset => {
                let value = Value::DateTime(moment.to_bits());
                if let Some(offset) = date.offset {
                    let text = values::time::DateTimeOffset::new(date.clock, offset).ok()?;
                    let invariant = &values::culture::Culture::invariant().date;
                    let shown = values::time::format_offset(text, "o", invariant).ok()?;
                    return convert::convert(self.context, &Value::from(shown), TypeRef::DATETIME_OFFSET).ok();
                }
                return convert::convert(self.context, &value, TypeRef::DATETIME_OFFSET).ok();
            }
            DateKind::Local if moment.kind() == Kind::Unspecified => moment.with_kind(Kind::Local),
            DateKind::Local => moment.to_local(zone),
            DateKind::Utc if moment.kind() == Kind::Unspecified => moment.with_kind(Kind::Utc),
            DateKind::Utc => moment.to_universal(zone),
            _ => moment,
        };
        Some(Value::DateTime(made.to_bits()))
    }
}

fn invalid<T>(id: &str, message: String) -> Result<T> {
    Exception::new(TypeRef::INVALID_OPERATION_EXCEPTION, message)
        .identity(id, ErrorCategory::InvalidOperation, Value::Null)
        .throw()
}
