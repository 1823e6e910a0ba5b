//! The console as `command::Host`.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use command::{Choice, Filled, Form, Grid, Host, HostColor, ProgressRecord};
use values::types::automation::ps_style::{PsStyle, Rendering};
use values::{ErrorCategory, Exception, Result, TypeRef, Value};

use crate::choice;
use crate::output;
use crate::progress::Progress;
use crate::terminal::{self, Line};

/// What the session's loop and the host share: what stands on the screen.
#[derive(Default)]
pub struct Screen {
    progress: Progress,
    /// Whether the cursor stands behind text.
    is_in_line: bool,
    /// What is written is kept here while the prompt is made, from the last line's begin.
    held: Option<String>,
    /// The prompt stands in this line: what is written first begins below it.
    is_at_line: bool,
    title: String,
    /// `$PSStyle`, which may change what is painted and how at any time.
    style: Option<Value>,
}

/// The screen, shared.
pub type SharedScreen = Arc<Mutex<Screen>>;

fn lock(screen: &SharedScreen) -> MutexGuard<'_, Screen> {
    screen.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From now on the host paints as this `$PSStyle` says.
pub fn follow_style(screen: &SharedScreen, style: Option<Value>) {
    lock(screen).style = style;
}

/// Takes progress bars away when a pipeline is over.
pub fn clear_progress(screen: &SharedScreen) {
    let mut screen = lock(screen);
    screen.progress.clear();
    drop(screen);
    output::flush();
}

/// From now on what is written last in a line is kept back: it becomes a part of the prompt.
pub fn hold_line(screen: &SharedScreen) {
    lock(screen).held = Some(String::new());
}

/// Writes the whole lines that were kept back; the last one, which has no end, is the result.
pub fn held_line(screen: &SharedScreen) -> String {
    let held = lock(screen).held.take().unwrap_or_default();
    match held.rfind('\n') {
        Some(at) => {
            output::write(&held[..=at]);
            held[at + 1..].to_string()
        }
        None => held,
    }
}

/// The prompt's line stays as it is: whatever is written goes below.
pub fn keep_line(screen: &SharedScreen) {
    lock(screen).is_at_line = true;
}

/// Ends what was written below the prompt's line, if anything was.
pub fn end_kept_line(screen: &SharedScreen) {
    let mut screen = lock(screen);
    if !std::mem::take(&mut screen.is_at_line) && std::mem::take(&mut screen.is_in_line) {
        output::write("\n");
    }
}

impl Screen {
    /// What `$PSStyle` says, where there is one.
    fn style(&self) -> Option<&PsStyle> {
        self.style.as_ref().and_then(|style| style.as_foreign::<PsStyle>())
    }

    /// Whether escape sequences are written now.
    fn shows_escapes(&self, options: &ConsoleOptions) -> bool {
        match self.style().map(PsStyle::rendering) {
            None => options.shows_escapes,
            Some(Rendering::PlainText) => false,
            Some(_) => options.knows_escapes,
        }
    }

    /// The decoration of progress bars.
    fn bar_style(&self, options: &ConsoleOptions) -> String {
        match self.shows_escapes(options) {
            true => self.style().map_or_else(|| YELLOW.to_string(), |style| style.snapshot().progress),
            false => String::new(),
        }
    }

    /// Leaves the prompt's line before anything is written.
    fn leave_line(&mut self) {
        if std::mem::take(&mut self.is_at_line) {
            output::write("\n");
        }
    }
}

/// What the console is like.
#[derive(Clone, Debug)]
pub struct ConsoleOptions {
    /// `-NonInteractive`.
    pub is_interactive: bool,
    /// Lines that are read from a pipe are shown (not with `-Command -`).
    pub echoes_input: bool,
    /// The terminal understands escape sequences.
    pub knows_escapes: bool,
    /// They may be written at the start.
    pub shows_escapes: bool,
}

impl ConsoleOptions {
    /// What the environment says of the terminal (`TERM`) and of colours (`NO_COLOR`).
    pub fn new(is_interactive: bool, echoes_input: bool, variable: impl Fn(&str) -> Option<String>) -> ConsoleOptions {
        let term = variable("TERM").unwrap_or_default();
        let knows_escapes = !matches!(term.as_str(), "" | "dumb");
        let asks_for_none = variable("NO_COLOR").is_some() || matches!(term.as_str(), "xterm-mono" | "xtermm");
        let shows_escapes = knows_escapes && !asks_for_none;
        ConsoleOptions { is_interactive, echoes_input, knows_escapes, shows_escapes }
    }
}

/// The console.
pub struct ConsoleHost {
    options: ConsoleOptions,
    screen: SharedScreen,
}

