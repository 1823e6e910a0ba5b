//! ConvertFrom-StringData.

use std::sync::Arc;

use command::{Bound, Cmdlet, Command, ErrorCategory, Exception, Result, Session, Str, TypeRef, Value};
use values::regex::unescape;
use values::{Dict, convert};

pub static COMMAND: Command = Command { name: "ConvertFrom-StringData", create: || Box::new(ConvertFromStringData) };

struct ConvertFromStringData;

impl Cmdlet for ConvertFromStringData {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let delimiter = match bound.get("Delimiter").map(Value::base) {
            Some(Value::Char(c)) => values::string::unit_to_char(*c),
            Some(other) => convert::to_display(other).chars().next().unwrap_or('='),
            None => '=',
        };
        let table = Dict::hashtable();
        for line in bound.str("StringData").unwrap_or_else(Str::empty).split('\n') {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let Some((name, text)) = line.split_once(delimiter).filter(|(name, _)| !name.is_empty()) else {
                return failed(format!("Data line '{line}' is not in 'name=value' format. "));
            };
            let name = name.trim();
            if table.get_str(name).is_some() {
                return failed(format!("Data item '{name}' in line '{line}' is already defined. "));
            }
            let text = match unescape(text.trim()) {
                Ok(text) => text,
                Err(e) => {
                    return Exception::new(TypeRef::ARGUMENT_EXCEPTION, e.to_string())
                        .identity(
                            "System.Text.RegularExpressions.RegexParseException",
                            ErrorCategory::NotSpecified,
                            Value::Null,
                        )
                        .throw();
                }
            };
            table.insert(Value::from(name), Value::from(text));
        }
        session.write(Value::Dict(Arc::new(table)))
    }
}

fn failed<T>(message: String) -> Result<T> {
    Exception::new(TypeRef::PS_INVALID_OPERATION_EXCEPTION, message)
        .identity("InvalidOperation", ErrorCategory::InvalidOperation, Value::Null)
        .throw()
}
