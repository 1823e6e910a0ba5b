//! A script block as a whole: parameters, named blocks.

use std::sync::Arc;

use language::ast::{Ast, BlockId, Expr, List, NamedBlock, Param, Stmt, UsingKind};
use language::{Span, Sym};
use values::Str;

use super::{Compiler, slots};
use crate::code::{AutoSlots, Code, Entries, Ins, ParamCode, Reg};

/// Compiles a script block. `params` are a function's parameters in parentheses; a param block's are found by itself.
/// `is_shared` compiles it to run in its caller's scope.
pub fn compile_block(ast: &Arc<Ast>, block: BlockId, params: Option<List<Param>>, is_shared: bool) -> Code {
    // A script that waits for the debugger can be stepped through afterwards.
    let has_marks = ast.source().text().contains("Wait-Debugger");
    let code = attempt(ast, block, params, (is_shared, false, has_marks), false);
    match code {
        Some(code) => code,
        // A jump was too far for the short form: once more without it.
        None => attempt(ast, block, params, (is_shared, false, has_marks), true).unwrap_or_else(|| empty(ast, block)),
    }
}

/// Compiles a script block with marks for the debugger.
pub fn compile_marked(ast: &Arc<Ast>, block: BlockId, params: Option<List<Param>>, is_shared: bool) -> Code {
    let code = attempt(ast, block, params, (is_shared, false, true), false);
    code.or_else(|| attempt(ast, block, params, (is_shared, false, true), true)).unwrap_or_else(|| empty(ast, block))
}

/// Compiles a method of a class: statements' values go nowhere, `return` yields.
pub fn compile_method(ast: &Arc<Ast>, block: BlockId, params: Option<List<Param>>) -> Code {
    let code = attempt(ast, block, params, (false, true, false), false);
    code.or_else(|| attempt(ast, block, params, (false, true, false), true)).unwrap_or_else(|| empty(ast, block))
}

fn empty(ast: &Arc<Ast>, block: BlockId) -> Code {
    Code {
        marks: Vec::new(),
        ast: ast.clone(),
        block,
        ins: Vec::new(),
        spans: Vec::new(),
        consts: Vec::new(),
        slots: Vec::new(),
        slot_index: Vec::new(),
        assigned: Vec::new(),
        registers: 0,
        handlers: Vec::new(),
        statements: Vec::new(),
        loops: Vec::new(),
        points: Vec::new(),
        pipes: Vec::new(),
        invokes: Vec::new(),
        places: Vec::new(),
        types: Vec::new(),
        resolved: Vec::new(),
        blocks: Vec::new(),
        catches: Vec::new(),
        functions: Vec::new(),
        type_defs: Vec::new(),
        used_modules: Vec::new(),
        attributes: Vec::new(),
        data: Vec::new(),
        unsupported: Vec::new(),
        entries: Entries::default(),
        params: Vec::new(),
        is_shared: false,
        auto: AutoSlots::default(),
        switches: Vec::new(),
        memories: Vec::new(),
        positions: Default::default(),
    }
}

/// The parameters of a block: those in parentheses after a function's name, or the param block's.
pub(crate) fn parameters(ast: &Ast, block: BlockId, params: Option<List<Param>>) -> List<Param> {
    match params {
        Some(list) => list,
        None => ast.block(block).params.map_or(List::EMPTY, |id| ast.param_block(id).params),
    }
}

/// A parameter's symbol and spelling.
pub(crate) fn parameter_name(ast: &Ast, param: &Param) -> (Sym, Str) {
    match ast.expr(param.name) {
        Expr::Variable(v) => (v.name, Str::from(ast.text(v.path))),
        _ => (Sym::intern(ast.expr_text(param.name)), Str::from(ast.expr_text(param.name))),
    }
}

