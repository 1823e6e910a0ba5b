//! `TimeSpan.Parse` and `ParseExact`.

use super::format::{quoted, repeat};
use super::{TimeError, TimeSpan};
use crate::culture::NumberFormat;

fn bad(text: &str) -> TimeError {
    TimeError::Text(text.to_string(), "TimeSpan")
}

/// Builds the span, checking each field's range. A fraction has at most seven digits.
fn build(text: &str, negative: bool, fields: [u64; 4], fraction: &str) -> Result<TimeSpan, TimeError> {
    let [d, h, m, s] = fields;
    let range = || TimeError::SpanRange(text.to_string());
    if d > 10_675_199 || h > 23 || m > 59 || s > 59 || fraction.len() > 7 {
        return Err(range());
    }
    let f: i128 = format!("{fraction:0<7}").parse().unwrap_or(0);
    let t = (i128::from(d) * 86400 + i128::from(h) * 3600 + i128::from(m) * 60 + i128::from(s)) * 10_000_000 + f;
    i64::try_from(if negative { -t } else { t }).map(TimeSpan).map_err(|_| range())
}

/// Parses `[-]d`, `[-][d.]hh:mm[:ss[.ff]]`, `[-]d:hh:mm:ss[.ff]` with blanks around.
pub fn parse_span(text: &str, nf: &NumberFormat) -> Result<TimeSpan, TimeError> {
    let t = text.trim();
    let (negative, body) = match t.strip_prefix('-') {
        Some(b) => (true, b),
        None => (false, t),
    };
    if body.is_empty() {
        return Err(bad(text));
    }
    // Numbers and what stands between them.
    let mut numbers: Vec<&str> = Vec::new();
    let mut marks: Vec<String> = Vec::new();
    let mut rest = body;
    loop {
        let len = rest.bytes().take_while(u8::is_ascii_digit).count();
        if len == 0 {
            return Err(bad(text));
        }
        numbers.push(&rest[..len]);
        rest = &rest[len..];
        if rest.is_empty() {
            break;
        }
        let sep = rest.bytes().take_while(|b| !b.is_ascii_digit()).count();
        marks.push(rest[..sep].to_string());
        rest = &rest[sep..];
        if numbers.len() > 5 {
            return Err(bad(text));
        }
    }
    let decimal = nf.decimal_separator.as_ref();
    let kinds: String = marks
        .iter()
        .map(|m| match m.as_str() {
            ":" => ':',
            "." => '.',
            m if m == decimal => ',',
            _ => '?',
        })
        .collect();
    let n = |i: usize| numbers[i].parse::<u64>().unwrap_or(u64::MAX);
    let range = || TimeError::SpanRange(text.to_string());
    // Leading zeros aside, a field of more than eight digits cannot be meant.
    let no_fraction = "";
    match kinds.as_str() {
        "" => build(text, negative, [n(0), 0, 0, 0], no_fraction),
        ":" => build(text, negative, [0, n(0), n(1), 0], no_fraction),
        "::" => {
            let hms = build(text, negative, [0, n(0), n(1), n(2)], no_fraction);
            hms.or_else(|_| build(text, negative, [n(0), n(1), n(2), 0], no_fraction)).map_err(|_| range())
        }
        ".:" => build(text, negative, [n(0), n(1), n(2), 0], no_fraction),
        ".::" | ":::" => build(text, negative, [n(0), n(1), n(2), n(3)], no_fraction),
        "::." | "::," => build(text, negative, [0, n(0), n(1), n(2)], numbers[3]),
        ":." | ":," => Err(bad(text)),
        ".::." | ".::," | ":::." | ":::," => build(text, negative, [n(0), n(1), n(2), n(3)], numbers[4]),
        _ => Err(bad(text)),
    }
}

