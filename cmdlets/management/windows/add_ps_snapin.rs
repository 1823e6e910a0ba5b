//! Add-PSSnapin.

use command::{Bound, Cmdlet, Command, Result, Session};

use crate::windows::snap_in;

pub static COMMAND: Command = Command { name: "Add-PSSnapin", create: || Box::new(AddPsSnapin) };

struct AddPsSnapin;

impl Cmdlet for AddPsSnapin {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        snap_in::add(session, &bound.strings("Name"), bound.switch("PassThru"))
    }
}
