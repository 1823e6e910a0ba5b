//! Strings: shared, immutable UTF-8 text that is indexed as .NET does, by UTF-16 units.
//!
//! A lone surrogate (which `[char]0xD800` or `Substring` can make) is carried as a code point of the last private-use
//! block, U+10F800..U+10FFFF, so that the text stays valid UTF-8 inside; it counts as one unit and is written as U+FFFD.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

const UNKNOWN: u32 = u32::MAX;
const LONE_BASE: u32 = 0x0010_F800;

/// Texts longer than this are let go of elsewhere after a stop.
const LARGE: usize = 1 << 22;

struct Inner {
    text: String,
    /// Length in UTF-16 units, or `UNKNOWN`.
    units: AtomicU32,
}

impl Drop for Inner {
    fn drop(&mut self) {
        if self.text.capacity() > LARGE {
            crate::stop::release(std::mem::take(&mut self.text));
        }
    }
}

/// A script string. Cloning shares; appending to a sole owner grows in place.
#[derive(Clone)]
pub struct Str(Arc<Inner>);

impl Str {
    /// A string from any text.
    pub fn new(text: impl Into<String>) -> Str {
        Str(Arc::new(Inner { text: text.into(), units: AtomicU32::new(UNKNOWN) }))
    }

    /// A string of which is known how many UTF-16 units it has.
    pub fn with_units(text: String, units: usize) -> Str {
        Str(Arc::new(Inner { text, units: AtomicU32::new(units as u32) }))
    }

    /// The empty string.
    pub fn empty() -> Str {
        Str::new(String::new())
    }

    /// The text as UTF-8 (lone surrogates in their private-use form).
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// Length in UTF-16 units, as `.Length` gives it.
    pub fn units(&self) -> usize {
        let known = self.0.units.load(Ordering::Relaxed);
        if known != UNKNOWN {
            return known as usize;
        }
        let count = if self.0.text.is_ascii() { self.0.text.len() } else { self.0.text.chars().map(unit_len).sum() };
        self.0.units.store(count as u32, Ordering::Relaxed);
        count
    }

    /// Whether every unit is one byte, so that byte positions are unit positions.
    pub fn is_ascii(&self) -> bool {
        self.units() == self.0.text.len()
    }

    /// The UTF-16 unit at a position.
    pub fn unit_at(&self, index: usize) -> Option<u16> {
        if self.is_ascii() {
            return self.0.text.as_bytes().get(index).map(|b| u16::from(*b));
        }
        self.utf16().nth(index)
    }

    /// The units in order.
    pub fn utf16(&self) -> impl Iterator<Item = u16> + '_ {
        utf16(&self.0.text)
    }

    /// `length` units from `start`; positions past the end are cut.
    pub fn slice(&self, start: usize, length: usize) -> Str {
        if self.is_ascii() {
            let end = start.saturating_add(length).min(self.0.text.len());
            return Str::new(&self.0.text[start.min(end)..end]);
        }
        let units: Vec<u16> = self.utf16().skip(start).take(length).collect();
        Str::from_utf16(&units)
    }

    /// Text from UTF-16 units; unpaired surrogates survive.
    pub fn from_utf16(units: &[u16]) -> Str {
        let text: String = char::decode_utf16(units.iter().copied())
            .map(|r| r.unwrap_or_else(|e| lone_surrogate(e.unpaired_surrogate())))
            .collect();
        Str::new(text)
    }

    /// The byte offset that belongs to a unit position (rounded down inside a surrogate pair).
    pub fn byte_of_unit(&self, unit: usize) -> usize {
        if self.is_ascii() {
            return unit.min(self.0.text.len());
        }
        let mut seen = 0;
        for (at, ch) in self.0.text.char_indices() {
            if seen >= unit {
                return at;
            }
            seen += unit_len(ch);
        }
        self.0.text.len()
    }

    /// The unit position of a byte offset.
    pub fn unit_of_byte(&self, byte: usize) -> usize {
        if self.is_ascii() { byte } else { self.0.text[..byte].chars().map(unit_len).sum() }
    }

    /// Appends in place when this is the only owner; otherwise a copy is made. Where a
    /// stop ends it, the text is as it was.
    pub fn append(&mut self, more: &str) -> crate::error::Result<()> {
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            inner.units = AtomicU32::new(UNKNOWN);
            return crate::stop::append(&mut inner.text, more);
        }
        let mut text = String::with_capacity((self.0.text.len() + more.len()) * 2);
        crate::stop::append(&mut text, &self.0.text)?;
        crate::stop::append(&mut text, more)?;
        *self = Str::new(text);
        Ok(())
    }

    /// Whether two handles share the same storage.
    pub fn same(&self, other: &Str) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Address of the storage, for reference identity.
    pub fn address(&self) -> usize {
        Arc::as_ptr(&self.0) as usize
    }
}

