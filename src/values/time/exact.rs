//! `DateTime.ParseExact`.

use super::format::{pattern, quoted, repeat};
use super::parse::{DateStyles, Parsed, Target, full_year};
use super::{TimeError, TimeSpan};
use crate::culture::{Culture, DateFormat};

/// Parses by one of the formats; the result is turned into a value by [`Parsed::to_datetime`] or [`Parsed::to_offset`].
/// With several formats only the plain message is given.
pub fn parse_exact(
    text: &str,
    formats: &[&str],
    culture: &Culture,
    styles: DateStyles,
    target: Target,
) -> Result<Parsed, TimeError> {
    styles.check()?;
    let mut last = TimeError::Text(text.to_string(), target.name());
    for f in formats {
        match one(text, f, culture, styles, target) {
            Ok(p) => return Ok(p),
            Err(e) if formats.len() == 1 => last = e,
            Err(_) => {}
        }
    }
    Err(last)
}

fn one(text: &str, format: &str, culture: &Culture, styles: DateStyles, target: Target) -> Result<Parsed, TimeError> {
    let mut chars = format.chars();
    let (first, second) = (chars.next(), chars.next());
    let inv = &Culture::invariant().date;
    match (first, second) {
        (None, _) => Err(TimeError::Format),
        (Some(c), None) => {
            let df = if matches!(c, 'o' | 'O' | 'r' | 'R' | 's' | 'u') { inv } else { &culture.date };
            let p = match (c, target) {
                ('o' | 'O', Target::DateOnly) => "yyyy-MM-dd".to_string(),
                ('o' | 'O', Target::TimeOnly) => "HH:mm:ss.fffffff".to_string(),
                ('r' | 'R', Target::DateOnly) => "ddd, dd MMM yyyy".to_string(),
                _ => pattern(c, df).ok_or(TimeError::Format)?,
            };
            let mut parsed = Exact::new(text, &p, df, styles, target).run()?;
            if matches!(c, 'r' | 'R' | 'u' | 'U') && target == Target::DateTime {
                // These patterns write the zone as literal text, which only says UTC when asked to keep kinds.
                parsed.zulu = matches!(c, 'r' | 'R' | 'U') && parsed.zulu;
            }
            Ok(parsed)
        }
        _ => Exact::new(text, format, &culture.date, styles, target).run(),
    }
}

struct Exact<'a> {
    text: &'a str,
    t: Vec<char>,
    p: usize,
    f: Vec<char>,
    df: &'a DateFormat,
    styles: DateStyles,
    target: Target,
    year: Option<i32>,
    month: Option<i32>,
    day: Option<i32>,
    hour: Option<i32>,
    half_day: bool,
    pm: Option<bool>,
    minute: Option<i32>,
    second: Option<i32>,
    fraction: i64,
    seen_fraction: bool,
    out: Parsed,
}

