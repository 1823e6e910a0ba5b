//! Syntax lines of commands.

use command::{CommandBody, CommandInfo, CommandKind, NativeObject, Parameter, ParameterInSet, ParameterTable};
use values::{Str, TypeRef, Value};

use crate::host_objects::table_of;
use crate::runspace::Runspace;

/// One line a parameter set, as `Get-Command -Syntax` prints it.
pub fn of(runspace: &mut Runspace, info: &CommandInfo) -> String {
    if let CommandBody::Program(path) = &info.body {
        return path.to_string();
    }
    named(runspace, info, &info.name)
}

/// The lines under the name by which the command was asked for; an alias, or a script by its path, says what it stands for.
pub fn asked(runspace: &mut Runspace, info: &CommandInfo, name: &str) -> String {
    let target = match &info.body {
        CommandBody::Alias(target) => target.clone(),
        CommandBody::Script(_) if info.kind == CommandKind::ExternalScript && name != info.name.as_str() => {
            info.definition.clone()
        }
        _ => return of(runspace, info),
    };
    format!("{name} (alias) -> {target}\n{}", named(runspace, info, name))
}

fn named(runspace: &mut Runspace, info: &CommandInfo, name: &str) -> String {
    let table = table_of(runspace, info);
    let sets = set_indexes(&table);
    let lines: Vec<String> = sets.into_iter().map(|set| format!("{name} {}", line(&table, set))).collect();
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

/// Where a parameter stands in syntax lines: positional ones first, then mandatory ones.
pub fn display_key(place: &ParameterInSet) -> (u8, i32) {
    match place.position {
        Some(position) => (0, position),
        None if place.is_mandatory => (1, 0),
        None => (2, 0),
    }
}

/// The parameters of a set in the order of syntax lines.
fn ordered(table: &ParameterTable, set: Option<usize>) -> Vec<(&Parameter, &ParameterInSet)> {
    let mut list: Vec<_> = table
        .parameters
        .iter()
        .filter_map(|p| {
            let place = place_in(p, set)?;
            Some((p, place))
        })
        .collect();
    list.sort_by_key(|(_, place)| display_key(place));
    list
}

/// How a parameter stands in a set.
fn place_in(p: &Parameter, set: Option<usize>) -> Option<&command::ParameterInSet> {
    let own = p.in_sets.iter().find(|s| s.set == set && set.is_some());
    own.or_else(|| p.in_sets.iter().find(|s| s.set.is_none()))
}

fn line(table: &ParameterTable, set: Option<usize>) -> String {
    let mut parts = Vec::new();
    for (p, place) in ordered(table, set) {
        let ty = shown_type(p);
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
    if let Some(name) = &p.ps_type_name {
        let short = name.rsplit('.').next().unwrap_or(name);
        return if p.ty.element().is_some() { format!("{short}[]") } else { short.to_string() };
    }
    if p.ty == TypeRef::PSCUSTOMOBJECT {
        return "psobject".to_string();
    }
    let name = p.ty.name();
    // A value that may be missing is shown as the value.
    let inner = name.strip_prefix("System.Nullable`1[").and_then(|rest| rest.strip_suffix(']'));
    match inner.and_then(|inner| TypeRef::find(inner.trim_matches(['[', ']']).split(',').next().unwrap_or(inner))) {
        Some(inner) => type_text(inner, &p.type_name),
        None => type_text(p.ty, &p.type_name),
    }
}

fn type_text(ty: TypeRef, declared: &Str) -> String {
    if ty == TypeRef::OBJECT && declared.as_str() != "System.Object" {
        return without_namespaces(declared);
    }
    match ty.ps_name().as_str() {
        "object" => "Object".to_string(),
        "object[]" => "Object[]".to_string(),
        name => without_namespaces(name),
    }
}

/// A type's name, and those of its arguments, without namespaces: `List[string]`.
fn without_namespaces(name: &str) -> String {
    let mut text = String::new();
    for (at, part) in name.split_inclusive(['[', ']', ',']).enumerate() {
        let (word, mark) = part.split_at(part.find(['[', ']', ',']).unwrap_or(part.len()));
        // What an assembly's name would add is no part of the type's.
        let word = if at > 0 { word.trim() } else { word };
        let word = word.rsplit('.').next().unwrap_or(word);
        text.push_str(word.split('`').next().unwrap_or(word));
        text.push_str(mark);
    }
    text.replace("[[", "[").replace("]]", "]")
}

/// CommandParameterSetInfo objects.
pub fn parameter_sets(runspace: &mut Runspace, info: &CommandInfo) -> Value {
    let table = table_of(runspace, info);
    let made = set_indexes(&table)
        .into_iter()
        .map(|set| {
            let name = set.map_or_else(|| Str::from("__AllParameterSets"), |at| table.sets[at].name.clone());
            // As they are declared, the common ones behind.
            let common = if table.is_advanced { crate::bind::common::parameters(&table) } else { Vec::new() };
            let parameters: Vec<Value> = table
                .parameters
                .iter()
                .chain(&common)
                .filter(|p| !p.is_hidden)
                .filter_map(|p| Some((p, place_in(p, set)?)))
                .map(|(p, place)| parameter_info(runspace, p, place, &table))
                .collect();
            NativeObject::of_pairs(
                "System.Management.Automation.CommandParameterSetInfo",
                vec![
                    ("Name", Value::Str(name)),
                    (
                        "IsDefault",
                        Value::Bool(match set {
                            None => info.kind == CommandKind::Cmdlet,
                            set => set == table.default_set,
                        }),
                    ),
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

/// A parameter as a set shows it (CommandParameterInfo).
fn parameter_info(
    runspace: &mut Runspace,
    p: &command::Parameter,
    place: &command::ParameterInSet,
    table: &ParameterTable,
) -> Value {
    let attributes = crate::bind::attribute_objects(runspace, p, table).unwrap_or_default();
    let aliases = p.aliases.iter().cloned().map(Value::Str).collect();
    NativeObject::of(
        "System.Management.Automation.CommandParameterInfo",
        vec![
            ("Name", Value::Str(p.name.clone())),
            ("ParameterType", Value::Type(p.ty)),
            ("IsMandatory", Value::Bool(place.is_mandatory)),
            ("IsDynamic", Value::Bool(p.is_dynamic)),
            ("Position", Value::I32(place.position.unwrap_or(i32::MIN))),
            ("ValueFromPipeline", Value::Bool(place.by_value)),
            ("ValueFromPipelineByPropertyName", Value::Bool(place.by_property_name)),
            ("ValueFromRemainingArguments", Value::Bool(place.takes_remaining)),
            ("HelpMessage", place.help_message.clone().map_or_else(|| Value::from(""), Value::Str)),
            ("Aliases", Value::typed_array(values::TypeRef::STRING, aliases)),
            ("Attributes", Value::array(attributes)),
        ],
    )
}
