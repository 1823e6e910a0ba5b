//! The host: the person's side of the session.

use values::{ErrorCategory, Exception, Result, Str, TypeRef, Value};

/// A console colour (System.ConsoleColor's number).
pub type HostColor = u8;

/// One state of a progress bar.
#[derive(Clone, Debug, Default)]
pub struct ProgressRecord {
    pub id: i32,
    pub parent: i32,
    pub activity: Option<Str>,
    pub status: Option<Str>,
    pub operation: Option<Str>,
    pub percent: i32,
    pub seconds: i32,
    pub is_completed: bool,
}

/// A choice of `PromptForChoice`: label with `&` before the key, help text.
#[derive(Clone, Debug)]
pub struct Choice {
    pub label: Str,
    pub help: Str,
}

/// How many rows of a grid may be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picks {
    None,
    One,
    Many,
}

/// Rows to look through, filter, sort and take.
#[derive(Clone, Debug)]
pub struct Grid {
    pub title: String,
    pub columns: Vec<String>,
    /// The cells of each row, as many as there are columns.
    pub rows: Vec<Vec<String>>,
    pub picks: Picks,
}

/// What a field of a form takes.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldKind {
    Text,
    /// On or off.
    Switch,
    /// One of these, or nothing.
    Choice(Vec<String>),
}

/// A field of a form.
#[derive(Clone, Debug)]
pub struct Field {
    pub name: String,
    /// What it is for, in a line.
    pub about: String,
    pub kind: FieldKind,
    pub is_required: bool,
}

/// Pages of fields; one page is filled in.
#[derive(Clone, Debug)]
pub struct Form {
    pub title: String,
    pub pages: Vec<(String, Vec<Field>)>,
}

/// The page that was filled in, and the text of each of its fields; a switch that is on is `true`.
pub type Filled = (usize, Vec<String>);

/// The refusal of what needs the whole screen.
pub fn no_screen<T>(what: &str) -> Result<T> {
    Exception::new(
        TypeRef::RUNTIME_EXCEPTION,
        format!("{what} needs a terminal with a person at it; this session has none."),
    )
    .identity("ScreenNotAvailable", ErrorCategory::ResourceUnavailable, Value::Null)
    .throw()
}

/// What a host can do. A host that can't ask (non-interactive) answers with the error that PowerShell gives there.
pub trait Host: Send {
    /// `$Host.Name`.
    fn name(&self) -> &str;
    /// Text as it is, colours for the whole of it.
    fn write(&mut self, text: &str, foreground: Option<HostColor>, background: Option<HostColor>);
    /// A line of the error stream.
    fn write_error_line(&mut self, text: &str);
    /// Text for the success stream as formatted by Out-Default.
    fn write_output(&mut self, text: &str);
    /// A line of the warning, verbose or debug stream, prefix included.
    fn write_stream_line(&mut self, stream: u8, text: &str);
    /// Shows progress.
    fn progress(&mut self, source: i64, record: &ProgressRecord);
    /// Reads a line; `is_secret` does not echo.
    fn read_line(&mut self, prompt: &str, is_secret: bool) -> Result<Option<String>>;
    /// Asks one of several choices.
    fn choose(&mut self, caption: &str, message: &str, choices: &[Choice], default: i32) -> Result<i32>;
    /// Width and height of the screen in cells.
    fn size(&self) -> (usize, usize);
    /// Whether output goes to a terminal that shows escape sequences.
    fn is_terminal(&self) -> bool;
    /// Whether the host may ask at all.
    fn is_interactive(&self) -> bool;
    /// Writes out what waits in buffers: before others write to the same place.
    fn flush(&mut self) {}
    /// Whether programs' output must pass through the session, because what is shown is written down.
    fn is_transcribing(&self) -> bool {
        false
    }
    /// Gives the terminal to a program that runs in it, or takes it back.
    fn lend(&mut self, is_lent: bool) {
        let _ = is_lent;
        self.flush();
    }
    /// Shows a grid until the person is done; the numbers of the rows taken, in the order shown, or none when it was left.
    fn grid(&mut self, grid: &Grid) -> Result<Option<Vec<usize>>> {
        let _ = grid;
        no_screen("A grid")
    }
    /// Shows a form until it is filled in; none when it was left.
    fn form(&mut self, form: &Form) -> Result<Option<Filled>> {
        let _ = form;
        no_screen("A form")
    }
    /// Shows text page by page until the person is done.
    fn page(&mut self, title: &str, text: &str) -> Result<()> {
        let _ = (title, text);
        no_screen("A page")
    }
    /// A value of `$Host.UI.RawUI` by name; none means the host has none.
    fn raw(&mut self, name: &str, value: Option<&Value>) -> Option<Value>;
}
