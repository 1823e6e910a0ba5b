//! A model of a terminal's screen: text, cursor movement, erasing, scrolling, and the answers that programs ask for.

/// A place on the screen: its character, none behind a wide one, and the numbers of the sequences that set its style.
#[derive(Clone, Default)]
struct Cell {
    letter: Option<char>,
    style: String,
}

impl Cell {
    fn blank() -> Cell {
        Cell { letter: Some(' '), style: String::new() }
    }
}

/// How many columns a character takes: those of East Asia two.
pub fn columns(c: char) -> usize {
    let is_wide =
        matches!(c as u32, 0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xff00..=0xff60);
    1 + usize::from(is_wide)
}

/// What stands on the screen.
pub struct Screen {
    width: usize,
    style: String,
    rows: Vec<Vec<Cell>>,
    row: usize,
    column: usize,
    saved: (usize, usize),
    /// Whether a painter is at work: it hides the cursor for so long.
    is_hidden: bool,
    /// Whether a page has the whole screen, and what stood there before.
    is_alternate: bool,
    main: Vec<Vec<Cell>>,
    bells: usize,
    /// The beginning of a sequence whose end is still to come.
    rest: Vec<u8>,
}

impl Screen {
    /// An empty screen.
    pub fn new(width: usize, height: usize) -> Screen {
        let rows = vec![vec![Cell::blank(); width]; height];
        Screen {
            width,
            style: String::new(),
            rows,
            row: 0,
            column: 0,
            saved: (0, 0),
            is_hidden: false,
            is_alternate: false,
            main: Vec::new(),
            bells: 0,
            rest: Vec::new(),
        }
    }

    /// All lines, without spaces at their ends.
    pub fn text(&self) -> String {
        let lines: Vec<String> = self.rows.iter().map(|row| line(row)).collect();
        lines.join("\n").trim_end().to_string()
    }

    /// The line of the cursor.
    pub fn last_line(&self) -> String {
        line(&self.rows[self.row])
    }

    /// The cursor's column.
    pub fn column(&self) -> usize {
        self.column
    }

    /// The style of text's first character where it stands last; empty for none.
    pub fn style_of(&self, text: &str) -> String {
        for row in self.rows.iter().rev() {
            let letters: Vec<(char, &str)> =
                row.iter().filter_map(|cell| Some((cell.letter?, cell.style.as_str()))).collect();
            let wanted: Vec<char> = text.chars().collect();
            let found =
                letters.windows(wanted.len()).rposition(|w| w.iter().map(|(c, _)| *c).eq(wanted.iter().copied()));
            if let Some(at) = found {
                return letters[at].1.to_string();
            }
        }
        String::new()
    }

    /// Whether a line stands there by itself, blanks around it left out.
    pub fn has_line(&self, wanted: &str) -> bool {
        self.text().lines().any(|line| line.trim() == wanted)
    }

    /// Whether the prompt waits, with nothing typed yet.
    pub fn is_at_prompt(&self) -> bool {
        let line = self.last_line();
        line.starts_with("PS ") && line.ends_with('>')
    }

    /// Whether the picture is half painted: the prompt's painter hides the cursor meanwhile, pages of the whole screen for good.
    pub fn is_painting(&self) -> bool {
        self.is_hidden && !self.is_alternate
    }

    /// How often the bell rang.
    pub fn bells(&self) -> usize {
        self.bells
    }

    /// Takes output in; gives what the terminal answers.
    pub fn take(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut answers = Vec::new();
        let mut all = std::mem::take(&mut self.rest);
        all.extend_from_slice(bytes);
        let mut at = 0;
        while at < all.len() {
            match all[at] {
                0x1b => match self.escape(&all[at..], &mut answers) {
                    Some(length) => at += length,
                    None => break,
                },
                b'\r' => {
                    self.column = 0;
                    at += 1;
                }
                b'\n' => {
                    self.line_feed();
                    at += 1;
                }
                0x08 => {
                    self.column = self.column.saturating_sub(1);
                    at += 1;
                }
                b'\t' => {
                    self.column = ((self.column / 8 + 1) * 8).min(self.width - 1);
                    at += 1;
                }
                0x07 => {
                    self.bells += 1;
                    at += 1;
                }
                byte if byte < 0x20 => at += 1,
                byte => {
                    let length = match byte {
                        0xc0..=0xdf => 2,
                        0xe0..=0xef => 3,
                        0xf0..=0xff => 4,
                        _ => 1,
                    };
                    let Some(piece) = all.get(at..at + length) else { break };
                    let c = std::str::from_utf8(piece).ok().and_then(|t| t.chars().next()).unwrap_or('?');
                    self.put(c);
                    at += length;
                }
            }
        }
        self.rest = all[at..].to_vec();
        answers
    }

    fn put(&mut self, c: char) {
        let columns = columns(c);
        if self.column + columns > self.width {
            self.column = 0;
            self.line_feed();
        }
        self.rows[self.row][self.column] = Cell { letter: Some(c), style: self.style.clone() };
        if columns == 2 {
            self.rows[self.row][self.column + 1] = Cell { letter: None, style: self.style.clone() };
        }
        self.column += columns;
    }

    fn line_feed(&mut self) {
        if self.row + 1 < self.rows.len() {
            self.row += 1;
        } else {
            self.rows.remove(0);
            self.rows.push(vec![Cell::blank(); self.width]);
        }
    }

