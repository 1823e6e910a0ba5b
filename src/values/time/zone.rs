//! Time zones by IANA and Windows ids (`TimeZoneInfo`).

use std::cell::RefCell;

use super::rules::{Clocks, Distance, Rules};
use super::{DateTime, Kind, TimeError, TimeSpan};

/// CLDR's windowsZones: Windows id, IANA id of the main territory.
static WINDOWS: &str = include_str!("windows.tsv");
/// IANA id, Windows id, standard name, daylight name, city (English).
static NAMES: &str = include_str!("zones.tsv");

/// `TimeZoneNotFoundException`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("The time zone ID '{0}' was not found on the local computer.")]
pub struct ZoneNotFound(pub String);

thread_local! {
    /// The zone that was asked for last, by the id that was asked for.
    static LAST: RefCell<Option<(String, Zone)>> = const { RefCell::new(None) };
}

/// A time zone.
#[derive(Debug, Clone, PartialEq)]
pub enum Zone {
    Utc,
    /// A zone of the tz database; the id is kept as it was asked for (`Korea Standard Time` stays).
    Named(Rules, String),
    /// A made zone (`CreateCustomTimeZone`): id and offset.
    Fixed(String, TimeSpan),
}

impl Zone {
    /// `FindSystemTimeZoneById`: IANA ids and Windows ids, ignoring case.
    pub fn find(id: &str) -> Result<Zone, ZoneNotFound> {
        if id.eq_ignore_ascii_case("UTC") {
            return Ok(Zone::Utc);
        }
        // Nearly always the session's own zone is asked for.
        let known = LAST.with_borrow(|last| last.as_ref().filter(|(name, _)| name == id).map(|(_, zone)| zone.clone()));
        if let Some(zone) = known {
            return Ok(zone);
        }
        let found = Zone::look_up(id)?;
        LAST.set(Some((id.to_string(), found.clone())));
        Ok(found)
    }

    fn look_up(id: &str) -> Result<Zone, ZoneNotFound> {
        if let Some(tz) = Rules::find(id) {
            return Ok(Zone::Named(tz, tz.name().to_string()));
        }
        match windows_to_iana(id).and_then(|(win, iana)| Some((win, Rules::find(iana)?))) {
            Some((win, tz)) => Ok(Zone::Named(tz, win.to_string())),
            None => Err(ZoneNotFound(id.to_string())),
        }
    }

    /// The machine's zone: `TZ`, else the system's setting, else UTC. For the owner of the session; nothing here calls it.
    pub fn system() -> Zone {
        let tz = std::env::var("TZ").ok().map(|t| t.trim_start_matches(':').to_string()).filter(|t| !t.is_empty());
        tz.or_else(|| iana_time_zone::get_timezone().ok()).and_then(|id| Zone::find(&id).ok()).unwrap_or(Zone::Utc)
    }

    /// All ids (`GetSystemTimeZones`), sorted by offset, then id.
    pub fn all() -> Vec<Zone> {
        let mut v: Vec<Zone> = NAMES
            .lines()
            .filter_map(|l| l.split('\t').next())
            .filter(|id| !id.starts_with("Etc/") || *id == "Etc/UTC")
            .filter_map(|id| Zone::find(id).ok())
            .collect();
        v.sort_by(|a, b| a.base_offset().cmp(&b.base_offset()).then_with(|| a.id().cmp(b.id())));
        v
    }

    /// `Id`.
    pub fn id(&self) -> &str {
        match self {
            Zone::Utc => "UTC",
            Zone::Named(_, id) | Zone::Fixed(id, _) => id,
        }
    }

    /// `HasIanaId`.
    pub fn has_iana_id(&self) -> bool {
        match self {
            Zone::Utc => true,
            Zone::Named(tz, id) => tz.name() == id,
            Zone::Fixed(..) => false,
        }
    }

    /// Distance from UTC at an instant given in UTC (whatever its kind says).
    pub fn offset_of_utc(&self, utc: DateTime) -> TimeSpan {
        match self {
            Zone::Utc => TimeSpan::ZERO,
            Zone::Fixed(_, o) => *o,
            Zone::Named(tz, _) => minutes(tz.at(utc.unix_seconds())),
        }
    }

