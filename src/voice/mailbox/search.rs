//! Message counts, and finding people by keypad.

use crate::config::UmMailbox;

/// Counts for message waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WaitingCounts {
    pub new: u32,
    pub old: u32,
    pub urgent_new: u32,
    pub urgent_old: u32,
}

/// Keys that spell a text: letters by the keypad, digits as they are, all else dropped.
pub fn keypad(text: &str) -> String {
    text.chars()
        .filter_map(|c| {
            let c = c.to_ascii_lowercase();
            match c {
                'a'..='c' => Some('2'),
                'd'..='f' => Some('3'),
                'g'..='i' => Some('4'),
                'j'..='l' => Some('5'),
                'm'..='o' => Some('6'),
                'p'..='s' => Some('7'),
                't'..='v' => Some('8'),
                'w'..='z' => Some('9'),
                '0'..='9' => Some(c),
                _ => None,
            }
        })
        .collect()
}

/// Mailboxes whose last-first name, or alias with `by_alias`, begins with those keys.
pub fn directory_matches<'a>(
    mailboxes: impl Iterator<Item = &'a UmMailbox>,
    keys: &str,
    by_alias: bool,
) -> Vec<&'a UmMailbox> {
    mailboxes
        .filter(|m| m.enabled && m.searchable)
        .filter(|m| {
            let spelled = if by_alias {
                keypad(m.smtp.split('@').next().unwrap_or(&m.alias))
            } else {
                let (first, last) = m.display_name.rsplit_once(' ').unwrap_or(("", &m.display_name));
                keypad(&format!("{last}{first}"))
            };
            spelled.starts_with(keys)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_by_last_name_or_alias() {
        let people: Vec<UmMailbox> = [("Ken Myer", "kenmyer@x"), ("Pilar Ackerman", "pilar@x")]
            .iter()
            .map(|(n, s)| UmMailbox { display_name: n.to_string(), smtp: s.to_string(), ..UmMailbox::default() })
            .collect();
        for (keys, alias, found) in
            [("6937", false, 1), ("536", true, 1), ("745", true, 1), ("999", false, 0), ("", false, 2)]
        {
            assert_eq!(directory_matches(people.iter(), keys, alias).len(), found, "{keys}");
        }
    }
}
