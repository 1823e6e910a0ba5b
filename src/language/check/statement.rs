//! Checks of statements, parameters, variables and hash literals.

use std::collections::HashSet;

use super::constant::{Purpose, is_constant};
use super::walk::Checker;
use crate::ast::{
    AttributeId, AttributeKind, BodyId, Catch, Const, Expr, ExprId, FunctionId, HashEntry, List, Member, MemberKind,
    Node, Param, Stmt, StmtId, SwitchFlags, TypeName, Using, UsingKind, Variable, VariableScope,
};
use crate::position::Span;
use crate::symbol::Sym;
use crate::token::TokenKind;

impl Checker<'_, '_> {
    pub(super) fn check_variable(&mut self, id: ExprId, variable: Variable) {
        let span = self.ast.span_expr(id);
        if variable.splatted {
            let parent = self.parent();
            let of_command = matches!(parent, Some(Node::Element(_)));
            let of_using = matches!(parent, Some(Node::Expr(id)) if matches!(self.ast.expr(id), Expr::Using(_)));
            let in_list = matches!(parent, Some(Node::Expr(id)) if matches!(self.ast.expr(id), Expr::Array(_)));
            let pure = of_command && self.is_element_expression(id);
            if (!of_command || pure) && !of_using {
                let path = self.ast.text(variable.path);
                let count = self.above.len();
                let list_of_command = in_list && count > 1 && matches!(self.above[count - 2], Node::Element(_));
                let of_argument = list_of_command && !self.is_element_expression_node(self.above[count - 1]);
                let error = if of_argument { "SplattingNotPermittedInArgumentList" } else { "SplattingNotPermitted" };
                self.report.add(span, error, &[path]);
            }
        }
        if variable.name.folded() == "this"
            && variable.scope == VariableScope::Unqualified
            && self.member().is_some_and(|member| member.is_static && !is_enum_member(&member))
        {
            let path = self.ast.text(variable.path);
            self.report.add(span, "NonStaticMemberAccessInStaticMember", &[path]);
        }
    }

    /// True when the expression is the whole element of a pipeline, rather than part of a command.
    fn is_element_expression(&self, id: ExprId) -> bool {
        self.is_element_expression_node(Node::Expr(id))
    }

    fn is_element_expression_node(&self, node: Node) -> bool {
        let place = self.above.iter().rev().find_map(|above| match above {
            Node::Element(place) => Some(*place),
            _ => None,
        });
        place.is_some_and(|place| {
            matches!(self.ast.at::<crate::ast::Element>(place).kind,
                crate::ast::ElementKind::Expr(expr) if Node::Expr(expr) == node)
        })
    }

    pub(super) fn check_hash(&mut self, entries: List<HashEntry>) {
        let mut keys = HashSet::new();
        for entry in self.ast.list(entries) {
            let key = match *self.ast.expr(entry.key) {
                Expr::String { value, .. } => self.ast.text(value).to_owned(),
                Expr::Const(number) => self.number_text(number, entry.key),
                _ => continue,
            };
            if !keys.insert(Sym::intern(&key)) {
                self.report.add(self.ast.span_expr(entry.key), "DuplicateKeyInHashLiteral", &[&key]);
            }
        }
    }

    fn number_text(&self, number: crate::ast::ConstId, key: ExprId) -> String {
        match self.ast.constant(number) {
            Const::I8(v) => v.to_string(),
            Const::U8(v) => v.to_string(),
            Const::I16(v) => v.to_string(),
            Const::U16(v) => v.to_string(),
            Const::I32(v) => v.to_string(),
            Const::U32(v) => v.to_string(),
            Const::I64(v) => v.to_string(),
            Const::U64(v) => v.to_string(),
            Const::F64(v) => v.to_string(),
            Const::Decimal { digits, scale: 0 } => digits.to_string(),
            Const::BigInt(text) => self.ast.text(text).to_owned(),
            Const::Decimal { .. } => self.ast.expr_text(key).to_owned(),
        }
    }

    pub(super) fn check_switch(&mut self, flags: SwitchFlags, span: Span) {
        if flags.has(SwitchFlags::PARALLEL) {
            self.report.add(span, "KeywordParameterReservedForFutureUse", &["switch", "parallel"]);
        }
    }

    pub(super) fn check_block_statement(&mut self, kind: TokenKind, span: Span) {
        let keyword = Span { start: span.start, len: kind.text().len() as u32 };
        let text = self.ast.slice(keyword).to_owned();
        self.report.add(keyword, "UnexpectedKeyword", &[&text]);
    }

