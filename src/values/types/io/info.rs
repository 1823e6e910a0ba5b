//! System.IO.FileInfo, DirectoryInfo, DriveInfo.

use std::fs;
use std::path::Path;

use super::path::{directory, extension, file_name, full, resolve};
use super::stamp::{self, Moment};
use crate::error::Result;
use crate::types::system::enumeration;
use crate::types::{Behaviour, Call, State, TypeDef, TypeRef, fail, hold_named};
use crate::value::Value;

/// A file or folder by its absolute path, and the path as it was given.
#[derive(Clone)]
pub struct Entry {
    pub path: String,
    original: String,
}

impl State for Entry {
    fn text(&self) -> Option<String> {
        Some(self.original.clone())
    }
}

/// A FileInfo value of an absolute path.
pub fn file(path: &str) -> Value {
    hold_named("System.IO.FileInfo", Entry { path: path.to_string(), original: path.to_string() })
}

/// A DirectoryInfo value of an absolute path.
pub fn folder(path: &str) -> Value {
    let path = if path.len() > 1 { path.trim_end_matches('/') } else { path };
    hold_named("System.IO.DirectoryInfo", Entry { path: path.to_string(), original: path.to_string() })
}

/// The FileInfo or DirectoryInfo of what is there.
pub fn of_path(path: &str) -> Value {
    if fs::metadata(path).is_ok_and(|m| m.is_dir()) { folder(path) } else { file(path) }
}

fn own(c: &Call<'_>) -> Result<String> {
    c.with(|e: &mut Entry| e.path.clone())
}

fn time(c: &mut Call<'_>, moment: Moment, is_local: bool) -> Result {
    let path = own(c)?;
    Ok(stamp::read(c.ctx, &path, moment, is_local))
}

fn set_time(c: &mut Call<'_>, moment: Moment) -> Result {
    let (path, value) = (own(c)?, c.arg(0).clone());
    stamp::write(c.ctx, &path, moment, &value)?;
    Ok(Value::Void)
}

