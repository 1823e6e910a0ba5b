//! Attributes, type constraints and parameters.

use super::{Parser, list};
use crate::ast::{Attribute, AttributeId, AttributeKind, Expr, List, NamedArg, Node, Param, StringKind, Text};
use crate::lexer::Mode;
use crate::position::Span;
use crate::symbol::Sym;
use crate::token::{Token, TokenFlags, TokenKind, TokenValue};

impl Parser<'_> {
    pub(crate) fn parameter_list(&mut self) -> List<Param> {
        let mark = self.shared.params.len();
        let mut comma: Option<Token> = None;
        loop {
            let Some(param) = self.parameter() else {
                if let Some(comma) = comma {
                    self.incomplete(comma.span.after(), "MissingExpressionAfterToken", &[","]);
                }
                break;
            };
            self.shared.params.push(param);
            self.skip_new_lines();
            let token = self.peek();
            if token.kind != TokenKind::Comma {
                break;
            }
            comma = Some(token);
            self.skip();
        }
        list!(self.params, mark)
    }

    fn parameter(&mut self) -> Option<Param> {
        let no_comma = std::mem::replace(&mut self.no_comma, true);
        let mode = self.set_mode(Mode::Expression);
        let param = self.parameter_in_mode();
        self.no_comma = no_comma;
        self.set_mode(mode);
        param
    }

    fn parameter_in_mode(&mut self) -> Option<Param> {
        self.skip_new_lines();
        let mark = self.shared.attributes.len();
        self.attribute_list(false);
        let attributes = list!(self.attributes, mark);
        self.skip_new_lines();
        let token = self.next();
        let first = self.shared.ast.list(attributes).first().map(|id| self.shared.ast.attribute(*id).span);
        let TokenValue::Variable(variable) = token.value else {
            self.unget(token);
            let last = self.shared.ast.list(attributes).last().copied()?;
            let last = self.shared.ast.attribute(last).span;
            self.incomplete(last.after(), "InvalidFunctionParameter", &[]);
            self.sync_on_error(true, &[TokenKind::RParen]);
            let span = first.unwrap_or(last).until(last.end());
            let name = self.error_expr(span, &[]);
            return Some(Param { span, name, attributes, default: None });
        };
        let name = self.add(Expr::Variable(variable), token.span);
        self.skip_new_lines();
        let equals = self.peek();
        let mut default = None;
        if equals.kind == TokenKind::Equals {
            self.skip();
            self.skip_new_lines();
            default = self.expression(false);
            if default.is_none() {
                self.incomplete(equals.span.after(), "MissingExpressionAfterToken", &["="]);
            }
        }
        let end = default.map_or(token.span, |id| self.span(id)).end();
        Some(Param { span: first.unwrap_or(token.span).until(end), name, attributes, default })
    }

    /// Attributes and type constraints; they are left on the stack. Gives their number.
    pub(crate) fn attribute_list(&mut self, in_expression: bool) -> usize {
        let mut count = 0;
        while let Some(id) = self.attribute() {
            self.shared.attributes.push(id);
            count += 1;
            if !in_expression || self.shared.ast.attribute(id).kind != AttributeKind::Type {
                self.skip_new_lines();
            }
        }
        count
    }

    pub(crate) fn attribute(&mut self) -> Option<AttributeId> {
        let bracket = self.next_left_bracket()?;
        self.skip_new_lines();
        let Some((ty, type_token)) = self.type_name(true) else {
            self.resync(&bracket);
            self.incomplete(bracket.span.after(), "MissingTypename", &[]);
            return None;
        };
        let token = self.next();
        if token.kind == TokenKind::LParen {
            return Some(self.attribute_arguments(bracket, ty, type_token, token));
        }
        let mut end = token.span;
        if token.kind != TokenKind::RBracket {
            self.unget(token);
            let before = self.before(token.span);
            self.error(before, "EndSquareBracketExpectedAtEndOfAttribute", &[]);
            end = self.shared.ast.span_type(ty);
        }
        let span = bracket.span.until(end.end());
        Some(self.shared.ast.add_attribute(Attribute { span, ty, kind: AttributeKind::Type }))
    }

    fn attribute_arguments(
        &mut self,
        bracket: Token,
        ty: crate::ast::TypeId,
        type_token: Token,
        open: Token,
    ) -> AttributeId {
        self.skip_new_lines();
        let mode = self.set_mode(Mode::Expression);
        let mut last = open.span;
        let (mark, named_mark) = (self.shared.exprs.len(), self.shared.named_args.len());
        self.attribute_argument_list(named_mark, &mut last);
        let named = list!(self.named_args, named_mark);
        let args = list!(self.exprs, mark);
        self.set_mode(mode);
        self.skip_new_lines();
        let close = self.next();
        let mut end = None;
        if close.kind != TokenKind::RParen {
            self.unget(close);
            self.incomplete(last.after(), "MissingEndParenthesisInExpression", &[]);
        } else {
            end = Some(close.span);
        }
        self.skip_new_lines();
        let right = self.next();
        if right.kind != TokenKind::RBracket {
            self.unget(right);
            if let Some(close) = end {
                self.incomplete(close.after(), "EndSquareBracketExpectedAtEndOfAttribute", &[]);
            }
        } else {
            end = Some(right.span);
        }
        self.flag_token(&type_token, TokenFlags::ATTRIBUTE_NAME, TokenFlags::NONE);
        let span = bracket.span.until(end.unwrap_or(last).end());
        self.shared.ast.add_attribute(Attribute { span, ty, kind: AttributeKind::Attribute { args, named } })
    }

    fn attribute_argument_list(&mut self, named_mark: usize, last: &mut Span) {
        let no_comma = std::mem::replace(&mut self.no_comma, true);
        let mut comma: Option<Token> = None;
        loop {
            self.skip_new_lines();
            if let Some((text, span)) = self.simple_name() {
                self.named_argument(text, span, named_mark, last);
            } else if let Some(expr) = self.expression(false) {
                *last = self.span(expr);
                self.shared.exprs.push(expr);
            } else if let Some(comma) = comma {
                let at = comma.span.after();
                self.incomplete(at, "MissingExpressionAfterToken", &[","]);
                let expr = self.error_expr(at, &[]);
                self.shared.exprs.push(expr);
                *last = at;
            }
            self.skip_new_lines();
            let token = self.peek();
            if token.kind != TokenKind::Comma {
                break;
            }
            *last = token.span;
            comma = Some(token);
            self.skip();
        }
        self.no_comma = no_comma;
    }

    fn named_argument(&mut self, text: Text, span: Span, named_mark: usize, last: &mut Span) {
        let token = self.peek();
        let (value, omitted) = if token.kind == TokenKind::Equals {
            self.skip();
            self.skip_new_lines();
            let value = match self.expression(false) {
                Some(value) => value,
                None => {
                    let at = token.span.after();
                    self.incomplete(at, "MissingExpressionInNamedArgument", &[]);
                    let value = self.error_expr(at, &[]);
                    self.sync_on_error(
                        true,
                        &[TokenKind::Comma, TokenKind::RParen, TokenKind::RBracket, TokenKind::NewLine],
                    );
                    value
                }
            };
            *last = self.span(value);
            (value, false)
        } else {
            (self.add(Expr::String { value: text, kind: StringKind::BareWord }, span), true)
        };
        let name = Sym::intern(self.shared.ast.text(text));
        let written = self.shared.ast.text(text).to_owned();
        let seen = self.shared.named_args[named_mark..].iter().any(|arg| self.shared.ast.text(arg.text) == written);
        if seen {
            self.error(span, "DuplicateNamedArgument", &[&written]);
        } else {
            let span = span.until(self.span(value).end());
            self.shared.named_args.push(NamedArg { span, name, text, value, omitted });
        }
    }

    /// The nodes of the attributes above a mark of the stack.
    pub(crate) fn attribute_nodes(&self, mark: usize) -> Vec<Node> {
        self.shared.attributes[mark..].iter().map(|id| Node::Attribute(*id)).collect()
    }
}
