//! System.Security.SecurityElement: small XML elements; scripts use its `Escape`.

use std::sync::Arc;

use crate::collection::{Array, Dict};
use crate::error::Result;
use crate::types::{Behaviour, Call, State, TypeDef, TypeRef, fail, hold_named};
use crate::value::Value;
use crate::xml::{NodeKind, XmlNode};

const NAME: &str = "System.Security.SecurityElement";

/// A tag with its text, attributes (in order, as text) and the elements in it.
#[derive(Clone)]
struct Element {
    tag: String,
    text: Option<String>,
    attributes: Vec<(String, String)>,
    children: Vec<Value>,
}

impl State for Element {
    fn text(&self) -> Option<String> {
        let mut out = String::new();
        self.write(&mut out);
        Some(out)
    }
}

impl Element {
    fn new(tag: &str, text: Option<String>) -> Element {
        Element { tag: tag.to_string(), text, attributes: Vec::new(), children: Vec::new() }
    }

    fn write(&self, out: &mut String) {
        out.push_str(&format!("<{}", self.tag));
        for (at, (name, value)) in self.attributes.iter().enumerate() {
            let end = if at + 1 < self.attributes.len() { "\n" } else { "" };
            out.push_str(&format!("{}{name}=\"{value}\"{end}", if at == 0 { " " } else { "" }));
        }
        if self.text.as_ref().is_none_or(String::is_empty) && self.children.is_empty() {
            out.push_str("/>\n");
            return;
        }
        out.push('>');
        out.push_str(self.text.as_deref().unwrap_or_default());
        if !self.children.is_empty() {
            out.push('\n');
            for child in &self.children {
                if let Some(child) = crate::types::state_of::<Element>(child) {
                    child.write(out);
                }
            }
        }
        out.push_str(&format!("</{}>\n", self.tag));
    }
}

const MARKS: [(char, &str); 5] = [('<', "&lt;"), ('>', "&gt;"), ('"', "&quot;"), ('\'', "&apos;"), ('&', "&amp;")];

/// A text with what XML would misread replaced.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for ch in text.chars() {
        match MARKS.iter().find(|(mark, _)| *mark == ch) {
            Some((_, name)) => out.push_str(name),
            None => out.push(ch),
        }
    }
    out
}

fn unescape(text: &str) -> String {
    let mut out = text.to_string();
    for (mark, name) in MARKS {
        out = out.replace(name, &mark.to_string());
    }
    out
}

fn is_tag(text: &str) -> bool {
    !text.contains([' ', '<', '>'])
}

fn is_text(text: &str) -> bool {
    !text.contains(['<', '>'])
}

fn is_value(text: &str) -> bool {
    !text.contains(['<', '>', '"'])
}

fn refused<T>(what: &str, text: &str) -> Result<T> {
    fail::argument(format!("Invalid element {what} '{text}'."), "").throw()
}

fn own<R>(c: &Call<'_>, f: impl FnOnce(&mut Element) -> R) -> Result<R> {
    c.with(f)
}

fn construct(c: &mut Call<'_>) -> Result {
    let tag = c.need_str(0)?;
    if !is_tag(&tag) {
        return refused("tag", &tag);
    }
    let text = c.has(1).then(|| c.str(1).to_string());
    if let Some(text) = text.as_deref().filter(|t| !is_text(t)) {
        return refused("text", text);
    }
    Ok(hold_named(NAME, Element::new(&tag, text)))
}

fn found(c: &Call<'_>, tag: &str) -> Result<Option<Value>> {
    let children = own(c, |e| e.children.clone())?;
    Ok(children.into_iter().find(|child| crate::types::state_of::<Element>(child).is_some_and(|e| e.tag == tag)))
}

/// The text of the first element of a tag, the deepest first.
fn text_of(element: &Element, tag: &str) -> Option<String> {
    if element.tag == tag {
        return element.text.as_deref().map(unescape);
    }
    element.children.iter().filter_map(crate::types::state_of::<Element>).find_map(|child| text_of(&child, tag))
}

fn same(a: &Element, b: &Element) -> bool {
    let sorted = |e: &Element| {
        let mut all = e.attributes.clone();
        all.sort();
        all
    };
    let children =
        |e: &Element| -> Vec<Element> { e.children.iter().filter_map(crate::types::state_of::<Element>).collect() };
    let (left, right) = (children(a), children(b));
    a.tag == b.tag
        && a.text == b.text
        && sorted(a) == sorted(b)
        && left.len() == right.len()
        && left.iter().zip(&right).all(|(x, y)| same(x, y))
}