fn attempt(
    ast: &Arc<Ast>,
    block: BlockId,
    params: Option<List<Param>>,
    (is_shared, is_method, has_marks): (bool, bool, bool),
    is_wide: bool,
) -> Option<Code> {
    let list = parameters(ast, block, params);
    let names: Vec<(Sym, Str)> = ast.list(list).iter().map(|p| parameter_name(ast, p)).collect();
    let slots = slots::collect(ast, block, &names, is_shared);
    let mut code = empty(ast, block);
    code.is_shared = is_shared;
    code.slot_index = slots.list.iter().enumerate().map(|(at, (sym, _))| (*sym, at as Reg)).collect();
    code.slot_index.sort_unstable();
    code.assigned = slots.assigned;
    code.slots = slots.list;
    code.auto = auto_slots(&code);
    let next = code.slots.len() as Reg;
    code.registers = next;
    // A text of the console ends in success or not by its last statement.
    let text = ast.source().text();
    let tracks_success = ast.source().file().is_none() || ["$?", "&&", "||"].iter().any(|t| text.contains(t));
    let mut compiler = Compiler {
        ast,
        code,
        next,
        captures: 0,
        tries: 0,
        region: 0,
        loops: Vec::new(),
        finallies: Vec::new(),
        span: Span::default(),
        is_wide,
        tracks_success,
        is_overflow: false,
        in_catch: false,
        is_method,
        has_marks,
    };
    compiler.parameters(ast.list(list));
    compiler.named_blocks(block);
    if compiler.is_overflow {
        return None;
    }
    compiler.code.give_memos();
    compiler.code.give_memories();
    Some(compiler.code)
}

fn auto_slots(code: &Code) -> AutoSlots {
    let slot = |name: &str| code.slot_of(Sym::intern(name));
    AutoSlots {
        item: slot("_"),
        args: slot("args"),
        input: slot("input"),
        this: slot("this"),
        bound: slot("psboundparameters"),
        invocation: slot("myinvocation"),
        cmdlet: slot("pscmdlet"),
        script_root: slot("psscriptroot"),
        command_path: slot("pscommandpath"),
        matches: slot("matches"),
    }
}

impl Compiler<'_> {
    fn parameters(&mut self, params: &[Param]) {
        for param in params {
            let (sym, name) = parameter_name(self.ast, param);
            let slot = self.code.slot_of(sym).unwrap_or(0);
            let default = param.default.map(|id| {
                let start = self.here();
                self.span = self.expr_span(id);
                self.scoped(|c| {
                    let value = c.expr(id);
                    c.emit(Ins::SetSlot { d: slot, a: value });
                });
                self.emit(Ins::Return);
                start
            });
            self.code.params.push(ParamCode { sym, name, slot, default });
        }
    }

    fn named_blocks(&mut self, block: BlockId) {
        let tree = *self.ast.block(block);
        self.code.entries = Entries {
            dynamic_param: tree.dynamic_param.map(|b| self.named(b)),
            begin: tree.begin.map(|b| self.named(b)),
            process: tree.process.map(|b| self.named(b)),
            end: tree.end.map(|b| self.named(b)),
            clean: tree.clean.map(|b| self.named(b)),
        };
    }

    /// `using module` comes before everything else of a script.
    fn used_modules(&mut self) {
        for id in self.ast.stmts(self.ast.block(self.ast.root()).usings) {
            if self.code.block == self.ast.root()
                && let Stmt::Using(using) = *self.ast.stmt(*id)
                && using.kind == UsingKind::Module
            {
                let old = self.at_span(self.stmt_span(*id));
                self.code.used_modules.push(*id);
                let using = (self.code.used_modules.len() - 1) as u16;
                self.emit(Ins::UseModule { using });
                self.span = old;
            }
        }
    }

    fn named(&mut self, block: NamedBlock) -> u32 {
        let start = self.here();
        self.span = block.span;
        if block.kind == language::TokenKind::End {
            self.used_modules();
        }
        let braces = self.braces().filter(|_| block.unnamed);
        if let Some((open, _)) = braces {
            self.mark(open, crate::debug::MarkKind::Entry, None);
        }
        self.body(block.body);
        if let Some((_, close)) = braces {
            self.mark(close, crate::debug::MarkKind::Exit, None);
        }
        self.emit(Ins::Return);
        start
    }
}
