//! Move-Item.

use command::{Bound, Cmdlet, Command, CommandLine, Parameter, Result, Session, Str};

use crate::item::copy_item::{landing, not_same};
use crate::item::get_item::write_item;
use crate::item::targets::{NameFilter, given, leaf, provider_parameters, resolved, tolerate};

pub static COMMAND: Command = Command { name: "Move-Item", create: || Box::new(MoveItem) };

struct MoveItem;

impl Cmdlet for MoveItem {
    fn dynamic_parameters(&self, session: &mut dyn Session, line: &CommandLine) -> Result<Vec<Parameter>> {
        Ok(provider_parameters(session, line.bound, COMMAND.name))
    }

    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let (paths, is_literal) = given(bound);
        let filter = NameFilter::new(bound);
        let to = bound.str("Destination").filter(|d| !d.is_empty()).unwrap_or_else(|| Str::from("."));
        let force = bound.switch("Force");
        for path in paths {
            for source in resolved(session, &path, is_literal, force)? {
                if !filter.allows(leaf(&source.path)) {
                    continue;
                }
                let target = session.provider_path(&to)?;
                if !target.provider.eq_ignore_ascii_case(&source.provider) {
                    return not_same(
                        "Cannot move the item because the source and destination paths did not resolve to the same provider.",
                        "System.Management.Automation.PSArgumentException",
                        &path,
                    );
                }
                let Some(provider) = session.provider(&source.provider) else { continue };
                let result = landing(&source, &target);
                let done = provider.move_item(session, &source.path, &target.path, force);
                if tolerate(session, done)?.is_some() && bound.switch("PassThru") {
                    write_item(session, &result, None)?;
                }
            }
        }
        Ok(())
    }
}
