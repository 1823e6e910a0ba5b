//! RFC 8259 as it is written, for Test-Json.

/// Where the text stops being JSON: line (from 0) and byte in the line, as System.Text.Json counts.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{text} LineNumber: {line} | BytePositionInLine: {position}.")]
pub struct StrictError {
    pub text: String,
    pub line: usize,
    pub position: usize,
}

struct Check<'a> {
    b: &'a [u8],
    i: usize,
    comments: bool,
    trailing: bool,
    depth: usize,
}

const MAX_DEPTH: usize = 64;

/// Checks that the text is one JSON value. Comments and trailing commas are faults unless allowed.
pub fn check_strict(text: &str, allow_comments: bool, allow_trailing_commas: bool) -> Result<(), StrictError> {
    let mut c = Check { b: text.as_bytes(), i: 0, comments: allow_comments, trailing: allow_trailing_commas, depth: 0 };
    c.blanks()?;
    if c.i >= c.b.len() {
        return c.fail("The input does not contain any JSON tokens. Expected the input to start with a valid JSON token, when isFinalBlock is true.");
    }
    c.value()?;
    c.blanks()?;
    match c.peek() {
        None => Ok(()),
        Some(_) => c.fail(format!("'{}' is invalid after a single JSON value. Expected end of data.", c.shown())),
    }
}

