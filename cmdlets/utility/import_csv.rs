//! Import-Csv.

use command::{
    Bound, Cmdlet, Command, Context, ErrorCategory, Exception, Result, Session, TextEncoding, TypeRef, Value,
    file_exception,
};

use crate::csv::reader::{CsvReader, CsvRows};
use crate::csv::writer::delimiter;

pub static COMMAND: Command = Command { name: "Import-Csv", create: || Box::new(ImportCsv) };

struct ImportCsv;

impl Cmdlet for ImportCsv {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        if bound.has("Path") && bound.has("LiteralPath") {
            return Exception::new(
                TypeRef::INVALID_OPERATION_EXCEPTION,
                "You must specify either the -Path or -LiteralPath parameters, but not both.",
            )
            .identity("CannotSpecifyPathAndLiteralPath", ErrorCategory::InvalidData, Value::Null)
            .throw();
        }
        let is_literal = bound.has("LiteralPath");
        let delimiter = delimiter(session, bound);
        let encoding = {
            let context: &mut dyn Context = session;
            TextEncoding::from_value(context, &bound.value("Encoding"))?
        };
        for given in bound.strings(if is_literal { "LiteralPath" } else { "Path" }) {
            for path in crate::input::files(session, &given, is_literal)? {
                let bytes = match std::fs::read(&path) {
                    Ok(bytes) => bytes,
                    Err(e) => {
                        return file_exception(&e, &path)
                            .identity("FileOpenFailure", ErrorCategory::OpenError, Value::Null)
                            .throw();
                    }
                };
                let text = encoding.decode_file(&bytes);
                let header = bound.has("Header").then(|| bound.strings("Header"));
                CsvRows::new(header).emit(session, &mut CsvReader::new(&text, delimiter))?;
            }
        }
        Ok(())
    }
}
