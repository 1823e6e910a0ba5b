//! Add-Content.

use command::{Bound, Cmdlet, Command, Result, Session};

use crate::content::write_content::ContentWriter;

pub static COMMAND: Command =
    Command { name: "Add-Content", create: || Box::new(AddContent(ContentWriter::new(true))) };

struct AddContent(ContentWriter);

impl Cmdlet for AddContent {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        self.0.process(session, bound)
    }

    fn end(&mut self, session: &mut dyn Session, _bound: &Bound) -> Result<()> {
        self.0.finish(session)
    }
}
