//! Get-PSReadLineKeyHandler.

use command::line::{FUNCTIONS, LineSettings};
use command::{Bound, Cmdlet, Command, NativeObject, Result, Session, Value};

pub static COMMAND: Command =
    Command { name: "Get-PSReadLineKeyHandler", create: || Box::new(GetPsReadLineKeyHandler) };

/// The keys that the prompt has from the start.
const DEFAULTS: &[(&str, &str)] = &[
    ("Enter", "AcceptLine"),
    ("Tab", "MenuComplete"),
    ("Shift+Tab", "TabCompletePrevious"),
    ("Ctrl+r", "ReverseSearchHistory"),
    ("Ctrl+l", "ClearScreen"),
    ("Ctrl+c", "CancelLine"),
    ("Ctrl+d", "DeleteCharOrExit"),
    ("Ctrl+a", "BeginningOfLine"),
    ("Ctrl+e", "EndOfLine"),
    ("Ctrl+b", "BackwardChar"),
    ("Ctrl+f", "ForwardChar"),
    ("Alt+b", "BackwardWord"),
    ("Alt+f", "ForwardWord"),
    ("Ctrl+w", "UnixWordRubout"),
    ("Ctrl+k", "KillLine"),
    ("Ctrl+u", "BackwardKillLine"),
    ("Ctrl+y", "Yank"),
    ("Ctrl+z", "Undo"),
    ("UpArrow", "PreviousHistory"),
    ("DownArrow", "NextHistory"),
    ("F2", "SwitchPredictionView"),
];

struct GetPsReadLineKeyHandler;

impl Cmdlet for GetPsReadLineKeyHandler {
    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let settings = LineSettings::of(session);
        let mut rows: Vec<(String, String, String)> = Vec::new();
        for key in &settings.keys {
            let function = if key.function.is_empty() { "CustomAction" } else { key.function.as_str() };
            rows.push((key.chord.to_string(), function.to_string(), key.description.to_string()));
        }
        for (chord, function) in DEFAULTS {
            let is_free = !rows.iter().any(|(c, _, _)| c.eq_ignore_ascii_case(chord))
                && !settings.removed.iter().any(|c| c.eq_ignore_ascii_case(chord));
            if is_free {
                rows.push((chord.to_string(), function.to_string(), described(function)));
            }
        }
        let chords = bound.strings("Chord");
        let (wants_bound, wants_unbound) = (bound.switch("Bound"), bound.switch("Unbound"));
        if wants_bound || !wants_unbound {
            for (chord, function, text) in &rows {
                if chords.is_empty() || chords.iter().any(|c| c.eq_ignore_ascii_case(chord)) {
                    session.write(row(chord, function, text))?;
                }
            }
        }
        if chords.is_empty() && (wants_unbound || !wants_bound) {
            for (function, text) in FUNCTIONS {
                if !rows.iter().any(|(_, f, _)| f == function) {
                    session.write(row("Unbound", function, text))?;
                }
            }
        }
        Ok(())
    }
}

fn described(function: &str) -> String {
    FUNCTIONS.iter().find(|(name, _)| *name == function).map_or_else(String::new, |(_, text)| text.to_string())
}

fn row(chord: &str, function: &str, text: &str) -> Value {
    NativeObject::of(
        "Microsoft.PowerShell.KeyHandler",
        vec![("Key", Value::from(chord)), ("Function", Value::from(function)), ("Description", Value::from(text))],
    )
}
