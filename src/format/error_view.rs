//! How an error is shown: ConciseView, NormalView, CategoryView and DetailedView.

use std::sync::Arc;

use command::{ErrorCategory, ErrorRecord, Result, Scope, Session, TypeRef};
use values::error::Invocation;
use values::{Value, convert, members};

use crate::width::{self, RESET};

/// The views of `$ErrorView`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ErrorView {
    Normal,
    Category,
    Concise,
    Detailed,
}

/// How the screen on which an error is shown looks.
#[derive(Clone, Debug)]
pub struct ErrorScreen {
    pub view: ErrorView,
    /// Columns of the window.
    pub width: usize,
    pub error: String,
    pub accent: String,
    pub reset: String,
}

/// Columns that are taken for a window that is none.
const PLAIN_WIDTH: usize = 80;

impl ErrorScreen {
    /// The screen of a session: `$ErrorView`, the host's window and `$PSStyle`.
    pub fn of_session(session: &mut dyn Session) -> ErrorScreen {
        let name = session.variable("ErrorView", Scope::Any).map(|v| convert::to_display(&v.value)).unwrap_or_default();
        let view = match name.to_ascii_lowercase().as_str() {
            "categoryview" => ErrorView::Category,
            "detailedview" => ErrorView::Detailed,
            "" | "conciseview" => ErrorView::Concise,
            _ => ErrorView::Normal,
        };
        let style = crate::style::current(session);
        let host = session.host();
        let is_terminal = host.is_terminal();
        let width = if is_terminal { host.size().0 } else { PLAIN_WIDTH };
        let (mut error, mut accent, mut reset) = (style.error, style.error_accent, RESET.to_string());
        if !is_terminal {
            (error, accent, reset) = Default::default();
        }
        ErrorScreen { view, width, error, accent, reset }
    }
}

/// The text of an error record in a value (also one that came from another session).
pub fn of_value(session: &mut dyn Session, value: &Value) -> Result<String> {
    let screen = ErrorScreen::of_session(session);
    match value.base() {
        Value::Error(record) => error_text(session, record, &screen),
        _ => {
            let exception = members::get(session, value, "Exception")?.unwrap_or_default();
            let message = members::get(session, &exception, "Message")?.unwrap_or_default();
            let text = convert::to_str(session, &message)?;
            Ok(format!("{}{}{}", screen.error, text, screen.reset))
        }
    }
}

/// The text with which a host shows an error that nobody caught: as `$ErrorView` asks, decorated where the host can show it,
/// without an empty line at the end. Where showing fails, the message alone.
pub fn host_error_text(session: &mut dyn Session, record: &Arc<ErrorRecord>) -> String {
    let screen = ErrorScreen::of_session(session);
    let text = match error_text(session, record, &screen) {
        Ok(text) => text,
        Err(_) => record.message().to_string(),
    };
    let shows_escapes = session.host().is_terminal();
    let style = crate::style::current(session);
    let text = if style.shows_escapes(true, shows_escapes) { text } else { width::strip(&text).into_owned() };
    text.trim_end_matches('\n').to_string()
}

/// The text of an error record.
pub fn error_text(session: &mut dyn Session, record: &Arc<ErrorRecord>, screen: &ErrorScreen) -> Result<String> {
    let paint = |text: &str| format!("{}{text}{}", screen.error, screen.reset);
    let id = record.full_id();
    if id == "NativeCommandErrorMessage" || id == "NativeCommandError" {
        return Ok(paint(&record.exception.message()));
    }
    match screen.view {
        ErrorView::Category => Ok(paint(&category_message(session, record)?)),
        ErrorView::Detailed => Ok(paint(&crate::error_detail::of_record(session, record)?)),
        ErrorView::Normal => normal(session, record, screen),
        ErrorView::Concise => concise(session, record, screen),
    }
}

fn shown_message(record: &ErrorRecord) -> String {
    let details = record.data.lock().details.as_ref().map(|d| d.0.to_string()).filter(|d| !d.is_empty());
    details.unwrap_or_else(|| record.exception.message().to_string())
}

/// The name of the command of an invocation.
fn command_name(session: &mut dyn Session, invocation: &Invocation) -> Result<String> {
    if invocation.command.is_null() {
        return Ok(String::new());
    }
    match members::get(session, &invocation.command, "Name")? {
        Some(name) => Ok(convert::to_str(session, &name)?.to_string()),
        None => Ok(convert::to_display(&invocation.command)),
    }
}

