//! Get-Date.

use command::{Bound, Cmdlet, Command, Context, Exception, Result, Session, TypeRef, Value, enum_value};
use values::culture::Culture;
use values::object::PsMember;
use values::time::{DateTime, Kind, Zone, format_datetime};
use values::{Str, Wrapped, convert};

use crate::date::uformat::format_unix;

pub static COMMAND: Command = Command { name: "Get-Date", create: || Box::new(GetDate) };

struct GetDate;

impl Cmdlet for GetDate {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let zone = local_zone(session);
        let mut date = match bound.get("Date").map(Value::base) {
            Some(Value::DateTime(bits)) => DateTime::from_bits(*bits),
            Some(other) => {
                let other = other.clone();
                let context: &mut dyn Context = session;
                match convert::convert(context, &other, TypeRef::DATETIME)? {
                    Value::DateTime(bits) => DateTime::from_bits(bits),
                    _ => DateTime::MIN,
                }
            }
            None => match bound.int("UnixTimeSeconds") {
                Some(seconds) => DateTime::from_unix(seconds, 0, Kind::Utc).to_local(&zone),
                None => now(session, &zone),
            },
        };
        date = with_parts(date, bound)?;
        if bound.switch("AsUTC") {
            date = date.to_universal(&zone);
        }
        if let Some(format) = bound.str("UFormat") {
            let text = format_unix(session, date, &format, &zone)?;
            return session.write(Value::from(text));
        }
        if let Some(format) = bound.str("Format") {
            let format = match format.to_ascii_lowercase().as_str() {
                "filedate" => Str::from("yyyyMMdd"),
                "filedateuniversal" => {
                    date = date.to_universal(&zone);
                    Str::from("yyyyMMddZ")
                }
                "filedatetime" => Str::from("yyyyMMddTHHmmssffff"),
                "filedatetimeuniversal" => {
                    date = date.to_universal(&zone);
                    Str::from("yyyyMMddTHHmmssffffZ")
                }
                _ => format,
            };
            let text = formatted(session, date, &format, &zone)?;
            return session.write(Value::from(text));
        }
        let hint = bound.enum_name("DisplayHint").unwrap_or_else(|| Str::from("DateTime"));
        let value = Value::DateTime(date.to_bits());
        let wrapped = Wrapped::new(value);
        let hint = enum_value("Microsoft.PowerShell.Commands.DisplayHintType", &hint);
        wrapped.members.lock().push((Str::from("DisplayHint"), PsMember::Note(hint)));
        session.write(Value::Wrapped(std::sync::Arc::new(wrapped)))
    }
}

/// The session's time zone.
pub fn local_zone(session: &mut dyn Session) -> Zone {
    Zone::find(session.time_zone()).unwrap_or_else(|_| Zone::system())
}

/// The present local time.
pub fn now(session: &mut dyn Session, zone: &Zone) -> DateTime {
    let ticks = session.utc_now_ticks();
    DateTime::new(ticks, Kind::Utc).unwrap_or(DateTime::UNIX_EPOCH).to_local(zone)
}

/// A date in a .NET format under the session's culture.
pub fn formatted(session: &mut dyn Session, date: DateTime, format: &str, zone: &Zone) -> Result<String> {
    let culture = Culture::get(session.culture_name());
    let dates = culture.as_ref().map_or_else(|_| &Culture::invariant().date, |c| &c.date);
    format_datetime(date, format, dates, zone).or_else(|_| {
        Exception::new(TypeRef::FORMAT_EXCEPTION, "Input string was not in a correct format.")
            .identity("System.FormatException", command::ErrorCategory::NotSpecified, Value::Null)
            .throw()
    })
}

fn with_parts(date: DateTime, bound: &Bound) -> Result<DateTime> {
    const PARTS: &[&str] = &["Year", "Month", "Day", "Hour", "Minute", "Second", "Millisecond"];
    if !PARTS.iter().any(|p| bound.has(p)) {
        return Ok(date);
    }
    let out_of_range =
        |e: values::time::TimeError| Exception::new(TypeRef::ARGUMENT_OUT_OF_RANGE_EXCEPTION, e.to_string()).throw();
    let delta = |name: &str, present: i32| bound.int(name).map_or(0, |n| n as i32 - present);
    let mut made = date;
    let step = |next: std::result::Result<DateTime, values::time::TimeError>| -> Result<DateTime> {
        next.or_else(out_of_range)
    };
    if bound.has("Year") {
        made = step(made.add_years(delta("Year", made.year())))?;
    }
    if bound.has("Month") {
        made = step(made.add_months(delta("Month", made.month())))?;
    }
    let units: [(&str, i32, i64); 5] = [
        ("Day", made.day(), 864_000_000_000),
        ("Hour", made.hour(), 36_000_000_000),
        ("Minute", made.minute(), 600_000_000),
        ("Second", made.second(), 10_000_000),
        ("Millisecond", made.millisecond(), 10_000),
    ];
    for (name, present, ticks) in units {
        if bound.has(name) {
            made = step(made.add_ticks(i64::from(delta(name, present)) * ticks))?;
            if name == "Millisecond" {
                // What is finer than a millisecond goes with it.
                made = step(made.sub_ticks(made.ticks() % 10_000))?;
            }
        }
    }
    Ok(made)
}
