//! `#requires` lines and module specifications.

use crate::ast::{Ast, CommandElementKind, ElementKind, Expr, ExprId};
use crate::check::{NoKnowledge, Purpose, is_constant};
use crate::error::ErrorArg;
use crate::lexer::Mode;
use crate::parser::Parser;
use crate::position::Span;

/// What `#requires` lines demand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requirements {
    /// `-Version`, as written.
    pub version: Option<String>,
    /// `-PSEdition`.
    pub editions: Vec<String>,
    /// `-Modules`.
    pub modules: Vec<ModuleSpecification>,
    /// `-Assembly`.
    pub assemblies: Vec<String>,
    /// `-ShellId`.
    pub shell_id: Option<String>,
    /// `-PSSnapin`, with its version.
    pub snapins: Vec<(String, Option<String>)>,
    /// `-RunAsAdministrator`.
    pub elevation: bool,
}

/// A module as `#requires -Modules` and `using module` name it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModuleSpecification {
    /// `ModuleName`.
    pub name: String,
    /// `ModuleVersion`: at least.
    pub version: Option<String>,
    /// `MaximumVersion`: at most.
    pub maximum_version: Option<String>,
    /// `RequiredVersion`: exactly.
    pub required_version: Option<String>,
    /// `GUID`.
    pub guid: Option<String>,
}

/// The state while a line is read.
#[derive(Default)]
struct Line {
    snapin: Option<String>,
    snapin_version: Option<String>,
    has_snapin: bool,
}

pub(crate) fn scan_requirements(parser: &mut Parser<'_>) -> Option<Requirements> {
    let comments = std::mem::take(&mut parser.shared.requires);
    if comments.is_empty() {
        return None;
    }
    let mut requirements = Requirements::default();
    let (mut shell_seen, mut editions_seen) = (false, false);
    for comment in comments {
        scan_line(parser, comment, &mut requirements, &mut shell_seen, &mut editions_seen);
    }
    Some(requirements)
}

fn scan_line(
    parser: &mut Parser<'_>,
    comment: Span,
    requirements: &mut Requirements,
    shell_seen: &mut bool,
    editions_seen: &mut bool,
) {
    let text = parser.text;
    let (start, end) = (comment.start as usize + 1, comment.end() as usize);
    let tokens = parser.shared.tokens.take();
    let (first, last) = (parser.shared.first_token, parser.shared.last_token);
    let spare = parser.spare_shared();
    let mut line = parser.nested(&text[..end], spare);
    line.pos = start;
    line.base = start;
    line.mode = Mode::Command;
    let element = line.command();
    parser.take_shared(line.shared);
    parser.shared.tokens = tokens;
    (parser.shared.first_token, parser.shared.last_token) = (first, last);
    let Some(element) = element else { return };
    let ElementKind::Command(command) = element.kind else {
        return;
    };
    if !parser.shared.ast.command_name(&command).is_some_and(|name| name.eq_ignore_ascii_case("requires")) {
        parser.error(element.span, "ScriptRequiresInvalidFormat", &[]);
    }
    let parts = parser.shared.ast.list(command.elements).to_vec();
    let has_snapin = parts.iter().skip(1).any(|part| match part.kind {
        CommandElementKind::Parameter { text, .. } => starts(parser.shared.ast.text(text), "pssnapin"),
        CommandElementKind::Expr(_) => false,
    });
    let mut state = Line { has_snapin, ..Line::default() };
    let mut index = 1;
    while index < parts.len() {
        let part = parts[index];
        index += 1;
        let CommandElementKind::Parameter { text, argument, .. } = part.kind else {
            parser.error(part.span, "ScriptRequiresInvalidFormat", &[]);
            continue;
        };
        let name = parser.shared.ast.text(text).to_owned();
        let argument = argument.map(|id| (Some(id), parser.span(id))).or_else(|| {
            let next = parts.get(index)?;
            index += 1;
            match next.kind {
                CommandElementKind::Expr(id) => Some((Some(id), next.span)),
                CommandElementKind::Parameter { .. } => Some((None, next.span)),
            }
        });
        let mut reader = Reader { parser, requirements, line: &mut state, shell_seen, editions_seen };
        reader.parameter(&name, part.span, argument);
    }
    if let Some(snapin) = state.snapin {
        requirements.snapins.push((snapin, state.snapin_version));
    }
}

/// A parameter's name may be cut short.
fn starts(written: &str, name: &str) -> bool {
    name.get(..written.len()).is_some_and(|start| start.eq_ignore_ascii_case(written))
}

