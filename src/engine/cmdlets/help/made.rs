//! Help of a command about which nothing was written: what its parameters tell.

use command::{CommandInfo, CommandKind, ParameterTable};
use values::{Str, TypeRef, Value};

use super::maml::{self, MADE, Placed};
use crate::cmdlets::syntax;

/// The help object; `syntax_text` is that of `Get-Command -Syntax`.
pub fn object(info: &CommandInfo, table: &ParameterTable, syntax_text: &str, aliases: &[Str]) -> Value {
    let part = |name: &str, pairs| maml::part(MADE, name, pairs);
    let name = Value::Str(info.name.clone());
    let (verb, noun) = info.name.split_once('-').unwrap_or((info.name.as_str(), ""));
    let details = part(
        "details",
        vec![
            ("name", name.clone()),
            ("noun", Value::from(noun)),
            ("verb", Value::from(verb)),
            ("description", Value::Null),
        ],
    );
    let common = Value::Bool(table.is_advanced);
    let count = table.sets.len();
    let sets: Vec<Option<usize>> = if count == 0 { vec![None] } else { (0..count).map(Some).collect() };
    let items = sets.into_iter().map(|set| {
        let mut placed = maml::set_parameters(table, set);
        // What the engine adds stays behind the command's own.
        placed.sort_by_key(|p| syntax::display_key(&p.place));
        let list = placed.iter().map(|p| parameter(p, table, true)).collect();
        let mut pairs = vec![("name", name.clone()), ("CommonParameters", common.clone())];
        pairs.extend(maml::items(list).map(|list| ("parameter", list)));
        part("syntaxItem", pairs)
    });
    let syntax = part("syntax", vec![("syntaxItem", maml::items(items.collect()).unwrap_or_default())]);
    let mut all = maml::all_parameters(table);
    all.sort_by_key(|p| p.parameter.name.to_lowercase());
    let list: Vec<Value> = all.iter().map(|p| parameter(p, table, false)).collect();
    let parameters =
        part("parameters", vec![("parameter", maml::items(list).unwrap_or_else(|| Value::array(Vec::new())))]);
    let inputs: Vec<Value> = all
        .iter()
        .filter(|p| p.parameter.in_sets.iter().any(|s| s.by_value))
        .map(|p| named_type("inputType", p.parameter.ty.name()))
        .collect();
    let inputs = maml::items(inputs).unwrap_or_else(|| named_type("inputType", "None"));
    let outputs: Vec<Value> = info.output_types.iter().map(|t| named_type("returnValue", t)).collect();
    let outputs = maml::items(outputs).unwrap_or_else(|| named_type("returnValue", "System.Object"));
    let aliases: Vec<&str> = aliases.iter().map(|a| a.as_str()).collect();
    let aliases = if aliases.is_empty() { "None".to_string() } else { aliases.join("\n") };
    let category = match info.kind {
        CommandKind::Cmdlet => "Cmdlet",
        CommandKind::ExternalScript => "ExternalScript",
        CommandKind::Filter => "Filter",
        _ => "Function",
    };
    let mut pairs = vec![
        ("details", details),
        ("Syntax", syntax),
        ("parameters", parameters),
        ("CommonParameters", common),
        ("inputTypes", part("inputTypes", vec![("inputType", inputs)])),
        ("returnValues", part("returnValues", vec![("returnValue", outputs)])),
        ("aliases", Value::from(aliases)),
        ("remarks", Value::from("None")),
        ("alertSet", Value::Null),
        ("description", Value::Null),
        ("examples", Value::Null),
        ("Synopsis", Value::from(syntax_text)),
        ("ModuleName", Value::Str(info.module.clone().unwrap_or_else(Str::empty))),
        ("nonTerminatingErrors", Value::from("")),
    ];
    pairs.extend(maml::namespaces());
    pairs.extend([
        ("Name", name),
        ("Category", Value::from(category)),
        ("Component", Value::Null),
        ("Role", Value::Null),
        ("Functionality", Value::Null),
    ]);
    maml::object(&[MADE, "CmdletHelpInfo", "HelpInfo"], pairs)
}

fn named_type(part: &str, name: &str) -> Value {
    maml::part(MADE, part, vec![("type", maml::object(&["MamlType"], vec![("name", Value::from(name))]))])
}

fn parameter(placed: &Placed, table: &ParameterTable, for_syntax: bool) -> Value {
    let (p, place) = (&placed.parameter, &placed.place);
    let mut pairs = vec![("name", Value::Str(p.name.clone()))];
    if let Some(text) = p.help.as_deref().or(place.help_message.as_deref()) {
        pairs.push(("description", maml::paragraphs(&[text])));
    }
    if !p.is_switch() {
        let shown = syntax::shown_type(p);
        pairs.push(("parameterValue", maml::text_with(&shown, vec![("required", maml::truth(true))])));
    }
    pairs.push(("required", maml::truth(place.is_mandatory)));
    pairs.push(("position", Value::from(place.position.map_or("Named".to_string(), |n| n.to_string()))));
    pairs.push(("pipelineInput", Value::from(maml::pipeline_input(place, true))));
    pairs.push(("globbing", maml::truth(p.takes_wildcards)));
    if !for_syntax {
        let sets: Vec<&str> =
            p.in_sets.iter().filter_map(|s| s.set.and_then(|at| table.sets.get(at)).map(|s| s.name.as_str())).collect();
        let aliases: Vec<&str> = p.aliases.iter().map(|a| a.as_str()).collect();
        let ty = if p.ty == TypeRef::OBJECT { p.type_name.as_str() } else { p.ty.name() };
        pairs.extend([
            ("parameterSetName", Value::from(if sets.is_empty() { "(All)".to_string() } else { sets.join(", ") })),
            ("aliases", Value::from(if aliases.is_empty() { "None".to_string() } else { aliases.join(", ") })),
            ("isDynamic", maml::truth(p.is_dynamic)),
            ("type", maml::object(&["MamlType"], vec![("name", Value::from(ty))])),
        ]);
    }
    maml::part(MADE, "parameter", pairs)
}
