//! Pipelines and commands.

use language::ast::{
    Ast, BlockId, Command, CommandElementKind, Element, ElementKind, Expr, Invocation, List, RedirectTo, Redirection,
    StringKind,
};
use values::{Str, Value};

use super::Compiler;
use crate::code::{Arg, ArgForm, Ins, PipeSite, Redirect, RedirectTarget, StageKind, StageSite};

/// `ForEach-Object { ... }` and `Where-Object { ... }` with one literal block: whether it filters, and the block.
pub(super) fn inline_block(ast: &Ast, command: &Command) -> Option<(bool, BlockId)> {
    if command.invocation != Invocation::None {
        return None;
    }
    let [name, argument] = ast.list(command.elements) else { return None };
    let (CommandElementKind::Expr(name), CommandElementKind::Expr(argument)) = (name.kind, argument.kind) else {
        return None;
    };
    let is_filter = match ast.string_value(name)?.to_ascii_lowercase().as_str() {
        "foreach-object" | "%" | "foreach" => false,
        "where-object" | "?" | "where" => true,
        _ => return None,
    };
    let Expr::ScriptBlock(block) = *ast.expr(argument) else { return None };
    let tree = ast.block(block);
    let is_plain = tree.params.is_none()
        && tree.begin.is_none()
        && tree.process.is_none()
        && tree.dynamic_param.is_none()
        && tree.clean.is_none()
        && tree.usings.is_empty()
        && tree.end.is_some_and(|b| b.unnamed && ast.body(b.body).traps.is_empty());
    is_plain.then_some((is_filter, block))
}

