//! A JSON text as a tree of places in it, as System.Text.Json keeps documents.

use std::sync::Arc;

use super::{StrictError, check_strict};

/// What a value is; the numbers are those of JsonValueKind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Object = 1,
    Array = 2,
    String = 3,
    Number = 4,
    True = 5,
    False = 6,
    Null = 7,
}

#[derive(Debug)]
struct Item {
    kind: Kind,
    start: usize,
    end: usize,
    /// The name of an object's property.
    name: Option<String>,
    children: Vec<usize>,
}

/// The document of a value.
#[derive(Debug)]
pub struct Document {
    text: String,
    items: Vec<Item>,
}

/// A value of a document.
#[derive(Clone, Debug)]
pub struct Element {
    document: Arc<Document>,
    at: usize,
}

/// Reads one value by the rules of RFC 8259.
pub fn read(text: &str, allows_comments: bool, allows_trailing_commas: bool) -> Result<Element, StrictError> {
    check_strict(text, allows_comments, allows_trailing_commas)?;
    let mut reader = Reader { text, at: 0, items: Vec::new() };
    let root = reader.value(None);
    let document = Document { text: text.to_string(), items: reader.items };
    Ok(Element { document: Arc::new(document), at: root })
}

/// Walks through a text that is known to be right.
struct Reader<'t> {
    text: &'t str,
    at: usize,
    items: Vec<Item>,
}

impl Reader<'_> {
    fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    /// Passes over blanks, comments and the commas and colons between values.
    fn blanks(&mut self) {
        loop {
            match self.peek() {
                b' ' | b'\t' | b'\n' | b'\r' | b',' | b':' => self.at += 1,
                b'/' if self.text[self.at..].starts_with("//") => {
                    self.at += self.text[self.at..].find('\n').unwrap_or(self.text.len() - self.at);
                }
                b'/' => self.at += self.text[self.at..].find("*/").map_or(1, |n| n + 2),
                _ => return,
            }
        }
    }

    fn string(&mut self) -> String {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek() {
                b'\\' => self.at += 2,
                b'"' | 0 => break,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        unescaped(&self.text[start..self.at.min(self.text.len())])
    }

    fn value(&mut self, name: Option<String>) -> usize {
        self.blanks();
        let (start, own) = (self.at, self.items.len());
        let kind = match self.peek() {
            b'{' => Kind::Object,
            b'[' => Kind::Array,
            b'"' => Kind::String,
            b't' => Kind::True,
            b'f' => Kind::False,
            b'n' => Kind::Null,
            _ => Kind::Number,
        };
        self.items.push(Item { kind, start, end: start, name, children: Vec::new() });
        let mut children = Vec::new();
        match kind {
            Kind::Object | Kind::Array => {
                self.at += 1;
                loop {
                    self.blanks();
                    if matches!(self.peek(), b'}' | b']' | 0) {
                        self.at += 1;
                        break;
                    }
                    let name = (kind == Kind::Object).then(|| self.string());
                    children.push(self.value(name));
                }
            }
            Kind::String => {
                self.string();
            }
            _ => {
                let rest = &self.text[self.at..];
                let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
                self.at += rest.find(|c| !is_part(c)).unwrap_or(rest.len());
            }
        }
        self.items[own].children = children;
        self.items[own].end = self.at;
        own
    }
}

/// The text of a string in quotes.
fn unescaped(quoted: &str) -> String {
    let inner = quoted.strip_prefix('"').and_then(|q| q.strip_suffix('"')).unwrap_or(quoted);
    if !inner.contains('\\') {
        return inner.to_string();
    }
    let mut units: Vec<u16> = Vec::with_capacity(inner.len());
    let mut rest = inner.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            units.extend(c.encode_utf16(&mut [0; 2]).iter());
            continue;
        }
        units.push(match rest.next() {
            Some('b') => 8,
            Some('t') => 9,
            Some('n') => 10,
            Some('f') => 12,
            Some('r') => 13,
            Some('u') => {
                let hex: String = rest.by_ref().take(4).collect();
                u16::from_str_radix(&hex, 16).unwrap_or(0xFFFD)
            }
            Some(other) => other as u16,
            None => break,
        });
    }
    crate::string::Str::from_utf16(&units).to_string()
}

impl Element {
    fn item(&self) -> &Item {
        &self.document.items[self.at]
    }

    fn with(&self, at: usize) -> Element {
        Element { document: self.document.clone(), at }
    }

    /// What it is.
    pub fn kind(&self) -> Kind {
        self.item().kind
    }

    /// As it is written.
    pub fn raw(&self) -> &str {
        &self.document.text[self.item().start..self.item().end]
    }

    /// The name of a property.
    pub fn name(&self) -> &str {
        self.item().name.as_deref().unwrap_or_default()
    }

    /// The values in an array or object.
    pub fn children(&self) -> Vec<Element> {
        self.item().children.iter().map(|at| self.with(*at)).collect()
    }

    /// A property of an object: the last of that name.
    pub fn property(&self, name: &str) -> Option<Element> {
        self.item().children.iter().rev().map(|at| self.with(*at)).find(|child| child.name() == name)
    }

    /// The text of a string.
    pub fn text(&self) -> Option<String> {
        (self.kind() == Kind::String).then(|| unescaped(self.raw()))
    }

    /// Whether two values say the same, whatever the order of properties.
    pub fn is_same(&self, other: &Element) -> bool {
        if self.kind() != other.kind() {
            return false;
        }
        match self.kind() {
            Kind::Object => {
                let (own, theirs) = (self.children(), other.children());
                own.len() == theirs.len()
                    && own.iter().all(|child| other.property(child.name()).is_some_and(|o| child.is_same(&o)))
            }
            Kind::Array => {
                let (own, theirs) = (self.children(), other.children());
                own.len() == theirs.len() && own.iter().zip(&theirs).all(|(a, b)| a.is_same(b))
            }
            Kind::String => self.text() == other.text(),
            Kind::Number => self.raw() == other.raw() || self.raw().parse::<f64>() == other.raw().parse::<f64>(),
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_values() {
        let root = read(r#" {"a": [1, 2.50, "x\u0041\n"], "b": {"c": null}, "": ""} "#, false, false).unwrap();
        let a = root.property("a").unwrap().children();
        assert_eq!(a.iter().map(Element::raw).collect::<Vec<_>>(), ["1", "2.50", r#""x\u0041\n""#]);
        assert_eq!(a[2].text().as_deref(), Some("xA\n"));
        assert_eq!(root.property("b").unwrap().property("c").unwrap().kind(), Kind::Null);
        assert_eq!(root.property("").unwrap().text().as_deref(), Some(""));
        let other = read(r#"{"":"","b":{"c":null},"a":[1.0,2.5,"xA\n"]}"#, false, false).unwrap();
        assert!(root.is_same(&other));
        assert!(read("[1,]", false, true).unwrap().children().len() == 1);
        assert!(read("{a:1}", false, false).is_err());
    }
}
