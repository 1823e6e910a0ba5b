//! Lines of text files.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use command::TextEncoding;
use values::stop::Readable;

/// The lines of a text; `\n`, `\r\n` and `\r` end a line, the last one needs no end.
pub fn split_lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let now = rest?;
        if now.is_empty() {
            rest = None;
            return None;
        }
        match now.find(['\n', '\r']) {
            Some(at) => {
                let length = if now[at..].starts_with("\r\n") { 2 } else { 1 };
                rest = Some(&now[at + length..]);
                Some(&now[..at])
            }
            None => {
                rest = None;
                Some(now)
            }
        }
    })
}

/// Reads lines as they come, so that a file of any size needs little memory.
pub struct LineReader {
    source: Source,
}

enum Source {
    /// Text in an encoding whose line ends are single bytes.
    Bytes { reader: BufReader<Readable<File>>, encoding: TextEncoding, pending: Vec<u8> },
    /// Text that was decoded as a whole.
    Lines(std::vec::IntoIter<String>),
}

impl LineReader {
    /// Opens a file; a byte order mark overrides the encoding.
    pub fn open(path: &Path, encoding: TextEncoding) -> std::io::Result<LineReader> {
        let mut file = values::stop::open(path)?;
        let mut mark = [0u8; 4];
        let mut have = 0;
        while have < 4 {
            match file.read(&mut mark[have..])? {
                0 => break,
                n => have += n,
            }
        }
        let (encoding, skip) = TextEncoding::detect(&mark[..have]).unwrap_or((encoding, 0));
        let wide = matches!(
            encoding,
            TextEncoding::Utf16Le | TextEncoding::Utf16Be | TextEncoding::Utf32Le | TextEncoding::Utf32Be
        );
        if wide {
            let mut bytes = mark[skip..have].to_vec();
            values::stop::read_to_end(&mut file, &mut bytes)?;
            let lines: Vec<String> = split_lines(&encoding.decode(&bytes)).map(str::to_string).collect();
            return Ok(LineReader { source: Source::Lines(lines.into_iter()) });
        }
        let pending = mark[skip..have].to_vec();
        let source = Source::Bytes { reader: BufReader::with_capacity(1 << 16, file), encoding, pending };
        Ok(LineReader { source })
    }

    /// The next line.
    pub fn next_line(&mut self) -> std::io::Result<Option<String>> {
        match &mut self.source {
            Source::Lines(lines) => Ok(lines.next()),
            Source::Bytes { reader, encoding, pending } => {
                next_bytes(reader, pending).map(|b| b.map(|b| text_of(b, *encoding)))
            }
        }
    }
}

fn text_of(bytes: Vec<u8>, encoding: TextEncoding) -> String {
    match encoding {
        TextEncoding::Utf8 | TextEncoding::Utf8Bom => match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(e) => String::from_utf8_lossy(e.as_bytes()).into_owned(),
        },
        other => other.decode(&bytes).into_owned(),
    }
}

/// Bytes of a line that are gathered in one piece.
const PIECE: usize = 1 << 24;

fn whole(mut before: Vec<Vec<u8>>, line: Vec<u8>) -> Vec<u8> {
    if before.is_empty() {
        return line;
    }
    before.push(line);
    before.concat()
}

fn next_bytes(reader: &mut BufReader<Readable<File>>, pending: &mut Vec<u8>) -> std::io::Result<Option<Vec<u8>>> {
    let mut line: Vec<u8> = Vec::new();
    // A line without end is gathered in pieces: one that is moved as it grows heeds no stop meanwhile.
    let mut before: Vec<Vec<u8>> = Vec::new();
    loop {
        if let Err(stopped) = values::stop::check_reading() {
            values::stop::release(before);
            return Err(stopped);
        }
        // What is left over from before comes first.
        if !pending.is_empty() {
            if let Some(at) = pending.iter().position(|b| *b == b'\n' || *b == b'\r') {
                let is_return = pending[at] == b'\r';
                line.extend_from_slice(&pending[..at]);
                pending.drain(..=at);
                if is_return {
                    if pending.is_empty() {
                        if reader.fill_buf()?.first() == Some(&b'\n') {
                            reader.consume(1);
                        }
                    } else if pending[0] == b'\n' {
                        pending.remove(0);
                    }
                }
                return Ok(Some(whole(before, line)));
            }
            line.append(pending);
        }
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            let line = whole(before, line);
            return Ok(if line.is_empty() { None } else { Some(line) });
        }
        match buffer.iter().position(|b| *b == b'\n' || *b == b'\r') {
            Some(at) => {
                let is_return = buffer[at] == b'\r';
                line.extend_from_slice(&buffer[..at]);
                reader.consume(at + 1);
                if is_return && reader.fill_buf()?.first() == Some(&b'\n') {
                    reader.consume(1);
                }
                return Ok(Some(whole(before, line)));
            }
            None => {
                if line.len() >= PIECE {
                    before.push(std::mem::replace(&mut line, Vec::with_capacity(PIECE + buffer.len())));
                }
                line.extend_from_slice(buffer);
                let length = buffer.len();
                reader.consume(length);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::split_lines;

    #[test]
    fn line_ends_of_all_kinds() {
        let check =
            |text: &str, expected: &[&str]| assert_eq!(split_lines(text).collect::<Vec<_>>(), expected, "{text:?}");
        check("unix\nwindows\r\nold mac\rstill\n\nlast", &["unix", "windows", "old mac", "still", "", "last"]);
        check("\n\n", &["", ""]);
        check("", &[]);
    }
}
