//! System.DateTime.

use super::formatting::{self, zone};
use crate::error::{Exception, Result};
use crate::time::{Clock, DateStyles, DateTime, Kind, Target, TimeError, TimeSpan};
use crate::types::{Call, TypeDef, TypeRef, fail};
use crate::value::Value;

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.DateTime",
    like: &[],
    members: &[
        ("new", |c| construct(c)),
        ("::Now", |c| Ok(value(now(c.ctx)))),
        ("::UtcNow", |c| {
            Ok(Value::DateTime(DateTime::new(c.ctx.utc_now_ticks(), Kind::Utc).map_or(0, DateTime::to_bits)))
        }),
        ("::Today", |c| Ok(value(now(c.ctx).date()))),
        ("::MinValue", |_| Ok(value(DateTime::MIN))),
        ("::MaxValue", |_| Ok(value(DateTime::MAX))),
        ("::UnixEpoch", |_| Ok(value(DateTime::UNIX_EPOCH))),
        ("::Parse", |c| parse(c)),
        ("::TryParse", |c| {
            let out = c.count() - 1;
            let read = read(c);
            c.set_ref(out, value(read.clone().unwrap_or(DateTime::MIN)))?;
            Ok(Value::Bool(read.is_ok()))
        }),
        ("::ParseExact", |c| match exact(c) {
            Ok(d) => Ok(value(d)),
            Err(e) => time_error(&e).throw(),
        }),
        ("::TryParseExact", |c| {
            let out = c.count() - 1;
            let read = exact(c);
            c.set_ref(out, value(read.clone().unwrap_or(DateTime::MIN)))?;
            Ok(Value::Bool(read.is_ok()))
        }),
        ("::DaysInMonth", |c| {
            let (y, m) = (c.int(0), c.int(1));
            if !(1..=12).contains(&m) {
                let text = "Month must be between one and twelve.";
                return fail::with_actual(text, "month", Value::I32(m)).throw();
            }
            match DateTime::days_in_month(y, m) {
                Some(n) => Ok(Value::I32(n)),
                None => fail::with_actual("Year must be between 1 and 9999.", "year", Value::I32(y)).throw(),
            }
        }),
        ("::IsLeapYear", |c| {
            if !(1..=9999).contains(&c.int(0)) {
                return fail::range("Year must be between 1 and 9999.", "year").throw();
            }
            Ok(Value::Bool(DateTime::is_leap_year(c.int(0))))
        }),
        ("::Compare", |c| Ok(Value::I32(ticks(c.arg(0)).cmp(&ticks(c.arg(1))) as i32))),
        ("::Equals", |c| Ok(Value::Bool(super::object::equals(c.arg(0), c.arg(1))))),
        ("::SpecifyKind", |c| Ok(value(of(c.arg(0)).with_kind(kind(c.long(1)))))),
        ("::FromBinary", |c| {
            let n = c.long(0);
            if n < 0 {
                let ticks = n & 0x3FFF_FFFF_FFFF_FFFF;
                let utc = DateTime::new(ticks, Kind::Utc).or_else(|e| time_error(&e).throw())?;
                return Ok(value(utc.to_local(&zone(c.ctx))));
            }
            Ok(Value::DateTime(n as u64))
        }),
        ("::FromFileTime", |c| {
            let zone = zone(c.ctx);
            checked(DateTime::from_file_time_utc(c.long(0)).map(|d| d.to_local(&zone)))
        }),
        ("::FromFileTimeUtc", |c| checked(DateTime::from_file_time_utc(c.long(0)))),
        ("::FromOADate", |c| checked(DateTime::from_oa_date(c.float(0)))),
        ("::op_Subtraction", |c| difference(of(c.arg(0)), c.arg(1))),
        ("::op_Addition", |c| checked(of(c.arg(0)).add_ticks(c.long(1)))),
        ("::op_Equality", |c| Ok(Value::Bool(ticks(c.arg(0)) == ticks(c.arg(1))))),
        ("::op_LessThan", |c| Ok(Value::Bool(ticks(c.arg(0)) < ticks(c.arg(1))))),
        ("::op_GreaterThan", |c| Ok(Value::Bool(ticks(c.arg(0)) > ticks(c.arg(1))))),
        ("Year", |c| Ok(Value::I32(own(c).year()))),
        ("Month", |c| Ok(Value::I32(own(c).month()))),
        ("Day", |c| Ok(Value::I32(own(c).day()))),
        ("Hour", |c| Ok(Value::I32(own(c).hour()))),
        ("Minute", |c| Ok(Value::I32(own(c).minute()))),
        ("Second", |c| Ok(Value::I32(own(c).second()))),
        ("Millisecond", |c| Ok(Value::I32(own(c).millisecond()))),
        ("Microsecond", |c| Ok(Value::I32(own(c).microsecond()))),
        ("Nanosecond", |c| Ok(Value::I32(own(c).nanosecond()))),
        ("Ticks", |c| Ok(Value::I64(own(c).ticks()))),
        ("Date", |c| Ok(value(own(c).date()))),
        ("TimeOfDay", |c| Ok(Value::TimeSpan(own(c).time_of_day().0))),
        ("DayOfWeek", |c| Ok(super::enumeration::make("System.DayOfWeek", i64::from(own(c).day_of_week())))),
        ("DayOfYear", |c| Ok(Value::I32(own(c).day_of_year()))),
        ("Kind", |c| {
            Ok(super::enumeration::make(
                "System.DateTimeKind",
                match own(c).kind() {
                    Kind::Utc => 1,
                    Kind::Local => 2,
                    _ => 0,
                },
            ))
        }),
        ("Add", |c| checked(own(c).add_ticks(c.long(0)))),
        ("Subtract", |c| {
            let other = c.arg(0).clone();
            difference(own(c), &other)
        }),
        ("AddTicks", |c| checked(own(c).add_ticks(c.long(0)))),
        ("AddDays", |c| checked(own(c).add_days(c.float(0)))),
        ("AddHours", |c| checked(own(c).add_hours(c.float(0)))),
        ("AddMinutes", |c| checked(own(c).add_minutes(c.float(0)))),
        ("AddSeconds", |c| checked(own(c).add_seconds(c.float(0)))),
        ("AddMilliseconds", |c| checked(own(c).add_milliseconds(c.float(0)))),
        ("AddMicroseconds", |c| checked(own(c).add_microseconds(c.float(0)))),
        ("AddMonths", |c| checked(own(c).add_months(c.int(0)))),
        ("AddYears", |c| checked(own(c).add_years(c.int(0)))),
        ("ToUniversalTime", |c| Ok(value(own(c).to_universal(&zone(c.ctx))))),
        ("ToLocalTime", |c| Ok(value(own(c).to_local(&zone(c.ctx))))),
        ("ToFileTime", |c| own(c).to_file_time(&zone(c.ctx)).map(Value::I64).or_else(|e| time_error(&e).throw())),
        ("ToFileTimeUtc", |c| {
            own(c).to_file_time_utc(&zone(c.ctx)).map(Value::I64).or_else(|e| time_error(&e).throw())
        }),
        ("ToOADate", |c| own(c).to_oa_date().map(Value::F64).or_else(|e| time_error(&e).throw())),
        ("ToBinary", |c| Ok(Value::I64(own(c).to_binary(&zone(c.ctx))))),
        ("IsDaylightSavingTime", |c| Ok(Value::Bool(own(c).kind() != Kind::Utc && zone(c.ctx).is_daylight(own(c))))),
        ("ToString", |c| formatting::to_string(c)),
        ("ToShortDateString", |c| fixed(c, "d")),
        ("ToLongDateString", |c| fixed(c, "D")),
        ("ToShortTimeString", |c| fixed(c, "t")),
        ("ToLongTimeString", |c| fixed(c, "T")),
        ("GetDateTimeFormats", |c| {
            let culture = match c.place("provider") {
                Some(at) => c.provider(at),
                None => c.culture(),
            };
            let zone = zone(c.ctx);
            let list: Vec<String> = if c.parameter_name(0) == "format" {
                let format = c.str(0);
                match crate::time::format_datetime(own(c), &format, &culture.date, &zone) {
                    Ok(text) => vec![text],
                    Err(e) => return time_error(&e).throw(),
                }
            } else {
                crate::time::all_formats(own(c), &culture.date, &zone)
            };
            Ok(Value::typed_array(TypeRef::STRING, list.into_iter().map(Value::from).collect()))
        }),
        ("CompareTo", |c| match c.arg(0).base() {
            Value::DateTime(_) => Ok(Value::I32(own(c).ticks().cmp(&ticks(c.arg(0))) as i32)),
            Value::Null => Ok(Value::I32(1)),
            _ => fail::argument("Object must be of type DateTime.", "").throw(),
        }),
        ("GetTypeCode", |c| Ok(super::integer::type_code(c.this))),
        ("Deconstruct", |c| {
            let (y, m, d) = own(c).ymd();
            for (at, n) in [y, m, d].into_iter().enumerate().take(c.count()) {
                c.set_ref(at, Value::I32(n))?;
            }
            Ok(Value::Void)
        }),
    ],
}];

