//! Wildcard patterns: `*`, `?`, `[a-z]`, with the backtick as escape.

use values::error::Exception;
use values::{ErrorCategory, Result, TypeRef, Value};

/// A compiled wildcard pattern (WildcardPattern).
#[derive(Clone, Debug)]
pub struct Wildcard {
    parts: Vec<Part>,
    is_case_sensitive: bool,
}

#[derive(Clone, Debug)]
enum Part {
    Any,
    One,
    Char(char),
    Set(Vec<(char, char)>),
}

impl Wildcard {
    /// A pattern that ignores case.
    pub fn new(pattern: &str) -> Wildcard {
        Wildcard::with_case(pattern, false)
    }

    /// A pattern with a choice of case.
    pub fn with_case(pattern: &str, is_case_sensitive: bool) -> Wildcard {
        let parts = parse(pattern, is_case_sensitive)
            .unwrap_or_else(|| pattern.chars().map(|c| Part::Char(fold(c, is_case_sensitive))).collect());
        Wildcard { parts, is_case_sensitive }
    }

    /// A pattern that ignores case, or the error of one that is malformed (`[` without end).
    pub fn checked(pattern: &str) -> Result<Wildcard> {
        match parse(pattern, false) {
            Some(parts) => Ok(Wildcard { parts, is_case_sensitive: false }),
            None => Exception::new(
                crate::class("System.Management.Automation.WildcardPatternException", TypeRef::RUNTIME_EXCEPTION),
                format!("The specified wildcard character pattern is not valid: {pattern}"),
            )
            .identity("RuntimeException", ErrorCategory::NotSpecified, Value::Null)
            .throw(),
        }
    }

    /// Whether a text fits the whole pattern.
    pub fn matches(&self, text: &str) -> bool {
        if let [Part::Any] = self.parts.as_slice() {
            return true;
        }
        let text: Vec<char> = text.chars().map(|c| fold(c, self.is_case_sensitive)).collect();
        let (mut at, mut part) = (0, 0);
        let mut retry: Option<(usize, usize)> = None;
        loop {
            match self.parts.get(part) {
                None if at == text.len() => return true,
                Some(Part::Any) => {
                    retry = Some((at, part));
                    part += 1;
                    continue;
                }
                Some(one) if at < text.len() && fits(one, text[at]) => {
                    at += 1;
                    part += 1;
                    continue;
                }
                _ => {}
            }
            match retry {
                Some((from, star)) if from < text.len() => {
                    retry = Some((from + 1, star));
                    at = from + 1;
                    part = star + 1;
                }
                _ => return false,
            }
        }
    }

    /// Whether any of several patterns fits.
    pub fn any(patterns: &[Wildcard], text: &str) -> bool {
        patterns.iter().any(|p| p.matches(text))
    }

    /// Whether a text has wildcard characters that are not escaped.
    pub fn is_pattern(text: &str) -> bool {
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            match c {
                '`' => {
                    chars.next();
                }
                '*' | '?' | '[' | ']' => return true,
                _ => {}
            }
        }
        false
    }

    /// The text with its wildcard characters escaped.
    pub fn escape(text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            if matches!(c, '*' | '?' | '[' | ']' | '`') {
                out.push('`');
            }
            out.push(c);
        }
        out
    }

    /// The text without escapes.
    pub fn unescape(text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            if c == '`' && chars.peek().is_some_and(|n| matches!(n, '*' | '?' | '[' | ']' | '`')) {
                out.extend(chars.next());
            } else {
                out.push(c);
            }
        }
        out
    }
}

fn fold(c: char, is_case_sensitive: bool) -> char {
    if is_case_sensitive {
        return c;
    }
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

fn fits(part: &Part, c: char) -> bool {
    match part {
        Part::Any | Part::One => true,
        Part::Char(p) => *p == c,
        Part::Set(ranges) => ranges.iter().any(|(a, b)| (*a..=*b).contains(&c)),
    }
}

fn parse(pattern: &str, is_case_sensitive: bool) -> Option<Vec<Part>> {
    let mut parts = Vec::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '`' => parts.push(Part::Char(fold(chars.next().unwrap_or('`'), is_case_sensitive))),
            '*' => {
                if !matches!(parts.last(), Some(Part::Any)) {
                    parts.push(Part::Any);
                }
            }
            '?' => parts.push(Part::One),
            '[' => parts.push(Part::Set(parse_set(&mut chars, is_case_sensitive)?)),
            other => parts.push(Part::Char(fold(other, is_case_sensitive))),
        }
    }
    Some(parts)
}

fn parse_set(chars: &mut std::str::Chars<'_>, is_case_sensitive: bool) -> Option<Vec<(char, char)>> {
    let mut ranges: Vec<(char, char)> = Vec::new();
    let mut is_range = false;
    let mut is_first = true;
    loop {
        let mut c = chars.next()?;
        let mut is_escaped = false;
        if c == '`' {
            c = chars.next()?;
            is_escaped = true;
        }
        if c == ']' && !is_escaped && !is_first {
            if is_range {
                ranges.push(('-', '-'));
            }
            return Some(ranges);
        }
        is_first = false;
        if c == '-' && !is_escaped && !ranges.is_empty() && !is_range {
            is_range = true;
            continue;
        }
        let c = fold(c, is_case_sensitive);
        if is_range {
            is_range = false;
            if let Some(last) = ranges.last_mut() {
                *last = (last.0.min(c), last.0.max(c));
            }
        } else {
            ranges.push((c, c));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_as_like_does() {
        let check = |p: &str, t: &str, fits: bool| assert_eq!(Wildcard::new(p).matches(t), fits, "{p} on {t}");
        check("*", "", true);
        check("a*c", "ABC", true);
        check("a*c", "abd", false);
        check("?b?", "abc", true);
        check("[a-c]x", "Bx", true);
        check("[a-c]x", "dx", false);
        check("a`*", "a*", true);
        check("a`*", "ab", false);
        check("*b*b", "abxb", true);
        assert!(Wildcard::checked("[a").is_err());
        assert_eq!(Wildcard::unescape("a`[b`]"), "a[b]");
    }
}
