//! The line editor of the interactive prompt: what it is made of, continuation lines, completion.

use std::borrow::Cow;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use command::line::{BellStyle, EditMode, LineSettings, PredictionSource};
use engine::Runspace;
use reedline::{
    ColumnarMenu, DescriptionMode, Emacs, IdeMenu, ListMenu, MenuBuilder, Prompt, PromptEditMode, PromptHistorySearch,
    Reedline, ReedlineMenu, Signal, ValidationResult, Validator, Vi,
};

use crate::color::style_of;
use crate::complete::SessionCompleter;
use crate::history::Discreet;
use crate::key;
use crate::menu::Closing;
use crate::paint::Colors;
use crate::predict::{self, List, Predictor, SharedList};
use crate::spoken::SpokenLine;
use crate::terminal::Line;
use crate::typing::{self, Typing};

/// The editor of a terminal.
pub struct Editor {
    way: Way,
    continuation: String,
    /// The settings that it was made from.
    pub version: u64,
}

/// How the line comes to the terminal.
enum Way {
    /// Drawn with colours, menus and predictions.
    Drawn(Box<Reedline>),
    /// Written once, for those who hear the screen.
    Spoken(Box<SpokenLine>),
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

impl Entered {
    /// What a command of the host means, asked for in a line at a byte.
    pub fn by_command(command: &str, text: String, at: usize) -> Entered {
        match command {
            key::HELP => Entered::Help(text, at),
            key::PARAMETER_HELP => Entered::ParameterHelp(text, at),
            _ => {
                let handler = command.strip_prefix(key::HANDLER).and_then(|n| n.parse().ok());
                handler.map_or(Entered::Line(Line::Text(String::new())), Entered::Key)
            }
        }
    }
}

impl Editor {
    /// An editor with its history in a file.
    pub fn new(
        history: Option<&Path>,
        runspace: Arc<Mutex<Runspace>>,
        settings: &LineSettings,
        shows_colors: bool,
    ) -> Editor {
        let path = history.filter(|_| settings.saves_history).map(Path::to_path_buf);
        let history = Discreet::new(path, runspace.clone(), settings);
        let way = match settings.is_spoken {
            true => Way::Spoken(Box::new(SpokenLine::new(history, runspace, settings))),
            false => Way::Drawn(Box::new(drawn(history, runspace, settings, shows_colors))),
        };
        Editor { way, continuation: settings.continuation_prompt.to_string(), version: settings.version }
    }

    /// Reads a line, or several that belong together.
    pub fn read(&mut self, prompt: &str) -> Entered {
        let editor = match &mut self.way {
            Way::Drawn(editor) => editor,
            Way::Spoken(line) => return line.read(prompt, &self.continuation),
        };
        let shown = PromptText { first: prompt.to_string(), more: self.continuation.clone() };
        Entered::Line(match editor.read_line(&shown) {
            Ok(Signal::Success(text)) => Line::Text(text),
            Ok(Signal::CtrlC) => Line::Cancelled,
            Ok(Signal::HostCommand(command)) => {
                let text = editor.current_buffer_contents().to_string();
                return Entered::by_command(&command, text, editor.current_insertion_point());
            }
            Ok(Signal::CtrlD) | Err(_) => Line::End,
            Ok(_) => Line::Text(String::new()),
        })
    }
}

/// What a word of a menu may hold beside letters and digits: with anything else the choice is over.
const WORD: &str = "-_.:/\\$@~*?%+#'\"[]";

/// The editor that draws.
fn drawn(history: Discreet, runspace: Arc<Mutex<Runspace>>, settings: &LineSettings, shows_colors: bool) -> Reedline {
    let (insert, normal) = key::bindings(settings);
    let mode: Box<dyn reedline::EditMode> = match settings.edit_mode {
        EditMode::Vi => Box::new(Vi::new(insert, normal, reedline::default_vi_visual_keybindings())),
        EditMode::Emacs | EditMode::Windows => Box::new(Emacs::new(insert)),
    };
    let list: SharedList = Arc::new(Mutex::new(List::new(settings)));
    let earlier = ListMenu::default().with_name(key::HISTORY).with_marker("bck-i-search: ");
    let menu: Box<dyn reedline::Menu> = match settings.shows_tips {
        true => Box::new(Closing::new(
            IdeMenu::default()
                .with_name(key::COMPLETION)
                .with_marker("")
                .with_word_chars(WORD)
                .with_max_completion_height(12)
                .with_description_mode(DescriptionMode::PreferRight)
                .with_max_description_width(60),
            settings.bell,
        )),
        false => Box::new(Closing::new(
            ColumnarMenu::default().with_name(key::COMPLETION).with_marker("").with_word_chars(WORD).with_columns(4),
            settings.bell,
        )),
    };
    let mut line = Reedline::create()
        .with_validator(Box::new(Continuation { ends_when_whole: settings.indents }))
        .with_completer(Box::new(SessionCompleter::new(runspace.clone())))
        .with_quick_completions(true)
        .with_partial_completions(true)
        .with_menu(ReedlineMenu::EngineCompleter(menu))
        .with_menu(ReedlineMenu::HistoryMenu(Box::new(earlier)))
        .with_edit_mode(Box::new(Typing::new(mode, list.clone(), settings.indents)))
        .with_visual_selection_style(style_of(settings.color("Selection")))
        .use_bracketed_paste(true)
        .with_ansi_colors(shows_colors);
    let (switched, asked) = (list.clone(), runspace.clone());
    for hook in typing::hooks(&list, move || predict::switch(&switched, &asked)) {
        line = line.with_menu(hook);
    }
    if shows_colors {
        line = line.with_highlighter(Box::new(Colors::new(settings)));
    }
    if shows_colors && settings.prediction_source != PredictionSource::None {
        line = line.with_hinter(Box::new(Predictor::new(settings, runspace, list)));
    }
    line.with_history(Box::new(history))
}

/// How long a bell that is seen lasts.
const FLASH: Duration = Duration::from_millis(60);

/// The bell, heard or seen. It changes nothing of what is drawn, so it needs no place in the painter's output.
pub fn ring(bell: BellStyle) {
    let mut out = std::io::stderr().lock();
    // Where nobody hears it, it need not ring.
    let _ = match bell {
        BellStyle::None => Ok(()),
        BellStyle::Audible => out.write_all(b"\x07").and_then(|()| out.flush()),
        BellStyle::Visual => out.write_all(b"\x1b[?5h").and_then(|()| out.flush()).and_then(|()| {
            std::thread::sleep(FLASH);
            out.write_all(b"\x1b[?5l")?;
            out.flush()
        }),
    };
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

/// Whether a line is whole.
struct Continuation {
    ends_when_whole: bool,
}

impl Validator for Continuation {
    fn validate(&self, line: &str) -> ValidationResult {
        if is_incomplete(line, self.ends_when_whole) {
            ValidationResult::Incomplete
        } else {
            ValidationResult::Complete
        }
    }
}

/// Whether more lines are to come: until nothing is open, or, as at PowerShell's bare console, until an empty line.
pub fn is_incomplete(text: &str, ends_when_whole: bool) -> bool {
    if ends_when_whole {
        return lacks_end(text);
    }
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
            assert_eq!(is_incomplete(text, false), expected, "{text}");
        }
        for (text, expected) in [("if ($true) {\n", true), ("if ($true) {\n\n", true), ("if ($true) {\n1\n}", false)] {
            assert_eq!(is_incomplete(text, true), expected, "{text}");
        }
    }
}
