//! The line editor of the interactive prompt: colours from our own lexer, continuation lines, history, completion.

use std::borrow::Cow;
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use command::Invoke;
use command::line::{EditMode, LineSettings};
use engine::Runspace;
use language::TokenClass;
use nu_ansi_term::Style;
use reedline::{
    ColumnarMenu, Completer, DefaultHinter, DescriptionMode, Emacs, FileBackedHistory, Highlighter, Hinter, History,
    HistoryItem, HistoryItemId, HistorySessionId, IdeMenu, ListMenu, MenuBuilder, Prompt, PromptEditMode,
    PromptHistorySearch, Reedline, ReedlineMenu, SearchDirection, SearchFilter, SearchQuery, Signal,
    SqliteBackedHistory, StyledText, ValidationResult, Validator, Vi,
};
use values::{Value, convert};

use crate::color::style_of;
use crate::key;
use crate::terminal::Line;

/// The editor of a terminal.
pub struct Editor {
    line: Reedline,
    continuation: String,
    /// The settings that it was made from.
    pub version: u64,
}

/// What the editor gives.
pub enum Entered {
    /// A line, several that belong together, or their end.
    Line(Line),
    /// The person wants help on what stands in the line, at a byte.
    Help(String, usize),
    /// A key with a script block of its own: its place in the settings.
    Key(usize),
}

impl Editor {
    /// An editor with its history in a file.
    pub fn new(
        history: Option<&Path>,
        completer: Box<dyn Completer + Send>,
        runspace: Arc<Mutex<Runspace>>,
        settings: &LineSettings,
        shows_colors: bool,
    ) -> Editor {
        let (insert, normal) = key::bindings(settings);
        let mode: Box<dyn reedline::EditMode> = match settings.edit_mode {
            EditMode::Vi => Box::new(Vi::new(insert, normal, reedline::default_vi_visual_keybindings())),
            EditMode::Emacs | EditMode::Windows => Box::new(Emacs::new(insert)),
        };
        let menu: Box<dyn reedline::Menu> = match settings.shows_tips {
            true => Box::new(
                IdeMenu::default()
                    .with_name(key::COMPLETION)
                    .with_max_completion_height(12)
                    .with_description_mode(DescriptionMode::PreferRight)
                    .with_max_description_width(60),
            ),
            false => Box::new(ColumnarMenu::default().with_name(key::COMPLETION).with_columns(4)),
        };
        let mut line = Reedline::create()
            .with_validator(Box::new(Continuation))
            .with_completer(completer)
            .with_quick_completions(true)
            .with_partial_completions(true)
            .with_menu(ReedlineMenu::EngineCompleter(menu))
            .with_menu(ReedlineMenu::HistoryMenu(Box::new(ListMenu::default().with_name(key::HISTORY))))
            .with_edit_mode(mode)
            .with_visual_selection_style(style_of(settings.color("Selection")))
            .use_bracketed_paste(true)
            .with_ansi_colors(shows_colors);
        if shows_colors {
            line = line.with_highlighter(Box::new(Colors::new(settings)));
            if settings.predicts {
                let style = style_of(settings.color("InlinePrediction"));
                line = line.with_hinter(Box::new(LineHinter(DefaultHinter::default().with_style(style))));
            }
        }
        let path = history.filter(|_| settings.saves_history).map(Path::to_path_buf);
        let discreet = Discreet { path, opened: RefCell::default(), runspace, settings: settings.clone() };
        line = line.with_history(Box::new(discreet));
        Editor { line, continuation: settings.continuation_prompt.to_string(), version: settings.version }
    }

    /// Reads a line, or several that belong together.
    pub fn read(&mut self, prompt: &str) -> Entered {
        let shown = PromptText { first: prompt.to_string(), more: self.continuation.clone() };
        Entered::Line(match self.line.read_line(&shown) {
            Ok(Signal::Success(text)) => Line::Text(text),
            Ok(Signal::CtrlC) => Line::Cancelled,
            Ok(Signal::HostCommand(command)) if command == key::HELP => {
                let text = self.line.current_buffer_contents().to_string();
                return Entered::Help(text, self.line.current_insertion_point());
            }
            Ok(Signal::HostCommand(command)) => {
                let at = command.strip_prefix(key::HANDLER).and_then(|n| n.parse().ok());
                return at.map_or(Entered::Line(Line::Text(String::new())), Entered::Key);
            }
            Ok(Signal::CtrlD) | Err(_) => Line::End,
            Ok(_) => Line::Text(String::new()),
        })
    }
}

/// Suggests from the history, but nothing behind an empty line: there the line before waits for its end.
struct LineHinter(DefaultHinter);

