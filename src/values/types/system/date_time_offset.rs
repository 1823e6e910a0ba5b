//! System.DateTimeOffset.

use std::cmp::Ordering;

use super::date_time::{clock, of, span_of, time_error, value};
use super::formatting::{self, zone};
use crate::culture::Culture;
use crate::error::Result;
use crate::time::{DateStyles, DateTime, DateTimeOffset, Kind, Target, TimeError, TimeSpan};
use crate::types::{Call, State, TypeDef, TypeRef, hold, state_of};
use crate::value::Value;

/// The state of a DateTimeOffset.
#[derive(Clone)]
pub struct Offset(pub DateTimeOffset);

impl State for Offset {
    fn text(&self) -> Option<String> {
        crate::time::format_offset(self.0, "", &Culture::invariant().date).ok()
    }
    fn is_equal(&self, other: &Self) -> bool {
        self.0.utc_ticks() == other.0.utc_ticks()
    }
    fn order(&self, other: &Self) -> Option<Ordering> {
        Some(self.0.utc_ticks().cmp(&other.0.utc_ticks()))
    }
    fn hash(&self) -> Option<u64> {
        Some(self.0.utc_ticks() as u64)
    }
}

/// A DateTimeOffset as a value.
pub fn make(d: DateTimeOffset) -> Value {
    hold(TypeRef::DATETIME_OFFSET, Offset(d))
}

/// The DateTimeOffset of a value; a DateTime gets the offset of its kind.
pub fn offset_of(ctx: &dyn crate::context::Context, v: &Value) -> Result<DateTimeOffset> {
    match v.base() {
        Value::DateTime(_) => DateTimeOffset::from_datetime(of(v), &zone(ctx)).or_else(|e| time_error(&e).throw()),
        other => match state_of::<Offset>(other) {
            Some(state) => Ok(state.0),
            None => DateTimeOffset::new(DateTime::MIN, TimeSpan::ZERO).or_else(|e| time_error(&e).throw()),
        },
    }
}

