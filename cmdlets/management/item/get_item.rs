//! Get-Item.

use command::{
    Bound, Cmdlet, Command, CommandLine, ErrorCategory, Exception, Parameter, ProviderPath, Result, Session, Value,
};

use crate::item::targets::{leaf, provider_parameters, targets, tolerate};
use crate::provider::notes::Notes;

pub static COMMAND: Command = Command { name: "Get-Item", create: || Box::new(GetItem) };

struct GetItem;

impl Cmdlet for GetItem {
    fn dynamic_parameters(&self, session: &mut dyn Session, line: &CommandLine) -> Result<Vec<Parameter>> {
        Ok(provider_parameters(session, line.bound, COMMAND.name))
    }

    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        for path in targets(session, bound)? {
            let name = leaf(&path.path);
            let is_hidden = path.provider.as_str() == "FileSystem" && name.starts_with('.') && name.len() > 1;
            if is_hidden && !bound.switch("Force") {
                let text = format!("Could not find item {}.", path.path);
                let ty = command::class("System.IO.IOException", command::TypeRef::EXCEPTION);
                let missing = Exception::new(ty, text).identity(
                    "ItemNotFound",
                    ErrorCategory::ObjectNotFound,
                    Value::Str(path.path.clone()),
                );
                tolerate(session, missing.throw::<()>())?;
                continue;
            }
            let done = write_item(session, &path, None);
            tolerate(session, done)?;
        }
        Ok(())
    }
}

/// Writes an item with its notes.
pub fn write_item(session: &mut dyn Session, path: &ProviderPath, notes: Option<&Notes>) -> Result<()> {
    if let Some(value) = item_with_notes(session, path, notes)? {
        session.write(value)?;
    }
    Ok(())
}

/// An item with its notes.
pub fn item_with_notes(
    session: &mut dyn Session,
    path: &ProviderPath,
    notes: Option<&Notes>,
) -> Result<Option<command::Value>> {
    let Some(provider) = session.provider(&path.provider) else { return Ok(None) };
    let Some(item) = provider.item(session, &path.path)? else { return Ok(None) };
    let is_container = matches!(provider.stat(session, &path.path)?, Some(s) if s.kind == command::ItemKind::Container);
    Ok(Some(match notes {
        Some(notes) => notes.add(item, &path.path, is_container),
        None => Notes::new(session, &path.provider, path.drive.as_ref()).add(item, &path.path, is_container),
    }))
}
