//! Identifiers, keywords, parameters, labels, type names and the words of commands.

use super::Mode;
use super::chars::{
    ends_assembly, ends_word, is_blank, is_double_quote, is_identifier_byte, is_identifier_follow, is_identifier_start,
    is_letter_or_digit, is_single_quote,
};
use crate::parser::Parser;
use crate::token::{Token, TokenFlags, TokenKind, TokenValue, dash_operator, keyword};

impl Parser<'_> {
    fn skip_identifier(&mut self) {
        loop {
            while self.bytes.get(self.pos).is_some_and(|b| is_identifier_byte(*b)) {
                self.pos += 1;
            }
            let c = self.peek_char();
            if c <= '\u{7f}' || !is_identifier_follow(c) {
                return;
            }
            self.pos += c.len_utf8();
        }
    }

    /// On entry the first letter is taken.
    pub(super) fn scan_identifier(&mut self) -> Token {
        self.skip_identifier();
        if self.mode == Mode::TypeName {
            return self.scan_type_name();
        }
        if !self.simple_name {
            if self.command_mode() && !ends_word(self.peek_char()) {
                return self.scan_generic();
            }
            if matches!(self.mode, Mode::Command | Mode::Signature)
                && let Some(kind) = keyword(&self.text[self.token_start..self.pos])
                && kind != TokenKind::InlineScript
            {
                return self.token(kind);
            }
        }
        self.token(TokenKind::Identifier)
    }

    fn scan_type_name(&mut self) -> Token {
        loop {
            let c = self.peek_char();
            if !matches!(c, '.' | '`' | '_' | '+' | '#' | '\\') && !is_letter_or_digit(c) {
                break;
            }
            self.pos += c.len_utf8();
        }
        let mut token = self.token(TokenKind::Identifier);
        token.flags = token.flags.with(TokenFlags::TYPE_NAME);
        self.flag_token(&token, TokenFlags::TYPE_NAME, TokenFlags::NONE);
        token
    }

    /// An assembly's name after a type's comma: name and properties, given as the range of the scanned text.
    pub(crate) fn scan_assembly_name(&mut self) -> (usize, usize) {
        self.skip_blanks();
        let start = self.pos;
        let mut end = self.scan_assembly_word();
        while self.byte(0) == b',' {
            self.token_start = self.pos;
            self.pos += 1;
            self.token(TokenKind::Comma);
            end = self.scan_assembly_word();
            if self.byte(0) == b'=' {
                self.token_start = self.pos;
                self.pos += 1;
                self.token(TokenKind::Equals);
                end = self.scan_assembly_word();
            }
        }
        (start, end)
    }

    fn scan_assembly_word(&mut self) -> usize {
        self.skip_blanks();
        self.token_start = self.pos;
        while !self.at_end() && !ends_assembly(self.peek_char()) {
            self.next_char();
        }
        let end = self.pos;
        let token = self.token(TokenKind::Identifier);
        self.flag_token(&token, TokenFlags::TYPE_NAME, TokenFlags::NONE);
        self.skip_blanks();
        end
    }

    /// On entry the dash is taken; a letter, `_` or `?` follows.
    pub(super) fn scan_parameter(&mut self) -> Token {
        let start = self.pos;
        let mut colon = false;
        let command = self.command_mode();
        let end = loop {
            let here = self.pos;
            let c = self.peek_char();
            match c {
                '{' | '}' | '(' | ')' | ';' | ',' | '|' | '&' | '.' | '[' | '\r' | '\n' | '\0' => {
                    break here;
                }
                ':' => {
                    colon = true;
                    self.pos += usize::from(command);
                    break here;
                }
                'a'..='z' | 'A'..='Z' => self.pos += 1,
                _ if is_blank(c) => break here,
                _ if is_single_quote(c) || is_double_quote(c) => {
                    if command {
                        // Quotes are never part of a parameter: it is an argument.
                        return self.scan_generic();
                    }
                    break here;
                }
                _ if command => {
                    self.next_char();
                }
                _ => break here,
            }
        };
        if self.expression_mode()
            && let Some(kind) = dash_operator(&self.text[start..end])
        {
            return self.token(kind);
        }
        if start == end {
            return self.token(TokenKind::Minus);
        }
        let name = self.text_of(start, end);
        self.token_with(TokenKind::Parameter, TokenValue::Parameter { name, colon })
    }

    /// On entry the colon is taken.
    pub(super) fn scan_label(&mut self) -> Token {
        if !is_identifier_start(self.peek_char()) {
            return self.scan_generic();
        }
        let start = self.pos;
        self.skip_identifier();
        if self.command_mode() && !ends_word(self.peek_char()) {
            return self.scan_generic();
        }
        let name = self.text_of(start, self.pos);
        self.token_with(TokenKind::Label, TokenValue::Text(name))
    }
}
