//! Tables: widths of columns, heads, rows of one or several lines.

use std::borrow::Cow;

use crate::style::Style;
use crate::view::Alignment;
use crate::width::{self, ELLIPSIS, RESET, cells};

/// What a table needs to know of its surroundings.
pub struct Screen {
    pub at_words: bool,
    pub style: Style,
}

/// The state of one table.
pub struct TableWriter {
    /// Width of each column; none where it is hidden.
    widths: Vec<Option<usize>>,
    alignments: Vec<Alignment>,
    are_properties: Vec<bool>,
    is_disabled: bool,
    hides_header: bool,
    head: Vec<String>,
    screen: Screen,
    /// Rows written since the header.
    pub rows: usize,
}

const NARROWEST_SCREEN: usize = 5;

impl TableWriter {
    /// A table on a screen of so many columns; a width of 0 is shared out.
    pub fn new(
        screen_width: usize,
        widths: Vec<usize>,
        alignments: Vec<Alignment>,
        are_properties: Vec<bool>,
        hides_header: bool,
        screen: Screen,
    ) -> TableWriter {
        let widths = share(widths, screen_width);
        let is_disabled = screen_width < NARROWEST_SCREEN || widths.iter().all(Option::is_none);
        TableWriter { widths, alignments, are_properties, is_disabled, hides_header, head: Vec::new(), screen, rows: 0 }
    }

    /// How many columns there are.
    pub fn columns(&self) -> usize {
        self.widths.len()
    }

    /// The head and the line below it.
    pub fn header(&mut self, labels: &[String]) -> Vec<String> {
        if self.is_disabled || self.hides_header || labels.is_empty() {
            return Vec::new();
        }
        let mut lines = self.wrapped(labels, &self.alignments, true);
        let dashes: Vec<String> = labels
            .iter()
            .zip(&self.widths)
            .map(|(label, width)| match width {
                None => String::new(),
                Some(width) if label.is_empty() => "-".repeat(*width),
                Some(width) => "-".repeat(cells(label).min(*width)),
            })
            .collect();
        lines.push(self.single(&dashes, &self.alignments, true));
        self.rows = lines.len();
        self.head = lines.clone();
        lines
    }

    /// The head once more.
    pub fn repeat_header(&mut self) -> Vec<String> {
        self.rows = self.head.len();
        self.head.clone()
    }

    /// The lines of a row.
    pub fn row(&mut self, texts: &[String], alignments: &[Alignment], is_wrapped: bool) -> Vec<String> {
        if self.is_disabled {
            return Vec::new();
        }
        self.rows += 1;
        let alignments: Vec<Alignment> = (0..self.widths.len())
            .map(|i| match alignments.get(i) {
                None | Some(Alignment::Undefined) => self.alignments[i],
                Some(own) => *own,
            })
            .collect();
        match is_wrapped {
            true => self.wrapped(texts, &alignments, false),
            false => vec![self.single(texts, &alignments, false)],
        }
    }

    fn single(&self, texts: &[String], alignments: &[Alignment], is_header: bool) -> String {
        let mut line = String::new();
        let last = self.widths.len() - 1;
        for (k, width) in self.widths.iter().enumerate() {
            let Some(width) = width else { continue };
            if k > 0 {
                line.push(' ');
            }
            let text = texts.get(k).map_or("", String::as_str);
            let field = field(text, *width, alignments[k], k != last);
            if is_header {
                line.push_str(&self.screen.style.table_header);
            }
            line.push_str(&field);
            let is_open = width::is_decorated(&field) && !field.trim_end().ends_with(RESET);
            if is_header || is_open {
                line.push_str(RESET);
            }
        }
        line
    }

    fn wrapped(&self, texts: &[String], alignments: &[Alignment], is_header: bool) -> Vec<String> {
        let active: Vec<(usize, usize)> =
            self.widths.iter().enumerate().filter_map(|(k, w)| w.map(|w| (k, w))).collect();
        let mut columns: Vec<Vec<String>> = Vec::with_capacity(active.len());
        for (place, (k, width)) in active.iter().enumerate() {
            let pads = place + 1 < active.len();
            let text = texts.get(*k).map_or("", String::as_str);
            let alignment = alignments[*k];
            let mut lines = width::generate_lines(text, *width, *width, self.screen.at_words);
            for line in &mut lines {
                if (pads || matches!(alignment, Alignment::Right | Alignment::Center)) && cells(line) < *width {
                    *line = field(line, *width, alignment, pads);
                }
                if place > 0 {
                    line.insert(0, ' ');
                }
            }
            columns.push(lines);
        }
        let height = columns.iter().map(Vec::len).max().unwrap_or(0);
        let last_with_content: Vec<usize> =
            (0..height).map(|row| columns.iter().rposition(|c| c.len() > row).unwrap_or(0)).collect();
        for (place, (_, width)) in active.iter().enumerate() {
            let blanks = if place + 1 < active.len() { width + usize::from(place > 0) } else { 0 };
            while columns[place].len() < height {
                let row = columns[place].len();
                columns[place].push(if place > last_with_content[row] { String::new() } else { " ".repeat(blanks) });
            }
        }
        let style = &self.screen.style;
        (0..height)
            .map(|row| {
                let mut line = String::new();
                for (place, (k, _)) in active.iter().enumerate() {
                    let mut value = columns[place][row].as_str();
                    if place == last_with_content[row] && height > 1 {
                        value = value.trim_end();
                    }
                    if !is_header {
                        line.push_str(value);
                        continue;
                    }
                    if self.are_properties[*k] {
                        line.push_str(&style.table_header);
                        line.push_str(value);
                    } else if !value.is_empty() {
                        let at = usize::from(place > 0);
                        line.push_str(&value[..at]);
                        line.push_str(&style.custom_table_header_label);
                        line.push_str(&value[at..]);
                    }
                    line.push_str(RESET);
                }
                line
            })
            .collect()
    }
}

