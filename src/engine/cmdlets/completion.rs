//! TabExpansion2, Register-ArgumentCompleter.

use command::{Bound, Cmdlet, Command, Session};
use values::error::error_of;
use values::{ErrorCategory, Result, Value};

use crate::completion::{Registration, register, tab_expansion};
use crate::runspace::Runspace;

/// TabExpansion2.
pub static TAB_EXPANSION: Command = Command { name: "TabExpansion2", create: || Box::new(TabExpansion) };

struct TabExpansion;

impl Cmdlet for TabExpansion {
    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let get = |name: &str| bound.get(name).cloned().unwrap_or_default();
        let args = match bound.has("ast") {
            true => vec![get("ast"), get("tokens"), get("positionOfCursor"), get("options")],
            false => {
                let text = get("inputScript");
                // Without a cursor the end of the text is meant.
                let cursor = match bound.get("cursorColumn") {
                    Some(value) => value.clone(),
                    None => Value::I32(values::convert::to_display(&text).encode_utf16().count() as i32),
                };
                vec![text, cursor, get("options")]
            }
        };
        let found = match session.engine().downcast_mut::<Runspace>() {
            Some(runspace) => tab_expansion(runspace, &args)?,
            None => return Ok(()),
        };
        session.write(found)
    }
}

/// Register-ArgumentCompleter.
pub static REGISTER_ARGUMENT_COMPLETER: Command =
    Command { name: "Register-ArgumentCompleter", create: || Box::new(RegisterArgumentCompleter) };

struct RegisterArgumentCompleter;

impl Cmdlet for RegisterArgumentCompleter {
    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let block = bound.get("ScriptBlock").cloned().unwrap_or_default();
        let commands = bound.strings("CommandName");
        let parameter = bound.strings("ParameterName").into_iter().next();
        let mut found = Vec::new();
        match parameter {
            _ if bound.has("NativeFallback") => found.push(Registration::Fallback),
            Some(name) if commands.is_empty() => found.push(Registration::Parameter(name.to_string())),
            Some(name) => {
                found.extend(commands.iter().map(|c| Registration::Command(c.to_string(), name.to_string())));
            }
            None => found.extend(commands.iter().map(|c| Registration::Native(c.to_string()))),
        }
        let Some(runspace) = session.engine().downcast_mut::<Runspace>() else {
            return error_of("NoEngine", ErrorCategory::InvalidOperation, "Completers need a session.");
        };
        for what in found {
            register(runspace, what, block.clone());
        }
        Ok(())
    }
}
