//! System.Globalization.Calendar and its kin: those that count Gregorian days under other years and eras, and ISOWeek.

use crate::error::{Exception, Result};
use crate::time::{DateTime, Kind};
use crate::types::system::date_time::{of, time_error, value};
use crate::types::system::enumeration;
use crate::types::{Call, State, TypeDef, TypeRef, fail, hold};
use crate::value::Value;

/// A calendar: what its years differ by from the Gregorian ones, its eras (first day, year before its first) newest first.
#[derive(Clone)]
struct Calendar {
    kind: i64,
    two_digit_max: i32,
}

impl State for Calendar {}

/// First days of eras with their number, oldest last: year, month, day, era.
const JAPANESE: [(i32, i32, i32, i32); 5] =
    [(2019, 5, 1, 5), (1989, 1, 8, 4), (1926, 12, 25, 3), (1912, 7, 30, 2), (1868, 1, 1, 1)];

/// What is added to a Gregorian year.
fn shift(name: &str) -> i32 {
    match name {
        "KoreanCalendar" => 2333,
        "ThaiBuddhistCalendar" => 543,
        "TaiwanCalendar" => -1911,
        _ => 0,
    }
}

fn simple(ty: TypeRef) -> &'static str {
    ty.name().rsplit('.').next().unwrap_or_default()
}

/// The calendar's own first day.
fn earliest(ty: TypeRef) -> DateTime {
    let (year, month, day) = match simple(ty) {
        "JapaneseCalendar" => (1868, 9, 8),
        "TaiwanCalendar" => (1912, 1, 1),
        _ => (1, 1, 1),
    };
    DateTime::from_ymd(year, month, day).unwrap_or(DateTime::MIN)
}

/// A new calendar of a type.
pub fn make(ty: TypeRef) -> Value {
    let two_digit_max = match simple(ty) {
        "JapaneseCalendar" | "TaiwanCalendar" => 99,
        "KoreanCalendar" => 4362,
        "ThaiBuddhistCalendar" => 2572,
        _ => 2049,
    };
    hold(ty, Calendar { kind: 1, two_digit_max })
}

/// The calendar that cultures have here.
pub fn gregorian() -> Value {
    make(TypeRef::find("System.Globalization.GregorianCalendar").unwrap_or(TypeRef::OBJECT))
}

fn ty(c: &Call<'_>) -> TypeRef {
    c.this.type_ref().unwrap_or(TypeRef::OBJECT)
}

/// The date argument, within what the calendar knows.
fn date(c: &Call<'_>) -> Result<DateTime> {
    let given = of(c.arg(0));
    let first = earliest(ty(c));
    if given.ticks() < first.ticks() {
        let (year, month, day) = first.ymd();
        return fail::range(
            format!("Specified time is not supported in this calendar. It should be between {month:02}/{day:02}/{year:04} 00:00:00 (Gregorian date) and 12/31/9999 23:59:59 (Gregorian date), inclusive."),
            "time",
        )
        .throw();
    }
    Ok(given)
}

fn era_of(date: DateTime) -> (i32, i32) {
    let found = JAPANESE.iter().find(|(y, m, d, _)| date.ymd() >= (*y, *m, *d));
    found.map_or((1868, 1), |(y, _, _, era)| (*y, *era))
}

fn year_of(ty: TypeRef, date: DateTime) -> i32 {
    match simple(ty) {
        "JapaneseCalendar" => date.year() - era_of(date).0 + 1,
        name => date.year() + shift(name),
    }
}

/// A year of the calendar as a Gregorian one.
fn gregorian_year(c: &Call<'_>, year: i32) -> Result<i32> {
    let name = simple(ty(c));
    let made = if name == "JapaneseCalendar" {
        let era = c.named_int("era").filter(|e| *e != 0).unwrap_or(5) as i32;
        let first = JAPANESE.iter().find(|e| e.3 == era);
        match first {
            Some(first) => year + first.0 - 1,
            None => return fail::range("Era value was not valid.", "era").throw(),
        }
    } else {
        year - shift(name)
    };
    if !(1..=9999).contains(&made) {
        let (low, high) = (1 + shift(name), 9999 + shift(name));
        return fail::range(format!("Valid values are between {low} and {high}, inclusive."), "year").throw();
    }
    Ok(made)
}

