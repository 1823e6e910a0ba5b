//! Words of `using`, labels, and flags of statements.

use language::TokenKind;
use language::ast::{Node, Stmt};

use super::context::Cx;
use super::{Item, Kind};

const USING: &[(&str, &str)] = &[
    ("assembly", "Specifies the path to a .NET assembly to load.\n\nusing assembly <.NET-assembly-path>"),
    (
        "module",
        "Specifies a PowerShell module to load classes from.\n\nusing module <ModuleName or Path>\n\nusing module <ModuleSpecification hashtable>",
    ),
    (
        "namespace",
        "Specifies a .NET namespace to resolve types from or a namespace alias.\n\nusing namespace <.NET-namespace>\n\nusing namespace <AliasName> = <.NET-namespace>",
    ),
    ("type", "Specifies an alias for a .NET Type.\n\nusing type <AliasName> = <.NET-type>"),
];

/// The word after `using`.
pub fn using_words(cx: &mut Cx<'_>) -> Option<Vec<Item>> {
    let position = match cx.token {
        Some(token) => token.span.start,
        None => cx.cursor,
    };
    let before = cx
        .tokens
        .tokens
        .iter()
        .rfind(|t| t.span.end() <= position && !matches!(t.kind, TokenKind::NewLine | TokenKind::EndOfInput))
        .copied();
    if before.is_none_or(|t| t.kind != TokenKind::Using) {
        return None;
    }
    let word = match cx.token {
        Some(token) if token.kind != TokenKind::Using => {
            cx.replace(token.span);
            cx.token_text(&token)
        }
        Some(_) => return None,
        None => {
            cx.insert_here();
            String::new()
        }
    };
    let stem = word.to_ascii_lowercase();
    let items: Vec<Item> = USING
        .iter()
        .filter(|(name, _)| name.starts_with(&stem))
        .map(|(name, tip)| Item::new(*name, *name, Kind::Keyword, *tip))
        .collect();
    (!items.is_empty()).then_some(items)
}

/// Labels of the loops around.
pub fn labels(cx: &mut Cx<'_>) -> Vec<Item> {
    let word = match cx.token {
        Some(token) if !matches!(token.kind, TokenKind::Break | TokenKind::Continue) => cx.token_text(&token),
        _ => String::new(),
    };
    let stem = word.to_lowercase();
    let mut found = Vec::new();
    let mut at = cx.parent(cx.last());
    while let Some(node) = at {
        if let Node::Stmt(id) = node
            && let Stmt::While { label: Some(label), .. }
            | Stmt::DoWhile { label: Some(label), .. }
            | Stmt::DoUntil { label: Some(label), .. }
            | Stmt::For { label: Some(label), .. }
            | Stmt::Foreach { label: Some(label), .. }
            | Stmt::Switch { label: Some(label), .. } = *cx.ast.stmt(id)
        {
            let name = cx.ast.text(label.text).to_string();
            if name.to_lowercase().starts_with(&stem) {
                found.push(Item::new(name.clone(), name.clone(), Kind::Text, name));
            }
        }
        at = cx.parent(node);
    }
    found
}

const SWITCH: &[&str] = &["CaseSensitive", "Exact", "File", "Parallel", "Regex", "Wildcard"];

/// Flags of `switch` and `foreach`.
pub fn statement_flags(cx: &mut Cx<'_>) -> Option<Vec<Item>> {
    let token = cx.token?;
    let at = cx.tokens.tokens.iter().position(|t| t.span == token.span)?;
    // Flags stand between the keyword and the parenthesis.
    let mut flags = None;
    for before in cx.tokens.tokens[..at].iter().rev() {
        match before.kind {
            TokenKind::Parameter => {}
            TokenKind::Switch => {
                flags = Some(SWITCH);
                break;
            }
            TokenKind::Foreach => {
                flags = Some(&["Parallel"][..]);
                break;
            }
            _ => break,
        }
    }
    let stem = cx.token_text(&token).trim_start_matches('-').to_ascii_lowercase();
    let items = flags?.iter().filter(|name| name.to_ascii_lowercase().starts_with(&stem));
    Some(items.map(|name| Item::new(format!("-{name}"), *name, Kind::ParameterName, *name)).collect())
}
