//! Import-PowerShellDataFile.

use command::{Bound, Cmdlet, Command, ErrorCategory, ErrorRecord, Result, Session, TypeRef, Value, file_exception};

pub static COMMAND: Command =
    Command { name: "Import-PowerShellDataFile", create: || Box::new(ImportPowerShellDataFile) };

struct ImportPowerShellDataFile;

impl Cmdlet for ImportPowerShellDataFile {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let is_literal = bound.has("LiteralPath");
        for given in bound.strings(if is_literal { "LiteralPath" } else { "Path" }) {
            let found = match crate::input::files(session, &given, is_literal) {
                Ok(found) => found,
                Err(flow) => match *flow {
                    values::Flow::Throw(_) => Vec::new(),
                    other => return Err(Box::new(other)),
                },
            };
            let Some(path) = found.into_iter().find(|p| p.exists()) else {
                session.write_error(ErrorRecord::simple(
                    TypeRef::ARGUMENT_EXCEPTION,
                    format!("Cannot find path '{given}' because it does not exist."),
                    "PathNotFound",
                    ErrorCategory::InvalidArgument,
                    Value::Str(given),
                ))?;
                continue;
            };
            let text = match values::stop::read(&path) {
                Ok(bytes) => command::TextEncoding::Utf8.decode_file(&bytes).into_owned(),
                Err(e) => return file_exception(&e, &path).throw(),
            };
            let shown = path.display().to_string();
            let made = session.data_from_text(&text, Some(&shown), &[])?;
            match made {
                Some(value) => session.write(value)?,
                None => session.write_error(ErrorRecord::simple(
                    TypeRef::INVALID_OPERATION_EXCEPTION,
                    format!("The file '{shown}' could not be parsed as a PowerShell Data File."),
                    "CouldNotParseAsPowerShellDataFile",
                    ErrorCategory::InvalidData,
                    Value::from(shown),
                ))?,
            }
        }
        Ok(())
    }
}