    /// Distance from UTC of a clock time in this zone; doubtful times count as standard time.
    pub fn offset_of_local(&self, clock: DateTime) -> TimeSpan {
        match self {
            Zone::Utc => TimeSpan::ZERO,
            Zone::Fixed(_, o) => *o,
            Zone::Named(tz, _) => match tz.of_clock(clock.unix_seconds()) {
                Clocks::Once(distance) => minutes(distance),
                Clocks::Twice(first, second) => minutes(if first.is_daylight { second } else { first }),
                Clocks::Never => self.offset_of_utc(clock.sub_ticks(3 * TimeSpan::HOUR).unwrap_or(clock)),
            },
        }
    }

    /// `BaseUtcOffset`: standard time as of the end of the tz data's present rules.
    pub fn base_offset(&self) -> TimeSpan {
        match self {
            Zone::Utc => TimeSpan::ZERO,
            Zone::Fixed(_, o) => *o,
            Zone::Named(tz, _) => {
                TimeSpan(i64::from(tz.standard_at(in_year(2025, 1).unix_seconds())) * TimeSpan::SECOND)
            }
        }
    }

    /// `IsDaylightSavingTime` of a clock time in this zone.
    pub fn is_daylight(&self, clock: DateTime) -> bool {
        match self {
            Zone::Named(tz, _) => {
                matches!(tz.of_clock(clock.unix_seconds()), Clocks::Once(distance) if distance.is_daylight)
            }
            _ => false,
        }
    }

    /// `IsAmbiguousTime`.
    pub fn is_ambiguous(&self, clock: DateTime) -> bool {
        matches!(self, Zone::Named(tz, _) if matches!(tz.of_clock(clock.unix_seconds()), Clocks::Twice(..)))
    }

    /// `IsInvalidTime`: a clock time that the change to daylight saving skips.
    pub fn is_invalid(&self, clock: DateTime) -> bool {
        matches!(self, Zone::Named(tz, _) if tz.of_clock(clock.unix_seconds()) == Clocks::Never)
    }

    /// `SupportsDaylightSavingTime`: whether the zone ever had it since 1970.
    pub fn supports_daylight(&self) -> bool {
        let Zone::Named(tz, _) = self else { return false };
        (1970..2038).any(|year| [1, 4, 7, 10].iter().any(|m| tz.at(in_year(year, *m).unix_seconds()).is_daylight))
    }

    fn names(&self) -> Option<Vec<&'static str>> {
        let Zone::Named(tz, _) = self else { return None };
        NAMES.lines().map(|l| l.split('\t').collect::<Vec<_>>()).find(|f| f[0] == tz.name())
    }

    /// `StandardName` in English.
    pub fn standard_name(&self) -> String {
        match self {
            Zone::Utc => "Coordinated Universal Time".into(),
            _ => self.name_column(2).unwrap_or_else(|| self.id().to_string()),
        }
    }

    /// `DaylightName` in English.
    pub fn daylight_name(&self) -> String {
        match self {
            Zone::Utc => "Coordinated Universal Time".into(),
            _ => self.name_column(3).unwrap_or_else(|| self.standard_name()),
        }
    }

    fn name_column(&self, i: usize) -> Option<String> {
        self.names().and_then(|f| f.get(i).map(|s| s.to_string())).filter(|s| !s.is_empty())
    }

    /// `DisplayName`: offset, standard name, city.
    pub fn display_name(&self) -> String {
        let o = self.base_offset().0;
        let m = o.abs() / TimeSpan::MINUTE;
        let shift = if o == 0 {
            "UTC".to_string()
        } else {
            format!("UTC{}{:02}:{:02}", if o < 0 { '-' } else { '+' }, m / 60, m % 60)
        };
        match self {
            Zone::Utc => format!("({shift}) Coordinated Universal Time"),
            Zone::Fixed(id, _) => format!("({shift}) {id}"),
            Zone::Named(tz, _) => {
                let city =
                    self.name_column(4).unwrap_or_else(|| tz.name().rsplit('/').next().unwrap_or("").replace('_', " "));
                format!("({shift}) {} ({city})", self.standard_name())
            }
        }
    }

    /// `ConvertTimeFromUtc`: refuses a local time.
    pub fn from_utc(&self, utc: DateTime) -> Result<DateTime, TimeError> {
        let kind = if matches!(self, Zone::Utc) { Kind::Utc } else { Kind::Unspecified };
        DateTime::new(utc.ticks() + self.offset_of_utc(utc).0, kind).map_err(|_| TimeError::TicksRange)
    }

    /// The instant of a clock time, the first one where the clocks show it twice; none where they skip it.
    pub fn first_utc(&self, clock: DateTime) -> Option<DateTime> {
        let ahead = match self {
            Zone::Named(tz, _) => match tz.of_clock(clock.unix_seconds()) {
                Clocks::Once(distance) | Clocks::Twice(distance, _) => minutes(distance),
                Clocks::Never => return None,
            },
            _ => self.offset_of_local(clock),
        };
        DateTime::new(clock.ticks() - ahead.0, Kind::Utc).ok()
    }

    /// `ConvertTimeToUtc` of a clock time in this zone.
    pub fn to_utc(&self, clock: DateTime) -> Result<DateTime, TimeError> {
        if self.is_invalid(clock) {
            return Err(TimeError::Argument(
                "The supplied DateTime represents an invalid time.  For example, when the clock is adjusted forward, any time in the period that is skipped is invalid. (Parameter 'dateTime')",
            ));
        }
        DateTime::new(clock.ticks() - self.offset_of_local(clock).0, Kind::Utc).map_err(|_| TimeError::TicksRange)
    }
}

