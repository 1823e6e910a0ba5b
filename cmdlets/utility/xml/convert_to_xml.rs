//! ConvertTo-Xml.

use command::{Bound, Cmdlet, Command, Context, Result, Session, Str, TypeRef, Value};
use values::{convert, members};

pub static COMMAND: Command = Command { name: "ConvertTo-Xml", create: || Box::new(ConvertToXml::default()) };

#[derive(Default)]
struct ConvertToXml {
    items: Vec<Value>,
}

impl Cmdlet for ConvertToXml {
    fn process(&mut self, _session: &mut dyn Session, bound: &Bound) -> Result<()> {
        self.items.push(bound.value("InputObject"));
        Ok(())
    }

    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let items = std::mem::take(&mut self.items);
        let form = bound.str("As").map_or_else(|| "document".to_string(), |a| a.to_lowercase());
        let mut writer = Writer {
            out: String::new(),
            depth: bound.int("Depth").unwrap_or(1).max(1),
            has_types: !bound.switch("NoTypeInformation"),
            is_indented: form == "string",
        };
        const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>";
        if form == "stream" {
            session.write(Value::from(DECLARATION))?;
            session.write(Value::from("<Objects>"))?;
            for item in &items {
                writer.out.clear();
                writer.is_indented = true;
                writer.element(session, "Object", None, item, 0, 0)?;
                session.write(Value::from(writer.out.trim_start_matches('\n').to_string()))?;
            }
            return session.write(Value::from("</Objects>"));
        }
        writer.out.push_str(DECLARATION);
        writer.line(0);
        if items.is_empty() {
            writer.out.push_str("<Objects />");
        } else {
            writer.out.push_str("<Objects>");
            for item in &items {
                writer.element(session, "Object", None, item, 0, 1)?;
            }
            writer.line(0);
            writer.out.push_str("</Objects>");
        }
        let text = Value::from(writer.out);
        if form == "string" {
            return session.write(text);
        }
        let context: &mut dyn Context = session;
        let document = convert::convert(context, &text, TypeRef::XML_DOCUMENT)?;
        session.write(document)
    }
}

struct Writer {
    out: String,
    depth: i64,
    has_types: bool,
    is_indented: bool,
}

impl Writer {
    fn line(&mut self, level: usize) {
        if self.is_indented {
            self.out.push('\n');
            self.out.push_str(&"  ".repeat(level));
        }
    }

    fn element(
        &mut self,
        session: &mut dyn Session,
        tag: &str,
        name: Option<&str>,
        value: &Value,
        depth: i64,
        level: usize,
    ) -> Result<()> {
        self.line(level);
        self.out.push('<');
        self.out.push_str(tag);
        if let Some(name) = name {
            self.attribute("Name", name);
        }
        if self.has_types {
            let ty = value.type_ref().map_or("System.Object", TypeRef::name);
            self.attribute("Type", ty);
        }
        let children = self.children(session, value, depth)?;
        match children {
            Content::Nothing => self.out.push_str(" />"),
            Content::Text(text) => {
                self.out.push('>');
                self.text(&text);
                self.close(tag);
            }
            Content::Items(items) if items.is_empty() => self.out.push_str(" />"),
            Content::Items(items) => {
                self.out.push('>');
                for (name, item) in items {
                    self.element(session, "Property", name.as_deref(), &item, depth + 1, level + 1)?;
                }
                self.line(level);
                self.close(tag);
            }
        }
        Ok(())
    }

    fn close(&mut self, tag: &str) {
        self.out.push_str("</");
        self.out.push_str(tag);
        self.out.push('>');
    }

    fn attribute(&mut self, name: &str, text: &str) {
        self.out.push_str(&format!(" {name}=\""));
        for c in text.chars() {
            match c {
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '&' => self.out.push_str("&amp;"),
                '"' => self.out.push_str("&quot;"),
                '\n' => self.out.push_str("&#xA;"),
                '\r' => self.out.push_str("&#xD;"),
                '\t' => self.out.push_str("&#x9;"),
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }

    fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '&' => self.out.push_str("&amp;"),
                c if (c as u32) < 0x20 && !matches!(c, '\n' | '\r' | '\t') => {
                    self.out.push_str(&format!("&#x{:X};", c as u32))
                }
                c => self.out.push(c),
            }
        }
    }

    fn children(&mut self, session: &mut dyn Session, value: &Value, depth: i64) -> Result<Content> {
        let context: &mut dyn Context = session;
        if value.is_null() {
            return Ok(Content::Nothing);
        }
        let is_simple = value.is_number()
            || matches!(
                value.base(),
                Value::Str(_)
                    | Value::Bool(_)
                    | Value::Char(_)
                    | Value::Guid(_)
                    | Value::DateTime(_)
                    | Value::Enum(..)
                    | Value::Type(_)
            );
        if is_simple || depth > self.depth {
            return Ok(Content::Text(convert::to_str(context, value)?));
        }
        if let Some(dict) = value.as_dict() {
            let mut items = Vec::new();
            for (key, value) in dict.to_vec() {
                items.push((Some(Str::from("Key")), key));
                items.push((Some(Str::from("Value")), value));
            }
            return Ok(Content::Items(items));
        }
        if let Some(items) = members::enumerate(context, value)? {
            return Ok(Content::Items(items.into_iter().map(|i| (None, i)).collect()));
        }
        let pairs = members::properties(context, value)?;
        Ok(Content::Items(pairs.into_iter().map(|(n, v)| (Some(n), v)).collect()))
    }
}

enum Content {
    Nothing,
    Text(Str),
    Items(Vec<(Option<Str>, Value)>),
}
