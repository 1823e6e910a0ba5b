//! The line for people who hear the screen: what is written is written once. No colours, no predictions, no menus that are
//! drawn over; a key writes only what it changes, and choices come as plain lines below.

use std::sync::{Arc, Mutex};

use command::line::{EditMode, LineSettings};
use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use engine::Runspace;
use reedline::{
    CommandLineSearch, Completer, History, HistoryItem, SearchDirection, SearchFilter, SearchQuery, Suggestion,
};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::complete::SessionCompleter;
use crate::edit::{self, Entered};
use crate::history::Discreet;
use crate::terminal::{self, Line};
use crate::{key, output};

/// Choices that are written out.
const MOST: usize = 60;
/// Lines of the history that are gone through.
const EARLIER: i64 = 1000;

/// Functions of keys beside those that the settings name.
const KEYS: &[(&str, &str)] = &[
    ("Enter", "AcceptLine"),
    ("Ctrl+j", "AcceptLine"),
    ("Ctrl+m", "AcceptLine"),
    ("Backspace", "BackwardDeleteChar"),
    ("Ctrl+h", "BackwardDeleteChar"),
    ("Delete", "DeleteChar"),
    ("LeftArrow", "BackwardChar"),
    ("RightArrow", "ForwardChar"),
    ("Ctrl+LeftArrow", "BackwardWord"),
    ("Ctrl+RightArrow", "ForwardWord"),
    ("Home", "BeginningOfLine"),
    ("End", "EndOfLine"),
    ("UpArrow", "PreviousHistory"),
    ("DownArrow", "NextHistory"),
    ("Tab", "Complete"),
    ("Ctrl+r", "ReverseSearchHistory"),
    ("Ctrl+c", "CancelLine"),
    ("Ctrl+d", "DeleteCharOrExit"),
    ("F1", key::HELP),
    ("Alt+h", key::PARAMETER_HELP),
];
const EMACS: &[(&str, &str)] = &[
    ("Ctrl+a", "BeginningOfLine"),
    ("Ctrl+e", "EndOfLine"),
    ("Ctrl+b", "BackwardChar"),
    ("Ctrl+f", "ForwardChar"),
    ("Alt+b", "BackwardWord"),
    ("Alt+f", "ForwardWord"),
    ("Ctrl+k", "KillLine"),
    ("Ctrl+u", "BackwardKillLine"),
    ("Ctrl+w", "UnixWordRubout"),
    ("Ctrl+p", "PreviousHistory"),
    ("Ctrl+n", "NextHistory"),
];

/// The line and where its cursor stands, as the terminal shows them.
struct Shown {
    /// Columns before the line.
    begin: usize,
    text: String,
    at: usize,
}

/// A line that is typed, with what it needs.
pub struct SpokenLine {
    history: Discreet,
    completer: SessionCompleter,
    settings: LineSettings,
    /// Keys and the names of what they do; a later one goes before an earlier one.
    keys: Vec<(KeyModifiers, KeyCode, String)>,
    /// Earlier lines that begin with what was typed, while they are gone through, and the place among them.
    earlier: Option<(Vec<String>, usize)>,
    /// What stood in the line when help was asked for: it comes back.
    kept: Option<(String, usize)>,
}

impl SpokenLine {
    /// A line over a history.
    pub fn new(history: Discreet, runspace: Arc<Mutex<Runspace>>, settings: &LineSettings) -> SpokenLine {
        let own = match settings.edit_mode {
            EditMode::Windows => key::WINDOWS_EDITING,
            EditMode::Emacs | EditMode::Vi => EMACS,
        };
        let mut keys = Vec::new();
        for (chord, function) in KEYS.iter().chain(own) {
            let is_removed = settings.removed.iter().any(|removed| removed.eq_ignore_ascii_case(chord));
            if let Some((modifiers, code)) = key::chord_of(chord).filter(|_| !is_removed) {
                keys.push((modifiers, code, (*function).to_string()));
            }
        }
        for (at, handler) in settings.keys.iter().enumerate() {
            if let Some((modifiers, code)) = key::chord_of(&handler.chord) {
                let name = match handler.function.is_empty() {
                    true => format!("{}{at}", key::HANDLER),
                    false => handler.function.to_string(),
                };
                keys.push((modifiers, code, name));
            }
        }
        let completer = SessionCompleter::new(runspace);
        SpokenLine { history, completer, settings: settings.clone(), keys, earlier: None, kept: None }
    }

