//! Predictions: one behind the cursor, or a list below the line. They come from the history and from completion.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use command::line::{LineSettings, PredictionSource, PredictionView};
use engine::Runspace;
use language::TokenClass;
use nu_ansi_term::Style;
use reedline::{
    CommandLineSearch, Completer, DefaultHinter, Editor, Hinter, History, SearchDirection, SearchFilter, SearchQuery,
    UndoBehavior,
};
use unicode_width::UnicodeWidthStr;

use crate::color::style_of;
use crate::complete::SessionCompleter;
use crate::grid::fit;
use crate::terminal;

/// Entries of the list.
const LONGEST: usize = 10;
/// The list's width at most.
const WIDEST: usize = 100;
/// A window that is smaller has no room for a list: the prediction is shown behind the cursor.
const SMALLEST: (usize, usize) = (54, 15);
/// A word from which on completion is asked.
const SHORTEST: usize = 3;
/// Lines of the history that are looked through for those that contain what was typed.
const SOUGHT: i64 = 200;

/// Where an entry comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Source {
    History,
    Completion,
}

/// A line that is offered.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Entry {
    line: String,
    source: Source,
    /// What completion says of it.
    tip: String,
}

/// What the list shows; keys move in it.
pub struct List {
    view: PredictionView,
    /// What was typed before an entry was chosen.
    typed: String,
    entries: Vec<Entry>,
    chosen: Option<usize>,
}

/// The list, shared by what draws it and what moves in it.
pub type SharedList = Arc<Mutex<List>>;

/// Looks at the list.
pub fn lock(list: &SharedList) -> MutexGuard<'_, List> {
    list.lock().unwrap_or_else(PoisonError::into_inner)
}

impl List {
    /// An empty one, as the settings want predictions shown.
    pub fn new(settings: &LineSettings) -> List {
        List { view: settings.prediction_view, typed: String::new(), entries: Vec::new(), chosen: None }
    }

    /// Whether arrows move in the list.
    pub fn is_open(&self) -> bool {
        !self.entries.is_empty()
    }

    fn empty(&mut self) {
        self.entries.clear();
        self.chosen = None;
    }

    /// Goes to the next entry or the one before; behind each end stands what was typed.
    fn step(&mut self, is_forward: bool) -> &str {
        let last = self.entries.len().saturating_sub(1);
        self.chosen = match (self.chosen, is_forward) {
            (None, true) => Some(0),
            (None, false) => Some(last),
            (Some(at), true) => Some(at + 1).filter(|at| *at <= last),
            (Some(at), false) => at.checked_sub(1),
        };
        self.chosen.and_then(|at| self.entries.get(at)).map_or(&self.typed, |entry| &entry.line)
    }
}

/// Puts the next entry into the line, or the one before.
pub fn choose(list: &SharedList, editor: &mut Editor, is_forward: bool) {
    let mut list = lock(list);
    if list.is_open() {
        let line = list.step(is_forward).to_string();
        editor.edit_buffer(|buffer| buffer.set_buffer(line), UndoBehavior::CreateUndoPoint);
        editor.edit_buffer(|buffer| buffer.move_to_end(), UndoBehavior::MoveCursor);
    }
}

/// `F2`: the other view, from now on.
pub fn switch(list: &SharedList, runspace: &Mutex<Runspace>) {
    let mut list = lock(list);
    list.view = match list.view {
        PredictionView::InlineView => PredictionView::ListView,
        PredictionView::ListView => PredictionView::InlineView,
    };
    list.empty();
    let mut runspace = runspace.lock().unwrap_or_else(PoisonError::into_inner);
    let settings = LineSettings { prediction_view: list.view, ..LineSettings::of(&mut *runspace) };
    settings.keep(&mut *runspace);
}

/// Suggests from the history, and where that has nothing, what completion would put first; but nothing behind an empty line:
/// there the line before waits for its end.
pub struct Predictor {
    source: PredictionSource,
    earlier: DefaultHinter,
    completer: SessionCompleter,
    style: Style,
    /// What completion adds; empty when the history has something.
    added: String,
    list: SharedList,
    looks: Looks,
}

/// Styles of the list.
struct Looks {
    mark: Style,
    chosen: Style,
    tip: Style,
    typed: Style,
}

