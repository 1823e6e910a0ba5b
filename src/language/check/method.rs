//! Methods of classes: all paths return, and variables are assigned before they are read.
//!
//! The flow is followed over the tree in one pass: assignments only add to what is assigned, so a loop's head needs no
//! second look.

use std::collections::HashSet;

use super::walk::Checker;
use crate::ast::{
    Ast, BodyId, CommandElementKind, Element, ElementKind, Expr, ExprId, FunctionId, List, Member, Name, Part,
    RedirectTo, Stmt, StmtId, Variable, VariableScope,
};
use crate::position::Span;
use crate::symbol::Sym;
use crate::token::TokenKind;

/// Automatic variables that a method always has.
const AUTOMATIC: &[&str] =
    &["_", "args", "this", "input", "pscmdlet", "psboundparameters", "myinvocation", "psscriptroot", "pscommandpath"];

/// Global variables that a method may read all the same.
const ACCESSIBLE: &[&str] = &[
    "lastexitcode",
    "error",
    "stacktrace",
    "outputencoding",
    "nestedpromptlevel",
    "pwd",
    "matches",
    "psapplicationoutputencoding",
    "true",
    "false",
    "null",
];

/// Commands that make variables behind the analysis's back.
const PESSIMIZING: &[&str] =
    &["new-variable", "remove-variable", "set-variable", "set-psbreakpoint", "nv", "rv", "sbp", "sv", "set"];

/// Variables that are assigned for certain; `None` where the flow cannot come.
type State = Option<HashSet<Sym>>;

fn merge(a: State, b: State) -> State {
    match (a, b) {
        (None, other) | (other, None) => other,
        (Some(a), Some(b)) => Some(a.intersection(&b).copied().collect()),
    }
}

struct Loop {
    label: Sym,
    breaks: State,
    continues: State,
}

struct Flow<'a> {
    ast: &'a Ast,
    state: State,
    loops: Vec<Loop>,
    /// Variables whose type differs between assignments, or all assigned ones after certain commands: they are looked up
    /// by name, so reading them is no error.
    dynamic: HashSet<Sym>,
    typed: HashSet<Sym>,
    assigned: HashSet<Sym>,
    all_dynamic: bool,
    unassigned: Vec<(Span, Sym)>,
}

impl Checker<'_, '_> {
    pub(super) fn check_method(&mut self, member: &Member, id: FunctionId, is_constructor: bool) {
        let ast = self.ast;
        let function = *ast.function(id);
        let block = *ast.block(function.body);
        if let Some(params) = block.params {
            self.report.add(ast.param_block(params).span, "ParamBlockNotAllowedInMethod", &[]);
        }
        let named = [block.dynamic_param, block.begin, block.process, block.end];
        let first = named.iter().flatten().next();
        let wrong = block.clean.is_some() || named.iter().flatten().any(|named| !named.unnamed);
        if let Some(first) = first.or(block.clean.as_ref()).filter(|_| wrong) {
            self.report.add(first.span, "NamedBlockNotAllowedInMethod", &[]);
        }
        if let (true, Some(ty)) = (is_constructor, member.ty) {
            self.report.add(ast.attribute(ty).span, "ConstructorCantHaveReturnType", &[]);
        }
        let mut assigned: HashSet<Sym> = AUTOMATIC.iter().map(|name| Sym::intern(name)).collect();
        let mut flow = Flow {
            ast,
            state: None,
            loops: Vec::new(),
            dynamic: HashSet::new(),
            typed: HashSet::new(),
            assigned: HashSet::new(),
            all_dynamic: false,
            unassigned: Vec::new(),
        };
        for param in ast.list(function.params.unwrap_or_default()) {
            if let Expr::Variable(variable) = *ast.expr(param.name) {
                assigned.insert(variable.name);
                flow.assigned.insert(variable.name);
                if !param.attributes.is_empty() {
                    flow.typed.insert(variable.name);
                }
            }
        }
        flow.state = Some(assigned);
        for named in block.named() {
            flow.body(named.body);
        }
        if flow.state.is_some() && !self.is_void_method(member) {
            self.report.add(member.name_span, "MethodHasCodePathNotReturn", &[]);
        }
        for (span, name) in flow.unassigned {
            let dynamic = flow.dynamic.contains(&name) || flow.all_dynamic;
            if !(dynamic && flow.assigned.contains(&name)) {
                self.report.add(span, "VariableNotLocal", &[]);
            }
        }
    }
}

