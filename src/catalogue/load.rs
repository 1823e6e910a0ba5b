//! Reads catalogue files into the form that is packed, and checks them: every fault names its file and line.

use crate::blob::{command_flag, parameter_flag, property_flag, set_flag};
use crate::pack::{self, Command, Noun, position_word};
use crate::schema::{self, CommandJson, NounFile, Token};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use toml::Spanned;

/// A fault in a catalogue file.
#[derive(Debug, thiserror::Error)]
#[error("{file}:{line}: {what}")]
pub struct CatalogueError {
    /// File path.
    pub file: String,
    /// Line, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

/// A type of the product modules' parameters.
struct KnownType {
    clr: &'static str,
    values: &'static str,
}

static TYPES: &str = include_str!("types.tsv");

fn known_types() -> HashMap<&'static str, KnownType> {
    TYPES
        .lines()
        .filter_map(|line| {
            let mut cells = line.split('\t');
            let name = cells.next()?;
            let _kind = cells.next()?;
            Some((name, KnownType { clr: cells.next()?, values: cells.next()? }))
        })
        .collect()
}

const FAMILIES: [&str; 5] = ["directory", "document", "tenant", "server", "action"];
const EFFECTS: [&str; 4] = ["", "runtime", "checked", "recorded"];
const SCOPES: [&str; 4] = ["Global", "Site", "Service", "Tag"];

/// Everything that a crate's catalogue files say.
pub(crate) fn load(files: &[PathBuf]) -> Result<(Vec<Command>, Vec<Noun>), Vec<CatalogueError>> {
    let types = known_types();
    let (mut commands, mut nouns, mut errors) = (Vec::new(), Vec::new(), Vec::new());
    for path in files {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => {
                errors.push(CatalogueError { file: path.display().to_string(), line: 1, what: error.to_string() });
                continue;
            }
        };
        let mut file = File { path, text: &text, types: &types, errors: &mut errors };
        if path.extension().is_some_and(|e| e == "json") {
            file.commands(&mut commands);
        } else {
            file.noun(&mut commands, &mut nouns);
        }
    }
    let mut seen: HashMap<String, usize> = HashMap::new();
    for (index, command) in commands.iter().enumerate() {
        if seen.insert(crate::blob::fold(&command.name), index).is_some() {
            errors.push(CatalogueError {
                file: command.module.clone(),
                line: 1,
                what: format!("command `{}` is declared twice", command.name),
            });
        }
    }
    if errors.is_empty() { Ok((commands, nouns)) } else { Err(errors) }
}

struct File<'a> {
    path: &'a Path,
    text: &'a str,
    types: &'a HashMap<&'static str, KnownType>,
    errors: &'a mut Vec<CatalogueError>,
}

