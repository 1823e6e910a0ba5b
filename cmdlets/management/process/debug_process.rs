//! Debug-Process.

use command::{Bound, Cmdlet, Command, ErrorCategory, Result, Session, error_of};

use crate::process::process_object::chosen;

pub static COMMAND: Command = Command { name: "Debug-Process", create: || Box::new(DebugProcess) };

struct DebugProcess;

impl Cmdlet for DebugProcess {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        if chosen(session, bound)?.is_empty() {
            return Ok(());
        }
        error_of(
            "NoDebuggerFound",
            ErrorCategory::NotImplemented,
            "Cannot attach a debugger to the process because no default debugger is available.",
        )
    }
}
