//! Write-Output.

use command::{Bound, Cmdlet, Command, Context, Result, Session, Value};
use values::members;

pub static COMMAND: Command = Command { name: "Write-Output", create: || Box::new(WriteOutput) };

struct WriteOutput;

impl Cmdlet for WriteOutput {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let Some(value) = bound.get("InputObject") else { return Ok(()) };
        if bound.switch("NoEnumerate") {
            return session.write(value.clone());
        }
        let items = {
            let context: &mut dyn Context = session;
            members::enumerate(context, value)?
        };
        let Some(items) = items else { return session.write(value.clone()) };
        for item in items {
            match item {
                // Remaining arguments come as a list whose items may be lists themselves.
                Value::Array(inner) => {
                    let inner = inner.to_vec();
                    inner.into_iter().try_for_each(|i| session.write(i))?;
                }
                other => session.write(other)?,
            }
        }
        Ok(())
    }
}
