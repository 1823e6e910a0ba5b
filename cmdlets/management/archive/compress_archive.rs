//! Compress-Archive.

use std::path::{Path, PathBuf};

use command::{Bound, Cmdlet, Command, ErrorCategory, Exception, Result, Session, Str, TypeRef, Value, file_exception};
use values::{convert, members};

use values::types::io::zip_format::{Entry, read, stamp, write};

pub static COMMAND: Command = Command { name: "Compress-Archive", create: || Box::<CompressArchive>::default() };

#[derive(Default)]
struct CompressArchive {
    sources: Vec<PathBuf>,
}

fn refuse<T>(id: &str, category: ErrorCategory, text: String, target: &str) -> Result<T> {
    Exception::new(TypeRef::INVALID_OPERATION_EXCEPTION, text).identity(id, category, Value::from(target)).throw()
}

/// The archive that a destination names, with its extension.
pub fn archive_path(session: &mut dyn Session, given: &str) -> Result<PathBuf> {
    let path = session.file_path(given)?;
    match path.extension() {
        None => Ok(PathBuf::from(format!("{}.zip", path.display()))),
        Some(e) if e.eq_ignore_ascii_case("zip") => Ok(path),
        Some(e) => {
            let extension = format!(".{}", e.to_string_lossy());
            let text = format!(
                "{extension} is not a supported archive file format. .zip is the only supported archive file format."
            );
            Exception::new(TypeRef::IO_EXCEPTION, text)
                .identity("NotSupportedArchiveFileExtension", ErrorCategory::InvalidArgument, Value::from(extension))
                .throw()
        }
    }
}

impl Cmdlet for CompressArchive {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let is_literal = bound.has("LiteralPath");
        let given: Vec<Str> = if is_literal { bound.strings("LiteralPath") } else { bound.strings("Path") };
        for text in given {
            let found = session.resolve_path(&text, is_literal).unwrap_or_default();
            if found.is_empty() {
                let why = format!("The path '{text}' either does not exist or is not a valid file system path.");
                return refuse("ArchiveCmdletPathNotFound", ErrorCategory::InvalidArgument, why, &text);
            }
            self.sources.extend(found.iter().map(|p| PathBuf::from(p.path.as_str())));
        }
        Ok(())
    }

    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let target = archive_path(session, &bound.str("DestinationPath").unwrap_or_else(Str::empty))?;
        let shown = target.display().to_string();
        let mut entries = Vec::new();
        if target.is_file() {
            if bound.switch("Update") {
                let bytes = values::stop::read(&target).or_else(|e| file_exception(&e, &target).throw())?;
                entries = read(&bytes).or_else(|e| file_exception(&e, &target).throw())?;
            } else if !bound.switch("Force") {
                let why = format!(
                    "The archive file {shown} already exists. Use the -Update parameter to update the existing archive file or use the -Force parameter to overwrite the existing archive file."
                );
                return Exception::new(TypeRef::IO_EXCEPTION, why)
                    .identity("ArchiveFileExists", ErrorCategory::PermissionDenied, Value::from(shown))
                    .throw();
            }
        }
        if !session.should_process(&shown, "Compress-Archive")? {
            return Ok(());
        }
        for source in std::mem::take(&mut self.sources) {
            let base = source.parent().unwrap_or(Path::new("/")).to_path_buf();
            collect(session, &source, &base, &mut entries)?;
        }
        let level = match bound.enum_name("CompressionLevel").map(|l| l.to_lowercase()).as_deref() {
            Some("nocompression") => 0,
            Some("fastest") => 1,
            _ => 6,
        };
        let bytes = write(&entries, level).or_else(|e| file_exception(&e, &target).throw())?;
        // The archive takes the old one's place only when it is written as a whole.
        let draft = PathBuf::from(format!("{shown}.{}.part", std::process::id()));
        let done = std::fs::write(&draft, bytes).and_then(|()| std::fs::rename(&draft, &target));
        if let Err(error) = done {
            let _ = std::fs::remove_file(&draft);
            return file_exception(&error, &target).throw();
        }
        if !bound.switch("PassThru") {
            return Ok(());
        }
        let made = session.invoke_command(
            "Get-Item",
            vec![(Some(Str::from("LiteralPath")), Value::from(shown))],
            Vec::new(),
        )?;
        made.into_iter().try_for_each(|item| session.write(item))
    }
}

/// Adds a file, or a folder with all that is in it.
fn collect(session: &mut dyn Session, path: &Path, base: &Path, entries: &mut Vec<Entry>) -> Result<()> {
    let facts = std::fs::metadata(path).or_else(|e| file_exception(&e, path).throw())?;
    let name = path.strip_prefix(base).unwrap_or(path).display().to_string();
    let stamp = modified(session, &facts)?;
    if facts.is_dir() {
        let mut children: Vec<PathBuf> = std::fs::read_dir(path)
            .or_else(|e| file_exception(&e, path).throw())?
            .flatten()
            .map(|e| e.path())
            .collect();
        children.sort();
        if children.is_empty() {
            put(entries, Entry { name: format!("{name}/"), data: Vec::new(), stamp });
        }
        return children.iter().try_for_each(|child| collect(session, child, base, entries));
    }
    let data = values::stop::read(path).or_else(|e| file_exception(&e, path).throw())?;
    put(entries, Entry { name, data, stamp });
    Ok(())
}

fn put(entries: &mut Vec<Entry>, entry: Entry) {
    match entries.iter_mut().find(|e| e.name == entry.name) {
        Some(old) => *old = entry,
        None => entries.push(entry),
    }
}

fn modified(session: &mut dyn Session, facts: &std::fs::Metadata) -> Result<(u16, u16)> {
    let seconds =
        facts.modified().ok().and_then(|t| t.duration_since(std::time::UNIX_EPOCH).ok()).map_or(0, |d| d.as_secs());
    let epoch = convert::convert(session, &Value::from("1970-01-01T00:00:00Z"), TypeRef::DATETIME)?;
    let local = members::call(session, &epoch, "ToUniversalTime", &[])?;
    let local = members::call(session, &local, "AddSeconds", &[Value::F64(seconds as f64)])?;
    let local = members::call(session, &local, "ToLocalTime", &[])?;
    let mut part = |name: &str| -> Result<i64> {
        Ok(members::get(session, &local, name)?.and_then(|v| v.as_i64()).unwrap_or_default())
    };
    let day = (part("Year")?, part("Month")? as u16, part("Day")? as u16);
    Ok(stamp(day, (part("Hour")? as u16, part("Minute")? as u16, part("Second")? as u16)))
}
