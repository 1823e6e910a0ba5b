//! Get-Host.

use command::{Bound, Cmdlet, Command, Result, Scope, Session};

pub static COMMAND: Command = Command { name: "Get-Host", create: || Box::new(GetHost) };

struct GetHost;

impl Cmdlet for GetHost {
    fn process(&mut self, session: &mut dyn Session, _bound: &Bound) -> Result<()> {
        match session.variable("Host", Scope::Global) {
            Some(variable) => session.write(variable.value),
            None => Ok(()),
        }
    }
}
