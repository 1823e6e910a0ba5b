//! A grid on the whole screen: rows are filtered by typing, sorted by any column, marked and taken.

use command::{Grid, Picks};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::full_screen::{self, Page, Step};

/// Widest column.
const WIDEST: usize = 40;

/// What the person did so far.
struct GridPage<'a> {
    grid: &'a Grid,
    filter: String,
    /// Rows that fit the filter, in the order shown.
    shown: Vec<usize>,
    marked: Vec<bool>,
    cursor: usize,
    top: usize,
    column: usize,
    /// Sorted by this column, descending when true.
    sorted: Option<(usize, bool)>,
    height: usize,
    widths: Vec<usize>,
}

/// `text` in exactly so many cells.
pub(crate) fn fit(text: &str, width: usize) -> String {
    let text = text.replace(['\n', '\r', '\t'], " ");
    let mut out = String::new();
    let mut used = 0;
    let full = text.width();
    for c in text.chars() {
        let w = c.width().unwrap_or(0);
        let room = if full > width { width.saturating_sub(1) } else { width };
        if used + w > room {
            break;
        }
        out.push(c);
        used += w;
    }
    if full > width && width > 0 {
        out.push('…');
        used += 1;
    }
    out.push_str(&" ".repeat(width.saturating_sub(used)));
    out
}

impl<'a> GridPage<'a> {
    fn new(grid: &'a Grid) -> GridPage<'a> {
        let widths = grid
            .columns
            .iter()
            .enumerate()
            .map(|(at, name)| {
                let cells = grid.rows.iter().filter_map(|r| r.get(at)).map(|c| c.width()).max().unwrap_or(0);
                cells.max(name.width() + 2).min(WIDEST)
            })
            .collect();
        let mut page = GridPage {
            grid,
            filter: String::new(),
            shown: Vec::new(),
            marked: vec![false; grid.rows.len()],
            cursor: 0,
            top: 0,
            column: 0,
            sorted: None,
            height: 1,
            widths,
        };
        page.arrange();
        page
    }

    /// Whether a row fits: every word of the filter is found in it; `Column:word` looks into that column.
    fn fits(&self, row: &[String]) -> bool {
        self.filter.split_whitespace().all(|word| {
            let has = |cell: &String, word: &str| cell.to_lowercase().contains(&word.to_lowercase());
            if let Some((name, rest)) = word.split_once(':')
                && let Some(at) = self.grid.columns.iter().position(|c| c.eq_ignore_ascii_case(name))
            {
                return row.get(at).is_some_and(|cell| has(cell, rest));
            }
            row.iter().any(|cell| has(cell, word))
        })
    }

    fn arrange(&mut self) {
        let mut shown: Vec<usize> = (0..self.grid.rows.len()).filter(|r| self.fits(&self.grid.rows[*r])).collect();
        if let Some((column, is_descending)) = self.sorted {
            let cell = |row: &usize| self.grid.rows[*row].get(column).map_or("", String::as_str);
            shown.sort_by(|a, b| {
                let (a, b) = (cell(a), cell(b));
                let order = match (a.trim().parse::<f64>(), b.trim().parse::<f64>()) {
                    (Ok(a), Ok(b)) => a.total_cmp(&b),
                    _ => a.to_lowercase().cmp(&b.to_lowercase()),
                };
                if is_descending { order.reverse() } else { order }
            });
        }
        self.shown = shown;
        self.cursor = self.cursor.min(self.shown.len().saturating_sub(1));
    }

    fn move_to(&mut self, row: usize) {
        self.cursor = row.min(self.shown.len().saturating_sub(1));
    }

    fn taken(&self) -> Vec<usize> {
        let here = self.shown.get(self.cursor).copied();
        match self.grid.picks {
            Picks::None => Vec::new(),
            Picks::One => here.into_iter().collect(),
            Picks::Many => {
                let marked: Vec<usize> = self.shown.iter().copied().filter(|r| self.marked[*r]).collect();
                if marked.is_empty() { here.into_iter().collect() } else { marked }
            }
        }
    }
}

impl Page for GridPage<'_> {
    type Answer = Vec<usize>;

    fn lines(&mut self, width: usize, height: usize) -> Vec<String> {
        self.height = height.saturating_sub(4).max(1);
        self.top = self.top.min(self.cursor).max((self.cursor + 1).saturating_sub(self.height));
        let marks = self.grid.picks == Picks::Many;
        let lead = if marks { 4 } else { 2 };
        let row = |cells: &mut dyn Iterator<Item = (usize, String)>| {
            let text: Vec<String> = cells.map(|(at, text)| fit(&text, self.widths[at])).collect();
            fit(&format!("{}{}", " ".repeat(lead), text.join("  ")), width)
        };
        let mut lines = vec![
            full_screen::bold(&fit(
                &format!("{}  ({} of {})", self.grid.title, self.shown.len(), self.grid.rows.len()),
                width,
            )),
            fit(&format!("Filter: {}", self.filter), width),
        ];
        let heads = self.grid.columns.iter().enumerate().map(|(at, name)| {
            let mark = match self.sorted {
                Some((column, true)) if column == at => " ▼",
                Some((column, false)) if column == at => " ▲",
                _ => "",
            };
            let here = if at == self.column { "›" } else { "" };
            (at, format!("{here}{name}{mark}"))
        });
        lines.push(full_screen::underlined(&row(&mut { heads })));
        for (place, index) in self.shown.iter().enumerate().skip(self.top).take(self.height) {
            let cells = self.grid.rows[*index].iter().take(self.widths.len()).cloned().enumerate();
            let mut line = row(&mut { cells });
            let mark = match (marks, self.marked[*index]) {
                (true, true) => "[x] ",
                (true, false) => "[ ] ",
                _ => "  ",
            };
            line.replace_range(..lead.min(line.len()), mark.get(..lead.min(line.len())).unwrap_or(mark));
            lines.push(if place == self.cursor { full_screen::reversed(&line) } else { line });
        }
        while lines.len() + 1 < height {
            lines.push(String::new());
        }
        let keys = match self.grid.picks {
            Picks::None => "type to filter  ←→ column  F2 sort  Esc close",
            Picks::One => "type to filter  ←→ column  F2 sort  Enter take  Esc leave",
            Picks::Many => "type to filter  Space mark  Ctrl+A all  ←→ column  F2 sort  Enter take  Esc leave",
        };
        lines.push(full_screen::dim(&fit(keys, width)));
        lines
    }

