//! Get-TimeZone.

use command::{
    Bound, Cmdlet, Command, ErrorCategory, ErrorRecord, Result, Session, Str, TypeRef, Value, Wildcard, class,
};
use values::members;
use values::time::Zone;

pub static COMMAND: Command = Command { name: "Get-TimeZone", create: || Box::new(GetTimeZone) };

struct GetTimeZone;

impl Cmdlet for GetTimeZone {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        if bound.switch("ListAvailable") {
            for zone in Zone::all() {
                let object = zone_object(session, zone.id())?;
                session.write(object)?;
            }
            return Ok(());
        }
        if bound.has("Id") {
            for id in bound.strings("Id") {
                match Zone::find(&id) {
                    Ok(zone) => {
                        let object = zone_object(session, zone.id())?;
                        session.write(object)?;
                    }
                    Err(_) => {
                        missing(session, format!("The time zone ID '{id}' was not found on the local computer."), &id)?
                    }
                }
            }
            return Ok(());
        }
        let names = bound.strings("Name");
        if names.is_empty() {
            let id = session.time_zone().to_string();
            let object = zone_object(session, &id)?;
            return session.write(object);
        }
        for name in names {
            let pattern = Wildcard::new(&name);
            let found: Vec<Zone> = Zone::all()
                .into_iter()
                .filter(|z| pattern.matches(&z.standard_name()) || pattern.matches(&z.daylight_name()))
                .collect();
            if found.is_empty() {
                missing(session, format!("The time zone name '{name}' was not found on the local computer."), &name)?;
            }
            for zone in found {
                let object = zone_object(session, zone.id())?;
                session.write(object)?;
            }
        }
        Ok(())
    }
}

fn zone_object(session: &mut dyn Session, id: &str) -> Result {
    members::call_static(
        session,
        class("System.TimeZoneInfo", TypeRef::OBJECT),
        "FindSystemTimeZoneById",
        &[Value::from(id)],
    )
}

fn missing(session: &mut dyn Session, message: String, target: &Str) -> Result<()> {
    session.write_error(ErrorRecord::simple(
        class("System.TimeZoneNotFoundException", TypeRef::EXCEPTION),
        message,
        "TimeZoneNotFound",
        ErrorCategory::InvalidArgument,
        Value::Str(target.clone()),
    ))
}
