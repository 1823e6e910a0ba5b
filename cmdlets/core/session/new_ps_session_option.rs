//! New-PSSessionOption.

use command::{Bound, Cmdlet, Command, Result, Session, Value, session_option};

pub static COMMAND: Command = Command { name: "New-PSSessionOption", create: || Box::new(NewPsSessionOption) };

struct NewPsSessionOption;

impl Cmdlet for NewPsSessionOption {
    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let is = |name| Value::Bool(bound.switch(name));
        session.write(session_option(vec![("SkipCACheck", is("SkipCACheck")), ("SkipCNCheck", is("SkipCNCheck"))]))
    }
}
