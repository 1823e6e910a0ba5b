//! JSON as PowerShell reads it: comments, single quotes, bare names and trailing commas are let pass; errors are worded and
//! placed as Newtonsoft's reader does.

use std::sync::Arc;

use command::{Context, Exception, Result, Str, TypeRef, Value, error_of};
use values::time::{DateStyles, DateTime, Kind, Zone};
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

struct Reader<'a, 'c> {
    context: &'c mut dyn Context,
    chars: Vec<char>,
    at: usize,
    line: usize,
    line_start: usize,
    path: Vec<Step>,
    options: &'a Options,
    root: Arc<Layout>,
}

enum Step {
    Name(Str),
    Index(usize),
}

/// Reads one document.
pub fn read(context: &mut dyn Context, text: &str, options: &Options) -> Result {
    let mut reader = Reader {
        context,
        chars: text.chars().collect(),
        at: 0,
        line: 1,
        line_start: 0,
        path: Vec::new(),
        options,
        root: Layout::new(Vec::new()),
    };
    reader.space()?;
    if reader.at >= reader.chars.len() {
        return Ok(Value::Null);
    }
    let value = reader.value()?;
    reader.space()?;
    match reader.peek() {
        None => Ok(value),
        Some(c) => reader.fail(&format!("Additional text encountered after finished reading JSON content: {c}."), 0),
    }
}

