//! Writing objects.

use std::collections::HashMap;
use std::sync::Arc;

use super::text::{encode, escape, escape_attribute};
use super::{NAMESPACE, error_record, primitive};
use crate::context::Context;
use crate::error::{Exception, Result};
use crate::object::PsMember;
use crate::string::Str;
use crate::types::{TypeKind, TypeRef};
use crate::value::Value;
use crate::{convert, members};

/// How the XML is laid out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Layout {
    /// One element a line, indented by two blanks.
    Indented,
    /// Without white space, as on the wire.
    Compact,
}

/// A document of several objects. Properties are followed to a depth; what lies deeper is text.
pub fn serialize(ctx: &mut dyn Context, values: &[Value], depth: i64) -> Result<String> {
    let mut writer = Writer::new(Layout::Indented);
    writer.out.push_str(&format!("<Objs Version=\"1.1.0.1\" xmlns=\"{NAMESPACE}\">"));
    writer.level = 1;
    for value in values {
        writer.object(ctx, value, None, depth)?;
    }
    writer.level = 0;
    writer.is_open = values.is_empty();
    writer.end("Objs");
    Ok(writer.out)
}

/// A document of objects of several streams on one line, as shells hand them to each other.
pub fn serialize_streams(ctx: &mut dyn Context, values: &[(&str, Value)], depth: i64) -> Result<String> {
    let mut writer = Writer::new(Layout::Compact);
    writer.out.push_str(&format!("<Objs Version=\"1.1.0.1\" xmlns=\"{NAMESPACE}\">"));
    for (stream, value) in values {
        let start = writer.out.len();
        writer.object(ctx, value, None, depth)?;
        // The stream stands behind the name of the object's element.
        let end = writer.out[start..].find([' ', '>', '/']).map_or(writer.out.len(), |at| start + at);
        writer.out.insert_str(end, &format!(" S=\"{stream}\""));
    }
    writer.out.push_str("</Objs>");
    Ok(writer.out)
}

/// One object without the document around it, as remoting sends it.
pub fn serialize_fragment(ctx: &mut dyn Context, value: &Value, depth: i64, layout: Layout) -> Result<String> {
    let mut writer = Writer::new(layout);
    writer.object(ctx, value, None, depth)?;
    Ok(writer.out.trim_start().to_string())
}

/// An object of members alone, as the messages of remoting are.
pub fn serialize_members(ctx: &mut dyn Context, list: &[(&str, Value)], depth: i64) -> Result<String> {
    let mut writer = Writer::new(Layout::Compact);
    writer.next_object = 1;
    writer.start("Obj", &[("RefId", "0")]);
    writer.members(ctx, list, depth)?;
    writer.end("Obj");
    Ok(writer.out)
}

pub(super) struct Writer {
    pub(super) out: String,
    layout: Layout,
    level: usize,
    /// Whether the last thing written was the start of an element.
    is_open: bool,
    objects: HashMap<usize, usize>,
    kept: Vec<Value>,
    next_object: usize,
    types: HashMap<String, usize>,
}

/// What a type's data says of serialisation.
enum Method {
    All,
    AsText,
    Chosen(Vec<Str>),
}

impl Writer {
    fn new(layout: Layout) -> Writer {
        Writer {
            out: String::new(),
            layout,
            level: 0,
            is_open: false,
            objects: HashMap::new(),
            kept: Vec::new(),
            next_object: 0,
            types: HashMap::new(),
        }
    }

    fn line(&mut self) {
        if self.layout == Layout::Indented {
            self.out.push('\n');
            self.out.push_str(&"  ".repeat(self.level));
        }
    }

    pub(super) fn start(&mut self, tag: &str, attributes: &[(&str, &str)]) {
        self.line();
        self.out.push('<');
        self.out.push_str(tag);
        for (name, value) in attributes {
            self.out.push_str(&format!(" {name}=\"{}\"", escape_attribute(&encode(value))));
        }
        self.out.push('>');
        self.level += 1;
        self.is_open = true;
    }

    pub(super) fn end(&mut self, tag: &str) {
        if tag != "Objs" {
            self.level -= 1;
        }
        if self.is_open && self.out.ends_with('>') {
            self.out.pop();
            self.out.push_str(" />");
        } else {
            self.line();
            self.out.push_str(&format!("</{tag}>"));
        }
        self.is_open = false;
    }

