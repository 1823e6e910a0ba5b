//! Stored objects as scripts see them.

use std::collections::HashMap;
use std::sync::Arc;

use catalogue::{NounRow, PropertyRow};
use command::{Str, TypeRef, Value};
use serde_json::{Map, Value as Json};
use store::{Object, ObjectId, Reader, StoreError};

use crate::convert::{list, moment, plain, to_value};
use crate::kinds::ObjectIdValue;
use crate::library::Library;
use crate::organization::{Facts, canonical_name};

/// Properties that every Exchange-side object ends with.
pub(crate) const BASE: [&str; 16] = [
    "AdminDisplayName",
    "ExchangeVersion",
    "Name",
    "DistinguishedName",
    "Identity",
    "Guid",
    "ObjectCategory",
    "ObjectClass",
    "WhenChanged",
    "WhenCreated",
    "WhenChangedUTC",
    "WhenCreatedUTC",
    "OrganizationId",
    "OriginatingServer",
    "IsValid",
    "ObjectState",
];

/// A property that rows show, with what need not be worked out for each row.
struct Shown {
    property: PropertyRow,
    name: &'static str,
    /// No link, nothing computed: the stored value or the default.
    is_plain: bool,
    default: Option<Json>,
    /// The default as a value, when rows can share it.
    shared: Option<Value>,
}

impl Shown {
    fn new(property: PropertyRow) -> Shown {
        let is_plain = property.link().is_empty() && !(property.is_computed() && property.back_links().len() > 0);
        let default: Option<Json> = match property.is_computed() {
            true => None,
            false => serde_json::from_str(property.default_json()).ok(),
        };
        // Lists can be changed by scripts: each row has its own.
        let shared = (!property.is_many()).then(|| to_value(&property, default.as_ref()));
        Shown { name: property.name(), property, is_plain, default, shared }
    }
}

/// Turns objects of one noun into values; keeps the links it has looked up.
pub struct Row<'a> {
    reader: &'a Reader<'a>,
    library: &'a Library,
    facts: &'a Facts,
    noun: NounRow,
    properties: Arc<[Shown]>,
    links: HashMap<ObjectId, Option<Arc<(Object, String)>>>,
}

impl<'a> Row<'a> {
    /// For objects of a noun.
    pub fn new(reader: &'a Reader<'a>, library: &'a Library, facts: &'a Facts, noun: NounRow) -> Row<'a> {
        let is_base =
            |p: &PropertyRow| noun.family() == "directory" && BASE.iter().any(|b| b.eq_ignore_ascii_case(p.name()));
        let properties = noun
            .properties()
            .filter(|p| !p.is_hidden() && !is_base(p) && !p.name().eq_ignore_ascii_case("Identity"))
            .map(Shown::new)
            .collect();
        Row { reader, library, facts, noun, properties, links: HashMap::new() }
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
        let properties = match self.library.code(self.noun.name()).and_then(|c| c.complete) {
            Some(complete) => {
                let mut copy = object.properties.clone();
                complete(self.reader, self.library, self.facts, object, &mut copy)?;
                completed = copy;
                &completed
            }
            None => &object.properties,
        };
        let family = self.noun.family();
        let list_of = self.properties.clone();
        let names = || -> Vec<Str> {
            let mut names: Vec<Str> = Vec::new();
            if family != "directory" {
                names.push(Str::from("Identity"));
            }
            names.extend(list_of.iter().map(|p| Str::from(p.name)));
            if family == "directory" {
                names.extend(BASE.iter().map(|n| Str::from(*n)));
            }
            names
        };
        let layout = self.library.layout(self.noun.name(), names);
        let mut slots = Vec::with_capacity(layout.names().len());
        let text = text_of(self.reader, self.library, self.facts, object)?;
        if family != "directory" {
            slots.push(Value::from(text.as_str()));
        }
        for shown in list_of.iter() {
            slots.push(match (properties.get(shown.name), &shown.shared) {
                (None, Some(value)) if shown.is_plain => value.clone(),
                (None, None) if shown.is_plain => to_value(&shown.property, shown.default.as_ref()),
                (Some(stored), _) if shown.is_plain => to_value(&shown.property, Some(stored)),
                _ => self.value(&shown.property, properties, object)?,
            });
        }
        if family == "directory" {
            let dn = dn_of(self.reader, self.library, self.facts, object)?;
            let identity =
                ObjectIdValue { text, name: object.name.clone(), dn: dn.clone(), id: object.id, more: Vec::new() };
            for name in BASE {
                slots.push(match name {
                    "ExchangeVersion" => Value::from("0.10 (14.0.100.0)"),
                    "Name" => Value::from(object.name.as_str()),
                    "DistinguishedName" => Value::from(dn.as_str()),
                    "Identity" => Value::foreign(identity.clone()),
                    "Guid" => Value::Guid(Arc::new(object.id)),
                    "ObjectCategory" => Value::from(format!(
                        "{}/Configuration/Schema/{}",
                        self.facts.domain,
                        schema_class(&object.noun)
                    )),
                    "ObjectClass" => list(vec![Value::from("top"), Value::from(schema_class(&object.noun))]),
                    "WhenChanged" | "WhenChangedUTC" => moment(object.changed),
                    "WhenCreated" | "WhenCreatedUTC" => moment(object.created),
                    "OriginatingServer" => Value::from(self.facts.controller.as_str()),
                    "IsValid" => Value::Bool(true),
                    "ObjectState" => Value::from("Unchanged"),
                    "AdminDisplayName" => Value::from(object.text("AdminDisplayName").unwrap_or_default()),
                    "OrganizationId" => Value::from(""),
                    _ => Value::Null,
                });
            }
        }
        let made = values::Object::of_type(TypeRef::PSCUSTOMOBJECT, layout, slots);
        let mut types: Vec<Str> = Vec::new();
        if !self.noun.type_name().is_empty() {
            types.push(Str::from(self.noun.type_name()));
        }
        if family == "directory" {
            types.push(Str::from("Microsoft.Exchange.Data.Directory.ADConfigurationObject"));
        }
        types.push(Str::from("System.Management.Automation.PSCustomObject"));
        types.push(Str::from("System.Object"));
        made.lock().type_names = Some(types.into());
        Ok(Value::Object(Arc::new(made)))
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
        if property.is_computed()
            || !property.link().is_empty()
            || (property.is_read_only()
                && !object.properties.contains_key(property.name())
                && self.library.code(self.noun.name()).is_some_and(|c| c.complete.is_some()))
        {
            let mut copy = object.properties.clone();
            if let Some(complete) = self.library.code(self.noun.name()).and_then(|c| c.complete) {
                complete(self.reader, self.library, self.facts, object, &mut copy)?;
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

fn schema_class(noun: &str) -> String {
    match noun {
        "User" => "user".to_owned(),
        _ => format!("msExch{}", noun.strip_prefix("Exchange").unwrap_or(noun)),
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
    if matches!(object.noun.as_str(), "User" | "CsUser" | "CsExUmContact" | "CsOnlineUser" | "ADGroup" | "ADComputer") {
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
