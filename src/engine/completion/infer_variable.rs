//! Variables of the source, and the types that variables have.

use language::Sym;
use language::ast::{
    AttributeKind, Catch, CommandElementKind, Element, ElementKind, Expr, ExprId, Node, Param, Stmt, Variable,
    VariableScope,
};
use values::TypeRef;

use super::context::Cx;
use super::infer::{self, Inferred};
use super::safe;
use crate::syntax;

/// Variables that scopes around a node set or declare before it, with the types that tooltips show.
pub fn of_source(cx: &mut Cx<'_>, node: Node) -> Vec<(String, Option<String>)> {
    let limit = cx.ast.span(node).start;
    let mut found: Vec<(String, Option<String>)> = Vec::new();
    let mut at = cx.parent(node);
    while let Some(scope) = at {
        let is_scope = matches!(scope, Node::Block(_) | Node::Function(_))
            || matches!(scope, Node::Stmt(id) if matches!(cx.ast.stmt(id), Stmt::Function(_)));
        if is_scope {
            for (name, expr, ty) in assigned_in(cx, scope, limit) {
                let ty = ty.or_else(|| expr.and_then(|e| infer::at(cx, e, 4).first().cloned()));
                let shown =
                    ty.and_then(|t| t.ty.map(infer::short_name).or_else(|| Some(t.name(cx)).filter(|n| !n.is_empty())));
                match found.iter_mut().find(|(n, _)| n.eq_ignore_ascii_case(&name)) {
                    Some(known) => known.1 = shown.or(known.1.take()),
                    None => found.push((name, shown)),
                }
            }
        }
        at = cx.parent(scope);
    }
    found
}

/// Names, values and constraints of what a scope sets before a place, blocks inside it left out.
fn assigned_in(cx: &mut Cx<'_>, scope: Node, limit: u32) -> Vec<(String, Option<ExprId>, Option<Inferred>)> {
    let mut found = Vec::new();
    let mut open: Vec<Node> = syntax::children(&cx.ast, scope);
    open.reverse();
    while let Some(node) = open.pop() {
        let span = cx.ast.span(node);
        if span.start >= limit {
            continue;
        }
        match node {
            Node::Stmt(id) => match *cx.ast.stmt(id) {
                Stmt::Assign { target, value, .. } if cx.ast.span_expr(target).end() <= limit => {
                    let value = cx.ast.pure_expr(value);
                    targets(cx, target, value, &mut found);
                }
                Stmt::Foreach { variable, .. } => {
                    if let Some(name) = plain_name(cx, variable) {
                        found.push((name, None, None));
                    }
                }
                Stmt::Function(_) | Stmt::Type(_) if !syntax::children(&cx.ast, node).is_empty() => continue,
                _ => {}
            },
            Node::Param(place) => {
                let param = *cx.ast.at::<Param>(place);
                if let Some(name) = plain_name(cx, param.name) {
                    let ty = declared(cx, &param);
                    found.push((name, None, ty));
                }
            }
            Node::Function(_) => continue,
            Node::CommandParameter(place) => output_variable(cx, place, &mut found),
            Node::Expr(id) if matches!(cx.ast.expr(id), Expr::ScriptBlock(_)) => continue,
            _ => {}
        }
        let mut below = syntax::children(&cx.ast, node);
        below.reverse();
        open.extend(below);
    }
    found
}

/// `-OutVariable name` sets a variable as well.
fn output_variable(cx: &mut Cx<'_>, place: u32, found: &mut Vec<(String, Option<ExprId>, Option<Inferred>)>) {
    const NAMES: &[&str] = &[
        "outvariable",
        "ov",
        "errorvariable",
        "ev",
        "warningvariable",
        "wv",
        "informationvariable",
        "iv",
        "pipelinevariable",
        "pv",
    ];
    let CommandElementKind::Parameter { name, argument, .. } = cx.ast.at::<language::ast::CommandElement>(place).kind
    else {
        return;
    };
    if !NAMES.contains(&name.folded()) {
        return;
    }
    let node = Node::CommandParameter(place);
    let value = argument.map(Node::Expr).or_else(|| {
        let command = cx.parent(node)?;
        let elements = cx.command_elements(command);
        let at = elements.iter().position(|e| *e == node)?;
        elements.get(at + 1).copied()
    });
    if let Some(Node::Expr(id)) = value
        && let Some(text) = cx.ast.string_value(id)
    {
        found.push((text.trim_start_matches('+').to_string(), None, None));
    }
}

fn plain_name(cx: &Cx<'_>, id: ExprId) -> Option<String> {
    match *cx.ast.expr(id) {
        Expr::Variable(v) if v.drive.is_none() => {
            let path = cx.ast.text(v.path);
            Some(path.rsplit(':').next().unwrap_or(path).to_string())
        }
        _ => None,
    }
}

