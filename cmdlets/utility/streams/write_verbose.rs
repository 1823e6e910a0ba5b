//! Write-Verbose.

use command::{Bound, Cmdlet, Command, Result, Session};

pub static COMMAND: Command = Command { name: "Write-Verbose", create: || Box::new(WriteVerbose) };

struct WriteVerbose;

impl Cmdlet for WriteVerbose {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        match bound.str("Message") {
            Some(text) => session.write_verbose(&text),
            None => Ok(()),
        }
    }
}
