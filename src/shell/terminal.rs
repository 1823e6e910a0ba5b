//! The terminal: size, echo, and keys for questions.
#![allow(unsafe_code)]

use std::io::{self, BufRead, IsTerminal, Read};
use std::os::fd::AsRawFd;

use crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};

use crate::output;

/// Width and height; 80 by 25 where there is no terminal.
pub fn size() -> (usize, usize) {
    for fd in [libc::STDOUT_FILENO, libc::STDIN_FILENO, libc::STDERR_FILENO] {
        // SAFETY: TIOCGWINSZ fills the structure that it is given.
        let size = unsafe {
            let mut size: libc::winsize = std::mem::zeroed();
            (libc::ioctl(fd, libc::TIOCGWINSZ, &mut size) == 0).then_some(size)
        };
        if let Some(size) = size
            && size.ws_col > 0
        {
            return (size.ws_col as usize, size.ws_row.max(1) as usize);
        }
    }
    (80, 25)
}

/// Whether a person sits at standard input.
pub fn is_input_terminal() -> bool {
    io::stdin().is_terminal()
}

/// Whether the process has a standard output.
pub fn has_output() -> bool {
    // SAFETY: asks for the flags of a descriptor by its number.
    unsafe { libc::fcntl(libc::STDOUT_FILENO, libc::F_GETFD) != -1 }
}

/// Keeps the terminal from showing `^C`; the terminal is as it was when this is dropped.
pub struct QuietControls {
    before: Option<libc::termios>,
}

impl QuietControls {
    /// Where standard input is a terminal.
    pub fn new() -> QuietControls {
        // SAFETY: `tcgetattr` fills the structure, `tcsetattr` reads it.
        let before = unsafe {
            let mut state: libc::termios = std::mem::zeroed();
            let fd = io::stdin().as_raw_fd();
            if libc::isatty(fd) == 1 && libc::tcgetattr(fd, &mut state) == 0 {
                let before = state;
                state.c_lflag &= !libc::ECHOCTL;
                libc::tcsetattr(fd, libc::TCSANOW, &state);
                Some(before)
            } else {
                None
            }
        };
        QuietControls { before }
    }
}

/// Whether the terminal shows control characters as `^C`: while a program runs in it.
pub fn show_controls(is_shown: bool) {
    // SAFETY: `tcgetattr` fills the structure, `tcsetattr` reads it.
    unsafe {
        let mut state: libc::termios = std::mem::zeroed();
        let fd = io::stdin().as_raw_fd();
        if libc::isatty(fd) == 1 && libc::tcgetattr(fd, &mut state) == 0 {
            if is_shown {
                state.c_lflag |= libc::ECHOCTL;
            } else {
                state.c_lflag &= !libc::ECHOCTL;
            }
            libc::tcsetattr(fd, libc::TCSANOW, &state);
        }
    }
}

impl Drop for QuietControls {
    fn drop(&mut self) {
        if let Some(before) = &self.before {
            // SAFETY: the structure was filled by `tcgetattr`.
            unsafe { libc::tcsetattr(io::stdin().as_raw_fd(), libc::TCSANOW, before) };
        }
    }
}

/// What a read gave.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Line {
    Text(String),
    End,
    Cancelled,
}

/// A line from standard input: from a pipe or file as it is, from a terminal with simple editing.
pub fn read_line(is_secret: bool) -> Line {
    output::flush();
    if is_input_terminal() && std::env::var("TERM").is_ok_and(|t| t != "dumb") {
        return read_keys(is_secret);
    }
    let mut bytes = Vec::new();
    match values::stop::input().read_until(b'\n', &mut bytes) {
        _ if values::stop::requested() => Line::Cancelled,
        Ok(0) | Err(_) => Line::End,
        Ok(_) => {
            while bytes.last().is_some_and(|b| matches!(b, b'\n' | b'\r')) {
                bytes.pop();
            }
            Line::Text(text_of(bytes))
        }
    }
}

/// All lines that are left on standard input.
pub fn read_rest() -> Vec<String> {
    let mut bytes = Vec::new();
    // What could be read before an error counts.
    let _ = values::stop::input().read_to_end(&mut bytes);
    let text = text_of(bytes);
    let mut lines: Vec<String> = text.split('\n').map(|l| l.strip_suffix('\r').unwrap_or(l).to_string()).collect();
    if lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

fn text_of(bytes: Vec<u8>) -> String {
    let text = String::from_utf8_lossy(&bytes);
    text.strip_prefix('\u{feff}').unwrap_or(&text).to_string()
}

/// One key as text: Ctrl-C as its control character; none when the terminal went away.
pub fn read_key() -> Option<String> {
    output::flush();
    crossterm::terminal::enable_raw_mode().ok()?;
    let key = loop {
        let Ok(event) = event::read() else { break None };
        let Event::Key(key) = event else { continue };
        let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            _ if key.kind == KeyEventKind::Release => {}
            KeyCode::Char('c') if is_control => break Some("\u{3}".to_string()),
            KeyCode::Char('j' | 'm') if is_control => break Some("\r".to_string()),
            KeyCode::Enter => break Some("\r".to_string()),
            KeyCode::Char(c) => break Some(c.to_string()),
            _ => {}
        }
    };
    // The terminal went away if this fails.
    let _ = crossterm::terminal::disable_raw_mode();
    key
}

fn read_keys(is_secret: bool) -> Line {
    if crossterm::terminal::enable_raw_mode().is_err() {
        return Line::End;
    }
    let result = edit_keys(is_secret);
    // The terminal went away if this fails.
    let _ = crossterm::terminal::disable_raw_mode();
    output::write("\n");
    result
}

/// A line that is typed while the terminal gives each key.
pub fn read_typed() -> Line {
    edit_keys(false)
}

fn edit_keys(is_secret: bool) -> Line {
    let mut text = String::new();
    loop {
        output::flush();
        let Ok(event) = event::read() else { return Line::End };
        let Event::Key(key) = event else {
            continue;
        };
        if key.kind == KeyEventKind::Release {
            continue;
        }
        let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Enter => return Line::Text(text),
            KeyCode::Char('c') if is_control => return Line::Cancelled,
            KeyCode::Char('d') if is_control && text.is_empty() => return Line::End,
            KeyCode::Char('j' | 'm') if is_control => return Line::Text(text),
            KeyCode::Backspace => {
                if let Some(c) = text.pop() {
                    let cells = if is_secret { 1 } else { unicode_width::UnicodeWidthChar::width(c).unwrap_or(0) };
                    output::write(&"\u{8} \u{8}".repeat(cells));
                }
            }
            KeyCode::Char(c) if !is_control => {
                text.push(c);
                if is_secret {
                    output::write("*");
                } else {
                    output::write(c.encode_utf8(&mut [0; 4]));
                }
            }
            _ => {}
        }
    }
}
