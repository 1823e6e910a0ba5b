//! Values of enumerations where one is assigned or compared.

use language::ast::{AttributeKind, Expr, ExprId, Param, Stmt, StmtId};
use values::{TypeKind, TypeRef, Value};

use super::context::Cx;
use super::{Item, Kind, infer, path, quote, safe};

fn names(ty: TypeRef) -> Option<Vec<String>> {
    match &ty.info().kind {
        TypeKind::Enum { values, .. } => Some(values.iter().map(|(name, _)| name.to_string()).collect()),
        _ => None,
    }
}

/// The values that may be assigned to a target: of its type, of its set.
pub fn for_assignment(cx: &mut Cx<'_>, id: StmtId) -> Option<Vec<Item>> {
    let Stmt::Assign { target, .. } = *cx.ast.stmt(id) else { return None };
    if let Some(values) = declared_set(cx, target) {
        return Some(items(cx, values));
    }
    let ty = match *cx.ast.expr(target) {
        Expr::Convert { ty, .. } => infer::constraint(cx, ty).and_then(|f| f.ty),
        Expr::Variable(v) => constrained(cx, v.name.folded()).or_else(|| typed_enum(cx, target)),
        Expr::Member { .. } => infer::expression(cx, target).first().and_then(|f| f.ty),
        _ => None,
    }?;
    let values = names(ty)?;
    Some(items(cx, values))
}

/// The type that a variable of the session is held to.
fn constrained(cx: &mut Cx<'_>, name: &str) -> Option<TypeRef> {
    let cell = cx.runspace.find_cell(cx.runspace.current, language::Sym::intern(name))?;
    let variable = crate::scope::Variable::of(&cell)?;
    variable.constraints().iter().find_map(|c| match c {
        crate::scope::Constraint::Type(ty)
        | crate::scope::Constraint::Local(ty)
        | crate::scope::Constraint::Defaults(ty) => Some(*ty),
        crate::scope::Constraint::Validate(_) | crate::scope::Constraint::Transform(_) => None,
    })
}

fn typed_enum(cx: &mut Cx<'_>, target: ExprId) -> Option<TypeRef> {
    match safe::evaluate(cx, target)? {
        Value::Enum(ty, _) => Some(ty),
        _ => None,
    }
}

/// `[ValidateSet('a', 'b')] $x = `.
fn declared_set(cx: &mut Cx<'_>, target: ExprId) -> Option<Vec<String>> {
    let mut at = target;
    loop {
        let Expr::Attributed { attribute, operand } = *cx.ast.expr(at) else { return None };
        if let Some(values) = set_of(cx, attribute) {
            return Some(values);
        }
        at = operand;
    }
}

fn set_of(cx: &Cx<'_>, id: language::ast::AttributeId) -> Option<Vec<String>> {
    let attribute = cx.ast.attribute(id);
    let AttributeKind::Attribute { args, .. } = attribute.kind else { return None };
    let name = cx.ast.type_full_name(attribute.ty).to_ascii_lowercase();
    if !matches!(name.rsplit('.').next(), Some("validateset" | "validatesetattribute")) {
        return None;
    }
    Some(cx.ast.exprs(args).iter().filter_map(|arg| cx.ast.string_value(*arg).map(str::to_string)).collect())
}

/// The values of a parameter's default.
pub fn for_parameter_default(cx: &mut Cx<'_>, place: u32) -> Option<Vec<Item>> {
    let attributes = cx.ast.list(cx.ast.at::<Param>(place).attributes).to_vec();
    for id in attributes {
        if let Some(values) = set_of(cx, id) {
            return Some(items(cx, values));
        }
        if cx.ast.attribute(id).kind == AttributeKind::Type
            && let Some(values) = infer::constraint(cx, id).and_then(|f| f.ty).and_then(names)
        {
            return Some(items(cx, values));
        }
    }
    None
}

fn items(cx: &Cx<'_>, mut values: Vec<String>) -> Vec<Item> {
    let mut word = cx.word.clone();
    let mark = match quote::take(&mut word) {
        "\"" => "\"",
        _ => "'",
    };
    let folded = word.to_lowercase();
    values.retain(|v| v.to_lowercase().starts_with(&folded));
    values.sort_by(|a, b| path::order(a, b));
    values.dedup();
    values.into_iter().map(|v| Item::new(format!("{mark}{v}{mark}"), v.clone(), Kind::Text, v)).collect()
}

/// The values that an expression could equal.
pub fn for_comparison(cx: &mut Cx<'_>, left: ExprId) -> Vec<Item> {
    let ty = match safe::evaluate(cx, left) {
        Some(value) => value.type_ref(),
        None => infer::expression(cx, left).first().and_then(|f| f.ty),
    };
    let Some(values) = ty.and_then(names) else { return Vec::new() };
    let folded = cx.word.to_lowercase();
    values
        .into_iter()
        .filter(|v| v.to_lowercase().starts_with(&folded))
        .map(|v| Item::new(format!("'{v}'"), v.clone(), Kind::ParameterValue, v))
        .collect()
}
