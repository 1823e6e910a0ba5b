//! Switch-Process: another program takes this process's place.

use std::os::unix::process::CommandExt;

use command::{Bound, Cmdlet, Command, CommandKind, ErrorCategory, Exception, Result, Session, TypeRef, Value, class};

pub static COMMAND: Command = Command { name: "Switch-Process", create: || Box::new(SwitchProcess) };

struct SwitchProcess;

impl Cmdlet for SwitchProcess {
    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let words = bound.strings("WithCommand");
        let name = words.first().map_or("", |w| w.as_str());
        let found = if name.is_empty() { None } else { session.find_command(name, false)? };
        let Some(program) = found.filter(|c| c.kind == CommandKind::Application) else {
            return Exception::new(
                class("System.Management.Automation.CommandNotFoundException", TypeRef::RUNTIME_EXCEPTION),
                format!("Command '{name}' was not found. The specified command must be an executable."),
            )
            .identity("CommandNotFound", ErrorCategory::InvalidArgument, Value::from(name))
            .throw();
        };
        let folder = session.file_path(".")?;
        session.host().flush();
        let mut next = std::process::Command::new(program.definition.as_str());
        next.args(words[1..].iter().map(|w| w.as_str())).current_dir(folder);
        next.env_clear().envs(session.environment_all());
        // Comes back only where it failed.
        let error = next.exec();
        command::file_exception(&error, std::path::Path::new(program.definition.as_str()))
            .identity("ExecFailed", ErrorCategory::InvalidOperation, Value::from(name))
            .throw()
    }
}