impl File<'_> {
    fn fault(&mut self, offset: usize, what: impl Into<String>) {
        let line = self.text.as_bytes()[..offset.min(self.text.len())].iter().filter(|&&b| b == b'\n').count() + 1;
        self.errors.push(CatalogueError { file: self.path.display().to_string(), line, what: what.into() });
    }

    fn commands(&mut self, commands: &mut Vec<Command>) {
        let rows: Vec<CommandJson> = match serde_json::from_str(self.text) {
            Ok(rows) => rows,
            Err(error) => {
                let what = error.to_string();
                self.errors.push(CatalogueError { file: self.path.display().to_string(), line: error.line(), what });
                return;
            }
        };
        for row in rows {
            let at = self.text.find(&format!("\"name\":\"{}\"", row.name)).unwrap_or(0);
            let command = builtin(row);
            self.check(at, &command);
            commands.push(command);
        }
    }

    fn noun(&mut self, commands: &mut Vec<Command>, nouns: &mut Vec<Noun>) {
        let file: NounFile = match toml::from_str(self.text) {
            Ok(file) => file,
            Err(error) => {
                let offset = error.span().map_or(0, |s| s.start);
                self.fault(offset, error.message().to_owned());
                return;
            }
        };
        if !FAMILIES.contains(&file.family.get_ref().as_str()) {
            self.fault(file.family.span().start, format!("`{}` is no family of objects", file.family.get_ref()));
        }
        for scope in &file.scopes {
            if !SCOPES.contains(&scope.get_ref().as_str()) {
                self.fault(scope.span().start, format!("`{}` is no scope", scope.get_ref()));
            }
        }
        if let Some(effect) = &file.effect
            && !EFFECTS.contains(&effect.get_ref().as_str())
        {
            self.fault(effect.span().start, format!("`{}` is no effect", effect.get_ref()));
        }
        let mut noun = Noun {
            name: file.noun.clone(),
            type_name: file.type_name.clone(),
            family: file.family.get_ref().clone(),
            container: file.container.clone(),
            stored_as: if file.stored_as.is_empty() { file.noun.clone() } else { file.stored_as.clone() },
            scopes: file.scopes.iter().map(|s| s.get_ref().clone()).collect(),
            table: file.view.table.clone(),
            list: file.view.list.clone(),
            effect: file.effect.as_ref().map_or_else(|| "recorded".to_owned(), |e| e.get_ref().clone()),
            parent: file.parent.clone(),
            module: file.module.clone(),
            seeds: file.seed.iter().map(json_text).collect(),
            referred_by: file.referred_by.clone(),
            document: file.document.clone(),
            ..Noun::default()
        };
        for (name, property) in &file.property {
            let row = self.property(name, property);
            noun.properties.push(row);
        }
        for (verb, row) in &file.verb {
            let command = self.verb(&file, verb, row);
            commands.push(command);
        }
        nouns.push(noun);
    }

    fn property(&mut self, name: &str, property: &Spanned<schema::Property>) -> pack::Property {
        let at = property.span().start;
        let it = property.get_ref();
        if !it.type_name.is_empty() && !self.types.contains_key(it.type_name.as_str()) {
            self.fault(at, format!("property `{name}`: unknown type `{}`", it.type_name));
        }
        if it.type_name.is_empty() && !it.values.is_empty() {
            self.fault(at, format!("property `{name}`: a list of values without a type"));
        }
        let (minimum, maximum) = match it.range.split_once("..") {
            Some((low, high)) => (low.to_owned(), high.to_owned()),
            None if it.range.is_empty() => (String::new(), String::new()),
            None => {
                self.fault(at, format!("property `{name}`: `{}` is no range", it.range));
                (String::new(), String::new())
            }
        };
        let mut flags = 0;
        for (set, bit) in [
            (it.many, property_flag::MANY),
            (it.unique, property_flag::UNIQUE),
            (it.index, property_flag::INDEXED),
            (it.hidden, property_flag::HIDDEN),
            (it.computed, property_flag::COMPUTED),
        ] {
            flags |= if set { bit } else { 0 };
        }
        match it.set.as_str() {
            "" => {}
            "new" => flags |= property_flag::NEW_ONLY,
            "never" => flags |= property_flag::READ_ONLY,
            other => self.fault(at, format!("property `{name}`: set = `{other}` means nothing")),
        }
        if !EFFECTS.contains(&it.effect.as_str()) {
            self.fault(at, format!("property `{name}`: `{}` is no effect", it.effect));
        }
        let values = if it.values.is_empty() { self.values_of(&it.type_name) } else { it.values.clone() };
        pack::Property {
            name: name.to_owned(),
            type_name: it.type_name.clone(),
            flags,
            default: it.default.as_ref().map(json_text).unwrap_or_default(),
            link: it.link.clone(),
            minimum,
            maximum,
            max_length: it.length,
            values,
            pattern: it.pattern.clone(),
            help: it.help.clone(),
            effect: it.effect.clone(),
            back: it.back.split_whitespace().map(str::to_owned).collect(),
        }
    }

    fn values_of(&self, type_name: &str) -> Vec<String> {
        match self.types.get(type_name) {
            Some(known) if !known.values.is_empty() => known.values.split(',').map(str::to_owned).collect(),
            _ => Vec::new(),
        }
    }

    fn verb(&mut self, file: &NounFile, verb: &str, row: &schema::Verb) -> Command {
        let mut command = Command {
            name: format!("{verb}-{}", file.noun),
            module: file.module.clone(),
            kind: "Cmdlet".to_owned(),
            verb: verb.to_owned(),
            noun: file.noun.clone(),
            impact: row.impact.clone(),
            default_set: row.default.clone(),
            aliases: row.aliases.clone(),
            outputs: row.output.iter().map(|o| (o.clone(), Vec::new(), String::new())).collect(),
            synopsis: row.synopsis.clone(),
            examples: row.examples.clone(),
            refused: row.refused.clone(),
            from_noun: Some(file.noun.clone()),
            flags: command_flag::GENERIC,
            ..Command::default()
        };
        command.flags |= if row.should_process { command_flag::SHOULD_PROCESS } else { 0 };
        command.flags |= if row.paging { command_flag::PAGING } else { 0 };
        command.flags |= match row.only.as_str() {
            "whatif" => command_flag::WHAT_IF_ONLY,
            "confirm" => command_flag::CONFIRM_ONLY,
            _ => 0,
        };
        let mut at = 0;
        for text in &row.parameters {
            at = text.span().start;
            self.place(file, &mut command, text, "*");
        }
        for (set, texts) in &row.set {
            command.sets.push((set.clone(), String::new()));
            for text in texts {
                at = text.span().start;
                self.place(file, &mut command, text, set);
            }
        }
        if command.sets.is_empty() {
            command.sets.push(("*".to_owned(), String::new()));
        }
        self.check(at, &command);
        command
    }

    fn place(&mut self, file: &NounFile, command: &mut Command, text: &Spanned<String>, set: &str) {
        let token = match Token::parse(text.get_ref()) {
            Ok(token) => token,
            Err(what) => return self.fault(text.span().start, what),
        };
        let mut flags = 0;
        for (on, bit) in [
            (token.mandatory, set_flag::MANDATORY),
            (token.by_value, set_flag::BY_VALUE),
            (token.by_property_name, set_flag::BY_PROPERTY_NAME),
            (token.remaining, set_flag::REMAINING),
        ] {
            flags |= if on { bit } else { 0 };
        }
        let place = (set.to_owned(), flags, position_word(token.position));
        if let Some(parameter) = command.parameters.iter_mut().find(|p| p.name.eq_ignore_ascii_case(&token.name)) {
            parameter.places.push(place);
            return;
        }
        let shared = file.parameter.get(&token.name).map(Spanned::get_ref);
        let property = file.property.get(&token.name).map(Spanned::get_ref);
        let type_name = match (token.type_name.as_str(), shared, property) {
            (own, _, _) if !own.is_empty() => own.to_owned(),
            (_, Some(shared), _) if !shared.type_name.is_empty() => shared.type_name.clone(),
            (_, _, Some(property)) if property.many => "MultiValuedProperty".to_owned(),
            (_, _, Some(property)) if !property.type_name.is_empty() => property.type_name.clone(),
            _ => {
                self.fault(text.span().start, format!("parameter `{}` has no type", token.name));
                return;
            }
        };
        let Some(known) = self.types.get(type_name.as_str()) else {
            self.fault(text.span().start, format!("parameter `{}`: unknown type `{type_name}`", token.name));
            return;
        };
        // A name of its own space, so that no .NET type is meant by it.
        let space = match file.family.get_ref().as_str() {
            "directory" => "Microsoft.Exchange.",
            "server" => "Microsoft.Management.",
            _ => "Microsoft.Rtc.",
        };
        let clr = if known.clr.is_empty() { format!("{space}{type_name}") } else { known.clr.to_owned() };
        let names = match shared {
            Some(shared) if !shared.values.is_empty() => shared.values.clone(),
            _ => self.values_of(&type_name),
        };
        let mut parameter = pack::Parameter {
            name: token.name.clone(),
            type_name: clr,
            places: vec![place],
            names,
            ..Default::default()
        };
        if let Some(shared) = shared {
            parameter.aliases = shared.aliases.clone();
            parameter.help = shared.help.clone();
            parameter.default = shared.default.clone();
            parameter.flags |= if shared.null { parameter_flag::NULLABLE } else { 0 };
            if let Some((low, high)) = shared.range.split_once("..") {
                parameter.attributes.push(("ValidateRange".to_owned(), vec![low.to_owned(), high.to_owned()], false));
            }
            if shared.null {
                parameter.attributes.push(("AllowNull".to_owned(), Vec::new(), false));
            }
        } else if let Some(property) = property {
            parameter.help = property.help.clone();
        }
        command.parameters.push(parameter);
    }

    /// Faults that every command is checked for.
    fn check(&mut self, at: usize, command: &Command) {
        let name = &command.name;
        let mut names: HashMap<String, &str> = HashMap::new();
        for parameter in &command.parameters {
            for alias in std::iter::once(&parameter.name).chain(&parameter.aliases) {
                if let Some(other) = names.insert(crate::blob::fold(alias), &parameter.name) {
                    self.fault(at, format!("{name}: `{alias}` names both `{other}` and `{}`", parameter.name));
                }
            }
        }
        let mut sets: Vec<&str> = command.sets.iter().map(|(n, _)| n.as_str()).collect();
        if sets.is_empty() {
            sets.push("*");
        }
        for set in sets {
            let mut taken: HashMap<u32, &str> = HashMap::new();
            for parameter in command.parameters.iter().filter(|p| p.flags & parameter_flag::DYNAMIC == 0) {
                for (of, flags, position) in &parameter.places {
                    if (of != set && of != "*")
                        || *position == crate::blob::NO_POSITION
                        || flags & set_flag::MANDATORY == 0
                    {
                        continue;
                    }
                    if let Some(other) = taken.insert(*position, &parameter.name) {
                        let both = format!("`{other}` and `{}`", parameter.name);
                        self.fault(
                            at,
                            format!("{name}: {both} are both mandatory at position {position} of set `{set}`"),
                        );
                    }
                }
            }
        }
    }
}

