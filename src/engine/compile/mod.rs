//! From tree to code: one `Code` per script block, with all its named blocks as entry points.

mod assign;
mod block;
mod command;
mod expression;
mod loops;
mod mark;
mod slots;
mod statement;
mod trying;

pub use block::{compile_block, compile_marked, compile_method};
pub(crate) use block::{parameter_name, parameters as parameter_list};
pub(crate) use slots::is_constant;

use language::ast::{Ast, BlockId, ExprId, Name, StmtId};
use language::{Span, Sym};
use values::{Str, Value};

use crate::code::{CONST, Code, Ins, Place, Reg, TypeSpec, VarScope};

/// An open loop or switch that `break` and `continue` can name.
struct Loop {
    label: Option<Sym>,
    start: u32,
    breaks: Vec<usize>,
    continues: Vec<usize>,
    /// Open `try` statements with a finally when the loop began.
    finallies: usize,
    tries: u16,
    captures: u16,
    /// Inline region nesting at the loop: jumps can't leave a region.
    region: u16,
}

/// The compiler's state for one script block.
pub(crate) struct Compiler<'a> {
    ast: &'a Ast,
    code: Code,
    next: Reg,
    captures: u16,
    tries: u16,
    region: u16,
    loops: Vec<Loop>,
    /// Bodies of the enclosing `finally` blocks, innermost last; none while one of them is being compiled inline.
    finallies: Vec<Option<language::ast::BodyId>>,
    span: Span,
    is_wide: bool,
    tracks_success: bool,
    is_overflow: bool,
    /// Handler index of the enclosing catch clause, for `throw` without operand.
    in_catch: bool,
    /// A class's method: only `return` yields output.
    is_method: bool,
    /// Statements get marks for the debugger.
    has_marks: bool,
}

impl<'a> Compiler<'a> {
    fn emit(&mut self, ins: Ins) -> usize {
        self.code.ins.push(ins);
        self.code.spans.push(self.span);
        self.code.ins.len() - 1
    }

    fn here(&self) -> u32 {
        self.code.ins.len() as u32
    }

    fn temp(&mut self) -> Reg {
        let reg = self.next;
        self.next += 1;
        self.code.registers = self.code.registers.max(self.next);
        reg
    }

    fn temps(&mut self, n: usize) -> Reg {
        let first = self.next;
        self.next += n as Reg;
        self.code.registers = self.code.registers.max(self.next);
        first
    }

    fn constant(&mut self, value: Value) -> Reg {
        if let Value::I32(n) = value
            && let Some(at) = self.code.consts.iter().position(|v| matches!(v, Value::I32(m) if *m == n))
        {
            return at as Reg | CONST;
        }
        self.code.consts.push(value);
        (self.code.consts.len() - 1) as Reg | CONST
    }

    fn string(&mut self, text: &str) -> Reg {
        let found = self.code.consts.iter().position(|v| matches!(v, Value::Str(s) if s.as_str() == text));
        match found {
            Some(at) => at as Reg | CONST,
            None => self.constant(Value::from(text)),
        }
    }

    fn type_spec(&mut self, id: language::ast::TypeId) -> u16 {
        let text = Str::from(self.ast.type_full_name(id));
        let span = self.ast.span_type(id);
        self.type_text(text, span)
    }

    fn type_text(&mut self, text: Str, span: Span) -> u16 {
        if let Some(at) = self.code.types.iter().position(|t| t.text == text) {
            return at as u16;
        }
        self.code.types.push(TypeSpec { text, span });
        self.code.resolved.push(std::sync::OnceLock::new());
        (self.code.types.len() - 1) as u16
    }

    fn place(&mut self, sym: Sym, name: &str, scope: VarScope) -> u16 {
        let slot = if matches!(scope, VarScope::Any | VarScope::Local | VarScope::Private) {
            self.code.slot_of(sym)
        } else {
            None
        };
        // What a drive holds may tell upper from lower case, as environment variables do.
        let is_same =
            |p: &Place| p.sym == sym && p.scope == scope && (!matches!(scope, VarScope::Drive(_)) || *p.name == *name);
        if let Some(at) = self.code.places.iter().position(is_same) {
            return at as u16;
        }
        self.code.places.push(Place { sym, name: Str::from(name), scope, slot, memo: None });
        (self.code.places.len() - 1) as u16
    }

    fn block_index(&mut self, block: BlockId) -> u16 {
        self.code.blocks.push((block, Default::default()));
        (self.code.blocks.len() - 1) as u16
    }

    /// Points an earlier jump at the next instruction.
    fn land(&mut self, jump: usize) {
        let to = self.here();
        self.land_at(jump, to);
    }

    fn land_at(&mut self, jump: usize, target: u32) {
        let relative = target as i64 - jump as i64 - 1;
        match &mut self.code.ins[jump] {
            Ins::Jump { to }
            | Ins::JumpIf { to, .. }
            | Ins::JumpIfNot { to, .. }
            | Ins::JumpIfNull { to, .. }
            | Ins::JumpIfNotNull { to, .. } => *to = relative as i32,
            Ins::JumpUnless { to, .. } => match i16::try_from(relative) {
                Ok(n) => *to = n,
                Err(_) => self.is_overflow = true,
            },
            _ => {}
        }
    }

    fn jump_back(&mut self, target: u32) {
        let at = self.emit(Ins::Jump { to: 0 });
        self.land_at(at, target);
    }

    /// Runs `f` with temporaries given back afterwards.
    fn scoped<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        let mark = self.next;
        let done = f(self);
        self.next = mark;
        done
    }

    fn at_span(&mut self, span: Span) -> Span {
        std::mem::replace(&mut self.span, span)
    }

    fn expr_span(&self, id: ExprId) -> Span {
        self.ast.span_expr(id)
    }

    fn stmt_span(&self, id: StmtId) -> Span {
        self.ast.span_stmt(id)
    }

    fn label(name: Option<Name>) -> Option<Sym> {
        name.map(|n| n.sym)
    }

    fn unsupported(&mut self, what: &str) {
        self.code.unsupported.push(Str::from(what));
        let what = (self.code.unsupported.len() - 1) as u16;
        self.emit(Ins::Unsupported { what });
    }
}