/// The date of a value.
pub fn of(v: &Value) -> DateTime {
    match v.base() {
        Value::DateTime(bits) => DateTime::from_bits(*bits),
        _ => DateTime::MIN,
    }
}

fn own(c: &Call<'_>) -> DateTime {
    of(c.this)
}

fn ticks(v: &Value) -> i64 {
    of(v).ticks()
}

/// A date as a value.
pub fn value(d: DateTime) -> Value {
    Value::DateTime(d.to_bits())
}

fn kind(n: i64) -> Kind {
    match n {
        1 => Kind::Utc,
        2 => Kind::Local,
        _ => Kind::Unspecified,
    }
}

/// The present local time of a session.
pub fn now(ctx: &dyn crate::context::Context) -> DateTime {
    DateTime::new(ctx.utc_now_ticks(), Kind::Utc).map_or(DateTime::MIN, |d| d.to_local(&zone(ctx)))
}

/// What parsing needs of a session.
pub fn clock(ctx: &dyn crate::context::Context) -> Clock {
    Clock { zone: zone(ctx), now: now(ctx) }
}

/// A time error as .NET's exception.
pub fn time_error(e: &TimeError) -> Exception {
    let text = e.to_string();
    let ty = match e {
        TimeError::SpanRange(_) | TimeError::SpanOverflow => TypeRef::OVERFLOW_EXCEPTION,
        TimeError::SpanNan => TypeRef::ARGUMENT_EXCEPTION,
        TimeError::Unrepresentable(_)
        | TimeError::AddRange
        | TimeError::MonthsRange
        | TimeError::BadDate
        | TimeError::BadTime
        | TimeError::TicksRange => TypeRef::ARGUMENT_OUT_OF_RANGE_EXCEPTION,
        TimeError::Argument(t)
            if t.contains("between")
                || t.contains("plus or minus")
                || t.contains("out of range")
                || t.contains("un-representable")
                || t.contains("Win32 FileTime") =>
        {
            TypeRef::ARGUMENT_OUT_OF_RANGE_EXCEPTION
        }
        TimeError::Argument(t) if t.contains("overflowed") => TypeRef::ARGUMENT_OUT_OF_RANGE_EXCEPTION,
        TimeError::Argument(_) => TypeRef::ARGUMENT_EXCEPTION,
        _ => TypeRef::FORMAT_EXCEPTION,
    };
    Exception::new(ty, text)
}

