//! Import-Csv.

use command::{
    Bound, Cmdlet, Command, Context, ErrorCategory, Exception, Result, Session, TextEncoding, TextParts, TypeRef,
    Value, file_exception,
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
                let failed = |e: std::io::Error| {
                    file_exception(&e, &path).identity("FileOpenFailure", ErrorCategory::OpenError, Value::Null).throw()
                };
                let mut parts = match TextParts::open(&path, encoding) {
                    Ok(parts) => parts,
                    Err(e) => return failed(e),
                };
                let header = bound.has("Header").then(|| bound.strings("Header"));
                let mut rows = CsvRows::new(header);
                let mut text = String::new();
                loop {
                    let is_last = match parts.read_into(&mut text) {
                        Ok(more) => !more,
                        Err(e) => return failed(e),
                    };
                    let done = rows.emit_whole(session, &mut CsvReader::new(&text, delimiter), is_last)?;
                    if is_last {
                        break;
                    }
                    text.drain(..done);
                }
            }
        }
        Ok(())
    }
}
