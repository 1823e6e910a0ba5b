//! System.IO.File.

use std::fs;
use std::io::Write;

use super::path::resolve;
use super::stamp;
use crate::encoding::Encoding;
use crate::error::Result;
use crate::types::text::encoding::encoding_of;
use crate::types::{Call, TypeDef, TypeRef, fail};
use crate::value::Value;

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.IO.File",
    like: &[],
    members: &[
        ("::Exists", |c| {
            Ok(Value::Bool(!c.str(0).is_empty() && fs::metadata(resolve(c, 0)).is_ok_and(|m| !m.is_dir())))
        }),
        ("::ReadAllText", |c| {
            let bytes = read(c)?;
            Ok(Value::from(decode(c, &bytes)))
        }),
        ("::ReadAllLines", |c| {
            let bytes = read(c)?;
            Ok(lines(&decode(c, &bytes)))
        }),
        ("::ReadLines", |c| {
            let bytes = read(c)?;
            Ok(lines(&decode(c, &bytes)))
        }),
        ("::ReadAllBytes", |c| Ok(Value::bytes(&read(c)?))),
        ("::WriteAllText", |c| {
            let text = c.str(1).to_string();
            put(c, &text, false)
        }),
        ("::AppendAllText", |c| {
            let text = c.str(1).to_string();
            put(c, &text, true)
        }),
        ("::WriteAllLines", |c| {
            let text = joined(c)?;
            put(c, &text, false)
        }),
        ("::AppendAllLines", |c| {
            let text = joined(c)?;
            put(c, &text, true)
        }),
        ("::WriteAllBytes", |c| {
            let path = checked(c, 0)?;
            fs::write(&path, c.bytes(1)).or_else(|e| fail::io(&e, &path).throw())?;
            Ok(Value::Void)
        }),
        ("::AppendAllBytes", |c| {
            let path = checked(c, 0)?;
            append(&path, &c.bytes(1))?;
            Ok(Value::Void)
        }),
        ("::Delete", |c| {
            let path = checked(c, 0)?;
            match fs::remove_file(&path) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => fail::io(&e, &path).throw(),
                Err(_) if !std::path::Path::new(&path).parent().is_some_and(|p| p.exists()) => {
                    fail::no_directory(&path).throw()
                }
                _ => Ok(Value::Void),
            }
        }),
        ("::Copy", |c| {
            let (from, to) = (checked(c, 0)?, checked(c, 1)?);
            let overwrites = c.count() > 2 && c.bool(2);
            if !std::path::Path::new(&from).exists() {
                return fail::io(&std::io::ErrorKind::NotFound.into(), &from).throw();
            }
            if !overwrites && std::path::Path::new(&to).exists() {
                return fail::named("System.IO.IOException", format!("The file '{to}' already exists.")).throw();
            }
            fs::copy(&from, &to).or_else(|e| fail::io(&e, &to).throw())?;
            Ok(Value::Void)
        }),
        ("::Move", |c| {
            let (from, to) = (checked(c, 0)?, checked(c, 1)?);
            if !std::path::Path::new(&from).exists() {
                return fail::io(&std::io::ErrorKind::NotFound.into(), &from).throw();
            }
            if !(c.count() > 2 && c.bool(2)) && std::path::Path::new(&to).exists() {
                return fail::named("System.IO.IOException", "The file already exists.").throw();
            }
            fs::rename(&from, &to).or_else(|e| fail::io(&e, &to).throw())?;
            Ok(Value::Void)
        }),
        ("::Replace", |c| {
            let (from, to) = (checked(c, 0)?, checked(c, 1)?);
            if c.has(2) && !c.str(2).is_empty() {
                let backup = resolve(c, 2);
                fs::copy(&to, &backup).or_else(|e| fail::io(&e, &to).throw())?;
            }
            fs::rename(&from, &to).or_else(|e| fail::io(&e, &from).throw())?;
            Ok(Value::Void)
        }),
        ("::Create", |c| super::stream::open(c, 2, 3)),
        ("::CreateText", |c| super::text_io::writer(c, false)),
        ("::AppendText", |c| super::text_io::writer(c, true)),
        ("::OpenText", |c| super::text_io::reader(c)),
        ("::Open", |c| {
            let mode = c.long(1);
            let access = c.named_int("access").unwrap_or(if mode == 6 { 2 } else { 3 });
            super::stream::open(c, mode, access)
        }),
        ("::OpenRead", |c| super::stream::open(c, 3, 1)),
        ("::OpenWrite", |c| super::stream::open(c, 4, 2)),
        ("::GetAttributes", |c| {
            let path = checked(c, 0)?;
            let data = fs::symlink_metadata(&path).or_else(|e| fail::io(&e, &path).throw())?;
            Ok(crate::types::system::enumeration::make("System.IO.FileAttributes", stamp::attributes(&path, &data)))
        }),
        ("::SetAttributes", |c| {
            let path = checked(c, 0)?;
            stamp::set_read_only(&path, c.long(1) & 1 != 0)?;
            Ok(Value::Void)
        }),
        ("::GetLastWriteTime", |c| time(c, stamp::Moment::Write, true)),
        ("::GetLastWriteTimeUtc", |c| time(c, stamp::Moment::Write, false)),
        ("::GetCreationTime", |c| time(c, stamp::Moment::Birth, true)),
        ("::GetCreationTimeUtc", |c| time(c, stamp::Moment::Birth, false)),
        ("::GetLastAccessTime", |c| time(c, stamp::Moment::Access, true)),
        ("::GetLastAccessTimeUtc", |c| time(c, stamp::Moment::Access, false)),
        ("::SetLastWriteTime", |c| set_time(c, stamp::Moment::Write)),
        ("::SetLastWriteTimeUtc", |c| set_time(c, stamp::Moment::Write)),
        ("::SetLastAccessTime", |c| set_time(c, stamp::Moment::Access)),
        ("::SetLastAccessTimeUtc", |c| set_time(c, stamp::Moment::Access)),
        ("::SetCreationTime", |c| set_time(c, stamp::Moment::Write)),
        ("::SetCreationTimeUtc", |c| set_time(c, stamp::Moment::Write)),
        ("::GetUnixFileMode", |c| {
            use std::os::unix::fs::PermissionsExt;
            let path = checked(c, 0)?;
            let data = fs::metadata(&path).or_else(|e| fail::io(&e, &path).throw())?;
            Ok(crate::types::system::enumeration::make(
                "System.IO.UnixFileMode",
                i64::from(data.permissions().mode() & 0o7777),
            ))
        }),
        ("::SetUnixFileMode", |c| {
            use std::os::unix::fs::PermissionsExt;
            let path = checked(c, 0)?;
            fs::set_permissions(&path, fs::Permissions::from_mode(c.long(1) as u32))
                .or_else(|e| fail::io(&e, &path).throw())?;
            Ok(Value::Void)
        }),
        ("::CreateSymbolicLink", |c| {
            let path = checked(c, 0)?;
            std::os::unix::fs::symlink(c.str(1).as_str(), &path).or_else(|e| fail::io(&e, &path).throw())?;
            crate::members::construct(
                c.ctx,
                TypeRef::find("System.IO.FileInfo").unwrap_or(TypeRef::OBJECT),
                &[Value::from(path)],
            )
        }),
    ],
}];

