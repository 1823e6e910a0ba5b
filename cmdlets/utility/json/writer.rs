//! JSON as ConvertTo-Json writes it.

use command::{Context, ErrorCategory, Exception, Result, Session, TypeRef, Value};
use values::number::shell;
use values::time::{DateTime, format_datetime};
use values::types::TypeKind;
use values::{convert, members};

/// Which characters are escaped.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Escapes {
    Default,
    NonAscii,
    Html,
}

/// How to write.
pub struct Writer {
    pub depth: i64,
    pub is_compressed: bool,
    pub enums_as_strings: bool,
    pub escapes: Escapes,
    pub out: String,
    pub is_truncated: bool,
    level: usize,
}

impl Writer {
    /// A writer with nothing written yet.
    pub fn new(depth: i64, is_compressed: bool, enums_as_strings: bool, escapes: Escapes) -> Writer {
        Writer { depth, is_compressed, enums_as_strings, escapes, out: String::new(), is_truncated: false, level: 0 }
    }

    /// Writes a value that stands at a depth.
    pub fn value(&mut self, session: &mut dyn Session, value: &Value, depth: i64) -> Result<()> {
        use std::fmt::Write;
        if session.is_stopping() {
            return Err(Box::new(values::Flow::Stopped));
        }
        match value.base() {
            Value::Null | Value::Void => self.out.push_str("null"),
            Value::Bool(b) => self.out.push_str(if *b { "true" } else { "false" }),
            Value::I32(n) => {
                let _ = write!(self.out, "{n}");
            }
            Value::Str(s) => self.text(s),
            Value::Char(c) => self.text(&values::string::unit_to_char(*c).to_string()),
            Value::F64(n) => self.float(*n),
            Value::F32(n) if n.is_finite() => self.point(&shell::single_to_string(*n)),
            Value::F32(n) => self.float(f64::from(*n)),
            Value::Decimal(d) => self.point(&d.to_string()),
            Value::BigInt(b) => self.out.push_str(&b.to_string()),
            Value::Guid(g) => self.text(&g.to_string()),
            Value::DateTime(bits) => self.date(session, *bits),
            Value::Enum(ty, n) => self.enumeration(*ty, *n, value),
            Value::I8(_)
            | Value::U8(_)
            | Value::I16(_)
            | Value::U16(_)
            | Value::U32(_)
            | Value::I64(_)
            | Value::U64(_) => {
                self.out.push_str(&convert::to_display(value.base()));
            }
            Value::Type(t) => {
                let name = t.full_name();
                self.text(&format!(
                    "{name}, System.Private.CoreLib, Version=10.0.0.0, Culture=neutral, PublicKeyToken=7cec85d7bea7798e"
                ));
            }
            _ => return self.compound(session, value, depth),
        }
        Ok(())
    }

    fn compound(&mut self, session: &mut dyn Session, value: &Value, depth: i64) -> Result<()> {
        if let Some(name) = value.type_ref().map(|t| t.name()) {
            if name == "System.Uri" || name == "System.DateTimeOffset" {
                let context: &mut dyn Context = session;
                let text = match name {
                    "System.Uri" => members::get(context, value, "OriginalString")?.unwrap_or_default(),
                    _ => members::call(context, value, "ToString", &[Value::from("yyyy-MM-ddTHH:mm:ss.FFFFFFFK")])?,
                };
                let text = convert::to_str(context, &text)?;
                self.text(&text);
                return Ok(());
            }
            if name == "System.DBNull" || name == "System.Management.Automation.Language.NullString" {
                self.out.push_str("null");
                return Ok(());
            }
        }
        if depth > self.depth {
            self.is_truncated = true;
            let context: &mut dyn Context = session;
            let text = convert::to_str(context, value)?;
            self.text(&text);
            return Ok(());
        }
        if let Some(dict) = value.as_dict() {
            let entries = dict.to_vec();
            if entries.iter().any(|(key, _)| key.as_str().is_none()) {
                return Exception::new(
                    TypeRef::INVALID_OPERATION_EXCEPTION,
                    format!(
                        "The type '{}' is not supported for serialization or deserialization of a dictionary. Keys must be strings.",
                        dict.ty.name()
                    ),
                )
                .identity("NonStringKeyInDictionary", ErrorCategory::InvalidOperation, Value::Null)
                .throw();
            }
            let mut pairs: Vec<(String, Value)> =
                entries.into_iter().map(|(k, v)| (convert::to_display(&k), v)).collect();
            pairs.extend(added(value));
            return self.object(session, pairs, depth);
        }
        let items = {
            let context: &mut dyn Context = session;
            members::enumerate(context, value)?
        };
        if let Some(items) = items {
            let extra = added(value);
            if extra.is_empty() {
                return self.array(session, &items, depth);
            }
            let mut pairs = vec![("value".to_string(), Value::array(items))];
            pairs.extend(extra);
            return self.object(session, pairs, depth);
        }
        let pairs = {
            let context: &mut dyn Context = session;
            members::properties(context, value)?
        };
        self.object(session, pairs.into_iter().map(|(n, v)| (n.to_string(), v)).collect(), depth)
    }

