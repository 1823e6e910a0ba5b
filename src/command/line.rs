//! Settings of the line editor: what `Set-PSReadLineOption` and `Set-PSReadLineKeyHandler` change and the prompt heeds.

use values::{Str, Value};

use crate::session::Session;

const STATE: &str = "line-editor";

/// Which keys are known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EditMode {
    Windows,
    Emacs,
    Vi,
}

/// Where predictions come from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PredictionSource {
    None,
    History,
    /// What else can predict: completion.
    Plugin,
    HistoryAndPlugin,
}

impl PredictionSource {
    /// Earlier lines are offered.
    pub fn has_history(self) -> bool {
        matches!(self, PredictionSource::History | PredictionSource::HistoryAndPlugin)
    }

    /// What completion would put is offered.
    pub fn has_completion(self) -> bool {
        matches!(self, PredictionSource::Plugin | PredictionSource::HistoryAndPlugin)
    }
}

/// How predictions are shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PredictionView {
    /// One, behind the cursor.
    InlineView,
    /// Several, below the line.
    ListView,
}

/// What is done where a key has nothing to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BellStyle {
    None,
    Visual,
    Audible,
}

/// A key and what it does.
#[derive(Clone, Debug)]
pub struct KeyHandler {
    /// As it was written: `Ctrl+r`, `Alt+h`, `F1`.
    pub chord: Str,
    /// The function's name; empty where a script block runs.
    pub function: Str,
    pub block: Value,
    pub description: Str,
}

/// The settings of a session's prompt.
#[derive(Clone, Debug)]
pub struct LineSettings {
    pub edit_mode: EditMode,
    pub prediction_source: PredictionSource,
    pub prediction_view: PredictionView,
    pub bell: BellStyle,
    /// The line is edited without drawing anything twice, for those who hear the screen.
    pub is_spoken: bool,
    /// New lines inside a block are indented, and what is whole runs at `Enter`. Otherwise continuation is that of PowerShell's bare
    /// console: no indentation, and an empty line ends what began on several lines.
    pub indents: bool,
    /// Tooltips stand beside completions.
    pub shows_tips: bool,
    /// Lines that are in the history already are not added again.
    pub no_duplicates: bool,
    /// Lines are written to the file.
    pub saves_history: bool,
    pub maximum_history: i32,
    pub continuation_prompt: Str,
    /// Escape sequences of the kinds of tokens, by name.
    pub colors: Vec<(&'static str, Str)>,
    /// A script block that says whether a line is kept, or null.
    pub add_to_history: Value,
    pub keys: Vec<KeyHandler>,
    /// Keys that were taken away.
    pub removed: Vec<Str>,
    /// Grows with each change: the editor is made anew.
    pub version: u64,
}

/// PSReadLine's colours.
pub const COLORS: &[(&str, &str)] = &[
    ("Command", "\u{1b}[93m"),
    ("Comment", "\u{1b}[32m"),
    ("ContinuationPrompt", "\u{1b}[37m"),
    ("Default", "\u{1b}[37m"),
    ("Emphasis", "\u{1b}[96m"),
    ("Error", "\u{1b}[91m"),
    ("InlinePrediction", "\u{1b}[97;2;3m"),
    ("Keyword", "\u{1b}[92m"),
    ("ListPrediction", "\u{1b}[33m"),
    ("ListPredictionSelected", "\u{1b}[48;5;238m"),
    ("ListPredictionTooltip", "\u{1b}[97;2;3m"),
    ("Member", "\u{1b}[37m"),
    ("Number", "\u{1b}[97m"),
    ("Operator", "\u{1b}[90m"),
    ("Parameter", "\u{1b}[90m"),
    ("Selection", "\u{1b}[30;47m"),
    ("String", "\u{1b}[36m"),
    ("Type", "\u{1b}[37m"),
    ("Variable", "\u{1b}[92m"),
];

impl Default for LineSettings {
    fn default() -> LineSettings {
        LineSettings {
            edit_mode: EditMode::Emacs,
            prediction_source: PredictionSource::HistoryAndPlugin,
            prediction_view: PredictionView::InlineView,
            bell: BellStyle::Audible,
            is_spoken: false,
            indents: false,
            shows_tips: true,
            no_duplicates: false,
            saves_history: true,
            maximum_history: 4096,
            continuation_prompt: Str::from(">> "),
            colors: COLORS.iter().map(|(name, code)| (*name, Str::from(*code))).collect(),
            add_to_history: Value::Null,
            keys: Vec::new(),
            removed: Vec::new(),
            version: 0,
        }
    }
}

impl LineSettings {
    /// The escape sequence of a kind of tokens.
    pub fn color(&self, name: &str) -> &str {
        self.colors.iter().find(|(n, _)| *n == name).map_or("", |(_, code)| code.as_str())
    }