    /// Reads a line, or several that belong together.
    pub fn read(&mut self, prompt: &str, continuation: &str) -> Entered {
        let mut text = String::new();
        let mut shown = prompt;
        loop {
            if crossterm::terminal::enable_raw_mode().is_err() {
                return Entered::Line(Line::End);
            }
            let entered = self.read_one(shown);
            // The terminal went away if this fails.
            let _ = crossterm::terminal::disable_raw_mode();
            match entered {
                Entered::Line(Line::Text(line)) => {
                    text.push_str(&line);
                    if !edit::is_incomplete(&text, self.settings.indents) {
                        break;
                    }
                    text.push('\n');
                    shown = continuation;
                }
                other => return other,
            }
        }
        if !text.is_empty() {
            // A history that cannot be written costs no line.
            let _ = self.history.save(HistoryItem::from_command_line(&text));
        }
        Entered::Line(Line::Text(text))
    }

    /// One line behind a prompt.
    fn read_one(&mut self, prompt: &str) -> Entered {
        write(prompt);
        let begin = output::without_escapes(prompt.rsplit('\n').next().unwrap_or(prompt)).width();
        let mut line = Shown { begin, text: String::new(), at: 0 };
        if let Some((text, at)) = self.kept.take() {
            line.set(text, at);
        }
        loop {
            output::flush();
            let event = match event::read() {
                Ok(Event::Key(key)) if key.kind != KeyEventKind::Release => key,
                Ok(_) => continue,
                Err(_) => return Entered::Line(Line::End),
            };
            let Some(name) = self.function(&event) else {
                if let KeyCode::Char(c) = event.code
                    && !event.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
                {
                    self.earlier = None;
                    line.replace(line.at..line.at, c.encode_utf8(&mut [0; 4]));
                }
                continue;
            };
            if !matches!(
                name.as_str(),
                "PreviousHistory" | "NextHistory" | "HistorySearchBackward" | "HistorySearchForward"
            ) {
                self.earlier = None;
            }
            if let Some(entered) = self.work(&name, &mut line, prompt) {
                if !matches!(entered, Entered::Line(Line::End)) {
                    line.go(line.text.len());
                    write("\n");
                }
                output::flush();
                return entered;
            }
        }
    }

    fn function(&self, event: &KeyEvent) -> Option<String> {
        let code = match event.code {
            KeyCode::Char(c) if event.modifiers.contains(KeyModifiers::CONTROL) => {
                KeyCode::Char(c.to_ascii_lowercase())
            }
            code => code,
        };
        let found = self.keys.iter().rfind(|(modifiers, known, _)| *modifiers == event.modifiers && *known == code);
        found.map(|(.., name)| name.clone())
    }

    /// Does what a key is for; what the editor gives when that ends the line.
    fn work(&mut self, name: &str, line: &mut Shown, prompt: &str) -> Option<Entered> {
        let (text, at) = (line.text.clone(), line.at);
        match name {
            "AcceptLine" => return Some(Entered::Line(Line::Text(text))),
            "CancelLine" => return Some(Entered::Line(Line::Cancelled)),
            "DeleteCharOrExit" if text.is_empty() => return Some(Entered::Line(Line::End)),
            "DeleteChar" | "DeleteCharOrExit" => line.replace(at..next(&text, at), ""),
            "BackwardDeleteChar" => line.replace(previous(&text, at)..at, ""),
            "BackwardChar" => line.go(previous(&text, at)),
            "ForwardChar" => line.go(next(&text, at)),
            "BackwardWord" => line.go(word_before(&text, at)),
            "ForwardWord" => line.go(word_after(&text, at)),
            "BeginningOfLine" => line.go(0),
            "EndOfLine" => line.go(text.len()),
            "BackwardKillWord" | "UnixWordRubout" => line.replace(word_before(&text, at)..at, ""),
            "KillWord" => line.replace(at..word_after(&text, at), ""),
            "KillLine" | "ForwardDeleteLine" => line.replace(at..text.len(), ""),
            "BackwardKillLine" | "BackwardDeleteLine" => line.replace(0..at, ""),
            "RevertLine" => line.set(String::new(), 0),
            "PreviousHistory" | "HistorySearchBackward" => self.walk(line, true),
            "NextHistory" | "HistorySearchForward" => self.walk(line, false),
            "Complete" | "MenuComplete" | "TabCompleteNext" | "PossibleCompletions" => self.complete(line, prompt),
            "ReverseSearchHistory" => self.search(line, prompt),
            command if command == key::HELP || command == key::PARAMETER_HELP || command.starts_with(key::HANDLER) => {
                self.kept = Some((text.clone(), at));
                return Some(Entered::by_command(command, text, at));
            }
            // Functions that only a drawn line has.
            _ => edit::ring(self.settings.bell),
        }
        None
    }

