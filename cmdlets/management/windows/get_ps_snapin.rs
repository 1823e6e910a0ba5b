//! Get-PSSnapin.

use command::{Bound, Cmdlet, Command, Result, Session};

use crate::windows::snap_in;

pub static COMMAND: Command = Command { name: "Get-PSSnapin", create: || Box::new(GetPsSnapin) };

struct GetPsSnapin;

impl Cmdlet for GetPsSnapin {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        snap_in::list(session, &bound.strings("Name"), bound.switch("Registered"))
    }
}