fn json_text(value: &toml::Value) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn builtin(row: CommandJson) -> Command {
    let (verb, noun) = match row.name.split_once('-') {
        Some((verb, noun)) => (verb.to_owned(), noun.to_owned()),
        None => (String::new(), String::new()),
    };
    let mut command = Command {
        name: row.name,
        module: row.module,
        kind: if row.kind.is_empty() { "Cmdlet".to_owned() } else { row.kind },
        verb,
        noun,
        class: row.class,
        impact: row.impact,
        default_set: row.default,
        remoting: row.remoting,
        aliases: row.aliases,
        outputs: row.out.into_iter().map(|o| (o.t, o.s, o.prov)).collect(),
        sets: row.sets.into_iter().map(|s| (s.n, s.syntax)).collect(),
        synopsis: row.synopsis,
        ..Command::default()
    };
    command.flags |= if row.sp { command_flag::SHOULD_PROCESS } else { 0 };
    command.flags |= if row.paging { command_flag::PAGING } else { 0 };
    for parameter in row.params {
        let places = parameter.places.iter().map(|place| {
            let mut flags = 0;
            for (on, bit) in [
                (place.req, set_flag::MANDATORY),
                (place.vp, set_flag::BY_VALUE),
                (place.vn, set_flag::BY_PROPERTY_NAME),
                (place.rem, set_flag::REMAINING),
            ] {
                flags |= if on { bit } else { 0 };
            }
            (place.s.clone(), flags, position_word(place.pos.and_then(|p| u32::try_from(p).ok())))
        });
        let attributes = parameter.val.iter().map(|a| (a.k.clone(), attribute_values(&a.v), a.cs));
        let mut flags = if parameter.dynamic { parameter_flag::DYNAMIC } else { 0 };
        flags |= if parameter.hidden { parameter_flag::HIDDEN } else { 0 };
        command.parameters.push(pack::Parameter {
            name: parameter.n,
            type_name: parameter.t,
            aliases: parameter.al,
            places: places.collect(),
            attributes: attributes.collect(),
            names: parameter.names,
            flags,
            ..Default::default()
        });
    }
    command
}

