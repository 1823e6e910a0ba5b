//! The message that shows a stretch of source text.

use super::record::Position;

/// How much of a source line is shown.
const LONGEST: usize = 69;

impl Position {
    /// `PositionMessage`: place, source line and what is meant of it, as `At file:line char:column`.
    pub fn message(&self) -> String {
        let file = self.file.as_ref().map_or("line", |f| f.as_str());
        let file = if file.is_empty() { "line" } else { file };
        format!("At {file}:{} char:{}\n+ {}", self.start_line, self.start_column, self.excerpt())
    }

    /// The source line, cut around the text that is meant, and below it the marks.
    fn excerpt(&self) -> String {
        let line = self.line.as_ref().map_or("", |l| l.trim_end());
        let mut line: Vec<char> = line.chars().collect();
        if line.is_empty() {
            return String::new();
        }
        let length = line.len();
        let start = self.start_column as usize;
        let mut before = start.saturating_sub(1).min(line.len());
        let end = self.end_column as usize;
        let mut marked = match self.start_line == self.end_line && end <= line.len() + 1 {
            true => end.saturating_sub(start),
            false => (line.len() + 1).saturating_sub(start),
        };
        if line.contains(&'\t') {
            let expand = |part: &[char]| -> Vec<char> {
                part.iter().flat_map(|c| if *c == '\t' { vec![' '; 4] } else { vec![*c] }).collect()
            };
            let middle = (before + marked).min(line.len());
            let (head, error, tail) = (expand(&line[..before]), expand(&line[before..middle]), expand(&line[middle..]));
            (before, marked) = (head.len(), error.len());
            line = [head, error, tail].concat();
        }
        let (mut is_cut_before, mut is_cut_after) = (false, false);
        if line.len() > LONGEST {
            let total_suffix = line.len().saturating_sub(marked + before);
            let mut prefix = before.min(12);
            let mut suffix = total_suffix.min(8);
            let mut candidate = prefix + marked + suffix;
            if candidate >= LONGEST {
                if prefix + marked >= LONGEST {
                    marked = LONGEST - prefix;
                }
                is_cut_after = true;
            } else {
                if before > prefix {
                    prefix += (before - prefix).min(LONGEST - candidate);
                    candidate = prefix + marked + suffix;
                }
                if candidate < LONGEST && total_suffix > 0 {
                    suffix += total_suffix.min(LONGEST - candidate);
                }
                is_cut_after = suffix < total_suffix;
            }
            is_cut_before = prefix < before;
            let from = (before - prefix).min(line.len());
            line = line[from..(from + LONGEST).min(line.len())].to_vec();
            before = before.min(prefix);
            marked = marked.min(LONGEST - before);
        }
        // What is missing may be missed behind the end of the line.
        let beyond = start.saturating_sub(1).saturating_sub(length);
        let lead = if is_cut_before { "\u{2026} " } else { "" };
        let trail = if is_cut_after { " \u{2026}" } else { "" };
        let indent = before + beyond + if is_cut_before { 2 } else { 0 };
        let text: String = line.iter().collect();
        format!("{lead}{text}{trail}\n+ {:indent$}{}", "", "~".repeat(marked.max(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::string::Str;

    #[test]
    fn marks_the_text_that_is_meant() {
        let check = |line: &str, from: u32, to: u32, expected: &str| {
            let position = Position {
                start_line: 3,
                end_line: 3,
                start_column: from,
                end_column: to,
                line: Some(Str::from(line)),
                ..Position::default()
            };
            assert_eq!(position.message(), expected, "{line}");
        };
        check("$r = 5 / $z", 1, 12, "At line:3 char:1\n+ $r = 5 / $z\n+ ~~~~~~~~~~~");
        check("\tx", 2, 3, "At line:3 char:2\n+     x\n+     ~");
        check(
            "    [void] Start() { throw [System.TimeoutException]::new(\"$($this.Name) did not answer\") }",
            22,
            88,
            "At line:3 char:22\n+ \u{2026} ] Start() { throw [System.TimeoutException]::new(\"$($this.Name) did n \u{2026}\n+               ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~",
        );
    }
}
