//! Script blocks, param blocks, named blocks and statement lists.

use super::{Parser, list};
use crate::ast::{
    AttributeKind, BlockId, Body, BodyId, List, NamedBlock, ParamBlock, ParamBlockId, ScriptBlock, StmtId,
};
use crate::position::Span;
use crate::token::{Token, TokenFlags, TokenKind};

impl Parser<'_> {
    /// A script block after its open curly, or the whole script. `first` is a statement to put in front.
    pub(crate) fn script_block(&mut self, curly: Option<Token>, is_filter: bool, first: Option<StmtId>) -> BlockId {
        self.skip_new_lines();
        let usings = if curly.is_none() { self.using_statements() } else { List::EMPTY };
        let restore = self.restore_point();
        let params = self.param_block(restore);
        if params.is_none() {
            // Attributes or types that were read belong to something else.
            self.resync_to(restore);
        }
        self.skip_new_lines_and_semicolons();
        self.script_block_body(curly, usings, params, is_filter, first)
    }

    fn using_statements(&mut self) -> List<StmtId> {
        let mark = self.shared.stmts.len();
        loop {
            let token = self.peek();
            if token.kind != TokenKind::Using {
                self.resync(&token);
                break;
            }
            self.skip();
            let statement = self.using_statement(token);
            self.skip_new_lines_and_semicolons();
            if !self.is_error_stmt(statement) {
                self.shared.stmts.push(statement);
            }
        }
        list!(self.stmts, mark)
    }

    /// The parameters of the block that begins at `start`.
    fn param_block(&mut self, start: usize) -> Option<ParamBlockId> {
        if self.shared.blocks_without_params.contains(&start) {
            return None;
        }
        self.skip_new_lines();
        let mark = self.shared.attributes.len();
        let attributes = self.attribute_list(false);
        self.skip_new_lines();
        let param = self.peek();
        if param.kind != TokenKind::Param {
            if attributes > 0 {
                self.shared.blocks_without_params.insert(start);
            }
            self.shared.attributes.truncate(mark);
            return None;
        }
        self.skip();
        self.skip_new_lines();
        let open = self.next();
        if open.kind != TokenKind::LParen {
            // No error: a command called `param`.
            self.unget(open);
            self.shared.attributes.truncate(mark);
            return None;
        }
        let params = self.parameter_list();
        self.skip_new_lines();
        let close = self.next();
        let mut end = close.span.end();
        if close.kind != TokenKind::RParen {
            self.unget(close);
            end = self.before(close.span).end();
            let last = self.shared.ast.list(params).last().map_or(open.span, |param| param.span);
            self.incomplete(last.after(), "MissingEndParenthesisInFunctionParameterList", &[]);
        }
        let mut kept = mark;
        for index in mark..self.shared.attributes.len() {
            let id = self.shared.attributes[index];
            let attribute = *self.shared.ast.attribute(id);
            if attribute.kind == AttributeKind::Type {
                let name = self.shared.ast.type_full_name(attribute.ty);
                self.error(attribute.span, "TypeNotAllowedBeforeParam", &[&name]);
            } else {
                self.shared.attributes[kept] = id;
                kept += 1;
            }
        }
        self.shared.attributes.truncate(kept);
        let attributes = list!(self.attributes, mark);
        Some(self.shared.ast.add_param_block(ParamBlock { span: param.span.until(end), attributes, params }))
    }

    fn script_block_body(
        &mut self,
        curly: Option<Token>,
        usings: List<StmtId>,
        params: Option<ParamBlockId>,
        is_filter: bool,
        first: Option<StmtId>,
    ) -> BlockId {
        let token = self.peek();
        if token.flags.has(TokenFlags::SCRIPT_BLOCK_BLOCK_NAME) {
            return self.named_blocks(curly, usings, params);
        }
        let (mark, trap_mark) = (self.shared.stmts.len(), self.shared.traps.len());
        self.shared.stmts.extend(first);
        let mut body_span = params.map(|id| self.shared.ast.param_block(id).span);
        let span = loop {
            let span = self.statement_list();
            body_span = match (body_span, span) {
                (Some(first), Some(last)) => Some(first.until(last.end())),
                (first, last) => first.or(last),
            };
            if let Some(span) = self.finish_script_block(curly, &mut body_span) {
                break span;
            }
        };
        let traps = list!(self.traps, trap_mark);
        let statements = list!(self.stmts, mark);
        let named_span = body_span.unwrap_or(Span { start: span.start, len: 0 });
        let body = self.shared.ast.add_body(Body { span: named_span, statements, traps });
        let kind = if is_filter { TokenKind::Process } else { TokenKind::End };
        let named = Some(NamedBlock { span: named_span, kind, unnamed: true, body });
        self.shared.ast.add_block(ScriptBlock {
            span,
            usings,
            params,
            dynamic_param: None,
            begin: None,
            process: if is_filter { named } else { None },
            end: if is_filter { None } else { named },
            clean: None,
        })
    }

    /// Takes the end of a script block; `None` when an unexpected token was eaten and more statements may follow.
    fn finish_script_block(&mut self, curly: Option<Token>, body: &mut Option<Span>) -> Option<Span> {
        let token = self.next();
        let Some(curly) = curly else {
            if token.kind != TokenKind::EndOfInput {
                let text = self.token_text(&token).to_owned();
                self.error(token.span, "UnexpectedToken", &[&text]);
                return None;
            }
            return Some(Span::new(0, self.text.len()));
        };
        if token.kind != TokenKind::RCurly {
            self.unget(token);
            self.incomplete_at(curly.span, token.span, "MissingEndCurlyBrace", &[]);
            return Some(curly.span.until(body.unwrap_or(curly.span).end()));
        }
        if body.is_none() && curly.span.end() != token.span.start {
            let before = self.before(token.span);
            *body = Some(Span::new(curly.span.end() as usize, before.start.max(curly.span.end()) as usize));
        }
        Some(curly.span.until(token.span.end()))
    }

    fn named_blocks(&mut self, curly: Option<Token>, usings: List<StmtId>, params: Option<ParamBlockId>) -> BlockId {
        let mut block = ScriptBlock {
            span: Span::default(),
            usings,
            params,
            dynamic_param: None,
            begin: None,
            process: None,
            end: None,
            clean: None,
        };
        let mut start = curly.map(|curly| curly.span).or(params.map(|id| self.shared.ast.param_block(id).span));
        let mut end = start;
        loop {
            let name = self.next();
            match name.kind {
                TokenKind::Dynamicparam | TokenKind::Begin | TokenKind::Process | TokenKind::End | TokenKind::Clean => {
                }
                TokenKind::RCurly | TokenKind::EndOfInput => {
                    self.unget(name);
                    let mut body = match (start, end) {
                        (Some(start), Some(end)) => Some(start.until(end.end())),
                        (start, _) => start,
                    };
                    block.span =
                        self.finish_script_block(curly, &mut body).unwrap_or_else(|| Span::new(0, self.text.len()));
                    break;
                }
                _ => {
                    if curly.is_some() {
                        self.unget(name);
                        block.span = match (start, end) {
                            (Some(start), Some(end)) => start.until(end.end()),
                            _ => name.span,
                        };
                    } else {
                        block.span = Span::new(0, self.text.len());
                    }
                    let text = self.token_text(&name).to_owned();
                    self.error(name.span, "MissingNamedBlocks", &[&text]);
                    break;
                }
            }
            start.get_or_insert(name.span);
            let body = match self.statement_block() {
                Some(body) => body,
                None => {
                    self.incomplete(name.span.after(), "MissingNamedStatementBlock", &[name.kind.text()]);
                    self.shared.ast.add_body(Body { span: name.span, ..Body::default() })
                }
            };
            let body_span = self.shared.ast.body(body).span;
            end = Some(body_span);
            let span = name.span.until(body_span.end());
            let slot = match name.kind {
                TokenKind::Begin => &mut block.begin,
                TokenKind::Process => &mut block.process,
                TokenKind::End => &mut block.end,
                TokenKind::Clean => &mut block.clean,
                _ => &mut block.dynamic_param,
            };
            if slot.is_some() {
                self.error(span, "DuplicateScriptCommandClause", &[name.kind.text()]);
            } else {
                *slot = Some(NamedBlock { span, kind: name.kind, unnamed: false, body });
            }
            self.skip_new_lines_and_semicolons();
        }
        self.shared.ast.add_block(block)
    }

    /// `{ ... }` as the body of a statement.
    pub(crate) fn statement_block(&mut self) -> Option<BodyId> {
        self.skip_new_lines();
        let curly = self.next();
        if curly.kind != TokenKind::LCurly {
            self.unget(curly);
            return None;
        }
        let (mark, trap_mark) = (self.shared.stmts.len(), self.shared.traps.len());
        let inner = self.statement_list();
        let traps = list!(self.traps, trap_mark);
        let statements = list!(self.stmts, mark);
        let close = self.next();
        let mut end = close.span.end();
        if close.kind != TokenKind::RCurly {
            self.unget(close);
            end = inner.unwrap_or(curly.span).end();
            self.incomplete_at(curly.span, close.span, "MissingEndCurlyBrace", &[]);
        }
        Some(self.shared.ast.add_body(Body { span: curly.span.until(end), statements, traps }))
    }

    /// Statements up to a closing token; they are left on the stacks. Gives their span.
    pub(crate) fn statement_list(&mut self) -> Option<Span> {
        let mut span: Option<Span> = None;
        self.skip_new_lines_and_semicolons();
        while let Some(statement) = self.statement() {
            let here = self.stmt_span(statement);
            if self.shared.signature.is_some_and(|signature| signature < here.start) {
                self.error(here, "TokenAfterEndOfValidScriptText", &[]);
            }
            if matches!(self.shared.ast.stmt(statement), crate::ast::Stmt::Trap { .. }) {
                self.shared.traps.push(statement);
            } else {
                self.shared.stmts.push(statement);
            }
            span = Some(span.map_or(here, |first| first.until(here.end())));
            self.skip_new_lines_and_semicolons();
            if matches!(self.peek_kind(), TokenKind::RParen | TokenKind::RCurly) {
                break;
            }
        }
        span
    }
}