/// The private-use stand-in for an unpaired surrogate.
pub fn lone_surrogate(unit: u16) -> char {
    char::from_u32(LONE_BASE + u32::from(unit) - 0xD800).unwrap_or('\u{FFFD}')
}

/// The surrogate that a private-use stand-in carries, if it is one.
pub fn as_lone_surrogate(ch: char) -> Option<u16> {
    let code = ch as u32;
    (code >= LONE_BASE).then(|| (code - LONE_BASE + 0xD800) as u16)
}

/// UTF-16 units that a character takes.
pub fn unit_len(ch: char) -> usize {
    if as_lone_surrogate(ch).is_some() { 1 } else { ch.len_utf16() }
}

/// The UTF-16 units of a text.
pub fn utf16(text: &str) -> impl Iterator<Item = u16> + '_ {
    text.chars().flat_map(|ch| {
        let mut pair = [0u16; 2];
        let (first, second) = match as_lone_surrogate(ch) {
            Some(unit) => (unit, None),
            None => {
                let coded = ch.encode_utf16(&mut pair);
                (coded[0], coded.get(1).copied())
            }
        };
        std::iter::once(first).chain(second)
    })
}

/// Whether a text holds stand-ins of unpaired surrogates.
pub fn has_lone_surrogates(text: &str) -> bool {
    text.as_bytes().contains(&0xF4) && text.chars().any(|c| as_lone_surrogate(c).is_some())
}

/// The text as it leaves the program: halves of a pair that came to stand together are one character again, others are the
/// replacement character.
pub fn outward(text: &str) -> std::borrow::Cow<'_, str> {
    if !has_lone_surrogates(text) {
        return text.into();
    }
    let units: Vec<u16> = utf16(text).collect();
    String::from_utf16_lossy(&units).into()
}

/// The character of a UTF-16 unit (surrogates in their private-use form).
pub fn unit_to_char(unit: u16) -> char {
    char::from_u32(u32::from(unit)).unwrap_or_else(|| lone_surrogate(unit))
}

impl std::ops::Deref for Str {
    type Target = str;
    fn deref(&self) -> &str {
        self.as_str()
    }
}
impl From<&str> for Str {
    fn from(text: &str) -> Str {
        Str::new(text)
    }
}
impl From<String> for Str {
    fn from(text: String) -> Str {
        Str::new(text)
    }
}
impl From<&String> for Str {
    fn from(text: &String) -> Str {
        Str::new(text.as_str())
    }
}
impl PartialEq for Str {
    fn eq(&self, other: &Str) -> bool {
        self.as_str() == other.as_str()
    }
}
impl Eq for Str {}
impl std::hash::Hash for Str {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}
impl fmt::Debug for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}
impl fmt::Display for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indexes_by_utf16_units() {
        let s = Str::new("a😀b");
        assert_eq!(s.units(), 4);
        assert_eq!(s.unit_at(1), Some(0xD83D));
        assert_eq!(s.slice(3, 1).as_str(), "b");
        let lone = s.slice(1, 1);
        assert_eq!((lone.units(), lone.unit_at(0)), (1, Some(0xD83D)));
        assert_eq!(Str::new("abc").slice(1, 9).as_str(), "bc");
    }

    #[test]
    fn appends_in_place_or_copies() {
        let mut a = Str::new("x");
        assert!(a.append("y").is_ok());
        let b = a.clone();
        assert!(a.append("z").is_ok());
        assert_eq!((a.as_str(), b.as_str()), ("xyz", "xy"));
    }
}
