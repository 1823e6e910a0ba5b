//! `SafeGetValue`: the value of an expression that needs nothing to be run.

use std::sync::Arc;

use language::TokenKind;
use language::ast::{Ast, Body, BodyId, Expr, ExprId, Node, Part, StmtId, Text};
use values::{Context, Dict, ErrorCategory, Exception, Result, Str, TypeRef, Value, convert};

use super::child;
use super::node::AstObject;
use crate::constant::number;

/// The text of a string node, lone surrogates included.
pub fn string(ast: &Ast, text: Text) -> Value {
    let plain = ast.text(text);
    let lone = ast.lone_surrogates(text);
    if lone.is_empty() {
        return Value::from(plain);
    }
    let mut units: Vec<u16> = Vec::new();
    for (at, c) in plain.char_indices() {
        match lone.iter().find(|(byte, _)| *byte as usize == at) {
            Some((_, unit)) => units.push(*unit),
            None => units.extend(c.encode_utf16(&mut [0; 2]).iter()),
        }
    }
    Value::Str(Str::from_utf16(&units))
}

/// The value of a node, or the error that it is not constant.
pub fn get(ctx: &mut dyn Context, node: &AstObject) -> Result {
    let found = match node.node {
        Node::Expr(id) => expression(ctx, &node.ast, id, 0)?,
        Node::Stmt(_) | Node::Element(_) => match child::pure(&node.ast, node.node) {
            Some(id) => expression(ctx, &node.ast, id, 0)?,
            None => None,
        },
        Node::Block(id) => match node.ast.block(id).end {
            Some(end) => only_statement(ctx, &node.ast, end.body, 0)?,
            None => None,
        },
        _ => None,
    };
    match found {
        Some(value) => Ok(value),
        None => {
            let text = node.ast.slice(node.ast.span(node.node));
            Exception::new(
                TypeRef::INVALID_OPERATION_EXCEPTION,
                format!(
                    "Cannot generate a PowerShell object for a ScriptBlock evaluating dynamic expressions. Dynamic expression: {text}."
                ),
            )
            .identity("InvalidOperationException", ErrorCategory::NotSpecified, Value::Null)
            .throw()
        }
    }
}

fn only_statement(ctx: &mut dyn Context, ast: &Arc<Ast>, body: BodyId, depth: u32) -> Result<Option<Value>> {
    let body: Body = *ast.body(body);
    match ast.stmts(body.statements) {
        [one] => statement(ctx, ast, *one, depth),
        _ => Ok(None),
    }
}

fn statement(ctx: &mut dyn Context, ast: &Arc<Ast>, id: StmtId, depth: u32) -> Result<Option<Value>> {
    match ast.pure_expr(id) {
        Some(expr) => expression(ctx, ast, expr, depth + 1),
        None => Ok(None),
    }
}

fn all(ctx: &mut dyn Context, ast: &Arc<Ast>, ids: &[ExprId], depth: u32) -> Result<Option<Vec<Value>>> {
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        match expression(ctx, ast, *id, depth + 1)? {
            Some(value) => found.push(value),
            None => return Ok(None),
        }
    }
    Ok(Some(found))
}

/// The value of an expression; none when it is not constant.
pub fn expression(ctx: &mut dyn Context, ast: &Arc<Ast>, id: ExprId, depth: u32) -> Result<Option<Value>> {
    if depth > 100 {
        return Ok(None);
    }
    Ok(match *ast.expr(id) {
        Expr::Const(n) => Some(number(ast, n)),
        Expr::String { value, .. } => Some(string(ast, value)),
        Expr::Expandable { parts, .. } => {
            let mut text = String::new();
            for part in ast.list(parts).to_vec() {
                match part {
                    Part::Text(piece) => text.push_str(ast.text(piece)),
                    Part::Expr(inner) => match expression(ctx, ast, inner, depth + 1)? {
                        Some(value) => text.push_str(&convert::to_str(ctx, &value)?),
                        None => return Ok(None),
                    },
                }
            }
            Some(Value::from(text))
        }
        Expr::Variable(v) => match v.name.folded() {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            "null" => Some(Value::Null),
            _ => None,
        },
        Expr::Array(items) => all(ctx, ast, ast.exprs(items), depth)?.map(Value::array),
        Expr::ArrayExpr(body) => {
            let body = *ast.body(body);
            let mut found = Vec::new();
            for stmt in ast.stmts(body.statements).to_vec() {
                match statement(ctx, ast, stmt, depth)? {
                    Some(Value::Array(items)) => found.extend(items.to_vec()),
                    Some(value) => found.push(value),
                    None => return Ok(None),
                }
            }
            Some(Value::array(found))
        }
        Expr::SubExpr(body) => only_statement(ctx, ast, body, depth)?,
        Expr::Paren(inner) => statement(ctx, ast, inner, depth)?,
        Expr::Hash(entries) => {
            let dict = Dict::new(TypeRef::HASHTABLE, TypeRef::OBJECT, TypeRef::OBJECT, values::KeyComparer::IgnoreCase);
            for entry in ast.list(entries).to_vec() {
                let Some(key) = expression(ctx, ast, entry.key, depth + 1)? else { return Ok(None) };
                let Some(value) = statement(ctx, ast, entry.value, depth)? else { return Ok(None) };
                dict.insert(key, value);
            }
            Some(Value::Dict(Arc::new(dict)))
        }
        Expr::Convert { ty, operand } => {
            let Some(value) = expression(ctx, ast, operand, depth + 1)? else { return Ok(None) };
            match ctx.find_type(&ast.type_full_name(ast.attribute(ty).ty)) {
                Some(ty) => Some(convert::cast(ctx, &value, ty)?),
                None => None,
            }
        }
        Expr::Unary { op: TokenKind::Minus, operand } => match expression(ctx, ast, operand, depth + 1)? {
            Some(value) => Some(values::operators::unary(ctx, values::operators::Unary::Minus, &value)?),
            None => None,
        },
        Expr::ScriptBlock(block) => {
            Some(Value::foreign(crate::script_block::ScriptBlock::new(ast.clone(), block, None, None)))
        }
        _ => None,
    })
}
