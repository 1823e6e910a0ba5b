//! Get-Command.

use std::sync::Arc;

use command::{Bound, Cmdlet, Command, CommandInfo, CommandKind, Session, Wildcard};
use values::{ErrorCategory, Exception, Result, TypeRef, Value};

use crate::host_objects::CommandObject;
use crate::runspace::Runspace;

/// Get-Command.
pub static COMMAND: Command = Command { name: "Get-Command", create: || Box::new(GetCommand) };

struct GetCommand;

impl Cmdlet for GetCommand {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let names = bound.strings("Name");
        let total = bound.int("TotalCount").unwrap_or(-1);
        let mut left = if total < 0 { usize::MAX } else { total as usize };
        if names.is_empty() {
            let pattern = format!("{}-{}", first(bound, "Verb"), first(bound, "Noun"));
            let is_all = !bound.has("Verb") && !bound.has("Noun");
            let found = session.commands(if is_all { "*" } else { &pattern }, wants_programs(bound));
            return write_all(session, bound, found, None, &mut left);
        }
        for name in names {
            if Wildcard::is_pattern(&name) {
                let found = session.commands(&name, true);
                write_all(session, bound, found, None, &mut left)?;
                continue;
            }
            let mut found: Vec<Arc<CommandInfo>> = session.find_command(&name, false)?.into_iter().collect();
            if bound.switch("All") || found.first().is_some_and(|f| !fits(bound, f)) {
                found = session.commands(&Wildcard::escape(&name), true);
            }
            if bound.switch("All")
                && let Some(runspace) = session.engine().downcast_mut::<Runspace>()
            {
                // Commands of modules that another one's hides.
                let modules: Vec<values::Str> = runspace.modules.iter().rev().map(|(n, _)| n.clone()).collect();
                for module in modules {
                    if let Some(hidden) = runspace.exported_by(&module, &name)
                        && !found.iter().any(|f| f.module == hidden.module && f.name == hidden.name)
                    {
                        found.push(hidden);
                    }
                }
            }
            found.retain(|f| fits(bound, f));
            hide(session, &mut found);
            if found.is_empty() {
                let exception = Exception::new(
                    TypeRef::COMMAND_NOT_FOUND_EXCEPTION,
                    format!("The term '{name}' is not recognized as a name of a cmdlet, function, script file, or executable program.\nCheck the spelling of the name, or if a path was included, verify that the path is correct and try again."),
                )
                .identity("CommandNotFoundException", ErrorCategory::ObjectNotFound, Value::Str(name.clone()));
                let record = values::ErrorRecord::from_exception(Arc::new(exception));
                record.data.lock().command = Some(session.command().error_name.clone());
                session.write_error(record)?;
                continue;
            }
            write_all(session, bound, found, Some(&name), &mut left)?;
        }
        Ok(())
    }
}

/// Leaves out what the client of a restricted session may not call.
fn hide(session: &mut dyn Session, found: &mut Vec<Arc<CommandInfo>>) {
    if let Some(visible) = session.engine().downcast_mut::<Runspace>().and_then(|runspace| runspace.visible.clone()) {
        found.retain(|info| visible(&info.name));
    }
}

fn first(bound: &Bound, name: &str) -> String {
    bound.strings(name).first().map_or_else(|| "*".to_string(), |s| s.to_string())
}

fn wants_programs(bound: &Bound) -> bool {
    kinds(bound).is_some_and(|k| k & CommandKind::Application as i64 != 0)
}

fn kinds(bound: &Bound) -> Option<i64> {
    bound.get("CommandType").and_then(Value::as_i64)
}

fn fits(bound: &Bound, info: &CommandInfo) -> bool {
    if kinds(bound).is_some_and(|k| k & info.kind as i64 == 0) {
        return false;
    }
    let modules = bound.strings("Module");
    if !modules.is_empty() {
        let own = info.module.clone().unwrap_or_else(values::Str::empty);
        if !modules.iter().any(|m| Wildcard::new(m).matches(&own)) {
            return false;
        }
    }
    let part = |name: &str, at: usize| -> bool {
        let patterns = bound.strings(name);
        let own = info.name.splitn(2, '-').nth(at).unwrap_or_default();
        patterns.is_empty() || patterns.iter().any(|p| Wildcard::new(p).matches(own))
    };
    part("Verb", 0) && part("Noun", 1)
}

fn write_all(
    session: &mut dyn Session,
    bound: &Bound,
    mut found: Vec<Arc<CommandInfo>>,
    asked: Option<&str>,
    left: &mut usize,
) -> Result<()> {
    hide(session, &mut found);
    for info in found {
        if !fits(bound, &info) || *left == 0 {
            continue;
        }
        // The aliases of a script module without a manifest have no module to be found by.
        if info.kind == CommandKind::Alias
            && bound.has("Module")
            && let Some(runspace) = session.engine().downcast_mut::<Runspace>()
            && let Some(module) = &info.module
            && let Some((_, table)) = runspace.modules.iter().find(|(n, _)| n.eq_ignore_ascii_case(module))
            && table.module.as_ref().is_some_and(|m| !m.path.to_ascii_lowercase().ends_with(".psd1"))
        {
            continue;
        }
        *left -= 1;
        let value = match bound.switch("Syntax") {
            true => match session.engine().downcast_mut::<Runspace>() {
                Some(runspace) => Value::from(match asked {
                    Some(name) => super::syntax::asked(runspace, &info, name),
                    None => super::syntax::of(runspace, &info),
                }),
                None => Value::Null,
            },
            false => CommandObject::value(info),
        };
        session.write(value)?;
    }
    Ok(())
}