impl Check<'_> {
    fn peek(&self) -> Option<u8> {
        self.b.get(self.i).copied()
    }

    fn shown(&self) -> String {
        match self.peek() {
            Some(b) if b.is_ascii() && b >= 0x20 => (b as char).to_string(),
            Some(b) => format!("0x{b:02X}"),
            None => String::new(),
        }
    }

    fn fail<T>(&self, text: impl Into<String>) -> Result<T, StrictError> {
        let before = &self.b[..self.i.min(self.b.len())];
        let start = before.iter().rposition(|c| *c == b'\n').map_or(0, |i| i + 1);
        Err(StrictError {
            text: text.into(),
            line: before.iter().filter(|c| **c == b'\n').count(),
            position: before.len() - start,
        })
    }

    fn blanks(&mut self) -> Result<(), StrictError> {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.i += 1,
                Some(b'/') if self.comments => match self.b.get(self.i + 1) {
                    Some(b'/') => {
                        while self.peek().is_some_and(|c| c != b'\n') {
                            self.i += 1;
                        }
                    }
                    Some(b'*') => {
                        let Some(n) = self.b[self.i + 2..].windows(2).position(|w| w == b"*/") else {
                            return self.fail("Unexpected end of data while reading a comment.");
                        };
                        self.i += n + 4;
                    }
                    _ => return self.fail(format!("'{}' is an invalid start of a comment.", self.shown())),
                },
                _ => return Ok(()),
            }
        }
    }

    fn value(&mut self) -> Result<(), StrictError> {
        match self.peek() {
            Some(b'{') => self.container(b'}', true),
            Some(b'[') => self.container(b']', false),
            Some(b'"') => self.string(),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            Some(b'-' | b'0'..=b'9') => self.number(),
            None => self.fail("Expected depth to be zero at the end of the JSON payload. There is an open JSON object or array that should be closed."),
            Some(_) => self.fail(format!("'{}' is an invalid start of a value.", self.shown())),
        }
    }

    fn word(&mut self, w: &str) -> Result<(), StrictError> {
        if self.b[self.i..].starts_with(w.as_bytes()) {
            self.i += w.len();
            return Ok(());
        }
        self.fail(format!("'{}' is an invalid JSON literal. Expected the literal '{w}'.", self.shown()))
    }

    fn container(&mut self, close: u8, object: bool) -> Result<(), StrictError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return self.fail(format!(
                "The maximum configured depth of {MAX_DEPTH} has been exceeded. Cannot read next JSON {}.",
                if object { "object" } else { "array" }
            ));
        }
        self.i += 1;
        self.blanks()?;
        let mut after_comma = false;
        loop {
            if self.peek() == Some(close) {
                if after_comma && !self.trailing {
                    return self.fail("The JSON object contains a trailing comma at the end which is not supported in this mode. Change the reader options.");
                }
                self.i += 1;
                self.depth -= 1;
                return Ok(());
            }
            if object {
                if self.peek() != Some(b'"') {
                    return self
                        .fail(format!("'{}' is an invalid start of a property name. Expected a '\"'.", self.shown()));
                }
                self.string()?;
                self.blanks()?;
                if self.peek() != Some(b':') {
                    return self.fail(format!("'{}' is invalid after a property name. Expected a ':'.", self.shown()));
                }
                self.i += 1;
                self.blanks()?;
            }
            self.value()?;
            self.blanks()?;
            match self.peek() {
                Some(b',') => {
                    self.i += 1;
                    self.blanks()?;
                    after_comma = true;
                }
                Some(c) if c == close => after_comma = false,
                None => {
                    return self.fail("Expected depth to be zero at the end of the JSON payload. There is an open JSON object or array that should be closed.");
                }
                Some(_) => {
                    return self.fail(format!(
                        "'{}' is invalid after a value. Expected either ',', '}}', or ']'.",
                        self.shown()
                    ));
                }
            }
        }
    }

    fn string(&mut self) -> Result<(), StrictError> {
        self.i += 1;
        loop {
            match self.peek() {
                None => return self.fail("Expected end of string, but instead reached end of data."),
                Some(b'"') => {
                    self.i += 1;
                    return Ok(());
                }
                Some(c) if c < 0x20 => {
                    return self.fail(format!(
                        "'0x{c:02X}' is invalid within a JSON string. The string should be correctly escaped."
                    ));
                }
                Some(b'\\') => {
                    self.i += 1;
                    match self.peek() {
                        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.i += 1,
                        Some(b'u') => {
                            self.i += 1;
                            let hex = self.b.get(self.i..self.i + 4).is_some_and(|h| h.iter().all(u8::is_ascii_hexdigit));
                            if !hex {
                                return self.fail(format!("'{}' is not a hex digit following '\\u' within a JSON string. The string should be correctly escaped.", self.shown()));
                            }
                            self.i += 4;
                        }
                        _ => return self.fail(format!("'{}' is an invalid escapable character within a JSON string. The string should be correctly escaped.", self.shown())),
                    }
                }
                Some(_) => self.i += 1,
            }
        }
    }

    fn digits(&mut self) -> usize {
        let n = self.b[self.i..].iter().take_while(|b| b.is_ascii_digit()).count();
        self.i += n;
        n
    }

    fn number(&mut self) -> Result<(), StrictError> {
        if self.peek() == Some(b'-') {
            self.i += 1;
        }
        let start = self.i;
        let n = self.digits();
        if n == 0 {
            return self.fail(format!("'{}' is not a valid digit following a '-'.", self.shown()));
        }
        if n > 1 && self.b[start] == b'0' {
            self.i = start + 1;
            return self.fail(format!("Invalid leading zero before '{}'.", self.shown()));
        }
        if self.peek() == Some(b'.') {
            self.i += 1;
            if self.digits() == 0 {
                return self.fail(format!("'{}' is an invalid digit after a decimal point.", self.shown()));
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.i += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.i += 1;
            }
            if self.digits() == 0 {
                return self.fail(format!("'{}' is an invalid digit in an exponent.", self.shown()));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strictness() {
        for (t, ok) in [
            ("{\"a\":[1,-2.5e3,null,\"\\u0041\"]}", true),
            ("01", false),
            ("{a:1}", false),
            ("[1,]", false),
            ("'a'", false),
            ("", false),
            ("// x\n1", false),
            ("1 2", false),
            ("[", false),
            ("\"a", false),
        ] {
            assert_eq!(check_strict(t, false, false).is_ok(), ok, "{t}");
        }
        assert!(check_strict("[1,/* c */2,] // end", true, true).is_ok());
    }
}