    /// Earlier lines, the latest first.
    fn lines(&self, search: CommandLineSearch) -> Vec<String> {
        let filter = SearchFilter::from_text_search(search, self.history.session());
        let query =
            SearchQuery { filter, limit: Some(EARLIER), ..SearchQuery::everything(SearchDirection::Backward, None) };
        let mut lines: Vec<String> = Vec::new();
        for item in self.history.search(query).unwrap_or_default() {
            if !item.command_line.contains('\n') && !lines.contains(&item.command_line) {
                lines.push(item.command_line);
            }
        }
        lines
    }

    /// The line before among those that begin as this one does, or the one after.
    fn walk(&mut self, line: &mut Shown, is_back: bool) {
        let (lines, place) = self.earlier.take().unwrap_or_else(|| {
            let mut lines = self.lines(CommandLineSearch::Prefix(line.text.clone()));
            lines.retain(|found| *found != line.text);
            lines.insert(0, line.text.clone());
            (lines, 0)
        });
        let wanted = if is_back { place.checked_add(1) } else { place.checked_sub(1) };
        let place = match wanted.filter(|at| *at < lines.len()) {
            Some(at) => {
                line.set(lines[at].clone(), lines[at].len());
                at
            }
            None => {
                edit::ring(self.settings.bell);
                place
            }
        };
        self.earlier = Some((lines, place));
    }

    /// Puts what fits; where several do, what they share, and says what they are.
    fn complete(&mut self, line: &mut Shown, prompt: &str) {
        let found: Vec<Suggestion> = self.completer.complete(&line.text, line.at).suggestions().to_vec();
        let Some(first) = found.first() else { return edit::ring(self.settings.bell) };
        let span = first.span.start..first.span.end.min(line.text.len());
        if found.len() == 1 {
            return line.replace(span, &first.value);
        }
        let typed = line.text.get(span.clone()).unwrap_or_default().len();
        let shared = shared(found.iter().map(|s| s.value.as_str()));
        if shared.len() > typed {
            line.replace(span, shared);
        }
        let mut text = String::from("\n");
        for suggestion in found.iter().take(MOST) {
            let shown = suggestion.display_override.as_ref().unwrap_or(&suggestion.value);
            let tip = suggestion.description.as_deref().filter(|_| self.settings.shows_tips).unwrap_or_default();
            let tip = tip.lines().next().unwrap_or_default();
            text.push_str(&format!("{}\n", format!("{shown}  {tip}").trim_end()));
        }
        if found.len() > MOST {
            text.push_str(&format!("and {} more\n", found.len() - MOST));
        }
        line.again(&text, prompt);
    }

    /// Asks for a part of an earlier line, and takes the latest that has it.
    fn search(&mut self, line: &mut Shown, prompt: &str) {
        let at = line.at;
        line.go(line.text.len());
        write("\nbck-i-search: ");
        let sought = match terminal::read_typed() {
            Line::Text(text) if !text.is_empty() => text,
            _ => {
                line.at = at.min(line.text.len());
                return line.again("\n", prompt);
            }
        };
        match self.lines(CommandLineSearch::Substring(sought)).into_iter().next() {
            Some(found) => {
                line.at = found.len();
                line.text = found;
            }
            None => edit::ring(self.settings.bell),
        }
        line.again("\n", prompt);
    }
}

