//! Lists: a name, a colon and the value, broken to the width that is left.

use crate::style::Style;
use crate::width::{RESET, cells, fit_head, generate_lines, is_decorated, split_lines, substring};

const SEPARATOR: &str = " : ";

/// The lines of one entry.
pub fn lines(fields: &[(String, String)], columns: usize, at_words: bool, style: &Style) -> Vec<String> {
    let mut out = Vec::new();
    if fields.is_empty() || columns < SEPARATOR.len() + 2 {
        return out;
    }
    let most = columns - SEPARATOR.len() - 1;
    let widest = fields.iter().map(|(n, _)| cells(n)).max().unwrap_or(0).min(most);
    let indent = widest + SEPARATOR.len();
    let is_plain = style.is_plain();
    for (name, value) in fields {
        let size = cells(name);
        let mut label =
            if size > widest { substring(name, 0, Some(fit_head(name, widest)), "", "") } else { name.clone() };
        label.push_str(&" ".repeat(widest.saturating_sub(size)));
        label.push_str(SEPARATOR);
        for (number, line) in split_lines(value).into_iter().enumerate() {
            for (part, mut text) in
                generate_lines(&line, columns - indent, columns - indent, at_words).into_iter().enumerate()
            {
                if is_decorated(&text) && !text.ends_with(RESET) {
                    text.push_str(RESET);
                }
                out.push(match (number, part) {
                    (0, 0) if is_plain => format!("{label}{text}"),
                    (0, 0) => format!("{}{label}{RESET}{text}", style.format_accent),
                    _ => format!("{:indent$}{text}", ""),
                });
            }
        }
    }
    out
}
