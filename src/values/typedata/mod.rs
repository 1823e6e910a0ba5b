//! Type data: members and standard sets that PowerShell adds to types (ETS), its own and what a session changes.
//!
//! [`builtin`] is what the product brings; [`TypeData`] is a session's table over it, with an epoch that member caches check.

mod builtin;
mod getters;
mod xml;

pub use builtin::{builtin, builtin_names};
pub use xml::{TypesFileError, parse_types};

use std::collections::HashMap;
use std::sync::Arc;

use crate::object::PsMember;
use crate::string::Str;
use crate::value::Value;

/// Type data of one type name.
#[derive(Clone)]
pub struct TypeEntry {
    /// The type name as it was written.
    pub name: Str,
    /// Members added to the type.
    pub members: Vec<(Str, PsMember)>,
    /// What `PSStandardMembers` holds.
    pub standard: Standard,
}

/// The standard members of a type.
#[derive(Clone, Default)]
pub struct Standard {
    /// DefaultDisplayPropertySet.
    pub display: Vec<Str>,
    /// DefaultDisplayProperty.
    pub display_property: Option<Str>,
    /// DefaultKeyPropertySet.
    pub key: Vec<Str>,
    /// PropertySerializationSet.
    pub serialize: Vec<Str>,
    /// SerializationMethod (`AllPublicProperties`, `String`, `SpecificProperties`).
    pub method: Option<Str>,
    /// SerializationDepth.
    pub depth: Option<i32>,
    /// InheritPropertySerializationSet.
    pub inherit: Option<bool>,
    /// TargetTypeForDeserialization.
    pub target_type: Option<Str>,
    /// TypeConverter.
    pub converter: Option<Str>,
    /// TypeAdapter.
    pub adapter: Option<Str>,
    /// StringSerializationSource.
    pub string_source: Option<Str>,
}

impl Standard {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.members().is_empty() && self.converter.is_none() && self.adapter.is_none()
    }

    /// The members of `PSStandardMembers`.
    pub fn members(&self) -> Vec<(Str, PsMember)> {
        let mut found = Vec::new();
        let mut set = |name: &str, properties: &[Str]| {
            if !properties.is_empty() {
                found.push((Str::from(name), PsMember::PropertySet(properties.to_vec())));
            }
        };
        set("DefaultDisplayPropertySet", &self.display);
        set("DefaultKeyPropertySet", &self.key);
        set("PropertySerializationSet", &self.serialize);
        let notes = [
            ("DefaultDisplayProperty", self.display_property.clone().map(Value::Str)),
            ("SerializationMethod", self.method.clone().map(Value::Str)),
            ("SerializationDepth", self.depth.map(Value::I32)),
            ("InheritPropertySerializationSet", self.inherit.map(Value::Bool)),
            ("TargetTypeForDeserialization", self.target_type.clone().map(Value::Str)),
        ];
        for (name, value) in notes {
            if let Some(value) = value {
                found.push((Str::from(name), PsMember::Note(value)));
            }
        }
        if let Some(source) = &self.string_source {
            let member = PsMember::Alias { target: source.clone(), convert: None };
            found.push((Str::from("StringSerializationSource"), member));
        }
        found
    }

    /// Takes over what another says.
    fn merge(&mut self, other: &Standard) {
        let list = |mine: &mut Vec<Str>, theirs: &Vec<Str>| {
            if !theirs.is_empty() {
                mine.clone_from(theirs);
            }
        };
        list(&mut self.display, &other.display);
        list(&mut self.key, &other.key);
        list(&mut self.serialize, &other.serialize);
        let text = |mine: &mut Option<Str>, theirs: &Option<Str>| {
            if theirs.is_some() {
                mine.clone_from(theirs);
            }
        };
        text(&mut self.display_property, &other.display_property);
        text(&mut self.method, &other.method);
        text(&mut self.target_type, &other.target_type);
        text(&mut self.converter, &other.converter);
        text(&mut self.adapter, &other.adapter);
        text(&mut self.string_source, &other.string_source);
        self.depth = other.depth.or(self.depth);
        self.inherit = other.inherit.or(self.inherit);
    }
}

impl TypeEntry {
    /// An entry without members.
    pub fn new(name: impl Into<Str>) -> TypeEntry {
        TypeEntry { name: name.into(), members: Vec::new(), standard: Standard::default() }
    }

    /// A member by name, `PSStandardMembers` included.
    pub fn member(&self, name: &str) -> Option<PsMember> {
        if let Some((_, member)) = self.members.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)) {
            return Some(member.clone());
        }
        if name.eq_ignore_ascii_case("PSStandardMembers") {
            let members = self.standard.members();
            return (!members.is_empty()).then_some(PsMember::MemberSet(members));
        }
        None
    }
}

/// Why type data is refused: the text of the error.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TypeDataError {
    /// A member of that name is there and `-Force` was not given.
    #[error("Error in TypeData \"{0}\": The member {1} is already present.")]
    Present(String, String),
    /// No such type data to remove.
    #[error(
        "Error in TypeData \"{0}\": The type \"{0}\" was not found. The type name value must be the full name of the type. Verify the type name and run the command again."
    )]
    NotFound(String),
}