struct Reader<'a, 'p> {
    parser: &'a mut Parser<'p>,
    requirements: &'a mut Requirements,
    line: &'a mut Line,
    shell_seen: &'a mut bool,
    editions_seen: &'a mut bool,
}

impl Reader<'_, '_> {
    fn ast(&self) -> &Ast {
        &self.parser.shared.ast
    }

    fn parameter(&mut self, name: &str, span: Span, argument: Option<(Option<ExprId>, Span)>) {
        if starts(name, "runasadministrator") {
            self.requirements.elevation = true;
            if argument.is_some() {
                self.parser.error(span, "ParameterCannotHaveArgument", &[name]);
            }
            return;
        }
        let Some((value, at)) = argument else {
            self.parser.error(span, "ParameterRequiresArgument", &[name]);
            return;
        };
        let constant = value.filter(|id| is_constant(self.ast(), *id, Purpose::Requires, &NoKnowledge, &[]));
        let Some(value) = constant else {
            self.parser.error(at, "RequiresArgumentMustBeConstant", &[]);
            return;
        };
        let twice = |reader: &mut Self, name: &str| {
            reader.parser.error(span, "ParameterAlreadyBound", &["", name]);
        };
        if starts(name, "shellid") {
            if std::mem::replace(self.shell_seen, true) {
                twice(self, "shellid");
            } else if let Some(text) = self.string(value, at, "shellid") {
                self.requirements.shell_id = Some(text);
            }
        } else if starts(name, "pssnapin") {
            let Some(text) = self.string(value, at, "pssnapin") else {
                return;
            };
            if self.line.snapin.is_some() {
                twice(self, "pssnapin");
            } else if text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')) {
                self.line.snapin = Some(text);
            } else {
                self.parser.error(at, "InvalidPSSnapInName", &[]);
            }
        } else if starts(name, "psedition") {
            if std::mem::replace(self.editions_seen, true) {
                twice(self, "psedition");
                return;
            }
            for item in self.items(value) {
                self.edition(item, at);
            }
        } else if starts(name, "version") {
            self.version(value, at, span);
        } else if starts(name, "assembly") {
            for item in self.items(value) {
                let Some(text) = self.string(item, at, "assembly") else {
                    continue;
                };
                if !self.requirements.assemblies.contains(&text) {
                    self.requirements.assemblies.push(text);
                }
            }
        } else if starts(name, "modules") {
            for item in self.items(value) {
                self.module(item, at);
            }
        } else {
            self.parser.error(span, "ScriptRequiresInvalidFormat", &[]);
        }
    }

    fn items(&self, value: ExprId) -> Vec<ExprId> {
        match *self.ast().expr(value) {
            Expr::Array(items) => self.ast().exprs(items).to_vec(),
            _ => vec![value],
        }
    }

    fn string(&mut self, value: ExprId, at: Span, name: &str) -> Option<String> {
        let text = self.ast().string_value(value).map(str::to_owned);
        if text.is_none() {
            self.parser.error(at, "RequiresInvalidStringArgument", &[name]);
        }
        text
    }

    fn edition(&mut self, value: ExprId, at: Span) {
        let Some(edition) = self.string(value, at, "psedition") else {
            return;
        };
        if !["Core", "Desktop"].iter().any(|known| known.eq_ignore_ascii_case(&edition)) {
            self.parser.error(at, "RequiresPSEditionInvalid", &["psedition"]);
        }
        if self.requirements.editions.iter().any(|seen| seen.eq_ignore_ascii_case(&edition)) {
            self.parser.error(at, "RequiresPSEditionValueIsAlreadySpecified", &["psedition"]);
        } else {
            self.requirements.editions.push(edition);
        }
    }

    fn version(&mut self, value: ExprId, at: Span, span: Span) {
        let text = self.ast().string_value(value).unwrap_or_else(|| self.ast().expr_text(value)).to_owned();
        let Some(version) = version(&text) else {
            self.parser.error(at, "RequiresVersionInvalid", &[]);
            return;
        };
        let slot = if self.line.has_snapin { &mut self.line.snapin_version } else { &mut self.requirements.version };
        let same = slot.as_ref().is_none_or(|seen| *seen == version && !self.line.has_snapin);
        if same {
            *slot = Some(version);
        } else {
            self.parser.error(span, "ParameterAlreadyBound", &["", "version"]);
        }
    }

    fn module(&mut self, value: ExprId, at: Span) {
        if let Expr::Hash(_) = *self.ast().expr(value) {
            match module_specification(self.ast(), value) {
                Ok(module) => self.requirements.modules.push(module),
                Err(message) => {
                    let message = ErrorArg::Message(
                        "ExtendedTypeSystem.InvalidCastExceptionWithInnerException",
                        vec![
                            "System.Collections.Hashtable".into(),
                            "Microsoft.PowerShell.Commands.ModuleSpecification".into(),
                            message,
                        ],
                    );
                    self.parser.error_with(at, "RequiresModuleInvalid", vec![message]);
                }
            }
        } else {
            let name = self.ast().string_value(value).unwrap_or_else(|| self.ast().expr_text(value)).to_owned();
            self.requirements.modules.push(ModuleSpecification { name, ..ModuleSpecification::default() });
        }
    }
}

