//! Write-Information.

use command::{Bound, Cmdlet, Command, Result, Session};

pub static COMMAND: Command = Command { name: "Write-Information", create: || Box::new(WriteInformation) };

struct WriteInformation;

impl Cmdlet for WriteInformation {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        session.write_information(bound.value("MessageData"), bound.strings("Tags"))
    }
}
