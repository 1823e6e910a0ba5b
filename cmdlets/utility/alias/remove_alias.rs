//! Remove-Alias.

use command::{Bound, Cmdlet, Command, Result, Scope, Session};

use crate::alias::get_alias::not_found;
use crate::variable::scope::{report, scope_of};

pub static COMMAND: Command = Command { name: "Remove-Alias", create: || Box::new(RemoveAlias) };

struct RemoveAlias;

impl Cmdlet for RemoveAlias {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let scope = scope_of(bound)?.unwrap_or(Scope::Any);
        for name in bound.strings("Name") {
            match session.remove_alias(&name, scope, bound.switch("Force")) {
                Ok(true) => {}
                Ok(false) => session.write_error(not_found("name", &name))?,
                Err(flow) => report(session, Err(flow))?,
            }
        }
        Ok(())
    }
}
