//! Marks before statements, for the debugger.

use language::ast::{Element, ElementKind, Expr, Node, Stmt, StmtId, Visit};
use language::{Span, Sym, TokenKind};
use values::Str;

use super::Compiler;
use crate::code::Ins;
use crate::debug::{Mark, MarkKind};

impl Compiler<'_> {
    /// The braces of a function's or block's body.
    pub(super) fn braces(&self) -> Option<(Span, Span)> {
        let span = self.ast.block(self.code.block).span;
        let text = self.ast.slice(span);
        let has = self.has_marks && text.starts_with('{') && text.ends_with('}') && text.len() > 1;
        has.then(|| (Span { start: span.start, len: 1 }, Span { start: span.end() - 1, len: 1 }))
    }

    /// A mark before a statement; statements that only hold others are marked at what they ask first.
    pub(super) fn mark_statement(&mut self, id: StmtId) {
        if !self.has_marks {
            return;
        }
        let place = match *self.ast.stmt(id) {
            Stmt::Function(_)
            | Stmt::Type(_)
            | Stmt::Using(_)
            | Stmt::Try { .. }
            | Stmt::Trap { .. }
            | Stmt::Data { .. } => return,
            Stmt::If { clauses, .. } => match self.ast.list(clauses).first() {
                Some(clause) => clause.condition,
                None => return,
            },
            Stmt::While { condition, .. } | Stmt::Switch { condition, .. } => condition,
            Stmt::For { init: Some(init), .. } => init,
            Stmt::Foreach { collection, .. } => collection,
            _ => id,
        };
        let span = self.stmt_span(place);
        self.mark(span, MarkKind::Statement, Some(Node::Stmt(place)));
    }

    /// A mark at a place.
    pub(super) fn mark(&mut self, span: Span, kind: MarkKind, node: Option<Node>) {
        if self.code.marks.len() >= usize::from(u16::MAX) {
            return;
        }
        let mut mark = Mark { span, kind, reads: Vec::new(), writes: Vec::new(), commands: Vec::new() };
        if let Some(node) = node {
            self.gather(node, &mut mark);
        }
        self.code.marks.push(mark);
        let index = (self.code.marks.len() - 1) as u16;
        let old = self.at_span(span);
        self.emit(Ins::Mark { index });
        self.span = old;
    }

    /// What a statement reads, sets and calls, blocks inside it left out.
    fn gather(&self, node: Node, mark: &mut Mark) {
        let ast = self.ast;
        let mut targets: Vec<Sym> = Vec::new();
        ast.walk(node, &mut |at| {
            match at {
                Node::Expr(id) => match *ast.expr(id) {
                    Expr::ScriptBlock(_) => return Visit::SkipChildren,
                    Expr::Variable(v) if v.drive.is_none() => mark.reads.push(v.name),
                    Expr::Unary {
                        op:
                            TokenKind::PlusPlus
                            | TokenKind::MinusMinus
                            | TokenKind::PostfixPlusPlus
                            | TokenKind::PostfixMinusMinus,
                        operand,
                    } => {
                        if let Expr::Variable(v) = *ast.expr(operand) {
                            mark.writes.push(v.name);
                        }
                    }
                    _ => {}
                },
                Node::Stmt(id) => {
                    if let Stmt::Assign { target, op, .. } = *ast.stmt(id) {
                        let mut open = vec![target];
                        while let Some(target) = open.pop() {
                            match *ast.expr(target) {
                                Expr::Variable(v) => {
                                    mark.writes.push(v.name);
                                    if op == TokenKind::Equals {
                                        targets.push(v.name);
                                    }
                                }
                                Expr::Convert { operand, .. } | Expr::Attributed { operand, .. } => open.push(operand),
                                Expr::Array(items) => open.extend(ast.exprs(items)),
                                _ => {}
                            }
                        }
                    }
                }
                Node::Element(place) => {
                    if let ElementKind::Command(command) = ast.at::<Element>(place).kind
                        && let Some(name) = ast.command_name(&command)
                    {
                        mark.commands.push(Str::from(name));
                    }
                }
                _ => {}
            }
            Visit::Continue
        });
        // A variable that is only set is not read where its name stands.
        for target in targets {
            if let Some(at) = mark.reads.iter().position(|name| *name == target) {
                mark.reads.remove(at);
            }
        }
    }
}