    fn element(&mut self, tag: &str, name: Option<&str>, text: &str) {
        self.line();
        self.out.push('<');
        self.out.push_str(tag);
        if let Some(name) = name {
            self.out.push_str(&format!(" N=\"{}\"", escape_attribute(&encode(name))));
        }
        if text.is_empty() {
            let is_short = matches!(tag, "Nil" | "ToString" | "BA");
            self.out.push_str(if is_short { " />" } else { "></" });
            if !is_short {
                self.out.push_str(&format!("{tag}>"));
            }
        } else {
            self.out.push_str(&format!(">{}</{tag}>", escape(text)));
        }
        self.is_open = false;
    }

    pub(super) fn object(
        &mut self,
        ctx: &mut dyn Context,
        value: &Value,
        name: Option<&str>,
        depth: i64,
    ) -> Result<()> {
        if value.is_null() {
            self.element("Nil", name, "");
            return Ok(());
        }
        if let Some((tag, text)) = primitive::write(ctx, value.base())? {
            if let Some(c) = text.chars().find(|c| matches!(c, '\u{fffe}' | '\u{ffff}')) {
                let text = format!("'{c}', hexadecimal value 0x{:04X}, is an invalid character.", c as u32);
                return Exception::new(TypeRef::ARGUMENT_EXCEPTION, text).throw();
            }
            return self.primitive(ctx, value, tag, &text, name, depth);
        }
        let key = identity(value.base());
        if let Value::Type(ty) = value.base() {
            self.element("S", name, &encode(ty.name()));
            return Ok(());
        }
        if let Some(id) = key.and_then(|k| self.objects.get(&k)) {
            let id = id.to_string();
            let mut attributes = Vec::new();
            attributes.extend(name.map(|n| ("N", n)));
            attributes.push(("RefId", &id));
            self.start("Ref", &attributes);
            self.end("Ref");
            return Ok(());
        }
        if let Some((tag, items)) = container(ctx, value.base())? {
            return self.container(ctx, value, tag, items, name, depth);
        }
        let depth = own_depth(ctx, value).unwrap_or(depth);
        let method = method_of(ctx, value)?;
        if depth <= 0 || matches!(method, Method::AsText) {
            return self.as_text(ctx, value, name, depth);
        }
        self.complex(ctx, value, method, name, depth)
    }

    /// An object as its text, with the type names and members that were given to it alone.
    fn as_text(&mut self, ctx: &mut dyn Context, value: &Value, name: Option<&str>, depth: i64) -> Result<()> {
        let source = standard_member(ctx, value, "StringSerializationSource");
        let held = match source {
            Some(PsMember::Alias { target, .. }) => property_value(ctx, value, &target)?.unwrap_or_default(),
            Some(PsMember::Note(property)) => {
                property_value(ctx, value, &convert::to_display(&property))?.unwrap_or_default()
            }
            _ => value.clone(),
        };
        let text = encode(&convert::to_str(ctx, &held)?);
        let has_types = match value {
            Value::Wrapped(wrapped) => wrapped.type_names.lock().is_some(),
            Value::Object(object) => object.lock().type_names.is_some(),
            _ => false,
        };
        if !has_types && instance_names(value).is_empty() {
            self.element("S", name, &text);
            return Ok(());
        }
        self.head_with(ctx, value, name, None, has_types)?;
        self.element("S", None, &text);
        self.added(ctx, value, depth)?;
        self.end("Obj");
        Ok(())
    }

    fn head(&mut self, ctx: &mut dyn Context, value: &Value, name: Option<&str>, text: Option<&str>) -> Result<()> {
        self.head_with(ctx, value, name, text, true)
    }

    fn head_with(
        &mut self,
        _ctx: &mut dyn Context,
        value: &Value,
        name: Option<&str>,
        text: Option<&str>,
        has_types: bool,
    ) -> Result<()> {
        let id = self.next_object.to_string();
        if let Some(key) = identity(value.base()) {
            self.objects.insert(key, self.next_object);
            // Kept alive, so that no other object gets the same identity.
            self.kept.push(value.clone());
        }
        self.next_object += 1;
        let mut attributes = Vec::new();
        attributes.extend(name.map(|n| ("N", n)));
        attributes.push(("RefId", id.as_str()));
        self.start("Obj", &attributes);
        let names = members::type_names(value);
        if has_types && !names.is_empty() {
            let key = names.iter().map(Str::as_str).collect::<Vec<_>>().join("\u{1}");
            match self.types.get(&key).copied() {
                Some(id) => {
                    self.start("TNRef", &[("RefId", &id.to_string())]);
                    self.end("TNRef");
                }
                None => {
                    let id = self.types.len();
                    self.types.insert(key, id);
                    self.start("TN", &[("RefId", &id.to_string())]);
                    for name in &names {
                        self.element("T", None, &encode(name));
                    }
                    self.end("TN");
                }
            }
        }
        if let Some(text) = text {
            self.element("ToString", None, &encode(text));
        }
        Ok(())
    }

