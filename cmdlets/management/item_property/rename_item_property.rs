//! Rename-ItemProperty: no provider of this platform has properties that can be made or taken away.

use command::{Bound, Cmdlet, Command, Result, Session};

use crate::item::targets::{targets, tolerate};
use crate::item_property::property::unsupported;

pub static COMMAND: Command = Command { name: "Rename-ItemProperty", create: || Box::new(RenameItemProperty) };

struct RenameItemProperty;

impl Cmdlet for RenameItemProperty {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        for _ in targets(session, bound)? {
            let done = unsupported::<()>(
                "Cannot use interface. The IDynamicPropertyCmdletProvider interface is not implemented by this provider.",
            );
            tolerate(session, done)?;
        }
        Ok(())
    }
}
