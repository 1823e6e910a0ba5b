//! Names of commands.

use command::{CommandInfo, CommandKind, Wildcard};
use language::ast::{Element, ElementKind, Node, Stmt};
use std::sync::Arc;

use super::context::Cx;
use super::{Item, Kind, path, quote};

/// Which kinds of commands are wanted, as flags of CommandTypes.
const ALL: i64 = -1;

/// The commands that begin with the word.
pub fn complete(cx: &mut Cx<'_>) -> Vec<Item> {
    complete_kinds(cx, ALL, None)
}

/// The same of certain kinds and of a module.
pub fn complete_kinds(cx: &mut Cx<'_>, kinds: i64, module: Option<&str>) -> Vec<Item> {
    let mut word = cx.word.clone();
    let mark = quote::take(&mut word);
    let needs_call = needs_ampersand(cx, false);
    if let Some((qualifier, name)) = word.split_once('\\')
        && !qualifier.is_empty()
        && !qualifier.contains(['/', ':'])
    {
        let (qualifier, name) = (qualifier.to_string(), name.to_string());
        let list = matching(cx, &name, kinds, Some(&qualifier));
        return list.into_iter().map(|info| item(cx, &info, Some(&qualifier), mark, needs_call)).collect();
    }
    if word.contains(['\\', '/', ':']) {
        return Vec::new();
    }
    let list = matching(cx, &word, kinds, module);
    let mut items: Vec<Item> = list.into_iter().map(|info| item(cx, &info, None, mark, needs_call)).collect();
    if kinds & (CommandKind::Function as i64) != 0 {
        for (name, _) in functions_of_source(cx) {
            if Wildcard::new(&format!("{word}*")).matches(&name)
                && !items.iter().any(|i| i.list.eq_ignore_ascii_case(&name))
            {
                let tip = name.clone();
                items.push(Item::new(called(&name, mark, needs_call), name, Kind::Command, tip));
            }
        }
    }
    items
}

/// Commands of a name's beginning, by name, each once.
fn matching(cx: &mut Cx<'_>, word: &str, kinds: i64, module: Option<&str>) -> Vec<Arc<CommandInfo>> {
    let pattern = format!("{word}*");
    let mut found = cx.runspace.matching_commands(&pattern, true);
    if found.is_empty() && word.contains('-') && !Wildcard::is_pattern(word) {
        found = cx.runspace.matching_commands("*-*", false);
        found.retain(|info| abbreviates(word, &info.name));
    }
    found.retain(|info| {
        info.kind as i64 & kinds != 0
            && module.is_none_or(|m| info.module.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(m)))
    });
    found.sort_by(|a, b| path::order(&a.name, &b.name));
    found.dedup_by(|a, b| a.name.eq_ignore_ascii_case(&b.name));
    found
}

/// `i-psdf` stands for `import-PowerShellDataFile`: the capitals of verb and noun.
fn abbreviates(word: &str, name: &str) -> bool {
    let capitals: String = name.chars().filter(|c| c.is_uppercase() || *c == '-').collect();
    capitals.eq_ignore_ascii_case(word)
}

fn called(name: &str, mark: &str, needs_call: bool) -> String {
    let needs_quotes = mark.is_empty() && quote::is_needed(name, false) && !matches!(name, "%" | "?" | "cd..");
    let text = if needs_quotes { format!("'{}'", quote::escape_single(name)) } else { format!("{mark}{name}{mark}") };
    if needs_call && text.len() > 2 && (needs_quotes || !mark.is_empty()) { format!("& {text}") } else { text }
}

fn item(cx: &mut Cx<'_>, info: &CommandInfo, module: Option<&str>, mark: &str, needs_call: bool) -> Item {
    let name = match module {
        Some(_) => format!("{}\\{}", info.module.as_deref().unwrap_or_default(), info.name),
        None => info.name.to_string(),
    };
    let tip = match info.kind {
        CommandKind::Alias | CommandKind::Application | CommandKind::ExternalScript => info.definition.to_string(),
        _ => {
            let syntax = crate::cmdlets::syntax::of(cx.runspace, info);
            if syntax.trim().is_empty() { info.name.to_string() } else { syntax }
        }
    };
    Item::new(called(&name, mark, needs_call), info.name.to_string(), Kind::Command, tip)
}

/// Names and nodes of the functions that the source itself defines.
pub fn functions_of_source(cx: &Cx<'_>) -> Vec<(String, language::ast::FunctionId)> {
    let mut found = Vec::new();
    cx.ast.walk(Node::Block(cx.ast.root()), &mut |node| {
        if let Node::Stmt(id) = node
            && let Stmt::Function(function) = *cx.ast.stmt(id)
        {
            found.push((cx.ast.text(cx.ast.function(function).name.text).to_string(), function));
        }
        language::ast::Visit::Continue
    });
    found
}

/// Whether a quoted path needs the call operator to be run as a command.
fn needs_ampersand(cx: &Cx<'_>, default: bool) -> bool {
    let last = cx.last();
    let Some(parent) = cx.parent(last) else { return default };
    match (last, parent) {
        (Node::Expr(_), Node::Element(place)) => match cx.ast.at::<Element>(place).kind {
            ElementKind::Command(command) => command.invocation == language::ast::Invocation::None,
            ElementKind::Expr(_) => true,
        },
        _ => default,
    }
}

/// Files that could be run.
pub fn files(cx: &mut Cx<'_>) -> Vec<Item> {
    let needs_call = needs_ampersand(cx, true);
    let was = std::mem::replace(&mut cx.literal_paths, true);
    let mut items = path::complete(cx, &path::Wanted::ALL);
    cx.literal_paths = was;
    for item in &mut items {
        let is_quoted = item.text.len() > 2 && item.text.starts_with('\'') && item.text.ends_with('\'');
        if needs_call && is_quoted {
            item.text = format!("& {}", item.text);
        }
    }
    items
}
