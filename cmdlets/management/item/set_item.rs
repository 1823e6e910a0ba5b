//! Set-Item.

use command::{Bound, Cmdlet, Command, CommandLine, Parameter, Result, Session, Wildcard};
use values::convert;

use crate::item::get_item::write_item;
use crate::item::targets::{given, provider_parameters, resolved, tolerate};

pub static COMMAND: Command = Command { name: "Set-Item", create: || Box::new(SetItem) };

struct SetItem;

impl Cmdlet for SetItem {
    fn dynamic_parameters(&self, session: &mut dyn Session, line: &CommandLine) -> Result<Vec<Parameter>> {
        Ok(provider_parameters(session, line.bound, COMMAND.name))
    }

    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let (paths, is_literal) = given(bound);
        let value = bound.value("Value");
        for path in paths {
            let targets = if !is_literal && Wildcard::is_pattern(&path) {
                resolved(session, &path, false, true)?
            } else {
                vec![session.provider_path(&path)?]
            };
            for target in targets {
                let Some(provider) = session.provider(&target.provider) else { continue };
                if target.provider.as_str() != "FileSystem" {
                    let shown = convert::to_str(session, &value)?;
                    if !session.should_process(&format!("Item: {} Value: {shown}", target.path), "Set Item")? {
                        continue;
                    }
                }
                let done = provider.set_item(session, &target.path, &value);
                if tolerate(session, done)?.is_some() && bound.switch("PassThru") {
                    write_item(session, &target, None)?;
                }
            }
        }
        Ok(())
    }
}
