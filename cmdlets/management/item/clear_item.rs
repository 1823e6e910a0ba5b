//! Clear-Item.

use command::{Bound, Cmdlet, Command, CommandLine, Parameter, Result, Session, Value};

use crate::item::targets::{provider_parameters, targets, tolerate};

pub static COMMAND: Command = Command { name: "Clear-Item", create: || Box::new(ClearItem) };

struct ClearItem;

impl Cmdlet for ClearItem {
    fn dynamic_parameters(&self, session: &mut dyn Session, line: &CommandLine) -> Result<Vec<Parameter>> {
        Ok(provider_parameters(session, line.bound, COMMAND.name))
    }

    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        for target in targets(session, bound)? {
            let Some(provider) = session.provider(&target.provider) else { continue };
            if target.provider.as_str() != "FileSystem"
                && !session.should_process(&format!("Item: {}", target.path), "Clear Item")?
            {
                continue;
            }
            let done = provider.set_item(session, &target.path, &Value::Null);
            tolerate(session, done)?;
        }
        Ok(())
    }
}
