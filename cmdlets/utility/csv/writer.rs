//! Writing CSV rows the way Export-Csv does.

use std::sync::Arc;

use command::{Bound, Context, ErrorCategory, Exception, Result, Session, Str, TypeRef, Value};
use values::{Layout, convert, members};

/// When fields are quoted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Quotes {
    Never,
    Always,
    AsNeeded,
}

/// The form of the rows.
pub struct CsvWriter {
    pub delimiter: char,
    pub quotes: Quotes,
    pub quoted: Option<Vec<Str>>,
    pub names: Vec<Str>,
    /// For rows of one layout: the slot of each column.
    shape: Option<(u32, Vec<Option<usize>>)>,
}

impl CsvWriter {
    /// The form that a command's parameters ask for.
    pub fn new(session: &mut dyn Session, bound: &Bound) -> Result<CsvWriter> {
        if bound.has("QuoteFields") && bound.has("UseQuotes") {
            return Exception::new(
                TypeRef::INVALID_OPERATION_EXCEPTION,
                "You must specify either the -UseQuotes or -QuoteFields parameters, but not both.",
            )
            .identity("CannotSpecifyQuoteFieldsAndUseQuotes", ErrorCategory::InvalidData, Value::Null)
            .throw();
        }
        if bound.switch("IncludeTypeInformation") && bound.switch("NoTypeInformation") {
            return Exception::new(
                TypeRef::INVALID_OPERATION_EXCEPTION,
                "You must specify either the -IncludeTypeInformation or -NoTypeInformation parameters, but not both.",
            )
            .identity(
                "CannotSpecifyIncludeTypeInformationAndNoTypeInformation",
                ErrorCategory::InvalidData,
                Value::Null,
            )
            .throw();
        }
        Ok(CsvWriter {
            delimiter: delimiter(session, bound),
            quotes: match bound.enum_name("UseQuotes").as_deref() {
                Some("Never") => Quotes::Never,
                Some("AsNeeded") => Quotes::AsNeeded,
                _ => Quotes::Always,
            },
            quoted: bound.has("QuoteFields").then(|| bound.strings("QuoteFields")),
            names: Vec::new(),
            shape: None,
        })
    }

    /// The columns of an object: its properties, or a dictionary's keys.
    pub fn columns(session: &mut dyn Session, item: &Value) -> Result<Vec<Str>> {
        if let Some(dict) = item.as_dict() {
            return Ok(dict.to_vec().into_iter().map(|(k, _)| Str::from(convert::to_display(&k))).collect());
        }
        let context: &mut dyn Context = session;
        let names: Vec<Str> = members::properties(context, item)?.into_iter().map(|(n, _)| n).collect();
        if matches!(item.base(), Value::Object(_)) {
            return Ok(names);
        }
        // What was added to a .NET type goes before what it has itself.
        let added = |n: &Str, context: &mut dyn Context| {
            members::type_names(item).iter().any(|t| context.type_member(t, n).is_some())
        };
        let (first, rest): (Vec<Str>, Vec<Str>) = names.into_iter().partition(|n| added(n, context));
        Ok(first.into_iter().chain(rest).collect())
    }

    /// The header line.
    pub fn header(&self) -> String {
        let mut line = String::new();
        for (at, name) in self.names.iter().enumerate() {
            if at > 0 {
                line.push(self.delimiter);
            }
            self.field(&mut line, name, name);
        }
        line
    }

    /// The `#TYPE` line.
    pub fn type_line(item: &Value) -> String {
        let name = members::type_names(item).into_iter().next().unwrap_or_else(Str::empty);
        format!("#TYPE {}", name.strip_prefix("CSV:").unwrap_or(&name))
    }

    /// An object's line.
    pub fn row(&mut self, session: &mut dyn Session, item: &Value, line: &mut String) -> Result<()> {
        if let Value::Object(o) = item {
            let data = o.lock();
            if data.extra.is_empty() && data.base.is_none() {
                let layout: Arc<Layout> = data.layout.clone();
                let slots = data.slots.clone();
                drop(data);
                if self.shape.as_ref().is_none_or(|(id, _)| *id != layout.id) {
                    self.shape = Some((layout.id, self.names.iter().map(|n| layout.find(n)).collect()));
                }
                let shape = self.shape.take();
                if let Some((_, places)) = &shape {
                    for (at, place) in places.iter().enumerate() {
                        if at > 0 {
                            line.push(self.delimiter);
                        }
                        if let Some(value) = place.and_then(|p| slots.get(p)) {
                            self.value(session, line, at, value)?;
                        }
                    }
                }
                self.shape = shape;
                return Ok(());
            }
        }
        for at in 0..self.names.len() {
            if at > 0 {
                line.push(self.delimiter);
            }
            let name = self.names[at].clone();
            let value = match item.as_dict() {
                Some(dict) => dict.get_str(&name),
                None => {
                    let context: &mut dyn Context = session;
                    members::get(context, item, &name).unwrap_or(None)
                }
            };
            if let Some(value) = value {
                self.value(session, line, at, &value)?;
            }
        }
        Ok(())
    }

    fn value(&self, session: &mut dyn Session, line: &mut String, at: usize, value: &Value) -> Result<()> {
        match value.base() {
            Value::Null | Value::Void => {}
            Value::Str(s) => self.field(line, s, &self.names[at]),
            Value::I32(n) => self.field(line, &n.to_string(), &self.names[at]),
            Value::Bool(b) => self.field(line, if *b { "True" } else { "False" }, &self.names[at]),
            other => {
                let context: &mut dyn Context = session;
                let text = match other {
                    Value::Object(_) => convert::to_str(context, other)?,
                    Value::Array(a) => Str::from(a.ty.name()),
                    Value::Dict(d) => Str::from(d.ty.name()),
                    other => match members::call(context, other, "ToString", &[]) {
                        Ok(text) => convert::to_str(context, &text)?,
                        Err(_) => convert::to_str(context, other)?,
                    },
                };
                self.field(line, &text, &self.names[at]);
            }
        }
        Ok(())
    }

    fn field(&self, line: &mut String, text: &str, name: &str) {
        let is_quoted = match &self.quoted {
            Some(names) => names.iter().any(|n| n.eq_ignore_ascii_case(name)),
            None => match self.quotes {
                Quotes::Always => true,
                Quotes::Never => false,
                Quotes::AsNeeded => text.contains(['"', '\n', '\r']) || text.contains(self.delimiter),
            },
        };
        if !is_quoted {
            line.push_str(text);
            return;
        }
        line.push('"');
        if text.contains('"') {
            line.push_str(&text.replace('"', "\"\""));
        } else {
            line.push_str(text);
        }
        line.push('"');
    }
}

/// `-Delimiter`, the culture's list separator with `-UseCulture`, or a comma.
pub fn delimiter(session: &mut dyn Session, bound: &Bound) -> char {
    if bound.switch("UseCulture") {
        let culture = values::culture::Culture::get(session.culture_name());
        return culture.ok().and_then(|c| c.list_separator.chars().next()).unwrap_or(',');
    }
    match bound.get("Delimiter").map(Value::base) {
        Some(Value::Char(c)) => values::string::unit_to_char(*c),
        Some(other) => convert::to_display(other).chars().next().unwrap_or(','),
        None => ',',
    }
}
