//! Type names.

use super::{Parser, list};
use crate::ast::{List, Text, TypeId, TypeName};
use crate::lexer::Mode;
use crate::position::Span;
use crate::symbol::Sym;
use crate::token::{Token, TokenKind};

impl Parser<'_> {
    /// A type's name with its first token.
    pub(crate) fn type_name(&mut self, assembly: bool) -> Option<(TypeId, Token)> {
        let mode = self.set_mode(Mode::TypeName);
        let token = self.next();
        let name = if token.kind == TokenKind::Identifier {
            Some((self.finish_type_name(token, false, assembly), token))
        } else {
            self.unget(token);
            None
        };
        self.set_mode(mode);
        name
    }

    fn simple_type(&mut self, token: &Token) -> TypeId {
        let name = Text::source(token.span);
        let sym = Sym::intern(self.shared.ast.slice(token.span));
        self.shared.ast.add_type(TypeName::Simple { name, sym, assembly: None }, token.span)
    }

    fn finish_type_name(&mut self, name: Token, bare_argument: bool, assembly: bool) -> TypeId {
        let token = self.peek();
        if token.kind == TokenKind::LBracket {
            self.skip();
            self.skip_new_lines();
            let first = self.next();
            return match first.kind {
                TokenKind::RBracket | TokenKind::Comma => {
                    let element = self.simple_type(&name);
                    self.array_type(element, first, bare_argument)
                }
                TokenKind::LBracket | TokenKind::Identifier => self.generic_type(name, first, bare_argument),
                TokenKind::EndOfInput => {
                    self.unget(first);
                    self.incomplete(token.span.after(), "MissingTypename", &[]);
                    self.simple_type(&name)
                }
                _ => {
                    let text = self.token_text(&first).to_owned();
                    self.error(first.span, "UnexpectedToken", &[&text]);
                    self.sync_on_error(true, &[TokenKind::RBracket]);
                    self.simple_type(&name)
                }
            };
        }
        if token.kind == TokenKind::Comma && assembly && !bare_argument {
            self.skip();
            let Some((assembly, span)) = self.assembly_name(&token) else {
                return self.simple_type(&name);
            };
            let span = name.span.until(span.end());
            let sym = Sym::intern(self.shared.ast.slice(name.span));
            let simple = TypeName::Simple { name: Text::source(name.span), sym, assembly: Some(assembly) };
            return self.shared.ast.add_type(simple, span);
        }
        self.simple_type(&name)
    }

    fn assembly_name(&mut self, comma: &Token) -> Option<(Text, Span)> {
        let (start, end) = self.scan_assembly_name();
        if start == end {
            self.error(comma.span.after(), "MissingAssemblyNameSpecification", &[]);
            return None;
        }
        let text = self.text_of(start, end);
        Some((text, self.span_of(start, end)))
    }

    fn generic_argument(&mut self, first: Token) -> TypeId {
        if first.kind == TokenKind::Identifier {
            return self.finish_type_name(first, true, true);
        }
        let token = self.next();
        if token.kind != TokenKind::Identifier {
            self.unget(token);
            self.incomplete(token.span.after(), "MissingTypename", &[]);
            return self.bad_type(first.span);
        }
        let ty = self.finish_type_name(token, false, true);
        let close = self.next();
        if close.kind != TokenKind::RBracket {
            self.unget(close);
            let before = self.before(close.span);
            self.incomplete(before, "EndSquareBracketExpectedAtEndOfType", &[]);
        }
        ty
    }

    fn bad_type(&mut self, span: Span) -> TypeId {
        let name = self.shared.ast.add_text(":ErrorTypeName:");
        let sym = Sym::intern(":ErrorTypeName:");
        self.shared.ast.add_type(TypeName::Simple { name, sym, assembly: None }, span)
    }

    /// Generic arguments, and the token after them.
    pub(crate) fn generic_arguments(&mut self, first: Token) -> (List<TypeId>, Token) {
        let mark = self.shared.types.len();
        if self.too_deep() {
            let token = self.peek();
            self.skip();
            return (List::EMPTY, token);
        }
        let ty = self.generic_argument(first);
        self.shared.types.push(ty);
        let last = loop {
            self.skip_new_lines();
            let last = self.next();
            if last.kind != TokenKind::Comma {
                break last;
            }
            self.skip_new_lines();
            let token = self.peek();
            let ty = if matches!(token.kind, TokenKind::Identifier | TokenKind::LBracket) {
                self.skip();
                self.generic_argument(token)
            } else {
                self.incomplete(last.span.after(), "MissingTypename", &[]);
                self.bad_type(last.span)
            };
            self.shared.types.push(ty);
        };
        (list!(self.types, mark), last)
    }

    fn generic_type(&mut self, name: Token, first: Token, bare_argument: bool) -> TypeId {
        let (args, close) = self.generic_arguments(first);
        let mut end = close.span;
        if close.kind != TokenKind::RBracket {
            self.unget(close);
            let before = self.before(close.span);
            self.incomplete(before, "EndSquareBracketExpectedAtEndOfAttribute", &[]);
            end = self.shared.ast.list(args).last().map_or(first.span, |ty| self.shared.ast.span_type(*ty));
        }
        let base = self.simple_type(&name);
        let span = name.span.until(end.end());
        let token = self.peek();
        let mut assembly = None;
        if token.kind == TokenKind::Comma && !bare_argument {
            self.skip();
            assembly = self.assembly_name(&token).map(|(text, _)| text);
        }
        let ty = self.shared.ast.add_type(TypeName::Generic { base, args, assembly }, span);
        if token.kind == TokenKind::LBracket {
            self.skip();
            let first = self.next();
            return self.array_type(ty, first, bare_argument);
        }
        ty
    }

    fn array_type(&mut self, mut element: TypeId, mut first: Token, bare_argument: bool) -> TypeId {
        loop {
            match first.kind {
                TokenKind::Comma => {
                    let mut rank = 1usize;
                    let mut comma = first;
                    let mut token = first;
                    while token.kind == TokenKind::Comma {
                        comma = token;
                        rank += 1;
                        token = self.next();
                    }
                    if rank > 32 {
                        if token.kind != TokenKind::RBracket {
                            self.unget(token);
                        }
                        let span = first.span.until(comma.span.end());
                        self.error(span, "ArrayHasTooManyDimensions", &[&rank.to_string()]);
                    } else {
                        if token.kind != TokenKind::RBracket {
                            self.unget(token);
                            self.error(comma.span.after(), "EndSquareBracketExpectedAtEndOfAttribute", &[]);
                        }
                        element = self.add_array(element, rank as u8, token.span);
                    }
                }
                TokenKind::RBracket => element = self.add_array(element, 1, first.span),
                TokenKind::EndOfInput => {
                    self.unget(first);
                    let before = self.before(first.span);
                    self.error(before, "EndSquareBracketExpectedAtEndOfAttribute", &[]);
                }
                _ => {
                    let text = self.token_text(&first).to_owned();
                    self.error(first.span, "UnexpectedToken", &[&text]);
                    self.sync_on_error(true, &[TokenKind::RBracket]);
                }
            }
            let token = self.peek();
            if !bare_argument && token.kind == TokenKind::Comma {
                self.skip();
                if let Some((assembly, _)) = self.assembly_name(&token) {
                    self.qualify(element, assembly);
                }
                return element;
            }
            if token.kind != TokenKind::LBracket {
                return element;
            }
            self.skip();
            first = self.next();
        }
    }

    fn add_array(&mut self, element: TypeId, rank: u8, end: Span) -> TypeId {
        let span = self.shared.ast.span_type(element).until(end.end());
        self.shared.ast.add_type(TypeName::Array { element, rank }, span)
    }

    /// An assembly named after an array's brackets is that of the innermost element type.
    fn qualify(&mut self, mut ty: TypeId, name: Text) {
        while let TypeName::Array { element, .. } = *self.shared.ast.type_name(ty) {
            ty = element;
        }
        if let TypeName::Simple { assembly, .. } | TypeName::Generic { assembly, .. } =
            self.shared.ast.type_name_mut(ty)
        {
            *assembly = Some(name);
        }
    }
}