fn days_in_month(c: &Call<'_>) -> Result<i32> {
    let year = gregorian_year(c, c.int(0))?;
    match DateTime::days_in_month(year, c.int(1)) {
        Some(days) => Ok(days),
        None => fail::range("Month must be between one and twelve.", "month").throw(),
    }
}

fn moved(c: &Call<'_>, how: impl Fn(DateTime) -> std::result::Result<DateTime, crate::time::TimeError>) -> Result {
    how(date(c)?).map(value).or_else(|e| time_error(&e).throw())
}

fn make_date(c: &Call<'_>) -> Result {
    let year = gregorian_year(c, c.int(0))?;
    let bad = |e: crate::time::TimeError| -> Result<DateTime> { time_error(&e).throw() };
    let made = DateTime::from_ymd(year, c.int(1), c.int(2)).or_else(bad)?;
    let seconds = i64::from(c.int(3)) * 3600 + i64::from(c.int(4)) * 60 + i64::from(c.int(5));
    let made = made.add_ticks((seconds * 1000 + i64::from(c.int(6))) * 10_000).or_else(bad)?;
    Ok(value(made.with_kind(Kind::Unspecified)))
}

fn four_digits(c: &Call<'_>) -> Result<i32> {
    let (year, most) = (c.int(0), c.with(|i: &mut Calendar| i.two_digit_max)?);
    if year < 0 {
        return fail::range("Non-negative number required.", "year").throw();
    }
    if year >= 100 || simple(ty(c)) == "JapaneseCalendar" || simple(ty(c)) == "TaiwanCalendar" {
        return Ok(year);
    }
    let century = most / 100 - i32::from(year > most % 100);
    Ok(century * 100 + year)
}

fn is_leap(c: &Call<'_>) -> Result<bool> {
    Ok(DateTime::is_leap_year(gregorian_year(c, c.int(0))?))
}