fn attribute_values(value: &serde_json::Value) -> Vec<String> {
    let text = |v: &serde_json::Value| match v {
        serde_json::Value::String(s) => s.clone(),
        other => other.to_string(),
    };
    match value {
        serde_json::Value::Null => Vec::new(),
        serde_json::Value::Array(items) => items.iter().map(text).collect(),
        other => vec![text(other)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(name: &str, text: &str) -> Vec<String> {
        let path = std::env::temp_dir().join(format!("dialtone-{}-{name}", std::process::id()));
        fs::write(&path, text).unwrap();
        let result = load(std::slice::from_ref(&path));
        let _ = fs::remove_file(&path);
        match result {
            Ok(_) => Vec::new(),
            Err(errors) => errors.iter().map(|e| format!("{}: {}", e.line, e.what)).collect(),
        }
    }

    #[test]
    fn faults_name_their_line() {
        let head = "noun = \"X\"\nmodule = \"M\"\nfamily = \"directory\"\n";
        let check = |name: &str, rest: &str, expected: &[&str]| {
            assert_eq!(faults(name, &format!("{head}{rest}")), expected, "{rest}")
        };
        check("a.toml", "[property]\nA = { type = \"Int32\", range = \"1..2\" }\n", &[]);
        check("b.toml", "[property]\nA = { type = \"Nope\" }\n", &["5: property `A`: unknown type `Nope`"]);
        check(
            "c.toml",
            "[property]\nA = { values = [\"a\"] }\n",
            &["5: property `A`: a list of values without a type"],
        );
        check(
            "d.toml",
            "[verb.Get]\nparameters = [\"A[0]!<String>\", \"B[0]!<String>\"]\n",
            &["5: Get-X: `A` and `B` are both mandatory at position 0 of set `*`"],
        );
        check(
            "e.toml",
            "[parameter]\nA = { type = \"String\", aliases = [\"b\"] }\n[verb.Get]\nparameters = [\"A\", \"B<String>\"]\n",
            &["7: Get-X: `B` names both `A` and `B`"],
        );
        check("f.toml", "[verb.Get]\nparameters = [\"A\"]\n", &["5: parameter `A` has no type"]);
        check(
            "g.toml",
            "colour = 1\n",
            &[
                "4: unknown field `colour`, expected one of `noun`, `module`, `type`, `family`, `container`, `stored_as`, `scopes`, `effect`, `parent`, `document`, `referred_by`, `view`, `property`, `parameter`, `verb`, `seed`",
            ],
        );
    }
}