    fn primitive(
        &mut self,
        ctx: &mut dyn Context,
        value: &Value,
        tag: &str,
        text: &str,
        name: Option<&str>,
        depth: i64,
    ) -> Result<()> {
        let Value::Wrapped(wrapped) = value else {
            self.element(tag, name, text);
            return Ok(());
        };
        let notes = wrapped.members.lock().clone();
        let has_notes = notes.iter().any(|(_, m)| matches!(m, PsMember::Note(_)));
        let has_types = wrapped.type_names.lock().is_some();
        if !has_notes && !has_types {
            self.element(tag, name, text);
            return Ok(());
        }
        self.head_with(ctx, value, name, None, has_types)?;
        self.element(tag, None, text);
        self.added(ctx, value, depth)?;
        self.end("Obj");
        Ok(())
    }

    fn container(
        &mut self,
        ctx: &mut dyn Context,
        value: &Value,
        tag: &'static str,
        items: Items,
        name: Option<&str>,
        depth: i64,
    ) -> Result<()> {
        self.head(ctx, value, name, None)?;
        self.start(tag, &[]);
        match items {
            Items::List(items) => {
                for item in &items {
                    self.object(ctx, item, None, depth)?;
                }
            }
            Items::Entries(entries) => {
                for (key, item) in &entries {
                    self.start("En", &[]);
                    self.object(ctx, key, Some("Key"), depth)?;
                    self.object(ctx, item, Some("Value"), depth)?;
                    self.end("En");
                }
            }
        }
        self.end(tag);
        if depth != 0 {
            if tag == "IE" {
                self.properties(ctx, value, &Method::All, depth)?;
            } else if matches!(value, Value::Wrapped(_)) {
                self.added(ctx, value, depth)?;
            }
        }
        self.end("Obj");
        Ok(())
    }

    fn complex(
        &mut self,
        ctx: &mut dyn Context,
        value: &Value,
        method: Method,
        name: Option<&str>,
        depth: i64,
    ) -> Result<()> {
        let is_bag = matches!(value.base(), Value::Object(o) if o.ty == TypeRef::PSCUSTOMOBJECT);
        let text = match is_bag {
            true => None,
            false => match convert::to_str(ctx, value) {
                Ok(text) => Some(text.to_string()),
                Err(flow) if flow.record().is_none() => return Err(flow),
                Err(_) => None,
            },
        };
        self.head(ctx, value, name, text.as_deref())?;
        match value.base() {
            Value::Enum(ty, number) => {
                let underlying = match &ty.info().kind {
                    TypeKind::Enum { underlying, .. } => *underlying,
                    _ => TypeRef::INT32,
                };
                let number = convert::convert(ctx, &Value::I64(*number), underlying)?;
                self.object(ctx, &number, None, depth)?;
                if matches!(value, Value::Wrapped(_)) {
                    self.added(ctx, value, depth)?;
                }
            }
            Value::Error(record) => {
                let record = record.clone();
                error_record::write(self, ctx, &record, depth)?;
            }
            _ => self.properties(ctx, value, &method, depth)?,
        }
        self.end("Obj");
        Ok(())
    }

