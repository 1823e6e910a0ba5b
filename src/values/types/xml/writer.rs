//! System.Xml.XmlWriter.

use crate::error::Result;
use crate::types::{Behaviour, Call, State, TypeDef, TypeRef, fail, hold_named, record};
use crate::value::Value;

/// An element that is open.
struct Open {
    name: String,
    /// Whether elements stand inside, and whether text does.
    has_children: bool,
    has_text: bool,
}

/// A writer: what is written and not handed on yet, and where it goes.
struct Writer {
    out: String,
    target: Value,
    settings: Value,
    open: Vec<Open>,
    /// Whether the last start tag still takes attributes.
    in_tag: bool,
    /// Whether an attribute's value is being written.
    in_attribute: bool,
    is_empty: bool,
    indent: Option<String>,
    new_line: String,
    declares: bool,
}

impl State for Writer {}

fn escaped(text: &str, is_attribute: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for ch in text.chars() {
        match ch {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if is_attribute => out.push_str("&quot;"),
            '\n' if is_attribute => out.push_str("&#xA;"),
            '\r' if is_attribute => out.push_str("&#xD;"),
            '\t' if is_attribute => out.push_str("&#x9;"),
            other => out.push(other),
        }
    }
    out
}

impl Writer {
    fn close_tag(&mut self) {
        if self.in_attribute {
            self.out.push('"');
            self.in_attribute = false;
        }
        if self.in_tag {
            self.out.push('>');
            self.in_tag = false;
        }
    }

    fn line(&mut self, depth: usize) {
        if let Some(indent) = &self.indent {
            self.out.push_str(&self.new_line);
            self.out.push_str(&indent.repeat(depth));
        }
    }

    /// Room for markup inside of the open element: closes its tag, and a new line where the settings ask for one.
    fn markup(&mut self) {
        self.close_tag();
        let depth = self.open.len();
        let is_mixed = self.open.last().is_some_and(|o| o.has_text);
        if let Some(parent) = self.open.last_mut() {
            parent.has_children = true;
        }
        if !self.is_empty && !is_mixed {
            self.line(depth);
        }
        self.is_empty = false;
    }

    fn declaration(&mut self, standalone: Option<bool>, encoding: &str) {
        self.out.push_str(&format!("<?xml version=\"1.0\" encoding=\"{encoding}\""));
        if let Some(yes) = standalone {
            self.out.push_str(if yes { " standalone=\"yes\"" } else { " standalone=\"no\"" });
        }
        self.out.push_str("?>");
        self.is_empty = false;
        self.declares = false;
    }

    fn start(&mut self, prefix: &str, local: &str, namespace: Option<&str>) {
        self.markup();
        let name = if prefix.is_empty() { local.to_string() } else { format!("{prefix}:{local}") };
        self.out.push('<');
        self.out.push_str(&name);
        if let Some(namespace) = namespace {
            let attribute = if prefix.is_empty() { "xmlns".to_string() } else { format!("xmlns:{prefix}") };
            self.out.push_str(&format!(" {attribute}=\"{}\"", escaped(namespace, true)));
        }
        self.open.push(Open { name, has_children: false, has_text: false });
        self.in_tag = true;
    }

    fn end(&mut self, is_full: bool) -> bool {
        if self.in_attribute {
            self.out.push('"');
            self.in_attribute = false;
        }
        let Some(open) = self.open.pop() else { return false };
        if self.in_tag && !is_full {
            self.out.push_str(" />");
            self.in_tag = false;
            return true;
        }
        self.close_tag();
        if open.has_children && !open.has_text {
            self.line(self.open.len());
        }
        self.out.push_str(&format!("</{}>", open.name));
        true
    }

    fn text(&mut self, text: &str) {
        if self.in_attribute {
            self.out.push_str(&escaped(text, true));
            return;
        }
        self.close_tag();
        if let Some(parent) = self.open.last_mut() {
            parent.has_text = true;
        }
        self.is_empty = false;
        self.out.push_str(&escaped(text, false));
    }

    fn raw(&mut self, text: &str) {
        if !self.in_attribute {
            self.close_tag();
            if let Some(parent) = self.open.last_mut() {
                parent.has_text = true;
            }
            self.is_empty = false;
        }
        self.out.push_str(text);
    }

    fn attribute(&mut self, prefix: &str, local: &str, value: &str) -> bool {
        if !self.in_tag {
            return false;
        }
        let name = if prefix.is_empty() { local.to_string() } else { format!("{prefix}:{local}") };
        self.out.push_str(&format!(" {name}=\"{}\"", escaped(value, true)));
        true
    }
}

