//! An object of the store.

use serde_json::{Map, Value};
use uuid::Uuid;

/// Identity of an object that never changes.
pub type ObjectId = Uuid;

/// A stored object.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    pub id: ObjectId,
    /// Noun as in the catalogue.
    pub noun: String,
    /// Container or scope in which its key is unique.
    pub container: String,
    /// Folded name.
    pub key: String,
    /// Name as given.
    pub name: String,
    pub properties: Map<String, Value>,
    /// Milliseconds since 1970, UTC.
    pub created: i64,
    pub changed: i64,
    /// Position in the store, for paging.
    pub(crate) row: i64,
}

impl Object {
    /// An object that is in no store: what `-InMemory` makes.
    pub fn unsaved(noun: &str, container: &str, name: &str, properties: Map<String, Value>) -> Object {
        Object {
            id: Uuid::new_v4(),
            noun: noun.to_owned(),
            container: container.to_owned(),
            key: fold(name),
            name: name.to_owned(),
            properties,
            created: 0,
            changed: 0,
            row: 0,
        }
    }

    /// The name in the form in which case does not count.
    pub fn key_text(&self) -> String {
        self.key.clone()
    }

    /// A property, by exact name.
    pub fn get(&self, property: &str) -> Option<&Value> {
        self.properties.get(property)
    }

    /// A property's text; `None` when it is absent or no text.
    pub fn text(&self, property: &str) -> Option<&str> {
        self.get(property).and_then(Value::as_str)
    }

    /// A property's truth; `None` when it is absent or no Boolean.
    pub fn flag(&self, property: &str) -> Option<bool> {
        self.get(property).and_then(Value::as_bool)
    }

    /// A property's whole number.
    pub fn number(&self, property: &str) -> Option<i64> {
        self.get(property).and_then(Value::as_i64)
    }

    /// The texts of a property of several values, or of one.
    pub fn texts(&self, property: &str) -> Vec<&str> {
        match self.get(property) {
            Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(text)) => vec![text],
            _ => Vec::new(),
        }
    }

    /// The objects a link property names.
    pub fn links(&self, property: &str) -> Vec<ObjectId> {
        self.texts(property).iter().filter_map(|t| Uuid::parse_str(t).ok()).collect()
    }

    /// Draft with this object's present content.
    pub fn draft(&self) -> Draft {
        Draft {
            id: self.id,
            noun: self.noun.clone(),
            container: self.container.clone(),
            name: self.name.clone(),
            properties: self.properties.clone(),
            links: Vec::new(),
            indexed: Vec::new(),
        }
    }
}

/// What is to be written of an object.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    pub id: ObjectId,
    pub noun: String,
    pub container: String,
    pub name: String,
    pub properties: Map<String, Value>,
    /// Property and target, for every link.
    pub links: Vec<(String, ObjectId)>,
    /// Property and value that can be searched for; values are folded on writing.
    pub indexed: Vec<(String, String)>,
}

impl Draft {
    /// A new object with a new id.
    pub fn new(noun: &str, container: &str, name: &str) -> Draft {
        Draft {
            id: Uuid::new_v4(),
            noun: noun.to_owned(),
            container: container.to_owned(),
            name: name.to_owned(),
            ..Draft::default()
        }
    }

    /// Adds a property.
    #[must_use]
    pub fn with(mut self, property: &str, value: impl Into<Value>) -> Draft {
        self.properties.insert(property.to_owned(), value.into());
        self
    }

    /// Adds a link property of one value.
    #[must_use]
    pub fn linked(mut self, property: &str, target: ObjectId) -> Draft {
        self.properties.insert(property.to_owned(), Value::String(target.to_string()));
        self.links.push((property.to_owned(), target));
        self
    }

    /// Adds a property by which the object can be found.
    #[must_use]
    pub fn found_by(mut self, property: &str, value: &str) -> Draft {
        self.properties.insert(property.to_owned(), Value::String(value.to_owned()));
        self.indexed.push((property.to_owned(), value.to_owned()));
        self
    }
}

/// The form of names and values in which case does not count.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { text.to_lowercase() }
}
