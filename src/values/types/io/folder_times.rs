//! System.IO.Directory and File: further times and links.

use super::file::checked;
use super::stamp::{self, Moment};
use crate::error::Result;
use crate::types::{Behaviour, Call, TypeDef, fail};
use crate::value::Value;

fn write(c: &mut Call<'_>, moment: Moment) -> Result {
    let path = checked(c, 0)?;
    let value = c.arg(1).clone();
    stamp::write(c.ctx, &path, moment, &value)?;
    Ok(Value::Void)
}

/// The time as UTC, whatever kind it says it is.
fn write_utc(c: &mut Call<'_>, moment: Moment) -> Result {
    let path = checked(c, 0)?;
    let utc = crate::types::system::date_time::of(c.arg(1)).with_kind(crate::time::Kind::Utc);
    let value = crate::types::system::date_time::value(utc);
    stamp::write(c.ctx, &path, moment, &value)?;
    Ok(Value::Void)
}

/// The target of a link as a file or folder object; `$null` for what is no link.
fn target(c: &mut Call<'_>) -> Result {
    let path = checked(c, 0)?;
    let is_final = c.count() > 1 && c.bool(1);
    let found = match is_final {
        true if std::fs::symlink_metadata(&path).is_ok_and(|m| m.is_symlink()) => std::fs::canonicalize(&path).ok(),
        true => None,
        false => std::fs::read_link(&path).ok(),
    };
    let Some(found) = found else {
        return match std::fs::symlink_metadata(&path) {
            Ok(_) => Ok(Value::Null),
            Err(e) => fail::io(&e, &path).throw(),
        };
    };
    let parent = std::path::Path::new(&path).parent().unwrap_or(std::path::Path::new("/"));
    let whole = parent.join(found);
    let name = if whole.is_dir() { "System.IO.DirectoryInfo" } else { "System.IO.FileInfo" };
    let ty = crate::types::TypeRef::find(name).unwrap_or(crate::types::TypeRef::OBJECT);
    crate::members::construct(c.ctx, ty, &[Value::from(whole.display().to_string())])
}

fn link(c: &mut Call<'_>) -> Result {
    let (path, to) = (checked(c, 0)?, c.need_str(1)?);
    if let Err(e) = std::os::unix::fs::symlink(to.as_str(), &path) {
        return fail::io(&e, &path).throw();
    }
    let ty = crate::types::TypeRef::find("System.IO.DirectoryInfo").unwrap_or(crate::types::TypeRef::OBJECT);
    crate::members::construct(c.ctx, ty, &[Value::from(path)])
}

const FOLDER: &[(&str, Behaviour)] = &[
    ("::CreateSymbolicLink", |c| link(c)),
    ("::ResolveLinkTarget", |c| target(c)),
    ("::GetLastAccessTimeUtc", |c| {
        let path = checked(c, 0)?;
        Ok(stamp::read(c.ctx, &path, Moment::Access, false))
    }),
    ("::SetCreationTime", |c| write(c, Moment::Birth)),
    ("::SetCreationTimeUtc", |c| write_utc(c, Moment::Birth)),
    ("::SetLastAccessTime", |c| write(c, Moment::Access)),
    ("::SetLastAccessTimeUtc", |c| write_utc(c, Moment::Access)),
    ("::SetLastWriteTimeUtc", |c| write_utc(c, Moment::Write)),
];

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.IO.Directory", like: &[], members: FOLDER },
    TypeDef { name: "System.IO.File", like: &[], members: &[("::ResolveLinkTarget", |c| target(c))] },
];
