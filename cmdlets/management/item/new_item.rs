//! New-Item.

use command::{Bound, Cmdlet, Command, CommandLine, Parameter, ProviderPath, Result, Session, Str};
use values::convert;

use crate::item::targets::{provider_parameters, tolerate};
use crate::provider::notes::Notes;

pub static COMMAND: Command = Command { name: "New-Item", create: || Box::new(NewItem) };

struct NewItem;

impl Cmdlet for NewItem {
    fn dynamic_parameters(&self, session: &mut dyn Session, line: &CommandLine) -> Result<Vec<Parameter>> {
        Ok(provider_parameters(session, line.bound, COMMAND.name))
    }

    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let mut paths = bound.strings("Path");
        let name = bound.str("Name");
        if paths.is_empty() {
            paths.push(Str::from("."));
        }
        for path in paths {
            let full = match &name {
                Some(name) => crate::path::join_path::join(session, &path, name)?,
                None => path.to_string(),
            };
            let done = make(session, bound, &full);
            tolerate(session, done)?;
        }
        Ok(())
    }
}

fn make(session: &mut dyn Session, bound: &Bound, path: &str) -> Result<()> {
    let target: ProviderPath = session.provider_path(path)?;
    let Some(provider) = session.provider(&target.provider) else { return Ok(()) };
    let kind = bound.str("ItemType");
    let value = bound.value("Value");
    if target.provider.as_str() != "FileSystem" {
        let text = format!(
            "Item: {} Type: {} Value: {}",
            target.path,
            kind.as_deref().unwrap_or(""),
            convert::to_display(&value)
        );
        if !session.should_process(&text, "New Item")? {
            return Ok(());
        }
    }
    let made = provider.new_item(session, &target.path, kind.as_deref(), &value, bound.switch("Force"))?;
    if made.is_null() {
        return Ok(());
    }
    let is_container = std::path::Path::new(target.path.as_str()).is_dir() && target.provider.as_str() == "FileSystem";
    let notes = Notes::new(session, &target.provider, target.drive.as_ref());
    session.write(notes.add(made, &target.path, is_container))
}
