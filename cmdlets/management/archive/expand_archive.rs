//! Expand-Archive.

use std::path::{Component, Path, PathBuf};

use command::{Bound, Cmdlet, Command, ErrorCategory, Exception, Result, Session, Str, TypeRef, Value, file_exception};

use values::types::io::zip_format::read;

pub static COMMAND: Command = Command { name: "Expand-Archive", create: || Box::new(ExpandArchive) };

struct ExpandArchive;

impl Cmdlet for ExpandArchive {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let is_literal = bound.has("LiteralPath");
        let given = bound.str(if is_literal { "LiteralPath" } else { "Path" }).unwrap_or_else(Str::empty);
        let found = session.resolve_path(&given, is_literal).unwrap_or_default();
        let Some(archive) = found.first().map(|p| PathBuf::from(p.path.as_str())).filter(|p| p.is_file()) else {
            return Exception::new(
                TypeRef::INVALID_OPERATION_EXCEPTION,
                format!("The path '{given}' either does not exist or is not a valid file system path."),
            )
            .identity("ArchiveCmdletPathNotFound", ErrorCategory::InvalidArgument, Value::Str(given))
            .throw();
        };
        let archive = crate::archive::compress_archive::archive_path(session, &archive.display().to_string())?;
        let target = match bound.str("DestinationPath").filter(|d| !d.is_empty()) {
            Some(path) => session.file_path(&path)?,
            None => {
                let name = archive.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
                session.file_path(&name)?
            }
        };
        let bytes = values::stop::read(&archive).or_else(|e| file_exception(&e, &archive).throw())?;
        let entries = read(&bytes).or_else(|e| {
            Exception::new(command::class("System.IO.InvalidDataException", TypeRef::SYSTEM_EXCEPTION), e.to_string())
                .identity(
                    "InvalidDataException",
                    ErrorCategory::InvalidData,
                    Value::from(archive.display().to_string()),
                )
                .throw()
        })?;
        if !session.should_process(&archive.display().to_string(), "Expand-Archive")? {
            return Ok(());
        }
        let mut made = Vec::new();
        for entry in entries {
            let Some(path) = inside(&target, &entry.name) else {
                return Exception::new(
                    TypeRef::IO_EXCEPTION,
                    "Extracting Zip entry would have resulted in a file outside the specified destination directory.",
                )
                .identity("IOException", ErrorCategory::SecurityError, Value::from(entry.name))
                .throw();
            };
            if entry.name.ends_with('/') {
                std::fs::create_dir_all(&path).or_else(|e| file_exception(&e, &path).throw())?;
                continue;
            }
            if path.exists() && !bound.switch("Force") {
                let text = format!(
                    "Failed to create file '{0}' while expanding the archive file '{1}' contents as the file '{0}' already exists. Use the -Force parameter if you want to overwrite the existing directory '{2}' contents when expanding the archive file.",
                    path.display(),
                    archive.display(),
                    target.display()
                );
                let exception = Exception::new(TypeRef::IO_EXCEPTION, text).identity(
                    "ExpandArchiveFileExists",
                    ErrorCategory::PermissionDenied,
                    Value::from(path.display().to_string()),
                );
                session.write_error(command::ErrorRecord::from_exception(std::sync::Arc::new(exception)))?;
                continue;
            }
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder).or_else(|e| file_exception(&e, folder).throw())?;
            }
            std::fs::write(&path, &entry.data).or_else(|e| file_exception(&e, &path).throw())?;
            made.push(path);
        }
        if !bound.switch("PassThru") {
            return Ok(());
        }
        for path in made {
            let args = vec![(Some(Str::from("LiteralPath")), Value::from(path.display().to_string()))];
            for item in session.invoke_command("Get-Item", args, Vec::new())? {
                session.write(item)?;
            }
        }
        Ok(())
    }
}

/// The place of an entry below the destination; none for one that would leave it.
fn inside(target: &Path, name: &str) -> Option<PathBuf> {
    let relative = Path::new(name);
    let is_plain = relative.components().all(|c| matches!(c, Component::Normal(_) | Component::CurDir));
    is_plain.then(|| target.join(relative))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_stay_below_the_destination() {
        let check = |name: &str, expected: Option<&str>| {
            assert_eq!(inside(Path::new("/d"), name), expected.map(PathBuf::from), "{name}");
        };
        check("a/b.txt", Some("/d/a/b.txt"));
        check("../x", None);
        check("a/../../x", None);
        check("/etc/passwd", None);
    }
}