fn normal(session: &mut dyn Session, record: &Arc<ErrorRecord>, screen: &ErrorScreen) -> Result<String> {
    let invocation = record.data.lock().invocation.clone();
    let mut prefix = String::new();
    let mut place = String::new();
    if let Some(invocation) = &invocation {
        let typed = invocation.name.as_ref().map(|n| n.to_string()).unwrap_or_default();
        let name = command_name(session, invocation)?;
        let shown = if !name.is_empty() && matches!(typed.as_str(), "" | "&" | ".") { name.clone() } else { typed };
        if !shown.is_empty() {
            prefix = format!("{shown} : ");
        }
        let category = record.data.lock().category;
        if (!name.is_empty() || category != ErrorCategory::ParserError)
            && let Some(position) = &invocation.position
        {
            place = format!("\n{}", position.message());
        }
    }
    let category = category_message(session, record)?;
    let text = format!(
        "{prefix}{}{place}\n+ CategoryInfo          : {category}\n+ FullyQualifiedErrorId : {}",
        shown_message(record),
        record.full_id()
    );
    Ok(format!("{}{text}{}", screen.error, screen.reset))
}

/// `CategoryInfo.GetMessage()`: `Category: (TargetName:TargetType) [Activity], Reason`.
pub fn category_message(session: &mut dyn Session, record: &ErrorRecord) -> Result<String> {
    let data = record.data.lock().clone();
    let activity = match &data.activity {
        Some(activity) => activity.to_string(),
        None => match &data.invocation {
            Some(invocation) => command_name(session, invocation)?,
            None => String::new(),
        },
    };
    let target_name = match &data.target_name {
        Some(name) => name.to_string(),
        None if data.target.is_null() => String::new(),
        None => convert::to_str(session, &data.target)?.to_string(),
    };
    let target_type = match &data.target_type {
        Some(name) => name.to_string(),
        None => data.target.type_ref().map_or_else(String::new, |t| t.name_only().to_string()),
    };
    let reason = match &data.reason {
        Some(reason) => shorten(reason),
        None => record.exception.ty.name_only().to_string(),
    };
    let category = data.category.name();
    Ok(format!("{category}: ({}:{}) [{}], {reason}", shorten(&target_name), shorten(&target_type), shorten(&activity)))
}

/// Long parts are cut in the middle.
fn shorten(text: &str) -> String {
    const LONGEST: usize = 40;
    const HALF: usize = 19;
    let chars: Vec<char> = text.chars().collect();
    if chars.len() <= LONGEST {
        return text.to_string();
    }
    let (head, tail) = (&chars[..HALF], &chars[chars.len() - HALF..]);
    format!("{}\u{2026}{}", head.iter().collect::<String>(), tail.iter().collect::<String>())
}

/// What the first word of a concise error says.
fn concise_reason(session: &mut dyn Session, record: &ErrorRecord, invocation: Option<&Invocation>) -> Result<String> {
    let data = record.data.lock().clone();
    if was_thrown(record, data.category) {
        return Ok("Exception".to_string());
    }
    let name = match invocation {
        Some(invocation) => command_name(session, invocation)?,
        None => String::new(),
    };
    if !name.is_empty() && session.find_command(&name, false).ok().flatten().is_some() {
        return Ok(name);
    }
    if let Some(activity) = data.activity.as_ref().filter(|a| !a.is_empty()) {
        return Ok(activity.to_string());
    }
    if !name.is_empty() {
        return Ok(name);
    }
    if let Some(typed) = invocation.and_then(|i| i.name.as_ref()).filter(|n| !n.is_empty()) {
        return Ok(typed.to_string());
    }
    if data.category != ErrorCategory::NotSpecified {
        return Ok(data.category.name().to_string());
    }
    let reason = data.reason.as_ref().map(|r| r.to_string()).filter(|r| !r.is_empty());
    Ok(reason.unwrap_or_else(|| record.exception.ty.name_only().to_string()))
}

/// Whether the error comes from `throw` with something that is no exception of its own.
fn was_thrown(record: &ErrorRecord, category: ErrorCategory) -> bool {
    let flagged = record
        .exception
        .data
        .lock()
        .properties
        .iter()
        .any(|(n, v)| n.eq_ignore_ascii_case("WasThrownFromThrowStatement") && convert::to_bool(v));
    (flagged && record.exception.ty.derives_from(TypeRef::RUNTIME_EXCEPTION))
        || (record.exception.ty == TypeRef::RUNTIME_EXCEPTION && category == ErrorCategory::OperationStopped)
}

