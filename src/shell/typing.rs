//! What keys do to the line beside reedline's own events: indentation of new lines, and moves in the list of predictions.

use reedline::{
    Completer, EditCommand, EditMode, Editor, Menu, MenuEvent, MenuSettings, Painter, PromptEditMode, ReedlineEvent,
    ReedlineMenu, ReedlineRawEvent, Suggestion, UndoBehavior,
};

use crate::predict::{self, SharedList};

/// Indents the line that was just begun.
const INDENT: &str = "indent";
/// Puts a closing bracket below its statement.
const OUTDENT: &str = "outdent";
/// The next prediction of the list.
pub const NEXT: &str = "next prediction";
/// The prediction before.
pub const PREVIOUS: &str = "previous prediction";
/// The other view of predictions.
pub const SWITCH: &str = "switch view";

/// Columns a level of brackets is worth.
const STEP: usize = 4;

/// Work on the line. Events of reedline cannot carry any, but they can open a menu, and a menu may change the line: this one
/// works when it is asked to open, and never does.
struct Hook {
    settings: MenuSettings,
    work: Box<dyn FnMut(&mut Editor) + Send>,
}

/// A hook under a name, by which events call it.
fn hook(name: &str, work: impl FnMut(&mut Editor) + Send + 'static) -> ReedlineMenu {
    ReedlineMenu::HistoryMenu(Box::new(Hook {
        settings: MenuSettings::default().with_name(name),
        work: Box::new(work),
    }))
}

/// The hooks that an editor has.
pub fn hooks(list: &SharedList, switch: impl FnMut() + Send + 'static) -> Vec<ReedlineMenu> {
    let mut switch = switch;
    let (next, previous) = (list.clone(), list.clone());
    vec![
        hook(INDENT, |editor| {
            let place = place(editor);
            if let Some(indent) = editor.get_buffer().get(..place).and_then(indent_at) {
                editor.edit_buffer(|buffer| buffer.insert_str(&indent), UndoBehavior::CreateUndoPoint);
            }
        }),
        hook(OUTDENT, |editor| {
            let place = place(editor);
            if let Some((range, indent)) = outdent_at(editor.get_buffer(), place) {
                let end = place - range.len() + indent.len();
                editor.edit_buffer(
                    |buffer| {
                        buffer.replace_range(range, &indent);
                        buffer.set_insertion_point(end);
                    },
                    UndoBehavior::CreateUndoPoint,
                );
            }
        }),
        hook(NEXT, move |editor| predict::choose(&next, editor, true)),
        hook(PREVIOUS, move |editor| predict::choose(&previous, editor, false)),
        hook(SWITCH, move |_| switch()),
    ]
}

/// The byte that the cursor stands at.
fn place(editor: &mut Editor) -> usize {
    let mut place = 0;
    editor.edit_buffer(|buffer| place = buffer.insertion_point(), UndoBehavior::NoOp);
    place
}

impl Menu for Hook {
    fn settings(&self) -> &MenuSettings {
        &self.settings
    }

    fn is_active(&self) -> bool {
        false
    }

    fn set_active(&mut self, _: bool) {}

    fn clear_input(&mut self) {}

    fn menu_event(&mut self, _: MenuEvent) {}

    fn can_quick_complete(&self) -> bool {
        true
    }

    fn can_partially_complete(&mut self, _: bool, _: &mut Editor, _: &mut dyn Completer) -> bool {
        false
    }

    /// Called once when the menu would open.
    fn update_values(&mut self, editor: &mut Editor, _: &mut dyn Completer) {
        (self.work)(editor);
    }

    fn reset_position(&mut self) {}

    fn update_working_details(&mut self, _: &mut Editor, _: &mut dyn Completer, _: &Painter) {}

    fn replace_in_buffer(&self, _: &mut Editor) {}

    fn menu_required_lines(&self, _: u16) -> u16 {
        0
    }

    fn menu_string(&self, _: u16, _: bool) -> String {
        String::new()
    }

    fn min_rows(&self) -> u16 {
        0
    }

    fn get_values(&self) -> &[Suggestion] {
        &[]
    }
}

/// A mode's keys with the hooks behind them.
pub struct Typing {
    mode: Box<dyn EditMode>,
    list: SharedList,
    indents: bool,
}

impl Typing {
    /// Over a mode.
    pub fn new(mode: Box<dyn EditMode>, list: SharedList, indents: bool) -> Typing {
        Typing { mode, list, indents }
    }

