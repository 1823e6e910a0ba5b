//! The switch statement.

use super::command::Context;
use super::{Parser, list};
use crate::ast::{Element, ElementKind, ExprId, List, Node, Stmt, StmtId, SwitchClause, SwitchFlags};
use crate::position::Span;
use crate::token::{Token, TokenKind};

/// What is known while a switch is read.
struct Progress {
    flags: SwitchFlags,
    condition: Option<StmtId>,
    /// The last thing read, for error positions.
    end: Span,
    failed: bool,
    /// The last error would be mended by more input.
    incomplete: bool,
    /// A clause's condition whose body is missing.
    orphan: Option<ExprId>,
}

impl Progress {
    fn fail(&mut self, incomplete: bool) {
        self.failed = true;
        self.incomplete = incomplete;
    }
}

impl Parser<'_> {
    pub(crate) fn switch_statement(&mut self, label: Option<Token>, keyword: Token) -> StmtId {
        let start = label.unwrap_or(keyword).span;
        let mut progress = Progress {
            flags: SwitchFlags::default(),
            condition: None,
            end: start,
            failed: false,
            incomplete: false,
            orphan: None,
        };
        self.skip_new_lines();
        self.switch_flags(&mut progress);
        self.switch_condition(&mut progress);
        self.skip_new_lines();
        let mark = self.shared.switch_clauses.len();
        let mut default = None;
        let mut close = progress.end;
        let curly = self.next();
        if curly.kind != TokenKind::LCurly {
            self.unget(curly);
            if !progress.incomplete {
                progress.failed = true;
                self.incomplete(progress.end.after(), "MissingCurlyBraceInSwitchStatement", &[]);
            }
        } else {
            close = self.switch_clauses(&mut progress, curly, &mut default);
        }
        let clauses = list!(self.switch_clauses, mark);
        match progress.condition {
            Some(condition) if !progress.failed => {
                let label = self.label_name(label);
                let stmt = Stmt::Switch { label, flags: progress.flags, condition, clauses, default };
                self.add_stmt(stmt, start.until(close.end()))
            }
            condition => {
                let mut parts: Vec<Node> = condition.map(Node::Stmt).into_iter().collect();
                for clause in self.shared.ast.list(clauses) {
                    parts.extend([Node::Expr(clause.condition), Node::Body(clause.body)]);
                }
                parts.extend(progress.orphan.map(Node::Expr));
                parts.extend(default.map(Node::Body));
                self.error_stmt(start.until(progress.end.end()), &parts)
            }
        }
    }

    fn switch_flags(&mut self, progress: &mut Progress) {
        const PATTERNS: u8 = SwitchFlags::REGEX.0 | SwitchFlags::WILDCARD.0;
        let mut token = self.peek();
        while token.kind == TokenKind::Parameter {
            self.skip();
            progress.end = token.span;
            let flags = progress.flags.0;
            if self.is_parameter(&token, "regex") {
                progress.flags.0 = flags & !PATTERNS | SwitchFlags::REGEX.0;
            } else if self.is_parameter(&token, "wildcard") {
                progress.flags.0 = flags & !PATTERNS | SwitchFlags::WILDCARD.0;
            } else if self.is_parameter(&token, "exact") {
                progress.flags.0 = flags & !PATTERNS;
            } else if self.is_parameter(&token, "casesensitive") {
                progress.flags.0 |= SwitchFlags::CASE_SENSITIVE.0;
            } else if self.is_parameter(&token, "parallel") {
                progress.flags.0 |= SwitchFlags::PARALLEL.0;
            } else if self.is_parameter(&token, "file") {
                progress.flags.0 |= SwitchFlags::FILE.0;
                self.skip_new_lines();
                match self.single_argument(Context::FileName) {
                    None => {
                        let incomplete = self.incomplete(token.span.after(), "MissingFilenameOption", &[]);
                        progress.fail(incomplete);
                    }
                    Some(file) => {
                        let span = self.span(file);
                        progress.end = span;
                        let element = Element { span, kind: ElementKind::Expr(file), redirections: List::EMPTY };
                        let elements = self.shared.ast.add_items(&[element]);
                        progress.condition = Some(self.add_stmt(Stmt::Pipeline { elements, background: false }, span));
                    }
                }
            } else {
                progress.failed = true;
                let name = self.parameter_name(&token);
                self.error(token.span, "InvalidSwitchFlag", &[&name]);
            }
            token = self.peek();
        }
    }

    fn switch_condition(&mut self, progress: &mut Progress) {
        let open = self.peek();
        if open.kind == TokenKind::LParen {
            progress.end = open.span;
            self.skip();
            if progress.flags.has(SwitchFlags::FILE) {
                progress.failed = true;
                self.error(open.span, "PipelineValueRequired", &[]);
            }
            self.skip_new_lines();
            progress.condition = self.pipeline_chain();
            match progress.condition {
                None => {
                    let incomplete = self.incomplete(open.span.after(), "PipelineValueRequired", &[]);
                    progress.fail(incomplete);
                }
                Some(condition) => progress.end = self.stmt_span(condition),
            }
            self.skip_new_lines();
            let close = self.next();
            if close.kind != TokenKind::RParen {
                self.unget(close);
                if !progress.incomplete {
                    let at = progress.end.after();
                    let incomplete = self.incomplete(at, "MissingEndParenthesisInSwitchStatement", &[]);
                    progress.fail(incomplete);
                }
            } else {
                progress.end = close.span;
            }
        } else if progress.condition.is_none() && !progress.flags.has(SwitchFlags::FILE) {
            let incomplete = self.incomplete(progress.end.after(), "PipelineValueRequired", &[]);
            progress.fail(incomplete);
        }
    }

    fn switch_clauses(
        &mut self,
        progress: &mut Progress,
        curly: Token,
        default: &mut Option<crate::ast::BodyId>,
    ) -> Span {
        progress.end = curly.span;
        self.skip_new_lines();
        loop {
            let token = self.peek();
            let is_default = token.kind == TokenKind::Default;
            let condition = if is_default {
                self.skip();
                let value = self.token_name(&token);
                let kind = crate::ast::StringKind::BareWord;
                Some(self.add(crate::ast::Expr::String { value, kind }, token.span))
            } else {
                self.single_argument(Context::SwitchCondition)
            };
            let Some(condition) = condition else {
                progress.failed = true;
                self.incomplete(progress.end.after(), "MissingSwitchConditionExpression", &[]);
                if self.peek_kind() == TokenKind::RCurly {
                    self.skip();
                }
                return progress.end;
            };
            progress.end = self.span(condition);
            match self.statement_block() {
                None => {
                    let incomplete = self.incomplete(progress.end.after(), "MissingSwitchStatementClause", &[]);
                    progress.fail(incomplete);
                    progress.orphan = Some(condition);
                }
                Some(body) => {
                    progress.end = self.shared.ast.body(body).span;
                    if is_default {
                        if default.is_some() {
                            progress.failed = true;
                            self.error(self.span(condition), "MultipleSwitchDefaultClauses", &[]);
                        }
                        *default = Some(body);
                    } else {
                        self.shared.switch_clauses.push(SwitchClause { condition, body });
                    }
                }
            }
            self.skip_new_lines_and_semicolons();
            let token = self.peek();
            if token.kind == TokenKind::RCurly {
                self.skip();
                return token.span;
            }
            if token.kind == TokenKind::EndOfInput {
                if !progress.incomplete {
                    progress.failed = true;
                    self.incomplete_at(curly.span, token.span, "MissingEndCurlyBrace", &[]);
                }
                return progress.end;
            }
        }
    }
}
