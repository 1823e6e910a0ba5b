//! Drafts: what is written of an object, with its links and indexed values, and changes of many-valued properties.

use catalogue::PropertyRow;
use command::{Bound, Value};
use serde_json::{Map, Value as Json};
use store::{Draft, Object, ObjectId, Reader, Writer};
use values::convert::to_display;

use crate::code::Edit;
use crate::convert::to_json;
use crate::fault::Fault;
use crate::identity::{self, Resolved};
use crate::library::Library;
use crate::organization::Facts;

/// Nouns whose objects leave out what equals the default: there are many of them.
const SPARSE: [&str; 4] = ["User", "CsUser", "CsOnlineUser", "MsolUser"];

/// The draft of a stored object whose properties were changed.
pub fn changed_draft(library: &Library, object: Object) -> Draft {
    store_draft(library, &object.noun, object.id, &object.name, &object.container, object.properties)
}

/// The draft of an object, with the links and indexes that all faces of its noun declare.
pub fn store_draft(
    library: &Library,
    stored: &str,
    id: ObjectId,
    name: &str,
    container: &str,
    mut properties: Map<String, Json>,
) -> Draft {
    let (mut links, mut indexed) = (Vec::new(), Vec::new());
    let face = library.face(stored);
    let texts = |name: &str| -> Vec<&str> {
        match properties.get(name) {
            Some(Json::String(text)) => vec![text],
            Some(Json::Array(items)) => items.iter().filter_map(Json::as_str).collect(),
            _ => Vec::new(),
        }
    };
    for name in &face.links {
        links.extend(texts(name).iter().filter_map(|t| uuid::Uuid::parse_str(t).ok()).map(|t| ((*name).to_owned(), t)));
    }
    for name in &face.indexed {
        indexed.extend(texts(name).iter().filter(|t| !t.is_empty()).map(|t| ((*name).to_owned(), (*t).to_owned())));
    }
    // Links that no catalogue file declares: an account's telephony side, a rule's parent.
    if let Some(user) = properties.get("User").and_then(Json::as_str).and_then(|t| uuid::Uuid::parse_str(t).ok()) {
        links.push(("User".to_owned(), user));
    }
    if SPARSE.contains(&stored) {
        for (name, default) in &face.defaults {
            if properties.get(*name) == Some(default) {
                properties.remove(*name);
            }
        }
    }
    properties.retain(|_, v| !v.is_null());
    Draft {
        id,
        noun: stored.to_owned(),
        container: container.to_owned(),
        name: name.to_owned(),
        properties,
        links,
        indexed,
    }
}

/// The defaults of a noun's properties.
pub fn defaults(noun: &catalogue::NounRow) -> Map<String, Json> {
    let mut found = Map::new();
    for property in noun.properties().filter(|p| !p.is_computed()) {
        if let Ok(value) = serde_json::from_str::<Json>(property.default_json()) {
            found.insert(property.name().to_owned(), value);
        }
    }
    found
}

/// The new value of a property: plain values replace, `@{Add=..;Remove=..;Replace=..}` changes a list.
pub fn apply_change(property: &PropertyRow, current: Option<&Json>, value: &Value) -> Result<Json, Fault> {
    let Some(dict) = value.as_dict().filter(|_| property.is_many()) else {
        return to_json(property, value);
    };
    let mut items = match current {
        Some(Json::Array(items)) => items.clone(),
        Some(Json::Null) | None => Vec::new(),
        Some(one) => vec![one.clone()],
    };
    let same = |a: &Json, b: &Json| match (a, b) {
        (Json::String(a), Json::String(b)) => a.to_lowercase() == b.to_lowercase(),
        _ => a == b,
    };
    for (key, value) in dict.to_vec() {
        let Json::Array(given) = to_json(property, &value)? else { continue };
        match to_display(&key).to_ascii_lowercase().as_str() {
            "add" => {
                for item in given {
                    if !items.iter().any(|have| same(have, &item)) {
                        items.push(item);
                    }
                }
            }
            "remove" => items.retain(|have| !given.iter().any(|gone| same(have, gone))),
            "replace" => items = given,
            other => {
                let text = format!("\"{other}\" is not a change of {}: use Add, Remove or Replace.", property.name());
                return Err(Fault::argument("InvalidListChange", text));
            }
        }
    }
    Ok(Json::Array(items))
}

