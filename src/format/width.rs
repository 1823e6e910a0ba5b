//! Text on a screen of cells: display width, escape sequences, cutting, splitting into lines.
//!
//! A character beyond the basic plane counts as two cells (its two UTF-16 units count one each), East Asian wide ones as two.

use std::borrow::Cow;

use values::decoration::{Piece, pieces};
pub use values::decoration::{RESET, is_decorated, strip};

/// What stands for text that was cut.
pub const ELLIPSIS: &str = "\u{2026}";

/// Cells that a character takes.
pub fn char_cells(c: char) -> usize {
    let code = c as u32;
    if code < 0x1100 {
        return 1;
    }
    if code > 0xFFFF {
        return if values::string::as_lone_surrogate(c).is_some() { 1 } else { 2 };
    }
    let is_wide = code <= 0x115f
        || code == 0x2329
        || code == 0x232a
        || ((0x2e80..=0xa4cf).contains(&code) && code != 0x303f)
        || (0xac00..=0xd7a3).contains(&code)
        || (0xf900..=0xfaff).contains(&code)
        || (0xfe10..=0xfe19).contains(&code)
        || (0xfe30..=0xfe6f).contains(&code)
        || (0xff00..=0xff60).contains(&code)
        || (0xffe0..=0xffe6).contains(&code);
    if is_wide { 2 } else { 1 }
}

/// Cells that a text takes, escape sequences not counted.
pub fn cells(text: &str) -> usize {
    if text.is_ascii() && !is_decorated(text) {
        return text.len();
    }
    strip(text).chars().map(char_cells).sum()
}

/// Characters as the layout counts them: one beyond the basic plane is two, between which a text may be cut.
fn halves(c: char) -> impl Iterator<Item = char> {
    let mut units = [0u16; 2];
    let is_pair = c as u32 > 0xFFFF && values::string::as_lone_surrogate(c).is_none();
    if is_pair {
        c.encode_utf16(&mut units);
    }
    let first = if is_pair { values::string::lone_surrogate(units[0]) } else { c };
    std::iter::once(first).chain(is_pair.then(|| values::string::lone_surrogate(units[1])))
}

/// How many characters from the head fit into so many cells.
pub fn fit_head(text: &str, width: usize) -> usize {
    fit(strip(text).chars().flat_map(halves), width)
}

/// The position from which the tail fits into so many cells.
pub fn fit_tail(text: &str, width: usize) -> usize {
    let plain: Vec<char> = strip(text).chars().flat_map(halves).collect();
    plain.len() - fit(plain.iter().rev().copied(), width)
}

fn fit(chars: impl Iterator<Item = char>, width: usize) -> usize {
    let (mut filled, mut count) = (0, 0);
    for c in chars {
        let next = char_cells(c);
        if filled + next > width {
            break;
        }
        filled += next;
        count += 1;
    }
    count
}

/// A part of a text by its visible characters; escape sequences before and inside are kept and closed by a reset.
pub fn substring(text: &str, start: usize, length: Option<usize>, prepend: &str, append: &str) -> String {
    whole(cut(text, start, length, prepend, append))
}

/// Halves that stayed together are one character again.
fn whole(text: String) -> String {
    if !values::string::has_lone_surrogates(&text) {
        return text;
    }
    let units: Vec<u16> = values::string::utf16(&text).collect();
    values::Str::from_utf16(&units).to_string()
}

