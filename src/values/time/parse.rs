//! `DateTime.Parse` and its kin: dates in any of the shapes a culture takes.

use super::words::{Lexicon, Unit, Word, unit};
use super::{DateOnly, DateTime, DateTimeOffset, Kind, TimeError, TimeOnly, TimeSpan, Zone};
use crate::culture::{Culture, DateFormat};

/// `DateTimeStyles`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateStyles(pub u32);

impl DateStyles {
    pub const NONE: DateStyles = DateStyles(0);
    pub const LEADING_WHITE: DateStyles = DateStyles(1);
    pub const TRAILING_WHITE: DateStyles = DateStyles(2);
    pub const INNER_WHITE: DateStyles = DateStyles(4);
    pub const NO_CURRENT_DATE_DEFAULT: DateStyles = DateStyles(8);
    pub const ADJUST_TO_UNIVERSAL: DateStyles = DateStyles(16);
    pub const ASSUME_LOCAL: DateStyles = DateStyles(32);
    pub const ASSUME_UNIVERSAL: DateStyles = DateStyles(64);
    pub const ROUNDTRIP_KIND: DateStyles = DateStyles(128);

    pub fn has(self, o: DateStyles) -> bool {
        self.0 & o.0 != 0
    }

    /// The `ArgumentException` of combinations that contradict each other.
    pub fn check(self) -> Result<(), TimeError> {
        if self.has(DateStyles::ASSUME_LOCAL) && self.has(DateStyles::ASSUME_UNIVERSAL) {
            return Err(TimeError::Argument(
                "The DateTimeStyles values AssumeLocal and AssumeUniversal cannot be used together. (Parameter 'style')",
            ));
        }
        if self.has(DateStyles::ROUNDTRIP_KIND) && self.0 & 0x70 != 0 {
            return Err(TimeError::Argument(
                "The DateTimeStyles value RoundtripKind cannot be used with the values AssumeLocal, AssumeUniversal or AdjustToUniversal. (Parameter 'style')",
            ));
        }
        Ok(())
    }
}

/// What parsing needs from outside: the local zone, and the day that a time without date falls on.
#[derive(Debug, Clone)]
pub struct Clock {
    pub zone: Zone,
    /// The present local time.
    pub now: DateTime,
}

/// Which type is wanted; messages name it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target {
    DateTime,
    DateOnly,
    TimeOnly,
}

impl Target {
    pub(super) fn name(self) -> &'static str {
        match self {
            Target::DateTime => "DateTime",
            Target::DateOnly => "DateOnly",
            Target::TimeOnly => "TimeOnly",
        }
    }
}

/// Fields found in a text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Parsed {
    /// Year, month, day.
    pub date: Option<(i32, i32, i32)>,
    /// Hour, minute, second, ticks below the second.
    pub time: Option<(i32, i32, i32, i64)>,
    pub day_of_week: Option<i32>,
    pub offset: Option<TimeSpan>,
    /// The zone was given as `Z` or `GMT`.
    pub zulu: bool,
    /// Date and time were joined by `T`.
    pub iso: bool,
}

/// `DateTime.Parse`.
pub fn parse_datetime(text: &str, culture: &Culture, styles: DateStyles, clock: &Clock) -> Result<DateTime, TimeError> {
    styles.check()?;
    fields(text, &culture.date, Target::DateTime, clock)?.to_datetime(text, styles, clock)
}

/// `DateTimeOffset.Parse`.
pub fn parse_offset(
    text: &str,
    culture: &Culture,
    styles: DateStyles,
    clock: &Clock,
) -> Result<DateTimeOffset, TimeError> {
    styles.check()?;
    fields(text, &culture.date, Target::DateTime, clock)?.to_offset(text, styles, clock)
}

/// `DateOnly.Parse`.
pub fn parse_date_only(text: &str, culture: &Culture, clock: &Clock) -> Result<DateOnly, TimeError> {
    let bad = || TimeError::Text(text.to_string(), "DateOnly");
    let p = fields(text, &culture.date, Target::DateOnly, clock).map_err(|_| bad())?;
    // .NET's reader of ISO 8601 lets a time pass here, though not a zone.
    if (p.time.is_some() && !p.iso) || p.offset.is_some() || p.zulu {
        return if p.date.is_some() { Err(TimeError::Parts(text.to_string(), "DateOnly")) } else { Err(bad()) };
    }
    let (y, m, d) = p.date.ok_or_else(bad)?;
    DateOnly::from_ymd(y, m, d).map_err(|_| bad())
}