    pub(super) fn check_using_statement(&mut self, using: Using, span: Span) {
        let supported = matches!(using.kind, UsingKind::Namespace | UsingKind::Assembly | UsingKind::Module);
        if !supported || using.alias.is_some() {
            self.report.add(span, "UsingStatementNotSupported", &[]);
        }
        if let (UsingKind::Namespace, Some(name)) = (using.kind, using.name) {
            let text = self.ast.string_value(name).unwrap_or_default();
            let good = !text.is_empty() && text.split('.').all(is_namespace_part);
            if !good {
                self.report.add(self.ast.span_expr(name), "InvalidNamespaceValue", &[]);
            }
        }
    }

    pub(super) fn check_using_expression(&mut self, inner: ExprId) {
        let mut expr = inner;
        loop {
            expr = match *self.ast.expr(expr) {
                Expr::Variable(_) => return,
                Expr::Member { target, member, .. } if self.ast.string_value(member).is_some() => target,
                Expr::Index { target, index, .. } => {
                    if !is_constant(self.ast, index, Purpose::Attribute, self.knowledge, self.usings) {
                        self.report.add(self.ast.span_expr(index), "InvalidUsingExpression", &[]);
                        return;
                    }
                    target
                }
                _ => {
                    self.report.add(self.ast.span_expr(expr), "InvalidUsingExpression", &[]);
                    return;
                }
            };
        }
    }

    pub(super) fn check_parameters(&mut self, params: List<Param>) {
        let mut seen = HashSet::new();
        for param in self.ast.list(params) {
            let Expr::Variable(variable) = *self.ast.expr(param.name) else {
                continue;
            };
            let path = self.ast.text(variable.path);
            if !seen.insert(Sym::intern(path)) {
                self.report.add(self.ast.span_expr(param.name), "DuplicateFormalParameter", &[path]);
            }
            let void = self
                .ast
                .list(param.attributes)
                .iter()
                .map(|id| self.ast.attribute(*id))
                .find(|attribute| attribute.kind == AttributeKind::Type && self.is_void(attribute.ty));
            if let Some(attribute) = void {
                self.report.add(attribute.span, "VoidTypeConstraintNotAllowed", &[]);
            }
        }
    }

    pub(super) fn check_parameter(&mut self, place: u32) {
        let param = *self.ast.at::<Param>(place);
        let of_method = matches!(self.parent(), Some(Node::Function(_)));
        let mut typed = false;
        for id in self.ast.list(param.attributes) {
            let attribute = self.ast.attribute(*id);
            if attribute.kind != AttributeKind::Type {
                continue;
            }
            let name = self.ast.type_full_name(attribute.ty);
            if name.eq_ignore_ascii_case("ordered") {
                self.report.add(attribute.span, "OrderedAttributeOnlyOnHashLiteralNode", &[&name]);
            } else if of_method {
                if typed {
                    self.report.add(attribute.span, "MultipleTypeConstraintsOnMethodParam", &[]);
                }
                typed = true;
            }
        }
    }

    pub(super) fn check_function(&mut self, id: FunctionId) {
        let function = *self.ast.function(id);
        let Some(params) = function.params else {
            return;
        };
        let of_method = matches!(self.parent(), Some(Node::Member(_)));
        match self.ast.block(function.body).params {
            Some(block) if !of_method => {
                self.report.add(self.ast.param_block(block).span, "OnlyOneParameterListAllowed", &[]);
            }
            Some(_) => {}
            None => self.check_parameters(params),
        }
    }

    pub(super) fn check_catches(&mut self, catches: List<Catch>) {
        let catches = self.ast.list(catches);
        for (index, first) in catches.iter().enumerate() {
            for second in &catches[index + 1..] {
                if first.types.is_empty() {
                    let at = second.span.start.saturating_sub(1);
                    self.report.add(Span { start: at, len: 0 }, "EmptyCatchNotLast", &[]);
                    break;
                }
                for one in self.ast.list(first.types) {
                    let Some(base) = self.resolve(self.ast.attribute(*one).ty) else {
                        continue;
                    };
                    for two in self.ast.list(second.types) {
                        let attribute = self.ast.attribute(*two);
                        let Some(ty) = self.resolve(attribute.ty) else {
                            continue;
                        };
                        if ty == base || self.knowledge.is_subclass(&ty, &base) {
                            self.report.add(attribute.span, "ExceptionTypeAlreadyCaught", &[&ty]);
                        }
                    }
                }
            }
        }
    }

