//! What rows of a noun look like: worked out once a noun, shared by all its rows.

use std::sync::Arc;

use catalogue::{NounRow, PropertyRow};
use command::{Str, TypeRef, Value};
use serde_json::{Map, Value as Json};
use store::{Object, Record};
use values::{Layout, SlotSource};

use crate::code::Derived;
use crate::convert::{list, moment, to_value};
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

/// Nouns whose objects are named by the DN of an account.
pub(crate) const ACCOUNTS: [&str; 6] = ["User", "CsUser", "CsExUmContact", "CsOnlineUser", "ADGroup", "ADComputer"];

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

    /// Of the stored value, when the property is a plain one.
    fn value(&self, stored: Option<&Json>) -> Value {
        match (stored, &self.shared) {
            (None, Some(value)) => value.clone(),
            (None, None) => to_value(&self.property, self.default.as_ref()),
            (Some(stored), _) => to_value(&self.property, Some(stored)),
        }
    }
}

/// The shape of a noun's rows.
pub(crate) struct Shape {
    noun: NounRow,
    shown: Vec<Shown>,
    layout: Arc<Layout>,
    type_names: Arc<[Str]>,
    pub(crate) derived: Option<&'static Derived>,
    /// Rows need nothing but the object itself: no other objects, no reading of the store.
    pub(crate) is_alone: bool,
}

/// What is known of an object whose slots are wanted.
pub(crate) struct Known<'a> {
    pub facts: &'a Facts,
    pub object: &'a Object,
    /// With what is worked out added.
    pub properties: &'a Map<String, Json>,
    /// The identity's text.
    pub text: &'a str,
    pub dn: &'a str,
}

impl Shape {
    /// The shape of a noun's rows, as the library keeps it.
    pub(crate) fn of(library: &Library, noun: &NounRow) -> Arc<Shape> {
        library.shape(noun.name(), || Shape::new(library, noun))
    }

    fn new(library: &Library, noun: &NounRow) -> Shape {
        let is_directory = noun.family() == "directory";
        let is_base = |p: &PropertyRow| is_directory && BASE.iter().any(|b| b.eq_ignore_ascii_case(p.name()));
        let shown: Vec<Shown> = noun
            .properties()
            .filter(|p| !p.is_hidden() && !is_base(p) && !p.name().eq_ignore_ascii_case("Identity"))
            .map(Shown::new)
            .collect();
        let mut names: Vec<Str> = Vec::new();
        if !is_directory {
            names.push(Str::from("Identity"));
        }
        names.extend(shown.iter().map(|p| Str::from(p.name)));
        if is_directory {
            names.extend(BASE.iter().map(|n| Str::from(*n)));
        }
        let mut types: Vec<Str> = Vec::new();
        if !noun.type_name().is_empty() {
            types.push(Str::from(noun.type_name()));
        }
        if is_directory {
            types.push(Str::from("Microsoft.Exchange.Data.Directory.ADConfigurationObject"));
        }
        types.push(Str::from("System.Management.Automation.PSCustomObject"));
        types.push(Str::from("System.Object"));
        let code = library.code(noun.name());
        let is_child = |name: &str| library.noun(name).is_some_and(|n| !n.parent().is_empty());
        let is_alone = code.is_none_or(|c| c.complete.is_none())
            && shown.iter().all(|s| s.is_plain)
            && !(is_directory && is_child(noun.stored_as()));
        Shape {
            noun: *noun,
            shown,
            layout: Layout::new(names),
            type_names: types.into(),
            derived: code.and_then(|c| c.derived),
            is_alone,
        }
    }

    /// Whether a property is worked out of the others.
    pub(crate) fn derives(&self, name: &str) -> bool {
        self.derived.is_some_and(|d| d.names.contains(&name))
    }

    /// Whether a property's value is what is stored, or its default.
    pub(crate) fn is_stored(&self, name: &str) -> bool {
        // Other properties of objects that are worked out may depend on what is read.
        self.is_alone
            && !["whencreated", "whencreatedutc", "whenchanged", "whenchangedutc"]
                .contains(&name.to_ascii_lowercase().as_str())
            && self.noun.property(name).is_some_and(|p| {
                !p.is_computed() && p.link().is_empty() && !self.derives(p.name()) && p.name() != "Identity"
            })
    }

    /// The values of a row; what is no plain property is asked for.
    pub(crate) fn slots<E>(
        &self,
        known: &Known,
        other: &mut dyn FnMut(&PropertyRow) -> Result<Value, E>,
    ) -> Result<Vec<Value>, E> {
        let is_directory = self.noun.family() == "directory";
        let mut slots = Vec::with_capacity(self.layout.names().len());
        if !is_directory {
            slots.push(Value::from(known.text));
        }
        for shown in &self.shown {
            slots.push(match shown.is_plain {
                true => shown.value(known.properties.get(shown.name)),
                false => other(&shown.property)?,
            });
        }
        if is_directory {
            slots.extend(BASE.iter().map(|name| base_value(name, known)));
        }
        Ok(slots)
    }

