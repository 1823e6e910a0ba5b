//! Keys of hash literals in places where they are known.

use language::ast::{Element, Expr, ExprId, Node, Stmt};
use values::types::define;

use super::binding;
use super::context::Cx;
use super::infer::{self, Inferred};
use super::{Item, Kind, inferred_member, member};
use command::Wildcard;

/// Keys for the literal that the cursor stands in.
pub fn complete(cx: &mut Cx<'_>) -> Option<Vec<Item>> {
    let hash = cx.related.iter().rev().find_map(|n| match n {
        Node::Expr(id) => match *cx.ast.expr(*id) {
            Expr::Hash(_) => Some(*id),
            // Inside a value of the literal keys are not meant.
            Expr::ScriptBlock(_) => None,
            _ => None,
        },
        _ => None,
    })?;
    cx.word.clear();
    keys_of(cx, hash)
}

/// Keys of a literal that are not there yet and begin with the word.
pub fn keys_of(cx: &mut Cx<'_>, hash: ExprId) -> Option<Vec<Item>> {
    let word = match cx.expr(cx.last()) {
        Some(id) if id != hash => cx.ast.string_value(id).unwrap_or_default().to_string(),
        _ => cx.word.clone(),
    };
    let excluded: Vec<String> = match *cx.ast.expr(hash) {
        Expr::Hash(entries) => cx
            .ast
            .list(entries)
            .iter()
            .filter(|e| Node::Expr(e.key) != cx.last())
            .filter_map(|e| cx.ast.string_value(e.key).map(str::to_string))
            .collect(),
        _ => Vec::new(),
    };
    let above = cx.parent(Node::Expr(hash))?;
    // `[Type]@{`
    if let Node::Expr(id) = above
        && let Expr::Convert { ty, .. } = *cx.ast.expr(id)
    {
        let target = infer::constraint(cx, ty)?;
        return Some(settable(cx, &target, &word, &excluded));
    }
    // `[Type]$x = @{`
    if let Node::Element(place) = above
        && let Some(Node::Stmt(id)) = cx.parent(Node::Element(place))
        && let Stmt::Assign { target, .. } = *cx.ast.stmt(id)
    {
        if let Expr::Convert { ty, .. } = *cx.ast.expr(target) {
            let found = infer::constraint(cx, ty)?;
            return Some(settable(cx, &found, &word, &excluded));
        }
        return splatted(cx, target, &word, &excluded);
    }
    let mut argument = Node::Expr(hash);
    let mut command = above;
    while matches!(command, Node::Expr(_) | Node::CommandParameter(_)) {
        if matches!(command, Node::Expr(_)) {
            argument = command;
        }
        command = cx.parent(command)?;
    }
    if !matches!(command, Node::Element(place) if matches!(cx.ast.at::<Element>(place).kind, language::ast::ElementKind::Command(_)))
    {
        return None;
    }
    let bound = binding::bind(cx, command, None)?;
    let at = bound.given.iter().find(|g| g.value == Some(argument) || g.value == Some(Node::Expr(hash)))?.parameter?;
    let name = bound.info.name.to_ascii_lowercase();
    let parameter = bound.parameters[at].name.to_ascii_lowercase();
    if name == "new-object" && parameter == "property" {
        let ty = bound.argument_text(cx, "TypeName")?;
        let target = infer::named(cx, &ty)?;
        return Some(settable(cx, &target, &word, &excluded));
    }
    let keys = known_keys(&name, &parameter)?;
    Some(
        keys.iter()
            .filter(|(key, _)| key.to_lowercase().starts_with(&word.to_lowercase()))
            .filter(|(key, _)| !excluded.iter().any(|e| e.eq_ignore_ascii_case(key)))
            .map(|(key, tip)| Item::new(*key, *key, Kind::Property, *tip))
            .collect(),
    )
}

type Keys = &'static [(&'static str, &'static str)];

