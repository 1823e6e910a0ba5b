//! Statements: which rule applies, and the short ones.

use super::{Parser, list};
use crate::ast::{AttributeKind, Expr, ExprId, Name, Node, Stmt, StmtId, StringKind, Text};
use crate::position::Span;
use crate::symbol::Sym;
use crate::token::{Token, TokenFlags, TokenKind, TokenValue};

impl Parser<'_> {
    pub(crate) fn statement(&mut self) -> Option<StmtId> {
        if self.too_deep() {
            return None;
        }
        let mut token = self.next();
        let mut attributes = 0;
        let mark = self.shared.attributes.len();
        let mut restore = 0;
        if token.kind == TokenKind::Generic && self.shared.ast.slice(token.span).starts_with('[') {
            restore = token.span.start as usize;
            if self.shared.attributed_expressions.contains(&restore) {
                self.resync_to(restore);
                return self.pipeline_chain();
            }
            self.resync(&token);
            attributes = self.attribute_list(false);
            token = self.next();
            if attributes > 0 {
                token = self.check_statement_attributes(token, mark, restore);
            }
        }
        let statement = self.statement_after(token, mark, attributes, restore);
        self.shared.attributes.truncate(mark);
        statement
    }

    /// Attributes before a keyword: an error, or no attributes but the start of an expression. Gives the token to go on
    /// with.
    fn check_statement_attributes(&mut self, token: Token, mark: usize, restore: usize) -> Token {
        let first_type = (mark..self.shared.attributes.len()).find_map(|index| {
            let attribute = *self.shared.ast.attribute(self.shared.attributes[index]);
            (attribute.kind == AttributeKind::Type).then_some(attribute)
        });
        if token.kind.has(TokenFlags::STATEMENT_DOESNT_SUPPORT_ATTRIBUTES) {
            if first_type.is_none() {
                let first = *self.shared.ast.attribute(self.shared.attributes[mark]);
                let name = self.shared.ast.type_full_name(first.ty);
                self.error(first.span, "UnexpectedAttribute", &[&name]);
                return token;
            }
        } else if token.kind.has(TokenFlags::KEYWORD) {
            if let Some(attribute) = first_type {
                let name = self.shared.ast.type_full_name(attribute.ty);
                self.error(attribute.span, "TypeNotAllowedBeforeStatement", &[&name]);
            }
            return token;
        }
        self.resync_to(restore);
        self.next()
    }

    fn statement_after(&mut self, token: Token, mark: usize, attributes: usize, restore: usize) -> Option<StmtId> {
        use TokenKind::*;
        Some(match token.kind {
            If => self.if_statement(token),
            Switch => self.switch_statement(None, token),
            Foreach => self.foreach_statement(None, token),
            For => self.for_statement(None, token),
            While => self.while_statement(None, token),
            Do => self.do_statement(None, token),
            Function | Filter | Workflow => self.function_statement(token),
            Return | Throw | Exit => self.flow_statement(token),
            Break | Continue => self.jump_statement(token),
            Trap => self.trap_statement(token),
            Try => self.try_statement(token),
            Data => self.data_statement(token),
            Parallel | Sequence => self.block_statement(token),
            Configuration => return self.configuration_statement(token),
            From | Define | Var => {
                self.error(token.span, "ReservedKeywordNotAllowed", &[token.kind.text()]);
                self.error_stmt(token.span, &[])
            }
            Label => {
                self.skip_new_lines();
                return self.labeled_statement(token);
            }
            EndOfInput => {
                if attributes > 0 {
                    return self.attributed_expression(restore);
                }
                self.unget(token);
                return None;
            }
            Else | ElseIf | Catch | Until if !self.shared.errors.is_empty() => {
                // After an error such a word is eaten, rather than run as a command.
                self.skip_new_lines();
                return self.statement();
            }
            Class => self.class_statement(token, mark),
            Enum => self.enum_statement(token, mark),
            Using => {
                let statement = self.using_statement(token);
                let span = self.stmt_span(statement);
                self.error(span, "UsingMustBeAtStartOfScript", &[]);
                statement
            }
            _ => {
                if attributes > 0 {
                    return self.attributed_expression(restore);
                }
                self.unget(token);
                return self.pipeline_chain();
            }
        })
    }

    /// Reads the attributes that begin at `restore` again, as those of an expression.
    fn attributed_expression(&mut self, restore: usize) -> Option<StmtId> {
        self.shared.attributed_expressions.insert(restore);
        self.resync_to(restore);
        self.pipeline_chain()
    }

    /// A plain name, as member, key or label.
    pub(crate) fn simple_name(&mut self) -> Option<(Text, Span)> {
        self.simple_name_token().map(|token| (self.token_name(&token), token.span))
    }

    pub(crate) fn simple_name_token(&mut self) -> Option<Token> {
        self.simple_name = true;
        let token = self.peek();
        self.simple_name = false;
        if token.kind != TokenKind::Identifier {
            return None;
        }
        self.flag_token(&token, TokenFlags::MEMBER_NAME, TokenFlags::NONE);
        self.skip();
        Some(token)
    }

    /// The text of a token as a piece of the source.
    pub(crate) fn token_name(&mut self, token: &Token) -> Text {
        let end = (token.span.end() as usize).min(self.shared.ast.source().text().len());
        Text::source(Span::new(token.span.start as usize, end))
    }

    pub(crate) fn name_of(&mut self, token: &Token) -> Name {
        let text = self.token_name(token);
        Name { sym: Sym::intern(self.shared.ast.text(text)), text }
    }

    pub(crate) fn label_name(&mut self, label: Option<Token>) -> Option<Name> {
        match label?.value {
            TokenValue::Text(text) => Some(Name { sym: Sym::intern(self.shared.ast.text(text)), text }),
            _ => None,
        }
    }

    /// A label after `break` and `continue`, or a key of a hash literal.
    pub(crate) fn label_or_key(&mut self) -> Option<ExprId> {
        if let Some((value, span)) = self.simple_name() {
            return Some(self.add(Expr::String { value, kind: StringKind::BareWord }, span));
        }
        if matches!(self.peek_kind(), TokenKind::NewLine | TokenKind::Semi) {
            return None;
        }
        let no_comma = std::mem::replace(&mut self.no_comma, true);
        let label = self.unary_expression(false);
        self.no_comma = no_comma;
        label
    }

    fn jump_statement(&mut self, token: Token) -> StmtId {
        let label = self.label_or_key();
        let span = label.map_or(token.span, |label| token.span.until(self.span(label).end()));
        let stmt = if token.kind == TokenKind::Break { Stmt::Break(label) } else { Stmt::Continue(label) };
        self.add_stmt(stmt, span)
    }

    fn flow_statement(&mut self, token: Token) -> StmtId {
        let value = self.pipeline_chain();
        let span = value.map_or(token.span, |value| token.span.until(self.stmt_span(value).end()));
        let stmt = match token.kind {
            TokenKind::Return => Stmt::Return(value),
            TokenKind::Throw => Stmt::Throw(value),
            _ => Stmt::Exit(value),
        };
        self.add_stmt(stmt, span)
    }

    fn labeled_statement(&mut self, label: Token) -> Option<StmtId> {
        let token = self.next();
        Some(match token.kind {
            TokenKind::Switch => self.switch_statement(Some(label), token),
            TokenKind::Foreach => self.foreach_statement(Some(label), token),
            TokenKind::For => self.for_statement(Some(label), token),
            TokenKind::While => self.while_statement(Some(label), token),
            TokenKind::Do => self.do_statement(Some(label), token),
            _ => {
                self.resync(&label);
                return self.pipeline_chain();
            }
        })
    }

    fn block_statement(&mut self, kind: Token) -> StmtId {
        match self.statement_block() {
            Some(body) => {
                let span = kind.span.until(self.shared.ast.body(body).span.end());
                self.add_stmt(Stmt::Block { kind: kind.kind, body }, span)
            }
            None => {
                let text = self.token_text(&kind).to_owned();
                self.incomplete(kind.span.after(), "MissingStatementAfterKeyword", &[&text]);
                self.error_stmt(kind.span, &[])
            }
        }
    }

    fn data_statement(&mut self, data: Token) -> StmtId {
        self.skip_new_lines();
        let name = self.simple_name_token();
        self.skip_new_lines();
        let mut failed: Option<Span> = None;
        let mark = self.shared.exprs.len();
        let mut has_commands = false;
        let supported = self.peek();
        if supported.kind == TokenKind::Parameter {
            self.skip();
            has_commands = true;
            if !self.is_parameter(&supported, "SupportedCommand") {
                failed = Some(supported.span);
                let written = self.parameter_name(&supported);
                self.error(supported.span, "InvalidParameterForDataSectionStatement", &[&written]);
            }
            let mut comma: Option<Token> = None;
            loop {
                self.skip_new_lines();
                let Some(command) = self.single_argument(super::command::Context::CommandName) else {
                    let last = comma.unwrap_or(supported).span;
                    if failed.is_none() {
                        self.incomplete(last.after(), "MissingValueForSupportedCommandInDataSectionStatement", &[]);
                    }
                    failed = Some(last);
                    break;
                };
                self.shared.exprs.push(command);
                let token = self.peek();
                if token.kind != TokenKind::Comma {
                    break;
                }
                comma = Some(token);
                self.skip();
            }
        }
        let commands = list!(self.exprs, mark);
        let mut body = None;
        if failed.is_none() {
            body = self.statement_block();
            if body.is_none() {
                let last = if has_commands { self.shared.ast.list(commands).last().copied() } else { None };
                let at = last.map(|last| self.span(last)).or(name.map(|name| name.span)).unwrap_or(data.span);
                self.incomplete(at.after(), "MissingStatementBlockForDataSection", &[]);
                failed = Some(at);
            }
        }
        match (failed, body) {
            (None, Some(body)) => {
                let variable = name.map(|name| self.name_of(&name));
                let span = data.span.until(self.shared.ast.body(body).span.end());
                self.add_stmt(Stmt::Data { variable, commands, body }, span)
            }
            (failed, _) => {
                let nested: Vec<Node> = self.shared.ast.list(commands).iter().map(|id| Node::Expr(*id)).collect();
                self.error_stmt(data.span.until(failed.unwrap_or(data.span).end()), &nested)
            }
        }
    }

    pub(crate) fn parameter_name(&self, token: &Token) -> String {
        match token.value {
            TokenValue::Parameter { name, .. } => self.shared.ast.text(name).to_owned(),
            _ => String::new(),
        }
    }

    fn configuration_statement(&mut self, keyword: Token) -> Option<StmtId> {
        self.skip_new_lines();
        let name_token = self.next();
        if name_token.kind == TokenKind::LCurly {
            self.error(keyword.span.after(), "MissingConfigurationName", &[]);
            self.script_block_expression(name_token);
            return None;
        }
        if matches!(name_token.kind, TokenKind::EndOfInput | TokenKind::Comma) {
            self.unget(name_token);
            self.incomplete(name_token.span.after(), "MissingConfigurationName", &[]);
            return None;
        }
        let name = self.argument(super::command::Context::CommandArgument, name_token);
        let Some(name) = name else {
            self.error(name_token.span.after(), "ParameterRequiresArgument", &[]);
            self.incomplete(name_token.span, "MissingConfigurationName", &[]);
            return None;
        };
        self.skip_new_lines();
        let curly = self.next();
        if curly.kind != TokenKind::LCurly {
            self.unget(curly);
            self.incomplete(self.span(name).after(), "MissingCurlyInConfigurationStatement", &[]);
            return Some(self.error_stmt(keyword.span.until(self.span(name).end()), &[Node::Expr(name)]));
        }
        let body = self.script_block(Some(curly), false, None);
        let span = keyword.span.until(self.shared.ast.block(body).span.end());
        // Configurations need a schema store, which no Linux installation has.
        self.error(span, "ConfigurationNotSupported", &[]);
        Some(self.add_stmt(Stmt::Configuration { name, body }, span))
    }
}
