//! The attributes of an entry or of something found, and the values of one of them.

use command::{Context, Result, Str, TypeRef, Value};
use directory::Reached;
use serde_json::Value as Json;
use values::Foreign;
use values::convert::to_display;

use super::entry::{Entry, called, is_empty, named};

/// Where values are written back to: the entry whose they are; none for what a search found.
type Owner = Option<Entry>;

/// The values of an attribute as a list.
pub(super) fn items(json: &Json) -> Vec<Value> {
    match json {
        Json::Null => Vec::new(),
        Json::Array(items) => items.iter().map(directory::free).collect(),
        one => vec![directory::free(one)],
    }
}

/// A value of a script as the directory keeps it.
pub(super) fn values_of(value: &Value) -> Json {
    match value.as_array() {
        Some(items) => Json::Array(items.to_vec().iter().map(values_of).collect()),
        None => match value.base() {
            Value::Null => Json::Null,
            Value::Bool(b) => Json::Bool(*b),
            Value::I32(n) => Json::from(*n),
            Value::I64(n) => Json::from(*n),
            other => Json::from(to_display(other).to_string()),
        },
    }
}

/// PropertyValueCollection, or ResultPropertyValueCollection where there is no owner.
pub(super) struct AttributeValues {
    name: String,
    owner: Owner,
    json: Json,
}

impl AttributeValues {
    pub(super) fn value(owner: Owner, name: &str, json: Json) -> Value {
        Value::foreign(AttributeValues { name: name.to_owned(), owner, json })
    }

    fn now(&self) -> Result<Json> {
        match self.owner.as_ref() {
            Some(entry) => entry.attribute(&self.name),
            None => Ok(self.json.clone()),
        }
    }

    fn keep(&self, values: Vec<Json>) -> Result<()> {
        let Some(entry) = self.owner.as_ref() else { return Ok(()) };
        let mut values = values;
        entry.put(
            &self.name,
            match values.len() {
                0 => Json::Null,
                1 => values.remove(0),
                _ => Json::Array(values),
            },
        )
    }

    fn list(&self) -> Result<Vec<Json>> {
        Ok(match self.now()? {
            Json::Null => Vec::new(),
            Json::Array(items) => items,
            one => vec![one],
        })
    }

    /// What a method does.
    fn answer(&self, name: &str, args: &[Value]) -> Result<Option<Value>> {
        let mut list = self.list()?;
        let is_same = |a: &Json, b: &Value| to_display(&directory::free(a)).eq_ignore_ascii_case(&to_display(b));
        Ok(Some(match (name.to_ascii_lowercase().as_str(), args) {
            ("contains", [one]) => Value::Bool(list.iter().any(|have| is_same(have, one))),
            ("add", [one]) if self.owner.is_some() => {
                list.push(values_of(one));
                let at = i32::try_from(list.len()).unwrap_or(i32::MAX) - 1;
                self.keep(list)?;
                Value::I32(at)
            }
            ("remove", [one]) if self.owner.is_some() => {
                list.retain(|have| !is_same(have, one));
                self.keep(list)?;
                Value::Void
            }
            ("clear", []) if self.owner.is_some() => {
                self.keep(Vec::new())?;
                Value::Void
            }
            _ => return Ok(None),
        }))
    }
}

impl Foreign for AttributeValues {
    fn type_ref(&self) -> TypeRef {
        named(match self.owner {
            Some(_) => "System.DirectoryServices.PropertyValueCollection",
            None => "System.DirectoryServices.ResultPropertyValueCollection",
        })
    }

