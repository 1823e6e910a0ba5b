//! Get-ItemProperty.

use std::sync::Arc;

use command::{Bound, Cmdlet, Command, ErrorCategory, ProviderPath, Result, Session, Str, Value, Wildcard};
use values::Object;

use crate::item::get_item::{item_with_notes, write_item};
use crate::item::targets::{targets, tolerate};
use crate::item_property::property::{missing, need_properties, spelled, value_of};
use crate::provider::notes::Notes;

pub static COMMAND: Command = Command { name: "Get-ItemProperty", create: || Box::new(GetItemProperty) };

struct GetItemProperty;

impl Cmdlet for GetItemProperty {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let names = bound.strings("Name");
        for target in targets(session, bound)? {
            let done = read(session, &target, &names);
            tolerate(session, done)?;
        }
        Ok(())
    }
}

fn read(session: &mut dyn Session, target: &ProviderPath, names: &[Str]) -> Result<()> {
    need_properties(target)?;
    if names.is_empty() {
        return write_item(session, target, None);
    }
    let Some(item) = item_with_notes(session, target, None)? else { return Ok(()) };
    let mut pairs: Vec<(Str, Value)> = Vec::new();
    for name in names {
        if Wildcard::is_pattern(name) {
            let pattern = Wildcard::new(name);
            let all = values::members::properties(session, &item)?;
            pairs.extend(all.into_iter().filter(|(n, _)| pattern.matches(n)));
            continue;
        }
        match value_of(session, &item, name)? {
            Some(value) => pairs.push((spelled(session, &item, name), value)),
            None => {
                let thrown = missing(name).identity("GetValueError", ErrorCategory::ReadError, Value::Null);
                tolerate(session, thrown.throw::<()>())?;
            }
        }
    }
    if pairs.is_empty() {
        return Ok(());
    }
    let made = Value::Object(Arc::new(Object::from_pairs(pairs)));
    let notes = Notes::new(session, &target.provider, target.drive.as_ref());
    let wrapped = notes.add(made, &target.path, false);
    // The notes of a custom object are properties of its own.
    let value = match &wrapped {
        Value::Wrapped(w) => match &w.base {
            Value::Object(o) => {
                for (name, member) in w.members.lock().iter() {
                    if let (values::PsMember::Note(v), false) = (member, name.as_str() == "PSIsContainer") {
                        o.set(name, v.clone());
                    }
                }
                Value::Object(o.clone())
            }
            _ => wrapped.clone(),
        },
        other => other.clone(),
    };
    session.write(value)
}
