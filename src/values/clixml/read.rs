//! Reading objects.

use std::collections::HashMap;
use std::sync::Arc;

use super::NAMESPACE;
use super::primitive;
use super::remade::PropertyBag;
use super::text::decode;
use super::xml::{Node, Reader, xml_error};
use crate::collection::{Array, Dict, DictData, KeyComparer};
use crate::context::Context;
use crate::error::Result;
use crate::object::{Object, PsMember, Wrapped};
use crate::string::Str;
use crate::types::TypeRef;
use crate::value::Value;
use crate::{convert, members};

/// The objects of a document.
pub fn deserialize(ctx: &mut dyn Context, text: &str) -> Result<Vec<Value>> {
    Ok(deserialize_streams(ctx, text)?.into_iter().map(|(_, value)| value).collect())
}

/// The objects of a document with the names of the streams that they are marked with.
pub fn deserialize_streams(ctx: &mut dyn Context, text: &str) -> Result<Vec<(Option<String>, Value)>> {
    let mut reader = Reader::new(text)?;
    if reader.name() != Some("Objs") || reader.attribute("xmlns") != Some(NAMESPACE) {
        return Err(reader.error(&format!("Element 'Objs' with namespace name '{NAMESPACE}' was not found.")));
    }
    if let Some(version) = reader.attribute("Version") {
        let major = version.split('.').next().unwrap_or(version).to_string();
        if major != "1" {
            let mut ahead = Reader::new(text)?;
            ahead.advance()?;
            let text = format!("Version of incoming PSObject is {major}. Expected value is 1.");
            return Err(ahead.error(&text));
        }
    }
    let mut state = State::default();
    let mut values = Vec::new();
    if !reader.enter()? {
        return Ok(values);
    }
    while matches!(reader.node(), Node::Start { .. }) {
        let stream = reader.attribute("S").map(str::to_string);
        values.push((stream, state.object(ctx, &mut reader)?));
    }
    if !matches!(reader.node(), Node::End(_)) {
        return Err(reader.error("Node type Text was found where Element was expected."));
    }
    reader.advance()?;
    Ok(values)
}

/// One object without the document around it.
pub fn deserialize_fragment(ctx: &mut dyn Context, text: &str) -> Result {
    let mut reader = Reader::new(text)?;
    if reader.name() == Some("Objs") {
        return Ok(deserialize(ctx, text)?.into_iter().next().unwrap_or_default());
    }
    State::default().object(ctx, &mut reader)
}

#[derive(Default)]
struct State {
    objects: HashMap<String, Value>,
    types: HashMap<String, Arc<[Str]>>,
    depth: usize,
}

/// Nesting beyond which a document is refused.
const DEEPEST: usize = 200;

/// What was read of an object before it is made.
#[derive(Default)]
struct Parts {
    names: Option<Arc<[Str]>>,
    base: Option<Value>,
    text: Option<Str>,
    properties: Option<Vec<(Str, Value)>>,
    notes: Vec<(Str, PsMember)>,
    /// The object itself where it was made before its members were read, which may refer to it.
    early: Option<Value>,
}

impl State {
    fn object(&mut self, ctx: &mut dyn Context, reader: &mut Reader<'_>) -> Result {
        let Some(tag) = reader.name().map(str::to_string) else {
            return Err(reader.error("Node type Text was found where Element was expected."));
        };
        match tag.as_str() {
            "Nil" => {
                reader.skip()?;
                Ok(Value::Null)
            }
            "Ref" => {
                let Some(id) = reader.attribute("RefId").map(str::to_string) else {
                    return Err(reader.error("RefId attribute was expected."));
                };
                let Some(found) = self.objects.get(&id).cloned() else {
                    // The product's own text has no full stop here.
                    return Err(reader.error(&format!("No object found for referenceId {id}")));
                };
                reader.skip()?;
                Ok(found)
            }
            "Obj" => {
                self.depth += 1;
                if self.depth > DEEPEST {
                    return Err(xml_error("The serialized data is nested too deeply.".to_string()));
                }
                let made = self.structured(ctx, reader);
                self.depth -= 1;
                made
            }
            _ if primitive::type_of(&tag).is_some() => {
                let text = reader.element_text()?;
                match primitive::read(ctx, &tag, &text)? {
                    Some(value) => Ok(value),
                    None => {
                        let name = primitive::shown_type(&tag);
                        Err(reader.error(&format!("The contents of the {name} primitive type are not valid.")))
                    }
                }
            }
            _ => Err(reader.error(&format!("{tag} XML tag is not recognized."))),
        }
    }

