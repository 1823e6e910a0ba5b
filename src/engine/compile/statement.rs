//! Statements.

use language::TokenKind;
use language::ast::{BodyId, ElementKind, Expr, ExprId, Stmt, StmtId};
use values::Value;

use super::Compiler;
use crate::code::{Ins, Reg, StmtRange};

impl Compiler<'_> {
    /// A list of statements with its traps; output goes to the current output.
    pub(super) fn body(&mut self, id: BodyId) {
        let body = *self.ast.body(id);
        self.define_types(body);
        if body.traps.is_empty() {
            self.statements(body);
        } else {
            self.with_traps(body);
        }
    }

    /// Functions are defined where they stand, types before anything runs.
    fn define_types(&mut self, body: language::ast::Body) {
        for id in self.ast.stmts(body.statements) {
            if let Stmt::Type(def) = *self.ast.stmt(*id) {
                let old = self.at_span(self.stmt_span(*id));
                self.code.type_defs.push(def);
                let def = (self.code.type_defs.len() - 1) as u16;
                self.emit(Ins::DefineType { def });
                self.span = old;
            }
        }
    }

    fn statements(&mut self, body: language::ast::Body) {
        for id in self.ast.stmts(body.statements) {
            self.statement_in_list(*id);
        }
    }

    pub(super) fn statement_in_list(&mut self, id: StmtId) {
        let start = self.here();
        let span = self.stmt_span(id);
        let (captures, at) = (self.captures, self.code.statements.len());
        self.code.statements.push(StmtRange { start, end: start, captures, span });
        self.mark_statement(id);
        self.scoped(|c| c.statement(id));
        self.code.statements[at].end = self.here();
    }

    /// A statement in statement position: what it yields is written.
    pub(super) fn statement(&mut self, id: StmtId) {
        if self.is_method
            && self.captures == 0
            && self.region == 0
            && matches!(self.ast.stmt(id), Stmt::Pipeline { .. } | Stmt::Chain { .. })
        {
            self.silent_statement(id);
            return;
        }
        let old = self.at_span(self.stmt_span(id));
        let start = self.here();
        match *self.ast.stmt(id) {
            Stmt::Pipeline { background: true, .. } | Stmt::Chain { background: true, .. } => self.background(id),
            Stmt::Pipeline { elements, .. } => {
                let list = self.ast.list(elements);
                match list {
                    [one] if one.redirections.is_empty() => match one.kind {
                        ElementKind::Expr(expr) => self.expression_statement(expr),
                        ElementKind::Command(_) => self.pipeline(elements),
                    },
                    _ => self.pipeline(elements),
                }
            }
            Stmt::Chain { left, op, right, .. } => self.chain(left, op, right),
            Stmt::Assign { .. } => {
                self.assignment(id, false);
            }
            Stmt::If { clauses, otherwise } => self.if_statement(clauses, otherwise),
            Stmt::While { label, condition, body } => self.while_loop(Self::label(label), condition, body),
            Stmt::DoWhile { label, condition, body } => self.do_loop(Self::label(label), condition, body, true),
            Stmt::DoUntil { label, condition, body } => self.do_loop(Self::label(label), condition, body, false),
            Stmt::For { label, init, condition, step, body } => {
                self.for_loop(Self::label(label), init, condition, step, body);
            }
            Stmt::Foreach { label, variable, collection, body } => {
                self.foreach_loop(Self::label(label), variable, collection, body);
            }
            Stmt::Switch { label, flags, condition, clauses, default } => {
                self.switch(Self::label(label), flags, condition, clauses, default);
            }
            Stmt::Try { body, catches, finally } => self.try_statement(body, catches, finally),
            Stmt::Trap { .. } | Stmt::Using(_) | Stmt::Type(_) => {}
            Stmt::Data { variable, commands, body } => self.data(variable, commands, body),
            Stmt::Block { .. } => self.unsupported("WorkflowNotSupported"),
            Stmt::Configuration { .. } => self.unsupported("ConfigurationNotSupported"),
            Stmt::Function(function) => {
                self.code.functions.push((function, Default::default()));
                let function = (self.code.functions.len() - 1) as u16;
                self.emit(Ins::DefineFunction { function });
            }
            Stmt::Return(value) => self.return_statement(value),
            Stmt::Throw(value) => self.throw_statement(value),
            Stmt::Exit(value) => {
                let a = match value {
                    Some(value) => self.stmt_value(value),
                    None => self.constant(Value::Null),
                };
                self.emit(Ins::Exit { a });
            }
            Stmt::Break(label) => self.leave(label, true),
            Stmt::Continue(label) => self.leave(label, false),
            Stmt::Error(_) => self.unsupported("ParseError"),
        }
        if matches!(self.ast.stmt(id), Stmt::Pipeline { .. } | Stmt::Assign { .. } | Stmt::Throw(_) | Stmt::Exit(_)) {
            self.point(start, self.stmt_span(id));
        }
        self.span = old;
    }

    /// A statement of a method: its output goes nowhere.
    fn silent_statement(&mut self, id: StmtId) {
        self.scoped(|c| {
            let d = c.temp();
            c.emit(Ins::BeginDiscard);
            c.captures += 1;
            c.statement(id);
            c.captures -= 1;
            c.emit(Ins::EndCapture { d, how: 2 });
        });
    }

    /// An expression in statement position: `$i++` and assignments yield nothing, all else is written.
    fn expression_statement(&mut self, id: ExprId) {
        if let Expr::Unary { op, operand } = *self.ast.expr(id)
            && matches!(
                op,
                TokenKind::PlusPlus | TokenKind::MinusMinus | TokenKind::PostfixPlusPlus | TokenKind::PostfixMinusMinus
            )
        {
            self.increment(op, operand, false);
            return;
        }
        // `[void] expression` and `$null = ...` are sinks.
        let value = self.expr(id);
        self.emit(Ins::Write { a: value });
        self.succeed(id);
    }

    /// An expression sets `$?`, unless it is commands in parentheses.
    fn succeed(&mut self, id: ExprId) {
        if self.tracks_success && self.sets_success(id) {
            self.emit(Ins::Succeed);
        }
    }

    fn sets_success(&self, id: ExprId) -> bool {
        match *self.ast.expr(id) {
            Expr::Paren(stmt) => self.statement_sets_success(stmt),
            Expr::SubExpr(body) | Expr::ArrayExpr(body) => {
                let statements = self.ast.stmts(self.ast.body(body).statements);
                statements.iter().all(|stmt| self.statement_sets_success(*stmt))
            }
            _ => true,
        }
    }

    fn statement_sets_success(&self, id: StmtId) -> bool {
        match *self.ast.stmt(id) {
            Stmt::Assign { value, .. } => self.statement_sets_success(value),
            _ => self.ast.pure_expr(id).is_some_and(|expr| self.sets_success(expr)),
        }
    }

    /// The value of a statement in a register or constant.
    pub(super) fn stmt_value(&mut self, id: StmtId) -> Reg {
        if let Some(expr) = self.ast.pure_expr(id) {
            let value = self.expr(expr);
            self.succeed(expr);
            return value;
        }
        let d = self.temp();
        self.stmt_into(id, d);
        d
    }

    /// The value of a statement, collected as a pipeline's output.
    pub(super) fn stmt_into(&mut self, id: StmtId, d: Reg) {
        if let Some(expr) = self.ast.pure_expr(id) {
            self.expr_into(expr, d);
            return;
        }
        if let Stmt::Assign { .. } = self.ast.stmt(id) {
            let value = self.assignment(id, true);
            self.emit(Ins::Move { d, a: value });
            return;
        }
        self.emit(Ins::BeginCapture);
        self.captures += 1;
        self.scoped(|c| c.statement(id));
        self.captures -= 1;
        self.emit(Ins::EndCapture { d, how: 0 });
    }

    /// Statements whose output is collected: `$( )` (`how` 0) and `@( )` (`how` 1).
    pub(super) fn captured_body(&mut self, id: BodyId, d: Reg, how: u16) {
        self.emit(Ins::BeginCapture);
        self.captures += 1;
        self.scoped(|c| c.body(id));
        self.captures -= 1;
        self.emit(Ins::EndCapture { d, how });
    }

    fn chain(&mut self, left: StmtId, op: TokenKind, right: StmtId) {
        self.statement(left);
        let ok = self.temp();
        self.emit(Ins::GetSuccess { d: ok });
        let skip = if op == TokenKind::AndAnd {
            self.emit(Ins::JumpIfNot { a: ok, to: 0 })
        } else {
            self.emit(Ins::JumpIf { a: ok, to: 0 })
        };
        self.statement(right);
        self.land(skip);
    }

    fn if_statement(&mut self, clauses: language::ast::List<language::ast::IfClause>, otherwise: Option<BodyId>) {
        let mut ends = Vec::new();
        for clause in self.ast.list(clauses) {
            let skips = self.scoped(|c| c.condition(clause.condition));
            self.body(clause.body);
            ends.push(self.emit(Ins::Jump { to: 0 }));
            for skip in skips {
                self.land(skip);
            }
        }
        if let Some(body) = otherwise {
            self.body(body);
        }
        for end in ends {
            self.land(end);
        }
    }

    /// Compiles a condition; the returned jumps are taken when it is false.
    pub(super) fn condition(&mut self, id: StmtId) -> Vec<usize> {
        let old = self.at_span(self.stmt_span(id));
        let start = self.here();
        let jumps = match self.ast.pure_expr(id) {
            Some(expr) => self.branch_unless(expr),
            None => {
                let value = self.stmt_value(id);
                vec![self.emit(Ins::JumpIfNot { a: value, to: 0 })]
            }
        };
        self.point(start, self.stmt_span(id));
        self.span = old;
        jumps
    }

    /// Notes the extent of what was compiled since `start`.
    pub(super) fn point(&mut self, start: u32, span: language::Span) {
        let end = self.here();
        self.code.points.push((start, end, span));
    }

    fn return_statement(&mut self, value: Option<StmtId>) {
        match value {
            Some(id) if self.captures > 0 || (self.is_method && self.region == 0) => {
                // The value leaves the block, not the capture that the statement stands in.
                let a = self.stmt_value(id);
                self.emit(Ins::Discard { n: self.captures });
                let ins = if self.is_method && self.region == 0 { Ins::WriteOne { a } } else { Ins::Write { a } };
                self.emit(ins);
            }
            Some(id) => self.statement(id),
            None => {}
        }
        self.run_finallies(0);
        self.emit(Ins::Return);
    }

    fn throw_statement(&mut self, value: Option<StmtId>) {
        match value {
            Some(id) => {
                let a = self.stmt_value(id);
                self.emit(Ins::Throw { a });
            }
            None if self.in_catch => {
                self.emit(Ins::Rethrow);
            }
            None => {
                let a = self.constant(Value::Null);
                self.emit(Ins::Throw { a });
            }
        }
    }

    fn data(&mut self, variable: Option<language::ast::Name>, commands: language::ast::List<ExprId>, body: BodyId) {
        let allowed = self.ast.exprs(commands).iter();
        let allowed = allowed.map(|id| values::Str::from(self.ast.string_value(*id).unwrap_or_default())).collect();
        self.code.data.push(allowed);
        let site = (self.code.data.len() - 1) as u16;
        self.emit(Ins::EnterData { site });
        match variable {
            Some(name) => {
                let d = self.temp();
                self.captured_body(body, d, 0);
                let slot = self.code.slot_of(name.sym).unwrap_or(d);
                self.emit(Ins::Move { d: slot, a: d });
            }
            None => self.body(body),
        }
        self.emit(Ins::LeaveData);
    }

    fn background(&mut self, id: StmtId) {
        let d = self.temp();
        let span = self.stmt_span(id);
        let text = self.ast.slice(span).trim_end_matches('&').trim_end().to_string();
        let a = self.string(&text);
        self.emit(Ins::Background { site: a, d });
        self.emit(Ins::Write { a: d });
    }
}