fn setting(settings: &Value, name: &str) -> Option<Value> {
    record::field(settings, name).filter(|v| !v.is_null())
}

fn is_on(settings: &Value, name: &str) -> bool {
    setting(settings, name).is_some_and(|v| crate::convert::to_bool(&v))
}

fn create(c: &mut Call<'_>) -> Result {
    let target = c.arg(0).clone();
    if target.is_null() {
        return fail::null("output").throw();
    }
    let settings = match c.named("settings") {
        Some(settings) => settings,
        None => {
            let ty = TypeRef::find("System.Xml.XmlWriterSettings").unwrap_or(TypeRef::OBJECT);
            crate::members::construct(c.ctx, ty, &[])?
        }
    };
    let text = |name: &str, default: &str| {
        setting(&settings, name).map_or_else(|| default.to_string(), |v| crate::convert::to_display(&v))
    };
    let level = setting(&settings, "ConformanceLevel").and_then(|v| v.as_i64()).unwrap_or(2);
    let target = match target.base() {
        Value::Str(path) => {
            let folder = c.ctx.working_directory().display().to_string();
            let path = crate::types::io::path::full(path, &folder);
            std::fs::write(&path, "").or_else(|e| fail::io(&e, &path).throw())?;
            Value::from(path)
        }
        other => other.clone(),
    };
    let made = Writer {
        out: String::new(),
        target,
        indent: is_on(&settings, "Indent").then(|| text("IndentChars", "  ")),
        new_line: text("NewLineChars", "\n"),
        declares: !is_on(&settings, "OmitXmlDeclaration") && level != 1,
        settings,
        open: Vec::new(),
        in_tag: false,
        in_attribute: false,
        is_empty: true,
    };
    Ok(hold_named("System.Xml.XmlWriter", made))
}

/// The encoding that the declaration names: of the text that the target holds.
fn encoding(target: &Value) -> &'static str {
    let name = target.type_ref().map_or("", |t| t.name());
    if matches!(name, "System.Text.StringBuilder" | "System.IO.StringWriter") { "utf-16" } else { "utf-8" }
}

/// Runs code on the writer, after the declaration where that is still due.
fn on<R>(c: &mut Call<'_>, f: impl FnOnce(&mut Writer) -> R) -> Result<R> {
    c.with(|w: &mut Writer| {
        if w.declares {
            let name = encoding(&w.target);
            w.declaration(None, name);
        }
        f(w)
    })
}

fn void(c: &mut Call<'_>, f: impl FnOnce(&mut Writer)) -> Result {
    on(c, f)?;
    Ok(Value::Void)
}

/// Hands what was written to the target.
fn flush(c: &mut Call<'_>) -> Result {
    let (text, target) = c.with(|w: &mut Writer| (std::mem::take(&mut w.out), w.target.clone()))?;
    if text.is_empty() {
        return Ok(Value::Void);
    }
    match target.base() {
        Value::Str(path) => {
            use std::io::Write;
            let file = std::fs::OpenOptions::new().append(true).open(path.as_str());
            file.and_then(|mut f| f.write_all(text.as_bytes())).or_else(|e| fail::io(&e, path).throw())?;
        }
        other if other.type_ref().is_some_and(|t| t.name() == "System.Text.StringBuilder") => {
            crate::members::call(c.ctx, other, "Append", &[Value::from(text)])?;
        }
        other if other.type_ref().is_some_and(|t| t.name().ends_with("Stream")) => {
            let bytes = text.as_bytes();
            let args = [Value::bytes(bytes), Value::I32(0), Value::I32(bytes.len() as i32)];
            crate::members::call(c.ctx, other, "Write", &args)?;
        }
        other => {
            crate::members::call(c.ctx, other, "Write", &[Value::from(text)])?;
        }
    }
    Ok(Value::Void)
}

fn named(c: &Call<'_>, name: &str) -> String {
    c.named(name).map_or_else(String::new, |v| crate::convert::to_display(&v))
}

fn finish(c: &mut Call<'_>) -> Result {
    on(c, |w| while w.end(false) {})?;
    flush(c)
}

fn wrong<T>(what: &str) -> Result<T> {
    fail::invalid(format!("Token {what} in state Content would result in an invalid XML document.")).throw()
}