/// A session's type data: the built-in one and the changes over it.
#[derive(Clone, Default)]
pub struct TypeData {
    /// Changed types by lower-cased name; none means removed.
    changed: HashMap<String, Option<Arc<TypeEntry>>>,
    /// Names of changed types in the order in which they came.
    order: Vec<String>,
    epoch: u64,
}

impl TypeData {
    /// The built-in type data.
    pub fn new() -> TypeData {
        TypeData::default()
    }

    /// A number that grows with every change, for caches of members.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The data of a type name.
    pub fn entry(&self, type_name: &str) -> Option<Arc<TypeEntry>> {
        if !self.changed.is_empty()
            && let Some(found) = self.changed.get(&type_name.to_lowercase())
        {
            return found.clone();
        }
        builtin(type_name)
    }

    /// A member that type data adds to a type name.
    pub fn member(&self, type_name: &str, member: &str) -> Option<PsMember> {
        self.entry(type_name)?.member(member)
    }

    /// All members that type data adds to a type name.
    pub fn members(&self, type_name: &str) -> Vec<(Str, PsMember)> {
        let Some(entry) = self.entry(type_name) else { return Vec::new() };
        let mut members = entry.members.clone();
        if let Some(standard) = entry.member("PSStandardMembers") {
            members.push((Str::from("PSStandardMembers"), standard));
        }
        members
    }

    /// The standard members of the first of a chain of type names that has any of the wanted kind.
    pub fn standard<T>(&self, type_names: &[Str], pick: impl Fn(&Standard) -> Option<T>) -> Option<T> {
        type_names.iter().find_map(|name| self.entry(name).and_then(|e| pick(&e.standard)))
    }

    /// Adds members and standard sets to a type. Without force a member that is there already is an error.
    pub fn update(&mut self, change: TypeEntry, is_forced: bool) -> Result<(), TypeDataError> {
        let mut entry = match self.entry(&change.name) {
            Some(found) => (*found).clone(),
            None => TypeEntry::new(change.name.clone()),
        };
        for (name, member) in change.members {
            match entry.members.iter_mut().find(|(n, _)| n.eq_ignore_ascii_case(&name)) {
                Some(_) if !is_forced => {
                    return Err(TypeDataError::Present(change.name.to_string(), name.to_string()));
                }
                Some((_, mine)) => *mine = member,
                None => entry.members.push((name, member)),
            }
        }
        if !is_forced {
            let (mine, theirs) = (entry.standard.members(), change.standard.members());
            if let Some((name, _)) = theirs.iter().find(|(n, _)| mine.iter().any(|(m, _)| m == n)) {
                return Err(TypeDataError::Present(change.name.to_string(), name.to_string()));
            }
        }
        entry.standard.merge(&change.standard);
        self.put(&change.name, Some(entry));
        Ok(())
    }

    /// Takes the data of a type away.
    pub fn remove(&mut self, type_name: &str) -> Result<(), TypeDataError> {
        if self.entry(type_name).is_none() {
            return Err(TypeDataError::NotFound(type_name.to_string()));
        }
        self.put(type_name, None);
        Ok(())
    }

    /// Takes one member of a type away; whether it was there.
    pub fn remove_member(&mut self, type_name: &str, member: &str) -> bool {
        let Some(found) = self.entry(type_name) else { return false };
        let mut entry = (*found).clone();
        let before = entry.members.len();
        entry.members.retain(|(n, _)| !n.eq_ignore_ascii_case(member));
        let is_removed = entry.members.len() < before;
        if is_removed {
            self.put(type_name, Some(entry));
        }
        is_removed
    }

    fn put(&mut self, type_name: &str, entry: Option<TypeEntry>) {
        let key = type_name.to_lowercase();
        if !self.order.contains(&key) {
            self.order.push(key.clone());
        }
        self.changed.insert(key, entry.map(Arc::new));
        self.epoch += 1;
    }

    /// All entries: the built-in ones in their order, then those the session added.
    pub fn entries(&self) -> Vec<Arc<TypeEntry>> {
        let mut found: Vec<Arc<TypeEntry>> = builtin_names().iter().filter_map(|n| self.entry(n)).collect();
        for key in &self.order {
            if builtin(key).is_none()
                && let Some(Some(entry)) = self.changed.get(key)
            {
                found.push(entry.clone());
            }
        }
        found
    }

    /// Back to the built-in data.
    pub fn reset(&mut self) {
        self.changed.clear();
        self.order.clear();
        self.epoch += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_lie_over_the_built_in_data() {
        let mut data = TypeData::new();
        assert!(matches!(
            data.member("system.collections.dictionaryentry", "name"),
            Some(PsMember::Alias { target, .. }) if target.as_str() == "Key"
        ));
        let mut change = TypeEntry::new("My.Type");
        change.members.push((Str::from("Answer"), PsMember::Note(Value::I32(42))));
        change.standard.display = vec![Str::from("Answer")];
        assert_eq!(data.update(change.clone(), false), Ok(()));
        assert!(matches!(data.update(change.clone(), false), Err(TypeDataError::Present(..))));
        assert_eq!(data.update(change, true), Ok(()));
        assert_eq!(data.epoch(), 2);
        assert!(matches!(data.member("my.type", "PSStandardMembers"), Some(PsMember::MemberSet(_))));
        assert!(data.remove_member("My.Type", "answer"));
        assert_eq!(data.remove("My.Type"), Ok(()));
        assert!(data.entry("My.Type").is_none());
    }
}
