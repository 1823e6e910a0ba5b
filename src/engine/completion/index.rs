//! Keys between brackets: `$table['`.

use language::ast::{Expr, ExprId, Node};
use values::Value;

use super::context::Cx;
use super::{Item, Kind, infer, safe};

/// What is indexed where the cursor stands behind a bracket.
pub fn target(cx: &Cx<'_>, last: Node) -> Option<ExprId> {
    let of = |node: Node| match node {
        Node::Expr(id) => match *cx.ast.expr(id) {
            Expr::Index { target, .. } => Some(target),
            _ => None,
        },
        _ => None,
    };
    of(last).or_else(|| cx.parent(last).and_then(of))
}

/// The keys that begin with the word.
pub fn complete(cx: &mut Cx<'_>, target: ExprId) -> Vec<Item> {
    let stem = cx.word.to_lowercase();
    let mut names: Vec<String> = Vec::new();
    match safe::evaluate(cx, target) {
        Some(value) => {
            if let Some(dict) = value.as_dict() {
                names.extend(dict.to_vec().into_iter().filter_map(|(key, _)| match key {
                    Value::Str(text) => Some(text.to_string()),
                    _ => None,
                }));
            }
        }
        None => {
            for found in infer::expression(cx, target) {
                names.extend(found.keys.iter().map(|(name, _)| name.clone()));
            }
        }
    }
    names
        .into_iter()
        .filter(|name| name.to_lowercase().starts_with(&stem))
        .map(|name| {
            let text = format!("'{}'", name.replace('\'', "''"));
            Item::new(text, name.clone(), Kind::Property, name)
        })
        .collect()
}