    /// A sequence; its length, or none while it is not whole.
    fn escape(&mut self, bytes: &[u8], answers: &mut Vec<u8>) -> Option<usize> {
        match bytes.get(1)? {
            b'[' => {
                let end = bytes[2..].iter().position(|b| (0x40..=0x7e).contains(b))? + 2;
                let text = std::str::from_utf8(&bytes[2..end]).unwrap_or_default();
                self.control(text, bytes[end], answers);
                Some(end + 1)
            }
            b']' => {
                let end = bytes.iter().position(|b| *b == 0x07);
                let other = bytes.windows(2).position(|w| w == b"\x1b\\").map(|at| at + 1);
                end.or(other).map(|at| at + 1)
            }
            b'7' => {
                self.saved = (self.row, self.column);
                Some(2)
            }
            b'8' => {
                (self.row, self.column) = self.saved;
                Some(2)
            }
            b'(' | b')' => bytes.get(2).map(|_| 3),
            _ => Some(2),
        }
    }

    fn control(&mut self, text: &str, end: u8, answers: &mut Vec<u8>) {
        let numbers: Vec<usize> =
            text.trim_start_matches(['?', '>', '=']).split(';').map(|n| n.parse().unwrap_or(0)).collect();
        let first = numbers.first().copied().unwrap_or(0);
        let count = first.max(1);
        let height = self.rows.len();
        match end {
            b'A' => self.row = self.row.saturating_sub(count),
            b'B' => self.row = (self.row + count).min(height - 1),
            b'C' => self.column = (self.column + count).min(self.width - 1),
            b'D' => self.column = self.column.saturating_sub(count),
            b'E' => (self.row, self.column) = ((self.row + count).min(height - 1), 0),
            b'F' => (self.row, self.column) = (self.row.saturating_sub(count), 0),
            b'G' => self.column = (count - 1).min(self.width - 1),
            b'd' => self.row = (count - 1).min(height - 1),
            b'H' | b'f' => {
                self.row = (count - 1).min(height - 1);
                self.column = (numbers.get(1).copied().unwrap_or(1).max(1) - 1).min(self.width - 1);
            }
            b'J' => self.erase_screen(first),
            b'K' => {
                let range = match first {
                    0 => self.column.min(self.width)..self.width,
                    1 => 0..(self.column + 1).min(self.width),
                    _ => 0..self.width,
                };
                self.rows[self.row][range].fill(Cell::blank());
            }
            b'S' => {
                for _ in 0..count {
                    self.rows.remove(0);
                    self.rows.push(vec![Cell::blank(); self.width]);
                }
            }
            b'm' if first == 0 => {
                self.style.clear();
                // More may follow the reset.
                self.style.push_str(text.trim_start_matches('0').trim_start_matches(';'));
            }
            b'm' => {
                self.style.push(';');
                self.style.push_str(text);
            }
            b'h' | b'l' if text == "?25" => self.is_hidden = end == b'l',
            b'h' if text == "?1049" => {
                self.main = std::mem::replace(&mut self.rows, vec![vec![Cell::blank(); self.width]; height]);
                self.is_alternate = true;
                self.saved = (self.row, self.column);
            }
            b'l' if text == "?1049" && self.is_alternate => {
                self.rows = std::mem::take(&mut self.main);
                self.is_alternate = false;
                (self.row, self.column) = self.saved;
            }
            b's' => self.saved = (self.row, self.column),
            b'u' if text.is_empty() => (self.row, self.column) = self.saved,
            b'n' if first == 6 => {
                answers.extend(format!("\x1b[{};{}R", self.row + 1, self.column.min(self.width - 1) + 1).bytes());
            }
            b'c' if text.is_empty() || text == "0" => answers.extend(b"\x1b[?62;22c"),
            _ => {}
        }
    }

    fn erase_screen(&mut self, how: usize) {
        let (row, column) = (self.row, self.column.min(self.width));
        match how {
            0 => {
                self.rows[row][column..].fill(Cell::blank());
                self.rows[row + 1..].iter_mut().for_each(|r| r.fill(Cell::blank()));
            }
            1 => {
                self.rows[..row].iter_mut().for_each(|r| r.fill(Cell::blank()));
                self.rows[row][..column].fill(Cell::blank());
            }
            _ => self.rows.iter_mut().for_each(|r| r.fill(Cell::blank())),
        }
    }
}

/// A row's text, without spaces at its end.
fn line(row: &[Cell]) -> String {
    row.iter().filter_map(|cell| cell.letter).collect::<String>().trim_end().to_string()
}

#[test]
fn the_model_moves_and_erases() {
    let check = |output: &str, expected: &str| {
        let mut screen = Screen::new(10, 3);
        screen.take(output.as_bytes());
        assert_eq!(screen.text(), expected, "{output:?}");
    };
    check("ab\x1b[1Dc", "ac");
    check("one\r\ntwo\r\nthree\r\nfour", "two\nthree\nfour");
    check("abc\x1b[2G\x1b[K", "a");
    check("0123456789x", "0123456789\nx");
    check("\u{ac00}\u{b098}b", "\u{ac00}\u{b098}b");
    let mut screen = Screen::new(10, 3);
    assert_eq!(screen.take(b"ab\x1b[6n"), b"\x1b[1;3R");
    screen.take("\x1b[1;91m\u{ac00}\x1b[0mc".as_bytes());
    assert_eq!(
        (screen.style_of("\u{ac00}"), screen.style_of("c"), screen.column()),
        (";1;91".into(), String::new(), 5)
    );
}