    fn array(&mut self, session: &mut dyn Session, items: &[Value], depth: i64) -> Result<()> {
        if items.is_empty() {
            self.out.push_str("[]");
            return Ok(());
        }
        self.out.push('[');
        self.level += 1;
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.out.push(',');
            }
            self.line();
            self.value(session, item, depth + 1)?;
        }
        self.level -= 1;
        self.line();
        self.out.push(']');
        Ok(())
    }

    fn object(&mut self, session: &mut dyn Session, pairs: Vec<(String, Value)>, depth: i64) -> Result<()> {
        if pairs.is_empty() {
            self.out.push_str("{}");
            return Ok(());
        }
        self.out.push('{');
        self.level += 1;
        for (at, (name, value)) in pairs.iter().enumerate() {
            if at > 0 {
                self.out.push(',');
            }
            self.line();
            self.text(name);
            self.out.push_str(if self.is_compressed { ":" } else { ": " });
            self.value(session, value, depth + 1)?;
        }
        self.level -= 1;
        self.line();
        self.out.push('}');
        Ok(())
    }

    fn line(&mut self) {
        if self.is_compressed {
            return;
        }
        self.out.push('\n');
        for _ in 0..self.level {
            self.out.push_str("  ");
        }
    }

    fn float(&mut self, n: f64) {
        if n.is_nan() {
            self.out.push_str("\"NaN\"");
        } else if n.is_infinite() {
            self.out.push_str(if n > 0.0 { "\"Infinity\"" } else { "\"-Infinity\"" });
        } else {
            self.point(&round_trip(n));
        }
    }

    /// A number that keeps a decimal point.
    fn point(&mut self, text: &str) {
        self.out.push_str(text);
        if !text.contains(['.', 'E', 'e']) {
            self.out.push_str(".0");
        }
    }

    fn date(&mut self, session: &mut dyn Session, bits: u64) {
        let zone = values::time::Zone::find(session.time_zone()).unwrap_or_else(|_| values::time::Zone::system());
        let Ok(culture) = values::culture::Culture::get("") else { return };
        let text = format_datetime(DateTime::from_bits(bits), "yyyy-MM-ddTHH:mm:ss.FFFFFFFK", &culture.date, &zone);
        self.text(&text.unwrap_or_default());
    }

    fn enumeration(&mut self, ty: values::TypeRef, n: i64, value: &Value) {
        if self.enums_as_strings {
            self.text(&convert::to_display(value));
            return;
        }
        let is_unsigned =
            matches!(&ty.info().kind, TypeKind::Enum { underlying, .. } if *underlying == values::TypeRef::UINT64);
        self.out.push_str(&if is_unsigned { (n as u64).to_string() } else { n.to_string() });
    }

    fn text(&mut self, text: &str) {
        self.out.push('"');
        if self.escapes == Escapes::Default
            && text.bytes().all(|b| (0x20..0x80).contains(&b) && b != b'"' && b != b'\\')
        {
            self.out.push_str(text);
            self.out.push('"');
            return;
        }
        for c in text.chars() {
            match c {
                '"' if self.escapes == Escapes::Html => self.out.push_str("\\u0022"),
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\t' => self.out.push_str("\\t"),
                '\u{8}' => self.out.push_str("\\b"),
                '\u{c}' => self.out.push_str("\\f"),
                '<' | '>' | '&' | '\'' if self.escapes == Escapes::Html => self.escape(c),
                '\u{85}' | '\u{2028}' | '\u{2029}' => self.escape(c),
                c if (c as u32) < 0x20 => self.escape(c),
                c if !c.is_ascii() && self.escapes == Escapes::NonAscii => self.escape(c),
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }

    fn escape(&mut self, c: char) {
        use std::fmt::Write;
        for unit in values::string::utf16(&c.to_string()) {
            let _ = write!(self.out, "\\u{unit:04x}");
        }
    }
}

/// The shortest text that reads back as the same number, as .NET's `R` gives it.
fn round_trip(n: f64) -> String {
    let size = n.abs();
    if size != 0.0 && !(1e-4..1e15).contains(&size) {
        let text = format!("{n:e}");
        if let Some((digits, exponent)) = text.split_once('e') {
            let (sign, digits_of) = match exponent.strip_prefix('-') {
                Some(rest) => ('-', rest),
                None => ('+', exponent),
            };
            return format!("{digits}E{sign}{digits_of:0>2}");
        }
        return text;
    }
    n.to_string()
}

/// Note properties that were added to the instance.
fn added(value: &Value) -> Vec<(String, Value)> {
    let Value::Wrapped(w) = value else { return Vec::new() };
    let members = w.members.lock();
    let notes = members.iter().filter_map(|(n, m)| match m {
        values::PsMember::Note(v) => Some((n.to_string(), v.clone())),
        _ => None,
    });
    notes.collect()
}

#[cfg(test)]
mod tests {
    use super::round_trip;

    #[test]
    fn doubles_round_trip() {
        let check = |n: f64, text: &str| assert_eq!(round_trip(n), text);
        check(1.0 / 3.0, "0.3333333333333333");
        check(1e15, "1E+15");
        check(1.7976931348623157E+308, "1.7976931348623157E+308");
        check(1e-7, "1E-07");
        check(100.0, "100");
    }
}
