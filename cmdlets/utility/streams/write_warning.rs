//! Write-Warning.

use command::{Bound, Cmdlet, Command, Result, Session};

pub static COMMAND: Command = Command { name: "Write-Warning", create: || Box::new(WriteWarning) };

struct WriteWarning;

impl Cmdlet for WriteWarning {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        match bound.str("Message") {
            Some(text) => session.write_warning(&text),
            None => Ok(()),
        }
    }
}
