//! Write-Debug.

use command::{Bound, Cmdlet, Command, Result, Session};

pub static COMMAND: Command = Command { name: "Write-Debug", create: || Box::new(WriteDebug) };

struct WriteDebug;

impl Cmdlet for WriteDebug {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        match bound.str("Message") {
            Some(text) => session.write_debug(&text),
            None => Ok(()),
        }
    }
}
