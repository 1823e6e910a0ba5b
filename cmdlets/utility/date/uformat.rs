//! The `-UFormat` letters of Get-Date.

use command::{ErrorCategory, Exception, Result, Session, TypeRef, Value};
use values::composite::{CompositeError, format_composite};
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
            return Exception::new(
                class("System.IndexOutOfRangeException"),
                "Index was outside the bounds of the array.",
            )
            .identity("System.IndexOutOfRangeException", ErrorCategory::NotSpecified, Value::Null)
            .throw();
        };
        let net = match letter {
            'A' => "dddd",
            'a' => "ddd",
            'B' => "MMMM",
            'b' | 'h' => "MMM",
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
        if letter == 'c' {
            // Each part by itself: beside a day the month would take its genitive.
            let mut parts = Vec::new();
            for part in ["ddd", "dd", "MMM", "yyyy", "HH:mm:ss"] {
                parts.push(formatted(session, date, part, zone)?);
            }
            out.push_str(&parts.join(" "));
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
    inserted(session, date, &out, zone)
}

/// What was made of the letters is a composite format itself: `{0}` in it is the date again.
fn inserted(session: &mut dyn Session, date: DateTime, text: &str, zone: &Zone) -> Result<String> {
    if !text.contains(['{', '}']) {
        return Ok(text.to_string());
    }
    let made = format_composite(text, 1, |_, format| formatted(session, date, format, zone));
    let why = match made {
        Ok(text) => return Ok(text),
        Err(CompositeError::Argument(flow)) => return Err(flow),
        Err(CompositeError::Index) => {
            "Index (zero based) must be greater than or equal to zero and less than the size of the argument list."
                .to_string()
        }
        Err(CompositeError::Format { offset, reason }) => {
            format!("Input string was not in a correct format. Failure to parse near offset {offset}. {reason}.")
        }
    };
    Exception::new(TypeRef::FORMAT_EXCEPTION, why)
        .identity("System.FormatException", ErrorCategory::NotSpecified, Value::Null)
        .throw()
}

fn class(name: &str) -> TypeRef {
    TypeRef::find(name).unwrap_or(TypeRef::EXCEPTION)
}