    fn structured(&mut self, ctx: &mut dyn Context, reader: &mut Reader<'_>) -> Result {
        let id = reader.attribute("RefId").map(str::to_string);
        let mut parts = Parts::default();
        if reader.enter()? {
            while let Some(tag) = reader.name().map(str::to_string) {
                match tag.as_str() {
                    "TN" => parts.names = Some(self.type_names(reader)?),
                    "TNRef" => {
                        let id = reader.attribute("RefId").unwrap_or_default().to_string();
                        let Some(names) = self.types.get(&id).cloned() else {
                            let text =
                                format!("Cannot process names because no TypeNames were found for referenceId {id}.");
                            return Err(reader.error(&text));
                        };
                        parts.names = Some(names);
                        reader.skip()?;
                    }
                    "ToString" => parts.text = Some(decode(&reader.element_text()?)),
                    "Props" => {
                        if parts.base.is_none() && parts.early.is_none() {
                            let names = parts.names.as_deref().unwrap_or_default().to_vec();
                            let bag = PropertyBag::new(Vec::new(), parts.text.clone(), names, true);
                            self.begin(&mut parts, id.as_deref(), Value::foreign(bag));
                        }
                        parts.properties = Some(self.properties(ctx, reader)?);
                    }
                    "MS" => {
                        if parts.base.is_none() && parts.text.is_none() && parts.properties.is_none() {
                            let object = Object::from_pairs(Vec::<(Str, Value)>::new());
                            object.lock().type_names = parts.names.clone();
                            self.begin(&mut parts, id.as_deref(), Value::Object(Arc::new(object)));
                        }
                        parts.notes.extend(self.notes(ctx, reader)?);
                    }
                    "LST" | "IE" | "QUE" | "STK" => parts.base = Some(self.list(ctx, reader, &tag, id.as_deref())?),
                    "DCT" => {
                        let names = parts.names.clone();
                        parts.base = Some(self.dictionary(ctx, reader, names.as_deref(), id.as_deref())?);
                    }
                    _ => parts.base = Some(self.object(ctx, reader)?),
                }
            }
            reader.leave()?;
        }
        let made = make(ctx, parts)?;
        if let Some(id) = id {
            self.objects.insert(id, made.clone());
        }
        Ok(made)
    }

    fn begin(&mut self, parts: &mut Parts, id: Option<&str>, object: Value) {
        if let Some(id) = id {
            self.objects.insert(id.to_string(), object.clone());
        }
        parts.early = Some(object);
    }

    fn type_names(&mut self, reader: &mut Reader<'_>) -> Result<Arc<[Str]>> {
        let id = reader.attribute("RefId").map(str::to_string);
        let mut names = Vec::new();
        if reader.enter()? {
            while let Some(tag) = reader.name() {
                if tag != "T" {
                    return Err(reader.error(&format!("{tag} XML tag is not recognized.")));
                }
                let name = decode(&reader.element_text()?);
                if !name.is_empty() {
                    let is_marked = name.starts_with("Deserialized.");
                    names.push(if is_marked { name } else { Str::from(format!("Deserialized.{name}")) });
                }
            }
            reader.leave()?;
        }
        let names: Arc<[Str]> = names.into();
        if let Some(id) = id {
            self.types.insert(id, names.clone());
        }
        Ok(names)
    }

    fn name_of(reader: &Reader<'_>) -> Result<Str> {
        match reader.attribute("N") {
            Some(name) => Ok(decode(name)),
            None => Err(reader.error("N attribute was expected.")),
        }
    }

    fn properties(&mut self, ctx: &mut dyn Context, reader: &mut Reader<'_>) -> Result<Vec<(Str, Value)>> {
        let mut list = Vec::new();
        if reader.enter()? {
            while reader.name().is_some() {
                let name = State::name_of(reader)?;
                list.push((name, self.object(ctx, reader)?));
            }
            reader.leave()?;
        }
        Ok(list)
    }

