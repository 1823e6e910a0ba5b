//! Enable-ExperimentalFeature.

use command::{Bound, Cmdlet, Command, Result, Session};

pub static COMMAND: Command =
    Command { name: "Enable-ExperimentalFeature", create: || Box::new(EnableExperimentalFeature) };

struct EnableExperimentalFeature;

impl Cmdlet for EnableExperimentalFeature {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        super::change::refuse(session, bound)
    }
}
