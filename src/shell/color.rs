//! Styles of escape sequences: the colours that settings name.

use nu_ansi_term::{Color, Style};

/// The style of an escape sequence such as ESC `[93m`; what is not known of it is left out.
pub fn style_of(sequence: &str) -> Style {
    let mut style = Style::new();
    for part in sequence.split('\u{1b}').filter_map(|p| p.strip_prefix('[')?.strip_suffix('m')) {
        let mut numbers = part.split(';').map(|n| n.parse::<u16>().unwrap_or(0));
        while let Some(number) = numbers.next() {
            style = match number {
                0 => Style::new(),
                1 => style.bold(),
                2 => style.dimmed(),
                3 => style.italic(),
                4 => style.underline(),
                7 => style.reverse(),
                30..=37 => style.fg(basic(number - 30, false)),
                90..=97 => style.fg(basic(number - 90, true)),
                40..=47 => style.on(basic(number - 40, false)),
                100..=107 => style.on(basic(number - 100, true)),
                38 | 48 => match extended(&mut numbers) {
                    Some(color) if number == 38 => style.fg(color),
                    Some(color) => style.on(color),
                    None => style,
                },
                _ => style,
            };
        }
    }
    style
}

fn extended(numbers: &mut impl Iterator<Item = u16>) -> Option<Color> {
    match numbers.next()? {
        5 => Some(Color::Fixed(numbers.next()? as u8)),
        2 => Some(Color::Rgb(numbers.next()? as u8, numbers.next()? as u8, numbers.next()? as u8)),
        _ => None,
    }
}

fn basic(number: u16, is_bright: bool) -> Color {
    match (number, is_bright) {
        (0, false) => Color::Black,
        (1, false) => Color::Red,
        (2, false) => Color::Green,
        (3, false) => Color::Yellow,
        (4, false) => Color::Blue,
        (5, false) => Color::Purple,
        (6, false) => Color::Cyan,
        (7, false) => Color::White,
        (0, true) => Color::DarkGray,
        (1, true) => Color::LightRed,
        (2, true) => Color::LightGreen,
        (3, true) => Color::LightYellow,
        (4, true) => Color::LightBlue,
        (5, true) => Color::LightPurple,
        (6, true) => Color::LightCyan,
        _ => Color::LightGray,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences() {
        assert_eq!(style_of("\u{1b}[93m"), Style::new().fg(Color::LightYellow));
        assert_eq!(style_of("\u{1b}[38;2;1;2;3m"), Style::new().fg(Color::Rgb(1, 2, 3)));
        assert_eq!(style_of("\u{1b}[97;2;3m"), Style::new().fg(Color::LightGray).dimmed().italic());
        assert_eq!(style_of("nothing"), Style::new());
    }
}
