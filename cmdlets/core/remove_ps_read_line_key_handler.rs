//! Remove-PSReadLineKeyHandler.

use command::line::LineSettings;
use command::{Bound, Cmdlet, Command, Result, Session};

pub static COMMAND: Command =
    Command { name: "Remove-PSReadLineKeyHandler", create: || Box::new(RemovePsReadLineKeyHandler) };

struct RemovePsReadLineKeyHandler;

impl Cmdlet for RemovePsReadLineKeyHandler {
    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let mut settings = LineSettings::of(session);
        for chord in bound.strings("Chord") {
            settings.keys.retain(|k| !k.chord.eq_ignore_ascii_case(&chord));
            settings.removed.push(chord);
        }
        settings.keep(session);
        Ok(())
    }
}
