//! Values as constants of a data file: texts, lists of them, tables.

use command::Value;
use values::convert;

/// A text as a constant of the language.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A value as a constant: texts, lists of them, tables.
pub fn constant(value: &Value, depth: usize) -> String {
    if let Some(table) = value.as_dict() {
        let pad = " ".repeat(4 * (depth + 1));
        let lines: Vec<String> = table
            .to_vec()
            .into_iter()
            .map(|(key, value)| {
                format!("{pad}{} = {}", quoted(&convert::to_display(&key)), constant(&value, depth + 1))
            })
            .collect();
        return format!("@{{\n{}\n{}}}", lines.join("\n"), " ".repeat(4 * depth));
    }
    match value.as_array() {
        Some(list) if list.is_empty() => "@()".to_string(),
        Some(list) => list.to_vec().iter().map(|v| constant(v, depth)).collect::<Vec<_>>().join(", "),
        None => match value.base() {
            Value::Bool(is) => format!("${}", if *is { "true" } else { "false" }),
            other => quoted(&convert::to_display(other)),
        },
    }
}