const NAMES: [&str; 16] =
    ["30", "34", "32", "36", "31", "35", "33", "37", "90", "94", "92", "96", "91", "95", "93", "97"];

/// How PowerShell paints warnings and bars where nothing else is asked for.
const YELLOW: &str = "\u{1b}[33;1m";

/// The escape sequence of a console colour.
fn color(number: HostColor, is_background: bool) -> String {
    let code: u8 = NAMES.get(number as usize).and_then(|n| n.parse().ok()).unwrap_or(37);
    format!("\u{1b}[{}m", if is_background { code + 10 } else { code })
}

impl ConsoleHost {
    /// A console over standard input, output and error.
    pub fn new(options: ConsoleOptions, screen: SharedScreen) -> ConsoleHost {
        ConsoleHost { options, screen }
    }

    /// Whether escape sequences are written now.
    fn shows_escapes(&self) -> bool {
        lock(&self.screen).shows_escapes(&self.options)
    }

    fn print(&mut self, text: &str) {
        let mut screen = lock(&self.screen);
        let shows_escapes = screen.shows_escapes(&self.options);
        if let Some(held) = &mut screen.held {
            held.push_str(&if shows_escapes { text.into() } else { output::without_escapes(text) });
            return;
        }
        screen.leave_line();
        let had_bars = screen.progress.is_shown();
        screen.progress.hide();
        if shows_escapes {
            output::write(text);
        } else {
            output::write(&output::without_escapes(text));
        }
        if let Some(last) = text.chars().last() {
            screen.is_in_line = last != '\n';
        }
        if had_bars && !screen.is_in_line {
            let bar_style = screen.bar_style(&self.options);
            screen.progress.show(terminal::size().0, &bar_style);
        }
    }

    fn refuse<T>(&self) -> Result<T> {
        let ty = TypeRef::find("System.Management.Automation.PSInvalidOperationException");
        Exception::new(
            ty.unwrap_or(TypeRef::RUNTIME_EXCEPTION),
            "PowerShell is in NonInteractive mode. Read and Prompt functionality is not available.",
        )
        .identity("InvalidOperation", ErrorCategory::InvalidOperation, Value::Null)
        .throw()
    }

    /// Makes room for a page on the whole screen; an error where nobody could see it.
    fn take_screen(&mut self, what: &str) -> Result<()> {
        let has_screen = terminal::is_input_terminal() && std::io::IsTerminal::is_terminal(&std::io::stdout());
        if !self.options.is_interactive || !self.shows_escapes() || !has_screen {
            return command::no_screen(what);
        }
        lock(&self.screen).progress.hide();
        Ok(())
    }

    fn screen_result<T>(&mut self, result: std::io::Result<T>) -> Result<T> {
        lock(&self.screen).is_in_line = false;
        result.or_else(|error| {
            Exception::new(TypeRef::RUNTIME_EXCEPTION, error.to_string())
                .identity("ScreenFailed", ErrorCategory::ResourceUnavailable, Value::Null)
                .throw()
        })
    }

    fn line(&mut self, is_secret: bool) -> Result<Option<String>> {
        let is_terminal = terminal::is_input_terminal();
        match terminal::read_line(is_secret) {
            Line::Text(text) => {
                if !is_terminal && self.options.echoes_input {
                    output::write(&if is_secret { "*".repeat(text.chars().count()) } else { text.clone() });
                    output::write("\n");
                }
                Ok(Some(text))
            }
            Line::End => Ok(None),
            Line::Cancelled => Err(Box::new(values::Flow::Stopped)),
        }
    }
}

impl Host for ConsoleHost {
    fn name(&self) -> &str {
        "ConsoleHost"
    }

    fn write(&mut self, text: &str, foreground: Option<HostColor>, background: Option<HostColor>) {
        if !self.shows_escapes() || (foreground.is_none() && background.is_none()) || text.is_empty() {
            return self.print(text);
        }
        let (body, end) = match text.strip_suffix('\n') {
            Some(body) => (body, "\n"),
            None => (text, ""),
        };
        let mut painted = String::with_capacity(text.len() + 16);
        painted.push_str(&foreground.map(|c| color(c, false)).unwrap_or_default());
        painted.push_str(&background.map(|c| color(c, true)).unwrap_or_default());
        painted.push_str(body);
        painted.push_str("\u{1b}[0m");
        painted.push_str(end);
        self.print(&painted);
    }

