//! Show-Markdown.

use std::path::Path;

use command::{Bound, Cmdlet, Command, ErrorCategory, Result, Session, Value, error_of};
use values::{convert, members};

use super::convert_from_markdown::read;
use super::options::MarkdownOptions;
use super::render;

pub static COMMAND: Command = Command { name: "Show-Markdown", create: || Box::new(ShowMarkdown) };

struct ShowMarkdown;

impl Cmdlet for ShowMarkdown {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        if bound.switch("UseBrowser") {
            return error_of(
                "BrowserNotSupported",
                ErrorCategory::NotImplemented,
                "No browser is opened from here: ConvertFrom-Markdown gives the HTML.",
            );
        }
        if let Some(input) = bound.get("InputObject").cloned() {
            if let Some(shown) = members::get(session, &input, "VT100EncodedString")?.filter(|v| !v.is_null()) {
                return session.write(shown);
            }
            // What ConvertFrom-Markdown made keeps its text.
            let text = match members::get(session, &input, "Tokens")? {
                Some(text) => convert::to_str(session, &text)?,
                None => convert::to_str(session, &input)?,
            };
            return show(session, &text);
        }
        let is_literal = bound.has("LiteralPath");
        for given in bound.strings(if is_literal { "LiteralPath" } else { "Path" }) {
            for found in session.resolve_path(&given, is_literal)? {
                let text = read(Path::new(found.path.as_str()))?;
                show(session, &text)?;
            }
        }
        Ok(())
    }
}

fn show(session: &mut dyn Session, text: &str) -> Result<()> {
    let options = MarkdownOptions::of(session);
    session.write(Value::from(render::to_vt100(text, &options)))
}