impl Predictor {
    /// With what the settings say, filling a list.
    pub fn new(settings: &LineSettings, runspace: Arc<Mutex<Runspace>>, list: SharedList) -> Predictor {
        let style = style_of(settings.color("InlinePrediction"));
        Predictor {
            source: settings.prediction_source,
            earlier: DefaultHinter::default().with_style(style),
            completer: SessionCompleter::new(runspace),
            style,
            added: String::new(),
            list,
            looks: Looks {
                mark: style_of(settings.color("ListPrediction")),
                chosen: style_of(settings.color("ListPredictionSelected")),
                tip: style_of(settings.color("ListPredictionTooltip")),
                typed: style_of(settings.color("Emphasis")),
            },
        }
    }

    /// Lines that completion makes of the command or parameter at the end of a line. Values are not looked up at each key: they
    /// may be many, or far away.
    fn completed(&mut self, line: &str, most: usize) -> Vec<Entry> {
        if !self.source.has_completion() || line.contains('\n') {
            return Vec::new();
        }
        let Some(last) = language::highlight(line).into_iter().next_back() else { return Vec::new() };
        let is_name = matches!(last.class, TokenClass::Command | TokenClass::Parameter);
        let word = line.get(last.span.start as usize..).filter(|_| is_name && last.span.end() as usize == line.len());
        if word.is_none_or(|word| word.len() < SHORTEST) {
            return Vec::new();
        }
        let mut entries = Vec::new();
        for found in self.completer.complete(line, line.len()).suggestions().iter() {
            let Some(typed) = line.get(found.span.start..) else { continue };
            let begins = found.value.get(..typed.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(typed));
            if begins && found.value.len() > typed.len() && entries.len() < most {
                entries.push(Entry {
                    line: format!("{}{}", &line[..found.span.start], found.value),
                    source: Source::Completion,
                    tip: found.description.clone().unwrap_or_default(),
                });
            }
        }
        entries
    }

    /// Earlier lines: those that begin with what was typed, then those that contain it; the latest first.
    fn remembered(&self, line: &str, history: &dyn History) -> Vec<Entry> {
        let mut entries: Vec<Entry> = Vec::new();
        if !self.source.has_history() {
            return entries;
        }
        for search in [CommandLineSearch::Prefix(line.to_string()), CommandLineSearch::Substring(line.to_string())] {
            let filter = SearchFilter::from_text_search(search, history.session());
            let query =
                SearchQuery { filter, limit: Some(SOUGHT), ..SearchQuery::everything(SearchDirection::Backward, None) };
            for item in history.search(query).unwrap_or_default() {
                let text = item.command_line;
                // A line of several lines has no place in the list.
                let is_new = text != line && !text.contains('\n') && !entries.iter().any(|e| e.line == text);
                if is_new && entries.len() < LONGEST {
                    entries.push(Entry { line: text, source: Source::History, tip: String::new() });
                }
            }
        }
        entries
    }

    /// The list for a line, as it stands below.
    fn list(&mut self, line: &str, history: &dyn History, use_ansi: bool, size: (usize, usize)) -> String {
        let shared = self.list.clone();
        let is_known = {
            let list = lock(&shared);
            list.chosen
                .and_then(|at| list.entries.get(at))
                .map_or(list.is_open() && list.typed == line, |e| e.line == line)
        };
        if !is_known {
            let mut entries = Vec::new();
            if !line.trim().is_empty() && !line.contains('\n') {
                entries = self.remembered(line, history);
                for entry in self.completed(line, LONGEST) {
                    if entries.len() < LONGEST && !entries.iter().any(|e| e.line.eq_ignore_ascii_case(&entry.line)) {
                        entries.push(entry);
                    }
                }
            }
            let mut list = lock(&shared);
            list.entries = entries;
            list.chosen = None;
            list.typed = line.to_string();
        }
        let list = lock(&shared);
        drawn(&list, size, use_ansi.then_some(&self.looks))
    }
}