/// `TimeOnly.Parse`.
pub fn parse_time_only(text: &str, culture: &Culture, clock: &Clock) -> Result<TimeOnly, TimeError> {
    let bad = || TimeError::Text(text.to_string(), "TimeOnly");
    let p = fields(text, &culture.date, Target::TimeOnly, clock).map_err(|_| bad())?;
    if p.date.is_some() || p.offset.is_some() || p.zulu || p.day_of_week.is_some() {
        return Err(TimeError::Parts(text.to_string(), "TimeOnly"));
    }
    let (h, m, s, t) = p.time.ok_or_else(bad)?;
    let base = TimeOnly::from_fields(h, m, s, 0).map_err(|_| bad())?;
    TimeOnly::new(base.ticks() + t).map_err(|_| bad())
}

impl Parsed {
    fn clock_time(&self, text: &str, styles: DateStyles, clock: &Clock) -> Result<DateTime, TimeError> {
        let (y, mo, d) = match self.date {
            // ParseExact leaves the year open when the format has none.
            Some((0, m, d)) => {
                (if styles.has(DateStyles::NO_CURRENT_DATE_DEFAULT) { 1 } else { clock.now.year() }, m, d)
            }
            Some(d) => d,
            None if styles.has(DateStyles::NO_CURRENT_DATE_DEFAULT) => (1, 1, 1),
            None => clock.now.ymd(),
        };
        let (h, mi, s, t) = self.time.unwrap_or((0, 0, 0, 0));
        let value = DateTime::from_fields(y, mo, d, h, mi, s, t, Kind::Unspecified)
            .map_err(|_| TimeError::Calendar(text.to_string()))?;
        if self.day_of_week.is_some_and(|w| w != value.day_of_week()) {
            return Err(TimeError::DayOfWeek(text.to_string()));
        }
        Ok(value)
    }

    /// The value as a DateTime: with a zone it becomes local time unless the styles say otherwise.
    pub fn to_datetime(&self, text: &str, styles: DateStyles, clock: &Clock) -> Result<DateTime, TimeError> {
        let value = self.clock_time(text, styles, clock)?;
        let range = || TimeError::UtcRange(text.to_string());
        let offset = if self.zulu { Some(TimeSpan::ZERO) } else { self.offset };
        match offset {
            Some(o) => {
                let utc = value.sub_ticks(o.0).map_err(|_| range())?.with_kind(Kind::Utc);
                let stays = styles.has(DateStyles::ADJUST_TO_UNIVERSAL)
                    || (styles.has(DateStyles::ROUNDTRIP_KIND) && self.zulu);
                Ok(if stays { utc } else { utc.to_local(&clock.zone) })
            }
            None if styles.has(DateStyles::ASSUME_UNIVERSAL) => {
                let utc = value.with_kind(Kind::Utc);
                Ok(if styles.has(DateStyles::ADJUST_TO_UNIVERSAL) { utc } else { utc.to_local(&clock.zone) })
            }
            None if styles.has(DateStyles::ASSUME_LOCAL) => {
                let local = value.with_kind(Kind::Local);
                Ok(if styles.has(DateStyles::ADJUST_TO_UNIVERSAL) { local.to_universal(&clock.zone) } else { local })
            }
            None => Ok(value),
        }
    }

    /// The value as a DateTimeOffset; without a zone the local one is taken.
    pub fn to_offset(&self, text: &str, styles: DateStyles, clock: &Clock) -> Result<DateTimeOffset, TimeError> {
        let value = self.clock_time(text, styles, clock)?;
        let offset = match (self.zulu, self.offset) {
            (true, _) => TimeSpan::ZERO,
            (_, Some(o)) => o,
            _ if styles.has(DateStyles::ASSUME_UNIVERSAL) => TimeSpan::ZERO,
            _ => clock.zone.offset_of_local(value),
        };
        let v = DateTimeOffset::new(value, offset).map_err(|_| TimeError::UtcRange(text.to_string()))?;
        if styles.has(DateStyles::ADJUST_TO_UNIVERSAL) { v.to_offset(TimeSpan::ZERO) } else { Ok(v) }
    }
}