const MEMBERS: &[(&str, Behaviour)] = &[
    ("::Create", create),
    ("Settings", |c| c.with(|w: &mut Writer| w.settings.clone())),
    ("WriteState", |c| {
        let n = c.with(|w: &mut Writer| match (w.in_attribute, w.in_tag, w.is_empty) {
            (true, ..) => 3,
            (_, true, _) => 2,
            (_, _, true) => 0,
            _ if w.open.is_empty() => 1,
            _ => 4,
        })?;
        Ok(crate::types::system::enumeration::make("System.Xml.WriteState", n))
    }),
    ("XmlLang", |_| Ok(Value::Null)),
    ("XmlSpace", |_| Ok(crate::types::system::enumeration::make("System.Xml.XmlSpace", 0))),
    ("LookupPrefix", |_| Ok(Value::Null)),
    ("WriteStartDocument", |c| {
        let standalone = (c.count() > 0).then(|| c.bool(0));
        c.with(|w: &mut Writer| {
            if w.declares {
                let name = encoding(&w.target);
                w.declaration(standalone, name);
            }
        })?;
        Ok(Value::Void)
    }),
    ("WriteEndDocument", |c| void(c, |w| while w.end(false) {})),
    ("WriteStartElement", |c| {
        let (prefix, local, namespace) = (named(c, "prefix"), named(c, "localName"), c.named("ns"));
        let namespace = namespace.map(|v| crate::convert::to_display(&v)).filter(|n| !n.is_empty());
        void(c, |w| w.start(&prefix, &local, namespace.as_deref()))
    }),
    ("WriteEndElement", |c| if on(c, |w| w.end(false))? { Ok(Value::Void) } else { wrong("EndElement") }),
    ("WriteFullEndElement", |c| if on(c, |w| w.end(true))? { Ok(Value::Void) } else { wrong("EndElement") }),
    ("WriteElementString", |c| {
        let (prefix, local, value) = (named(c, "prefix"), named(c, "localName"), named(c, "value"));
        let namespace = c.named("ns").map(|v| crate::convert::to_display(&v)).filter(|n| !n.is_empty());
        void(c, |w| {
            w.start(&prefix, &local, namespace.as_deref());
            if !value.is_empty() {
                w.text(&value);
            }
            w.end(false);
        })
    }),
    ("WriteAttributeString", |c| {
        let (prefix, local, value) = (named(c, "prefix"), named(c, "localName"), named(c, "value"));
        if on(c, |w| w.attribute(&prefix, &local, &value))? { Ok(Value::Void) } else { wrong("StartAttribute") }
    }),
    ("WriteStartAttribute", |c| {
        let (prefix, local) = (named(c, "prefix"), named(c, "localName"));
        let name = if prefix.is_empty() { local } else { format!("{prefix}:{local}") };
        void(c, |w| {
            w.out.push_str(&format!(" {name}=\""));
            w.in_attribute = true;
        })
    }),
    ("WriteEndAttribute", |c| {
        void(c, |w| {
            w.out.push('"');
            w.in_attribute = false;
        })
    }),
    ("WriteString", |c| {
        let text = c.str(0);
        void(c, |w| w.text(&text))
    }),
    ("WriteValue", |c| {
        let text = match c.arg(0).base() {
            Value::Bool(b) => b.to_string(),
            other => crate::convert::to_display(other),
        };
        void(c, |w| w.text(&text))
    }),
    ("WriteChars", |c| {
        let text: String =
            c.chars(0).into_iter().skip(c.int(1).max(0) as usize).take(c.int(2).max(0) as usize).collect();
        void(c, |w| w.text(&text))
    }),
    ("WriteRaw", |c| {
        let text = match c.arg(0).base() {
            Value::Array(_) => {
                c.chars(0).into_iter().skip(c.int(1).max(0) as usize).take(c.int(2).max(0) as usize).collect()
            }
            _ => c.str(0).to_string(),
        };
        void(c, |w| w.raw(&text))
    }),
    ("WriteWhitespace", |c| {
        let text = c.str(0);
        void(c, |w| w.raw(&text))
    }),
    ("WriteCharEntity", |c| {
        let code = c.unit(0);
        void(c, |w| w.raw(&format!("&#x{code:X};")))
    }),
    ("WriteSurrogateCharEntity", |c| {
        let (low, high) = (u32::from(c.unit(0)), u32::from(c.unit(1)));
        let code = 0x10000 + ((high & 0x3FF) << 10 | (low & 0x3FF));
        void(c, |w| w.raw(&format!("&#x{code:X};")))
    }),
    ("WriteEntityRef", |c| {
        let name = c.str(0);
        void(c, |w| w.raw(&format!("&{name};")))
    }),
    ("WriteName", |c| {
        let text = c.str(0);
        void(c, |w| w.text(&text))
    }),
    ("WriteNmToken", |c| {
        let text = c.str(0);
        void(c, |w| w.text(&text))
    }),
    ("WriteQualifiedName", |c| {
        let text = c.str(0);
        void(c, |w| w.text(&text))
    }),
    ("WriteBase64", |c| {
        use base64::Engine;
        let bytes: Vec<u8> =
            c.bytes(0).into_iter().skip(c.int(1).max(0) as usize).take(c.int(2).max(0) as usize).collect();
        let text = base64::engine::general_purpose::STANDARD.encode(bytes);
        void(c, |w| w.text(&text))
    }),
    ("WriteBinHex", |c| {
        let bytes: Vec<u8> =
            c.bytes(0).into_iter().skip(c.int(1).max(0) as usize).take(c.int(2).max(0) as usize).collect();
        let text: String = bytes.iter().map(|b| format!("{b:02X}")).collect();
        void(c, |w| w.text(&text))
    }),
    ("WriteCData", |c| {
        let text = c.str(0).replace("]]>", "]]]]><![CDATA[>");
        void(c, |w| w.raw(&format!("<![CDATA[{text}]]>")))
    }),
    ("WriteComment", |c| {
        let text = c.str(0);
        void(c, |w| {
            w.markup();
            w.out.push_str(&format!("<!--{text}-->"));
        })
    }),
    ("WriteProcessingInstruction", |c| {
        let (name, text) = (c.str(0), c.str(1));
        void(c, |w| {
            w.markup();
            let gap = if text.is_empty() { "" } else { " " };
            w.out.push_str(&format!("<?{name}{gap}{text}?>"));
        })
    }),
    ("WriteDocType", |c| {
        let (name, public, system, subset) = (c.str(0), c.arg(1).clone(), c.arg(2).clone(), c.arg(3).clone());
        let shown = |v: &Value| crate::convert::to_display(v);
        void(c, |w| {
            w.markup();
            w.out.push_str(&format!("<!DOCTYPE {name}"));
            if !public.is_null() {
                w.out.push_str(&format!(" PUBLIC \"{}\" \"{}\"", shown(&public), shown(&system)));
            } else if !system.is_null() {
                w.out.push_str(&format!(" SYSTEM \"{}\"", shown(&system)));
            }
            if !subset.is_null() {
                w.out.push_str(&format!("[{}]", shown(&subset)));
            }
            w.out.push('>');
        })
    }),
    ("WriteNode", |c| {
        let node = c.arg(0).clone();
        super::node::write_to(c.ctx, &node, c.this)
    }),
    ("Flush", flush),
    ("FlushAsync", |c| flush(c).map(crate::types::threading::task::completed)),
    ("Close", finish),
    ("Dispose", finish),
];

