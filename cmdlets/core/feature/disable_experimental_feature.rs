//! Disable-ExperimentalFeature.

use command::{Bound, Cmdlet, Command, Result, Session};

pub static COMMAND: Command =
    Command { name: "Disable-ExperimentalFeature", create: || Box::new(DisableExperimentalFeature) };

struct DisableExperimentalFeature;

impl Cmdlet for DisableExperimentalFeature {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        super::change::refuse(session, bound)
    }
}
