//! System.DateOnly and System.TimeOnly.

use std::cmp::Ordering;

use super::date_time::{clock, of, span_of, time_error, value};
use super::formatting;
use crate::culture::Culture;
use crate::error::Result;
use crate::time::{DateOnly, DateStyles, Kind, Target, TimeError, TimeOnly, TimeSpan};
use crate::types::{Call, State, TypeDef, hold_named, state_of};
use crate::value::Value;

/// The state of a DateOnly.
#[derive(Clone)]
pub struct Day(pub DateOnly);
/// The state of a TimeOnly.
#[derive(Clone)]
pub struct Time(pub TimeOnly);

impl State for Day {
    fn text(&self) -> Option<String> {
        crate::time::format_date_only(self.0, "", &Culture::invariant().date).ok()
    }
    fn is_equal(&self, other: &Self) -> bool {
        self.0.day_number() == other.0.day_number()
    }
    fn order(&self, other: &Self) -> Option<Ordering> {
        Some(self.0.day_number().cmp(&other.0.day_number()))
    }
    fn hash(&self) -> Option<u64> {
        Some(self.0.day_number() as u64)
    }
}

impl State for Time {
    fn text(&self) -> Option<String> {
        crate::time::format_time_only(self.0, "", &Culture::invariant().date).ok()
    }
    fn is_equal(&self, other: &Self) -> bool {
        self.0.ticks() == other.0.ticks()
    }
    fn order(&self, other: &Self) -> Option<Ordering> {
        Some(self.0.ticks().cmp(&other.0.ticks()))
    }
    fn hash(&self) -> Option<u64> {
        Some(self.0.ticks() as u64)
    }
}

/// The formatted text of a DateOnly or TimeOnly value; none for other values.
pub fn format_held(v: &Value, format: &str, culture: &Culture) -> Result<Option<String>> {
    let text = if let Some(day) = state_of::<Day>(v) {
        crate::time::format_date_only(day.0, format, &culture.date)
    } else if let Some(time) = state_of::<Time>(v) {
        crate::time::format_time_only(time.0, format, &culture.date)
    } else {
        return Ok(None);
    };
    text.map(Some).or_else(|e| time_error(&e).throw())
}

/// The DateOnly of a value.
pub fn date_of(v: &Value) -> DateOnly {
    state_of::<Day>(v).map_or_else(|| DateOnly::from_datetime(of(v)), |d| d.0)
}

/// The TimeOnly of a value.
pub fn time_of(v: &Value) -> TimeOnly {
    state_of::<Time>(v).map_or_else(|| TimeOnly::from_datetime(of(v)), |t| t.0)
}

fn day(outcome: std::result::Result<DateOnly, TimeError>) -> Result {
    outcome.map(|d| hold_named("System.DateOnly", Day(d))).or_else(|e| time_error(&e).throw())
}

fn time(outcome: std::result::Result<TimeOnly, TimeError>) -> Result {
    outcome.map(|t| hold_named("System.TimeOnly", Time(t))).or_else(|e| time_error(&e).throw())
}

