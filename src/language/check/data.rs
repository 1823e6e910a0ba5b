//! The restricted language of data sections.

use super::Report;
use super::walk::Checker;
use crate::ast::{
    Ast, AttributeKind, BodyId, Element, ElementKind, Expr, ExprId, Invocation, List, Node, Stmt, TypeId, TypeName,
    Visit,
};
use crate::error::ErrorArg;
use crate::token::TokenFlags;

/// Types with a type code: those a data section may name.
const SIMPLE_TYPES: &[&str] = &[
    "bool", "boolean", "char", "byte", "sbyte", "int16", "short", "uint16", "ushort", "int", "int32", "uint", "uint32",
    "long", "int64", "ulong", "uint64", "float", "single", "double", "decimal", "datetime", "string",
];

impl Checker<'_, '_> {
    pub(super) fn check_data(&mut self, commands: List<ExprId>, body: BodyId) {
        let names = self.ast.exprs(commands).iter().map(|id| self.ast.string_value(*id));
        // A command that is known only when the section runs is checked then.
        let allowed: Option<Vec<&str>> = names.collect();
        let ast = self.ast;
        let report = &mut *self.report;
        ast.walk(Node::Body(body), &mut |node| {
            check_node(ast, node, allowed.as_deref(), report);
            Visit::Continue
        });
    }
}

fn check_node(ast: &Ast, node: Node, allowed: Option<&[&str]>, report: &mut Report<'_>) {
    let span = ast.span(node);
    match node {
        Node::Block(_) => report.add(span, "ScriptBlockNotSupportedInDataSection", &[]),
        Node::ParamBlock(_) => report.add(span, "ParameterDeclarationNotSupportedInDataSection", &[]),
        Node::Redirection(_) => report.add(span, "RedirectionNotSupportedInDataSection", &[]),
        Node::Attribute(id) => {
            let attribute = ast.attribute(id);
            if attribute.kind == AttributeKind::Type {
                check_type(ast, attribute.ty, node, report);
            } else {
                report.add(span, "AttributeNotSupportedInDataSection", &[]);
            }
        }
        Node::Element(place) => check_command(ast, ast.at::<Element>(place), allowed, report),
        Node::Stmt(id) => {
            let error = match *ast.stmt(id) {
                Stmt::Function(_) => "FunctionDeclarationNotSupportedInDataSection",
                Stmt::Trap { .. } => "TrapStatementNotSupportedInDataSection",
                Stmt::Switch { .. } => "SwitchStatementNotSupportedInDataSection",
                Stmt::Data { .. } => "DataSectionStatementNotSupportedInDataSection",
                Stmt::Foreach { .. } => "ForeachStatementNotSupportedInDataSection",
                Stmt::DoWhile { .. } | Stmt::DoUntil { .. } => "DoWhileStatementNotSupportedInDataSection",
                Stmt::For { .. } | Stmt::While { .. } => "ForWhileStatementNotSupportedInDataSection",
                Stmt::Try { .. } => "TryStatementNotSupportedInDataSection",
                Stmt::Break(_) | Stmt::Continue(_) | Stmt::Return(_) | Stmt::Exit(_) | Stmt::Throw(_) => {
                    "FlowControlStatementNotSupportedInDataSection"
                }
                Stmt::Assign { .. } => "AssignmentStatementNotSupportedInDataSection",
                Stmt::Block { .. } => "ParallelAndSequenceBlockNotSupportedInDataSection",
                _ => return,
            };
            report.add(span, error, &[]);
        }
        Node::Expr(id) => check_expr(ast, id, report),
        _ => {}
    }
}

fn check_expr(ast: &Ast, id: ExprId, report: &mut Report<'_>) {
    let span = ast.span_expr(id);
    match *ast.expr(id) {
        Expr::Type(ty) => check_type(ast, ty, Node::Expr(id), report),
        Expr::Binary { op, op_start, op_len, .. } if op.has(TokenFlags::DISALLOWED_IN_RESTRICTED_MODE) => {
            let span = crate::position::Span { start: op_start, len: u32::from(op_len) };
            report.add(span, "OperatorNotSupportedInDataSection", &[op.text()]);
        }
        Expr::Unary { op, .. } if op.has(TokenFlags::DISALLOWED_IN_RESTRICTED_MODE) => {
            report.add(span, "OperatorNotSupportedInDataSection", &[op.text()]);
        }
        Expr::Variable(variable) => {
            let path = crate::symbol::Sym::intern(ast.text(variable.path));
            if !["psculture", "psuiculture", "true", "false", "null"].contains(&path.folded()) {
                let names = ErrorArg::Message("DefaultAllowedVariablesInDataSection", Vec::new());
                report.add_args(span, "VariableReferenceNotSupportedInDataSection", vec![names]);
            }
        }
        Expr::Member { .. } => report.add(span, "PropertyReferenceNotSupportedInDataSection", &[]),
        Expr::Invoke { .. } => report.add(span, "MethodCallNotSupportedInDataSection", &[]),
        Expr::ScriptBlock(_) => report.add(span, "ScriptBlockNotSupportedInDataSection", &[]),
        Expr::Index { .. } => report.add(span, "ArrayReferenceNotSupportedInDataSection", &[]),
        Expr::Attributed { .. } => report.add(span, "AttributeNotSupportedInDataSection", &[]),
        _ => {}
    }
}

fn check_type(ast: &Ast, ty: TypeId, node: Node, report: &mut Report<'_>) {
    let element = match *ast.type_name(ty) {
        TypeName::Array { element, .. } => element,
        _ => ty,
    };
    let simple = matches!(*ast.type_name(element), TypeName::Simple { sym, .. }
        if SIMPLE_TYPES.contains(&sym.folded().strip_prefix("system.").unwrap_or(sym.folded())));
    if !simple {
        let name = ast.type_full_name(ty);
        report.add(ast.span(node), "TypeNotAllowedInDataSection", &[&name]);
    }
}

fn check_command(ast: &Ast, element: &Element, allowed: Option<&[&str]>, report: &mut Report<'_>) {
    let ElementKind::Command(command) = element.kind else {
        return;
    };
    if command.invocation == Invocation::Dot {
        report.add(element.span, "DotSourcingNotSupportedInDataSection", &[]);
        return;
    }
    let Some(allowed) = allowed else { return };
    match ast.command_name(&command) {
        None if command.invocation == Invocation::Call => {
            report.add(element.span, "OperatorNotSupportedInDataSection", &["&"]);
        }
        None => {
            let text = ast.slice(element.span).to_owned();
            report.add(element.span, "CmdletNotInAllowedListForDataSection", &[&text]);
        }
        Some(name) => {
            let known = name.eq_ignore_ascii_case("ConvertFrom-StringData")
                || allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(name));
            if !known {
                report.add(element.span, "CmdletNotInAllowedListForDataSection", &[name]);
            }
        }
    }
}
