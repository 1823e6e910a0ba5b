//! Colours of the line by our own lexer, parse errors and brackets that belong together.

use command::line::LineSettings;
use language::TokenClass;
use nu_ansi_term::Style;
use reedline::{Highlighter, StyledText};

use crate::color::style_of;
use crate::typing::outside;

/// Colours by our own lexer, those of the settings.
pub struct Colors {
    styles: Vec<(TokenClass, Style)>,
    error: Style,
    plain: Style,
    bracket: Style,
}

const NAMES: &[(TokenClass, &str)] = &[
    (TokenClass::Command, "Command"),
    (TokenClass::Parameter, "Parameter"),
    (TokenClass::Operator, "Operator"),
    (TokenClass::Keyword, "Keyword"),
    (TokenClass::Variable, "Variable"),
    (TokenClass::String, "String"),
    (TokenClass::Number, "Number"),
    (TokenClass::Comment, "Comment"),
    (TokenClass::Type, "Type"),
    (TokenClass::Member, "Member"),
];

impl Colors {
    /// Those of the settings.
    pub fn new(settings: &LineSettings) -> Colors {
        Colors {
            styles: NAMES.iter().map(|(class, name)| (*class, style_of(settings.color(name)))).collect(),
            error: style_of(settings.color("Error")),
            plain: style_of(settings.color("Default")),
            bracket: style_of(settings.color("Emphasis")).bold(),
        }
    }

    fn style(&self, class: TokenClass) -> Style {
        self.styles.iter().find(|(c, _)| *c == class).map_or(self.plain, |(_, style)| *style)
    }
}

impl Highlighter for Colors {
    fn highlight(&self, line: &str, cursor: usize) -> StyledText {
        let mut text = StyledText::new();
        let mut at = 0;
        let parts = language::highlight(line);
        let quoted: Vec<(usize, usize)> = parts
            .iter()
            .filter(|part| matches!(part.class, TokenClass::String | TokenClass::Comment))
            .map(|part| (part.span.start as usize, part.span.end() as usize))
            .collect();
        for part in parts {
            let (start, end) = (part.span.start as usize, part.span.end() as usize);
            // Tokens inside expandable strings come after their string: what was painted stays.
            if start < at || end > line.len() || !line.is_char_boundary(start) || !line.is_char_boundary(end) {
                continue;
            }
            if start > at {
                text.push((self.plain, line[at..start].to_string()));
            }
            let style = if part.error { self.error } else { self.style(part.class) };
            text.push((style, line[start..end].to_string()));
            at = end;
        }
        if at < line.len() {
            text.push((self.plain, line[at..].to_string()));
        }
        if let Some((first, second)) = brackets(line, cursor, &quoted) {
            text.style_range(first, first + 1, self.bracket);
            text.style_range(second, second + 1, self.bracket);
        }
        text
    }
}

/// The bracket at the cursor, or before it, and the one that belongs to it; those in strings and comments are none.
fn brackets(line: &str, cursor: usize, quoted: &[(usize, usize)]) -> Option<(usize, usize)> {
    const PAIRS: [(u8, u8); 3] = [(b'(', b')'), (b'[', b']'), (b'{', b'}')];
    let mut open: Vec<(usize, u8)> = Vec::new();
    let mut found = None;
    for (at, byte) in outside(line, quoted) {
        if PAIRS.iter().any(|(opening, _)| *opening == byte) {
            open.push((at, byte));
        } else if let Some((opening, _)) = PAIRS.iter().find(|(_, closing)| *closing == byte) {
            let Some((start, _)) = open.pop().filter(|(_, found)| found == opening) else { return found };
            // One at the cursor goes before one behind it.
            if start == cursor || at == cursor {
                return Some((start, at));
            }
            if start + 1 == cursor || at + 1 == cursor {
                found = found.or(Some((start, at)));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_belong_together() {
        let check = |line: &str, cursor: usize, expected: Option<(usize, usize)>| {
            let quoted: Vec<(usize, usize)> = language::highlight(line)
                .iter()
                .filter(|part| part.class == TokenClass::String)
                .map(|part| (part.span.start as usize, part.span.end() as usize))
                .collect();
            assert_eq!(brackets(line, cursor, &quoted), expected, "{line} at {cursor}");
        };
        check("(1 + [int]2)", 0, Some((0, 11)));
        check("(1 + [int]2)", 12, Some((0, 11)));
        check("(1 + [int]2)", 5, Some((5, 9)));
        check("(1 + [int]2)", 3, None);
        check("f ')' (1)", 6, Some((6, 8)));
        check("((1)", 0, None);
        check("(])", 0, None);
    }

    #[test]
    fn colours_keep_the_text() {
        for line in ["Get-Item -Path \"a $b c\" | % { $_.Name } # note", "'é' + 1", "\"$("] {
            let text: String =
                Colors::new(&LineSettings::default()).highlight(line, 0).buffer.into_iter().map(|(_, t)| t).collect();
            assert_eq!(text, line);
        }
    }
}
