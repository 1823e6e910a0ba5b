//! Arguments of commands: atoms, quoted strings, literals (already read in), lists, sets of numbers.

/// Splits a command into its arguments; lists keep their parentheses, sections their brackets.
pub(super) fn arguments(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut word = String::new();
    let (mut quoted, mut depth, mut any) = (false, 0i32, false);
    let mut characters = line.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' if quoted => word.extend(characters.next()),
            '"' => {
                quoted = !quoted;
                any = true;
                if depth > 0 {
                    word.push('"');
                }
            }
            ' ' if !quoted && depth == 0 => {
                if any || !word.is_empty() {
                    found.push(std::mem::take(&mut word));
                }
                any = false;
            }
            _ => {
                if !quoted {
                    depth += i32::from(matches!(c, '(' | '[')) - i32::from(matches!(c, ')' | ']'));
                }
                word.push(c);
            }
        }
    }
    if any || !word.is_empty() {
        found.push(word);
    }
    found
}

/// A quoted string, or NIL.
pub(super) fn quoted(text: Option<&str>) -> String {
    match text {
        Some(text) => {
            let clean: String = text.chars().filter(|c| !c.is_control()).collect();
            format!("\"{}\"", clean.replace('\\', "\\\\").replace('"', "\\\""))
        }
        None => "NIL".into(),
    }
}

/// Whether a number lies in a set such as `1:3,7,9:*`; `largest` stands for `*`. `None` when the set cannot be read.
pub(super) fn in_set(set: &str, number: u32, largest: u32) -> Option<bool> {
    let mut inside = false;
    for range in set.split(',') {
        let value = |text: &str| if text == "*" { Some(largest) } else { text.parse().ok().filter(|n| *n > 0) };
        let (first, last) = range.split_once(':').unwrap_or((range, range));
        let (first, last): (u32, u32) = (value(first)?, value(last)?);
        inside |= (first.min(last)..=first.max(last)).contains(&number);
    }
    Some(inside)
}

#[cfg(test)]
mod tests {
    #[test]
    fn arguments_and_sets() {
        let split = super::arguments("LOGIN \"a \\\"b\" \"\" (FLAGS BODY[HEADER.FIELDS (From To)])");
        assert_eq!(split, ["LOGIN", "a \"b", "", "(FLAGS BODY[HEADER.FIELDS (From To)])"]);
        for (set, number, inside) in [
            ("1:3", 2, Some(true)),
            ("5:*", 4, Some(false)),
            ("*", 9, Some(true)),
            ("3:1", 2, Some(true)),
            ("0", 1, None),
            ("x", 1, None),
        ] {
            assert_eq!(super::in_set(set, number, 9), inside, "{set}");
        }
    }
}