    fn write_error_line(&mut self, text: &str) {
        let mut screen = lock(&self.screen);
        let shows_escapes = screen.shows_escapes(&self.options);
        screen.leave_line();
        let had_bars = screen.progress.is_shown();
        screen.progress.hide();
        let line = if shows_escapes { text.into() } else { output::without_escapes(text) };
        // A text that ends its own last line needs no second end.
        let line = match line.strip_suffix("\n\u{1b}[0m") {
            Some(body) => format!("{body}\u{1b}[0m"),
            None => line.strip_suffix('\n').unwrap_or(&line).to_string(),
        };
        output::write_error(&format!("{line}\n"));
        screen.is_in_line = false;
        if had_bars {
            let bar_style = screen.bar_style(&self.options);
            screen.progress.show(terminal::size().0, &bar_style);
        }
    }

    fn write_output(&mut self, text: &str) {
        self.print(text);
    }

    fn write_stream_line(&mut self, stream: u8, text: &str) {
        if !self.shows_escapes() || text.contains('\u{1b}') {
            return self.print(&format!("{text}\n"));
        }
        let style = lock(&self.screen).style().map(PsStyle::snapshot).map(|style| match stream {
            3 => style.warning,
            4 => style.verbose,
            _ => style.debug,
        });
        self.print(&format!("{}{text}\u{1b}[0m\n", style.as_deref().unwrap_or(YELLOW)));
    }

    fn progress(&mut self, source: i64, record: &ProgressRecord) {
        // Nobody reads bars in a pipe or a dumb terminal.
        if !self.shows_escapes() || !std::io::IsTerminal::is_terminal(&std::io::stdout()) {
            return;
        }
        let mut screen = lock(&self.screen);
        if screen.is_in_line {
            return;
        }
        let bar_style = screen.bar_style(&self.options);
        screen.progress.update(source, record, terminal::size().0, &bar_style);
    }

    fn read_line(&mut self, prompt: &str, is_secret: bool) -> Result<Option<String>> {
        if !self.options.is_interactive {
            return self.refuse();
        }
        self.print(prompt);
        let line = self.line(is_secret)?;
        if line.is_none() && !prompt.is_empty() && self.options.echoes_input {
            self.print("\n");
        }
        lock(&self.screen).is_in_line = false;
        Ok(line)
    }

    fn choose(&mut self, caption: &str, message: &str, choices: &[Choice], default: i32) -> Result<i32> {
        if !self.options.is_interactive {
            return self.refuse();
        }
        let width = terminal::size().0;
        self.print(&choice::head(caption, message, width));
        loop {
            self.print(&choice::question(choices, default, width));
            let Some(answer) = self.line(false)? else {
                return Ok(default.max(0));
            };
            lock(&self.screen).is_in_line = false;
            match choice::answer(choices, default, answer.trim()) {
                choice::Answer::Choice(index) => return Ok(index),
                choice::Answer::Help => self.print(&choice::help(choices)),
                choice::Answer::Unknown => {}
            }
        }
    }

    fn size(&self) -> (usize, usize) {
        terminal::size()
    }

    fn is_terminal(&self) -> bool {
        self.shows_escapes()
    }

    fn is_interactive(&self) -> bool {
        self.options.is_interactive
    }

    fn flush(&mut self) {
        output::flush();
    }

    fn lend(&mut self, is_lent: bool) {
        let mut screen = lock(&self.screen);
        screen.progress.hide();
        output::flush();
        terminal::show_controls(is_lent);
        screen.is_in_line = false;
    }

    fn grid(&mut self, grid: &Grid) -> Result<Option<Vec<usize>>> {
        self.take_screen("A grid")?;
        self.screen_result(crate::grid::show(grid))
    }

    fn form(&mut self, form: &Form) -> Result<Option<Filled>> {
        self.take_screen("A form")?;
        self.screen_result(crate::form::show(form))
    }

    fn page(&mut self, title: &str, text: &str) -> Result<()> {
        self.take_screen("A page")?;
        self.screen_result(crate::pager::show(title, text))
    }

    fn raw(&mut self, name: &str, value: Option<&Value>) -> Option<Value> {
        let (width, height) = terminal::size();
        match name.to_ascii_lowercase().as_str() {
            "width" => Some(Value::I32(width as i32)),
            "height" => Some(Value::I32(height as i32)),
            "windowtitle" => {
                if let Some(value) = value {
                    let title = values::convert::to_display(value).to_string();
                    if self.shows_escapes() {
                        output::write(&format!("\u{1b}]0;{title}\u{7}"));
                    }
                    lock(&self.screen).title = title;
                }
                Some(Value::from(lock(&self.screen).title.clone()))
            }
            "clear" => {
                if self.shows_escapes() {
                    output::write("\u{1b}[H\u{1b}[2J\u{1b}[3J");
                }
                Some(Value::Null)
            }
            "readkey" if self.is_interactive() && self.is_terminal() => Some(terminal::read_key().into()),
            _ => None,
        }
    }
}