impl Reader<'_, '_> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn path_text(&self) -> String {
        let mut text = String::new();
        for step in &self.path {
            match step {
                Step::Name(name) if name.chars().all(|c| c.is_alphanumeric() || c == '_') => {
                    if !text.is_empty() {
                        text.push('.');
                    }
                    text.push_str(name);
                }
                Step::Name(name) => text.push_str(&format!("['{name}']")),
                Step::Index(at) => text.push_str(&format!("[{at}]")),
            }
        }
        text
    }

    fn fail<T>(&self, what: &str, back: usize) -> Result<T> {
        let position = (self.at - back).saturating_sub(self.line_start);
        let line = if self.at == 0 { 0 } else { self.line };
        let reason = format!("{what} Path '{}', line {line}, position {position}.", self.path_text());
        let inner = Exception::new(command::class("Newtonsoft.Json.JsonReaderException", TypeRef::EXCEPTION), reason.clone());
        Exception::new(TypeRef::ARGUMENT_EXCEPTION, format!("Conversion from JSON failed with error: {reason}"))
            .inner(inner.value())
            .identity("System.ArgumentException", ErrorCategory::NotSpecified, Value::Null)
            .throw()
    }

    fn space(&mut self) -> Result<()> {
        while let Some(c) = self.peek() {
            match c {
                '\n' => {
                    self.at += 1;
                    self.line += 1;
                    self.line_start = self.at;
                }
                '\r' => {
                    self.at += 1;
                    if self.peek() != Some('\n') {
                        self.line += 1;
                        self.line_start = self.at;
                    }
                }
                '/' => self.comment()?,
                c if c.is_whitespace() || c == '\u{FEFF}' => self.at += 1,
                _ => break,
            }
        }
        Ok(())
    }

    fn comment(&mut self) -> Result<()> {
        self.at += 1;
        match self.peek() {
            Some('/') => {
                while self.peek().is_some_and(|c| c != '\n' && c != '\r') {
                    self.at += 1;
                }
                Ok(())
            }
            Some('*') => {
                self.at += 1;
                loop {
                    match self.peek() {
                        None => return self.fail("Unexpected end while parsing comment.", 0),
                        Some('*') if self.chars.get(self.at + 1) == Some(&'/') => {
                            self.at += 2;
                            return Ok(());
                        }
                        Some(c) => {
                            self.at += 1;
                            if c == '\n' {
                                self.line += 1;
                                self.line_start = self.at;
                            }
                        }
                    }
                }
            }
            Some(c) => {
                self.at += 1;
                self.fail(&format!("Error parsing comment. Expected: *, got {c}."), 0)
            }
            None => self.fail("Unexpected end while parsing comment.", 0),
        }
    }

    fn value(&mut self) -> Result {
        self.space()?;
        let Some(c) = self.peek() else {
            return self.fail("Unexpected end when reading JSON.", 0);
        };
        match c {
            '{' => self.object(),
            '[' => self.array(),
            '"' | '\'' => {
                let text = self.string(c)?;
                Ok(self.text_value(text))
            }
            't' => self.word("true", Value::Bool(true)),
            'f' => self.word("false", Value::Bool(false)),
            'n' if self.chars.get(self.at + 1) == Some(&'e') => {
                error_of("JsonConstructor", ErrorCategory::InvalidData, "Constructors in JSON are not supported.")
            }
            'n' => self.word("null", Value::Null),
            'u' => self.word("undefined", Value::Null),
            'N' => self.word("NaN", Value::F64(f64::NAN)),
            'I' => self.word("Infinity", Value::F64(f64::INFINITY)),
            '-' if self.chars.get(self.at + 1) == Some(&'I') => self.word("-Infinity", Value::F64(f64::NEG_INFINITY)),
            '-' | '.' | '0'..='9' => self.number(),
            c => self.fail(&format!("Unexpected character encountered while parsing value: {c}."), 0),
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Result {
        for expected in word.chars() {
            match self.peek() {
                Some(c) if c == expected => self.at += 1,
                None => return self.fail("Unexpected end when reading JSON.", 0),
                Some(_) => return self.fail(&format!("Error parsing {} value.", word_kind(word)), 0),
            }
        }
        match self.peek() {
            Some(c) if c.is_alphanumeric() || c == '_' => self.fail(&format!("Error parsing {} value.", word_kind(word)), 0),
            _ => Ok(value),
        }
    }

    fn number(&mut self) -> Result {
        let start = self.at;
        while self.peek().is_some_and(|c| matches!(c, '0'..='9' | '+' | '-' | '.' | 'e' | 'E' | 'x' | 'X' | 'a'..='d' | 'f' | 'A'..='D' | 'F')) {
            self.at += 1;
        }
        let text: String = self.chars[start..self.at].iter().collect();
        let bad = |reader: &Self| reader.fail(&format!("Input string '{text}' is not a valid number."), 0);
        let digits = text.strip_prefix('-').unwrap_or(&text);
        if digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.") && !digits.starts_with("0e") && !digits.starts_with("0E") {
            let radix = if digits.starts_with("0x") || digits.starts_with("0X") { 16 } else { 8 };
            let body = if radix == 16 { &digits[2..] } else { digits };
            return i64::from_str_radix(body, radix).map(Value::I64).or_else(|_| bad(self));
        }
        if text.contains(['.', 'e', 'E']) {
            return match text.parse::<f64>() {
                Ok(n) => Ok(Value::F64(n)),
                Err(_) => bad(self),
            };
        }
        match text.parse::<i64>() {
            Ok(n) => Ok(Value::I64(n)),
            Err(_) => match text.parse::<num_bigint::BigInt>() {
                Ok(n) => Ok(Value::big(n)),
                Err(_) => bad(self),
            },
        }
    }

    fn string(&mut self, quote: char) -> Result<String> {
        self.at += 1;
        let mut text = String::new();
        let mut pending: Option<u16> = None;
        loop {
            let Some(c) = self.peek() else {
                return self.fail(&format!("Unterminated string. Expected delimiter: {quote}."), 0);
            };
            self.at += 1;
            if c == '\\' && self.peek() == Some('u') {
                let hex: String = self.chars.iter().skip(self.at + 1).take(4).collect();
                let Ok(unit) = u16::from_str_radix(&hex, 16) else {
                    return self.fail(&format!("Could not convert Unicode escape '{hex}' to an integer."), 0);
                };
                self.at += 5;
                match (pending.take(), (0xDC00..0xE000).contains(&unit)) {
                    (Some(high), true) => {
                        text.extend(char::decode_utf16([high, unit]).flatten());
                        continue;
                    }
                    (Some(high), false) => text.push(values::string::unit_to_char(high)),
                    _ => {}
                }
                if (0xD800..0xDC00).contains(&unit) {
                    pending = Some(unit);
                } else {
                    text.push(values::string::unit_to_char(unit));
                }
                continue;
            }
            if let Some(high) = pending.take() {
                text.push(values::string::unit_to_char(high));
            }
            match c {
                c if c == quote => return Ok(text),
                '\\' => {
                    let Some(escaped) = self.peek() else {
                        return self.fail(&format!("Unterminated string. Expected delimiter: {quote}."), 0);
                    };
                    self.at += 1;
                    text.push(match escaped {
                        'b' => '\u{8}',
                        'f' => '\u{c}',
                        'n' => '\n',
                        'r' => '\r',
                        't' => '\t',
                        '"' | '\'' | '\\' | '/' => escaped,
                        other => return self.fail(&format!("Bad JSON escape sequence: \\{other}."), 0),
                    });
                }
                '\n' => {
                    self.line += 1;
                    self.line_start = self.at;
                    text.push(c);
                }
                c => text.push(c),
            }
        }
    }

    fn text_value(&mut self, text: String) -> Value {
        if self.options.dates == DateKind::String || !looks_like_date(&text) {
            return Value::from(text);
        }
        match self.date(&text) {
            Some(value) => value,
            None => Value::from(text),
        }
    }

    fn date(&mut self, text: &str) -> Option<Value> {
        let zone = self.options.zone.clone();
        let clock = values::time::Clock { zone: zone.clone(), now: DateTime::MIN };
        let culture = values::culture::Culture::get("").ok()?;
        if self.options.dates == DateKind::Offset {
            return convert::convert(self.context, &Value::from(text), TypeRef::DATETIME_OFFSET).ok();
        }
        let parsed = values::time::parse_datetime(text, &culture, DateStyles::ROUNDTRIP_KIND, &clock).ok()?;
        let made = match self.options.dates {
            DateKind::Local => match parsed.kind() {
                Kind::Unspecified => parsed.with_kind(Kind::Local),
                _ => parsed.to_local(&zone),
            },
            DateKind::Utc => match parsed.kind() {
                Kind::Unspecified => parsed.with_kind(Kind::Utc),
                _ => parsed.to_universal(&zone),
            },
            _ => parsed,
        };
        Some(Value::DateTime(made.to_bits()))
    }

    fn enter(&mut self) -> Result<()> {
        if self.path.len() + 1 > self.options.depth {
            self.at += 1;
            return self.fail(&format!("The reader's MaxDepth of {} has been exceeded.", self.options.depth), 0);
        }
        Ok(())
    }

    fn array(&mut self) -> Result {
        self.enter()?;
        self.at += 1;
        let mut items = Vec::new();
        self.path.push(Step::Index(0));
        loop {
            self.space()?;
            match self.peek() {
                Some(']') => {
                    self.at += 1;
                    break;
                }
                // A document that ends inside an array is let pass.
                None => break,
                Some(',') => {
                    // An empty place counts as undefined.
                    self.at += 1;
                    items.push(Value::Null);
                    continue;
                }
                Some(_) => {}
            }
            if let Some(last) = self.path.last_mut() {
                *last = Step::Index(items.len());
            }
            items.push(self.value()?);
            self.space()?;
            match self.peek() {
                Some(',') => self.at += 1,
                Some(']') | None => {}
                Some(c) => {
                    return self.fail(&format!("After parsing a value an unexpected character was encountered: {c}."), 0);
                }
            }
        }
        self.path.pop();
        Ok(Value::array(items))
    }

    fn object(&mut self) -> Result {
        self.enter()?;
        self.at += 1;
        let mut names: Vec<Str> = Vec::new();
        let mut slots: Vec<Value> = Vec::new();
        let mut layout = self.root.clone();
        let table = Dict::new(ordered_type(), TypeRef::OBJECT, TypeRef::OBJECT, KeyComparer::Ordinal);
        let mut is_entered = false;
        loop {
            self.space()?;
            let name = match self.peek() {
                Some('}') => {
                    self.at += 1;
                    break;
                }
                None => return self.fail("Unexpected end when deserializing object.", 0),
                Some(quote @ ('"' | '\'')) => self.string(quote)?,
                Some(c) if c.is_alphanumeric() || c == '_' || c == '$' => {
                    let start = self.at;
                    while self.peek().is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$') {
                        self.at += 1;
                    }
                    self.chars[start..self.at].iter().collect()
                }
                Some(c) => {
                    return self.fail(&format!("Invalid property identifier character: {c}."), 0);
                }
            };
            self.space()?;
            match self.peek() {
                Some(':') => self.at += 1,
                None => return self.fail("Unexpected end when deserializing object.", 0),
                Some(c) => {
                    return self.fail(&format!("Invalid character after parsing property name. Expected ':' but got: {c}."), 0);
                }
            }
            if name.is_empty() && !self.options.as_hashtable {
                return Exception::new(
                    TypeRef::INVALID_OPERATION_EXCEPTION,
                    "The provided JSON includes a property whose name is an empty string, this is only supported using the -AsHashTable switch.",
                )
                .identity("EmptyKeyInJsonString", ErrorCategory::InvalidOperation, Value::Null)
                .throw();
            }
            let name = Str::from(name);
            if is_entered {
                self.path.pop();
            }
            is_entered = true;
            self.path.push(Step::Name(name.clone()));
            self.space()?;
            if self.peek().is_none() {
                return self.fail("Unexpected end when deserializing object.", 0);
            }
            let value = self.value()?;
            if self.options.as_hashtable {
                table.insert(Value::Str(name), value);
            } else if let Some(at) = layout.find(&name) {
                if names[at] != name {
                    return Exception::new(
                        TypeRef::INVALID_OPERATION_EXCEPTION,
                        format!(
                            "Cannot convert the JSON string because it contains keys with different casing. Please use the -AsHashTable switch instead. The key that was attempted to be added to the existing key '{}' was '{name}'.",
                            names[at]
                        ),
                    )
                    .identity("KeysWithDifferentCasingInJsonString", ErrorCategory::InvalidOperation, Value::Null)
                    .throw();
                }
                slots[at] = value;
            } else {
                layout = layout.with(&name);
                names.push(name);
                slots.push(value);
            }
            self.space()?;
            match self.peek() {
                Some(',') => self.at += 1,
                Some('}') => {}
                None => return self.fail("Unexpected end when deserializing object.", 0),
                Some(c) => {
                    return self.fail(&format!("After parsing a value an unexpected character was encountered: {c}."), 0);
                }
            }
        }
        if is_entered {
            self.path.pop();
        }
        Ok(if self.options.as_hashtable {
            Value::Dict(Arc::new(table))
        } else {
            Value::Object(Arc::new(Object::custom(layout, slots)))
        })
    }
}

fn word_kind(word: &str) -> &'static str {
    match word {
        "true" | "false" => "boolean",
        "null" => "null",
        "undefined" => "undefined",
        _ => "NaN",
    }
}

/// The dictionary that `-AsHashtable` gives: ordered, case-sensitive.
fn ordered_type() -> TypeRef {
    command::class("System.Management.Automation.OrderedHashtable", TypeRef::HASHTABLE)
}

fn looks_like_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 19
        && bytes.len() <= 40
        && bytes[10] == b'T'
        && bytes[4] == b'-'
        && bytes[7] == b'-'
        && bytes[13] == b':'
        && bytes[16] == b':'
        && bytes.iter().all(|b| b.is_ascii_digit() || matches!(b, b'T' | b'Z' | b'-' | b'+' | b':' | b'.'))
}
