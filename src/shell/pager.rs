//! Text on the whole screen, to be read page by page and searched: `Get-Help -ShowWindow`.

use crossterm::event::{KeyCode, KeyEvent};

use crate::full_screen::{self, Page, Step};
use crate::grid::fit;
use crate::output;

/// What is read, and from which line on.
struct TextPage<'a> {
    title: &'a str,
    lines: Vec<String>,
    top: usize,
    /// Lines that the screen has room for.
    room: usize,
    /// What is sought: while it is typed, and afterwards.
    sought: String,
    is_typing: bool,
}

impl<'a> TextPage<'a> {
    fn new(title: &'a str, text: &str) -> TextPage<'a> {
        let lines = output::without_escapes(text).trim_matches('\n').lines().map(str::to_string).collect();
        TextPage { title, lines, top: 0, room: 1, sought: String::new(), is_typing: false }
    }

    fn last_top(&self) -> usize {
        self.lines.len().saturating_sub(self.room)
    }

    fn fits(&self, line: &str) -> bool {
        !self.sought.is_empty() && line.to_lowercase().contains(&self.sought.to_lowercase())
    }

    /// Goes to the next line that has what is sought, from a line on; behind the last one the first follows.
    fn find(&mut self, from: usize) {
        let count = self.lines.len();
        let found = (0..count).map(|step| (from + step) % count).find(|at| self.fits(&self.lines[*at]));
        if let Some(at) = found {
            self.top = at.min(self.last_top());
        }
    }
}

impl Page for TextPage<'_> {
    type Answer = ();

    fn lines(&mut self, width: usize, height: usize) -> Vec<String> {
        self.room = height.saturating_sub(2).max(1);
        self.top = self.top.min(self.last_top());
        let end = (self.top + self.room).min(self.lines.len());
        let place = format!("{}  (lines {}-{} of {})", self.title, self.top + 1, end, self.lines.len());
        let mut shown = vec![full_screen::reversed(&fit(&place, width))];
        for line in &self.lines[self.top..end] {
            let text = fit(line, width).trim_end().to_string();
            shown.push(if self.fits(line) { full_screen::bold(&text) } else { text });
        }
        shown.resize(self.room + 1, String::new());
        shown.push(match self.is_typing {
            true => fit(&format!("/{}", self.sought), width).trim_end().to_string(),
            false => full_screen::dim(
                fit("\u{2191}\u{2193} PgUp PgDn Home End  / search  n next  q leave", width).trim_end(),
            ),
        });
        shown
    }

    fn key(&mut self, key: KeyEvent) -> Step<()> {
        if self.is_typing {
            match key.code {
                KeyCode::Char(c) => self.sought.push(c),
                KeyCode::Backspace => {
                    self.sought.pop();
                }
                KeyCode::Esc => (self.is_typing, self.sought) = (false, String::new()),
                KeyCode::Enter => {
                    self.is_typing = false;
                    self.find(self.top);
                }
                _ => {}
            }
            return Step::On;
        }
        match key.code {
            KeyCode::Char('q') | KeyCode::Esc => return Step::Left,
            KeyCode::Char('/') => (self.is_typing, self.sought) = (true, String::new()),
            KeyCode::Char('n') => self.find(self.top + 1),
            KeyCode::Down | KeyCode::Enter => self.top += 1,
            KeyCode::Up => self.top = self.top.saturating_sub(1),
            KeyCode::PageDown | KeyCode::Char(' ') => self.top += self.room,
            KeyCode::PageUp => self.top = self.top.saturating_sub(self.room),
            KeyCode::Home => self.top = 0,
            KeyCode::End => self.top = self.last_top(),
            _ => {}
        }
        self.top = self.top.min(self.last_top());
        Step::On
    }
}

/// Shows text until the person leaves it.
pub fn show(title: &str, text: &str) -> std::io::Result<()> {
    full_screen::run(&mut TextPage::new(title, text)).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_turn_pages_and_find() {
        let text: String = (1..=50).map(|n| format!("line {n}\n")).collect();
        let mut page = TextPage::new("Title", &text);
        let mut press = |keys: &[KeyCode]| {
            page.lines(40, 12);
            for code in keys {
                let _ = page.key(KeyEvent::from(*code));
            }
            let shown = page.lines(40, 12);
            assert_eq!(shown.len(), 12);
            shown[1].clone()
        };
        assert_eq!(press(&[]), "line 1");
        assert_eq!(press(&[KeyCode::PageDown, KeyCode::Down]), "line 12");
        assert_eq!(press(&[KeyCode::End]), "line 41");
        assert_eq!(press(&[KeyCode::Home]), "line 1");
        let search = [KeyCode::Char('/'), KeyCode::Char('E'), KeyCode::Char(' '), KeyCode::Char('3'), KeyCode::Enter];
        assert_eq!(press(&search), full_screen::bold("line 3"));
        assert_eq!(press(&[KeyCode::Char('n')]), full_screen::bold("line 30"));
    }
}