/// The table's spelling of a Windows id and its IANA id (`TryConvertWindowsIdToIanaId`).
pub(super) fn windows_to_iana(id: &str) -> Option<(&'static str, &'static str)> {
    WINDOWS.lines().filter_map(|l| l.split_once('\t')).find(|(w, _)| w.eq_ignore_ascii_case(id))
}

impl Zone {
    /// `TryConvertWindowsIdToIanaId`.
    pub fn iana_of_windows(id: &str) -> Option<&'static str> {
        windows_to_iana(id).map(|(_, i)| i)
    }

    /// `TryConvertIanaIdToWindowsId`.
    pub fn windows_of_iana(id: &str) -> Option<&'static str> {
        NAMES
            .lines()
            .map(|l| l.split('\t'))
            .find_map(|mut f| (f.next().is_some_and(|n| n.eq_ignore_ascii_case(id))).then(|| f.next()).flatten())
            .filter(|s| !s.is_empty())
    }
}

/// .NET keeps whole minutes only; local mean time of old days is cut.
fn minutes(distance: Distance) -> TimeSpan {
    TimeSpan(i64::from(distance.seconds / 60) * TimeSpan::MINUTE)
}

/// The first instant of a month.
fn in_year(year: i32, month: i32) -> DateTime {
    DateTime::from_ymd(year, month, 1).unwrap_or(DateTime::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conversion() {
        let seoul = Zone::find("asia/seoul").unwrap();
        let korea = Zone::find("Korea Standard Time").unwrap();
        let d = DateTime::from_ymd(2024, 7, 1).unwrap();
        assert_eq!(seoul.from_utc(d).unwrap().hour(), 9);
        assert_eq!(korea.from_utc(d).unwrap().hour(), 9);
        assert_eq!(korea.id(), "Korea Standard Time");
        assert_eq!(seoul.display_name(), "(UTC+09:00) Korean Standard Time (Seoul)");
        let berlin = Zone::find("Europe/Berlin").unwrap();
        assert_eq!(
            berlin.from_utc(DateTime::from_fields(2024, 1, 1, 12, 0, 0, 0, Kind::Utc).unwrap()).unwrap().hour(),
            13
        );
        assert!(berlin.is_daylight(d) && berlin.supports_daylight());
        assert_eq!(berlin.base_offset(), TimeSpan(TimeSpan::HOUR));
        let gap = DateTime::from_fields(2024, 3, 31, 2, 30, 0, 0, Kind::Unspecified).unwrap();
        assert!(berlin.is_invalid(gap));
        assert_eq!(
            Zone::find("No/Where").unwrap_err().to_string(),
            "The time zone ID 'No/Where' was not found on the local computer."
        );
        assert_eq!(Zone::windows_of_iana("Asia/Seoul"), Some("Korea Standard Time"));
    }
}
