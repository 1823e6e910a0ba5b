//! System.IO.Compression: ZipFile, ZipArchive and ZipArchiveEntry.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;

use super::compression::{invalid_data, level};
use super::stream::{self, Stream};
use super::zip_format::{self, Entry};
use crate::error::Result;
use crate::time::{DateTime, DateTimeOffset, Kind, TimeSpan};
use crate::types::{Behaviour, Call, State, TypeDef, TypeRef, fail, hold_named};
use crate::value::Value;

/// An archive: its entries in memory, written back when it is disposed of.
#[derive(Clone)]
struct Archive(Arc<Mutex<Content>>);

struct Content {
    /// Content is written through a stream of each entry that was opened.
    entries: Vec<(Entry, Option<Value>)>,
    /// System.IO.Compression.ZipArchiveMode: read, create, update.
    mode: i64,
    target: Target,
    level: u32,
    is_closed: bool,
}

enum Target {
    File(PathBuf),
    Stream(Value, bool),
}

impl State for Archive {}

/// An entry by its name in an archive.
#[derive(Clone)]
struct ArchiveEntry {
    archive: Archive,
    name: String,
}
impl State for ArchiveEntry {
    fn text(&self) -> Option<String> {
        Some(self.name.clone())
    }
}

fn archive_value(content: Content) -> Value {
    hold_named("System.IO.Compression.ZipArchive", Archive(Arc::new(Mutex::new(content))))
}

fn entry_value(archive: &Archive, name: &str) -> Value {
    let entry = ArchiveEntry { archive: archive.clone(), name: name.to_string() };
    hold_named("System.IO.Compression.ZipArchiveEntry", entry)
}

fn path_of(c: &Call<'_>, at: usize) -> Result<PathBuf> {
    Ok(c.ctx.working_directory().join(c.need_str(at)?.as_str()))
}

fn io<T>(outcome: std::io::Result<T>, path: &Path) -> Result<T> {
    outcome.or_else(|e| fail::io(&e, &path.display().to_string()).throw())
}

fn parsed(bytes: &[u8]) -> Result<Vec<Entry>> {
    zip_format::read(bytes).or_else(|e| invalid_data(e.to_string()))
}

/// Opens an archive of a file by mode.
fn open(path: PathBuf, mode: i64) -> Result {
    let entries = match mode {
        1 if path.exists() => {
            return fail::named("System.IO.IOException", format!("The file '{}' already exists.", path.display()))
                .throw();
        }
        1 => Vec::new(),
        2 if !path.exists() => Vec::new(),
        _ => parsed(&io(crate::stop::read(&path), &path)?)?,
    };
    if mode != 0 {
        // The file is there from the beginning, as the archive keeps it open.
        io(std::fs::OpenOptions::new().create(true).append(true).open(&path), &path)?;
    }
    let entries = entries.into_iter().map(|e| (e, None)).collect();
    Ok(archive_value(Content { entries, mode, target: Target::File(path), level: 6, is_closed: false }))
}

fn of_stream(c: &mut Call<'_>) -> Result {
    let base = c.arg(0).clone();
    let mode = c.named_int("mode").unwrap_or(0);
    let leaves_open = c.place("leaveOpen").is_some_and(|at| c.bool(at));
    let bytes = if mode == 1 { Vec::new() } else { stream::with(&base, |s| s.read(usize::MAX >> 1))?? };
    let entries = if bytes.is_empty() && mode != 0 { Vec::new() } else { parsed(&bytes)? };
    let entries = entries.into_iter().map(|e| (e, None)).collect();
    Ok(archive_value(Content { entries, mode, target: Target::Stream(base, leaves_open), level: 6, is_closed: false }))
}

