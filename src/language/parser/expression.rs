//! Ternary, binary and unary expressions, arrays and casts.

use super::{Parser, list};
use crate::ast::{AttributeId, AttributeKind, CommandElement, CommandElementKind, Expr, ExprId, Node};
use crate::lexer::Mode;
use crate::symbol::Sym;
use crate::token::{Token, TokenFlags, TokenKind, TokenValue};

impl Parser<'_> {
    /// An expression. `ternary` says that `?` and `:` end a number in it.
    pub(crate) fn expression(&mut self, ternary: bool) -> Option<ExprId> {
        if self.too_deep() {
            return None;
        }
        let mode = self.set_mode(Mode::Expression);
        let expr = self.ternary_expression(ternary);
        self.set_mode(mode);
        expr
    }

    fn ternary_expression(&mut self, ternary: bool) -> Option<ExprId> {
        let condition = self.binary_expression(ternary)?;
        let question = self.peek();
        if question.kind != TokenKind::QuestionMark {
            return Some(condition);
        }
        self.skip();
        self.skip_new_lines();
        let if_true = self.ternary_operand(question);
        self.skip_new_lines();
        let colon = self.next();
        let start = self.span(condition);
        if colon.kind != TokenKind::Colon {
            self.unget(colon);
            let mut parts = vec![Node::Expr(condition)];
            if !self.is_error_expr(if_true) {
                parts.push(Node::Expr(if_true));
                self.incomplete(colon.span, "MissingColonInTernaryExpression", &[]);
            }
            let end = self.before(colon.span).end();
            return Some(self.error_expr(start.until(end), &parts));
        }
        self.skip_new_lines();
        let if_false = self.ternary_operand(colon);
        let span = start.until(self.span(if_false).end());
        Some(self.add(Expr::Ternary { condition, if_true, if_false }, span))
    }

    fn ternary_operand(&mut self, after: Token) -> ExprId {
        match self.expression(true) {
            Some(expr) => expr,
            None => self.missing_value(after),
        }
    }

    fn missing_value(&mut self, after: Token) -> ExprId {
        let at = after.span.after();
        let text = self.token_text(&after).to_owned();
        self.incomplete(at, "ExpectedValueExpression", &[&text]);
        self.error_expr(at, &[])
    }

    /// Operands and operators by precedence, all leaning to the left.
    fn binary_expression(&mut self, ternary: bool) -> Option<ExprId> {
        let first = self.array_expression(ternary)?;
        let token = self.peek();
        if !token.kind.has(TokenFlags::BINARY_OPERATOR) {
            if token.kind == TokenKind::Parameter {
                return Some(self.parameter_in_expression(token, first));
            }
            return Some(first);
        }
        self.skip();
        let (operands, operators) = (self.shared.operands.len(), self.shared.operators.len());
        self.shared.operands.push(first);
        self.shared.operators.push(token);
        let mut precedence = token.kind.binary_precedence();
        let mut operator = token;
        let parameter = loop {
            self.skip_new_lines();
            let right = match self.array_expression(true) {
                Some(right) => right,
                None => self.missing_value(operator),
            };
            self.shared.operands.push(right);
            let token = self.next();
            if !token.kind.has(TokenFlags::BINARY_OPERATOR) {
                self.unget(token);
                break (token.kind == TokenKind::Parameter).then_some(token);
            }
            let next = token.kind.binary_precedence();
            while next <= precedence {
                self.reduce();
                if self.shared.operators.len() == operators {
                    break;
                }
                precedence = self.shared.operators.last().map_or(0, |op| op.kind.binary_precedence());
            }
            self.shared.operators.push(token);
            precedence = next;
            operator = token;
        };
        while self.shared.operators.len() > operators {
            self.reduce();
        }
        let expr = self.shared.operands.pop().unwrap_or(first);
        self.shared.operands.truncate(operands);
        match parameter {
            Some(token) => Some(self.parameter_in_expression(token, expr)),
            None => Some(expr),
        }
    }

    fn reduce(&mut self) {
        let (Some(right), Some(left), Some(op)) =
            (self.shared.operands.pop(), self.shared.operands.pop(), self.shared.operators.pop())
        else {
            return;
        };
        let span = self.span(left).until(self.span(right).end());
        let binary =
            Expr::Binary { op: op.kind, left, right, op_start: op.span.start, op_len: op.span.len.min(255) as u8 };
        let expr = self.add(binary, span);
        self.shared.operands.push(expr);
    }

    /// A parameter in an expression is an operator that is misspelt or not finished: it is eaten.
    fn parameter_in_expression(&mut self, token: Token, expr: ExprId) -> ExprId {
        let text = self.token_text(&token).to_owned();
        self.error(token.span, "UnexpectedToken", &[&text]);
        self.skip();
        let span = self.span(expr).until(token.span.end());
        let TokenValue::Parameter { name: text, .. } = token.value else {
            return expr;
        };
        let name = Sym::intern(self.shared.ast.text(text));
        let kind = CommandElementKind::Parameter { name, text, argument: None };
        let parameter = self.shared.ast.add_items(&[CommandElement { span: token.span, kind }]);
        self.error_expr(span, &[Node::Expr(expr), Node::CommandParameter(parameter.place(0))])
    }

    fn array_expression(&mut self, ternary: bool) -> Option<ExprId> {
        let first = self.unary_expression(ternary)?;
        if self.no_comma || self.peek_kind() != TokenKind::Comma {
            return Some(first);
        }
        let mark = self.shared.exprs.len();
        self.shared.exprs.push(first);
        let mut last = first;
        loop {
            let comma = self.peek();
            if comma.kind != TokenKind::Comma {
                break;
            }
            self.skip();
            self.skip_new_lines();
            match self.unary_expression(true) {
                Some(item) => {
                    last = item;
                    self.shared.exprs.push(item);
                }
                None => {
                    self.incomplete(comma.span.after(), "MissingExpressionAfterToken", &[","]);
                    last = self.error_expr(comma.span, &[]);
                    self.shared.exprs.push(last);
                    break;
                }
            }
        }
        let span = self.span(first).until(self.span(last).end());
        let items = list!(self.exprs, mark);
        Some(self.add(Expr::Array(items), span))
    }

    /// The first token of an operand: a sign before digits is part of the number.
    fn operand_token(&mut self, ternary: bool) -> Token {
        let signed = std::mem::replace(&mut self.signed_numbers, true);
        let ends = std::mem::replace(&mut self.ternary_ends_number, ternary);
        if let Some(token) = self.ungot
            && (token.kind == TokenKind::Minus || (ternary && token.kind == TokenKind::Generic))
        {
            self.resync(&token);
        }
        let token = self.peek();
        self.signed_numbers = signed;
        self.ternary_ends_number = ends;
        token
    }

    pub(crate) fn unary_expression(&mut self, ternary: bool) -> Option<ExprId> {
        if self.too_deep() {
            return None;
        }
        let token = self.operand_token(ternary);
        let expr = if token.kind.has(TokenFlags::UNARY_OPERATOR) {
            if self.no_comma && token.kind == TokenKind::Comma {
                return None;
            }
            self.skip();
            self.skip_new_lines();
            let Some(operand) = self.unary_expression(true) else {
                let text = self.token_text(&token).to_owned();
                self.incomplete(token.span.after(), "MissingExpressionAfterOperator", &[&text]);
                return Some(self.error_expr(token.span, &[]));
            };
            let span = token.span.until(self.span(operand).end());
            if token.kind == TokenKind::Comma {
                let items = self.shared.ast.add_items(&[operand]);
                self.add(Expr::Array(items), span)
            } else {
                self.add(Expr::Unary { op: token.kind, operand }, span)
            }
        } else if token.kind == TokenKind::LBracket {
            self.bracketed_expression(token)?
        } else {
            self.primary_expression(true)?
        };
        let token = self.peek();
        let op = match token.kind {
            TokenKind::PlusPlus => TokenKind::PostfixPlusPlus,
            TokenKind::MinusMinus => TokenKind::PostfixMinusMinus,
            _ => return Some(expr),
        };
        if self.is_error_expr(expr) && self.shared.too_complex {
            return Some(expr);
        }
        self.skip();
        let span = self.span(expr).until(token.span.end());
        Some(self.add(Expr::Unary { op, operand: expr }, span))
    }

    /// A type literal, casts or attributes.
    fn bracketed_expression(&mut self, first: Token) -> Option<ExprId> {
        let mark = self.shared.attributes.len();
        if self.attribute_list(true) == 0 {
            return None;
        }
        let expr = self.after_attributes(first, mark);
        self.shared.attributes.truncate(mark);
        expr
    }

    fn after_attributes(&mut self, first: Token, mark: usize) -> Option<ExprId> {
        let count = self.shared.attributes.len();
        let id = self.shared.attributes[count - 1];
        let last = *self.shared.ast.attribute(id);
        let mut expr = None;
        if last.kind != AttributeKind::Type {
            self.skip_new_lines();
            let Some(operand) = self.unary_expression(true) else {
                let name = self.shared.ast.type_full_name(last.ty);
                self.incomplete(last.span, "UnexpectedAttribute", &[&name]);
                let nodes = self.attribute_nodes(mark);
                return Some(self.error_expr(first.span.until(last.span.end()), &nodes));
            };
            let span = last.span.until(self.span(operand).end());
            expr = Some(self.add(Expr::Attributed { attribute: id, operand }, span));
        } else if let Some(operator) = self.next_member_operator(false) {
            let target = self.add(Expr::Type(last.ty), last.span);
            expr = Some(self.member_operators(Some(operator), target));
        } else if !matches!(self.peek_kind(), TokenKind::NewLine | TokenKind::Comma)
            && let Some(operand) = self.unary_expression(true)
        {
            expr = Some(self.convert(id, operand));
        }
        let mut expr = match expr {
            Some(expr) => expr,
            None => self.add(Expr::Type(last.ty), last.span),
        };
        for index in (mark..count - 1).rev() {
            let id = self.shared.attributes[index];
            let attribute = *self.shared.ast.attribute(id);
            expr = if attribute.kind == AttributeKind::Type {
                self.convert(id, expr)
            } else {
                let span = attribute.span.until(self.span(expr).end());
                self.add(Expr::Attributed { attribute: id, operand: expr }, span)
            };
        }
        Some(expr)
    }

    fn convert(&mut self, ty: AttributeId, operand: ExprId) -> ExprId {
        let span = self.shared.ast.attribute(ty).span.until(self.span(operand).end());
        self.add(Expr::Convert { ty, operand }, span)
    }
}
