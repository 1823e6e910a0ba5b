//! Remove-Item.

use std::path::Path;

use command::{
    Bound, Cmdlet, Command, CommandLine, ErrorCategory, Exception, Parameter, Result, Session, TypeRef, Value,
};

use crate::item::targets::{NameFilter, given, leaf, provider_parameters, resolved, tolerate};

pub static COMMAND: Command = Command { name: "Remove-Item", create: || Box::new(RemoveItem) };

struct RemoveItem;

impl Cmdlet for RemoveItem {
    fn dynamic_parameters(&self, session: &mut dyn Session, line: &CommandLine) -> Result<Vec<Parameter>> {
        Ok(provider_parameters(session, line.bound, COMMAND.name))
    }

    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let (paths, is_literal) = given(bound);
        let filter = NameFilter::new(bound);
        let (recurse, force) = (bound.switch("Recurse"), bound.switch("Force"));
        for path in paths {
            for target in resolved(session, &path, is_literal, force)? {
                if !filter.allows(leaf(&target.path)) {
                    continue;
                }
                let Some(provider) = session.provider(&target.provider) else { continue };
                if target.provider.as_str() != "FileSystem" {
                    if !session.should_process(&format!("Item: {}", target.path), "Remove Item")? {
                        continue;
                    }
                } else if is_in_use(session, &target.path) {
                    let exception = Exception::new(
                        TypeRef::PS_INVALID_OPERATION_EXCEPTION,
                        format!("Cannot remove the item at '{}' because it is in use.", target.path),
                    )
                    .identity("InvalidOperation", ErrorCategory::InvalidOperation, Value::Null);
                    tolerate(session, exception.throw::<()>())?;
                    continue;
                } else if !recurse && has_children(&target.path) {
                    let query = format!(
                        "The item at {} has children and the Recurse parameter was not specified. If you continue, all children will be removed with the item. Are you sure you want to continue?",
                        target.path
                    );
                    if !session.should_continue(&query, "Confirm")? {
                        continue;
                    }
                    let done = provider.remove_item(session, &target.path, true, force);
                    tolerate(session, done)?;
                    continue;
                }
                let done = provider.remove_item(session, &target.path, recurse, force);
                tolerate(session, done)?;
            }
        }
        Ok(())
    }
}

/// The current location can't be removed from under the session.
fn is_in_use(session: &mut dyn Session, path: &str) -> bool {
    let location = session.location();
    location.provider.as_str() == "FileSystem" && Path::new(location.path.as_str()).starts_with(path)
}

fn has_children(path: &str) -> bool {
    let is_link = std::fs::symlink_metadata(path).is_ok_and(|f| f.file_type().is_symlink());
    !is_link && std::fs::read_dir(path).is_ok_and(|mut read| read.next().is_some())
}
