//! Set-MarkdownOption.

use command::{Bound, Cmdlet, Command, ErrorCategory, Result, Session, error_of};
use values::{convert, members};

use super::options::MarkdownOptions;

pub static COMMAND: Command = Command { name: "Set-MarkdownOption", create: || Box::new(SetMarkdownOption) };

struct SetMarkdownOption;

/// The parameters of one colour each.
const COLORS: &[&str] = &[
    "Header1Color",
    "Header2Color",
    "Header3Color",
    "Header4Color",
    "Header5Color",
    "Header6Color",
    "Code",
    "ImageAltTextForegroundColor",
    "LinkForegroundColor",
    "ItalicsForegroundColor",
    "BoldForegroundColor",
];

impl Cmdlet for SetMarkdownOption {
    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let mut options = match bound.str("Theme").as_deref() {
            Some(theme) if theme.eq_ignore_ascii_case("Light") => MarkdownOptions::light(),
            Some(_) => MarkdownOptions::dark(),
            None => MarkdownOptions::of(session),
        };
        if let Some(input) = bound.get("InputObject") {
            let is_options = members::type_names(input).iter().any(|n| n.ends_with("PSMarkdownOptionInfo"));
            if !is_options {
                return error_of(
                    "InvalidObject",
                    ErrorCategory::InvalidArgument,
                    "The InputObject is of an unexpected type. The expected type is Microsoft.PowerShell.MarkdownRender.PSMarkdownOptionInfo.",
                );
            }
            for (name, value) in members::properties(session, input)? {
                options.set(&name, &convert::to_display(&value));
            }
        }
        for name in COLORS {
            if let Some(code) = bound.str(name) {
                options.set(name, &code);
            }
        }
        options.clone().keep(session);
        if bound.switch("PassThru") {
            session.write(options.value())?;
        }
        Ok(())
    }
}
