//! Get-SecureRandom.

use command::{Bound, Cmdlet, Command, Result, Session, Value};

use crate::random::generator::{Generator, choose, numbers};

pub static COMMAND: Command = Command { name: "Get-SecureRandom", create: || Box::new(GetSecureRandom::default()) };

#[derive(Default)]
struct GetSecureRandom {
    items: Vec<Value>,
}

impl Cmdlet for GetSecureRandom {
    fn process(&mut self, _session: &mut dyn Session, bound: &Bound) -> Result<()> {
        self.items.extend(bound.list("InputObject"));
        Ok(())
    }

    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let mut generator = Generator::fresh();
        let items = std::mem::take(&mut self.items);
        if bound.switch("Shuffle") {
            let count = items.len();
            choose(session, &mut generator, items, count)?;
        } else if bound.parameter_set() == "RandomListItemParameterSet" || bound.has("InputObject") || !items.is_empty()
        {
            choose(session, &mut generator, items, bound.int("Count").unwrap_or(1).max(0) as usize)?;
        } else {
            numbers(session, &mut generator, bound)?;
        }
        Ok(())
    }
}