/// What was written to the entries' streams becomes their content, and the archive is written where it belongs.
fn close(archive: &Archive) -> Result<()> {
    let mut content = archive.0.lock();
    if std::mem::replace(&mut content.is_closed, true) {
        return Ok(());
    }
    if content.mode != 0 {
        for (entry, open) in &mut content.entries {
            if let Some(written) = open.take() {
                entry.data = bytes_of(&written)?;
            }
        }
        let entries: Vec<Entry> = content.entries.iter().map(|(e, _)| e.clone()).collect();
        let bytes = match zip_format::write(&entries, content.level) {
            Ok(bytes) => bytes,
            Err(e) => return invalid_data(e.to_string()),
        };
        match &content.target {
            Target::File(path) => io(std::fs::write(path, bytes), path)?,
            Target::Stream(base, _) => stream::with(base, |s| {
                s.rewind();
                s.write(&bytes)
            })??,
        }
    }
    if let Target::Stream(base, false) = &content.target {
        stream::with(base, Stream::close)??;
    }
    Ok(())
}

/// All bytes of a memory stream, closed or not.
fn bytes_of(value: &Value) -> Result<Vec<u8>> {
    stream::with(value, |s| match s {
        Stream::Memory { bytes, .. } => bytes.clone(),
        Stream::Closed { memory: Some(bytes) } => bytes.clone(),
        _ => Vec::new(),
    })
}

fn own(c: &Call<'_>) -> Result<Archive> {
    let archive = c.with(|a: &mut Archive| a.clone())?;
    if archive.0.lock().is_closed {
        return fail::named(
            "System.ObjectDisposedException",
            "Cannot access a disposed object.\nObject name: 'ZipArchive'.",
        )
        .throw();
    }
    Ok(archive)
}

fn now(c: &Call<'_>) -> (u16, u16) {
    let now = crate::types::system::date_time::now(c.ctx);
    let (year, month, day) = now.ymd();
    zip_format::stamp(
        (i64::from(year), month as u16, day as u16),
        (now.hour() as u16, now.minute() as u16, now.second() as u16),
    )
}

fn create(c: &mut Call<'_>) -> Result {
    let (archive, name, stamp) = (own(c)?, c.need_str(0)?, now(c));
    {
        let mut content = archive.0.lock();
        if content.mode == 0 {
            return fail::unsupported("Cannot create entries on an archive opened in read mode.").throw();
        }
        if let Some(n) = c.named_int("compressionLevel") {
            content.level = level(n).level();
        }
        content.entries.push((Entry { name: name.to_string(), data: Vec::new(), stamp }, None));
    }
    Ok(entry_value(&archive, &name))
}

const ARCHIVE: &[(&str, Behaviour)] = &[
    ("new", |c| of_stream(c)),
    ("Mode", |c| {
        let mode = c.with(|a: &mut Archive| a.0.lock().mode)?;
        Ok(crate::types::system::enumeration::make("System.IO.Compression.ZipArchiveMode", mode))
    }),
    ("Comment", |_| Ok(Value::from(""))),
    ("Entries", |c| {
        let archive = own(c)?;
        let names: Vec<String> = archive.0.lock().entries.iter().map(|(e, _)| e.name.clone()).collect();
        let ty = TypeRef::find("System.IO.Compression.ZipArchiveEntry").unwrap_or(TypeRef::OBJECT);
        let list = names.iter().map(|n| entry_value(&archive, n)).collect();
        Ok(crate::types::collections::list::make("System.Collections.ObjectModel.ReadOnlyCollection`1", ty, list))
    }),
    ("GetEntry", |c| {
        let (archive, name) = (own(c)?, c.need_str(0)?);
        let found = archive.0.lock().entries.iter().any(|(e, _)| e.name == name.as_str());
        Ok(if found { entry_value(&archive, &name) } else { Value::Null })
    }),
    ("CreateEntry", |c| create(c)),
    ("Dispose", |c| {
        close(&c.with(|a: &mut Archive| a.clone())?)?;
        Ok(Value::Void)
    }),
];

/// Runs code on the entry behind the object.
fn with<R>(c: &Call<'_>, f: impl FnOnce(&mut Entry, &mut Option<Value>, i64) -> R) -> Result<R> {
    let entry = c.with(|e: &mut ArchiveEntry| e.clone())?;
    let mut content = entry.archive.0.lock();
    let mode = content.mode;
    match content.entries.iter_mut().find(|(e, _)| e.name == entry.name) {
        Some((found, open)) => Ok(f(found, open, mode)),
        None => fail::invalid("Cannot modify deleted entry.").throw(),
    }
}

