//! Classes and enums.

use super::{Parser, list};
use crate::ast::{
    Attribute, AttributeId, AttributeKind, List, Member, MemberKind, Name, Node, Stmt, StmtId, TypeDef, TypeDefKind,
};
use crate::lexer::Mode;
use crate::position::Span;
use crate::symbol::Sym;
use crate::token::{Token, TokenFlags, TokenKind, TokenValue};

/// What one try at a class member gave.
enum Read {
    Member(Member),
    /// Nothing usable, but there may be more members.
    Failed,
    End,
}

/// What stands before a member's name.
#[derive(Default)]
struct Modifiers {
    start: Option<Span>,
    last: Option<Span>,
    ty: Option<AttributeId>,
    is_static: bool,
    is_hidden: bool,
}

impl Parser<'_> {
    /// On entry the statement's attributes stand on the stack above the mark.
    pub(crate) fn class_statement(&mut self, keyword: Token, mark: usize) -> StmtId {
        self.skip_new_lines();
        let Some(name_token) = self.simple_name_token() else {
            return self.missing_type_name(keyword);
        };
        self.flag_token(&name_token, TokenFlags::TYPE_NAME, TokenFlags::MEMBER_NAME);
        let name = self.name_of(&name_token);
        self.skip_new_lines();
        let mode = self.set_mode(Mode::Signature);
        let statement = self.class_in_mode(keyword, mark, name_token, name);
        self.set_mode(mode);
        statement
    }

    fn missing_type_name(&mut self, keyword: Token) -> StmtId {
        let text = self.token_text(&keyword).to_owned();
        self.incomplete(keyword.span.after(), "MissingNameAfterKeyword", &[&text]);
        self.error_stmt(keyword.span, &[])
    }

    fn class_in_mode(&mut self, keyword: Token, mark: usize, name_token: Token, name: Name) -> StmtId {
        let bases_mark = self.shared.attributes.len();
        let colon = self.peek();
        if colon.kind == TokenKind::Colon {
            self.skip();
            self.skip_new_lines();
            self.base_types(colon);
        }
        let bases = list!(self.attributes, bases_mark);
        let curly = self.next();
        if curly.kind != TokenKind::LCurly {
            self.unget(curly);
            let last = self.shared.ast.list(bases).last().map(|id| self.shared.ast.attribute(*id).span);
            let last = last.unwrap_or(name_token.span);
            self.incomplete(last.after(), "MissingTypeBody", &[keyword.kind.text()]);
            let nested: Vec<Node> = self.shared.ast.list(bases).iter().map(|id| Node::Attribute(*id)).collect();
            return self.error_stmt(keyword.span.until(last.end()), &nested);
        }
        let mut end = curly.span;
        let mut failed = false;
        let members_mark = self.shared.members.len();
        loop {
            match self.class_member(name.sym) {
                Read::Member(member) => {
                    end = member.span;
                    self.shared.members.push(member);
                }
                Read::Failed => failed = true,
                Read::End => break,
            }
        }
        let members = list!(self.members, members_mark);
        let close = self.next();
        if close.kind != TokenKind::RCurly {
            self.unget(close);
            self.incomplete_at(curly.span.after(), close.span, "MissingEndCurlyBrace", &[]);
        } else {
            end = close.span;
        }
        let (attributes, start, types) = self.type_attributes(mark, keyword);
        let span = start.until(end.end());
        let def =
            TypeDef { span, kind: TypeDefKind::Class, name, name_span: name_token.span, attributes, bases, members };
        let id = self.shared.ast.add_type_def(def);
        let statement = self.add_stmt(Stmt::Type(id), span);
        if types || failed {
            return self.error_stmt(span, &[Node::Stmt(statement)]);
        }
        statement
    }

    /// Takes the attributes above the mark; tells where the definition starts and whether types stand among them.
    fn type_attributes(&mut self, mark: usize, keyword: Token) -> (List<AttributeId>, Span, bool) {
        let all: Vec<AttributeId> = self.shared.attributes[mark..].to_vec();
        let start = all.first().map_or(keyword.span, |id| self.shared.ast.attribute(*id).span);
        let kept: Vec<AttributeId> =
            all.iter().copied().filter(|id| self.shared.ast.attribute(*id).kind != AttributeKind::Type).collect();
        let types = kept.len() != all.len();
        (self.shared.ast.add_items(&kept), start, types)
    }

    fn base_types(&mut self, colon: Token) {
        let mut comma: Option<Token> = None;
        loop {
            let Some((ty, _)) = self.type_name(false) else {
                self.incomplete(comma.unwrap_or(colon).span.after(), "TypeNameExpected", &[]);
                return;
            };
            let span = self.shared.ast.span_type(ty);
            let id = self.shared.ast.add_attribute(Attribute { span, ty, kind: AttributeKind::Type });
            self.shared.attributes.push(id);
            self.skip_new_lines();
            let token = self.peek();
            if token.kind != TokenKind::Comma {
                return;
            }
            comma = Some(token);
            self.skip();
            self.skip_new_lines();
        }
    }

    fn class_member(&mut self, class: Sym) -> Read {
        let mark = self.shared.attributes.len();
        let mut modifiers = Modifiers::default();
        let token = self.member_modifiers(&mut modifiers);
        let had_attributes = self.shared.attributes.len() > mark || modifiers.ty.is_some();
        let attributes = list!(self.attributes, mark);
        let start = modifiers.start.unwrap_or(token.span);
        let failed = if had_attributes { Read::Failed } else { Read::End };
        if let TokenValue::Variable(variable) = token.value
            && token.kind == TokenKind::Variable
        {
            self.skip();
            return self.property(token, variable.path, attributes, &modifiers, start, failed);
        }
        if token.kind == TokenKind::Identifier || token.kind.has(TokenFlags::KEYWORD) {
            self.flag_token(&token, TokenFlags::NONE, TokenFlags(u32::MAX));
            self.skip();
            let Some((function, is_constructor)) = self.method(token, class, modifiers.is_static) else {
                self.sync_on_error(false, &[TokenKind::RCurly]);
                return failed;
            };
            let definition = *self.shared.ast.function(function);
            return Read::Member(Member {
                span: start.until(definition.span.end()),
                name: definition.name,
                name_span: token.span,
                attributes,
                ty: modifiers.ty,
                is_static: modifiers.is_static,
                is_hidden: modifiers.is_hidden,
                kind: MemberKind::Method { function, is_constructor },
            });
        }
        if let Some(last) = modifiers.last {
            self.incomplete(last.after(), "IncompleteMemberDefinition", &[]);
            return failed;
        }
        Read::End
    }

    /// Attributes, type, `static` and `hidden`; the attributes are left on the stack. Gives the token after them.
    fn member_modifiers(&mut self, modifiers: &mut Modifiers) -> Token {
        loop {
            self.skip_new_lines();
            if let Some(id) = self.attribute() {
                let attribute = *self.shared.ast.attribute(id);
                modifiers.last = Some(attribute.span);
                modifiers.start.get_or_insert(attribute.span);
                if attribute.kind != AttributeKind::Type {
                    self.shared.attributes.push(id);
                } else if modifiers.ty.is_none() {
                    modifiers.ty = Some(id);
                } else {
                    self.error(attribute.span, "TooManyTypes", &[]);
                }
                continue;
            }
            let token = self.peek();
            let seen = match token.kind {
                TokenKind::Hidden => &mut modifiers.is_hidden,
                TokenKind::Static => &mut modifiers.is_static,
                _ => return token,
            };
            let twice = std::mem::replace(seen, true);
            modifiers.start.get_or_insert(token.span);
            modifiers.last = Some(token.span);
            if twice {
                let text = self.token_text(&token).to_owned();
                self.error(token.span, "DuplicateQualifier", &[&text]);
            }
            self.skip();
        }
    }

    fn property(
        &mut self,
        token: Token,
        path: crate::ast::Text,
        attributes: List<AttributeId>,
        modifiers: &Modifiers,
        start: Span,
        failed: Read,
    ) -> Read {
        let mut initial = None;
        if self.peek_kind() == TokenKind::Equals {
            self.skip();
            self.skip_new_lines();
            initial = self.expression(false);
        }
        let end = initial.map_or(token.span, |id| self.span(id));
        let end = self.end_of_property(end, true);
        let name = self.shared.ast.text(path);
        if name.is_empty() {
            return failed;
        }
        let name = Name { sym: Sym::intern(name), text: path };
        Read::Member(Member {
            span: start.until(end.end()),
            name,
            name_span: token.span,
            attributes,
            ty: modifiers.ty,
            is_static: modifiers.is_static,
            is_hidden: modifiers.is_hidden,
            kind: MemberKind::Property { initial },
        })
    }

    /// A line end, semicolon or curly must follow; the semicolon belongs to the property.
    fn end_of_property(&mut self, end: Span, report: bool) -> Span {
        let token = self.peek();
        if report && !matches!(token.kind, TokenKind::NewLine | TokenKind::Semi | TokenKind::RCurly) {
            self.incomplete(end.after(), "MissingPropertyTerminator", &[]);
        }
        self.skip_new_lines_and_semicolons();
        if token.kind == TokenKind::Semi { token.span } else { end }
    }

    pub(crate) fn enum_statement(&mut self, keyword: Token, mark: usize) -> StmtId {
        self.skip_new_lines();
        let Some(name_token) = self.simple_name_token() else {
            return self.missing_type_name(keyword);
        };
        let name = self.name_of(&name_token);
        let mode = self.set_mode(Mode::Signature);
        let statement = self.enum_in_mode(keyword, mark, name_token, name);
        self.set_mode(mode);
        statement
    }

    fn enum_in_mode(&mut self, keyword: Token, mark: usize, name_token: Token, name: Name) -> StmtId {
        let bases_mark = self.shared.attributes.len();
        let colon = self.peek();
        if colon.kind == TokenKind::Colon {
            self.skip();
            self.skip_new_lines();
            match self.type_name(false) {
                None => {
                    self.incomplete(colon.span.after(), "TypeNameExpected", &[]);
                }
                Some((ty, _)) => {
                    let span = self.shared.ast.span_type(ty);
                    let id = self.shared.ast.add_attribute(Attribute { span, ty, kind: AttributeKind::Type });
                    self.shared.attributes.push(id);
                    let text = self.shared.ast.slice(span).to_owned();
                    if !is_integer_type(&text) {
                        self.error(span, "InvalidUnderlyingType", &[&text]);
                    }
                }
            }
        }
        let bases = list!(self.attributes, bases_mark);
        self.skip_new_lines();
        let curly = self.next();
        if curly.kind != TokenKind::LCurly {
            self.unget(curly);
            self.incomplete(name_token.span.after(), "MissingTypeBody", &[keyword.kind.text()]);
            return self.error_stmt(keyword.span.until(name_token.span.end()), &[]);
        }
        let members_mark = self.shared.members.len();
        while let Some(member) = self.enum_member() {
            self.shared.members.push(member);
        }
        let members = list!(self.members, members_mark);
        let close = self.next();
        if close.kind != TokenKind::RCurly {
            self.unget(close);
            self.incomplete_at(curly.span.after(), close.span, "MissingEndCurlyBrace", &[]);
        }
        let (attributes, start, types) = self.type_attributes(mark, keyword);
        let span = start.until(close.span.end());
        let def =
            TypeDef { span, kind: TypeDefKind::Enum, name, name_span: name_token.span, attributes, bases, members };
        let id = self.shared.ast.add_type_def(def);
        let statement = self.add_stmt(Stmt::Type(id), span);
        if types { self.error_stmt(start, &[Node::Stmt(statement)]) } else { statement }
    }

    fn enum_member(&mut self) -> Option<Member> {
        self.skip_new_lines();
        let token = self.simple_name_token()?;
        let mut end = token.span;
        let mut initial = None;
        let mut missing = false;
        let mode = self.set_mode(Mode::Expression);
        let equals = self.peek();
        if equals.kind == TokenKind::Equals {
            self.skip();
            initial = self.expression(false);
            match initial {
                Some(initial) => end = self.span(initial),
                None => {
                    self.error(equals.span.after(), "ExpectedValueExpression", &["="]);
                    end = equals.span;
                    missing = true;
                }
            }
        }
        self.set_mode(mode);
        let end = self.end_of_property(end, !missing);
        let name = self.name_of(&token);
        Some(Member {
            span: token.span.until(end.end()),
            name,
            name_span: token.span,
            attributes: List::EMPTY,
            ty: None,
            is_static: true,
            is_hidden: false,
            kind: MemberKind::Property { initial },
        })
    }
}

/// What an enum can be based on.
fn is_integer_type(name: &str) -> bool {
    let name = name.strip_prefix("System.").or_else(|| name.strip_prefix("system.")).unwrap_or(name);
    [
        "byte", "sbyte", "short", "int16", "ushort", "uint16", "int", "int32", "uint", "uint32", "long", "int64",
        "ulong", "uint64",
    ]
    .iter()
    .any(|known| name.eq_ignore_ascii_case(known))
}
