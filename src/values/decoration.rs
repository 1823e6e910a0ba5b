//! Decoration of text: the escape sequences of terminals.

use std::borrow::Cow;

/// The sequence that ends all decoration.
pub const RESET: &str = "\x1b[0m";
const ESC: u8 = 0x1b;

/// Whether a text holds escape sequences.
pub fn is_decorated(text: &str) -> bool {
    text.as_bytes().contains(&ESC)
}

/// The length in bytes of the escape sequence that starts at a byte position: colours, private modes and hyperlinks.
pub fn escape_at(text: &str, at: usize) -> Option<usize> {
    let rest = &text.as_bytes()[at..];
    if rest.first() != Some(&ESC) {
        return None;
    }
    match rest.get(1)? {
        b'[' => {
            let mut i = 2;
            let is_private = rest.get(i) == Some(&b'?');
            if is_private {
                i += 1;
            }
            let mut digits = 0;
            loop {
                match rest.get(i)? {
                    b'0'..=b'9' => digits += 1,
                    b';' if digits > 0 && !is_private => digits = 0,
                    b'm' if digits > 0 && !is_private => return Some(i + 1),
                    b'h' | b'l' if digits > 0 && is_private => return Some(i + 1),
                    _ => return None,
                }
                i += 1;
            }
        }
        b']' if rest[2..].starts_with(b"8;;") => {
            let body = &text[at + 5..];
            let end = body.find("\x1b\\")?;
            (!body[..end].contains('\n')).then_some(5 + end + 2)
        }
        _ => None,
    }
}

/// The text without escape sequences.
pub fn strip(text: &str) -> Cow<'_, str> {
    if !is_decorated(text) {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    pieces(text, |piece| {
        if let Piece::Char(c) = piece {
            plain.push(c);
        }
    });
    Cow::Owned(plain)
}

/// A part of decorated text.
pub enum Piece<'a> {
    Escape(&'a str),
    Char(char),
}

/// Goes through the escape sequences and characters of a text.
pub fn pieces<'a>(text: &'a str, mut each: impl FnMut(Piece<'a>)) {
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if c == '\x1b'
            && let Some(len) = escape_at(text, at)
        {
            each(Piece::Escape(&text[at..at + len]));
            at += len;
            continue;
        }
        each(Piece::Char(c));
        at += c.len_utf8();
    }
}
