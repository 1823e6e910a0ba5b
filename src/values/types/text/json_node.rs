//! System.Text.Json.Nodes: JSON that can be changed.

use super::json::{element, parse, quoted};
use super::json_serializer::Style;
use crate::error::Result;
use crate::json::tree::{Element, Kind};
use crate::types::system::enumeration;
use crate::types::{Behaviour, Call, State, TypeDef, TypeRef, fail, hold_named, state_of};
use crate::value::Value;

/// A node; the nodes in it are values of their own.
#[derive(Clone)]
pub enum Node {
    Object(Vec<(String, Value)>),
    Array(Vec<Value>),
    /// A JsonElement or a plain value.
    Leaf(Value),
}

impl State for Node {
    const IS_ENUMERABLE: bool = false;
    fn text(&self) -> Option<String> {
        match self {
            Node::Leaf(value) => Some(crate::convert::to_display(value).to_string()),
            Node::Object(all) => {
                let parts = all.iter().map(|(n, v)| format!("  {}: {}", quoted(n), shown(v)));
                Some(format!("{{\n{}\n}}", parts.collect::<Vec<_>>().join(",\n")))
            }
            Node::Array(all) => {
                let parts = all.iter().map(|v| format!("  {}", shown(v)));
                Some(format!("[\n{}\n]", parts.collect::<Vec<_>>().join(",\n")))
            }
        }
    }
}

/// A node inside another as the other's text shows it.
fn shown(value: &Value) -> String {
    match node_of(value) {
        None => "null".to_string(),
        Some(Node::Leaf(leaf)) => match (state_of::<Element>(&leaf), leaf.as_str()) {
            (Some(e), _) => e.raw().to_string(),
            (None, Some(text)) => quoted(text),
            (None, None) => match leaf.base() {
                Value::Bool(b) => b.to_string(),
                other => crate::convert::to_display(other).to_string(),
            },
        },
        Some(node) => node.text().unwrap_or_default().replace('\n', "\n  "),
    }
}

/// The node behind a value.
pub fn node_of(value: &Value) -> Option<Node> {
    state_of::<Node>(value)
}

fn class(node: &Node) -> &'static str {
    match node {
        Node::Object(_) => "System.Text.Json.Nodes.JsonObject",
        Node::Array(_) => "System.Text.Json.Nodes.JsonArray",
        Node::Leaf(_) => "System.Text.Json.Nodes.JsonValue",
    }
}

fn make(node: Node) -> Value {
    hold_named(class(&node), node)
}

/// The node of an element; JSON's null is `$null`.
pub fn of_element(e: &Element) -> Value {
    match e.kind() {
        Kind::Null => Value::Null,
        Kind::Object => {
            make(Node::Object(e.children().iter().map(|c| (c.name().to_string(), of_element(c))).collect()))
        }
        Kind::Array => make(Node::Array(e.children().iter().map(of_element).collect())),
        _ => make(Node::Leaf(element(e.clone()))),
    }
}

/// What is put into a node: a node as it is, a plain value as a leaf.
fn of_value(value: &Value) -> Value {
    if value.is_null() || node_of(value).is_some() { value.base().clone() } else { make(Node::Leaf(value.clone())) }
}

fn own<R>(c: &Call<'_>, f: impl FnOnce(&mut Node) -> R) -> Result<R> {
    c.with(f)
}

fn wrong<T>(wanted: &str) -> Result<T> {
    fail::invalid(format!("The node must be of type '{wanted}'.")).throw()
}

/// The value of a leaf as a type; elements give what their JSON says.
fn leaf_as(c: &mut Call<'_>, ty: TypeRef) -> Result<Option<Value>> {
    let Node::Leaf(leaf) = own(c, |n| n.clone())? else { return wrong("JsonValue") };
    plain_of(c, leaf, ty)
}

fn plain_of(c: &mut Call<'_>, leaf: Value, ty: TypeRef) -> Result<Option<Value>> {
    let plain = match state_of::<Element>(&leaf) {
        None => leaf,
        Some(_) if ty.name() == "System.Text.Json.JsonElement" => return Ok(Some(leaf)),
        Some(e) => match e.kind() {
            Kind::String => Value::from(e.text().unwrap_or_default()),
            Kind::True | Kind::False => Value::Bool(e.kind() == Kind::True),
            _ if ty == TypeRef::STRING => return Ok(None),
            _ => Value::from(e.raw()),
        },
    };
    Ok(crate::convert::convert(c.ctx, &plain, ty).ok())
}

fn place(c: &Call<'_>, count: usize) -> Result<usize> {
    match usize::try_from(c.long(0)) {
        Ok(at) if at < count => Ok(at),
        _ => fail::index().throw(),
    }
}

