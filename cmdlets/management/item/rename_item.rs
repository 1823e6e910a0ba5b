//! Rename-Item.

use std::path::Path;

use command::{Bound, Cmdlet, Command, CommandLine, Parameter, ProviderPath, Result, Session, Str};

use crate::item::get_item::write_item;
use crate::item::targets::{provider_parameters, tolerate};

pub static COMMAND: Command = Command { name: "Rename-Item", create: || Box::new(RenameItem) };

struct RenameItem;

impl Cmdlet for RenameItem {
    fn dynamic_parameters(&self, session: &mut dyn Session, line: &CommandLine) -> Result<Vec<Parameter>> {
        Ok(provider_parameters(session, line.bound, COMMAND.name))
    }

    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let is_literal = bound.has("LiteralPath");
        let given = bound.str(if is_literal { "LiteralPath" } else { "Path" }).unwrap_or_else(Str::empty);
        let name = bound.str("NewName").unwrap_or_else(Str::empty);
        // A name with wildcard characters is taken as it is where there is such an item.
        let found = match session.resolve_path(&given, is_literal) {
            Ok(found) if found.is_empty() => session.resolve_path(&given, true),
            other => other,
        };
        for target in tolerate(session, found)?.unwrap_or_default() {
            let Some(provider) = session.provider(&target.provider) else { continue };
            let is_files = target.provider.as_str() == "FileSystem";
            if !is_files && !session.should_process(&format!("Item: {} NewName: {name}", target.path), "Rename Item")? {
                continue;
            }
            let done = provider.rename_item(session, &target.path, &name, bound.switch("Force"));
            if tolerate(session, done)?.is_some() && bound.switch("PassThru") {
                let path = if is_files {
                    let leaf = Path::new(name.as_str()).file_name().unwrap_or_default();
                    Str::from(Path::new(target.path.as_str()).with_file_name(leaf).display().to_string())
                } else {
                    name.clone()
                };
                write_item(session, &ProviderPath { path, ..target.clone() }, None)?;
            }
        }
        Ok(())
    }
}
