//! Keys of the prompt: chords as people write them, and what the editor does for each function.

use command::line::{EditMode, LineSettings};
use reedline::{
    EditCommand, KeyCode, KeyModifiers, Keybindings, ReedlineEvent, default_emacs_keybindings,
    default_vi_insert_keybindings, default_vi_normal_keybindings,
};

use crate::typing;

/// The name of the completion menu.
pub const COMPLETION: &str = "completion";
/// The name of the menu of earlier lines.
pub const HISTORY: &str = "history";
/// A host command that shows help on the command at the cursor.
pub const HELP: &str = "help";
/// A host command that shows help on the parameter at the cursor.
pub const PARAMETER_HELP: &str = "parameter help";
/// Begins the host command of a key's script block; its place in the list of handlers follows.
pub const HANDLER: &str = "key ";

/// The keys of a mode with the session's own on top: while text is put in, and vi's command mode.
pub fn bindings(settings: &LineSettings) -> (Keybindings, Keybindings) {
    let mut insert = match settings.edit_mode {
        EditMode::Vi => default_vi_insert_keybindings(),
        EditMode::Emacs | EditMode::Windows => default_emacs_keybindings(),
    };
    if settings.edit_mode == EditMode::Windows {
        for (chord, function) in WINDOWS.iter().chain(WINDOWS_EDITING) {
            bind(&mut insert, chord, function);
        }
    }
    for (chord, function) in COMMON {
        bind(&mut insert, chord, function);
    }
    insert.add_binding(KeyModifiers::NONE, KeyCode::F(1), ReedlineEvent::ExecuteHostCommand(HELP.to_string()));
    let help = ReedlineEvent::ExecuteHostCommand(PARAMETER_HELP.to_string());
    insert.add_binding(KeyModifiers::ALT, KeyCode::Char('h'), help);
    let mut normal = default_vi_normal_keybindings();
    for chord in &settings.removed {
        if let Some((modifiers, code)) = chord_of(chord) {
            insert.remove_binding(modifiers, code);
            normal.remove_binding(modifiers, code);
        }
    }
    for (at, key) in settings.keys.iter().enumerate() {
        let Some((modifiers, code)) = chord_of(&key.chord) else { continue };
        let event = match key.function.is_empty() {
            true => Some(ReedlineEvent::ExecuteHostCommand(format!("{HANDLER}{at}"))),
            false => event_of(&key.function),
        };
        if let Some(event) = event {
            insert.add_binding(modifiers, code, event.clone());
            normal.add_binding(modifiers, code, event);
        }
    }
    (insert, normal)
}

const COMMON: &[(&str, &str)] = &[
    ("Tab", "MenuComplete"),
    ("Shift+Tab", "TabCompletePrevious"),
    ("Ctrl+r", "ReverseSearchHistory"),
    ("F2", "SwitchPredictionView"),
];

/// The keys of Windows that change the line, drawn or spoken.
pub const WINDOWS_EDITING: &[(&str, &str)] = &[
    ("Escape", "RevertLine"),
    ("Ctrl+Backspace", "BackwardKillWord"),
    ("Ctrl+Delete", "KillWord"),
    ("Ctrl+Home", "BackwardDeleteLine"),
    ("Ctrl+End", "ForwardDeleteLine"),
];

const WINDOWS: &[(&str, &str)] =
    &[("Ctrl+a", "SelectAll"), ("Ctrl+z", "Undo"), ("Ctrl+y", "Redo"), ("F8", "HistorySearchBackward")];

fn bind(keys: &mut Keybindings, chord: &str, function: &str) {
    if let (Some((modifiers, code)), Some(event)) = (chord_of(chord), event_of(function)) {
        keys.add_binding(modifiers, code, event);
    }
}

/// A chord such as `Ctrl+Shift+LeftArrow`; none where it names no key. Sequences of chords are not known.
pub fn chord_of(text: &str) -> Option<(KeyModifiers, KeyCode)> {
    let mut modifiers = KeyModifiers::NONE;
    let mut rest = text.trim();
    while let Some((first, tail)) = rest.split_once('+').filter(|(_, tail)| !tail.is_empty()) {
        match first.to_ascii_lowercase().as_str() {
            "ctrl" | "control" => modifiers |= KeyModifiers::CONTROL,
            "alt" => modifiers |= KeyModifiers::ALT,
            "shift" => modifiers |= KeyModifiers::SHIFT,
            _ => return None,
        }
        rest = tail;
    }
    let code = match rest.to_ascii_lowercase().as_str() {
        "enter" => KeyCode::Enter,
        "tab" if modifiers.contains(KeyModifiers::SHIFT) => KeyCode::BackTab,
        "tab" => KeyCode::Tab,
        "escape" | "esc" => KeyCode::Esc,
        "backspace" => KeyCode::Backspace,
        "delete" | "del" => KeyCode::Delete,
        "insert" => KeyCode::Insert,
        "home" => KeyCode::Home,
        "end" => KeyCode::End,
        "pageup" => KeyCode::PageUp,
        "pagedown" => KeyCode::PageDown,
        "uparrow" | "up" => KeyCode::Up,
        "downarrow" | "down" => KeyCode::Down,
        "leftarrow" | "left" => KeyCode::Left,
        "rightarrow" | "right" => KeyCode::Right,
        "spacebar" | "space" => KeyCode::Char(' '),
        name => match name.strip_prefix('f').and_then(|n| n.parse::<u8>().ok()) {
            Some(number @ 1..=24) => KeyCode::F(number),
            _ => {
                let mut chars = rest.chars();
                let first = chars.next().filter(|_| chars.next().is_none())?;
                match modifiers.contains(KeyModifiers::CONTROL) {
                    true => KeyCode::Char(first.to_ascii_lowercase()),
                    false => KeyCode::Char(first),
                }
            }
        },
    };
    Some((modifiers, code))
}

