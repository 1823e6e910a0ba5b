//! Update-Help.

use command::{Bound, Cmdlet, Command, Result, Session};

pub static COMMAND: Command = Command { name: "Update-Help", create: || Box::new(UpdateHelp) };

struct UpdateHelp;

impl Cmdlet for UpdateHelp {
    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        super::files::refuse(session, bound, "update", "FailedToUpdateHelpForModule")
    }
}
