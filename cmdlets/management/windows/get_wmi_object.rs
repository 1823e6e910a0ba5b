//! Get-WmiObject for the classes that runbooks ask.

use command::{Bound, Cmdlet, Command, Result, Session};

use crate::windows::instance;

pub static COMMAND: Command = Command { name: "Get-WmiObject", create: || Box::new(GetWmiObject) };

struct GetWmiObject;

impl Cmdlet for GetWmiObject {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        instance::query(session, bound, false)
    }
}
