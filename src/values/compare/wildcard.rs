//! PowerShell's wildcard patterns: `*`, `?`, `[abc]`, `[a-z]`, back-tick before a character that means itself.

use super::casing::lower_in;
use super::collation::CompareOptions;
use crate::culture::Culture;

/// `WildcardPatternException` (a RuntimeException, id `RuntimeException`).
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("The specified wildcard character pattern is not valid: {0}")]
pub struct InvalidWildcard(pub String);

#[derive(Debug, Clone, PartialEq)]
enum Element {
    Any,
    One,
    Literal(u16),
    Set(Vec<(u16, u16)>),
}

/// A pattern made ready for matching. Works on UTF-16 units.
#[derive(Debug, Clone, PartialEq)]
pub struct Wildcard {
    elements: Vec<Element>,
    ignore_case: bool,
    /// The text of a pattern without wildcards, or with one star at its end (`true`): those compare by the culture.
    plain: Option<(String, bool)>,
    /// The pattern between its stars, where it has neither sets nor other characters than ASCII.
    ascii: Option<Vec<Part>>,
}

/// Bytes between two stars; none is `?`.
type Part = Vec<Option<u8>>;

/// The parts of a pattern for texts of ASCII; characters that fold into ASCII from outside can't stand in such a text.
fn parts(elements: &[Element]) -> Option<Vec<Part>> {
    let mut parts: Vec<Part> = vec![Vec::new()];
    for element in elements {
        match element {
            Element::Any => parts.push(Vec::new()),
            Element::One => parts.last_mut()?.push(None),
            Element::Literal(c) => parts.last_mut()?.push(Some(u8::try_from(*c).ok().filter(u8::is_ascii)?)),
            Element::Set(_) => return None,
        }
    }
    Some(parts)
}

const TICK: u16 = b'`' as u16;

fn fold(c: u16) -> u16 {
    if c < 128 {
        return u16::from((c as u8).to_ascii_lowercase());
    }
    char::from_u32(u32::from(c)).map_or(c, |x| lower_in(x, Culture::invariant()) as u32 as u16)
}

impl Wildcard {
    /// Reads a pattern.
    pub fn new(pattern: &str, ignore_case: bool) -> Result<Wildcard, InvalidWildcard> {
        let bad = || InvalidWildcard(pattern.to_string());
        let mut elements = Vec::new();
        let mut set: Option<Vec<(u16, bool)>> = None;
        let (mut escaped, mut first_in_set) = (false, false);
        let literal = |c: u16| Element::Literal(if ignore_case { fold(c) } else { c });
        for c in crate::string::utf16(pattern) {
            let ch = u8::try_from(c).unwrap_or(0);
            if let Some(content) = &mut set {
                if ch == b']' && !first_in_set && !escaped {
                    elements.push(Element::Set(ranges(content, ignore_case).ok_or_else(bad)?));
                    set = None;
                } else if c != TICK || escaped {
                    content.push((c, ch == b'-' && !escaped));
                }
                first_in_set = false;
            } else {
                match ch {
                    b'*' if !escaped => {
                        if elements.last() != Some(&Element::Any) {
                            elements.push(Element::Any);
                        }
                    }
                    b'?' if !escaped => elements.push(Element::One),
                    b'[' if !escaped => {
                        set = Some(Vec::new());
                        first_in_set = true;
                    }
                    b'`' if !escaped => {}
                    _ => elements.push(literal(c)),
                }
            }
            escaped = c == TICK && !escaped;
        }
        if set.is_some() {
            return Err(bad());
        }
        if escaped && pattern != "`" {
            elements.push(literal(TICK));
        }
        let (text, has_star) = match pattern.strip_suffix('*') {
            Some(text) => (text, true),
            None => (pattern, false),
        };
        let is_plain = !text.is_empty() && !text.contains(['*', '?', '[', '`']);
        let plain = is_plain.then(|| (text.to_string(), has_star));
        let ascii = parts(&elements);
        Ok(Wildcard { elements, ignore_case, plain, ascii })
    }

    /// The answer of the culture's comparison, where one is asked for; text of ASCII alone needs none.
    fn by_culture(&self, text: &str) -> Option<bool> {
        let (pattern, has_star) = self.plain.as_ref()?;
        if text.is_ascii() && pattern.is_ascii() {
            return None;
        }
        let options = if self.ignore_case { CompareOptions::IGNORE_CASE } else { CompareOptions::NONE };
        let culture = Culture::invariant();
        Some(match has_star {
            true => super::search::starts_with(text, pattern, culture, options).is_some(),
            false => super::collation::compare(text, pattern, culture, options).is_eq(),
        })
    }