/// A path argument that is neither missing nor empty.
pub fn checked(c: &Call<'_>, at: usize) -> Result<String> {
    let text = c.need_str(at)?;
    if text.is_empty() {
        return fail::argument("The value cannot be an empty string.", c.parameter_name(at)).throw();
    }
    Ok(resolve(c, at))
}

fn read(c: &Call<'_>) -> Result<Vec<u8>> {
    let path = checked(c, 0)?;
    crate::stop::read(&path).or_else(|e| {
        crate::stop::check()?;
        fail::io(&e, &path).throw()
    })
}

fn encoding(c: &Call<'_>) -> Option<Encoding> {
    c.named("encoding").as_ref().and_then(encoding_of)
}

fn decode(c: &Call<'_>, bytes: &[u8]) -> String {
    encoding(c).unwrap_or(Encoding::utf8(false)).decode_file(bytes).into_owned()
}

/// The lines of a text as `ReadAllLines` tells them apart.
pub fn split_lines(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        match rest.find(['\n', '\r']) {
            Some(at) => {
                found.push(rest[..at].to_string());
                let skip = if rest[at..].starts_with("\r\n") { 2 } else { 1 };
                rest = &rest[at + skip..];
            }
            None => {
                found.push(rest.to_string());
                rest = "";
            }
        }
    }
    found
}

fn lines(text: &str) -> Value {
    Value::typed_array(TypeRef::STRING, split_lines(text).into_iter().map(Value::from).collect())
}

fn joined(c: &mut Call<'_>) -> Result<String> {
    let mut text = String::new();
    for item in c.sequence(1)? {
        text.push_str(&crate::convert::to_str(c.ctx, &item)?);
        text.push('\n');
    }
    Ok(text)
}

fn put(c: &Call<'_>, text: &str, appends: bool) -> Result {
    let path = checked(c, 0)?;
    let encoding = encoding(c).unwrap_or(Encoding::utf8(false));
    let mut bytes = Vec::new();
    let is_new = !appends || fs::metadata(&path).map_or(true, |m| m.len() == 0);
    if encoding.preamble && is_new {
        bytes.extend_from_slice(encoding.preamble_bytes());
    }
    bytes.extend(encoding.encode(text));
    if appends {
        append(&path, &bytes)?;
    } else {
        fs::write(&path, bytes).or_else(|e| fail::io(&e, &path).throw())?;
    }
    Ok(Value::Void)
}

fn append(path: &str, bytes: &[u8]) -> Result<()> {
    let opened = fs::OpenOptions::new().append(true).create(true).open(path);
    opened.and_then(|mut f| f.write_all(bytes)).or_else(|e| fail::io(&e, path).throw())
}

fn time(c: &mut Call<'_>, moment: stamp::Moment, is_local: bool) -> Result {
    let path = checked(c, 0)?;
    Ok(stamp::read(c.ctx, &path, moment, is_local))
}

fn set_time(c: &mut Call<'_>, moment: stamp::Moment) -> Result {
    let path = checked(c, 0)?;
    let value = c.arg(1).clone();
    stamp::write(c.ctx, &path, moment, &value)?;
    Ok(Value::Void)
}
