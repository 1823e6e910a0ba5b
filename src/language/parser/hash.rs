//! Hash literals.

use super::{Parser, list};
use crate::ast::{Expr, ExprId, HashEntry};
use crate::lexer::Mode;
use crate::token::{Token, TokenKind};

impl Parser<'_> {
    pub(crate) fn hash_expression(&mut self, open: Token) -> ExprId {
        self.skip_new_lines();
        let mark = self.shared.entries.len();
        while let Some(entry) = self.hash_entry() {
            self.shared.entries.push(entry);
            if !matches!(self.peek_kind(), TokenKind::NewLine | TokenKind::Semi) {
                break;
            }
            self.skip_new_lines_and_semicolons();
        }
        let close = self.next();
        let mut end = close.span;
        if close.kind != TokenKind::RCurly {
            self.unget(close);
            self.incomplete_at(open.span.after(), close.span, "MissingEndCurlyBrace", &[]);
            end = self.before(close.span);
        }
        let entries = list!(self.entries, mark);
        self.add(Expr::Hash(entries), open.span.until(end.end()))
    }

    fn hash_entry(&mut self) -> Option<HashEntry> {
        let mode = self.set_mode(Mode::Expression);
        let Some(key) = self.label_or_key() else {
            self.set_mode(mode);
            return None;
        };
        let equals = self.next();
        self.set_mode(mode);
        if equals.kind != TokenKind::Equals {
            self.unget(equals);
            let at = self.span(key).after();
            self.error(at, "MissingEqualsInHashLiteral", &[]);
            self.sync_on_error(false, &[TokenKind::RCurly, TokenKind::Semi, TokenKind::NewLine]);
            let value = self.error_stmt(at, &[]);
            return Some(HashEntry { key, value });
        }
        self.set_mode(Mode::Command);
        self.skip_new_lines();
        let value = match self.statement() {
            Some(value) => value,
            None => {
                let at = equals.span.after();
                self.incomplete(at, "MissingStatementInHashLiteral", &[]);
                self.error_stmt(at, &[])
            }
        };
        self.set_mode(mode);
        Some(HashEntry { key, value })
    }
}
