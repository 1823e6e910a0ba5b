//! The hashtables that name a module (`-FullyQualifiedName`).

use values::{Value, convert};

const KEYS: &[&str] = &["ModuleName", "ModuleVersion", "MaximumVersion", "RequiredVersion", "GUID"];

/// Why a table names no module; texts are names and always do.
pub fn fault(value: &Value) -> Option<String> {
    let dict = value.as_dict()?;
    let keys: Vec<String> = dict.to_vec().iter().map(|(key, _)| convert::to_display(key)).collect();
    let has = |name: &str| keys.iter().any(|k| k.eq_ignore_ascii_case(name));
    let wrong: Vec<String> = keys
        .iter()
        .filter(|k| !KEYS.iter().any(|known| known.eq_ignore_ascii_case(k)))
        .map(|k| format!("'{k}'"))
        .collect();
    if !wrong.is_empty() {
        return Some(format!(
            "The hashtable describing a module contains one or more members that are not valid. The valid members are (ModuleName, ModuleVersion, RequiredVersion, GUID). Remove the members that are not valid ({}), then try again.",
            wrong.join(", ")
        ));
    }
    if !has("ModuleName") {
        return Some("The hashtable describing a module does not contain a member 'ModuleName'.".to_string());
    }
    if !has("ModuleVersion") && !has("MaximumVersion") && !has("RequiredVersion") {
        return Some("The 'ModuleVersion', 'MaximumVersion' and 'RequiredVersion' members do not exist in the hashtable that describes this module. One of these three members must exist, and be assigned a version number in the format 'n.n.n.n'.".to_string());
    }
    None
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use values::Dict;

    use super::*;

    #[test]
    fn a_table_needs_a_name_and_a_version() {
        let table = |keys: &[&str]| {
            let dict = Dict::hashtable();
            for key in keys {
                dict.insert(Value::from(*key), Value::from("1.0"));
            }
            fault(&Value::Dict(Arc::new(dict)))
        };
        assert_eq!(table(&["ModuleName", "RequiredVersion"]), None);
        assert!(table(&["ModuleName"]).is_some_and(|why| why.starts_with("The 'ModuleVersion'")));
        assert!(table(&["Foo"]).is_some_and(|why| why.contains("('Foo')")));
        assert_eq!(fault(&Value::from("Pester")), None);
    }
}
