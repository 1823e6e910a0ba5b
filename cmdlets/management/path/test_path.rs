//! Test-Path.

use command::{Bound, Cmdlet, Command, ErrorCategory, ErrorRecord, Flow, ItemKind, Result, Session, TypeRef, Value};

use crate::item::targets::{NameFilter, given, leaf};

pub static COMMAND: Command = Command { name: "Test-Path", create: || Box::new(TestPath) };

struct TestPath;

impl Cmdlet for TestPath {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let (paths, is_literal) = given(bound);
        let raw = bound.list(if is_literal { "LiteralPath" } else { "Path" });
        if raw.is_empty() {
            return null_path(session);
        }
        for (path, value) in paths.iter().zip(&raw) {
            if value.is_null() {
                null_path(session)?;
                continue;
            }
            let is_there = if path.trim().is_empty() {
                false
            } else if bound.switch("IsValid") {
                !path.contains('\0') && session.provider_path(path).is_ok()
            } else {
                exists(session, bound, path, is_literal)?
            };
            session.write(Value::Bool(is_there))?;
        }
        Ok(())
    }
}

fn null_path(session: &mut dyn Session) -> Result<()> {
    session.write_error(ErrorRecord::simple(
        TypeRef::ARGUMENT_NULL_EXCEPTION,
        "Value cannot be null. (Parameter 'The provided Path argument was null or an empty collection.')",
        "NullPathNotPermitted",
        ErrorCategory::InvalidArgument,
        Value::Null,
    ))
}

fn exists(session: &mut dyn Session, bound: &Bound, path: &str, is_literal: bool) -> Result<bool> {
    let found = match session.resolve_path(path, is_literal) {
        Ok(found) => found,
        Err(flow) => {
            return match *flow {
                Flow::Throw(record) if record.full_id().starts_with("ItemExistsUnauthorizedAccessError") => {
                    session.write_error(record)?;
                    Ok(false)
                }
                Flow::Throw(_) => Ok(false),
                other => Err(Box::new(other)),
            };
        }
    };
    let filter = NameFilter::new(bound);
    let kind = bound.enum_name("PathType").map(|k| k.to_lowercase());
    let date = |name: &str| match bound.get(name).map(Value::base) {
        Some(Value::DateTime(bits)) => Some(bits & !(3 << 62)),
        _ => None,
    };
    let (older, newer) = (date("OlderThan"), date("NewerThan"));
    for target in found {
        if !filter.allows(leaf(&target.path)) {
            continue;
        }
        let Some(provider) = session.provider(&target.provider) else { continue };
        let Ok(Some(stat)) = provider.stat(session, &target.path) else { continue };
        let is_container = stat.kind == ItemKind::Container;
        match kind.as_deref() {
            Some("container") if !is_container => continue,
            Some("leaf") if is_container => continue,
            _ => {}
        }
        if older.is_some() || newer.is_some() {
            let Some(time) = modified(session, &target.path) else { continue };
            if older.is_some_and(|o| time >= o) || newer.is_some_and(|n| time <= n) {
                continue;
            }
        }
        return Ok(true);
    }
    Ok(false)
}

/// The time of a file's last change in local ticks.
fn modified(session: &mut dyn Session, path: &str) -> Option<u64> {
    use values::time::{DateTime, Kind, Zone};
    let since = std::fs::metadata(path).ok()?.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    let zone = Zone::find(session.time_zone()).unwrap_or_else(|_| Zone::system());
    let utc = DateTime::from_unix(since.as_secs() as i64, since.subsec_nanos(), Kind::Utc);
    Some(utc.to_local(&zone).ticks() as u64)
}
