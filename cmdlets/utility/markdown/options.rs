//! The colours in which Markdown is shown, kept for the session.

use command::{NativeObject, Session, Value};

/// Escape codes without the escape character.
#[derive(Clone, Debug)]
pub struct MarkdownOptions {
    headers: [String; 6],
    pub code: String,
    pub link: String,
    pub image: String,
    pub emphasis_bold: String,
    pub emphasis_italics: String,
}

impl Default for MarkdownOptions {
    fn default() -> MarkdownOptions {
        MarkdownOptions::dark()
    }
}

impl MarkdownOptions {
    /// `-Theme Dark`.
    pub fn dark() -> MarkdownOptions {
        MarkdownOptions::made(
            ["[7m", "[4;93m", "[4;94m", "[4;95m", "[4;96m", "[4;97m"],
            "[48;2;155;155;155;38;2;30;30;30m",
            "[4;38;5;117m",
            "[36m",
        )
    }

    /// `-Theme Light`.
    pub fn light() -> MarkdownOptions {
        MarkdownOptions::made(
            ["[7m", "[4;33m", "[4;34m", "[4;35m", "[4;36m", "[4;30m"],
            "[48;2;155;155;155;38;2;30;30;30m",
            "[4;38;5;117m",
            "[36m",
        )
    }

    fn made(headers: [&str; 6], code: &str, link: &str, italics: &str) -> MarkdownOptions {
        MarkdownOptions {
            headers: headers.map(str::to_string),
            code: code.into(),
            link: link.into(),
            image: "[33m".into(),
            emphasis_bold: "[1m".into(),
            emphasis_italics: italics.into(),
        }
    }

    /// The code of a heading's level, 1 to 6.
    pub fn header(&self, level: usize) -> &str {
        self.headers.get(level.saturating_sub(1)).map_or("[7m", String::as_str)
    }

    /// Those of the session.
    pub fn of(session: &mut dyn Session) -> MarkdownOptions {
        let slot = session.module_state("markdown-options");
        slot.as_ref().and_then(|held| held.downcast_ref::<MarkdownOptions>()).cloned().unwrap_or_default()
    }

    /// Keeps them for the session.
    pub fn keep(self, session: &mut dyn Session) {
        *session.module_state("markdown-options") = Some(Box::new(self));
    }

    /// Stores one by the name of its parameter or property; false where there is none.
    pub fn set(&mut self, name: &str, code: &str) -> bool {
        let code = code.trim_start_matches('\u{1b}').to_string();
        match name {
            "Code" => self.code = code,
            "Link" | "LinkForegroundColor" => self.link = code,
            "Image" | "ImageAltTextForegroundColor" => self.image = code,
            "EmphasisBold" | "BoldForegroundColor" => self.emphasis_bold = code,
            "EmphasisItalics" | "ItalicsForegroundColor" => self.emphasis_italics = code,
            _ => {
                let digit = name.strip_prefix("Header").and_then(|n| n.chars().next()).and_then(|c| c.to_digit(10));
                match digit.and_then(|n| self.headers.get_mut((n as usize).saturating_sub(1))) {
                    Some(slot) => *slot = code,
                    None => return false,
                }
            }
        }
        true
    }

    /// PSMarkdownOptionInfo.
    pub fn value(&self) -> Value {
        let shown = |code: &str| Value::from(code);
        NativeObject::of(
            "Microsoft.PowerShell.MarkdownRender.PSMarkdownOptionInfo",
            vec![
                ("Header1", shown(&self.headers[0])),
                ("Header2", shown(&self.headers[1])),
                ("Header3", shown(&self.headers[2])),
                ("Header4", shown(&self.headers[3])),
                ("Header5", shown(&self.headers[4])),
                ("Header6", shown(&self.headers[5])),
                ("Code", shown(&self.code)),
                ("Link", shown(&self.link)),
                ("Image", shown(&self.image)),
                ("EmphasisBold", shown(&self.emphasis_bold)),
                ("EmphasisItalics", shown(&self.emphasis_italics)),
                ("EnableVT100Encoding", Value::Bool(true)),
            ],
        )
    }
}
