//! Completion at the prompt: a `TabExpansion2` of the session, else the engine.

use std::sync::{Arc, Mutex, PoisonError};

use command::{CommandBody, Session};
use engine::{Completion, CompletionItem, Runspace};
use reedline::{Completer, CompletionResult, Span, Suggestion};
use values::{Context, Value, convert, members};

/// Completes in a session that is not busy while the line is edited.
pub struct SessionCompleter {
    runspace: Arc<Mutex<Runspace>>,
}

impl SessionCompleter {
    /// For a session.
    pub fn new(runspace: Arc<Mutex<Runspace>>) -> SessionCompleter {
        SessionCompleter { runspace }
    }

    fn suggestions(&self, line: &str, at: usize) -> values::Result<Vec<Suggestion>> {
        let mut runspace = self.runspace.lock().unwrap_or_else(PoisonError::into_inner);
        let session: &mut Runspace = &mut runspace;
        let column = line[..at].encode_utf16().count() as i32;
        // A function of one's own goes before what the engine offers.
        let own = Session::find_command(session, "TabExpansion2", true)?;
        if !own.is_some_and(|info| matches!(info.body, CommandBody::Script(_))) {
            return Ok(offered(&session.complete(line, column as u32), line));
        }
        let arguments =
            vec![(Some("inputScript".into()), Value::from(line)), (Some("cursorColumn".into()), Value::I32(column))];
        let Some(result) = session.invoke_command("TabExpansion2", arguments, Vec::new())?.pop() else {
            return Ok(Vec::new());
        };
        let context: &mut dyn Context = session;
        let start = number(context, &result, "ReplacementIndex")?;
        let length = number(context, &result, "ReplacementLength")?;
        let span = Span::new(byte_at(line, start), byte_at(line, start + length));
        let matches = members::get(context, &result, "CompletionMatches")?.unwrap_or_default();
        let mut found = Vec::new();
        for item in members::enumerate(context, &matches)?.unwrap_or_default() {
            let text = |context: &mut dyn Context, name: &str| -> values::Result<String> {
                Ok(members::get(context, &item, name)?.map(|v| convert::to_display(&v).to_string()).unwrap_or_default())
            };
            let value = text(context, "CompletionText")?;
            let shown = text(context, "ListItemText")?;
            let tip = text(context, "ToolTip")?;
            found.push(Suggestion {
                value,
                display_override: Some(shown.clone()).filter(|s| !s.is_empty()),
                description: Some(tip).filter(|t| !t.is_empty() && *t != shown),
                span,
                ..Suggestion::default()
            });
        }
        Ok(found)
    }
}

/// What the engine offers, as the menu shows it.
fn offered(found: &Completion, line: &str) -> Vec<Suggestion> {
    let (Ok(start), Ok(length)) = (usize::try_from(found.start), usize::try_from(found.length)) else {
        return Vec::new();
    };
    let span = Span::new(byte_at(line, start), byte_at(line, start + length));
    let shown = |item: &CompletionItem| Suggestion {
        value: item.text.clone(),
        display_override: Some(item.list.clone()).filter(|list| !list.is_empty()),
        description: Some(item.tip.trim().to_string()).filter(|tip| !tip.is_empty() && *tip != item.list),
        span,
        ..Suggestion::default()
    };
    found.items.iter().map(shown).collect()
}

fn number(context: &mut dyn Context, object: &Value, name: &str) -> values::Result<usize> {
    Ok(match members::get(context, object, name)? {
        Some(Value::I32(n)) => usize::try_from(n).unwrap_or(0),
        _ => 0,
    })
}

/// The byte position of a UTF-16 column.
fn byte_at(line: &str, column: usize) -> usize {
    let mut units = 0;
    for (at, c) in line.char_indices() {
        if units >= column {
            return at;
        }
        units += c.len_utf16();
    }
    line.len()
}

impl Completer for SessionCompleter {
    fn complete(&mut self, line: &str, pos: usize) -> CompletionResult {
        // An error while completing offers nothing; the person sees that.
        CompletionResult::Fresh { suggestions: self.suggestions(line, pos).unwrap_or_default().into(), partial: None }
    }
}
