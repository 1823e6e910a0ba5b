//! ByteQuantifiedSize: `10 MB (10,485,760 bytes)`.

const UNITS: [(&str, u64); 5] = [("TB", 1 << 40), ("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10), ("B", 1)];

/// Reads `10MB`, `1.5 GB`, `300`, or the printed form.
pub(crate) fn parse(text: &str) -> Option<u64> {
    let text = text.trim();
    if let Some((_, inside)) = text.split_once('(') {
        let number: String =
            inside.chars().take_while(|c| c.is_ascii_digit() || *c == ',').filter(|c| *c != ',').collect();
        return number.parse().ok();
    }
    let upper = text.to_ascii_uppercase();
    for (unit, factor) in UNITS {
        if let Some(number) = upper.strip_suffix(unit) {
            let number = number.trim();
            if let Ok(whole) = number.parse::<u64>() {
                return whole.checked_mul(factor);
            }
            let fraction: f64 = number.parse().ok()?;
            return (fraction >= 0.0).then_some((fraction * factor as f64) as u64);
        }
    }
    upper.parse().ok()
}

/// The printed form.
pub(crate) fn display(bytes: u64) -> String {
    let (unit, factor) = UNITS.iter().find(|(_, f)| bytes >= *f).copied().unwrap_or(("B", 1));
    let amount = bytes as f64 / factor as f64;
    let mut rounded = format!("{amount:.4}");
    let kept = rounded.trim_end_matches('0').trim_end_matches('.').len();
    rounded.truncate(kept);
    // Four significant digits, as the product prints.
    if rounded.replace('.', "").len() > 4 && rounded.contains('.') {
        rounded.truncate(5);
        let kept = rounded.trim_end_matches('0').trim_end_matches('.').len();
        rounded.truncate(kept);
    }
    format!("{rounded} {unit} ({} bytes)", grouped(bytes))
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        let check = |text: &str, bytes: u64, shown: &str| {
            assert_eq!(parse(text), Some(bytes), "{text}");
            assert_eq!(display(bytes), shown);
        };
        check("10MB", 10_485_760, "10 MB (10,485,760 bytes)");
        check("1.5 gb", 1_610_612_736, "1.5 GB (1,610,612,736 bytes)");
        check("300", 300, "300 B (300 bytes)");
        check("10 MB (10,485,760 bytes)", 10_485_760, "10 MB (10,485,760 bytes)");
        assert_eq!(parse("many"), None);
    }
}