/// The order of year, month, day in a short date pattern, as a word of `y`, `m`, `d`.
pub(super) fn order(pattern: &str) -> String {
    let mut out = String::new();
    for c in pattern.chars() {
        let c = c.to_ascii_lowercase();
        if matches!(c, 'y' | 'm' | 'd') && !out.contains(c) {
            out.push(c);
        }
    }
    out
}

/// Years of two digits: 1950 to 2049.
pub(super) fn full_year(y: i32) -> i32 {
    match y {
        0..50 => y + 2000,
        50..100 => y + 1900,
        y => y,
    }
}

struct Scan<'a> {
    t: Vec<char>,
    i: usize,
    text: &'a str,
    target: Target,
    df: &'a DateFormat,
    /// Made when the first word comes.
    lexicon: Option<Lexicon>,
    /// Date numbers with their count of digits; `None` marks where the month name stood.
    numbers: Vec<Option<(i32, usize)>>,
    month: Option<i32>,
    units: [Option<i32>; 3],
    out: Parsed,
    pm: Option<bool>,
}

/// Finds the fields of a date and time in `text`.
fn fields(text: &str, df: &DateFormat, target: Target, clock: &Clock) -> Result<Parsed, TimeError> {
    let mut s = Scan {
        t: text.chars().collect(),
        i: 0,
        text,
        target,
        df,
        lexicon: None,
        numbers: Vec::new(),
        month: None,
        units: [None; 3],
        out: Parsed::default(),
        pm: None,
    };
    s.run()?;
    s.finish(clock)
}

