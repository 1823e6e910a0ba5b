//! Set-Alias.

use command::{Bound, Cmdlet, Command, Result, Session};

pub static COMMAND: Command = Command { name: "Set-Alias", create: || Box::new(SetAlias) };

struct SetAlias;

impl Cmdlet for SetAlias {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        crate::alias::define::define(session, bound, false)
    }
}