    /// The object's own properties in `Props`, those added to it or its type in `MS`.
    fn properties(&mut self, ctx: &mut dyn Context, value: &Value, method: &Method, depth: i64) -> Result<()> {
        let (mut own, mut added) = (Vec::new(), Vec::new());
        let instance = instance_names(value);
        for (name, is_added) in property_kinds(ctx, value) {
            if let Method::Chosen(names) = method
                && !instance.iter().any(|n| n.eq_ignore_ascii_case(&name))
                && !names.iter().any(|n| n.eq_ignore_ascii_case(&name))
            {
                continue;
            }
            if is_added {
                added.push(name);
            } else {
                own.push(name);
            }
        }
        if !own.is_empty() {
            self.start("Props", &[]);
            for name in own {
                if let Some(found) = property_value(ctx, value, &name)? {
                    self.object(ctx, &found, Some(&name), depth - 1)?;
                }
            }
            self.end("Props");
        }
        let mut is_started = false;
        for name in added {
            let depth = if instance.iter().any(|n| n.eq_ignore_ascii_case(&name)) { depth } else { depth - 1 };
            let Some(found) = property_value(ctx, value, &name)? else { continue };
            if !std::mem::replace(&mut is_started, true) {
                self.start("MS", &[]);
            }
            self.object(ctx, &found, Some(&name), depth)?;
        }
        if is_started {
            self.end("MS");
        }
        Ok(())
    }

    /// Members that were added to one value.
    fn added(&mut self, ctx: &mut dyn Context, value: &Value, depth: i64) -> Result<()> {
        let mut is_started = false;
        for name in instance_names(value) {
            let Some(found) = property_value(ctx, value, &name)? else { continue };
            if !std::mem::replace(&mut is_started, true) {
                self.start("MS", &[]);
            }
            self.object(ctx, &found, Some(&name), depth)?;
        }
        if is_started {
            self.end("MS");
        }
        Ok(())
    }

    /// A set of values under names, such as an error record is sent as.
    pub(super) fn members(&mut self, ctx: &mut dyn Context, list: &[(&str, Value)], depth: i64) -> Result<()> {
        self.start("MS", &[]);
        for (name, value) in list {
            self.object(ctx, value, Some(name), depth)?;
        }
        self.end("MS");
        Ok(())
    }
}

/// What tells objects apart that are written once only.
fn identity(value: &Value) -> Option<usize> {
    match value {
        Value::Array(a) => Some(Arc::as_ptr(a) as usize),
        Value::Dict(d) => Some(Arc::as_ptr(d) as usize),
        Value::Object(o) => Some(Arc::as_ptr(o) as usize),
        Value::Exception(e) => Some(Arc::as_ptr(e) as usize),
        Value::Error(e) => Some(Arc::as_ptr(e) as usize),
        Value::Foreign(f) if !f.type_ref().is_value_type() => Some(std::ptr::from_ref(&**f).cast::<u8>() as usize),
        _ => None,
    }
}

enum Items {
    List(Vec<Value>),
    Entries(Vec<(Value, Value)>),
}

fn container(ctx: &mut dyn Context, value: &Value) -> Result<Option<(&'static str, Items)>> {
    Ok(match value {
        Value::Dict(dict) => Some(("DCT", Items::Entries(dict.to_vec()))),
        Value::Array(array) => {
            let name = array.ty.name();
            let name = name.split(['`', '[']).next().unwrap_or(name);
            let tag = match name {
                "System.Collections.Stack" | "System.Collections.Generic.Stack" => "STK",
                "System.Collections.Queue" | "System.Collections.Generic.Queue" => "QUE",
                "System.Collections.Generic.HashSet"
                | "System.Collections.Generic.SortedSet"
                | "System.Collections.Generic.LinkedList"
                | "System.Collections.BitArray" => "IE",
                _ => "LST",
            };
            Some((tag, Items::List(array.to_vec())))
        }
        Value::Foreign(f) if f.is_enumerable() => {
            let f = f.clone();
            let name = f.type_ref().name();
            let tag = match name.split(['`', '[']).next().unwrap_or(name) {
                "System.Collections.Stack" | "System.Collections.Generic.Stack" => "STK",
                "System.Collections.Queue" | "System.Collections.Generic.Queue" => "QUE",
                name if name.ends_with("GroupCollection") || name.ends_with("CaptureCollection") => "LST",
                _ => "IE",
            };
            f.enumerate(ctx)?.map(|items| (tag, Items::List(items)))
        }
        _ => None,
    })
}

