//! `ToString` of DateTime, DateTimeOffset, DateOnly and TimeOnly.

use super::{DateOnly, DateTime, DateTimeOffset, Kind, TimeError, TimeOnly, TimeSpan, Zone};
use crate::culture::{Culture, DateFormat};

/// What is being formatted, as far as the offset matters.
#[derive(Clone, Copy)]
enum Offset<'a> {
    /// A DateTime: its kind and the local zone decide.
    Kind(&'a Zone),
    /// A DateTimeOffset.
    Given(TimeSpan),
}

/// Formats a DateTime. `local` is the machine's zone, needed for `z`, `K` and `U`.
pub fn format_datetime(d: DateTime, format: &str, df: &DateFormat, local: &Zone) -> Result<String, TimeError> {
    run(d, format, df, Offset::Kind(local))
}

/// Formats a DateTimeOffset.
pub fn format_offset(d: DateTimeOffset, format: &str, df: &DateFormat) -> Result<String, TimeError> {
    run(d.clock(), format, df, Offset::Given(d.offset()))
}

/// Formats a DateOnly; time fields in the format are an error.
pub fn format_date_only(d: DateOnly, format: &str, df: &DateFormat) -> Result<String, TimeError> {
    let f = match format {
        "" => "d",
        "o" | "O" => "yyyy-MM-dd",
        "r" | "R" => {
            return custom(d.midnight(), "ddd, dd MMM yyyy", &Culture::invariant().date, Offset::Given(TimeSpan::ZERO));
        }
        "d" | "D" | "m" | "M" | "y" | "Y" => format,
        f if f.chars().count() == 1 => return Err(TimeError::Format),
        f if has_fields(f, "hHmsftFzK") => return Err(TimeError::Format),
        f => f,
    };
    run(d.midnight(), f, df, Offset::Given(TimeSpan::ZERO))
}

/// Formats a TimeOnly; date fields in the format are an error.
pub fn format_time_only(t: TimeOnly, format: &str, df: &DateFormat) -> Result<String, TimeError> {
    let f = match format {
        "" => "t",
        "o" | "O" => "HH:mm:ss.fffffff",
        "r" | "R" => "HH:mm:ss",
        "t" | "T" => format,
        f if f.chars().count() == 1 => return Err(TimeError::Format),
        f if has_fields(f, "dMyzK/g") => return Err(TimeError::Format),
        f => f,
    };
    run(t.on_first_day(), f, df, Offset::Given(TimeSpan::ZERO))
}

/// Whether an unquoted field letter of `letters` stands in the format.
fn has_fields(format: &str, letters: &str) -> bool {
    let mut quote = None;
    let mut escaped = false;
    format.chars().any(|c| {
        if escaped {
            escaped = false;
            return false;
        }
        match (quote, c) {
            (_, '\\') => escaped = true,
            (Some(q), c) if q == c => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, c) => return letters.contains(c),
        }
        false
    })
}

fn run(d: DateTime, format: &str, df: &DateFormat, offset: Offset) -> Result<String, TimeError> {
    let mut chars = format.chars();
    match (chars.next(), chars.next()) {
        (None, _) => {
            let mut p = format!("{} {}", df.short_date_pattern(), df.long_time_pattern());
            if matches!(offset, Offset::Given(_)) {
                p.push_str(" zzz");
            }
            custom(d, &p, df, offset)
        }
        (Some(c), None) => standard(d, c, df, offset),
        _ => custom(d, format, df, offset),
    }
}

fn standard(d: DateTime, c: char, df: &DateFormat, offset: Offset) -> Result<String, TimeError> {
    let inv = &Culture::invariant().date;
    let utc = || match offset {
        Offset::Given(o) => d.sub_ticks(o.0).unwrap_or(d),
        Offset::Kind(_) => d,
    };
    match c {
        'o' | 'O' => {
            let p = "yyyy'-'MM'-'dd'T'HH':'mm':'ss.fffffff";
            let p = if matches!(offset, Offset::Given(_)) { format!("{p}zzz") } else { format!("{p}K") };
            custom(d, &p, inv, offset)
        }
        'r' | 'R' => custom(utc(), "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'", inv, offset),
        's' => custom(d, "yyyy'-'MM'-'dd'T'HH':'mm':'ss", inv, offset),
        'u' => custom(utc(), "yyyy'-'MM'-'dd HH':'mm':'ss'Z'", inv, offset),
        'U' => match offset {
            Offset::Given(_) => Err(TimeError::Format),
            Offset::Kind(local) => custom(d.to_universal(local), &df.full_date_time_pattern(), df, offset),
        },
        _ => custom(d, &pattern(c, df).ok_or(TimeError::Format)?, df, offset),
    }
}

