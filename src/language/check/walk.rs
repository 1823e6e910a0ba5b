//! The walk over the tree with the chain of parents, and which check belongs to which node.

use super::{Report, TypeKnowledge};
use crate::ast::{Ast, Expr, Member, MemberKind, Node, Stmt, TypeId, TypeName};

/// The checks' common state.
pub(super) struct Checker<'a, 'r> {
    pub ast: &'a Ast,
    pub knowledge: &'a dyn TypeKnowledge,
    pub usings: &'a [String],
    pub report: &'a mut Report<'r>,
    /// The nodes above the one that is checked, from the whole script down.
    pub above: Vec<Node>,
}

enum Step {
    Enter(Node),
    Leave,
}

pub(super) fn walk(ast: &Ast, knowledge: &dyn TypeKnowledge, usings: &[String], report: &mut Report<'_>) {
    let mut checker = Checker { ast, knowledge, usings, report, above: Vec::new() };
    let mut open = vec![Step::Enter(Node::Block(ast.root()))];
    let mut children = Vec::new();
    while let Some(step) = open.pop() {
        let Step::Enter(node) = step else {
            checker.above.pop();
            continue;
        };
        checker.check(node);
        children.clear();
        ast.children(node, &mut children);
        children.retain(|child| !is_leaf(ast, *child));
        if !children.is_empty() {
            checker.above.push(node);
            open.push(Step::Leave);
            open.extend(children.iter().rev().map(|child| Step::Enter(*child)));
        }
    }
}

/// Nothing to check at it and below it.
fn is_leaf(ast: &Ast, node: Node) -> bool {
    match node {
        Node::Expr(id) => matches!(ast.expr(id), Expr::Const(_) | Expr::String { .. } | Expr::Type(_)),
        _ => false,
    }
}

impl Checker<'_, '_> {
    pub(super) fn parent(&self) -> Option<Node> {
        self.above.last().copied()
    }

    /// The class member that a node belongs to; script blocks inside a method belong to none.
    pub(super) fn member(&self) -> Option<Member> {
        for (index, node) in self.above.iter().enumerate().rev() {
            match *node {
                Node::Member(place) => return Some(*self.ast.at::<Member>(place)),
                Node::Block(_) => {
                    let of_method =
                        index.checked_sub(1).is_some_and(|above| matches!(self.above[above], Node::Function(_)));
                    if !of_method {
                        return None;
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// The full name of a type, if it is known.
    pub(super) fn resolve(&self, ty: TypeId) -> Option<String> {
        let name = self.ast.type_full_name(ty);
        self.knowledge.resolve(&name, self.usings, false).map(|known| known.name)
    }

    /// True when the name is one of these, in lower case and without `System.`. Asking who knows types would cost too much
    /// for each cast.
    fn is_named(&self, ty: TypeId, names: &[&str]) -> bool {
        match *self.ast.type_name(ty) {
            TypeName::Simple { sym, .. } => {
                let name = sym.folded();
                names.contains(&name.strip_prefix("system.").unwrap_or(name))
            }
            _ => false,
        }
    }

    pub(super) fn is_void(&self, ty: TypeId) -> bool {
        self.is_named(ty, &["void"])
    }

    pub(super) fn is_boolean(&self, ty: TypeId) -> bool {
        self.is_named(ty, &["bool", "boolean"])
    }

    pub(super) fn is_reference(&self, ty: TypeId) -> bool {
        self.is_named(ty, &["ref", "psreference", "management.automation.psreference"])
    }

    pub(super) fn is_void_method(&self, member: &Member) -> bool {
        member.ty.is_none_or(|ty| self.is_void(self.ast.attribute(ty).ty))
    }

    fn check(&mut self, node: Node) {
        match node {
            Node::Expr(id) => match *self.ast.expr(id) {
                Expr::Const(_) | Expr::String { .. } | Expr::Expandable { .. } | Expr::Binary { .. } => {}
                Expr::Variable(variable) => self.check_variable(id, variable),
                Expr::Unary { op, operand } => self.check_increment(op, operand),
                Expr::Convert { ty, operand } => self.check_convert(id, ty, operand),
                Expr::Attributed { attribute, operand } => self.check_attributed(attribute, operand),
                Expr::Hash(entries) => self.check_hash(entries),
                Expr::Using(inner) => self.check_using_expression(inner),
                _ => {}
            },
            Node::Stmt(id) => {
                let span = self.ast.span_stmt(id);
                match *self.ast.stmt(id) {
                    Stmt::Pipeline { .. } => {}
                    Stmt::Assign { target, op, .. } => self.check_assignment(target, op),
                    Stmt::Switch { flags, .. } => self.check_switch(flags, span),
                    Stmt::Data { commands, body, .. } => self.check_data(commands, body),
                    Stmt::Try { catches, .. } => self.check_catches(catches),
                    Stmt::Break(label) | Stmt::Continue(label) => self.check_jump(span, label),
                    Stmt::Return(value) => self.check_return(span, value),
                    Stmt::Block { kind, .. } => self.check_block_statement(kind, span),
                    Stmt::Function(function) => self.check_function(function),
                    Stmt::Type(def) => self.check_resource(def),
                    Stmt::Using(using) => self.check_using_statement(using, span),
                    _ => {}
                }
            }
            Node::ParamBlock(id) => self.check_parameters(self.ast.param_block(id).params),
            Node::Param(place) => self.check_parameter(place),
            Node::Attribute(id) => self.check_attribute(id),
            Node::Member(place) => {
                let member = *self.ast.at::<Member>(place);
                match member.kind {
                    MemberKind::Property { .. } => self.check_property(&member),
                    MemberKind::Method { function, is_constructor } => {
                        self.check_method(&member, function, is_constructor);
                    }
                }
            }
            Node::Function(function) => self.check_function(function),
            _ => {}
        }
    }
}
