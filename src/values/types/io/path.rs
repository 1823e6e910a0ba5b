//! System.IO.Path.

use crate::error::Result;
use crate::types::{Call, TypeDef, TypeRef, fail};
use crate::value::Value;

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.IO.Path",
    like: &[],
    members: &[
        ("::DirectorySeparatorChar", |_| Ok(Value::Char(u16::from(b'/')))),
        ("::AltDirectorySeparatorChar", |_| Ok(Value::Char(u16::from(b'/')))),
        ("::PathSeparator", |_| Ok(Value::Char(u16::from(b':')))),
        ("::VolumeSeparatorChar", |_| Ok(Value::Char(u16::from(b'/')))),
        ("::InvalidPathChars", |_| Ok(chars("\0"))),
        ("::GetInvalidPathChars", |_| Ok(chars("\0"))),
        ("::GetInvalidFileNameChars", |_| Ok(chars("\0/"))),
        ("::Combine", |c| {
            let parts = parts(c)?;
            let mut out = String::new();
            for part in &parts {
                if part.is_empty() {
                    continue;
                }
                if part.starts_with('/') || out.is_empty() {
                    out = part.clone();
                } else {
                    join(&mut out, part);
                }
            }
            Ok(Value::from(out))
        }),
        ("::Join", |c| {
            let mut out = String::new();
            for part in parts(c)? {
                if part.is_empty() {
                    continue;
                }
                if out.is_empty() {
                    out = part;
                } else if out.ends_with('/') || part.starts_with('/') {
                    out.push_str(&part);
                } else {
                    join(&mut out, &part);
                }
            }
            Ok(Value::from(out))
        }),
        ("::GetFileName", |c| nullable(c, |p| file_name(p).to_string())),
        ("::GetFileNameWithoutExtension", |c| {
            nullable(c, |p| {
                let name = file_name(p);
                name.rfind('.').map_or(name, |at| &name[..at]).to_string()
            })
        }),
        ("::GetExtension", |c| nullable(c, |p| extension(p).to_string())),
        ("::HasExtension", |c| Ok(Value::Bool(!extension(&c.str(0)).is_empty()))),
        ("::ChangeExtension", |c| {
            let path = c.str(0).to_string();
            if path.is_empty() {
                return Ok(Value::from(""));
            }
            let stem = path[..path.len() - raw_extension(&path).len()].to_string();
            if c.arg(1).is_null() {
                return Ok(Value::from(stem));
            }
            let new = c.str(1);
            let dot = if new.starts_with('.') { "" } else { "." };
            Ok(Value::from(format!("{stem}{dot}{new}")))
        }),
        ("::GetDirectoryName", |c| {
            let path = c.str(0);
            Ok(directory(&path).map_or(Value::Null, Value::from))
        }),
        ("::GetPathRoot", |c| {
            let path = c.str(0);
            if path.is_empty() {
                return Ok(Value::Null);
            }
            Ok(Value::from(if path.starts_with('/') { "/" } else { "" }))
        }),
        ("::GetFullPath", |c| {
            let path = c.need_str(0)?;
            if path.is_empty() {
                return fail::argument("The value cannot be an empty string.", "path").throw();
            }
            if path.contains('\0') {
                return fail::argument("Null character in path.", "path").throw();
            }
            let base =
                if c.count() == 2 { c.str(1).to_string() } else { c.ctx.working_directory().display().to_string() };
            Ok(Value::from(full(&path, &base)))
        }),
        ("::GetRelativePath", |c| {
            for at in 0..2 {
                if c.need_str(at)?.is_empty() {
                    return fail::argument("The path is empty.", c.parameter_name(at)).throw();
                }
            }
            let base = c.ctx.working_directory().display().to_string();
            let (from, to) = (full(&c.need_str(0)?, &base), full(&c.need_str(1)?, &base));
            let a: Vec<&str> = from.split('/').filter(|s| !s.is_empty()).collect();
            let b: Vec<&str> = to.split('/').filter(|s| !s.is_empty()).collect();
            let same = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
            let mut out: Vec<&str> = vec![".."; a.len() - same];
            out.extend(&b[same..]);
            Ok(Value::from(if out.is_empty() { ".".to_string() } else { out.join("/") }))
        }),
        ("::IsPathRooted", |c| Ok(Value::Bool(c.str(0).starts_with('/')))),
        ("::IsPathFullyQualified", |c| Ok(Value::Bool(c.str(0).starts_with('/')))),
        ("::EndsInDirectorySeparator", |c| Ok(Value::Bool(c.str(0).ends_with('/')))),
        ("::TrimEndingDirectorySeparator", |c| {
            let path = c.str(0);
            Ok(Value::from(if path.len() > 1 { path.strip_suffix('/').unwrap_or(&path) } else { &path }))
        }),
        ("::GetTempPath", |c| {
            let path = c.ctx.env_get("TMPDIR").filter(|p| !p.is_empty()).unwrap_or_else(|| "/tmp".to_string());
            Ok(Value::from(if path.ends_with('/') { path } else { format!("{path}/") }))
        }),
        ("::GetTempFileName", |c| {
            let folder = c.ctx.env_get("TMPDIR").filter(|p| !p.is_empty()).unwrap_or_else(|| "/tmp".to_string());
            let path =
                format!("{}/tmp{}.tmp", folder.trim_end_matches('/'), &uuid::Uuid::new_v4().simple().to_string()[..6]);
            match std::fs::File::create_new(&path) {
                Ok(_) => Ok(Value::from(path)),
                Err(e) => fail::io(&e, &path).throw(),
            }
        }),
        ("::GetRandomFileName", |_| {
            let text = uuid::Uuid::new_v4().simple().to_string();
            Ok(Value::from(format!("{}.{}", &text[..8], &text[8..11])))
        }),
        ("::Exists", |c| {
            let path = resolve(c, 0);
            Ok(Value::Bool(!c.str(0).is_empty() && std::path::Path::new(&path).exists()))
        }),
    ],
}];