impl Shown {
    /// The line becomes another; only what differs is written.
    fn set(&mut self, text: String, at: usize) {
        let same = shared([self.text.as_str(), text.as_str()].into_iter()).len();
        let before = self.text.width();
        if same < self.text.len() || same < text.len() {
            self.move_to(same);
            write(&text[same..]);
            let after = text.width();
            let blanks = before.saturating_sub(after);
            write(&" ".repeat(blanks));
            settle_at(self.begin + after + blanks);
            let width = terminal::size().0;
            move_cursor(self.begin + after + blanks, self.begin + after, width);
            self.text = text;
            self.at = self.text.len();
        }
        self.go(at);
    }

    fn replace(&mut self, range: std::ops::Range<usize>, by: &str) {
        let at = range.start + by.len();
        let mut text = self.text.clone();
        text.replace_range(range, by);
        self.set(text, at);
    }

    fn move_to(&mut self, at: usize) {
        let column = |at: usize| self.begin + self.text.get(..at).unwrap_or_default().width();
        move_cursor(column(self.at), column(at), terminal::size().0);
        self.at = at;
    }

    fn go(&mut self, at: usize) {
        if at != self.at {
            self.move_to(at);
        }
    }

    /// Lines below, and the prompt with the line once more.
    fn again(&mut self, below: &str, prompt: &str) {
        let at = self.at;
        self.go(self.text.len());
        write(below);
        write(prompt);
        write(&self.text);
        settle_at(self.begin + self.text.width());
        self.at = self.text.len();
        self.go(at);
    }
}

/// Text on a terminal that is told of each carriage return.
fn write(text: &str) {
    output::write(&text.replace('\n', "\r\n"));
}

/// A terminal waits with the next row until something is written in it; the cursor is to stand there now.
fn settle_at(column: usize) {
    let width = terminal::size().0;
    if column > 0 && column.is_multiple_of(width) {
        output::write(" \r");
    }
}

/// Moves the cursor over rows of a width.
fn move_cursor(from: usize, to: usize, width: usize) {
    let (rows, columns) = ((from / width, to / width), (from % width, to % width));
    let step = |count: usize, letter: char| output::write(&format!("\u{1b}[{count}{letter}"));
    match rows {
        (from, to) if from > to => step(from - to, 'A'),
        (from, to) if from < to => step(to - from, 'B'),
        _ => {}
    }
    match columns {
        (from, to) if from > to => step(from - to, 'D'),
        (from, to) if from < to => step(to - from, 'C'),
        _ => {}
    }
}

fn previous(text: &str, at: usize) -> usize {
    text[..at].char_indices().rfind(|(_, c)| c.width().unwrap_or(0) > 0).map_or(0, |(start, _)| start)
}

fn next(text: &str, at: usize) -> usize {
    let mut rest = text[at..].char_indices().skip(1);
    rest.find(|(_, c)| c.width().unwrap_or(0) > 0).map_or(text.len(), |(length, _)| at + length)
}

fn word_before(text: &str, at: usize) -> usize {
    let kept = text[..at].trim_end();
    kept.rfind(char::is_whitespace).map_or(0, |blank| blank + 1)
}

fn word_after(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    let word = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let blanks = rest[word..].find(|c: char| !c.is_whitespace()).unwrap_or(rest.len() - word);
    at + word + blanks
}

/// What texts begin with, all of them.
fn shared<'a>(mut texts: impl Iterator<Item = &'a str>) -> &'a str {
    let Some(first) = texts.next() else { return "" };
    let mut length = first.len();
    for text in texts {
        let same =
            first.char_indices().zip(text.chars()).find(|((_, a), b)| a != b).map_or(text.len(), |((at, _), _)| at);
        length = length.min(same);
    }
    while !first.is_char_boundary(length) {
        length -= 1;
    }
    &first[..length]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_letters() {
        let text = "ab \u{ac00}\u{301}c";
        assert_eq!((next(text, 0), next(text, 3), previous(text, text.len())), (1, 8, 8));
        assert_eq!((previous(text, 8), previous(text, 0)), (3, 0));
        assert_eq!((word_before(text, text.len()), word_before("ab  ", 4), word_after("ab  cd", 1)), (3, 0, 4));
    }

    #[test]
    fn what_texts_share() {
        for (texts, expected) in [
            (&["Get-Item", "Get-ItemProperty"][..], "Get-Item"),
            (&["\u{e9}a", "\u{e9}b"], "\u{e9}"),
            (&["a", "b"], ""),
            (&["abc"], "abc"),
        ] {
            assert_eq!(shared(texts.iter().copied()), expected);
        }
    }
}