fn cut(text: &str, start: usize, length: Option<usize>, prepend: &str, append: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    if !is_decorated(text) {
        out.push_str(prepend);
        out.extend(text.chars().flat_map(halves).skip(start).take(length.unwrap_or(usize::MAX)));
        out.push_str(append);
        return out;
    }
    let (mut has_escape, mut is_first, mut skipped, mut copied, mut is_done) = (false, true, 0, 0, length == Some(0));
    pieces(text, |piece| {
        if is_done {
            return;
        }
        match piece {
            Piece::Escape(sequence) => {
                has_escape = true;
                out.push_str(sequence);
            }
            Piece::Char(whole) => {
                for c in halves(whole) {
                    if skipped < start {
                        skipped += 1;
                        continue;
                    }
                    if is_done {
                        break;
                    }
                    if is_first {
                        out.push_str(prepend);
                        is_first = false;
                    }
                    out.push(c);
                    copied += 1;
                    is_done = Some(copied) == length;
                }
            }
        }
    });
    match has_escape {
        true if out.ends_with(RESET) => out.insert_str(out.len() - RESET.len(), append),
        true => {
            out.push_str(append);
            out.push_str(RESET);
        }
        false => out.push_str(append),
    }
    out
}

/// The lines of a text; carriage returns are dropped, decoration is closed at the end of a line and opened again on the next.
pub fn split_lines(text: &str) -> Vec<String> {
    if !text.contains('\n') {
        return vec![text.replace('\r', "")];
    }
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut open = String::new();
    pieces(text, |piece| match piece {
        Piece::Escape(sequence) => {
            line.push_str(sequence);
            if sequence == RESET {
                open.clear();
            } else {
                open.push_str(sequence);
            }
        }
        Piece::Char('\n') => {
            if !open.is_empty() && !line.ends_with(RESET) {
                line.push_str(RESET);
            }
            lines.push(std::mem::replace(&mut line, open.clone()));
        }
        Piece::Char('\r') => {}
        Piece::Char(c) => line.push(c),
    });
    if !open.is_empty() {
        if line.len() == open.len() {
            line.clear();
        } else if !line.ends_with(RESET) {
            line.push_str(RESET);
        }
    }
    lines.push(line);
    lines
}

/// A text up to its first line break, with an ellipsis where there was one.
pub fn first_line(text: &str) -> Cow<'_, str> {
    match text.find(['\n', '\r']) {
        None => Cow::Borrowed(text),
        Some(at) => Cow::Owned(format!("{}{ELLIPSIS}", &text[..at])),
    }
}

/// Whether text of a culture is broken between words; other cultures break anywhere.
pub fn breaks_at_words(culture: &str) -> bool {
    let language = culture.split('-').next().unwrap_or_default();
    ["en", "fr", "de", "it", "pt", "es"].iter().any(|l| language.eq_ignore_ascii_case(l))
}

/// A text as lines of at most so many cells, the first and the following ones.
pub fn generate_lines(text: &str, first: usize, following: usize, at_words: bool) -> Vec<String> {
    let mut out = Vec::new();
    for line in split_lines(text) {
        if cells(&line) <= first {
            out.push(line);
        } else if at_words {
            wrap_words(&line, first, following, &mut out);
        } else {
            wrap_anywhere(&line, first, following, &mut out);
        }
    }
    out
}

fn wrap_anywhere(line: &str, first: usize, following: usize, out: &mut Vec<String>) {
    let plain: Vec<char> = strip(line).chars().flat_map(halves).collect();
    let (mut offset, mut width) = (0, first);
    while offset < plain.len() {
        let rest: usize = plain[offset..].iter().map(|c| char_cells(*c)).sum();
        if rest <= width {
            out.push(substring(line, offset, None, "", ""));
            return;
        }
        let count = fit(plain[offset..].iter().copied(), width);
        if count == 0 {
            out.push("?".to_string());
            offset += 1;
        } else {
            out.push(substring(line, offset, Some(count), "", ""));
            offset += count;
        }
        width = following;
    }
}

struct Word {
    text: String,
    delimiter: Option<char>,
    has_reset_added: bool,
}

const SOFT_HYPHEN: char = '\u{AD}';

