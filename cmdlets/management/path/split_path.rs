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
    let last = leaf(&slashes);
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
        Some(at) => trimmed[..at].to_string(),
        None => match qualifier {
            Some(text) if trimmed.len() > text.len() => text.to_string(),
            _ => String::new(),
        },
    })))
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