/// Parses by one format. `assume_negative` is `TimeSpanStyles.AssumeNegative`.
pub fn parse_span_exact(
    text: &str,
    format: &str,
    nf: &NumberFormat,
    assume_negative: bool,
) -> Result<TimeSpan, TimeError> {
    match format {
        "c" | "t" | "T" => {
            let span = parse_span(text, &NumberFormat::invariant());
            // The constant format separates days by a point only.
            let long_fraction = text.trim().rsplit_once('.').is_some_and(|(a, f)| a.contains(':') && f.len() > 7);
            let colons = text.matches(':').count();
            return if long_fraction || colons > 2 { Err(bad(text)) } else { span };
        }
        "g" | "G" => return parse_span(text, nf),
        f if f.chars().count() < 2 => return Err(TimeError::Format),
        _ => {}
    }
    let f: Vec<char> = format.chars().collect();
    let t: Vec<char> = text.chars().collect();
    let (mut i, mut p) = (0, 0);
    let mut fields = [0u64; 4];
    let mut seen = [false; 5];
    let mut fraction = String::new();
    while i < f.len() {
        let start = if f[i] == '%' { i + 1 } else { i };
        let c = *f.get(start).ok_or(TimeError::Format)?;
        let n;
        match c {
            'd' | 'h' | 'm' | 's' => {
                n = repeat(&f, start);
                let (slot, most) = match c {
                    'd' => (0, 8),
                    'h' => (1, 2),
                    'm' => (2, 2),
                    _ => (3, 2),
                };
                if n > most || seen[slot] {
                    return Err(TimeError::Format);
                }
                seen[slot] = true;
                // One letter takes up to the most digits, more letters take exactly that many.
                let (least, most) = if n == 1 { (1, most) } else { (n, if c == 'd' { 8 } else { n }) };
                let len = t[p..].iter().take(most).take_while(|c| c.is_ascii_digit()).count();
                if len < least {
                    return Err(TimeError::Format);
                }
                fields[slot] = t[p..p + len].iter().collect::<String>().parse().unwrap_or(u64::MAX);
                p += len;
            }
            'f' | 'F' => {
                n = repeat(&f, start);
                if n > 7 || seen[4] {
                    return Err(TimeError::Format);
                }
                seen[4] = true;
                let len = t[p..].iter().take(n).take_while(|c| c.is_ascii_digit()).count();
                if c == 'f' && len < n {
                    return Err(TimeError::Format);
                }
                fraction = t[p..p + len].iter().collect();
                p += len;
            }
            '\'' | '"' => {
                let (lit, len) = quoted(&f, start)?;
                n = len;
                for c in lit.chars() {
                    if t.get(p) != Some(&c) {
                        return Err(TimeError::Format);
                    }
                    p += 1;
                }
            }
            '\\' => {
                let c = *f.get(start + 1).ok_or(TimeError::Format)?;
                n = 2;
                if t.get(p) != Some(&c) {
                    return Err(TimeError::Format);
                }
                p += 1;
            }
            _ => return Err(TimeError::Format),
        }
        i = start + n;
    }
    if p < t.len() {
        return Err(bad(text));
    }
    build(text, assume_negative, fields, &fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse() {
        let nf = NumberFormat::invariant();
        for (t, want) in [
            ("1:2", "01:02:00"),
            (" 2:00 ", "02:00:00"),
            ("5", "5.00:00:00"),
            ("1.02:03:04", "1.02:03:04"),
            ("1:02:03.4", "01:02:03.4000000"),
            ("1:1:1:1", "1.01:01:01"),
            ("-1:00", "-01:00:00"),
        ] {
            let s = parse_span(t, &nf).unwrap();
            assert_eq!(super::super::format_span(s, "c", &nf).unwrap(), want, "{t}");
        }
        for t in ["24:00", "99999999", "1:60", "00:00:00.12345678"] {
            assert!(matches!(parse_span(t, &nf), Err(TimeError::SpanRange(_))), "{t}");
        }
        for t in ["0.5", "abc", "", "1 day", "1.2"] {
            assert!(matches!(parse_span(t, &nf), Err(TimeError::Text(..))), "{t}");
        }
        assert_eq!(parse_span_exact("1:02", "h\\:mm", &nf, false), Ok(TimeSpan(62 * TimeSpan::MINUTE)));
        assert!(matches!(parse_span_exact("5", "h\\:mm", &nf, false), Err(TimeError::Format)));
    }
}
