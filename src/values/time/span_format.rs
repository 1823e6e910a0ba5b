//! `ToString` of TimeSpan.

use super::format::{quoted, repeat};
use super::{TimeError, TimeSpan};
use crate::culture::NumberFormat;

/// Formats a TimeSpan: `c` (also `t`, `T` and the empty format), `g`, `G`, or a custom format.
pub fn format_span(span: TimeSpan, format: &str, nf: &NumberFormat) -> Result<String, TimeError> {
    match format {
        "" | "c" | "t" | "T" => Ok(constant(span)),
        "g" => Ok(general(span, false, &nf.decimal_separator)),
        "G" => Ok(general(span, true, &nf.decimal_separator)),
        f if f.chars().count() == 1 => Err(TimeError::Format),
        f => custom(span, f),
    }
}

/// Days, hours, minutes, seconds, ticks below a second; without sign.
fn parts(span: TimeSpan) -> (u64, u64, u64, u64, u64) {
    let t = span.0.unsigned_abs();
    let second = TimeSpan::SECOND as u64;
    (t / TimeSpan::DAY as u64, t / (second * 3600) % 24, t / (second * 60) % 60, t / second % 60, t % second)
}

fn constant(span: TimeSpan) -> String {
    let (d, h, m, s, f) = parts(span);
    let mut out = String::new();
    if span.0 < 0 {
        out.push('-');
    }
    if d != 0 {
        out.push_str(&format!("{d}."));
    }
    out.push_str(&format!("{h:02}:{m:02}:{s:02}"));
    if f != 0 {
        out.push_str(&format!(".{f:07}"));
    }
    out
}

fn general(span: TimeSpan, long: bool, decimal: &str) -> String {
    let (d, h, m, s, f) = parts(span);
    let mut out = String::new();
    if span.0 < 0 {
        out.push('-');
    }
    if long {
        return format!("{out}{d}:{h:02}:{m:02}:{s:02}{decimal}{f:07}");
    }
    if d != 0 {
        out.push_str(&format!("{d}:"));
    }
    out.push_str(&format!("{h}:{m:02}:{s:02}"));
    if f != 0 {
        let digits = format!("{f:07}");
        out.push_str(decimal);
        out.push_str(digits.trim_end_matches('0'));
    }
    out
}

fn custom(span: TimeSpan, format: &str) -> Result<String, TimeError> {
    let (d, h, m, s, frac) = parts(span);
    let f: Vec<char> = format.chars().collect();
    let mut out = String::new();
    let mut i = 0;
    while i < f.len() {
        let c = f[i];
        let n;
        match c {
            'h' | 'm' | 's' => {
                n = repeat(&f, i);
                if n > 2 {
                    return Err(TimeError::Format);
                }
                let v = match c {
                    'h' => h,
                    'm' => m,
                    _ => s,
                };
                out.push_str(&format!("{v:0n$}"));
            }
            'd' => {
                n = repeat(&f, i);
                if n > 8 {
                    return Err(TimeError::Format);
                }
                out.push_str(&format!("{d:0n$}"));
            }
            'f' | 'F' => {
                n = repeat(&f, i);
                if n > 7 {
                    return Err(TimeError::Format);
                }
                let digits = format!("{frac:07}");
                out.push_str(if c == 'f' { &digits[..n] } else { digits[..n].trim_end_matches('0') });
            }
            '\'' | '"' => {
                let (text, len) = quoted(&f, i)?;
                out.push_str(&text);
                n = len;
            }
            '%' => match f.get(i + 1) {
                Some(c) if *c != '%' => {
                    out.push_str(&custom(span, &c.to_string())?);
                    n = 2;
                }
                _ => return Err(TimeError::Format),
            },
            '\\' => {
                out.push(*f.get(i + 1).ok_or(TimeError::Format)?);
                n = 2;
            }
            _ => return Err(TimeError::Format),
        }
        i += n;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats() {
        let nf = NumberFormat::invariant();
        let fr = crate::culture::Culture::get("fr-FR").unwrap();
        let span = TimeSpan::from_fields(1, 2, 3, 4, 567).unwrap();
        let short = TimeSpan(-15_000_000);
        for (s, f, want) in [
            (span, "", "1.02:03:04.5670000"),
            (span, "g", "1:2:03:04.567"),
            (span, "hh", "02"),
            (span, "fff", "567"),
            (span, "\\-hh", "-02"),
            (span, "d\\.hh", "1.02"),
            (span, "d' days'", "1 days"),
            (short, "c", "-00:00:01.5000000"),
            (short, "%d", "0"),
            (TimeSpan::ZERO, "G", "0:00:00:00.0000000"),
            (TimeSpan::ZERO, "dddddddd", "00000000"),
            (TimeSpan::MIN, "c", "-10675199.02:48:05.4775808"),
        ] {
            assert_eq!(format_span(s, f, &nf).unwrap(), want, "{f}");
        }
        assert_eq!(format_span(TimeSpan::MAX, "G", &fr.number).unwrap(), "10675199:02:48:05,4775807");
        for bad in ["ddddddddd", "hh:mm", "x", "%"] {
            assert!(format_span(span, bad, &nf).is_err(), "{bad}");
        }
    }
}