    fn extended(&self, event: ReedlineEvent) -> ReedlineEvent {
        use ReedlineEvent::{Down, Edit, Enter, Menu, Multiple, NextHistory, PreviousHistory, UntilFound, Up};
        let and = |event: ReedlineEvent, name: &str| Multiple(vec![event, Menu(name.to_string())]);
        match event {
            Enter if self.indents => and(Enter, INDENT),
            Edit(commands) if self.indents => match commands.last() {
                Some(EditCommand::InsertNewline) => and(Edit(commands), INDENT),
                Some(EditCommand::InsertChar('}' | ')' | ']')) => and(Edit(commands), OUTDENT),
                _ => Edit(commands),
            },
            Down | NextHistory if predict::lock(&self.list).is_open() => Menu(NEXT.to_string()),
            Up | PreviousHistory if predict::lock(&self.list).is_open() => Menu(PREVIOUS.to_string()),
            UntilFound(events) => UntilFound(events.into_iter().map(|e| self.extended(e)).collect()),
            Multiple(events) => Multiple(events.into_iter().map(|e| self.extended(e)).collect()),
            other => other,
        }
    }
}

impl EditMode for Typing {
    fn parse_event(&mut self, event: ReedlineRawEvent) -> ReedlineEvent {
        let event = self.mode.parse_event(event);
        self.extended(event)
    }

    fn edit_mode(&self) -> PromptEditMode {
        self.mode.edit_mode()
    }
}

/// How many brackets are open at the end of text; none inside a string or a comment, whose lines stand as they are.
fn depth(text: &str) -> Option<usize> {
    let parts = language::highlight(text);
    let is_whole = |class| matches!(class, language::TokenClass::String | language::TokenClass::Comment);
    let whole: Vec<(usize, usize)> = parts
        .iter()
        .filter(|part| is_whole(part.class))
        .map(|part| (part.span.start as usize, part.span.end() as usize))
        .collect();
    // The end of text belongs to a string that is still open.
    if let Some((start, end)) = whole.last()
        && *end >= text.len()
        && text[*start..].contains('\n')
    {
        return None;
    }
    let mut open = 0_usize;
    for (_, byte) in outside(text, &whole) {
        match byte {
            b'{' | b'(' | b'[' => open += 1,
            b'}' | b')' | b']' => open = open.saturating_sub(1),
            _ => {}
        }
    }
    Some(open)
}

/// The bytes of text that stand in none of the ranges, which are ordered.
pub fn outside<'a>(text: &'a str, ranges: &'a [(usize, usize)]) -> impl Iterator<Item = (usize, u8)> + 'a {
    let mut next = 0;
    text.bytes().enumerate().filter(move |(at, _)| {
        while ranges.get(next).is_some_and(|(_, end)| end <= at) {
            next += 1;
        }
        ranges.get(next).is_none_or(|(start, _)| at < start)
    })
}

/// The blanks that belong to a line that was just begun at the end of text.
pub fn indent_at(text: &str) -> Option<String> {
    text.ends_with('\n').then(|| depth(text)).flatten().filter(|d| *d > 0).map(|d| " ".repeat(d * STEP))
}

/// The blanks before a bracket that closes, where it is the first of its line and ends before a place; and those it should have.
fn outdent_at(text: &str, place: usize) -> Option<(std::ops::Range<usize>, String)> {
    let before = text.get(..place)?.strip_suffix(['}', ')', ']'])?;
    let begin = before.rfind('\n')? + 1;
    if !before[begin..].bytes().all(|b| b == b' ' || b == b'\t') {
        return None;
    }
    let wanted = " ".repeat(depth(&text[..place])? * STEP);
    (before[begin..] != wanted).then_some((begin..before.len(), wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_lines_are_indented_by_the_brackets_that_are_open() {
        for (text, expected) in [
            ("if ($true) {\n", Some(4)),
            ("if ($true) {\n    foreach ($a in (1, 2)) {\n", Some(8)),
            ("f (\n", Some(4)),
            ("@{\n    a = '}'\n", Some(4)),
            ("1 |\n", None),
            ("{ }\n", None),
            ("if ($true) {", None),
            ("@'\n{\n", None),
        ] {
            assert_eq!(indent_at(text).map(|blanks| blanks.len()), expected, "{text:?}");
        }
    }

    #[test]
    fn closing_brackets_go_back() {
        for (text, expected) in [
            ("if (1) {\n    1\n    }", Some((15..19, 0))),
            ("{\n    {\n        }", Some((8..16, 4))),
            ("{\n}", None),
            ("{\n    1 }", None),
            ("{ }", None),
        ] {
            let found = outdent_at(text, text.len()).map(|(range, blanks)| (range, blanks.len()));
            assert_eq!(found, expected, "{text:?}");
        }
    }
}
