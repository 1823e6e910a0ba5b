//! Help that somebody wrote: comments of a function or script, or the texts of a built-in command.

use command::{CommandKind, ParameterTable};
use language::CommentHelp;
use values::number::shell::{Scanned, double_to_string, scan_number};
use values::{Str, TypeKind, TypeRef, Value, convert};

use super::maml::{self, Placed, WRITTEN};
use crate::bind::empty_of;

/// What help is made of.
pub struct Written<'a> {
    pub name: &'a str,
    pub kind: CommandKind,
    pub module: Option<Str>,
    pub texts: &'a CommentHelp,
    pub table: &'a ParameterTable,
    /// The names of the declared output types.
    pub output_types: &'a [Str],
}

impl Written<'_> {
    /// The help object with the type names of its default view.
    pub fn object(&self) -> Value {
        let part = |name: &str, pairs| maml::part(WRITTEN, name, pairs);
        let texts = self.texts;
        let trimmed = |t: &Option<String>| t.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(str::to_string);
        let mut details = vec![("name", Value::from(self.name))];
        let synopsis = trimmed(&texts.synopsis);
        if let Some(text) = &synopsis {
            details.push(("description", maml::paragraphs(&[text])));
        }
        let mut pairs = vec![("details", part("details", details)), ("syntax", self.syntax())];
        if let Some(text) = trimmed(&texts.description) {
            pairs.push(("description", maml::paragraphs(&[&text])));
        }
        let parameters = maml::all_parameters(self.table).iter().map(|p| self.parameter(p, false)).collect();
        let parameters = maml::items(parameters).map(|list| ("parameter", list));
        pairs.push(("parameters", part("parameters", parameters.into_iter().collect())));
        let outputs: Vec<String> = match texts.outputs.is_empty() {
            true => self.output_types.iter().map(Str::to_string).collect(),
            false => texts.outputs.clone(),
        };
        for (outer, inner, list) in
            [("inputTypes", "inputType", &texts.inputs), ("returnValues", "returnValue", &outputs)]
        {
            let made = list.iter().map(|t| {
                let named = maml::object(&["MamlType"], vec![("name", Value::from(t.trim()))]);
                part(inner, vec![("type", named)])
            });
            if let Some(list) = maml::items(made.collect()) {
                pairs.push((outer, part(outer, vec![(inner, list)])));
            }
        }
        if let Some(text) = trimmed(&texts.notes) {
            pairs.push(("alertSet", part("alertSet", vec![("alert", maml::paragraphs(&[&text]))])));
        }
        if let Some(list) = maml::items(texts.examples.iter().enumerate().map(|(at, t)| example(at, t)).collect()) {
            pairs.push(("examples", part("examples", vec![("example", list)])));
        }
        let links = texts.links.iter().map(|link| {
            let link = link.trim();
            let is_address = link.split_once(':').is_some_and(|(scheme, rest)| {
                !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric()) && rest.starts_with("//")
            });
            part("navigationLink", vec![(if is_address { "uri" } else { "linkText" }, Value::from(link))])
        });
        if let Some(list) = maml::items(links.collect()) {
            pairs.push(("relatedLinks", part("relatedLinks", vec![("navigationLink", list)])));
        }
        pairs.extend(maml::namespaces());
        let category = match self.kind {
            CommandKind::Cmdlet => "Cmdlet",
            CommandKind::ExternalScript => "ExternalScript",
            CommandKind::Filter => "Filter",
            _ => "Function",
        };
        let text = |t: &Option<String>| trimmed(t).map_or(Value::Null, Value::from);
        pairs.extend([
            ("Name", Value::from(self.name)),
            ("Category", Value::from(category)),
            ("Synopsis", synopsis.map_or(Value::from(""), Value::from)),
            ("Component", text(&texts.component)),
            ("Role", text(&texts.role)),
            ("Functionality", text(&texts.functionality)),
            ("ModuleName", Value::Str(self.module.clone().unwrap_or_else(Str::empty))),
        ]);
        maml::object(&[WRITTEN, "HelpInfo"], pairs)
    }

    fn syntax(&self) -> Value {
        let count = self.table.sets.len();
        let sets: Vec<Option<usize>> = if count == 0 { vec![None] } else { (0..count).map(Some).collect() };
        let made = sets.into_iter().map(|set| {
            let mut pairs = vec![("name", Value::from(self.name))];
            let list = maml::set_parameters(self.table, set).iter().map(|p| self.parameter(p, true)).collect();
            pairs.extend(maml::items(list).map(|list| ("parameter", list)));
            maml::part(WRITTEN, "syntaxItem", pairs)
        });
        let list = maml::items(made.collect()).map(|list| ("syntaxItem", list));
        maml::part(WRITTEN, "syntax", list.into_iter().collect())
    }

    fn meaning(&self, name: &str) -> Option<&str> {
        let texts = &self.texts.parameters;
        let text = texts.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, t)| t.trim())?;
        (!text.is_empty()).then_some(text)
    }

    fn parameter(&self, placed: &Placed, for_syntax: bool) -> Value {
        let (p, place) = (&placed.parameter, &placed.place);
        let mut pairs = vec![("name", Value::Str(p.name.clone()))];
        let message = p.help.as_deref().or(place.help_message.as_deref());
        if let Some(text) = self.meaning(&p.name).or(message) {
            pairs.push(("description", maml::paragraphs(&[text])));
        }
        let short = maml::short_type(p);
        let mut names = enum_names(p.ty.element().unwrap_or(p.ty));
        if names.is_empty() {
            names = p.enum_names.iter().cloned().map(|n| (n, 0)).collect();
        }
        let names: Vec<Value> = names.into_iter().map(|(n, _)| Value::Str(n)).collect();
        if !names.is_empty() {
            let group = maml::part(WRITTEN, "parameterValueGroup", vec![("parameterValue", Value::array(names))]);
            pairs.push(("parameterValueGroup", group));
        } else if !(for_syntax && p.is_switch()) {
            pairs.push(("parameterValue", maml::text_with(&short, vec![("required", maml::truth(!p.is_switch()))])));
        }
        if !for_syntax {
            pairs.push(("type", maml::object(&["MamlType"], vec![("name", Value::from(short.as_str()))])));
            pairs.push(("defaultValue", Value::from(self.default_value(placed))));
        }
        pairs.extend([
            ("required", maml::truth(place.is_mandatory)),
            ("globbing", maml::truth(p.takes_wildcards)),
            ("pipelineInput", Value::from(maml::pipeline_input(place, false))),
            ("position", Value::from(place.position.map_or("named".to_string(), |n| (n + 1).to_string()))),
            // Empty for help of comments; the views have a line for it.
            (
                "aliases",
                Value::from(if self.kind == CommandKind::Cmdlet {
                    p.aliases.iter().map(|a| a.as_str()).collect::<Vec<_>>().join(", ")
                } else {
                    String::new()
                }),
            ),
        ]);
        maml::part(WRITTEN, "parameter", pairs)
    }

    /// A constant as its value, an expression as it is written, else what the type holds without a value.
    fn default_value(&self, placed: &Placed) -> String {
        let p = &placed.parameter;
        let is_declared = self.table.parameters.iter().any(|own| own.name == p.name);
        match &p.default_text {
            Some(text) => constant_text(text),
            None if !is_declared || self.kind == CommandKind::Cmdlet => String::new(),
            None if p.is_switch() => "False".to_string(),
            None => match empty_of(p.ty) {
                Value::Null if p.ty.is_enum() => {
                    enum_names(p.ty).into_iter().find(|(_, v)| *v == 0).map_or("0".to_string(), |(n, _)| n.to_string())
                }
                Value::Null if p.ty == TypeRef::DATETIME => "01/01/0001 00:00:00".to_string(),
                Value::Null if p.ty == TypeRef::TIMESPAN => "00:00:00".to_string(),
                Value::Null if p.ty == TypeRef::GUID => "00000000-0000-0000-0000-000000000000".to_string(),
                value => convert::to_display(&value),
            },
        }
    }
}