/// The culture's pattern behind a standard format letter.
pub(super) fn pattern(c: char, df: &DateFormat) -> Option<String> {
    let (sd, ld, st, lt) =
        (df.short_date_pattern(), df.long_date_pattern(), df.short_time_pattern(), df.long_time_pattern());
    Some(match c {
        'd' => sd.to_string(),
        'D' => ld.to_string(),
        'f' => format!("{ld} {st}"),
        'F' | 'U' => df.full_date_time_pattern(),
        'g' => format!("{sd} {st}"),
        'G' => format!("{sd} {lt}"),
        'm' | 'M' => df.month_day.to_string(),
        'o' | 'O' => "yyyy'-'MM'-'dd'T'HH':'mm':'ss.fffffffK".into(),
        'r' | 'R' => "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'".into(),
        's' => "yyyy'-'MM'-'dd'T'HH':'mm':'ss".into(),
        't' => st.to_string(),
        'T' => lt.to_string(),
        'u' => "yyyy'-'MM'-'dd HH':'mm':'ss'Z'".into(),
        'y' | 'Y' => df.year_month.to_string(),
        _ => return None,
    })
}

/// `GetDateTimeFormats`: the date in every pattern of every standard format.
pub fn all_formats(d: DateTime, df: &DateFormat, local: &Zone) -> Vec<String> {
    let mut out = Vec::new();
    for c in "dDfFgGmMoOrRstTuUyY".chars() {
        let patterns: Vec<String> = match c {
            'd' => df.short_date.iter().map(|s| s.to_string()).collect(),
            'D' => df.long_date.iter().map(|s| s.to_string()).collect(),
            'f' => cross(&df.long_date, &df.short_time),
            'F' | 'U' => cross(&df.long_date, &df.long_time),
            'g' => cross(&df.short_date, &df.short_time),
            'G' => cross(&df.short_date, &df.long_time),
            't' => df.short_time.iter().map(|s| s.to_string()).collect(),
            'T' => df.long_time.iter().map(|s| s.to_string()).collect(),
            _ => vec![c.to_string()],
        };
        let at = if c == 'U' { d.to_universal(local) } else { d };
        out.extend(patterns.iter().filter_map(|p| run(at, p, df, Offset::Kind(local)).ok()));
    }
    out
}

fn cross(a: &[crate::culture::Text], b: &[crate::culture::Text]) -> Vec<String> {
    a.iter().flat_map(|x| b.iter().map(move |y| format!("{x} {y}"))).collect()
}

/// How many times `f[i]` is repeated from `i`.
pub(super) fn repeat(f: &[char], i: usize) -> usize {
    f[i..].iter().take_while(|c| **c == f[i]).count()
}

/// Reads a quoted part at `i`; gives its text and its length in the format.
pub(super) fn quoted(f: &[char], i: usize) -> Result<(String, usize), TimeError> {
    let q = f[i];
    let mut out = String::new();
    let mut k = i + 1;
    while k < f.len() {
        let c = f[k];
        k += 1;
        if c == q {
            return Ok((out, k - i));
        }
        if c == '\\' {
            out.push(*f.get(k).ok_or(TimeError::Format)?);
            k += 1;
        } else {
            out.push(c);
        }
    }
    Err(TimeError::Quote(q))
}

/// Whether a day number stands beside the month name at `i`, which then takes its genitive.
fn genitive(f: &[char], i: usize, len: usize) -> bool {
    if let Some(p) = f[..i].iter().rposition(|c| *c == 'd') {
        let run = f[..p].iter().rev().take_while(|c| **c == 'd').count();
        if run <= 1 {
            return true;
        }
    }
    if let Some(p) = f[i + len..].iter().position(|c| *c == 'd') {
        return repeat(f, i + len + p) <= 2;
    }
    false
}

