//! Stop-Computer.

use command::{Bound, Cmdlet, Command, ErrorCategory, Result, Session, error_of};

pub static COMMAND: Command = Command { name: "Stop-Computer", create: || Box::new(StopComputer) };

struct StopComputer;

impl Cmdlet for StopComputer {
    fn process(&mut self, session: &mut dyn Session, _bound: &Bound) -> Result<()> {
        if !session.should_process("localhost", "Stop-Computer")? {
            return Ok(());
        }
        // The machine belongs to others too: the product does not stop it.
        error_of(
            "CommandFailed",
            ErrorCategory::OperationStopped,
            "The machine that runs this session can't be stopped from within it.",
        )
    }
}
