//! Stored objects as scripts see them.

use std::collections::HashMap;
use std::sync::Arc;

use catalogue::{NounRow, PropertyRow};
use command::Value;
use serde_json::{Map, Value as Json};
use store::{Object, ObjectId, Reader, Record, StoreError};

use crate::convert::{list, moment, plain, to_value};
use crate::kinds::ObjectIdValue;
use crate::library::Library;
use crate::organization::{Facts, canonical_name};
use crate::shape::{ACCOUNTS, Known, Shape};

/// A stored property, or its default, as filters compare it; for properties that rows need nothing else for.
pub(crate) fn plain_value(noun: &NounRow, record: &Record, name: &str) -> Json {
    let Some(property) = noun.property(name) else { return Json::Null };
    match record.property(property.name()) {
        Some(json) => json,
        None if !property.default_json().is_empty() => {
            serde_json::from_str(property.default_json()).unwrap_or(Json::Null)
        }
        None if property.name() == "Name" => Json::from(&*record.name),
        None => Json::Null,
    }
}

/// Turns objects of one noun into values; keeps the links it has looked up.
pub struct Row<'a> {
    reader: &'a Reader<'a>,
    library: &'a Library,
    facts: &'a Facts,
    noun: NounRow,
    shape: Arc<Shape>,
    links: HashMap<ObjectId, Option<Arc<(Object, String)>>>,
}

impl<'a> Row<'a> {
    /// For objects of a noun.
    pub fn new(reader: &'a Reader<'a>, library: &'a Library, facts: &'a Facts, noun: NounRow) -> Row<'a> {
        Row { reader, library, facts, noun, shape: Shape::of(library, &noun), links: HashMap::new() }
    }

    fn linked(&mut self, id: ObjectId) -> Result<Option<Arc<(Object, String)>>, StoreError> {
        if let Some(known) = self.links.get(&id) {
            return Ok(known.clone());
        }
        let found = match self.reader.get(id)? {
            Some(object) => {
                let text = text_of(self.reader, self.library, self.facts, &object)?;
                Some(Arc::new((object, text)))
            }
            None => None,
        };
        self.links.insert(id, found.clone());
        Ok(found)
    }

    /// The identity value of a linked object.
    fn link_value(&mut self, id: ObjectId) -> Result<Option<Value>, StoreError> {
        let Some(found) = self.linked(id)? else { return Ok(None) };
        let (object, text) = &*found;
        if self.noun.family() == "document" {
            return Ok(Some(Value::from(text.as_str())));
        }
        let dn = dn_of(self.reader, self.library, self.facts, object)?;
        let mut more = Vec::new();
        if object.noun == "UMHuntGroup" {
            more.push(("PilotIdentifier", Value::from(object.text("PilotIdentifier").unwrap_or_default())));
            more.push(("Identity", Value::from(text.as_str())));
            let plan = match object.links("UMDialPlan").first() {
                Some(plan) => self.link_value(*plan)?.unwrap_or_default(),
                None => Value::Null,
            };
            more.push(("UMDialPlan", plan));
        }
        let shown = if self.noun.parent().is_empty() && object.noun == "UMHuntGroup" {
            object.name.clone()
        } else {
            text.clone()
        };
        Ok(Some(Value::foreign(ObjectIdValue { text: shown, name: object.name.clone(), dn, id: object.id, more })))
    }

    fn value(
        &mut self,
        property: &PropertyRow,
        properties: &Map<String, Json>,
        object: &Object,
    ) -> Result<Value, StoreError> {
        if property.is_computed() && property.back_links().len() > 0 {
            let mut found = Vec::new();
            for back in property.back_links() {
                let (noun, of) = back.split_once('.').unwrap_or((back, ""));
                for (referrer, by) in self.reader.referrers(object.id)? {
                    if referrer.noun != noun || by != of {
                        continue;
                    }
                    // A plan's gateways are those of its hunt groups.
                    let id = if property.link() == "UMIPGateway" && noun == "UMHuntGroup" {
                        referrer.links("UMIPGateway").first().copied()
                    } else {
                        Some(referrer.id)
                    };
                    found.extend(id.filter(|id| !found.contains(id)));
                }
            }
            let mut values = Vec::new();
            for id in found {
                values.extend(self.link_value(id)?);
            }
            return Ok(list(values));
        }
        let stored = properties.get(property.name());
        if property.link().is_empty() {
            if stored.is_none() && !property.default_json().is_empty() && !property.is_computed() {
                let default: Option<Json> = serde_json::from_str(property.default_json()).ok();
                return Ok(to_value(property, default.as_ref()));
            }
            return Ok(to_value(property, stored));
        }
        let mut ids = Vec::new();
        let texts: Vec<&str> = match stored {
            Some(Json::Array(items)) => items.iter().filter_map(Json::as_str).collect(),
            Some(Json::String(text)) => vec![text],
            _ => Vec::new(),
        };
        for text in texts {
            match uuid::Uuid::parse_str(text) {
                Ok(id) => ids.extend(self.link_value(id)?),
                Err(_) => ids.push(Value::from(text)),
            }
        }
        Ok(if property.is_many() { list(ids) } else { ids.into_iter().next().unwrap_or_default() })
    }

    /// The object as a value.
    pub fn value_of(&mut self, object: &Object) -> Result<Value, StoreError> {
        let completed;
        let shape = self.shape.clone();
        let complete = self.library.code(self.noun.name()).and_then(|c| c.complete);
        let properties = match (complete, &shape.derived) {
            (None, None) => &object.properties,
            (complete, derived) => {
                let mut copy = object.properties.clone();
                if let Some(complete) = complete {
                    complete(self.reader, self.library, self.facts, object, &mut copy)?;
                }
                if let Some(derived) = derived {
                    (derived.run)(self.facts, object, &mut copy);
                }
                completed = copy;
                &completed
            }
        };
        let text = text_of(self.reader, self.library, self.facts, object)?;
        let dn = match self.noun.family() {
            "directory" => dn_of(self.reader, self.library, self.facts, object)?,
            _ => String::new(),
        };
        let known = Known { facts: self.facts, object, properties, text: &text, dn: &dn };
        let slots = shape.slots(&known, &mut |property| self.value(property, properties, object))?;
        Ok(shape.object(slots))
    }

    /// A property's value as filters compare it: text, numbers, truth, and lists of these.
    pub(crate) fn filter_value(&mut self, object: &Object, name: &str) -> Result<Json, StoreError> {
        let text = |value: &str| Json::from(value);
        match name.to_ascii_lowercase().as_str() {
            "whencreated" | "whencreatedutc" => return Ok(text(&iso(object.created))),
            "whenchanged" | "whenchangedutc" => return Ok(text(&iso(object.changed))),
            _ => {}
        }
        let Some(property) = self.noun.property(name) else {
            return Ok(match name.to_ascii_lowercase().as_str() {
                "name" => text(&object.name),
                "identity" => text(&text_of(self.reader, self.library, self.facts, object)?),
                "distinguishedname" => text(&dn_of(self.reader, self.library, self.facts, object)?),
                "guid" => text(&object.id.to_string()),
                other => object
                    .properties
                    .iter()
                    .find(|(k, _)| k.eq_ignore_ascii_case(other))
                    .map_or(Json::Null, |(_, v)| v.clone()),
            });
        };
        let is_derived = self.shape.derives(property.name()) && !object.properties.contains_key(property.name());
        if property.is_computed()
            || is_derived
            || !property.link().is_empty()
            || (property.is_read_only()
                && !object.properties.contains_key(property.name())
                && self.library.code(self.noun.name()).is_some_and(|c| c.complete.is_some()))
        {
            let mut copy = object.properties.clone();
            if let Some(complete) = self.library.code(self.noun.name()).and_then(|c| c.complete) {
                complete(self.reader, self.library, self.facts, object, &mut copy)?;
            }
            if let Some(derived) = &self.shape.derived {
                (derived.run)(self.facts, object, &mut copy);
            }
            return Ok(crate::convert::structured(&self.value(&property, &copy, object)?));
        }
        Ok(match object.properties.get(property.name()) {
            Some(json) => json.clone(),
            None if !property.default_json().is_empty() => {
                serde_json::from_str(property.default_json()).unwrap_or(Json::Null)
            }
            None if property.name() == "Name" => text(&object.name),
            None => Json::Null,
        })
    }
}

