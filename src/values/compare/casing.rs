//! Simple case mappings: one code point to one, as `ToUpper` and `ToLower` of .NET.

use crate::culture::Culture;

fn only(mut it: impl Iterator<Item = char>) -> Option<char> {
    match (it.next(), it.next()) {
        (Some(c), None) => Some(c),
        _ => None,
    }
}

/// `Char.ToUpperInvariant`. Dotless i and long s stay, as .NET has it.
pub fn upper(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_uppercase();
    }
    match c {
        'ı' | 'ſ' => c,
        // Title-case letters have simple capitals that the full mapping agrees with.
        c => only(c.to_uppercase()).filter(|u| u.len_utf16() == c.len_utf16()).unwrap_or(c),
    }
}

/// `Char.ToLowerInvariant`. Capital I with dot stays.
pub fn lower(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    match c {
        'İ' => c,
        c => only(c.to_lowercase()).filter(|u| u.len_utf16() == c.len_utf16()).unwrap_or(c),
    }
}

/// `Char.ToUpper` in a culture.
pub fn upper_in(c: char, culture: &Culture) -> char {
    match c {
        'i' if culture.is_turkic() => 'İ',
        'ı' if !culture.name.is_empty() => 'I',
        'ſ' if !culture.name.is_empty() => 'S',
        c => upper(c),
    }
}

/// `Char.ToLower` in a culture.
pub fn lower_in(c: char, culture: &Culture) -> char {
    match c {
        'I' if culture.is_turkic() => 'ı',
        'İ' if !culture.name.is_empty() => 'i',
        c => lower(c),
    }
}

/// `String.ToUpperInvariant`.
pub fn to_upper_invariant(s: &str) -> String {
    if s.is_ascii() { s.to_ascii_uppercase() } else { s.chars().map(upper).collect() }
}

/// `String.ToLowerInvariant`.
pub fn to_lower_invariant(s: &str) -> String {
    if s.is_ascii() { s.to_ascii_lowercase() } else { s.chars().map(lower).collect() }
}

/// `String.ToUpper(culture)`.
pub fn to_upper(s: &str, culture: &Culture) -> String {
    if s.is_ascii() && !culture.is_turkic() {
        s.to_ascii_uppercase()
    } else {
        s.chars().map(|c| upper_in(c, culture)).collect()
    }
}

/// `String.ToLower(culture)`.
pub fn to_lower(s: &str, culture: &Culture) -> String {
    if s.is_ascii() && !culture.is_turkic() {
        s.to_ascii_lowercase()
    } else {
        s.chars().map(|c| lower_in(c, culture)).collect()
    }
}

/// `TextInfo.ToTitleCase`: the first letter of each word capital, the rest small; words all in capitals stay.
pub fn to_title_case(s: &str, culture: &Culture) -> String {
    let chars: Vec<char> = s.chars().collect();
    let mut out = String::with_capacity(s.len());
    let mut i = 0;
    while i < chars.len() {
        if !chars[i].is_alphabetic() {
            out.push(chars[i]);
            i += 1;
            continue;
        }
        let start = i;
        // An apostrophe inside a word belongs to it.
        while i < chars.len()
            && (chars[i].is_alphanumeric() || chars[i] == '\'' || chars[i] == '\u{2019}' || is_mark(chars[i]))
        {
            i += 1;
        }
        let word = &chars[start..i];
        let has_lower = word.iter().any(|c| c.is_lowercase());
        if word.len() > 1 && !has_lower {
            out.extend(word);
            continue;
        }
        out.push(upper_in(word[0], culture));
        out.extend(word[1..].iter().map(|c| lower_in(*c, culture)));
    }
    out
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mappings() {
        let en = Culture::get("en-US").unwrap();
        let tr = Culture::get("tr-TR").unwrap();
        assert_eq!(to_upper_invariant("straße ıſé가"), "STRAßE ıſÉ가");
        assert_eq!(to_lower_invariant("ÀİΣ"), "àİσ");
        assert_eq!(to_upper("iı", &tr), "İI");
        assert_eq!(to_lower("Iİ", &tr), "ıi");
        for (s, want) in [
            ("hello wORLD ABC", "Hello World ABC"),
            ("mc donald", "Mc Donald"),
            ("hello 한글", "Hello 한글"),
            ("it's o'neil", "It's O'neil"),
        ] {
            assert_eq!(to_title_case(s, &en), want);
        }
    }
}
