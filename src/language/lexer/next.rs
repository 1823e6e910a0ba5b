//! The next token, and operators.

use super::chars::{
    ends_word, is_blank, is_dash, is_double_quote, is_identifier_start, is_letter, is_single_quote, is_variable_start,
};
use crate::parser::Parser;
use crate::position::Span;
use crate::token::{Token, TokenKind, TokenValue};

impl Parser<'_> {
    /// Scans the next token in the mode that is set.
    pub(crate) fn scan_token(&mut self) -> Token {
        loop {
            self.token_start = self.pos;
            let Some(byte) = self.bytes.get(self.pos).copied() else {
                return self.end_of_input();
            };
            if byte < 128 {
                self.pos += 1;
            }
            use TokenKind::*;
            return match byte {
                b' ' | b'\t' | 0x0b | 0x0c => {
                    self.skip_blanks();
                    continue;
                }
                b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.scan_identifier(),
                b'$' => {
                    if self.byte(0) == b'(' {
                        self.take(1, DollarParen)
                    } else {
                        self.scan_variable(false, false)
                    }
                }
                b'\n' => self.token(NewLine),
                b'\r' => {
                    self.finish_new_line('\r');
                    self.token(NewLine)
                }
                b'\'' => self.scan_string_literal(),
                b'"' => self.scan_string_expandable(),
                b'@' => self.scan_at(),
                b'#' => {
                    self.scan_line_comment();
                    continue;
                }
                b'`' => match self.scan_backtick() {
                    Some(token) => token,
                    None => continue,
                },
                b'=' => self.operator(Equals),
                b'+' => match self.byte(0) {
                    b'+' => self.operator2(PlusPlus),
                    b'=' => self.operator2(PlusEquals),
                    b'.' | b'0'..=b'9' if self.signed_numbers => self.scan_number('+'),
                    _ => self.operator(Plus),
                },
                b'-' => self.scan_dash(),
                b'*' => match self.byte(0) {
                    b'=' => self.operator2(MultiplyEquals),
                    b'>' => {
                        self.pos += 1;
                        self.scan_redirection(0, false)
                    }
                    _ => self.operator(Multiply),
                },
                b'/' if self.byte(0) == b'=' => self.operator2(DivideEquals),
                b'/' => self.operator(Divide),
                b'%' if self.byte(0) == b'=' => self.operator2(RemainderEquals),
                b'%' => self.operator(Rem),
                b'<' if self.byte(0) == b'#' => {
                    self.pos += 1;
                    self.scan_block_comment();
                    continue;
                }
                b'<' => self.token(RedirectInStd),
                b'>' => {
                    let append = self.byte(0) == b'>';
                    self.pos += usize::from(append);
                    self.token_with(Redirection, TokenValue::FileRedirection { from: 1, append })
                }
                b'(' => self.token(LParen),
                b')' => self.token(RParen),
                b'[' => {
                    if self.command_mode() && !ends_word(self.peek_char()) {
                        self.scan_generic()
                    } else {
                        self.token(LBracket)
                    }
                }
                b']' => self.token(RBracket),
                b'{' => self.token(LCurly),
                b'}' => self.token(RCurly),
                b'.' => self.scan_dot(),
                b';' => self.token(Semi),
                b',' => self.token(Comma),
                b'1'..=b'6' if self.byte(0) == b'>' => {
                    self.pos += 1;
                    self.scan_redirection(byte - b'0', true)
                }
                b'0'..=b'9' => self.scan_number(byte as char),
                b'&' if self.byte(0) == b'&' => self.take(1, AndAnd),
                b'&' => self.token(Ampersand),
                b'|' if self.byte(0) == b'|' => self.take(1, OrOr),
                b'|' => self.token(Pipe),
                b'!' => self.scan_exclaim(),
                b':' => self.scan_colon(),
                b'?' if self.expression_mode() => match (self.byte(0), self.byte(1)) {
                    (b'?', b'=') => self.take(2, QuestionQuestionEquals),
                    (b'?', _) => self.take(1, QuestionQuestion),
                    _ => self.token(QuestionMark),
                },
                128.. => {
                    let c = self.next_char();
                    if is_blank(c) {
                        self.skip_blanks();
                        continue;
                    }
                    if is_single_quote(c) {
                        self.scan_string_literal()
                    } else if is_double_quote(c) {
                        self.scan_string_expandable()
                    } else if is_dash(c) {
                        self.scan_dash()
                    } else if is_letter(c) {
                        self.scan_identifier()
                    } else {
                        self.scan_generic()
                    }
                }
                _ => self.scan_generic(),
            };
        }
    }

    fn end_of_input(&mut self) -> Token {
        let at = self.source_offset(self.pos) + 1;
        let token = Token {
            kind: TokenKind::EndOfInput,
            flags: TokenKind::EndOfInput.flags(),
            span: Span::new(at, at),
            value: TokenValue::None,
            nested: (0, 0),
        };
        self.save_token(token)
    }

    fn take(&mut self, more: usize, kind: TokenKind) -> Token {
        self.pos += more;
        self.token(kind)
    }

    /// An operator that is part of a word in command mode, unless the word ends after it.
    fn operator(&mut self, kind: TokenKind) -> Token {
        if self.command_mode() && !ends_word(self.peek_char()) {
            return self.scan_generic();
        }
        self.token(kind)
    }

    fn operator2(&mut self, kind: TokenKind) -> Token {
        self.next_char();
        self.operator(kind)
    }

    fn scan_dash(&mut self) -> Token {
        let c = self.peek_char();
        if is_dash(c) {
            return self.operator2(TokenKind::MinusMinus);
        }
        if c == '=' {
            return self.operator2(TokenKind::MinusEquals);
        }
        if is_letter(c) || c == '_' || c == '?' {
            return self.scan_parameter();
        }
        if self.signed_numbers && (c.is_ascii_digit() || c == '.') {
            return self.scan_number('-');
        }
        self.operator(TokenKind::Minus)
    }

    fn scan_at(&mut self) -> Token {
        match self.byte(0) {
            b'{' => return self.take(1, TokenKind::AtCurly),
            b'(' => return self.take(1, TokenKind::AtParen),
            _ => {}
        }
        let c = self.peek_char();
        if is_single_quote(c) {
            self.next_char();
            return self.scan_here_string_literal();
        }
        if is_double_quote(c) {
            self.next_char();
            return self.scan_here_string_expandable();
        }
        if is_variable_start(c) {
            return self.scan_variable(true, false);
        }
        self.error_on(self.pos - 1, "UnrecognizedToken");
        self.token(TokenKind::Unknown)
    }

    /// A backtick outside of a word: line continuation, an escaped blank (skipped), or the start of a word.
    fn scan_backtick(&mut self) -> Option<Token> {
        if self.at_end() {
            let at = self.source_offset(self.pos) + 1;
            self.incomplete(Span::new(at, at), "IncompleteString", &[]);
            return None;
        }
        let c = self.peek_char();
        if c == '\r' || c == '\n' {
            self.next_char();
            self.finish_new_line(c);
            self.token(TokenKind::LineContinuation);
            return None;
        }
        if c.is_whitespace() {
            self.next_char();
            self.skip_blanks();
            return None;
        }
        self.pos = self.token_start;
        Some(self.scan_generic())
    }

    /// On entry the first character of the operator and `>` are taken.
    fn scan_redirection(&mut self, from: u8, explicit: bool) -> Token {
        let append = self.byte(0) == b'>';
        if append {
            self.pos += 1;
        } else if self.byte(0) == b'&' && (self.byte(1) == b'1' || (explicit && self.byte(1) == b'2')) {
            let to = self.byte(1) - b'0';
            self.pos += 2;
            return self.token_with(TokenKind::Redirection, TokenValue::MergeRedirection { from, to });
        }
        if explicit && self.expression_mode() {
            // In an expression the digit is a number: `1>2` compares nothing, it redirects the value 1.
            self.pos = self.token_start + 1;
            let number = self.shared.ast.add_const(crate::ast::Const::I32(i32::from(from)));
            return self.token_with(TokenKind::Number, TokenValue::Number(number));
        }
        self.token_with(TokenKind::Redirection, TokenValue::FileRedirection { from, append })
    }

    fn scan_dot(&mut self) -> Token {
        let c = self.peek_char();
        if c == '.' {
            self.pos += 1;
            if self.command_mode() && !ends_word(self.peek_char()) {
                return self.scan_generic();
            }
            return self.token(TokenKind::DotDot);
        }
        if c.is_ascii_digit() {
            return self.scan_number('.');
        }
        // `.$command`, `."command"` and `.'command'` dot-source, they are no commands that start with a dot.
        if self.command_mode() && !ends_word(c) && !matches!(c, '$' | '"' | '\'') {
            return self.scan_generic();
        }
        self.token(TokenKind::Dot)
    }

    fn scan_exclaim(&mut self) -> Token {
        let c = self.peek_char();
        if (self.command_mode() && !ends_word(c)) || (self.expression_mode() && is_identifier_start(c)) {
            return self.scan_generic();
        }
        if self.expression_mode() && (c.is_ascii_digit() || c == '.') {
            let is_number = self.number_text('!').is_some();
            self.pos = self.token_start + 1;
            if !is_number {
                return self.scan_generic();
            }
        }
        self.token(TokenKind::Exclaim)
    }

    fn scan_colon(&mut self) -> Token {
        if self.byte(0) == b':' {
            self.pos += 1;
            if self.command_mode() && !self.simple_name && !ends_word(self.peek_char()) {
                return self.scan_generic();
            }
            return self.token(TokenKind::ColonColon);
        }
        if self.command_mode() { self.scan_label() } else { self.token(TokenKind::Colon) }
    }

    /// A member access operator right here: no blanks may stand before it, block comments may.
    pub(crate) fn scan_member_operator(&mut self, brackets: bool) -> Option<Token> {
        while self.byte(0) == b'<' {
            if self.byte(1) != b'#' {
                return None;
            }
            self.token_start = self.pos;
            self.pos += 2;
            self.scan_block_comment();
        }
        self.token_start = self.pos;
        let blank_after = |parser: &Self, at: usize| {
            let c = parser.text.get(parser.pos + at..).and_then(|rest| rest.chars().next()).unwrap_or('\0');
            parser.command_mode() && (is_blank(c) || matches!(c, '\0' | '\r' | '\n'))
        };
        match (self.byte(0), self.byte(1)) {
            (b'.', b'.') => None,
            (b'.', _) if !blank_after(self, 1) => Some(self.take(1, TokenKind::Dot)),
            (b':', b':') if !blank_after(self, 2) => Some(self.take(2, TokenKind::ColonColon)),
            (b'[', _) if brackets => Some(self.take(1, TokenKind::LBracket)),
            (b'?', b'.') => Some(self.take(2, TokenKind::QuestionDot)),
            (b'?', b'[') if brackets => Some(self.take(2, TokenKind::QuestionLBracket)),
            _ => None,
        }
    }

    /// `(` or `{` right here.
    pub(crate) fn scan_invoke_open(&mut self) -> Option<Token> {
        self.token_start = self.pos;
        match self.byte(0) {
            b'(' => Some(self.take(1, TokenKind::LParen)),
            b'{' => Some(self.take(1, TokenKind::LCurly)),
            _ => None,
        }
    }

    /// `[` after blanks and comments, which starts an attribute or a type; nothing else is taken.
    pub(crate) fn scan_left_bracket(&mut self) -> Option<Token> {
        let start = self.restore_point();
        let mut back = false;
        loop {
            self.token_start = self.pos;
            match self.byte(0) {
                b'#' => {
                    back = true;
                    self.pos += 1;
                    self.scan_line_comment();
                }
                b'<' if self.byte(1) == b'#' => {
                    back = false;
                    self.pos += 2;
                    self.scan_block_comment();
                }
                b'[' => return Some(self.take(1, TokenKind::LBracket)),
                b'.' | b':' => {
                    // A member access operator must follow at once: let the blanks be seen again.
                    if back {
                        self.rescan_from(start);
                    }
                    return None;
                }
                _ if is_blank(self.peek_char()) => {
                    back = true;
                    self.skip_blanks();
                }
                _ => return None,
            }
        }
    }
}
