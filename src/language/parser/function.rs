//! Functions, filters and methods.

use super::{Parser, list};
use crate::ast::{
    Element, ElementKind, Expr, Function, FunctionId, InvokeKind, List, Name, Node, Param, Stmt, StmtId, StringKind,
};
use crate::lexer::Mode;
use crate::position::Span;
use crate::symbol::Sym;
use crate::token::{Token, TokenFlags, TokenKind, TokenValue};

/// Parameters in parentheses after a name.
struct Declared {
    params: Option<List<Param>>,
    failed: Option<Span>,
    close: Option<Span>,
}

impl Parser<'_> {
    pub(crate) fn function_statement(&mut self, keyword: Token) -> StmtId {
        self.skip_new_lines();
        let name_token = self.next();
        use TokenKind::*;
        if matches!(
            name_token.kind,
            Pipe | LParen
                | LCurly
                | AtParen
                | AtCurly
                | RCurly
                | RParen
                | EndOfInput
                | Semi
                | Redirection
                | RedirectInStd
                | AndAnd
                | OrOr
                | Ampersand
                | Variable
                | SplattedVariable
                | HereStringExpandable
                | HereStringLiteral
                | StringLiteral
                | StringExpandable
        ) {
            self.unget(name_token);
            let text = self.token_text(&keyword).to_owned();
            self.incomplete(keyword.span.after(), "MissingNameAfterKeyword", &[&text]);
            return self.error_stmt(keyword.span, &[]);
        }
        self.flag_token(&name_token, TokenFlags::NONE, TokenFlags::KEYWORD);
        let mut declared = self.function_parameters();
        let curly = self.next();
        if curly.kind != LCurly {
            self.unget(curly);
            if declared.failed.is_none() {
                let at = declared.close.unwrap_or(name_token.span);
                declared.failed = Some(at);
                self.incomplete(at.after(), "MissingFunctionBody", &[]);
            }
        }
        if let Some(failed) = declared.failed {
            let nested = param_nodes(declared.params);
            return self.error_stmt(keyword.span.until(failed.end()), &nested);
        }
        let is_filter = keyword.kind == Filter;
        let body = self.script_block(Some(curly), is_filter, None);
        let span = keyword.span.until(self.shared.ast.block(body).span.end());
        if keyword.kind == Workflow {
            self.error(span, "WorkflowNotSupportedInPowerShellCore", &[]);
        }
        let name = match name_token.value {
            TokenValue::Text(text) if name_token.kind == Generic => {
                Name { sym: Sym::intern(self.shared.ast.text(text)), text }
            }
            _ => self.name_of(&name_token),
        };
        let name_span = name_token.span;
        let function = crate::ast::Function { span, name, name_span, is_filter, params: declared.params, body };
        let id = self.shared.ast.add_function(function);
        self.add_stmt(Stmt::Function(id), span)
    }

    fn function_parameters(&mut self) -> Declared {
        let mut declared = Declared { params: None, failed: None, close: None };
        self.skip_new_lines();
        let open = self.peek();
        if open.kind != TokenKind::LParen {
            return declared;
        }
        self.skip();
        let params = self.parameter_list();
        declared.params = Some(params);
        self.skip_new_lines();
        let close = self.next();
        if close.kind != TokenKind::RParen {
            self.unget(close);
            let last = self.shared.ast.list(params).last().map_or(open.span, |param| param.span);
            declared.failed = Some(last);
            self.incomplete(last.after(), "MissingEndParenthesisInFunctionParameterList", &[]);
        } else {
            declared.close = Some(close.span);
        }
        self.skip_new_lines();
        declared
    }

    /// A method after its name. A constructor's call of its base is put in front of its body.
    pub(crate) fn method(&mut self, name: Token, class: Sym, is_static: bool) -> Option<(FunctionId, bool)> {
        let mut declared = Declared { params: Some(List::EMPTY), failed: None, close: None };
        if self.peek_kind() == TokenKind::LParen {
            declared = self.function_parameters();
        } else {
            self.incomplete(name.span.after(), "MissingMethodParameterList", &[]);
        }
        let method_name = self.name_of(&name);
        let is_constructor = method_name.sym == class;
        let mut base = None;
        if is_constructor && !is_static {
            self.skip_new_lines();
            let mode = self.set_mode(Mode::Signature);
            base = self.base_call(&mut declared);
            self.set_mode(mode);
        }
        let curly = self.next();
        if curly.kind != TokenKind::LCurly {
            self.unget(curly);
            if declared.failed.is_none() {
                let at = declared.close.unwrap_or(name.span);
                declared.failed = Some(at);
                self.incomplete(at.after(), "MissingFunctionBody", &[]);
            }
        }
        if declared.failed.is_some() {
            return None;
        }
        let first = (is_constructor && !is_static).then(|| {
            let (keyword, span, args) = base.unwrap_or((name.span.before(), name.span.before(), List::EMPTY));
            self.base_call_statement(keyword, span, args)
        });
        let mode = self.set_mode(Mode::Command);
        let body = self.script_block(Some(curly), false, first);
        let span = name.span.until(self.shared.ast.block(body).span.end());
        let function =
            Function { span, name: method_name, name_span: name.span, is_filter: false, params: declared.params, body };
        let id = self.shared.ast.add_function(function);
        self.set_mode(mode);
        Some((id, is_constructor))
    }

    fn base_call(&mut self, declared: &mut Declared) -> Option<(Span, Span, List<crate::ast::ExprId>)> {
        let colon = self.peek();
        if colon.kind != TokenKind::Colon {
            return None;
        }
        self.skip();
        self.skip_new_lines();
        let keyword = self.peek();
        if keyword.kind != TokenKind::Base {
            declared.failed = Some(colon.span);
            self.incomplete(colon.span.after(), "MissingBaseCtorCall", &[]);
            return None;
        }
        self.skip();
        self.skip_new_lines();
        let open = self.peek();
        if open.kind != TokenKind::LParen {
            declared.failed = Some(keyword.span);
            self.incomplete(keyword.span.after(), "MissingMethodParameterList", &[]);
            return None;
        }
        self.skip();
        let (args, last) = self.invoke_arguments(open);
        self.skip_new_lines();
        Some((keyword.span, keyword.span.until(last.end()), args))
    }

    fn base_call_statement(&mut self, keyword: Span, span: Span, args: List<crate::ast::ExprId>) -> StmtId {
        let this = self.shared.ast.add_text("this");
        let this = crate::lexer::make_variable(&self.shared.ast, this, false);
        let target = self.add(Expr::Variable(this), keyword);
        let value = self.shared.ast.add_text(".ctor");
        let member = self.add(Expr::String { value, kind: StringKind::BareWord }, keyword);
        let how = InvokeKind::BaseConstructor;
        let invoke = Expr::Invoke { target, member, args, generic: List::EMPTY, how, null_conditional: false };
        let expr = self.add(invoke, span);
        let element = Element { span, kind: ElementKind::Expr(expr), redirections: List::EMPTY };
        let elements = self.shared.ast.add_items(&[element]);
        self.add_stmt(Stmt::Pipeline { elements, background: false }, span)
    }

    /// Arguments of a method call after the open parenthesis, and the last thing read.
    pub(crate) fn invoke_arguments(&mut self, open: Token) -> (List<crate::ast::ExprId>, Span) {
        let no_comma = std::mem::replace(&mut self.no_comma, true);
        let mark = self.shared.exprs.len();
        let mut comma: Option<Token> = None;
        let mut reported = false;
        loop {
            self.skip_new_lines();
            let Some(argument) = self.expression(false) else {
                if let Some(comma) = comma {
                    self.incomplete(comma.span.after(), "MissingExpressionAfterToken", &[","]);
                    reported = true;
                }
                break;
            };
            self.shared.exprs.push(argument);
            self.skip_new_lines();
            let token = self.next();
            if token.kind != TokenKind::Comma {
                self.unget(token);
                comma = None;
                break;
            }
            comma = Some(token);
        }
        self.skip_new_lines();
        let args = list!(self.exprs, mark);
        let last = self.shared.ast.list(args).last().map(|id| self.span(*id));
        let close = self.next();
        let mut end = None;
        if close.kind != TokenKind::RParen {
            self.unget(close);
            if !reported {
                self.incomplete(last.unwrap_or(open.span).after(), "MissingEndParenthesisInMethodCall", &[]);
            }
        } else {
            end = Some(close.span);
        }
        self.no_comma = no_comma;
        (args, end.or(comma.map(|comma| comma.span)).or(last).unwrap_or(open.span))
    }
}

fn param_nodes(params: Option<List<Param>>) -> Vec<Node> {
    let params = params.unwrap_or_default();
    (0..params.len()).map(|index| Node::Param(params.place(index))).collect()
}