fn targets(
    cx: &mut Cx<'_>,
    target: ExprId,
    value: Option<ExprId>,
    found: &mut Vec<(String, Option<ExprId>, Option<Inferred>)>,
) {
    match *cx.ast.expr(target) {
        Expr::Variable(_) => {
            if let Some(name) = plain_name(cx, target) {
                found.push((name, value, None));
            }
        }
        Expr::Convert { ty, operand } => {
            let constraint = infer::constraint(cx, ty);
            if let Some(name) = plain_name(cx, operand) {
                found.push((name, value, constraint));
            }
        }
        Expr::Attributed { operand, .. } => targets(cx, operand, value, found),
        Expr::Array(items) => {
            for item in cx.ast.exprs(items).to_vec() {
                targets(cx, item, None, found);
            }
        }
        _ => {}
    }
}

/// The type that a parameter declares.
pub fn declared(cx: &mut Cx<'_>, param: &Param) -> Option<Inferred> {
    let list = cx.ast.list(param.attributes).to_vec();
    let ty = list.into_iter().find(|id| cx.ast.attribute(*id).kind == AttributeKind::Type)?;
    infer::constraint(cx, ty)
}

/// The types of a variable where it stands.
pub fn types(cx: &mut Cx<'_>, id: ExprId, variable: &Variable, depth: u32) -> Vec<Inferred> {
    if depth > infer::DEPTH {
        return Vec::new();
    }
    let name = variable.name.folded();
    let node = Node::Expr(id);
    match name {
        "_" | "psitem" => {
            if let Some(found) = item_types(cx, node, depth) {
                return found;
            }
        }
        "this" => {
            if let Some(class) = class_around(cx, node) {
                return vec![Inferred { class: Some(class), ..Inferred::default() }];
            }
        }
        _ => {}
    }
    if variable.drive.is_some() {
        return match variable.drive.map(Sym::folded) {
            Some("env") => vec![Inferred::of(TypeRef::STRING)],
            _ => Vec::new(),
        };
    }
    if let Some(found) = from_source(cx, node, variable, depth) {
        return found;
    }
    if let Some(value) = safe::evaluate(cx, id) {
        return vec![infer::of_value(&value)];
    }
    of_engine(name).into_iter().collect()
}

/// Properties of PSCmdlet.
const CMDLET: &[&str] = &[
    "CommandOrigin",
    "CommandRuntime",
    "CurrentPSTransaction",
    "Events",
    "Host",
    "InvokeCommand",
    "InvokeProvider",
    "JobManager",
    "JobRepository",
    "MyInvocation",
    "PagingParameters",
    "ParameterSetName",
    "SessionState",
    "Stopping",
];

/// Types of variables that the engine sets.
fn of_engine(name: &str) -> Option<Inferred> {
    let ty = match name {
        "args" => return Some(Inferred::of(TypeRef::OBJECT.array_of(1))),
        "input" => "System.Collections.IEnumerator",
        "pscmdlet" => {
            let keys = CMDLET.iter().map(|name| (name.to_string(), None)).collect();
            return Some(Inferred { ty: Some(TypeRef::OBJECT), class: None, keys });
        }
        "psboundparameters" => "System.Collections.Generic.Dictionary[string,object]",
        "myinvocation" => "System.Management.Automation.InvocationInfo",
        "executioncontext" => "System.Management.Automation.EngineIntrinsics",
        "host" => "System.Management.Automation.Internal.Host.InternalHost",
        "error" => "System.Collections.ArrayList",
        "pwd" => "System.Management.Automation.PathInfo",
        "psversiontable" => "System.Management.Automation.PSVersionHashTable",
        "psscriptroot" | "pscommandpath" | "profile" | "home" => "System.String",
        "lastexitcode" => "System.Int32",
        _ => return None,
    };
    TypeRef::find(ty).map(Inferred::of)
}

fn class_around(cx: &Cx<'_>, node: Node) -> Option<language::ast::TypeDefId> {
    let mut at = cx.parent(node);
    while let Some(above) = at {
        if let Node::Stmt(id) = above
            && let Stmt::Type(def) = *cx.ast.stmt(id)
        {
            return Some(def);
        }
        at = cx.parent(above);
    }
    None
}

