//! Writing XML as `OuterXml`, `InnerXml` and `Save` do.

use super::tree::{Id, NodeKind, Tree, XmlNode};
use super::{XML, XMLNS};

/// How to write (`XmlWriterSettings` as far as it shows in the text).
#[derive(Debug, Clone, PartialEq)]
pub struct WriteSettings {
    /// The text of one level; `None` writes no line breaks.
    pub indent: Option<String>,
    pub new_line: String,
    pub omit_declaration: bool,
    /// Puts this into the declaration's encoding.
    pub encoding: Option<String>,
}

impl WriteSettings {
    /// As `OuterXml`: nothing added.
    pub fn plain() -> WriteSettings {
        WriteSettings { indent: None, new_line: "\n".into(), omit_declaration: false, encoding: None }
    }

    /// As `Save`: two blanks a level.
    pub fn indented() -> WriteSettings {
        WriteSettings { indent: Some("  ".into()), ..WriteSettings::plain() }
    }
}

impl XmlNode {
    /// `OuterXml`.
    pub fn outer_xml(&self) -> String {
        let t = self.lock();
        let s = WriteSettings::plain();
        let mut w = Writer::new(&t, &s);
        w.node(self.id, 0);
        w.out
    }

    /// `InnerXml`.
    pub fn inner_xml(&self) -> String {
        let t = self.lock();
        let d = t.get(self.id);
        if d.kind == NodeKind::Attribute {
            let mut out = String::new();
            escape(&d.value, true, &mut out);
            return out;
        }
        let s = WriteSettings::plain();
        let mut w = Writer::new(&t, &s);
        // Namespaces declared further up are written again where they are used, as .NET does.
        for c in &d.children {
            w.node(*c, 0);
        }
        w.out
    }

    /// `Save`: indented unless the document preserves whitespace.
    pub fn save(&self, encoding: Option<&str>) -> String {
        let mut s = if self.preserve_whitespace() { WriteSettings::plain() } else { WriteSettings::indented() };
        s.encoding = encoding.map(String::from);
        self.write(&s)
    }

    /// Writes with settings.
    pub fn write(&self, settings: &WriteSettings) -> String {
        let t = self.lock();
        let mut w = Writer::new(&t, settings);
        w.node(self.id, 0);
        w.out
    }
}

struct Writer<'t> {
    tree: &'t Tree,
    settings: &'t WriteSettings,
    out: String,
    /// Prefixes in scope, innermost last.
    scope: Vec<(String, String)>,
}