/// A version in its full form: `7` is `7.0`.
fn version(text: &str) -> Option<String> {
    let text = text.trim();
    let full = if text.contains('.') { text.to_owned() } else { format!("{text}.0") };
    let parts: Vec<&str> = full.split('.').collect();
    let good = (2..=4).contains(&parts.len()) && parts.iter().all(|part| part.parse::<i32>().is_ok_and(|n| n >= 0));
    good.then_some(full)
}

/// Reads a module's specification from a hash literal whose values are constant.
pub(crate) fn module_specification(ast: &Ast, id: ExprId) -> Result<ModuleSpecification, ErrorArg> {
    let mut module = ModuleSpecification::default();
    let Expr::Hash(entries) = *ast.expr(id) else {
        return Ok(module);
    };
    let mut unknown = Vec::new();
    for entry in ast.list(entries) {
        let key = ast.string_value(entry.key).unwrap_or_else(|| ast.expr_text(entry.key)).to_owned();
        let value = ast.pure_expr(entry.value);
        let text = value.map(|value| ast.string_value(value).unwrap_or_else(|| ast.expr_text(value)).to_owned());
        let text = text.unwrap_or_default();
        let slot = match key.to_ascii_lowercase().as_str() {
            "modulename" => {
                module.name = text;
                continue;
            }
            "moduleversion" => &mut module.version,
            "maximumversion" => &mut module.maximum_version,
            "requiredversion" => &mut module.required_version,
            "guid" => {
                module.guid = Some(text);
                continue;
            }
            _ => {
                unknown.push(format!("'{key}'"));
                continue;
            }
        };
        if key.eq_ignore_ascii_case("maximumversion") && text.ends_with('*') {
            *slot = Some(text);
            continue;
        }
        if !is_dotted_version(&text) {
            return Err(ErrorArg::Message(
                "ExtendedTypeSystem.InvalidCastExceptionWithInnerException",
                vec![
                    text.as_str().into(),
                    "System.Version".into(),
                    "Version string portion was too short or too long. (Parameter 'input')".into(),
                ],
            ));
        }
        *slot = Some(text);
    }
    if !unknown.is_empty() {
        return Err(ErrorArg::Message(
            "Modules.InvalidModuleSpecificationMember",
            vec!["ModuleName, ModuleVersion, RequiredVersion, GUID".into(), unknown.join(", ").into()],
        ));
    }
    if module.name.is_empty() {
        return Err(ErrorArg::Message("Modules.RequiredModuleMissingModuleName", Vec::new()));
    }
    if module.version.is_none() && module.maximum_version.is_none() && module.required_version.is_none() {
        return Err(ErrorArg::Message("Modules.RequiredModuleMissingModuleVersion", Vec::new()));
    }
    Ok(module)
}

fn is_dotted_version(text: &str) -> bool {
    let parts: Vec<&str> = text.trim().split('.').collect();
    (2..=4).contains(&parts.len()) && parts.iter().all(|part| part.trim().parse::<i32>().is_ok_and(|n| n >= 0))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::{Source, parse};

    #[test]
    fn fields() {
        let text = "#requires -Version 7.2 -RunAsAdministrator\n#Requires -Modules Pester, @{ModuleName='X';ModuleVersion='1.0'}\n1";
        let parsed = parse(Arc::new(Source::new(text)));
        assert!(parsed.errors.is_empty(), "{:?}", parsed.errors);
        let requirements = parsed.requirements.expect("requirements");
        assert_eq!(requirements.version.as_deref(), Some("7.2"));
        assert!(requirements.elevation);
        assert_eq!(requirements.modules.len(), 2);
        assert_eq!(requirements.modules[1].version.as_deref(), Some("1.0"));
    }
}