fn concise(session: &mut dyn Session, record: &Arc<ErrorRecord>, screen: &ErrorScreen) -> Result<String> {
    let data = record.data.lock().clone();
    let invocation = data.invocation.clone();
    let position = invocation.as_ref().and_then(|i| i.position.clone());
    let script = position.as_ref().and_then(|p| p.file.clone()).filter(|f| !f.is_empty());
    let line_number = position.as_ref().map_or(0, |p| p.start_line);
    let is_parse_error = data.category == ErrorCategory::ParserError;
    let is_module = script.as_ref().is_some_and(|s| s.to_ascii_lowercase().ends_with(".psm1"));
    let (error, accent, reset) = (&screen.error, &screen.accent, &screen.reset);
    let mut place = String::new();
    let mut prefix = String::new();
    let target =
        data.target.as_dict().filter(|d| d.get_str("Line").is_some() && d.get_str("LineText").is_some()).cloned();
    let shows_line = (is_parse_error || script.is_some() || line_number > 1) && !is_module && position.is_some();
    if target.is_some() || shows_line {
        let (number, line, marks) = match (&target, &position) {
            (Some(target), _) => {
                let text = |name: &str| target.get_str(name).map(|v| convert::to_display(&v)).unwrap_or_default();
                place.push_str(&format!("{reset}{}\n", text("File")));
                (text("Line"), text("LineText").trim().to_string(), String::new())
            }
            (None, Some(position)) => {
                match &script {
                    Some(script) => place.push_str(&format!("{reset}{script}:{line_number}\n")),
                    None => place.push('\n'),
                }
                let message = position.message();
                let mut lines = message.split('\n');
                let line = lines.nth(1).map_or("", |l| l.get(1..).unwrap_or_default()).to_string();
                let marks = message.rsplit('\n').next().map_or("", |l| l.get(1..).unwrap_or_default()).to_string();
                (line_number.to_string(), line, marks)
            }
            (None, None) => (String::new(), String::new(), String::new()),
        };
        let head_pad = " ".repeat(number.len().saturating_sub(4));
        let line_pad = " ".repeat(4usize.saturating_sub(number.len()));
        place.push_str(&format!("{accent}{head_pad}Line |\n"));
        let offset = marks.find('~').unwrap_or(0);
        let marked = marks.trim().chars().count();
        place.push_str(&format!(
            "{accent}{line_pad}{number} | {reset}{}\n",
            highlight(&line, offset, marked, accent, reset)
        ));
        prefix = format!("{accent}{head_pad}     | {error}");
        if !marks.is_empty() {
            place.push_str(&format!("{prefix}{marks}\n"));
        }
    }
    let mut message = prefix.clone();
    let has_details = data.details.as_ref().is_some_and(|d| !d.0.is_empty());
    let text = shown_message(record);
    match text.split_once("~\n") {
        Some((_, rest)) if is_parse_error && !has_details => {
            message.push_str(rest.split("\n\n").next().unwrap_or_default())
        }
        _ => message.push_str(&text),
    }
    if script.is_some() || is_parse_error {
        message = broken(&message.replace(['\n', '\t'], " "), &prefix, screen.width);
        message.push('\n');
    }
    let reason = concise_reason(session, record, invocation.as_deref())?;
    let mut out = format!("{error}{reason}: {place}{error}{message}{reset}");
    if let Some((_, Some(action))) = &data.details
        && !action.trim().is_empty()
    {
        out.push_str(&format!("\n{error}  Recommendation: {action}{reset}"));
    }
    Ok(out)
}

/// Colours the part of a source line that is meant, unless that is the whole line.
fn highlight(line: &str, offset: usize, marked: usize, accent: &str, reset: &str) -> String {
    let chars: Vec<char> = line.chars().collect();
    if marked >= chars.len() || accent.is_empty() {
        return line.to_string();
    }
    let end = (offset + marked).min(chars.len());
    let part = |range: std::ops::Range<usize>| chars[range].iter().collect::<String>();
    let offset = offset.min(end);
    format!("{}{accent}{}{reset}{}", part(0..offset), part(offset..end), part(end..chars.len()))
}

/// Breaks a message at blanks so that it fits the window, each further line behind the gutter.
fn broken(message: &str, prefix: &str, window: usize) -> String {
    let length = |text: &str| text.chars().count();
    let prefix_cells = length(&width::strip(prefix));
    let escapes = length(prefix) - prefix_cells;
    if window == 0 || length(message) - escapes.min(length(message)) <= window {
        return message.to_string();
    }
    let head = cut_at_blank(message, window + escapes);
    let mut rest = message[head.len()..].trim().to_string();
    let mut out = format!("{head}\n");
    while length(&rest) + prefix_cells > window {
        let line = format!("{prefix}{rest}");
        let part = cut_at_blank(&line, window + escapes);
        if part.len() <= prefix.len() {
            break;
        }
        out.push_str(part);
        out.push('\n');
        rest = rest[part.len() - prefix.len()..].trim().to_string();
    }
    out.push_str(prefix);
    out.push_str(rest.trim());
    out
}

fn cut_at_blank(text: &str, length: usize) -> &str {
    let Some((end, _)) = text.char_indices().nth(length) else { return text };
    let head = &text[..end];
    head.rfind(char::is_whitespace).map_or(head, |at| &head[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_messages_are_broken_behind_the_gutter() {
        let message = "     | The term 'no-such-tool' is not recognized as a name of a cmdlet, function, script file, or executable program.";
        let lines = broken(message, "     | ", 80);
        assert_eq!(
            lines,
            "     | The term 'no-such-tool' is not recognized as a name of a cmdlet,\n     | function, script file, or executable program."
        );
        assert_eq!(shorten(&"x".repeat(41)), format!("{0}\u{2026}{0}", "x".repeat(19)));
    }
}
