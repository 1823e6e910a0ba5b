//! Split-Path.

use command::{Bound, Cmdlet, Command, ErrorCategory, ErrorRecord, Exception, Result, Session, TypeRef, Value};

use crate::item::targets::{given, leaf, resolved, tolerate};

pub static COMMAND: Command = Command { name: "Split-Path", create: || Box::new(SplitPath) };

struct SplitPath;

impl Cmdlet for SplitPath {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let (given, is_literal) = given(bound);
        let mut paths: Vec<String> = Vec::new();
        for path in given {
            if bound.switch("Resolve") {
                let found = resolved(session, &path, is_literal, false)?;
                paths.extend(found.into_iter().map(|p| p.path.to_string()));
            } else {
                paths.push(path.to_string());
            }
        }
        for path in paths {
            let done = split(session, bound, &path);
            if let Some(value) = tolerate(session, done)?.flatten() {
                session.write(value)?;
            }
        }
        Ok(())
    }
}

fn split(session: &mut dyn Session, bound: &Bound, path: &str) -> Result<Option<Value>> {
    let slashes = path.replace('\\', "/");
    let (qualifier, rest) = qualifier(&slashes);
    if bound.switch("IsAbsolute") {
        return Ok(Some(Value::Bool(slashes.starts_with('/') || qualifier.is_some())));
    }
    if bound.switch("Qualifier") {
        return match qualifier {
            Some(text) => Ok(Some(Value::from(text))),
            None => {
                session.write_error(ErrorRecord::simple(
                    TypeRef::FORMAT_EXCEPTION,
                    format!("Cannot parse path because path '{path}' does not have a qualifier specified."),
                    "ParsePathFormatError",
                    ErrorCategory::InvalidArgument,
                    Value::from(path),
                ))?;
                Ok(None)
            }
        };
    }
    if bound.switch("NoQualifier") {
        // Slashes and backslashes are of one length: the rest stands at the same place as it was given.
        return Ok(Some(Value::from(&path[path.len() - rest.len()..])));
    }
    let resolved = place_of_dots(session, &slashes);
    let is_flat = is_flat_drive(session, qualifier);
    let last = match &resolved {
        Some(full) => leaf(full),
        None if is_flat => leaf(rest),
        None => leaf(&slashes),
    };
    if bound.switch("Leaf") {
        return Ok(Some(Value::from(if last == "/" { "" } else { last })));
    }
    if bound.switch("LeafBase") {
        return Ok(Some(Value::from(last.rfind('.').map_or(last, |at| &last[..at]))));
    }
    if bound.switch("Extension") {
        return Ok(Some(Value::from(last.rfind('.').filter(|at| at + 1 < last.len()).map_or("", |at| &last[at..]))));
    }
    if slashes == "/" {
        return Exception::new(
            TypeRef::PS_ARGUMENT_EXCEPTION,
            "Cannot process argument because the value of argument \"path\" is not valid. Change the value of the \"path\" argument and run the operation again.",
        )
        .identity("Argument", ErrorCategory::InvalidArgument, Value::Null)
        .throw();
    }
    let trimmed = slashes.trim_end_matches('/');
    Ok(Some(Value::from(match trimmed.rfind('/') {
        Some(0) => "/".to_string().split_off(usize::from(trimmed.len() > 1)),
        // A drive's own folder keeps the slash that makes it one.
        Some(at) if Some(&trimmed[..at]) == qualifier && !qualifier.is_some_and(|q| q.ends_with("::")) => {
            format!("{}/", &trimmed[..at])
        }
        Some(at) => trimmed[..at].to_string(),
        None => match qualifier {
            Some(text) if trimmed.len() > text.len() && !is_flat => text.to_string(),
            _ => String::new(),
        },
    })))
}

/// The full path where the end is only a way to it: `.`, `..` or `~`.
fn place_of_dots(session: &mut dyn Session, path: &str) -> Option<String> {
    if !matches!(leaf(path), "." | "..") && path != "~" {
        return None;
    }
    let found = session.provider_path(path).ok()?;
    (found.provider.as_str() == "FileSystem").then(|| found.path.to_string())
}

/// Whether a qualifier is that of a drive without levels, such as `Env:`.
fn is_flat_drive(session: &mut dyn Session, qualifier: Option<&str>) -> bool {
    let Some(name) = qualifier.and_then(|q| q.strip_suffix(':')).filter(|n| !n.ends_with(':')) else { return false };
    let Some(drive) = session.drives().into_iter().find(|d| d.name.eq_ignore_ascii_case(name)) else { return false };
    session.provider(&drive.provider).is_some_and(|p| !p.is_hierarchical())
}

/// The drive (`Env:`) or provider (`FileSystem::`) in front of a path, and the rest.
fn qualifier(path: &str) -> (Option<&str>, &str) {
    if let Some(at) = path.find("::")
        && (!path[..at].contains('/') || path.starts_with("Microsoft.PowerShell"))
    {
        return (Some(&path[..at + 2]), &path[at + 2..]);
    }
    match path.find(':') {
        Some(at) if at > 0 && !path[..at].contains('/') => (Some(&path[..=at]), &path[at + 1..]),
        _ => (None, path),
    }
}
