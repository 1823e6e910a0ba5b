//! Set-PSReadLineKeyHandler.

use command::line::{FUNCTIONS, KeyHandler, LineSettings};
use command::{Bound, Cmdlet, Command, ErrorCategory, Result, Session, Str, error_of};

pub static COMMAND: Command =
    Command { name: "Set-PSReadLineKeyHandler", create: || Box::new(SetPsReadLineKeyHandler) };

struct SetPsReadLineKeyHandler;

impl Cmdlet for SetPsReadLineKeyHandler {
    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let mut settings = LineSettings::of(session);
        let function = match bound.str("Function") {
            Some(name) => match FUNCTIONS.iter().find(|(known, _)| known.eq_ignore_ascii_case(&name)) {
                Some((known, _)) => Str::from(*known),
                None => {
                    return error_of(
                        "UnknownReadLineFunction",
                        ErrorCategory::InvalidArgument,
                        format!(
                            "The prompt has no function '{name}'. Get-PSReadLineKeyHandler lists those that it has."
                        ),
                    );
                }
            },
            None => Str::empty(),
        };
        let known = FUNCTIONS.iter().find(|(name, _)| *name == function.as_str()).map(|(_, text)| *text);
        let description = bound
            .str("Description")
            .or_else(|| bound.str("BriefDescription"))
            .unwrap_or_else(|| Str::from(known.unwrap_or("A script block")));
        for chord in bound.strings("Chord") {
            settings.keys.retain(|k| !k.chord.eq_ignore_ascii_case(&chord));
            settings.removed.retain(|c| !c.eq_ignore_ascii_case(&chord));
            settings.keys.push(KeyHandler {
                chord,
                function: function.clone(),
                block: bound.value("ScriptBlock"),
                description: description.clone(),
            });
        }
        settings.keep(session);
        Ok(())
    }
}
