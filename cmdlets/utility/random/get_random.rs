//! Get-Random.

use command::{Bound, Cmdlet, Command, Result, Session, Value};

use crate::random::generator::{Generator, Seeded, choose, numbers};

pub static COMMAND: Command = Command { name: "Get-Random", create: || Box::new(GetRandom::default()) };

/// Where the session keeps the generator.
const STATE: &str = "utility.random";

#[derive(Default)]
struct GetRandom {
    items: Vec<Value>,
}

impl Cmdlet for GetRandom {
    fn process(&mut self, _session: &mut dyn Session, bound: &Bound) -> Result<()> {
        self.items.extend(bound.list("InputObject"));
        Ok(())
    }

    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        // A seed holds for the session's further calls.
        let mut generator = match bound.int("SetSeed") {
            Some(seed) => Generator::Seeded(Box::new(Seeded::new(seed as i32))),
            None => match session.module_state(STATE).take().and_then(|b| b.downcast::<Generator>().ok()) {
                Some(kept) => *kept,
                None => Generator::fresh(),
            },
        };
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
        *session.module_state(STATE) = Some(Box::new(generator));
        Ok(())
    }
}
