//! Parsing XML, with System.Xml's error texts and positions.

use super::tree::{Data, Id, NodeKind, ROOT, Tree};
use super::{XML, XMLNS};
use crate::stop::{Growing, Pace};
use hashbrown::HashMap;

/// `XmlException`. Line 0 says that the fault has no place.
#[derive(Debug, Clone, PartialEq)]
pub struct XmlError {
    pub text: String,
    pub line: usize,
    pub position: usize,
}

impl std::fmt::Display for XmlError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            0 => write!(f, "{}", self.text),
            _ => write!(f, "{} Line {}, position {}.", self.text, self.line, self.position),
        }
    }
}

impl std::error::Error for XmlError {}

pub(super) fn is_name_start(c: char) -> bool {
    c == '_' || c.is_alphabetic() || matches!(c, '\u{2070}'..='\u{218f}')
}

pub(super) fn is_name_char(c: char) -> bool {
    is_name_start(c)
        || c.is_numeric()
        || matches!(c, '-' | '.' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}' | '\u{2040}')
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

fn is_char(c: char) -> bool {
    c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}') || matches!(c, '\t' | '\n' | '\r')
}

struct Parser<'a> {
    c: Vec<char>,
    i: usize,
    tree: &'a mut Tree,
    entities: HashMap<String, String>,
    /// Namespace of a prefix where the text is inserted.
    outer: &'a dyn Fn(&str) -> Option<String>,
}

type Parsed<T> = Result<T, XmlError>;

/// Parses a document into the tree's root.
pub(super) fn document(text: &str, tree: &mut Tree) -> Parsed<()> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // A start tag, its end and the text between: three nodes with an attribute. Growing would copy them all, again and again;
    // what cannot be had now is had as it comes.
    let _ = tree.nodes.try_reserve(text.bytes().filter(|b| *b == b'<').count() * 3 / 2);
    let mut p = Parser { c: characters(text)?, i: 0, tree, entities: HashMap::new(), outer: &|_| None };
    p.document()
}

/// Parses the content of an element into the tree's root.
pub(super) fn fragment(text: &str, tree: &mut Tree, outer: &dyn Fn(&str) -> Option<String>) -> Parsed<()> {
    let mut p = Parser { c: characters(text)?, i: 0, tree, entities: HashMap::new(), outer };
    p.content(ROOT, false)
}

/// The value that attribute text stands for.
pub(super) fn attribute_value(text: &str) -> Parsed<String> {
    let mut tree = Tree::new();
    let mut p = Parser { c: characters(text)?, i: 0, tree: &mut tree, entities: HashMap::new(), outer: &|_| None };
    let mut out = String::new();
    while p.i < p.c.len() {
        match p.c[p.i] {
            '&' => p.reference(&mut out)?,
            c => {
                out.push(c);
                p.i += 1;
            }
        }
    }
    Ok(out)
}

const STOPPED: &str = "The reading was stopped.";

/// The characters of a text. Line ends become `\n`.
fn characters(text: &str) -> Parsed<Vec<char>> {
    let mut made = Growing::new(Vec::with_capacity(text.len()));
    let mut pace = Pace::default();
    let mut left = text.chars().peekable();
    while let Some(ch) = left.next() {
        if pace.is_over() {
            return Err(XmlError { text: STOPPED.to_string(), line: 0, position: 0 });
        }
        if ch == '\r' {
            left.next_if_eq(&'\n');
        }
        made.extend([if ch == '\r' { '\n' } else { ch }]);
    }
    Ok(made.done())
}

/// An open element.
struct Open {
    id: Id,
    name: String,
    at: usize,
    preserve: bool,
}

