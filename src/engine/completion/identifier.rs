//! Bare words and strings: commands, arguments, members, keys, paths.

use language::ast::{Expr, Node, Stmt, StringKind, UsingKind};
use language::{TokenFlags, TokenKind};

use super::context::Cx;
use super::{
    Item, argument, attribute, command_name, enumeration, hashtable, index, keyword, known, member, parameter, path,
    type_name, variable,
};

/// A bare word.
pub fn complete(cx: &mut Cx<'_>) -> Option<Vec<Item>> {
    let token = cx.token?;
    let text = cx.token_text(&token);
    let last = cx.last();
    let above = cx.parent(last);
    if let Node::Expr(id) = last
        && let Some(value) = cx.ast.string_value(id).map(str::to_string)
    {
        if value == "$" {
            cx.word.clear();
            return Some(variable::complete(cx));
        }
        if let Some(Node::Stmt(stmt)) = above
            && let Stmt::Using(using) = *cx.ast.stmt(stmt)
        {
            cx.replace(cx.ast.span(last));
            cx.word = cx.text(last).to_string();
            return using_name(cx, using.kind);
        }
    }
    if let Some(items) = attribute::complete(cx) {
        return Some(items);
    }
    if matches!(above, Some(Node::Stmt(id)) if matches!(cx.ast.stmt(id), Stmt::Break(_) | Stmt::Continue(_))) {
        return Some(keyword::labels(cx));
    }
    if token.has(TokenFlags::COMMAND_NAME) {
        let mut items = command_name::files(cx);
        items.extend(command_name::complete(cx));
        return Some(items);
    }
    let dashes = text.chars().all(is_dash) && text.chars().count() <= 2;
    if dashes && cx.is_command(above) {
        if text.chars().count() == 1 {
            let items = parameter::complete(cx);
            if !items.is_empty() {
                return Some(items);
            }
        }
        return argument::complete(cx);
    }
    if let Some(items) = members(cx, &text) {
        return Some(items);
    }
    if let Some(Node::Expr(id)) = above
        && matches!(cx.ast.expr(id), Expr::Hash(_))
        && let Some(items) = hashtable::keys_of(cx, id)
        && !items.is_empty()
    {
        return Some(items);
    }
    if matches!(above, Some(Node::Redirection(_))) {
        if let Node::Expr(id) = last {
            cx.word = cx.ast.string_value(id).unwrap_or(&text).to_string();
        }
        return Some(path::complete(cx, &path::Wanted::ALL));
    }
    if let Node::Expr(id) = last
        && matches!(cx.ast.expr(id), Expr::String { kind: StringKind::BareWord, .. })
    {
        cx.word = cx.ast.string_value(id).unwrap_or(&text).to_string();
    }
    argument::complete(cx)
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2013}' | '\u{2014}' | '\u{2015}')
}

/// Members, where the word follows an object at once.
fn members(cx: &mut Cx<'_>, text: &str) -> Option<Vec<Item>> {
    let token = cx.token?;
    let last = cx.last();
    let above = cx.parent(last);
    let is_member = |node: Option<Node>| match node {
        Some(Node::Expr(id)) => match *cx.ast.expr(id) {
            Expr::Member { is_static, .. } => Some(is_static),
            Expr::Invoke { how, .. } => Some(how == language::ast::InvokeKind::Static),
            _ => None,
        },
        _ => None,
    };
    if let Some(is_static) = is_member(above).or_else(|| is_member(Some(last))) {
        let items = member::complete(cx, is_static);
        return (!items.is_empty()).then_some(items);
    }
    if text == "." || text == "::" {
        let items = member::complete(cx, text == "::");
        if !items.is_empty() {
            cx.start += text.len() as i64;
            cx.length = 0;
            return Some(items);
        }
    }
    // `$x.na*` was read as a multiplication.
    if token.kind == TokenKind::Multiply
        && let Node::Expr(id) = last
        && let Expr::Binary { left, op: TokenKind::Multiply, op_start, .. } = *cx.ast.expr(id)
        && let Expr::Member { member: name, is_static, .. } = *cx.ast.expr(left)
        && cx.ast.span_expr(name).end() == op_start
    {
        cx.related.retain(|n| *n != Node::Expr(id));
        cx.related.push(Node::Expr(left));
        cx.replace(cx.ast.span_expr(name));
        let items = member::complete(cx, is_static);
        return (!items.is_empty()).then_some(items);
    }
    None
}

fn using_name(cx: &mut Cx<'_>, kind: UsingKind) -> Option<Vec<Item>> {
    match kind {
        UsingKind::Assembly => Some(path::complete(cx, &path::Wanted::extensions(&[".dll"]))),
        UsingKind::Module => {
            let wanted = path::Wanted::extensions(&[".psm1", ".psd1", ".dll", ".cdxml"]);
            let mut items = path::complete(cx, &wanted);
            if !cx.word.contains(['/', '\\', ':']) {
                items.extend(known::module_names(cx, false));
            }
            Some(items)
        }
        UsingKind::Namespace => Some(type_name::namespaces(cx)),
        UsingKind::Command | UsingKind::Type => Some(Vec::new()),
    }
}

/// A quoted string.
pub fn complete_string(cx: &mut Cx<'_>) -> Option<Vec<Item>> {
    let last = cx.last();
    let Node::Expr(id) = last else { return None };
    let (value, quote) = match *cx.ast.expr(id) {
        Expr::String { value, kind } => (cx.ast.text(value).to_string(), quote_of(kind)),
        Expr::Expandable { value, kind, .. } => (cx.ast.text(value).to_string(), quote_of(kind)),
        _ => return None,
    };
    let above = cx.parent(last);
    if let Some(Node::Expr(outer)) = above {
        match *cx.ast.expr(outer) {
            Expr::Binary { left, right, .. } if right == id => {
                cx.word = value.clone();
                let items = enumeration::for_comparison(cx, left);
                if !items.is_empty() {
                    return Some(items);
                }
            }
            Expr::Index { target, .. } => {
                cx.word = value;
                return Some(index::complete(cx, target));
            }
            _ => {}
        }
    }
    cx.word = format!("{quote}{value}{quote}");
    if cx.is_command(above) || matches!(above, Some(Node::CommandParameter(_))) || argument::is_in_command(cx, last) {
        return argument::complete(cx);
    }
    let is_alone = matches!(above, Some(Node::Element(_)))
        && matches!(above.and_then(|a| cx.parent(a)), Some(Node::Stmt(s)) if matches!(cx.ast.stmt(s), Stmt::Pipeline { .. }));
    let mut items = path::complete(cx, &path::Wanted::ALL);
    if value.contains('-') || (is_alone && items.is_empty() && value.contains('-')) {
        items.extend(command_name::complete(cx));
    }
    Some(items)
}

fn quote_of(kind: StringKind) -> &'static str {
    match kind {
        StringKind::SingleQuoted | StringKind::SingleQuotedHereString => "'",
        StringKind::DoubleQuoted | StringKind::DoubleQuotedHereString => "\"",
        StringKind::BareWord => "",
    }
}
