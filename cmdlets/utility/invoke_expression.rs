//! Invoke-Expression.

use command::{Bound, Cmdlet, Command, Invoke, Result, Session};

pub static COMMAND: Command = Command { name: "Invoke-Expression", create: || Box::new(InvokeExpression) };

struct InvokeExpression;

impl Cmdlet for InvokeExpression {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let Some(text) = bound.str("Command") else { return Ok(()) };
        let block = session.parse_script(&text, None)?;
        let how = Invoke { in_current_scope: true, to_pipeline: true, ..Default::default() };
        for value in session.invoke_script(&block, how)? {
            session.write(value)?;
        }
        Ok(())
    }
}
