//! Values, member access, method calls and indexes.

use super::command::{Context, token_value};
use super::{Parser, list};
use crate::ast::{Body, Expr, ExprId, InvokeKind, List, StringKind, TypeId, Variable, VariableScope};
use crate::lexer::{Mode, make_variable};
use crate::position::Span;
use crate::symbol::Sym;
use crate::token::{Token, TokenFlags, TokenKind, TokenValue};

impl Parser<'_> {
    pub(crate) fn primary_expression(&mut self, members: bool) -> Option<ExprId> {
        let token = self.next();
        use TokenKind::*;
        let expr = match (token.kind, token.value) {
            (SplattedVariable | Variable, TokenValue::Variable(variable)) => {
                self.variable_expression(&token, variable, members)
            }
            (Number, TokenValue::Number(number)) => self.add(Expr::Const(number), token.span),
            (HereStringExpandable, _) => self.expandable(&token, StringKind::DoubleQuotedHereString),
            (StringExpandable, _) => self.expandable(&token, StringKind::DoubleQuoted),
            (HereStringLiteral, _) => self.string(&token, StringKind::SingleQuotedHereString),
            (StringLiteral, _) => self.string(&token, StringKind::SingleQuoted),
            (LParen, _) => self.paren_expression(token),
            (AtParen | DollarParen, _) => self.sub_expression(token),
            (AtCurly, _) => self.hash_expression(token),
            (LCurly, _) => self.script_block_expression(token),
            _ => {
                self.unget(token);
                return None;
            }
        };
        if !members {
            return Some(expr);
        }
        let operator = self.next_member_operator(true);
        Some(self.member_operators(operator, expr))
    }

    fn string(&mut self, token: &Token, kind: StringKind) -> ExprId {
        self.add(Expr::String { value: token_value(token), kind }, token.span)
    }

    /// A variable; `$using:x` is an expression of its own, members and all.
    pub(crate) fn variable_expression(&mut self, token: &Token, variable: Variable, members: bool) -> ExprId {
        let using = variable.scope == VariableScope::Drive
            && variable.drive == Some(Sym::intern("using"))
            && !variable.name.folded().is_empty();
        if !using {
            return self.add(Expr::Variable(variable), token.span);
        }
        let text = self.shared.ast.text(variable.path);
        let from = text.find(':').map_or(0, |at| at + 1);
        let path = variable.path.part(from, text.len());
        let variable = make_variable(&self.shared.ast, path, variable.splatted);
        let mut child = self.add(Expr::Variable(variable), token.span);
        if members {
            let operator = self.next_member_operator(true);
            child = self.member_operators(operator, child);
        }
        let span = self.span(child);
        self.add(Expr::Using(child), span)
    }

    pub(crate) fn member_operators(&mut self, operator: Option<Token>, expr: ExprId) -> ExprId {
        let mut expr = expr;
        let mut operator = operator;
        while let Some(token) = operator {
            // A line may end after the operator, for chains of calls.
            self.skip_new_lines();
            expr = match token.kind {
                TokenKind::LBracket | TokenKind::QuestionLBracket => self.index_expression(expr, token),
                _ => self.member_expression(expr, token),
            };
            operator = self.next_member_operator(true);
        }
        expr
    }

    fn member_name(&mut self) -> Option<ExprId> {
        if let Some((value, span)) = self.simple_name() {
            return Some(self.add(Expr::String { value, kind: StringKind::BareWord }, span));
        }
        let token = self.peek();
        if token.kind.has(TokenFlags::UNARY_OPERATOR) || token.kind == TokenKind::LBracket {
            return self.unary_expression(false);
        }
        self.primary_expression(false)
    }

    fn member_expression(&mut self, target: ExprId, operator: Token) -> ExprId {
        let is_static = operator.kind == TokenKind::ColonColon;
        let null_conditional = operator.kind == TokenKind::QuestionDot;
        let start = self.span(target);
        let member = match self.member_name() {
            Some(member) => {
                if self.ungot.is_none()
                    && let Some(call) = self.method_call(target, operator, member)
                {
                    return call;
                }
                member
            }
            None => {
                self.incomplete(operator.span.after(), "MissingPropertyName", &[]);
                match self.single_argument(Context::CommandArgument) {
                    Some(member) => member,
                    None => self.error_expr(start.until(operator.span.end()), &[]),
                }
            }
        };
        let span = start.until(self.span(member).end());
        self.add(Expr::Member { target, member, is_static, null_conditional }, span)
    }

    fn method_call(&mut self, target: ExprId, operator: Token, member: ExprId) -> Option<ExprId> {
        let restore = self.restore_point();
        let mut generic = List::EMPTY;
        let mut closed = false;
        if self.byte(0) == b'[' {
            (generic, closed) = self.generic_method_arguments(restore);
        }
        let Some(open) = self.next_invoke_open() else {
            if closed {
                // No call follows: it is an index.
                self.resync_to(restore);
            }
            return None;
        };
        let (args, end) = if open.kind == TokenKind::LParen {
            self.invoke_arguments(open)
        } else {
            // `$x.M{...}` passes a script block.
            self.skip_new_lines();
            let block = self.script_block_expression(open);
            (self.shared.ast.add_items(&[block]), self.span(block))
        };
        let how = if operator.kind == TokenKind::ColonColon { InvokeKind::Static } else { InvokeKind::Instance };
        let null_conditional = operator.kind == TokenKind::QuestionDot;
        let span = self.span(target).until(end.end());
        Some(self.add(Expr::Invoke { target, member, args, generic, how, null_conditional }, span))
    }

    /// `[type, ...]` after a method's name. Anything else in brackets is an index: then nothing is taken.
    fn generic_method_arguments(&mut self, restore: usize) -> (List<TypeId>, bool) {
        let errors = self.shared.errors.len();
        let bracket = self.next();
        if bracket.kind != TokenKind::LBracket {
            self.resync_to(restore);
            return (List::EMPTY, false);
        }
        let mode = self.set_mode(Mode::TypeName);
        self.skip_new_lines();
        let first = self.next();
        if first.kind != TokenKind::Identifier {
            self.set_mode(mode);
            self.resync_to(restore);
            // What was scanned as a type name is scanned again: its errors do not count.
            self.shared.errors.truncate(errors);
            return (List::EMPTY, false);
        }
        let (types, close) = self.generic_arguments(first);
        let mut closed = true;
        if close.kind != TokenKind::RBracket {
            self.unget(close);
            let before = self.before(close.span);
            self.incomplete(before, "EndSquareBracketExpectedAtEndOfType", &[]);
            closed = false;
        }
        self.set_mode(mode);
        (types, closed)
    }

    fn index_expression(&mut self, target: ExprId, bracket: Token) -> ExprId {
        self.skip_new_lines();
        let no_comma = std::mem::replace(&mut self.no_comma, false);
        let index = self.expression(false);
        self.no_comma = no_comma;
        let index = match index {
            Some(index) => index,
            None => {
                self.incomplete(bracket.span.after(), "MissingArrayIndexExpression", &[]);
                self.error_expr(bracket.span, &[])
            }
        };
        self.skip_new_lines();
        let close = self.next();
        let mut end = close.span;
        if close.kind != TokenKind::RBracket {
            self.unget(close);
            end = self.span(index);
            if !self.is_error_expr(index) {
                self.incomplete(end.after(), "MissingEndSquareBracket", &[]);
            }
        }
        let null_conditional = bracket.kind == TokenKind::QuestionLBracket;
        let span = self.span(target).until(end.end());
        self.add(Expr::Index { target, index, null_conditional }, span)
    }

    pub(crate) fn script_block_expression(&mut self, curly: Token) -> ExprId {
        let no_comma = std::mem::replace(&mut self.no_comma, false);
        let mode = self.set_mode(Mode::Command);
        self.skip_new_lines();
        let block = self.script_block(Some(curly), false, None);
        self.no_comma = no_comma;
        self.set_mode(mode);
        let span = self.shared.ast.block(block).span;
        self.add(Expr::ScriptBlock(block), span)
    }

    fn sub_expression(&mut self, first: Token) -> ExprId {
        let no_comma = std::mem::replace(&mut self.no_comma, false);
        let mode = self.set_mode(Mode::Command);
        self.skip_new_lines();
        let (mark, trap_mark) = (self.shared.stmts.len(), self.shared.traps.len());
        let inner = self.statement_list();
        let traps = list!(self.traps, trap_mark);
        let statements = list!(self.stmts, mark);
        self.skip_new_lines();
        let close = self.next();
        let mut end = close.span;
        if close.kind != TokenKind::RParen {
            self.unget(close);
            self.incomplete(close.span, "MissingEndParenthesisInSubexpression", &[]);
            end = inner.unwrap_or(first.span);
        }
        self.no_comma = no_comma;
        self.set_mode(mode);
        let span = first.span.until(end.end());
        let inner = inner.unwrap_or(Span { start: first.span.end(), len: 0 });
        let body = self.shared.ast.add_body(Body { span: inner, statements, traps });
        let expr = if first.kind == TokenKind::DollarParen { Expr::SubExpr(body) } else { Expr::ArrayExpr(body) };
        self.add(expr, span)
    }

    fn paren_expression(&mut self, open: Token) -> ExprId {
        let mode = self.set_mode(Mode::Command);
        let no_comma = std::mem::replace(&mut self.no_comma, false);
        self.skip_new_lines();
        let inner = match self.pipeline_chain() {
            Some(inner) => inner,
            None => {
                let at = open.span.after();
                self.incomplete(at, "ExpectedExpression", &[]);
                self.error_stmt(at, &[])
            }
        };
        self.skip_new_lines();
        let close = self.next();
        let mut end = close.span;
        if close.kind != TokenKind::RParen {
            self.unget(close);
            end = self.stmt_span(inner);
            self.incomplete(end.after(), "MissingEndParenthesisInExpression", &[]);
        }
        self.no_comma = no_comma;
        self.set_mode(mode);
        self.add(Expr::Paren(inner), open.span.until(end.end()))
    }
}
