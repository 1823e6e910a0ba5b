//! New-Alias.

use command::{Bound, Cmdlet, Command, Result, Session};

pub static COMMAND: Command = Command { name: "New-Alias", create: || Box::new(NewAlias) };

struct NewAlias;

impl Cmdlet for NewAlias {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        crate::alias::define::define(session, bound, true)
    }
}
