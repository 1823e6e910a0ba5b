//! The lenient reader.

use num_bigint::BigInt;
use num_traits::Num;

use crate::stop::{self, Growing};

/// A JSON value. Objects keep order and duplicates; what to do with them is the caller's.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    Null,
    Bool(bool),
    Int(i64),
    /// An integer beyond 64 bits.
    Big(BigInt),
    Double(f64),
    String(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// What is wrong with a text; the message is the reader's, which PowerShell wraps into
/// `Conversion from JSON failed with error: {0}`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{text} Path '{path}', line {line}, position {position}.")]
pub struct JsonError {
    pub text: String,
    pub path: String,
    pub line: usize,
    pub position: usize,
}

/// Where the reader is, for error messages.
enum Place {
    Array(usize),
    /// The element in work is not begun yet.
    ArrayStart,
    Object(Option<String>),
}

struct Reader {
    c: Vec<char>,
    i: usize,
    places: Vec<Place>,
    max_depth: usize,
    pace: stop::Pace,
}

type Read<T> = Result<T, JsonError>;

/// Parses one value; `None` when the text holds none (blank, comments only).
pub fn parse(text: &str, max_depth: usize) -> Result<Option<Json>, JsonError> {
    let c = characters(text)?;
    let mut r = Reader { c, i: 0, places: Vec::new(), max_depth, pace: Default::default() };
    r.blanks()?;
    if r.i >= r.c.len() {
        return Ok(None);
    }
    let v = r.value()?;
    r.blanks()?;
    match r.peek() {
        None => Ok(Some(v)),
        Some(c) => r.fail(format!("Additional text encountered after finished reading JSON content: {c}.")),
    }
}

const STOPPED: &str = "The reading was stopped.";

fn characters(text: &str) -> Read<Vec<char>> {
    let mut made = Growing::new(Vec::with_capacity(text.len()));
    for ch in text.chars() {
        if made.len() & 0xFFFF == 0xFFFF && stop::requested() {
            return Err(JsonError { text: STOPPED.to_string(), path: String::new(), line: 0, position: 0 });
        }
        made.extend(Some(ch));
    }
    Ok(made.done())
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.c.get(self.i).copied()
    }

    fn path(&self) -> String {
        let mut out = String::new();
        for p in &self.places {
            match p {
                Place::Array(i) => out.push_str(&format!("[{i}]")),
                Place::Object(Some(n)) => {
                    // Names with characters that mean something in a path stand in brackets.
                    let special = n.is_empty()
                        || n.chars().any(|c| " '/\"[](),.\t\n\r\u{c}\u{8}\u{85}\u{2028}\u{2029}".contains(c));
                    if special {
                        out.push_str(&format!("['{}']", n.replace('\\', "\\\\").replace('\'', "\\'")));
                    } else {
                        if !out.is_empty() {
                            out.push('.');
                        }
                        out.push_str(n);
                    }
                }
                _ => {}
            }
        }
        out
    }

    fn fail<T>(&self, text: impl Into<String>) -> Read<T> {
        let before = &self.c[..self.i.min(self.c.len())];
        let start = before.iter().rposition(|c| *c == '\n').map_or(0, |i| i + 1);
        // At the very beginning the reader has no line yet.
        let line = if self.i == 0 { 0 } else { before.iter().filter(|c| **c == '\n').count() + 1 };
        Err(JsonError { text: text.into(), path: self.path(), line, position: before.len() - start })
    }

    fn blanks(&mut self) -> Read<()> {
        loop {
            match self.peek() {
                Some(c) if c.is_whitespace() || c == '\u{feff}' => self.i += 1,
                Some('/') => match self.c.get(self.i + 1) {
                    Some('/') => {
                        while self.peek().is_some_and(|c| c != '\n' && c != '\r') {
                            self.i += 1;
                        }
                    }
                    Some('*') => {
                        self.i += 2;
                        loop {
                            match self.peek() {
                                None => return self.fail("Unexpected end while parsing comment."),
                                Some('*') if self.c.get(self.i + 1) == Some(&'/') => break,
                                _ => self.i += 1,
                            }
                        }
                        self.i += 2;
                    }
                    None => {
                        self.i += 1;
                        return self.fail("Unexpected end while parsing comment.");
                    }
                    Some(c) => {
                        let c = *c;
                        self.i += 1;
                        return self.fail(format!("Error parsing comment. Expected: *, got {c}."));
                    }
                },
                _ => return Ok(()),
            }
        }
    }

    fn value(&mut self) -> Read<Json> {
        if self.pace.is_over() {
            return self.fail(STOPPED);
        }
        let Some(c) = self.peek() else { return self.fail("Unexpected end when reading JSON.") };
        match c {
            '{' => self.object(),
            '[' => self.array(),
            '"' | '\'' => Ok(Json::String(self.string(c)?)),
            '-' | '.' | '0'..='9' => self.number(),
            't' => self.word("true", Json::Bool(true), "Error parsing boolean value."),
            'f' => self.word("false", Json::Bool(false), "Error parsing boolean value."),
            'n' if self.c.get(self.i + 1) == Some(&'e') => self.fail("Unexpected content while parsing JSON."),
            'n' if self.c.get(self.i + 1).is_some_and(|c| *c != 'u') => {
                self.fail("Unexpected character encountered while parsing value: n.")
            }
            'n' => self.word("null", Json::Null, "Error parsing null value."),
            'u' => self.word("undefined", Json::Null, "Error parsing undefined value."),
            'N' => self.word("NaN", Json::Double(f64::NAN), "Error parsing NaN value."),
            'I' => self.word("Infinity", Json::Double(f64::INFINITY), "Error parsing Infinity value."),
            c => self.fail(format!("Unexpected character encountered while parsing value: {c}.")),
        }
    }

    fn word(&mut self, word: &str, value: Json, error: &str) -> Read<Json> {
        let n = word.len();
        let fits = word.chars().enumerate().all(|(k, c)| self.c.get(self.i + k) == Some(&c));
        let ends = self.c.get(self.i + n).is_none_or(|c| c.is_whitespace() || matches!(c, ',' | '}' | ']' | ')' | '/'));
        if !fits || !ends {
            let shared = word.chars().zip(&self.c[self.i..]).take_while(|(a, b)| a == *b).count();
            if self.i + shared >= self.c.len() {
                self.i = self.c.len();
                return self.fail("Unexpected end when reading JSON.");
            }
            return self.fail(error);
        }
        self.i += n;
        Ok(value)
    }

    fn enter(&mut self, p: Place) -> Read<()> {
        self.i += 1;
        if self.places.len() >= self.max_depth {
            return self.fail(format!("The reader's MaxDepth of {} has been exceeded.", self.max_depth));
        }
        self.places.push(p);
        Ok(())
    }

    fn array(&mut self) -> Read<Json> {
        self.enter(Place::ArrayStart)?;
        let mut out = Growing::default();
        loop {
            self.blanks()?;
            match self.peek() {
                None => return self.fail("Unexpected end when reading JSON."),
                Some(']') => {
                    self.i += 1;
                    self.places.pop();
                    return Ok(Json::Array(out.done()));
                }
                Some(',') => {
                    // A missing element is undefined.
                    self.put(&mut out, Json::Null)?;
                    self.step(out.len() - 1);
                }
                Some(_) => {
                    self.step(out.len());
                    let value = self.value()?;
                    self.put(&mut out, value)?;
                }
            }
            self.blanks()?;
            match self.peek() {
                // A document that ends behind an element is let pass.
                None => {
                    self.places.pop();
                    return Ok(Json::Array(out.done()));
                }
                Some(',') => self.i += 1,
                Some(']') => {}
                Some(c) => {
                    return self.fail(format!("After parsing a value an unexpected character was encountered: {c}."));
                }
            }
        }
    }

    fn put(&self, out: &mut Growing<Json>, value: Json) -> Read<()> {
        out.push(value).or_else(|_| self.fail(STOPPED))
    }

    fn step(&mut self, index: usize) {
        if let Some(p) = self.places.last_mut() {
            *p = Place::Array(index);
        }
    }

    fn object(&mut self) -> Read<Json> {
        self.enter(Place::Object(None))?;
        let mut out = Vec::new();
        loop {
            self.blanks()?;
            let name = match self.peek() {
                None => return self.fail("Unexpected end when reading JSON."),
                Some('}') => {
                    self.i += 1;
                    self.places.pop();
                    return Ok(Json::Object(out));
                }
                Some(q @ ('"' | '\'')) => self.string(q)?,
                Some(c) if c.is_alphanumeric() || matches!(c, '_' | '$') => self.bare_name()?,
                Some(c) => return self.fail(format!("Invalid property identifier character: {c}.")),
            };
            self.blanks()?;
            match self.peek() {
                Some(':') => self.i += 1,
                None => return self.fail("Unexpected end when reading JSON."),
                Some(c) => {
                    return self
                        .fail(format!("Invalid character after parsing property name. Expected ':' but got: {c}."));
                }
            }
            if let Some(p) = self.places.last_mut() {
                *p = Place::Object(Some(name.clone()));
            }
            self.blanks()?;
            let v = self.value()?;
            out.push((name, v));
            self.blanks()?;
            match self.peek() {
                None => return self.fail("Unexpected end when deserializing object."),
                Some(',') => self.i += 1,
                Some('}') => {}
                Some(c) => {
                    return self.fail(format!("After parsing a value an unexpected character was encountered: {c}."));
                }
            }
        }
    }

    fn bare_name(&mut self) -> Read<String> {
        let from = self.i;
        while self.peek().is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '$')) {
            self.i += 1;
        }
        match self.peek() {
            None => self.fail("Unexpected end while parsing unquoted property name."),
            Some(c) if c.is_whitespace() || c == ':' || c == '/' => Ok(self.c[from..self.i].iter().collect()),
            Some(c) => self.fail(format!("Invalid JavaScript property identifier character: {c}.")),
        }
    }

    fn string(&mut self, q: char) -> Read<String> {
        self.i += 1;
        let mut out: Vec<u16> = Vec::new();
        loop {
            let Some(c) = self.peek() else {
                return self.fail(format!("Unterminated string. Expected delimiter: {q}."));
            };
            self.i += 1;
            if c == q {
                return Ok(crate::string::Str::from_utf16(&out).to_string());
            }
            if c != '\\' {
                out.extend(c.encode_utf16(&mut [0; 2]).iter());
                continue;
            }
            let Some(e) = self.peek() else {
                return self.fail(format!("Unterminated string. Expected delimiter: {q}."));
            };
            self.i += 1;
            out.push(match e {
                'b' => 8,
                't' => 9,
                'n' => 10,
                'f' => 12,
                'r' => 13,
                '\\' | '"' | '\'' | '/' => e as u16,
                'u' => {
                    let hex: String = self.c[self.i..(self.i + 4).min(self.c.len())].iter().collect();
                    if hex.len() < 4 {
                        self.i = self.c.len();
                        return self.fail("Unexpected end while parsing Unicode escape sequence.");
                    }
                    self.i += 4;
                    match u16::from_str_radix(&hex, 16) {
                        Ok(v) => v,
                        Err(_) => {
                            self.i -= 4;
                            return self.fail(format!("Invalid Unicode escape sequence: \\u{hex}."));
                        }
                    }
                }
                e => return self.fail(format!("Bad JSON escape sequence: \\{e}.")),
            });
        }
    }

    fn number(&mut self) -> Read<Json> {
        let from = self.i;
        if self.peek() == Some('-') && self.c.get(self.i + 1) == Some(&'I') {
            self.i += 1;
            return self.word("Infinity", Json::Double(f64::NEG_INFINITY), "Error parsing -Infinity value.");
        }
        while self.peek().is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.')) {
            self.i += 1;
        }
        let t: String = self.c[from..self.i].iter().collect();
        if let Some(c) = self.peek()
            && !(c.is_whitespace() || matches!(c, ',' | '}' | ']' | ')' | '/'))
        {
            return self.fail(format!("Unexpected character encountered while parsing number: {c}."));
        }
        let (minus, body) = match t.strip_prefix('-') {
            Some(b) => (true, b),
            None => (false, t.as_str()),
        };
        let sign = |v: i64| if minus { -v } else { v };
        let lower = body.to_ascii_lowercase();
        if let Some(h) = lower.strip_prefix("0x") {
            return match i64::from_str_radix(h, 16) {
                Ok(v) => Ok(Json::Int(sign(v))),
                Err(_) => self.fail(format!("Input string '{t}' is not a valid number.")),
            };
        }
        let digits = body.bytes().all(|b| b.is_ascii_digit()) && !body.is_empty();
        if digits && body.len() > 1 && body.starts_with('0') {
            // A leading zero means octal.
            return match i64::from_str_radix(body, 8) {
                Ok(v) => Ok(Json::Int(sign(v))),
                Err(_) => self.fail(format!("Input string '{t}' is not a valid number.")),
            };
        }
        if digits {
            return Ok(match t.parse::<i64>() {
                Ok(v) => Json::Int(v),
                Err(_) => Json::Big(BigInt::from_str_radix(&t, 10).unwrap_or_default()),
            });
        }
        let shape = body.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'));
        match t.parse::<f64>() {
            Ok(v) if shape => Ok(Json::Double(v)),
            _ => self.fail(format!("Input string '{t}' is not a valid number.")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values() {
        use Json::*;
        for (t, want) in [
            ("1", Int(1)),
            ("1.0", Double(1.0)),
            ("01", Int(1)),
            (".5", Double(0.5)),
            ("0x1F", Int(31)),
            ("9223372036854775808", Big("9223372036854775808".parse().unwrap())),
            ("{\"a\":1,/* x */\"b\":2}", Object(vec![("a".into(), Int(1)), ("b".into(), Int(2))])),
            ("[1,2,]", Array(vec![Int(1), Int(2)])),
            ("{a:1,'b':null,}", Object(vec![("a".into(), Int(1)), ("b".into(), Null)])),
            ("\"a\\nb\\u0041\"", String("a\nbA".into())),
        ] {
            assert_eq!(parse(t, 1024), Ok(Some(want)), "{t}");
        }
        assert_eq!(parse("// c 1", 1024), Ok(None));
        assert_eq!(parse(" ", 1024), Ok(None));
    }

    #[test]
    fn errors() {
        for (t, depth, want) in [
            ("{\"a\":}", 9, "Unexpected character encountered while parsing value: }. Path 'a', line 1, position 5."),
            (
                "{\"a\" 1}",
                9,
                "Invalid character after parsing property name. Expected ':' but got: 1. Path '', line 1, position 5.",
            ),
            (
                "[1 2]",
                9,
                "After parsing a value an unexpected character was encountered: 2. Path '[0]', line 1, position 3.",
            ),
            ("{", 9, "Unexpected end when reading JSON. Path '', line 1, position 1."),
            ("abc", 9, "Unexpected character encountered while parsing value: a. Path '', line 0, position 0."),
            ("\"unterminated", 9, "Unterminated string. Expected delimiter: \". Path '', line 1, position 13."),
            (
                "1 2",
                9,
                "Additional text encountered after finished reading JSON content: 2. Path '', line 1, position 2.",
            ),
            ("[[1],[]]", 1, "The reader's MaxDepth of 1 has been exceeded. Path '[0]', line 1, position 2."),
            ("{\"a\":{\"b\":[1]}}", 1, "The reader's MaxDepth of 1 has been exceeded. Path 'a', line 1, position 6."),
        ] {
            assert_eq!(parse(t, depth).unwrap_err().to_string(), want, "{t}");
        }
    }
}
