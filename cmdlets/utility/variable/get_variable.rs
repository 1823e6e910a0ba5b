//! Get-Variable.

use command::{Bound, Cmdlet, Command, Result, Scope, Session, Str};

use crate::variable::scope::{chosen, not_found, scope_of, variable_object};

pub static COMMAND: Command = Command { name: "Get-Variable", create: || Box::new(GetVariable) };

struct GetVariable;

impl Cmdlet for GetVariable {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let mut names = bound.strings("Name");
        if names.is_empty() {
            names.push(Str::from("*"));
        }
        let scope = scope_of(bound)?;
        if let Some(Scope::Number(n)) = scope {
            session.check_scope(n)?;
        }
        for name in names {
            let (found, is_found) = chosen(session, bound, &name, scope)?;
            if !is_found {
                session.write_error(not_found(&name))?;
            }
            for info in found {
                let value = if bound.switch("ValueOnly") { info.value } else { variable_object(session, info) };
                session.write(value)?;
            }
        }
        Ok(())
    }
}
