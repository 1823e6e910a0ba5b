//! System.TimeSpan.

use super::date_time::{span_of, time_error};
use super::formatting;
use crate::error::Result;
use crate::time::{TimeError, TimeSpan, parse_span, parse_span_exact};
use crate::types::{Call, TypeDef, fail};
use crate::value::Value;

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.TimeSpan",
    like: &[],
    members: &[
        ("new", |c| {
            let n = |at: usize| c.long(at);
            let micro = if c.count() == 6 { n(5) * 10 } else { 0 };
            checked(match c.count() {
                0 => Ok(TimeSpan::ZERO),
                1 => Ok(TimeSpan(n(0))),
                3 => TimeSpan::from_fields(0, n(0), n(1), n(2), 0),
                4 => TimeSpan::from_fields(n(0), n(1), n(2), n(3), 0),
                _ => TimeSpan::from_fields(n(0), n(1), n(2), n(3), n(4)).and_then(|s| s.add(TimeSpan(micro))),
            })
        }),
        ("::Zero", |_| Ok(value(TimeSpan::ZERO))),
        ("::MinValue", |_| Ok(value(TimeSpan::MIN))),
        ("::MaxValue", |_| Ok(value(TimeSpan::MAX))),
        ("::FromDays", |c| from(c, TimeSpan::DAY)),
        ("::FromHours", |c| from(c, TimeSpan::HOUR)),
        ("::FromMinutes", |c| from(c, TimeSpan::MINUTE)),
        ("::FromSeconds", |c| from(c, TimeSpan::SECOND)),
        ("::FromMilliseconds", |c| from(c, TimeSpan::MILLISECOND)),
        ("::FromMicroseconds", |c| from(c, 10)),
        ("::FromTicks", |c| Ok(Value::TimeSpan(c.long(0)))),
        ("::Compare", |c| Ok(Value::I32(c.long(0).cmp(&c.long(1)) as i32))),
        ("::Equals", |c| Ok(Value::Bool(super::object::equals(c.arg(0), c.arg(1))))),
        ("::Parse", |c| checked(read(c))),
        ("::TryParse", |c| {
            let out = c.count() - 1;
            let read = read(c);
            c.set_ref(out, value(read.clone().unwrap_or(TimeSpan::ZERO)))?;
            Ok(Value::Bool(read.is_ok()))
        }),
        ("::ParseExact", |c| checked(exact(c))),
        ("::TryParseExact", |c| {
            let out = c.count() - 1;
            let read = exact(c);
            c.set_ref(out, value(read.clone().unwrap_or(TimeSpan::ZERO)))?;
            Ok(Value::Bool(read.is_ok()))
        }),
        ("::op_Addition", |c| checked(span_of(c.arg(0)).add(span_of(c.arg(1))))),
        ("::op_Subtraction", |c| checked(span_of(c.arg(0)).sub(span_of(c.arg(1))))),
        ("::op_UnaryNegation", |c| checked(span_of(c.arg(0)).negate())),
        ("::op_Multiply", |c| {
            let span = usize::from(!matches!(c.arg(0).base(), Value::TimeSpan(_)));
            checked(span_of(c.arg(span)).multiply(c.float(1 - span)))
        }),
        ("::op_Division", |c| divide(span_of(c.arg(0)), c.arg(1))),
        ("::op_Equality", |c| Ok(Value::Bool(c.long(0) == c.long(1)))),
        ("::op_LessThan", |c| Ok(Value::Bool(c.long(0) < c.long(1)))),
        ("::op_GreaterThan", |c| Ok(Value::Bool(c.long(0) > c.long(1)))),
        ("Days", |c| Ok(Value::I32(own(c).days()))),
        ("Hours", |c| Ok(Value::I32(own(c).hours()))),
        ("Minutes", |c| Ok(Value::I32(own(c).minutes()))),
        ("Seconds", |c| Ok(Value::I32(own(c).seconds()))),
        ("Milliseconds", |c| Ok(Value::I32(own(c).milliseconds()))),
        ("Microseconds", |c| Ok(Value::I32(own(c).microseconds()))),
        ("Nanoseconds", |c| Ok(Value::I32(own(c).nanoseconds()))),
        ("Ticks", |c| Ok(Value::I64(own(c).0))),
        ("TotalDays", |c| Ok(Value::F64(own(c).total(TimeSpan::DAY)))),
        ("TotalHours", |c| Ok(Value::F64(own(c).total(TimeSpan::HOUR)))),
        ("TotalMinutes", |c| Ok(Value::F64(own(c).total(TimeSpan::MINUTE)))),
        ("TotalSeconds", |c| Ok(Value::F64(own(c).total(TimeSpan::SECOND)))),
        ("TotalMilliseconds", |c| Ok(Value::F64(own(c).total(TimeSpan::MILLISECOND)))),
        ("TotalMicroseconds", |c| Ok(Value::F64(own(c).total(10)))),
        ("TotalNanoseconds", |c| Ok(Value::F64(own(c).0 as f64 * 100.0))),
        ("Add", |c| checked(own(c).add(span_of(c.arg(0))))),
        ("Subtract", |c| checked(own(c).sub(span_of(c.arg(0))))),
        ("Negate", |c| checked(own(c).negate())),
        ("Duration", |c| checked(own(c).duration())),
        ("Multiply", |c| checked(own(c).multiply(c.float(0)))),
        ("Divide", |c| divide(own(c), &c.arg(0).clone())),
        ("ToString", |c| formatting::to_string(c)),
        ("CompareTo", |c| match c.arg(0).base() {
            Value::TimeSpan(n) => Ok(Value::I32(own(c).0.cmp(n) as i32)),
            Value::Null => Ok(Value::I32(1)),
            _ => fail::argument("Object must be of type TimeSpan.", "").throw(),
        }),
    ],
}];

