//! Evaluation of expressions that cannot do anything.

use command::Invoke;
use language::TokenKind;
use language::ast::{Ast, Expr, ExprId, StmtId};
use values::Value;

use super::context::Cx;

/// The value of an expression where looking at it does nothing; none where it might, or where it has no value.
pub fn evaluate(cx: &mut Cx<'_>, id: ExprId) -> Option<Value> {
    if !is_safe(&cx.ast, id, 0) {
        return None;
    }
    // What fails has no value, and that is all there is to say of it.
    let text = format!("try {{ ,({}) }} catch {{ }}", cx.ast.expr_text(id));
    let block = command::Session::parse_script(cx.runspace, &text, None).ok()?;
    let how = Invoke { in_current_scope: true, ..Invoke::default() };
    let mut output = cx.runspace.invoke_script(&block, how).ok()?;
    let value = if output.len() == 1 { output.swap_remove(0) } else { return None };
    (!value.is_null()).then_some(value)
}

fn is_safe(ast: &Ast, id: ExprId, depth: u32) -> bool {
    if depth > 60 {
        return false;
    }
    let safe = |id: ExprId| is_safe(ast, id, depth + 1);
    match *ast.expr(id) {
        Expr::Const(_) | Expr::String { .. } | Expr::Variable(_) | Expr::Type(_) => true,
        Expr::Array(items) => ast.exprs(items).iter().all(|item| safe(*item)),
        Expr::ArrayExpr(body) | Expr::SubExpr(body) => {
            let body = ast.body(body);
            let statements = ast.stmts(body.statements);
            body.traps.is_empty()
                && statements.len() <= 1
                && statements.iter().all(|s| is_safe_statement(ast, *s, depth))
        }
        Expr::Paren(inner) => is_safe_statement(ast, inner, depth),
        Expr::Hash(entries) => ast.list(entries).iter().all(|e| safe(e.key) && is_safe_statement(ast, e.value, depth)),
        Expr::Unary { op: TokenKind::Minus | TokenKind::Plus, operand } => safe(operand),
        Expr::Convert { ty, operand } => {
            let name = ast.type_full_name(ast.attribute(ty).ty).to_ascii_lowercase();
            name != "pscustomobject" && name != "ref" && safe(operand)
        }
        Expr::Member { target, member, .. } => safe(target) && safe(member),
        Expr::Index { target, index, .. } => safe(target) && safe(index),
        _ => false,
    }
}

fn is_safe_statement(ast: &Ast, id: StmtId, depth: u32) -> bool {
    ast.pure_expr(id).is_some_and(|expr| is_safe(ast, expr, depth + 1))
}