const EXPRESSION: (&str, &str) =
    ("Expression", "[scriptblock]\nA script block used to calculate the value of the new property.");
const FORMAT: (&str, &str) =
    ("FormatString", "[string]\nSpecifies a format string which defines how the value is formatted for output.");
const LABEL: (&str, &str) = ("Label", "[string]\nSpecifies the name of the new property.");

/// Keys that parameters of commands take.
fn known_keys(command: &str, parameter: &str) -> Option<Keys> {
    Some(match (command, parameter) {
        ("select-object", "property") => &[("Name", "[string]\nSpecifies the name of the new property."), EXPRESSION],
        ("sort-object", "property") => &[
            EXPRESSION,
            ("Ascending", "[bool]\nSpecifies the order of sorting for one or more properties."),
            ("Descending", "[bool]\nSpecifies the order of sorting for one or more properties."),
        ],
        ("group-object", "property") => &[EXPRESSION],
        ("format-table", "property") => &[
            EXPRESSION,
            FORMAT,
            LABEL,
            ("Width", "[int]\nSpecifies the maximum width in a table when the value is displayed."),
            (
                "Alignment",
                "[string]\nSpecifies how a column value is displayed.\nValid values are \"Left\", \"Center\" or \"Right\".",
            ),
        ],
        ("format-list", "property") => &[EXPRESSION, FORMAT, LABEL],
        ("format-wide", "property") => &[EXPRESSION, FORMAT],
        ("format-custom", "property") => {
            &[EXPRESSION, ("Depth", "[int]\nSpecifies the depth of expansion per property.")]
        }
        ("format-table" | "format-list" | "format-wide" | "format-custom", "groupby") => &[EXPRESSION, FORMAT, LABEL],
        _ => return None,
    })
}

/// Properties of a type that can be set.
fn settable(cx: &mut Cx<'_>, target: &Inferred, word: &str, excluded: &[String]) -> Vec<Item> {
    let wanted = inferred_member::Wanted { is_static: false, properties_only: true, parentheses: false, excluded };
    let items = inferred_member::complete(cx, std::slice::from_ref(target), &format!("{word}*"), &wanted);
    let Some(ty) = target.ty.filter(|ty| ty.info().class.get().is_none()) else { return items };
    items
        .into_iter()
        .filter(|item| {
            define::lookup(ty, &item.list, false).is_some_and(|m| m.can_write && m.kind != define::MemberKind::Method)
        })
        .collect()
}

/// `$p = @{ ` that is given to a command as `@p` later: the names of its parameters.
fn splatted(cx: &mut Cx<'_>, target: ExprId, word: &str, excluded: &[String]) -> Option<Vec<Item>> {
    let Expr::Variable(variable) = *cx.ast.expr(target) else { return None };
    let mut command = None;
    let after = cx.ast.span_expr(target).end();
    let ast = cx.ast.clone();
    ast.walk(Node::Block(ast.root()), &mut |node| {
        if let Node::Expr(id) = node
            && let Expr::Variable(v) = *ast.expr(id)
            && v.splatted
            && v.name == variable.name
            && ast.span_expr(id).start > after
        {
            command = cx.parent(node).filter(|n| cx.is_command(Some(*n)));
            return language::ast::Visit::Stop;
        }
        language::ast::Visit::Continue
    });
    let bound = binding::bind(cx, command?, None)?;
    let pattern = Wildcard::new(&format!("{word}*"));
    let mut items: Vec<Item> = bound
        .unbound()
        .map(|at| &bound.parameters[at])
        .filter(|p| !p.is_hidden && pattern.matches(&p.name))
        .filter(|p| !excluded.iter().any(|e| e.eq_ignore_ascii_case(&p.name)))
        .map(|p| {
            let tip = format!("{}{}", binding::type_tip(p), p.name);
            Item::new(p.name.to_string(), p.name.to_string(), Kind::Property, tip)
        })
        .collect();
    items.retain(|item| !member::is_special(&item.list, "Property"));
    Some(items)
}
