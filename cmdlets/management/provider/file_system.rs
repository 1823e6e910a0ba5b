//! The file system: `/`, and `C:` where the organisation has drives.

use std::path::{Path, PathBuf};

use command::{
    Drive, ErrorCategory, ErrorRecord, Exception, ItemKind, Provider, Result, Session, Stat, Str, TypeRef, Value,
    file_exception,
};

use crate::item::file_object::file_object;
use crate::provider::environment::flat_drive;

/// Files and folders.
pub struct FileSystemProvider;

impl Provider for FileSystemProvider {
    fn name(&self) -> &str {
        "FileSystem"
    }

    fn drives(&self, session: &mut dyn Session) -> Vec<Drive> {
        let mut drives = vec![Drive { root: Str::from("/"), is_volume: false, ..flat_drive("/", "FileSystem", "/") }];
        let temporary = session.environment("TMPDIR").unwrap_or_else(|| "/tmp/".to_string());
        let temporary = if temporary.ends_with('/') { temporary } else { format!("{temporary}/") };
        drives.push(Drive { root: Str::from(temporary.as_str()), ..flat_drive("Temp", "FileSystem", &temporary) });
        let folder = session.home().join("drives");
        let Ok(read) = std::fs::read_dir(folder) else { return drives };
        let mut letters: Vec<(String, PathBuf)> =
            read.flatten().map(|e| (e.file_name().to_string_lossy().into_owned(), e.path())).collect();
        letters.sort();
        for (name, path) in
            letters.into_iter().filter(|(n, p)| n.len() == 1 && n.as_bytes()[0].is_ascii_alphabetic() && p.is_dir())
        {
            let root = path.to_string_lossy().into_owned();
            drives.push(Drive { root: Str::from(root), ..flat_drive(&name, "FileSystem", "Local Disk") });
        }
        drives
    }

    fn is_hierarchical(&self) -> bool {
        true
    }

    fn stat(&self, _session: &mut dyn Session, path: &str) -> Result<Option<Stat>> {
        match std::fs::metadata(path) {
            Ok(facts) => Ok(Some(Stat { kind: if facts.is_dir() { ItemKind::Container } else { ItemKind::Leaf } })),
            Err(e) if e.kind() == std::io::ErrorKind::PermissionDenied => file_exception(&e, Path::new(path))
                .identity("ItemExistsUnauthorizedAccessError", ErrorCategory::PermissionDenied, Value::from(path))
                .throw(),
            // A link whose target is gone is still an item.
            Err(_) => Ok(std::fs::symlink_metadata(path).ok().map(|_| Stat { kind: ItemKind::Leaf })),
        }
    }

    fn item(&self, session: &mut dyn Session, path: &str) -> Result<Option<Value>> {
        match self.stat(session, path)? {
            Some(stat) => file_object(session, path, stat.kind == ItemKind::Container).map(Some),
            None => Ok(None),
        }
    }

    fn child_names(&self, _session: &mut dyn Session, path: &str) -> Result<Vec<Str>> {
        let Ok(read) = std::fs::read_dir(path) else { return Ok(Vec::new()) };
        // Folders come before files.
        let mut names: Vec<(bool, String)> =
            read.flatten().map(|e| (!e.path().is_dir(), e.file_name().to_string_lossy().into_owned())).collect();
        names.sort_by_key(|(is_file, n)| (*is_file, n.to_lowercase()));
        Ok(names.into_iter().map(|(_, n)| Str::from(n)).collect())
    }

    fn new_item(
        &self,
        session: &mut dyn Session,
        path: &str,
        kind: Option<&str>,
        value: &Value,
        force: bool,
    ) -> Result {
        crate::item::new_file::new_file(session, path, kind, value, force)
    }

    fn remove_item(&self, session: &mut dyn Session, path: &str, recurse: bool, force: bool) -> Result<()> {
        crate::item::remove_file::remove_file(session, path, recurse, force)
    }

    fn rename_item(&self, session: &mut dyn Session, path: &str, name: &str, _force: bool) -> Result<()> {
        if name.contains('/') {
            let folder = Path::new(path).parent().unwrap_or(Path::new("/"));
            let same = Path::new(name).parent().is_some_and(|p| p == folder || p == Path::new("."));
            if !same {
                return Exception::new(
                    TypeRef::PS_ARGUMENT_EXCEPTION,
                    "Cannot rename the specified target, because it represents a path or device name.",
                )
                .identity("Argument", ErrorCategory::InvalidArgument, Value::Null)
                .throw();
            }
        }
        let from = Path::new(path);
        let leaf = Path::new(name).file_name().unwrap_or_default();
        let to = from.with_file_name(leaf);
        let is_folder = from.is_dir();
        let action = if is_folder { "Rename Directory" } else { "Rename File" };
        if !session.should_process(&format!("Item: {path} Destination: {}", to.display()), action)? {
            return Ok(());
        }
        if to.exists() && !same_file(from, &to) {
            return Exception::new(TypeRef::IO_EXCEPTION, format!("The file '{}' already exists.", to.display()))
                .identity("RenameItemIOError", ErrorCategory::WriteError, Value::from(path))
                .throw();
        }
        std::fs::rename(from, &to).or_else(|e| {
            let (id, category) = if e.kind() == std::io::ErrorKind::PermissionDenied {
                ("RenameItemUnauthorizedAccessError", ErrorCategory::PermissionDenied)
            } else {
                ("RenameItemIOError", ErrorCategory::WriteError)
            };
            file_exception(&e, &to).identity(id, category, Value::from(path)).throw()
        })
    }

    fn copy_item(&self, session: &mut dyn Session, from: &str, to: &str, recurse: bool, force: bool) -> Result<()> {
        crate::item::copy_file::copy(session, from, to, recurse, force)
    }

    fn move_item(&self, session: &mut dyn Session, from: &str, to: &str, force: bool) -> Result<()> {
        crate::item::move_file::move_file(session, from, to, force)
    }

    fn content(&self, _session: &mut dyn Session, path: &str) -> Result<Option<Vec<Value>>> {
        let bytes = values::stop::read(path).or_else(|e| file_exception(&e, Path::new(path)).throw())?;
        let text = command::TextEncoding::Utf8.decode_file(&bytes);
        Ok(Some(crate::content::lines::split_lines(&text).map(Value::from).collect()))
    }
}

/// Whether two names are of one file (a rename that changes the case only).
fn same_file(a: &Path, b: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (std::fs::symlink_metadata(a), std::fs::symlink_metadata(b)) {
        (Ok(x), Ok(y)) => x.ino() == y.ino() && x.dev() == y.dev(),
        _ => false,
    }
}

/// A record about a file whose target is the file's object.
pub fn file_record(
    session: &mut dyn Session,
    exception: Exception,
    id: &str,
    category: ErrorCategory,
    path: &str,
) -> Result<std::sync::Arc<ErrorRecord>> {
    let target = file_object(session, path, Path::new(path).is_dir())?;
    Ok(std::sync::Arc::new(ErrorRecord::new(std::sync::Arc::new(exception), id, category, target)))
}
