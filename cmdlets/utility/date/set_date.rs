//! Set-Date.

use command::{Bound, Cmdlet, Command, ErrorCategory, Exception, Result, Session, TypeRef, Value, class};
use values::time::DateTime;

use crate::date::get_date::{local_zone, now};

pub static COMMAND: Command = Command { name: "Set-Date", create: || Box::new(SetDate) };

struct SetDate;

impl Cmdlet for SetDate {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let zone = local_zone(session);
        let present = now(session, &zone);
        let date = match (bound.get("Date").map(Value::base), bound.get("Adjust").map(Value::base)) {
            (Some(Value::DateTime(bits)), _) => DateTime::from_bits(*bits),
            (_, Some(Value::TimeSpan(ticks))) => present.add_ticks(*ticks).unwrap_or(present),
            _ => present,
        };
        let shown = crate::date::get_date::formatted(session, date, "G", &zone)?;
        if !session.should_process(&shown, "Set-Date")? {
            return Ok(());
        }
        // The clock belongs to the machine: setting it needs rights that the product does not ask for.
        Exception::new(
            class("System.ComponentModel.Win32Exception", TypeRef::SYSTEM_EXCEPTION),
            "Operation not permitted",
        )
        .identity("System.ComponentModel.Win32Exception", ErrorCategory::NotSpecified, Value::Null)
        .throw()
    }
}
