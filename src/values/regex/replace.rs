//! Replacement patterns: `$1 ${n} $& $` $' $+ $_ $$`.

use super::charset::is_word;
use super::regex::{Match, Options, Regex};
use super::subject::Subject;

/// A piece of a replacement pattern.
#[derive(Debug, Clone, PartialEq)]
enum Piece {
    Text(String),
    Group(usize),
    Before,
    After,
    Last,
    Whole,
}

/// A replacement pattern, read for one regex.
#[derive(Debug, Clone)]
pub(super) struct Replacement(Vec<Piece>);

impl Replacement {
    /// Reads a pattern; what refers to no group stays as it is.
    pub fn parse(pattern: &str, regex: &Regex) -> Replacement {
        let c: Vec<char> = pattern.chars().collect();
        let mut pieces: Vec<Piece> = Vec::new();
        let mut text = String::new();
        let mut i = 0;
        while i < c.len() {
            if c[i] == '$'
                && let Some((piece, len)) = reference(&c[i + 1..], regex)
            {
                match piece {
                    Piece::Text(t) => text.push_str(&t),
                    p => {
                        if !text.is_empty() {
                            pieces.push(Piece::Text(std::mem::take(&mut text)));
                        }
                        pieces.push(p);
                    }
                }
                i += 1 + len;
                continue;
            }
            text.push(c[i]);
            i += 1;
        }
        if !text.is_empty() {
            pieces.push(Piece::Text(text));
        }
        Replacement(pieces)
    }

    /// Writes the replacement of one match.
    pub fn expand(&self, m: &Match, s: &Subject, out: &mut String) {
        for p in &self.0 {
            match p {
                Piece::Text(t) => out.push_str(t),
                Piece::Group(slot) => {
                    if let Some((a, b)) = m.span(*slot) {
                        out.push_str(&s.slice(a, b));
                    }
                }
                Piece::Before => out.push_str(&s.slice(0, m.index())),
                Piece::After => out.push_str(&s.slice(m.index() + m.length(), s.len())),
                Piece::Last => {
                    if let Some((a, b)) = m.span(m.groups().len() - 1) {
                        out.push_str(&s.slice(a, b));
                    }
                }
                Piece::Whole => out.push_str(s.text()),
            }
        }
    }
}

/// What follows a `$`: the piece and how many characters it takes.
fn reference(c: &[char], regex: &Regex) -> Option<(Piece, usize)> {
    let (angled, start) = if c.first() == Some(&'{') && c.len() > 1 { (true, 1) } else { (false, 0) };
    let first = *c.get(start)?;
    if first.is_ascii_digit() {
        let len = c[start..].iter().take_while(|d| d.is_ascii_digit()).count();
        if !angled && regex.options().has(Options::ECMA_SCRIPT) {
            // The longest number that is a group.
            return (1..=len).rev().find_map(|n| {
                let v: i32 = c[..n].iter().collect::<String>().parse().ok()?;
                Some((Piece::Group(regex.slot_of_number(v)?), n))
            });
        }
        let v: i32 = c[start..start + len].iter().collect::<String>().parse().ok()?;
        let end = start + len;
        if angled && c.get(end) != Some(&'}') {
            return None;
        }
        return Some((Piece::Group(regex.slot_of_number(v)?), end + usize::from(angled)));
    }
    if angled {
        if !is_word(first as u32 as u16) {
            return None;
        }
        let len = c[start..].iter().take_while(|d| is_word(**d as u32 as u16)).count();
        if c.get(start + len) != Some(&'}') {
            return None;
        }
        let name: String = c[start..start + len].iter().collect();
        return Some((Piece::Group(regex.slot_of_name(&name)?), start + len + 1));
    }
    let piece = match first {
        '$' => Piece::Text("$".into()),
        '&' => Piece::Group(0),
        '`' => Piece::Before,
        '\'' => Piece::After,
        '+' => Piece::Last,
        '_' => Piece::Whole,
        _ => return None,
    };
    Some((piece, 1))
}
