//! The reading of XML for CLIXML: one node at a time, with its place for errors.

use std::borrow::Cow;

use crate::error::{ErrorCategory, Exception, Flow};
use crate::types::{TypeKind, TypeRef, register};
use crate::value::Value;

/// The current node.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Node {
    Start { name: String, attributes: Vec<(String, String)>, is_empty: bool },
    End(String),
    Text(String),
    EndOfFile,
}

/// A reader that stands on a node.
pub struct Reader<'a> {
    text: &'a str,
    at: usize,
    node: Node,
    /// Byte position of the node's name or text.
    place: usize,
    open: Vec<(String, usize)>,
    has_root: bool,
}

/// The XmlException that a reader throws.
pub fn xml_error(message: String) -> Box<Flow> {
    let name = "System.Xml.XmlException";
    let ty = TypeRef::find(name).unwrap_or_else(|| register(name, TypeKind::Class, Some(TypeRef::SYSTEM_EXCEPTION)));
    let exception =
        Exception::new(ty, message).identity("System.Xml.XmlException", ErrorCategory::NotSpecified, Value::Null);
    match exception.throw::<()>() {
        Err(flow) => flow,
        Ok(()) => Box::new(Flow::Stopped),
    }
}

type Done<T = ()> = std::result::Result<T, Box<Flow>>;

impl<'a> Reader<'a> {
    /// A reader on the first node.
    pub fn new(text: &'a str) -> Done<Reader<'a>> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = Reader { text, at: 0, node: Node::EndOfFile, place: 0, open: Vec::new(), has_root: false };
        reader.advance()?;
        Ok(reader)
    }

    /// The current node.
    pub fn node(&self) -> &Node {
        &self.node
    }

    /// The name of the current element.
    pub fn name(&self) -> Option<&str> {
        match &self.node {
            Node::Start { name, .. } => Some(name),
            _ => None,
        }
    }