fn read(c: &mut Call<'_>) -> Result {
    match own(c, |n| n.clone())? {
        Node::Object(all) => {
            let name = c.str(0);
            Ok(all.into_iter().find(|(n, _)| *n == name.as_str()).map_or(Value::Null, |(_, v)| v))
        }
        Node::Array(all) => {
            let at = place(c, all.len())?;
            Ok(all[at].clone())
        }
        Node::Leaf(_) => wrong("JsonArray"),
    }
}

fn write(c: &mut Call<'_>) -> Result {
    let (name, value) = (c.str(0).to_string(), of_value(c.arg(1)));
    let count = own(c, |n| if let Node::Array(all) = n { all.len() } else { usize::MAX })?;
    let at = if count == usize::MAX { 0 } else { place(c, count)? };
    let done = own(c, |n| match n {
        Node::Object(all) => {
            match all.iter_mut().find(|(known, _)| *known == name) {
                Some((_, old)) => *old = value,
                None => all.push((name, value)),
            }
            true
        }
        Node::Array(all) => {
            all[at] = value;
            true
        }
        Node::Leaf(_) => false,
    })?;
    if done { Ok(Value::Void) } else { wrong("JsonObject") }
}

fn copy(value: &Value) -> Value {
    match node_of(value) {
        Some(Node::Object(all)) => make(Node::Object(all.iter().map(|(n, v)| (n.clone(), copy(v))).collect())),
        Some(Node::Array(all)) => make(Node::Array(all.iter().map(copy).collect())),
        Some(leaf) => make(leaf),
        None => value.clone(),
    }
}

fn json(c: &mut Call<'_>) -> Result<String> {
    let (options, me, mut out) = (c.named("options").unwrap_or_default(), c.this.clone(), String::new());
    Style::of(&options).write(c.ctx, &mut out, &me, 0)?;
    Ok(out)
}

fn as_kind(c: &mut Call<'_>, name: &str) -> Result {
    let is_it = own(c, |n| class(n).ends_with(name))?;
    if is_it { Ok(c.this.clone()) } else { wrong(name) }
}

