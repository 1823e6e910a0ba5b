//! Help objects as PowerShell makes them of MAML: nested custom objects that the views of help show.

use std::sync::Arc;

use command::{Parameter, ParameterInSet, ParameterTable};
use values::guard::Mutex;
use values::object::{Object, PsMember};
use values::{Str, TypeRef, Value, Wrapped};

/// The class of help that was written, by a person or in the catalogue.
pub const WRITTEN: &str = "MamlCommandHelpInfo";
/// The class of help that is made from a command's parameters alone.
pub const MADE: &str = "ExtendedCmdletHelpInfo";

/// A custom object with the type names given and no others.
pub fn object(names: &[&str], pairs: Vec<(&str, Value)>) -> Value {
    let object = Object::from_pairs(pairs);
    object.lock().type_names = Some(names.iter().map(|n| Str::from(*n)).collect());
    Value::Object(Arc::new(object))
}

/// A part of a help object: `MamlCommandHelpInfo#details`.
pub fn part(class: &str, name: &str, pairs: Vec<(&str, Value)>) -> Value {
    object(&[&format!("{class}#{name}")], pairs)
}

/// One item as itself, several as an array, none as nothing.
pub fn items(mut list: Vec<Value>) -> Option<Value> {
    match list.len() {
        0 => None,
        1 => list.pop(),
        _ => Some(Value::array(list)),
    }
}

/// Paragraphs of text.
pub fn paragraphs(texts: &[&str]) -> Value {
    let item = |t: &&str| object(&["MamlParaTextItem", "MamlTextItem"], vec![("Text", Value::from(*t))]);
    Value::array(texts.iter().map(item).collect())
}

/// A text with properties of its own.
pub fn text_with(text: &str, pairs: Vec<(&str, Value)>) -> Value {
    let held = Wrapped::new(Value::from(text));
    let members = pairs.into_iter().map(|(n, v)| (Str::from(n), PsMember::Note(v))).collect();
    Value::Wrapped(Arc::new(Wrapped { members: Mutex::new(members), ..Wrapped::new(held.base) }))
}

/// The namespaces that every help object names.
pub fn namespaces() -> Vec<(&'static str, Value)> {
    vec![
        ("xmlns:maml", Value::from("http://schemas.microsoft.com/maml/2004/10")),
        ("xmlns:command", Value::from("http://schemas.microsoft.com/maml/dev/command/2004/10")),
        ("xmlns:dev", Value::from("http://schemas.microsoft.com/maml/dev/2004/10")),
    ]
}

/// A parameter and its place in a set, with those that the engine adds for what the command supports.
pub struct Placed {
    pub parameter: Parameter,
    pub place: ParameterInSet,
}

/// All parameters, declared and added; the place is that of the first set.
pub fn all_parameters(table: &ParameterTable) -> Vec<Placed> {
    let mut list: Vec<Placed> = table
        .parameters
        .iter()
        .map(|p| Placed { parameter: p.clone(), place: p.in_sets.first().cloned().unwrap_or_default() })
        .collect();
    list.extend(added(table));
    list
}

/// The parameters of a set in the order of declaration.
pub fn set_parameters(table: &ParameterTable, set: Option<usize>) -> Vec<Placed> {
    let mut list: Vec<Placed> = table
        .parameters
        .iter()
        .filter_map(|p| {
            let own = p.in_sets.iter().find(|s| s.set == set && set.is_some());
            let place = own.or_else(|| p.in_sets.iter().find(|s| s.set.is_none()))?;
            Some(Placed { parameter: p.clone(), place: place.clone() })
        })
        .collect();
    list.extend(added(table));
    list
}

fn added(table: &ParameterTable) -> Vec<Placed> {
    let mut list = Vec::new();
    let mut add = |name: &str, ty: TypeRef, alias: Option<&str>| {
        let mut parameter = Parameter::new(name, ty);
        parameter.aliases = alias.into_iter().map(Str::from).collect();
        list.push(Placed { parameter, place: ParameterInSet::default() });
    };
    if table.supports_should_process {
        add("WhatIf", TypeRef::SWITCH, Some("wi"));
        add("Confirm", TypeRef::SWITCH, Some("cf"));
    }
    if table.supports_paging && table.find("First").is_none() {
        add("IncludeTotalCount", TypeRef::SWITCH, None);
        add("Skip", TypeRef::UINT64, None);
        add("First", TypeRef::UINT64, None);
    }
    list
}

/// How a parameter takes pipeline input.
pub fn pipeline_input(place: &ParameterInSet, with_remaining: bool) -> String {
    let ways = [
        (place.by_value, "ByValue"),
        (place.by_property_name, "ByPropertyName"),
        (place.takes_remaining && with_remaining, "FromRemainingArguments"),
    ];
    let ways: Vec<&str> = ways.iter().filter(|w| w.0).map(|w| w.1).collect();
    if ways.is_empty() { "false".to_string() } else { format!("true ({})", ways.join(", ")) }
}

pub fn truth(value: bool) -> Value {
    Value::from(if value { "true" } else { "false" })
}

/// A type's name without namespace, as .NET's `Type.Name`.
pub fn short_type(parameter: &Parameter) -> String {
    let name = match parameter.ty == TypeRef::OBJECT {
        true => parameter.type_name.as_str(),
        false => parameter.ty.name(),
    };
    let (outer, rest) = name.split_at(name.find('[').unwrap_or(name.len()));
    let outer = outer.rsplit(['.', '+']).next().unwrap_or(outer);
    // Of a generic type the arguments are no part of the name, of an array the brackets are.
    let rest = if outer.contains('`') { "" } else { rest };
    format!("{outer}{rest}")
}