impl<'t> Writer<'t> {
    fn new(tree: &'t Tree, settings: &'t WriteSettings) -> Writer<'t> {
        Writer {
            tree,
            settings,
            out: String::new(),
            scope: vec![("xml".into(), XML.into()), (String::new(), String::new())],
        }
    }

    fn lookup(&self, prefix: &str) -> Option<&str> {
        self.scope.iter().rev().find(|(p, _)| p == prefix).map(|(_, n)| n.as_str())
    }

    fn line(&mut self, depth: usize) {
        if let Some(i) = &self.settings.indent
            && !self.out.is_empty()
        {
            self.out.push_str(&self.settings.new_line);
            for _ in 0..depth {
                self.out.push_str(i);
            }
        }
    }

    /// Whether an element's content must not be broken into lines.
    fn mixed(&self, id: Id) -> bool {
        self.tree
            .get(id)
            .children
            .iter()
            .any(|c| self.tree.get(*c).kind.is_text() || self.tree.get(*c).kind == NodeKind::EntityReference)
    }

    fn node(&mut self, id: Id, depth: usize) {
        let d = self.tree.get(id);
        match d.kind {
            NodeKind::Document | NodeKind::DocumentFragment => {
                for c in &d.children {
                    if d.kind == NodeKind::Document {
                        let kind = self.tree.get(*c).kind;
                        let left_out = self.settings.omit_declaration && kind == NodeKind::XmlDeclaration;
                        if !kind.is_text() && !left_out {
                            self.line(0);
                        }
                    }
                    self.node(*c, 0);
                }
            }
            NodeKind::Element => self.element(id, depth),
            NodeKind::Attribute => {
                self.out.push_str(&self.tree.qualified(id));
                self.out.push_str("=\"");
                escape(&d.value, true, &mut self.out);
                self.out.push('"');
            }
            NodeKind::Text | NodeKind::Whitespace | NodeKind::SignificantWhitespace => {
                escape(&d.value, false, &mut self.out)
            }
            NodeKind::CData => {
                self.out.push_str("<![CDATA[");
                self.out.push_str(&d.value.replace("]]>", "]]]]><![CDATA[>"));
                self.out.push_str("]]>");
            }
            NodeKind::Comment => {
                self.out.push_str("<!--");
                self.out.push_str(&d.value);
                self.out.push_str("-->");
            }
            NodeKind::ProcessingInstruction => {
                self.out.push_str("<?");
                self.out.push_str(&d.local);
                if !d.value.is_empty() {
                    self.out.push(' ');
                    self.out.push_str(&d.value);
                }
                self.out.push_str("?>");
            }
            NodeKind::XmlDeclaration => {
                if !self.settings.omit_declaration {
                    let v = match &self.settings.encoding {
                        Some(e) => with_encoding(&d.value, e),
                        None => d.value.clone(),
                    };
                    self.out.push_str(&format!("<?xml {v}?>"));
                }
            }
            NodeKind::DocumentType => {
                self.out.push_str(&format!("<!DOCTYPE {}", self.tree.qualified(id)));
                match (&d.public_id, &d.system_id) {
                    (Some(p), s) => self.out.push_str(&format!(" PUBLIC \"{p}\" \"{}\"", s.as_deref().unwrap_or(""))),
                    (None, Some(s)) => self.out.push_str(&format!(" SYSTEM \"{s}\"")),
                    _ => {}
                }
                if !d.value.is_empty() {
                    self.out.push_str(&format!("[{}]", d.value));
                }
                self.out.push('>');
            }
            NodeKind::EntityReference => self.out.push_str(&format!("&{};", d.local)),
        }
    }

    fn element(&mut self, id: Id, depth: usize) {
        let t = self.tree;
        let d = t.get(id);
        let scope = self.scope.len();
        self.out.push('<');
        self.out.push_str(&t.qualified(id));
        let mut declared: Vec<(String, String)> = Vec::new();
        for a in &d.attributes {
            let a = t.get(*a);
            if a.namespace == XMLNS {
                let p = if a.prefix.is_empty() { String::new() } else { a.local.clone() };
                self.scope.push((p.clone(), a.value.clone()));
                declared.push((p, a.value.clone()));
            }
        }
        let mut missing: Vec<(String, String)> = Vec::new();
        if !declared.iter().any(|(p, _)| *p == d.prefix) && self.lookup(&d.prefix) != Some(d.namespace.as_str()) {
            missing.push((d.prefix.clone(), d.namespace.clone()));
            self.scope.push((d.prefix.clone(), d.namespace.clone()));
        }
        let mut made = 0;
        for a in &d.attributes {
            let a = t.get(*a);
            let mut name = if a.prefix.is_empty() { a.local.clone() } else { format!("{}:{}", a.prefix, a.local) };
            if !a.namespace.is_empty()
                && a.namespace != XMLNS
                && a.namespace != XML
                && (a.prefix.is_empty() || self.lookup(&a.prefix) != Some(a.namespace.as_str()))
            {
                let known =
                    self.scope.iter().rev().find(|(p, n)| !p.is_empty() && *n == a.namespace).map(|(p, _)| p.clone());
                let prefix = match known {
                    Some(p) => p,
                    None => {
                        made += 1;
                        let p = if a.prefix.is_empty() { format!("d{}p{made}", depth + 1) } else { a.prefix.clone() };
                        missing.push((p.clone(), a.namespace.clone()));
                        self.scope.push((p.clone(), a.namespace.clone()));
                        p
                    }
                };
                name = format!("{prefix}:{}", a.local);
            }
            self.out.push(' ');
            self.out.push_str(&name);
            self.out.push_str("=\"");
            escape(&a.value, true, &mut self.out);
            self.out.push('"');
        }
        for (p, n) in missing {
            self.out.push_str(if p.is_empty() { " xmlns" } else { " xmlns:" });
            self.out.push_str(&p);
            self.out.push_str("=\"");
            escape(&n, true, &mut self.out);
            self.out.push('"');
        }
        if d.children.is_empty() {
            if d.empty_tag {
                self.out.push_str(" />");
            } else {
                self.out.push_str("></");
                self.out.push_str(&t.qualified(id));
                self.out.push('>');
            }
        } else {
            self.out.push('>');
            let mixed = self.mixed(id);
            // After the first text no more lines are begun.
            let mut seen_text = false;
            for c in &d.children {
                seen_text |= t.get(*c).kind.is_text();
                if !seen_text && !t.get(*c).kind.is_text() {
                    self.line(depth + 1);
                }
                let inner = if seen_text { None } else { Some(depth + 1) };
                match inner {
                    Some(n) => self.node(*c, n),
                    None => self.flat(*c, depth + 1),
                }
            }
            if !mixed {
                self.line(depth);
            }
            self.out.push_str("</");
            self.out.push_str(&t.qualified(id));
            self.out.push('>');
        }
        self.scope.truncate(scope);
    }

    /// Writes a node inside mixed content: its own children may be broken into lines, itself not.
    fn flat(&mut self, id: Id, depth: usize) {
        if self.settings.indent.is_none() || self.tree.get(id).kind != NodeKind::Element {
            return self.node(id, depth);
        }
        let plain = WriteSettings { indent: None, ..self.settings.clone() };
        let mut inner = Writer { tree: self.tree, settings: &plain, out: String::new(), scope: self.scope.clone() };
        inner.node(id, depth);
        self.out.push_str(&inner.out);
    }
}

fn with_encoding(value: &str, encoding: &str) -> String {
    match value.find("encoding=\"") {
        Some(i) => {
            let from = i + 10;
            let end = value[from..].find('"').map_or(value.len(), |e| from + e);
            format!("{}{encoding}{}", &value[..from], &value[end..])
        }
        None => {
            let (version, rest) = value.split_once(" standalone").map_or((value, None), |(a, b)| (a, Some(b)));
            let tail = rest.map_or(String::new(), |r| format!(" standalone{r}"));
            format!("{version} encoding=\"{encoding}\"{tail}")
        }
    }
}

/// Writes text with what must not stand in XML replaced.
pub(super) fn escape(s: &str, attribute: bool, out: &mut String) {
    for c in s.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if attribute => out.push_str("&quot;"),
            '\n' if attribute => out.push_str("&#xA;"),
            '\t' if attribute => out.push_str("&#x9;"),
            '\r' => out.push_str("&#xD;"),
            c if (c as u32) < 0x20 && !matches!(c, '\n' | '\t') => out.push_str(&format!("&#x{:X};", c as u32)),
            c => out.push(c),
        }
    }
}
