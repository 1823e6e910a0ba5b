//! ConvertFrom-Markdown.

use std::path::Path;

use command::{
    Bound, Cmdlet, Command, ErrorCategory, ErrorRecord, NativeObject, Result, Session, Str, TextEncoding, TypeRef,
    Value, file_exception,
};
use values::{convert, members};

use super::options::MarkdownOptions;
use super::render;

pub static COMMAND: Command = Command { name: "ConvertFrom-Markdown", create: || Box::new(ConvertFromMarkdown) };

struct ConvertFromMarkdown;

impl Cmdlet for ConvertFromMarkdown {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let is_colored = bound.switch("AsVT100EncodedString");
        if let Some(input) = bound.get("InputObject").cloned() {
            let text = match input.base() {
                Value::Str(text) => text.clone(),
                _ => match members::get(session, &input, "FullName")? {
                    Some(path) => read(Path::new(convert::to_display(&path).as_str()))?,
                    None => {
                        let ty = input.type_ref().map_or("", TypeRef::name);
                        return session.write_error(ErrorRecord::simple(
                            TypeRef::INVALID_OPERATION_EXCEPTION,
                            format!("The type of the input object '{ty}' is invalid."),
                            "InvalidInputObject",
                            ErrorCategory::InvalidData,
                            input,
                        ));
                    }
                },
            };
            let made = info(session, &text, is_colored);
            return session.write(made);
        }
        let is_literal = bound.has("LiteralPath");
        for given in bound.strings(if is_literal { "LiteralPath" } else { "Path" }) {
            for found in session.resolve_path(&given, is_literal)? {
                let text = read(Path::new(found.path.as_str()))?;
                let made = info(session, &text, is_colored);
                session.write(made)?;
            }
        }
        Ok(())
    }
}

/// The text of a file.
pub fn read(path: &Path) -> Result<Str> {
    match values::stop::read(path) {
        Ok(bytes) => Ok(Str::from(TextEncoding::Utf8.decode_file(&bytes).into_owned())),
        Err(error) => file_exception(&error, path)
            .identity("FileReadError", ErrorCategory::ReadError, Value::from(path.display().to_string()))
            .throw(),
    }
}

/// MarkdownInfo.
fn info(session: &mut dyn Session, text: &str, is_colored: bool) -> Value {
    let (html, colored) = match is_colored {
        true => (Value::Null, Value::from(render::to_vt100(text, &MarkdownOptions::of(session)))),
        false => (Value::from(render::to_html(text)), Value::Null),
    };
    NativeObject::of(
        "Microsoft.PowerShell.MarkdownRender.MarkdownInfo",
        vec![("Html", html), ("VT100EncodedString", colored), ("Tokens", Value::from(text))],
    )
}
