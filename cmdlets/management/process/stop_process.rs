//! Stop-Process.

use command::{Bound, Cmdlet, Command, ErrorCategory, ErrorRecord, Result, Session, TypeRef, class};

use crate::process::process_object::{ProcessObject, chosen};

pub static COMMAND: Command = Command { name: "Stop-Process", create: || Box::new(StopProcess) };

struct StopProcess;

impl Cmdlet for StopProcess {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        for value in chosen(session, bound)? {
            let Some(process) = value.as_foreign::<ProcessObject>() else { continue };
            if !session.should_process(&format!("{} ({})", process.name(), process.id), "Stop-Process")? {
                continue;
            }
            match process.kill() {
                Ok(()) => {}
                // It ended by itself meanwhile.
                Err(e) if e.raw_os_error() == Some(3) => {}
                Err(e) => {
                    let text = e.to_string();
                    let text = text.split(" (os error").next().unwrap_or(&text);
                    session.write_error(ErrorRecord::simple(
                        class("Microsoft.PowerShell.Commands.ProcessCommandException", TypeRef::SYSTEM_EXCEPTION),
                        format!(
                            "Cannot stop process \"{} ({})\" because of the following error: {text}",
                            process.name(),
                            process.id
                        ),
                        "CouldNotStopProcess",
                        ErrorCategory::CloseError,
                        value.clone(),
                    ))?;
                    continue;
                }
            }
            if bound.switch("PassThru") {
                session.write(value.clone())?;
            }
        }
        Ok(())
    }
}
