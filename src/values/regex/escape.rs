//! `Regex.Escape` and `Regex.Unescape`.

use super::atoms;
use super::error::RegexParseError;
use super::regex::Options;

/// Puts a backslash before each character that means something in a pattern.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{0c}' => out.push_str("\\f"),
            '\\' | '*' | '+' | '?' | '|' | '{' | '[' | '(' | ')' | '^' | '$' | '.' | '#' | ' ' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// Turns escapes into the characters they stand for.
pub fn unescape(text: &str) -> Result<String, RegexParseError> {
    if !text.contains('\\') {
        return Ok(text.to_string());
    }
    let units = atoms::unescape_units(text, Options::NONE)?;
    Ok(String::from_utf16_lossy(&units))
}