impl Flow<'_> {
    fn body(&mut self, id: BodyId) {
        let body = *self.ast.body(id);
        for statement in self.ast.stmts(body.statements) {
            self.statement(*statement);
        }
    }

    fn statement(&mut self, id: StmtId) {
        match *self.ast.stmt(id) {
            Stmt::Pipeline { elements, .. } => self.elements(elements),
            Stmt::Chain { left, right, .. } => {
                self.statement(left);
                self.maybe(|flow| flow.statement(right));
            }
            Stmt::Assign { target, op, value, .. } => {
                if op != TokenKind::Equals {
                    self.expr(target);
                }
                self.statement(value);
                self.assign(target, false);
            }
            Stmt::If { clauses, otherwise } => {
                let mut after = None;
                for clause in self.ast.list(clauses) {
                    self.statement(clause.condition);
                    let saved = self.state.clone();
                    self.body(clause.body);
                    after = merge(after, self.state.take());
                    self.state = saved;
                }
                if let Some(otherwise) = otherwise {
                    self.body(otherwise);
                }
                self.state = merge(after, self.state.take());
            }
            Stmt::While { label, condition, body } => {
                self.looping(label, Some(condition), |flow| flow.body(body), None, true);
            }
            Stmt::For { label, init, condition, step, body } => {
                if let Some(init) = init {
                    self.statement(init);
                }
                self.looping(label, condition, |flow| flow.body(body), step, condition.is_some());
            }
            Stmt::Foreach { label, variable, collection, body } => {
                self.statement(collection);
                let before = self.state.clone();
                self.set(Sym::intern("foreach"), false);
                self.assign(variable, false);
                self.looping(label, None, |flow| flow.body(body), None, false);
                self.state = before;
            }
            Stmt::Switch { label, condition, clauses, default, .. } => {
                self.statement(condition);
                let before = self.state.clone();
                self.set(Sym::intern("switch"), false);
                self.looping(label, None, |flow| flow.switch_clauses(clauses, default), None, false);
                self.state = before;
            }
            Stmt::DoWhile { label, condition, body } | Stmt::DoUntil { label, condition, body } => {
                self.loops.push(Loop { label: label_of(label), breaks: None, continues: None });
                self.body(body);
                let looped = self.loops.pop();
                let (breaks, continues) = looped.map_or((None, None), |l| (l.breaks, l.continues));
                self.state = merge(self.state.take(), continues);
                self.statement(condition);
                self.state = merge(self.state.take(), breaks);
            }
            Stmt::Try { body, catches, finally } => self.try_statement(body, catches, finally),
            Stmt::Data { variable, body, .. } => {
                self.body(body);
                if let Some(variable) = variable {
                    self.set(variable.sym, false);
                }
            }
            Stmt::Block { body, .. } => self.body(body),
            Stmt::Return(value) | Stmt::Throw(value) | Stmt::Exit(value) => {
                if let Some(value) = value {
                    self.statement(value);
                }
                self.state = None;
            }
            Stmt::Break(label) => self.jump(label, |looped, state| {
                looped.breaks = merge(looped.breaks.take(), state);
            }),
            Stmt::Continue(label) => self.jump(label, |looped, state| {
                looped.continues = merge(looped.continues.take(), state);
            }),
            Stmt::Trap { .. }
            | Stmt::Function(_)
            | Stmt::Type(_)
            | Stmt::Using(_)
            | Stmt::Configuration { .. }
            | Stmt::Error(_) => {}
        }
    }

    fn jump(&mut self, label: Option<ExprId>, note: fn(&mut Loop, State)) {
        let state = self.state.take();
        let target = match label {
            None => self.loops.last_mut(),
            Some(label) => {
                let name = self.ast.string_value(label).map(Sym::intern);
                self.loops.iter_mut().rev().find(|looped| Some(looped.label) == name)
            }
        };
        if let Some(target) = target {
            note(target, state);
        }
    }

    fn looping(
        &mut self,
        label: Option<Name>,
        condition: Option<StmtId>,
        body: impl FnOnce(&mut Self),
        step: Option<StmtId>,
        leaves: bool,
    ) {
        if let Some(condition) = condition {
            self.statement(condition);
        }
        let after = if leaves { self.state.clone() } else { None };
        self.loops.push(Loop { label: label_of(label), breaks: None, continues: None });
        body(self);
        let looped = self.loops.pop();
        let (breaks, continues) = looped.map_or((None, None), |l| (l.breaks, l.continues));
        if let Some(step) = step {
            self.state = merge(self.state.take(), continues);
            self.statement(step);
        }
        self.state = merge(after, breaks);
    }

    fn switch_clauses(&mut self, clauses: List<crate::ast::SwitchClause>, default: Option<BodyId>) {
        for clause in self.ast.list(clauses) {
            self.expr(clause.condition);
            self.maybe(|flow| flow.body(clause.body));
        }
        if let Some(default) = default {
            self.body(default);
        }
    }

    fn try_statement(&mut self, body: BodyId, catches: List<crate::ast::Catch>, finally: Option<BodyId>) {
        let before = self.state.clone();
        self.body(body);
        let mut after = self.state.take();
        let mut catches_all = false;
        for catch in self.ast.list(catches) {
            catches_all |= catch.types.is_empty();
            self.state = before.clone();
            self.body(catch.body);
            after = merge(after, self.state.take());
        }
        if let Some(finally) = finally {
            self.state = if catches_all { after } else { merge(after, before) };
            self.body(finally);
        } else {
            self.state = after;
        }
    }

    /// Runs what may not be run: nothing it assigns counts.
    fn maybe(&mut self, run: impl FnOnce(&mut Self)) {
        let before = self.state.clone();
        run(self);
        self.state = merge(before, self.state.take());
    }

    fn elements(&mut self, elements: List<Element>) {
        for element in self.ast.list(elements) {
            match element.kind {
                ElementKind::Expr(expr) => self.expr(expr),
                ElementKind::Command(command) => {
                    if let Some(name) = self.ast.command_name(&command) {
                        let name = name.strip_prefix("Microsoft.PowerShell.Utility\\").unwrap_or(name);
                        self.all_dynamic |= PESSIMIZING.iter().any(|known| known.eq_ignore_ascii_case(name));
                    }
                    self.all_dynamic |= command.invocation == crate::ast::Invocation::Dot;
                    for part in self.ast.list(command.elements) {
                        match part.kind {
                            CommandElementKind::Expr(expr) => self.expr(expr),
                            CommandElementKind::Parameter { argument, .. } => {
                                if let Some(argument) = argument {
                                    self.expr(argument);
                                }
                            }
                        }
                    }
                }
            }
            for redirection in self.ast.list(element.redirections) {
                if let RedirectTo::File { location, .. } = redirection.to {
                    self.expr(location);
                }
            }
        }
    }

    fn exprs(&mut self, list: List<ExprId>) {
        for id in self.ast.exprs(list) {
            self.expr(*id);
        }
    }

    fn expr(&mut self, id: ExprId) {
        match *self.ast.expr(id) {
            Expr::Const(_) | Expr::String { .. } | Expr::ScriptBlock(_) | Expr::Type(_) | Expr::Error(_) => {}
            Expr::Using(_) => {}
            Expr::Expandable { parts, .. } => {
                for part in self.ast.list(parts) {
                    if let Part::Expr(id) = part {
                        self.expr(*id);
                    }
                }
            }
            Expr::Variable(variable) => self.read(variable, self.ast.span_expr(id)),
            Expr::Array(items) => self.exprs(items),
            Expr::ArrayExpr(body) | Expr::SubExpr(body) => self.body(body),
            Expr::Paren(statement) => self.statement(statement),
            Expr::Hash(entries) => {
                for entry in self.ast.list(entries) {
                    self.expr(entry.key);
                    self.statement(entry.value);
                }
            }
            Expr::Unary { operand, .. } => self.expr(operand),
            Expr::Binary { op, left, right, .. } => {
                self.expr(left);
                if matches!(op, TokenKind::And | TokenKind::Or | TokenKind::QuestionQuestion) {
                    self.maybe(|flow| flow.expr(right));
                } else {
                    self.expr(right);
                }
            }
            Expr::Ternary { condition, if_true, if_false } => {
                self.expr(condition);
                let before = self.state.clone();
                self.expr(if_true);
                let first = std::mem::replace(&mut self.state, before);
                self.expr(if_false);
                self.state = merge(first, self.state.take());
            }
            Expr::Convert { operand, .. } | Expr::Attributed { operand, .. } => self.expr(operand),
            Expr::Member { target, member, .. } => {
                self.expr(target);
                self.expr(member);
            }
            Expr::Invoke { target, member, args, .. } => {
                self.expr(target);
                self.expr(member);
                self.exprs(args);
            }
            Expr::Index { target, index, .. } => {
                self.expr(target);
                self.expr(index);
            }
        }
    }

    fn read(&mut self, variable: Variable, span: Span) {
        if !is_local(&variable) {
            return;
        }
        let name = unaliased(variable.name);
        if variable.scope == VariableScope::Private {
            self.all_dynamic = true;
        }
        let Some(state) = &self.state else { return };
        let path = Sym::intern(self.ast.text(variable.path));
        if state.contains(&name) || ACCESSIBLE.contains(&path.folded()) {
            return;
        }
        self.unassigned.push((span, name));
    }

    fn assign(&mut self, target: ExprId, typed: bool) {
        match *self.ast.expr(target) {
            Expr::Variable(variable) => {
                if is_local(&variable) {
                    self.set(unaliased(variable.name), typed);
                }
            }
            Expr::Array(items) => {
                for item in self.ast.exprs(items) {
                    self.assign(*item, false);
                }
            }
            Expr::Paren(inner) => {
                if let Some(expr) = self.ast.pure_expr(inner) {
                    self.assign(expr, typed);
                }
            }
            Expr::Convert { operand, .. } | Expr::Attributed { operand, .. } => self.assign(operand, true),
            _ => self.expr(target),
        }
    }

    fn set(&mut self, name: Sym, typed: bool) {
        let again = !self.assigned.insert(name);
        if typed {
            self.typed.insert(name);
        }
        if again && self.typed.contains(&name) {
            self.dynamic.insert(name);
        }
        if let Some(state) = &mut self.state {
            state.insert(name);
        }
    }
}

fn label_of(label: Option<Name>) -> Sym {
    label.map_or_else(|| Sym::intern(""), |label| label.sym)
}

fn is_local(variable: &Variable) -> bool {
    matches!(variable.scope, VariableScope::Unqualified | VariableScope::Local | VariableScope::Private)
}

/// `$PSItem` is `$_`.
fn unaliased(name: Sym) -> Sym {
    if name.folded() == "psitem" { Sym::intern("_") } else { name }
}
