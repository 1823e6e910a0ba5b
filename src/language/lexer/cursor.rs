//! Reading characters, spans, errors, saved tokens and going back.

use super::Mode;
use super::chars::is_blank;
use crate::ast::Text;
use crate::error::{ErrorArg, ParseError};
use crate::parser::Parser;
use crate::position::Span;
use crate::token::{Token, TokenFlags, TokenKind, TokenValue};

impl Parser<'_> {
    pub(crate) fn at_end(&self) -> bool {
        self.pos >= self.bytes.len()
    }

    /// The byte `ahead` of here; 0 at the end.
    #[inline]
    pub(crate) fn byte(&self, ahead: usize) -> u8 {
        self.bytes.get(self.pos + ahead).copied().unwrap_or(0)
    }

    /// The character here; NUL at the end.
    #[inline]
    pub(crate) fn peek_char(&self) -> char {
        match self.bytes.get(self.pos) {
            None => '\0',
            Some(b) if *b < 128 => *b as char,
            Some(_) => self.text[self.pos..].chars().next().unwrap_or('\0'),
        }
    }

    /// The character here, and on to the next; NUL at the end.
    #[inline]
    pub(crate) fn next_char(&mut self) -> char {
        let c = self.peek_char();
        if !self.at_end() {
            self.pos += c.len_utf8();
        }
        c
    }

    pub(crate) fn command_mode(&self) -> bool {
        self.mode == Mode::Command
    }

    pub(crate) fn expression_mode(&self) -> bool {
        self.mode == Mode::Expression
    }

    /// The offset in the whole source of a place in the text that is being scanned.
    pub(crate) fn source_offset(&self, pos: usize) -> usize {
        let mut at = pos + self.adjust;
        for (skipped, len) in &self.skips {
            if *skipped < at {
                at += len;
            }
        }
        at
    }

    fn buffer_offset(&self, source: usize) -> usize {
        let before: usize = self.skips.iter().filter(|(at, _)| *at < source).map(|(_, len)| *len).sum();
        source.saturating_sub(self.adjust + before).min(self.bytes.len())
    }

    /// The span of a piece of the scanned text.
    #[inline]
    pub(crate) fn span_of(&self, start: usize, end: usize) -> Span {
        if self.skips.is_empty() {
            return Span::new(start + self.adjust, end + self.adjust);
        }
        Span::new(self.source_offset(start), self.source_offset(end))
    }

    /// The span of the token that is being scanned.
    #[inline]
    pub(crate) fn current_span(&self) -> Span {
        self.span_of(self.token_start, self.pos)
    }

    /// A piece of the scanned text as tree text.
    pub(crate) fn text_of(&mut self, start: usize, end: usize) -> Text {
        if self.skips.is_empty() && self.adjust == 0 {
            Text::source(Span::new(start, end))
        } else {
            let piece = &self.text[start..end];
            self.shared.ast.add_text(piece)
        }
    }

    /// Reports an error on the character at a place.
    pub(crate) fn error_on(&mut self, at: usize, id: &'static str) {
        let len = self.text.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
        let start = self.source_offset(at);
        self.error(Span::new(start, start + len), id, &[]);
    }

    /// Reports an error.
    pub(crate) fn error(&mut self, span: Span, id: &'static str, args: &[&str]) {
        self.save_error(span, id, args, false);
    }

    /// Reports an error that more input may mend, if nothing but white space and comments follows it on its line and
    /// the text ends there.
    pub(crate) fn incomplete(&mut self, span: Span, id: &'static str, args: &[&str]) -> bool {
        let incomplete = self.is_at_end_of_script(span);
        self.save_error(span, id, args, incomplete);
        incomplete
    }

    /// The same, where the error was noticed elsewhere.
    pub(crate) fn incomplete_at(&mut self, span: Span, noticed: Span, id: &'static str, args: &[&str]) -> bool {
        let incomplete = self.is_at_end_of_script(noticed);
        self.save_error(span, id, args, incomplete);
        incomplete
    }

    /// Reports an error whose arguments are messages.
    pub(crate) fn error_with(&mut self, span: Span, id: &'static str, args: Vec<ErrorArg>) {
        self.shared.errors.push(ParseError { id, args, span, incomplete: false });
    }

    fn save_error(&mut self, span: Span, id: &'static str, args: &[&str], incomplete: bool) {
        if self.shared.too_complex {
            return;
        }
        // The same error may be met again when a token is scanned a second time.
        if self.shared.errors.iter().any(|error| error.id == id && error.span == span) {
            return;
        }
        let args = args.iter().map(|arg| ErrorArg::from(*arg)).collect();
        self.shared.errors.push(ParseError { id, args, span, incomplete });
    }

    /// Lengths and offsets are compared as PowerShell does it, also in nested scans, where an offset in the whole source
    /// is compared with the length of the nested text.
    pub(crate) fn is_at_end_of_script(&self, span: Span) -> bool {
        let len = self.bytes.len() - self.base;
        let end = span.end() as usize;
        if end >= len {
            return true;
        }
        let mut at = end + self.base;
        while at < self.bytes.len() {
            match self.bytes[at] {
                b'#' => at = self.skip_line_comment(at + 1),
                b'<' if self.bytes.get(at + 1) == Some(&b'#') => at = self.skip_block_comment(at + 2),
                _ => {
                    let Some(c) = self.text.get(at..).and_then(|rest| rest.chars().next()) else {
                        return false;
                    };
                    if !is_blank(c) {
                        return false;
                    }
                    at += c.len_utf8();
                }
            }
        }
        true
    }

    pub(super) fn skip_line_comment(&self, mut at: usize) -> usize {
        while at < self.bytes.len() && !matches!(self.bytes[at], b'\r' | b'\n') {
            at += 1;
        }
        at
    }

    pub(super) fn skip_block_comment(&self, mut at: usize) -> usize {
        while at < self.bytes.len() {
            if self.bytes[at] == b'#' && self.bytes.get(at + 1) == Some(&b'>') {
                return at + 2;
            }
            at += 1;
        }
        at
    }

    /// True when, after a line end, the first thing that is neither blank nor comment is a `|` on a following line; blank
    /// lines end the search.
    pub(crate) fn is_pipe_continuation(&self, new_line: Span) -> bool {
        let mut at = self.buffer_offset(new_line.end() as usize);
        let mut line_empty = true;
        while at < self.bytes.len() {
            match self.bytes[at] {
                b'\n' | b'\r' => {
                    if line_empty {
                        return false;
                    }
                    line_empty = true;
                    at += if self.bytes[at] == b'\r' && self.bytes.get(at + 1) == Some(&b'\n') { 2 } else { 1 };
                }
                b'#' => {
                    line_empty = false;
                    at = self.skip_line_comment(at + 1);
                }
                b'<' if self.bytes.get(at + 1) == Some(&b'#') => {
                    line_empty = false;
                    at = self.skip_block_comment(at + 2);
                }
                b'|' => return true,
                _ => {
                    let c = self.text[at..].chars().next().unwrap_or('\0');
                    if !is_blank(c) {
                        return false;
                    }
                    at += c.len_utf8();
                }
            }
        }
        false
    }

    pub(crate) fn skip_blanks(&mut self) {
        loop {
            match self.bytes.get(self.pos) {
                Some(b' ' | b'\t' | 0x0b | 0x0c) => self.pos += 1,
                Some(b) if *b >= 128 && is_blank(self.peek_char()) => {
                    self.pos += self.peek_char().len_utf8();
                }
                _ => return,
            }
        }
    }

    /// Takes the line feed of a CR LF pair.
    pub(super) fn finish_new_line(&mut self, c: char) {
        if c == '\r' && self.byte(0) == b'\n' {
            self.pos += 1;
        }
    }

    /// Skips blanks, comments, line ends and, if asked, semicolons.
    pub(crate) fn scan_new_lines(&mut self, semicolons: bool) {
        loop {
            match self.bytes.get(self.pos) {
                Some(b' ' | b'\t') => self.pos += 1,
                Some(b'\n' | b'\r') => {
                    self.token_start = self.pos;
                    let c = self.next_char();
                    self.finish_new_line(c);
                    self.note(TokenKind::NewLine);
                }
                Some(b';') if semicolons => {
                    self.token_start = self.pos;
                    self.pos += 1;
                    self.note(TokenKind::Semi);
                }
                Some(b'#') => {
                    self.token_start = self.pos;
                    self.pos += 1;
                    self.scan_line_comment();
                }
                Some(b'<') if self.byte(1) == b'#' => {
                    self.token_start = self.pos;
                    self.pos += 2;
                    self.scan_block_comment();
                }
                Some(b'`') => match self.byte(1) {
                    b'\n' | b'\r' => {
                        self.token_start = self.pos;
                        self.pos += 1;
                        let c = self.next_char();
                        self.finish_new_line(c);
                        self.note(TokenKind::LineContinuation);
                    }
                    _ => {
                        let next = self.text[self.pos + 1..].chars().next();
                        if !next.is_some_and(char::is_whitespace) {
                            return;
                        }
                        self.pos += 1 + next.map_or(0, char::len_utf8);
                    }
                },
                Some(_) if is_blank(self.peek_char()) => self.skip_blanks(),
                _ => return,
            }
        }
    }

    /// Saves a token that the parser does not look at.
    fn note(&mut self, kind: TokenKind) {
        if self.shared.tokens.is_some() {
            self.token(kind);
        }
    }

    /// A token of the scanned text without a value.
    pub(crate) fn token(&mut self, kind: TokenKind) -> Token {
        self.token_with(kind, TokenValue::None)
    }

    pub(crate) fn token_with(&mut self, kind: TokenKind, value: TokenValue) -> Token {
        let token = Token { kind, flags: kind.flags(), span: self.current_span(), value, nested: (0, 0) };
        self.save_token(token)
    }

    pub(super) fn save_token(&mut self, token: Token) -> Token {
        if let Some(tokens) = &mut self.shared.tokens {
            tokens.push(Token { nested: (0, 0), ..token });
        }
        if !matches!(
            token.kind,
            TokenKind::NewLine | TokenKind::LineContinuation | TokenKind::Comment | TokenKind::EndOfInput
        ) && !self.nested
        {
            self.shared.first_token.get_or_insert(token.span);
            self.shared.last_token = Some(token.span);
        }
        token
    }

    /// Changes the flags of a saved token.
    pub(crate) fn flag_token(&mut self, token: &Token, add: TokenFlags, remove: TokenFlags) {
        let Some(tokens) = &mut self.shared.tokens else {
            return;
        };
        if let Some(saved) = tokens.iter_mut().rev().find(|saved| saved.span == token.span) {
            saved.flags = saved.flags.with(add).without(remove);
        }
    }

    /// Goes back to a place in the source and forgets the tokens after it.
    pub(crate) fn rescan_from(&mut self, source: usize) {
        self.pos = self.buffer_offset(source);
        if let Some(tokens) = &mut self.shared.tokens {
            if tokens.last().is_some_and(|token| token.kind == TokenKind::EndOfInput) {
                tokens.pop();
            }
            while tokens.last().is_some_and(|token| token.span.end() as usize > source) {
                tokens.pop();
            }
        }
        if self.shared.first_token.is_some_and(|first| source <= first.start as usize) && !self.nested {
            self.shared.first_token = None;
        }
        while self.shared.requires.last().is_some_and(|span| span.end() as usize > source) {
            self.shared.requires.pop();
        }
    }

    /// The place where scanning goes on, as a source offset.
    pub(crate) fn restore_point(&self) -> usize {
        self.source_offset(self.pos)
    }

    /// On entry the `#` is taken.
    pub(super) fn scan_line_comment(&mut self) {
        let start = self.pos;
        self.pos = self.skip_line_comment(self.pos);
        let comment = &self.bytes[start..self.pos];
        if comment.len() > 20 && !self.nested {
            let letters = comment.iter().filter(|b| !matches!(b, b' ' | b'\t')).map(u8::to_ascii_lowercase);
            if letters.eq(*b"sig#beginsignatureblock") {
                self.shared.signature = Some(self.token_start as u32);
            }
        }
        let requires = comment.len() >= 8 && comment[..8].eq_ignore_ascii_case(b"requires") && !self.nested;
        self.note(TokenKind::Comment);
        if requires {
            let span = self.current_span();
            self.shared.requires.push(span);
        }
    }

    /// On entry the `<#` is taken.
    pub(super) fn scan_block_comment(&mut self) {
        let start = self.pos - 2;
        let end = self.skip_block_comment(self.pos);
        let closed = end >= self.pos + 2 && self.bytes[end - 2..end] == *b"#>";
        self.pos = end.min(self.bytes.len());
        if !closed {
            let span = self.span_of(start, self.pos);
            self.incomplete(span, "MissingTerminatorMultiLineComment", &[]);
        }
        self.note(TokenKind::Comment);
    }
}
