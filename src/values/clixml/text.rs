//! Text inside of elements: `_x000A_` for what XML can't carry.

use crate::string::{Str, utf16};

/// Encodes control characters, surrogates and underscores that look like an encoding.
pub fn encode(text: &str) -> String {
    let is_plain = |c: char| {
        let code = c as u32;
        code > 0x1F && !(0x7F..=0x9F).contains(&code) && code < 0xD800 && c != '_'
    };
    if text.chars().all(is_plain) {
        return text.to_string();
    }
    let units: Vec<u16> = utf16(text).collect();
    let mut out = String::with_capacity(text.len() + 16);
    for (number, unit) in units.iter().enumerate() {
        let next = units.get(number + 1).copied().unwrap_or(0);
        let looks_encoded = *unit == 0x5F && (next == u16::from(b'x') || next == u16::from(b'X'));
        let is_control = *unit <= 0x1F || (0x7F..=0x9F).contains(unit) || (0xD800..=0xDFFF).contains(unit);
        match char::from_u32(u32::from(*unit)) {
            Some(c) if !looks_encoded && !is_control => out.push(c),
            _ => out.push_str(&format!("_x{unit:04X}_")),
        }
    }
    out
}

/// Takes the encoding back.
pub fn decode(text: &str) -> Str {
    if !text.contains("_x") && !text.contains("_X") {
        return Str::from(text);
    }
    let units: Vec<u16> = utf16(text).collect();
    let mut out = Vec::with_capacity(units.len());
    let mut at = 0;
    while at < units.len() {
        match encoded(&units[at..]) {
            Some(unit) => {
                out.push(unit);
                at += 7;
            }
            None => {
                out.push(units[at]);
                at += 1;
            }
        }
    }
    Str::from_utf16(&out)
}

fn encoded(units: &[u16]) -> Option<u16> {
    let head = units.get(..7)?;
    if head[0] != 0x5F || !(head[1] == u16::from(b'x') || head[1] == u16::from(b'X')) || head[6] != 0x5F {
        return None;
    }
    let digits: String = head[2..6].iter().map(|u| char::from_u32(u32::from(*u)).unwrap_or('?')).collect();
    u16::from_str_radix(&digits, 16).ok()
}

/// Escapes text for XML.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            other => out.push(other),
        }
    }
    out
}

/// Escapes text for an attribute.
pub fn escape_attribute(text: &str) -> String {
    escape(text).replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_carry_is_encoded() {
        let check = |text: &str, encoded: &str| {
            assert_eq!(encode(text), encoded);
            assert_eq!(decode(encoded).as_str(), text);
        };
        check("a\nb", "a_x000A_b");
        check("_x0041_", "_x005F_x0041_");
        check("_x_", "_x005F_x_");
        check("😀", "_xD83D__xDE00_");
        check("a_b", "a_b");
    }
}
