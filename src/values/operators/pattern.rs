//! Regular expressions for the operators.

use crate::error::Result;

/// A compiled pattern.
pub struct Pattern {
    regex: regex::Regex,
}

/// One match: byte ranges of the groups, the whole match first.
pub struct Found {
    /// Byte ranges; none for a group that took no part.
    pub groups: Vec<Option<(usize, usize)>>,
}

/// Options beyond ignoring case.
#[derive(Clone, Copy, Default)]
pub struct Options {
    pub ignore_case: bool,
    pub multi_line: bool,
    pub single_line: bool,
    pub explicit_capture: bool,
    pub ignore_white_space: bool,
}

impl Pattern {
    /// Compiles; a bad pattern throws.
    pub fn new(pattern: &str, options: Options) -> Result<Pattern> {
        let built = regex::RegexBuilder::new(pattern)
            .case_insensitive(options.ignore_case)
            .multi_line(options.multi_line)
            .dot_matches_new_line(options.single_line)
            .ignore_whitespace(options.ignore_white_space)
            .build();
        match built {
            Ok(regex) => Ok(Pattern { regex }),
            Err(e) => super::fail::net(crate::types::TypeRef::ARGUMENT_EXCEPTION, format!("Invalid pattern '{pattern}'. {e}")),
        }
    }

    /// The first match at or after a byte offset.
    pub fn find_at(&self, text: &str, start: usize) -> Option<Found> {
        let captures = self.regex.captures_at(text, start)?;
        let groups = (0..captures.len()).map(|i| captures.get(i).map(|m| (m.start(), m.end()))).collect();
        Some(Found { groups })
    }

    /// All matches in order.
    pub fn find_all(&self, text: &str) -> Vec<Found> {
        let (mut found, mut at) = (Vec::new(), 0);
        while at <= text.len() {
            let Some(one) = self.find_at(text, at) else { break };
            let Some((start, end)) = one.groups[0] else { break };
            at = if end == start { next_boundary(text, end) } else { end };
            found.push(one);
        }
        found
    }

    /// Names of the groups by number.
    pub fn names(&self) -> Vec<Option<String>> {
        self.regex.capture_names().map(|n| n.map(str::to_string)).collect()
    }
}

fn next_boundary(text: &str, at: usize) -> usize {
    at + text[at..].chars().next().map_or(1, char::len_utf8)
}

/// What a replacement pattern stands for at one match (`$1`, `${name}`, `$&`, `$$` ...).
pub fn expand(replacement: &str, text: &str, found: &Found, names: &[Option<String>], out: &mut String) {
    let group = |i: usize| found.groups.get(i).copied().flatten().map_or("", |(s, e)| &text[s..e]);
    let (start, end) = found.groups[0].unwrap_or((0, 0));
    let mut rest = replacement;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let taken = match after.chars().next() {
            Some('$') => {
                out.push('$');
                1
            }
            Some('&') => {
                out.push_str(group(0));
                1
            }
            Some('`') => {
                out.push_str(&text[..start]);
                1
            }
            Some('\'') => {
                out.push_str(&text[end..]);
                1
            }
            Some('_') => {
                out.push_str(text);
                1
            }
            Some('+') => {
                let last = (1..found.groups.len()).rev().find(|i| found.groups[*i].is_some()).unwrap_or(0);
                out.push_str(group(last));
                1
            }
            Some('{') => match after.find('}') {
                Some(close) => {
                    let name = &after[1..close];
                    let number = names
                        .iter()
                        .position(|n| n.as_deref() == Some(name))
                        .or_else(|| name.parse().ok().filter(|n| *n < found.groups.len()));
                    match number {
                        Some(n) => {
                            out.push_str(group(n));
                            close + 1
                        }
                        None => 0,
                    }
                }
                None => 0,
            },
            Some(d) if d.is_ascii_digit() => {
                let digits = after.bytes().take_while(u8::is_ascii_digit).count();
                // The longest number that is a group.
                let fit = (1..=digits)
                    .rev()
                    .find(|n| after[..*n].parse::<usize>().is_ok_and(|g| g < found.groups.len()));
                match fit {
                    Some(n) => {
                        out.push_str(group(after[..n].parse().unwrap_or(0)));
                        n
                    }
                    None => 0,
                }
            }
            _ => 0,
        };
        if taken == 0 {
            out.push('$');
        }
        rest = &after[taken..];
    }
    out.push_str(rest);
}
