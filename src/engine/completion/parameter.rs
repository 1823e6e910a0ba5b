//! Names of parameters.

use command::Parameter;
use language::ast::{CommandElement, CommandElementKind, Node};

use super::binding::{self, Bound, Match};
use super::context::Cx;
use super::{Item, Kind, argument, path};

/// The parameters that begin with the word.
pub fn complete(cx: &mut Cx<'_>) -> Vec<Item> {
    let named = cx.related.iter().rev().copied().find(|n| matches!(n, Node::CommandParameter(_)));
    let (node, name, command) = match named {
        Some(node @ Node::CommandParameter(place)) => {
            let CommandElementKind::Parameter { text, .. } = cx.ast.at::<CommandElement>(place).kind else {
                return Vec::new();
            };
            (Some(node), cx.ast.text(text).to_string(), cx.parent(node))
        }
        _ => {
            let last = cx.last();
            let is_dash = matches!(last, Node::Expr(id) if cx.ast.string_value(id).is_some_and(|v| v.trim() == "-"));
            if !is_dash {
                return Vec::new();
            }
            (None, String::new(), cx.parent(last))
        }
    };
    let Some(command) = command.filter(|c| cx.is_command(Some(*c))) else { return Vec::new() };
    let with_colon = node.is_some() && cx.word.ends_with(':');
    let Some(bound) = binding::bind(cx, command, node) else {
        return argument::complete(cx).unwrap_or_default();
    };
    let items = matching(&bound, &name, with_colon);
    if !items.is_empty() {
        return items;
    }
    match bound.info.name.as_str() {
        "Set-Location" => path::complete(cx, &path::Wanted::CONTAINERS),
        _ => path::complete(cx, &path::Wanted::ALL),
    }
}

fn matching(bound: &Bound, name: &str, with_colon: bool) -> Vec<Item> {
    let colon = if with_colon { ":" } else { "" };
    if !name.is_empty() {
        match binding::find_by_beginning(&bound.parameters, name) {
            Match::None => return Vec::new(),
            // A name that means one parameter is that parameter's, in whatever set it is.
            Match::One(at) => return one(&bound.parameters[at], name, colon),
            Match::Several => {}
        }
    }
    let mut own = Vec::new();
    let mut common = Vec::new();
    let mut shows_common = true;
    for at in bound.unbound() {
        let p = &bound.parameters[at];
        if binding::sets_of(p) & bound.sets == 0 {
            continue;
        }
        let is_common = at >= bound.own && !p.is_dynamic && !matches!(p.name.as_str(), "WhatIf" | "Confirm");
        if p.is_hidden {
            shows_common &= !begins(&p.name, name);
            continue;
        }
        let list = if is_common { &mut common } else { &mut own };
        list.extend(if name.is_empty() { vec![item(p, &p.name, colon)] } else { one(p, name, colon) });
    }
    if shows_common {
        own.extend(common);
    }
    own
}

fn begins(text: &str, start: &str) -> bool {
    text.to_lowercase().starts_with(&start.to_lowercase())
}

/// A parameter by its name, or by the aliases that fit where the name does not.
fn one(p: &Parameter, name: &str, colon: &str) -> Vec<Item> {
    if begins(&p.name, name) {
        return vec![item(p, &p.name, colon)];
    }
    p.aliases.iter().filter(|a| begins(a, name)).map(|a| item(p, a, colon)).collect()
}

fn item(p: &Parameter, name: &str, colon: &str) -> Item {
    Item::new(format!("-{name}{colon}"), name, Kind::ParameterName, format!("{}{name}", binding::type_tip(p)))
}