impl Scan<'_> {
    fn bad(&self) -> TimeError {
        TimeError::Text(self.text.to_string(), self.target.name())
    }

    fn peek(&self, k: usize) -> char {
        self.t.get(self.i + k).copied().unwrap_or('\0')
    }

    fn blanks(&mut self) {
        while self.peek(0).is_whitespace() {
            self.i += 1;
        }
    }

    fn take(&mut self, s: &str) -> bool {
        let n = s.chars().count();
        let fits = n > 0 && s.chars().enumerate().all(|(k, c)| self.peek(k) == c);
        if fits {
            self.i += n;
        }
        fits
    }

    /// A run of digits: value and count.
    fn number(&mut self) -> Option<(i32, usize)> {
        let n = self.t[self.i..].iter().take_while(|c| c.is_ascii_digit()).count();
        if n == 0 {
            return None;
        }
        let v = self.t[self.i..self.i + n]
            .iter()
            .fold(0i32, |a, c| a.saturating_mul(10).saturating_add(*c as i32 - '0' as i32));
        self.i += n;
        Some((v, n))
    }

    fn is_time_separator(&self) -> bool {
        self.peek(0) == ':'
            || (self.df.time_separator.chars().count() == 1
                && self.df.time_separator != "."
                && self.df.time_separator.starts_with(self.peek(0))
                && self.peek(0) != '\0')
    }

    fn run(&mut self) -> Result<(), TimeError> {
        loop {
            self.blanks();
            let c = self.peek(0);
            if self.i >= self.t.len() || (c == '\0' && self.t[self.i..].iter().all(|c| *c == '\0')) {
                return Ok(());
            }
            if c.is_ascii_digit() {
                self.digits()?;
            } else if c == ',' {
                if self.i == 0 {
                    return Err(self.bad());
                }
                self.i += 1;
            } else if (c == '+' || c == '-')
                && self.out.time.is_some()
                && self.out.offset.is_none()
                && self.peek(1).is_ascii_digit()
            {
                self.zone()?;
            } else if matches!(c, '/' | '-' | '.') || (!c.is_alphanumeric() && self.df.date_separator.starts_with(c)) {
                // Between two parts of a date, or closing the last one.
                if self.numbers.is_empty() && self.out.day_of_week.is_none() {
                    return Err(self.bad());
                }
                self.i += 1;
                if c != '.' && !self.peek(0).is_alphanumeric() && !self.peek(0).is_whitespace() {
                    return Err(self.bad());
                }
            } else if c.is_alphabetic() {
                self.word()?;
            } else {
                return Err(self.bad());
            }
        }
    }

    fn word(&mut self) -> Result<(), TimeError> {
        // The marks of ISO 8601 need no dictionary.
        let found = match (self.peek(0), self.peek(1)) {
            ('T', c) if c.is_ascii_digit() => Some((Word::TimeMark, 1)),
            ('Z', '\0') => Some((Word::Zulu, 1)),
            _ => self.lexicon.get_or_insert_with(|| Lexicon::new(self.df)).at(&self.t, self.i),
        };
        let Some((word, len)) = found else {
            let unknown = matches!(self.target, Target::DateTime);
            return Err(if unknown { TimeError::Word(self.text.to_string(), self.i) } else { self.bad() });
        };
        self.i += len;
        match word {
            Word::Month(m) => {
                if self.month.is_some() {
                    return Err(self.bad());
                }
                self.month = Some(m);
                self.numbers.push(None);
            }
            Word::Day(d) => {
                if self.out.day_of_week.replace(d).is_some() {
                    return Err(self.bad());
                }
            }
            Word::Am | Word::Pm => {
                if self.pm.replace(word == Word::Pm).is_some() {
                    return Err(self.bad());
                }
                // `3 PM`: the number before is the hour.
                let next = self.t[self.i..].iter().find(|c| !c.is_whitespace());
                if self.out.time.is_none()
                    && !next.is_some_and(char::is_ascii_digit)
                    && let Some(Some((h, n))) = self.numbers.last().copied()
                    && n <= 2
                {
                    self.numbers.pop();
                    self.out.time = Some((h, 0, 0, 0));
                }
            }
            Word::Zulu | Word::Gmt => {
                if self.out.zulu || (self.out.time.is_none() && self.numbers.is_empty()) {
                    return Err(self.bad());
                }
                self.out.zulu = true;
            }
            Word::TimeMark if self.numbers.is_empty() => return Err(self.bad()),
            Word::TimeMark => self.out.iso = true,
            Word::Filler => {}
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), TimeError> {
        let Some((v, n)) = self.number() else { return Err(self.bad()) };
        let after_number = self.i;
        if self.is_time_separator() && n <= 2 && self.peek(1).is_ascii_digit() {
            if self.out.time.is_some() {
                return Err(self.bad());
            }
            return self.time(v);
        }
        self.blanks();
        if let Some(u) = unit(self.peek(0)) {
            self.i += 1;
            return self.with_unit(u, v);
        }
        self.i = after_number;
        if n > 4 || self.numbers.len() >= 3 {
            return Err(self.bad());
        }
        self.numbers.push(Some((v, n)));
        Ok(())
    }

    fn with_unit(&mut self, u: Unit, v: i32) -> Result<(), TimeError> {
        let t = self.out.time.unwrap_or((0, 0, 0, 0));
        match u {
            Unit::Year => self.units[0] = Some(full_year(v)),
            Unit::Month => self.units[1] = Some(v),
            Unit::Day => self.units[2] = Some(v),
            Unit::Hour => self.out.time = Some((v, t.1, t.2, t.3)),
            Unit::Minute => self.out.time = Some((t.0, v, t.2, t.3)),
            Unit::Second => self.out.time = Some((t.0, t.1, v, t.3)),
        }
        Ok(())
    }

    fn time(&mut self, hour: i32) -> Result<(), TimeError> {
        self.i += 1;
        let (minute, n) = self.number().ok_or_else(|| self.bad())?;
        if n > 2 {
            return Err(self.bad());
        }
        let (mut second, mut ticks) = (0, 0);
        if self.is_time_separator() {
            self.i += 1;
            let (s, n) = self.number().ok_or_else(|| self.bad())?;
            if n > 2 {
                return Err(self.bad());
            }
            second = s;
            if matches!(self.peek(0), '.' | ',') && self.peek(1).is_ascii_digit() && self.peek(0) == '.' {
                self.i += 1;
                let start = self.i;
                self.number();
                let frac: String = self.t[start..self.i].iter().take(17).collect();
                let v: f64 = format!("0.{frac}").parse().unwrap_or(0.0);
                ticks = (v * 1e7).round() as i64;
            }
            if self.is_time_separator() {
                return Err(self.bad());
            }
        } else if self.peek(0) == '.' && self.peek(1).is_ascii_digit() {
            return Err(self.bad());
        }
        self.out.time = Some((hour, minute, second, ticks));
        Ok(())
    }

    fn zone(&mut self) -> Result<(), TimeError> {
        let minus = self.peek(0) == '-';
        self.i += 1;
        let (v, n) = self.number().ok_or_else(|| self.bad())?;
        let (h, m) = match n {
            1 | 2 => {
                if self.take(":") {
                    let (m, k) = self.number().ok_or_else(|| self.bad())?;
                    if k > 2 {
                        return Err(self.bad());
                    }
                    (v, m)
                } else {
                    (v, 0)
                }
            }
            3 | 4 => (v / 100, v % 100),
            _ => return Err(self.bad()),
        };
        if m > 59 || h * 60 + m > 14 * 60 {
            return Err(self.bad());
        }
        let t = i64::from(h * 60 + m) * TimeSpan::MINUTE;
        self.out.offset = Some(TimeSpan(if minus { -t } else { t }));
        Ok(())
    }

    fn finish(mut self, clock: &Clock) -> Result<Parsed, TimeError> {
        self.out.date = self.date(clock)?;
        if self.out.date.is_none() && self.out.time.is_none() {
            return Err(self.bad());
        }
        if let Some(pm) = self.pm {
            let Some(t) = self.out.time.as_mut() else { return Err(self.bad()) };
            if t.0 > 12 {
                return Err(self.bad());
            }
            t.0 = t.0 % 12 + if pm { 12 } else { 0 };
        }
        if let Some((h, m, s, t)) = self.out.time {
            if h > 23 || m > 59 || s > 59 {
                return Err(TimeError::Calendar(self.text.to_string()));
            }
            if t >= TimeSpan::SECOND {
                // The fraction was rounded up to a whole second.
                self.out.time = Some((h, m, s, TimeSpan::SECOND - 1));
            }
        }
        Ok(self.out)
    }

    fn date(&self, clock: &Clock) -> Result<Option<(i32, i32, i32)>, TimeError> {
        let this_year = clock.now.year();
        if self.units.iter().any(Option::is_some) {
            let y = self.units[0].unwrap_or(this_year);
            let m = self.units[1].or(self.month).ok_or_else(|| self.bad())?;
            let d = self.units[2].unwrap_or(1);
            return self.valid(y, m, d).map(Some);
        }
        let short = order(self.df.short_date_pattern());
        let is_year = |n: (i32, usize)| n.1 >= 3;
        let nums: Vec<(i32, usize)> = self.numbers.iter().flatten().copied().collect();
        if let Some(m) = self.month {
            let at = self.numbers.iter().position(Option::is_none).unwrap_or(0);
            return match nums.as_slice() {
                [] => Err(self.bad()),
                [n] if is_year(*n) => self.valid(n.0, m, 1).map(Some),
                [n] => {
                    // A day, unless the culture writes year before month and the number comes first.
                    if at == 1
                        && order(&self.df.month_day) == "md"
                        && order(&self.df.year_month) == "ym"
                        && short.starts_with('y')
                    {
                        return self.valid(full_year(n.0), m, 1).map(Some);
                    }
                    self.valid(this_year, m, n.0).map(Some)
                }
                [a, b] if is_year(*a) => self.valid(a.0, m, b.0).map(Some),
                [a, b] if is_year(*b) => self.valid(b.0, m, a.0).map(Some),
                [a, b] => {
                    let (day, year) = if short.starts_with('y') { (b.0, a.0) } else { (a.0, b.0) };
                    self.valid(full_year(year), m, day).map(Some)
                }
                _ => Err(self.bad()),
            };
        }
        match nums.as_slice() {
            [] => Ok(None),
            [_] => Err(self.bad()),
            [a, b] => match (is_year(*a), is_year(*b)) {
                (true, true) => Err(self.bad()),
                (true, false) => self.valid(a.0, b.0, 1).map(Some),
                (false, true) => self.valid(b.0, a.0, 1).map(Some),
                _ => {
                    let (m, d) = if order(&self.df.month_day) == "dm" { (b.0, a.0) } else { (a.0, b.0) };
                    self.valid(this_year, m, d).map(Some)
                }
            },
            [a, b, c] => {
                if is_year(*a) {
                    if is_year(*b) || is_year(*c) {
                        return Err(self.bad());
                    }
                    return self
                        .valid(a.0, b.0, c.0)
                        .or_else(|e| if short == "ydm" { self.valid(a.0, c.0, b.0) } else { Err(e) })
                        .map(Some);
                }
                if is_year(*b) {
                    return Err(self.bad());
                }
                if is_year(*c) {
                    let (m, d) = if order(&self.df.month_day) == "dm" { (b.0, a.0) } else { (a.0, b.0) };
                    return self.valid(c.0, m, d).map(Some);
                }
                let (mut y, mut m, mut d) = (0, 0, 0);
                for (k, n) in short.chars().zip([a, b, c]) {
                    match k {
                        'y' => y = n.0,
                        'm' => m = n.0,
                        _ => d = n.0,
                    }
                }
                self.valid(full_year(y), m, d).map(Some)
            }
            _ => Err(self.bad()),
        }
    }

    fn valid(&self, y: i32, m: i32, d: i32) -> Result<(i32, i32, i32), TimeError> {
        match DateTime::days_in_month(y, m) {
            Some(n) if (1..=n).contains(&d) => Ok((y, m, d)),
            _ => Err(self.bad()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::format_datetime;

    fn clock() -> Clock {
        Clock { zone: Zone::Utc, now: DateTime::from_ymd(2024, 6, 15).unwrap() }
    }

    fn p(t: &str, culture: &str, styles: u32) -> String {
        let c = Culture::get(culture).unwrap();
        match parse_datetime(t, &c, DateStyles(styles), &clock()) {
            Ok(d) => format_datetime(d, "o", &c.date, &Zone::Utc).unwrap().replace(".0000000", ""),
            Err(e) => e.to_string(),
        }
    }

    #[test]
    fn shapes() {
        for (t, culture, want) in [
            ("2024-02-29", "en-US", "2024-02-29T00:00:00"),
            ("2024-02-29T10:30:05Z", "en-US", "2024-02-29T10:30:05+00:00"),
            ("2024-02-29T10:30:05+09:00", "en-US", "2024-02-29T01:30:05+00:00"),
            ("02/29/24", "en-US", "2024-02-29T00:00:00"),
            ("29/2/2024", "de-DE", "2024-02-29T00:00:00"),
            ("1.2.2024", "de-DE", "2024-02-01T00:00:00"),
            ("1.2.2024", "", "2024-01-02T00:00:00"),
            ("Feb 29, 2024", "de-DE", "2024-02-29T00:00:00"),
            ("Thursday, February 29, 2024", "en-US", "2024-02-29T00:00:00"),
            ("29 févr. 2024", "fr-FR", "2024-02-29T00:00:00"),
            ("February 2024", "en-US", "2024-02-01T00:00:00"),
            ("2024-02-29,10:30", "en-US", "2024-02-29T10:30:00"),
            ("10:30 PM", "en-US", "2024-06-15T22:30:00"),
            ("3pm", "en-US", "2024-06-15T15:00:00"),
            ("1/1/1", "en-US", "2001-01-01T00:00:00"),
            ("Thu, 29 Feb 2024 10:30:05 GMT", "en-US", "2024-02-29T10:30:05+00:00"),
            ("2024년 2월 29일 오후 3:30", "ko-KR", "2024-02-29T15:30:00"),
            ("2024. 2. 29. 오후 3:30:00", "ko-KR", "2024-02-29T15:30:00"),
            (
                "24:00",
                "en-US",
                "The DateTime represented by the string '24:00' is not supported in calendar 'System.Globalization.GregorianCalendar'.",
            ),
            (
                "tomorrow",
                "en-US",
                "The string 'tomorrow' was not recognized as a valid DateTime. There is an unknown word starting at index '0'.",
            ),
            (
                "0x1F",
                "en-US",
                "The string '0x1F' was not recognized as a valid DateTime. There is an unknown word starting at index '1'.",
            ),
            (
                "Fri, 29 Feb 2024",
                "en-US",
                "String 'Fri, 29 Feb 2024' was not recognized as a valid DateTime because the day of week was incorrect.",
            ),
        ] {
            assert_eq!(p(t, culture, 0), want, "{t}");
        }
        for t in [
            "2024-02-30",
            "12",
            "2024",
            "20240229",
            "",
            "10000-01-01",
            "2024-060",
            "Monday",
            "1.02:03:04",
            "192.168.1.10",
            "<r>",
            "29/2/2024",
        ] {
            assert_eq!(p(t, "en-US", 0), format!("String '{t}' was not recognized as a valid DateTime."));
        }
        assert_eq!(p("2024-02-29T10:30:05Z", "en-US", 128), "2024-02-29T10:30:05Z");
    }
}
