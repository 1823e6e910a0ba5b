//! Variables: of the source, of the session, of the engine, and drives.

use std::collections::HashSet;

use command::{Scope, Session, Wildcard};
use language::ast::{Expr, Member, Node, Param};
use values::Value;

use super::context::Cx;
use super::{Item, Kind, infer_variable, path};

/// Names that the engine itself gives meaning to, set or not.
const SPECIAL: &[&str] = &[
    "$",
    "?",
    "^",
    "_",
    "args",
    "ConfirmPreference",
    "CurrentlyExecutingCommand",
    "DebugPreference",
    "Error",
    "ErrorActionPreference",
    "ErrorView",
    "ExecutionContext",
    "false",
    "foreach",
    "FormatEnumerationLimit",
    "HOME",
    "Host",
    "InformationPreference",
    "input",
    "IsCoreCLR",
    "IsLinux",
    "IsMacOS",
    "IsWindows",
    "LASTEXITCODE",
    "LogCommandHealthEvent",
    "LogCommandLifecycleEvent",
    "LogEngineHealthEvent",
    "LogEngineLifecycleEvent",
    "LogProviderHealthEvent",
    "LogProviderLifecycleEvent",
    "LogSettingsEvent",
    "Matches",
    "MaximumHistoryCount",
    "MyInvocation",
    "NestedPromptLevel",
    "null",
    "OFS",
    "OutputEncoding",
    "PID",
    "PROFILE",
    "ProgressPreference",
    "PSBoundParameters",
    "PSCmdlet",
    "PSCommandPath",
    "PSCulture",
    "PSDebugContext",
    "PSDefaultParameterValues",
    "PSEmailServer",
    "PSHOME",
    "PSItem",
    "PSLogUserData",
    "PSModuleAutoLoadingPreference",
    "PSNativeCommandArgumentPassing",
    "PSNativeCommandUseErrorActionPreference",
    "PSScriptRoot",
    "PSSenderInfo",
    "PSSessionApplicationName",
    "PSSessionConfigurationName",
    "PSSessionOption",
    "PSStyle",
    "PSUICulture",
    "PSVersionTable",
    "PWD",
    "ReportErrorShowExceptionClass",
    "ReportErrorShowInnerException",
    "ReportErrorShowSource",
    "ReportErrorShowStackTrace",
    "ShellId",
    "StackTrace",
    "switch",
    "this",
    "true",
    "VerboseHelpErrors",
    "VerbosePreference",
    "WarningPreference",
    "WhatIfPreference",
];

/// Variables that the engine sets for a running block and makes only when they are asked for.
pub const AUTOMATIC: &[&str] = &[
    "$",
    "?",
    "^",
    "args",
    "EnabledExperimentalFeatures",
    "Error",
    "ExecutionContext",
    "foreach",
    "Host",
    "input",
    "Matches",
    "MyInvocation",
    "null",
    "OutputEncoding",
    "PROFILE",
    "PSBoundParameters",
    "PSCommandPath",
    "PSScriptRoot",
    "PSSessionOption",
    "PSVersionTable",
    "PWD",
    "StackTrace",
];

const SCOPES: &[&str] = &["Global", "Local", "Private", "Script", "Using"];

struct Names {
    seen: HashSet<String>,
    items: Vec<Item>,
    prefix: &'static str,
    scope: String,
    braces: bool,
}

impl Names {
    fn add(&mut self, name: &str, tail: &str, tip: String) {
        let scope = &self.scope;
        let text = match self.braces || needs_braces(name) {
            false => format!("{}{scope}{name}{tail}", self.prefix),
            true => format!("{}{{{scope}{name}{tail}}}", self.prefix),
        };
        if self.seen.insert(text.to_lowercase()) {
            self.items.push(Item::new(text, name, Kind::Variable, tip));
        }
    }
}

/// Whether a name has characters that end it in `$name`.
fn needs_braces(name: &str) -> bool {
    name != "?" && !name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '?')
}