fn chars(text: &str) -> Value {
    Value::typed_array(TypeRef::CHAR, text.bytes().map(|b| Value::Char(u16::from(b))).collect())
}

fn parts(c: &Call<'_>) -> Result<Vec<String>> {
    let is_list = c.signature.and_then(|s| s.parameters.first()).is_some_and(|p| p.ty.element().is_some());
    let values = if is_list { c.items(0) } else { c.args.clone() };
    Ok(values.iter().map(crate::convert::to_display).collect())
}

fn join(out: &mut String, part: &str) {
    if !out.ends_with('/') {
        out.push('/');
    }
    out.push_str(part);
}

fn nullable(c: &Call<'_>, f: fn(&str) -> String) -> Result {
    if c.args.first().is_some_and(Value::is_null) {
        return Ok(Value::Null);
    }
    Ok(Value::from(f(&c.str(0))))
}

/// The part behind the last separator.
pub fn file_name(path: &str) -> &str {
    path.rfind('/').map_or(path, |at| &path[at + 1..])
}

fn raw_extension(path: &str) -> &str {
    let name = file_name(path);
    name.rfind('.').map_or("", |at| &name[at..])
}

/// `GetExtension`: with its dot; nothing for a name that ends in one.
pub fn extension(path: &str) -> &str {
    let found = raw_extension(path);
    if found == "." { "" } else { found }
}

/// `GetDirectoryName`; none for a root or nothing.
pub fn directory(path: &str) -> Option<String> {
    if path.is_empty() || path == "/" {
        return None;
    }
    let Some(at) = path.rfind('/') else { return Some(String::new()) };
    let head = path[..at].trim_end_matches('/');
    let head = if head.is_empty() { "/" } else { head };
    // Repeated separators count as one.
    let mut out = String::new();
    for ch in head.chars() {
        if !(ch == '/' && out.ends_with('/')) {
            out.push(ch);
        }
    }
    Some(out)
}

/// An absolute path without `.` and `..`.
pub fn full(path: &str, base: &str) -> String {
    let joined =
        if path.starts_with('/') { path.to_string() } else { format!("{}/{path}", base.trim_end_matches('/')) };
    let mut out: Vec<&str> = Vec::new();
    for piece in joined.split('/') {
        match piece {
            "" | "." => {}
            ".." => {
                out.pop();
            }
            piece => out.push(piece),
        }
    }
    let tail = if joined.len() > 1 && (joined.ends_with('/')) && !out.is_empty() { "/" } else { "" };
    format!("/{}{tail}", out.join("/"))
}

/// The absolute path of a path argument, against the process's own idea of the current folder: the session's location.
pub fn resolve(c: &Call<'_>, at: usize) -> String {
    full(&c.str(at), &c.ctx.working_directory().display().to_string())
}
