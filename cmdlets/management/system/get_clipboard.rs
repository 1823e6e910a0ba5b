//! Get-Clipboard.

use command::{Bound, Cmdlet, Command, Result, Session, Value};

use crate::system::clipboard::read;

pub static COMMAND: Command = Command { name: "Get-Clipboard", create: || Box::new(GetClipboard) };

struct GetClipboard;

impl Cmdlet for GetClipboard {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let text = read(session);
        if bound.switch("Raw") {
            return session.write(Value::from(text));
        }
        if text.is_empty() {
            return Ok(());
        }
        let delimiters = bound.strings("Delimiter");
        if delimiters.is_empty() {
            return text.split('\n').try_for_each(|line| session.write(Value::from(line.trim_end_matches('\r'))));
        }
        let mut parts = vec![text];
        for delimiter in delimiters.iter().filter(|d| !d.is_empty()) {
            parts = parts
                .iter()
                .flat_map(|p| p.split(delimiter.as_str()).map(str::to_string).collect::<Vec<_>>())
                .collect();
        }
        parts.into_iter().try_for_each(|part| session.write(Value::from(part)))
    }
}