/// What the editor does for a function of PSReadLine.
pub fn event_of(function: &str) -> Option<ReedlineEvent> {
    use EditCommand::*;
    let edit = |command: EditCommand| Some(ReedlineEvent::Edit(vec![command]));
    let menu = |name: &str| {
        Some(ReedlineEvent::UntilFound(vec![ReedlineEvent::Menu(name.to_string()), ReedlineEvent::MenuNext]))
    };
    match function {
        "AcceptLine" => Some(ReedlineEvent::Enter),
        "AcceptSuggestion" => Some(ReedlineEvent::HistoryHintComplete),
        "AcceptNextSuggestionWord" => Some(ReedlineEvent::HistoryHintWordComplete),
        "AddLine" => edit(InsertNewline),
        "BackwardChar" => Some(ReedlineEvent::Left),
        "ForwardChar" => {
            Some(ReedlineEvent::UntilFound(vec![ReedlineEvent::HistoryHintComplete, ReedlineEvent::Right]))
        }
        "BackwardWord" => edit(MoveWordLeft { select: false }),
        "ForwardWord" => edit(MoveWordRight { select: false }),
        "BeginningOfLine" => edit(MoveToLineStart { select: false }),
        "EndOfLine" => edit(MoveToLineEnd { select: false }),
        "BackwardDeleteChar" => edit(Backspace),
        "DeleteChar" => edit(Delete),
        "DeleteCharOrExit" => Some(ReedlineEvent::CtrlD),
        "BackwardKillWord" | "UnixWordRubout" => edit(CutWordLeft),
        "KillWord" => edit(CutWordRight),
        "KillLine" | "ForwardDeleteLine" => edit(CutToLineEnd),
        "BackwardKillLine" | "BackwardDeleteLine" => edit(CutFromLineStart),
        "RevertLine" => edit(Clear),
        "CancelLine" => Some(ReedlineEvent::CtrlC),
        "CapitalizeWord" => edit(CapitalizeChar),
        "UpcaseWord" => edit(UppercaseWord),
        "DowncaseWord" => edit(LowercaseWord),
        "SwapCharacters" => edit(SwapGraphemes),
        "SelectAll" => edit(SelectAll),
        "Undo" => edit(Undo),
        "Redo" => edit(Redo),
        "Yank" => edit(PasteCutBufferBefore),
        "ClearScreen" => Some(ReedlineEvent::ClearScreen),
        "PreviousHistory" | "HistorySearchBackward" => Some(ReedlineEvent::PreviousHistory),
        "NextHistory" | "HistorySearchForward" => Some(ReedlineEvent::NextHistory),
        "NextSuggestion" => Some(ReedlineEvent::Menu(typing::NEXT.to_string())),
        "PreviousSuggestion" => Some(ReedlineEvent::Menu(typing::PREVIOUS.to_string())),
        "SwitchPredictionView" => Some(ReedlineEvent::Menu(typing::SWITCH.to_string())),
        "ReverseSearchHistory" => menu(HISTORY),
        "Complete" | "MenuComplete" | "TabCompleteNext" | "PossibleCompletions" => menu(COMPLETION),
        "TabCompletePrevious" => Some(ReedlineEvent::MenuPrevious),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chords() {
        let check =
            |text: &str, expected: Option<(KeyModifiers, KeyCode)>| assert_eq!(chord_of(text), expected, "{text}");
        check("Ctrl+r", Some((KeyModifiers::CONTROL, KeyCode::Char('r'))));
        check("Ctrl+R", Some((KeyModifiers::CONTROL, KeyCode::Char('r'))));
        check("F1", Some((KeyModifiers::NONE, KeyCode::F(1))));
        check("Shift+Tab", Some((KeyModifiers::SHIFT, KeyCode::BackTab)));
        check("Alt+LeftArrow", Some((KeyModifiers::ALT, KeyCode::Left)));
        check("Ctrl+x,Ctrl+y", None);
        check("Hyper+q", None);
    }

    #[test]
    fn all_functions_do_something() {
        for (name, _) in command::line::FUNCTIONS {
            assert!(event_of(name).is_some(), "{name}");
        }
    }
}
