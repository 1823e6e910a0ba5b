//! Set-Clipboard.

use command::{Bound, Cmdlet, Command, Result, Session, Value};

use crate::system::clipboard::{read, write};

pub static COMMAND: Command = Command { name: "Set-Clipboard", create: || Box::new(SetClipboard::default()) };

#[derive(Default)]
struct SetClipboard {
    lines: Vec<String>,
}

impl Cmdlet for SetClipboard {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        for text in bound.strings("Value") {
            self.lines.push(text.to_string());
            if bound.switch("PassThru") {
                session.write(Value::Str(text))?;
            }
        }
        Ok(())
    }

    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let mut text = self.lines.join("\n");
        if bound.switch("Append") {
            let old = read(session);
            if !old.is_empty() {
                text = format!("{old}\n{text}");
            }
        }
        if !session.should_process(&text, "Set-Clipboard")? {
            return Ok(());
        }
        if bound.switch("AsOSC52") {
            use base64::Engine;
            let coded = base64::engine::general_purpose::STANDARD.encode(&text);
            session.host().write(&format!("\u{1b}]52;;{coded}\u{7}"), None, None);
        }
        write(session, &text);
        Ok(())
    }
}
