//! Pipeline chains, assignments, pipelines and redirections.

use super::command::Context;
use super::{Parser, list};
use crate::ast::{Element, ElementKind, ExprId, List, Node, RedirectTo, Redirection, Stmt, StmtId, Stream};
use crate::lexer::Mode;
use crate::position::Span;
use crate::token::{Token, TokenFlags, TokenKind, TokenValue};

impl Parser<'_> {
    /// A chain of pipelines, or an assignment.
    pub(crate) fn pipeline_chain(&mut self) -> Option<StmtId> {
        if self.too_deep() {
            return None;
        }
        let mode = self.set_mode(Mode::Expression);
        let start = self.expression(false);
        let mut assign = None;
        if start.is_some() {
            let token = self.peek();
            if token.kind.has(TokenFlags::ASSIGNMENT_OPERATOR) {
                self.skip();
                assign = Some(token);
            }
        }
        self.set_mode(mode);
        if let (Some(target), Some(op)) = (start, assign) {
            return Some(self.assignment(target, op));
        }
        self.chain(start)
    }

    fn assignment(&mut self, target: ExprId, op: Token) -> StmtId {
        self.skip_new_lines();
        let value = match self.statement() {
            Some(value) => value,
            None => {
                let at = op.span.after();
                self.incomplete(at, "ExpectedValueExpression", &[op.kind.text()]);
                self.error_stmt(at, &[])
            }
        };
        let span = self.span(target).until(self.stmt_span(value).end());
        self.add_stmt(Stmt::Assign { target, op: op.kind, value, op_span: op.span }, span)
    }

    fn chain(&mut self, mut start: Option<ExprId>) -> Option<StmtId> {
        let mut chain: Option<StmtId> = None;
        let mut operator: Option<Token> = None;
        loop {
            let first = if start.is_some() { None } else { Some(self.peek()) };
            let next = self.pipeline(start.take());
            let Some(mut next) = next else {
                let (Some(operator), Some(chain)) = (operator, chain) else {
                    return None;
                };
                match first.map(|token| token.kind) {
                    Some(TokenKind::EndOfInput) => {
                        self.incomplete(operator.span.after(), "EmptyPipelineChainElement", &[]);
                    }
                    // The command's rule has told already.
                    Some(TokenKind::Dot | TokenKind::Ampersand) => {}
                    _ => {
                        let end = first.map_or(operator.span, |token| token.span).end();
                        self.error(operator.span.until(end), "EmptyPipelineChainElement", &[]);
                    }
                }
                let span = self.stmt_span(chain).until(operator.span.end());
                return Some(self.error_stmt(span, &[Node::Stmt(chain)]));
            };
            let mut token = self.peek();
            let mut background = false;
            let mut goes_on = false;
            match token.kind {
                TokenKind::AndAnd | TokenKind::OrOr => {
                    self.skip();
                    self.skip_new_lines();
                    goes_on = true;
                }
                TokenKind::Ampersand => {
                    self.skip();
                    token = self.peek();
                    if matches!(token.kind, TokenKind::AndAnd | TokenKind::OrOr) {
                        self.skip();
                        self.error(token.span, "BackgroundOperatorInPipelineChain", &[]);
                        let start = self.stmt_span(chain.unwrap_or(next));
                        return Some(self.error_stmt(start.until(token.span.end()), &[Node::Stmt(next)]));
                    }
                    background = true;
                }
                _ => {}
            }
            if let (Some(left), Some(operator)) = (chain, operator) {
                let span = self.stmt_span(left).until(self.stmt_span(next).end());
                let background = background && !goes_on;
                next = self.add_stmt(Stmt::Chain { left, op: operator.kind, right: next, background }, span);
            } else if background && let Stmt::Pipeline { elements, .. } = *self.shared.ast.stmt(next) {
                let span = self.stmt_span(next);
                next = self.add_stmt(Stmt::Pipeline { elements, background: true }, span);
            }
            if !goes_on {
                return Some(next);
            }
            chain = Some(next);
            operator = Some(token);
            if self.peek_kind() == TokenKind::EndOfInput {
                self.incomplete(token.span.after(), "EmptyPipelineChainElement", &[]);
                return chain;
            }
        }
    }

    fn pipeline(&mut self, start: Option<ExprId>) -> Option<StmtId> {
        let mark = self.shared.elements.len();
        let mut start = start;
        let mut pipe: Option<Token> = None;
        loop {
            let expr = match start.take() {
                Some(expr) => Some(expr),
                None => {
                    let mode = self.set_mode(Mode::Expression);
                    let expr = self.expression(false);
                    self.set_mode(mode);
                    expr
                }
            };
            let seen = self.shared.elements.len() - mark;
            let element = match expr {
                Some(expr) => {
                    if seen > 0 {
                        self.error(self.span(expr), "ExpressionsMustBeFirstInPipeline", &[]);
                    }
                    Some(self.expression_element(expr))
                }
                None => self.command(),
            };
            match element {
                Some(element) => self.shared.elements.push(element),
                None => {
                    let token = self.peek();
                    if seen > 0 || token.kind == TokenKind::Pipe {
                        let at = pipe.map_or(token.span, |pipe| pipe.span.after());
                        self.incomplete(at, "EmptyPipeElement", &[]);
                    }
                }
            }
            let mut token = self.peek();
            if token.kind == TokenKind::NewLine && self.is_pipe_continuation(token.span) {
                self.skip_new_lines();
                token = self.peek();
            }
            match token.kind {
                TokenKind::Semi
                | TokenKind::NewLine
                | TokenKind::RParen
                | TokenKind::RCurly
                | TokenKind::EndOfInput
                | TokenKind::AndAnd
                | TokenKind::OrOr
                | TokenKind::Ampersand => break,
                TokenKind::Pipe => {
                    self.skip();
                    self.skip_new_lines();
                    pipe = Some(token);
                    if self.peek_kind() == TokenKind::EndOfInput {
                        self.incomplete(token.span.after(), "EmptyPipeElement", &[]);
                        break;
                    }
                }
                _ => {
                    let text = self.token_text(&token).to_owned();
                    self.error(token.span, "UnexpectedToken", &[&text]);
                    break;
                }
            }
        }
        let (first, last) = match &self.shared.elements[mark..] {
            [] => return None,
            [only] => (only.span, only.span),
            [first, .., last] => (first.span, last.span),
        };
        let elements = list!(self.elements, mark);
        Some(self.add_stmt(Stmt::Pipeline { elements, background: false }, first.until(last.end())))
    }

    fn expression_element(&mut self, expr: ExprId) -> Element {
        let mark = self.shared.redirections.len();
        let span = self.span(expr);
        let mut end = span;
        while matches!(self.peek_kind(), TokenKind::Redirection | TokenKind::RedirectInStd) {
            let token = self.next();
            if let Some(redirection) = self.redirection(token, mark).0 {
                end = redirection;
            }
        }
        let redirections = self.take_redirections(mark);
        Element { span: span.until(end.end()), kind: ElementKind::Expr(expr), redirections }
    }

    pub(crate) fn take_redirections(&mut self, mark: usize) -> List<Redirection> {
        if self.shared.redirections.len() == mark {
            return List::EMPTY;
        }
        list!(self.redirections, mark)
    }

    /// A redirection after its operator. It is left on the stack unless its stream is redirected already. Gives its span,
    /// and the span of what was read.
    pub(crate) fn redirection(&mut self, token: Token, mark: usize) -> (Option<Span>, Span) {
        let (span, from, to) = match token.value {
            TokenValue::MergeRedirection { from, to } => {
                if to != 1 || from == to {
                    let text = self.token_text(&token).to_owned();
                    self.error(token.span, "RedirectionNotSupported", &[&text]);
                }
                (token.span, from, RedirectTo::Stream(Stream::Output))
            }
            value => {
                let location = match self.single_argument(Context::FileName) {
                    Some(location) => location,
                    None => {
                        self.error(token.span.after(), "MissingFileSpecification", &[]);
                        self.error_expr(token.span, &[])
                    }
                };
                let span = token.span.until(self.span(location).end());
                let TokenValue::FileRedirection { from, append } = value else {
                    let text = self.token_text(&token).to_owned();
                    self.error(token.span, "RedirectionNotSupported", &[&text]);
                    return (None, span);
                };
                (span, from, RedirectTo::File { location, append })
            }
        };
        let from = Stream::from_number(from).unwrap_or(Stream::Output);
        if self.shared.redirections[mark..].iter().any(|other| other.from == from) {
            let name = match from {
                Stream::All => "* stream",
                Stream::Output => "output stream",
                Stream::Error => "error stream",
                Stream::Warning => "warning stream",
                Stream::Verbose => "verbose stream",
                Stream::Debug => "debug stream",
                Stream::Information => "information stream",
            };
            self.error(span, "StreamAlreadyRedirected", &[name]);
        } else {
            self.shared.redirections.push(Redirection { span, from, to });
        }
        (Some(span), span)
    }
}
