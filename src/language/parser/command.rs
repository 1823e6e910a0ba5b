//! Commands and their arguments.

use super::{Parser, list};
use crate::ast::{
    Command, CommandElement, CommandElementKind, Element, ElementKind, Expr, ExprId, Invocation, Node, StringKind, Text,
};
use crate::lexer::Mode;
use crate::position::Span;
use crate::symbol::Sym;
use crate::token::{Token, TokenFlags, TokenKind, TokenValue};

/// What an argument is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Context {
    CommandName,
    /// The name after `&` or `.`: it is expanded.
    InvokedName,
    FileName,
    CommandArgument,
    SwitchCondition,
}

impl Context {
    fn is_name(self) -> bool {
        matches!(self, Context::CommandName | Context::InvokedName)
    }
}

/// What stops a command from going on as it would.
const VERBATIM: &str = "--%";

impl Parser<'_> {
    /// One argument, in command mode.
    pub(crate) fn single_argument(&mut self, context: Context) -> Option<ExprId> {
        if matches!(self.peek_kind(), TokenKind::Comma | TokenKind::EndOfInput) {
            return None;
        }
        let mode = self.set_mode(Mode::Command);
        let token = self.next();
        let argument = self.argument(context, token);
        self.set_mode(mode);
        argument
    }

    /// An argument that starts with a token; a command's argument may be a list with commas.
    pub(crate) fn argument(&mut self, context: Context, first: Token) -> Option<ExprId> {
        let mark = self.shared.exprs.len();
        let mut token = first;
        let mut comma: Option<Token> = None;
        loop {
            use TokenKind::*;
            let mut verbatim = false;
            let expr = match token.kind {
                Pipe | RCurly | RParen | EndOfInput | NewLine | Semi | Redirection | RedirectInStd | AndAnd | OrOr
                | Ampersand | MinusMinus | Comma => {
                    self.unget(token);
                    let comma = comma?;
                    self.incomplete(comma.span.after(), "MissingExpression", &[","]);
                    let items: Vec<Node> = self.shared.exprs.drain(mark..).map(Node::Expr).collect();
                    let start = items.first().map_or(comma.span, |node| self.shared.ast.span(*node));
                    return Some(self.error_expr(start.until(comma.span.end()), &items));
                }
                SplattedVariable | Variable | Number | HereStringExpandable | StringExpandable | HereStringLiteral
                | StringLiteral | LParen | DollarParen | AtParen | AtCurly | LCurly => {
                    self.unget(token);
                    match self.primary_expression(true) {
                        Some(expr) => expr,
                        None => self.error_expr(token.span, &[]),
                    }
                }
                Generic => {
                    if context.is_name() {
                        self.flag_token(&token, TokenFlags::COMMAND_NAME, TokenFlags::NONE);
                    }
                    let value = token_value(&token);
                    if token.nested.1 > token.nested.0 && context != Context::CommandName {
                        self.expandable(&token, StringKind::BareWord)
                    } else {
                        verbatim = self.shared.ast.text(value) == VERBATIM;
                        self.add(Expr::String { value, kind: StringKind::BareWord }, token.span)
                    }
                }
                _ => {
                    let add = if context.is_name() { TokenFlags::COMMAND_NAME } else { TokenFlags::NONE };
                    self.flag_token(&token, add, TokenFlags::KEYWORD);
                    let value = self.token_name(&token);
                    self.add(Expr::String { value, kind: StringKind::BareWord }, token.span)
                }
            };
            if context != Context::CommandArgument || verbatim {
                return Some(self.finish_argument(mark, expr));
            }
            let next = self.peek();
            if next.kind != Comma {
                return Some(self.finish_argument(mark, expr));
            }
            self.shared.exprs.push(expr);
            comma = Some(next);
            self.skip();
            self.skip_new_lines();
            token = self.next();
        }
    }

    fn finish_argument(&mut self, mark: usize, last: ExprId) -> ExprId {
        if self.shared.exprs.len() == mark {
            return last;
        }
        let span = self.span(self.shared.exprs[mark]).until(self.span(last).end());
        self.shared.exprs.push(last);
        let items = list!(self.exprs, mark);
        self.add(Expr::Array(items), span)
    }

    /// A command with arguments and redirections.
    pub(crate) fn command(&mut self) -> Option<Element> {
        let mode = self.set_mode(Mode::Command);
        let element = self.command_in_mode();
        self.set_mode(mode);
        element
    }

    fn command_in_mode(&mut self) -> Option<Element> {
        let first = self.next();
        let mut token = first;
        let mut end = first.span;
        let invocation = match token.kind {
            TokenKind::Dot => Invocation::Dot,
            TokenKind::Ampersand => Invocation::Call,
            _ => Invocation::None,
        };
        let mut context = Context::CommandName;
        if invocation != Invocation::None {
            token = self.next();
            context = Context::InvokedName;
        }
        let (mark, redirect_mark) = (self.shared.command_elements.len(), self.shared.redirections.len());
        let mut dash_dash = false;
        loop {
            use TokenKind::*;
            match token.kind {
                Pipe | RCurly | RParen | EndOfInput | NewLine | Semi | AndAnd | OrOr | Ampersand => {
                    self.unget(token);
                    break;
                }
                MinusMinus => {
                    end = token.span;
                    if dash_dash {
                        self.push_word(&token);
                    } else {
                        // The first `--` ends the parameters; a native command gets it as an argument.
                        let text = Text::source(Span { start: token.span.start, len: 1 });
                        let kind = CommandElementKind::Parameter { name: Sym::intern("-"), text, argument: None };
                        self.shared.command_elements.push(CommandElement { span: token.span, kind });
                    }
                    dash_dash = true;
                }
                Comma => {
                    end = token.span;
                    self.error(token.span, "MissingArgument", &[]);
                    self.skip_new_lines();
                }
                Parameter => {
                    if context.is_name() || dash_dash {
                        end = token.span;
                        self.flag_token(&token, TokenFlags::COMMAND_NAME, TokenFlags::NONE);
                        self.push_word(&token);
                    } else {
                        end = self.command_parameter(&token);
                    }
                }
                Redirection | RedirectInStd if !context.is_name() => {
                    end = self.redirection(token, redirect_mark).1;
                }
                Redirection | RedirectInStd => {
                    end = token.span;
                    self.push_word(&token);
                }
                _ => {
                    let Some(expr) = self.argument(context, token) else {
                        // Only tokens that are handled above are no arguments; never go round without progress.
                        self.skip();
                        break;
                    };
                    end = self.push_expr(expr);
                    let is_verbatim = matches!(token.kind, Generic | StringLiteral)
                        && self.shared.ast.text(token_value(&token)) == VERBATIM;
                    if is_verbatim && let Some(rest) = self.verbatim_argument() {
                        end = self.push_expr(rest);
                        break;
                    }
                }
            }
            context = Context::CommandArgument;
            token = self.next();
        }
        if self.shared.command_elements.len() == mark {
            if invocation != Invocation::None {
                let text = self.token_text(&first).to_owned();
                self.error(first.span, "MissingExpression", &[&text]);
            }
            self.shared.redirections.truncate(redirect_mark);
            return None;
        }
        let elements = list!(self.command_elements, mark);
        let redirections = self.take_redirections(redirect_mark);
        let kind = ElementKind::Command(Command { invocation, elements });
        Some(Element { span: first.span.until(end.end()), kind, redirections })
    }

    /// `-Name` with an argument after a colon. Gives its span.
    fn command_parameter(&mut self, token: &Token) -> Span {
        let TokenValue::Parameter { name: text, colon } = token.value else {
            return token.span;
        };
        let mut span = token.span;
        let mut argument = None;
        if colon && self.peek_kind() != TokenKind::Comma {
            let next = self.next();
            argument = self.argument(Context::CommandArgument, next);
            match argument {
                Some(argument) => span = span.until(self.span(argument).end()),
                None => {
                    let written = self.token_text(token).to_owned();
                    self.error(span.after(), "ParameterRequiresArgument", &[&written]);
                }
            }
        }
        let name = Sym::intern(self.shared.ast.text(text));
        let kind = CommandElementKind::Parameter { name, text, argument };
        self.shared.command_elements.push(CommandElement { span, kind });
        span
    }

    fn verbatim_argument(&mut self) -> Option<ExprId> {
        if self.ungot.is_some_and(|token| token.kind != TokenKind::Parameter) {
            return None;
        }
        if let Some(token) = self.ungot {
            self.resync(&token);
        }
        let token = self.scan_verbatim();
        let value = token_value(&token);
        Some(self.add(Expr::String { value, kind: StringKind::BareWord }, token.span))
    }

    fn push_expr(&mut self, expr: ExprId) -> Span {
        let span = self.span(expr);
        self.shared.command_elements.push(CommandElement { span, kind: CommandElementKind::Expr(expr) });
        span
    }

    fn push_word(&mut self, token: &Token) {
        let value = self.token_name(token);
        let expr = self.add(Expr::String { value, kind: StringKind::BareWord }, token.span);
        self.push_expr(expr);
    }
}

/// The text of a string or word token.
pub(crate) fn token_value(token: &Token) -> Text {
    match token.value {
        TokenValue::Text(text) => text,
        _ => Text::source(token.span),
    }
}
