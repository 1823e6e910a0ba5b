//! Save-Help.

use command::{Bound, Cmdlet, Command, Result, Session};

pub static COMMAND: Command = Command { name: "Save-Help", create: || Box::new(SaveHelp) };

struct SaveHelp;

impl Cmdlet for SaveHelp {
    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        super::files::refuse(session, bound, "save", "FailedToSaveHelpForModule")
    }
}
