//! try, catch, finally, trap.

use language::Sym;
use language::ast::{AttributeKind, Body, BodyId, Catch, List, Stmt};
use values::Value;

use super::Compiler;
use crate::code::{CatchSite, Handler, Ins};

impl Compiler<'_> {
    pub(super) fn try_statement(&mut self, body: BodyId, catches: List<Catch>, finally: Option<BodyId>) {
        match finally {
            None => self.try_catch(body, catches),
            Some(last) => {
                let start = self.here();
                let (captures, tries) = (self.captures, self.tries);
                self.finallies.push(Some(last));
                self.try_catch(body, catches);
                self.finallies.pop();
                let end = self.here();
                // The normal way out.
                self.body(last);
                let over = self.emit(Ins::Jump { to: 0 });
                // The way out with a flow.
                let handler = self.code.handlers.len() as u16;
                let target = self.here();
                self.code.handlers.push(Handler {
                    start,
                    end,
                    target,
                    captures,
                    is_catch: false,
                    tries,
                    is_trap: false,
                });
                self.body(last);
                self.emit(Ins::EndFinally { handler });
                self.land(over);
            }
        }
    }

    fn try_catch(&mut self, body: BodyId, catches: List<Catch>) {
        if catches.is_empty() {
            self.body(body);
            return;
        }
        let (captures, tries) = (self.captures, self.tries);
        self.emit(Ins::EnterTry);
        self.tries += 1;
        let start = self.here();
        self.body(body);
        let end = self.here();
        self.emit(Ins::LeaveTry);
        self.tries -= 1;
        let mut ends = vec![self.emit(Ins::Jump { to: 0 })];
        let handler = self.code.handlers.len() as u16;
        let target = self.here();
        self.code.handlers.push(Handler { start, end, target, captures, is_catch: true, tries, is_trap: false });
        let item = self.code.slot_of(Sym::intern("_"));
        let old = self.temp();
        if let Some(item) = item {
            self.emit(Ins::Hold { d: old, a: item });
        }
        for catch in self.ast.list(catches) {
            let types = self.catch_types(catch);
            self.code.catches.push(CatchSite { types, handler, is_trap: false });
            let clause = (self.code.catches.len() - 1) as u16;
            let old_span = self.at_span(catch.span);
            self.emit(Ins::Catch { clause });
            self.span = old_span;
            let skip = self.emit(Ins::Jump { to: 0 });
            let was = std::mem::replace(&mut self.in_catch, true);
            self.scoped(|c| c.body(catch.body));
            self.in_catch = was;
            if let Some(item) = item {
                self.emit(Ins::GiveBack { d: item, a: old });
            }
            self.emit(Ins::EndCatch { handler });
            ends.push(self.emit(Ins::Jump { to: 0 }));
            self.land(skip);
        }
        // No clause fits: on with the error.
        self.emit(Ins::EndFinally { handler });
        for jump in ends {
            self.land(jump);
        }
    }

    fn catch_types(&mut self, catch: &Catch) -> Vec<u16> {
        let types = self.ast.list(catch.types).to_vec();
        types.into_iter().map(|id| self.type_spec(self.ast.attribute(id).ty)).collect()
    }

    /// Compiles the bodies of the open finally blocks above `depth`, innermost first, for a jump that leaves them.
    pub(super) fn run_finallies(&mut self, depth: usize) {
        for at in (depth..self.finallies.len()).rev() {
            if let Some(body) = self.finallies[at].take() {
                let rest: Vec<_> = self.finallies.drain(at..).collect();
                let loops = std::mem::take(&mut self.loops);
                self.scoped(|c| c.body(body));
                self.loops = loops;
                self.finallies.extend(rest);
                self.finallies[at] = Some(body);
            }
        }
    }

    /// A body with traps: each statement has the traps as its handler and goes on behind it.
    pub(super) fn with_traps(&mut self, body: Body) {
        let statements = self.ast.stmts(body.statements).to_vec();
        let item = self.code.slot_of(Sym::intern("_"));
        let mut ranges = Vec::new();
        self.emit(Ins::EnterTry);
        self.tries += 1;
        for id in statements {
            let start = self.here();
            self.statement_in_list(id);
            ranges.push((start, self.here()));
        }
        self.emit(Ins::LeaveTry);
        self.tries -= 1;
        let over = self.emit(Ins::Jump { to: 0 });
        // Each statement has its own copy of the dispatcher: it knows where to go on.
        let (captures, tries) = (self.captures, self.tries);
        for (at, (start, end)) in ranges.iter().copied().enumerate() {
            if start == end {
                continue;
            }
            let handler = self.code.handlers.len() as u16;
            let target = self.here();
            self.code.handlers.push(Handler { start, end, target, captures, is_catch: true, tries, is_trap: true });
            let next = ranges.get(at + 1).map(|r| r.0);
            self.traps(body, handler, item, next, over);
        }
        self.land(over);
    }

    fn traps(&mut self, body: Body, handler: u16, item: Option<u16>, next: Option<u32>, over: usize) {
        for id in self.ast.stmts(body.traps).to_vec() {
            let Stmt::Trap { ty, body } = *self.ast.stmt(id) else { continue };
            let held = self.hold_variables(id);
            let types = match ty {
                Some(id) if self.ast.attribute(id).kind == AttributeKind::Type => {
                    vec![self.type_spec(self.ast.attribute(id).ty)]
                }
                _ => Vec::new(),
            };
            self.code.catches.push(CatchSite { types, handler, is_trap: true });
            let clause = (self.code.catches.len() - 1) as u16;
            self.emit(Ins::Catch { clause });
            let skip = self.emit(Ins::Jump { to: 0 });
            for (slot, kept) in &held {
                self.emit(Ins::Hold { d: *kept, a: *slot });
            }
            // `continue` goes on silently, `break` goes on with the error, the end of the trap reports it and goes on.
            self.loops.push(super::Loop {
                label: None,
                start: self.here(),
                breaks: Vec::new(),
                continues: Vec::new(),
                finallies: self.finallies.len(),
                tries: self.tries,
                captures: self.captures,
                region: self.region,
            });
            self.scoped(|c| c.body(body));
            let done = self.loops.pop();
            self.give_back(&held);
            self.emit(Ins::EndCatch { handler: handler | crate::code::CONST });
            let resume = self.here();
            if let Some(item) = item {
                let null = self.constant(Value::Null);
                self.emit(Ins::SetSlot { d: item, a: null });
            }
            match next {
                Some(next) => {
                    self.emit(Ins::EnterTry);
                    self.jump_back(next);
                }
                None => {
                    let jump = self.emit(Ins::Jump { to: 0 });
                    self.land_at(jump, over as u32);
                }
            }
            if let Some(done) = done {
                if !done.continues.is_empty() {
                    for jump in &done.continues {
                        self.land(*jump);
                    }
                    self.give_back(&held);
                    self.emit(Ins::EndCatch { handler });
                    self.jump_back(resume);
                }
                for jump in done.breaks {
                    self.land(jump);
                }
                self.give_back(&held);
            }
            self.emit(Ins::EndFinally { handler });
            self.land(skip);
        }
        self.emit(Ins::EndFinally { handler });
    }

    /// A trap has a scope of its own: the slots that it assigns, each with a register that keeps the value of outside.
    fn hold_variables(&mut self, id: language::ast::StmtId) -> Vec<(u16, u16)> {
        if self.code.is_shared {
            return Vec::new();
        }
        let names = super::slots::assigned_by(self.ast, self.code.block, id);
        let mut slots: Vec<u16> = names.into_iter().filter_map(|sym| self.code.slot_of(sym)).collect();
        slots.sort_unstable();
        slots.dedup();
        slots.into_iter().map(|slot| (slot, self.temp())).collect()
    }

    fn give_back(&mut self, held: &[(u16, u16)]) {
        for (slot, kept) in held {
            self.emit(Ins::GiveBack { d: *slot, a: *kept });
        }
    }
}
