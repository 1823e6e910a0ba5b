//! Spans, positions and source text.
//!
//! Spans count bytes of UTF-8; positions shown to people and to the parser API count UTF-16 units, as .NET does.

use std::sync::OnceLock;

/// A piece of a source: first byte and length in bytes.
///
/// The end may lie one past the text: the token for the end of input has length 1, as in PowerShell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// Number of bytes.
    pub len: u32,
}

impl Span {
    /// A span from first byte to one past the last.
    pub fn new(start: usize, end: usize) -> Span {
        Span { start: start as u32, len: end.saturating_sub(start) as u32 }
    }

    /// One past the last byte.
    pub fn end(self) -> u32 {
        self.start + self.len
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        let start = self.start.min(other.start);
        Span { start, len: self.end().max(other.end()) - start }
    }

    /// From here up to one past the last byte of `other`, which follows.
    #[must_use]
    pub fn until(self, end: u32) -> Span {
        Span { start: self.start, len: end.saturating_sub(self.start) }
    }

    /// The empty span right after this one.
    #[must_use]
    pub fn after(self) -> Span {
        Span { start: self.end(), len: 0 }
    }

    /// The empty span right before this one.
    #[must_use]
    pub fn before(self) -> Span {
        Span { start: self.start, len: 0 }
    }

    /// True when the offset lies inside or at the end.
    pub fn touches(self, offset: u32) -> bool {
        self.start <= offset && offset <= self.end()
    }
}

/// A place as people see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// From 1.
    pub line: u32,
    /// From 1, in UTF-16 units.
    pub column: u32,
    /// From 0, in UTF-16 units from the start of the source.
    pub offset: u32,
}

/// The text of a script or of a line typed, with its file name.
#[derive(Debug)]
pub struct Source {
    file: Option<Box<str>>,
    text: Box<str>,
    lines: OnceLock<Lines>,
}

#[derive(Debug)]
struct Lines {
    /// First byte of each line.
    bytes: Vec<u32>,
    /// First UTF-16 unit of each line; empty when the text is ASCII and both are equal.
    units: Vec<u32>,
}

impl Source {
    /// A source with text only, as typed at the prompt or given to `Invoke-Expression`.
    pub fn new(text: impl Into<Box<str>>) -> Source {
        Source { file: None, text: text.into(), lines: OnceLock::new() }
    }

    /// A source that was read from a file.
    pub fn with_file(text: impl Into<Box<str>>, file: impl Into<Box<str>>) -> Source {
        Source { file: Some(file.into()), text: text.into(), lines: OnceLock::new() }
    }

    /// The file's full path.
    pub fn file(&self) -> Option<&str> {
        self.file.as_deref()
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of a span, cut to what there is.
    pub fn slice(&self, span: Span) -> &str {
        let end = (span.end() as usize).min(self.text.len());
        self.text.get(span.start as usize..end).unwrap_or("")
    }

    fn lines(&self) -> &Lines {
        self.lines.get_or_init(|| {
            let text = self.text.as_bytes();
            let mut bytes = vec![0u32];
            let mut at = 0;
            while at < text.len() {
                match text[at] {
                    b'\r' if text.get(at + 1) == Some(&b'\n') => {
                        at += 2;
                        bytes.push(at as u32);
                    }
                    b'\r' | b'\n' => {
                        at += 1;
                        bytes.push(at as u32);
                    }
                    _ => at += 1,
                }
            }
            let mut units = Vec::new();
            if !self.text.is_ascii() {
                let mut total = 0;
                units.reserve(bytes.len());
                for (index, start) in bytes.iter().enumerate() {
                    units.push(total);
                    let end = bytes.get(index + 1).map_or(self.text.len(), |end| *end as usize);
                    total += utf16_len(&self.text[*start as usize..end]);
                }
            }
            Lines { bytes, units }
        })
    }

    /// Line, column and offset of a byte; the byte may lie past the end of the text.
    pub fn position(&self, byte: u32) -> Position {
        let lines = self.lines();
        let line = lines.bytes.partition_point(|start| *start <= byte).saturating_sub(1);
        let start = lines.bytes[line];
        let inside = (byte as usize).min(self.text.len()).max(start as usize);
        let past = byte.saturating_sub(self.text.len() as u32);
        let (column, first) = match lines.units.get(line) {
            None => (inside as u32 - start, start),
            Some(first) => (self.text.get(start as usize..inside).map_or(0, utf16_len), *first),
        };
        Position { line: line as u32 + 1, column: column + past + 1, offset: first + column + past }
    }

    /// Number of lines.
    pub fn line_count(&self) -> u32 {
        self.lines().bytes.len() as u32
    }

    /// The text of a line (from 1) without its line end.
    pub fn line(&self, line: u32) -> &str {
        let lines = self.lines();
        let index = line.saturating_sub(1) as usize;
        let Some(start) = lines.bytes.get(index) else {
            return "";
        };
        let end = lines.bytes.get(index + 1).map_or(self.text.len(), |end| *end as usize);
        self.text[*start as usize..end].trim_end_matches(['\r', '\n'])
    }

    /// The byte at a UTF-16 offset; the end of the text when it lies past it.
    pub fn byte_at(&self, offset: u32) -> u32 {
        let lines = self.lines();
        if lines.units.is_empty() {
            return offset.min(self.text.len() as u32);
        }
        let line = lines.units.partition_point(|first| *first <= offset).saturating_sub(1);
        let mut units = lines.units[line];
        let start = lines.bytes[line] as usize;
        for (at, c) in self.text[start..].char_indices() {
            if units >= offset {
                return (start + at) as u32;
            }
            units += c.len_utf16() as u32;
        }
        self.text.len() as u32
    }
}

fn utf16_len(text: &str) -> u32 {
    text.chars().map(|c| c.len_utf16() as u32).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions() {
        let source = Source::new("a\r\nbc\nd");
        let at = |byte| (source.position(byte).line, source.position(byte).column, source.position(byte).offset);
        assert_eq!(at(0), (1, 1, 0));
        assert_eq!(at(3), (2, 1, 3));
        assert_eq!(at(5), (2, 3, 5));
        assert_eq!(at(7), (3, 2, 7));
        assert_eq!(at(8), (3, 3, 8));
        assert_eq!(source.line(2), "bc");
        let wide = Source::new("é𝄞x\nü");
        assert_eq!(wide.position(6), Position { line: 1, column: 4, offset: 3 });
        assert_eq!(wide.byte_at(3), 6);
        assert_eq!(wide.byte_at(5), 8);
    }
}
