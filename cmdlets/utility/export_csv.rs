//! Export-Csv.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;

use command::{
    Bound, Cmdlet, Command, Context, ErrorCategory, Exception, Result, Session, Str, TextEncoding, TypeRef, Value,
    WholeFile, file_exception, plain_failure,
};

use crate::csv::reader::CsvReader;
use crate::csv::writer::CsvWriter;

pub static COMMAND: Command = Command { name: "Export-Csv", create: || Box::new(ExportCsv::default()) };

#[derive(Default)]
struct ExportCsv {
    writer: Option<CsvWriter>,
    file: Option<WholeFile>,
    path: PathBuf,
    shown: String,
    encoding: Option<TextEncoding>,
    buffer: String,
    is_started: bool,
    /// Appending to a file that has a header already.
    has_header: bool,
}

impl Cmdlet for ExportCsv {
    fn begin(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let given = bound.str("LiteralPath").or_else(|| bound.str("Path"));
        if bound.has("Path") == bound.has("LiteralPath") {
            return Exception::new(
                TypeRef::INVALID_OPERATION_EXCEPTION,
                "You must specify either the -Path or -LiteralPath parameters, but not both.",
            )
            .identity("CannotSpecifyPathAndLiteralPath", ErrorCategory::InvalidData, Value::Null)
            .throw();
        }
        let mut writer = CsvWriter::new(session, bound)?;
        self.shown = given.map_or_else(String::new, |g| g.to_string());
        if !session.should_process(&self.shown, "Export-Csv")? {
            return Ok(());
        }
        self.path = session.file_path(&self.shown)?;
        let mut encoding = {
            let context: &mut dyn Context = session;
            TextEncoding::from_value(context, &bound.value("Encoding"))?
        };
        let appends = bound.switch("Append");
        if bound.switch("NoClobber") && !appends && self.path.exists() {
            return Exception::new(
                TypeRef::IO_EXCEPTION,
                format!("The file '{}' already exists.", self.path.display()),
            )
            .identity("NoClobber", ErrorCategory::ResourceExists, Value::from(self.path.display().to_string()))
            .throw();
        }
        if appends && self.path.exists() {
            let bytes = values::stop::read(&self.path).or_else(|e| failed(&e, &self.path))?;
            if let Some((found, _)) = TextEncoding::detect(&bytes) {
                encoding = found;
            }
            let text = encoding.decode_file(&bytes).into_owned();
            let mut reader = CsvReader::new(&text, writer.delimiter);
            while reader.comment().is_some() {}
            let mut fields = Vec::new();
            reader.record(&mut fields);
            self.has_header = !fields.is_empty() && !text.is_empty();
            writer.names = fields.into_iter().map(Str::from).collect();
            if !text.is_empty() && !text.ends_with('\n') {
                self.buffer.push('\n');
            }
        }
        if bound.switch("Force") && !appends {
            make_writable(&self.path);
        }
        let is_new = !(appends && self.path.exists());
        let opened = if appends {
            OpenOptions::new().append(true).create(true).open(&self.path).map(WholeFile::in_place)
        } else {
            WholeFile::create(&self.path)
        };
        let mut file = opened.or_else(|e| failed(&e, &self.path))?;
        if is_new {
            file.write_all(encoding.preamble()).or_else(|e| plain_failure(&e, &self.path).throw())?;
        }
        self.file = Some(file);
        self.encoding = Some(encoding);
        self.writer = Some(writer);
        Ok(())
    }

    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let Some(item) = bound.get("InputObject").filter(|v| !v.is_null()) else { return Ok(()) };
        let Some(writer) = &mut self.writer else { return Ok(()) };
        if !self.is_started {
            self.is_started = true;
            if self.has_header {
                if !bound.switch("Force") {
                    let present = CsvWriter::columns(session, item)?;
                    let missing = writer.names.iter().find(|n| !present.iter().any(|p| p.eq_ignore_ascii_case(n)));
                    if let Some(name) = missing {
                        return Exception::new(
                            TypeRef::INVALID_OPERATION_EXCEPTION,
                            format!(
                                "Cannot append CSV content to the following file: {}. The appended object does not have a property that corresponds to the following column: {name}. To continue with mismatched properties, add the -Force parameter, and then retry the command.",
                                self.shown
                            ),
                        )
                        .identity("CannotAppendCsvWithMismatchedPropertyNames", ErrorCategory::InvalidData, Value::Str(name.clone()))
                        .throw();
                    }
                }
            } else {
                writer.names = CsvWriter::columns(session, item)?;
                if bound.switch("IncludeTypeInformation") {
                    self.buffer.push_str(&CsvWriter::type_line(item));
                    self.buffer.push('\n');
                }
                if !bound.switch("NoHeader") {
                    self.buffer.push_str(&writer.header());
                    self.buffer.push('\n');
                }
            }
        }
        writer.row(session, item, &mut self.buffer)?;
        self.buffer.push('\n');
        if self.buffer.len() > 1 << 16 { self.flush() } else { Ok(()) }
    }

    fn end(&mut self, _session: &mut dyn Session, _bound: &Bound) -> Result<()> {
        self.flush()?;
        match self.file.take() {
            Some(file) => file.finish().or_else(|e| plain_failure(&e, &self.path).throw()),
            None => Ok(()),
        }
    }
}

impl ExportCsv {
    fn flush(&mut self) -> Result<()> {
        let (Some(file), Some(encoding)) = (&mut self.file, self.encoding) else { return Ok(()) };
        file.write_all(&encoding.encode(&self.buffer)).or_else(|e| plain_failure(&e, &self.path).throw())?;
        self.buffer.clear();
        Ok(())
    }
}

fn failed<T>(error: &std::io::Error, path: &std::path::Path) -> Result<T> {
    file_exception(error, path).identity("FileOpenFailure", ErrorCategory::OpenError, Value::Null).throw()
}

/// `-Force` overwrites a read-only file too; when that can't be done, opening the file says so.
fn make_writable(path: &std::path::Path) {
    if let Ok(facts) = std::fs::metadata(path) {
        let mut permissions = facts.permissions();
        if permissions.readonly() {
            use std::os::unix::fs::PermissionsExt;
            permissions.set_mode(permissions.mode() | 0o200);
            let _ = std::fs::set_permissions(path, permissions);
        }
    }
}