/// What files and folders share.
const COMMON: &[(&str, Behaviour)] = &[
    ("FullName", |c| Ok(Value::from(own(c)?))),
    ("Extension", |c| Ok(Value::from(extension(&own(c)?)))),
    ("Attributes", |c| {
        let path = own(c)?;
        let bits = fs::symlink_metadata(&path).map_or(-1, |d| stamp::attributes(&path, &d));
        Ok(enumeration::make("System.IO.FileAttributes", bits))
    }),
    ("Attributes=", |c| {
        stamp::set_read_only(&own(c)?, c.long(0) & 1 != 0)?;
        Ok(Value::Void)
    }),
    ("CreationTime", |c| time(c, Moment::Birth, true)),
    ("CreationTimeUtc", |c| time(c, Moment::Birth, false)),
    ("LastWriteTime", |c| time(c, Moment::Write, true)),
    ("LastWriteTimeUtc", |c| time(c, Moment::Write, false)),
    ("LastAccessTime", |c| time(c, Moment::Access, true)),
    ("LastAccessTimeUtc", |c| time(c, Moment::Access, false)),
    ("CreationTime=", |c| set_time(c, Moment::Write)),
    ("CreationTimeUtc=", |c| set_time(c, Moment::Write)),
    ("LastWriteTime=", |c| set_time(c, Moment::Write)),
    ("LastWriteTimeUtc=", |c| set_time(c, Moment::Write)),
    ("LastAccessTime=", |c| set_time(c, Moment::Access)),
    ("LastAccessTimeUtc=", |c| set_time(c, Moment::Access)),
    ("LinkTarget", |c| Ok(fs::read_link(own(c)?).map_or(Value::Null, |p| Value::from(p.display().to_string())))),
    ("UnixFileMode", |c| {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(own(c)?).map_or(-1, |m| i64::from(m.permissions().mode() & 0o7777));
        Ok(enumeration::make("System.IO.UnixFileMode", mode))
    }),
    ("UnixFileMode=", |c| {
        use std::os::unix::fs::PermissionsExt;
        let path = own(c)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(c.long(0) as u32))
            .or_else(|e| fail::io(&e, &path).throw())?;
        Ok(Value::Void)
    }),
    ("Refresh", |_| Ok(Value::Void)),
    ("ResolveLinkTarget", |c| {
        let path = own(c)?;
        Ok(fs::canonicalize(&path)
            .ok()
            .filter(|_| fs::symlink_metadata(&path).is_ok_and(|m| m.file_type().is_symlink()))
            .map_or(Value::Null, |p| of_path(&p.display().to_string())))
    }),
    ("ToString", |c| c.with(|e: &mut Entry| Value::from(e.original.as_str()))),
];

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.IO.FileSystemInfo", like: &[], members: COMMON },
    TypeDef {
        name: "System.IO.FileInfo",
        like: &["System.IO.FileSystemInfo"],
        members: &[
            ("new", |c| make(c, "System.IO.FileInfo", "fileName")),
            ("Name", |c| Ok(Value::from(file_name(&own(c)?)))),
            ("Exists", |c| Ok(Value::Bool(fs::metadata(own(c)?).is_ok_and(|m| !m.is_dir())))),
            ("Length", |c| {
                let path = own(c)?;
                match fs::metadata(&path) {
                    Ok(data) if !data.is_dir() => Ok(Value::I64(data.len() as i64)),
                    _ => fail::named("System.IO.FileNotFoundException", format!("Could not find file '{path}'."))
                        .with("FileName", Value::from(path))
                        .throw(),
                }
            }),
            ("DirectoryName", |c| Ok(directory(&own(c)?).into())),
            ("Directory", |c| Ok(directory(&own(c)?).map_or(Value::Null, |p| folder(&p)))),
            ("IsReadOnly", |c| Ok(Value::Bool(fs::metadata(own(c)?).is_ok_and(|m| m.permissions().readonly())))),
            ("IsReadOnly=", |c| {
                stamp::set_read_only(&own(c)?, c.bool(0))?;
                Ok(Value::Void)
            }),
            ("Delete", |c| {
                let path = own(c)?;
                match fs::remove_file(&path) {
                    Err(e) if e.kind() != std::io::ErrorKind::NotFound => fail::io(&e, &path).throw(),
                    _ => Ok(Value::Void),
                }
            }),
            ("CopyTo", |c| {
                let (from, to) = (own(c)?, resolve(c, 0));
                if !(c.count() > 1 && c.bool(1)) && Path::new(&to).exists() {
                    return fail::named("System.IO.IOException", format!("The file '{to}' already exists.")).throw();
                }
                fs::copy(&from, &to).or_else(|e| fail::io(&e, &from).throw())?;
                Ok(file(&to))
            }),
            ("MoveTo", |c| {
                let (from, to) = (own(c)?, resolve(c, 0));
                fs::rename(&from, &to).or_else(|e| fail::io(&e, &from).throw())?;
                c.with(|e: &mut Entry| e.path = to)?;
                Ok(Value::Void)
            }),
            ("Create", |c| super::stream::open_path(&own(c)?, 2, 3)),
            ("Open", |c| {
                let mode = c.long(0);
                let access = c.named_int("access").unwrap_or(if mode == 6 { 2 } else { 3 });
                super::stream::open_path(&own(c)?, mode, access)
            }),
            ("OpenRead", |c| super::stream::open_path(&own(c)?, 3, 1)),
            ("OpenWrite", |c| super::stream::open_path(&own(c)?, 4, 2)),
            ("OpenText", |c| {
                let stream = super::stream::open_path(&own(c)?, 3, 1)?;
                super::text_io::reader_over(stream, crate::encoding::Encoding::utf8(true))
            }),
            ("CreateText", |c| {
                let stream = super::stream::open_path(&own(c)?, 2, 2)?;
                Ok(super::text_io::writer_over(stream, crate::encoding::Encoding::utf8(false)))
            }),
            ("AppendText", |c| {
                let stream = super::stream::open_path(&own(c)?, 6, 2)?;
                Ok(super::text_io::writer_over(stream, crate::encoding::Encoding::utf8(false)))
            }),
        ],
    },
    TypeDef {
        name: "System.IO.DirectoryInfo",
        like: &["System.IO.FileSystemInfo"],
        members: &[
            ("new", |c| make(c, "System.IO.DirectoryInfo", "path")),
            ("Name", |c| {
                let path = own(c)?;
                Ok(Value::from(if path == "/" { "/" } else { file_name(path.trim_end_matches('/')) }))
            }),
            ("Exists", |c| Ok(Value::Bool(fs::metadata(own(c)?).is_ok_and(|m| m.is_dir())))),
            ("Parent", |c| {
                let path = own(c)?;
                Ok(directory(path.trim_end_matches('/')).map_or(Value::Null, |p| folder(&p)))
            }),
            ("Root", |_| Ok(folder("/"))),
            ("Create", |c| {
                let path = own(c)?;
                fs::create_dir_all(&path).or_else(|e| fail::io(&e, &path).throw())?;
                Ok(Value::Void)
            }),
            ("CreateSubdirectory", |c| {
                let path = full(&c.need_str(0)?, &own(c)?);
                fs::create_dir_all(&path).or_else(|e| fail::io(&e, &path).throw())?;
                Ok(folder(&path))
            }),
            ("Delete", |c| {
                let path = own(c)?;
                super::directory::delete(&path, c.count() > 0 && c.bool(0))
            }),
            ("MoveTo", |c| {
                let (from, to) = (own(c)?, resolve(c, 0));
                fs::rename(&from, &to).or_else(|e| fail::io(&e, &from).throw())?;
                c.with(|e: &mut Entry| e.path = to)?;
                Ok(Value::Void)
            }),
            ("GetFiles", |c| list(c, "System.IO.FileInfo", super::directory::Wanted::Files)),
            ("GetDirectories", |c| list(c, "System.IO.DirectoryInfo", super::directory::Wanted::Folders)),
            ("GetFileSystemInfos", |c| list(c, "System.IO.FileSystemInfo", super::directory::Wanted::All)),
            ("EnumerateFiles", |c| list(c, "System.IO.FileInfo", super::directory::Wanted::Files)),
            ("EnumerateDirectories", |c| list(c, "System.IO.DirectoryInfo", super::directory::Wanted::Folders)),
            ("EnumerateFileSystemInfos", |c| list(c, "System.IO.FileSystemInfo", super::directory::Wanted::All)),
        ],
    },
    TypeDef {
        name: "System.IO.DriveInfo",
        like: &[],
        members: &[
            ("new", |c| {
                Ok(hold_named(
                    "System.IO.DriveInfo",
                    Entry { path: c.str(0).to_string(), original: c.str(0).to_string() },
                ))
            }),
            ("::GetDrives", |_| {
                let text = fs::read_to_string("/proc/mounts").unwrap_or_default();
                let mut names: Vec<&str> = text.lines().filter_map(|l| l.split(' ').nth(1)).collect();
                names.sort_unstable();
                names.dedup();
                let ty = TypeRef::find("System.IO.DriveInfo").unwrap_or(TypeRef::OBJECT);
                let made = names
                    .iter()
                    .map(|n| hold_named("System.IO.DriveInfo", Entry { path: n.to_string(), original: n.to_string() }));
                Ok(Value::typed_array(ty, made.collect()))
            }),
            ("Name", |c| Ok(Value::from(own(c)?))),
            ("VolumeLabel", |c| Ok(Value::from(own(c)?))),
            ("IsReady", |c| Ok(Value::Bool(Path::new(&own(c)?).exists()))),
            ("RootDirectory", |c| Ok(folder(&own(c)?))),
            ("DriveType", |_| Ok(enumeration::make("System.IO.DriveType", 3))),
            ("AvailableFreeSpace", |c| space(c, |s| s.f_bavail)),
            ("TotalFreeSpace", |c| space(c, |s| s.f_bfree)),
            ("TotalSize", |c| space(c, |s| s.f_blocks)),
            ("DriveFormat", |c| {
                let (path, text) = (own(c)?, fs::read_to_string("/proc/mounts").unwrap_or_default());
                let row = text.lines().find(|l| l.split(' ').nth(1) == Some(path.as_str()));
                Ok(Value::from(row.and_then(|l| l.split(' ').nth(2)).unwrap_or("")))
            }),
        ],
    },
];