    /// An attribute of the current element.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        match &self.node {
            Node::Start { attributes, .. } => attributes.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str()),
            _ => None,
        }
    }

    fn place_text(&self, at: usize) -> (usize, usize) {
        let before = &self.text[..at.min(self.text.len())];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |l| l.encode_utf16().count()) + 1;
        (line, column)
    }

    /// An error at the current node.
    pub fn error(&self, message: &str) -> Box<Flow> {
        let (line, column) = self.place_text(self.place);
        xml_error(format!("{message} Line {line}, position {column}."))
    }

    fn error_at(&self, message: &str, at: usize) -> Box<Flow> {
        let (line, column) = self.place_text(at);
        xml_error(format!("{message} Line {line}, position {column}."))
    }

    /// Goes on past white space (text is a node of its own).
    pub fn advance(&mut self) -> Done {
        loop {
            self.step()?;
            match &self.node {
                Node::Text(text) if text.chars().all(char::is_whitespace) => {}
                _ => return Ok(()),
            }
        }
    }

    fn step(&mut self) -> Done {
        if matches!(&self.node, Node::Start { is_empty: true, .. }) {
            // An element without content ends where it started.
            self.open.pop();
        }
        loop {
            let rest = &self.text[self.at..];
            if rest.is_empty() {
                if let Some((name, _)) = self.open.last() {
                    let text =
                        format!("Unexpected end of file has occurred. The following elements are not closed: {name}.");
                    return Err(self.error_at(&text, self.text.len()));
                }
                if !self.has_root {
                    return Err(xml_error("Root element is missing.".to_string()));
                }
                self.node = Node::EndOfFile;
                self.place = self.at;
                return Ok(());
            }
            let skipped = [("<!--", "-->"), ("<?", "?>")].iter().find(|(start, _)| rest.starts_with(start));
            if let Some((_, end)) = skipped {
                match rest.find(end) {
                    Some(found) => self.at += found + end.len(),
                    None => return Err(self.error_at("Unexpected end of file has occurred.", self.text.len())),
                }
                continue;
            }
            if let Some(body) = rest.strip_prefix("<![CDATA[") {
                let end = body
                    .find("]]>")
                    .ok_or_else(|| self.error_at("Unexpected end of file has occurred.", self.text.len()))?;
                self.place = self.at + 9;
                self.node = Node::Text(body[..end].to_string());
                self.at += 9 + end + 3;
                return Ok(());
            }
            if rest.starts_with("<!DOCTYPE") {
                let text = "For security reasons DTD is prohibited in this XML document. To enable DTD processing set the DtdProcessing property on XmlReaderSettings to Parse and pass the settings into XmlReader.Create method.";
                return Err(xml_error(text.to_string()));
            }
            if rest.starts_with("</") {
                return self.end_tag();
            }
            if rest.starts_with('<') {
                return self.start_tag();
            }
            let end = rest.find('<').unwrap_or(rest.len());
            let text = &rest[..end];
            if self.open.is_empty() {
                if let Some(bad) = text.find(|c: char| !c.is_whitespace()) {
                    return Err(self.error_at("Data at the root level is invalid.", self.at + bad));
                }
                self.at += end;
                continue;
            }
            self.place = self.at;
            self.node = Node::Text(unescape(text).into_owned());
            self.at += end;
            return Ok(());
        }
    }

    fn end_tag(&mut self) -> Done {
        let rest = &self.text[self.at + 2..];
        let end =
            rest.find('>').ok_or_else(|| self.error_at("Unexpected end of file has occurred.", self.text.len()))?;
        let name = local(rest[..end].trim()).to_string();
        self.place = self.at + 2;
        match self.open.pop() {
            Some((open, _)) if open == name => {}
            Some((open, at)) => {
                let (line, column) = self.place_text(at);
                let text = format!(
                    "The '{open}' start tag on line {line} position {column} does not match the end tag of '{name}'."
                );
                return Err(self.error(&text));
            }
            None => return Err(self.error("Unexpected end tag.")),
        }
        self.at += 2 + end + 1;
        self.node = Node::End(name);
        Ok(())
    }

    fn start_tag(&mut self) -> Done {
        let (start, bytes) = (self.at + 1, self.text.as_bytes());
        let is_name = |b: u8| !b.is_ascii_whitespace() && b != b'>' && b != b'/' && b != b'=';
        let mut at = start;
        while at < bytes.len() && is_name(bytes[at]) {
            at += 1;
        }
        let name = local(&self.text[start..at]).to_string();
        let mut attributes = Vec::new();
        let is_empty = loop {
            while at < bytes.len() && bytes[at].is_ascii_whitespace() {
                at += 1;
            }
            match bytes.get(at) {
                None => return Err(self.error_at("Unexpected end of file has occurred.", self.text.len())),
                Some(b'>') => break false,
                Some(b'/') => {
                    at += 1;
                    let text = match self.text[at..].chars().next() {
                        Some('>') => break true,
                        Some(next) => format!("'{next}' is an unexpected token. The expected token is '>'."),
                        None => "Unexpected end of file has occurred.".to_string(),
                    };
                    return Err(self.error_at(&text, at));
                }
                Some(_) => {}
            }
            let key_start = at;
            while at < bytes.len() && is_name(bytes[at]) {
                at += 1;
            }
            let key = self.text[key_start..at].to_string();
            while at < bytes.len() && (bytes[at].is_ascii_whitespace() || bytes[at] == b'=') {
                at += 1;
            }
            let quote = match bytes.get(at) {
                Some(q @ (b'"' | b'\'')) => *q,
                _ => return Err(self.error_at("'=' is an unexpected token. The expected token is '\"' or '''.", at)),
            };
            at += 1;
            let value_start = at;
            while at < bytes.len() && bytes[at] != quote {
                at += 1;
            }
            attributes.push((key, unescape(&self.text[value_start..at]).into_owned()));
            at += 1;
        };
        self.place = start;
        self.at = (at + 1).min(self.text.len());
        self.has_root = true;
        self.open.push((name.clone(), start));
        self.node = Node::Start { name, attributes, is_empty };
        Ok(())
    }

    /// The text of the current element, which must hold nothing else; the reader goes on past it.
    pub fn element_text(&mut self) -> Done<String> {
        let Node::Start { is_empty, .. } = &self.node else { return Err(self.error("An element was expected.")) };
        if *is_empty {
            self.step()?;
            self.skip_space()?;
            return Ok(String::new());
        }
        let mut text = String::new();
        loop {
            self.step()?;
            match &self.node {
                Node::Text(part) => text.push_str(part),
                Node::End(_) => break,
                Node::Start { name, .. } => {
                    let name = name.clone();
                    return Err(self.error(&format!("Unexpected node type Element. {name}")));
                }
                Node::EndOfFile => return Err(self.error("Unexpected end of file has occurred.")),
            }
        }
        self.advance()?;
        Ok(text)
    }

    fn skip_space(&mut self) -> Done {
        match &self.node {
            Node::Text(text) if text.chars().all(char::is_whitespace) => self.advance(),
            _ => Ok(()),
        }
    }

    /// Enters the current element: false where it is empty, and then the reader is past it.
    pub fn enter(&mut self) -> Done<bool> {
        let is_empty = matches!(&self.node, Node::Start { is_empty: true, .. });
        // Past an empty element stands what follows it.
        self.advance()?;
        if is_empty {
            return Ok(false);
        }
        if matches!(self.node, Node::End(_)) {
            self.advance()?;
            return Ok(false);
        }
        Ok(true)
    }

    /// Leaves an element at its end.
    pub fn leave(&mut self) -> Done {
        match &self.node {
            Node::End(_) => self.advance(),
            _ => Err(self.error("An end element was expected.")),
        }
    }

    /// Goes past the current element and all in it.
    pub fn skip(&mut self) -> Done {
        let depth = self.open.len();
        let is_empty = matches!(&self.node, Node::Start { is_empty: true, .. });
        if is_empty {
            self.step()?;
            return self.skip_space();
        }
        while self.open.len() >= depth {
            self.advance()?;
        }
        self.advance()
    }
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.find(';');
        let found = end.and_then(|end| match &rest[1..end] {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            code => {
                let number = code.strip_prefix('#')?;
                let value = match number.strip_prefix(['x', 'X']) {
                    Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                    None => number.parse().ok()?,
                };
                char::from_u32(value)
            }
        });
        match (found, end) {
            (Some(c), Some(end)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            _ => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_end_of_a_tag_is_refused() {
        for text in ["<a/\u{10ffff}>", "<a /b>", "<a/"] {
            let refused = Reader::new(text).map(|mut reader| (0..3).any(|_| reader.advance().is_err()));
            assert!(refused.unwrap_or(true), "{text}");
        }
    }
}
