//! Files that are written anew: what was there stays until all of the new content is on the disk.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, ErrorKind, Result, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A file under way. New content of a file that has some goes into a draft beside it, which takes its place at the end; after a
/// failed write the old content stays. What is cut short for another reason is kept as far as it came, as PowerShell does.
pub struct WholeFile {
    file: Option<BufWriter<File>>,
    /// The draft and the file whose place it takes; none where the file itself is written.
    draft: Option<(PathBuf, PathBuf)>,
    /// A file that was not there before, removed again when its content can't be written.
    made: Option<PathBuf>,
    failed: bool,
}

impl WholeFile {
    /// Opens a file whose content is replaced.
    pub fn create(path: &Path) -> Result<WholeFile> {
        match draft_of(path)? {
            Some((file, draft, target)) => Ok(WholeFile::new(file, Some((draft, target)), None)),
            None => {
                let made = (!path.exists()).then(|| path.to_path_buf());
                let file = OpenOptions::new().write(true).create(true).truncate(true).open(path)?;
                Ok(WholeFile::new(file, None, made))
            }
        }
    }

    /// A file that is written where it is: to its end, or anew.
    pub fn in_place(file: File) -> WholeFile {
        WholeFile::new(file, None, None)
    }

    fn new(file: File, draft: Option<(PathBuf, PathBuf)>, made: Option<PathBuf>) -> WholeFile {
        WholeFile { file: Some(BufWriter::with_capacity(1 << 16, file)), draft, made, failed: false }
    }

    /// Writes out what is held back and puts the new content in its place.
    pub fn finish(mut self) -> Result<()> {
        self.settle()
    }

    fn settle(&mut self) -> Result<()> {
        let Some(mut file) = self.file.take() else { return Ok(()) };
        let mut done = if self.failed { Err(ErrorKind::Other.into()) } else { file.flush() };
        if done.is_err() {
            // What is still held back would be written on the way out.
            let _ = file.into_parts();
        }
        done = match (done, self.draft.take()) {
            (Ok(()), Some((draft, target))) => std::fs::rename(&draft, &target).inspect_err(|_| remove(&draft)),
            (Err(e), Some((draft, _))) => {
                remove(&draft);
                Err(e)
            }
            (done, None) => done,
        };
        if let (Err(_), Some(made)) = (&done, self.made.take()) {
            remove(&made);
        }
        done
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let Some(file) = &mut self.file else { return Err(ErrorKind::BrokenPipe.into()) };
        file.write(bytes).inspect_err(|e| self.failed |= e.kind() != ErrorKind::Interrupted)
    }

    fn flush(&mut self) -> Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        file.flush().inspect_err(|_| self.failed = true)
    }
}

impl Drop for WholeFile {
    fn drop(&mut self) {
        // Nobody is left to be told of a failure here.
        let _ = self.settle();
    }
}

/// What could not be finished does not stay behind; that it can't be removed either changes nothing.
fn remove(path: &Path) {
    let _ = std::fs::remove_file(path);
}

/// A draft beside a file that has content. None where the file itself is to be written: it is new or empty, no plain file, has
/// other names, belongs to somebody else, or its folder takes no further file.
fn draft_of(path: &Path) -> Result<Option<(File, PathBuf, PathBuf)>> {
    let Ok(facts) = std::fs::metadata(path) else { return Ok(None) };
    if !facts.is_file() || facts.len() == 0 || facts.nlink() != 1 {
        return Ok(None);
    }
    // That the file may be written at all is asked first.
    drop(OpenOptions::new().write(true).open(path)?);
    let target = std::fs::canonicalize(path)?;
    let mut name = std::ffi::OsString::from(".");
    name.push(target.file_name().unwrap_or_default());
    name.push(format!(".{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed)));
    let draft = target.with_file_name(name);
    let file = match OpenOptions::new().write(true).create_new(true).open(&draft) {
        Ok(file) => file,
        Err(e) if e.kind() == ErrorKind::StorageFull => return Err(e),
        Err(_) => return Ok(None),
    };
    let is_alike = file.metadata().is_ok_and(|own| own.uid() == facts.uid() && own.gid() == facts.gid())
        && file.set_permissions(facts.permissions()).is_ok();
    if !is_alike {
        drop(file);
        remove(&draft);
        return Ok(None);
    }
    Ok(Some((file, draft, target)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("dialtone-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        folder
    }

    #[test]
    fn old_content_stays_until_the_end() {
        let folder = folder("whole");
        let path = folder.join("a.txt");
        std::fs::write(&path, "old").expect("a file");
        let mut file = WholeFile::create(&path).expect("a draft");
        file.write_all(b"new").and_then(|()| file.flush()).expect("written");
        assert_eq!(std::fs::read_to_string(&path).expect("text"), "old");
        file.finish().expect("in place");
        assert_eq!(std::fs::read_to_string(&path).expect("text"), "new");
        assert_eq!(std::fs::read_dir(&folder).expect("entries").count(), 1);
        std::fs::remove_dir_all(&folder).expect("removed");
    }

    #[test]
    fn a_failed_write_leaves_the_old_content() {
        let folder = folder("whole-failed");
        let path = folder.join("a.txt");
        std::fs::write(&path, "old").expect("a file");
        let mut file = WholeFile::create(&path).expect("a draft");
        file.write_all(b"new").expect("written");
        file.failed = true;
        assert!(file.finish().is_err());
        assert_eq!(std::fs::read_to_string(&path).expect("text"), "old");
        assert_eq!(std::fs::read_dir(&folder).expect("entries").count(), 1);
        std::fs::remove_dir_all(&folder).expect("removed");
    }

    #[test]
    fn a_device_is_written_itself() {
        let mut file = WholeFile::create(Path::new("/dev/full")).expect("the device");
        let done = file.write_all(b"x");
        assert!(done.and_then(|()| file.finish()).is_err_and(|e| e.kind() == ErrorKind::StorageFull));
    }
}