impl<'a> Exact<'a> {
    fn new(text: &'a str, format: &str, df: &'a DateFormat, styles: DateStyles, target: Target) -> Exact<'a> {
        Exact {
            text,
            t: text.chars().collect(),
            p: 0,
            f: format.chars().collect(),
            df,
            styles,
            target,
            year: None,
            month: None,
            day: None,
            hour: None,
            half_day: false,
            pm: None,
            minute: None,
            second: None,
            fraction: 0,
            seen_fraction: false,
            out: Parsed::default(),
        }
    }

    fn bad(&self) -> TimeError {
        TimeError::Text(self.text.to_string(), self.target.name())
    }

    fn digits(&mut self, least: usize, most: usize) -> Result<i32, TimeError> {
        let n = self.t[self.p..].iter().take(most).take_while(|c| c.is_ascii_digit()).count();
        if n < least {
            return Err(self.bad());
        }
        let v = self.t[self.p..self.p + n].iter().fold(0i32, |a, c| a * 10 + (*c as i32 - '0' as i32));
        self.p += n;
        Ok(v)
    }

    fn literal(&mut self, s: &str) -> Result<(), TimeError> {
        for c in s.chars() {
            match self.t.get(self.p) {
                Some(x) if *x == c || (c == '\u{202f}' && *x == ' ') || (c == ' ' && *x == '\u{202f}') => self.p += 1,
                _ => return Err(self.bad()),
            }
        }
        Ok(())
    }

    fn name(&mut self, lists: &[&[crate::culture::Text]]) -> Result<i32, TimeError> {
        let rest: String = self.t[self.p..].iter().collect::<String>().to_lowercase();
        let mut best: Option<(usize, usize)> = None;
        for l in lists {
            for (i, n) in l.iter().enumerate() {
                let low = n.to_lowercase();
                if !low.is_empty() && rest.starts_with(&low) && best.is_none_or(|b| n.chars().count() > b.1) {
                    best = Some((i, n.chars().count()));
                }
            }
        }
        let (i, n) = best.ok_or_else(|| self.bad())?;
        self.p += n;
        Ok(i as i32)
    }

    fn set(slot: &mut Option<i32>, v: i32, bad: TimeError) -> Result<(), TimeError> {
        match slot.replace(v) {
            Some(old) if old != v => Err(bad),
            _ => Ok(()),
        }
    }

    fn blanks(&mut self) {
        while self.t.get(self.p).is_some_and(|c| c.is_whitespace()) {
            self.p += 1;
        }
    }

    fn run(mut self) -> Result<Parsed, TimeError> {
        if self.styles.has(DateStyles::LEADING_WHITE) {
            self.blanks();
        }
        let f = std::mem::take(&mut self.f);
        let mut i = 0;
        while i < f.len() {
            if self.styles.has(DateStyles::INNER_WHITE) {
                self.blanks();
            }
            i += self.step(&f, i)?;
        }
        if self.styles.has(DateStyles::TRAILING_WHITE) {
            self.blanks();
        }
        if self.p < self.t.len() {
            return Err(self.bad());
        }
        self.finish()
    }

    fn step(&mut self, f: &[char], i: usize) -> Result<usize, TimeError> {
        let c = f[i];
        let n = repeat(f, i);
        let bad = self.bad();
        match c {
            'y' => {
                let v = match n {
                    1 | 2 => full_year(self.digits(n, 2)?),
                    n => self.digits(n, n)?,
                };
                Self::set(&mut self.year, v, bad)?;
            }
            'M' if n <= 2 => {
                let v = self.digits(n, 2)?;
                Self::set(&mut self.month, v, bad)?;
            }
            'M' => {
                let df = self.df;
                let v = if n == 3 {
                    self.name(&[&df.abbreviated_month_names, &df.abbreviated_month_genitive_names])?
                } else {
                    self.name(&[&df.month_names, &df.month_genitive_names])?
                };
                Self::set(&mut self.month, v + 1, bad)?;
            }
            'd' if n <= 2 => {
                let v = self.digits(n, 2)?;
                Self::set(&mut self.day, v, bad)?;
            }
            'd' => {
                let df = self.df;
                let v = if n == 3 { self.name(&[&df.abbreviated_day_names])? } else { self.name(&[&df.day_names])? };
                self.out.day_of_week = Some(v);
            }
            'H' | 'h' => {
                let v = self.digits(n.min(2), 2)?;
                self.half_day |= c == 'h';
                Self::set(&mut self.hour, v, bad)?;
            }
            'm' => {
                let v = self.digits(n.min(2), 2)?;
                Self::set(&mut self.minute, v, bad)?;
            }
            's' => {
                let v = self.digits(n.min(2), 2)?;
                Self::set(&mut self.second, v, bad)?;
            }
            'f' | 'F' => {
                if n > 7 {
                    return Err(TimeError::Format);
                }
                let k = self.t[self.p..].iter().take(n).take_while(|c| c.is_ascii_digit()).count();
                if c == 'f' && k < n {
                    return Err(bad);
                }
                let s: String = self.t[self.p..self.p + k].iter().collect();
                self.fraction = format!("{s:0<7}").parse().unwrap_or(0);
                self.seen_fraction = true;
                self.p += k;
            }
            '.' if f.get(i + 1) == Some(&'F') && self.t.get(self.p) != Some(&'.') => {
                // An absent fraction takes its point along.
                return Ok(1 + repeat(f, i + 1));
            }
            't' => {
                let (am, pm) = (self.df.am.clone(), self.df.pm.clone());
                let (am, pm): (String, String) = if n == 1 {
                    (am.chars().take(1).collect(), pm.chars().take(1).collect())
                } else {
                    (am.into(), pm.into())
                };
                let rest: String = self.t[self.p..].iter().collect::<String>().to_lowercase();
                let is_pm = if !pm.is_empty() && rest.starts_with(&pm.to_lowercase()) {
                    true
                } else if rest.starts_with(&am.to_lowercase()) {
                    false
                } else {
                    return Err(bad);
                };
                self.p += if is_pm { pm.chars().count() } else { am.chars().count() };
                self.pm = Some(is_pm);
            }
            'z' => {
                let sign = match self.t.get(self.p) {
                    Some('+') => 1,
                    Some('-') => -1,
                    _ => return Err(bad),
                };
                self.p += 1;
                let h = self.digits(n.min(2), 2)?;
                let mut m = 0;
                if n >= 3 {
                    if self.t.get(self.p) == Some(&':') {
                        self.p += 1;
                    }
                    m = self.digits(2, 2)?;
                }
                if h * 60 + m > 14 * 60 || m > 59 {
                    return Err(bad);
                }
                self.out.offset = Some(TimeSpan(i64::from(sign * (h * 60 + m)) * TimeSpan::MINUTE));
            }
            'K' => match self.t.get(self.p) {
                Some('Z' | 'z') => {
                    self.p += 1;
                    self.out.zulu = true;
                }
                Some('+' | '-') => {
                    self.step(&['z', 'z', 'z'], 0)?;
                }
                _ => {}
            },
            'g' => {
                let rest: String = self.t[self.p..].iter().collect();
                let era = if rest.starts_with(self.df.era.as_ref()) {
                    self.df.era.clone()
                } else {
                    self.df.abbreviated_era.clone()
                };
                self.literal(&era)?;
            }
            ':' => {
                let s = self.df.time_separator.to_string();
                self.literal(&s)?;
                return Ok(1);
            }
            '/' => {
                let s = self.df.date_separator.to_string();
                self.literal(&s)?;
                return Ok(1);
            }
            '\'' | '"' => {
                let (s, len) = quoted(f, i)?;
                self.literal(&s)?;
                if s == "GMT" {
                    self.out.zulu = self.styles.has(DateStyles::ROUNDTRIP_KIND);
                }
                return Ok(len);
            }
            '%' => {
                let next = f.get(i + 1).filter(|c| **c != '%').ok_or(TimeError::Format)?;
                self.step(&[*next], 0)?;
                return Ok(2);
            }
            '\\' => {
                let c = f.get(i + 1).ok_or(TimeError::Format)?.to_string();
                self.literal(&c)?;
                return Ok(2);
            }
            c if c.is_whitespace() => {
                if self.styles.has(DateStyles::INNER_WHITE) {
                    self.blanks();
                } else {
                    self.literal(&c.to_string())?;
                }
                return Ok(1);
            }
            c => {
                self.literal(&c.to_string())?;
                return Ok(1);
            }
        }
        Ok(n)
    }

    fn finish(mut self) -> Result<Parsed, TimeError> {
        let calendar = || TimeError::Calendar(self.text.to_string());
        if let Some(h) = self.hour {
            if self.half_day {
                if !(0..=12).contains(&h) {
                    return Err(self.bad());
                }
                match self.pm {
                    Some(pm) => self.hour = Some(h % 12 + if pm { 12 } else { 0 }),
                    None => self.hour = Some(h % 12),
                }
            } else if let Some(pm) = self.pm
                && pm != (h >= 12)
            {
                return Err(self.bad());
            }
        } else if let Some(pm) = self.pm {
            self.hour = Some(if pm { 12 } else { 0 });
        }
        let has_time = self.hour.is_some() || self.minute.is_some() || self.second.is_some() || self.seen_fraction;
        let has_date = self.year.is_some() || self.month.is_some() || self.day.is_some();
        match self.target {
            Target::DateOnly if has_time => return Err(TimeError::Parts(self.text.to_string(), "DateOnly")),
            Target::TimeOnly if has_date => return Err(TimeError::Parts(self.text.to_string(), "TimeOnly")),
            _ => {}
        }
        if has_time {
            let (h, m, s) = (self.hour.unwrap_or(0), self.minute.unwrap_or(0), self.second.unwrap_or(0));
            if h > 23 || m > 59 || s > 59 {
                return Err(calendar());
            }
            self.out.time = Some((h, m, s, self.fraction));
        }
        if has_date {
            let (m, d) = (self.month.unwrap_or(1), self.day.unwrap_or(1));
            // Month and day without a year fall into the present year, which the caller knows: year 0 stands for it.
            match self.year {
                Some(y) => {
                    if super::DateTime::from_ymd(y, m, d).is_err() {
                        return Err(calendar());
                    }
                    self.out.date = Some((y, m, d));
                }
                None => self.out.date = Some((0, m, d)),
            }
        }
        Ok(self.out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact() {
        let inv = Culture::invariant();
        let de = Culture::get("de-DE").unwrap();
        let p = |t: &str, f: &str, c: &Culture| parse_exact(t, &[f], c, DateStyles::NONE, Target::DateTime);
        assert_eq!(p("240229", "yyMMdd", inv).unwrap().date, Some((2024, 2, 29)));
        assert_eq!(p("29. Februar 2024", "d. MMMM yyyy", &de).unwrap().date, Some((2024, 2, 29)));
        assert_eq!(p("10:30 PM", "h:mm tt", inv).unwrap().time, Some((22, 30, 0, 0)));
        assert!(p("2024-02-29T10:30:05.1230000Z", "o", inv).unwrap().zulu);
        assert!(matches!(p("2024-02-29,10:30", "yyyy-MM-dd", inv), Err(TimeError::Text(..))));
        assert!(matches!(p("2024-02-30", "yyyy-MM-dd", inv), Err(TimeError::Calendar(_))));
        assert_eq!(p("2024", "q", inv), Err(TimeError::Format));
    }
}
