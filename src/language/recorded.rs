//! Agreement with errors recorded from PowerShell.

use std::sync::Arc;

use serde_json::Value;

use crate::{ErrorArg, KnownType, Options, ParseError, Source, TypeKnowledge, parse_with};

/// The types that the recordings mention and that exist.
struct SomeTypes;

const TYPES: &[(&str, &str, &str)] = &[
    ("int", "System.Int32", ""),
    ("byte", "System.Byte", ""),
    ("string", "System.String", ""),
    ("void", "System.Void", ""),
    ("bool", "System.Boolean", ""),
    ("hashtable", "System.Collections.Hashtable", ""),
    ("ref", "System.Management.Automation.PSReference", ""),
    ("parameter", "System.Management.Automation.ParameterAttribute", "Property, Field"),
    ("flags", "System.FlagsAttribute", "Enum"),
    ("dscresource", "System.Management.Automation.DscResourceAttribute", "Class"),
    ("dscproperty", "System.Management.Automation.DscPropertyAttribute", "Property, Field"),
    ("validateset", "System.Management.Automation.ValidateSetAttribute", "Property, Field"),
];

impl TypeKnowledge for SomeTypes {
    fn resolve(&self, name: &str, _usings: &[String], _attribute: bool) -> Option<KnownType> {
        if name.starts_with("System.") {
            return Some(KnownType { name: name.to_owned(), usage: None });
        }
        let (_, full, usage) = TYPES.iter().find(|(short, ..)| short.eq_ignore_ascii_case(name))?;
        let usage = (!usage.is_empty()).then(|| (*usage).to_owned());
        Some(KnownType { name: (*full).to_owned(), usage })
    }

    fn is_subclass(&self, ty: &str, base: &str) -> bool {
        base == "System.Exception" && ty.ends_with("Exception") && ty != base
    }

    fn module_exists(&self, name: &str) -> bool {
        name.contains('/')
    }

    fn assembly_exists(&self, _name: &str) -> bool {
        false
    }
}

fn arg_agrees(expected: &Value, found: &ErrorArg) -> bool {
    match (expected, found) {
        (Value::String(text), found) => *text == found.text(),
        (Value::Object(map), ErrorArg::Message(key, args)) => {
            let name = map["m"].as_str().unwrap_or_default();
            let empty = Vec::new();
            let expected = map.get("args").and_then(Value::as_array).unwrap_or(&empty);
            name.trim_start_matches("ParserStrings.") == *key
                && expected.len() == args.len()
                && expected.iter().zip(args).all(|(expected, found)| arg_agrees(expected, found))
        }
        _ => false,
    }
}

fn describe(source: &Source, error: &ParseError) -> String {
    let (start, end) = (source.position(error.span.start), source.position(error.span.end()));
    let args: Vec<String> = error.args.iter().map(ErrorArg::text).collect();
    format!(
        "{} {args:?} [{},{},{},{}]{}",
        error.id,
        start.line,
        start.column,
        end.line,
        end.column,
        if error.incomplete { " inc" } else { "" }
    )
}

fn agrees(source: &Source, expected: &Value, found: &ParseError) -> bool {
    let (start, end) = (source.position(found.span.start), source.position(found.span.end()));
    let at: Vec<u64> = [start.line, start.column, end.line, end.column].map(u64::from).to_vec();
    let empty = Vec::new();
    let args = expected.get("args").and_then(Value::as_array).unwrap_or(&empty);
    expected["id"] == found.id
        && expected["at"].as_array().is_some_and(|wanted| wanted.iter().filter_map(Value::as_u64).eq(at))
        && expected.get("inc").and_then(Value::as_bool).unwrap_or(false) == found.incomplete
        && (same_message(args, found)
            || args
                .iter()
                .enumerate()
                .all(|(index, arg)| arg == "" || found.args.get(index).is_some_and(|found| arg_agrees(arg, found))))
}

/// The recording may have cut the message into other arguments.
fn same_message(args: &[Value], found: &ParseError) -> bool {
    let args = args.iter().map(|arg| ErrorArg::from(arg.as_str().unwrap_or_default())).collect();
    ParseError { args, ..found.clone() }.message() == found.message()
}

#[test]
fn recorded_errors() {
    let recorded: Vec<Value> = serde_json::from_str(include_str!("data/parser-errors.json")).expect("valid recordings");
    let mut good = 0;
    let mut report = String::new();
    for record in &recorded {
        let text = record["src"].as_str().expect("a source");
        let source = Arc::new(Source::new(text));
        let types: &dyn TypeKnowledge = &SomeTypes;
        let options = Options { types: Some(types), ..Options::default() };
        let parsed = parse_with(source.clone(), &options);
        let expected = record["errors"].as_array().expect("errors");
        let same = expected.len() == parsed.errors.len()
            && expected.iter().zip(&parsed.errors).all(|(expected, found)| agrees(&source, expected, found));
        if same {
            good += 1;
        } else {
            let found: Vec<String> = parsed.errors.iter().map(|error| describe(&source, error)).collect();
            let wanted: Vec<String> = expected.iter().map(|error| error.to_string()).collect();
            report.push_str(&format!("{text:?}\n  want {}\n  have {}\n", wanted.join(" | "), found.join(" | ")));
        }
    }
    assert!(good * 1000 >= recorded.len() * 990, "{good} of {} agree\n{report}", recorded.len());
}