const MEMBERS: &[(&str, crate::types::Behaviour)] = &[
    ("new", |c| {
        let made = make(c.ty);
        if let (Some(kind), Some(held)) = (c.named_int("type"), made.as_foreign::<crate::types::Held<Calendar>>()) {
            held.lock().kind = kind;
        }
        Ok(made)
    }),
    ("AlgorithmType", |_| Ok(enumeration::make("System.Globalization.CalendarAlgorithmType", 1))),
    ("CalendarType", |c| {
        let kind = c.with(|i: &mut Calendar| i.kind)?;
        Ok(enumeration::make("System.Globalization.GregorianCalendarTypes", kind))
    }),
    ("CalendarType=", |c| {
        let kind = c.long(0);
        c.with(|i: &mut Calendar| i.kind = kind)?;
        Ok(Value::Void)
    }),
    ("Eras", |c| {
        let eras: Vec<Value> = match simple(ty(c)) {
            "JapaneseCalendar" => JAPANESE.iter().map(|e| Value::I32(e.3)).collect(),
            _ => vec![Value::I32(1)],
        };
        Ok(Value::typed_array(TypeRef::INT32, eras))
    }),
    ("IsReadOnly", |_| Ok(Value::Bool(false))),
    ("MinSupportedDateTime", |c| Ok(value(earliest(ty(c))))),
    ("MaxSupportedDateTime", |_| Ok(value(DateTime::MAX))),
    ("TwoDigitYearMax", |c| c.with(|i: &mut Calendar| Value::I32(i.two_digit_max))),
    ("TwoDigitYearMax=", |c| {
        let most = c.int(0);
        c.with(|i: &mut Calendar| i.two_digit_max = most)?;
        Ok(Value::Void)
    }),
    ("Clone", |c| c.with(|i: &mut Calendar| i.clone()).map(|state| hold(ty(c), state))),
    ("AddDays", |c| moved(c, |d| d.add_days(f64::from(c.int(1))))),
    ("AddHours", |c| moved(c, |d| d.add_hours(f64::from(c.int(1))))),
    ("AddMilliseconds", |c| moved(c, |d| d.add_milliseconds(c.float(1)))),
    ("AddMinutes", |c| moved(c, |d| d.add_minutes(f64::from(c.int(1))))),
    ("AddMonths", |c| moved(c, |d| d.add_months(c.int(1)))),
    ("AddSeconds", |c| moved(c, |d| d.add_seconds(f64::from(c.int(1))))),
    ("AddWeeks", |c| moved(c, |d| d.add_days(f64::from(c.int(1)) * 7.0))),
    ("AddYears", |c| moved(c, |d| d.add_years(c.int(1)))),
    ("GetDayOfMonth", |c| Ok(Value::I32(date(c)?.day()))),
    ("GetDayOfWeek", |c| Ok(enumeration::make("System.DayOfWeek", i64::from(date(c)?.day_of_week())))),
    ("GetDayOfYear", |c| Ok(Value::I32(date(c)?.day_of_year()))),
    ("GetDaysInMonth", |c| Ok(Value::I32(days_in_month(c)?))),
    ("GetDaysInYear", |c| Ok(Value::I32(if is_leap(c)? { 366 } else { 365 }))),
    ("GetEra", |c| {
        let given = date(c)?;
        Ok(Value::I32(if simple(ty(c)) == "JapaneseCalendar" { era_of(given).1 } else { 1 }))
    }),
    ("GetHour", |c| Ok(Value::I32(of(c.arg(0)).hour()))),
    ("GetMinute", |c| Ok(Value::I32(of(c.arg(0)).minute()))),
    ("GetSecond", |c| Ok(Value::I32(of(c.arg(0)).second()))),
    ("GetMilliseconds", |c| Ok(Value::F64(f64::from(of(c.arg(0)).millisecond())))),
    ("GetLeapMonth", |_| Ok(Value::I32(0))),
    ("GetMonth", |c| Ok(Value::I32(date(c)?.month()))),
    ("GetMonthsInYear", |_| Ok(Value::I32(12))),
    ("GetWeekOfYear", |c| {
        let (rule, first) = (c.long(1), c.long(2));
        if !(0..=6).contains(&first) {
            return fail::range("Valid values are between Sunday and Saturday, inclusive.", "firstDayOfWeek").throw();
        }
        if !(0..=2).contains(&rule) {
            return fail::range("Valid values are between FirstDay and FirstFourDayWeek, inclusive.", "rule").throw();
        }
        Ok(Value::I32(date(c)?.week_of_year(rule as u8, first as i32)))
    }),
    ("GetYear", |c| Ok(Value::I32(year_of(ty(c), date(c)?)))),
    ("IsLeapDay", |c| {
        let is = is_leap(c)? && c.int(1) == 2 && c.int(2) == 29;
        Ok(Value::Bool(is))
    }),
    ("IsLeapMonth", |_| Ok(Value::Bool(false))),
    ("IsLeapYear", |c| Ok(Value::Bool(is_leap(c)?))),
    ("ToDateTime", |c| make_date(c)),
    ("ToFourDigitYear", |c| Ok(Value::I32(four_digits(c)?))),
];

/// A date of an ISO week.
fn of_week(year: i32, week: i32, day: i64) -> std::result::Result<DateTime, Exception> {
    let bad = |e: crate::time::TimeError| time_error(&e);
    let fourth = DateTime::from_ymd(year, 1, 4).map_err(bad)?;
    let monday = (fourth.day_of_week() + 6) % 7;
    let days = (week - 1) * 7 + ((day + 6) % 7) as i32 - monday;
    fourth.add_days(f64::from(days)).map_err(bad)
}

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Globalization.Calendar", like: &[], members: MEMBERS },
    TypeDef {
        name: "System.Globalization.ISOWeek",
        like: &[],
        members: &[
            ("::GetWeekOfYear", |c| Ok(Value::I32(of(c.arg(0)).iso_week().1))),
            ("::GetYear", |c| Ok(Value::I32(of(c.arg(0)).iso_week().0))),
            ("::GetWeeksInYear", |c| {
                let last = DateTime::from_ymd(c.int(0), 12, 28).or_else(|e| time_error(&e).throw())?;
                Ok(Value::I32(last.iso_week().1))
            }),
            ("::GetYearStart", |c| of_week(c.int(0), 1, 1).map(value).or_else(|e| e.throw())),
            ("::GetYearEnd", |c| {
                let next = of_week(c.int(0) + 1, 1, 1).and_then(|d| d.add_days(-1.0).map_err(|e| time_error(&e)));
                next.map(value).or_else(|e| e.throw())
            }),
            ("::ToDateTime", |c| of_week(c.int(0), c.int(1), c.long(2)).map(value).or_else(|e| e.throw())),
        ],
    },
];