fn checked(outcome: std::result::Result<DateTime, TimeError>) -> Result {
    outcome.map(value).or_else(|e| time_error(&e).throw())
}

fn difference(d: DateTime, other: &Value) -> Result {
    match other.base() {
        Value::DateTime(_) => Ok(Value::TimeSpan(d.ticks() - ticks(other))),
        Value::TimeSpan(n) => checked(d.sub_ticks(*n)),
        _ => checked(Ok(d)),
    }
}

fn fixed(c: &mut Call<'_>, format: &str) -> Result {
    let (this, culture) = (c.this.clone(), c.culture());
    formatting::format_value(c.ctx, &this, format, &culture).map(Value::Str)
}

fn construct(c: &mut Call<'_>) -> Result {
    let kind_of = c.named_int("kind").map_or(Kind::Unspecified, kind);
    if c.parameter_name(0) == "ticks" {
        return checked(DateTime::new(c.long(0), kind_of));
    }
    if c.parameter_name(0) == "date" {
        let date = super::date_only::date_of(c.arg(0));
        let time = super::date_only::time_of(c.arg(1));
        return Ok(value(date.at(time, kind_of)));
    }
    let n = |name: &str| c.named_int(name).unwrap_or(0) as i32;
    let (milli, micro) = (n("millisecond"), n("microsecond"));
    if !(0..=999).contains(&milli) {
        return fail::range("Valid values are between 0 and 999, inclusive.", "millisecond").throw();
    }
    if !(0..=999).contains(&micro) {
        return fail::range("Valid values are between 0 and 999, inclusive.", "microsecond").throw();
    }
    checked(DateTime::from_fields(
        n("year"),
        n("month"),
        n("day"),
        n("hour"),
        n("minute"),
        n("second"),
        i64::from(milli) * 10_000 + i64::from(micro) * 10,
        kind_of,
    ))
}

fn culture_of(c: &Call<'_>) -> std::sync::Arc<crate::culture::Culture> {
    match c.place("provider") {
        Some(at) => c.provider(at),
        None => c.culture(),
    }
}

fn styles(c: &Call<'_>) -> DateStyles {
    DateStyles(c.named_int("styles").or_else(|| c.named_int("style")).unwrap_or(0) as u32)
}

fn read(c: &Call<'_>) -> std::result::Result<DateTime, TimeError> {
    let styles = styles(c);
    styles.check()?;
    crate::time::parse_datetime(&c.str(0), &culture_of(c), styles, &clock(c.ctx))
}

fn parse(c: &mut Call<'_>) -> Result {
    checked(read(c))
}

/// The format texts of a `ParseExact` call.
pub fn formats(c: &Call<'_>) -> Vec<String> {
    match c.arg(1).base() {
        Value::Array(a) => a.to_vec().iter().map(crate::convert::to_display).collect(),
        _ => vec![c.str(1).to_string()],
    }
}

fn exact(c: &Call<'_>) -> std::result::Result<DateTime, TimeError> {
    let styles = styles(c);
    styles.check()?;
    let text = c.str(0);
    let formats = formats(c);
    let list: Vec<&str> = formats.iter().map(String::as_str).collect();
    let parsed = crate::time::parse_exact(&text, &list, &culture_of(c), styles, Target::DateTime)?;
    parsed.to_datetime(&text, styles, &clock(c.ctx))
}

/// A span in ticks of a value.
pub fn span_of(v: &Value) -> TimeSpan {
    match v.base() {
        Value::TimeSpan(n) => TimeSpan(*n),
        other => TimeSpan(other.as_i64().unwrap_or(0)),
    }
}
