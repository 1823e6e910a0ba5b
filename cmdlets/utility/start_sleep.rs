//! Start-Sleep.

use std::time::Duration;

use command::{Bound, Cmdlet, Command, Result, Session, Value};

pub static COMMAND: Command = Command { name: "Start-Sleep", create: || Box::new(StartSleep) };

struct StartSleep;

impl Cmdlet for StartSleep {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let milliseconds = match (bound.int("Milliseconds"), bound.get("Duration").map(Value::base)) {
            (Some(n), _) => n as f64,
            (_, Some(Value::TimeSpan(ticks))) => *ticks as f64 / 10_000.0,
            _ => match bound.get("Seconds").map(Value::base) {
                Some(Value::F64(n)) => *n * 1000.0,
                Some(other) => other.as_i64().unwrap_or(0) as f64 * 1000.0,
                None => 0.0,
            },
        };
        session.sleep(Duration::from_micros((milliseconds.max(0.0) * 1000.0) as u64))
    }
}
