//! Get-CimInstance for the classes that runbooks ask.

use command::{Bound, Cmdlet, Command, Result, Session};

use crate::windows::instance;

pub static COMMAND: Command = Command { name: "Get-CimInstance", create: || Box::new(GetCimInstance) };

struct GetCimInstance;

impl Cmdlet for GetCimInstance {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        instance::query(session, bound, true)
    }
}
