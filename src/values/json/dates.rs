//! Strings that the JSON reader takes for dates.

use crate::time::{DateTime, Kind, TimeSpan};

/// A date found in a string.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JsonDate {
    /// The clock time as written; its kind is Utc for `Z` and `/Date()/`, else unspecified.
    pub clock: DateTime,
    /// The offset as written.
    pub offset: Option<TimeSpan>,
}

/// Reads `yyyy-MM-ddTHH:mm:ss[.fffffff][Z|+hh:mm]` and `/Date(ms[+hhmm])/`; anything else is no date.
pub fn sniff_date(s: &str) -> Option<JsonDate> {
    if let Some(body) = s.strip_prefix("/Date(").and_then(|b| b.strip_suffix(")/")) {
        return microsoft(body);
    }
    let b = s.as_bytes();
    if !(19..=40).contains(&b.len()) || b[10] != b'T' || !s.is_ascii() {
        return None;
    }
    let num = |a: usize, n: usize| -> Option<i32> {
        let t = &s[a..a + n];
        t.bytes().all(|c| c.is_ascii_digit()).then(|| t.parse().ok()).flatten()
    };
    if b[4] != b'-' || b[7] != b'-' || b[13] != b':' || b[16] != b':' {
        return None;
    }
    let (y, mo, d, h, mi, sec) = (num(0, 4)?, num(5, 2)?, num(8, 2)?, num(11, 2)?, num(14, 2)?, num(17, 2)?);
    let mut rest = &s[19..];
    let mut ticks = 0i64;
    if let Some(f) = rest.strip_prefix('.') {
        let n = f.bytes().take_while(u8::is_ascii_digit).count();
        if n == 0 {
            return None;
        }
        let mut digits: String = f[..n].chars().take(7).collect();
        while digits.len() < 7 {
            digits.push('0');
        }
        ticks = digits.parse().ok()?;
        // An eighth digit rounds.
        if f.as_bytes().get(7).is_some_and(|c| (b'5'..=b'9').contains(c)) && n > 7 {
            ticks += 1;
        }
        rest = &f[n..];
    }
    let rest = rest.trim_end();
    let (kind, offset) = match rest.as_bytes() {
        [] => (Kind::Unspecified, None),
        [b'Z' | b'z'] => (Kind::Utc, Some(TimeSpan::ZERO)),
        [sign @ (b'+' | b'-'), z @ ..] => {
            let z = std::str::from_utf8(z).ok()?;
            let (zh, zm) = match z.len() {
                5 if z.as_bytes()[2] == b':' => (z[..2].parse::<i64>().ok()?, z[3..].parse::<i64>().ok()?),
                4 => (z[..2].parse::<i64>().ok()?, z[2..].parse::<i64>().ok()?),
                2 => (z.parse::<i64>().ok()?, 0),
                _ => return None,
            };
            let t = (zh * 60 + zm) * TimeSpan::MINUTE;
            (Kind::Unspecified, Some(TimeSpan(if *sign == b'-' { -t } else { t })))
        }
        _ => return None,
    };
    // Midnight may be written as hour 24.
    let (h, next_day) = if h == 24 && mi == 0 && sec == 0 && ticks == 0 { (0, true) } else { (h, false) };
    let clock = DateTime::from_fields(y, mo, d, h, mi, sec, 0, kind).ok()?.add_ticks(ticks).ok()?;
    let clock = if next_day { clock.add_ticks(TimeSpan::DAY).ok()? } else { clock };
    Some(JsonDate { clock, offset })
}

fn microsoft(body: &str) -> Option<JsonDate> {
    let at = body[1..].find(['+', '-']).map(|i| i + 1);
    let (ms, zone) = match at {
        Some(i) => (&body[..i], Some(&body[i..])),
        None => (body, None),
    };
    let ms: i64 = ms.parse().ok()?;
    let utc = DateTime::UNIX_EPOCH.add_ticks(ms.checked_mul(10_000)?).ok()?;
    let Some(z) = zone else { return Some(JsonDate { clock: utc, offset: Some(TimeSpan::ZERO) }) };
    let digits = z[1..].replace(':', "");
    let h: i64 = digits.get(..2)?.parse().ok()?;
    let m: i64 = digits.get(2..).filter(|d| !d.is_empty()).map_or(Some(0), |d| d.parse().ok())?;
    let t = (h * 60 + m) * TimeSpan::MINUTE;
    let offset = TimeSpan(if z.starts_with('-') { -t } else { t });
    Some(JsonDate { clock: utc.add_ticks(offset.0).ok()?.with_kind(Kind::Unspecified), offset: Some(offset) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        let d = sniff_date("2024-02-29T10:30:05.5Z").unwrap();
        assert_eq!((d.clock.kind(), d.clock.fraction(), d.offset), (Kind::Utc, 5_000_000, Some(TimeSpan::ZERO)));
        assert_eq!(sniff_date("2024-02-29T10:30:05+09:00").unwrap().offset, Some(TimeSpan(9 * TimeSpan::HOUR)));
        assert_eq!(sniff_date("/Date(1700000000000)/").unwrap().clock.ymd(), (2023, 11, 14));
        for no in [
            "2024-02-29",
            "2024-02-29 10:30:05",
            "2024-02-29T10:30",
            "2024-02-30T10:30:05",
            "10:30",
            "2024-02-29T10:30:05x",
        ] {
            assert_eq!(sniff_date(no), None, "{no}");
        }
    }
}
