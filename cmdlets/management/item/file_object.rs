//! Files and folders as objects.

use std::path::Path;

use command::{Context, NativeObject, Result, Session, TypeRef, Value};
use values::members;
use values::time::{DateTime, Kind, Zone};

/// A FileInfo or DirectoryInfo of a path.
pub fn file_object(session: &mut dyn Session, path: &str, is_container: bool) -> Result {
    let name = if is_container { "System.IO.DirectoryInfo" } else { "System.IO.FileInfo" };
    let context: &mut dyn Context = session;
    if let Some(ty) = TypeRef::find(name)
        && let Ok(made) = members::call_static(context, ty, "new", &[Value::from(path)])
    {
        return Ok(made);
    }
    plain(session, name, path, is_container)
}

/// The facts alone, where the type has no behaviour of its own.
fn plain(session: &mut dyn Session, type_name: &str, path: &str, is_container: bool) -> Result {
    let zone = Zone::find(session.time_zone()).unwrap_or_else(|_| Zone::system());
    let at = Path::new(path);
    let facts = std::fs::metadata(at).or_else(|_| std::fs::symlink_metadata(at));
    let stamp = |time: std::io::Result<std::time::SystemTime>| {
        let since = time.ok().and_then(|t| t.duration_since(std::time::UNIX_EPOCH).ok()).unwrap_or_default();
        let utc = DateTime::from_unix(since.as_secs() as i64, since.subsec_nanos(), Kind::Utc);
        Value::DateTime(utc.to_local(&zone).to_bits())
    };
    let leaf = at.file_name().map_or_else(|| path.to_string(), |n| n.to_string_lossy().into_owned());
    let extension = leaf.rfind('.').map_or("", |dot| &leaf[dot..]);
    let base = if is_container || extension.is_empty() { leaf.as_str() } else { &leaf[..leaf.len() - extension.len()] };
    let mut pairs = vec![
        ("Name", Value::from(leaf.as_str())),
        ("FullName", Value::from(path)),
        ("BaseName", Value::from(base)),
        ("Extension", Value::from(extension)),
        ("Exists", Value::Bool(facts.is_ok())),
    ];
    if let Ok(facts) = &facts {
        pairs.push(("LastWriteTime", stamp(facts.modified())));
        pairs.push(("CreationTime", stamp(facts.created())));
        pairs.push(("LastAccessTime", stamp(facts.accessed())));
        if !is_container {
            pairs.push(("Length", Value::I64(facts.len() as i64)));
        }
    }
    Ok(NativeObject::of_pairs(type_name, pairs).with_text(|o| o.text_of("FullName")).into_value())
}
