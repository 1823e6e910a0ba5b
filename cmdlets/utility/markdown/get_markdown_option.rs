//! Get-MarkdownOption.

use command::{Bound, Cmdlet, Command, Result, Session};

use super::options::MarkdownOptions;

pub static COMMAND: Command = Command { name: "Get-MarkdownOption", create: || Box::new(GetMarkdownOption) };

struct GetMarkdownOption;

impl Cmdlet for GetMarkdownOption {
    fn end(&mut self, session: &mut dyn Session, _bound: &Bound) -> Result<()> {
        let options = MarkdownOptions::of(session);
        session.write(options.value())
    }
}
