//! Checks of attributes.

use std::collections::HashSet;

use super::constant::{Purpose, is_constant};
use super::walk::Checker;
use crate::ast::{Attribute, AttributeId, AttributeKind, Expr, ExprId, Member, MemberKind, Node, Stmt, TypeDefKind};
use crate::position::Span;

impl Checker<'_, '_> {
    pub(super) fn check_attribute(&mut self, id: AttributeId) {
        let attribute = *self.ast.attribute(id);
        let AttributeKind::Attribute { args, named } = attribute.kind else {
            return;
        };
        let target = self.attribute_target();
        if let Some(target) = target {
            self.check_usage(&attribute, target);
        }
        let purpose = if target.is_some() { Purpose::ClassAttribute } else { Purpose::Attribute };
        let mut seen = HashSet::new();
        for arg in self.ast.list(named) {
            if !seen.insert(arg.name) {
                let name = self.ast.text(arg.text);
                self.report.add(arg.span, "DuplicateNamedArgument", &[name]);
            } else if !arg.omitted {
                self.check_attribute_argument(arg.value, purpose);
            }
        }
        for arg in self.ast.exprs(args) {
            self.check_attribute_argument(*arg, purpose);
        }
    }

    fn check_attribute_argument(&mut self, arg: ExprId, purpose: Purpose) {
        if is_constant(self.ast, arg, purpose, self.knowledge, self.usings) {
            return;
        }
        let id = match purpose {
            Purpose::ClassAttribute => "ParameterAttributeArgumentNeedsToBeConstant",
            _ => "ParameterAttributeArgumentNeedsToBeConstantOrScriptBlock",
        };
        let span: Span = self.ast.span_expr(arg);
        self.report.add(span, id, &[]);
    }

    /// What of a class the attribute stands on, as `AttributeTargets` names it; `None` outside of classes.
    fn attribute_target(&self) -> Option<&'static str> {
        match self.parent()? {
            Node::Stmt(id) => match *self.ast.stmt(id) {
                Stmt::Type(def) => Some(match self.ast.type_def(def).kind {
                    TypeDefKind::Class => "Class",
                    TypeDefKind::Enum => "Enum",
                    TypeDefKind::Interface => "Interface",
                }),
                _ => None,
            },
            Node::Member(place) => Some(match self.ast.at::<Member>(place).kind {
                MemberKind::Property { .. } => "Property, Field",
                MemberKind::Method { is_constructor: true, .. } => "Constructor",
                MemberKind::Method { .. } => "Method",
            }),
            Node::Param(_) => {
                let count = self.above.len();
                let of_method = count > 1 && matches!(self.above[count - 2], Node::Function(_));
                of_method.then_some("Parameter")
            }
            _ => None,
        }
    }

    fn check_usage(&mut self, attribute: &Attribute, target: &str) {
        let name = self.ast.type_full_name(attribute.ty);
        let Some(known) = self.knowledge.resolve(&name, self.usings, true) else {
            return;
        };
        let Some(usage) = known.usage else { return };
        let allowed =
            usage == "All" || usage.split(", ").any(|allowed| target.split(", ").any(|target| target == allowed));
        if !allowed {
            let shown = short_name(&known.name);
            self.report.add(attribute.span, "AttributeNotAllowedOnDeclaration", &[shown, &usage]);
        }
    }

    pub(super) fn is_true_argument(&self, value: ExprId, omitted: bool) -> bool {
        omitted
            || match *self.ast.expr(value) {
                Expr::Variable(variable) => variable.name.folded() == "true",
                Expr::Const(_) => self.ast.expr_text(value) != "0",
                Expr::String { .. } => !self.ast.string_value(value).unwrap_or_default().is_empty(),
                _ => false,
            }
    }
}

/// PowerShell shows its own types by their accelerators.
fn short_name(full: &str) -> &str {
    match full {
        "System.Management.Automation.ParameterAttribute" => "Parameter",
        "System.Management.Automation.CmdletBindingAttribute" => "CmdletBinding",
        "System.Management.Automation.AliasAttribute" => "Alias",
        "System.Management.Automation.DscResourceAttribute" => "DscResource",
        "System.Management.Automation.DscPropertyAttribute" => "DscProperty",
        other => other,
    }
}
