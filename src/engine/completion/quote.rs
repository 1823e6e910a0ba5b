//! Quotes around words and results.

use language::{Options, Source, TokenFlags, TokenKind};

/// Takes the quotes of a word off and tells which they were.
pub fn take(word: &mut String) -> &'static str {
    let (quote, mark): (&'static str, fn(char) -> bool) = match word.chars().next() {
        Some(c) if is_single(c) => ("'", is_single),
        Some(c) if is_double(c) => ("\"", is_double),
        _ => return "",
    };
    let count = word.chars().count();
    let ends = count > 1 && word.chars().next_back().is_some_and(mark);
    let inner: String = word.chars().skip(1).take(count - 1 - usize::from(ends)).collect();
    *word = inner;
    quote
}

/// A single quote of any form.
pub fn is_single(c: char) -> bool {
    matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}')
}

/// A double quote of any form.
pub fn is_double(c: char) -> bool {
    matches!(c, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}')
}

/// Doubles single quotes.
pub fn escape_single(text: &str) -> String {
    crate::syntax::escape_single(text)
}

/// Whether a text would not be one word of an argument; `escaped` also minds brackets.
pub fn is_needed(text: &str, escaped: bool) -> bool {
    let parsed =
        language::parse_with(std::sync::Arc::new(Source::new(text)), &Options { tokens: true, ..Options::default() });
    let tokens = &parsed.tokens.tokens;
    let needed = !(parsed.errors.is_empty() && tokens.len() == 2);
    let Some(first) = tokens.first() else { return true };
    let is_text = matches!(
        first.kind,
        TokenKind::Generic | TokenKind::StringLiteral | TokenKind::StringExpandable | TokenKind::HereStringLiteral
    );
    if (!needed && is_text) || (tokens.len() == 2 && first.has(TokenFlags::KEYWORD)) {
        let marks: &[char] = if escaped { &['$', '[', ']', '`'] } else { &['$', '`'] };
        return parsed.ast.source().slice(first.span).contains(marks);
    }
    needed
}

/// A value as an argument: quoted as the word was, or where it has to be.
pub fn value(text: &str, quote: &str) -> String {
    match quote {
        "" if is_needed(text, false) => format!("'{}'", escape_single(text)),
        "" => text.to_string(),
        "'" => format!("'{}'", escape_single(text)),
        other => format!("{other}{text}{other}"),
    }
}

/// Characters by which a member's name needs quotes.
pub fn member(name: &str) -> String {
    const MARKS: &[char] = &[
        '-', '`', '&', '@', '\'', '"', '#', '{', '}', '(', ')', '$', ',', ';', '|', '<', '>', ' ', '.', '\\', '/',
        '\t', '^', '+', '*', '%', '!', '=', '?', ':', '[', ']', '~',
    ];
    if name.contains(MARKS) { format!("'{}'", name.replace('\'', "''")) } else { name.to_string() }
}
