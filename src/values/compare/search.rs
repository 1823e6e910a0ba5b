//! `IndexOf`, `StartsWith` and their kin under a culture.

use super::collation::{CompareOptions, compare};
use super::ordinal;
use crate::culture::Culture;
use std::cmp::Ordering;

fn ordinary(s: &str) -> bool {
    s.bytes().all(|b| (0x20..0x7f).contains(&b) || matches!(b, b'\t' | b'\n' | b'\r'))
}

fn equal(a: &str, b: &str, culture: &Culture, o: CompareOptions) -> bool {
    compare(a, b, culture, o) == Ordering::Equal
}

/// Whether ordinal search gives the culture's answer; then, whether it ignores case.
fn as_ordinal(text: &str, needle: &str, culture: &Culture, o: CompareOptions) -> Option<bool> {
    if o.has(CompareOptions::ORDINAL) {
        return Some(false);
    }
    if o.has(CompareOptions::ORDINAL_IGNORE_CASE) {
        return Some(true);
    }
    let simple = o.0 & !CompareOptions::IGNORE_CASE.0 & 0xff == 0;
    (simple
        && ordinary(text)
        && ordinary(needle)
        && !matches!(culture.language(), "hu" | "cs" | "sk" | "hr" | "cy" | "tr" | "az"))
    .then(|| o.has(CompareOptions::IGNORE_CASE))
}

/// Ends of the parts of `text` from `start` that could equal `needle`, shortest first.
fn ends(text: &str, start: usize, needle: &str) -> Vec<usize> {
    // A match may be longer or shorter than the needle by composition and ignorable characters, within reason.
    let most = needle.chars().count() * 3 + 8;
    let mut v: Vec<usize> = text[start..].char_indices().skip(1).map(|(i, _)| start + i).take(most).collect();
    if v.len() < most {
        v.push(text.len());
    }
    v
}

/// Byte range of the first part equal to `needle` at or after byte `from`.
fn find_range(text: &str, needle: &str, from: usize, culture: &Culture, o: CompareOptions) -> Option<(usize, usize)> {
    if equal(needle, "", culture, o) {
        return Some((from, from));
    }
    let starts: Vec<usize> = text[from..].char_indices().map(|(i, _)| from + i).collect();
    starts.iter().find_map(|s| range_at(text, needle, *s, culture, o))
}

fn range_at(text: &str, needle: &str, start: usize, culture: &Culture, o: CompareOptions) -> Option<(usize, usize)> {
    ends(text, start, needle)
        .into_iter()
        .find(|e| equal(&text[start..*e], needle, culture, o) && !splits_mark(text, *e))
        .map(|e| (start, e))
}

/// Whether a combining mark follows at the byte, so that a match must not end there.
fn splits_mark(text: &str, at: usize) -> bool {
    text[at..].chars().next().is_some_and(|c| matches!(c, '\u{300}'..='\u{36f}' | '\u{1160}'..='\u{11ff}' | '\u{3099}' | '\u{309a}' | '\u{ff9e}' | '\u{ff9f}'))
}

/// `CompareInfo.IndexOf` as byte offset and length of what matched.
pub fn find(text: &str, needle: &str, culture: &Culture, o: CompareOptions) -> Option<(usize, usize)> {
    if let Some(ignore) = as_ordinal(text, needle, culture, o) {
        return ordinal::find(text, needle, ignore).map(|i| (i, matched(text, needle, i)));
    }
    find_range(text, needle, 0, culture, o).map(|(a, b)| (a, b - a))
}

/// `CompareInfo.LastIndexOf`.
pub fn rfind(text: &str, needle: &str, culture: &Culture, o: CompareOptions) -> Option<(usize, usize)> {
    if let Some(ignore) = as_ordinal(text, needle, culture, o) {
        return ordinal::rfind(text, needle, ignore).map(|i| (i, matched(text, needle, i)));
    }
    if equal(needle, "", culture, o) {
        return Some((text.len(), 0));
    }
    text.char_indices().rev().find_map(|(s, _)| range_at(text, needle, s, culture, o)).map(|(a, b)| (a, b - a))
}

fn matched(text: &str, needle: &str, at: usize) -> usize {
    text[at..].chars().take(needle.chars().count()).map(char::len_utf8).sum()
}

/// `CompareInfo.IsPrefix`: the length in bytes of what matched.
pub fn starts_with(text: &str, needle: &str, culture: &Culture, o: CompareOptions) -> Option<usize> {
    if let Some(ignore) = as_ordinal(text, needle, culture, o) {
        let n = matched(text, needle, 0);
        let head = &text[..n];
        let same = if ignore { ordinal::equal_ignore_case(head, needle) } else { head == needle };
        return same.then_some(n);
    }
    if equal(needle, "", culture, o) {
        return Some(0);
    }
    range_at(text, needle, 0, culture, o).map(|(_, e)| e)
}

/// `CompareInfo.IsSuffix`: the length in bytes of what matched.
pub fn ends_with(text: &str, needle: &str, culture: &Culture, o: CompareOptions) -> Option<usize> {
    if let Some(ignore) = as_ordinal(text, needle, culture, o) {
        let n: usize = text.chars().rev().take(needle.chars().count()).map(char::len_utf8).sum();
        let tail = &text[text.len() - n..];
        let same = if ignore { ordinal::equal_ignore_case(tail, needle) } else { tail == needle };
        return same.then_some(n);
    }
    if equal(needle, "", culture, o) {
        return Some(0);
    }
    let most = needle.chars().count() * 3 + 8;
    text.char_indices()
        .rev()
        .take(most)
        .map(|(i, _)| i)
        .find(|i| equal(&text[*i..], needle, culture, o) && !splits_mark(text, *i))
        .map(|i| text.len() - i)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searches() {
        let en = Culture::get("en-US").unwrap();
        let (none, case) = (CompareOptions::NONE, CompareOptions::IGNORE_CASE);
        assert_eq!(find("abc", "\u{200d}", &en, none), Some((0, 0)));
        assert_eq!(find("한글", "글", &en, none), Some((3, 3)));
        assert_eq!(find("one TWO", "two", &en, case), Some((4, 3)));
        assert_eq!(find("abc", "x", &en, none), None);
        assert_eq!(rfind("abcabc", "b", &en, none), Some((4, 1)));
        assert_eq!(rfind("abc", "", &en, none), Some((3, 0)));
        assert_eq!(starts_with("한글", "\u{1112}\u{1161}\u{11ab}", &en, none), Some(3));
        assert_eq!(starts_with("e\u{301}x", "e", &en, none), None);
        assert_eq!(ends_with("caf\u{e9}", "e\u{301}", &en, none), Some(2));
        assert_eq!(starts_with("Hello", "hE", &en, case), Some(2));
    }
}
