//! Pages that take the whole screen while they last: grids and forms. The screen before is back when they are left.

use std::io::{self, Write};

use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use crossterm::{cursor, execute, terminal as screen};

use crate::{output, terminal};

/// What a key led to.
#[derive(Debug)]
pub enum Step<T> {
    /// Go on.
    On,
    /// The page was left without an answer.
    Left,
    Done(T),
}

/// A page: what it shows, and what keys do.
pub trait Page {
    type Answer;
    /// The lines of a screen of that size; not more than its height.
    fn lines(&mut self, width: usize, height: usize) -> Vec<String>;
    /// A key was pressed.
    fn key(&mut self, key: KeyEvent) -> Step<Self::Answer>;
}

/// Text in bold.
pub fn bold(text: &str) -> String {
    format!("\u{1b}[1m{text}\u{1b}[0m")
}

/// Text underlined.
pub fn underlined(text: &str) -> String {
    format!("\u{1b}[4m{text}\u{1b}[0m")
}

/// Text with the colours exchanged.
pub fn reversed(text: &str) -> String {
    format!("\u{1b}[7m{text}\u{1b}[0m")
}

/// Text that steps back.
pub fn dim(text: &str) -> String {
    format!("\u{1b}[2m{text}\u{1b}[0m")
}

/// The terminal as a page needs it; as it was before when this is dropped.
struct Taken;

impl Taken {
    fn new() -> io::Result<Taken> {
        output::flush();
        screen::enable_raw_mode()?;
        execute!(io::stdout(), screen::EnterAlternateScreen, cursor::Hide)?;
        Ok(Taken)
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        let _ = execute!(io::stdout(), cursor::Show, screen::LeaveAlternateScreen);
        let _ = screen::disable_raw_mode();
    }
}

fn draw(lines: &[String]) -> io::Result<()> {
    let mut text = String::from("\u{1b}[H");
    for (at, line) in lines.iter().enumerate() {
        if at > 0 {
            text.push_str("\r\n");
        }
        text.push_str(line);
        text.push_str("\u{1b}[K");
    }
    text.push_str("\u{1b}[J");
    let mut out = io::stdout();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Shows a page until it is left or answered.
pub fn run<P: Page>(page: &mut P) -> io::Result<Option<P::Answer>> {
    let _taken = Taken::new()?;
    loop {
        let (width, height) = terminal::size();
        draw(&page.lines(width, height))?;
        // What is not a key, such as a change of size, shows the page anew.
        let Event::Key(key) = event::read()? else { continue };
        if key.kind == KeyEventKind::Release {
            continue;
        }
        if key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL) {
            return Ok(None);
        }
        match page.key(key) {
            Step::On => {}
            Step::Left => return Ok(None),
            Step::Done(answer) => return Ok(Some(answer)),
        }
    }
}
