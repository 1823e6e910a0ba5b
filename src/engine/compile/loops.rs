//! Loops, switch, break and continue.

use language::Sym;
use language::ast::{BodyId, Expr, ExprId, List, StmtId, SwitchClause, SwitchFlags};
use values::Value;

use super::{Compiler, Loop};
use crate::code::{Ins, Reg, SwitchSite};

impl Compiler<'_> {
    fn open_loop(&mut self, label: Option<Sym>) {
        self.loops.push(Loop {
            label,
            start: self.here(),
            breaks: Vec::new(),
            continues: Vec::new(),
            finallies: self.finallies.len(),
            tries: self.tries,
            captures: self.captures,
            region: self.region,
        });
    }

    /// Closes the loop: `continue` goes to `next`, `break` here.
    fn close_loop(&mut self, next: u32) {
        let Some(done) = self.loops.pop() else { return };
        let end = self.here();
        self.code.loops.push(crate::code::LoopRange {
            start: done.start,
            end,
            label: done.label,
            next,
            captures: done.captures,
            tries: done.tries,
        });
        for jump in done.continues {
            self.land_at(jump, next);
        }
        for jump in done.breaks {
            self.land(jump);
        }
    }

    pub(super) fn while_loop(&mut self, label: Option<Sym>, condition: StmtId, body: BodyId) {
        self.open_loop(label);
        let top = self.here();
        self.emit(Ins::Loop);
        let out = self.scoped(|c| c.condition(condition));
        self.body(body);
        self.jump_back(top);
        for jump in out {
            self.land(jump);
        }
        self.close_loop(top);
    }

    pub(super) fn do_loop(&mut self, label: Option<Sym>, condition: StmtId, body: BodyId, is_while: bool) {
        self.open_loop(label);
        let top = self.here();
        self.emit(Ins::Loop);
        self.body(body);
        let next = self.here();
        let out = self.scoped(|c| c.condition(condition));
        if is_while {
            self.jump_back(top);
            for jump in out {
                self.land(jump);
            }
        } else {
            let end = self.emit(Ins::Jump { to: 0 });
            for jump in out {
                self.land_at(jump, top);
            }
            self.land(end);
        }
        self.close_loop(next);
    }

    pub(super) fn for_loop(
        &mut self,
        label: Option<Sym>,
        init: Option<StmtId>,
        condition: Option<StmtId>,
        step: Option<StmtId>,
        body: BodyId,
    ) {
        if let Some(id) = init {
            self.sink_statement(id);
        }
        self.open_loop(label);
        let top = self.here();
        self.emit(Ins::Loop);
        let out = condition.map(|id| self.scoped(|c| c.condition(id))).unwrap_or_default();
        self.body(body);
        let next = self.here();
        if let Some(id) = step {
            self.sink_statement(id);
        }
        self.jump_back(top);
        for jump in out {
            self.land(jump);
        }
        self.close_loop(next);
    }

    /// First and last part of a `for`: their output goes nowhere.
    fn sink_statement(&mut self, id: StmtId) {
        if let Some(expr) = self.ast.pure_expr(id) {
            match *self.ast.expr(expr) {
                Expr::Unary { op, operand } if op.text_is_increment() => {
                    let old = self.at_span(self.stmt_span(id));
                    self.increment(op, operand, false);
                    self.span = old;
                }
                _ => self.scoped(|c| {
                    c.expr(expr);
                }),
            }
            return;
        }
        if let language::ast::Stmt::Assign { .. } = self.ast.stmt(id) {
            self.scoped(|c| c.statement(id));
            return;
        }
        self.scoped(|c| {
            let d = c.temp();
            c.emit(Ins::BeginDiscard);
            c.captures += 1;
            c.statement(id);
            c.captures -= 1;
            c.emit(Ins::EndCapture { d, how: 2 });
        });
    }

    pub(super) fn foreach_loop(&mut self, label: Option<Sym>, variable: ExprId, collection: StmtId, body: BodyId) {
        let e = self.temp();
        self.scoped(|c| {
            let start = c.here();
            let range = c.ast.pure_expr(collection).and_then(|id| c.lazy_range(id));
            let items = range.unwrap_or_else(|| c.stmt_value(collection));
            c.point(start, c.stmt_span(collection));
            c.emit(Ins::Enumerate { d: e, a: items });
        });
        if let Some(slot) = self.code.slot_of(Sym::intern("foreach")) {
            self.emit(Ins::SetSlot { d: slot, a: e });
        }
        self.open_loop(label);
        let top = self.here();
        self.emit(Ins::Loop);
        let slot = self.plain_slot(variable);
        let d = slot.unwrap_or_else(|| self.temp());
        self.emit(Ins::Next { d, e });
        let out = self.emit(Ins::Jump { to: 0 });
        if slot.is_none() {
            self.assign_to(variable, d);
        }
        self.body(body);
        self.jump_back(top);
        self.land(out);
        self.close_loop(top);
        let null = self.constant(Value::Null);
        self.emit(Ins::SetSlot { d: e, a: null });
    }

    /// `first..last` that is only enumerated: no array is made of it.
    pub(super) fn lazy_range(&mut self, id: ExprId) -> Option<Reg> {
        let Expr::Binary { op: language::TokenKind::DotDot, left, right, .. } = *self.ast.expr(id) else { return None };
        let old = self.at_span(self.expr_span(id));
        let (a, b) = self.operands(left, right);
        let d = self.temp();
        self.emit(Ins::LazyRange { d, a, b });
        self.span = old;
        Some(d)
    }

    /// The slot of a plain local variable expression.
    pub(super) fn plain_slot(&self, id: ExprId) -> Option<Reg> {
        match self.ast.expr(id) {
            Expr::Variable(v) if v.scope == language::ast::VariableScope::Unqualified => self.code.slot_of(v.name),
            _ => None,
        }
    }

    /// A condition's expression: jumps taken when it is false.
    pub(super) fn branch_unless(&mut self, id: ExprId) -> Vec<usize> {
        use language::TokenKind as T;
        match *self.ast.expr(id) {
            Expr::Binary { op: T::And, left, right, .. } => {
                let mut jumps = self.branch_unless(left);
                jumps.extend(self.branch_unless(right));
                jumps
            }
            Expr::Paren(stmt) if self.ast.pure_expr(stmt).is_some() => {
                let inner = self.ast.pure_expr(stmt).unwrap_or(id);
                self.branch_unless(inner)
            }
            Expr::Binary { op, left, right, .. } if !self.is_wide => match super::expression::comparison(op) {
                Some(cmp) => {
                    let (a, b) = self.operands(left, right);
                    let old = self.at_span(self.expr_span(id));
                    let jump = self.emit(Ins::JumpUnless { op: cmp, a, b, to: 0 });
                    self.span = old;
                    vec![jump]
                }
                None => self.branch_plain(id),
            },
            _ => self.branch_plain(id),
        }
    }

    fn branch_plain(&mut self, id: ExprId) -> Vec<usize> {
        let value = self.expr(id);
        vec![self.emit(Ins::JumpIfNot { a: value, to: 0 })]
    }

    pub(super) fn switch(
        &mut self,
        label: Option<Sym>,
        flags: SwitchFlags,
        condition: StmtId,
        clauses: List<SwitchClause>,
        default: Option<BodyId>,
    ) {
        self.code.switches.push(SwitchSite { flags: flags.0 });
        let site = self.constant(Value::I32(i32::from(flags.0)));
        let (e, value, hit, old_item) = (self.temp(), self.temp(), self.temp(), self.temp());
        self.scoped(|c| {
            let start = c.here();
            let range = c.ast.pure_expr(condition).and_then(|id| c.lazy_range(id));
            let items = range.unwrap_or_else(|| c.stmt_value(condition));
            c.point(start, c.stmt_span(condition));
            c.emit(Ins::Move { d: value, a: items });
            c.emit(Ins::Move { d: hit, a: site });
            // `hit` carries the flags in, `e` the enumerator out.
            c.emit(Ins::SwitchItems { d: e, a: value });
        });
        if let Some(slot) = self.code.slot_of(Sym::intern("switch")) {
            self.emit(Ins::SetSlot { d: slot, a: e });
        }
        let item = self.code.slot_of(Sym::intern("_")).unwrap_or(old_item);
        self.emit(Ins::Hold { d: old_item, a: item });
        self.open_loop(label);
        let top = self.here();
        self.emit(Ins::Loop);
        self.emit(Ins::Next { d: value, e });
        let out = self.emit(Ins::Jump { to: 0 });
        self.emit(Ins::SetSlot { d: item, a: value });
        let no = self.constant(Value::Bool(false));
        self.emit(Ins::SetSlot { d: hit, a: no });
        for clause in self.ast.list(clauses) {
            self.scoped(|c| {
                let old = c.at_span(c.expr_span(clause.condition));
                let test = c.temps(2);
                c.expr_into(clause.condition, test);
                c.emit(Ins::SetSlot { d: test + 1, a: site });
                c.emit(Ins::SwitchTest { d: test, a: value, c: test });
                c.span = old;
                let skip = c.emit(Ins::JumpIfNot { a: test, to: 0 });
                let yes = c.constant(Value::Bool(true));
                c.emit(Ins::SetSlot { d: hit, a: yes });
                c.body(clause.body);
                c.emit(Ins::SetSlot { d: item, a: value });
                c.land(skip);
            });
        }
        if let Some(body) = default {
            let skip = self.emit(Ins::JumpIf { a: hit, to: 0 });
            self.body(body);
            self.land(skip);
        }
        self.jump_back(top);
        self.land(out);
        self.close_loop(top);
        self.emit(Ins::GiveBack { d: item, a: old_item });
    }

    /// `break` and `continue`.
    pub(super) fn leave(&mut self, label: Option<ExprId>, is_break: bool) {
        let name = label.map(|id| self.ast.string_value(id).map(str::to_string));
        let target = match &name {
            None => self.loops.len().checked_sub(1),
            Some(Some(text)) => {
                let sym = Sym::intern(text);
                self.loops.iter().rposition(|l| l.label == Some(sym))
            }
            Some(None) => None,
        };
        let target = target.filter(|at| {
            let l = &self.loops[*at];
            l.region == self.region
        });
        let Some(at) = target else {
            let a = match label {
                Some(id) => self.expr(id),
                None => self.constant(Value::Null),
            };
            self.emit(Ins::Leave { kind: u16::from(!is_break), a });
            return;
        };
        let (finallies, tries) = (self.loops[at].finallies, self.loops[at].tries);
        self.run_finallies(finallies);
        for _ in tries..self.tries {
            self.emit(Ins::LeaveTry);
        }
        let open = self.captures - self.loops[at].captures;
        if open > 0 {
            self.emit(Ins::Discard { n: open });
        }
        let jump = self.emit(Ins::Jump { to: 0 });
        if is_break {
            self.loops[at].breaks.push(jump);
        } else {
            self.loops[at].continues.push(jump);
        }
    }
}

/// Increment and decrement tokens.
pub(super) trait IncrementToken {
    fn text_is_increment(self) -> bool;
}

impl IncrementToken for language::TokenKind {
    fn text_is_increment(self) -> bool {
        use language::TokenKind as T;
        matches!(self, T::PlusPlus | T::MinusMinus | T::PostfixPlusPlus | T::PostfixMinusMinus)
    }
}