    fn notes(&mut self, ctx: &mut dyn Context, reader: &mut Reader<'_>) -> Result<Vec<(Str, PsMember)>> {
        let mut list: Vec<(Str, PsMember)> = Vec::new();
        if reader.enter()? {
            while let Some(tag) = reader.name().map(str::to_string) {
                let name = State::name_of(reader)?;
                let member = match tag.as_str() {
                    "MS" => PsMember::MemberSet(self.notes(ctx, reader)?),
                    _ => PsMember::Note(self.object(ctx, reader)?),
                };
                list.retain(|(n, _)| !n.eq_ignore_ascii_case(&name));
                list.push((name, member));
            }
            reader.leave()?;
        }
        Ok(list)
    }

    fn list(&mut self, ctx: &mut dyn Context, reader: &mut Reader<'_>, tag: &str, id: Option<&str>) -> Result {
        let array = Arc::new(Array::list(TypeRef::ARRAYLIST, TypeRef::OBJECT, Vec::new()));
        if let Some(id) = id {
            // A list may hold itself.
            self.objects.insert(id.to_string(), Value::Array(array.clone()));
        }
        if reader.enter()? {
            while reader.name().is_some() {
                let item = self.object(ctx, reader)?;
                array.lock().push(item);
            }
            reader.leave()?;
        }
        let (made, put) = match tag {
            "QUE" => ("System.Collections.Queue", "Enqueue"),
            "STK" => {
                // Written from the top, and the last that is pushed is on top.
                array.lock().reverse();
                ("System.Collections.Stack", "Push")
            }
            _ => return Ok(Value::Array(array)),
        };
        let Some(ty) = ctx.find_type(made) else { return Ok(Value::Array(array)) };
        let line = members::call_static(ctx, ty, "new", &[])?;
        for item in array.to_vec() {
            members::call(ctx, &line, put, &[item])?;
        }
        Ok(line)
    }

    fn dictionary(
        &mut self,
        ctx: &mut dyn Context,
        reader: &mut Reader<'_>,
        names: Option<&[Str]>,
        id: Option<&str>,
    ) -> Result {
        let is_ordered = names.and_then(|n| n.first()).is_some_and(|n| {
            n.strip_prefix("Deserialized.").unwrap_or(n) == "System.Collections.Specialized.OrderedDictionary"
        });
        let ty = if is_ordered { TypeRef::ORDERED_DICTIONARY } else { TypeRef::HASHTABLE };
        let mut data = DictData::new(KeyComparer::IgnoreCase);
        if reader.enter()? {
            while reader.name().is_some() {
                if reader.name() != Some("En") {
                    return Err(
                        reader.error(&format!("{} XML tag is not recognized.", reader.name().unwrap_or_default()))
                    );
                }
                if !reader.enter()? || reader.name().is_none() {
                    return Err(reader.error("Key for dictionary entry is not specified."));
                }
                if !State::name_of(reader)?.eq_ignore_ascii_case("Key") {
                    return Err(reader.error("Dictionary key name is not valid."));
                }
                let key = self.object(ctx, reader)?;
                if key.is_null() {
                    return Err(reader.error("Null is specified as dictionary key."));
                }
                if reader.name().is_none() {
                    return Err(reader.error("Value for dictionary entry is not specified."));
                }
                if !State::name_of(reader)?.eq_ignore_ascii_case("Value") {
                    return Err(reader.error("Dictionary value name is not valid."));
                }
                let value = self.object(ctx, reader)?;
                if data.comparer() == KeyComparer::IgnoreCase && data.contains_key(&key) {
                    // Keys that differ in case only need a dictionary that tells them apart.
                    let mut exact = DictData::new(KeyComparer::Ordinal);
                    for (k, v) in data.iter() {
                        exact.insert(k.clone(), v.clone());
                    }
                    data = exact;
                }
                data.insert(key, value);
                reader.leave()?;
            }
            reader.leave()?;
        }
        let dict = Value::Dict(Arc::new(Dict::with_data(ty, TypeRef::OBJECT, TypeRef::OBJECT, data)));
        if let Some(id) = id {
            self.objects.insert(id.to_string(), dict.clone());
        }
        Ok(dict)
    }
}

/// Types that are made again from their text rather than left as property bags.
const REMADE: [&str; 4] = [
    "System.Net.IPAddress",
    "System.Net.Mail.MailAddress",
    "System.Globalization.CultureInfo",
    "System.Management.Automation.SwitchParameter",
];