/// Writes a node of a document to a writer.
pub fn write_node(ctx: &mut dyn crate::Context, node: &crate::xml::XmlNode, writer: &Value) -> Result {
    use crate::xml::NodeKind;
    let (name, value) = (node.name(), node.value().unwrap_or_default());
    let mut call = |method: &str, args: Vec<Value>| crate::members::call(ctx, writer, method, &args);
    match node.kind() {
        NodeKind::Document | NodeKind::DocumentFragment => {
            for child in node.children() {
                write_node(ctx, &child, writer)?;
            }
        }
        NodeKind::Element => {
            call("WriteStartElement", vec![Value::from(name)])?;
            for attribute in node.attributes() {
                let value = Value::from(attribute.value().unwrap_or_default());
                call("WriteAttributeString", vec![Value::from(attribute.name()), value])?;
            }
            for child in node.children() {
                write_node(ctx, &child, writer)?;
            }
            let end = if node.has_children() { "WriteFullEndElement" } else { "WriteEndElement" };
            crate::members::call(ctx, writer, end, &[])?;
        }
        NodeKind::CData => {
            call("WriteCData", vec![Value::from(value)])?;
        }
        NodeKind::Comment => {
            call("WriteComment", vec![Value::from(value)])?;
        }
        NodeKind::ProcessingInstruction => {
            call("WriteProcessingInstruction", vec![Value::from(name), Value::from(value)])?;
        }
        NodeKind::XmlDeclaration => {
            call("WriteStartDocument", Vec::new())?;
        }
        kind if kind.is_text() => {
            call("WriteString", vec![Value::from(value)])?;
        }
        _ => {
            call("WriteRaw", vec![Value::from(node.outer_xml())])?;
        }
    }
    Ok(Value::Void)
}

pub static TYPES: &[TypeDef] = &[TypeDef { name: "System.Xml.XmlWriter", like: &[], members: MEMBERS }];
