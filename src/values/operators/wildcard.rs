//! Wildcard patterns: `*`, `?`, `[a-z]`, and the backtick that takes their meaning away.

/// A pattern as `-like` and WildcardPattern read it.
#[derive(Clone, Debug)]
pub struct Wildcard {
    parts: Vec<Part>,
    is_case_sensitive: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Any,
    One,
    Literal(char),
    Set(Vec<(char, char)>),
}

impl Wildcard {
    /// Reads a pattern; none when a bracket is not closed or empty.
    pub fn new(pattern: &str, is_case_sensitive: bool) -> Option<Wildcard> {
        let mut parts = Vec::new();
        let mut chars = pattern.chars().peekable();
        while let Some(ch) = chars.next() {
            match ch {
                '*' if parts.last() == Some(&Part::Any) => {}
                '*' => parts.push(Part::Any),
                '?' => parts.push(Part::One),
                '`' => match chars.next() {
                    Some(next @ ('*' | '?' | '[' | ']' | '`')) => parts.push(Part::Literal(next)),
                    Some(next) => parts.push(Part::Literal(next)),
                    None => parts.push(Part::Literal('`')),
                },
                '[' => {
                    let mut members = Vec::new();
                    let mut is_closed = false;
                    while let Some(member) = chars.next() {
                        match member {
                            ']' => {
                                is_closed = true;
                                break;
                            }
                            '`' => members.extend(chars.next().map(|c| (c, true))),
                            other => members.push((other, false)),
                        }
                    }
                    if !is_closed || members.is_empty() {
                        return None;
                    }
                    parts.push(Part::Set(ranges(&members)?));
                }
                other => parts.push(Part::Literal(other)),
            }
        }
        Some(Wildcard { parts, is_case_sensitive })
    }

    /// Whether the whole text fits.
    pub fn is_match(&self, text: &str) -> bool {
        let chars: Vec<char> = text.chars().collect();
        let (mut at, mut part) = (0, 0);
        let mut retry: Option<(usize, usize)> = None;
        loop {
            if part == self.parts.len() && at == chars.len() {
                return true;
            }
            if let Some(p) = self.parts.get(part) {
                if *p == Part::Any {
                    retry = Some((part, at));
                    part += 1;
                    continue;
                }
                if chars.get(at).is_some_and(|c| self.fits(p, *c)) {
                    at += 1;
                    part += 1;
                    continue;
                }
            }
            match retry {
                Some((star, from)) if from < chars.len() => {
                    retry = Some((star, from + 1));
                    at = from + 1;
                    part = star + 1;
                }
                _ => return false,
            }
        }
    }

    fn fits(&self, part: &Part, ch: char) -> bool {
        let same = |a: char, b: char| a == b || (!self.is_case_sensitive && lower(a) == lower(b));
        match part {
            Part::Any | Part::One => true,
            Part::Literal(l) => same(*l, ch),
            Part::Set(ranges) => ranges.iter().any(|(from, to)| {
                let within = |c: char| *from <= c && c <= *to;
                within(ch) || (!self.is_case_sensitive && (within(lower(ch)) || within(upper(ch))))
            }),
        }
    }
}

fn ranges(members: &[(char, bool)]) -> Option<Vec<(char, char)>> {
    let mut found = Vec::new();
    let mut i = 0;
    while i < members.len() {
        let from = members[i].0;
        if members.get(i + 1) == Some(&('-', false)) && i + 2 < members.len() {
            let to = members[i + 2].0;
            if to < from {
                return None;
            }
            found.push((from, to));
            i += 3;
        } else {
            found.push((from, from));
            i += 1;
        }
    }
    Some(found)
}

fn lower(ch: char) -> char {
    let mut mapped = ch.to_lowercase();
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ => ch,
    }
}

fn upper(ch: char) -> char {
    let mut mapped = ch.to_uppercase();
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ => ch,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, text, fits) in [
            ("a*c", "aXbc", true),
            ("a*c", "aXb", false),
            ("*", "", true),
            ("?", "", false),
            ("[a-c]?", "B1", true),
            ("a`*", "a*", true),
            ("a`*", "ab", false),
            ("*b*b", "abab", true),
        ] {
            assert_eq!(Wildcard::new(pattern, false).map(|w| w.is_match(text)), Some(fits), "{pattern} {text}");
        }
        assert!(Wildcard::new("[a", false).is_none());
    }
}
