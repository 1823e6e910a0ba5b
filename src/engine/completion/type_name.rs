//! Names of types and namespaces.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use language::ast::{Node, Stmt, TypeDefKind};
use values::TypeRef;
use values::types::facts;

use super::context::Cx;
use super::{Item, Kind};
use command::Wildcard;

/// A name by which something is found: an accelerator, a type's full or short name, a namespace.
struct Entry {
    key: String,
    dots: usize,
    target: Target,
}

enum Target {
    /// A type by its CLR name, and its accelerator.
    Type(&'static str, Option<String>),
    Namespace,
}

fn dots(text: &str) -> usize {
    text.matches('.').count()
}

static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let mut entries = Vec::new();
    let mut namespaces = BTreeSet::new();
    let mut done = BTreeSet::new();
    for row in 0..facts::count() {
        let (key, found) = facts::at(row);
        let name = found.name;
        let full = name.split('`').next().unwrap_or(name);
        let is_full = key.eq_ignore_ascii_case(name);
        let accelerator =
            TypeRef::find(name).map(|t| t.ps_name().to_string()).filter(|ps| !ps.contains('.') && *ps != full);
        if !is_full {
            // An accelerator, in its own spelling where that is known.
            let shown = match &accelerator {
                Some(own) if own.eq_ignore_ascii_case(key) => own.clone(),
                // `int16` names the type as its short name does.
                _ if key.eq_ignore_ascii_case(short(name)) => short(name).to_string(),
                _ => key.to_string(),
            };
            let dots = dots(&shown);
            entries.push(Entry { key: shown.clone(), dots, target: Target::Type(name, Some(shown)) });
        }
        if !done.insert(name) {
            continue;
        }
        entries.push(Entry {
            key: full.to_string(),
            dots: dots(full),
            target: Target::Type(name, accelerator.clone()),
        });
        if let Some((namespace, short)) = full.rsplit_once('.') {
            // `Int32` is an accelerator of its own beside `int`.
            let own = facts::find(short).filter(|f| f.name == name).map(|_| short.to_string());
            entries.push(Entry { key: short.to_string(), dots: 0, target: Target::Type(name, own.or(accelerator)) });
            let mut at = Some(namespace);
            while let Some(ns) = at {
                namespaces.insert(ns.to_string());
                at = ns.rsplit_once('.').map(|(outer, _)| outer);
            }
        }
    }
    for namespace in namespaces {
        entries.push(Entry { dots: dots(&namespace), key: namespace, target: Target::Namespace });
    }
    entries
});

fn short(name: &str) -> &str {
    let stem = name.split('`').next().unwrap_or(name);
    let start = stem.rfind(['.', '+']).map_or(0, |at| at + 1);
    &stem[start..]
}

/// The types and namespaces that begin with the word.
pub fn complete(cx: &mut Cx<'_>) -> Vec<Item> {
    let word = cx.word.clone();
    let pattern = Wildcard::new(&format!("{word}*"));
    let wanted = dots(&word);
    let using = namespaces_used(cx);
    let mut items: Vec<Item> = Vec::new();
    let mut seen = BTreeSet::new();
    for entry in ENTRIES.iter().filter(|e| e.dots == wanted && pattern.matches(&e.key)) {
        let item = match &entry.target {
            Target::Namespace => {
                let list = entry.key.rsplit('.').next().unwrap_or(&entry.key);
                Item::new(entry.key.clone(), list, Kind::Namespace, format!("Namespace {}", entry.key))
            }
            Target::Type(name, accelerator) => {
                let stem = name.split('`').next().unwrap_or(name);
                let mut text = match accelerator {
                    Some(own) if !entry.key.contains('.') => own.clone(),
                    _ => stem.to_string(),
                };
                if let Some((namespace, rest)) = stem.rsplit_once('.')
                    && text == stem
                    && using.iter().any(|u| u.eq_ignore_ascii_case(namespace))
                    && !word.contains('.')
                {
                    text = rest.to_string();
                }
                let generic = name.contains('`');
                let list = if generic { format!("{}<>", short(name)) } else { short(name).to_string() };
                let arity: usize = name.split('`').nth(1).and_then(|n| n.parse().ok()).unwrap_or(0);
                let tip = match (generic, facts::find(name)) {
                    (true, Some(f)) if f.generics.len() == arity => format!("{stem}[{}]", f.generics.join(", ")),
                    _ => name.to_string(),
                };
                Item::new(text, list, Kind::Type, tip)
            }
        };
        if seen.insert(item.text.to_lowercase()) {
            items.push(item);
        }
    }
    for def in classes_of_source(cx) {
        if pattern.matches(&def.0) {
            items.push(Item::new(def.0.clone(), def.0.clone(), Kind::Type, format!("{} {}", def.1, def.0)));
        }
    }
    items.sort_by_key(|item| item.list.to_uppercase());
    items
}

fn namespaces_used(cx: &Cx<'_>) -> Vec<String> {
    let list = cx.ast.stmts(cx.ast.block(cx.ast.root()).usings);
    let names = list.iter().filter_map(|id| match *cx.ast.stmt(*id) {
        Stmt::Using(using) if using.kind == language::ast::UsingKind::Namespace => {
            cx.ast.string_value(using.name?).map(str::to_string)
        }
        _ => None,
    });
    names.collect()
}

fn classes_of_source(cx: &Cx<'_>) -> Vec<(String, &'static str)> {
    let mut found = Vec::new();
    cx.ast.walk(Node::Block(cx.ast.root()), &mut |node| {
        if let Node::Stmt(id) = node
            && let Stmt::Type(def) = *cx.ast.stmt(id)
        {
            let def = cx.ast.type_def(def);
            let what = match def.kind {
                TypeDefKind::Class => "Class",
                TypeDefKind::Interface => "Interface",
                TypeDefKind::Enum => "Enum",
            };
            found.push((cx.ast.text(def.name.text).to_string(), what));
        }
        language::ast::Visit::Continue
    });
    found
}

/// The namespaces that begin with the word.
pub fn namespaces(cx: &mut Cx<'_>) -> Vec<Item> {
    let pattern = Wildcard::new(&format!("{}*", cx.word));
    let wanted = dots(&cx.word);
    let mut items: Vec<Item> = ENTRIES
        .iter()
        .filter(|e| e.dots == wanted && matches!(e.target, Target::Namespace) && pattern.matches(&e.key))
        .map(|e| {
            let list = e.key.rsplit('.').next().unwrap_or(&e.key);
            Item::new(e.key.clone(), list, Kind::Namespace, format!("Namespace {}", e.key))
        })
        .collect();
    items.sort_by_key(|item| item.list.to_uppercase());
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_their_forms() {
        let has = |key: &str| ENTRIES.iter().any(|e| e.key == key);
        assert!(
            has("System.DayOfWeek") && has("DayOfWeek") && has("System.Text") && has("System.Collections.Generic.List")
        );
        assert_eq!(short("System.Collections.Generic.List`1"), "List");
    }
}
