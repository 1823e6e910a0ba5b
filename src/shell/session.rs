//! A session's loop: text in, outcome shown, the next prompt.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use engine::{Runspace, TextOutcome};
use values::Value;

use crate::complete::SessionCompleter;
use crate::edit::{self, Editor};
use crate::host::{self, ConsoleOptions, SharedScreen};
use crate::output;
use crate::terminal::{self, Line};

/// A runspace with its console.
pub struct Session {
    runspace: Arc<Mutex<Runspace>>,
    screen: SharedScreen,
    options: ConsoleOptions,
}

impl Session {
    /// Over a runspace whose host is the console with this screen.
    pub fn new(runspace: Arc<Mutex<Runspace>>, screen: SharedScreen, options: ConsoleOptions) -> Session {
        Session { runspace, screen, options }
    }

    /// The runspace.
    pub fn runspace(&self) -> &Arc<Mutex<Runspace>> {
        &self.runspace
    }

    fn lock(&self) -> MutexGuard<'_, Runspace> {
        self.runspace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The code that `$Host.SetShouldExit` asked for.
    pub fn exit_asked(&self) -> Option<i32> {
        self.lock().exit_code
    }

    /// Runs what waits for the session's end.
    pub fn say_exiting(&self) {
        self.lock().exiting();
    }

    /// Shows what was not caught.
    fn show(&self, runspace: &mut Runspace, outcome: &TextOutcome) {
        if let TextOutcome::Error(record) = outcome {
            runspace.show_error(record);
            runspace.success = false;
        }
        host::clear_progress(&self.screen);
    }

    /// Runs text as a line of the session.
    pub fn run_text(&mut self, text: &str, input: Option<Vec<Value>>) -> TextOutcome {
        let mut runspace = self.lock();
        let outcome = runspace.run_text(text, input);
        self.show(&mut runspace, &outcome);
        outcome
    }

    /// Runs a line of the prompt: it goes into the history, and `$^` and `$$` are its first and last words.
    fn run_line(&mut self, text: &str) -> TextOutcome {
        let started = self.lock().begin_line(text);
        let outcome = self.run_text(text, None);
        let mut runspace = self.lock();
        runspace.end_line(started, !matches!(outcome, TextOutcome::Error(_) | TextOutcome::Stopped));
        outcome
    }

    /// Runs the text of `-Command`; an unfinished one is not complained about.
    pub fn run_command_text(&mut self, text: &str, args: Vec<Value>, input: Option<Vec<Value>>) -> TextOutcome {
        if edit::lacks_end(text) {
            return TextOutcome::Done(false);
        }
        let mut runspace = self.lock();
        let outcome = runspace.run_text_with(text, args, input);
        self.show(&mut runspace, &outcome);
        outcome
    }

    /// Runs a script file.
    pub fn run_file(&mut self, path: &str, args: Vec<String>) -> TextOutcome {
        let mut runspace = self.lock();
        let outcome = runspace.run_file(path, args, None);
        self.show(&mut runspace, &outcome);
        outcome
    }

    /// `-Command -`: lines without prompt.
    pub fn run_lines(&mut self) -> i32 {
        let mut block: Option<String> = None;
        let mut was_good = true;
        while let Line::Text(line) = terminal::read_line(false) {
            match self.take(line, &mut block) {
                Some(TextOutcome::Exit(code)) => return code,
                Some(outcome) => was_good = matches!(outcome, TextOutcome::Done(true)),
                None => {}
            }
            if let Some(code) = self.exit_asked() {
                return code;
            }
        }
        i32::from(!was_good)
    }

    /// A session with prompt.
    pub fn run_prompt(&mut self, history: &Path) -> i32 {
        let is_terminal = terminal::is_input_terminal();
        let is_plain =
            std::env::var("TERM").is_ok_and(|t| t == "dumb") || !std::io::IsTerminal::is_terminal(&std::io::stdout());
        let mut editor = (is_terminal && !is_plain).then(|| {
            let completer = Box::new(SessionCompleter::new(self.runspace.clone()));
            Editor::new(Some(history), completer, self.options.shows_escapes)
        });
        let mut block: Option<String> = None;
        loop {
            let prompt = if block.is_some() { ">> ".to_string() } else { self.prompt() };
            let line = match &mut editor {
                Some(editor) => {
                    output::flush();
                    editor.read(&prompt)
                }
                None => {
                    output::write(&prompt);
                    terminal::read_line(false)
                }
            };
            let line = match line {
                Line::Text(line) => line,
                Line::End => return 0,
                Line::Cancelled => {
                    block = None;
                    continue;
                }
            };
            if !is_terminal {
                output::write(&format!("{line}\n"));
            }
            let outcome = match &editor {
                Some(_) if line.trim().is_empty() => None,
                Some(_) => Some(self.run_line(&line)),
                None => self.take(line, &mut block),
            };
            if let Some(TextOutcome::Exit(code)) = outcome {
                return code;
            }
            if let Some(code) = self.exit_asked() {
                return code;
            }
        }
    }

    /// A line of input: begins or goes on with a block, or runs. An empty line ends a block.
    fn take(&mut self, line: String, block: &mut Option<String>) -> Option<TextOutcome> {
        let is_empty = line.trim().is_empty();
        let text = match (block.take(), is_empty) {
            (Some(text), true) => text,
            (Some(mut text), false) => {
                text.push('\n');
                text.push_str(&line);
                *block = Some(text);
                return None;
            }
            (None, true) => return None,
            (None, false) => line,
        };
        if edit::lacks_end(&text) {
            *block = Some(text);
            return None;
        }
        Some(self.run_line(&text))
    }

    /// What the function `prompt` gives, with what it wrote to the host in front.
    fn prompt(&mut self) -> String {
        let mut runspace = self.lock();
        host::hold_line(&self.screen);
        let text = runspace.prompt_text();
        format!("{}{text}", host::held_line(&self.screen))
    }
}