/// Names of the added properties of one value.
fn instance_names(value: &Value) -> Vec<Str> {
    let is_property = |m: &PsMember| {
        matches!(
            m,
            PsMember::Note(_)
                | PsMember::Alias { .. }
                | PsMember::ScriptProperty { .. }
                | PsMember::CodeProperty { .. }
        )
    };
    match value {
        Value::Wrapped(w) => {
            let list = w.members.lock();
            let mut names: Vec<Str> = list.iter().filter(|(_, m)| is_property(m)).map(|(n, _)| n.clone()).collect();
            drop(list);
            if let Value::Object(_) = &w.base {
                names.extend(instance_names(&w.base));
            }
            names
        }
        Value::Object(o) => {
            let data = o.lock();
            let mut names = Vec::new();
            if o.ty == TypeRef::PSCUSTOMOBJECT {
                names.extend(data.layout.names().iter().cloned());
            }
            names.extend(data.extra.iter().filter(|(_, m)| is_property(m)).map(|(n, _)| n.clone()));
            names
        }
        _ => Vec::new(),
    }
}

/// Names of the properties, with whether each was added by the extended type system.
fn property_kinds(ctx: &mut dyn Context, value: &Value) -> Vec<(Str, bool)> {
    let mut out: Vec<(Str, bool)> = Vec::new();
    if let Value::Object(o) = value.base() {
        let is_bag = o.ty == TypeRef::PSCUSTOMOBJECT;
        out.extend(o.lock().layout.names().iter().map(|n| (n.clone(), is_bag)));
    }
    for member in members::members(ctx, value) {
        let is_property = members::PROPERTIES.contains(&member.kind) && member.kind != "ParameterizedProperty";
        if !is_property || out.iter().any(|(n, _)| n.eq_ignore_ascii_case(&member.name)) {
            continue;
        }
        out.push((member.name, member.kind != "Property"));
    }
    out
}

/// A property's value; one that fails to be read is left out.
fn property_value(ctx: &mut dyn Context, value: &Value, name: &str) -> Result<Option<Value>> {
    match members::get(ctx, value, name) {
        Ok(found) => Ok(found),
        Err(flow) if flow.record().is_none() => Err(flow),
        Err(_) => Ok(None),
    }
}

/// A standard member that the type data of an object's types gives it.
fn standard_member(ctx: &mut dyn Context, value: &Value, name: &str) -> Option<PsMember> {
    members::type_names(value).iter().find_map(|type_name| {
        let Some(PsMember::MemberSet(set)) = ctx.type_member(type_name, "PSStandardMembers") else { return None };
        set.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, m)| m.clone())
    })
}

/// Types that are always written to a depth of their own: those that are made again when they are read.
const ONE_DEEP: [&str; 10] = [
    "System.Exception",
    "System.Net.IPAddress",
    "System.Net.Mail.MailAddress",
    "System.Globalization.CultureInfo",
    "System.Management.Automation.PSCredential",
    "System.Management.Automation.PSPrimitiveDictionary",
    "System.Management.Automation.SwitchParameter",
    "System.Security.Cryptography.X509Certificates.X509Certificate2",
    "System.Security.Cryptography.X509Certificates.X500DistinguishedName",
    "System.Security.AccessControl.FileSystemSecurity",
];

fn own_depth(ctx: &mut dyn Context, value: &Value) -> Option<i64> {
    if let Some(PsMember::Note(depth)) = standard_member(ctx, value, "SerializationDepth") {
        return depth.as_i64();
    }
    let is_simple = matches!(value, Value::Object(o) if o.ty == TypeRef::PSCUSTOMOBJECT);
    let names = if is_simple { Vec::new() } else { members::type_names(value) };
    let is_one_deep = |name: &Str| ONE_DEEP.contains(&name.strip_prefix("Deserialized.").unwrap_or(name));
    names.iter().any(is_one_deep).then_some(1)
}

fn method_of(ctx: &mut dyn Context, value: &Value) -> Result<Method> {
    if matches!(value.base(), Value::Type(_)) {
        return Ok(Method::AsText);
    }
    for name in members::type_names(value) {
        let Some(PsMember::MemberSet(set)) = ctx.type_member(&name, "PSStandardMembers") else { continue };
        let find = |n: &str| set.iter().find(|(m, _)| m.eq_ignore_ascii_case(n)).map(|(_, m)| m);
        let Some(PsMember::Note(method)) = find("SerializationMethod") else { continue };
        return Ok(match convert::to_display(method).to_ascii_lowercase().as_str() {
            "string" => Method::AsText,
            "specificproperties" => match find("PropertySerializationSet") {
                Some(PsMember::PropertySet(names)) => Method::Chosen(names.clone()),
                _ => Method::Chosen(Vec::new()),
            },
            _ => Method::All,
        });
    }
    Ok(Method::All)
}