    /// A session's settings.
    pub fn of(session: &mut dyn Session) -> LineSettings {
        let slot = session.module_state(STATE);
        slot.as_ref().and_then(|s| s.downcast_ref::<LineSettings>()).cloned().unwrap_or_default()
    }

    /// Keeps settings that were changed.
    pub fn keep(mut self, session: &mut dyn Session) {
        self.version += 1;
        *session.module_state(STATE) = Some(Box::new(self));
    }
}

/// Functions that a key may have, with what they do.
pub const FUNCTIONS: &[(&str, &str)] = &[
    ("AcceptLine", "Accept the input or move to the next line if input is missing a closing token."),
    ("AcceptNextSuggestionWord", "Accept the current or the next suggested text word"),
    ("AcceptSuggestion", "Accept the current inline or selected suggestion"),
    ("AddLine", "Move the cursor to the next line without attempting to execute the input"),
    ("BackwardChar", "Move the cursor back one character"),
    ("BackwardDeleteChar", "Delete the character before the cursor"),
    ("BackwardDeleteLine", "Delete text from the cursor to the start of the line"),
    ("BackwardKillLine", "Move the text from the cursor to the beginning of the line to the kill ring"),
    ("BackwardKillWord", "Move the text from the start of the current or previous word to the cursor to the kill ring"),
    ("BackwardWord", "Move the cursor to the beginning of the current or previous word"),
    ("BeginningOfLine", "Move the cursor to the beginning of the line"),
    ("CancelLine", "Abort editing the current line and re-evaluate the prompt"),
    ("CapitalizeWord", "Find the next word starting from the current position and then make it title case"),
    ("ClearScreen", "Clear the screen and redraw the current line at the top of the screen"),
    (
        "Complete",
        "Complete the input if there is a single completion, otherwise complete the input with common prefix for all completions.",
    ),
    ("DeleteChar", "Delete the character under the cursor"),
    ("DeleteCharOrExit", "Delete the character under the cursor, or exit the process if the line is empty"),
    ("DowncaseWord", "Find the next word starting from the current position and then make it lower case"),
    ("EndOfLine", "Move the cursor to the end of the line"),
    ("ForwardChar", "Move the cursor forward one character"),
    ("ForwardDeleteLine", "Delete text from the cursor to the end of the line"),
    ("ForwardWord", "Move the cursor forward to the start of the next word"),
    (
        "HistorySearchBackward",
        "Search for the previous item in the history that starts with the current input - like PreviousHistory if the input is empty",
    ),
    (
        "HistorySearchForward",
        "Search for the next item in the history that starts with the current input - like NextHistory if the input is empty",
    ),
    ("KillLine", "Clear the input from the cursor to the end of the line."),
    ("KillWord", "Move the text from the cursor to the end of the current or next word to the kill ring"),
    (
        "MenuComplete",
        "Complete the input if there is a single completion, otherwise complete the input by selecting from a menu of possible completions.",
    ),
    ("NextHistory", "Replace the input with the next item in the history"),
    ("NextSuggestion", "Navigate to the next suggestion in the list of predictions"),
    ("PossibleCompletions", "Display the possible completions without changing the input"),
    ("PreviousHistory", "Replace the input with the previous item in the history"),
    ("PreviousSuggestion", "Navigate to the previous suggestion in the list of predictions"),
    ("Redo", "Redo an undo"),
    ("ReverseSearchHistory", "Search history backwards interactively"),
    ("RevertLine", "Equivalent to undo all edits (clears the line except lines imported from history)"),
    ("SelectAll", "Select the entire line"),
    ("SwapCharacters", "Swap the current character and the one before it"),
    ("SwitchPredictionView", "Switch between the inline view of predictions and the list"),
    ("TabCompleteNext", "Complete the input using the next completion"),
    ("TabCompletePrevious", "Complete the input using the previous completion"),
    ("Undo", "Undo a previous edit"),
    ("UnixWordRubout", "Move the text from the start of the current or previous word to the cursor to the kill ring"),
    ("UpcaseWord", "Find the next word starting from the current position and then make it upper case"),
    ("Yank", "Copy the text from the current kill ring position to the input"),
];