/// The lines of a list: a head with the numbers, the entries with their sources, and what is known of the chosen one.
fn drawn(list: &List, (width, height): (usize, usize), looks: Option<&Looks>) -> String {
    if list.entries.is_empty() {
        return String::new();
    }
    let width = width.min(WIDEST) - 1;
    let plain = Looks { mark: Style::new(), chosen: Style::new(), tip: Style::new(), typed: Style::new() };
    let looks = looks.unwrap_or(&plain);
    let count = |source: Source| list.entries.iter().filter(|e| e.source == source).count();
    let sources: Vec<String> = [Source::History, Source::Completion]
        .iter()
        .filter(|source| count(**source) > 0)
        .map(|source| format!("{source:?}({})", count(*source)))
        .collect();
    let at = list.chosen.map_or("-".to_string(), |at| (at + 1).to_string());
    let head = format!("<{at}/{}>", list.entries.len());
    let sources = format!("<{}>", sources.join(" "));
    let gap = width.saturating_sub(head.width() + sources.width()).max(1);
    let mut text = format!("\n{}", looks.tip.paint(format!("{head}{}{sources}", " ".repeat(gap))));
    // The line itself, the head and a tip want room too.
    for (number, entry) in list.entries.iter().enumerate().take(height.saturating_sub(4)) {
        let source = format!("[{:?}]", entry.source);
        let shown = fit(&entry.line, width.saturating_sub(source.width() + 3));
        let begin = find(&shown, &list.typed).unwrap_or(0..0);
        let over = |style: Style| {
            if list.chosen == Some(number) { Style { background: looks.chosen.background, ..style } } else { style }
        };
        text.push_str(&format!(
            "\n{}{}{}{}{}",
            over(looks.mark).paint("> "),
            over(Style::new()).paint(&shown[..begin.start]),
            over(looks.typed).paint(&shown[begin.clone()]),
            over(Style::new()).paint(format!("{} ", &shown[begin.end..])),
            over(looks.mark).paint(source),
        ));
        let tip = entry.tip.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
        if list.chosen == Some(number) && !tip.is_empty() {
            text.push_str(&format!(
                "\n{}",
                looks.tip.paint(format!("  >> {}", fit(tip, width.saturating_sub(5)).trim_end()))
            ));
        }
    }
    text
}

/// Where what was typed stands in an entry, whatever its case.
fn find(line: &str, typed: &str) -> Option<std::ops::Range<usize>> {
    let is_there = |at: &usize| line.get(*at..at + typed.len()).is_some_and(|part| part.eq_ignore_ascii_case(typed));
    (0..line.len()).find(is_there).map(|at| at..at + typed.len())
}

impl Hinter for Predictor {
    fn handle(&mut self, line: &str, pos: usize, history: &dyn History, use_ansi: bool, cwd: &str) -> String {
        self.added.clear();
        let size = terminal::size();
        let has_room = size.0 >= SMALLEST.0 && size.1 >= SMALLEST.1;
        if lock(&self.list).view == PredictionView::ListView && has_room {
            self.earlier = DefaultHinter::default().with_style(self.style);
            return self.list(line, history, use_ansi, size);
        }
        lock(&self.list).empty();
        if line.ends_with('\n') {
            return String::new();
        }
        if self.source.has_history() {
            let hint = self.earlier.handle(line, pos, history, use_ansi, cwd);
            if !hint.is_empty() {
                return hint;
            }
        }
        if pos == line.len()
            && let Some(entry) = self.completed(line, 1).first()
            && let Some(rest) = entry.line.get(line.len()..)
        {
            self.added = rest.to_string();
            return if use_ansi { self.style.paint(rest).to_string() } else { rest.to_string() };
        }
        String::new()
    }

    fn complete_hint(&self) -> String {
        if self.added.is_empty() { self.earlier.complete_hint() } else { self.added.clone() }
    }

    fn next_hint_token(&self) -> String {
        if self.added.is_empty() { self.earlier.next_hint_token() } else { self.added.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list() -> List {
        let entry = |line: &str, source, tip: &str| Entry { line: line.into(), source, tip: tip.into() };
        List {
            view: PredictionView::ListView,
            typed: "get".into(),
            entries: vec![
                entry("Get-Date", Source::History, ""),
                entry("cd x; get-item", Source::History, ""),
                entry("Get-Uptime", Source::Completion, "\nGet-Uptime [-Since]\n"),
            ],
            chosen: None,
        }
    }

    #[test]
    fn steps_lead_through_the_entries_and_back_to_what_was_typed() {
        let mut list = list();
        let mut walk = |is_forward: bool| list.step(is_forward).to_string();
        assert_eq!(
            [walk(true), walk(true), walk(true), walk(true)],
            ["Get-Date", "cd x; get-item", "Get-Uptime", "get"]
        );
        assert_eq!([walk(false), walk(false)], ["Get-Uptime", "cd x; get-item"]);
    }

    #[test]
    fn a_list_fills_the_width() {
        let mut list = list();
        list.chosen = Some(2);
        let text = drawn(&list, (60, 25), None);
        let lines: Vec<&str> = text.lines().skip(1).collect();
        assert_eq!(lines[0], format!("<3/3>{}<History(2) Completion(1)>", " ".repeat(28)));
        assert_eq!(lines[1], format!("> Get-Date{}[History]", " ".repeat(40)));
        assert_eq!(lines[3], format!("> Get-Uptime{}[Completion]", " ".repeat(35)));
        assert_eq!(lines[4], "  >> Get-Uptime [-Since]");
        assert!(lines.iter().all(|line| line.width() < 60), "{text}");
    }
}