fn make(ctx: &mut dyn Context, parts: Parts) -> Result {
    let names = parts.names.clone();
    // Only numbers have a text that is not their own: the name of an enumeration's member.
    let text = parts.text.clone().filter(|_| parts.base.as_ref().is_some_and(Value::is_number));
    let wrap = |base: Value, notes: Vec<(Str, PsMember)>, names: Option<Arc<[Str]>>| {
        if notes.is_empty() && names.is_none() {
            return base;
        }
        let mut wrapped = Wrapped::new(base);
        wrapped.text = text.clone();
        *wrapped.members.lock() = notes;
        *wrapped.type_names.lock() = names;
        Value::Wrapped(Arc::new(wrapped))
    };
    if let Some(base) = parts.base {
        return Ok(wrap(base, parts.notes, names));
    }
    let original =
        names.as_ref().and_then(|n| n.first()).map(|n| n.strip_prefix("Deserialized.").unwrap_or(n).to_string());
    if let Some(original) = &original
        && let Some(value) = remade(ctx, original, &parts)?
    {
        return Ok(value);
    }
    if parts.properties.is_none() && (parts.text.is_none() || names.is_none()) {
        let object = match &parts.early {
            Some(Value::Object(object)) => object.clone(),
            _ => Arc::new(Object::from_pairs(Vec::<(Str, Value)>::new())),
        };
        {
            let mut data = object.lock();
            data.type_names = names.clone();
            for (name, member) in parts.notes {
                match member {
                    PsMember::Note(value) => data.set(&name, value),
                    other => data.extra.push((name, other)),
                }
            }
        }
        return rehydrated(ctx, Value::Object(object), names.as_deref());
    }
    if let Some(early) = &parts.early
        && let Some(bag) = early.as_foreign::<PropertyBag>()
    {
        bag.fill(parts.properties.unwrap_or_default());
        return rehydrated(ctx, wrap(early.clone(), parts.notes, None), names.as_deref());
    }
    let has_properties = parts.properties.is_some();
    let list: Vec<Str> = names.as_ref().map(|n| n.to_vec()).unwrap_or_default();
    let bag = PropertyBag::new(parts.properties.unwrap_or_default(), parts.text, list, has_properties);
    rehydrated(ctx, wrap(Value::foreign(bag), parts.notes, None), names.as_deref())
}

/// An object of the type that its type data names for it (`TargetTypeForDeserialization`), where the conversion succeeds.
fn rehydrated(ctx: &mut dyn Context, made: Value, names: Option<&[Str]>) -> Result {
    for name in names.unwrap_or_default() {
        let Some(PsMember::MemberSet(set)) = ctx.type_member(name, "PSStandardMembers") else { continue };
        let target = set.iter().find(|(n, _)| n.eq_ignore_ascii_case("TargetTypeForDeserialization"));
        let ty = match target {
            Some((_, PsMember::Note(Value::Type(ty)))) => Some(*ty),
            Some((_, PsMember::Note(text))) => ctx.find_type(&convert::to_display(text)),
            _ => None,
        };
        let Some(ty) = ty else { continue };
        return match convert::convert(ctx, &made, ty) {
            Err(flow) if flow.record().is_some() => Ok(made),
            other => other,
        };
    }
    Ok(made)
}

fn remade(ctx: &mut dyn Context, original: &str, parts: &Parts) -> Result<Option<Value>> {
    let property = |name: &str| {
        let list = parts.properties.as_deref().unwrap_or_default();
        list.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.clone())
    };
    if original == "System.Management.Automation.PSCredential" {
        let Some(ty) = ctx.find_type(original) else { return Ok(None) };
        let (user, password) = (property("UserName").unwrap_or_default(), property("Password").unwrap_or_default());
        if user.is_null() {
            return members::get_static(ctx, ty, "Empty");
        }
        return members::call_static(ctx, ty, "new", &[user, password]).map(Some);
    }
    if !REMADE.contains(&original) {
        return Ok(None);
    }
    let Some(ty) = ctx.find_type(original) else { return Ok(None) };
    let source = match original {
        "System.Management.Automation.SwitchParameter" => property("IsPresent"),
        "System.Globalization.CultureInfo" => property("Name"),
        _ => parts.text.clone().map(Value::Str),
    };
    let Some(source) = source else { return Ok(None) };
    match convert::convert(ctx, &source, ty) {
        Ok(value) => Ok(Some(value)),
        Err(flow) if flow.record().is_none() => Err(flow),
        Err(_) => Ok(None),
    }
}