pub static TYPES: &[TypeDef] = &[
    TypeDef {
        name: "System.DateOnly",
        like: &[],
        members: &[
            ("new", |c| {
                day(if c.count() == 0 {
                    DateOnly::from_day_number(0)
                } else {
                    DateOnly::from_ymd(c.int(0), c.int(1), c.int(2))
                })
            }),
            ("::MinValue", |_| day(DateOnly::from_day_number(0))),
            ("::MaxValue", |_| day(DateOnly::from_ymd(9999, 12, 31))),
            ("::FromDateTime", |c| day(Ok(DateOnly::from_datetime(of(c.arg(0)))))),
            ("::FromDayNumber", |c| day(DateOnly::from_day_number(c.int(0)))),
            ("::Parse", |c| day(read_day(c))),
            ("::ParseExact", |c| day(exact_day(c))),
            ("::TryParse", |c| {
                let read = read_day(c);
                let (found, out) = (read.is_ok(), c.count() - 1);
                let stored = day(read.or_else(|_| DateOnly::from_day_number(0)))?;
                c.set_ref(out, stored)?;
                Ok(Value::Bool(found))
            }),
            ("::TryParseExact", |c| {
                let read = exact_day(c);
                let (found, out) = (read.is_ok(), c.count() - 1);
                let stored = day(read.or_else(|_| DateOnly::from_day_number(0)))?;
                c.set_ref(out, stored)?;
                Ok(Value::Bool(found))
            }),
            ("Year", |c| Ok(Value::I32(own(c).midnight().year()))),
            ("Month", |c| Ok(Value::I32(own(c).midnight().month()))),
            ("Day", |c| Ok(Value::I32(own(c).midnight().day()))),
            ("DayOfYear", |c| Ok(Value::I32(own(c).midnight().day_of_year()))),
            ("DayNumber", |c| Ok(Value::I32(own(c).day_number()))),
            ("DayOfWeek", |c| {
                Ok(super::enumeration::make("System.DayOfWeek", i64::from(own(c).midnight().day_of_week())))
            }),
            ("AddDays", |c| day(own(c).add_days(c.int(0)))),
            ("AddMonths", |c| day(own(c).add_months(c.int(0)))),
            ("AddYears", |c| day(own(c).add_years(c.int(0)))),
            ("ToDateTime", |c| {
                let kind = match c.named_int("kind") {
                    Some(1) => Kind::Utc,
                    Some(2) => Kind::Local,
                    _ => Kind::Unspecified,
                };
                Ok(value(own(c).at(time_of(c.arg(0)), kind)))
            }),
            ("ToString", |c| formatting::to_string(c)),
            ("ToShortDateString", |c| fixed(c, "d")),
            ("ToLongDateString", |c| fixed(c, "D")),
            ("CompareTo", |c| {
                if !c.has(0) {
                    return Ok(Value::I32(1));
                }
                Ok(Value::I32(own(c).day_number().cmp(&date_of(c.arg(0)).day_number()) as i32))
            }),
        ],
    },
    TypeDef {
        name: "System.TimeOnly",
        like: &[],
        members: &[
            ("new", |c| {
                if c.parameter_name(0) == "ticks" {
                    return time(TimeOnly::new(c.long(0)));
                }
                let micro = c.named_int("microsecond").unwrap_or(0) * 10;
                let made = TimeOnly::from_fields(c.int(0), c.int(1), c.int(2), c.int(3));
                time(made.and_then(|t| TimeOnly::new(t.ticks() + micro)))
            }),
            ("::MinValue", |_| time(TimeOnly::new(0))),
            ("::MaxValue", |_| time(TimeOnly::new(TimeSpan::DAY - 1))),
            ("::FromDateTime", |c| time(Ok(TimeOnly::from_datetime(of(c.arg(0)))))),
            ("::FromTimeSpan", |c| time(TimeOnly::new(span_of(c.arg(0)).0))),
            ("::Parse", |c| time(read_time(c))),
            ("::ParseExact", |c| time(exact_time(c))),
            ("::TryParse", |c| {
                let read = read_time(c);
                let (found, out) = (read.is_ok(), c.count() - 1);
                let stored = time(read.or_else(|_| TimeOnly::new(0)))?;
                c.set_ref(out, stored)?;
                Ok(Value::Bool(found))
            }),
            ("Hour", |c| Ok(Value::I32(hours(c).hour()))),
            ("Minute", |c| Ok(Value::I32(hours(c).minute()))),
            ("Second", |c| Ok(Value::I32(hours(c).second()))),
            ("Millisecond", |c| Ok(Value::I32(hours(c).millisecond()))),
            ("Microsecond", |c| Ok(Value::I32(hours(c).microsecond()))),
            ("Nanosecond", |c| Ok(Value::I32(hours(c).nanosecond()))),
            ("Ticks", |c| Ok(Value::I64(time_of(c.this).ticks()))),
            ("Add", |c| added(c, span_of(c.arg(0)))),
            ("AddHours", |c| added(c, TimeSpan((c.float(0) * TimeSpan::HOUR as f64) as i64))),
            ("AddMinutes", |c| added(c, TimeSpan((c.float(0) * TimeSpan::MINUTE as f64) as i64))),
            ("IsBetween", |c| Ok(Value::Bool(time_of(c.this).is_between(time_of(c.arg(0)), time_of(c.arg(1)))))),
            // The time that passes from one to the other, over midnight where it must.
            ("::op_Subtraction", |c| {
                let ticks = time_of(c.arg(0)).ticks() - time_of(c.arg(1)).ticks();
                Ok(Value::TimeSpan(ticks.rem_euclid(TimeSpan::HOUR * 24)))
            }),
            ("ToTimeSpan", |c| Ok(Value::TimeSpan(time_of(c.this).ticks()))),
            ("ToString", |c| formatting::to_string(c)),
            ("ToShortTimeString", |c| fixed(c, "t")),
            ("ToLongTimeString", |c| fixed(c, "T")),
            ("CompareTo", |c| {
                if !c.has(0) {
                    return Ok(Value::I32(1));
                }
                Ok(Value::I32(time_of(c.this).ticks().cmp(&time_of(c.arg(0)).ticks()) as i32))
            }),
        ],
    },
];

fn own(c: &Call<'_>) -> DateOnly {
    date_of(c.this)
}

fn hours(c: &Call<'_>) -> crate::time::DateTime {
    time_of(c.this).on_first_day()
}

fn added(c: &mut Call<'_>, span: TimeSpan) -> Result {
    let (moved, days) = time_of(c.this).add(span);
    if let Some(at) = c.place("wrappedDays") {
        c.set_ref(at, Value::I32(days))?;
    }
    time(Ok(moved))
}

fn fixed(c: &mut Call<'_>, format: &str) -> Result {
    let culture = c.culture();
    Ok(Value::from(format_held(c.this, format, &culture)?.unwrap_or_default()))
}

fn culture(c: &Call<'_>) -> std::sync::Arc<Culture> {
    match c.place("provider") {
        Some(at) => c.provider(at),
        None => c.culture(),
    }
}

fn read_day(c: &Call<'_>) -> std::result::Result<DateOnly, TimeError> {
    crate::time::parse_date_only(&c.str(0), &culture(c), &clock(c.ctx))
}

fn read_time(c: &Call<'_>) -> std::result::Result<TimeOnly, TimeError> {
    crate::time::parse_time_only(&c.str(0), &culture(c), &clock(c.ctx))
}

fn exact(c: &Call<'_>, target: Target) -> std::result::Result<crate::time::DateTime, TimeError> {
    let text = c.str(0);
    let formats = super::date_time::formats(c);
    let list: Vec<&str> = formats.iter().map(String::as_str).collect();
    let parsed = crate::time::parse_exact(&text, &list, &culture(c), DateStyles::NONE, target)?;
    parsed.to_datetime(&text, DateStyles::NONE, &clock(c.ctx))
}

fn exact_day(c: &Call<'_>) -> std::result::Result<DateOnly, TimeError> {
    exact(c, Target::DateOnly).map(DateOnly::from_datetime)
}

fn exact_time(c: &Call<'_>) -> std::result::Result<TimeOnly, TimeError> {
    exact(c, Target::TimeOnly).map(TimeOnly::from_datetime)
}
