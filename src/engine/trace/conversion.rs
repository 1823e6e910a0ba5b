//! What the source TypeConversion says of a conversion.

use values::{Result, TypeRef, Value};

use super::{Source, Tracing};
use crate::runspace::Runspace;

const SOURCE: Source = Source::TypeConversion;

impl Runspace {
    /// Tells a conversion that an argument needs.
    #[cold]
    pub(crate) fn trace_conversion(&mut self, value: &Value, wanted: TypeRef, done: &Result) {
        let depth =
            self.trace_scope(SOURCE, |t| format!("Converting \"{}\" to \"{}\".", t.shown(value), wanted.name()));
        self.trace_cast(value, wanted, done);
        self.trace_back(depth);
    }

    /// Tells by what way a value became another: casts in scripts say no more.
    #[cold]
    pub(crate) fn trace_cast(&mut self, value: &Value, wanted: TypeRef, done: &Result) {
        for line in ways(value, wanted) {
            self.trace(SOURCE, |_| line.to_string());
        }
        match done {
            Ok(made) => self.trace_outcome(value, wanted, made),
            Err(flow) => {
                let why = flow.record().map(|r| r.exception.message().to_string()).unwrap_or_default();
                // The reason alone, without the conversion that it stopped.
                let why = why.split_once("Error: \"").map_or(why.as_str(), |(_, why)| why.trim_end_matches('"'));
                match ways(value, wanted) {
                    ["Converting to integer."] => {
                        self.trace(SOURCE, |t| format!("Exception converting to integer: \"{}\".", t.quoted(why)));
                    }
                    ["Converting to double or single.", ..] => self
                        .trace(SOURCE, |t| format!("Exception converting to double or single: \"{}\".", t.quoted(why))),
                    _ => self.trace(SOURCE, |_| "Type Conversion failed.".to_string()),
                }
            }
        }
    }

    fn trace_outcome(&mut self, value: &Value, wanted: TypeRef, made: &Value) {
        let is_text = value.as_str().is_some();
        let says: fn(&Tracing, &Value) -> String = match wanted {
            _ if value.is_number() && made.is_number() && !matches!(made, Value::Enum(..)) => {
                |_, _| "Numeric conversion succeeded.".to_string()
            }
            TypeRef::DATETIME | TypeRef::TIMESPAN | TypeRef::GUID if is_text => {
                |t, made| format!("Parse result: {}", t.shown(made))
            }
            TypeRef::VERSION if is_text => |t, made| format!("Constructor result: \"{}\".", t.shown(made)),
            _ => return,
        };
        self.trace(SOURCE, |t| says(t, made));
    }
}

/// What is said before the attempt.
fn ways(value: &Value, wanted: TypeRef) -> &'static [&'static str] {
    const INTEGERS: [TypeRef; 8] = [
        TypeRef::INT32,
        TypeRef::INT64,
        TypeRef::INT16,
        TypeRef::BYTE,
        TypeRef::SBYTE,
        TypeRef::UINT16,
        TypeRef::UINT32,
        TypeRef::UINT64,
    ];
    let is_text = value.as_str().is_some();
    let is_same = value.type_ref().is_some_and(|t| t == wanted || t.derives_from(wanted));
    match value {
        Value::Null if wanted == TypeRef::STRING => &["Converting null to \"\"."],
        Value::Null if wanted == TypeRef::BOOL => &["Converting null to boolean."],
        Value::Null if wanted.is_value_type() => &["Converting null to zero."],
        Value::Null => &[],
        _ if is_same => &["Result type is assignable from value to convert's type"],
        Value::Str(text) if text.is_empty() && (INTEGERS.contains(&wanted) || wanted == TypeRef::DECIMAL) => {
            &["Returning numeric zero."]
        }
        Value::Str(_) if INTEGERS.contains(&wanted) => &["Converting to integer."],
        Value::Str(_) if wanted == TypeRef::DECIMAL => {
            &["Converting to decimal.", "Parsing string value to account for multipliers and type suffixes"]
        }
        Value::Str(_) if wanted == TypeRef::DOUBLE || wanted == TypeRef::SINGLE => {
            &["Converting to double or single.", "Parsing string value to account for multipliers and type suffixes"]
        }
        Value::Str(_) if wanted == TypeRef::BOOL => &["Converting string to boolean."],
        _ if wanted == TypeRef::BOOL => &["Converting value to boolean."],
        _ if wanted == TypeRef::STRING && value.is_number() => &["Converting numeric to string."],
        _ if wanted == TypeRef::STRING => &["Converting object to string."],
        _ if is_text && wanted.is_enum() => &["Calling case sensitive Enum.Parse"],
        Value::Dict(_) if wanted == TypeRef::HASHTABLE => &["Converting to Hashtable."],
        Value::Array(_) if wanted.element().is_some() => {
            &["Converting elements in the value to convert to the result's element type."]
        }
        _ if wanted.element().is_some() => &["Value to convert is scalar."],
        _ => &[],
    }
}
