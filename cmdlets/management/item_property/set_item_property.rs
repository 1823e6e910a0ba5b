//! Set-ItemProperty.

use command::{Bound, Cmdlet, Command, ErrorCategory, ProviderPath, Result, Session, Str, Value};
use values::{convert, members};

use crate::item::get_item::{item_with_notes, write_item};
use crate::item::targets::{targets, tolerate};
use crate::item_property::property::{missing, need_properties, value_of};

pub static COMMAND: Command = Command { name: "Set-ItemProperty", create: || Box::new(SetItemProperty) };

struct SetItemProperty;

impl Cmdlet for SetItemProperty {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let pairs: Vec<(Str, Value)> = match bound.str("Name") {
            Some(name) => vec![(name, bound.value("Value"))],
            None => members::properties(session, &bound.value("InputObject"))?,
        };
        for target in targets(session, bound)? {
            for (name, value) in &pairs {
                let done = set(session, &target, name, value);
                if tolerate(session, done)?.is_some() && bound.switch("PassThru") {
                    write_item(session, &target, None)?;
                }
            }
        }
        Ok(())
    }
}

fn set(session: &mut dyn Session, target: &ProviderPath, name: &str, value: &Value) -> Result<()> {
    need_properties(target)?;
    let shown = convert::to_str(session, value)?;
    if !session
        .should_process(&format!("Item: {} Property: {name} Value: {shown}", target.path), "Set Property File")?
    {
        return Ok(());
    }
    let Some(item) = item_with_notes(session, target, None)? else { return Ok(()) };
    if value_of(session, &item, name)?.is_none() {
        let ty = value.type_ref().map_or_else(|| Str::from("object"), |t| t.ps_name());
        return missing(&format!("{ty} {name}={shown}"))
            .identity("SetPropertyError", ErrorCategory::ReadError, Value::Null)
            .throw();
    }
    members::set(session, &item, name, value.clone()).map_err(|flow| reworded(flow, name))
}

/// The error of a property of a note, as the adapter of the item words it.
fn reworded(flow: Box<values::Flow>, name: &str) -> Box<values::Flow> {
    let Some(record) = flow.record() else { return flow };
    let id = match record.full_id().split(',').next() {
        Some("PropertyAssignmentException") => "ReadOnlyProperty",
        Some("ExceptionWhenSetting") => "CatchFromBaseAdapterSetValue",
        _ => return flow,
    };
    let text = match id {
        "ReadOnlyProperty" => Str::from(format!("\"{name}\" is a ReadOnly property.")),
        _ => record.exception.message(),
    };
    let made =
        command::Exception::new(record.exception.ty, text).identity(id, ErrorCategory::NotSpecified, Value::Null);
    values::Flow::throw(values::ErrorRecord::from_exception(std::sync::Arc::new(made)))
}
