//! Comparison by code units.

use super::casing::upper;
use std::cmp::Ordering;

/// `String.CompareOrdinal` as an order; UTF-16 order, which differs from UTF-8's beyond the basic plane.
pub fn compare(a: &str, b: &str) -> Ordering {
    if a.is_ascii() || b.is_ascii() {
        return a.as_bytes().cmp(b.as_bytes());
    }
    a.encode_utf16().cmp(b.encode_utf16())
}

/// The number that `String.CompareOrdinal` returns: the difference of the first units that differ, or of the lengths.
pub fn difference(a: &str, b: &str) -> i32 {
    let (mut x, mut y) = (a.encode_utf16(), b.encode_utf16());
    loop {
        match (x.next(), y.next()) {
            (Some(p), Some(q)) if p != q => return i32::from(p) - i32::from(q),
            (Some(_), Some(_)) => {}
            (None, None) => return 0,
            (Some(_), None) => return 1 + x.count() as i32,
            (None, Some(_)) => return -(1 + y.count() as i32),
        }
    }
}

/// `StringComparison.OrdinalIgnoreCase`.
pub fn compare_ignore_case(a: &str, b: &str) -> Ordering {
    if a.is_ascii() && b.is_ascii() {
        return a.bytes().map(|c| c.to_ascii_uppercase()).cmp(b.bytes().map(|c| c.to_ascii_uppercase()));
    }
    let mut u = [0u16; 2];
    let mut v = [0u16; 2];
    for (x, y) in a.chars().map(upper).zip(b.chars().map(upper)) {
        if x != y {
            return x.encode_utf16(&mut u).as_ref().cmp(y.encode_utf16(&mut v).as_ref());
        }
    }
    a.chars().count().cmp(&b.chars().count())
}

/// Equality under `OrdinalIgnoreCase`.
pub fn equal_ignore_case(a: &str, b: &str) -> bool {
    if a.is_ascii() && b.is_ascii() {
        return a.eq_ignore_ascii_case(b);
    }
    compare_ignore_case(a, b) == Ordering::Equal
}

/// A key that is the same for texts equal under `OrdinalIgnoreCase` (for hash tables).
pub fn fold(s: &str) -> String {
    super::casing::to_upper_invariant(s)
}

/// Byte offset of `needle` in `text`, ignoring case if asked.
pub fn find(text: &str, needle: &str, ignore_case: bool) -> Option<usize> {
    if !ignore_case {
        return text.find(needle);
    }
    if needle.is_empty() {
        return Some(0);
    }
    let n: Vec<char> = needle.chars().map(upper).collect();
    text.char_indices().map(|(i, _)| i).find(|i| {
        let mut it = text[*i..].chars().map(upper);
        n.iter().all(|c| it.next() == Some(*c))
    })
}

/// The last byte offset of `needle` in `text`.
pub fn rfind(text: &str, needle: &str, ignore_case: bool) -> Option<usize> {
    if !ignore_case {
        return text.rfind(needle);
    }
    if needle.is_empty() {
        return Some(text.len());
    }
    let n: Vec<char> = needle.chars().map(upper).collect();
    text.char_indices().map(|(i, _)| i).rev().find(|i| {
        let mut it = text[*i..].chars().map(upper);
        n.iter().all(|c| it.next() == Some(*c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order() {
        assert_eq!(compare_ignore_case("abc", "ABD"), Ordering::Less);
        assert_eq!(compare_ignore_case("a b", "ab"), Ordering::Less);
        assert!(equal_ignore_case("É가", "é가") && !equal_ignore_case("é", "e"));
        assert_eq!(difference("a", "A"), 32);
        assert_eq!(difference("abc", "a"), 2);
        assert_eq!(compare("\u{ffff}", "\u{10000}"), Ordering::Greater);
        assert_eq!(find("aXé", "xÉ", true), Some(1));
        assert_eq!(rfind("aAa", "A", true), Some(2));
    }
}
