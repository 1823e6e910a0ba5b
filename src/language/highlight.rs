//! Classes of tokens for colouring: the same tokens as the parser's, without gaps or overlaps that matter.

use std::sync::Arc;

use crate::parser::{Options, parse_with};
use crate::position::{Source, Span};
use crate::token::{Token, TokenFlags, TokenKind, TokenList};

/// What a piece of text is, as editors colour it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum TokenClass {
    Command,
    Parameter,
    Keyword,
    Operator,
    String,
    Number,
    Variable,
    Type,
    Member,
    Comment,
    /// Words, brackets, separators.
    Default,
}

/// A coloured piece of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Highlighted {
    /// Where.
    pub span: Span,
    /// What.
    pub class: TokenClass,
    /// An error was reported right here.
    pub error: bool,
}

/// Classes of a text that may be incomplete or wrong, in order.
pub fn highlight(text: &str) -> Vec<Highlighted> {
    let source = Arc::new(Source::new(text));
    let parsed = parse_with(source, &Options { tokens: true, ..Options::default() });
    let mut out = Vec::new();
    for token in &parsed.tokens.tokens {
        push(&parsed.tokens, token, &mut out);
    }
    for error in parsed.errors.iter().filter(|error| !error.incomplete) {
        for piece in &mut out {
            piece.error |=
                error.span.len > 0 && piece.span.start >= error.span.start && piece.span.end() <= error.span.end();
        }
    }
    out
}

/// The class of a token by itself.
pub fn classify(token: &Token) -> TokenClass {
    use TokenKind::*;
    match token.kind {
        Comment => TokenClass::Comment,
        Parameter => TokenClass::Parameter,
        Variable | SplattedVariable => TokenClass::Variable,
        StringLiteral | StringExpandable | HereStringLiteral | HereStringExpandable => TokenClass::String,
        Number => TokenClass::Number,
        _ if token.has(TokenFlags::COMMAND_NAME) => TokenClass::Command,
        _ if token.has(TokenFlags::KEYWORD) => TokenClass::Keyword,
        _ if token.has(TokenFlags::TYPE_NAME) => TokenClass::Type,
        _ if token.has(TokenFlags::MEMBER_NAME) => TokenClass::Member,
        Generic | Identifier | Label => TokenClass::Default,
        Comma | Dot | ColonColon | Ampersand | Pipe | Redirection | RedirectInStd | QuestionDot | AndAnd | OrOr => {
            TokenClass::Operator
        }
        _ if token.has(TokenFlags(
            TokenFlags::BINARY_OPERATOR.0 | TokenFlags::UNARY_OPERATOR.0 | TokenFlags::ASSIGNMENT_OPERATOR.0,
        )) =>
        {
            TokenClass::Operator
        }
        _ => TokenClass::Default,
    }
}

fn push(tokens: &TokenList, token: &Token, out: &mut Vec<Highlighted>) {
    if token.span.len == 0 || matches!(token.kind, TokenKind::NewLine | TokenKind::EndOfInput) {
        return;
    }
    let class = classify(token);
    let mut at = token.span.start;
    for inner in tokens.nested_of(token) {
        if inner.span.start < at || inner.span.end() > token.span.end() {
            continue;
        }
        add(out, at, inner.span.start, class);
        push(tokens, inner, out);
        at = inner.span.end();
    }
    add(out, at, token.span.end(), class);
}

fn add(out: &mut Vec<Highlighted>, start: u32, end: u32, class: TokenClass) {
    if end > start {
        out.push(Highlighted { span: Span { start, len: end - start }, class, error: false });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, TokenClass)]) {
        let found: Vec<(&str, TokenClass)> = highlight(text)
            .iter()
            .map(|piece| (&text[piece.span.start as usize..piece.span.end() as usize], piece.class))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn classes() {
        use TokenClass::*;
        check(
            "Get-Item -Path $x | foo 'a' # c",
            &[
                ("Get-Item", Command),
                ("-Path", Parameter),
                ("$x", Variable),
                ("|", Operator),
                ("foo", Command),
                ("'a'", String),
                ("# c", Comment),
            ],
        );
        check(
            "if ($a -eq 1) { \"x $b",
            &[
                ("if", Keyword),
                ("(", Default),
                ("$a", Variable),
                ("-eq", Operator),
                ("1", Number),
                (")", Default),
                ("{", Default),
                ("\"x ", String),
                ("$b", Variable),
            ],
        );
        check("[int]::Max", &[("[", Default), ("int", Type), ("]", Default), ("::", Operator), ("Max", Member)]);
    }

    /// A prompt's text is lexed and highlighted anew at each key: 0.2 ms for 4 KB is the aim of a release build.
    #[test]
    fn four_kilobytes_are_quick() {
        let line = "if ($a -eq 1) { Get-ChildItem -Path \"C:\\$b\" | Where-Object Length -gt 10kb } # c\n";
        let text = line.repeat(4096 / line.len() + 1);
        let runs = if cfg!(debug_assertions) { 2 } else { 200 };
        let began = std::time::Instant::now();
        let pieces: usize = (0..runs).map(|_| highlight(&text).len()).sum();
        let each = began.elapsed() / runs;
        assert!(pieces > 100, "{pieces} pieces");
        assert!(each < std::time::Duration::from_millis(500), "{each:?}");
    }
}
