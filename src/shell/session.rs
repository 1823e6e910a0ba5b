//! A session's loop: text in, outcome shown, the next prompt.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use command::line::LineSettings;
use command::{Invoke, Session as _};
use engine::{Runspace, TextOutcome};
use values::Value;

use crate::edit::{self, Editor, Entered};
use crate::host::{self, ConsoleOptions, SharedScreen};
use crate::near;
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

    /// What Ctrl-C sets.
    pub fn stop_mark(&self) -> Arc<AtomicBool> {
        self.lock().stop.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Runspace> {
        self.runspace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The prompt indents new lines of a block, unless the profile says otherwise. Without a profile it is the bare console's.
    pub fn indent_lines(&self) {
        let mut runspace = self.lock();
        LineSettings { indents: true, ..LineSettings::of(&mut *runspace) }.keep(&mut *runspace);
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

    /// Says what may have been meant where the line named something that is not known.
    fn suggest(&self, before: Option<Arc<command::ErrorRecord>>) {
        let mut runspace = self.lock();
        let Some(record) = near::last_error(&mut runspace) else { return };
        if before.is_some_and(|old| Arc::ptr_eq(&old, &record)) {
            return;
        }
        let names = near::meant(&mut runspace, &record);
        drop(runspace);
        if !names.is_empty() {
            output::write(&format!("Did you mean {}?\n", names.join(", ")));
        }
    }

    /// Runs a line of the prompt: it goes into the history, and `$^` and `$$` are its first and last words.
    fn run_line(&mut self, text: &str) -> TextOutcome {
        crate::memory::work_large();
        let started = self.lock().begin_line(text);
        let outcome = self.run_where_entered(text);
        let mut runspace = self.lock();
        runspace.end_line(started, !matches!(outcome, TextOutcome::Error(_) | TextOutcome::Stopped));
        outcome
    }

    /// Runs a line here, or in the session that was entered.
    fn run_where_entered(&mut self, text: &str) -> TextOutcome {
        let Some((session, _)) = self.lock().entered_session() else { return self.run_text(text, None) };
        if LEAVING.iter().any(|word| word.eq_ignore_ascii_case(text.trim())) {
            self.lock().leave_session();
            return TextOutcome::Done(true);
        }
        let mut runspace = self.lock();
        let outcome = runspace.run_text_with(IN_SESSION, vec![session, Value::from(text)], None);
        self.show(&mut runspace, &outcome);
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

    /// The objects of a CLIXML document, or why there are none.
    pub fn objects_of(&self, document: &str) -> Result<Vec<Value>, String> {
        let mut runspace = self.lock();
        let context: &mut dyn values::Context = &mut *runspace;
        values::clixml::deserialize(context, document)
            .map_err(|flow| flow.record().map_or_else(String::new, |r| r.message().to_string()))
    }

    /// Runs the text of `-Command` for a shell that reads objects: output goes to standard output as CLIXML, the other
    /// streams go to standard error.
    pub fn run_as_xml(&mut self, text: &str, args: Vec<Value>, input: Option<Vec<Value>>) -> TextOutcome {
        let mut runspace = self.lock();
        let (outcome, out, mut others) = runspace.run_text_collected(text, args, input);
        if let TextOutcome::Error(record) = &outcome {
            others.push(Value::Error(record.clone()));
        }
        let out: Vec<(&str, Value)> = out.into_iter().map(|value| ("Output", value)).collect();
        let others: Vec<(&str, Value)> = others.into_iter().map(record_of_stream).collect();
        let runspace: &mut dyn values::Context = &mut *runspace;
        let mut document = |items: &[(&str, Value)]| {
            let text = values::clixml::serialize_streams(runspace, items, 1).unwrap_or_default();
            format!("#< CLIXML\n{text}")
        };
        if !out.is_empty() {
            output::write(&document(&out));
        }
        if !others.is_empty() {
            output::write_error(&document(&others));
        }
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
        let has_editor = is_terminal && !is_plain;
        let mut editor: Option<Editor> = None;
        let mut block: Option<String> = None;
        loop {
            let prompt = if block.is_some() { ">> ".to_string() } else { self.prompt() };
            if has_editor {
                self.renew_editor(&mut editor, history);
            }
            let line = match &mut editor {
                Some(editor) => {
                    output::flush();
                    match editor.read(&prompt) {
                        Entered::Line(line) => line,
                        Entered::Help(text, at) => {
                            self.help(&text, at);
                            continue;
                        }
                        Entered::ParameterHelp(text, at) => {
                            self.parameter_help(&text, at);
                            continue;
                        }
                        Entered::Key(at) => {
                            self.run_key(at);
                            continue;
                        }
                    }
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
                Some(_) => {
                    let before = near::last_error(&mut self.lock());
                    let outcome = self.run_line(&line);
                    self.suggest(before);
                    Some(outcome)
                }
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

    /// Makes the editor anew where its settings were changed.
    fn renew_editor(&self, editor: &mut Option<Editor>, history: &Path) {
        let settings = LineSettings::of(&mut *self.lock());
        if editor.as_ref().is_some_and(|e| e.version == settings.version) {
            return;
        }
        let shows = self.options.shows_escapes;
        *editor = Some(Editor::new(Some(history), self.runspace.clone(), &settings, shows));
    }

    /// `F1`: help on the command that the cursor is in.
    fn help(&mut self, line: &str, at: usize) {
        let pieces = language::highlight(line);
        let command = pieces
            .iter()
            .rfind(|p| p.class == language::TokenClass::Command && p.span.start as usize <= at)
            .and_then(|p| line.get(p.span.start as usize..p.span.end() as usize));
        let Some(command) = command else { return };
        output::write("\n");
        let quoted = command.replace('\'', "''");
        self.run_text(&format!("Get-Help -Full '{quoted}'"), None);
    }

    /// Help on the parameter before the cursor.
    fn parameter_help(&mut self, line: &str, at: usize) {
        let pieces = language::highlight(line);
        let before = |class: language::TokenClass| {
            let found = pieces.iter().rfind(|p| p.class == class && p.span.start as usize <= at)?;
            line.get(found.span.start as usize..found.span.end() as usize)
        };
        let (Some(command), Some(parameter)) =
            (before(language::TokenClass::Command), before(language::TokenClass::Parameter))
        else {
            return;
        };
        output::write("\n");
        let quoted = |text: &str| text.trim_matches(['-', ':']).replace('\'', "''");
        self.run_text(&format!("Get-Help '{}' -Parameter '{}*'", command.replace('\'', "''"), quoted(parameter)), None);
    }

    /// The script block of a key.
    fn run_key(&mut self, at: usize) {
        let mut runspace = self.lock();
        let Some(key) = LineSettings::of(&mut *runspace).keys.into_iter().nth(at) else { return };
        host::keep_line(&self.screen);
        let how = Invoke { args: vec![Value::from(key.chord.as_str()), Value::Null], ..Invoke::default() };
        let result = runspace.invoke_script(&key.block, how);
        let result = result.and_then(|output| runspace.invoke_command("Out-Default", Vec::new(), output));
        if let Err(flow) = result
            && let Some(record) = flow.record()
        {
            let record = record.clone();
            runspace.show_error(&record);
        }
        drop(runspace);
        host::end_kept_line(&self.screen);
        output::flush();
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
        let text = match runspace.entered_session() {
            Some((session, computer)) => {
                let (_, out, _) = runspace.run_text_collected(IN_SESSION, vec![session, Value::from("prompt")], None);
                let text = out.first().map(values::convert::to_display).unwrap_or_else(|| "PS> ".to_string());
                format!("[{computer}]: {text}")
            }
            None => runspace.prompt_text(),
        };
        format!("{}{text}", host::held_line(&self.screen))
    }
}

/// Runs text in the session that was entered.
const IN_SESSION: &str =
    "Invoke-Command -Session $args[0] -ScriptBlock ([scriptblock]::Create($args[1])) -HideComputerName";
/// Lines that lead back.
const LEAVING: [&str; 3] = ["exit", "Exit-PSSession", "exsn"];

/// The name of the stream that a record belongs to, and what is sent of it: of messages the text.
fn record_of_stream(value: Value) -> (&'static str, Value) {
    let name = value.type_ref().map_or("", |ty| ty.name_only());
    let stream = match name {
        "WarningRecord" => "warning",
        "VerboseRecord" => "verbose",
        "DebugRecord" => "debug",
        "InformationRecord" => return ("information", value),
        _ => return ("Error", value),
    };
    (stream, Value::from(values::convert::to_display(&value)))
}