/// `$_`: the pipeline's item, the error of a catch, the value of a switch.
fn item_types(cx: &mut Cx<'_>, node: Node, depth: u32) -> Option<Vec<Inferred>> {
    let mut at = cx.parent(node);
    let mut below = node;
    let mut left_block = false;
    while let Some(above) = at {
        match above {
            Node::Catch(place) if !left_block => {
                let catch = *cx.ast.at::<Catch>(place);
                if Node::Body(catch.body) == below {
                    return Some(vec![Inferred::of(TypeRef::ERROR_RECORD)]);
                }
            }
            Node::Stmt(id) => match *cx.ast.stmt(id) {
                Stmt::Trap { .. } if !left_block => return Some(vec![Inferred::of(TypeRef::ERROR_RECORD)]),
                Stmt::Switch { condition, .. } if Node::Stmt(condition) != below => {
                    let found = infer::statement(cx, condition, depth + 1);
                    return Some(found.iter().flat_map(infer::element_types).collect());
                }
                // A switch that is not finished yet.
                Stmt::Error(nodes) if cx.text(above).to_ascii_lowercase().starts_with("switch") => {
                    if let Some(Node::Stmt(condition)) = cx.ast.list(nodes).first().copied()
                        && Node::Stmt(condition) != below
                    {
                        let found = infer::statement(cx, condition, depth + 1);
                        return Some(found.iter().flat_map(infer::element_types).collect());
                    }
                }
                _ => {}
            },
            Node::Expr(id) => {
                if matches!(cx.ast.expr(id), Expr::ScriptBlock(_)) {
                    left_block = true;
                }
                // `.ForEach({ })` and `.Where({ })`.
                if let Expr::Invoke { target, member, args, .. } = *cx.ast.expr(id)
                    && left_block
                    && cx.ast.exprs(args).iter().any(|a| Node::Expr(*a) == below)
                    && matches!(
                        cx.ast.string_value(member).map(str::to_ascii_lowercase).as_deref(),
                        Some("foreach" | "where")
                    )
                {
                    let found = infer::at(cx, target, depth + 1);
                    return Some(found.iter().flat_map(infer::element_types).collect());
                }
            }
            Node::Element(place) if left_block => {
                if matches!(cx.ast.at::<Element>(place).kind, ElementKind::Command(_))
                    && let Some(found) = infer::input_of(cx, above, depth + 1)
                {
                    return Some(found);
                }
            }
            _ => {}
        }
        below = above;
        at = cx.parent(above);
    }
    None
}

/// What the source itself says of a variable before a place: constraint, loop, last assignment.
fn from_source(cx: &mut Cx<'_>, node: Node, variable: &Variable, depth: u32) -> Option<Vec<Inferred>> {
    if !matches!(
        variable.scope,
        VariableScope::Unqualified | VariableScope::Local | VariableScope::Script | VariableScope::Global
    ) {
        return None;
    }
    let limit = cx.ast.span(node).start;
    let mut at = cx.parent(node);
    while let Some(scope) = at {
        if let Node::Stmt(id) = scope
            && let Stmt::Foreach { variable: loop_variable, collection, body, .. } = *cx.ast.stmt(id)
            && is_same(cx, loop_variable, variable)
            && cx.ast.body(body).span.start <= limit
        {
            let found = infer::statement(cx, collection, depth + 1);
            return Some(found.iter().flat_map(infer::element_types).collect());
        }
        let is_scope = matches!(scope, Node::Block(_) | Node::Function(_))
            || matches!(scope, Node::Stmt(id) if matches!(cx.ast.stmt(id), Stmt::Function(_)));
        if is_scope && let Some(found) = in_scope(cx, scope, limit, variable, depth) {
            return Some(found);
        }
        at = cx.parent(scope);
    }
    None
}

fn is_same(cx: &Cx<'_>, id: ExprId, variable: &Variable) -> bool {
    matches!(*cx.ast.expr(id), Expr::Variable(v) if v.name == variable.name && v.drive.is_none())
}

fn in_scope(cx: &mut Cx<'_>, scope: Node, limit: u32, variable: &Variable, depth: u32) -> Option<Vec<Inferred>> {
    let mut best: Option<(u32, Found)> = None;
    let mut open = syntax::children(&cx.ast, scope);
    while let Some(node) = open.pop() {
        let span = cx.ast.span(node);
        if span.start >= limit {
            continue;
        }
        let mut offer = |place: u32, found: Found| {
            if best.as_ref().is_none_or(|(at, _)| *at <= place) {
                best = Some((place, found));
            }
        };
        match node {
            Node::Stmt(id) => match *cx.ast.stmt(id) {
                Stmt::Assign { target, value, .. } if span.end() <= limit => match *cx.ast.expr(target) {
                    Expr::Variable(_) if is_same(cx, target, variable) => offer(span.start, Found::Value(value)),
                    Expr::Convert { ty, operand } if is_same(cx, operand, variable) => {
                        offer(span.start, Found::Type(ty));
                    }
                    Expr::Array(items) if cx.ast.exprs(items).iter().any(|i| is_same(cx, *i, variable)) => {
                        offer(span.start, Found::Unknown);
                    }
                    _ => {}
                },
                Stmt::Function(_) | Stmt::Type(_) => continue,
                _ => {}
            },
            Node::Param(place) => {
                let param = *cx.ast.at::<Param>(place);
                if is_same(cx, param.name, variable) {
                    let ty = cx
                        .ast
                        .list(param.attributes)
                        .iter()
                        .copied()
                        .find(|id| cx.ast.attribute(*id).kind == AttributeKind::Type);
                    offer(span.start, ty.map_or(Found::Unknown, Found::Type));
                }
            }
            Node::Function(_) => continue,
            Node::Expr(id) if matches!(cx.ast.expr(id), Expr::ScriptBlock(_)) => continue,
            _ => {}
        }
        open.extend(syntax::children(&cx.ast, node));
    }
    Some(match best?.1 {
        Found::Type(ty) => infer::constraint(cx, ty).into_iter().collect(),
        Found::Value(value) => infer::statement(cx, value, depth + 1),
        Found::Unknown => Vec::new(),
    })
}

/// What a scope says of a variable.
#[derive(Clone, Copy)]
enum Found {
    Type(language::ast::AttributeId),
    Value(language::ast::StmtId),
    Unknown,
}
