//! Wait-Debugger.

use command::{Bound, Cmdlet, Command, ErrorCategory, Result, Session, error_of};

pub static COMMAND: Command = Command { name: "Wait-Debugger", create: || Box::new(WaitDebugger) };

struct WaitDebugger;

impl Cmdlet for WaitDebugger {
    fn process(&mut self, _session: &mut dyn Session, _bound: &Bound) -> Result<()> {
        error_of(
            "DebuggerNotAttached",
            ErrorCategory::NotImplemented,
            "No script debugger is attached that Wait-Debugger could stop in.",
        )
    }
}
