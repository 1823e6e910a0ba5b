//! System.DateTime.

use super::{TimeError, TimeSpan, Zone};

/// `DateTimeKind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Unspecified = 0,
    Utc = 1,
    Local = 2,
}

/// Ticks of 100 ns since 0001-01-01 in the low 62 bits, the kind in the high two, as .NET packs it.
#[derive(Debug, Clone, Copy)]
pub struct DateTime(u64);

const TICKS_MASK: u64 = 0x3fff_ffff_ffff_ffff;
const DAY: i64 = 864_000_000_000;
const MAX_TICKS: i64 = 3_155_378_975_999_999_999;
const UNIX_EPOCH: i64 = 621_355_968_000_000_000;
const FILE_TIME_OFFSET: i64 = 504_911_232_000_000_000;
const OA_OFFSET: i64 = 599_264_352_000_000_000;

/// Days before each month, for common and leap years.
fn days_before(leap: bool) -> &'static [i32; 13] {
    if leap {
        &[0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335, 366]
    } else {
        &[0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365]
    }
}

impl DateTime {
    pub const MIN: DateTime = DateTime(0);
    pub const MAX: DateTime = DateTime(MAX_TICKS as u64);
    /// 1970-01-01 as UTC.
    pub const UNIX_EPOCH: DateTime = DateTime(UNIX_EPOCH as u64 | 1 << 62);

    /// `new DateTime(ticks, kind)`.
    pub fn new(ticks: i64, kind: Kind) -> Result<DateTime, TimeError> {
        if (0..=MAX_TICKS).contains(&ticks) {
            Ok(DateTime(ticks as u64 | (kind as u64) << 62))
        } else {
            Err(TimeError::TicksRange)
        }
    }

    fn clamped(ticks: i64, kind: Kind) -> DateTime {
        DateTime(ticks.clamp(0, MAX_TICKS) as u64 | (kind as u64) << 62)
    }

    /// The packed 64 bits (`ToBinary` without the zone arithmetic).
    pub fn to_bits(self) -> u64 {
        self.0
    }

    /// From the packed 64 bits.
    pub fn from_bits(bits: u64) -> DateTime {
        DateTime(bits)
    }

    /// Midnight of a date.
    pub fn from_ymd(year: i32, month: i32, day: i32) -> Result<DateTime, TimeError> {
        let ticks = i64::from(day_number(year, month, day).ok_or(TimeError::BadDate)?) * DAY;
        DateTime::new(ticks, Kind::Unspecified)
    }

