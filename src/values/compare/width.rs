//! How many console cells text takes, by PowerShell's own rule (`LengthInBufferCells`).

/// Cells of one UTF-16 unit: two for East Asian wide ones, else one. Combining marks and halves of surrogate pairs count one.
pub fn unit_cells(c: u16) -> usize {
    let wide = c >= 0x1100
        && (c <= 0x115f
            || c == 0x2329
            || c == 0x232a
            || ((0x2e80..=0xa4cf).contains(&c) && c != 0x303f)
            || (0xac00..=0xd7a3).contains(&c)
            || (0xf900..=0xfaff).contains(&c)
            || (0xfe10..=0xfe19).contains(&c)
            || (0xfe30..=0xfe6f).contains(&c)
            || (0xff00..=0xff60).contains(&c)
            || (0xffe0..=0xffe6).contains(&c));
    if wide { 2 } else { 1 }
}

/// Cells of one character.
pub fn char_cells(c: char) -> usize {
    let v = c as u32;
    if v < 0x1100 {
        1
    } else if v > 0xFFFF {
        2
    } else {
        unit_cells(v as u16)
    }
}

/// Length in bytes of the escape sequence that begins `s` (colours, links); zero if none does.
pub fn escape_length(s: &str) -> usize {
    let b = s.as_bytes();
    if b.first() != Some(&0x1b) {
        return 0;
    }
    match b.get(1) {
        Some(b'[') => {
            // Select Graphic Rendition: numbers, semicolons, colons, then `m`.
            let n = b[2..].iter().take_while(|c| c.is_ascii_digit() || matches!(c, b';' | b':')).count();
            if b.get(2 + n) == Some(&b'm') { n + 3 } else { 0 }
        }
        Some(b']') => {
            // Hyperlink: up to the string terminator.
            match s.find("\u{1b}\\") {
                Some(i) if s.starts_with("\u{1b}]8;") => i + 2,
                _ => 0,
            }
        }
        _ => 0,
    }
}

/// Cells of a text; escape sequences take none.
pub fn cells(s: &str) -> usize {
    if !s.contains('\u{1b}') {
        return if s.is_ascii() { s.len() } else { s.chars().map(char_cells).sum() };
    }
    let mut n = 0;
    let mut rest = s;
    while let Some(c) = rest.chars().next() {
        let skip = escape_length(rest);
        if skip > 0 {
            rest = &rest[skip..];
        } else {
            n += char_cells(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    n
}

/// The byte length of the longest beginning of `s` that fits into `room` cells, escape sequences kept whole.
pub fn fit(s: &str, room: usize) -> usize {
    let mut used = 0;
    let mut at = 0;
    while let Some(c) = s[at..].chars().next() {
        let skip = escape_length(&s[at..]);
        if skip > 0 {
            at += skip;
            continue;
        }
        used += char_cells(c);
        if used > room {
            break;
        }
        at += c.len_utf8();
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths() {
        for (s, n) in
            [("abc", 3), ("한글", 4), ("ﾊﾝｶｸ", 4), ("Ａ", 2), ("e\u{301}", 2), ("👍", 2), ("\u{1b}[31mred\u{1b}[0m", 3)]
        {
            assert_eq!(cells(s), n, "{s}");
        }
        assert_eq!(fit("한글", 3), 3);
        assert_eq!(fit("\u{1b}[1mab", 1), 5);
    }
}