/// One object as a value.
pub fn row(
    reader: &Reader,
    library: &Library,
    facts: &Facts,
    noun: NounRow,
    object: &Object,
) -> Result<Value, StoreError> {
    Row::new(reader, library, facts, noun).value_of(object)
}

/// A moment as ISO 8601 text.
pub fn iso(milliseconds: i64) -> String {
    match moment(milliseconds) {
        Value::DateTime(bits) => crate::convert::instant(bits),
        _ => String::new(),
    }
}

/// What an object's identity prints as.
pub(crate) fn text_of(
    reader: &Reader,
    library: &Library,
    facts: &Facts,
    object: &Object,
) -> Result<String, StoreError> {
    if object.noun == "User" {
        return Ok(canonical_name(&dn_of(reader, library, facts, object)?));
    }
    if matches!(object.noun.as_str(), "CsUser" | "CsExUmContact" | "CsOnlineUser") {
        return dn_of(reader, library, facts, object);
    }
    let Some(noun) = library.noun(&object.noun) else { return Ok(object.name.clone()) };
    if noun.parent().is_empty() {
        return Ok(object.name.clone());
    }
    if noun.family() == "document" {
        let parent = object.text("Parent").unwrap_or(&object.container);
        return Ok(format!("{parent}/{}", object.name));
    }
    let parent = uuid::Uuid::parse_str(&object.container).ok().map(|id| reader.get(id)).transpose()?.flatten();
    Ok(parent.map_or_else(|| object.name.clone(), |p| format!("{}\\{}", p.name, object.name)))
}

/// An object's DN.
pub(crate) fn dn_of(reader: &Reader, library: &Library, facts: &Facts, object: &Object) -> Result<String, StoreError> {
    if ACCOUNTS.contains(&object.noun.as_str()) {
        return Ok(facts.object_dn(
            &object.name,
            "Users",
            object.text("OrganizationalUnit").or_else(|| object.text("OU")),
        ));
    }
    let container = library.noun(&object.noun).map_or("", |n| n.container());
    if object.noun == "UMHuntGroup"
        && let Some(gateway) =
            uuid::Uuid::parse_str(&object.container).ok().map(|id| reader.get(id)).transpose()?.flatten()
    {
        let parent = facts.object_dn(&gateway.name, container, None);
        return Ok(format!("CN={},{parent}", object.name));
    }
    if container.is_empty() && object.noun != "OrganizationConfig" {
        return Ok(format!("CN={},{}", object.name, facts.organization_dn()));
    }
    Ok(facts.object_dn(&object.name, container, None))
}

/// JSON without a type as a value, for code of nouns.
pub fn free(json: &Json) -> Value {
    plain(json)
}
