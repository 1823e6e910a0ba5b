//! Expandable strings: their subexpressions are parsed by a parser over that piece of the text.

use super::command::token_value;
use super::{Parser, list};
use crate::ast::{Expr, ExprId, Part, StringKind};
use crate::lexer::{Mode, Piece};
use crate::token::{Token, TokenKind};

impl Parser<'_> {
    /// The expression of a string or word token that may have something to expand.
    pub(crate) fn expandable(&mut self, token: &Token, kind: StringKind) -> ExprId {
        let value = token_value(token);
        let (first, last) = token.nested;
        if first == last {
            return self.add(Expr::String { value, kind }, token.span);
        }
        let mark = self.shared.parts.len();
        let saved = self.shared.tokens.take();
        let mut nested_tokens = Vec::new();
        for index in first..last {
            let piece = self.shared.pieces[index as usize].clone();
            let part = match piece {
                Piece::Text(text) => Part::Text(text),
                Piece::Variable(variable, span) => {
                    let token = Token {
                        kind: TokenKind::Variable,
                        flags: TokenKind::Variable.flags(),
                        span,
                        value: crate::token::TokenValue::Variable(variable),
                        nested: (0, 0),
                    };
                    if saved.is_some() {
                        nested_tokens.push(token);
                    }
                    Part::Expr(self.variable_expression(&token, variable, false))
                }
                Piece::Sub { start, end, text, skips } => {
                    self.shared.tokens = saved.as_ref().map(|_| Vec::new());
                    let expr = self.nested_expression(start, end, text.as_deref(), skips);
                    nested_tokens.append(self.shared.tokens.get_or_insert_default());
                    self.shared.tokens = None;
                    Part::Expr(expr)
                }
            };
            self.shared.parts.push(part);
        }
        self.shared.tokens = saved;
        self.keep_nested_tokens(token, nested_tokens);
        let parts = list!(self.parts, mark);
        self.add(Expr::Expandable { parts, value, kind }, token.span)
    }

    fn keep_nested_tokens(&mut self, token: &Token, nested: Vec<Token>) {
        if nested.is_empty() {
            return;
        }
        let shared = &mut *self.shared;
        let Some(tokens) = &mut shared.tokens else {
            return;
        };
        let Some(saved) = tokens.iter_mut().rev().find(|saved| saved.span == token.span) else {
            return;
        };
        let start = shared.nested_tokens.len() as u32;
        shared.nested_tokens.extend(nested);
        saved.nested = (start, shared.nested_tokens.len() as u32);
    }

    /// Parses `$( ... )` inside a string. `text` is given where quotes were doubled, else it is a piece of what is being
    /// scanned.
    fn nested_expression(
        &mut self,
        start: usize,
        end: usize,
        text: Option<&str>,
        skips: Vec<(usize, usize)>,
    ) -> ExprId {
        let adjust = if text.is_some() { self.source_offset(start) } else { self.adjust };
        let whole = self.text;
        let spare = self.spare_shared();
        let mut inner = self.nested(text.unwrap_or(&whole[..end]), spare);
        inner.adjust = adjust;
        inner.skips = skips;
        if text.is_none() {
            inner.pos = start;
            inner.base = start;
        }
        inner.mode = Mode::Expression;
        let expr = inner.primary_expression(true);
        let shared = inner.shared;
        self.take_shared(shared);
        match expr {
            Some(expr) => expr,
            None => {
                let span = self.span_of(start, end);
                self.error_expr(span, &[])
            }
        }
    }
}
