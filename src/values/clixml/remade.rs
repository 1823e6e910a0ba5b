//! Objects of types that are known by name only: what was read of them.

use parking_lot::Mutex;

use crate::collection::equals_ignore_case;
use crate::context::Context;
use crate::error::Result;
use crate::object::Foreign;
use crate::string::Str;
use crate::types::TypeRef;
use crate::value::Value;

/// A deserialised object: properties, type names and a text.
pub struct PropertyBag {
    properties: Mutex<Vec<(Str, Value)>>,
    text: Option<Str>,
    type_names: Vec<Str>,
    has_properties: bool,
}

impl PropertyBag {
    /// An object from what was read.
    pub fn new(
        properties: Vec<(Str, Value)>,
        text: Option<Str>,
        type_names: Vec<Str>,
        has_properties: bool,
    ) -> PropertyBag {
        PropertyBag { properties: Mutex::new(properties), text, type_names, has_properties }
    }

    /// Gives the properties to an object that was made before they were read, since they may hold it.
    pub(super) fn fill(&self, properties: Vec<(Str, Value)>) {
        *self.properties.lock() = properties;
    }
}

impl Foreign for PropertyBag {
    fn type_ref(&self) -> TypeRef {
        if self.has_properties { TypeRef::PSOBJECT } else { TypeRef::PSCUSTOMOBJECT }
    }

    fn display(&self, _ctx: &mut dyn Context) -> Result<Option<Str>> {
        Ok(self.display_plain())
    }

    fn display_plain(&self) -> Option<Str> {
        Some(self.text.clone().unwrap_or_else(|| {
            let parts: Vec<String> =
                self.properties.lock().iter().map(|(n, v)| format!("{n}={}", crate::convert::to_display(v))).collect();
            Str::from(format!("@{{{}}}", parts.join("; ")))
        }))
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let list = self.properties.lock();
        Ok(list.iter().find(|(n, _)| equals_ignore_case(n, name)).map(|(_, v)| v.clone()))
    }

    fn set(&self, _ctx: &mut dyn Context, name: &str, value: &Value) -> Result<bool> {
        let mut list = self.properties.lock();
        match list.iter_mut().find(|(n, _)| equals_ignore_case(n, name)) {
            Some(entry) => {
                entry.1 = value.clone();
                Ok(true)
            }
            None => Ok(false),
        }
    }

    fn property_names(&self) -> Vec<Str> {
        self.properties.lock().iter().map(|(n, _)| n.clone()).collect()
    }

    fn method_names(&self) -> Vec<Str> {
        // What is left of a type that is not here.
        match self.has_properties {
            true => vec![Str::from("GetType"), Str::from("ToString")],
            false => Vec::new(),
        }
    }

    fn type_names(&self) -> Option<Vec<Str>> {
        Some(self.type_names.clone())
    }
}