fn entry_length(entry: &Entry, open: &Option<Value>) -> usize {
    open.as_ref().and_then(|v| bytes_of(v).ok()).map_or(entry.data.len(), |b| b.len())
}

const ENTRY: &[(&str, Behaviour)] = &[
    ("FullName", |c| c.with(|e: &mut ArchiveEntry| Value::from(e.name.as_str()))),
    ("Name", |c| c.with(|e: &mut ArchiveEntry| Value::from(e.name.rsplit('/').next().unwrap_or_default()))),
    ("Length", |c| with(c, |e, open, _| Value::I64(entry_length(e, open) as i64))),
    ("CompressedLength", |c| with(c, |e, _, _| Value::I64(zip_format::packed(&e.data).len() as i64))),
    ("Crc32", |c| {
        with(c, |e, _, _| {
            let mut crc = flate2::Crc::new();
            crc.update(&e.data);
            Value::U32(crc.sum())
        })
    }),
    ("ExternalAttributes", |_| Ok(Value::I32(0))),
    ("IsEncrypted", |_| Ok(Value::Bool(false))),
    ("Comment", |_| Ok(Value::from(""))),
    ("Archive", |c| c.with(|e: &mut ArchiveEntry| hold_named("System.IO.Compression.ZipArchive", e.archive.clone()))),
    ("LastWriteTime", |c| {
        let (time, date) = with(c, |e, _, _| e.stamp)?;
        let days = DateTime::from_ymd(
            1980 + i32::from(date >> 9),
            i32::from(date >> 5 & 15).max(1),
            i32::from(date & 31).max(1),
        );
        let seconds = i64::from(time >> 11) * 3600 + i64::from(time >> 5 & 63) * 60 + i64::from(time & 31) * 2;
        let clock = days.and_then(|d| DateTime::new(d.ticks() + seconds * 10_000_000, Kind::Unspecified));
        let zone = crate::time::Zone::find(c.ctx.time_zone()).unwrap_or_else(|_| crate::time::Zone::system());
        let made = clock.and_then(|clock| DateTimeOffset::new(clock, TimeSpan(zone.offset_of_local(clock).0)));
        Ok(made.map_or(Value::Null, crate::types::system::date_time_offset::make))
    }),
    ("Open", |c| {
        with(c, |e, open, mode| {
            if mode == 0 {
                let state = Stream::Memory { bytes: e.data.clone(), at: 0, writes: false };
                return hold_named("System.IO.MemoryStream", state);
            }
            let value =
                hold_named("System.IO.MemoryStream", Stream::Memory { bytes: e.data.clone(), at: 0, writes: true });
            *open = Some(value.clone());
            value
        })
    }),
    ("Delete", |c| {
        let entry = c.with(|e: &mut ArchiveEntry| e.clone())?;
        let mut content = entry.archive.0.lock();
        if content.mode != 2 {
            return fail::unsupported("Delete can only be used when the archive is in Update mode.").throw();
        }
        content.entries.retain(|(e, _)| e.name != entry.name);
        Ok(Value::Void)
    }),
    ("ToString", |c| c.with(|e: &mut ArchiveEntry| Value::from(e.name.as_str()))),
];

/// The files below a folder, by name; empty folders as names with `/` at the end.
fn collect(folder: &Path, head: &str, entries: &mut Vec<Entry>) -> Result<()> {
    let mut list: Vec<PathBuf> = io(std::fs::read_dir(folder), folder)?.flatten().map(|e| e.path()).collect();
    list.sort();
    for path in list {
        let name = format!("{head}{}", path.file_name().unwrap_or_default().to_string_lossy());
        let stamp = modified(&path);
        if path.is_dir() {
            let before = entries.len();
            collect(&path, &format!("{name}/"), entries)?;
            if entries.len() == before {
                entries.push(Entry { name: format!("{name}/"), data: Vec::new(), stamp });
            }
        } else {
            entries.push(Entry { name, data: io(crate::stop::read(&path), &path)?, stamp });
        }
    }
    Ok(())
}

