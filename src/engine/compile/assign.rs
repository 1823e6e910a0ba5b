//! Assignment and increment.

use language::TokenKind as T;
use language::ast::{Expr, ExprId, Stmt, StmtId, VariableScope};
use values::{Str, Value};

use super::Compiler;
use super::expression::is_constant;
use crate::code::{Ins, Reg, VarScope};

impl Compiler<'_> {
    /// Compiles an assignment; the register that holds the assigned value comes back when it is wanted.
    pub(super) fn assignment(&mut self, id: StmtId, wants_value: bool) -> Reg {
        let Stmt::Assign { target, op, value, .. } = *self.ast.stmt(id) else { return 0 };
        let old = self.at_span(self.stmt_span(id));
        let result = match op {
            T::Equals => self.plain_assignment(target, value),
            T::QuestionQuestionEquals => self.coalescing_assignment(target, value),
            _ => self.compound_assignment(target, op, value),
        };
        self.span = old;
        if wants_value && result < self.code.slots.len() as Reg {
            let copy = self.temp();
            self.emit(Ins::Move { d: copy, a: result });
            return copy;
        }
        result
    }

    fn plain_assignment(&mut self, target: ExprId, value: StmtId) -> Reg {
        if let Expr::Variable(v) = *self.ast.expr(target)
            && v.scope == VariableScope::Unqualified
            && v.name.folded() == "null"
        {
            return self.discard(value);
        }
        let Some(slot) = self.plain_slot(target) else {
            let a = self.stmt_value(value);
            self.assign_to(target, a);
            return a;
        };
        match self.ast.pure_expr(value) {
            // The value's instruction writes the slot itself.
            Some(expr) if self.is_direct(expr, slot) => self.expr_into(expr, slot),
            Some(expr) => {
                let a = self.expr(expr);
                self.emit(Ins::Move { d: slot, a });
            }
            None => {
                let a = self.stmt_value(value);
                self.emit(Ins::Move { d: slot, a });
            }
        }
        slot
    }

    /// Whether an expression can be evaluated right into a variable's slot: nothing is written before all is read.
    fn is_direct(&self, id: ExprId, _slot: Reg) -> bool {
        matches!(
            self.ast.expr(id),
            Expr::Binary { op: T::Plus | T::Minus | T::Multiply | T::Rem | T::Divide, .. }
                | Expr::Member { null_conditional: false, .. }
                | Expr::Index { null_conditional: false, .. }
        )
    }

    /// `$null = ...`
    fn discard(&mut self, value: StmtId) -> Reg {
        if self.ast.pure_expr(value).is_some() {
            return self.stmt_value(value);
        }
        let d = self.temp();
        self.emit(Ins::BeginDiscard);
        self.captures += 1;
        self.scoped(|c| c.statement(value));
        self.captures -= 1;
        self.emit(Ins::EndCapture { d, how: 2 });
        d
    }

    fn coalescing_assignment(&mut self, target: ExprId, value: StmtId) -> Reg {
        let d = self.temp();
        self.expr_into(target, d);
        let skip = self.emit(Ins::JumpIfNotNull { a: d, to: 0 });
        let a = self.stmt_value(value);
        self.emit(Ins::Move { d, a });
        self.assign_to(target, d);
        self.land(skip);
        d
    }

    fn compound_assignment(&mut self, target: ExprId, op: T, value: StmtId) -> Reg {
        let op = match op {
            T::PlusEquals => T::Plus,
            T::MinusEquals => T::Minus,
            T::MultiplyEquals => T::Multiply,
            T::DivideEquals => T::Divide,
            _ => T::Rem,
        };
        if let Some(slot) = self.plain_slot(target) {
            let b = self.stmt_value(value);
            // A block that runs in its caller's scope looks outward, as does all dotted code.
            if !self.code.is_shared && self.region == 0 {
                self.emit(Ins::OwnOnly { d: slot });
            }
            if op == T::Plus {
                self.emit(Ins::AddAssign { d: slot, b });
            } else {
                self.binary_ins(op, slot, slot, b);
            }
            return slot;
        }
        let d = self.temp();
        match *self.ast.expr(target) {
            Expr::Member { target: object, member, is_static, .. } => {
                let a = self.expr(object);
                let name = self.expr(member);
                let get = if is_static { Ins::GetStatic { d, a, name } } else { Ins::GetMember { d, a, name } };
                self.emit(get);
                let b = self.stmt_value(value);
                self.binary_ins(op, d, d, b);
                let set = if is_static { Ins::SetStatic { a, name, b: d } } else { Ins::SetMember { a, name, b: d } };
                self.emit(set);
            }
            Expr::Index { target: object, index, .. } => {
                let a = self.expr(object);
                let i = self.expr(index);
                self.emit(Ins::GetIndex { d, a, b: i });
                let b = self.stmt_value(value);
                self.binary_ins(op, d, d, b);
                self.emit(Ins::SetIndex { a, i, b: d });
            }
            _ => {
                self.expr_into(target, d);
                let b = self.stmt_value(value);
                self.binary_ins(op, d, d, b);
                self.assign_to(target, d);
            }
        }
        d
    }

    /// Stores a register into an assignment's target.
    pub(super) fn assign_to(&mut self, target: ExprId, a: Reg) {
        match *self.ast.expr(target) {
            Expr::Variable(v) => self.assign_variable(v, a),
            Expr::Member { target: object, member, is_static, .. } => {
                let o = self.expr(object);
                let name = self.expr(member);
                let ins =
                    if is_static { Ins::SetStatic { a: o, name, b: a } } else { Ins::SetMember { a: o, name, b: a } };
                self.emit(ins);
            }
            Expr::Index { target: object, index, .. } => {
                let o = self.expr(object);
                let i = self.expr(index);
                self.emit(Ins::SetIndex { a: o, i, b: a });
            }
            Expr::Convert { .. } | Expr::Attributed { .. } => self.assign_constrained(target, a),
            Expr::Array(items) => self.assign_several(self.ast.exprs(items), a),
            Expr::Paren(stmt) => match self.ast.pure_expr(stmt) {
                Some(inner) => self.assign_to(inner, a),
                None => self.unsupported("InvalidLeftHandSide"),
            },
            _ => self.unsupported("InvalidLeftHandSide"),
        }
    }

    fn assign_variable(&mut self, v: language::ast::Variable, a: Reg) {
        let scope = match v.scope {
            VariableScope::Unqualified => {
                if v.name.folded() == "null" {
                    return;
                }
                match self.code.slot_of(v.name) {
                    Some(slot) => {
                        self.emit(Ins::Move { d: slot, a });
                        return;
                    }
                    None => VarScope::Any,
                }
            }
            VariableScope::Global => VarScope::Global,
            VariableScope::Local => VarScope::Local,
            VariableScope::Script => VarScope::Script,
            VariableScope::Private => VarScope::Private,
            VariableScope::Drive => VarScope::Drive(Str::from(v.drive.map_or("", |s| s.folded()))),
        };
        let place = self.scoped_place(&v, scope);
        self.emit(Ins::SetScoped { place, a });
    }

    /// `[int] $x = 1`, `[ValidateRange(1,2)] $x = 1`: the variable keeps the constraint.
    fn assign_constrained(&mut self, target: ExprId, a: Reg) {
        let mut attributes = Vec::new();
        let mut at = target;
        loop {
            match *self.ast.expr(at) {
                Expr::Convert { ty, operand } => {
                    attributes.push(ty);
                    at = operand;
                }
                Expr::Attributed { attribute, operand } => {
                    attributes.push(attribute);
                    at = operand;
                }
                Expr::Paren(stmt) => match self.ast.pure_expr(stmt) {
                    Some(inner) => at = inner,
                    None => break,
                },
                _ => break,
            }
        }
        match *self.ast.expr(at) {
            Expr::Variable(v) => {
                self.code.attributes.push(attributes);
                let site = (self.code.attributes.len() - 1) as u16;
                match self.code.slot_of(v.name).filter(|_| {
                    matches!(v.scope, VariableScope::Unqualified | VariableScope::Local | VariableScope::Private)
                }) {
                    Some(slot) => {
                        let copy = if is_constant(a) || a == slot {
                            let copy = self.temp();
                            self.emit(Ins::Move { d: copy, a });
                            copy
                        } else {
                            a
                        };
                        self.emit(Ins::Constrain { d: slot, site });
                        self.emit(Ins::Move { d: slot, a: copy });
                    }
                    None => {
                        let d = self.temp();
                        for id in self.code.attributes[site as usize].clone() {
                            let ty = self.type_spec(self.ast.attribute(id).ty);
                            self.emit(Ins::Convert { d, a, ty });
                        }
                        self.assign_variable(v, d);
                    }
                }
            }
            Expr::Array(items) => {
                let ids = self.ast.exprs(items).to_vec();
                self.assign_several(&ids, a);
            }
            _ => {
                let d = self.temp();
                self.emit(Ins::Move { d, a });
                for id in attributes.into_iter().rev() {
                    let ty = self.type_spec(self.ast.attribute(id).ty);
                    self.emit(Ins::Convert { d, a: d, ty });
                }
                self.assign_to(at, d);
            }
        }
    }

    /// `$a, $b, $rest = ...`: the last target takes what is left.
    fn assign_several(&mut self, targets: &[ExprId], a: Reg) {
        let list = self.temp();
        // As an array: a single value is its first item.
        let ty = self.type_text(Str::from("object[]"), self.span);
        let end = self.emit(Ins::JumpIfNull { a, to: 0 });
        self.emit(Ins::Convert { d: list, a, ty });
        let over = self.emit(Ins::Jump { to: 0 });
        self.land(end);
        self.emit(Ins::Array { d: list, first: 0, n: 0 });
        self.land(over);
        for (at, target) in targets.iter().enumerate() {
            self.scoped(|c| {
                let item = c.temp();
                let index = c.constant(Value::I32(at as i32));
                if at + 1 < targets.len() {
                    c.emit(Ins::GetIndex { d: item, a: list, b: index });
                } else {
                    c.emit(Ins::Rest { d: item, a: list, from: at as u16 });
                }
                c.assign_to(*target, item);
            });
        }
    }

    /// `++` and `--`; the value comes back in a register when it is wanted.
    pub(super) fn increment(&mut self, op: T, operand: ExprId, wants_value: bool) -> Reg {
        let by = if matches!(op, T::PlusPlus | T::PostfixPlusPlus) { 1 } else { -1 };
        let is_postfix = matches!(op, T::PostfixPlusPlus | T::PostfixMinusMinus);
        if let Some(slot) = self.plain_slot(operand) {
            if !wants_value {
                self.emit(Ins::Inc { d: slot, by });
                return slot;
            }
            let d = self.temp();
            if is_postfix {
                self.emit(Ins::OldNumber { d, a: slot });
                self.emit(Ins::Inc { d: slot, by });
            } else {
                self.emit(Ins::Inc { d: slot, by });
                self.emit(Ins::Move { d, a: slot });
            }
            return d;
        }
        let (d, new) = (self.temp(), self.temp());
        let store: Ins = match *self.ast.expr(operand) {
            Expr::Member { target, member, is_static, .. } => {
                let a = self.expr(target);
                let name = self.expr(member);
                let get = if is_static { Ins::GetStatic { d, a, name } } else { Ins::GetMember { d, a, name } };
                self.emit(get);
                if is_static { Ins::SetStatic { a, name, b: new } } else { Ins::SetMember { a, name, b: new } }
            }
            Expr::Index { target, index, .. } => {
                let a = self.expr(target);
                let i = self.expr(index);
                self.emit(Ins::GetIndex { d, a, b: i });
                Ins::SetIndex { a, i, b: new }
            }
            _ => {
                self.expr_into(operand, d);
                self.emit(Ins::Move { d: new, a: d });
                self.emit(Ins::Inc { d: new, by });
                self.assign_to(operand, new);
                let result = if is_postfix { d } else { new };
                if is_postfix {
                    self.emit(Ins::OldNumber { d, a: d });
                }
                return result;
            }
        };
        self.emit(Ins::Move { d: new, a: d });
        self.emit(Ins::Inc { d: new, by });
        self.emit(store);
        if is_postfix {
            self.emit(Ins::OldNumber { d, a: d });
            d
        } else {
            new
        }
    }
}
