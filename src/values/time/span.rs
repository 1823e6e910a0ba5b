//! System.TimeSpan.

use super::TimeError;

/// A length of time in ticks of 100 ns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct TimeSpan(pub i64);

impl TimeSpan {
    pub const ZERO: TimeSpan = TimeSpan(0);
    pub const MIN: TimeSpan = TimeSpan(i64::MIN);
    pub const MAX: TimeSpan = TimeSpan(i64::MAX);
    pub const DAY: i64 = 864_000_000_000;
    pub const HOUR: i64 = 36_000_000_000;
    pub const MINUTE: i64 = 600_000_000;
    pub const SECOND: i64 = 10_000_000;
    pub const MILLISECOND: i64 = 10_000;

    /// `new TimeSpan(days, hours, minutes, seconds, milliseconds)`.
    pub fn from_fields(days: i64, hours: i64, minutes: i64, seconds: i64, millis: i64) -> Result<TimeSpan, TimeError> {
        let total = i128::from(days) * i128::from(TimeSpan::DAY)
            + i128::from(hours) * i128::from(TimeSpan::HOUR)
            + i128::from(minutes) * i128::from(TimeSpan::MINUTE)
            + i128::from(seconds) * i128::from(TimeSpan::SECOND)
            + i128::from(millis) * i128::from(TimeSpan::MILLISECOND);
        i64::try_from(total)
            .map(TimeSpan)
            .map_err(|_| TimeError::Argument("TimeSpan overflowed because the duration is too long."))
    }

    /// `FromDays` and its kin with a Double.
    pub fn from_units(value: f64, unit: i64) -> Result<TimeSpan, TimeError> {
        if value.is_nan() {
            return Err(TimeError::SpanNan);
        }
        let ticks = value * unit as f64;
        if !(-9_223_372_036_854_775_808.0..=9_223_372_036_854_775_807.0).contains(&ticks) {
            return Err(TimeError::SpanOverflow);
        }
        Ok(TimeSpan(ticks as i64))
    }

    pub fn days(self) -> i32 {
        (self.0 / TimeSpan::DAY) as i32
    }

    pub fn hours(self) -> i32 {
        (self.0 / TimeSpan::HOUR % 24) as i32
    }

    pub fn minutes(self) -> i32 {
        (self.0 / TimeSpan::MINUTE % 60) as i32
    }

    pub fn seconds(self) -> i32 {
        (self.0 / TimeSpan::SECOND % 60) as i32
    }

    pub fn milliseconds(self) -> i32 {
        (self.0 / TimeSpan::MILLISECOND % 1000) as i32
    }

    pub fn microseconds(self) -> i32 {
        (self.0 / 10 % 1000) as i32
    }

    pub fn nanoseconds(self) -> i32 {
        (self.0 % 10 * 100) as i32
    }

    /// `TotalDays`, `TotalHours`, ...: `unit` is the ticks of one. Milliseconds are kept within their range as in .NET.
    pub fn total(self, unit: i64) -> f64 {
        let v = self.0 as f64 / unit as f64;
        if unit == TimeSpan::MILLISECOND { v.clamp(-922_337_203_685_477.0, 922_337_203_685_477.0) } else { v }
    }

    pub fn add(self, o: TimeSpan) -> Result<TimeSpan, TimeError> {
        self.0.checked_add(o.0).map(TimeSpan).ok_or(TimeError::SpanOverflow)
    }

    pub fn sub(self, o: TimeSpan) -> Result<TimeSpan, TimeError> {
        self.0.checked_sub(o.0).map(TimeSpan).ok_or(TimeError::SpanOverflow)
    }

    /// `Negate`.
    pub fn negate(self) -> Result<TimeSpan, TimeError> {
        self.0
            .checked_neg()
            .map(TimeSpan)
            .ok_or(TimeError::Argument("Negating the minimum value of a twos complement number is invalid."))
    }

    /// `Duration`.
    pub fn duration(self) -> Result<TimeSpan, TimeError> {
        self.0.checked_abs().map(TimeSpan).ok_or(TimeError::Argument("The duration cannot be returned for TimeSpan.MinValue because the absolute value of TimeSpan.MinValue exceeds the value of TimeSpan.MaxValue."))
    }

    /// Multiplication by a Double, rounded to the nearest tick.
    pub fn multiply(self, factor: f64) -> Result<TimeSpan, TimeError> {
        if factor.is_nan() {
            return Err(TimeError::SpanNan);
        }
        TimeSpan::from_units((self.0 as f64 * factor).round_ties_even(), 1)
    }

    /// Division by a Double, rounded to the nearest tick.
    pub fn divide(self, divisor: f64) -> Result<TimeSpan, TimeError> {
        if divisor.is_nan() {
            return Err(TimeError::SpanNan);
        }
        TimeSpan::from_units((self.0 as f64 / divisor).round_ties_even(), 1)
    }
}
