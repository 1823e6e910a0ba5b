//! Join-String.

use command::{Bound, Cmdlet, Command, Result, Session, Str, Value};
use values::{convert, members};

use crate::property::expression::{Expression, Keys};

pub static COMMAND: Command = Command { name: "Join-String", create: || Box::new(JoinString::default()) };

#[derive(Default)]
struct JoinString {
    property: Option<Expression>,
    texts: Vec<Str>,
}

impl Cmdlet for JoinString {
    fn begin(&mut self, _session: &mut dyn Session, bound: &Bound) -> Result<()> {
        self.property = match bound.get("Property") {
            Some(value) => Some(Expression::parse(value, Keys::Plain)?),
            None => None,
        };
        Ok(())
    }

    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        for item in bound.list("InputObject") {
            if item.is_null() {
                continue;
            }
            let value = match &self.property {
                Some(expression) => match expression.value(session, &item)? {
                    Some(value) => value,
                    None => continue,
                },
                None => item,
            };
            if value.is_null() {
                continue;
            }
            let text = match bound.str("FormatString") {
                Some(format) => {
                    let pattern = Value::Str(format);
                    let made = members::call_static(session, values::TypeRef::STRING, "Format", &[pattern, value])
                        .map_err(unwrapped)?;
                    convert::to_str(session, &made)?
                }
                None => convert::to_str(session, &value)?,
            };
            let quote = if bound.switch("SingleQuote") {
                "'"
            } else if bound.switch("DoubleQuote") {
                "\""
            } else {
                ""
            };
            self.texts.push(if quote.is_empty() { text } else { Str::from(format!("{quote}{text}{quote}")) });
        }
        Ok(())
    }

    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let separator = match bound.str("Separator") {
            Some(text) => text,
            None => session.output_field_separator().unwrap_or_else(|| Str::from("")),
        };
        let lines: Vec<&str> = self.texts.iter().map(Str::as_str).collect();
        let prefix = bound.str("OutputPrefix").unwrap_or_else(Str::empty);
        let suffix = bound.str("OutputSuffix").unwrap_or_else(Str::empty);
        session.write(Value::from(format!("{prefix}{}{suffix}", lines.join(&separator))))
    }
}

/// The exception inside a method call's error.
fn unwrapped(flow: Box<values::Flow>) -> Box<values::Flow> {
    let Some(record) = flow.record() else { return flow };
    let inner = record.exception.data.lock().inner.clone();
    match inner {
        Some(Value::Exception(e)) => values::Flow::throw(values::ErrorRecord::from_exception(e)),
        _ if record.exception.ty == values::TypeRef::FORMAT_EXCEPTION => {
            values::Exception::new(record.exception.ty, record.exception.message())
                .identity("System.FormatException", values::ErrorCategory::NotSpecified, Value::Null)
                .throw::<()>()
                .err()
                .unwrap_or(flow)
        }
        _ => flow,
    }
}
