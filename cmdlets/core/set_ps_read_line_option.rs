//! Set-PSReadLineOption.

use command::line::{BellStyle, COLORS, EditMode, LineSettings, PredictionSource, PredictionView};
use command::{Bound, Cmdlet, Command, ErrorCategory, Exception, Result, Session, Str, TypeRef, Value};

pub static COMMAND: Command = Command { name: "Set-PSReadLineOption", create: || Box::new(SetPsReadLineOption) };

struct SetPsReadLineOption;

impl Cmdlet for SetPsReadLineOption {
    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let mut s = LineSettings::of(session);
        if let Some(mode) = bound.str("EditMode") {
            s.edit_mode = match mode.to_ascii_lowercase().as_str() {
                "vi" => EditMode::Vi,
                "windows" => EditMode::Windows,
                _ => EditMode::Emacs,
            };
        }
        if let Some(prompt) = bound.str("ContinuationPrompt") {
            s.continuation_prompt = prompt;
        }
        if bound.has("HistoryNoDuplicates") {
            s.no_duplicates = bound.switch("HistoryNoDuplicates");
        }
        if bound.has("AddToHistoryHandler") {
            s.add_to_history = bound.value("AddToHistoryHandler");
        }
        if let Some(count) = bound.int("MaximumHistoryCount") {
            s.maximum_history = count as i32;
        }
        if let Some(style) = bound.str("HistorySaveStyle") {
            s.saves_history = !style.eq_ignore_ascii_case("SaveNothing");
        }
        if bound.has("ShowToolTips") {
            s.shows_tips = bound.switch("ShowToolTips");
        }
        if let Some(source) = bound.str("PredictionSource") {
            s.prediction_source = match source.to_ascii_lowercase().as_str() {
                "none" => PredictionSource::None,
                "history" => PredictionSource::History,
                "plugin" => PredictionSource::Plugin,
                _ => PredictionSource::HistoryAndPlugin,
            };
        }
        if let Some(view) = bound.str("PredictionViewStyle") {
            s.prediction_view = match view.eq_ignore_ascii_case("ListView") {
                true => PredictionView::ListView,
                false => PredictionView::InlineView,
            };
        }
        if let Some(bell) = bound.str("BellStyle") {
            s.bell = match bell.to_ascii_lowercase().as_str() {
                "none" => BellStyle::None,
                "visual" => BellStyle::Visual,
                _ => BellStyle::Audible,
            };
        }
        if bound.has("EnableScreenReaderMode") {
            s.is_spoken = bound.switch("EnableScreenReaderMode");
        }
        if bound.has("AutoIndent") {
            s.indents = bound.switch("AutoIndent");
        }
        if let Some(colors) = bound.get("Colors").and_then(|v| v.as_dict().cloned()) {
            for (name, value) in colors.to_vec() {
                let name = values::convert::to_display(&name);
                let known = COLORS.iter().map(|(n, _)| *n).find(|n| n.eq_ignore_ascii_case(&name));
                let Some(known) = known else {
                    return Err(bad_color(&format!("'{name}' is not a valid color property.")));
                };
                let Some(code) = escape_of(&value) else {
                    let shown = values::convert::to_display(&value);
                    return Err(bad_color(&format!("'{shown}' is not a valid color.")));
                };
                if let Some(entry) = s.colors.iter_mut().find(|(n, _)| *n == known) {
                    entry.1 = Str::from(code);
                }
            }
        }
        s.keep(session);
        Ok(())
    }
}

fn bad_color(message: &str) -> Box<command::Flow> {
    let made = Exception::new(TypeRef::ARGUMENT_EXCEPTION, message)
        .identity("InvalidColor", ErrorCategory::InvalidArgument, Value::Null)
        .throw::<()>();
    match made {
        Err(flow) => flow,
        Ok(()) => Box::new(command::Flow::Stopped),
    }
}

/// The escape sequence of a ConsoleColor, `#rrggbb`, or a sequence as it is.
fn escape_of(value: &Value) -> Option<String> {
    const NAMES: [(&str, u8); 16] = [
        ("Black", 30),
        ("DarkBlue", 34),
        ("DarkGreen", 32),
        ("DarkCyan", 36),
        ("DarkRed", 31),
        ("DarkMagenta", 35),
        ("DarkYellow", 33),
        ("Gray", 37),
        ("DarkGray", 90),
        ("Blue", 94),
        ("Green", 92),
        ("Cyan", 96),
        ("Red", 91),
        ("Magenta", 95),
        ("Yellow", 93),
        ("White", 97),
    ];
    let text = values::convert::to_display(value);
    if text.starts_with('\u{1b}') {
        return Some(text);
    }
    if let Some(hex) = text.strip_prefix('#').or_else(|| text.strip_prefix("0x"))
        && hex.len() == 6
        && let Ok(number) = u32::from_str_radix(hex, 16)
    {
        return Some(format!("\u{1b}[38;2;{};{};{}m", number >> 16, number >> 8 & 255, number & 255));
    }
    NAMES.iter().find(|(n, _)| n.eq_ignore_ascii_case(&text)).map(|(_, code)| format!("\u{1b}[{code}m"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(escape_of(&Value::from(text)).as_deref(), expected, "{text}");
        };
        check("Magenta", Some("\u{1b}[95m"));
        check("#ff0010", Some("\u{1b}[38;2;255;0;16m"));
        check("\u{1b}[1m", Some("\u{1b}[1m"));
        check("Mauve", None);
    }
}
