//! What is constant enough to be an argument of an attribute, of `#requires` or an index of `$using:`.

use super::TypeKnowledge;
use crate::ast::{Ast, Expr, ExprId, InvokeKind, Stmt, StmtId, TypeName, VariableScope};
use crate::token::{TokenFlags, TokenKind};

/// What the constant is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// An attribute's argument.
    Attribute,
    /// The same inside a class: no script blocks.
    ClassAttribute,
    /// `#requires` and `using module`.
    Requires,
}

/// Types that a cast in a constant may name.
const SAFE_TYPES: &[&str] = &[
    "bool", "boolean", "char", "byte", "sbyte", "int16", "short", "uint16", "ushort", "int", "int32", "uint", "uint32",
    "long", "int64", "ulong", "uint64", "float", "single", "double", "decimal", "datetime", "string", "object",
];

/// True when an expression is constant.
pub(crate) fn is_constant(
    ast: &Ast,
    id: ExprId,
    purpose: Purpose,
    knowledge: &dyn TypeKnowledge,
    usings: &[String],
) -> bool {
    let constant = |id: ExprId| is_constant(ast, id, purpose, knowledge, usings);
    let statement = |id: StmtId| match ast.stmt(id) {
        Stmt::Pipeline { .. } => ast.pure_expr(id).is_some_and(constant),
        _ => false,
    };
    let attribute = purpose != Purpose::Requires;
    match *ast.expr(id) {
        Expr::Const(_) | Expr::String { .. } => true,
        Expr::Variable(variable) => {
            variable.scope != VariableScope::Drive && matches!(variable.name.folded(), "true" | "false" | "null")
        }
        Expr::Using(inner) => constant(inner),
        Expr::Ternary { condition, if_true, if_false } => {
            constant(condition) && constant(if_true) && constant(if_false)
        }
        Expr::Binary { op, left, right, .. } => {
            let null_divisor = matches!(op, TokenKind::Divide | TokenKind::Rem)
                && matches!(*ast.expr(right), Expr::Variable(v) if matches!(v.name.folded(), "false" | "null"));
            op.has(TokenFlags::CAN_CONSTANT_FOLD) && constant(left) && constant(right) && !null_divisor
        }
        Expr::Unary { op, operand } => op.has(TokenFlags::CAN_CONSTANT_FOLD) && constant(operand),
        Expr::Convert { ty, operand } => match *ast.type_name(ast.attribute(ty).ty) {
            TypeName::Simple { sym, .. } => {
                let name = sym.folded();
                SAFE_TYPES.contains(&name.strip_prefix("system.").unwrap_or(name)) && constant(operand)
            }
            _ => false,
        },
        Expr::SubExpr(body) => {
            let body = ast.body(body);
            body.traps.is_empty() && matches!(ast.stmts(body.statements), [only] if statement(*only))
        }
        Expr::Paren(inner) => statement(inner),
        Expr::Type(_) => true,
        Expr::Member { target, member, is_static: true, .. } => match (ast.expr(target), ast.string_value(member)) {
            (Expr::Type(ty), Some(member)) => {
                let name = ast.type_full_name(*ty);
                let name = knowledge.resolve(&name, usings, false).map_or(name, |known| known.name);
                knowledge.is_literal_field(&name, member)
            }
            _ => false,
        },
        Expr::Array(items) => ast.exprs(items).iter().all(|item| constant(*item)),
        Expr::Hash(entries) => {
            purpose == Purpose::Requires
                && ast.list(entries).iter().all(|entry| constant(entry.key) && statement(entry.value))
        }
        Expr::ScriptBlock(_) => attribute && purpose != Purpose::ClassAttribute,
        Expr::Invoke { how: InvokeKind::Instance | InvokeKind::Static | InvokeKind::BaseConstructor, .. } => false,
        _ => false,
    }
}