impl Hinter for LineHinter {
    fn handle(&mut self, line: &str, pos: usize, history: &dyn History, use_ansi: bool, cwd: &str) -> String {
        let hint = self.0.handle(line, pos, history, use_ansi, cwd);
        if line.ends_with('\n') { String::new() } else { hint }
    }

    fn complete_hint(&self) -> String {
        self.0.complete_hint()
    }

    fn next_hint_token(&self) -> String {
        self.0.next_hint_token()
    }
}

/// A history in the file, or in memory where that can't be.
fn open_history(path: Option<&Path>) -> Box<dyn History> {
    if let Some(path) = path
        && let Ok(history) =
            SqliteBackedHistory::with_file(path.to_path_buf(), Reedline::create_history_session_id(), None)
    {
        return Box::new(history);
    }
    Box::new(FileBackedHistory::default())
}

/// A history that keeps no secrets, nor what the person's own handler refuses.
struct Discreet {
    path: Option<PathBuf>,
    /// Opened when it is first looked at: the prompt does not wait for it.
    opened: RefCell<Option<Box<dyn History>>>,
    runspace: Arc<Mutex<Runspace>>,
    settings: LineSettings,
}

impl Discreet {
    /// Looks at the history.
    fn look<T>(&self, look: impl FnOnce(&dyn History) -> T) -> T {
        let mut opened = self.opened.borrow_mut();
        look(&**opened.get_or_insert_with(|| open_history(self.path.as_deref())))
    }

    /// The history, to be changed.
    fn opened(&mut self) -> &mut dyn History {
        &mut **self.opened.get_mut().get_or_insert_with(|| open_history(self.path.as_deref()))
    }

    /// What `-AddToHistoryHandler` says of a line.
    fn is_wanted(&self, line: &str) -> bool {
        if self.settings.add_to_history.is_null() {
            return true;
        }
        let Ok(mut runspace) = self.runspace.lock() else { return true };
        let how = Invoke { args: vec![Value::from(line)], ..Invoke::default() };
        match runspace.invoke_script(&self.settings.add_to_history, how) {
            Ok(output) => output.last().is_none_or(|answer| {
                !convert::to_display(answer).eq_ignore_ascii_case("SkipAdding") && convert::to_bool(answer)
            }),
            // A handler that fails hides nothing.
            Err(_) => true,
        }
    }

    /// Takes away what is there already, and the oldest line when there are too many.
    fn make_room(&mut self, line: &str) -> reedline::Result<()> {
        if self.settings.no_duplicates {
            let filter = SearchFilter::from_text_search(reedline::CommandLineSearch::Exact(line.to_string()), None);
            let query = SearchQuery { filter, ..SearchQuery::everything(SearchDirection::Forward, None) };
            for item in self.look(|h| h.search(query))? {
                if let Some(id) = item.id {
                    self.opened().delete(id)?;
                }
            }
        }
        let all = SearchQuery::everything(SearchDirection::Forward, None);
        if self.look(|h| h.count(all))? >= i64::from(self.settings.maximum_history) {
            let oldest = SearchQuery { limit: Some(1), ..SearchQuery::everything(SearchDirection::Forward, None) };
            for item in self.look(|h| h.search(oldest))? {
                if let Some(id) = item.id {
                    self.opened().delete(id)?;
                }
            }
        }
        Ok(())
    }
}

/// Words by which a line shows that it may hold a secret.
const SECRETS: &[&str] = &["password", "asplaintext", "token", "apikey", "secret", "connectionstring", "-pin "];

fn is_secret(line: &str) -> bool {
    let folded = line.to_lowercase();
    SECRETS.iter().any(|word| folded.contains(word))
}

impl History for Discreet {
    fn save(&mut self, item: HistoryItem) -> reedline::Result<HistoryItem> {
        if is_secret(&item.command_line) || !self.is_wanted(&item.command_line) {
            return Ok(item);
        }
        // A file that cannot be tidied still takes the line.
        let _ = self.make_room(&item.command_line);
        self.opened().save(item)
    }

    fn load(&self, id: HistoryItemId) -> reedline::Result<HistoryItem> {
        self.look(|h| h.load(id))
    }

    fn count(&self, query: SearchQuery) -> reedline::Result<i64> {
        self.look(|h| h.count(query))
    }

    fn search(&self, query: SearchQuery) -> reedline::Result<Vec<HistoryItem>> {
        self.look(|h| h.search(query))
    }

    fn update(&mut self, id: HistoryItemId, updater: &dyn Fn(HistoryItem) -> HistoryItem) -> reedline::Result<()> {
        self.opened().update(id, updater)
    }

    fn clear(&mut self) -> reedline::Result<()> {
        self.opened().clear()
    }

    fn delete(&mut self, id: HistoryItemId) -> reedline::Result<()> {
        self.opened().delete(id)
    }

    fn sync(&mut self) -> std::io::Result<()> {
        self.opened().sync()
    }

