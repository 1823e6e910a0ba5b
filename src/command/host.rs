//! The host: the person's side of the session.

use values::{Result, Str, Value};

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
    /// Gives the terminal to a program that runs in it, or takes it back.
    fn lend(&mut self, is_lent: bool) {
        let _ = is_lent;
        self.flush();
    }
    /// A value of `$Host.UI.RawUI` by name; none means the host has none.
    fn raw(&mut self, name: &str, value: Option<&Value>) -> Option<Value>;
}
