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
    /// Help on the parameter there.
    ParameterHelp(String, usize),
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
                line = line.with_hinter(Box::new(LineHinter::new(style, runspace.clone())));
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
            Ok(Signal::HostCommand(command)) if command == key::PARAMETER_HELP => {
                let text = self.line.current_buffer_contents().to_string();
                return Entered::ParameterHelp(text, self.line.current_insertion_point());
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

/// Suggests from the history, and where that has nothing, what completion would put first; but nothing behind an empty line:
/// there the line before waits for its end.
struct LineHinter {
    earlier: DefaultHinter,
    completer: crate::complete::SessionCompleter,
    style: Style,
    /// What completion adds; empty when the history has something.
    added: String,
}

impl LineHinter {
    fn new(style: Style, runspace: Arc<Mutex<Runspace>>) -> LineHinter {
        let earlier = DefaultHinter::default().with_style(style);
        LineHinter { earlier, completer: crate::complete::SessionCompleter::new(runspace), style, added: String::new() }
    }

    /// The rest of the command or parameter that stands at the end of a line. Values are not looked up at each key: they may be
    /// many, or far away.
    fn completed(&mut self, line: &str) -> Option<String> {
        let last = language::highlight(line).into_iter().next_back()?;
        let is_name = matches!(last.class, TokenClass::Command | TokenClass::Parameter);
        let word =
            line.get(last.span.start as usize..).filter(|_| is_name && last.span.end() as usize == line.len())?;
        if word.len() < SHORTEST || line.contains('\n') {
            return None;
        }
        let first = self.completer.complete(line, line.len()).suggestions().first()?.clone();
        let typed = line.get(first.span.start..)?;
        let begins = first.value.get(..typed.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(typed));
        first.value.get(typed.len()..).filter(|rest| begins && !rest.is_empty()).map(str::to_string)
    }
}

/// A word from which on completion is asked.
const SHORTEST: usize = 3;

impl Hinter for LineHinter {
    fn handle(&mut self, line: &str, pos: usize, history: &dyn History, use_ansi: bool, cwd: &str) -> String {
        self.added.clear();
        let hint = self.earlier.handle(line, pos, history, use_ansi, cwd);
        if line.ends_with('\n') {
            return String::new();
        }
        if hint.is_empty()
            && pos == line.len()
            && let Some(rest) = self.completed(line)
        {
            self.added = rest;
            return if use_ansi { self.style.paint(&self.added).to_string() } else { self.added.clone() };
        }
        hint
    }

    fn complete_hint(&self) -> String {
        if self.added.is_empty() { self.earlier.complete_hint() } else { self.added.clone() }
    }

    fn next_hint_token(&self) -> String {
        if self.added.is_empty() { self.earlier.next_hint_token() } else { self.added.clone() }
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
    bracket: Style,
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
            bracket: style_of(settings.color("Emphasis")).bold(),
        }
    }

    fn style(&self, class: TokenClass) -> Style {
        self.styles.iter().find(|(c, _)| *c == class).map_or(self.plain, |(_, style)| *style)
    }
}

impl Highlighter for Colors {
    fn highlight(&self, line: &str, cursor: usize) -> StyledText {
        let mut text = StyledText::new();
        let mut at = 0;
        let parts = language::highlight(line);
        let quoted: Vec<(usize, usize)> = parts
            .iter()
            .filter(|part| matches!(part.class, TokenClass::String | TokenClass::Comment))
            .map(|part| (part.span.start as usize, part.span.end() as usize))
            .collect();
        for part in parts {
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
        if let Some((first, second)) = brackets(line, cursor, &quoted) {
            text.style_range(first, first + 1, self.bracket);
            text.style_range(second, second + 1, self.bracket);
        }
        text
    }
}

/// The bracket at the cursor, or before it, and the one that belongs to it; those in strings and comments are none.
fn brackets(line: &str, cursor: usize, quoted: &[(usize, usize)]) -> Option<(usize, usize)> {
    const PAIRS: [(u8, u8); 3] = [(b'(', b')'), (b'[', b']'), (b'{', b'}')];
    let mut open: Vec<(usize, u8)> = Vec::new();
    let mut found = None;
    for (at, byte) in line.bytes().enumerate() {
        if quoted.iter().any(|(start, end)| (*start..*end).contains(&at)) {
            continue;
        }
        if PAIRS.iter().any(|(opening, _)| *opening == byte) {
            open.push((at, byte));
        } else if let Some((opening, _)) = PAIRS.iter().find(|(_, closing)| *closing == byte) {
            let Some((start, _)) = open.pop().filter(|(_, found)| found == opening) else { return found };
            // One at the cursor goes before one behind it.
            if start == cursor || at == cursor {
                return Some((start, at));
            }
            if start + 1 == cursor || at + 1 == cursor {
                found = found.or(Some((start, at)));
            }
        }
    }
    found
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
    fn brackets_belong_together() {
        let check = |line: &str, cursor: usize, expected: Option<(usize, usize)>| {
            let quoted: Vec<(usize, usize)> = language::highlight(line)
                .iter()
                .filter(|part| part.class == TokenClass::String)
                .map(|part| (part.span.start as usize, part.span.end() as usize))
                .collect();
            assert_eq!(brackets(line, cursor, &quoted), expected, "{line} at {cursor}");
        };
        check("(1 + [int]2)", 0, Some((0, 11)));
        check("(1 + [int]2)", 12, Some((0, 11)));
        check("(1 + [int]2)", 5, Some((5, 9)));
        check("(1 + [int]2)", 3, None);
        check("f ')' (1)", 6, Some((6, 8)));
        check("((1)", 0, None);
        check("(])", 0, None);
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
