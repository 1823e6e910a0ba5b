//! Get-Uptime.

use command::{Bound, Cmdlet, Command, Result, Session, Value};

use crate::date::get_date::{local_zone, now};

pub static COMMAND: Command = Command { name: "Get-Uptime", create: || Box::new(GetUptime) };

struct GetUptime;

impl Cmdlet for GetUptime {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let seconds = std::fs::read_to_string("/proc/uptime")
            .ok()
            .and_then(|t| t.split('.').next().and_then(|s| s.parse::<i64>().ok()))
            .unwrap_or(0);
        if bound.switch("Since") {
            let zone = local_zone(session);
            let present = now(session, &zone);
            let since = present.sub_ticks(seconds * 10_000_000).unwrap_or(present);
            return session.write(Value::DateTime(since.to_bits()));
        }
        session.write(Value::TimeSpan(seconds * 10_000_000))
    }
}