/// The bytes of so many blocks of a drive's file system.
fn space(c: &mut Call<'_>, blocks: fn(&rustix::fs::StatVfs) -> u64) -> Result {
    let path = own(c)?;
    match rustix::fs::statvfs(path.as_str()) {
        Ok(facts) => Ok(Value::I64((blocks(&facts) * facts.f_frsize) as i64)),
        Err(error) => fail::io(&error.into(), &path).throw(),
    }
}

fn make(c: &mut Call<'_>, ty: &str, parameter: &str) -> Result {
    let original = c.need_str(0)?.to_string();
    if original.is_empty() {
        return fail::argument("The path is empty.", parameter).throw();
    }
    let mut path = resolve(c, 0);
    if ty.ends_with("DirectoryInfo") && path.len() > 1 {
        path = path.trim_end_matches('/').to_string();
    }
    Ok(hold_named(ty, Entry { path, original }))
}

fn list(c: &mut Call<'_>, ty: &str, wanted: super::directory::Wanted) -> Result {
    let path = own(c)?;
    let pattern = c.named("searchPattern").map_or_else(|| "*".to_string(), |v| crate::convert::to_display(&v));
    let deep = super::directory::is_deep(c);
    let found = super::directory::walk(&path, &pattern, deep, wanted)?;
    let ty = TypeRef::find(ty).unwrap_or(TypeRef::OBJECT);
    Ok(Value::typed_array(ty, found.iter().map(|p| of_path(p)).collect()))
}