const ALL: &[(&str, Behaviour)] = &[
    ("::Parse", |c| {
        let (text, options) = (c.need_str(0)?, c.named("documentOptions").unwrap_or_default());
        parse(&text, &options).map(|e| of_element(&e))
    }),
    ("::DeepEquals", |c| {
        let text = |value: &Value| shown(value);
        let same = match (node_of(c.arg(0)), node_of(c.arg(1))) {
            (None, None) => true,
            (Some(_), Some(_)) => {
                let (a, b) = (text(c.arg(0)), text(c.arg(1)));
                match (crate::json::tree::read(&a, false, false), crate::json::tree::read(&b, false, false)) {
                    (Ok(a), Ok(b)) => a.is_same(&b),
                    _ => a == b,
                }
            }
            _ => false,
        };
        Ok(Value::Bool(same))
    }),
    ("[]", read),
    ("[]=", write),
    ("AsObject", |c| as_kind(c, "JsonObject")),
    ("AsArray", |c| as_kind(c, "JsonArray")),
    ("AsValue", |c| as_kind(c, "JsonValue")),
    ("DeepClone", |c| Ok(copy(c.this))),
    ("ToJsonString", |c| json(c).map(Value::from)),
    ("GetValueKind", |c| {
        let kind = own(c, |n| match n {
            Node::Object(_) => 1,
            Node::Array(_) => 2,
            Node::Leaf(leaf) => match (state_of::<Element>(leaf), leaf.base()) {
                (Some(e), _) => e.kind() as i64,
                (None, Value::Str(_) | Value::Char(_) | Value::Guid(_) | Value::DateTime(_)) => 3,
                (None, Value::Bool(true)) => 5,
                (None, Value::Bool(false)) => 6,
                (None, _) => 4,
            },
        })?;
        Ok(enumeration::make("System.Text.Json.JsonValueKind", kind))
    }),
    ("GetValue", |c| {
        let ty = c.type_argument(0);
        match leaf_as(c, ty)? {
            Some(value) => Ok(value),
            None => {
                let text = format!("A value of this node cannot be converted to a '{}'.", ty.name());
                fail::invalid(text).throw()
            }
        }
    }),
    ("TryGetValue", |c| {
        let ty = c.type_argument(0);
        let found = leaf_as(c, ty)?;
        let is_there = found.is_some();
        c.set_ref(0, found.unwrap_or_default())?;
        Ok(Value::Bool(is_there))
    }),
    ("::Create", |c| Ok(of_value(c.arg(0)))),
    ("::op_Implicit", |c| Ok(of_value(c.arg(0)))),
    ("::op_Explicit", |c| {
        let text = c.signature.map(|s| s.text.to_string()).unwrap_or_default();
        let ty = text.trim_start_matches("static ").split(' ').next().and_then(TypeRef::find);
        let (ty, me) = (ty.unwrap_or(TypeRef::OBJECT), c.arg(0).clone());
        let Some(Node::Leaf(leaf)) = node_of(&me) else { return wrong("JsonValue") };
        match plain_of(c, leaf, ty)? {
            Some(value) => Ok(value),
            None => fail::invalid(format!("A value of this node cannot be converted to a '{}'.", ty.name())).throw(),
        }
    }),
    ("Count", |c| {
        own(c, |n| match n {
            Node::Object(all) => Value::I32(all.len() as i32),
            Node::Array(all) => Value::I32(all.len() as i32),
            Node::Leaf(_) => Value::Null,
        })
    }),
    ("Add", |c| {
        let (name, value) = (c.str(0).to_string(), of_value(c.arg(c.count() - 1)));
        let is_new = own(c, |n| match n {
            Node::Object(all) if all.iter().any(|(known, _)| *known == name) => false,
            Node::Object(all) => {
                all.push((name.clone(), value));
                true
            }
            Node::Array(all) => {
                all.push(value);
                true
            }
            Node::Leaf(_) => true,
        })?;
        if is_new {
            return Ok(Value::Void);
        }
        fail::argument(format!("An item with the same key has already been added. Key: {name}"), "propertyName").throw()
    }),
    ("Insert", |c| {
        let (at, value) = (c.long(0), of_value(c.arg(1)));
        let done = own(c, |n| match (n, usize::try_from(at)) {
            (Node::Array(all), Ok(at)) if at <= all.len() => {
                all.insert(at, value);
                true
            }
            _ => false,
        })?;
        if done { Ok(Value::Void) } else { fail::index().throw() }
    }),
    ("Clear", |c| {
        own(c, |n| match n {
            Node::Object(all) => all.clear(),
            Node::Array(all) => all.clear(),
            Node::Leaf(_) => {}
        })?;
        Ok(Value::Void)
    }),
    ("ContainsKey", |c| {
        let name = c.need_str(0)?;
        own(c, |n| Value::Bool(matches!(n, Node::Object(all) if all.iter().any(|(k, _)| *k == name.as_str()))))
    }),
    ("TryGetPropertyValue", |c| {
        let name = c.need_str(0)?;
        let found = own(c, |n| match n {
            Node::Object(all) => all.iter().find(|(k, _)| *k == name.as_str()).map(|(_, v)| v.clone()),
            _ => None,
        })?;
        let is_there = found.is_some();
        c.set_ref(1, found.unwrap_or_default())?;
        Ok(Value::Bool(is_there))
    }),
    ("Remove", |c| {
        let (name, item) = (c.str(0).to_string(), c.arg(0).clone());
        own(c, |n| match n {
            Node::Object(all) => {
                let before = all.len();
                all.retain(|(k, _)| *k != name);
                Value::Bool(all.len() < before)
            }
            Node::Array(all) => {
                let at = all.iter().position(|v| crate::types::system::object::equals(v, &item));
                at.map(|at| all.remove(at));
                Value::Bool(at.is_some())
            }
            Node::Leaf(_) => Value::Bool(false),
        })
    }),
    ("RemoveAt", |c| {
        let count = own(c, |n| if let Node::Array(all) = n { all.len() } else { 0 })?;
        let at = place(c, count)?;
        own(c, |n| {
            if let Node::Array(all) = n {
                all.remove(at);
            }
        })?;
        Ok(Value::Void)
    }),
    ("GetEnumerator", |c| {
        let items = match own(c, |n| n.clone())? {
            Node::Array(all) => all,
            Node::Object(all) => {
                let ty = "System.Collections.Generic.Dictionary[string,System.Text.Json.Nodes.JsonNode]";
                let ty = TypeRef::find(ty).unwrap_or(TypeRef::HASHTABLE);
                all.into_iter().map(|(n, v)| crate::types::entry_of(ty, Value::from(n), v)).collect()
            }
            Node::Leaf(_) => return wrong("JsonArray"),
        };
        Ok(crate::types::collections::enumerator::over("System.ArrayEnumerator", items))
    }),
];

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Text.Json.Nodes.JsonNode", like: &[], members: ALL },
    TypeDef {
        name: "System.Text.Json.Nodes.JsonObject",
        like: &[],
        members: &[("new", |_| Ok(make(Node::Object(Vec::new()))))],
    },
    TypeDef {
        name: "System.Text.Json.Nodes.JsonArray",
        like: &[],
        members: &[("new", |c| {
            let items = match c.place("items") {
                Some(at) => c.items(at).iter().map(of_value).collect(),
                None => Vec::new(),
            };
            Ok(make(Node::Array(items)))
        })],
    },
    TypeDef { name: "System.Text.Json.Nodes.JsonValue", like: &["System.Text.Json.Nodes.JsonNode"], members: &[] },
];
