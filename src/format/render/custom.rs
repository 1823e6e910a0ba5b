//! Custom text: pieces with indentation, broken into lines.

use crate::item::Piece;
use crate::width::generate_lines;

const DEEPEST: usize = 50;

struct Writer {
    columns: usize,
    at_words: bool,
    frames: Vec<(usize, usize, i64)>,
    buffer: String,
    out: Vec<String>,
}

/// The lines of custom text.
pub fn lines(pieces: &[Piece], columns: usize, at_words: bool) -> Vec<String> {
    let mut writer = Writer { columns, at_words, frames: Vec::new(), buffer: String::new(), out: Vec::new() };
    for piece in pieces {
        writer.piece(piece, 0);
    }
    writer.flush();
    writer.out
}

impl Writer {
    fn piece(&mut self, piece: &Piece, depth: usize) {
        match piece {
            Piece::Text(text) => self.buffer.push_str(text),
            Piece::NewLine => self.flush(),
            Piece::Nested(pieces) if depth <= DEEPEST => pieces.iter().for_each(|p| self.piece(p, depth + 1)),
            Piece::Frame { left, right, first, pieces } if depth < DEEPEST => {
                self.frames.push((*left, *right, *first));
                pieces.iter().for_each(|p| self.piece(p, depth + 1));
                self.frames.pop();
            }
            _ => {}
        }
    }

    fn flush(&mut self) {
        let left: usize = self.frames.iter().map(|f| f.0).sum();
        let right: usize = self.frames.iter().map(|f| f.1).sum();
        let mut first = self.frames.last().map_or(0, |f| f.2);
        let useful = self.columns.saturating_sub(left + right);
        let text = std::mem::take(&mut self.buffer);
        let text = if useful == 0 { String::new() } else { text };
        if first.unsigned_abs() as usize >= useful {
            first = 0;
        }
        let indent = first.unsigned_abs() as usize;
        let (first_width, next_width) = if first >= 0 { (useful - indent, useful) } else { (useful, useful - indent) };
        let (first_pad, next_pad) = if first >= 0 { (left + indent, left) } else { (left, left + indent) };
        let lines = generate_lines(&text, first_width, next_width, self.at_words);
        for (number, line) in lines.into_iter().enumerate() {
            let pad = if number == 0 { first_pad } else { next_pad };
            self.out.push(format!("{:pad$}{line}", ""));
        }
    }
}
