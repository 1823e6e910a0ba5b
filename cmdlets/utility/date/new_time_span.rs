//! New-TimeSpan.

use command::{Bound, Cmdlet, Command, Result, Session, Value};
use values::time::DateTime;

use crate::date::get_date::{local_zone, now};

pub static COMMAND: Command = Command { name: "New-TimeSpan", create: || Box::new(NewTimeSpan) };

struct NewTimeSpan;

impl Cmdlet for NewTimeSpan {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let part = |name: &str, ticks: i64| bound.int(name).unwrap_or(0).saturating_mul(ticks);
        const PARTS: &[&str] = &["Days", "Hours", "Minutes", "Seconds", "Milliseconds"];
        let ticks = if bound.parameter_set() == "Time" || PARTS.iter().any(|p| bound.has(p)) {
            part("Days", 864_000_000_000)
                + part("Hours", 36_000_000_000)
                + part("Minutes", 600_000_000)
                + part("Seconds", 10_000_000)
                + part("Milliseconds", 10_000)
        } else {
            let zone = local_zone(session);
            let present = now(session, &zone);
            let date = |name: &str| match bound.get(name).map(Value::base) {
                Some(Value::DateTime(bits)) => DateTime::from_bits(*bits),
                _ => present,
            };
            date("End").ticks() - date("Start").ticks()
        };
        session.write(Value::TimeSpan(ticks))
    }
}
