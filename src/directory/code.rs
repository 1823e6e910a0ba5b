//! What a noun's own Rust code may supply beside its catalogue file.

use catalogue::NounRow;
use command::{Bound, Result};
use serde_json::{Map, Value as Json};
use store::{Object, Reader, StoreError, Writer};

use crate::fault::Fault;
use crate::library::Library;
use crate::organization::Facts;
use crate::work::Work;

/// A change that is being written, inside its transaction.
pub struct Edit<'a, 'w> {
    pub writer: &'a mut Writer<'w>,
    pub library: &'a Library,
    pub facts: &'a Facts,
    pub noun: NounRow,
    /// What the cmdlet was given; empty for changes that other cmdlets cause.
    pub bound: &'a Bound,
    /// The object as it was; `None` when it is new.
    pub old: Option<&'a Object>,
    pub id: store::ObjectId,
    pub name: String,
    pub container: String,
    /// All properties as they will be stored.
    pub properties: Map<String, Json>,
    /// Printed after the transaction.
    pub warnings: &'a mut Vec<String>,
}

impl Edit<'_, '_> {
    /// A property's text, empty when it is not set.
    pub fn text(&self, name: &str) -> &str {
        self.properties.get(name).and_then(Json::as_str).unwrap_or_default()
    }

    /// A property's truth.
    pub fn flag(&self, name: &str) -> bool {
        self.properties.get(name).and_then(Json::as_bool).unwrap_or(false)
    }

    /// A property's number.
    pub fn number(&self, name: &str) -> i64 {
        self.properties.get(name).and_then(Json::as_i64).unwrap_or(0)
    }

    /// A property's texts.
    pub fn texts(&self, name: &str) -> Vec<String> {
        match self.properties.get(name) {
            Some(Json::Array(items)) => items.iter().filter_map(Json::as_str).map(str::to_owned).collect(),
            Some(Json::String(text)) => vec![text.clone()],
            _ => Vec::new(),
        }
    }

    /// Sets a property; null takes it away.
    pub fn set(&mut self, name: &str, value: impl Into<Json>) {
        match value.into() {
            Json::Null => self.properties.remove(name),
            value => self.properties.insert(name.to_owned(), value),
        };
    }

    /// Whether the property differs from what is stored.
    pub fn changes(&self, name: &str) -> bool {
        match self.old {
            None => self.properties.contains_key(name),
            Some(old) => old.get(name) != self.properties.get(name),
        }
    }

    /// Whether the object is new.
    pub fn is_new(&self) -> bool {
        self.old.is_none()
    }

    /// The object a link property names.
    pub fn linked(&self, name: &str) -> std::result::Result<Option<Object>, StoreError> {
        match uuid::Uuid::parse_str(self.text(name)) {
            Ok(id) => self.writer.get(id),
            Err(_) => Ok(None),
        }
    }
}

/// A removal, inside its transaction.
pub struct Removal<'a, 'w> {
    pub writer: &'a mut Writer<'w>,
    pub library: &'a Library,
    pub facts: &'a Facts,
    pub noun: NounRow,
    pub object: &'a Object,
    pub bound: &'a Bound,
    pub warnings: &'a mut Vec<String>,
}

/// A rule on a change.
pub type Hook = fn(&mut Edit) -> std::result::Result<(), Fault>;
/// A rule on a removal.
pub type RemoveHook = fn(&mut Removal) -> std::result::Result<(), Fault>;
/// Works out properties that are not stored, for printing.
pub type Complete =
    fn(&Reader, &Library, &Facts, &Object, &mut Map<String, Json>) -> std::result::Result<(), StoreError>;
/// Properties that are worked out of the object alone: rows of long lists do it when somebody asks for them.
pub struct Derived {
    /// Which ones.
    pub names: &'static [&'static str],
    /// Adds them.
    pub run: fn(&Facts, &Object, &mut Map<String, Json>),
}
/// A verb of the noun's own.
pub type VerbCode = fn(&mut Work) -> Result<()>;

/// The code of a noun; everything is optional.
pub struct NounCode {
    /// Name as in the catalogue.
    pub noun: &'static str,
    /// Completes and checks a change before it is written.
    pub before_write: Option<Hook>,
    /// Further changes in the same transaction.
    pub after_write: Option<Hook>,
    /// Checks and cascades of a removal.
    pub before_remove: Option<RemoveHook>,
    /// Properties that are worked out on reading.
    pub complete: Option<Complete>,
    /// Properties that are worked out of the object alone.
    pub derived: Option<&'static Derived>,
    /// Which stored objects the noun shows; `None` for all.
    pub shows: Option<fn(&Object) -> bool>,
    /// Parameters that the code reads, besides what the generic verbs take; `*` when its own verbs store properties as the
    /// generic ones do. Everything else that is given is refused.
    pub heeds: &'static [&'static str],
    /// Parameters that can change nothing here, each with the reason; who gives one is told it with -Verbose.
    pub moot: &'static [(&'static str, &'static str)],
    /// Verbs that are not the generic ones.
    pub verbs: &'static [(&'static str, VerbCode)],
}

impl NounCode {
    /// No code at all: to be filled in by field.
    pub const PLAIN: NounCode = NounCode {
        noun: "",
        before_write: None,
        after_write: None,
        before_remove: None,
        complete: None,
        derived: None,
        shows: None,
        heeds: &[],
        moot: &[],
        verbs: &[],
    };
}