    fn key(&mut self, key: KeyEvent) -> Step<Vec<usize>> {
        let has_control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Esc if !self.filter.is_empty() => {
                self.filter.clear();
                self.arrange();
            }
            KeyCode::Esc => return Step::Left,
            KeyCode::Enter => return Step::Done(self.taken()),
            KeyCode::Up => self.move_to(self.cursor.saturating_sub(1)),
            KeyCode::Down => self.move_to(self.cursor + 1),
            KeyCode::PageUp => self.move_to(self.cursor.saturating_sub(self.height)),
            KeyCode::PageDown => self.move_to(self.cursor + self.height),
            KeyCode::Home => self.move_to(0),
            KeyCode::End => self.move_to(usize::MAX),
            KeyCode::Left => self.column = self.column.saturating_sub(1),
            KeyCode::Right => self.column = (self.column + 1).min(self.grid.columns.len().saturating_sub(1)),
            KeyCode::F(2) => {
                self.sorted = match self.sorted {
                    Some((column, false)) if column == self.column => Some((column, true)),
                    Some((column, true)) if column == self.column => None,
                    _ => Some((self.column, false)),
                };
                self.arrange();
            }
            KeyCode::Char('a') if has_control && self.grid.picks == Picks::Many => {
                let all = self.shown.iter().all(|r| self.marked[*r]);
                for row in &self.shown {
                    self.marked[*row] = !all;
                }
            }
            KeyCode::Char(' ') if self.grid.picks == Picks::Many => {
                if let Some(row) = self.shown.get(self.cursor) {
                    self.marked[*row] = !self.marked[*row];
                }
                self.move_to(self.cursor + 1);
            }
            KeyCode::Char(c) if !has_control => {
                self.filter.push(c);
                self.arrange();
            }
            KeyCode::Backspace => {
                self.filter.pop();
                self.arrange();
            }
            _ => {}
        }
        Step::On
    }
}

/// Shows the grid.
pub fn show(grid: &Grid) -> std::io::Result<Option<Vec<usize>>> {
    full_screen::run(&mut GridPage::new(grid))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Grid {
        let rows = [["Kim", "1001"], ["Ken", "20"], ["Pilar", "300"]];
        Grid {
            title: "People".into(),
            columns: vec!["Name".into(), "Extension".into()],
            rows: rows.iter().map(|r| r.map(str::to_owned).to_vec()).collect(),
            picks: Picks::Many,
        }
    }

    fn press(page: &mut GridPage, keys: &[KeyCode]) -> Step<Vec<usize>> {
        let mut last = Step::On;
        for key in keys {
            last = page.key(KeyEvent::new(*key, KeyModifiers::NONE));
        }
        last
    }

    #[test]
    fn rows_are_filtered_sorted_and_taken() {
        let grid = grid();
        let mut page = GridPage::new(&grid);
        press(&mut page, &[KeyCode::Char('k')]);
        assert_eq!(page.shown, [0, 1]);
        press(&mut page, &[KeyCode::Esc, KeyCode::Right, KeyCode::F(2)]);
        assert_eq!(page.shown, [1, 2, 0], "numbers sort as numbers");
        press(&mut page, &[KeyCode::F(2)]);
        assert_eq!(page.shown, [0, 2, 1]);
        let taken = press(&mut page, &[KeyCode::Home, KeyCode::Char(' '), KeyCode::Char(' '), KeyCode::Enter]);
        assert!(matches!(taken, Step::Done(rows) if rows == [0, 2]));
        for c in "name:il".chars() {
            press(&mut page, &[KeyCode::Char(c)]);
        }
        assert_eq!(page.shown, [2]);
        let lines = page.lines(40, 10);
        assert_eq!(lines.len(), 10);
        assert!(lines[0].contains("(1 of 3)"), "{}", lines[0]);
    }

    #[test]
    fn texts_fill_their_cells() {
        for (text, width, expected) in
            [("abc", 5, "abc  "), ("abcdef", 4, "abc…"), ("a\nb", 3, "a b"), ("한국어", 5, "한국…"), ("", 2, "  ")]
        {
            assert_eq!(fit(text, width), expected);
        }
    }
}