impl Compiler<'_> {
    pub(super) fn pipeline(&mut self, elements: List<Element>) {
        let elements = self.ast.list(elements).to_vec();
        let count = elements.len();
        let mut stages = Vec::with_capacity(count);
        let mark = self.next;
        for (at, element) in elements.iter().enumerate() {
            let redirects = self.redirections(element.redirections);
            let kind = match element.kind {
                ElementKind::Expr(id) => {
                    let range = if count > 1 { self.lazy_range(id) } else { None };
                    StageKind::Value(range.unwrap_or_else(|| self.copied(id)))
                }
                ElementKind::Command(command) => match inline_block(self.ast, &command).filter(|_| at > 0) {
                    Some((is_filter, block)) => self.inline_stage(&command, is_filter, block),
                    None => self.command_stage(&command),
                },
            };
            stages.push(StageSite {
                kind,
                redirects,
                span: element.span,
                position: Default::default(),
                plan: Default::default(),
            });
        }
        let span = self.span;
        self.code.pipes.push(PipeSite { stages, span });
        let site = (self.code.pipes.len() - 1) as u16;
        self.emit(Ins::Pipeline { site });
        self.next = mark;
    }

    /// A value that later evaluation can't change.
    fn copied(&mut self, id: language::ast::ExprId) -> u16 {
        let reg = self.expr(id);
        if reg < self.code.slots.len() as u16 {
            let copy = self.temp();
            self.emit(Ins::Move { d: copy, a: reg });
            return copy;
        }
        reg
    }

    fn inline_stage(&mut self, command: &Command, is_filter: bool, block: BlockId) -> StageKind {
        let over = self.emit(Ins::Jump { to: 0 });
        let start = self.here();
        let name = Str::from(self.ast.command_name(command).unwrap_or_default());
        let item = self.code.slot_of(language::Sym::intern("_")).unwrap_or(0);
        let captures = std::mem::replace(&mut self.captures, 0);
        let tries = std::mem::replace(&mut self.tries, 0);
        let loops = std::mem::take(&mut self.loops);
        let finallies = std::mem::take(&mut self.finallies);
        let in_catch = std::mem::replace(&mut self.in_catch, false);
        self.region += 1;
        if let Some(end) = self.ast.block(block).end {
            let old = self.at_span(end.span);
            self.body(end.body);
            self.span = old;
        }
        self.emit(Ins::Return);
        self.region -= 1;
        self.in_catch = in_catch;
        self.finallies = finallies;
        self.loops = loops;
        self.tries = tries;
        self.captures = captures;
        self.land(over);
        let block = self.block_index(block);
        StageKind::Inline { is_filter, item, start, name, block }
    }

    fn command_stage(&mut self, command: &Command) -> StageKind {
        let how = match command.invocation {
            Invocation::None => 0,
            Invocation::Call => 1,
            Invocation::Dot => 2,
        };
        let elements = self.ast.list(command.elements).to_vec();
        let Some((first, rest)) = elements.split_first() else {
            let name = self.string("");
            return StageKind::Command { name, args: Vec::new(), how, name_span: self.span, is_bare: true };
        };
        let (name, is_bare) = match first.kind {
            CommandElementKind::Expr(id) => (self.copied(id), self.is_bare_word(id)),
            CommandElementKind::Parameter { text, .. } => {
                let text = format!("-{}", self.ast.text(text));
                (self.string(&text), true)
            }
        };
        let args = rest.iter().map(|element| self.argument(element)).collect();
        StageKind::Command { name, args, how, name_span: first.span, is_bare }
    }

    fn argument(&mut self, element: &language::ast::CommandElement) -> Arg {
        let span = element.span;
        match element.kind {
            CommandElementKind::Parameter { text, argument, .. } => {
                let name = Str::from(self.ast.text(text));
                let source = self.ast.slice(span);
                let dash = Str::from(source.chars().next().map(String::from).unwrap_or_default());
                let form = argument.map(|id| self.form(id)).unwrap_or_default();
                let value = argument.map(|id| self.argument_value(id));
                Arg::Named { name, value, span, dash, form }
            }
            CommandElementKind::Expr(id) => match *self.ast.expr(id) {
                Expr::Variable(v) if v.splatted => {
                    let d = self.temp();
                    self.expr_into(id, d);
                    Arg::Splat { reg: d, span }
                }
                _ => Arg::Value { reg: self.argument_value(id), span, form: self.form(id) },
            },
        }
    }

    fn form(&self, id: language::ast::ExprId) -> ArgForm {
        match self.ast.expr(id) {
            Expr::String { kind, .. } | Expr::Expandable { kind, .. } => match kind {
                StringKind::BareWord => ArgForm::Bare,
                _ => ArgForm::Quoted,
            },
            Expr::Array(_) => ArgForm::List,
            _ => ArgForm::Other,
        }
    }

    /// An argument's value. A number keeps the text it was written with, where that is not its usual one.
    fn argument_value(&mut self, id: language::ast::ExprId) -> u16 {
        let reg = self.copied(id);
        let is_number = match self.ast.expr(id) {
            Expr::Const(_) => true,
            Expr::Unary { op: language::TokenKind::Minus, operand } => {
                matches!(self.ast.expr(*operand), Expr::Const(_))
            }
            _ => false,
        };
        if is_number
            && reg & crate::code::CONST != 0
            && let Some(value) = self.code.consts.get((reg & !crate::code::CONST) as usize).cloned()
            && value.is_number()
        {
            let written = self.ast.slice(self.expr_span(id));
            if values::convert::to_display(&value) != written {
                let token = values::Wrapped::of_token(value, Str::from(written));
                return self.constant(Value::Wrapped(std::sync::Arc::new(token)));
            }
        }
        reg
    }

    fn redirections(&mut self, list: List<Redirection>) -> Vec<Redirect> {
        let list = self.ast.list(list).to_vec();
        list.into_iter()
            .map(|r| Redirect {
                from: r.from as u8,
                to: match r.to {
                    RedirectTo::Stream(stream) => RedirectTarget::Stream(stream as u8),
                    RedirectTo::File { location, append } => {
                        RedirectTarget::File { reg: self.copied(location), append }
                    }
                },
            })
            .collect()
    }
}
