//! Strings, here-strings and words, with what is expanded in them.

use super::chars::{ends_word, is_double_quote, is_hex, is_plain_word_byte, is_single_quote, is_variable_start};
use super::{Mode, chars};
use crate::ast::{Text, Variable};
use crate::parser::Parser;
use crate::position::Span;
use crate::token::{Token, TokenFlags, TokenKind, TokenValue};

/// A piece of an expandable string as the lexer leaves it: subexpressions are parsed later, by the parser.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    /// Literal text.
    Text(Text),
    /// A variable.
    Variable(Variable, Span),
    /// A subexpression: its range in the scanned text, and the places in the source (with lengths) of characters that
    /// its text leaves out, since quotes are doubled in a string.
    Sub { start: usize, end: usize, text: Option<Box<str>>, skips: Vec<(usize, usize)> },
}

/// The value of a string while it is scanned. As long as nothing was escaped it is a piece of the source.
struct Builder {
    /// Where the content starts in the scanned text.
    start: usize,
    /// The value, once it differs from the source.
    value: Option<String>,
    /// Pieces with ranges of the value.
    pieces: Vec<BuilderPiece>,
    /// Where the literal piece that is open starts in the value.
    open: usize,
}

enum BuilderPiece {
    Text(usize, usize),
    Other(Piece),
}

impl Builder {
    fn new(start: usize) -> Builder {
        Builder { start, value: None, pieces: Vec::new(), open: 0 }
    }

    /// Length of the value when the scan stands at `at`.
    fn len(&self, at: usize) -> usize {
        self.value.as_ref().map_or(at - self.start, String::len)
    }

    /// From here on the value is text of its own; `upto` is where the source stops being it.
    fn own<'a>(&'a mut self, text: &str, upto: usize) -> &'a mut String {
        self.value.get_or_insert_with(|| text[self.start..upto].to_owned())
    }

    fn close_text(&mut self, at: usize) {
        let len = self.len(at);
        if len > self.open {
            self.pieces.push(BuilderPiece::Text(self.open, len));
        }
    }
}

