//! What can be assigned to.

use super::walk::Checker;
use crate::ast::{AttributeId, Expr, ExprId, Node, Stmt, TypeId, VariableScope};
use crate::token::TokenKind;

/// Automatic variables with a type of their own, and that type.
const TYPED_AUTOMATIC: &[(&str, &str)] = &[
    ("args", "System.Object[]"),
    ("pscmdlet", "System.Management.Automation.PSScriptCmdlet"),
    ("psboundparameters", "System.Management.Automation.PSBoundParametersDictionary"),
    ("myinvocation", "System.Management.Automation.InvocationInfo"),
    ("psscriptroot", "System.String"),
    ("pscommandpath", "System.String"),
    ("_", "System.Object"),
    ("this", "System.Object"),
    ("input", "System.Object"),
];

impl Checker<'_, '_> {
    pub(super) fn check_assignment(&mut self, target: ExprId, op: TokenKind) {
        self.check_target(target, op == TokenKind::Equals, "InvalidLeftHandSide", &[]);
    }

    pub(super) fn check_increment(&mut self, op: TokenKind, operand: ExprId) {
        use TokenKind::*;
        if matches!(op, PlusPlus | MinusMinus | PostfixPlusPlus | PostfixMinusMinus) {
            self.check_target(operand, false, "OperatorRequiresVariableOrProperty", &[op.text()]);
        }
    }

    fn check_target(&mut self, target: ExprId, simple: bool, id: &'static str, args: &[&str]) {
        let ast = self.ast;
        let good = match *ast.expr(target) {
            Expr::Array(items) if simple => {
                for item in ast.exprs(items) {
                    self.check_target(*item, true, id, args);
                }
                true
            }
            Expr::Paren(inner) => {
                match ast.pure_expr(inner) {
                    Some(expr) => self.check_target(expr, simple, id, args),
                    None => self.report.add(ast.span_stmt(inner), id, args),
                }
                true
            }
            Expr::Variable(_) => true,
            Expr::Member { null_conditional, .. } | Expr::Index { null_conditional, .. } => !null_conditional,
            Expr::Invoke { null_conditional, .. } => !null_conditional,
            Expr::Convert { .. } | Expr::Attributed { .. } => {
                self.check_constraints(target, simple, id, args);
                true
            }
            _ => false,
        };
        if !good {
            self.report.add(ast.span_expr(target), id, args);
        }
    }

    fn check_constraints(&mut self, target: ExprId, simple: bool, id: &'static str, args: &[&str]) {
        let ast = self.ast;
        let mut expr = target;
        let mut converts = 0;
        let mut reference = None;
        let mut last = None;
        loop {
            expr = match *ast.expr(expr) {
                Expr::Convert { ty, operand } => {
                    converts += 1;
                    let attribute = ast.attribute(ty);
                    last = Some(attribute.ty);
                    if self.is_reference(attribute.ty) {
                        reference = Some(attribute.span);
                    } else if self.is_void(attribute.ty) {
                        self.report.add(attribute.span, "VoidTypeConstraintNotAllowed", &[]);
                    }
                    operand
                }
                Expr::Attributed { operand, .. } => operand,
                _ => break,
            };
        }
        if let Some(span) = reference.filter(|_| converts > 1) {
            self.report.add(span, "ReferenceNeedsToBeByItselfInTypeConstraint", &[]);
            return;
        }
        if let (Expr::Variable(variable), Some(last)) = (*ast.expr(expr), last) {
            let local =
                matches!(variable.scope, VariableScope::Unqualified | VariableScope::Local | VariableScope::Private);
            let name = variable.name.folded();
            let expected = TYPED_AUTOMATIC.iter().find(|(known, _)| *known == name).map(|(_, ty)| *ty);
            if let Some(expected) = expected.filter(|expected| local && !self.is_same_type(last, expected)) {
                let written = ast.text(variable.path);
                let span = ast.span_expr(target);
                self.report.add(span, "AssignmentStatementToAutomaticNotSupported", &[written, expected]);
            }
        }
        self.check_target(expr, simple, id, args);
    }

    /// True when a written type is the expected one; its accelerators are short.
    fn is_same_type(&self, ty: TypeId, expected: &str) -> bool {
        let name = self.resolve(ty).unwrap_or_else(|| self.ast.type_full_name(ty));
        let short = expected.rsplit('.').next().unwrap_or(expected);
        [expected, short].iter().any(|known| known.eq_ignore_ascii_case(&name))
    }

    /// `[ordered]` and the rules for several `[ref]`.
    pub(super) fn check_convert(&mut self, id: ExprId, ty: AttributeId, operand: ExprId) {
        let ast = self.ast;
        let attribute = ast.attribute(ty);
        let name = ast.type_full_name(attribute.ty);
        if name.eq_ignore_ascii_case("ordered") {
            if !matches!(ast.expr(operand), Expr::Hash(_)) {
                self.report.add(ast.span_expr(id), "OrderedAttributeOnlyOnHashLiteralNode", &[&name]);
            }
            return;
        }
        if !self.is_reference(attribute.ty) {
            return;
        }
        let mut several = false;
        let mut child = operand;
        loop {
            child = match *ast.expr(child) {
                Expr::Convert { ty, operand } => {
                    let inner = ast.attribute(ty);
                    if self.is_reference(inner.ty) {
                        several = true;
                        self.report.add(inner.span, "ReferenceNeedsToBeByItselfInTypeSequence", &[]);
                    }
                    operand
                }
                Expr::Attributed { operand, .. } => operand,
                _ => break,
            };
        }
        let Some(Node::Expr(parent)) = self.parent() else {
            return;
        };
        let Expr::Convert { ty: outer, .. } = *ast.expr(parent) else {
            return;
        };
        if several || self.is_reference(ast.attribute(outer).ty) || self.on_left_side(id) {
            return;
        }
        self.report.add(attribute.span, "ReferenceNeedsToBeLastTypeInTypeConversion", &[]);
    }

    /// True when the expression is (part of) what an assignment assigns to: other errors tell about that.
    fn on_left_side(&self, id: ExprId) -> bool {
        let span = self.ast.span_expr(id);
        for node in self.above.iter().rev() {
            match *node {
                Node::Stmt(statement) => {
                    if let Stmt::Assign { target, .. } = *self.ast.stmt(statement) {
                        return span.end() <= self.ast.span_expr(target).end();
                    }
                }
                Node::Element(_) => return false,
                _ => {}
            }
        }
        false
    }
}