/// Replaces what link properties were given by the ids of the objects meant.
fn resolve_links(
    reader: &Reader,
    library: &Library,
    facts: &Facts,
    noun: &catalogue::NounRow,
    properties: &mut Map<String, Json>,
) -> Result<(), Fault> {
    for property in noun.properties().filter(|p| !p.link().is_empty() && !p.is_computed()) {
        let Some(value) = properties.get_mut(property.name()) else { continue };
        let Some(target) = library.noun(property.link()) else { continue };
        let one = |json: &Json| -> Result<Json, Fault> {
            let Some(text) = json.as_str() else { return Ok(json.clone()) };
            let found =
                identity::resolve(reader, library, facts, &target, &Resolved { id: None, text: text.to_owned() })?;
            Ok(Json::from(found.id.to_string()))
        };
        *value = match &*value {
            Json::Array(items) => {
                let mut ids = Vec::new();
                for item in items {
                    let id = one(item)?;
                    if !ids.contains(&id) {
                        ids.push(id);
                    }
                }
                Json::Array(ids)
            }
            Json::String(text) if !text.is_empty() => one(value)?,
            _ => Json::Null,
        };
    }
    Ok(())
}

/// A change about to be written.
pub struct Change<'a> {
    pub library: &'a Library,
    pub facts: &'a Facts,
    pub noun: catalogue::NounRow,
    pub bound: &'a Bound,
    pub old: Option<&'a Object>,
    pub name: String,
    pub container: String,
    pub properties: Map<String, Json>,
}

impl Change<'_> {
    /// Resolves links, runs the noun's rules, checks uniqueness and writes. Returns the id.
    pub fn write(self, writer: &mut Writer, warnings: &mut Vec<String>) -> Result<ObjectId, Fault> {
        let code = self.library.code(self.noun.name());
        let id = self.old.map_or_else(uuid::Uuid::new_v4, |o| o.id);
        let mut edit = Edit {
            writer,
            library: self.library,
            facts: self.facts,
            noun: self.noun,
            bound: self.bound,
            old: self.old,
            id,
            name: self.name,
            container: self.container,
            properties: self.properties,
            warnings,
        };
        resolve_links(edit.writer, self.library, self.facts, &self.noun, &mut edit.properties)?;
        if let Some(rule) = code.and_then(|c| c.before_write) {
            rule(&mut edit)?;
        }
        for property in self.noun.properties().filter(|p| p.is_unique()) {
            let text = edit.text(property.name()).to_owned();
            if text.is_empty() {
                continue;
            }
            let taken =
                edit.writer.matching(self.noun.stored_as(), property.name(), &store::Match::Is(text.clone()))?;
            if let Some(other) = taken.iter().find(|o| o.id != id) {
                return Err(Fault::state(
                    "PropertyNotUnique",
                    format!(
                        "The value \"{text}\" of property \"{}\" is already in use by \"{}\".",
                        property.name(),
                        other.name
                    ),
                )
                .at(&text));
            }
        }
        let stored = self.noun.stored_as();
        let draft = store_draft(self.library, stored, id, &edit.name, &edit.container, edit.properties.clone());
        let result = match self.old {
            None => edit.writer.insert(draft).map(|_| ()),
            Some(_) => edit.writer.update(draft),
        };
        match result {
            Err(store::StoreError::Exists { name, .. }) if self.noun.family() == "directory" => {
                let dn = self.facts.object_dn(&name, self.noun.container(), None);
                return Err(Fault::exists(self.noun.name(), &name, &dn));
            }
            other => other?,
        }
        if let Some(rule) = code.and_then(|c| c.after_write) {
            rule(&mut edit)?;
        }
        Ok(id)
    }
}
