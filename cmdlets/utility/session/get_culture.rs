//! Get-Culture.

use command::{Bound, Cmdlet, Command, Result, Session, TypeRef, Value};
use values::members;

pub static COMMAND: Command = Command { name: "Get-Culture", create: || Box::new(GetCulture) };

struct GetCulture;

impl Cmdlet for GetCulture {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let own = session.culture_name().to_string();
        write_cultures(session, bound, own)
    }
}

/// The cultures of `-Name`, all with `-ListAvailable`, else the session's own.
pub fn write_cultures(session: &mut dyn Session, bound: &Bound, own: String) -> Result<()> {
    let mut names: Vec<String> = bound.strings("Name").iter().map(|n| n.to_string()).collect();
    if bound.switch("ListAvailable") {
        names = values::culture::culture_names().into_iter().map(str::to_string).collect();
    } else if names.is_empty() {
        names.push(own);
    }
    for name in names {
        match members::call_static(session, TypeRef::CULTURE_INFO, "GetCultureInfo", &[Value::from(name.as_str())]) {
            Ok(culture) => session.write(culture)?,
            Err(flow) => match *flow {
                values::Flow::Throw(record) => {
                    let inner = record.exception.data.lock().inner.clone();
                    let exception = match inner {
                        Some(Value::Exception(e)) => e,
                        _ => record.exception.clone(),
                    };
                    let made = values::ErrorRecord::new(
                        exception,
                        "ItemNotFoundException",
                        values::ErrorCategory::ObjectNotFound,
                        Value::from(name),
                    );
                    session.write_error(std::sync::Arc::new(made))?;
                }
                other => return Err(Box::new(other)),
            },
        }
    }
    Ok(())
}
