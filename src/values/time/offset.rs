//! System.DateTimeOffset.

use super::{DateTime, Kind, TimeError, TimeSpan, Zone};

/// A clock time with its distance from UTC. Equality and order look at the instant.
#[derive(Debug, Clone, Copy)]
pub struct DateTimeOffset {
    clock: DateTime,
    offset_minutes: i16,
}

impl DateTimeOffset {
    /// `new DateTimeOffset(clock, offset)`: whole minutes, within 14 hours, the instant within the calendar.
    pub fn new(clock: DateTime, offset: TimeSpan) -> Result<DateTimeOffset, TimeError> {
        if offset.0 % TimeSpan::MINUTE != 0 {
            return Err(TimeError::Argument("Offset must be specified in whole minutes. (Parameter 'offset')"));
        }
        if offset.0.abs() > 14 * TimeSpan::HOUR {
            return Err(TimeError::Argument("Offset must be within plus or minus 14 hours. (Parameter 'offset')"));
        }
        if DateTime::new(clock.ticks() - offset.0, Kind::Utc).is_err() {
            return Err(TimeError::Argument(
                "The UTC time represented when the offset is applied must be between year 0 and 10,000. (Parameter 'offset')",
            ));
        }
        Ok(DateTimeOffset {
            clock: clock.with_kind(Kind::Unspecified),
            offset_minutes: (offset.0 / TimeSpan::MINUTE) as i16,
        })
    }

    /// From a DateTime: UTC has offset zero, any other kind the local zone's.
    pub fn from_datetime(d: DateTime, local: &Zone) -> Result<DateTimeOffset, TimeError> {
        let offset = if d.kind() == Kind::Utc { TimeSpan::ZERO } else { local.offset_of_local(d) };
        DateTimeOffset::new(d, offset)
    }

    /// The clock time (`DateTime`).
    pub fn clock(self) -> DateTime {
        self.clock
    }

    pub fn offset(self) -> TimeSpan {
        TimeSpan(i64::from(self.offset_minutes) * TimeSpan::MINUTE)
    }

    /// `UtcDateTime`.
    pub fn utc(self) -> DateTime {
        DateTime::new(self.utc_ticks(), Kind::Utc).unwrap_or(DateTime::MIN)
    }

    /// `UtcTicks`.
    pub fn utc_ticks(self) -> i64 {
        self.clock.ticks() - self.offset().0
    }

    /// `LocalDateTime`.
    pub fn local(self, zone: &Zone) -> DateTime {
        self.utc().to_local(zone)
    }

    /// `ToOffset`.
    pub fn to_offset(self, offset: TimeSpan) -> Result<DateTimeOffset, TimeError> {
        let clock = DateTime::new(self.utc_ticks() + offset.0, Kind::Unspecified)
            .map_err(|_| TimeError::Unrepresentable("value"))?;
        DateTimeOffset::new(clock, offset)
    }

    /// The same with another clock time.
    pub fn with_clock(self, clock: DateTime) -> Result<DateTimeOffset, TimeError> {
        DateTimeOffset::new(clock, self.offset())
    }

    /// `ToUnixTimeMilliseconds`.
    pub fn unix_milliseconds(self) -> i64 {
        self.utc_ticks().div_euclid(10_000) - 62_135_596_800_000
    }

    /// `ToUnixTimeSeconds`.
    pub fn unix_seconds(self) -> i64 {
        self.utc_ticks().div_euclid(10_000_000) - 62_135_596_800
    }

    /// `FromUnixTimeMilliseconds`.
    pub fn from_unix_milliseconds(v: i64) -> Result<DateTimeOffset, TimeError> {
        let ticks = v.checked_add(62_135_596_800_000).and_then(|m| m.checked_mul(10_000)).filter(|t| *t >= 0);
        let d = ticks.and_then(|t| DateTime::new(t, Kind::Utc).ok());
        let d = d.ok_or(TimeError::Argument(
            "Valid values are between -62135596800000 and 253402300799999, inclusive. (Parameter 'milliseconds')",
        ))?;
        DateTimeOffset::new(d, TimeSpan::ZERO)
    }

    /// `FromUnixTimeSeconds`.
    pub fn from_unix_seconds(v: i64) -> Result<DateTimeOffset, TimeError> {
        let ticks = v.checked_add(62_135_596_800).and_then(|m| m.checked_mul(10_000_000)).filter(|t| *t >= 0);
        let d = ticks.and_then(|t| DateTime::new(t, Kind::Utc).ok());
        let d = d.ok_or(TimeError::Argument(
            "Valid values are between -62135596800 and 253402300799, inclusive. (Parameter 'seconds')",
        ))?;
        DateTimeOffset::new(d, TimeSpan::ZERO)
    }
}

impl PartialEq for DateTimeOffset {
    fn eq(&self, o: &DateTimeOffset) -> bool {
        self.utc_ticks() == o.utc_ticks()
    }
}

impl Eq for DateTimeOffset {}

impl PartialOrd for DateTimeOffset {
    fn partial_cmp(&self, o: &DateTimeOffset) -> Option<std::cmp::Ordering> {
        Some(self.cmp(o))
    }
}

impl Ord for DateTimeOffset {
    fn cmp(&self, o: &DateTimeOffset) -> std::cmp::Ordering {
        self.utc_ticks().cmp(&o.utc_ticks())
    }
}

impl std::hash::Hash for DateTimeOffset {
    fn hash<H: std::hash::Hasher>(&self, h: &mut H) {
        self.utc_ticks().hash(h);
    }
}
