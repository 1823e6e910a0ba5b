//! The text of `PromptForChoice`.

use command::Choice;
use unicode_width::UnicodeWidthStr;

/// What was answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    Choice(i32),
    Help,
    Unknown,
}

/// Key and label of a choice: `&Yes` is `Y` and `Yes`.
fn parts(choice: &Choice) -> (String, String) {
    let label = choice.label.to_string();
    match label.find('&') {
        Some(at) => {
            let key: String = label[at + 1..].chars().next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
            (key, format!("{}{}", &label[..at], &label[at + 1..]).trim().to_string())
        }
        None => (String::new(), label),
    }
}

/// Caption and message.
pub fn head(caption: &str, message: &str, width: usize) -> String {
    let mut text = String::new();
    if !caption.is_empty() {
        text.push_str(&format!("\n{caption}\n"));
    }
    if !message.is_empty() {
        for line in message.split('\n') {
            text.push_str(&wrapped(line, width));
            text.push('\n');
        }
    }
    text
}

/// A line broken between words so that one cell of the window stays free. Blanks count as words of their own.
fn wrapped(line: &str, width: usize) -> String {
    let mut out = String::new();
    let mut column = 0;
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let is_blank = first == ' ';
        let end = rest.find(|c: char| (c == ' ') != is_blank).unwrap_or(rest.len());
        let (word, more) = rest.split_at(end);
        if column > 0 && column + word.width() + 1 > width {
            out.push('\n');
            column = 0;
        }
        out.push_str(word);
        column += word.width();
        rest = more;
    }
    out
}

/// `[Y] Yes  [N] No  [?] Help (default is "Y"): `, wrapped at the window's width.
pub fn question(choices: &[Choice], default: i32, width: usize) -> String {
    let mut pieces: Vec<String> = Vec::new();
    for choice in choices {
        let (key, label) = parts(choice);
        pieces.push(format!("[{key}] {label}  "));
    }
    pieces.push("[?] Help ".to_string());
    if let Some(choice) = usize::try_from(default).ok().and_then(|d| choices.get(d)) {
        let (key, label) = parts(choice);
        pieces.push(format!("(default is \"{}\"): ", if key.is_empty() { label } else { key }));
    }
    let mut text = String::new();
    let mut column = 0;
    let mut is_wrapped = false;
    for piece in pieces {
        if column > 0 && column + piece.width() > width {
            text.push('\n');
            column = 0;
            is_wrapped = true;
        }
        column += piece.width();
        text.push_str(&piece);
    }
    if is_wrapped {
        text.truncate(text.trim_end().len());
    }
    text
}

/// Which choice an answer means.
pub fn answer(choices: &[Choice], default: i32, answer: &str) -> Answer {
    if answer.is_empty() {
        return if default >= 0 { Answer::Choice(default) } else { Answer::Unknown };
    }
    for (index, choice) in choices.iter().enumerate() {
        let (key, label) = parts(choice);
        if label.eq_ignore_ascii_case(answer) || (!key.is_empty() && key.eq_ignore_ascii_case(answer)) {
            return Answer::Choice(index as i32);
        }
    }
    if answer == "?" { Answer::Help } else { Answer::Unknown }
}

/// The help texts.
pub fn help(choices: &[Choice]) -> String {
    choices
        .iter()
        .map(|choice| {
            let (key, label) = parts(choice);
            format!("{} - {}\n", if key.is_empty() { label } else { key }, choice.help)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choices(labels: &[&str]) -> Vec<Choice> {
        labels.iter().map(|l| Choice { label: (*l).into(), help: "".into() }).collect()
    }

    #[test]
    fn questions() {
        let two = choices(&["&One", "&Two"]);
        assert_eq!(question(&two, 1, 80), "[O] One  [T] Two  [?] Help (default is \"T\"): ");
        assert_eq!(question(&two, -1, 80), "[O] One  [T] Two  [?] Help ");
        let many = choices(&["&Yes", "Yes to &All", "&No", "No to A&ll", "&Suspend"]);
        assert_eq!(
            question(&many, 0, 80),
            "[Y] Yes  [A] Yes to All  [N] No  [L] No to All  [S] Suspend  [?] Help \n(default is \"Y\"):"
        );
    }

    #[test]
    fn answers() {
        let some = choices(&["&Red", "Blu&e"]);
        assert_eq!(answer(&some, 1, "e"), Answer::Choice(1));
        assert_eq!(answer(&some, 1, "RED"), Answer::Choice(0));
        assert_eq!(answer(&some, 1, ""), Answer::Choice(1));
        assert_eq!(answer(&some, -1, ""), Answer::Unknown);
        assert_eq!(answer(&some, 1, "?"), Answer::Help);
    }
}