impl Parser<'_> {
    fn error<T>(&self, at: usize, text: impl Into<String>) -> Parsed<T> {
        let before = &self.c[..at.min(self.c.len())];
        let line = before.iter().filter(|c| **c == '\n').count() + 1;
        let start = before.iter().rposition(|c| *c == '\n').map_or(0, |i| i + 1);
        Err(XmlError { text: text.into(), line, position: at - start + 1 })
    }

    fn line_position(&self, at: usize) -> (usize, usize) {
        let before = &self.c[..at];
        let start = before.iter().rposition(|c| *c == '\n').map_or(0, |i| i + 1);
        (before.iter().filter(|c| **c == '\n').count() + 1, at - start + 1)
    }

    fn peek(&self) -> Option<char> {
        self.c.get(self.i).copied()
    }

    fn looking_at(&self, s: &str) -> bool {
        s.chars().enumerate().all(|(k, c)| self.c.get(self.i + k) == Some(&c))
    }

    fn blanks(&mut self) -> bool {
        let from = self.i;
        while self.peek().is_some_and(is_space) {
            self.i += 1;
        }
        self.i > from
    }

    fn find(&self, s: &str) -> Option<usize> {
        let n: Vec<char> = s.chars().collect();
        (self.i..self.c.len()).find(|k| self.c[*k..].starts_with(&n))
    }

    fn text(&self, a: usize, b: usize) -> String {
        self.c[a..b].iter().collect()
    }

    fn document(&mut self) -> Parsed<()> {
        if self.looking_at("<?xml") && self.c.get(5).copied().is_some_and(is_space) {
            self.declaration()?;
        }
        self.content(ROOT, true)?;
        let has_root = self.tree.get(ROOT).children.iter().any(|c| self.tree.get(*c).kind == NodeKind::Element);
        if !has_root {
            if self.c.is_empty() {
                return Err(XmlError { text: "Root element is missing.".into(), line: 0, position: 0 });
            }
            return self.error(self.c.len(), "Root element is missing.");
        }
        Ok(())
    }

    fn declaration(&mut self) -> Parsed<()> {
        let Some(end) = self.find("?>") else {
            return self.error(self.c.len(), "Unexpected end of file while parsing XmlDeclaration has occurred.");
        };
        let body = self.text(5, end);
        if !body.trim_start().starts_with("version") {
            return self.error(6, "Syntax for an XML declaration is invalid.");
        }
        let id = self.tree.add(Data::new(NodeKind::XmlDeclaration, "", "xml", "", &body.trim().replace('\'', "\"")));
        self.tree.append(ROOT, id);
        self.i = end + 2;
        Ok(())
    }

    /// Everything up to the end of the text.
    fn content(&mut self, root: Id, is_document: bool) -> Parsed<()> {
        let mut open: Vec<Open> = Vec::new();
        let mut pace = Pace::default();
        loop {
            if pace.is_over() {
                return self.error(self.i, STOPPED);
            }
            let parent = open.last().map_or(root, |o| o.id);
            let Some(c) = self.peek() else {
                if let Some(_last) = open.last() {
                    let names: Vec<&str> = open.iter().rev().map(|o| o.name.as_str()).collect();
                    let text = format!(
                        "Unexpected end of file has occurred. The following elements are not closed: {}.",
                        names.join(", ")
                    );
                    return self.error(self.i, text);
                }
                return Ok(());
            };
            let at_root = is_document && open.is_empty();
            if c != '<' {
                if at_root {
                    let from = self.i;
                    if !self.blanks() {
                        return self.error(self.i, "Data at the root level is invalid.");
                    }
                    if self.tree.preserve_whitespace {
                        let text = self.text(from, self.i);
                        let id = self.tree.add(Data::new(NodeKind::Whitespace, "", "", "", &text));
                        self.tree.append(root, id);
                    }
                } else {
                    let preserve = open.last().is_some_and(|o| o.preserve);
                    self.characters(parent, preserve)?;
                }
                continue;
            }
            // .NET's reader wants at least the four characters of the shortest element.
            if at_root && self.c.len() - self.i < 4 {
                return self.error(self.i, "Data at the root level is invalid.");
            }
            if self.looking_at("</") {
                self.end_tag(&mut open)?;
            } else if self.looking_at("<!--") {
                self.comment(parent)?;
            } else if self.looking_at("<![CDATA[") {
                if at_root {
                    return self.error(self.i + 3, "Data at the root level is invalid.");
                }
                self.i += 9;
                let Some(end) = self.find("]]>") else {
                    return self.error(self.c.len(), "Unexpected end of file while parsing CDATA has occurred.");
                };
                let text = self.text(self.i, end);
                self.check_chars(self.i, end)?;
                let id = self.tree.add(Data::new(NodeKind::CData, "", "", "", &text));
                self.tree.append(parent, id);
                self.i = end + 3;
            } else if self.looking_at("<?") {
                self.instruction(parent)?;
            } else if self.looking_at("<!DOCTYPE") && at_root {
                self.doctype(parent)?;
            } else if self.looking_at("<!") {
                return self.error(
                    self.i + 2,
                    format!(
                        "'{}' is an unexpected token. The expected token is 'DOCTYPE'.",
                        self.text(self.i + 2, (self.i + 3).min(self.c.len()))
                    ),
                );
            } else {
                if at_root && self.tree.get(ROOT).children.iter().any(|c| self.tree.get(*c).kind == NodeKind::Element) {
                    return self.error(self.i + 1, "There are multiple root elements.");
                }
                self.start_tag(parent, &mut open)?;
            }
        }
    }

    fn name(&mut self) -> Parsed<String> {
        let from = self.i;
        match self.peek() {
            None => return self.error(self.i, "Unexpected end of file while parsing Name has occurred."),
            Some(c) if !is_name_start(c) && c != ':' => {
                return self.error(
                    self.i,
                    format!("Name cannot begin with the '{c}' character, hexadecimal value 0x{:02X}.", c as u32),
                );
            }
            _ => {}
        }
        while self.peek().is_some_and(|c| is_name_char(c) || c == ':') {
            self.i += 1;
        }
        let name = self.text(from, self.i);
        if name.matches(':').count() > 1 || name.starts_with(':') || name.ends_with(':') {
            let at = from + name.chars().position(|c| c == ':').unwrap_or(0);
            return self.error(at, "The ':' character, hexadecimal value 0x3A, cannot be included in a name.");
        }
        Ok(name)
    }

    fn start_tag(&mut self, parent: Id, open: &mut Vec<Open>) -> Parsed<()> {
        self.i += 1;
        let at = self.i;
        let name = self.name()?;
        let mut attributes: Vec<(String, String, usize)> = Vec::new();
        let empty;
        loop {
            let spaced = self.blanks();
            match self.peek() {
                None => {
                    return self.error(
                        self.i,
                        "Unexpected end of file has occurred. The following elements are not closed: ".to_string()
                            + &self.open_names(open, &name)
                            + ".",
                    );
                }
                Some('>') => {
                    self.i += 1;
                    empty = false;
                    break;
                }
                Some('/') => {
                    if self.c.get(self.i + 1) != Some(&'>') {
                        let token: String = self.c.get(self.i + 1).map_or(String::new(), |c| c.to_string());
                        return self.error(
                            self.i + 1,
                            format!("'{token}' is an unexpected token. The expected token is '>'."),
                        );
                    }
                    self.i += 2;
                    empty = true;
                    break;
                }
                Some(c) if !spaced => {
                    return self.error(
                        self.i,
                        if is_name_char(c) || attributes.is_empty() {
                            format!(
                                "The '{c}' character, hexadecimal value 0x{:02X}, cannot be included in a name.",
                                c as u32
                            )
                        } else {
                            format!("'{c}' is an unexpected token. Expecting white space.")
                        },
                    );
                }
                Some(_) => {
                    let from = self.i;
                    let n = self.name()?;
                    self.blanks();
                    if self.peek() != Some('=') {
                        let token: String = self.peek().map_or(String::new(), |c| c.to_string());
                        return self
                            .error(self.i, format!("'{token}' is an unexpected token. The expected token is '='."));
                    }
                    self.i += 1;
                    self.blanks();
                    let v = self.quoted()?;
                    if attributes.iter().any(|a| a.0 == n) {
                        return self.error(from, format!("'{n}' is a duplicate attribute name."));
                    }
                    attributes.push((n, v, from));
                    if self.peek().is_some_and(|c| !is_space(c) && !matches!(c, '>' | '/')) {
                        let c = self.c[self.i];
                        return self.error(self.i, format!("'{c}' is an unexpected token. Expecting white space."));
                    }
                }
            }
        }
        self.element(parent, name, at, attributes, empty, open)
    }

    fn open_names(&self, open: &[Open], last: &str) -> String {
        std::iter::once(last).chain(open.iter().rev().map(|o| o.name.as_str())).collect::<Vec<_>>().join(", ")
    }

    fn element(
        &mut self,
        parent: Id,
        name: String,
        at: usize,
        attributes: Vec<(String, String, usize)>,
        empty: bool,
        open: &mut Vec<Open>,
    ) -> Parsed<()> {
        let (prefix, local) = super::dom::split_name(&name);
        let id = self.tree.add(Data::new(NodeKind::Element, prefix, local, "", ""));
        let mut preserve = open.last().is_some_and(|o| o.preserve);
        let mut made = Vec::new();
        for (n, v, from) in &attributes {
            let (p, l) = super::dom::split_name(n);
            let ns = if p == "xmlns" || n == "xmlns" { XMLNS } else { "" };
            if n == "xml:space" {
                preserve = v == "preserve";
            }
            let a = self.tree.add(Data::new(NodeKind::Attribute, p, l, ns, v));
            self.tree.append_attribute(id, a);
            made.push((a, *from));
        }
        self.tree.append(parent, id);
        self.tree.get_mut(id).empty_tag = empty;
        match self.lookup(id, prefix) {
            Some(ns) => self.tree.get_mut(id).namespace = ns,
            None if prefix.is_empty() => {}
            None => return self.error(at, format!("'{prefix}' is an undeclared prefix.")),
        }
        for (a, from) in made {
            let p = self.tree.get(a).prefix.clone();
            if p.is_empty() || p == "xmlns" {
                continue;
            }
            match self.lookup(id, &p) {
                Some(ns) if !ns.is_empty() => self.tree.get_mut(a).namespace = ns,
                _ => return self.error(from, format!("'{p}' is an undeclared prefix.")),
            }
        }
        if !empty {
            open.push(Open { id, name, at, preserve });
        }
        Ok(())
    }

    /// The namespace of a prefix: the element's own declarations, those around it, those around the whole text.
    fn lookup(&self, id: Id, prefix: &str) -> Option<String> {
        let around =
            || self.tree.get(id).parent.and_then(|p| self.tree.namespace_of(p, prefix)).filter(|n| !n.is_empty());
        self.declared(id, prefix).or_else(around).or_else(|| (self.outer)(prefix))
    }

    /// The namespace that the element's own attributes declare for the prefix.
    fn declared(&self, id: Id, prefix: &str) -> Option<String> {
        if prefix == "xml" {
            return Some(XML.into());
        }
        self.tree.get(id).attributes.iter().map(|a| self.tree.get(*a)).find_map(|a| {
            let hit = if prefix.is_empty() {
                a.prefix.is_empty() && a.local == "xmlns"
            } else {
                a.prefix == "xmlns" && a.local == prefix
            };
            hit.then(|| a.value.clone())
        })
    }

    fn quoted(&mut self) -> Parsed<String> {
        let q = match self.peek() {
            Some(q @ ('"' | '\'')) => q,
            Some(c) => {
                return self.error(self.i, format!("'{c}' is an unexpected token. The expected token is '\"' or '''."));
            }
            None => return self.error(self.i, "Unexpected end of file while parsing AttributeValue has occurred."),
        };
        self.i += 1;
        let mut out = String::new();
        loop {
            match self.peek() {
                None => return self.error(self.i, "There is an unclosed literal string."),
                Some(c) if c == q => {
                    self.i += 1;
                    return Ok(out);
                }
                Some('<') => {
                    return self.error(self.i, "'<', hexadecimal value 0x3C, is an invalid attribute character.");
                }
                Some('&') => self.reference(&mut out)?,
                Some(c) => {
                    self.check_chars(self.i, self.i + 1)?;
                    out.push(if is_space(c) { ' ' } else { c });
                    self.i += 1;
                }
            }
        }
    }

    fn reference(&mut self, out: &mut String) -> Parsed<()> {
        let at = self.i + 1;
        self.i += 1;
        if self.peek() == Some('#') {
            let hex = self.c.get(self.i + 1) == Some(&'x');
            self.i += if hex { 2 } else { 1 };
            let from = self.i;
            while self.peek().is_some_and(|c| if hex { c.is_ascii_hexdigit() } else { c.is_ascii_digit() }) {
                self.i += 1;
            }
            if self.peek() != Some(';') || self.i == from {
                let what = if hex { "hexadecimal" } else { "decimal" };
                return self.error(self.i, format!("Invalid syntax for a {what} numeric entity reference."));
            }
            let v = u32::from_str_radix(&self.text(from, self.i), if hex { 16 } else { 10 }).ok();
            let Some(c) = v.and_then(char::from_u32).filter(|c| is_char(*c)) else {
                let v = v.unwrap_or(0);
                return self.error(
                    at,
                    format!(
                        "'{}', hexadecimal value 0x{v:02X}, is an invalid character.",
                        char::from_u32(v).unwrap_or(' ')
                    ),
                );
            };
            self.i += 1;
            out.push(c);
            return Ok(());
        }
        let from = self.i;
        while self.peek().is_some_and(|c| is_name_char(c) || c == ':') {
            self.i += 1;
        }
        let name = self.text(from, self.i);
        if name.is_empty() || !name.chars().next().is_some_and(is_name_start) {
            return self.error(at, "An error occurred while parsing EntityName.");
        }
        if self.peek() != Some(';') {
            let token: String = self.peek().map_or(String::new(), |c| c.to_string());
            return if token.is_empty() {
                self.error(self.i, "Unexpected end of file while parsing EntityName has occurred.")
            } else {
                self.error(self.i, format!("'{token}' is an unexpected token. The expected token is ';'."))
            };
        }
        self.i += 1;
        match name.as_str() {
            "amp" => out.push('&'),
            "lt" => out.push('<'),
            "gt" => out.push('>'),
            "quot" => out.push('"'),
            "apos" => out.push('\''),
            n => match self.entities.get(n) {
                Some(v) => out.push_str(v),
                None => return self.error(at, format!("Reference to undeclared entity '{n}'.")),
            },
        }
        Ok(())
    }

    fn check_chars(&self, a: usize, b: usize) -> Parsed<()> {
        match self.c[a..b].iter().position(|c| !is_char(*c)) {
            Some(k) => {
                let c = self.c[a + k];
                let shown = if c == '\0' { '.' } else { c };
                self.error(a + k, format!("'{shown}', hexadecimal value 0x{:02X}, is an invalid character.", c as u32))
            }
            None => Ok(()),
        }
    }

    fn characters(&mut self, parent: Id, preserve: bool) -> Parsed<()> {
        let mut out = String::new();
        let mut referred = false;
        while let Some(c) = self.peek() {
            match c {
                '<' => break,
                '&' => {
                    referred = true;
                    self.reference(&mut out)?;
                }
                ']' if self.looking_at("]]>") => return self.error(self.i, "']]>' is not allowed in character data."),
                c => {
                    self.check_chars(self.i, self.i + 1)?;
                    out.push(c);
                    self.i += 1;
                }
            }
        }
        let blank = !referred && out.chars().all(is_space);
        let kind = match (blank, preserve) {
            (false, _) => NodeKind::Text,
            (true, true) => NodeKind::SignificantWhitespace,
            (true, false) if self.tree.preserve_whitespace => NodeKind::Whitespace,
            _ => return Ok(()),
        };
        let id = self.tree.add(Data::new(kind, "", "", "", &out));
        self.tree.append(parent, id);
        Ok(())
    }

    fn end_tag(&mut self, open: &mut Vec<Open>) -> Parsed<()> {
        let at = self.i + 2;
        self.i = at;
        let Some(top) = open.pop() else {
            return self.error(at, "Unexpected end tag.");
        };
        let from = self.i;
        while self.peek().is_some_and(|c| is_name_char(c) || c == ':') {
            self.i += 1;
        }
        let name = self.text(from, self.i);
        if name != top.name {
            if self.peek().is_none() {
                open.push(top);
                let names: Vec<&str> = open.iter().rev().map(|o| o.name.as_str()).collect();
                let text = format!(
                    "Unexpected end of file has occurred. The following elements are not closed: {}.",
                    names.join(", ")
                );
                return self.error(self.i, text);
            }
            let (l, p) = self.line_position(top.at);
            return self.error(
                at,
                format!(
                    "The '{}' start tag on line {l} position {p} does not match the end tag of '{name}'.",
                    top.name
                ),
            );
        }
        self.blanks();
        match self.peek() {
            Some('>') => {
                self.i += 1;
                // `<e></e>` keeps its two tags.
                self.tree.get_mut(top.id).empty_tag = false;
                Ok(())
            }
            Some(c) => self.error(self.i, format!("'{c}' is an unexpected token. The expected token is '>'.")),
            None => {
                open.push(top);
                let names: Vec<&str> = open.iter().rev().map(|o| o.name.as_str()).collect();
                let text = format!(
                    "Unexpected end of file has occurred. The following elements are not closed: {}.",
                    names.join(", ")
                );
                self.error(self.i, text)
            }
        }
    }

    fn comment(&mut self, parent: Id) -> Parsed<()> {
        self.i += 4;
        let from = self.i;
        let Some(end) = self.find("--") else {
            return self.error(self.c.len(), "Unexpected end of file while parsing Comment has occurred.");
        };
        if self.c.get(end + 2) != Some(&'>') {
            return self.error(end, "An XML comment cannot contain '--', and '-' cannot be the last character.");
        }
        let text = self.text(from, end);
        let id = self.tree.add(Data::new(NodeKind::Comment, "", "", "", &text));
        self.tree.append(parent, id);
        self.i = end + 3;
        Ok(())
    }

    fn instruction(&mut self, parent: Id) -> Parsed<()> {
        self.i += 2;
        let at = self.i;
        let target = self.name()?;
        if target == "xml" {
            return self.error(at, "Unexpected XML declaration. The XML declaration must be the first node in the document, and no white space characters are allowed to appear before it.");
        }
        if target.eq_ignore_ascii_case("xml") {
            return self.error(at, format!("'{target}' is an invalid name for processing instructions."));
        }
        self.blanks();
        let Some(end) = self.find("?>") else {
            return self.error(self.c.len(), "Unexpected end of file while parsing PI has occurred.");
        };
        let text = self.text(self.i, end);
        let id = self.tree.add(Data::new(NodeKind::ProcessingInstruction, "", &target, "", &text));
        self.tree.append(parent, id);
        self.i = end + 2;
        Ok(())
    }

    fn doctype(&mut self, parent: Id) -> Parsed<()> {
        self.i += 9;
        self.blanks();
        let name = self.name()?;
        let mut d = Data::new(NodeKind::DocumentType, "", &name, "", "");
        self.blanks();
        if self.looking_at("PUBLIC") {
            self.i += 6;
            self.blanks();
            d.public_id = Some(self.quoted()?);
            self.blanks();
            d.system_id = Some(self.quoted()?);
        } else if self.looking_at("SYSTEM") {
            self.i += 6;
            self.blanks();
            d.system_id = Some(self.quoted()?);
        }
        self.blanks();
        if self.peek() == Some('[') {
            self.i += 1;
            let Some(end) = self.find("]") else {
                return self.error(self.c.len(), "Unexpected end of file while parsing DOCTYPE has occurred.");
            };
            d.value = self.text(self.i, end);
            self.subset(&d.value.clone());
            self.i = end + 1;
            self.blanks();
        }
        if self.peek() != Some('>') {
            let token: String = self.peek().map_or(String::new(), |c| c.to_string());
            return self.error(self.i, format!("'{token}' is an unexpected token. The expected token is '>'."));
        }
        self.i += 1;
        let id = self.tree.add(d);
        self.tree.append(parent, id);
        Ok(())
    }

    /// Internal general entities with a literal value; other declarations say nothing to a document model.
    fn subset(&mut self, text: &str) {
        for part in text.split("<!ENTITY").skip(1) {
            let part = part.trim_start();
            let Some((name, rest)) = part.split_once(is_space) else { continue };
            let rest = rest.trim_start();
            let Some(q) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else { continue };
            if name != "%"
                && let Some(value) = rest[1..].split(q).next()
                && let Ok(v) = attribute_value(value)
            {
                self.entities.insert(name.to_string(), v);
            }
        }
    }
}