    /// A row of values.
    pub(crate) fn object(&self, slots: Vec<Value>) -> Value {
        let made = values::Object::of_type(TypeRef::PSCUSTOMOBJECT, self.layout.clone(), slots);
        made.lock().type_names = Some(self.type_names.clone());
        Value::Object(Arc::new(made))
    }

    /// A row whose values are worked out when they are asked for. Only where `is_alone`.
    pub(crate) fn pending(self: &Arc<Shape>, record: Record, facts: Arc<Facts>) -> Value {
        let source = Arc::new(Pending { shape: self.clone(), facts, record });
        Value::Object(Arc::new(values::Object::pending(self.layout.clone(), self.type_names.clone(), source)))
    }
}

fn base_value(name: &str, known: &Known) -> Value {
    let object = known.object;
    match name {
        "ExchangeVersion" => Value::from("0.10 (14.0.100.0)"),
        "Name" => Value::from(object.name.as_str()),
        "DistinguishedName" => Value::from(known.dn),
        "Identity" => Value::foreign(ObjectIdValue {
            text: known.text.to_owned(),
            name: object.name.clone(),
            dn: known.dn.to_owned(),
            id: object.id,
            more: Vec::new(),
        }),
        "Guid" => Value::Guid(Arc::new(object.id)),
        "ObjectCategory" => {
            Value::from(format!("{}/Configuration/Schema/{}", known.facts.domain, schema_class(&object.noun)))
        }
        "ObjectClass" => list(vec![Value::from("top"), Value::from(schema_class(&object.noun))]),
        "WhenChanged" | "WhenChangedUTC" => moment(object.changed),
        "WhenCreated" | "WhenCreatedUTC" => moment(object.created),
        "OriginatingServer" => Value::from(known.facts.controller.as_str()),
        "IsValid" => Value::Bool(true),
        "ObjectState" => Value::from("Unchanged"),
        "AdminDisplayName" => Value::from(object.text("AdminDisplayName").unwrap_or_default()),
        "OrganizationId" => Value::from(""),
        _ => Value::Null,
    }
}

fn schema_class(noun: &str) -> String {
    match noun {
        "User" => "user".to_owned(),
        _ => format!("msExch{}", noun.strip_prefix("Exchange").unwrap_or(noun)),
    }
}

/// A row that nobody has looked at.
struct Pending {
    shape: Arc<Shape>,
    facts: Arc<Facts>,
    record: Record,
}

impl Pending {
    fn dn(&self) -> String {
        let stored = self.shape.noun.stored_as();
        if ACCOUNTS.contains(&stored) {
            let unit = self.record.text("OrganizationalUnit").or_else(|| self.record.text("OU"));
            return self.facts.object_dn(&self.record.name, "Users", unit.as_deref());
        }
        match self.shape.noun.container() {
            "" if stored != "OrganizationConfig" => {
                format!("CN={},{}", self.record.name, self.facts.organization_dn())
            }
            container => self.facts.object_dn(&self.record.name, container, None),
        }
    }

    fn text(&self) -> String {
        match self.shape.noun.stored_as() {
            "User" => canonical_name(&self.dn()),
            "CsUser" | "CsExUmContact" | "CsOnlineUser" => self.dn(),
            _ if self.shape.noun.parent().is_empty() => self.record.name.to_string(),
            _ => {
                let parent = self.record.text("Parent");
                format!("{}/{}", parent.as_deref().unwrap_or(&self.record.container), self.record.name)
            }
        }
    }
}

impl SlotSource for Pending {
    fn slot(&self, at: usize) -> Option<Value> {
        let at = match self.shape.noun.family() {
            "directory" => at,
            _ if at == 0 => return Some(Value::from(self.text())),
            _ => at - 1,
        };
        let Some(shown) = self.shape.shown.get(at) else {
            return match BASE.get(at - self.shape.shown.len()) {
                Some(&"Name") => Some(Value::from(&*self.record.name)),
                Some(&"Guid") => Some(Value::Guid(Arc::new(self.record.id))),
                Some(&"DistinguishedName") => Some(Value::from(self.dn())),
                _ => None,
            };
        };
        if shown.property.is_many() || self.shape.derives(shown.name) {
            return None;
        }
        match self.record.property(shown.name) {
            Some(Json::Object(_) | Json::Array(_)) => None,
            stored => Some(shown.value(stored.as_ref())),
        }
    }

    fn slots(&self) -> Vec<Value> {
        // A text that can't be read is found by the check of the store; the row shows defaults.
        let Ok(object) = self.record.object(self.shape.noun.stored_as()) else {
            return vec![Value::Null; self.shape.layout.names().len()];
        };
        let mut properties = object.properties.clone();
        if let Some(derived) = self.shape.derived {
            (derived.run)(&self.facts, &object, &mut properties);
        }
        let (text, dn) = (self.text(), self.dn());
        let known = Known { facts: &self.facts, object: &object, properties: &properties, text: &text, dn: &dn };
        let slots = self.shape.slots(&known, &mut |_| Ok::<Value, std::convert::Infallible>(Value::Null));
        slots.unwrap_or_default()
    }
}
