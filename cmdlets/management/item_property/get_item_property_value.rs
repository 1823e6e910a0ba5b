//! Get-ItemPropertyValue.

use command::{Bound, Cmdlet, Command, ErrorCategory, ProviderPath, Result, Session, Str, Value};

use crate::item::get_item::item_with_notes;
use crate::item::targets::{resolved, targets, tolerate};
use crate::item_property::property::{missing, need_properties, value_of};

pub static COMMAND: Command = Command { name: "Get-ItemPropertyValue", create: || Box::new(GetItemPropertyValue) };

struct GetItemPropertyValue;

impl Cmdlet for GetItemPropertyValue {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let names = bound.strings("Name");
        let found = if bound.has("Path") || bound.has("LiteralPath") {
            targets(session, bound)?
        } else {
            resolved(session, ".", true, false)?
        };
        for target in found {
            let done = read(session, &target, &names);
            tolerate(session, done)?;
        }
        Ok(())
    }
}

fn read(session: &mut dyn Session, target: &ProviderPath, names: &[Str]) -> Result<()> {
    need_properties(target)?;
    let Some(item) = item_with_notes(session, target, None)? else { return Ok(()) };
    for name in names {
        match value_of(session, &item, name)? {
            Some(value) => session.write(value)?,
            None => {
                return missing(name)
                    .identity("System.IO.IOException", ErrorCategory::NotSpecified, Value::Null)
                    .throw();
            }
        }
    }
    Ok(())
}