fn words(line: &str) -> Vec<Word> {
    let mut out = Vec::new();
    let mut word = String::new();
    let mut open = String::new();
    pieces(line, |piece| match piece {
        Piece::Escape(sequence) => {
            word.push_str(sequence);
            if sequence == RESET {
                open.clear();
            } else {
                open.push_str(sequence);
            }
        }
        Piece::Char(c @ (' ' | '\t' | SOFT_HYPHEN | '\u{2011}' | '\u{A0}')) => {
            let has_reset_added = !open.is_empty() && !word.ends_with(RESET);
            if has_reset_added {
                word.push_str(RESET);
            }
            let delimiter = (c == ' ' || c == '\t' || c == SOFT_HYPHEN).then_some(c);
            out.push(Word { text: std::mem::replace(&mut word, open.clone()), delimiter, has_reset_added });
        }
        Piece::Char(c) => word.push(c),
    });
    if !open.is_empty() {
        if word.len() == open.len() {
            word.clear();
        } else if !word.ends_with(RESET) {
            word.push_str(RESET);
        }
    }
    out.push(Word { text: word, delimiter: None, has_reset_added: false });
    out
}

fn wrap_words(line: &str, first: usize, following: usize, out: &mut Vec<String>) {
    let (mut left, mut width, mut is_first) = (first, first, true);
    let mut current = String::new();
    for word in words(line) {
        let mut text = word.text;
        let suffix = match word.delimiter {
            Some(SOFT_HYPHEN) => (cells(&text) + 1 == left).then_some('-'),
            other => other,
        };
        if let Some(suffix) = suffix {
            let at = if word.has_reset_added { text.len() - RESET.len() } else { text.len() };
            text.insert(at, suffix);
        }
        let word_width = cells(&text);
        if width == 0 {
            if is_first {
                is_first = false;
                width = following;
            }
            if width == 0 {
                break;
            }
            left = width;
        }
        let next_line = |width: &mut usize, is_first: &mut bool| {
            if std::mem::take(is_first) {
                *width = following;
            }
            *width
        };
        if word_width > width {
            let mut open = String::new();
            pieces(&text, |piece| match piece {
                Piece::Escape(sequence) => {
                    current.push_str(sequence);
                    open.push_str(sequence);
                }
                Piece::Char(c) => {
                    for c in halves(c) {
                        let (c, size) = if char_cells(c) > width { ('?', 1) } else { (c, char_cells(c)) };
                        if size > left {
                            if !open.is_empty() && !current.ends_with(RESET) {
                                current.push_str(RESET);
                            }
                            out.push(whole(std::mem::replace(&mut current, open.clone())));
                            left = next_line(&mut width, &mut is_first);
                        }
                        current.push(c);
                        left -= size.min(left);
                    }
                }
            });
        } else {
            if word_width > left {
                out.push(whole(std::mem::take(&mut current)));
                left = next_line(&mut width, &mut is_first);
            }
            current.push_str(&text);
            left -= word_width.min(left);
        }
    }
    out.push(whole(current));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_and_cuts() {
        assert_eq!(cells("한글a"), 5);
        assert_eq!(cells("\x1b[31mred\x1b[0m"), 3);
        assert_eq!(cells("\x1b]8;;http://a\x1b\\t\x1b]8;;\x1b\\"), 1);
        assert_eq!(strip("\x1b[2Ja"), "\x1b[2Ja");
        assert_eq!(substring("\x1b[31mabcdef\x1b[0m", 0, Some(3), "", "…"), "\x1b[31mabc…\x1b[0m");
        assert_eq!(substring("abcdef", 4, None, "…", ""), "…ef");
        assert_eq!(fit_tail("abcdef", 2), 4);
    }

    #[test]
    fn wraps_by_words_or_anywhere() {
        let check = |text: &str, width: usize, at_words: bool, lines: &[&str]| {
            assert_eq!(generate_lines(text, width, width, at_words), lines, "{text}");
        };
        check("one two three", 8, true, &["one two ", "three"]);
        check("abcdefghij", 4, true, &["abcd", "efgh", "ij"]);
        check("one two three", 8, false, &["one two ", "three"]);
        check("a\nb", 4, true, &["a", "b"]);
        check("한글", 3, false, &["한", "글"]);
    }
}
