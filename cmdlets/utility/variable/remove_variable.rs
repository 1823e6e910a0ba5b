//! Remove-Variable.

use command::{Bound, Cmdlet, Command, Result, Scope, Session};

use crate::variable::scope::{chosen, not_found, report, scope_of};

pub static COMMAND: Command = Command { name: "Remove-Variable", create: || Box::new(RemoveVariable) };

struct RemoveVariable;

impl Cmdlet for RemoveVariable {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let scope = scope_of(bound)?;
        for name in bound.strings("Name") {
            let (found, is_found) = chosen(session, bound, &name, scope)?;
            if !is_found {
                session.write_error(not_found(&name))?;
            }
            for info in found {
                if !session.should_process(&format!("Name: {}", info.name), "Remove variable")? {
                    continue;
                }
                let done = session.remove_variable(&info.name, scope.unwrap_or(Scope::Any), bound.switch("Force"));
                report(session, done)?;
            }
        }
        Ok(())
    }
}
