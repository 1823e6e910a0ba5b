//! Writing JSON as ConvertTo-Json does.

use crate::culture::NumberFormat;
use crate::number::{Decimal, format_double, format_single};

/// `-EscapeHandling`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Escape {
    Default,
    NonAscii,
    Html,
}

/// Writes values one after the other; commas, line breaks and indentation come by themselves.
pub struct Writer {
    out: String,
    compress: bool,
    escape: Escape,
    /// For each open container: whether something was written into it.
    open: Vec<bool>,
    after_name: bool,
}

impl Writer {
    pub fn new(compress: bool, escape: Escape) -> Writer {
        Writer { out: String::new(), compress, escape, open: Vec::new(), after_name: false }
    }

    /// The text written.
    pub fn finish(self) -> String {
        self.out
    }

    fn line(&mut self) {
        if !self.compress {
            self.out.push('\n');
            for _ in 0..self.open.len() {
                self.out.push_str("  ");
            }
        }
    }

    /// Before a value or a name.
    fn lead(&mut self) {
        if self.after_name {
            self.after_name = false;
            return;
        }
        if let Some(used) = self.open.last_mut() {
            if *used {
                self.out.push(',');
            }
            *used = true;
            self.line();
        }
    }

    fn begin(&mut self, c: char) {
        self.lead();
        self.out.push(c);
        self.open.push(false);
    }

    fn end(&mut self, c: char) {
        if self.open.pop() == Some(true) {
            self.line();
        }
        self.out.push(c);
    }

    pub fn begin_object(&mut self) {
        self.begin('{');
    }

    pub fn end_object(&mut self) {
        self.end('}');
    }

    pub fn begin_array(&mut self) {
        self.begin('[');
    }

    pub fn end_array(&mut self) {
        self.end(']');
    }

    /// The name of the next value.
    pub fn name(&mut self, name: &str) {
        self.lead();
        self.quoted(name);
        self.out.push_str(if self.compress { ":" } else { ": " });
        self.after_name = true;
    }

    pub fn null(&mut self) {
        self.raw("null");
    }

    pub fn boolean(&mut self, v: bool) {
        self.raw(if v { "true" } else { "false" });
    }

    /// Text that is JSON already: integers of any size.
    pub fn raw(&mut self, text: &str) {
        self.lead();
        self.out.push_str(text);
    }

    pub fn string(&mut self, v: &str) {
        self.lead();
        self.quoted(v);
    }

    /// A Double; NaN and infinity are written as strings.
    pub fn double(&mut self, v: f64) {
        let t = format_double(v, "R", &NumberFormat::invariant()).unwrap_or_default();
        self.real(t, v.is_finite());
    }

    /// A Single.
    pub fn single(&mut self, v: f32) {
        let t = format_single(v, "R", &NumberFormat::invariant()).unwrap_or_default();
        self.real(t, v.is_finite());
    }

    /// A Decimal, with at least one decimal place.
    pub fn decimal(&mut self, v: &Decimal) {
        self.real(v.to_string(), true);
    }

    fn real(&mut self, mut t: String, finite: bool) {
        if !finite {
            return self.string(&t);
        }
        if !t.contains(['.', 'E', 'e']) {
            t.push_str(".0");
        }
        self.raw(&t);
    }

    fn quoted(&mut self, s: &str) {
        self.out.push('"');
        for c in s.chars() {
            match c {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\t' => self.out.push_str("\\t"),
                '\u{8}' => self.out.push_str("\\b"),
                '\u{c}' => self.out.push_str("\\f"),
                c if (c as u32) < 0x20 || matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}') => self.unicode(c),
                '<' | '>' | '&' | '\'' if self.escape == Escape::Html => self.unicode(c),
                c if self.escape == Escape::NonAscii && !c.is_ascii() => self.unicode(c),
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }

    fn unicode(&mut self, c: char) {
        let text = c.to_string();
        for u in crate::string::utf16(&text) {
            self.out.push_str(&format!("\\u{u:04x}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writing() {
        let write = |compress: bool| {
            let mut w = Writer::new(compress, Escape::Default);
            w.begin_object();
            w.name("a");
            w.begin_array();
            w.raw("1");
            w.double(1.0);
            w.end_array();
            w.name("b");
            w.begin_object();
            w.end_object();
            w.end_object();
            w.finish()
        };
        assert_eq!(write(true), "{\"a\":[1,1.0],\"b\":{}}");
        assert_eq!(write(false), "{\n  \"a\": [\n    1,\n    1.0\n  ],\n  \"b\": {}\n}");
        for (e, want) in [
            (Escape::Default, "\"é<\\t'\""),
            (Escape::NonAscii, "\"\\u00e9<\\t'\""),
            (Escape::Html, "\"é\\u003c\\t\\u0027\""),
        ] {
            let mut w = Writer::new(true, e);
            w.string("é<\t'");
            assert_eq!(w.finish(), want);
        }
        for (v, want) in [(1e20, "1E+20"), (1.5, "1.5"), (f64::NAN, "\"NaN\""), (-0.0, "-0.0")] {
            let mut w = Writer::new(true, Escape::Default);
            w.double(v);
            assert_eq!(w.finish(), want);
        }
    }
}
