//! Variables.

use super::chars::{ends_word, is_double_quote, is_identifier_byte, is_letter_or_digit, is_variable_start};
use crate::ast::{Ast, Text, Variable, VariableScope};
use crate::parser::Parser;
use crate::symbol::Sym;
use crate::token::{Token, TokenKind, TokenValue};

/// Takes a path apart into scope or drive and name.
///
/// Only one scope is looked for: `$global:env:x` is the variable `env:x` of the global scope.
pub(crate) fn make_variable(ast: &Ast, path: Text, splatted: bool) -> Variable {
    let text = ast.text(path);
    let mut variable = Variable {
        name: Sym::intern(text),
        drive: None,
        scope: VariableScope::Unqualified,
        splatted,
        variable_drive: false,
        path,
    };
    let Some(colon) = text.bytes().position(|b| b == b':') else {
        return variable;
    };
    if colon == 0 {
        variable.name = Sym::intern(&text[1..]);
        return variable;
    }
    let (before, name) = (&text[..colon], &text[colon + 1..]);
    let scope = match before.len() {
        5 if before.eq_ignore_ascii_case("local") => VariableScope::Local,
        6 if before.eq_ignore_ascii_case("global") => VariableScope::Global,
        6 if before.eq_ignore_ascii_case("script") => VariableScope::Script,
        7 if before.eq_ignore_ascii_case("private") => VariableScope::Private,
        8 if before.eq_ignore_ascii_case("variable") => {
            variable.variable_drive = true;
            VariableScope::Unqualified
        }
        _ => VariableScope::Drive,
    };
    variable.scope = scope;
    variable.name = Sym::intern(name);
    if scope == VariableScope::Drive {
        variable.drive = Some(Sym::intern(before));
    }
    variable
}

impl Parser<'_> {
    /// On entry the `$` or `@` is taken.
    pub(super) fn scan_variable(&mut self, splatted: bool, in_string: bool) -> Token {
        if !splatted && self.byte(0) == b'{' {
            return self.scan_braced_variable(in_string);
        }
        let start = self.pos;
        let c = self.peek_char();
        if !is_variable_start(c) {
            return self.scan_generic();
        }
        self.next_char();
        let command = self.command_mode() && !in_string;
        if matches!(c, '$' | '?' | '^') {
            if command && !ends_word(self.peek_char()) {
                self.pos = self.token_start;
                return self.scan_generic();
            }
        } else {
            while let Some(byte) = self.bytes.get(self.pos).copied() {
                if is_identifier_byte(byte) || byte == b'?' {
                    self.pos += 1;
                    continue;
                }
                match byte {
                    b':' => {
                        if self.byte(1) == b':' {
                            // `$a::b` is a static member.
                            break;
                        }
                        self.pos += 1;
                    }
                    b'.' | b'[' | b'=' => break,
                    _ => {
                        let c = self.peek_char();
                        if is_letter_or_digit(c) {
                            self.pos += c.len_utf8();
                        } else if command && !ends_word(c) {
                            self.pos = self.token_start;
                            return self.scan_generic();
                        } else {
                            break;
                        }
                    }
                }
            }
        }
        let path = self.text_of(start, self.pos);
        let variable = make_variable(&self.shared.ast, path, splatted);
        if variable.name.folded().is_empty() {
            let id = if variable.scope == VariableScope::Drive {
                "InvalidVariableReferenceWithDrive"
            } else {
                "InvalidVariableReference"
            };
            let span = self.current_span();
            self.error(span, id, &[]);
        }
        self.variable_token(variable)
    }

    fn variable_token(&mut self, variable: Variable) -> Token {
        let kind = if variable.splatted { TokenKind::SplattedVariable } else { TokenKind::Variable };
        self.token_with(kind, TokenValue::Variable(variable))
    }

    fn scan_braced_variable(&mut self, in_string: bool) -> Token {
        let brace = self.pos;
        self.pos += 1;
        let start = self.pos;
        let mut escaped: Option<String> = None;
        let mut end = start;
        let mut closed = false;
        while !self.at_end() {
            let here = self.pos;
            let c = self.next_char();
            end = self.pos;
            match c {
                '}' => {
                    end = here;
                    closed = true;
                    break;
                }
                '`' => {
                    if self.at_end() {
                        end = here;
                        break;
                    }
                    let mut text = escaped.take().unwrap_or_else(|| self.text[start..here].to_owned());
                    let next = self.next_char();
                    self.unescape(next, &mut text);
                    escaped = Some(text);
                    end = self.pos;
                    continue;
                }
                '{' => self.error_on(self.pos, "OpenBraceNeedsToBeBackTickedInVariableName"),
                _ if in_string && is_double_quote(c) && is_double_quote(self.peek_char()) => {
                    let mut text = escaped.take().unwrap_or_else(|| self.text[start..here].to_owned());
                    text.push(self.next_char());
                    escaped = Some(text);
                    end = self.pos;
                    continue;
                }
                _ => {}
            }
            if let Some(text) = &mut escaped {
                text.push(c);
            }
        }
        if !closed {
            let span = self.span_of(brace, self.pos);
            self.incomplete(span, "IncompleteDollarVariableReference", &[]);
        }
        let mut path = match &escaped {
            Some(text) => self.add_escaped(text),
            None => self.text_of(start, end),
        };
        if path.is_empty() {
            if closed {
                self.error_on(self.pos - 1, "EmptyVariableReference");
            }
            path = self.shared.ast.add_text(":Error:");
        }
        if self.command_mode() && !in_string {
            let c = self.peek_char();
            if !ends_word(c) && c != '.' && c != '[' {
                // Scanned again as a word, the variable becomes a part of it.
                self.pos = self.token_start;
                return self.scan_generic();
            }
        }
        let variable = make_variable(&self.shared.ast, path, false);
        if variable.name.folded().is_empty() {
            let span = self.current_span();
            self.error(span, "InvalidBracedVariableReference", &[]);
        }
        self.variable_token(variable)
    }
}