    /// Whether the whole text fits.
    pub fn is_match(&self, text: &str) -> bool {
        if let Some(answer) = self.by_culture(text) {
            return answer;
        }
        if let Some(parts) = self.ascii.as_ref().filter(|_| text.is_ascii()) {
            return self.fits_ascii(parts, text.as_bytes());
        }
        let one = |e: &Element, c: u16| match e {
            Element::Literal(l) => *l == if self.ignore_case { fold(c) } else { c },
            Element::One => true,
            Element::Set(r) => {
                let inside = |c: u16| r.iter().any(|(a, b)| (*a..=*b).contains(&c));
                inside(c)
                    || (self.ignore_case
                        && (inside(fold(c))
                            || char::from_u32(u32::from(c))
                                .is_some_and(|x| inside(super::casing::upper(x) as u32 as u16))))
            }
            Element::Any => false,
        };
        let units: Vec<u16> = crate::string::utf16(text).collect();
        let (mut e, mut t) = (0, 0);
        let mut retry: Option<(usize, usize)> = None;
        loop {
            match self.elements.get(e) {
                Some(Element::Any) => {
                    e += 1;
                    retry = Some((e, t));
                    continue;
                }
                Some(x) if t < units.len() && one(x, units[t]) => {
                    e += 1;
                    t += 1;
                    continue;
                }
                None if t == units.len() => return true,
                _ => {}
            }
            // Let the last star take one unit more.
            match retry {
                Some((re, rt)) if rt < units.len() => {
                    e = re;
                    t = rt + 1;
                    retry = Some((re, rt + 1));
                }
                _ => return false,
            }
        }
    }

    /// Whether a part stands at the beginning of a text that is long enough.
    fn begins(&self, part: &[Option<u8>], text: &[u8]) -> bool {
        part.iter().zip(text).all(|(wanted, c)| match wanted {
            None => true,
            Some(wanted) => wanted == c || (self.ignore_case && *wanted == c.to_ascii_lowercase()),
        })
    }

    /// Where a part first stands in a text.
    fn find_ascii(&self, part: &[Option<u8>], text: &[u8]) -> Option<usize> {
        let last = text.len().checked_sub(part.len())?;
        let Some(Some(first)) = part.first().copied() else {
            return (0..=last).find(|at| self.begins(part, &text[*at..]));
        };
        let other = if self.ignore_case { first.to_ascii_uppercase() } else { first };
        memchr::memchr2_iter(first, other, &text[..last + 1]).find(|at| self.begins(part, &text[*at..]))
    }

    fn fits_ascii(&self, parts: &[Part], text: &[u8]) -> bool {
        let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return text.is_empty() };
        if parts.len() == 1 {
            return text.len() == first.len() && self.begins(first, text);
        }
        let Some(end) = text.len().checked_sub(last.len()).filter(|end| *end >= first.len()) else { return false };
        if !self.begins(first, text) || !self.begins(last, &text[end..]) {
            return false;
        }
        let mut at = first.len();
        parts[1..parts.len() - 1].iter().all(|part| match self.find_ascii(part, &text[at..end]) {
            Some(found) => {
                at += found + part.len();
                true
            }
            None => false,
        })
    }

    /// Whether the text holds a character that means something in a pattern (`ContainsWildcardCharacters`).
    pub fn has_wildcard(text: &str) -> bool {
        let mut escaped = false;
        text.chars().any(|c| {
            let found = !escaped && matches!(c, '*' | '?' | '[' | ']');
            escaped = c == '`' && !escaped;
            found
        })
    }

    /// Puts a back-tick before the characters that mean something (`WildcardPattern.Escape`).
    pub fn escape(text: &str) -> String {
        let mut out = String::with_capacity(text.len() + 4);
        for c in text.chars() {
            if matches!(c, '*' | '?' | '[' | ']' | '`') {
                out.push('`');
            }
            out.push(c);
        }
        out
    }

    /// Takes the back-ticks away (`WildcardPattern.Unescape`).
    pub fn unescape(text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut escaped = false;
        for c in text.chars() {
            if c == '`' && !escaped {
                escaped = true;
                continue;
            }
            if escaped && !matches!(c, '*' | '?' | '[' | ']' | '`') {
                out.push('`');
            }
            out.push(c);
            escaped = false;
        }
        if escaped {
            out.push('`');
        }
        out
    }
}

fn ranges(content: &[(u16, bool)], ignore_case: bool) -> Option<Vec<(u16, u16)>> {
    let mut out = Vec::new();
    let mut i = 0;
    while i < content.len() {
        if i + 2 < content.len() && content[i + 1].1 {
            let (a, b) = (content[i].0, content[i + 2].0);
            if a > b {
                return None;
            }
            out.push((a, b));
            i += 3;
        } else {
            let c = content[i].0;
            out.push((c, c));
            if ignore_case {
                out.push((fold(c), fold(c)));
            }
            i += 1;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (p, t, want) in [
            ("a*c", "abbc", true),
            ("A*", "abc", true),
            ("?b?", "abc", true),
            ("[a-c]x", "Bx", true),
            ("[]a]x", "]x", true),
            ("a`*c", "a*c", true),
            ("a`*c", "abc", false),
            ("*a*b*c", "xxaxxbxxc", true),
            ("", "", true),
            ("", "a", false),
            ("`", "", true),
            ("??", "👍", true),
            ("?", "한", true),
            ("[a`-c]", "-", true),
            ("[a-]", "-", true),
        ] {
            assert_eq!(Wildcard::new(p, true).unwrap().is_match(t), want, "{p} {t}");
        }
        assert!(!Wildcard::new("A", false).unwrap().is_match("a"));
        for bad in ["[", "[c-a]*", "a[b"] {
            assert_eq!(Wildcard::new(bad, true), Err(InvalidWildcard(bad.into())));
        }
        assert_eq!(Wildcard::escape("a[1]*"), "a`[1`]`*");
        assert_eq!(Wildcard::unescape("a`[1`]`x`"), "a[1]`x`");
        assert!(Wildcard::has_wildcard("a*") && !Wildcard::has_wildcard("a`*"));
    }
}
