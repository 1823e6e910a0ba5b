//! System.DateOnly and System.TimeOnly.

use super::{DateTime, Kind, TimeError, TimeSpan};

/// A date without time: days since 0001-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateOnly(i32);

impl DateOnly {
    pub const MIN: DateOnly = DateOnly(0);
    pub const MAX: DateOnly = DateOnly(3_652_058);

    pub fn from_ymd(year: i32, month: i32, day: i32) -> Result<DateOnly, TimeError> {
        super::stamp::day_number(year, month, day).map(DateOnly).ok_or(TimeError::BadDate)
    }

    /// `FromDayNumber`.
    pub fn from_day_number(n: i32) -> Result<DateOnly, TimeError> {
        if (0..=DateOnly::MAX.0).contains(&n) {
            Ok(DateOnly(n))
        } else {
            Err(TimeError::Argument(
                "Day number must be between 0 and DateOnly.MaxValue.DayNumber. (Parameter 'dayNumber')",
            ))
        }
    }

    pub fn from_datetime(d: DateTime) -> DateOnly {
        DateOnly((d.ticks() / TimeSpan::DAY) as i32)
    }

    pub fn day_number(self) -> i32 {
        self.0
    }

    /// `ToDateTime(time, kind)`.
    pub fn at(self, time: TimeOnly, kind: Kind) -> DateTime {
        DateTime::new(i64::from(self.0) * TimeSpan::DAY + time.ticks(), kind).unwrap_or(DateTime::MIN)
    }

    /// Midnight; year, month, day and the like are read there.
    pub fn midnight(self) -> DateTime {
        self.at(TimeOnly(0), Kind::Unspecified)
    }

    pub fn add_days(self, n: i32) -> Result<DateOnly, TimeError> {
        let v = self.0.checked_add(n).filter(|v| (0..=DateOnly::MAX.0).contains(v));
        v.map(DateOnly).ok_or(TimeError::Argument("Value to add was out of range. (Parameter 'value')"))
    }

    pub fn add_months(self, n: i32) -> Result<DateOnly, TimeError> {
        self.midnight().add_months(n).map(DateOnly::from_datetime)
    }

    pub fn add_years(self, n: i32) -> Result<DateOnly, TimeError> {
        self.midnight().add_years(n).map(DateOnly::from_datetime)
    }
}

/// A time of day in ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOnly(pub(super) i64);

impl TimeOnly {
    pub const MIN: TimeOnly = TimeOnly(0);
    pub const MAX: TimeOnly = TimeOnly(TimeSpan::DAY - 1);

    pub fn new(ticks: i64) -> Result<TimeOnly, TimeError> {
        if (0..TimeSpan::DAY).contains(&ticks) {
            Ok(TimeOnly(ticks))
        } else {
            Err(TimeError::Argument("Ticks must be between 0 and and TimeOnly.MaxValue.Ticks. (Parameter 'ticks')"))
        }
    }

    pub fn from_fields(hour: i32, minute: i32, second: i32, millis: i32) -> Result<TimeOnly, TimeError> {
        if !(0..24).contains(&hour)
            || !(0..60).contains(&minute)
            || !(0..60).contains(&second)
            || !(0..1000).contains(&millis)
        {
            return Err(TimeError::BadTime);
        }
        Ok(TimeOnly(
            (i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second)) * TimeSpan::SECOND
                + i64::from(millis) * TimeSpan::MILLISECOND,
        ))
    }

    pub fn from_datetime(d: DateTime) -> TimeOnly {
        TimeOnly(d.ticks() % TimeSpan::DAY)
    }

    pub fn ticks(self) -> i64 {
        self.0
    }

    /// On the first day of the calendar, where hour, minute and the like are read.
    pub fn on_first_day(self) -> DateTime {
        DateTime::new(self.0, Kind::Unspecified).unwrap_or(DateTime::MIN)
    }

    /// `Add`, wrapping around midnight; the second value tells how many days were passed.
    pub fn add(self, span: TimeSpan) -> (TimeOnly, i32) {
        let total = i128::from(self.0) + i128::from(span.0);
        let day = i128::from(TimeSpan::DAY);
        (TimeOnly(total.rem_euclid(day) as i64), total.div_euclid(day) as i32)
    }

    /// `IsBetween`: start inclusive, end exclusive, possibly over midnight.
    pub fn is_between(self, start: TimeOnly, end: TimeOnly) -> bool {
        if start <= end { self >= start && self < end } else { self >= start || self < end }
    }
}