/// The formatted text of a DateTimeOffset value; none for other values.
pub fn format_held(v: &Value, format: &str, culture: &Culture) -> Result<Option<String>> {
    match state_of::<Offset>(v) {
        Some(state) => {
            crate::time::format_offset(state.0, format, &culture.date).map(Some).or_else(|e| time_error(&e).throw())
        }
        None => Ok(None),
    }
}

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.DateTimeOffset",
    like: &[],
    members: &[
        ("new", |c| construct(c)),
        ("::Now", |c| {
            let now = super::date_time::now(c.ctx);
            checked(DateTimeOffset::from_datetime(now, &zone(c.ctx)))
        }),
        ("::UtcNow", |c| {
            let now = DateTime::new(c.ctx.utc_now_ticks(), Kind::Utc).unwrap_or(DateTime::MIN);
            checked(DateTimeOffset::new(now.with_kind(Kind::Unspecified), TimeSpan::ZERO))
        }),
        ("::MinValue", |_| checked(DateTimeOffset::new(DateTime::MIN, TimeSpan::ZERO))),
        ("::MaxValue", |_| checked(DateTimeOffset::new(DateTime::MAX, TimeSpan::ZERO))),
        ("::UnixEpoch", |_| checked(DateTimeOffset::from_unix_seconds(0))),
        ("::FromUnixTimeSeconds", |c| checked(DateTimeOffset::from_unix_seconds(c.long(0)))),
        ("::FromUnixTimeMilliseconds", |c| checked(DateTimeOffset::from_unix_milliseconds(c.long(0)))),
        ("::FromFileTime", |c| {
            let zone = zone(c.ctx);
            checked(
                DateTime::from_file_time_utc(c.long(0))
                    .and_then(|d| DateTimeOffset::from_datetime(d.to_local(&zone), &zone)),
            )
        }),
        ("::Parse", |c| checked(read(c))),
        ("::TryParse", |c| {
            let out = c.count() - 1;
            let read = read(c);
            let found = read.is_ok();
            let fallback = DateTimeOffset::new(DateTime::MIN, TimeSpan::ZERO);
            let stored = checked(read.or(fallback))?;
            c.set_ref(out, stored)?;
            Ok(Value::Bool(found))
        }),
        ("::ParseExact", |c| checked(exact(c))),
        ("::TryParseExact", |c| {
            let out = c.count() - 1;
            let read = exact(c);
            let found = read.is_ok();
            let fallback = DateTimeOffset::new(DateTime::MIN, TimeSpan::ZERO);
            let stored = checked(read.or(fallback))?;
            c.set_ref(out, stored)?;
            Ok(Value::Bool(found))
        }),
        ("::Compare", |c| {
            let (a, b) = (offset_of(c.ctx, c.arg(0))?, offset_of(c.ctx, c.arg(1))?);
            Ok(Value::I32(a.utc_ticks().cmp(&b.utc_ticks()) as i32))
        }),
        ("::op_Subtraction", |c| subtract(c, 0)),
        ("::op_Addition", |c| {
            let d = offset_of(c.ctx, c.arg(0))?;
            shifted(d, d.clock().add_ticks(c.long(1)))
        }),
        ("DateTime", |c| Ok(value(own(c)?.clock()))),
        ("LocalDateTime", |c| Ok(value(own(c)?.local(&zone(c.ctx))))),
        ("UtcDateTime", |c| Ok(value(own(c)?.utc()))),
        ("Offset", |c| Ok(Value::TimeSpan(own(c)?.offset().0))),
        ("TotalOffsetMinutes", |c| Ok(Value::I32((own(c)?.offset().0 / TimeSpan::MINUTE) as i32))),
        ("Date", |c| Ok(value(own(c)?.clock().date()))),
        ("TimeOfDay", |c| Ok(Value::TimeSpan(own(c)?.clock().time_of_day().0))),
        ("Ticks", |c| Ok(Value::I64(own(c)?.clock().ticks()))),
        ("UtcTicks", |c| Ok(Value::I64(own(c)?.utc_ticks()))),
        ("Year", |c| Ok(Value::I32(own(c)?.clock().year()))),
        ("Month", |c| Ok(Value::I32(own(c)?.clock().month()))),
        ("Day", |c| Ok(Value::I32(own(c)?.clock().day()))),
        ("Hour", |c| Ok(Value::I32(own(c)?.clock().hour()))),
        ("Minute", |c| Ok(Value::I32(own(c)?.clock().minute()))),
        ("Second", |c| Ok(Value::I32(own(c)?.clock().second()))),
        ("Millisecond", |c| Ok(Value::I32(own(c)?.clock().millisecond()))),
        ("Microsecond", |c| Ok(Value::I32(own(c)?.clock().microsecond()))),
        ("Nanosecond", |c| Ok(Value::I32(own(c)?.clock().nanosecond()))),
        ("DayOfYear", |c| Ok(Value::I32(own(c)?.clock().day_of_year()))),
        ("DayOfWeek", |c| Ok(super::enumeration::make("System.DayOfWeek", i64::from(own(c)?.clock().day_of_week())))),
        ("Add", |c| shift(c, |d, c| d.add_ticks(c.long(0)))),
        ("AddTicks", |c| shift(c, |d, c| d.add_ticks(c.long(0)))),
        ("AddDays", |c| shift(c, |d, c| d.add_days(c.float(0)))),
        ("AddHours", |c| shift(c, |d, c| d.add_hours(c.float(0)))),
        ("AddMinutes", |c| shift(c, |d, c| d.add_minutes(c.float(0)))),
        ("AddSeconds", |c| shift(c, |d, c| d.add_seconds(c.float(0)))),
        ("AddMilliseconds", |c| shift(c, |d, c| d.add_milliseconds(c.float(0)))),
        ("AddMonths", |c| shift(c, |d, c| d.add_months(c.int(0)))),
        ("AddYears", |c| shift(c, |d, c| d.add_years(c.int(0)))),
        ("Subtract", |c| {
            let this = c.this.clone();
            c.args.insert(0, this);
            subtract(c, 0)
        }),
        ("ToOffset", |c| checked(own(c)?.to_offset(span_of(c.arg(0))))),
        ("ToUniversalTime", |c| checked(own(c)?.to_offset(TimeSpan::ZERO))),
        ("ToLocalTime", |c| {
            let zone = zone(c.ctx);
            checked(DateTimeOffset::from_datetime(own(c)?.local(&zone), &zone))
        }),
        ("ToUnixTimeSeconds", |c| Ok(Value::I64(own(c)?.unix_seconds()))),
        ("ToUnixTimeMilliseconds", |c| Ok(Value::I64(own(c)?.unix_milliseconds()))),
        ("ToFileTime", |c| {
            own(c)?.utc().to_file_time_utc(&zone(c.ctx)).map(Value::I64).or_else(|e| time_error(&e).throw())
        }),
        ("ToString", |c| formatting::to_string(c)),
        ("CompareTo", |c| {
            let other = offset_of(c.ctx, c.arg(0))?;
            Ok(Value::I32(own(c)?.utc_ticks().cmp(&other.utc_ticks()) as i32))
        }),
        ("EqualsExact", |c| {
            let other = offset_of(c.ctx, c.arg(0))?;
            Ok(Value::Bool(own(c)?.utc_ticks() == other.utc_ticks() && own(c)?.offset() == other.offset()))
        }),
    ],
}];