fn of_xml(text: &str) -> Option<Value> {
    fn element(node: &XmlNode) -> Value {
        let mut made = Element::new(&node.name(), None);
        made.attributes =
            node.attributes().iter().map(|a| (a.name(), escape(&a.value().unwrap_or_default()))).collect();
        for child in node.children() {
            if child.kind() == NodeKind::Element {
                made.children.push(element(&child));
            } else if child.kind().is_text() {
                let text = escape(child.inner_text().trim());
                made.text = Some(made.text.take().unwrap_or_default() + &text).filter(|t| !t.is_empty());
            }
        }
        hold_named(NAME, made)
    }
    let document = XmlNode::document();
    document.load(text).ok()?;
    document.document_element().map(|root| element(&root))
}

fn attributes(c: &mut Call<'_>) -> Result {
    let all = own(c, |e| e.attributes.clone())?;
    if all.is_empty() {
        return Ok(Value::Null);
    }
    let table = Dict::hashtable();
    for (name, value) in all {
        table.insert(Value::from(name), Value::from(unescape(&value)));
    }
    Ok(Value::Dict(Arc::new(table)))
}

const MEMBERS: &[(&str, Behaviour)] = &[
    ("new", construct),
    ("::Escape", |c| if c.has(0) { Ok(Value::from(escape(&c.str(0)))) } else { Ok(Value::Null) }),
    ("::IsValidTag", |c| Ok(Value::Bool(c.has(0) && is_tag(&c.str(0))))),
    ("::IsValidText", |c| Ok(Value::Bool(c.has(0) && is_text(&c.str(0))))),
    ("::IsValidAttributeName", |c| Ok(Value::Bool(c.has(0) && is_tag(&c.str(0))))),
    ("::IsValidAttributeValue", |c| Ok(Value::Bool(c.has(0) && is_value(&c.str(0))))),
    ("::FromString", |c| {
        let text = c.need_str(0)?;
        match of_xml(&text) {
            Some(made) => Ok(made),
            None => fail::named("System.Security.XmlSyntaxException", "Invalid syntax.").throw(),
        }
    }),
    ("Tag", |c| own(c, |e| Value::from(e.tag.as_str()))),
    ("Tag=", |c| {
        let tag = c.need_str(0)?;
        if !is_tag(&tag) {
            return refused("tag", &tag);
        }
        own(c, |e| e.tag = tag.to_string())?;
        Ok(Value::Void)
    }),
    ("Text", |c| own(c, |e| e.text.as_deref().map_or(Value::Null, |t| Value::from(unescape(t))))),
    ("Text=", |c| {
        let text = c.has(0).then(|| c.str(0).to_string());
        if let Some(text) = text.as_deref().filter(|t| !is_text(t)) {
            return refused("text", text);
        }
        own(c, |e| e.text = text)?;
        Ok(Value::Void)
    }),
    ("Attributes", attributes),
    ("Children", |c| {
        let children = own(c, |e| e.children.clone())?;
        Ok(if children.is_empty() {
            Value::Null
        } else {
            Value::Array(Arc::new(Array::list(TypeRef::ARRAYLIST, TypeRef::OBJECT, children)))
        })
    }),
    ("Attribute", |c| {
        let name = c.need_str(0)?;
        own(c, |e| {
            let value = e.attributes.iter().find(|(n, _)| *n == name.as_str()).map(|(_, v)| unescape(v));
            value.map_or(Value::Null, Value::from)
        })
    }),
    ("AddAttribute", |c| {
        let (name, value) = (c.need_str(0)?, c.need_str(1)?);
        if !is_tag(&name) {
            return refused("attribute name", &name);
        }
        if !is_value(&value) {
            return refused("attribute value", &value);
        }
        let is_new = own(c, |e| {
            let is_new = e.attributes.iter().all(|(n, _)| *n != name.as_str());
            if is_new {
                e.attributes.push((name.to_string(), value.to_string()));
            }
            is_new
        })?;
        if is_new { Ok(Value::Void) } else { fail::argument("Attribute names must be unique.", "").throw() }
    }),
    ("AddChild", |c| {
        if !c.has(0) {
            return fail::null("child").throw();
        }
        let child = c.arg(0).clone();
        own(c, |e| e.children.push(child))?;
        Ok(Value::Void)
    }),
    ("Copy", |c| own(c, |e| hold_named(NAME, e.clone()))),
    ("Equal", |c| {
        let other = crate::types::state_of::<Element>(c.arg(0));
        let own = own(c, |e| e.clone())?;
        Ok(Value::Bool(other.is_some_and(|o| same(&own, &o))))
    }),
    ("SearchForChildByTag", |c| {
        let tag = c.need_str(0)?;
        Ok(found(c, &tag)?.unwrap_or_default())
    }),
    ("SearchForTextOfTag", |c| {
        let tag = c.need_str(0)?;
        let own = own(c, |e| e.clone())?;
        Ok(text_of(&own, &tag).map_or(Value::Null, Value::from))
    }),
];

pub static TYPES: &[TypeDef] = &[TypeDef { name: NAME, like: &[], members: MEMBERS }];
