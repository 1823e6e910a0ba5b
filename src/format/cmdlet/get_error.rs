//! Get-Error.

use std::sync::Arc;

use command::{Bound, Cmdlet, Command, Result, Scope, Session};
use values::{PsMember, Str, Value, Wrapped, members};

/// Get-Error.
pub static COMMAND: Command = Command { name: "Get-Error", create: || Box::new(GetError { items: Vec::new() }) };

struct GetError {
    items: Vec<Value>,
}

impl Cmdlet for GetError {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        match bound.get("InputObject") {
            Some(value) if matches!(value.base(), Value::Error(_) | Value::Exception(_)) => {
                self.items.push(value.clone())
            }
            Some(_) => {}
            None => {
                let count = bound.int("Newest").unwrap_or(1).max(1) as usize;
                let errors = session.variable("Error", Scope::Global).map(|v| v.value).unwrap_or_default();
                let list = members::enumerate(session, &errors)?.unwrap_or_default();
                self.items.extend(list.into_iter().take(count));
            }
        }
        Ok(())
    }

    fn end(&mut self, session: &mut dyn Session, _bound: &Bound) -> Result<()> {
        let has_index = self.items.len() > 1;
        for (index, item) in std::mem::take(&mut self.items).into_iter().enumerate() {
            let own = match item.base() {
                Value::Error(_) => "System.Management.Automation.ErrorRecord",
                _ => "System.Exception",
            };
            let mut names = members::type_names(&item);
            names.retain(|n| n.as_str() != own);
            names.push(Str::from(format!("{own}#PSExtendedError")));
            let wrapped = Wrapped::new(item);
            *wrapped.type_names.lock() = Some(names.into());
            if has_index {
                let note = PsMember::Note(Value::I32(index as i32));
                wrapped.members.lock().push((Str::from("PSErrorIndex"), note));
            }
            session.write(Value::Wrapped(Arc::new(wrapped)))?;
        }
        Ok(())
    }
}