    fn get(&self, _: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "count" => Value::I32(i32::try_from(self.list()?.len()).unwrap_or(i32::MAX)),
            "value" if self.owner.is_some() => {
                let json = self.now()?;
                if is_empty(&json) { Value::Null } else { directory::free(&json) }
            }
            "propertyname" if self.owner.is_some() => Value::from(self.name.as_str()),
            _ => return Ok(None),
        }))
    }

    fn set(&self, _: &mut dyn Context, name: &str, value: &Value) -> Result<bool> {
        let Some(entry) = self.owner.as_ref().filter(|_| name.eq_ignore_ascii_case("Value")) else {
            return Ok(false);
        };
        entry.put(&self.name, values_of(value)).map(|()| true)
    }

    fn call(&self, _: &mut dyn Context, _: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        called(self, name, args.len(), self.answer(name, args))
    }

    fn property_names(&self) -> Vec<Str> {
        let own: &[&str] = if self.owner.is_some() { &["PropertyName", "Value", "Count"] } else { &["Count"] };
        own.iter().map(|n| Str::from(*n)).collect()
    }

    fn method_names(&self) -> Vec<Str> {
        let own: &[&str] = if self.owner.is_some() { &["Add", "Clear", "Contains", "Remove"] } else { &["Contains"] };
        own.iter().map(|n| Str::from(*n)).collect()
    }

    fn enumerate(&self, _: &mut dyn Context) -> Result<Option<Vec<Value>>> {
        Ok(Some(items(&self.now()?)))
    }

    fn is_enumerable(&self) -> bool {
        true
    }

    fn index(&self, _: &mut dyn Context, index: &[Value]) -> Result<Option<Value>> {
        let list = items(&self.now()?);
        let at = index.first().and_then(Value::as_i64).unwrap_or_default();
        let at = if at < 0 { at + i64::try_from(list.len()).unwrap_or(0) } else { at };
        Ok(Some(usize::try_from(at).ok().and_then(|at| list.get(at).cloned()).unwrap_or_default()))
    }

    fn truth(&self) -> bool {
        self.now().is_ok_and(|json| !is_empty(&json))
    }
}

/// PropertyCollection of an entry, or ResultPropertyCollection of what a search found.
pub(super) struct Attributes {
    owner: Owner,
    /// Of what was found: names in lower case with their values.
    found: Vec<(String, Json)>,
}

impl Attributes {
    pub(super) fn of_entry(entry: Entry) -> Value {
        Value::foreign(Attributes { owner: Some(entry), found: Vec::new() })
    }

    pub(super) fn of_found(found: Vec<(String, Json)>) -> Value {
        Value::foreign(Attributes { owner: None, found })
    }

    fn names(&self) -> Result<Vec<String>> {
        match self.owner.as_ref() {
            Some(entry) => Ok(entry.names()?.into_iter().map(str::to_owned).collect()),
            None => Ok(self.found.iter().map(|(name, _)| name.clone()).collect()),
        }
    }

    fn item(&self, name: &str) -> Result<Value> {
        let found = self.found.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, json)| json.clone());
        Ok(AttributeValues::value(self.owner.clone(), name, found.unwrap_or_default()))
    }

    fn has(&self, name: &str) -> Result<bool> {
        match self.owner.as_ref() {
            Some(entry) => Ok(!is_empty(&entry.attribute(name)?)),
            None => Ok(self.found.iter().any(|(n, _)| n.eq_ignore_ascii_case(name))),
        }
    }
}

impl Foreign for Attributes {
    fn type_ref(&self) -> TypeRef {
        named(match self.owner {
            Some(_) => "System.DirectoryServices.PropertyCollection",
            None => "System.DirectoryServices.ResultPropertyCollection",
        })
    }

    fn get(&self, _: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let texts = |names: Vec<String>| Value::array(names.into_iter().map(Value::from).collect());
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "count" => Value::I32(i32::try_from(self.names()?.len()).unwrap_or(i32::MAX)),
            "propertynames" | "keys" => texts(self.names()?),
            "values" => Value::array(self.names()?.iter().map(|n| self.item(n)).collect::<Result<_>>()?),
            _ if self.has(name)? => self.item(name)?,
            _ => return Ok(None),
        }))
    }

    fn call(&self, _: &mut dyn Context, _: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        Ok(Some(match (name.to_ascii_lowercase().as_str(), args) {
            ("contains", [name]) => Value::Bool(self.has(&to_display(name))?),
            ("item" | "get_item", [name]) => self.item(&to_display(name))?,
            _ => return Ok(None),
        }))
    }

    fn property_names(&self) -> Vec<Str> {
        let own = ["PropertyNames", "Values", "Count"];
        own.iter().map(|n| Str::from(*n)).chain(self.names().unwrap_or_default().into_iter().map(Str::from)).collect()
    }

    fn method_names(&self) -> Vec<Str> {
        vec![Str::from("Contains"), Str::from("Item")]
    }

    fn index(&self, _: &mut dyn Context, index: &[Value]) -> Result<Option<Value>> {
        let name = index.first().map(to_display).unwrap_or_default();
        self.item(&name).map(Some)
    }

    fn set_index(&self, _: &mut dyn Context, index: &[Value], value: Value) -> Result<bool> {
        let (Some(entry), Some(name)) = (self.owner.as_ref(), index.first()) else { return Ok(false) };
        entry.put(&to_display(name), values_of(&value)).map(|()| true)
    }
}

/// Whose values these are, for those that make entries of what they found.
pub(super) fn entry(directory: &Reached, name: &str) -> Value {
    Value::foreign(Entry::at(directory, name))
}
