//! The line editor of the interactive prompt: colours from our own lexer, continuation lines, history, completion.

use std::borrow::Cow;
use std::path::Path;

use language::TokenClass;
use nu_ansi_term::{Color, Style};
use reedline::{
    ColumnarMenu, Completer, DefaultHinter, Emacs, FileBackedHistory, Highlighter, Hinter, History, HistoryItem, HistoryItemId,
    HistorySessionId, KeyCode, KeyModifiers, MenuBuilder, Prompt, PromptEditMode, PromptHistorySearch, Reedline,
    ReedlineEvent, ReedlineMenu, SearchQuery, Signal, SqliteBackedHistory, StyledText, ValidationResult, Validator,
    default_emacs_keybindings,
};

use crate::terminal::Line;

/// The editor of a terminal.
pub struct Editor {
    line: Reedline,
}

impl Editor {
    /// An editor with its history in a file.
    pub fn new(history: Option<&Path>, completer: Box<dyn Completer + Send>, shows_colors: bool) -> Editor {
        let mut keys = default_emacs_keybindings();
        keys.add_binding(
            KeyModifiers::NONE,
            KeyCode::Tab,
            ReedlineEvent::UntilFound(vec![ReedlineEvent::Menu("completion".to_string()), ReedlineEvent::MenuNext]),
        );
        keys.add_binding(KeyModifiers::SHIFT, KeyCode::BackTab, ReedlineEvent::MenuPrevious);
        let menu = ColumnarMenu::default().with_name("completion").with_columns(4);
        let mut line = Reedline::create()
            .with_validator(Box::new(Continuation))
            .with_completer(completer)
            .with_partial_completions(true)
            .with_menu(ReedlineMenu::EngineCompleter(Box::new(menu)))
            .with_edit_mode(Box::new(Emacs::new(keys)))
            .with_ansi_colors(shows_colors);
        if shows_colors {
            line = line
                .with_highlighter(Box::new(Colors))
                .with_hinter(Box::new(LineHinter(DefaultHinter::default().with_style(Style::new().fg(Color::DarkGray)))));
        }
        line = line.with_history(Box::new(Discreet { inner: open_history(history) }));
        Editor { line }
    }

    /// Reads a line, or several that belong together.
    pub fn read(&mut self, prompt: &str) -> Line {
        match self.line.read_line(&PromptText(prompt.to_string())) {
            Ok(Signal::Success(text)) => Line::Text(text),
            Ok(Signal::CtrlC) => Line::Cancelled,
            Ok(Signal::CtrlD) | Err(_) => Line::End,
            Ok(_) => Line::Text(String::new()),
        }
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

/// A history that keeps no secrets.
struct Discreet {
    inner: Box<dyn History>,
}

/// Words by which a line shows that it may hold a secret.
const SECRETS: &[&str] = &["password", "asplaintext", "token", "apikey", "secret", "connectionstring", "-pin "];

fn is_secret(line: &str) -> bool {
    let folded = line.to_lowercase();
    SECRETS.iter().any(|word| folded.contains(word))
}

impl History for Discreet {
    fn save(&mut self, item: HistoryItem) -> reedline::Result<HistoryItem> {
        if is_secret(&item.command_line) {
            return Ok(item);
        }
        self.inner.save(item)
    }

    fn load(&self, id: HistoryItemId) -> reedline::Result<HistoryItem> {
        self.inner.load(id)
    }

    fn count(&self, query: SearchQuery) -> reedline::Result<i64> {
        self.inner.count(query)
    }

    fn search(&self, query: SearchQuery) -> reedline::Result<Vec<HistoryItem>> {
        self.inner.search(query)
    }

    fn update(&mut self, id: HistoryItemId, updater: &dyn Fn(HistoryItem) -> HistoryItem) -> reedline::Result<()> {
        self.inner.update(id, updater)
    }

    fn clear(&mut self) -> reedline::Result<()> {
        self.inner.clear()
    }

    fn delete(&mut self, id: HistoryItemId) -> reedline::Result<()> {
        self.inner.delete(id)
    }

    fn sync(&mut self) -> std::io::Result<()> {
        self.inner.sync()
    }

    fn session(&self) -> Option<HistorySessionId> {
        self.inner.session()
    }
}

/// The prompt as `prompt` gave it.
struct PromptText(String);

impl Prompt for PromptText {
    fn render_prompt_left(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.0)
    }

    fn render_prompt_right(&self) -> Cow<'_, str> {
        Cow::Borrowed("")
    }

    fn render_prompt_indicator(&self, _: PromptEditMode) -> Cow<'_, str> {
        Cow::Borrowed("")
    }

    fn render_prompt_multiline_indicator(&self) -> Cow<'_, str> {
        Cow::Borrowed(">> ")
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

/// Colours by our own lexer, those of PSReadLine.
struct Colors;

fn style_of(class: TokenClass) -> Style {
    match class {
        TokenClass::Command => Style::new().fg(Color::LightYellow),
        TokenClass::Parameter | TokenClass::Operator => Style::new().fg(Color::DarkGray),
        TokenClass::Keyword | TokenClass::Variable => Style::new().fg(Color::LightGreen),
        TokenClass::String => Style::new().fg(Color::Cyan),
        TokenClass::Number => Style::new().fg(Color::LightGray),
        TokenClass::Comment => Style::new().fg(Color::Green),
        TokenClass::Type => Style::new().fg(Color::LightGray),
        TokenClass::Member => Style::new().fg(Color::LightGray),
        _ => Style::default(),
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
                text.push((Style::default(), line[at..start].to_string()));
            }
            let style = if part.error { Style::new().fg(Color::LightRed) } else { style_of(part.class) };
            text.push((style, line[start..end].to_string()));
            at = end;
        }
        if at < line.len() {
            text.push((Style::default(), line[at..].to_string()));
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
            let text: String = Colors.highlight(line, 0).buffer.into_iter().map(|(_, t)| t).collect();
            assert_eq!(text, line);
        }
    }
}