impl Parser<'_> {
    /// Puts text that had escapes into the tree, with the lone surrogates noted while unescaping.
    pub(super) fn add_escaped(&mut self, value: &str) -> Text {
        let text = self.shared.ast.add_text(value);
        for (at, unit) in std::mem::take(&mut self.shared.surrogates) {
            self.shared.ast.add_surrogate(text, at, unit);
        }
        text
    }

    /// Appends what a backtick and `c`, which is taken, stand for.
    pub(super) fn unescape(&mut self, c: char, out: &mut String) {
        let unescaped = match c {
            '0' => '\0',
            'a' => '\u{7}',
            'b' => '\u{8}',
            'e' => '\u{1b}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            'u' => {
                if let Some(unit) = self.scan_unicode_escape() {
                    self.push_code_point(unit, out);
                } else {
                    // PowerShell's marker for a bad escape; the string is in error anyway.
                    out.push('\u{ffff}');
                }
                return;
            }
            other => other,
        };
        out.push(unescaped);
    }

    fn push_code_point(&mut self, code: u32, out: &mut String) {
        if let Some(c) = char::from_u32(code) {
            out.push(c);
            return;
        }
        // A surrogate: two escapes in a row may make one character.
        if (0xDC00..0xE000).contains(&code)
            && let Some((at, high)) = self.shared.surrogates.last().copied()
            && at as usize + 3 == out.len()
            && high < 0xDC00
        {
            self.shared.surrogates.pop();
            out.truncate(at as usize);
            let joined = 0x10000 + ((u32::from(high) - 0xD800) << 10) + (code - 0xDC00);
            out.extend(char::from_u32(joined));
            return;
        }
        self.shared.surrogates.push((out.len() as u32, code as u16));
        out.push('\u{fffd}');
    }

    /// On entry "`u" is taken.
    fn scan_unicode_escape(&mut self) -> Option<u32> {
        let start = self.pos - 2;
        if self.peek_char() != '{' {
            let span = self.span_of(start, self.pos);
            self.error(span, "InvalidUnicodeEscapeSequence", &[]);
            return None;
        }
        self.pos += 1;
        let digits = self.pos;
        loop {
            let count = self.pos - digits;
            let c = self.peek_char();
            if c == '}' {
                self.pos += 1;
                if count == 0 {
                    let span = self.span_of(start, self.pos);
                    self.error(span, "InvalidUnicodeEscapeSequence", &[]);
                    return None;
                }
                let value = u32::from_str_radix(&self.text[digits..digits + count], 16).ok()?;
                if value > 0x10_FFFF {
                    let span = self.span_of(digits, self.pos - 1);
                    self.error(span, "InvalidUnicodeEscapeSequenceValue", &[]);
                    return None;
                }
                return Some(value);
            }
            if !is_hex(c) {
                let id =
                    if count < 6 { "InvalidUnicodeEscapeSequence" } else { "MissingUnicodeEscapeSequenceTerminator" };
                self.error_on(self.pos, id);
                return None;
            }
            if count == 6 {
                self.error_on(self.pos, "TooManyDigitsInUnicodeEscapeSequence");
                return None;
            }
            self.pos += 1;
        }
    }

    /// On entry the opening quote is taken.
    pub(super) fn scan_string_literal(&mut self) -> Token {
        let mut builder = Builder::new(self.pos);
        let (end, closed) = self.scan_single_quoted(&mut builder, self.token_start);
        self.finish_string(TokenKind::StringLiteral, builder, end, closed)
    }

    /// Scans up to and with the closing quote; tells where the content ends.
    fn scan_single_quoted(&mut self, builder: &mut Builder, quote: usize) -> (usize, bool) {
        loop {
            while self.bytes.get(self.pos).is_some_and(|b| *b < 128 && *b != b'\'') {
                if let Some(value) = &mut builder.value {
                    value.push(self.bytes[self.pos] as char);
                }
                self.pos += 1;
            }
            if self.at_end() {
                let span = self.span_of(quote, self.pos);
                self.incomplete(span, "TerminatorExpectedAtEndOfString", &["'"]);
                return (self.pos, false);
            }
            let here = self.pos;
            let mut c = self.next_char();
            if is_single_quote(c) {
                if !is_single_quote(self.peek_char()) {
                    return (here, true);
                }
                // Two quotes in a row stand for the second.
                c = self.next_char();
                builder.own(self.text, here);
            }
            if let Some(value) = &mut builder.value {
                value.push(c);
            }
        }
    }

    /// On entry the opening quote is taken.
    pub(super) fn scan_string_expandable(&mut self) -> Token {
        let mut builder = Builder::new(self.pos);
        let (end, closed) = self.scan_double_quoted(&mut builder, self.token_start);
        self.finish_string(TokenKind::StringExpandable, builder, end, closed)
    }

    fn scan_double_quoted(&mut self, builder: &mut Builder, quote: usize) -> (usize, bool) {
        loop {
            let run = self.pos;
            while self.bytes.get(self.pos).is_some_and(|b| *b < 128 && !matches!(b, b'"' | b'$' | b'`')) {
                self.pos += 1;
            }
            if let Some(value) = &mut builder.value {
                value.push_str(&self.text[run..self.pos]);
            }
            if self.at_end() {
                let span = self.span_of(quote, self.pos);
                self.incomplete(span, "TerminatorExpectedAtEndOfString", &["\""]);
                return (self.pos, false);
            }
            let here = self.pos;
            let mut c = self.next_char();
            if is_double_quote(c) {
                if !is_double_quote(self.peek_char()) {
                    return (here, true);
                }
                c = self.next_char();
                builder.own(self.text, here);
            } else if c == '$' {
                if self.scan_dollar(builder, here, false) {
                    continue;
                }
            } else if c == '`' && !self.at_end() && self.byte(0) != 0 {
                let next = self.next_char();
                self.unescape_into(builder, here, next);
                continue;
            }
            if let Some(value) = &mut builder.value {
                value.push(c);
            }
        }
    }

    fn unescape_into(&mut self, builder: &mut Builder, backtick: usize, c: char) {
        let mut value = std::mem::take(builder.own(self.text, backtick));
        self.unescape(c, &mut value);
        builder.value = Some(value);
    }

    /// On entry `$` is taken. A variable or subexpression after it becomes a piece.
    fn scan_dollar(&mut self, builder: &mut Builder, dollar: usize, here_string: bool) -> bool {
        let c = self.peek_char();
        let piece = if c == '(' {
            self.pos += 1;
            self.scan_sub_expression(dollar, here_string)
        } else if is_variable_start(c) || c == '{' {
            let (token_start, mode) = (self.token_start, self.mode);
            let tokens = self.shared.tokens.take();
            let (first, last) = (self.shared.first_token, self.shared.last_token);
            self.token_start = dollar;
            self.mode = Mode::Expression;
            let token = self.scan_variable(false, true);
            self.shared.tokens = tokens;
            (self.shared.first_token, self.shared.last_token) = (first, last);
            self.token_start = token_start;
            self.mode = mode;
            match token.value {
                TokenValue::Variable(variable) => Piece::Variable(variable, token.span),
                _ => return false,
            }
        } else {
            return false;
        };
        builder.close_text(dollar);
        builder.pieces.push(BuilderPiece::Other(piece));
        if let Some(value) = &mut builder.value {
            value.push_str(&self.text[dollar..self.pos]);
        }
        builder.open = builder.len(self.pos);
        true
    }

    /// Finds the end of a subexpression by counting parentheses. On entry `$(` is taken.
    fn scan_sub_expression(&mut self, start: usize, here_string: bool) -> Piece {
        let mut open = 1;
        let mut text: Option<String> = None;
        let mut skips = Vec::new();
        while open > 0 {
            if self.at_end() {
                let span = self.span_of(start, self.pos);
                self.incomplete(span, "IncompleteDollarSubexpressionReference", &[]);
                break;
            }
            let here = self.pos;
            let mut c = self.next_char();
            match c {
                '(' => open += 1,
                ')' => open -= 1,
                _ if (c == '`' || is_double_quote(c)) && !here_string && is_double_quote(self.peek_char()) => {
                    text.get_or_insert_with(|| self.text[start..here].to_owned());
                    skips.push((self.source_offset(here), c.len_utf8()));
                    c = self.next_char();
                }
                _ => {}
            }
            if let Some(text) = &mut text {
                text.push(c);
            }
        }
        if text.is_none() {
            skips.clone_from(&self.skips);
        }
        Piece::Sub { start, end: self.pos, text: text.map(String::into_boxed_str), skips }
    }

    /// Blanks and a line end must follow the header of a here-string.
    fn scan_after_header(&mut self, header: usize, quote: char) -> bool {
        self.skip_blanks();
        let c = self.peek_char();
        if c == '\r' || c == '\n' {
            self.next_char();
            self.finish_new_line(c);
            return true;
        }
        if self.at_end() {
            let span = self.span_of(header, self.pos);
            let footer = if quote == '"' { "\"@" } else { "'@" };
            self.incomplete(span, "TerminatorExpectedAtEndOfString", &[footer]);
            return false;
        }
        self.error_on(self.pos, "UnexpectedCharactersAfterHereStringHeader");
        // Look for the footer on this line; without one go on after it.
        while !self.at_end() && !matches!(self.peek_char(), '\r' | '\n') {
            let c = self.next_char();
            if c == quote && self.peek_char() == '@' {
                self.pos += 1;
                break;
            }
        }
        false
    }

    /// At the start of a line: the footer? White space before it is an error if no better footer comes.
    fn scan_footer(&mut self, test: fn(char) -> bool, builder: &mut Builder, false_footer: &mut Option<usize>) -> bool {
        let start = self.pos;
        if test(self.peek_char()) {
            self.next_char();
            if self.byte(0) == b'@' {
                self.pos += 1;
                return true;
            }
            self.pos = start;
        }
        self.skip_blanks();
        if test(self.peek_char()) {
            let quote = self.pos;
            self.next_char();
            if self.byte(0) == b'@' {
                false_footer.get_or_insert(quote);
                self.pos += 1;
            } else {
                self.pos = quote;
            }
        }
        if let Some(value) = &mut builder.value {
            value.push_str(&self.text[start..self.pos]);
        }
        false
    }

    /// On entry `@'` is taken.
    pub(super) fn scan_here_string_literal(&mut self) -> Token {
        self.scan_here_string(TokenKind::HereStringLiteral, is_single_quote, '\'')
    }

    /// On entry `@"` is taken.
    pub(super) fn scan_here_string_expandable(&mut self) -> Token {
        self.scan_here_string(TokenKind::HereStringExpandable, is_double_quote, '"')
    }

    fn scan_here_string(&mut self, kind: TokenKind, test: fn(char) -> bool, quote: char) -> Token {
        let header = self.token_start;
        if !self.scan_after_header(header, quote) {
            let builder = Builder { value: Some(String::new()), ..Builder::new(self.pos) };
            return self.finish_string(kind, builder, self.pos, false);
        }
        let expandable = kind == TokenKind::HereStringExpandable;
        let mut builder = Builder::new(self.pos);
        let mut false_footer = None;
        let start = self.pos;
        if self.scan_footer(test, &mut builder, &mut false_footer) {
            return self.finish_string(kind, builder, start, true);
        }
        loop {
            let run = self.pos;
            while self
                .bytes
                .get(self.pos)
                .is_some_and(|b| !(matches!(b, b'\r' | b'\n') || (expandable && matches!(b, b'$' | b'`'))))
            {
                self.pos += 1;
            }
            if let Some(value) = &mut builder.value {
                value.push_str(&self.text[run..self.pos]);
            }
            if self.at_end() {
                let (at, id, args): (usize, _, &[&str]) = match false_footer {
                    Some(at) => (at, "WhitespaceBeforeHereStringFooter", &[]),
                    None if expandable => (header, "TerminatorExpectedAtEndOfString", &["\"@"]),
                    None => (header, "TerminatorExpectedAtEndOfString", &["'@"]),
                };
                let span = self.span_of(at, self.pos);
                self.incomplete(span, id, args);
                return self.finish_string(kind, builder, self.pos, false);
            }
            let here = self.pos;
            match self.next_char() {
                c @ ('\r' | '\n') => {
                    let before = builder.value.as_ref().map(String::len);
                    self.finish_new_line(c);
                    if let Some(value) = &mut builder.value {
                        value.push_str(&self.text[here..self.pos]);
                    }
                    if self.scan_footer(test, &mut builder, &mut false_footer) {
                        // The line end before the footer is not part of the string.
                        if let (Some(value), Some(before)) = (&mut builder.value, before) {
                            value.truncate(before);
                        }
                        return self.finish_string(kind, builder, here, true);
                    }
                }
                '$' => {
                    if !self.scan_dollar(&mut builder, here, true)
                        && let Some(value) = &mut builder.value
                    {
                        value.push('$');
                    }
                }
                _ => {
                    if self.at_end() || self.byte(0) == 0 {
                        if let Some(value) = &mut builder.value {
                            value.push('`');
                        }
                    } else {
                        let next = self.next_char();
                        self.unescape_into(&mut builder, here, next);
                    }
                }
            }
        }
    }

    /// A word: a command's name or an argument that is not written in quotes as a whole. The word is scanned from the
    /// start of the token.
    pub(crate) fn scan_generic(&mut self) -> Token {
        self.pos = self.token_start;
        let mut builder = Builder::new(self.pos);
        let mut first = true;
        loop {
            let run = self.pos;
            while self.bytes.get(self.pos).is_some_and(|b| is_plain_word_byte(*b)) {
                self.pos += 1;
            }
            if let Some(value) = &mut builder.value {
                value.push_str(&self.text[run..self.pos]);
            }
            let here = self.pos;
            if self.at_end() {
                break;
            }
            let c = self.peek_char();
            // What the caller saw as the start of a word belongs to it, whatever it is.
            if ends_word(c) && !(first && here == self.token_start) {
                break;
            }
            first = false;
            self.next_char();
            if c == '`' {
                if !self.at_end() && self.byte(0) != 0 {
                    let next = self.next_char();
                    self.unescape_into(&mut builder, here, next);
                    continue;
                }
            } else if is_single_quote(c) {
                builder.own(self.text, here);
                self.scan_single_quoted(&mut builder, here);
                continue;
            } else if is_double_quote(c) {
                builder.own(self.text, here);
                self.scan_double_quoted(&mut builder, here);
                continue;
            } else if c == '$' && self.scan_dollar(&mut builder, here, false) {
                continue;
            }
            if let Some(value) = &mut builder.value {
                value.push(c);
            }
        }
        let end = self.pos;
        self.finish_string(TokenKind::Generic, builder, end, true)
    }

    fn finish_string(&mut self, kind: TokenKind, mut builder: Builder, end: usize, good: bool) -> Token {
        let mut nested = (0, 0);
        let expandable = builder.pieces.iter().any(|piece| matches!(piece, BuilderPiece::Other(_)));
        if expandable {
            builder.close_text(end);
        }
        let (value, own) = match &builder.value {
            Some(value) => (self.add_escaped(value), true),
            None => (self.text_of(builder.start, end), false),
        };
        debug_assert!(own || self.shared.surrogates.is_empty());
        if expandable {
            let first = self.shared.pieces.len();
            for piece in builder.pieces {
                let piece = match piece {
                    BuilderPiece::Text(from, to) => Piece::Text(value.part(from, to)),
                    BuilderPiece::Other(piece) => piece,
                };
                self.shared.pieces.push(piece);
            }
            nested = (first as u32, self.shared.pieces.len() as u32);
        }
        let mut flags = kind.flags();
        if !good {
            flags = flags.with(TokenFlags::TOKEN_IN_ERROR);
        }
        let token = Token { kind, flags, span: self.current_span(), value: TokenValue::Text(value), nested };
        self.save_token(token)
    }

    /// The rest of a line after `--%`, up to a pipe or `&&` outside of quotes.
    pub(crate) fn scan_verbatim(&mut self) -> Token {
        self.skip_blanks();
        self.token_start = self.pos;
        let mut quoted = false;
        while !self.at_end() {
            let c = self.peek_char();
            let ends = c == '|' || (c == '&' && self.byte(1) == b'&');
            if matches!(c, '\r' | '\n') || (!quoted && ends) {
                break;
            }
            if chars::is_double_quote(c) {
                quoted = !quoted;
            }
            self.next_char();
        }
        let value = self.text_of(self.token_start, self.pos);
        self.token_with(TokenKind::Generic, TokenValue::Text(value))
    }
}
