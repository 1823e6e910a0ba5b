//! System.IO.Directory.

use std::fs;

use super::file::checked;
use super::path::resolve;
use super::stamp::{self, Moment};
use crate::error::Result;
use crate::types::{Call, TypeDef, TypeRef, fail};
use crate::value::Value;

/// What a listing gives.
#[derive(Clone, Copy, PartialEq)]
pub enum Wanted {
    Files,
    Folders,
    All,
}

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.IO.Directory",
    like: &[],
    members: &[
        ("::Exists", |c| {
            Ok(Value::Bool(!c.str(0).is_empty() && fs::metadata(resolve(c, 0)).is_ok_and(|m| m.is_dir())))
        }),
        ("::CreateDirectory", |c| {
            let path = checked(c, 0)?;
            fs::create_dir_all(&path).or_else(|e| fail::io(&e, &path).throw())?;
            let shown = c.str(0);
            crate::members::construct(
                c.ctx,
                TypeRef::find("System.IO.DirectoryInfo").unwrap_or(TypeRef::OBJECT),
                &[Value::Str(shown)],
            )
        }),
        ("::Delete", |c| {
            let path = checked(c, 0)?;
            delete(&path, c.count() > 1 && c.bool(1))
        }),
        ("::Move", |c| {
            let (from, to) = (checked(c, 0)?, checked(c, 1)?);
            if !std::path::Path::new(&from).exists() {
                return fail::no_directory(&from).throw();
            }
            fs::rename(&from, &to).or_else(|e| fail::io(&e, &from).throw())?;
            Ok(Value::Void)
        }),
        ("::GetFiles", |c| list(c, Wanted::Files)),
        ("::GetDirectories", |c| list(c, Wanted::Folders)),
        ("::GetFileSystemEntries", |c| list(c, Wanted::All)),
        ("::EnumerateFiles", |c| list(c, Wanted::Files)),
        ("::EnumerateDirectories", |c| list(c, Wanted::Folders)),
        ("::EnumerateFileSystemEntries", |c| list(c, Wanted::All)),
        ("::GetCurrentDirectory", |c| Ok(Value::from(c.ctx.working_directory().display().to_string()))),
        ("::GetParent", |c| {
            let path = checked(c, 0)?;
            Ok(super::path::directory(path.trim_end_matches('/')).map_or(Value::Null, |p| super::info::folder(&p)))
        }),
        ("::GetDirectoryRoot", |_| Ok(Value::from("/"))),
        ("::GetLogicalDrives", |_| Ok(Value::typed_array(TypeRef::STRING, vec![Value::from("/")]))),
        ("::CreateTempSubdirectory", |c| {
            let prefix = c.str(0);
            let path = format!("/tmp/{prefix}{}", &uuid::Uuid::new_v4().simple().to_string()[..6]);
            fs::create_dir(&path).or_else(|e| fail::io(&e, &path).throw())?;
            Ok(super::info::folder(&path))
        }),
        ("::GetLastWriteTime", |c| time(c, Moment::Write, true)),
        ("::GetLastWriteTimeUtc", |c| time(c, Moment::Write, false)),
        ("::GetCreationTime", |c| time(c, Moment::Birth, true)),
        ("::GetCreationTimeUtc", |c| time(c, Moment::Birth, false)),
        ("::GetLastAccessTime", |c| time(c, Moment::Access, true)),
        ("::SetLastWriteTime", |c| {
            let (path, value) = (checked(c, 0)?, c.arg(1).clone());
            stamp::write(c.ctx, &path, Moment::Write, &value)?;
            Ok(Value::Void)
        }),
    ],
}];

fn time(c: &mut Call<'_>, moment: Moment, is_local: bool) -> Result {
    let path = checked(c, 0)?;
    Ok(stamp::read(c.ctx, &path, moment, is_local))
}

/// Whether a listing goes into folders, by its SearchOption or EnumerationOptions.
pub fn is_deep(c: &Call<'_>) -> bool {
    c.named_int("searchOption") == Some(1)
}

/// Removes a folder.
pub fn delete(path: &str, is_recursive: bool) -> Result {
    if !std::path::Path::new(path).is_dir() {
        return fail::no_directory(path).throw();
    }
    let done = if is_recursive { fs::remove_dir_all(path) } else { fs::remove_dir(path) };
    done.or_else(|e| fail::io(&e, path).throw())?;
    Ok(Value::Void)
}

/// Whether a name fits a search pattern of `*` and `?`.
fn fits(name: &str, pattern: &str) -> bool {
    let (n, p): (Vec<char>, Vec<char>) = (name.chars().collect(), pattern.chars().collect());
    if pattern == "*" || pattern == "*.*" {
        return true;
    }
    let (mut i, mut j, mut star) = (0, 0, None);
    while i < n.len() {
        if j < p.len() && (p[j] == '?' || p[j] == n[i]) {
            i += 1;
            j += 1;
        } else if j < p.len() && p[j] == '*' {
            star = Some((i, j));
            j += 1;
        } else if let Some((si, sj)) = star {
            i = si + 1;
            j = sj + 1;
            star = Some((si + 1, sj));
        } else {
            return false;
        }
    }
    p[j..].iter().all(|c| *c == '*')
}

/// The entries of a folder that fit a pattern, as paths below the folder's.
pub fn walk(path: &str, pattern: &str, is_deep: bool, wanted: Wanted) -> Result<Vec<String>> {
    let entries = fs::read_dir(path).or_else(|e| {
        if e.kind() == std::io::ErrorKind::NotFound || e.kind() == std::io::ErrorKind::NotADirectory {
            return fail::no_directory(path).throw();
        }
        fail::io(&e, path).throw()
    })?;
    let mut found = Vec::new();
    let mut folders = Vec::new();
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let whole = format!("{}/{name}", path.trim_end_matches('/'));
        let is_folder = entry.metadata().is_ok_and(|m| m.is_dir());
        let takes = match wanted {
            Wanted::All => true,
            Wanted::Files => !is_folder,
            Wanted::Folders => is_folder,
        };
        if takes && fits(&name, pattern) {
            found.push(whole.clone());
        }
        if is_folder && is_deep {
            folders.push(whole);
        }
    }
    for folder in folders {
        found.extend(walk(&folder, pattern, true, wanted)?);
    }
    Ok(found)
}

fn list(c: &mut Call<'_>, wanted: Wanted) -> Result {
    let (given, path) = (c.str(0).to_string(), checked(c, 0)?);
    let pattern = c.named("searchPattern").map_or_else(|| "*".to_string(), |v| crate::convert::to_display(&v));
    let found = walk(&path, &pattern, is_deep(c), wanted)?;
    // Entries begin with the path as it was given.
    let shown = found.iter().map(|p| {
        let tail = p.strip_prefix(path.trim_end_matches('/')).unwrap_or(p);
        Value::from(format!("{}{tail}", given.trim_end_matches('/')))
    });
    Ok(Value::typed_array(TypeRef::STRING, shown.collect()))
}