/// The variables that begin with the word.
pub fn complete(cx: &mut Cx<'_>) -> Vec<Item> {
    let (scope, word) = match cx.word.find(':') {
        Some(at) => (cx.word[..=at].to_string(), cx.word[at + 1..].to_string()),
        None => (String::new(), cx.word.clone()),
    };
    let last = cx.last();
    if is_declaration(cx, last) {
        return Vec::new();
    }
    let splatted = matches!(last, Node::Expr(id) if matches!(cx.ast.expr(id), Expr::Variable(v) if v.splatted));
    let braces = cx.token.is_some_and(|t| cx.token_text(&t).starts_with("${"));
    let mut names = Names {
        seen: HashSet::new(),
        items: Vec::new(),
        prefix: if splatted { "@" } else { "$" },
        scope: scope.clone(),
        braces,
    };
    let pattern = Wildcard::new(&format!("{word}*"));
    for (name, ty) in infer_variable::of_source(cx, last) {
        if pattern.matches(&name) {
            let tip = ty.map_or_else(|| name.clone(), |ty| format!("[{ty}]${name}"));
            names.add(&name, "", tip);
        }
    }
    let drive = scope.trim_end_matches(':').to_ascii_lowercase();
    match drive.as_str() {
        "" | "global" | "local" | "script" | "private" | "variable" | "using" => {
            let mut found = session_variables(cx);
            found.retain(|(name, _)| pattern.matches(name));
            match scope.is_empty() {
                true => found.sort_by_key(|(name, _)| name.to_uppercase()),
                false => found.sort_by(|a, b| path::order(&a.0, &b.0)),
            }
            for (name, tip) in found {
                names.add(&name, "", tip);
            }
        }
        _ => in_drive(cx, &drive, &word, &mut names),
    }
    if scope.is_empty() {
        environment(cx, &word, &mut names);
        let mut special: Vec<&str> = SPECIAL.iter().copied().filter(|name| pattern.matches(name)).collect();
        special.sort_by_key(|name| name.to_uppercase());
        for name in special {
            if !matches!(name, "^" | "$" | "?") {
                names.add(name, "", name.to_string());
            }
        }
        let mut drives: Vec<String> =
            Session::drives(cx.runspace).into_iter().map(|d| d.name.to_string()).filter(|n| n.len() > 1).collect();
        drives.retain(|name| pattern.matches(name));
        drives.sort_by_key(|name| name.to_uppercase());
        for name in drives {
            names.add(&name, ":", name.clone());
        }
        for name in SCOPES {
            if pattern.matches(name) {
                names.add(name, ":", name.to_string());
                if let Some(item) = names.items.last_mut() {
                    item.list = format!("{name}:");
                }
            }
        }
    }
    names.items
}

/// Whether the cursor is in the name of a new parameter or property.
fn is_declaration(cx: &Cx<'_>, last: Node) -> bool {
    if let Node::Member(place) = last {
        return matches!(cx.ast.at::<Member>(place).kind, language::ast::MemberKind::Property { .. });
    }
    match cx.parent(last) {
        Some(Node::Param(place)) => {
            let default = cx.ast.at::<Param>(place).default.map(Node::Expr);
            default != Some(last)
        }
        _ => false,
    }
}

/// Names and tips of the variables that are visible.
fn session_variables(cx: &mut Cx<'_>) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for info in Session::variables(cx.runspace, Scope::Any) {
        let name = info.name.to_string();
        let tip = match super::infer::shown_type(&info.value) {
            Some(ty) => format!("[{ty}]${name}"),
            None => name.clone(),
        };
        found.push((name, tip));
    }
    for name in AUTOMATIC {
        if !found.iter().any(|(n, _)| n.eq_ignore_ascii_case(name)) {
            let value = cx.runspace.find_variable(cx.runspace.current, language::Sym::intern(name), false);
            let tip = value
                .as_ref()
                .filter(|v| !matches!(v, Value::Null))
                .and_then(super::infer::shown_type)
                .map_or_else(|| name.to_string(), |ty| format!("[{ty}]${name}"));
            found.push((name.to_string(), tip));
        }
    }
    found
}

fn in_drive(cx: &mut Cx<'_>, drive: &str, word: &str, names: &mut Names) {
    let Some(drive) = Session::drives(cx.runspace).into_iter().find(|d| d.name.eq_ignore_ascii_case(drive)) else {
        return;
    };
    let Some(provider) = Session::provider(cx.runspace, &drive.provider) else { return };
    if provider.is_hierarchical() {
        return;
    }
    let pattern = Wildcard::new(&format!("{word}*"));
    let mut found = provider.child_names(cx.runspace, &drive.root).unwrap_or_default();
    found.retain(|name| pattern.matches(name));
    found.sort_by(|a, b| path::order(a, b));
    for name in found {
        names.add(&name, "", name.to_string());
    }
}

/// `$e` offers the environment's variables too.
fn environment(cx: &mut Cx<'_>, word: &str, names: &mut Names) {
    if !"env".starts_with(&word.to_ascii_lowercase()) || word.is_empty() {
        return;
    }
    let mut found: Vec<String> = cx.runspace.environment.keys().cloned().collect();
    found.sort_by_key(|name| name.to_uppercase());
    for name in found {
        let braces = needs_braces(&name) || names.braces;
        let text =
            if braces { format!("{}{{env:{name}}}", names.prefix) } else { format!("{}env:{name}", names.prefix) };
        if names.seen.insert(text.to_lowercase()) {
            names.items.push(Item::new(text, name.clone(), Kind::Variable, format!("[string]env:{name}")));
        }
    }
}
