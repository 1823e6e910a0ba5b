//! Using statements.

use super::Parser;
use super::command::Context;
use crate::ast::{Expr, ExprId, Node, Stmt, StmtId, Using, UsingKind};
use crate::position::Span;
use crate::token::{Token, TokenKind};

impl Parser<'_> {
    pub(crate) fn using_statement(&mut self, keyword: Token) -> StmtId {
        let directive = self.next();
        let (kind, alias_allowed, alias_required) = match directive.kind {
            TokenKind::Namespace => (UsingKind::Namespace, true, false),
            TokenKind::Type => (UsingKind::Type, true, true),
            TokenKind::Module => (UsingKind::Module, true, false),
            TokenKind::Command => (UsingKind::Command, true, true),
            TokenKind::Assembly => (UsingKind::Assembly, false, false),
            _ => {
                self.unget(directive);
                self.incomplete(keyword.span.after(), "MissingUsingStatementDirective", &[]);
                return self.error_stmt(keyword.span, &[]);
            }
        };
        let item_token = self.next();
        if matches!(item_token.kind, TokenKind::EndOfInput | TokenKind::NewLine | TokenKind::Comma | TokenKind::Semi) {
            if item_token.kind == TokenKind::EndOfInput {
                self.unget(item_token);
            }
            self.incomplete(directive.span.after(), "MissingUsingItemName", &[]);
            return self.error_stmt(keyword.span.until(directive.span.end()), &[]);
        }
        let Some(item) = self.argument(Context::CommandArgument, item_token) else {
            let text = self.token_text(&item_token).to_owned();
            self.error(item_token.span, "InvalidValueForUsingItemName", &[&text]);
            self.sync_on_error(true, &[TokenKind::Semi, TokenKind::NewLine]);
            return self.error_stmt(keyword.span.until(item_token.span.end()), &[]);
        };
        let item_span = self.span(item);
        let is_hash = matches!(self.shared.ast.expr(item), Expr::Hash(_));
        let allowed = self.is_string(item) || (kind == UsingKind::Module && is_hash);
        if !allowed {
            let text = self.shared.ast.slice(item_span).to_owned();
            self.error(item_span, "InvalidValueForUsingItemName", &[&text]);
            return self.error_stmt(keyword.span.until(item_span.end()), &[Node::Expr(item)]);
        }
        let mut using = Using { kind, name: Some(item), alias: None, module: None };
        if is_hash {
            using = Using { name: None, module: Some(item), ..using };
        }
        let mut end = item_span;
        if alias_allowed && !is_hash {
            let equals = self.peek();
            if equals.kind == TokenKind::Equals {
                self.skip();
                match self.using_alias(keyword, equals, kind, item) {
                    Ok((alias, span)) => {
                        end = span;
                        if matches!(self.shared.ast.expr(alias), Expr::Hash(_)) {
                            using.module = Some(alias);
                        } else {
                            using.alias = Some(alias);
                        }
                    }
                    Err(failed) => return failed,
                }
            } else if alias_required {
                self.incomplete(item_token.span.after(), "MissingEqualsInUsingAlias", &[]);
                return self.error_stmt(keyword.span.until(item_span.end()), &[Node::Expr(item)]);
            }
        }
        self.require_terminator();
        self.add_stmt(Stmt::Using(using), keyword.span.until(end.end()))
    }

    fn using_alias(
        &mut self,
        keyword: Token,
        equals: Token,
        kind: UsingKind,
        item: ExprId,
    ) -> Result<(ExprId, Span), StmtId> {
        let token = self.next();
        match token.kind {
            TokenKind::EndOfInput | TokenKind::NewLine | TokenKind::Semi => {
                self.unget(token);
                self.incomplete(equals.span.after(), "MissingNamespaceAlias", &[]);
                return Err(self.error_stmt(keyword.span.until(equals.span.end()), &[]));
            }
            TokenKind::Comma => {
                self.error(token.span, "UnexpectedUnaryOperator", &[","]);
                return Err(self.error_stmt(keyword.span.until(token.span.end()), &[]));
            }
            _ => {}
        }
        let alias = self.argument(Context::CommandArgument, token);
        match alias {
            Some(alias) if self.is_string(alias) => Ok((alias, token.span)),
            Some(alias) if kind == UsingKind::Module && matches!(self.shared.ast.expr(alias), Expr::Hash(_)) => {
                let span = self.span(alias);
                Ok((alias, span))
            }
            alias => {
                let span = alias.map_or(token.span, |alias| self.span(alias));
                let text = self.shared.ast.slice(span).to_owned();
                self.error(span, "InvalidValueForUsingItemName", &[&text]);
                Err(self.error_stmt(keyword.span.until(span.end()), &[Node::Expr(item)]))
            }
        }
    }

    fn is_string(&self, id: ExprId) -> bool {
        matches!(self.shared.ast.expr(id), Expr::String { .. })
    }

    fn require_terminator(&mut self) {
        let token = self.peek();
        match token.kind {
            TokenKind::NewLine | TokenKind::Semi => self.skip(),
            TokenKind::EndOfInput => {}
            _ => {
                self.incomplete(token.span, "MissingStatementTerminator", &[]);
            }
        }
    }
}
