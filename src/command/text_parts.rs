//! The text of a file in parts, so that a file of any size needs little memory.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use values::stop::Readable;

use crate::encoding::TextEncoding;

/// How many bytes are read at a time, at least.
const PART: usize = 1 << 18;

/// Reads and decodes a file piece by piece; a piece ends behind a line.
pub struct TextParts {
    file: Readable<File>,
    encoding: TextEncoding,
    is_at_start: bool,
    /// Bytes of a line that is not whole yet.
    rest: Vec<u8>,
}

impl TextParts {
    /// Opens a file; a byte order mark overrides the encoding.
    pub fn open(path: &Path, encoding: TextEncoding) -> std::io::Result<TextParts> {
        Ok(TextParts { file: values::stop::open(path)?, encoding, is_at_start: true, rest: Vec::new() })
    }

    /// Appends the next piece to a text; false where it was the last. Who can't use what is there yet gets more each time.
    pub fn read_into(&mut self, text: &mut String) -> std::io::Result<bool> {
        let mut size = PART.max(text.len()) as u64;
        loop {
            values::stop::check_reading()?;
            let read = Read::by_ref(&mut self.file).take(size).read_to_end(&mut self.rest)?;
            if std::mem::take(&mut self.is_at_start)
                && let Some((found, length)) = TextEncoding::detect(&self.rest)
            {
                self.encoding = found;
                self.rest.drain(..length);
            }
            if (read as u64) < size {
                text.push_str(&self.encoding.decode(&self.rest));
                self.rest.clear();
                return Ok(false);
            }
            if let Some(end) = self.line_end() {
                text.push_str(&self.encoding.decode(&self.rest[..end]));
                self.rest.drain(..end);
                return Ok(true);
            }
            size = size.saturating_mul(2);
        }
    }

    /// Where the last whole line of the bytes ends.
    fn line_end(&self) -> Option<usize> {
        let (width, at) = match self.encoding {
            TextEncoding::Utf16Le => (2, 0),
            TextEncoding::Utf16Be => (2, 1),
            TextEncoding::Utf32Le => (4, 0),
            TextEncoding::Utf32Be => (4, 3),
            _ => (1, 0),
        };
        let is_end = |unit: &[u8]| unit.iter().enumerate().all(|(n, b)| *b == if n == at { b'\n' } else { 0 });
        let last = self.rest.chunks_exact(width).rposition(is_end)?;
        Some((last + 1) * width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_are_the_whole() {
        let line = "a,\u{fc},\u{20ac}\u{1f600}\r\n";
        let whole = line.repeat(60_000);
        let path = std::env::temp_dir().join(format!("text-parts-{}", std::process::id()));
        for encoding in [TextEncoding::Utf8Bom, TextEncoding::Utf16Le, TextEncoding::Utf16Be, TextEncoding::Utf32Le] {
            let mut bytes = encoding.preamble().to_vec();
            bytes.extend_from_slice(&encoding.encode(&whole));
            std::fs::write(&path, bytes).expect("a file");
            let mut parts = TextParts::open(&path, TextEncoding::Utf8).expect("the file");
            let (mut text, mut all) = (String::new(), String::new());
            while parts.read_into(&mut text).expect("a part") {
                assert!(text.ends_with('\n'));
                all.push_str(&text);
                text.clear();
            }
            assert!(all + &text == whole, "{encoding:?}");
        }
        std::fs::remove_file(&path).expect("the file goes");
    }
}
