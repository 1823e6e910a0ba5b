//! The text that is matched.

use std::borrow::Cow;

use crate::string::Str;

/// A text prepared for matching: ASCII as it is, any other as UTF-16.
#[derive(Debug, Clone)]
pub struct Subject<'t> {
    text: &'t str,
    wide: Option<Vec<u16>>,
}

impl<'t> Subject<'t> {
    pub fn new(text: &'t str) -> Subject<'t> {
        let wide = (!text.is_ascii()).then(|| crate::string::utf16(text).collect());
        Subject { text, wide }
    }

    /// The same of a string, which remembers what it is made of.
    pub fn of(text: &'t Str) -> Subject<'t> {
        if text.is_ascii() { Subject { text, wide: None } } else { Subject::new(text) }
    }

    /// The whole text.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// Length in UTF-16 units.
    pub fn len(&self) -> usize {
        self.wide.as_ref().map_or(self.text.len(), Vec::len)
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The text between two positions in UTF-16 units; halves of surrogate pairs take the form that strings keep them in.
    pub fn slice(&self, start: usize, end: usize) -> Cow<'t, str> {
        match &self.wide {
            None => Cow::Borrowed(&self.text[start..end]),
            Some(w) => Cow::Owned(Str::from_utf16(&w[start..end]).to_string()),
        }
    }

    pub(super) fn wide(&self) -> Option<&[u16]> {
        self.wide.as_deref()
    }
}

/// Random access to code units, for ASCII bytes and for UTF-16 alike.
pub(super) trait Units: Copy {
    fn count(self) -> usize;
    fn unit(self, i: usize) -> u16;
    /// The next place at or after `from` and before `until` where `needle` stands.
    fn find(self, from: usize, until: usize, needle: &[u16]) -> Option<usize>;
}

impl Units for &[u8] {
    fn count(self) -> usize {
        self.len()
    }

    #[inline(always)]
    fn unit(self, i: usize) -> u16 {
        u16::from(self[i])
    }

    fn find(self, from: usize, until: usize, needle: &[u16]) -> Option<usize> {
        let first = u8::try_from(*needle.first()?).ok()?;
        let mut at = from;
        loop {
            at += memchr::memchr(first, self.get(at..until)?)?;
            let rest = self.get(at..at + needle.len())?;
            if rest.iter().zip(needle).all(|(a, b)| u16::from(*a) == *b) {
                return Some(at);
            }
            at += 1;
        }
    }
}

impl Units for &[u16] {
    fn count(self) -> usize {
        self.len()
    }

    #[inline(always)]
    fn unit(self, i: usize) -> u16 {
        self[i]
    }

    fn find(self, from: usize, until: usize, needle: &[u16]) -> Option<usize> {
        let first = *needle.first()?;
        (from..(self.len() + 1).saturating_sub(needle.len()).min(until))
            .find(|i| self[*i] == first && self[*i..*i + needle.len()] == *needle)
    }
}
