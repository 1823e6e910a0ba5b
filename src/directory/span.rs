//! Time spans: `d.hh:mm:ss[.fffffff]` to ticks and back.

const SECOND: i64 = 10_000_000;

/// Ticks of a time span as .NET reads it; a bare number is days.
pub(crate) fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    if let Ok(days) = text.parse::<i64>() {
        return Some(sign * days * 86_400 * SECOND);
    }
    let (days, clock) = match text.split_once('.') {
        Some((days, clock)) if clock.contains(':') => (days.parse::<i64>().ok()?, clock),
        _ => (0, text),
    };
    let mut parts = clock.split(':');
    let hours: i64 = parts.next()?.parse().ok()?;
    let minutes: i64 = parts.next()?.parse().ok()?;
    let seconds = parts.next().unwrap_or("0");
    let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
    let whole: i64 = whole.parse().ok()?;
    let fraction: i64 = format!("{fraction:0<7}").get(..7)?.parse().ok()?;
    if parts.next().is_some() || hours > 23 || minutes > 59 || whole > 59 {
        return None;
    }
    Some(sign * (((days * 24 + hours) * 60 + minutes) * 60 + whole) * SECOND + sign * fraction)
}

/// The constant form, days only where there are some.
pub(crate) fn display(ticks: i64) -> String {
    let sign = if ticks < 0 { "-" } else { "" };
    let ticks = ticks.unsigned_abs();
    let (seconds, fraction) = (ticks / SECOND.unsigned_abs(), ticks % SECOND.unsigned_abs());
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let mut text = format!("{:02}:{:02}:{:02}", rest / 3600, rest / 60 % 60, rest % 60);
    if days > 0 {
        text = format!("{days}.{text}");
    }
    if fraction > 0 {
        text += &format!(".{fraction:07}");
    }
    format!("{sign}{text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans() {
        let check = |text: &str, shown: &str| assert_eq!(parse(text).map(display).as_deref(), Some(shown), "{text}");
        check("60.00:00:00", "60.00:00:00");
        check("2", "2.00:00:00");
        check("01:30", "01:30:00");
        check("-00:00:01.5", "-00:00:01.5000000");
        assert_eq!(parse("25:00:00"), None);
        assert_eq!(parse("soon"), None);
    }
}