fn own(c: &Call<'_>) -> TimeSpan {
    span_of(c.this)
}

fn value(s: TimeSpan) -> Value {
    Value::TimeSpan(s.0)
}

fn checked(outcome: std::result::Result<TimeSpan, TimeError>) -> Result {
    outcome.map(value).or_else(|e| time_error(&e).throw())
}

fn divide(span: TimeSpan, by: &Value) -> Result {
    match by.base() {
        Value::TimeSpan(n) => Ok(Value::F64(span.0 as f64 / *n as f64)),
        Value::F64(n) => checked(span.divide(*n)),
        other => checked(span.divide(other.as_i64().unwrap_or(0) as f64)),
    }
}

/// `FromSeconds(double)` and the overloads with whole numbers, each parameter a unit smaller.
fn from(c: &mut Call<'_>, unit: i64) -> Result {
    if let Value::F64(n) = c.arg(0).base() {
        return checked(TimeSpan::from_units(*n, unit));
    }
    let units = [TimeSpan::DAY, TimeSpan::HOUR, TimeSpan::MINUTE, TimeSpan::SECOND, TimeSpan::MILLISECOND, 10];
    let first = units.iter().position(|u| *u == unit).unwrap_or(0);
    let total: i128 =
        (0..c.count()).zip(&units[first..]).map(|(at, unit)| i128::from(c.long(at)) * i128::from(*unit)).sum();
    checked(i64::try_from(total).map(TimeSpan).map_err(|_| TimeError::SpanOverflow))
}

fn culture(c: &Call<'_>) -> std::sync::Arc<crate::culture::Culture> {
    match c.place("formatProvider").or_else(|| c.place("provider")) {
        Some(at) => c.provider(at),
        None => c.culture(),
    }
}

fn read(c: &Call<'_>) -> std::result::Result<TimeSpan, TimeError> {
    parse_span(&c.str(0), &culture(c).number)
}

fn exact(c: &Call<'_>) -> std::result::Result<TimeSpan, TimeError> {
    let negative = c.named_int("styles").unwrap_or(0) & 1 != 0;
    let culture = culture(c);
    let mut outcome = Err(TimeError::Format);
    for format in super::date_time::formats(c) {
        outcome = parse_span_exact(&c.str(0), &format, &culture.number, negative);
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}