    pub(super) fn check_jump(&mut self, span: Span, label: Option<ExprId>) {
        let label = match label {
            None => Some(""),
            Some(label) => self.ast.string_value(label),
        };
        self.check_leaving_finally(span, label);
        let Some(label) = label.filter(|label| !label.is_empty()) else {
            return;
        };
        for (index, node) in self.above.iter().enumerate().rev() {
            match *node {
                Node::Function(_) => {
                    self.report.add(span, "LabelNotFound", &[label]);
                    return;
                }
                Node::Stmt(id) => {
                    let found = self.loop_label(id).is_some_and(|l| l.eq_ignore_ascii_case(label));
                    if found || matches!(self.ast.stmt(id), Stmt::Function(_)) {
                        return;
                    }
                }
                Node::Block(_) if index == 0 => return,
                _ => {}
            }
        }
    }

    /// The label of a loop or switch in lower case, empty without one; `None` for other statements.
    fn loop_label(&self, id: StmtId) -> Option<&str> {
        let label = match self.ast.stmt(id) {
            Stmt::While { label, .. }
            | Stmt::DoWhile { label, .. }
            | Stmt::DoUntil { label, .. }
            | Stmt::For { label, .. }
            | Stmt::Foreach { label, .. }
            | Stmt::Switch { label, .. } => label,
            _ => return None,
        };
        Some(label.map_or("", |label| label.sym.folded()))
    }

    fn check_leaving_finally(&mut self, span: Span, label: Option<&str>) {
        let label = label.map(|label| Sym::intern(label).folded());
        for (index, node) in self.above.iter().enumerate().rev() {
            match *node {
                Node::Named(..) | Node::Block(_) => return,
                Node::Stmt(id) => {
                    if matches!(self.ast.stmt(id), Stmt::Trap { .. }) {
                        return;
                    }
                    // A plain break stops at any loop; only its own label is looked for, as in PowerShell, where the
                    // empty label of a `break` matches the empty label of a loop.
                    if label.is_some() && self.loop_label(id) == label {
                        return;
                    }
                }
                Node::Body(body) if index > 0 && self.is_finally(self.above[index - 1], body) => {
                    self.report.add(span, "ControlLeavingFinally", &[]);
                    return;
                }
                _ => {}
            }
        }
    }

    fn is_finally(&self, node: Node, body: BodyId) -> bool {
        matches!(node, Node::Stmt(id) if matches!(*self.ast.stmt(id), Stmt::Try { finally: Some(finally), .. } if finally == body))
    }

    pub(super) fn check_return(&mut self, span: Span, value: Option<StmtId>) {
        self.check_leaving_finally(span, None);
        let Some(member) = self.member().filter(|member| matches!(member.kind, MemberKind::Method { .. })) else {
            return;
        };
        match (value.is_some(), self.is_void_method(&member)) {
            (true, true) => self.report.add(span, "VoidMethodHasReturn", &[]),
            (false, false) => self.report.add(span, "NonVoidMethodMissingReturnValue", &[]),
            _ => {}
        }
    }

    pub(super) fn check_property(&mut self, member: &Member) {
        let Some(ty) = member.ty else { return };
        let attribute = self.ast.attribute(ty);
        let open_generic = matches!(self.ast.type_name(attribute.ty), TypeName::Simple { name, .. }
            if self.ast.text(*name).contains('`'));
        if open_generic || self.is_void(attribute.ty) {
            let name = self.ast.type_full_name(attribute.ty);
            self.report.add(attribute.span, "TypeNotAllowedForProperty", &[&name]);
        }
    }

    /// An attribute in an expression must stand before a variable.
    pub(super) fn check_attributed(&mut self, attribute: AttributeId, operand: ExprId) {
        let mut child = operand;
        loop {
            child = match *self.ast.expr(child) {
                Expr::Variable(_) => return,
                Expr::Convert { operand, .. } | Expr::Attributed { operand, .. } => operand,
                _ => break,
            };
        }
        let attribute = self.ast.attribute(attribute);
        let name = self.ast.type_full_name(attribute.ty);
        self.report.add(attribute.span, "UnexpectedAttribute", &[&name]);
    }
}

fn is_enum_member(member: &Member) -> bool {
    // Values of enums are static and have no type; `$this` in them is no access of a member.
    member.ty.is_none() && member.is_static && matches!(member.kind, MemberKind::Property { initial: None })
}

fn is_namespace_part(part: &str) -> bool {
    part.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && part.chars().all(|c| c.is_alphanumeric() || c == '_')
}
