//! Get-TraceSource, Set-TraceSource and Trace-Command.

use std::fs::OpenOptions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use command::{Bound, Cmdlet, Command, Invoke, Session, Wildcard};
use parking_lot::Mutex;
use values::{ErrorCategory, ErrorRecord, Exception, Result, Str, TypeRef, Value};

use super::job::engine_of;
use crate::trace::{ALL, Listener, Outlet, Tracing, named, object};

/// Get-TraceSource.
pub static GET_TRACE_SOURCE: Command = Command { name: "Get-TraceSource", create: || Box::new(GetTraceSource) };
/// Set-TraceSource.
pub static SET_TRACE_SOURCE: Command = Command { name: "Set-TraceSource", create: || Box::new(SetTraceSource) };
/// Trace-Command.
pub static TRACE_COMMAND: Command = Command { name: "Trace-Command", create: || Box::new(TraceCommand::default()) };

struct GetTraceSource;

impl Cmdlet for GetTraceSource {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let mut names = bound.strings("Name");
        if names.is_empty() {
            names.push(Str::from("*"));
        }
        for name in names {
            for (name, description) in sources(session, &name)? {
                write_source(session, name, description)?;
            }
        }
        Ok(())
    }
}

fn write_source(session: &mut dyn Session, name: &str, description: &str) -> Result<()> {
    let made = object(engine_of(session)?.tracing.as_deref(), name, description);
    session.write(made)
}

/// The sources of a name; a name without wildcards that none has is an error.
fn sources(session: &mut dyn Session, name: &Str) -> Result<Vec<(&'static str, &'static str)>> {
    let found = named(name);
    if found.is_empty() && !Wildcard::is_pattern(name) {
        let text = format!("Cannot find a trace source with the name '{name}'.");
        let error = Exception::new(TypeRef::ITEM_NOT_FOUND_EXCEPTION, text).identity(
            "TraceSourceNotFound",
            ErrorCategory::ObjectNotFound,
            Value::Str(name.clone()),
        );
        session.write_error(ErrorRecord::from_exception(Arc::new(error)))?;
    }
    Ok(found)
}

/// The listeners that the parameters ask for.
fn listeners(session: &mut dyn Session, bound: &Bound) -> Result<Vec<Listener>> {
    let options = listener_options(bound).unwrap_or(0);
    let mut made = Vec::new();
    if bound.switch("Debugger") {
        made.push(Listener { name: Str::from("Debug"), options, outlet: Outlet::SystemLog });
    }
    if bound.switch("PSHost") {
        made.push(Listener { name: Str::from("Host"), options, outlet: Outlet::Host });
    }
    if let Some(name) = bound.str("FilePath")
        && let Some(outlet) = file(session, &name, bound.switch("Force"))?
    {
        made.push(Listener { name, options, outlet });
    }
    Ok(made)
}

fn listener_options(bound: &Bound) -> Option<i64> {
    bound.str("ListenerOption").map(|names| Listener::options_of(&names))
}

/// The file that lines go to, opened to append; what keeps it from being written is an error of the command.
fn file(session: &mut dyn Session, name: &str, forces: bool) -> Result<Option<Outlet>> {
    let place = session.provider_path(name)?;
    if place.provider.as_str() != "FileSystem" {
        let text = format!(
            "Trace output can only be written to the file system. The path '{name}' referred to a 'Microsoft.PowerShell.Core\\{}' provider path.",
            place.provider
        );
        let error = Exception::new(TypeRef::PS_NOT_SUPPORTED_EXCEPTION, text);
        return refused(session, error, ErrorCategory::InvalidArgument, name);
    }
    let path = Path::new(place.path.as_str());
    if forces
        && let Ok(facts) = std::fs::metadata(path)
        && facts.permissions().readonly()
    {
        let mut open = facts.permissions();
        // The owner's right alone.
        open.set_mode(facts.permissions().mode() | 0o200);
        // What cannot be changed fails at once when it is opened.
        let _ = std::fs::set_permissions(path, open);
    }
    match OpenOptions::new().create(true).append(true).open(path) {
        Ok(file) => Ok(Some(Outlet::File(Arc::new(Mutex::new(file))))),
        Err(e) => refused(session, command::file_exception(&e, path), ErrorCategory::OpenError, &place.path),
    }
}

