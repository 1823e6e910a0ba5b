//! if, loops, try and trap.

use super::{Parser, list};
use crate::ast::{AttributeKind, Catch, Expr, IfClause, Node, Stmt, StmtId};
use crate::position::Span;
use crate::token::{Token, TokenKind, TokenValue};

fn nodes(items: &[Option<Node>]) -> Vec<Node> {
    items.iter().flatten().copied().collect()
}

impl Parser<'_> {
    pub(crate) fn if_statement(&mut self, first: Token) -> StmtId {
        let mark = self.shared.if_clauses.len();
        let mut parts: Vec<Node> = Vec::new();
        let mut keyword = first;
        let result = loop {
            self.skip_new_lines();
            let open = self.next();
            if open.kind != TokenKind::LParen {
                self.unget(open);
                let text = self.token_text(&keyword).to_owned();
                self.incomplete(keyword.span.after(), "MissingOpenParenthesisInIfStatement", &[&text]);
                break Err(keyword.span.end());
            }
            self.skip_new_lines();
            let condition = match self.pipeline_chain() {
                Some(condition) => {
                    parts.push(Node::Stmt(condition));
                    condition
                }
                None => {
                    let at = open.span.after();
                    let text = self.token_text(&keyword).to_owned();
                    self.incomplete(at, "IfStatementMissingCondition", &[&text]);
                    self.error_stmt(at, &[])
                }
            };
            self.skip_new_lines();
            let close = self.next();
            if close.kind != TokenKind::RParen {
                self.unget(close);
                if !self.is_error_stmt(condition) {
                    let text = self.token_text(&keyword).to_owned();
                    self.incomplete(close.span, "MissingEndParenthesisAfterStatement", &[&text]);
                }
                break Err(self.before(close.span).end());
            }
            self.skip_new_lines();
            let Some(body) = self.statement_block() else {
                let text = self.token_text(&keyword).to_owned();
                self.incomplete(close.span, "MissingStatementBlock", &[&text]);
                break Err(close.span.end());
            };
            parts.push(Node::Body(body));
            self.shared.if_clauses.push(IfClause { condition, body });
            let end = self.shared.ast.body(body).span.end();
            // Line ends after the last block belong to what follows: in a hash literal they separate pairs.
            let restore = match self.ungot {
                None => self.restore_point(),
                Some(token) => token.span.start as usize,
            };
            self.skip_new_lines();
            keyword = self.peek();
            match keyword.kind {
                TokenKind::ElseIf => self.skip(),
                TokenKind::Else => {
                    self.skip();
                    self.skip_new_lines();
                    let Some(body) = self.statement_block() else {
                        self.incomplete(keyword.span.after(), "MissingStatementBlockAfterElse", &[]);
                        break Err(keyword.span.end());
                    };
                    break Ok((Some(body), self.shared.ast.body(body).span.end()));
                }
                _ => {
                    self.resync_to(restore);
                    break Ok((None, end));
                }
            }
        };
        let clauses = list!(self.if_clauses, mark);
        match result {
            Ok((otherwise, end)) => self.add_stmt(Stmt::If { clauses, otherwise }, first.span.until(end)),
            Err(end) => self.error_stmt(first.span.until(end), &parts),
        }
    }

    pub(crate) fn foreach_statement(&mut self, label: Option<Token>, keyword: Token) -> StmtId {
        let start = label.unwrap_or(keyword).span;
        let mut failed: Option<Span> = None;
        self.skip_new_lines();
        let mut flag: Option<(&'static str, bool)> = None;
        let (mut parallel, mut throttle) = (false, false);
        let mut token = self.peek();
        while token.kind == TokenKind::Parameter {
            self.skip();
            if self.is_parameter(&token, "parallel") {
                parallel = true;
                flag = Some(("parallel", true));
            } else if self.is_parameter(&token, "throttlelimit") {
                throttle = true;
                self.skip_new_lines();
                if self.single_argument(super::command::Context::CommandArgument).is_none() {
                    self.incomplete(token.span.after(), "MissingThrottleLimit", &[]);
                }
            } else {
                failed = Some(token.span);
                let name = self.parameter_name(&token);
                self.error(token.span, "InvalidForeachFlag", &[&name]);
            }
            self.skip_new_lines();
            token = self.peek();
        }
        let open = self.next();
        if open.kind != TokenKind::LParen {
            self.unget(open);
            self.incomplete(keyword.span.after(), "MissingOpenParenthesisAfterKeyword", &[keyword.kind.text()]);
            return self.error_stmt(start.until(keyword.span.end()), &[]);
        }
        self.skip_new_lines();
        let token = self.next();
        let TokenValue::Variable(variable) = token.value else {
            self.unget(token);
            self.incomplete(open.span.after(), "MissingVariableNameAfterForeach", &[]);
            return self.error_stmt(start.until(open.span.end()), &[]);
        };
        let variable = self.add(Expr::Variable(variable), token.span);
        self.skip_new_lines();
        let (mut collection, mut body) = (None, None);
        let word = self.next();
        if word.kind != TokenKind::In {
            self.unget(word);
            failed = Some(token.span);
            self.incomplete(token.span.after(), "MissingInInForeach", &[]);
        } else {
            self.skip_new_lines();
            collection = self.pipeline_chain();
            match collection {
                None => {
                    failed = Some(word.span);
                    self.incomplete(word.span.after(), "MissingForeachExpression", &[]);
                }
                Some(collection) => {
                    self.skip_new_lines();
                    let close = self.next();
                    if close.kind != TokenKind::RParen {
                        self.unget(close);
                        let span = self.stmt_span(collection);
                        failed = Some(span);
                        self.incomplete(span.after(), "MissingEndParenthesisAfterForeach", &[]);
                    } else {
                        body = self.statement_block();
                        if body.is_none() {
                            failed = Some(close.span);
                            self.incomplete(close.span.after(), "MissingForeachStatement", &[]);
                        }
                    }
                }
            }
        }
        if let (None, Some(collection), Some(body)) = (failed, collection, body) {
            let label = self.label_name(label);
            let span = start.until(self.shared.ast.body(body).span.end());
            // Flags of workflows; checked here, since nothing else wants them.
            if let Some((flag, _)) = flag {
                self.error(span, "KeywordParameterReservedForFutureUse", &["foreach", flag]);
            }
            if throttle {
                self.error(span, "KeywordParameterReservedForFutureUse", &["foreach", "throttlelimit"]);
                if !parallel {
                    self.error(span, "ThrottleLimitRequiresParallelFlag", &[]);
                }
            }
            return self.add_stmt(Stmt::Foreach { label, variable, collection, body }, span);
        }
        let parts = nodes(&[Some(Node::Expr(variable)), collection.map(Node::Stmt), body.map(Node::Body)]);
        self.error_stmt(start.until(failed.unwrap_or(start).end()), &parts)
    }

    pub(crate) fn for_statement(&mut self, label: Option<Token>, keyword: Token) -> StmtId {
        let start = label.unwrap_or(keyword).span;
        self.skip_new_lines();
        let open = self.next();
        if open.kind != TokenKind::LParen {
            self.unget(open);
            self.incomplete(keyword.span.after(), "MissingOpenParenthesisAfterKeyword", &["for"]);
            return self.error_stmt(start.until(keyword.span.end()), &[]);
        }
        let mut end = open.span;
        self.skip_new_lines();
        let init = self.for_part(&mut end, true);
        let condition = self.for_part(&mut end, true);
        let step = self.for_part(&mut end, false);
        self.skip_new_lines();
        let close = self.next();
        let mut body = None;
        if close.kind != TokenKind::RParen {
            self.unget(close);
            self.incomplete(end.after(), "MissingEndParenthesisAfterStatement", &["for"]);
        } else {
            body = self.statement_block();
            if body.is_none() {
                end = close.span;
                self.incomplete(end.after(), "MissingLoopStatement", &["for"]);
            }
        }
        match body {
            Some(body) => {
                let label = self.label_name(label);
                let span = start.until(self.shared.ast.body(body).span.end());
                self.add_stmt(Stmt::For { label, init, condition, step, body }, span)
            }
            None => {
                let parts = nodes(&[init.map(Node::Stmt), condition.map(Node::Stmt), step.map(Node::Stmt)]);
                self.error_stmt(start.until(end.end()), &parts)
            }
        }
    }

    fn for_part(&mut self, end: &mut Span, semicolon: bool) -> Option<StmtId> {
        let part = self.pipeline_chain();
        if let Some(part) = part {
            *end = self.stmt_span(part);
        }
        if semicolon {
            if self.peek_kind() == TokenKind::Semi {
                *end = self.next().span;
            }
            self.skip_new_lines();
        }
        part
    }

    pub(crate) fn while_statement(&mut self, label: Option<Token>, keyword: Token) -> StmtId {
        let start = label.unwrap_or(keyword).span;
        self.skip_new_lines();
        let open = self.next();
        if open.kind != TokenKind::LParen {
            self.unget(open);
            let text = self.token_text(&keyword).to_owned();
            self.incomplete(keyword.span.after(), "MissingOpenParenthesisAfterKeyword", &[&text]);
            return self.error_stmt(start.until(keyword.span.end()), &[]);
        }
        self.skip_new_lines();
        let mut parts = Vec::new();
        let condition = match self.pipeline_chain() {
            Some(condition) => {
                parts.push(Node::Stmt(condition));
                condition
            }
            None => {
                let at = open.span.after();
                self.incomplete(at, "MissingExpressionAfterKeyword", &["while"]);
                self.error_stmt(at, &[])
            }
        };
        self.skip_new_lines();
        let close = self.next();
        if close.kind != TokenKind::RParen {
            self.unget(close);
            let span = self.stmt_span(condition);
            if !self.is_error_stmt(condition) {
                self.incomplete(span.after(), "MissingEndParenthesisAfterStatement", &["while"]);
            }
            return self.error_stmt(start.until(span.end()), &parts);
        }
        self.skip_new_lines();
        let Some(body) = self.statement_block() else {
            self.incomplete(close.span.after(), "MissingLoopStatement", &["while"]);
            return self.error_stmt(start.until(close.span.end()), &parts);
        };
        let label = self.label_name(label);
        let span = start.until(self.shared.ast.body(body).span.end());
        self.add_stmt(Stmt::While { label, condition, body }, span)
    }

    pub(crate) fn do_statement(&mut self, label: Option<Token>, keyword: Token) -> StmtId {
        let start = label.unwrap_or(keyword).span;
        let Some(body) = self.statement_block() else {
            self.incomplete(keyword.span.after(), "MissingLoopStatement", &["do"]);
            return self.error_stmt(start.until(keyword.span.end()), &[]);
        };
        self.skip_new_lines();
        let word = self.next();
        let body_span = self.shared.ast.body(body).span;
        if !matches!(word.kind, TokenKind::While | TokenKind::Until) {
            self.unget(word);
            self.incomplete(body_span.after(), "MissingWhileOrUntilInDoWhile", &[]);
            return self.error_stmt(start.until(body_span.end()), &[Node::Body(body)]);
        }
        self.skip_new_lines();
        let open = self.next();
        if open.kind != TokenKind::LParen {
            self.unget(open);
            self.incomplete(word.span.after(), "MissingOpenParenthesisAfterKeyword", &[word.kind.text()]);
            return self.error_stmt(start.until(word.span.end()), &[Node::Body(body)]);
        }
        self.skip_new_lines();
        let mut failed = None;
        let condition = self.pipeline_chain();
        if condition.is_none() {
            failed = Some(open.span);
            self.incomplete(open.span.after(), "MissingExpressionAfterKeyword", &[word.kind.text()]);
        }
        self.skip_new_lines();
        let close = self.next();
        if close.kind != TokenKind::RParen {
            self.unget(close);
            if let Some(condition) = condition {
                let span = self.stmt_span(condition);
                failed = Some(span);
                self.incomplete(span.after(), "MissingEndParenthesisAfterStatement", &[word.kind.text()]);
            }
        }
        match (failed, condition) {
            (None, Some(condition)) => {
                let label = self.label_name(label);
                let stmt = if word.kind == TokenKind::Until {
                    Stmt::DoUntil { label, condition, body }
                } else {
                    Stmt::DoWhile { label, condition, body }
                };
                self.add_stmt(stmt, start.until(close.span.end()))
            }
            _ => {
                let parts = nodes(&[Some(Node::Body(body)), condition.map(Node::Stmt)]);
                self.error_stmt(start.until(failed.unwrap_or(start).end()), &parts)
            }
        }
    }

    pub(crate) fn trap_statement(&mut self, keyword: Token) -> StmtId {
        let restore = self.restore_point();
        self.skip_new_lines();
        let mut ty = self.attribute();
        if ty.is_some_and(|id| self.shared.ast.attribute(id).kind != AttributeKind::Type) {
            // An attribute belongs to what comes after.
            self.resync_to(restore);
            ty = None;
        }
        match self.statement_block() {
            Some(body) => {
                let span = keyword.span.until(self.shared.ast.body(body).span.end());
                self.add_stmt(Stmt::Trap { ty, body }, span)
            }
            None => {
                let end = ty.map_or(keyword.span, |id| self.shared.ast.attribute(id).span);
                self.incomplete(end.after(), "MissingTrapStatement", &[]);
                self.error_stmt(keyword.span.until(end.end()), &nodes(&[ty.map(Node::Attribute)]))
            }
        }
    }

    pub(crate) fn try_statement(&mut self, keyword: Token) -> StmtId {
        self.skip_new_lines();
        let Some(body) = self.statement_block() else {
            self.incomplete(keyword.span.after(), "MissingTryStatementBlock", &[]);
            return self.error_stmt(keyword.span, &[]);
        };
        let mut failed: Option<Span> = None;
        let mark = self.shared.catches.len();
        while let Some(catch) = self.catch_clause(&mut failed) {
            self.shared.catches.push(catch);
        }
        let catches = list!(self.catches, mark);
        self.skip_new_lines();
        let mut finally = None;
        let word = self.peek();
        if word.kind == TokenKind::Finally {
            self.skip();
            finally = self.statement_block();
            if finally.is_none() {
                failed = Some(word.span);
                self.incomplete(word.span.after(), "MissingFinallyStatementBlock", &[]);
            }
        }
        if catches.is_empty() && finally.is_none() && failed.is_none() {
            let span = self.shared.ast.body(body).span;
            failed = Some(span);
            self.incomplete(span.after(), "MissingCatchOrFinally", &[]);
        }
        if let Some(failed) = failed {
            let mut parts = vec![Node::Body(body)];
            parts.extend((0..catches.len()).map(|index| Node::Catch(catches.place(index))));
            return self.error_stmt(keyword.span.until(failed.end()), &parts);
        }
        let end = match finally {
            Some(finally) => self.shared.ast.body(finally).span.end(),
            None => self.shared.ast.list(catches).last().map_or(keyword.span, |catch| catch.span).end(),
        };
        self.add_stmt(Stmt::Try { body, catches, finally }, keyword.span.until(end))
    }

    fn catch_clause(&mut self, failed: &mut Option<Span>) -> Option<Catch> {
        self.skip_new_lines();
        let keyword = self.next();
        if keyword.kind != TokenKind::Catch {
            self.unget(keyword);
            return None;
        }
        let mark = self.shared.attributes.len();
        let mut comma: Option<Token> = None;
        loop {
            let restore = self.restore_point();
            self.skip_new_lines();
            let Some(ty) = self.attribute() else {
                if let Some(comma) = comma {
                    *failed = Some(comma.span);
                    self.incomplete(comma.span.after(), "MissingTypeLiteralToken", &[]);
                }
                break;
            };
            if self.shared.ast.attribute(ty).kind != AttributeKind::Type {
                self.resync_to(restore);
                break;
            }
            self.shared.attributes.push(ty);
            self.skip_new_lines();
            let token = self.peek();
            if token.kind != TokenKind::Comma {
                break;
            }
            comma = Some(token);
            self.skip();
        }
        let types = list!(self.attributes, mark);
        match self.statement_block() {
            Some(body) => {
                let span = keyword.span.until(self.shared.ast.body(body).span.end());
                Some(Catch { span, types, body })
            }
            None => {
                if comma.is_none_or(|comma| *failed != Some(comma.span)) {
                    let last = self.shared.ast.list(types).last();
                    let span = last.map_or(keyword.span, |id| self.shared.ast.attribute(*id).span);
                    *failed = Some(span);
                    self.incomplete(span.after(), "MissingCatchHandlerBlock", &[]);
                }
                None
            }
        }
    }
}
