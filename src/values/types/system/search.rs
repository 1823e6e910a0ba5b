//! Searching and comparing text, as the string methods do with a StringComparison.

use std::cmp::Ordering;

use crate::error::Result;
use crate::string::Str;
use crate::value::Value;

/// How text is compared: by code unit or by the rules of a culture, with or without case.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    pub is_ordinal: bool,
    pub ignores_case: bool,
}

impl Rule {
    pub const CULTURE: Rule = Rule { is_ordinal: false, ignores_case: false };
    pub const ORDINAL: Rule = Rule { is_ordinal: true, ignores_case: false };

    /// A System.StringComparison value.
    pub fn of_comparison(n: i64) -> Rule {
        Rule { is_ordinal: n >= 4, ignores_case: n % 2 == 1 }
    }

    /// A System.Globalization.CompareOptions value.
    pub fn of_options(n: i64) -> Rule {
        Rule { is_ordinal: n & 0x5000_0000 != 0, ignores_case: n & 0x1000_0001 != 0 }
    }
}

/// Simple upper-case mapping, one character to one.
pub fn upper(ch: char) -> char {
    let mut mapped = ch.to_uppercase();
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ => ch,
    }
}

/// Simple lower-case mapping, one character to one.
pub fn lower(ch: char) -> char {
    let mut mapped = ch.to_lowercase();
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        // The dotted capital I has a mapping of two; .NET's invariant one leaves it.
        _ => ch,
    }
}

/// Whether a culture takes no notice of a character.
fn is_ignorable(ch: char) -> bool {
    matches!(ch, '\u{0}'..='\u{8}' | '\u{e}'..='\u{1f}' | '\u{7f}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// The form under which texts are equal to a rule.
fn folded(text: &str, rule: Rule) -> String {
    use unicode_normalization::UnicodeNormalization;
    match (rule.is_ordinal, rule.ignores_case) {
        (true, false) => text.to_string(),
        (true, true) => text.chars().map(upper).collect(),
        (false, _) if text.is_ascii() && !text.chars().any(is_ignorable) => {
            if rule.ignores_case {
                text.to_ascii_uppercase()
            } else {
                text.to_string()
            }
        }
        (false, ignores) => {
            let plain = text.nfd().filter(|c| !is_ignorable(*c));
            if ignores { plain.map(upper).collect() } else { plain.collect() }
        }
    }
}

/// Whether two texts are equal.
pub fn equal(a: &str, b: &str, rule: Rule) -> bool {
    match (rule.is_ordinal, rule.ignores_case) {
        (true, false) => a == b,
        (true, true) => crate::collection::equals_ignore_case(a, b),
        _ => a == b || folded(a, rule) == folded(b, rule),
    }
}

/// The order of two texts: -1, 0, 1 for cultures, the difference of the first unequal units for ordinal ones.
pub fn compare(a: &str, b: &str, rule: Rule) -> i32 {
    if !rule.is_ordinal {
        return culture_order(a, b, rule.ignores_case) as i32;
    }
    let (x, y);
    let (a, b) = if rule.ignores_case {
        (x, y) = (folded(a, rule), folded(b, rule));
        (x.as_str(), y.as_str())
    } else {
        (a, b)
    };
    let mut left = crate::string::utf16(a);
    let mut right = crate::string::utf16(b);
    loop {
        match (left.next(), right.next()) {
            (None, None) => return 0,
            (None, Some(_)) => return -(1 + right.count() as i32),
            (Some(_), None) => return 1 + left.count() as i32,
            (Some(p), Some(q)) if p != q => return i32::from(p) - i32::from(q),
            _ => {}
        }
    }
}

/// The order of two texts by the invariant culture.
pub fn culture_order(a: &str, b: &str, ignores_case: bool) -> Ordering {
    crate::compare::compare(a, b, crate::culture::Culture::invariant(), options(ignores_case))
}

fn options(ignores_case: bool) -> crate::compare::CompareOptions {
    crate::compare::CompareOptions(u32::from(ignores_case))
}

/// Whether `text` starts with `part`.
pub fn starts_with(text: &str, part: &str, rule: Rule) -> bool {
    folded(text, rule).starts_with(&folded(part, rule))
}

/// Whether `text` ends with `part`.
pub fn ends_with(text: &str, part: &str, rule: Rule) -> bool {
    folded(text, rule).ends_with(&folded(part, rule))
}

/// The unit position and length of the first or last occurrence of `part` in a stretch of units.
pub fn find(text: &Str, part: &str, start: usize, count: usize, rule: Rule, is_last: bool) -> Option<(usize, usize)> {
    let from = text.byte_of_unit(start);
    let to = text.byte_of_unit(start + count);
    let stretch = text.as_str().get(from..to)?;
    let found = if rule == Rule::ORDINAL {
        let hit = if is_last { stretch.rfind(part) } else { stretch.find(part) };
        hit.map(|at| (at, part.len()))
    } else {
        find_folded(stretch, part, rule, is_last)
    };
    let (at, length) = found?;
    let unit = text.unit_of_byte(from + at);
    let end = text.unit_of_byte(from + at + length);
    Some((unit, end - unit))
}

/// Byte position and length of an occurrence under a rule.
fn find_folded(text: &str, part: &str, rule: Rule, is_last: bool) -> Option<(usize, usize)> {
    let wanted: Vec<char> = folded(part, rule).chars().collect();
    if wanted.is_empty() {
        return Some((if is_last { text.len() } else { 0 }, 0));
    }
    let mut map: Vec<(char, usize, usize)> = Vec::with_capacity(text.len());
    for (at, ch) in text.char_indices() {
        for f in folded(ch.encode_utf8(&mut [0; 4]), rule).chars() {
            map.push((f, at, at + ch.len_utf8()));
        }
    }
    let hits = |i: usize| map[i..].iter().map(|m| m.0).take(wanted.len()).eq(wanted.iter().copied());
    let last = map.len().checked_sub(wanted.len())?;
    let found = if is_last { (0..=last).rev().find(|i| hits(*i)) } else { (0..=last).find(|i| hits(*i)) }?;
    let end = map[found + wanted.len() - 1].2;
    Some((map[found].1, end - map[found].1))
}

/// Replaces all occurrences.
pub fn replace(text: &Str, old: &str, new: &str, rule: Rule) -> Result<Str> {
    let mut pace = crate::stop::Pace::default();
    if rule == Rule::ORDINAL {
        let mut places = text.match_indices(old).peekable();
        if places.peek().is_none() {
            return Ok(text.clone());
        }
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for (at, _) in places {
            pace.step()?;
            out.push_str(&text[from..at]);
            out.push_str(new);
            from = at + old.len();
        }
        out.push_str(&text[from..]);
        return Ok(Str::from(out));
    }
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some((at, length)) = find_folded(rest, old, rule, false) {
        if length == 0 {
            break;
        }
        pace.step()?;
        out.push_str(&rest[..at]);
        out.push_str(new);
        rest = &rest[at + length..];
    }
    out.push_str(rest);
    Ok(Str::from(out))
}

/// The comparison that an argument names; culture rules where there is none.
pub fn rule_of(value: Option<Value>) -> Option<Rule> {
    value.and_then(|v| v.as_i64()).map(Rule::of_comparison)
}
