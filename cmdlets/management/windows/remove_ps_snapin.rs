//! Remove-PSSnapin.

use command::{Bound, Cmdlet, Command, Result, Session};

use crate::windows::snap_in;

pub static COMMAND: Command = Command { name: "Remove-PSSnapin", create: || Box::new(RemovePsSnapin) };

struct RemovePsSnapin;

impl Cmdlet for RemovePsSnapin {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        snap_in::remove(session, &bound.strings("Name"), bound.switch("PassThru"))
    }
}
