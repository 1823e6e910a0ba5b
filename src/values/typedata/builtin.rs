//! The type data that the product brings: read on first use from an embedded table.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use super::getters;
use super::{Standard, TypeEntry};
use crate::object::PsMember;
use crate::string::Str;
use crate::value::Value;

static TABLE: &str = include_str!("builtin.tsv");

struct Builtin {
    by_name: HashMap<String, Arc<TypeEntry>>,
    names: Vec<&'static str>,
}

static BUILTIN: LazyLock<Builtin> = LazyLock::new(load);

/// The built-in data of a type name, ignoring case.
pub fn builtin(type_name: &str) -> Option<Arc<TypeEntry>> {
    BUILTIN.by_name.get(&type_name.to_lowercase()).cloned()
}

/// The names of the types that have built-in data, in order.
pub fn builtin_names() -> &'static [&'static str] {
    &BUILTIN.names
}

fn load() -> Builtin {
    let mut names = Vec::new();
    let mut entries: Vec<TypeEntry> = Vec::new();
    for line in TABLE.lines() {
        let fields: Vec<&'static str> = line.split('\t').collect();
        match fields.as_slice() {
            ["T", name, rest @ ..] => {
                names.push(*name);
                entries.push(TypeEntry { name: Str::from(*name), members: Vec::new(), standard: standard(rest) });
            }
            ["M", name, kind, rest @ ..] => {
                let Some(entry) = entries.last_mut() else { continue };
                let argument = rest.first().copied().unwrap_or_default();
                if let Some(member) = member(&entry.name, name, kind, argument) {
                    entry.members.push((Str::from(*name), member));
                }
            }
            _ => {}
        }
    }
    let by_name = entries.into_iter().map(|e| (e.name.to_lowercase(), Arc::new(e))).collect();
    Builtin { by_name, names }
}

fn standard(fields: &[&str]) -> Standard {
    let text = |i: usize| fields.get(i).filter(|f| !f.is_empty()).map(|f| Str::from(*f));
    let list = |i: usize| -> Vec<Str> {
        fields.get(i).filter(|f| !f.is_empty()).map(|f| f.split(',').map(Str::from).collect()).unwrap_or_default()
    };
    Standard {
        display: list(0),
        display_property: text(1),
        key: list(2),
        serialize: list(3),
        method: text(4),
        depth: text(5).and_then(|d| d.parse().ok()),
        inherit: None,
        target_type: text(6),
        converter: text(7),
        adapter: None,
        string_source: text(8),
    }
}

/// A member of the table; one whose native code this build has not is left out.
fn member(type_name: &str, name: &str, kind: &str, argument: &str) -> Option<PsMember> {
    match kind {
        "alias" => Some(PsMember::Alias { target: Str::from(argument), convert: None }),
        "note" => Some(PsMember::Note(Value::from(argument))),
        "property" => getters::property(type_name, name).map(|get| PsMember::CodeProperty { get, set: None }),
        _ => getters::method(type_name, name).map(PsMember::CodeMethod),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_reads() {
        assert_eq!(builtin_names().len(), 271);
        let process = builtin("system.diagnostics.process").expect("process");
        assert_eq!(process.standard.display.len(), 5);
        assert!(matches!(process.member("ws"), Some(PsMember::Alias { .. })));
        assert!(matches!(process.member("CPU"), Some(PsMember::CodeProperty { .. })));
    }
}