    fn session(&self) -> Option<HistorySessionId> {
        self.look(|h| h.session())
    }
}

/// The prompt as `prompt` gave it.
struct PromptText {
    first: String,
    more: String,
}

impl Prompt for PromptText {
    fn render_prompt_left(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.first)
    }

    fn render_prompt_right(&self) -> Cow<'_, str> {
        Cow::Borrowed("")
    }

    fn render_prompt_indicator(&self, _: PromptEditMode) -> Cow<'_, str> {
        Cow::Borrowed("")
    }

    fn render_prompt_multiline_indicator(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.more)
    }

    fn render_prompt_history_search_indicator(&self, search: PromptHistorySearch) -> Cow<'_, str> {
        Cow::Owned(format!("(history: {}) ", search.term))
    }

    fn get_prompt_color(&self) -> reedline::Color {
        reedline::Color::Default
    }

    fn get_prompt_multiline_color(&self) -> nu_ansi_term::Color {
        nu_ansi_term::Color::Default
    }

    fn get_indicator_color(&self) -> reedline::Color {
        reedline::Color::Default
    }
}

/// Whether a line is whole: what began on several lines ends with an empty one, as at PowerShell's console.
struct Continuation;

impl Validator for Continuation {
    fn validate(&self, line: &str) -> ValidationResult {
        if is_incomplete(line) { ValidationResult::Incomplete } else { ValidationResult::Complete }
    }
}

/// Whether more lines are to come.
pub fn is_incomplete(text: &str) -> bool {
    match text.rsplit_once('\n') {
        Some((_, last)) => !last.trim().is_empty(),
        None => lacks_end(text),
    }
}

/// Whether text is the beginning of something longer.
pub fn lacks_end(text: &str) -> bool {
    let source = std::sync::Arc::new(language::Source::new(text));
    language::parse(source).is_incomplete()
}

/// Colours by our own lexer, those of the settings.
struct Colors {
    styles: Vec<(TokenClass, Style)>,
    error: Style,
    plain: Style,
}

const NAMES: &[(TokenClass, &str)] = &[
    (TokenClass::Command, "Command"),
    (TokenClass::Parameter, "Parameter"),
    (TokenClass::Operator, "Operator"),
    (TokenClass::Keyword, "Keyword"),
    (TokenClass::Variable, "Variable"),
    (TokenClass::String, "String"),
    (TokenClass::Number, "Number"),
    (TokenClass::Comment, "Comment"),
    (TokenClass::Type, "Type"),
    (TokenClass::Member, "Member"),
];

impl Colors {
    fn new(settings: &LineSettings) -> Colors {
        Colors {
            styles: NAMES.iter().map(|(class, name)| (*class, style_of(settings.color(name)))).collect(),
            error: style_of(settings.color("Error")),
            plain: style_of(settings.color("Default")),
        }
    }

    fn style(&self, class: TokenClass) -> Style {
        self.styles.iter().find(|(c, _)| *c == class).map_or(self.plain, |(_, style)| *style)
    }
}

impl Highlighter for Colors {
    fn highlight(&self, line: &str, _cursor: usize) -> StyledText {
        let mut text = StyledText::new();
        let mut at = 0;
        for part in language::highlight(line) {
            let (start, end) = (part.span.start as usize, part.span.end() as usize);
            // Tokens inside expandable strings come after their string: what was painted stays.
            if start < at || end > line.len() || !line.is_char_boundary(start) || !line.is_char_boundary(end) {
                continue;
            }
            if start > at {
                text.push((self.plain, line[at..start].to_string()));
            }
            let style = if part.error { self.error } else { self.style(part.class) };
            text.push((style, line[start..end].to_string()));
            at = end;
        }
        if at < line.len() {
            text.push((self.plain, line[at..].to_string()));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn continuation() {
        for (text, expected) in [
            ("1", false),
            ("if ($true) {", true),
            ("if ($true) {\n1\n}", true),
            ("if ($true) {\n1\n}\n", false),
            ("'open", true),
            ("1 +", true),
            ("1 +* 2", false),
        ] {
            assert_eq!(is_incomplete(text), expected, "{text}");
        }
    }

    #[test]
    fn secrets_are_recognized() {
        assert!(is_secret("$p = ConvertTo-SecureString x -AsPlainText"));
        assert!(!is_secret("Get-UMDialPlan"));
    }

    #[test]
    fn colours_keep_the_text() {
        for line in ["Get-Item -Path \"a $b c\" | % { $_.Name } # note", "'é' + 1", "\"$("] {
            let text: String =
                Colors::new(&LineSettings::default()).highlight(line, 0).buffer.into_iter().map(|(_, t)| t).collect();
            assert_eq!(text, line);
        }
    }
}
