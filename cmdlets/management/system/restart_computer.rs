//! Restart-Computer.

use command::{Bound, Cmdlet, Command, ErrorCategory, Result, Session, error_of};

pub static COMMAND: Command = Command { name: "Restart-Computer", create: || Box::new(RestartComputer) };

struct RestartComputer;

impl Cmdlet for RestartComputer {
    fn process(&mut self, session: &mut dyn Session, _bound: &Bound) -> Result<()> {
        if !session.should_process("localhost", "Restart-Computer")? {
            return Ok(());
        }
        // The machine belongs to others too: the product does not restart it.
        error_of(
            "CommandFailed",
            ErrorCategory::OperationStopped,
            "The machine that runs this session can't be restarted from within it.",
        )
    }
}
