//! The `-UFormat` letters of Get-Date.

use command::{Result, Session};
use values::time::{DateTime, Zone};

use crate::date::get_date::formatted;

/// A date in a Unix format; `%` before the letters may be left out of none of them, a leading `+` is skipped.
pub fn format_unix(session: &mut dyn Session, date: DateTime, format: &str, zone: &Zone) -> Result<String> {
    let format = format.strip_prefix('+').unwrap_or(format);
    let mut out = String::new();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let Some(letter) = chars.next() else {
            out.push('%');
            break;
        };
        let net = match letter {
            'A' => "dddd",
            'a' => "ddd",
            'B' => "MMMM",
            'b' | 'h' => "MMM",
            'c' => "ddd dd MMM yyyy HH:mm:ss",
            'D' | 'x' => "MM/dd/yy",
            'd' => "dd",
            'F' => "yyyy-MM-dd",
            'H' => "HH",
            'I' => "hh",
            'M' => "mm",
            'm' => "MM",
            'p' => "tt",
            'R' => "HH:mm",
            'r' => "hh:mm:ss tt",
            'S' => "ss",
            'T' | 'X' => "HH:mm:ss",
            'Y' => "yyyy",
            'y' => "yy",
            'Z' => "zz",
            _ => "",
        };
        if !net.is_empty() {
            // A single-letter format would be taken as a standard one.
            let net = if net.len() == 1 { format!("%{net}") } else { net.to_string() };
            out.push_str(&formatted(session, date, &net, zone)?);
            continue;
        }
        let week = date.day_of_week();
        match letter {
            'C' => out.push_str(&format!("{:02}", date.year() / 100)),
            'e' => out.push_str(&format!("{:>2}", date.day())),
            'G' => out.push_str(&format!("{:04}", date.iso_week().0)),
            'g' => out.push_str(&format!("{:02}", date.iso_week().0 % 100)),
            'j' => out.push_str(&format!("{:03}", date.day_of_year())),
            'k' => out.push_str(&format!("{:>2}", date.hour())),
            'l' => out.push_str(&format!("{:>2}", (date.hour() + 11) % 12 + 1)),
            'n' => out.push('\n'),
            's' => out.push_str(&date.to_universal(zone).unix_seconds().to_string()),
            't' => out.push('\t'),
            'U' | 'W' => out.push_str(&(date.day_of_year() / 7).to_string()),
            'u' => out.push_str(&(if week == 0 { 7 } else { week }).to_string()),
            'V' => out.push_str(&format!("{:02}", date.iso_week().1)),
            'w' => out.push_str(&week.to_string()),
            other => out.push(other),
        }
    }
    Ok(out)
}
