//! Measure-Command.

use std::time::{Duration, Instant};

use command::{Bound, Cmdlet, Command, Invoke, Result, Session, Value};

pub static COMMAND: Command = Command { name: "Measure-Command", create: || Box::new(MeasureCommand::default()) };

#[derive(Default)]
struct MeasureCommand {
    spent: Duration,
}

impl Cmdlet for MeasureCommand {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let start = Instant::now();
        let how = Invoke { item: bound.get("InputObject").cloned(), in_current_scope: true, ..Default::default() };
        session.invoke_script(&bound.value("Expression"), how)?;
        self.spent += start.elapsed();
        Ok(())
    }

    fn end(&mut self, session: &mut dyn Session, _bound: &Bound) -> Result<()> {
        session.write(Value::TimeSpan((self.spent.as_nanos() / 100) as i64))
    }
}