fn own(c: &Call<'_>) -> Result<DateTimeOffset> {
    c.with(|s: &mut Offset| s.0)
}

fn checked(outcome: std::result::Result<DateTimeOffset, TimeError>) -> Result {
    outcome.map(make).or_else(|e| time_error(&e).throw())
}

fn shifted(d: DateTimeOffset, clock: std::result::Result<DateTime, TimeError>) -> Result {
    checked(clock.and_then(|clock| d.with_clock(clock)))
}

fn shift(c: &mut Call<'_>, f: fn(DateTime, &Call<'_>) -> std::result::Result<DateTime, TimeError>) -> Result {
    let d = own(c)?;
    shifted(d, f(d.clock(), c))
}

fn subtract(c: &mut Call<'_>, at: usize) -> Result {
    let d = offset_of(c.ctx, c.arg(at))?;
    match c.arg(at + 1).base() {
        Value::TimeSpan(n) => shifted(d, d.clock().sub_ticks(*n)),
        other => {
            let other = offset_of(c.ctx, &other.clone())?;
            Ok(Value::TimeSpan(d.utc_ticks() - other.utc_ticks()))
        }
    }
}

fn construct(c: &mut Call<'_>) -> Result {
    let n = |name: &str| c.named_int(name).unwrap_or(0) as i32;
    let offset = c.named("offset").map(|v| span_of(&v));
    let clock = match c.parameter_name(0) {
        "dateTime" => match offset {
            None => return offset_of(c.ctx, c.arg(0)).map(make),
            Some(_) => Ok(of(c.arg(0))),
        },
        "ticks" => DateTime::new(c.long(0), Kind::Unspecified),
        "" => return checked(DateTimeOffset::new(DateTime::MIN, TimeSpan::ZERO)),
        "date" => Ok(super::date_only::date_of(c.arg(0)).at(super::date_only::time_of(c.arg(1)), Kind::Unspecified)),
        _ => DateTime::from_fields(
            n("year"),
            n("month"),
            n("day"),
            n("hour"),
            n("minute"),
            n("second"),
            i64::from(n("millisecond")) * 10_000 + i64::from(n("microsecond")) * 10,
            Kind::Unspecified,
        ),
    };
    checked(clock.and_then(|clock| DateTimeOffset::new(clock, offset.unwrap_or(TimeSpan::ZERO))))
}

fn culture(c: &Call<'_>) -> std::sync::Arc<Culture> {
    match c.place("formatProvider").or_else(|| c.place("provider")) {
        Some(at) => c.provider(at),
        None => c.culture(),
    }
}

fn styles(c: &Call<'_>) -> DateStyles {
    DateStyles(c.named_int("styles").unwrap_or(0) as u32)
}

fn read(c: &Call<'_>) -> std::result::Result<DateTimeOffset, TimeError> {
    crate::time::parse_offset(&c.str(0), &culture(c), styles(c), &clock(c.ctx))
}

fn exact(c: &Call<'_>) -> std::result::Result<DateTimeOffset, TimeError> {
    let text = c.str(0);
    let formats = super::date_time::formats(c);
    let list: Vec<&str> = formats.iter().map(String::as_str).collect();
    let styles = styles(c);
    crate::time::parse_exact(&text, &list, &culture(c), styles, Target::DateTime)?.to_offset(
        &text,
        styles,
        &clock(c.ctx),
    )
}
