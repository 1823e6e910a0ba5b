//! Export-Clixml, Import-Clixml, ConvertTo-CliXml and ConvertFrom-CliXml.

use command::{
    Bound, Cmdlet, Command, ErrorCategory, Exception, Result, Session, TextEncoding, TypeRef, file_exception,
};
use values::{Value, clixml};

use super::out_file::{Opening, Sink, target_path};
use crate::render::Line;

/// Export-Clixml.
pub static EXPORT: Command =
    Command { name: "Export-Clixml", create: || Box::new(Collect { to_file: true, items: Vec::new(), sink: None }) };
/// ConvertTo-CliXml.
pub static CONVERT_TO: Command = Command {
    name: "ConvertTo-CliXml",
    create: || Box::new(Collect { to_file: false, items: Vec::new(), sink: None }),
};
/// Import-Clixml.
pub static IMPORT: Command = Command { name: "Import-Clixml", create: || Box::new(Import) };
/// ConvertFrom-CliXml.
pub static CONVERT_FROM: Command = Command { name: "ConvertFrom-CliXml", create: || Box::new(ConvertFrom) };

const DEFAULT_DEPTH: i64 = 2;

struct Collect {
    to_file: bool,
    items: Vec<Value>,
    sink: Option<Sink>,
}

impl Cmdlet for Collect {
    fn begin(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        if !self.to_file {
            return Ok(());
        }
        let path = target_path(session, bound, "Path")?;
        let encoding = match bound.get("Encoding").cloned() {
            Some(value) => TextEncoding::from_value(session, &value)?,
            None => TextEncoding::Utf8,
        };
        if session.should_process(&path.to_string_lossy(), "Export-Clixml")? {
            let how = Opening {
                appends: false,
                no_clobber: bound.switch("NoClobber"),
                force: bound.switch("Force"),
                ends_lines: false,
                encoding,
            };
            self.sink = Some(Sink::open(path, how)?);
        }
        Ok(())
    }

    fn process(&mut self, _session: &mut dyn Session, bound: &Bound) -> Result<()> {
        if bound.has("InputObject") {
            self.items.push(bound.value("InputObject"));
        }
        Ok(())
    }

    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let depth = bound.int("Depth").unwrap_or(DEFAULT_DEPTH);
        let items = std::mem::take(&mut self.items);
        if !self.to_file {
            let text = clixml::serialize(session, &items, depth)?;
            return session.write(Value::from(text));
        }
        let Some(mut sink) = self.sink.take() else { return Ok(()) };
        let text = clixml::serialize(session, &items, depth)?;
        sink.write(vec![Line { text, stream: 0, is_raw: true }])?;
        sink.close()
    }
}

struct Import;

impl Cmdlet for Import {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let is_literal = bound.has("LiteralPath");
        let names = if is_literal { bound.strings("LiteralPath") } else { bound.strings("Path") };
        for name in names {
            let paths = match session.resolve_path(&name, is_literal) {
                Ok(paths) => paths.into_iter().map(|p| p.path).collect(),
                Err(flow) if flow.record().is_none() => return Err(flow),
                // What is not there is reported as a file that can't be opened.
                Err(_) => vec![values::Str::from(session.file_path(&name)?.to_string_lossy().as_ref())],
            };
            for path in paths {
                let path = std::path::PathBuf::from(path.as_str());
                let bytes = read(&path)?;
                let (encoding, mark) = TextEncoding::detect(&bytes).unwrap_or((TextEncoding::Utf8, 0));
                let text = encoding.decode(&bytes[mark..]).into_owned();
                let items = clixml::deserialize(session, &text)?;
                emit(session, bound, items)?;
            }
        }
        Ok(())
    }
}

fn read(path: &std::path::Path) -> Result<Vec<u8>> {
    if path.is_dir() {
        let text = format!("Access to the path '{}' is denied.", path.display());
        return Exception::new(TypeRef::UNAUTHORIZED_ACCESS_EXCEPTION, text)
            .identity("FileOpenFailure", ErrorCategory::OpenError, Value::Null)
            .throw();
    }
    match std::fs::read(path) {
        Ok(bytes) => Ok(bytes),
        Err(error) => {
            file_exception(&error, path).identity("FileOpenFailure", ErrorCategory::OpenError, Value::Null).throw()
        }
    }
}

/// Writes the objects that `-First`, `-Skip` and `-IncludeTotalCount` ask for.
fn emit(session: &mut dyn Session, bound: &Bound, items: Vec<Value>) -> Result<()> {
    // A document of one list stands for the list's items.
    let items = match items.as_slice() {
        [only] => values::members::enumerate(session, only)?.unwrap_or(items),
        _ => items,
    };
    let number = |name: &str| bound.get(name).and_then(Value::as_i64).and_then(|n| usize::try_from(n).ok());
    if bound.switch("IncludeTotalCount") {
        session.write(Value::U64(items.len() as u64))?;
    }
    let (skip, first) = (number("Skip").unwrap_or(0), number("First").unwrap_or(usize::MAX));
    items.into_iter().skip(skip).take(first).try_for_each(|item| session.write(item))
}

struct ConvertFrom;

impl Cmdlet for ConvertFrom {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let text = bound.str("InputObject").unwrap_or_else(values::Str::empty);
        for item in clixml::deserialize(session, &text)? {
            session.write_enumerated(item)?;
        }
        Ok(())
    }
}
