//! Set-Location.

use command::{
    Bound, Cmdlet, Command, ErrorCategory, ErrorRecord, Exception, ItemKind, ProviderPath, Result, Session, Str,
    TypeRef, Value,
};

use crate::location::stack::{history, stacks};
use crate::provider::notes::path_object;

pub static COMMAND: Command = Command { name: "Set-Location", create: || Box::new(SetLocation) };

struct SetLocation;

impl Cmdlet for SetLocation {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        if let Some(name) = bound.str("StackName") {
            if !name.is_empty() && !stacks(session).stacks.contains_key(&name.to_lowercase()) {
                return session.write_error(ErrorRecord::simple(
                    TypeRef::ITEM_NOT_FOUND_EXCEPTION,
                    format!("Cannot find path '{name}' because it does not exist."),
                    "StackNotFound",
                    ErrorCategory::ObjectNotFound,
                    Value::Str(name),
                ));
            }
            stacks(session).current = name.to_lowercase();
            return Ok(());
        }
        let is_literal = bound.has("LiteralPath");
        let given = bound.str(if is_literal { "LiteralPath" } else { "Path" });
        let target = match given.as_deref() {
            None | Some("") => {
                let home = session.environment("HOME").unwrap_or_else(|| "/".into());
                go(session, &home, true)
            }
            Some("-") if !is_literal => back(session, true),
            Some("+") if !is_literal => back(session, false),
            Some(path) => go(session, path, is_literal),
        };
        let target = match target {
            Ok(target) => target,
            Err(flow) => {
                return match *flow {
                    values::Flow::Throw(record) => session.write_error(record),
                    other => Err(Box::new(other)),
                };
            }
        };
        if bound.switch("PassThru") {
            let object = path_object(session, &target);
            session.write(object)?;
        }
        Ok(())
    }
}

/// Goes to a path and remembers where the session was.
pub fn go(session: &mut dyn Session, path: &str, is_literal: bool) -> Result<ProviderPath> {
    let mut found = session.resolve_path(path, is_literal)?;
    if found.len() > 1 {
        return Exception::new(
            TypeRef::PS_ARGUMENT_EXCEPTION,
            format!("Cannot set the location because path '{path}' resolved to multiple containers. You can only the set location to a single container at a time."),
        )
        .identity("Argument", ErrorCategory::InvalidArgument, Value::Null)
        .throw();
    }
    let Some(target) = found.pop() else { return missing(path) };
    if let Some(provider) = session.provider(&target.provider)
        && !matches!(provider.stat(session, &target.path)?, Some(s) if s.kind == ItemKind::Container)
    {
        return missing(path);
    }
    let old = session.location();
    session.set_location(&target)?;
    let memory = history(session);
    memory.undo.push(old);
    if memory.undo.len() > 20 {
        memory.undo.remove(0);
    }
    memory.redo.clear();
    Ok(target)
}

fn back(session: &mut dyn Session, is_undo: bool) -> Result<ProviderPath> {
    let memory = history(session);
    let popped = if is_undo { memory.undo.pop() } else { memory.redo.pop() };
    let Some(target) = popped else {
        let text = if is_undo {
            "There is no location history left to navigate backwards."
        } else {
            "There is no location history left to navigate forwards."
        };
        return Exception::new(TypeRef::INVALID_OPERATION_EXCEPTION, text)
            .identity("System.InvalidOperationException", ErrorCategory::NotSpecified, Value::Null)
            .throw();
    };
    let old = session.location();
    session.set_location(&target)?;
    let memory = history(session);
    if is_undo {
        memory.redo.push(old)
    } else {
        memory.undo.push(old)
    }
    Ok(target)
}

fn missing<T>(path: &str) -> Result<T> {
    Exception::new(TypeRef::ITEM_NOT_FOUND_EXCEPTION, format!("Cannot find path '{path}' because it does not exist."))
        .identity("PathNotFound", ErrorCategory::ObjectNotFound, Value::Str(Str::from(path)))
        .throw()
}
