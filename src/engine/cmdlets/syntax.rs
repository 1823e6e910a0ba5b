//! Syntax lines of commands.

use command::{CommandBody, CommandInfo, NativeObject, Parameter, ParameterTable};
use values::{Str, TypeRef, Value};

use crate::host_objects::{parameter_object, table_of};
use crate::runspace::Runspace;

/// One line a parameter set, as `Get-Command -Syntax` prints it.
pub fn of(runspace: &mut Runspace, info: &CommandInfo) -> String {
    if let CommandBody::Alias(target) | CommandBody::Program(target) = &info.body {
        return target.to_string();
    }
    let table = table_of(runspace, info);
    let sets = set_indexes(&table);
    let lines: Vec<String> =
        sets.into_iter().map(|set| format!("{} {}", info.name, line(&table, set)).trim_end().to_string()).collect();
    let mut text = String::new();
    for line in lines {
        text.push('\n');
        text.push_str(&line);
        text.push('\n');
    }
    text
}

fn set_indexes(table: &ParameterTable) -> Vec<Option<usize>> {
    if table.sets.is_empty() { vec![None] } else { (0..table.sets.len()).map(Some).collect() }
}

/// The parameters of a set in the order of syntax lines: positional, mandatory, others.
fn ordered(table: &ParameterTable, set: Option<usize>) -> Vec<(&Parameter, &command::ParameterInSet)> {
    let mut list: Vec<_> = table
        .parameters
        .iter()
        .filter(|p| !p.is_hidden)
        .filter_map(|p| {
            let place = p
                .in_sets
                .iter()
                .find(|s| s.set == set && set.is_some())
                .or_else(|| p.in_sets.iter().find(|s| s.set.is_none()))?;
            Some((p, place))
        })
        .collect();
    list.sort_by_key(|(_, place)| match place.position {
        Some(position) => (0, position),
        None if place.is_mandatory => (1, 0),
        None => (2, 0),
    });
    list
}

fn line(table: &ParameterTable, set: Option<usize>) -> String {
    let mut parts = Vec::new();
    for (p, place) in ordered(table, set) {
        let ty = type_text(p.ty, &p.type_name);
        let text = if p.is_switch() {
            format!("-{}", p.name)
        } else if place.position.is_some() {
            format!("[-{}] <{ty}>", p.name)
        } else {
            format!("-{} <{ty}>", p.name)
        };
        parts.push(if place.is_mandatory { text } else { format!("[{text}]") });
    }
    if table.supports_should_process {
        parts.push("[-WhatIf]".into());
        parts.push("[-Confirm]".into());
    }
    if table.is_advanced {
        parts.push("[<CommonParameters>]".into());
    }
    parts.join(" ")
}

/// A parameter's type as syntax lines show it.
pub fn shown_type(p: &Parameter) -> String {
    type_text(p.ty, &p.type_name)
}

fn type_text(ty: TypeRef, declared: &Str) -> String {
    if ty == TypeRef::OBJECT && declared.as_str() != "System.Object" {
        return declared.rsplit('.').next().unwrap_or(declared).to_string();
    }
    let name = ty.ps_name();
    match name.as_str() {
        "object" => "Object".to_string(),
        "object[]" => "Object[]".to_string(),
        other => {
            let plain = other.rsplit('.').next().unwrap_or(other);
            if other.contains('[') && !other.ends_with("[]") { other.to_string() } else { plain.to_string() }
        }
    }
}

/// CommandParameterSetInfo objects.
pub fn parameter_sets(runspace: &mut Runspace, info: &CommandInfo) -> Value {
    let table = table_of(runspace, info);
    let made = set_indexes(&table)
        .into_iter()
        .map(|set| {
            let name = set.map_or_else(|| Str::from("__AllParameterSets"), |at| table.sets[at].name.clone());
            let parameters: Vec<Value> =
                ordered(&table, set).into_iter().map(|(p, _)| parameter_object(p, &table)).collect();
            NativeObject::of_pairs(
                "System.Management.Automation.CommandParameterSetInfo",
                vec![
                    ("Name", Value::Str(name)),
                    ("IsDefault", Value::Bool(set.is_none() || set == table.default_set)),
                    ("Parameters", Value::array(parameters)),
                    ("Text", Value::from(line(&table, set))),
                ],
            )
            .with_text(|o| o.text_of("Text"))
            .into_value()
        })
        .collect();
    Value::array(made)
}