/// How many texts of a width fit side by side.
pub fn wide_columns(widest: usize, screen_width: usize) -> usize {
    let mut count = 1;
    while widest * (count + 1) + count < screen_width {
        count += 1;
    }
    count
}

/// Widths that fit the screen: columns without a width share what is left; from the right, columns are narrowed and hidden.
fn share(widths: Vec<usize>, screen_width: usize) -> Vec<Option<usize>> {
    let mut widths: Vec<Option<usize>> = widths.into_iter().map(Some).collect();
    let total = |widths: &[Option<usize>]| {
        let visible = widths.iter().flatten().filter(|w| **w > 0).count();
        widths.iter().flatten().sum::<usize>() + visible.saturating_sub(1)
    };
    let open: Vec<usize> = (0..widths.len()).filter(|k| widths[*k] == Some(0)).collect();
    if !open.is_empty() {
        open.iter().for_each(|k| widths[*k] = Some(1));
        let mut left = screen_width.saturating_sub(total(&widths));
        'share: while left > 0 {
            for k in &open {
                if let Some(width) = &mut widths[*k] {
                    *width += 1;
                }
                left -= 1;
                if left == 0 {
                    break 'share;
                }
            }
        }
    }
    while total(&widths) > screen_width {
        let excess = total(&widths) - screen_width;
        let Some(last) = widths.iter().rposition(|w| w.is_some()) else { break };
        widths[last] = widths[last].filter(|w| *w > excess).map(|w| w - excess);
    }
    widths
}

/// A text in a field: padded, or cut with an ellipsis.
fn field(text: &str, width: usize, alignment: Alignment, pads: bool) -> String {
    let mut text: Cow<'_, str> = width::first_line(text);
    let mut size = cells(&text);
    if size > width {
        let room = width.saturating_sub(1);
        text = Cow::Owned(match (alignment, room > 0) {
            (Alignment::Right, true) => width::substring(&text, width::fit_tail(&text, room), None, ELLIPSIS, ""),
            (_, true) => width::substring(&text, 0, Some(width::fit_head(&text, room)), "", ELLIPSIS),
            (Alignment::Right, false) => width::substring(&text, width::fit_tail(&text, width), None, "", ""),
            (_, false) => width::substring(&text, 0, Some(width::fit_head(&text, width)), "", ""),
        });
        size = cells(&text);
        if size >= width {
            return text.into_owned();
        }
    }
    let missing = width - size;
    match alignment {
        Alignment::Right => format!("{:missing$}{text}", ""),
        Alignment::Center => {
            let left = missing / 2;
            let right = if pads { missing - left } else { 0 };
            format!("{:left$}{text}{:right$}", "", "")
        }
        _ if pads => format!("{text}{:missing$}", ""),
        _ => text.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_trims_widths() {
        let check = |widths: &[usize], screen: usize, expected: &[i64]| {
            let shared: Vec<i64> = share(widths.to_vec(), screen).iter().map(|w| w.map_or(-1, |w| w as i64)).collect();
            assert_eq!(shared, expected, "{widths:?} on {screen}");
        };
        check(&[0, 0], 21, &[10, 10]);
        check(&[5, 0], 21, &[5, 15]);
        check(&[10, 10, 10], 21, &[10, 10, -1]);
        check(&[10, 10, 10], 25, &[10, 10, 3]);
    }

    #[test]
    fn fits_text_into_fields() {
        let check = |text: &str, width, alignment, pads, expected: &str| {
            assert_eq!(field(text, width, alignment, pads), expected, "{text}");
        };
        check("abcdef", 4, Alignment::Left, true, "abc…");
        check("abcdef", 4, Alignment::Right, true, "…def");
        check("ab", 4, Alignment::Center, true, " ab ");
        check("ab", 4, Alignment::Left, false, "ab");
        check("a\nb", 4, Alignment::Left, false, "a…");
    }
}