fn modified(path: &Path) -> (u16, u16) {
    let seconds = std::fs::metadata(path).and_then(|m| m.modified()).ok();
    let seconds = seconds.and_then(|t| t.duration_since(std::time::UNIX_EPOCH).ok()).map_or(0, |d| d.as_secs() as i64);
    let moment = DateTime::from_unix(seconds, 0, Kind::Utc).to_local(&crate::time::Zone::system());
    let (year, month, day) = moment.ymd();
    zip_format::stamp(
        (i64::from(year), month as u16, day as u16),
        (moment.hour() as u16, moment.minute() as u16, moment.second() as u16),
    )
}

fn from_folder(c: &mut Call<'_>) -> Result {
    let (folder, target) = (path_of(c, 0)?, path_of(c, 1)?);
    let level = level(c.named_int("compressionLevel").unwrap_or(0)).level();
    if !folder.is_dir() {
        return fail::no_directory(&folder.display().to_string()).throw();
    }
    if target.exists() {
        return fail::named("System.IO.IOException", format!("The file '{}' already exists.", target.display()))
            .throw();
    }
    let head = match c.place("includeBaseDirectory").is_some_and(|at| c.bool(at)) {
        true => format!("{}/", folder.file_name().unwrap_or_default().to_string_lossy()),
        false => String::new(),
    };
    let mut entries = Vec::new();
    collect(&folder, &head, &mut entries)?;
    let bytes = zip_format::write(&entries, level).or_else(|e| invalid_data(e.to_string()))?;
    io(std::fs::write(&target, bytes), &target)?;
    Ok(Value::Void)
}

/// Where an entry goes below a folder; none when it would leave it.
fn inside(folder: &Path, name: &str) -> Option<PathBuf> {
    let mut path = folder.to_path_buf();
    for part in name.split(['/', '\\']).filter(|p| !p.is_empty() && *p != ".") {
        if part == ".." {
            return None;
        }
        path.push(part);
    }
    Some(path)
}

fn to_folder(c: &mut Call<'_>) -> Result {
    let (source, folder) = (path_of(c, 0)?, path_of(c, 1)?);
    let overwrites = c.place("overwriteFiles").is_some_and(|at| c.bool(at));
    let entries = parsed(&io(crate::stop::read(&source), &source)?)?;
    io(std::fs::create_dir_all(&folder), &folder)?;
    for entry in entries {
        let Some(path) = inside(&folder, &entry.name) else {
            let text =
                "Extracting Zip entry would have resulted in a file outside the specified destination directory.";
            return fail::named("System.IO.IOException", text).throw();
        };
        if entry.name.ends_with('/') {
            io(std::fs::create_dir_all(&path), &path)?;
            continue;
        }
        if let Some(parent) = path.parent() {
            io(std::fs::create_dir_all(parent), parent)?;
        }
        if path.exists() && !overwrites {
            return fail::named("System.IO.IOException", format!("The file '{}' already exists.", path.display()))
                .throw();
        }
        io(std::fs::write(&path, &entry.data), &path)?;
    }
    Ok(Value::Void)
}

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.IO.Compression.ZipArchive", like: &[], members: ARCHIVE },
    TypeDef { name: "System.IO.Compression.ZipArchiveEntry", like: &[], members: ENTRY },
    TypeDef {
        name: "System.IO.Compression.ZipFile",
        like: &[],
        members: &[
            ("::CreateFromDirectory", |c| from_folder(c)),
            ("::ExtractToDirectory", |c| to_folder(c)),
            ("::OpenRead", |c| open(path_of(c, 0)?, 0)),
            ("::Open", |c| open(path_of(c, 0)?, c.long(1))),
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_stay_below_their_folder() {
        let folder = Path::new("/x");
        assert_eq!(inside(folder, "a/b.txt"), Some(PathBuf::from("/x/a/b.txt")));
        assert_eq!(inside(folder, "/etc/passwd"), Some(PathBuf::from("/x/etc/passwd")));
        assert_eq!(inside(folder, "a/../../b"), None);
        assert_eq!(inside(folder, "..\\b"), None);
    }
}
