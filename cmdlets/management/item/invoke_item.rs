//! Invoke-Item.

use std::os::unix::fs::PermissionsExt;

use command::{
    Bound, Cmdlet, Command, CommandLine, ErrorCategory, Exception, Parameter, Result, Session, TypeRef, Value, class,
};

use crate::item::targets::{provider_parameters, targets, tolerate};

pub static COMMAND: Command = Command { name: "Invoke-Item", create: || Box::new(InvokeItem) };

struct InvokeItem;

impl Cmdlet for InvokeItem {
    fn dynamic_parameters(&self, session: &mut dyn Session, line: &CommandLine) -> Result<Vec<Parameter>> {
        Ok(provider_parameters(session, line.bound, COMMAND.name))
    }

    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        for target in targets(session, bound)? {
            if !session.should_process(&format!("Item: {}", target.path), "Invoke Item")? {
                continue;
            }
            if target.provider.as_str() != "FileSystem" {
                let error = Exception::new(
                    TypeRef::PS_NOT_SUPPORTED_EXCEPTION,
                    "Provider operation stopped because the provider does not support this operation.",
                )
                .identity("NotSupported", ErrorCategory::NotImplemented, Value::Null);
                tolerate(session, error.throw::<()>())?;
                continue;
            }
            let done = open(&target.path);
            tolerate(session, done)?;
        }
        Ok(())
    }
}

/// Runs a program, or hands a file to the desktop's opener.
fn open(path: &str) -> Result<()> {
    let is_program = std::fs::metadata(path).is_ok_and(|f| f.is_file() && f.permissions().mode() & 0o111 != 0);
    let mut process = if is_program {
        std::process::Command::new(path)
    } else {
        let mut opener = std::process::Command::new("xdg-open");
        opener.arg(path);
        opener
    };
    match process.spawn() {
        Ok(_) => Ok(()),
        Err(e) => {
            let name = if is_program { path } else { "xdg-open" };
            let text = e.to_string();
            let text = text.split(" (os error").next().unwrap_or(&text);
            Exception::new(
                class("System.ComponentModel.Win32Exception", TypeRef::SYSTEM_EXCEPTION),
                format!("An error occurred trying to start process '{name}' with working directory '.'. {text}"),
            )
            .identity("System.ComponentModel.Win32Exception", ErrorCategory::NotSpecified, Value::Null)
            .throw()
        }
    }
}