    /// From all fields; `ticks` is the part below a second.
    pub fn from_fields(
        year: i32,
        month: i32,
        day: i32,
        hour: i32,
        minute: i32,
        second: i32,
        ticks: i64,
        kind: Kind,
    ) -> Result<DateTime, TimeError> {
        let date = DateTime::from_ymd(year, month, day)?;
        if !(0..24).contains(&hour) || !(0..60).contains(&minute) || !(0..60).contains(&second) {
            return Err(TimeError::BadTime);
        }
        let time = (i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second)) * 10_000_000 + ticks;
        DateTime::new(date.ticks() + time, kind)
    }

    pub fn ticks(self) -> i64 {
        (self.0 & TICKS_MASK) as i64
    }

    pub fn kind(self) -> Kind {
        match self.0 >> 62 {
            0 => Kind::Unspecified,
            1 => Kind::Utc,
            _ => Kind::Local,
        }
    }

    /// `DateTime.SpecifyKind`.
    pub fn with_kind(self, kind: Kind) -> DateTime {
        DateTime((self.0 & TICKS_MASK) | (kind as u64) << 62)
    }

    /// Year, month, day.
    pub fn ymd(self) -> (i32, i32, i32) {
        let mut n = (self.ticks() / DAY) as i32;
        let y400 = n / 146_097;
        n -= y400 * 146_097;
        let y100 = (n / 36_524).min(3);
        n -= y100 * 36_524;
        let y4 = n / 1461;
        n -= y4 * 1461;
        let y1 = (n / 365).min(3);
        n -= y1 * 365;
        let year = y400 * 400 + y100 * 100 + y4 * 4 + y1 + 1;
        let table = days_before(DateTime::is_leap_year(year));
        let month = table.iter().position(|d| *d > n).unwrap_or(12);
        (year, month as i32, n - table[month - 1] + 1)
    }

    pub fn year(self) -> i32 {
        self.ymd().0
    }

    pub fn month(self) -> i32 {
        self.ymd().1
    }

    pub fn day(self) -> i32 {
        self.ymd().2
    }

    pub fn hour(self) -> i32 {
        (self.ticks() / 36_000_000_000 % 24) as i32
    }

    pub fn minute(self) -> i32 {
        (self.ticks() / 600_000_000 % 60) as i32
    }

    pub fn second(self) -> i32 {
        (self.ticks() / 10_000_000 % 60) as i32
    }

    pub fn millisecond(self) -> i32 {
        (self.ticks() / 10_000 % 1000) as i32
    }

    pub fn microsecond(self) -> i32 {
        (self.ticks() / 10 % 1000) as i32
    }

    pub fn nanosecond(self) -> i32 {
        (self.ticks() % 10 * 100) as i32
    }

    /// Ticks below the second.
    pub fn fraction(self) -> i64 {
        self.ticks() % 10_000_000
    }

    /// 0 is Sunday.
    pub fn day_of_week(self) -> i32 {
        ((self.ticks() / DAY + 1) % 7) as i32
    }

    pub fn day_of_year(self) -> i32 {
        let (y, m, d) = self.ymd();
        days_before(DateTime::is_leap_year(y))[m as usize - 1] + d
    }

    /// Midnight of the same day, same kind.
    pub fn date(self) -> DateTime {
        DateTime::clamped(self.ticks() - self.ticks() % DAY, self.kind())
    }

    pub fn time_of_day(self) -> TimeSpan {
        TimeSpan(self.ticks() % DAY)
    }

    pub fn is_leap_year(year: i32) -> bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    /// `DateTime.DaysInMonth`; `None` outside of the calendar.
    pub fn days_in_month(year: i32, month: i32) -> Option<i32> {
        if !(1..=9999).contains(&year) || !(1..=12).contains(&month) {
            return None;
        }
        let t = days_before(DateTime::is_leap_year(year));
        Some(t[month as usize] - t[month as usize - 1])
    }

    /// `AddTicks`, `Add(TimeSpan)`.
    pub fn add_ticks(self, ticks: i64) -> Result<DateTime, TimeError> {
        self.ticks()
            .checked_add(ticks)
            .and_then(|t| DateTime::new(t, self.kind()).ok())
            .ok_or(TimeError::Unrepresentable("value"))
    }

    /// `Subtract(TimeSpan)`.
    pub fn sub_ticks(self, ticks: i64) -> Result<DateTime, TimeError> {
        self.ticks()
            .checked_sub(ticks)
            .and_then(|t| DateTime::new(t, self.kind()).ok())
            .ok_or(TimeError::Unrepresentable("value"))
    }

    /// `AddDays`, `AddHours`, ...: `unit` is the ticks of one.
    pub fn add_units(self, value: f64, unit: i64) -> Result<DateTime, TimeError> {
        let most = MAX_TICKS / unit;
        if value.is_nan() || value.abs() > most as f64 {
            return Err(TimeError::AddRange);
        }
        let whole = value.trunc();
        self.add_ticks(whole as i64 * unit + ((value - whole) * unit as f64) as i64)
    }

    pub fn add_days(self, v: f64) -> Result<DateTime, TimeError> {
        self.add_units(v, DAY)
    }

    pub fn add_hours(self, v: f64) -> Result<DateTime, TimeError> {
        self.add_units(v, 36_000_000_000)
    }

    pub fn add_minutes(self, v: f64) -> Result<DateTime, TimeError> {
        self.add_units(v, 600_000_000)
    }

    pub fn add_seconds(self, v: f64) -> Result<DateTime, TimeError> {
        self.add_units(v, 10_000_000)
    }

    pub fn add_milliseconds(self, v: f64) -> Result<DateTime, TimeError> {
        self.add_units(v, 10_000)
    }

    pub fn add_microseconds(self, v: f64) -> Result<DateTime, TimeError> {
        self.add_units(v, 10)
    }

    /// `AddMonths`; the day is cut to the month's last.
    pub fn add_months(self, months: i32) -> Result<DateTime, TimeError> {
        if !(-120_000..=120_000).contains(&months) {
            return Err(TimeError::MonthsRange);
        }
        self.shift_months(months).ok_or(TimeError::Unrepresentable("months"))
    }

    /// `AddYears`.
    pub fn add_years(self, years: i32) -> Result<DateTime, TimeError> {
        if !(-10_000..=10_000).contains(&years) {
            return Err(TimeError::Argument("Years value must be between +/-10000. (Parameter 'value')"));
        }
        self.shift_months(years * 12).ok_or(TimeError::Unrepresentable("value"))
    }

    fn shift_months(self, months: i32) -> Option<DateTime> {
        let (y, m, d) = self.ymd();
        let total = y * 12 + (m - 1) + months;
        let (y, m) = (total.div_euclid(12), total.rem_euclid(12) + 1);
        let d = d.min(DateTime::days_in_month(y, m)?);
        let date = DateTime::from_ymd(y, m, d).ok()?;
        Some(DateTime::clamped(date.ticks() + self.ticks() % DAY, self.kind()))
    }

    /// `ToUniversalTime`; an unspecified kind is taken as local.
    pub fn to_universal(self, local: &Zone) -> DateTime {
        match self.kind() {
            Kind::Utc => self,
            _ => DateTime::clamped(self.ticks() - local.offset_of_local(self).0, Kind::Utc),
        }
    }

    /// `ToLocalTime`; an unspecified kind is taken as UTC.
    pub fn to_local(self, local: &Zone) -> DateTime {
        match self.kind() {
            Kind::Local => self,
            _ => DateTime::clamped(self.ticks() + local.offset_of_utc(self).0, Kind::Local),
        }
    }

    /// `ToFileTimeUtc`.
    pub fn to_file_time_utc(self, local: &Zone) -> Result<i64, TimeError> {
        let utc = if self.kind() == Kind::Local { self.to_universal(local) } else { self };
        let v = utc.ticks() - FILE_TIME_OFFSET;
        if v < 0 { Err(TimeError::Argument("Not a valid Win32 FileTime.")) } else { Ok(v) }
    }

    /// `ToFileTime`.
    pub fn to_file_time(self, local: &Zone) -> Result<i64, TimeError> {
        self.to_universal(local).to_file_time_utc(local)
    }

    /// `FromFileTimeUtc`.
    pub fn from_file_time_utc(v: i64) -> Result<DateTime, TimeError> {
        if !(0..=MAX_TICKS - FILE_TIME_OFFSET).contains(&v) {
            return Err(TimeError::Argument("Not a valid Win32 FileTime. (Parameter 'fileTime')"));
        }
        DateTime::new(v + FILE_TIME_OFFSET, Kind::Utc)
    }

    /// `ToOADate`.
    pub fn to_oa_date(self) -> Result<f64, TimeError> {
        let mut v = self.ticks();
        if v == 0 {
            return Ok(0.0);
        }
        if v < DAY {
            v += OA_OFFSET;
        }
        if v < 31_241_376_000_000_000 {
            return Err(TimeError::Argument("Not a legal OleAut date."));
        }
        let mut ms = (v - OA_OFFSET) / 10_000;
        if ms < 0 {
            let frac = ms % 86_400_000;
            if frac != 0 {
                ms -= (86_400_000 + frac) * 2;
            }
        }
        Ok(ms as f64 / 86_400_000.0)
    }

    /// `FromOADate`.
    pub fn from_oa_date(d: f64) -> Result<DateTime, TimeError> {
        if !(d < 2_958_466.0 && d > -657_435.0) {
            return Err(TimeError::Argument("Not a legal OleAut date."));
        }
        let mut ms = (d * 86_400_000.0 + if d >= 0.0 { 0.5 } else { -0.5 }) as i64;
        if ms < 0 {
            ms -= (ms % 86_400_000) * 2;
        }
        DateTime::new(ms * 10_000 + OA_OFFSET, Kind::Unspecified)
    }

    /// `ToBinary`.
    pub fn to_binary(self, local: &Zone) -> i64 {
        if self.kind() != Kind::Local {
            return self.0 as i64;
        }
        let t = self.ticks() - local.offset_of_local(self).0;
        let t = if t < 0 { t + 0x4000_0000_0000_0000 } else { t };
        (t as u64 | 0x8000_0000_0000_0000) as i64
    }

    /// Seconds since 1970 and the nanoseconds below, of the ticks as they stand.
    pub fn unix_seconds(self) -> i64 {
        self.ticks() / 10_000_000 - UNIX_EPOCH / 10_000_000
    }

    /// From seconds since 1970 and nanoseconds.
    pub fn from_unix(seconds: i64, nanos: u32, kind: Kind) -> DateTime {
        DateTime::clamped(seconds.saturating_mul(10_000_000).saturating_add(UNIX_EPOCH) + i64::from(nanos) / 100, kind)
    }

    /// `Calendar.GetWeekOfYear` of the Gregorian calendar; `rule` is `CalendarWeekRule`, `first` the first day of the week.
    pub fn week_of_year(self, rule: u8, first: i32) -> i32 {
        let doy = self.day_of_year() - 1;
        let start = (self.day_of_week() - doy % 7 + 14) % 7;
        if rule == 0 {
            let offset = (start - first + 14) % 7;
            return (doy + offset) / 7 + 1;
        }
        let full_days = if rule == 1 { 7 } else { 4 };
        let mut offset = (first - start + 14) % 7;
        if offset != 0 && offset >= full_days {
            offset -= 7;
        }
        let day = doy - offset;
        if day >= 0 {
            return day / 7 + 1;
        }
        match self.date().sub_ticks(i64::from(doy + 1) * DAY) {
            Ok(last_year) => last_year.week_of_year(rule, first),
            Err(_) => 1,
        }
    }

    /// ISO 8601 week and its year (`ISOWeek`).
    pub fn iso_week(self) -> (i32, i32) {
        let dow = (self.day_of_week() + 6) % 7;
        let thursday = self.add_ticks(i64::from(3 - dow) * DAY).unwrap_or(self);
        (thursday.year(), (thursday.day_of_year() - 1) / 7 + 1)
    }
}