fn refused(
    session: &mut dyn Session,
    error: Exception,
    category: ErrorCategory,
    target: &str,
) -> Result<Option<Outlet>> {
    let error = error.identity("FileListenerPathResolutionFailed", category, Value::from(target));
    session.write_error(ErrorRecord::from_exception(Arc::new(error)))?;
    Ok(None)
}

fn option(bound: &Bound) -> Option<i64> {
    bound.get("Option").and_then(Value::as_i64)
}

struct SetTraceSource;

impl Cmdlet for SetTraceSource {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let names = bound.strings("Name");
        let only_files = bound.has("RemoveFileListener");
        if only_files || bound.has("RemoveListener") {
            let patterns = bound.strings(if only_files { "RemoveFileListener" } else { "RemoveListener" });
            let is_removed = |l: &Listener| {
                (!only_files || matches!(l.outlet, Outlet::File(_)))
                    && patterns.iter().any(|pattern| crate::wildcard::matches(pattern, &l.name))
            };
            for name in names {
                for (name, _) in sources(session, &name)? {
                    change(session, |t| t.source(name).listeners.retain(|l| !is_removed(l)))?;
                }
            }
            return Ok(());
        }
        let added = listeners(session, bound)?;
        for pattern in names {
            for (name, description) in named(&pattern) {
                change(session, |tracing| {
                    let source = tracing.source(name);
                    source.options = option(bound).unwrap_or(source.options);
                    listen(&mut source.listeners, &added, bound);
                })?;
                if bound.switch("PassThru") {
                    write_source(session, name, description)?;
                }
            }
        }
        Ok(())
    }
}

/// Adds listeners. Options that were given are those of all listeners of the source.
fn listen(listeners: &mut Vec<Listener>, added: &[Listener], bound: &Bound) {
    listeners.extend(added.iter().cloned());
    if let Some(options) = listener_options(bound) {
        listeners.iter_mut().for_each(|l| l.options = options);
    }
}

/// Changes what is traced.
fn change(session: &mut dyn Session, change: impl FnOnce(&mut Tracing)) -> Result<()> {
    let engine = engine_of(session)?;
    let mut tracing = engine.tracing.take().unwrap_or_default();
    change(&mut tracing);
    engine.tracing = (!tracing.is_untouched()).then_some(tracing);
    Ok(())
}

#[derive(Default)]
struct TraceCommand {
    /// What is traced while the command runs.
    tracing: Option<Box<Tracing>>,
    /// The objects for `-Command`.
    input: Vec<Value>,
}

impl Cmdlet for TraceCommand {
    fn begin(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let added = listeners(session, bound)?;
        let mut tracing = engine_of(session)?.tracing.clone().unwrap_or_default();
        for (name, _) in bound.strings("Name").iter().flat_map(|name| named(name)) {
            let source = tracing.source(name);
            source.options = option(bound).unwrap_or(ALL);
            listen(&mut source.listeners, &added, bound);
        }
        self.tracing = Some(tracing);
        let Some(name) = bound.str("Command") else { return Ok(()) };
        let found = self.traced(session, |session| engine_of(session)?.called_by_name(&name))?;
        if found.is_none() { crate::errors::command_not_found(&name).throw() } else { Ok(()) }
    }

    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let item = bound.get("InputObject").cloned();
        let Some(block) = bound.get("Expression").cloned() else {
            self.input.extend(item);
            return Ok(());
        };
        let input = item.clone().map(|item| vec![item]);
        let how = Invoke { item, input, in_current_scope: true, ..Invoke::default() };
        let made = self.traced(session, |session| session.invoke_script(&block, how))?;
        made.into_iter().try_for_each(|item| session.write(item))
    }

    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let Some(name) = bound.str("Command") else { return Ok(()) };
        let args = bound.list("ArgumentList").into_iter().map(|value| (None, value)).collect();
        let input = std::mem::take(&mut self.input);
        let made = self.traced(session, |session| session.invoke_command(&name, args, input))?;
        made.into_iter().try_for_each(|item| session.write(item))
    }
}

impl TraceCommand {
    /// Does something while it is traced. What it gives is written afterwards, so that its way to the screen is not.
    fn traced<T>(&mut self, session: &mut dyn Session, work: impl FnOnce(&mut dyn Session) -> Result<T>) -> Result<T> {
        let tracing = self.tracing.clone();
        let before = std::mem::replace(&mut engine_of(session)?.tracing, tracing);
        let done = work(session);
        engine_of(session)?.tracing = before;
        done
    }
}