fn custom(d: DateTime, format: &str, df: &DateFormat, offset: Offset) -> Result<String, TimeError> {
    let f: Vec<char> = format.chars().collect();
    let mut out = String::new();
    let mut i = 0;
    while i < f.len() {
        let c = f[i];
        let mut n = 1;
        match c {
            'g' => {
                n = repeat(&f, i);
                out.push_str(&df.era);
            }
            'h' => {
                n = repeat(&f, i);
                let h = d.hour() % 12;
                pad(&mut out, if h == 0 { 12 } else { h }, n.min(2));
            }
            'H' => {
                n = repeat(&f, i);
                pad(&mut out, d.hour(), n.min(2));
            }
            'm' => {
                n = repeat(&f, i);
                pad(&mut out, d.minute(), n.min(2));
            }
            's' => {
                n = repeat(&f, i);
                pad(&mut out, d.second(), n.min(2));
            }
            'f' | 'F' => {
                n = repeat(&f, i);
                if n > 7 {
                    return Err(TimeError::Format);
                }
                let digits = format!("{:07}", d.fraction());
                let cut = &digits[..n];
                if c == 'f' {
                    out.push_str(cut);
                } else {
                    let shown = cut.trim_end_matches('0');
                    if !shown.is_empty() {
                        out.push_str(shown);
                    } else if out.ends_with('.') {
                        out.pop();
                    }
                }
            }
            't' => {
                n = repeat(&f, i);
                let mark = if d.hour() < 12 { &df.am } else { &df.pm };
                if n == 1 {
                    out.extend(mark.chars().next());
                } else {
                    out.push_str(mark);
                }
            }
            'd' => {
                n = repeat(&f, i);
                let dow = d.day_of_week() as usize;
                match n {
                    1 | 2 => pad(&mut out, d.day(), n),
                    3 => out.push_str(df.abbreviated_day_names.get(dow).map_or("", |s| s)),
                    _ => out.push_str(df.day_names.get(dow).map_or("", |s| s)),
                }
            }
            'M' => {
                n = repeat(&f, i);
                let m = d.month();
                if n <= 2 {
                    pad(&mut out, m, n);
                } else {
                    let own = genitive(&f, i, n);
                    let list = match (n == 3, own) {
                        (true, false) => &df.abbreviated_month_names,
                        (true, true) => &df.abbreviated_month_genitive_names,
                        (false, false) => &df.month_names,
                        (false, true) => &df.month_genitive_names,
                    };
                    out.push_str(list.get(m as usize - 1).map_or("", |s| s));
                }
            }
            'y' => {
                n = repeat(&f, i);
                let y = d.year();
                if n <= 2 { pad(&mut out, y % 100, n) } else { pad(&mut out, y, n) }
            }
            'z' => {
                n = repeat(&f, i);
                let o = match offset {
                    Offset::Given(o) => o,
                    Offset::Kind(local) if d.kind() != Kind::Utc => local.offset_of_local(d),
                    Offset::Kind(_) => TimeSpan::ZERO,
                };
                push_offset(&mut out, o, n);
            }
            'K' => match offset {
                Offset::Given(o) => push_offset(&mut out, o, 3),
                Offset::Kind(local) => match d.kind() {
                    Kind::Utc => out.push('Z'),
                    Kind::Local => push_offset(&mut out, local.offset_of_local(d), 3),
                    Kind::Unspecified => {}
                },
            },
            ':' => out.push_str(&df.time_separator),
            '/' => out.push_str(&df.date_separator),
            '\'' | '"' => {
                let (text, len) = quoted(&f, i)?;
                out.push_str(&text);
                n = len;
            }
            '%' => match f.get(i + 1) {
                Some(c) if *c != '%' => {
                    out.push_str(&custom(d, &c.to_string(), df, offset)?);
                    n = 2;
                }
                _ => return Err(TimeError::Format),
            },
            '\\' => {
                out.push(*f.get(i + 1).ok_or(TimeError::Format)?);
                n = 2;
            }
            c => out.push(c),
        }
        i += n;
    }
    Ok(out)
}

fn pad(out: &mut String, v: i32, width: usize) {
    out.push_str(&format!("{v:0width$}"));
}

fn push_offset(out: &mut String, o: TimeSpan, n: usize) {
    let m = o.0.abs() / TimeSpan::MINUTE;
    out.push(if o.0 < 0 { '-' } else { '+' });
    match n {
        1 => out.push_str(&format!("{}", m / 60)),
        2 => out.push_str(&format!("{:02}", m / 60)),
        _ => out.push_str(&format!("{:02}:{:02}", m / 60, m % 60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats() {
        let d = DateTime::from_fields(2024, 2, 29, 10, 30, 5, 1_234_567, Kind::Unspecified).unwrap();
        for (f, culture, want) in [
            ("U", "en-US", "Thursday, February 29, 2024 10:30:05\u{202f}AM"),
            ("d", "ko-KR", "2024. 2. 29."),
            ("f", "ko-KR", "2024년 2월 29일 목요일 오전 10:30"),
            ("F", "de-DE", "Donnerstag, 29. Februar 2024 10:30:05"),
            ("G", "ja-JP", "2024/02/29 10:30:05"),
            ("R", "fr-FR", "Thu, 29 Feb 2024 10:30:05 GMT"),
            ("D", "", "Thursday, 29 February 2024"),
            ("yyyy''-''MM", "en-US", "2024-02"),
            ("%f", "en-US", "1"),
            ("FFF", "en-US", "123"),
            ("yy.M.d", "en-US", "24.2.29"),
            ("o", "en-US", "2024-02-29T10:30:05.1234567"),
            ("MM/dd", "ko-KR", "02. 29"),
            ("d ", "en-US", "29 "),
            ("gg", "", "A.D."),
            ("", "en-US", "2/29/2024 10:30:05\u{202f}AM"),
        ] {
            let c = Culture::get(culture).unwrap();
            assert_eq!(format_datetime(d, f, &c.date, &Zone::Utc).unwrap(), want, "{f} {culture}");
        }
        let en = Culture::get("en-US").unwrap();
        for bad in ["%", ":", "ffffffff", "q", "\\"] {
            assert!(format_datetime(d, bad, &en.date, &Zone::Utc).is_err(), "{bad}");
        }
        assert_eq!(all_formats(d, &en.date, &Zone::Utc).len(), 29);
        let o = DateTimeOffset::new(d, TimeSpan(9 * TimeSpan::HOUR)).unwrap();
        assert_eq!(format_offset(o, "o", &en.date).unwrap(), "2024-02-29T10:30:05.1234567+09:00");
        assert_eq!(format_offset(o, "u", &en.date).unwrap(), "2024-02-29 01:30:05Z");
    }
}