impl PartialEq for DateTime {
    fn eq(&self, o: &DateTime) -> bool {
        self.ticks() == o.ticks()
    }
}

impl Eq for DateTime {}

impl PartialOrd for DateTime {
    fn partial_cmp(&self, o: &DateTime) -> Option<std::cmp::Ordering> {
        Some(self.cmp(o))
    }
}

impl Ord for DateTime {
    fn cmp(&self, o: &DateTime) -> std::cmp::Ordering {
        self.ticks().cmp(&o.ticks())
    }
}

impl std::hash::Hash for DateTime {
    fn hash<H: std::hash::Hasher>(&self, h: &mut H) {
        self.ticks().hash(h);
    }
}

/// Days since 0001-01-01.
pub(super) fn day_number(year: i32, month: i32, day: i32) -> Option<i32> {
    if day < 1 || day > DateTime::days_in_month(year, month)? {
        return None;
    }
    let y = year - 1;
    Some(y * 365 + y / 4 - y / 100 + y / 400 + days_before(DateTime::is_leap_year(year))[month as usize - 1] + day - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_arithmetic() {
        let d = DateTime::from_fields(2024, 2, 29, 10, 30, 5, 1_234_567, Kind::Unspecified).unwrap();
        assert_eq!(
            (d.ymd(), d.hour(), d.minute(), d.second(), d.millisecond(), d.microsecond(), d.nanosecond()),
            ((2024, 2, 29), 10, 30, 5, 123, 456, 700)
        );
        assert_eq!((d.day_of_week(), d.day_of_year()), (4, 60));
        assert_eq!(d.add_years(1).unwrap().ymd(), (2025, 2, 28));
        assert_eq!(d.add_months(-1).unwrap().ymd(), (2024, 1, 29));
        assert_eq!(d.add_days(0.5).unwrap().hour(), 22);
        assert_eq!(d.add_days(1e9), Err(TimeError::AddRange));
        assert_eq!(DateTime::MAX.add_years(1), Err(TimeError::Unrepresentable("value")));
        let e = DateTime::from_ymd(2000, 12, 31).unwrap();
        assert_eq!(e.to_file_time_utc(&Zone::Utc), Ok(126_226_944_000_000_000));
        assert_eq!(DateTime::from_ymd(9999, 12, 31).unwrap().to_oa_date(), Ok(2_958_465.0));
        assert_eq!(e.iso_week(), (2000, 52));
        for n in [0, 365, 366, 730_000, 3_652_058] {
            let d = DateTime::new(n * DAY, Kind::Utc).unwrap();
            let (y, m, dd) = d.ymd();
            assert_eq!(day_number(y, m, dd), Some(n as i32));
        }
    }
}