/// Names and values of an enumeration in the order of the values.
fn enum_names(ty: TypeRef) -> Vec<(Str, i64)> {
    let TypeKind::Enum { values, .. } = &ty.info().kind else { return Vec::new() };
    let mut names: Vec<(Str, i64)> = values.iter().cloned().collect();
    names.sort_by_key(|(_, v)| *v as u64);
    names
}

/// The value of a constant expression as text; other expressions as they stand.
fn constant_text(text: &str) -> String {
    let text = text.trim();
    let inside = |mark: char| text.strip_prefix(mark).and_then(|t| t.strip_suffix(mark)).filter(|t| !t.contains(mark));
    if let Some(literal) = inside('\'') {
        return literal.to_string();
    }
    if let Some(literal) = inside('"').filter(|t| !t.contains(['$', '`'])) {
        return literal.to_string();
    }
    match text.to_ascii_lowercase().as_str() {
        "$true" => return "True".to_string(),
        "$false" => return "False".to_string(),
        "$null" => return String::new(),
        _ => {}
    }
    if text.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '.')
        && let Some(number) = scan_number(text)
    {
        return match number {
            Scanned::Double(v) => double_to_string(v),
            Scanned::Decimal(v) => v.to_string(),
            other => other.to_bigint().map_or_else(|| text.to_string(), |n| n.to_string()),
        };
    }
    text.to_string()
}

fn example(at: usize, text: &str) -> Value {
    let (prompt, code, remarks) = example_sections(text);
    let title = format!("-------------------------- EXAMPLE {} --------------------------", at + 1);
    maml::part(
        WRITTEN,
        "example",
        vec![
            ("title", Value::from(title)),
            ("introduction", maml::paragraphs(&[&prompt])),
            ("code", Value::from(code)),
            // Four empty paragraphs keep examples apart.
            ("remarks", maml::paragraphs(&[&remarks, "", "", "", ""])),
        ],
    )
}

/// What an example says: the prompt that it begins with, its code up to the first empty line, and the rest.
fn example_sections(text: &str) -> (String, String, String) {
    let first_line = text.split('\n').next().unwrap_or_default();
    let (prompt, rest) = match first_line.find('>') {
        Some(at) => (text[..=at].to_string(), &text[at + 1..]),
        None => ("PS > ".to_string(), text),
    };
    let normal = rest.replace("\r\n", "\n");
    match normal.split_once("\n\n") {
        Some((code, remarks)) => (prompt, code.trim().to_string(), remarks.trim().to_string()),
        None => (prompt, normal.trim().to_string(), String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections() {
        let check = |text: &str, prompt: &str, code: &str, remarks: &str| {
            assert_eq!(example_sections(text), (prompt.to_string(), code.to_string(), remarks.to_string()));
        };
        check("PS C:\\> A 1\n\nout\n", "PS C:\\>", "A 1", "out");
        check("C:\\PS>B\nmore\n", "C:\\PS>", "B\nmore", "");
        check("C 3\n  D\n\nrem\n", "PS > ", "C 3\n  D", "rem");
    }

    #[test]
    fn defaults() {
        for (text, value) in
            [("'a'", "a"), ("3", "3"), ("$true", "True"), ("(Get-Date)", "(Get-Date)"), ("\"a$b\"", "\"a$b\"")]
        {
            assert_eq!(constant_text(text), value);
        }
    }
}
